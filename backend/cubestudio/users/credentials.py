"""The secrets by which people and their programs come in: links, sessions, tokens, and tickets for one
thing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, delete, insert, select, update

from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Scope, Viewer
from cubestudio.core.config import Settings
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Invalid, SignedOut
from cubestudio.core.vault import digest
from cubestudio.core.vault import token as secret_token
from cubestudio.users import access, messages
from cubestudio.users.events import AccessEnded
from cubestudio.users.model import Link, Pass, Session, Token, User

TOUCH = timedelta(minutes=5)
"""How exact `seen_at` and `used_at` are: they are not written more often."""
TICKET = timedelta(seconds=60)
"""How long a ticket may wait to be used."""
PASS = timedelta(hours=12)
"""How long what a ticket was traded for is good, if its session or token is."""


class Held(NamedTuple):
    """Whose a session or token is, whether it is time to `touch` it, and when it ends by itself."""

    viewer: Viewer
    stale: bool
    until: datetime | None


async def link(tx: Tx, settings: Settings, user: str) -> str:
    """A secret that signs this user in once, within `link_minutes`."""
    secret = secret_token("cubelink")
    expires = clock.now() + timedelta(minutes=settings.sign_in_link_minutes)
    await tx.execute(insert(Link).values(digest=digest(secret), user_id=user, expires_at=expires))
    return secret


async def redeem(tx: Tx, settings: Settings, secret: str, agent: str) -> str:
    """Trade a link for a session; the session's secret. The compare-and-set lets one of two redeemers win."""
    now = clock.now()
    used = await tx.execute(
        update(Link)
        .where(Link.digest == digest(secret), Link.used_at.is_(None), Link.expires_at > now)
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise SignedOut(messages.SIGN_IN_LINK_EXPIRED())
    user = (await tx.execute(select(Link.user_id).where(Link.digest == digest(secret)))).scalar_one()
    return await begin_session(tx, settings, user, agent)


async def begin_session(tx: Tx, settings: Settings, user: str, agent: str) -> str:
    """A new session of somebody who has shown who they are; its secret."""
    if (await tx.execute(select(User.closed_at).where(User.id == user))).scalar_one() is not None:
        raise SignedOut(messages.ACCOUNT_DEACTIVATED())
    session, now = secret_token("cubesess"), clock.now()
    await tx.execute(
        insert(Session).values(
            id=ids.new(),
            digest=digest(session),
            user_id=user,
            agent=agent[:300],
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=settings.session_days),
        )
    )
    return session


async def sessions_of(conn: Reader, viewer: Viewer, user: str | None = None) -> Sequence[Row]:
    """My sessions, the last used first; for administrators and auditors those of anybody."""
    if user is not None:
        access.overseer(viewer)
    columns = (Session.id, Session.agent, Session.created_at, Session.seen_at, Session.expires_at)
    mine = Session.user_id == (user or viewer.id)
    return (
        await conn.execute(select(*columns).where(mine).order_by(Session.seen_at.desc()).limit(200))
    ).all()


async def end_session(tx: Tx, viewer: Viewer, session: str) -> None:
    """End one session of mine, or, as an administrator, of anybody's."""
    owner = await access.own_session(tx, viewer, session)
    await tx.execute(delete(Session).where(Session.id == session))
    tx.record(AccessEnded(owner))


async def by_session(conn: Reader, settings: Settings, secret: str) -> Held | None:
    """Who holds a session."""
    now = clock.now()
    row = (
        await conn.execute(
            select(
                Session.id,
                Session.seen_at,
                Session.expires_at,
                Session.viewing_id,
                User.id.label("user"),
                User.name,
                User.admin,
                User.auditor,
            )
            .join(User, User.id == Session.user_id)
            .where(Session.digest == digest(secret), User.closed_at.is_(None))
        )
    ).one_or_none()
    if row is None:
        return None
    until = min(row.expires_at, row.seen_at + timedelta(hours=settings.session_idle_hours))
    if until <= now:
        return None
    stale = row.seen_at + TOUCH < now
    if row.viewing_id and row.admin:
        statement = select(User.id, User.name, User.auditor).where(
            User.id == row.viewing_id, User.closed_at.is_(None), User.admin.is_(False)
        )
        if other := (await conn.execute(statement)).one_or_none():
            eyes = Viewer(
                id=other.id,
                name=other.name,
                session=row.id,
                scope=Scope.READ,
                auditor=other.auditor,
                through=row.name,
            )
            return Held(eyes, stale, until)
    return Held(
        Viewer(id=row.user, name=row.name, admin=row.admin, session=row.id, auditor=row.auditor), stale, until
    )


async def by_token(conn: Reader, secret: str) -> Held | None:
    """Who holds an API token."""
    now = clock.now()
    row = (
        await conn.execute(
            select(
                Token.id,
                Token.expires_at,
                Token.used_at,
                Token.revoked_at,
                Token.scope,
                Token.project_id,
                User.id.label("user"),
                User.name,
                User.admin,
                User.auditor,
            )
            .join(User, User.id == Token.user_id)
            .where(Token.digest == digest(secret), User.closed_at.is_(None))
        )
    ).one_or_none()
    if row is None or row.revoked_at or (row.expires_at and row.expires_at <= now):
        return None
    held = Viewer(
        id=row.user,
        name=row.name,
        admin=row.admin,
        token=row.id,
        scope=Scope(row.scope),
        project=row.project_id,
        auditor=row.auditor,
    )
    return Held(held, row.used_at is None or row.used_at + TOUCH < now, row.expires_at)


