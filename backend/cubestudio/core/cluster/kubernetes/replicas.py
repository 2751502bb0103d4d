"""The replicas of servers that answer, kept from a watch, so that a request neither asks the API server nor
needs it."""

import ipaddress
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cubestudio.core import log
from cubestudio.core.cluster.kubernetes.status.fields import is_replica
from cubestudio.core.cluster.kubernetes.status.pods import pod_status

logger = log.get(__name__)


@dataclass(kw_only=True, frozen=True)
class Replica:
    """A pod of a server that is ready, and not about to end. `address` is None where it has none that may be
    used."""

    uid: str
    space: str
    name: str
    workload: str
    address: str | None
    port: int | None
    """The one that its server answers at."""


def understood(body: Mapping[str, Any]) -> Replica | None:
    """A pod as a replica; None when it is none, does not answer, or cannot be read."""
    try:
        return _read(body)
    except Exception as error:
        logger.error(
            "a pod cannot be read",
            pod=str((body.get("metadata") or {}).get("name"))[:253],
            error=repr(error)[:300],
        )
        return None


def _read(body: Mapping[str, Any]) -> Replica | None:
    if not is_replica(body):
        return None
    seen = pod_status(body)
    if not seen.ready or not seen.workload:
        return None
    meta = body["metadata"]
    ports = (
        each.get("containerPort")
        for container in body["spec"]["containers"]
        for each in container.get("ports") or ()
    )
    port = next((each for each in ports if isinstance(each, int) and 0 < each < 2**16), None)
    return Replica(
        uid=meta["uid"],
        space=meta["namespace"],
        name=meta["name"],
        workload=seen.workload,
        address=address((body.get("status") or {}).get("podIP")),
        port=port,
    )


def address(text: Any) -> str | None:
    """The address of a pod, if it is one. What a cluster says is not believed blindly: multicast, link-local
    (where clouds answer with credentials) and unspecified addresses are no pod's."""
    try:
        found = ipaddress.ip_address(text if isinstance(text, str) else "")
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None) or found
    return None if mapped.is_multicast or mapped.is_link_local or mapped.is_unspecified else str(found)


class Replicas:
    """Those of one cluster, by workload. Fed by a watch: `listed` and `changed`."""

    def __init__(self) -> None:
        self._by_uid: dict[str, Replica] = {}
        self._of: dict[str, dict[str, Replica]] = defaultdict(dict)

    def listed(self, items: list[dict]) -> None:
        self._by_uid.clear()
        self._of.clear()
        for body in items:
            self.changed("ADDED", body)

    def changed(self, kind: str, body: dict) -> None:
        """A change of one pod; one that cannot be read does not answer."""
        uid = str(body["metadata"].get("uid"))
        now = None if kind == "DELETED" else understood(body)
        before = self._by_uid.pop(uid, None)
        if before is not None:
            self._of[before.workload].pop(uid)
            if not self._of[before.workload]:
                del self._of[before.workload]
        if now is not None:
            self._by_uid[uid] = self._of.setdefault(now.workload, {})[uid] = now

    def of(self, workload: str) -> list[Replica]:
        return list(self._of[workload].values()) if workload in self._of else []

    def has(self, uid: str) -> bool:
        return uid in self._by_uid
