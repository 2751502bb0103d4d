"""Notifications of a user as pages, and what they chose."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, func, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.paging import Rows, among, fetch
from cubestudio.notifications.model import Notification, NotificationKind, Setting
from cubestudio.notifications.spec import ON
from cubestudio.users.access import whole

COLUMNS = Notification.__table__.columns


async def notifications_of(
    conn: Reader, viewer: Viewer, unread: bool, after: str | None, first: int, most: int
) -> Rows:
    """Return a page of the viewer's notifications, newest first; `unread`: only those."""
    narrow = {Notification.user_id: [whole(viewer).id]} | ({Notification.unread: [True]} if unread else {})
    page = among(COLUMNS, Notification.id, narrow, rest=[], after=after, first=first, most=most)
    return await fetch(conn, page)


async def unread_of(conn: Reader, viewer: Viewer) -> int:
    """Return how many of the viewer's notifications are unread."""
    mine = (Notification.user_id == whole(viewer).id, Notification.unread.is_(True))
    return (await conn.execute(select(func.count()).where(*mine))).scalar_one()


async def notification(conn: Reader, viewer: Viewer, key: str) -> Row | None:
    """Return a notification of the viewer by id."""
    mine = (Notification.id == key, Notification.user_id == whole(viewer).id)
    return (await conn.execute(select(*COLUMNS).where(*mine))).one_or_none()


async def kinds_on(conn: Reader, user: str) -> Collection[NotificationKind]:
    """Return the kinds that a user gets in the console."""
    rows: Sequence[Row] = (
        await conn.execute(select(Setting.kind, Setting.console).where(Setting.user_id == user))
    ).all()
    chosen = {row.kind: row.console for row in rows}
    return [kind for kind in NotificationKind if chosen.get(kind.value, ON[kind])]
