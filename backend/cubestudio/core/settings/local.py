"""Settings of the local cluster: pods as processes of this machine."""

from typing import Literal

from pydantic import BaseModel, Field, field_validator


class Local(BaseModel):
    """The local cluster"""

    local: bool = Field(True, description="Whether this machine is a cluster.")
    local_cpu: float | None = Field(
        None, gt=0, description="CPU cores that pods on this machine can use. Default: all."
    )
    local_memory: int | None = Field(
        None, gt=0, description="Bytes of memory that pods on this machine can use. Default: 90 % of all."
    )
    local_user_isolation: bool = Field(
        True, description="Run the pods of each project under a user ID of its own. This needs root."
    )
    local_sandbox: bool = Field(
        True,
        description="Show pods only the base system, read-only, and their own folders and processes, where "
        "the "
        "kernel allows it.",
    )
    local_network: Literal["project", "host"] = Field(
        "project",
        description="project: each project has a network of its own, where the program pasta is installed. "
        "host: pods share the network of the machine.",
    )
    local_shared_folders: tuple[str, ...] = Field(
        (),
        description="Folders of this machine that pods can read, such as /data. Append :rw to let pods "
        "write, "
        "as far as file permissions allow.",
    )
    local_shared_ports: tuple[int, ...] = Field(
        (),
        description="Ports on the loopback interface of this machine that pods can reach at their own, such "
        "as "
        "those of a database.",
    )
    local_max_processes: int = Field(
        8192,
        ge=64,
        description="The most processes and threads of one pod, where control groups are available.",
    )
    local_python: str | None = Field(
        None,
        description="Python interpreter for environments. Default: the platform's own, otherwise the "
        "system's.",
    )
    max_output_bytes: int = Field(
        200 * 2**30,
        ge=2**20,
        description="The most bytes of files that one step can output. Larger files are left out with a "
        "warning. Also on Kubernetes.",
    )
    output_timeout_seconds: float = Field(
        3600.0, gt=0, description="Seconds that storing the files of one step may take."
    )
    max_log_bytes: int = Field(1 * 2**30, ge=2**16, description="The most bytes of log of one pod.")
    stop_grace_seconds: float = Field(
        10.0, ge=0, description="Seconds between asking a pod to stop and killing it. Also on Kubernetes."
    )
    build_timeout_seconds: float = Field(
        1800.0, gt=0, description="Seconds that building a Python environment may take."
    )
    max_build_memory: int = Field(
        4 * 2**30, ge=2**28, description="Bytes of memory that building a Python environment can use."
    )
    max_layer_bytes: int = Field(
        20 * 2**30,
        ge=0,
        description="Bytes of image layers that are cached for a project's image builds. When there are "
        "more, "
        "the next build starts without a cache.",
    )

    @field_validator("local_shared_folders")
    @classmethod
    def _folders(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not each.startswith("/") or each.removesuffix(":rw") in ("/", ""):
                raise ValueError(
                    f"{each!r} must be the absolute path of a folder, followed by :rw when pods may "
                    "write there."
                )
            if each.startswith(("/tmp", "/var/tmp", "/dev", "/proc", "/sys", "/cube")):  # noqa: S108
                raise ValueError(
                    f"{each!r} cannot be shared: pods have {'/' + each.split('/')[1]} of their own. "
                    "Use another "
                    "folder."
                )
        return value
