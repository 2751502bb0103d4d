"""Volumes as people write them, `source(kind):/path`, and as clusters take them. Pure."""

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field, field_validator

from cubestudio.core import messages
from cubestudio.core.errors import Invalid
from cubestudio.core.inputs.resources import size
from cubestudio.core.inputs.strict import Strict

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


@dataclass(kw_only=True, frozen=True)
class Volume:
    """A place beside the working folder, seen at `path` and told as `variable`. `kind`: pvc (`source` is a
    claim, `sub` the folder in it that is seen), nfs (server/path), hostpath, configmap, secret, memory
    (`source` is its bytes). On this machine a pvc is a folder of the project, memory a temporary one, and
    only the variable leads there."""

    kind: str
    source: str
    path: str
    sub: str = ""
    read_only: bool = False

    @property
    def variable(self) -> str:
        """CUBE_VOLUME_ and the last part of the path that was asked for, in capitals; where everybody has a
        folder of their own below it, that is not part of the name, so that one definition works for
        everybody."""
        name = self.path.rstrip("/").removesuffix(f"/{self.sub}").rpartition("/")[2]
        return "CUBE_VOLUME_" + "".join(each if each.isalnum() else "_" for each in name.upper())


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
        raise ValueError(messages.VOLUME_INVALID(volume=repr(text[:60])))
    kind, source, path = found["kind"], found["source"], posixpath.normpath(found["path"])
    if not _SOURCES.get(kind, _SOURCES["pvc"]).fullmatch(source) or ".." in source.split("/"):
        raise ValueError(messages.VOLUME_SOURCE_INVALID(source=repr(source[:60]), kind=kind))
    if any(path == kept or (kept != "/" and path.startswith(kept + "/")) for kept in KEPT):
        raise ValueError(messages.VOLUME_PATH_RESERVED(path=path[:60]))
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
            raise ValueError(messages.VOLUME_PATH_TWICE(path=twice))
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(messages.VOLUME_PATHS_ALIKE(path=twice))
        return value

    def mounted(self, user: str) -> tuple[Volume, ...]:
        """As a cluster takes them."""
        return tuple(wanted(text).volume(user) for text in self.volumes)


def allowed(volumes: Iterable[str], patterns: Iterable[str], field: str = "volumes") -> None:
    """Refuse volumes that no pattern of the installation lets in, and those that belong to something else of
    the platform. `field`: where they stand in the input."""
    known = tuple(patterns)
    for text in volumes:
        found = wanted(text)
        if found.kind != "memory" and found.source.startswith(
            ("cube-", "run-", "build-", "notebook-", "service-", "cubestudio-")
        ):
            raise Invalid(messages.VOLUME_OF_PLATFORM(path=found.place), field=field)
        if not any(fnmatchcase(found.place, pattern) for pattern in known):
            raise Invalid(
                messages.VOLUME_NOT_ALLOWED(path=found.place, volumes=", ".join(known) or "none"), field=field
            )
