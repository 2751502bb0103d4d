"""One frozen settings object; nothing else reads the environment."""

import ipaddress
import itertools
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cubestudio.core.peers import peer

_DEVICE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_RESOURCE = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_HOST = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


def _default_home() -> Path:
    if hasattr(os, "geteuid") and os.geteuid() == 0 and sys.platform == "linux":
        return Path("/var/lib/cubestudio")
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "cubestudio"


def handed_sockets() -> list[tuple[str, int]]:
    """(name, descriptor) of the sockets that a service manager hands to this process (systemd: a socket
    unit), once: the processes that it starts are not told of them."""
    names = os.environ.pop("LISTEN_FDNAMES", "").split(":")
    count, pid = os.environ.pop("LISTEN_FDS", ""), os.environ.pop("LISTEN_PID", "")
    if pid != str(os.getpid()) or not count.isascii() or not count.isdecimal() or int(count) > 64:
        return []
    return [(names[place] if place < len(names) else "", 3 + place) for place in range(int(count))]


NAMESPACE = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
"""What a namespace of Kubernetes may be called."""
USER = r"^([1-9][0-9]{0,9}|cluster|image)$"
"""As whom pods run."""


KNOWN_ISSUERS = {
    "google": "https://accounts.google.com",
    "gitlab": "https://gitlab.com",
    "github": "https://github.com",
    "feishu": "https://accounts.feishu.cn",
    "dingtalk": "https://login.dingtalk.com",
    "wecom": "https://login.work.weixin.qq.com",
}


