"""Administration of the clusters of this installation."""

from cubestudio.core.cluster.kubernetes.identity import Identity
from cubestudio.core.config import Settings
from cubestudio.core.store import Store


async def accept(settings: Settings, name: str) -> None:
    """Forget which cluster had a name, so that the next one that answers under it is accepted."""
    await Identity(name, Store.open(settings)).forget()
