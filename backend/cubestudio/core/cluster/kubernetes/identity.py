"""That a cluster is the one which had its name before.

A kubeconfig may be changed, or a cluster rebuilt behind the same address. Everything that the platform knows
to run on the old one would then be missing on the new one, taken for lost, and started again beside what
still runs. So the first contact remembers which cluster answers, by the uid of its namespace kube-system, and
another one under the same name counts as unreachable."""

from cubestudio.core.cluster import messages
from cubestudio.core.errors import Unavailable
from cubestudio.core.store import Store

QUESTION = "/api/v1/namespaces/kube-system"


class Identity:
    """What is remembered of the cluster `name`."""

    def __init__(self, name: str, store: Store):
        self.name = name
        self._store = store
        self._key = f"clusters/{name}/identity"
        self._known: str | None = None

    async def met(self) -> bool:
        """Whether a cluster was met under this name."""
        if self._known is None:
            try:
                self._known = (await self._store.get(self._key)).decode()
            except FileNotFoundError:
                return False
        return True

    async def check(self, uid: str) -> None:
        """Raises Unavailable when it is not the cluster that was met first."""
        if not await self.met():
            await self._store.put(self._key, uid.encode())
            self._known = uid
        if self._known != uid:
            self._known = None  # somebody may accept it meanwhile
            raise Unavailable(messages.CLUSTER_REPLACED(cluster=self.name))

    async def forget(self) -> None:
        """The next cluster that answers is taken for this one."""
        await self._store.delete(self._key)
        self._known = None