class Provider(BaseModel):
    """Somebody who says who people are. `kind`: oidc (OpenID Connect, with a discovery document below
    `issuer`; so are google, gitlab and keycloak, whose issuer is the address of its realm), or an OAuth 2
    of its own: github, feishu, dingtalk, wecom. `issuer`: its address; that of a public service may be
    left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,49}$")
    title: str = Field("", max_length=100)
    kind: Literal["oidc", "google", "gitlab", "keycloak", "github", "feishu", "dingtalk", "wecom"] = "oidc"
    issuer: str = Field("", pattern=r"^(https?://\S+)?$", validate_default=True)
    api: str = Field("", pattern=r"^(https?://\S+)?$")
    """Where an OAuth 2 of its own answers programs, when that is not where its public service does."""
    agent: str = ""
    """WeCom: the AgentId of the application."""
    client_id: str
    client_secret: str = ""
    scope: str = "openid email profile"
    domains: tuple[str, ...] = ()
    """Only addresses of e-mail in these domains are let in; empty: all."""
    sign_up: Literal["open", "known"] = "open"
    """open: whoever it lets in gets an account; known: only those whose verified address an account here has,
    or was invited into a project."""
    groups_claim: str = "groups"
    """Where groups are told; empty: nobody asks for them, and GitHub is not asked for organisations."""
    groups: tuple[str, ...] = ()
    """Only members of these groups are let in; empty: all."""
    admin_groups: tuple[str, ...] = ()
    """Members are administrators, others are not; empty: it says nothing of that."""

    @model_validator(mode="before")
    @classmethod
    def _public(cls, told: Any) -> Any:
        if isinstance(told, dict) and not told.get("issuer"):
            kind = told.get("kind", "oidc")
            if kind not in KNOWN_ISSUERS:
                raise ValueError(
                    f"a provider of the kind {kind} has an issuer: the address below which its "
                    "discovery document is"
                )
            told = {**told, "issuer": KNOWN_ISSUERS[kind]}
        return told

    @model_validator(mode="after")
    def _told(self) -> Self:
        if (self.groups or self.admin_groups) and not self.groups_claim:
            raise ValueError("groups and admin_groups need a groups_claim, where groups are told")
        return self

    @property
    def plain(self) -> bool:
        """Whether it speaks an OAuth 2 of its own and not OpenID Connect."""
        return self.kind in ("github", "feishu", "dingtalk", "wecom")


class Settings(BaseSettings):
    """Read from `CUBE_*` variables; every value has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix="CUBE_", frozen=True, extra="ignore")

    home: Path = Field(
        default_factory=_default_home, description="Data folder: database, logs, artifacts, keys."
    )
    environment: str = Field(
        "dev",
        pattern=r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
        description="Name of this installation, unique among those that share a cluster.",
    )
    host: str = Field("127.0.0.1", description="Address the web server binds to.")
    port: int = Field(8000, ge=0, le=65535, description="Port of the console and the API; 0: any free one.")
    public_url: str | None = Field(None, description="The URL people use, when a proxy stands in front.")
    open_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port of the gateway to notebooks and services; default: the one after `port`.",
    )
    open_url: str | None = Field(
        None,
        pattern=r"^https?://[A-Za-z0-9*.:\[\]-]+$",
        description="The URL of that port as people reach it; a * in its host stands for the notebook, "
        "which has an origin of its own then.",
    )
    serve_host: str | None = Field(
        None,
        pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
        description="Host name at which the gateway of Kubernetes takes requests for public services; "
        "empty: they are reached through the platform.",
    )
    allowed_origins: tuple[str, ...] = Field(
        (), description="Further origins whose pages may open our sockets."
    )

    database_url: str | None = Field(None, description="SQLAlchemy URL; default: SQLite in the data folder.")
    redis_url: str | None = Field(
        None,
        description="Redis for jobs and events, `redis://`, `rediss://` or `unix://`; default: both in "
        "process.",
    )
    store_url: str | None = Field(
        None, description="s3://bucket/prefix or a folder; default: in the data folder."
    )
    store_endpoint: str | None = Field(None, description="Endpoint of an S3-compatible store such as MinIO.")
    store_key: str | None = Field(None, description="Access key id of the store.")
    store_secret: str | None = Field(None, description="Secret access key of the store.")
    store_region: str = Field("us-east-1", description="Region of the store.")
    secret_keys: tuple[str, ...] = Field(
        (), description="Fernet keys, newest first; default: a key file in the data folder."
    )

    log_level: str = Field("INFO", description="Lowest level that is logged.")
    log_json: bool = Field(False, description="One JSON object per log line instead of text.")

    worker_threads: int = Field(8, ge=1, le=256, description="Jobs run at once in one process.")
    rate_known: int = Field(6000, ge=1, description="Most questions a minute with one session or token.")
    rate_strangers: int = Field(
        600, ge=1, description="Most questions a minute from one address without either."
    )
    rate_signing_in: int = Field(60, ge=1, description="Most tries to sign in a minute from one address.")
    max_connections: int = Field(
        64,
        ge=1,
        description="Most sockets, event streams, terminals and SSH connections of one person at once, in "
        "one process.",
    )
    max_connections_address: int = Field(
        1024, ge=1, description="The same of one address, from before it is known who it is."
    )
    max_subscriptions: int = Field(
        256, ge=1, description="Most GraphQL subscriptions of one person at once, in one process."
    )
    max_body: int = Field(32 * 2**20, ge=2**16, description="Largest request body in bytes.")
    max_depth: int = Field(16, ge=4, description="Deepest GraphQL selection.")
    max_tokens: int = Field(4000, ge=100, description="Most tokens in one GraphQL document.")
    max_aliases: int = Field(30, ge=1, description="Most aliases in one GraphQL document.")
    max_page: int = Field(200, ge=1, description="Largest page of a list.")
    session_days: int = Field(14, ge=1, description="A session ends this many days after it was made.")
    session_idle_hours: int = Field(72, ge=1, description="A session ends when unused for this long.")
    link_minutes: int = Field(60, ge=1, description="A one-time sign-in link is good for this long.")

    metrics_token: str | None = Field(
        None,
        min_length=16,
        description="Bearer token with which Prometheus reads /metrics; without it only administrators and "
        "auditors may.",
    )
    private_addresses: tuple[IPvAnyNetwork, ...] = Field(
        (),
        description="Networks to which the platform connects for users although they are not public, such as "
        "that of a registry of images, "
        'as JSON: ["10.1.0.0/16"].',
    )

    providers: tuple[Provider, ...] = Field(
        (), description="Who else signs people in, as JSON: name, issuer, client_id, client_secret …"
    )

    kubeconfigs: Path = Field(
        Path("kubeconfig"),
        description="Folder of <cluster>-kubeconfig files; an empty file: the cluster we run in.",
    )
    contexts: tuple[str, ...] = Field(
        (), description="Further clusters, each name=file:context of a kubeconfig with several."
    )
    direct: dict[str, tuple[str, ...]] = Field(
        {},
        description="Clusters whose pods the platform reaches at their own addresses instead of through the "
        "API server, and where its connections "
        'come from, as JSON: networks, namespaces, namespaces with labels of pods: {"east": '
        '["10.1.0.0/24"], "here": ["infra/app=cubestudio"]}; none: '
        "through the API server. The cluster that it runs in is one without being named, from its "
        "own namespace.",
    )
    namespace: str = Field(
        "pipeline", pattern=NAMESPACE, description="Namespace of runs on Kubernetes; made when it is absent."
    )
    notebooks_namespace: str = Field(
        "jupyter", pattern=NAMESPACE, description="Namespace of notebooks and of builds of images."
    )
    services_namespace: str = Field("service", pattern=NAMESPACE, description="Namespace of services.")
    projects_namespace: str = Field(
        "",
        pattern=r"^([a-z]([a-z0-9-]{0,10}[a-z0-9-])?)?$",
        description="When set, each new project gets a namespace of its own for all its work, named this "
        "and then as the project.",
    )
    pods_url: str | None = Field(
        None, description="Address at which pods reach the platform; default: public_url."
    )
    pods_image: str = Field(
        "python:3.11-slim", description="Image of steps on Kubernetes that name none; it needs python3."
    )
    python_image: str | None = Field(
        None,
        description="Image from which pods on Kubernetes whose own may have no python3 get one to run the "
        "platform's launcher; default: pods_image; empty: none, and every image needs python3.",
    )
    python_in: tuple[str, ...] = Field(
        (
            "python:*",
            "*/python:*",
            "pytorch/pytorch:*",
            "tensorflow/tensorflow:*",
            "rayproject/*",
            "jupyter/*",
            "*/jupyter/*",
            "condaforge/*",
        ),
        description="Patterns of images that have python3 themselves, so that nothing is brought to them, "
        "as JSON.",
    )
    pull_secrets: tuple[str, ...] = Field(
        (), description="Names of secrets with which images are pulled on Kubernetes."
    )
    pull_policy: str = Field(
        "IfNotPresent", description="When nodes pull images: IfNotPresent, Always, Never."
    )
    pods_user: str = Field(
        "1000",
        pattern=USER,
        description="As whom pods on Kubernetes run: the number of a user, cluster (which gives one to each "
        "namespace, as OpenShift does) or image (its own, which may be root).",
    )
    cluster_users: dict[str, Annotated[str, Field(pattern=USER)]] = Field(
        {}, description="The same for single clusters by their names, as JSON."
    )
    root_images: tuple[str, ...] = Field(
        (), description="Patterns of images that run as root on Kubernetes, because they need it, as JSON."
    )
    priority_classes: dict[int, Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")]] = (
        Field(
            {},
            description="PriorityClasses of pods on Kubernetes by the least priority of runs that get them "
            "(-100 to 100; all other work has 0), as JSON: "
            '{"-100": "batch", "0": "normal", "50": "urgent"}.',
        )
    )
    argo_helpers: tuple[str, ...] = Field(
        ("init", "wait"),
        description="Containers that Argo adds to pods and whose rights are taken away, as JSON: init and "
        "wait; supervisor where its pods are init-less; none where its own settings see to that.",
    )
    gang_scheduler: str = Field(
        "",
        pattern="^(|volcano|kube-batch|kueue)$",
        description="What starts gangs all at once on Kubernetes: volcano, kube-batch, kueue.",
    )
    gang_queue: str = Field("", description="The queue of that scheduler.")
    node_org: str = Field(
        "",
        pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
        description="Resource group of the nodes for pods on Kubernetes, by the labels cpu|gpu=true, "
        "train|service=true, org=GROUP; empty: any node.",
    )
    volumes: tuple[str, ...] = Field(
        ("kubeflow-user-workspace(pvc)", "*(memory)"),
        description="Volumes that people may use, as patterns of source(kind): data(pvc-share), "
        "10.0.0.1/share/*(nfs), /data/public(hostpath).",
    )
    hosts: tuple[str, ...] = Field(
        (),
        description="Lines of /etc/hosts that pods on Kubernetes have besides their own, such as 10.0.0.5 "
        "git.example.com, as JSON.",
    )
    gateway: str = Field(
        "kubeflow/kubeflow-gateway",
        pattern=r"^[a-z0-9.-]+/[a-z0-9.-]+$",
        description="namespace/name of the gateway through which servers on Kubernetes are reached from "
        "outside.",
    )
    gpu_label: str = Field(
        "gpu-type",
        description="Label by which nodes of Kubernetes say which cards they have, such as "
        "nvidia.com/gpu.product.",
    )
    links: dict[str, str] = Field(
        {},
        description="Names and addresses of what stands beside the platform, as JSON: Grafana, a dashboard …",
    )
    gpu_resource: str = Field("nvidia.com/gpu", description="Name of GPUs as nodes of Kubernetes offer them.")
    gpu_kinds: dict[str, str] = Field(
        {
            "amd": "amd.com/gpu",
            "intel": "gpu.intel.com/i915",
            "ascend910": "huawei.com/Ascend910",
            "mlu": "cambricon.com/mlu",
        },
        description="Resources of nodes of Kubernetes by the kinds of GPU under which people ask for them, "
        "as JSON: other makers' cards, shares of a card.",
    )

    devices: dict[str, str] = Field(
        {"rdma": "rdma/hca_shared_devices_a", "ib": "rdma/ib"},
        description="Further resources of nodes of Kubernetes by the names under which people request them, "
        "as JSON: RDMA, SR-IOV, FPGAs.",
    )
    gpu_sharing: Literal["", "hami", "volcano"] = Field(
        "",
        description="What divides GPUs among pods on Kubernetes where the platform cannot see nodes: hami, "
        "volcano; else nodes say it.",
    )

    image_prefix: str = Field(
        "",
        pattern=r"^([A-Za-z0-9][A-Za-z0-9._/:-]*)?$",
        description="Registry of the site, put before the names of images that name no registry; for "
        "networks that reach no other.",
    )
    builder_image: str | None = Field(
        None, description="Image with buildah and python3 in which images are built on Kubernetes."
    )

    local: bool = Field(True, description="Whether this machine is a cluster too.")
    local_cpu: float | None = Field(
        None, gt=0, description="Cores given to work on this machine; default: all."
    )
    local_memory: int | None = Field(
        None, gt=0, description="Bytes given to work on this machine; default: 90 % of all."
    )
    local_isolate: bool = Field(
        True, description="As root: run each project's work under a user id of its own."
    )
    local_sandbox: bool = Field(
        True,
        description="Whether pods on this machine see only the base system, read-only, and their own "
        "folders and processes, where the kernel allows it.",
    )
    local_folders: tuple[str, ...] = Field(
        (),
        description="Further folders of this machine that its pods may read, such as /data; with :rw at the "
        "end they may also write there, as far as the file system lets them.",
    )
    local_network: Literal["project", "host"] = Field(
        "project",
        description="project: each project has a network of its own on this machine, where the program "
        "pasta is installed; host: pods share the network of the machine.",
    )
    local_ports: tuple[int, ...] = Field(
        (),
        description="Ports at the loopback of this machine, besides the platform's own, that pods reach at "
        "theirs, such as those of a database or a registry.",
    )
    local_pids: int = Field(
        8192,
        ge=64,
        description="Most processes and threads of one pod on this machine, where control groups are "
        "available.",
    )
    output_bytes: int = Field(
        200 * 2**30,
        ge=2**20,
        description="Most bytes of files that one step may leave; larger ones are left out, with a warning.",
    )
    start_seconds: int = Field(
        1800,
        ge=1,
        description="Most seconds that a pod on Kubernetes may take, once it has a node, to fetch its image "
        "and to start; of a server, to answer.",
    )
    output_seconds: float = Field(
        3600.0, gt=0, description="Most seconds that storing the files of one step may take."
    )
    build_seconds: float = Field(
        1800.0, gt=0, description="Most seconds that building a Python environment may take."
    )
    build_memory: int = Field(
        4 * 2**30, ge=2**28, description="Most bytes of memory that building a Python environment may use."
    )
    layer_bytes: int = Field(
        20 * 2**30,
        ge=0,
        description="Bytes of layers that a project's builds of images leave on this machine; with more, "
        "the next begins anew.",
    )
    local_python: str | None = Field(
        None, description="Interpreter for environments; default: ours, else the system's."
    )
    log_cap: int = Field(1 * 2**30, ge=2**16, description="Most bytes of log kept for one pod.")
    grace: float = Field(10.0, ge=0, description="Seconds between asking a process to stop and killing it.")

    @field_validator("direct")
    @classmethod
    def _peers(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for each in itertools.chain.from_iterable(value.values()):
            peer(each)
        return value

    @field_validator("links")
    @classmethod
    def _addresses(cls, value: dict[str, str]) -> dict[str, str]:
        for name, address in value.items():
            if not address.startswith(("http://", "https://")):
                raise ValueError(f"the link {name} is an address that begins with http:// or https://")
        return value

    @field_validator("devices")
    @classmethod
    def _resources(cls, value: dict[str, str]) -> dict[str, str]:
        for name, resource in value.items():
            if not _DEVICE.fullmatch(name) or not _RESOURCE.fullmatch(resource):
                raise ValueError(
                    f"the device {name!r} is a name of lowercase letters, digits and -, and a "
                    "resource such as rdma/ib"
                )
        return value

    @field_validator("hosts")
    @classmethod
    def _lines(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for line in value:
            address, *names = line.split() or [""]
            ipaddress.ip_address(address)
            if not names or not all(_HOST.fullmatch(name) for name in names):
                raise ValueError(f"{line!r} is an address and the names of its host")
        return value

    @field_validator("local_folders")
    @classmethod
    def _folders(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not each.startswith("/") or each.removesuffix(":rw") in ("/", ""):
                raise ValueError(
                    f"{each!r} is the absolute path of a folder, with :rw when pods may write there"
                )
            if each.startswith(("/tmp", "/var/tmp", "/dev", "/proc", "/sys", "/cube")):  # noqa: S108
                raise ValueError(
                    f"{each!r} cannot be shown to pods, which have a {'/' + each.split('/')[1]} of "
                    "their own; use another folder"
                )
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str | None) -> str | None:
        if value and not re.match(r"(rediss?://[^/]|unix:///)", value):
            raise ValueError(
                "it is redis://host:port/number, rediss:// the same with TLS, or "
                "unix:///path/to/socket?db=number"
            )
        return value

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.home / 'cube.db'}"

    @property
    def store(self) -> str:
        return self.store_url or str(self.home / "store")
