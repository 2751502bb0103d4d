"""What the name of an image says: whose registry it is in, and what it is called there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

DOCKER = "docker.io"
PUBLIC = {
    DOCKER: "registry-1.docker.io",
    **{
        host: host
        for host in (
            "ghcr.io",
            "quay.io",
            "nvcr.io",
            "gcr.io",
            "registry.k8s.io",
            "mcr.microsoft.com",
            "public.ecr.aws",
        )
    },
}
"""Registries that everybody may be told about, and where they answer; of others only those that a project or
the site names."""


@dataclass(kw_only=True, frozen=True)
class Door:
    """A registry as it is asked: `where` is its host and port."""

    where: str
    username: str = ""
    password: str = ""
    insecure: bool = False
    trusted: bool = False
    """Whether an administrator configured it; its address may be any then."""

    @property
    def host(self) -> str:
        return host_of(self.where)


@dataclass(frozen=True)
class Name:
    """An image: `reference` is a tag or a digest."""

    host: str
    repository: str
    reference: str


def read(image: str) -> Name:
    """A name as people write it, made whole: python → docker.io, library/python, latest."""
    image, _, digest = image.partition("@")
    first, slash, rest = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        host = first
    else:
        host, rest = DOCKER, image
    path, colon, tag = rest.rpartition(":")
    repository, tag = (path, tag) if colon else (rest, "latest")
    if host == DOCKER and "/" not in repository:
        repository = f"library/{repository}"
    return Name(host, repository, digest or tag)


def door(image: str, registries: Sequence[tuple[str, Door]], site: str) -> Door | None:
    """Where to ask for an image: the project's own registry with the longest prefix that fits, the site's, or
    a public one; None for any other, which nobody may have us ask. `registries`: (prefix, door); `site`: the
    registry's prefix of the installation."""
    own = [(prefix, each) for prefix, each in registries if image.startswith((f"{prefix}/", f"{prefix}:"))]
    if own:
        return max(own, key=lambda pair: len(pair[0]))[1]
    host = read(image).host
    if site and host == site.partition("/")[0]:
        return Door(where=host, trusted=True)
    return Door(where=PUBLIC[host]) if host in PUBLIC else None


def host_of(where: str) -> str:
    """The host of host:port, in lowercase."""
    return (urlsplit(f"//{where}").hostname or "").rstrip(".")


PUBLIC_SECOND = frozenset({"ac", "co", "com", "edu", "gov", "mil", "net", "or", "org"})
"""Names of which everybody registers the next one in many countries: com.cn, co.uk."""


def of_registry(host: str, registry: str) -> bool:
    """Whether a token service may get the password of a registry: its host is the registry's own, or of its
    parent domain."""
    if host == registry or host.endswith(f".{registry}"):
        return True
    parent = registry.partition(".")[2]
    labels = parent.split(".")
    if (
        len(labels) < 2
        or parent.replace(".", "").isdecimal()
        or (len(labels) == 2 and labels[0] in PUBLIC_SECOND)
    ):
        return False
    return host == parent or host.endswith(f".{parent}")


def door_of(row: Any, password: str) -> Door:
    """A registry of a project, with its password."""
    host = row.prefix.partition("/")[0]
    return Door(where=PUBLIC.get(host, host), username=row.username, password=password, insecure=row.insecure)