async def touch(tx: Tx, viewer: Viewer) -> None:
    """Remember that a session or token is in use."""
    if viewer.session:
        await tx.execute(update(Session).where(Session.id == viewer.session).values(seen_at=clock.now()))
    if viewer.token:
        await tx.execute(update(Token).where(Token.id == viewer.token).values(used_at=clock.now()))


async def sign_out(tx: Tx, viewer: Viewer, everywhere: bool = False) -> None:
    """End this session, or all of the viewer's."""
    which = Session.user_id == viewer.id if everywhere else Session.id == viewer.session
    await tx.execute(delete(Session).where(which))
    tx.record(AccessEnded(viewer.id))


async def make_token(
    tx: Tx,
    viewer: Viewer,
    name: str,
    days: int | None,
    scope: Scope = Scope.MANAGE,
    project: str | None = None,
) -> tuple[str, str]:
    """A new token, for one project (by id) if one is given: its id, and the secret that is shown this
    once."""
    access.whole(viewer)
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise Invalid(messages.TOKEN_NAME_INVALID(), field="name")
    if days is not None and not 1 <= days <= 3650:
        raise Invalid(messages.TOKEN_DAYS_OUT_OF_RANGE(), field="days")
    secret = secret_token("cube")
    now = clock.now()
    made = ids.new()
    await tx.execute(
        insert(Token).values(
            id=made,
            digest=digest(secret),
            user_id=viewer.id,
            name=name,
            ending=secret[-4:],
            created_at=now,
            expires_at=now + timedelta(days=days) if days else None,
            scope=scope.value,
            project_id=project,
        )
    )
    return made, secret


async def revoke_token(tx: Tx, viewer: Viewer, token: str) -> None:
    await access.own_token(tx, viewer, token)
    owner = (await tx.execute(select(Token.user_id).where(Token.id == token))).scalar_one()
    tx.record(AccessEnded(owner))
    await tx.execute(
        update(Token).where(Token.id == token, Token.revoked_at.is_(None)).values(revoked_at=clock.now())
    )


async def ticket(tx: Tx, viewer: Viewer, thing: str) -> str:
    """A secret that lets the viewer's browser in to one thing, once, within a minute."""
    secret = secret_token("cubeopen")
    await tx.execute(
        insert(Pass).values(
            id=ids.new(),
            digest=digest(secret),
            user_id=viewer.id,
            session_id=viewer.session,
            token_id=viewer.token,
            thing=thing,
            ticket=True,
            expires_at=clock.now() + TICKET,
        )
    )
    return secret


async def enter(tx: Tx, secret: str, thing: str) -> str:
    """Trade a ticket for the secret of a cookie; a ticket works once."""
    cookie = secret_token("cubepass")
    now = clock.now()
    used = await tx.execute(
        update(Pass)
        .where(Pass.digest == digest(secret), Pass.thing == thing, Pass.ticket, Pass.expires_at > now)
        .values(digest=digest(cookie), ticket=False, expires_at=now + PASS)
    )
    if used.rowcount != 1:
        raise SignedOut(messages.OPEN_LINK_EXPIRED())
    return cookie


async def by_pass(conn: Reader, settings: Settings, secret: str, thing: str) -> tuple[Viewer, bool] | None:
    """Who may be let in to a thing by a cookie, and whether it is time to `touch` their session."""
    now = clock.now()
    row = (
        await conn.execute(
            select(
                Pass.session_id,
                Pass.token_id,
                User.id,
                User.name,
                User.admin,
                User.auditor,
                Session.seen_at,
                Session.expires_at,
                Token.expires_at.label("token_until"),
                Token.revoked_at,
                Token.scope,
                Token.project_id,
            )
            .join(User, User.id == Pass.user_id)
            .outerjoin(Session, Session.id == Pass.session_id)
            .outerjoin(Token, Token.id == Pass.token_id)
            .where(
                Pass.digest == digest(secret),
                Pass.thing == thing,
                Pass.ticket.is_(False),
                Pass.expires_at > now,
                User.closed_at.is_(None),
            )
        )
    ).one_or_none()
    if row is None or row.revoked_at or (row.token_until and row.token_until <= now):
        return None
    stale = False
    if row.session_id:
        if row.expires_at <= now or row.seen_at + timedelta(hours=settings.session_idle_hours) <= now:
            return None
        stale = row.seen_at + TOUCH < now
    scope = Scope(row.scope) if row.scope else Scope.MANAGE
    return Viewer(
        id=row.id,
        name=row.name,
        admin=row.admin,
        session=row.session_id,
        token=row.token_id,
        scope=scope,
        project=row.project_id,
        auditor=row.auditor,
    ), stale


async def tokens_of(conn: Reader, viewer: Viewer, user: str | None = None) -> Sequence[Row]:
    """My API tokens, newest first; for administrators and auditors those of anybody."""
    if user is not None:
        access.overseer(viewer)
    columns = (
        Token.id,
        Token.name,
        Token.ending,
        Token.created_at,
        Token.expires_at,
        Token.used_at,
        Token.revoked_at,
        Token.scope,
        Token.project_id,
    )
    mine = Token.user_id == (user or viewer.id)
    return (await conn.execute(select(*columns).where(mine).order_by(Token.id.desc()).limit(200))).all()


async def sweep(tx: Tx) -> None:
    """Forget sessions and links that can no longer be used."""
    now = clock.now()
    await tx.execute(delete(Session).where(Session.expires_at <= now))
    await tx.execute(delete(Link).where(Link.expires_at <= now - timedelta(days=1)))
    await tx.execute(delete(Pass).where(Pass.expires_at <= now))
