"""Running periodic jobs of the platform now."""

from collections.abc import Collection

from sqlalchemy import select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Outbox, Tx
from cubestudio.core.errors import NotFound
from cubestudio.housekeeping.tasks import messages
from cubestudio.users.access import administrator


async def run(tx: Tx, viewer: Viewer, name: str, known: Collection[str]) -> None:
    """Send a periodic job, one of `known`, now, unless it is sent or runs already. Its schedule stays."""
    administrator(viewer)
    if name not in known:
        raise NotFound(messages.SCHEDULED_TASK_NOT_FOUND(name=name[:100]), field="name")
    waits = select(Outbox.id).where(Outbox.job == name, Outbox.send_at.is_not(None)).limit(1)
    if (await tx.execute(waits)).first() is None:
        tx.send(name)
