"""Writing notifications, marking them as read, and choosing which are wanted."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Invalid, NotFound
from cubestudio.notifications import listing, messages
from cubestudio.notifications.events import NotificationsChanged
from cubestudio.notifications.model import Notification, NotificationKind, Setting
from cubestudio.notifications.spec import Notice, shortened
from cubestudio.projects import access as projects
from cubestudio.users import actions as users
from cubestudio.users.access import whole

KEEP = timedelta(days=90)
"""How long notifications are kept."""
PIECE = 1000
"""Rows that one transaction deletes."""
MOST_MARKED = 200
"""Notifications that one request may mark by id."""


async def reachable(conn: Reader, user: str, project: str) -> bool:
    """Return whether a user has an active account and may see a project."""
    viewer, closed = await users.behind(conn, user)
    if closed:
        return False
    try:
        await projects.project(conn, viewer, project)
    except NotFound:
        return False
    return True


async def write(tx: Tx, notice: Notice) -> None:
    """Write the notification of an event for the user whom it concerns, once, unless they do not want it."""
    there = (Notification.user_id == notice.user_id, Notification.event == notice.event)
    if (await tx.execute(select(Notification.id).where(*there))).first() is not None:
        return
    kind = notice.chosen(await listing.kinds_on(tx, notice.user_id))
    if kind is None or not await reachable(tx, notice.user_id, notice.project_id):
        return
    await tx.execute(
        insert(Notification).values(
            id=ids.new(),
            user_id=notice.user_id,
            event=notice.event,
            kind=kind.value,
            project_id=notice.project_id,
            subject_id=notice.subject_id,
            name=notice.name,
            number=notice.number,
            detail=shortened(notice.detail),
            unread=True,
            created_at=clock.now(),
        )
    )
    tx.record(NotificationsChanged(notice.user_id))


async def mark_read(tx: Tx, viewer: Viewer, keys: Sequence[str] | None) -> None:
    """Mark notifications of the viewer as read; None: all. Ids of others change nothing."""
    if keys is not None and len(keys) > MOST_MARKED:
        raise Invalid(messages.TOO_MANY_NOTIFICATIONS(limit=MOST_MARKED), field="ids")
    mine = [Notification.user_id == whole(viewer).id, Notification.unread.is_(True)]
    if keys is not None:
        mine.append(Notification.id.in_(keys))
    if (await tx.execute(update(Notification).where(*mine).values(unread=False))).rowcount:
        tx.record(NotificationsChanged(viewer.id))


async def choose(tx: Tx, viewer: Viewer, chosen: Mapping[NotificationKind, bool]) -> None:
    """Turn kinds of notifications of the viewer on and off in the console."""
    for kind, console in chosen.items():
        mine = (Setting.user_id == whole(viewer).id, Setting.kind == kind.value)
        await tx.execute(delete(Setting).where(*mine))
        await tx.execute(insert(Setting).values(user_id=viewer.id, kind=kind.value, console=console))


async def forget(tx: Tx) -> bool:
    """Delete some of the notifications that are older than 90 days. Return whether there may be more."""
    old = select(Notification.id).where(Notification.id < ids.earliest(clock.now() - KEEP)).limit(PIECE)
    keys = (await tx.execute(old)).scalars().all()
    if keys:
        await tx.execute(delete(Notification).where(Notification.id.in_(keys)))
    return len(keys) == PIECE
