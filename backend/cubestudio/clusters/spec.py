"""What may be asked of a cluster: resources and what the code finds around it, as people write it. Pure."""

import base64
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cubestudio.core import templating
from cubestudio.core.cluster.port import Volume
from cubestudio.core.errors import Invalid
from cubestudio.core.inputs import gpu_share as share
from cubestudio.core.inputs.definition import At, matching
from cubestudio.core.inputs.requirements import read_lines
from cubestudio.core.templating import Name

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_GPUS = re.compile(r"([0-9.]{1,30}\s*[A-Za-z]{0,3})(?:[(（]([A-Za-z0-9._-]{1,63})[)）])?")
LATER = ("gpu_type", "gpu_share", "devices", "claims")
"""Fields of resources that came later: what was kept before there were such, and says nothing in them, keeps
its digest."""
_SIZE = re.compile(r"(\d{1,20}(?:\.\d{1,20})?)\s*([KMGT]i?)?B?", re.IGNORECASE)


PYTHON = Annotated[
    str, matching(r"3(\.[0-9]{1,2}){0,2}", "is not a version of Python; write one such as 3.11")
]
BRANCH = Annotated[
    str,
    matching(
        r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}",
        "is not the name of a branch; it has at most 200 letters, digits and _ . / -",
    ),
]


