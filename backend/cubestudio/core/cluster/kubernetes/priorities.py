"""The PriorityClass that pods get by the priority of their work: what the scheduler places first, and what it
may evict for it."""

from collections.abc import Mapping

from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

KIND = ("scheduling.k8s.io/v1", "priorityclasses")
MOST = 20
"""Names that are listed."""


def chosen(priority: int, classes: Mapping[int, str]) -> str:
    """The class of the greatest priority that is not above this one; "" below them all. Pure."""
    return classes[max(found)] if (found := [each for each in classes if each <= priority]) else ""


async def unknown(client: Client, name: str) -> list[str]:
    """Why no pod of a class can be created: the cluster has none of that name. Nothing where the cluster does
    not tell."""
    try:
        await client.get(path(*KIND, None, name))
        return []
    except NotFound:
        pass
    except (Forbidden, Unavailable, Invalid, Conflict):
        return []
    try:
        found, _ = await client.items(path(*KIND))
    except (Forbidden, NotFound, Unavailable, Invalid, Conflict):
        found = []
    names = sorted(str((each.get("metadata") or {}).get("name")) for each in found)
    known = f": it has {', '.join(names[:MOST])}" if names else ""
    return [
        (
            f"its pods are to have the PriorityClass {name} (CUBE_PRIORITY_CLASSES), which cluster "
            f"{client.name} does not have{known}"
        )
    ]
