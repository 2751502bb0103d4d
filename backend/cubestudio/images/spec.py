"""What an image is made of, the one Dockerfile that it comes to, and the task that builds it. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import Field, field_validator, model_validator

from cubestudio.core.cluster.port import Image, Task, Workload
from cubestudio.core.inputs.definition import At, matching
from cubestudio.core.inputs.environment import PYTHON
from cubestudio.core.inputs.git import BRANCH
from cubestudio.core.inputs.requirements import read_lines
from cubestudio.core.inputs.resources import size
from cubestudio.core.inputs.strict import Strict
from cubestudio.core.message import Message
from cubestudio.images import bases, messages
from cubestudio.images.conda import CHANNEL, PACKAGE
from cubestudio.images.model import BuildState, PackageKind
from cubestudio.workloads.lifecycle import stopped
from cubestudio.workloads.model import WorkloadState

RUNTIME = Path(__file__).parent / "runtime"
"""What runs in a build and not here."""
IMAGE = (RUNTIME / "image.py").read_text()
ENVIRONMENT = (RUNTIME / "environment.py").read_text()
REPORT = (RUNTIME / "report.py").read_text()
BASE = "python:3.11-slim"
CONDA_BASE = "condaforge/miniforge3:25.3.0-1"
"""Where there are conda packages and no base is named."""
MOST_FILES = 2**20
_APT = re.compile(r"[a-z0-9][a-z0-9+.-]{0,99}(=[A-Za-z0-9.+:~-]{1,99})?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,399}")


class Definition(Strict):
    """What people say of an image: either its parts, or a whole Dockerfile, or a repository that has one.
    `files`: text by path in the image; `commands`: lines of sh, each a layer; `cpu`, `memory`,
    `timeout_seconds`: what its build may use."""

    base: str | None = Field(None, max_length=400)
    python: PYTHON | None = None
    pip: tuple[str, ...] = ()
    apt: tuple[str, ...] = ()
    conda: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """Where conda packages come from, the first before the others; empty: what the base image has set."""
    env: dict[str, str] = {}
    files: dict[str, str] = {}
    commands: tuple[str, ...] = ()
    dockerfile: str | None = Field(None, max_length=200_000)
    repo: (
        Annotated[str, matching(r"(https?|ssh|git)://[^\s'\"\\]{1,490}", messages.REPOSITORY_ADDRESS_INVALID)]
        | None
    ) = None
    repo_secret: str | None = Field(None, max_length=100)
    """Name of the project's secret that is the token for the repository."""
    branch: BRANCH | None = None
    path: (
        Annotated[str, matching(r"[A-Za-z0-9_.][A-Za-z0-9_./-]{0,299}", messages.REPOSITORY_PATH_INVALID)]
        | None
    ) = None
    cpu: float = Field(1, gt=0, le=64)
    memory: int = Field(2 * 2**30, ge=2**27, le=2**40)
    timeout_seconds: float = Field(3600, ge=60, le=86_400)

    @field_validator("memory", mode="before")
    @classmethod
    def _memory(cls, value: Any) -> int:
        return size(value)

    @field_validator("base")
    @classmethod
    def _base(cls, value: str | None) -> str | None:
        if value and not _REFERENCE.fullmatch(value):
            raise ValueError(messages.IMAGE_NAME_INVALID())
        return value or None

    @field_validator("pip")
    @classmethod
    def _pip(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return read_lines(value)

    @field_validator("apt")
    @classmethod
    def _apt(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _all(value, _APT, messages.DEBIAN_PACKAGE_INVALID)

    @field_validator("conda")
    @classmethod
    def _conda(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _all(value, PACKAGE, messages.CONDA_PACKAGE_INVALID)

    @field_validator("channels")
    @classmethod
    def _channels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _all(value, CHANNEL, messages.CONDA_CHANNEL_NAME_INVALID)

    @field_validator("env")
    @classmethod
    def _names(cls, value: dict[str, str]) -> dict[str, str]:
        _all(value, _VARIABLE, messages.IMAGE_VARIABLE_INVALID)
        return value

    @field_validator("files")
    @classmethod
    def _files(cls, value: dict[str, str]) -> dict[str, str]:
        for path in value:
            if not path.startswith("/") or ".." in path.split("/") or "\n" in path or len(path) > 300:
                raise ValueError(messages.IMAGE_PATH_NOT_ABSOLUTE(path=repr(path[:60])))
        if sum(map(len, value.values())) > MOST_FILES:
            raise ValueError(messages.IMAGE_FILES_TOO_LARGE(most=MOST_FILES))
        return value

    @model_validator(mode="after")
    def _one(self) -> "Definition":
        parts = bool(
            self.base
            or self.python
            or self.pip
            or self.apt
            or self.conda
            or self.channels
            or self.env
            or self.files
            or self.commands
        )
        if (self.dockerfile is not None) + (self.repo is not None) + parts > 1:
            raise ValueError(messages.IMAGE_DEFINITION_AMBIGUOUS())
        if not parts and self.dockerfile is None and self.repo is None:
            raise ValueError(messages.IMAGE_DEFINITION_EMPTY())
        if self.channels and not self.conda:
            raise ValueError(messages.CHANNELS_WITHOUT_CONDA())
        match self.base and bases.lacking(self.base, [part for part in bases.NEEDS if getattr(self, part)]):
            case "apt":
                raise At(messages.BASE_WITHOUT_APT(base=self.base), "apt")
            case "conda":
                raise At(messages.BASE_WITHOUT_CONDA(base=self.base), "conda")
            case "pip":
                raise At(messages.BASE_WITHOUT_PYTHON(base=self.base), "pip")
            case "commands":
                raise At(messages.BASE_WITHOUT_SHELL(base=self.base), "commands")
        return self

    @property
    def plain(self) -> bool:
        """Whether it is Python packages and nothing else, which this machine can make without a container
        tool."""
        return not (
            self.base
            or self.apt
            or self.conda
            or self.files
            or self.commands
            or self.env
            or self.dockerfile
            or self.repo
        )


def _all(values: Any, rule: re.Pattern, message: Message) -> Any:
    for value in values:
        if not rule.fullmatch(value):
            raise ValueError(message(value=repr(value[:60])))
    return values


def placed(image: str, prefix: str) -> str:
    """An image's name with the site's own registry before it, unless it names a registry itself."""
    first, slash, _ = image.partition("/")
    if not prefix or image == "scratch" or (slash and ("." in first or ":" in first or first == "localhost")):
        return image
    return f"{prefix.rstrip('/')}/{image}"


def dockerfile(definition: Definition, prefix: str = "") -> str | None:
    """The Dockerfile that parts come to, always in the same order; None for a repository, which has its
    own."""
    if definition.dockerfile is not None:
        return definition.dockerfile.rstrip("\n") + "\n"
    if definition.repo is not None:
        return None
    usual = (
        CONDA_BASE if definition.conda else f"python:{definition.python}-slim" if definition.python else BASE
    )
    base = definition.base or usual
    lines = [f"FROM {placed(base, prefix)}"]
    lines += [
        f"ENV {name}={json.dumps(value, ensure_ascii=False)}"
        for name, value in sorted(definition.env.items())
    ]
    if definition.apt:
        names = " ".join(sorted(definition.apt))
        lines.append(
            "RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "
            f"--no-install-recommends {names} && rm -rf /var/lib/apt/lists/*"
        )
    if definition.conda:
        python = [f"python={definition.python}"] if definition.python and not definition.base else []
        channels = [word for channel in definition.channels for word in ("-c", channel)]
        words = [
            *channels,
            *(["--override-channels"] if channels else []),
            *sorted([*definition.conda, *python]),
        ]
        lines.append(f"RUN conda install -y {' '.join(quoted(word) for word in words)} && conda clean -afy")
    if definition.pip:
        lines.append(
            "RUN python3 -m pip install --no-cache-dir "
            f"{' '.join(quoted(line) for line in sorted(definition.pip))}"
        )
    lines += [
        f"COPY {json.dumps([f'files{path}', path], ensure_ascii=False)}" for path in sorted(definition.files)
    ]
    lines += [
        f"RUN {json.dumps(['sh', '-ec', command], ensure_ascii=False)}" for command in definition.commands
    ]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Text as one word of sh."""
    return text if re.fullmatch(r"[A-Za-z0-9_.,=~+:-]+", text) else "'" + text.replace("'", "'\\''") + "'"


def recipe(definition: Definition, prefix: str, registry: str | None, cluster: str) -> str:
    """Equal recipes come to equal images, as far as packages of no fixed version let them."""
    told = definition.model_dump(mode="json", exclude={"cpu", "memory", "timeout_seconds", "repo_secret"})
    return hashlib.sha256(
        orjson.dumps([told, prefix, registry, cluster], option=orjson.OPT_SORT_KEYS)
    ).hexdigest()


@dataclass(kw_only=True, frozen=True)
class Facts:
    """A build as its task is told. `push`: the reference, if it is pushed; `auth`: the file with credentials
    of registries."""

    id: str
    project_id: str
    user_id: str
    push: str | None
    auth: str | None
    prefix: str
    builder: str | None
    git: Mapping[str, str] = field(default_factory=dict)
    """Variables with which git fetches the repository."""
    layers: int = 0
    """Bytes of layers of earlier builds with which it still begins."""
    insecure: tuple[str, ...] = ()
    """Hosts of registries of the project that speak plain HTTP."""


LOCAL = re.compile(r"localhost/(?P<name>[a-z0-9][a-z0-9._-]{0,49}):v(?P<number>[0-9]{1,9})")
"""How steps call a version of an image that is kept on the platform's machine."""


def local_name(image: str, number: int) -> str:
    return f"localhost/{image}:v{number}"


def workload_name(build: str) -> str:
    return f"build-{build}"


STATES = {
    WorkloadState.PENDING: BuildState.PENDING,
    WorkloadState.RUNNING: BuildState.RUNNING,
    WorkloadState.STOPPING: BuildState.CANCELLING,
    WorkloadState.SUCCEEDED: BuildState.SUCCEEDED,
    WorkloadState.FAILED: BuildState.FAILED,
    WorkloadState.LOST: BuildState.FAILED,
}


def state_of(row: Any) -> BuildState:
    """The state of a build, from the row of its workload."""
    if stopped(row):
        return BuildState.CANCELLED
    return STATES.get(WorkloadState(row.state), BuildState.REQUESTED)


def workload(definition: Definition, facts: Facts, local: bool) -> Workload:
    """The task that builds it, or on this machine, for Python packages only, the environment itself."""
    labels = {
        "cubestudio/kind": "build",
        "cubestudio/id": facts.id,
        "cubestudio/project": facts.project_id,
        "cubestudio/user": facts.user_id,
    }
    env: dict[str, tuple[str, ...]] = {}
    if local and definition.plain:
        image = Image(host=False, python=definition.python, requirements=definition.pip)
        task = Task(
            command=(("python3",), ("-u",), ("environment.py",)),
            env=env,
            files={"environment.py": (ENVIRONMENT,), "report.py": (REPORT,)},
            image=image,
            cpu=min(definition.cpu, 0.5),
            memory=min(definition.memory, 2**28),
            timeout=definition.timeout_seconds,
            outputs=("digest", "size", "packages"),
        )
        return Workload(name=workload_name(facts.id), body=task, labels=labels)
    told: Mapping[str, Any] = {
        "dockerfile": dockerfile(definition, facts.prefix),
        "files": definition.files,
        "repo": definition.repo,
        "branch": definition.branch,
        "path": definition.path,
        "push": facts.push,
        "insecure": facts.insecure,
        "layers": facts.layers,
        "keep": facts.id if local else None,
    }
    task = Task(
        command=(("python3",), ("-u",), ("image.py",)),
        env=env,
        secrets={**facts.git, **({"CUBE_AUTH": facts.auth} if facts.auth else {})},
        files={"image.py": (IMAGE,), "report.py": (REPORT,), "build.json": (orjson.dumps(told).decode(),)},
        image=Image(host=True, python=None, requirements=(), name=facts.builder),
        cpu=definition.cpu,
        memory=definition.memory,
        timeout=definition.timeout_seconds,
        outputs=("digest", "size", "packages"),
        builder=True,
        cache="builds",
    )
    return Workload(name=workload_name(facts.id), body=task, labels=labels)


def result(told: Mapping[str, Any]) -> dict[str, Any]:
    """{digest, size, packages} that a build says of its image. Commands of its Dockerfile can have a word in
    that: what has another form counts as not said."""
    digest, size, packages = told.get("digest"), told.get("size"), told.get("packages")
    kinds = packages if isinstance(packages, dict) else {}
    return {
        "digest": digest[:80] if isinstance(digest, str) else None,
        "size": size if type(size) is int and 0 <= size < 2**63 else None,
        "packages": {
            kind: {name: version for name, version in found.items() if isinstance(version, str)}
            for kind, found in kinds.items()
            if kind in set(PackageKind) and isinstance(found, dict)
        },
    }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How the packages of two versions differ: [{kind, name, before, after}], in order of kind and name."""
    found = []
    for kind in sorted({*before, *after}):
        old, new = before.get(kind) or {}, after.get(kind) or {}
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                found.append({"kind": kind, "name": name, "before": old.get(name), "after": new.get(name)})
    return found