class Strict(BaseModel):
    """Nothing unknown is accepted, so that a typing error is found and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def size(value: Any) -> int:
    """Bytes from a number or from text such as 512Mi, 2G, 1.5Gi (G and Gi are both 2**30, as the incumbent
    has it)."""
    if isinstance(value, bool) or value is None:
        raise ValueError("memory is a number of bytes or text such as 512Mi or 2Gi")
    if isinstance(value, int | float):
        return int(value)
    match = _SIZE.fullmatch(str(value).strip())
    if not match:
        raise ValueError("memory is a number of bytes or text such as 512Mi or 2Gi")
    power = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}[(match[2] or "")[:1].upper()]
    return int(float(match[1]) * 2 ** (10 * power))


class Resources(Strict):
    """What a pod requests and may use: cores, bytes, GPUs, of which kind these are (as nodes of Kubernetes
    are labelled), and what part of each (`0.5`, `8Gi`; empty: all of it); further devices by their names in
    the table of the installation, and devices of the device classes of a cluster."""

    cpu: float = Field(0.25, gt=0, le=1024)
    memory: int = Field(256 * 2**20, ge=2**20, le=2**50)
    gpu: int = Field(0, ge=0, le=1024)
    gpu_type: Annotated[
        str,
        matching(
            r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?",
            "is not a kind of GPU; its name has at most 63 letters, digits and - _ .",
        ),
    ] = ""
    gpu_share: str = ""
    devices: dict[
        Annotated[
            str,
            matching(
                r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
                "is not the name of a device; it has lowercase letters, digits and -",
            ),
        ],
        Annotated[int, Field(ge=1, le=1024)],
    ] = Field({}, max_length=16)
    claims: dict[
        Annotated[
            str,
            matching(
                r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
                "is not the name of a device class, such as gpu.nvidia.com",
            ),
        ],
        Annotated[int, Field(ge=1, le=32)],
    ] = Field({}, max_length=16)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """Number and kind in one text, 2(A100), as the incumbent writes them; and a share in place of the
        number: 0.5, 8Gi(A100)."""
        if not isinstance(value, Mapping):
            return value
        told = value.get("gpu")
        if isinstance(told, float) and 0 < told < 1:
            return {**value, "gpu": 1, "gpu_share": f"{told:.12f}".rstrip("0")}
        if isinstance(told, str) and (found := _GPUS.fullmatch(told.strip())):
            kind = {"gpu_type": found[2]} if found[2] else {}
            whole = found[1].strip().isdecimal()
            return {
                **value,
                **({"gpu": int(found[1])} if whole else {"gpu": 1, "gpu_share": found[1]}),
                **kind,
            }
        return value

    @field_validator("gpu_share")
    @classmethod
    def _share(cls, value: str) -> str:
        return str(share.read(value)) if value.strip() else ""

    @model_validator(mode="after")
    def _of(self) -> Self:
        if self.gpu_share and not self.gpu:
            raise At(f"a share of each GPU ({self.gpu_share}) needs a number of GPUs", "gpu")
        return self

    @property
    def requests(self) -> dict[str, Any]:
        """As a task has them."""
        parts = share.read(self.gpu_share) if self.gpu_share else None
        return {
            "cpu": self.cpu,
            "memory": self.memory,
            "gpu": self.gpu,
            "gpu_type": self.gpu_type,
            "gpu_share": parts,
            "devices": self.devices,
            "claims": self.claims,
        }

    @field_validator("memory", mode="before")
    @classmethod
    def _memory(cls, value: Any) -> int:
        return size(value)


def without_later(resources: Mapping[str, Any]) -> dict[str, Any]:
    """Resources without what came later and says nothing."""
    return {name: value for name, value in resources.items() if value or name not in LATER}


class Environment(Strict):
    """What the code finds around it: on this machine Python with packages (or the bare machine when nothing
    is said), on Kubernetes the container image."""

    named: ClassVar[tuple[str, ...]] = ()
    """What names in its image may begin with, such as args in {{ args.image }}; they are filled in before a
    run starts."""
    python: PYTHON | None = None
    requirements: tuple[str, ...] = ()
    image: str | None = Field(None, max_length=500)
    root: bool = False
    """On Kubernetes it runs as root, for images that need it."""

    @field_validator("image")
    @classmethod
    def _image(cls, value: str | None) -> str | None:
        for piece in templating.parse(value or ""):
            if isinstance(piece, Name) and piece.path[0] not in cls.named:
                allowed = " and ".join(cls.named)
                raise ValueError(
                    f"the image names {piece}; an image may name only {allowed}"
                    if allowed
                    else f"the image names {piece}, which nothing fills in here; write the name of an image"
                )
            if isinstance(piece, str) and re.search(r"[\s{}\0]", piece.strip()):
                raise ValueError(f"{piece.strip()[:60]!r} cannot be part of the name of an image")
        return value and (value.strip() or None)

    @field_validator("requirements", mode="before")
    @classmethod
    def _lines(cls, value: Any) -> Any:
        """The text of a requirements file is its lines."""
        return value.splitlines() if isinstance(value, str) else value

    @field_validator("requirements")
    @classmethod
    def _read(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return read_lines(value)

    @property
    def host(self) -> bool:
        return self.python is None and not self.requirements


class Variables(Strict):
    """Variables that people set for what runs: `env` in the clear, `secrets` sealed where they are kept,
    `project_secrets` by their names in the project, whose values they have when it starts."""

    taken: ClassVar[tuple[str, ...]] = ("CUBE_", "HOME", "PATH", "TMPDIR")
    """What a name must not begin with."""
    env: dict[str, str] = {}
    secrets: dict[str, str] = {}
    project_secrets: tuple[str, ...] = ()

    @field_validator("env", "secrets", "project_secrets")
    @classmethod
    def _names(cls, value: Any) -> Any:
        for name in value:
            if not _VARIABLE.fullmatch(name) or name.upper().startswith(cls.taken):
                raise ValueError(
                    f"{name[:60]!r} cannot be the name of a variable here: letters, digits and _, "
                    "and none of the platform's own"
                )
        return value

    @property
    def given(self) -> frozenset[str]:
        """The secrets of the project that it needs when it starts."""
        return frozenset(self.project_secrets)

    @model_validator(mode="after")
    def _twice(self) -> Self:
        if both := sorted(set(self.env) & set(self.secrets)):
            raise At(f"{both[0]} is both a variable and a secret", "secrets", both[0])
        if both := sorted(set(self.project_secrets) & {*self.env, *self.secrets}):
            raise At(f"{both[0]} is set here and a secret of the project too", "project_secrets")
        return self

    def sealed(self, seal: Callable[[str], str]) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump(mode="json") | {
            "secrets": {name: seal(value) for name, value in self.secrets.items()}
        }


_VOLUME = re.compile(
    r"(?P<source>[^()\s]{1,253})\((?P<kind>pvc|pvc-share|storage|nfs|hostpath|configmap|secret|memory)\):(?P<path>/[^:\s]{1,250})(?P<ro>:ro)?"
)
_SOURCES = {
    "pvc": re.compile(r"[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?"),
    "configmap": re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?"),
    "secret": re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?"),
    "nfs": re.compile(r"[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)+"),
    "hostpath": re.compile(r"(/[A-Za-z0-9._-]+)+"),
    "memory": re.compile(r"\d+(\.\d+)?[KMGT]i?"),
}
KEPT = ("/cube", "/dev", "/proc", "/sys", "/etc", "/bin", "/usr", "/lib", "/lib64", "/sbin", "/boot", "/")
"""Paths at which, and below which, nothing is put."""


@dataclass(frozen=True)
class Wanted:
    """A volume as people write it, `source(kind):/path`, with `:ro` when it is only read."""

    kind: str
    source: str
    path: str
    read_only: bool

    @property
    def place(self) -> str:
        """What is allowed or not."""
        return f"{self.source}({self.kind})"

    def volume(self, user: str) -> Volume:
        """Of a claim everybody sees a folder of their own below its path; with pvc-share and storage the
        whole claim."""
        match self.kind:
            case "pvc":
                return Volume(
                    kind="pvc",
                    source=self.source,
                    path=f"{self.path.rstrip('/')}/{user}",
                    sub=user,
                    read_only=self.read_only,
                )
            case "pvc-share" | "storage":
                return Volume(
                    kind="pvc", source=self.source, path=self.path, sub="", read_only=self.read_only
                )
            case "memory":
                return Volume(kind="memory", source=str(size(self.source)), path=self.path)
        return Volume(kind=self.kind, source=self.source, path=self.path, sub="", read_only=self.read_only)


def wanted(text: str) -> Wanted:
    """A volume from text; ValueError with the rule."""
    found = _VOLUME.fullmatch(text.strip())
    if not found:
        raise ValueError(
            f"{text[:60]!r} is not a volume: write source(kind):/path, the kind being pvc, "
            "pvc-share, storage, nfs, hostpath, configmap, secret or memory"
        )
    kind, source, path = found["kind"], found["source"], posixpath.normpath(found["path"])
    if not _SOURCES.get(kind, _SOURCES["pvc"]).fullmatch(source) or ".." in source.split("/"):
        raise ValueError(f"{source[:60]!r} cannot be the source of a volume of the kind {kind}")
    if any(path == kept or (kept != "/" and path.startswith(kept + "/")) for kept in KEPT):
        raise ValueError(f"nothing can be put at {path[:60]}; choose a path such as /mnt or /data")
    return Wanted(kind, source, path, found["ro"] is not None)


class Volumes(Strict):
    """Places beside the working folder: texts such as data(pvc):/mnt."""

    volumes: tuple[str, ...] = Field((), max_length=20)

    @field_validator("volumes", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """The incumbent joins them by , or ; in one text."""
        return (
            tuple(part for part in re.split(r"[,;]\s*", value.strip()) if part)
            if isinstance(value, str)
            else value
        )

    @field_validator("volumes")
    @classmethod
    def _apart(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        asked = [wanted(text) for text in value]
        paths, names = [each.path for each in asked], [each.volume("").variable for each in asked]
        if twice := next((path for path in paths if paths.count(path) > 1), None):
            raise ValueError(f"two volumes are at {twice}")
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(
                f"the paths of two volumes end alike, so that both would be {twice}; change one of "
                "the last parts"
            )
        return value

    def mounted(self, user: str) -> tuple[Volume, ...]:
        """As a cluster takes them."""
        return tuple(wanted(text).volume(user) for text in self.volumes)


def allowed(volumes: Iterable[str], patterns: Iterable[str]) -> None:
    """Refuse volumes that no pattern of the installation lets in, and those that belong to something else of
    the platform."""
    known = tuple(patterns)
    for text in volumes:
        found = wanted(text)
        if found.kind != "memory" and found.source.startswith(
            ("cube-", "run-", "build-", "notebook-", "service-", "cubestudio-")
        ):
            raise Invalid(f"Volume {found.place} belongs to the platform.", field="volumes")
        if not any(fnmatchcase(found.place, pattern) for pattern in known):
            raise Invalid(
                f"Volume {found.place} is not among those that may be used here.",
                field="volumes",
                hint=f"An administrator says which, by CUBE_VOLUMES; now: {', '.join(known) or 'none'}.",
            )


def git_token(repo: str | None, token: str) -> dict[str, str]:
    """Variables by which git fetches from the host of a repository with a token, which stands in no
    command."""
    place = urlsplit(repo or "")
    if place.scheme not in ("http", "https"):
        return {}
    pair = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    name = f"http.{place.scheme}://{place.netloc.rpartition('@')[2]}/.extraHeader"
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": name,
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {pair}",
    }


def amended(kept: Mapping[str, Any], told: Mapping[str, Any], unseal: Callable[[str], str]) -> dict[str, Any]:
    """What was `sealed`, with what is said now in its place; in `secrets`, null keeps the value that is
    there. In the clear."""
    secrets = {name: unseal(value) for name, value in kept["secrets"].items()}
    whole = {**kept, "secrets": secrets, **told}
    if "secrets" in told:
        if not isinstance(told["secrets"], dict):
            raise Invalid("secrets is an object of names and values.", field="secrets")
        whole["secrets"] = {
            name: secrets.get(name, "") if value is None else value for name, value in told["secrets"].items()
        }
    return whole
