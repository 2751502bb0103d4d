"""What base images that everybody knows cannot build, so that it is said before a build and not at its end.
Pure."""

import re
from collections.abc import Collection

NEEDS = ("apt", "conda", "pip", "commands")
"""Parts of an image that a base may lack something for."""
_LACKS = {
    "scratch": set(NEEDS),
    "busybox": {"apt", "conda", "pip"},
    "alpine": {"apt", "conda", "pip"},
    "debian": {"conda", "pip"},
    "ubuntu": {"conda", "pip"},
    "python": {"conda"},
    "node": {"conda"},
    "nvidia/cuda": {"conda", "pip"},
}
_OFFICIAL = re.compile(r"(?:docker\.io/)?(?:library/)?(?P<name>[a-z/]+)(?::(?P<tag>[^@]*))?(?:@.*)?")


def lacking(base: str, parts: Collection[str]) -> str | None:
    """The first of the parts that a base cannot have; None where all can be, or where nobody knows. The name
    is that of an image that Docker Hub has: with a registry before it, it may be another."""
    found = _OFFICIAL.fullmatch(base)
    if found is None or found["name"] not in _LACKS:
        return None
    lacks = set(_LACKS[found["name"]]) | ({"apt"} if "alpine" in (found["tag"] or "") else set())
    if "apt" in parts and "apt" not in lacks:
        lacks.discard("pip")  # it may install Python
    return next((part for part in NEEDS if part in parts and part in lacks), None)
