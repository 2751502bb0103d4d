"""Signing in and out, and tokens for scripts."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import ids, time
from cubestudio.core.auth.viewer import Scope, Viewer
from cubestudio.core.config import Provider, Settings
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid, NotFound, SignedOut
from cubestudio.core.keyset import cut
from cubestudio.core.secrets import digest
from cubestudio.core.secrets import token as secret_token
from cubestudio.users import access
from cubestudio.users.events import AccessEnded
from cubestudio.users.model import Identity, Link, Pass, Session, Token, User

SSH_KEY = re.compile(
    r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{40,6000}={0,3}( [^\x00-\x1f]{0,200})?"
)
TOUCH = timedelta(minutes=5)
"""How exact `seen_at` and `used_at` are: they are not written more often."""


TICKET = timedelta(seconds=60)
"""How long a ticket may wait to be used."""
PASS = timedelta(hours=12)
"""How long what a ticket was traded for is good, if its session or token is."""


async def administrator(tx: Tx) -> str:
    """The first administrator's id; the account is made when there is none."""
    found = (await tx.execute(select(User.id).where(User.admin).order_by(User.id).limit(1))).scalar_one_or_none()
    if found:
        return found
    return await create(tx, "admin", admin=True)


async def create(tx: Tx, name: str, *, email: str | None = None, admin: bool = False) -> str:
    """A new account, without any way to sign in yet."""
    if (await tx.execute(select(User.id).where(User.name == name))).scalar_one_or_none():
        raise Conflict(f"There is a user named {name} already.", field="name")
    user = ids.new()
    await tx.execute(insert(User).values(id=user, name=name, email=email, admin=admin, created_at=time.now()))
    return user


async def link(tx: Tx, settings: Settings, user: str) -> str:
    """A secret that signs this user in once, within `link_minutes`."""
    secret = secret_token("cubelink")
    expires = time.now() + timedelta(minutes=settings.link_minutes)
    await tx.execute(insert(Link).values(digest=digest(secret), user_id=user, expires_at=expires))
    return secret


async def redeem(tx: Tx, settings: Settings, secret: str, agent: str) -> str:
    """Trade a link for a session; the session's secret. The compare-and-set lets one of two redeemers win."""
    now = time.now()
    used = await tx.execute(
        update(Link).where(Link.digest == digest(secret), Link.used_at.is_(None), Link.expires_at > now).values(used_at=now)
    )
    if used.rowcount != 1:
        raise SignedOut("This sign-in link was used already or is too old.", hint="Make a new one on the machine: cubestudio token --link")
    user = (await tx.execute(select(Link.user_id).where(Link.digest == digest(secret)))).scalar_one()
    return await begin_session(tx, settings, user, agent)


async def begin_session(tx: Tx, settings: Settings, user: str, agent: str) -> str:
    """A new session of somebody who has shown who they are; its secret."""
    if (await tx.execute(select(User.closed_at).where(User.id == user))).scalar_one() is not None:
        raise SignedOut("This account is closed.", hint="Ask an administrator of the platform.")
    session, now = secret_token("cubesess"), time.now()
    await tx.execute(
        insert(Session).values(
            id=ids.new(), digest=digest(session), user_id=user, agent=agent[:300], created_at=now, seen_at=now,
            expires_at=now + timedelta(days=settings.session_days),
        )
    )  # fmt: skip
    return session


def verified_address(claims: Mapping[str, Any]) -> str | None:
    """The address of e-mail that a provider says it verified, in small letters."""
    address = str(claims.get("email") or "").lower()
    return address if claims.get("email_verified") in (True, "true") and "@" in address else None


async def recognise(tx: Tx, provider: Provider, claims: Mapping[str, Any], invited: bool = False) -> str:
    """The account of whom a provider means, made or joined when that is allowed; its id. Only a verified address of e-mail joins.
    `invited`: somebody expects whoever has that address."""
    subject, address = str(claims.get("sub") or "")[:255], str(claims.get("email") or "").lower()
    if not subject:
        raise SignedOut(f"{provider.title or provider.name} did not say who you are.", hint="Tell your administrator.")
    verified = verified_address(claims) is not None
    if provider.domains and not (verified and address.rpartition("@")[2] in provider.domains):
        raise SignedOut(f"Only addresses in {', '.join(provider.domains)} are let in.", hint="Sign in with such an account.")
    told = claims.get(provider.groups_claim)
    groups = {str(each) for each in told} if isinstance(told, list) else set()
    if provider.groups and not groups & set(provider.groups):
        raise SignedOut("You are in none of the groups that are let in.", hint="Ask your administrator.")
    user = (
        await tx.execute(select(Identity.user_id).where(Identity.provider == provider.name, Identity.subject == subject))
    ).scalar_one_or_none()
    if user is None:
        if verified:
            user = (await tx.execute(select(User.id).where(User.email == address))).scalar_one_or_none()
        if user is None:
            if provider.sign_up == "known" and not (verified and invited):
                raise SignedOut("There is no account for you here.", hint="Ask to be invited with your e-mail address.")
            wanted = str(claims.get("preferred_username") or address.partition("@")[0] or claims.get("name") or subject)
            user = await create(tx, await free_name(tx, wanted), email=address if verified else None)
        await tx.execute(
            insert(Identity).values(id=ids.new(), provider=provider.name, subject=subject, user_id=user, created_at=time.now())
        )
    if provider.admin_groups:
        await tx.execute(update(User).where(User.id == user).values(admin=bool(groups & set(provider.admin_groups))))
    return user


async def free_name(tx: Tx, wanted: str) -> str:
    """A user name like the wanted one that nobody has."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", wanted.lower().partition("@")[0]).strip("-._")[:60] or "user"
    taken = set((await tx.execute(select(User.name).where(User.name.startswith(plain, autoescape=True)))).scalars())
    return next(name for name in (plain, *(f"{plain}-{number}" for number in range(2, 10_000))) if name not in taken)


async def people(conn: Reader, viewer: Viewer, words: str, after: str | None, first: int, most: int) -> Sequence[Row]:
    """A page of all accounts, newest first, for administrators and auditors."""
    access.overseer(viewer)
    columns = (User.id, User.name, User.email, User.admin, User.auditor, User.created_at, User.closed_at)
    statement = select(*columns)
    if words := words.strip()[:100]:
        statement = statement.where(or_(User.name.contains(words, autoescape=True), User.email.contains(words, autoescape=True)))
    return (await conn.execute(cut(statement, User.id, after, first, most))).all()


async def seen_by_user(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """When people were last here."""
    statement = select(Session.user_id, func.max(Session.seen_at)).where(Session.user_id.in_(keys)).group_by(Session.user_id)
    found = {row[0]: row[1] for row in await conn.execute(statement)}
    return {key: found.get(key) for key in keys}


async def invite(tx: Tx, viewer: Viewer, settings: Settings, name: str, email: str | None) -> tuple[str, str]:
    """A new account and the secret of a link by which its owner signs in once."""
    access.administrator(viewer)
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,59}", name):
        raise Invalid("A user name has 1 to 60 small letters, digits, dots, hyphens and underscores.", field="name")
    address = (email or "").strip().lower() or None
    if address is not None:
        if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,189}", address):
            raise Invalid("This is not an address of e-mail.", field="email")
        if (await tx.execute(select(User.id).where(User.email == address))).scalar_one_or_none():
            raise Conflict("There is an account with this address already.", field="email")
    user = await create(tx, name, email=address)
    return user, await link(tx, settings, user)


async def relink(tx: Tx, viewer: Viewer, settings: Settings, user: str) -> str:
    """The secret of a fresh link for somebody who has lost their way in."""
    access.administrator(viewer)
    await _known(tx, user)
    return await link(tx, settings, user)


async def change_person(tx: Tx, viewer: Viewer, user: str, admin: bool | None, auditor: bool | None, closed: bool | None) -> None:
    """Make somebody an administrator or an auditor or not, close an account or open it again. One administrator always stays."""
    access.administrator(viewer)
    row = await _known(tx, user)
    values: dict[str, Any] = {}
    if admin is not None:
        values["admin"] = admin
    if auditor is not None:
        values["auditor"] = auditor
    if closed is not None:
        values["closed_at"] = time.now() if closed else None
    if not values:
        return
    if row.admin:  # two who end each other do so one after the other
        await tx.execute(select(User.id).where(User.admin).order_by(User.id).with_for_update())
    await tx.execute(update(User).where(User.id == user).values(**values))
    left = select(func.count()).select_from(User).where(User.admin, User.closed_at.is_(None))
    if row.admin and (await tx.execute(left)).scalar_one() == 0:
        raise Conflict("This is the last administrator.", field="id", hint="Make somebody else an administrator first.")
    tx.record(AccessEnded(user))


async def view_as(tx: Tx, viewer: Viewer, user: str) -> None:
    """From now on this session sees what somebody sees, and changes nothing."""
    access.administrator(viewer)
    row = (await tx.execute(select(User.admin, User.closed_at).where(User.id == user))).one_or_none()
    if row is None:
        raise NotFound("There is no such person.", field="id")
    if viewer.session is None:
        raise Conflict("Only somebody who is signed in with a browser can see with another's eyes.", field="id")
    if row.admin or row.closed_at:
        raise Conflict("Administrators see what you see, and a closed account sees nothing.", field="id")
    await tx.execute(update(Session).where(Session.id == viewer.session).values(viewing_id=user))
    tx.record(AccessEnded(viewer.id))


async def stop_viewing(tx: Tx, viewer: Viewer) -> str:
    """This session is its owner's again; the owner's id."""
    if viewer.through is None:
        raise Conflict("You see with your own eyes.")
    await tx.execute(update(Session).where(Session.id == viewer.session).values(viewing_id=None))
    owner = (await tx.execute(select(Session.user_id).where(Session.id == viewer.session))).scalar_one()
    tx.record(AccessEnded(owner))
    return owner


async def behind(conn: Reader, user: str) -> tuple[Viewer, bool]:
    """In whose name something is done when nobody is there to ask for it, and whether that account is closed."""
    row = (await conn.execute(select(User.name, User.admin, User.closed_at).where(User.id == user))).one()
    return Viewer(user, row.name, row.admin), row.closed_at is not None


async def _known(tx: Tx, user: str) -> Row:
    row = (await tx.execute(select(User.id, User.admin).where(User.id == user))).one_or_none()
    if row is None:
        raise NotFound("There is no such person.", field="id")
    return row


async def ssh_keys_of(conn: Reader, viewer: Viewer) -> list[str]:
    """My public keys."""
    kept: str | None = (await conn.execute(select(User.ssh_keys).where(User.id == viewer.id))).scalar_one()
    return kept.splitlines() if kept else []


async def set_ssh_keys(tx: Tx, viewer: Viewer, keys: Sequence[str]) -> list[str]:
    """Say by which public keys I come in to my notebooks, from their next start on."""
    access.whole(viewer)
    plain = [" ".join(key.split()) for key in keys if key.strip()]
    for key in plain:
        if not SSH_KEY.fullmatch(key):
            raise Invalid(
                f"This is not a public key of SSH: {key[:40]}.",
                field="keys",
                hint="It is a line such as ssh-ed25519 AAAA… name; never a private key.",
            )
    if len(plain) > 20 or sum(map(len, plain)) > 16_000:
        raise Invalid("A person has 20 keys at most.", field="keys")
    await tx.execute(update(User).where(User.id == viewer.id).values(ssh_keys="\n".join(dict.fromkeys(plain))))
    return plain


async def sessions_of(conn: Reader, viewer: Viewer, user: str | None = None) -> Sequence[Row]:
    """My sessions, the last used first; for administrators and auditors those of anybody."""
    if user is not None:
        access.overseer(viewer)
    columns = (Session.id, Session.agent, Session.created_at, Session.seen_at, Session.expires_at)
    mine = Session.user_id == (user or viewer.id)
    return (await conn.execute(select(*columns).where(mine).order_by(Session.seen_at.desc()).limit(200))).all()


async def end_session(tx: Tx, viewer: Viewer, session: str) -> None:
    """End one session of mine, or, as an administrator, of anybody's."""
    owner = await access.own_session(tx, viewer, session)
    await tx.execute(delete(Session).where(Session.id == session))
    tx.record(AccessEnded(owner))


async def by_session(conn: Reader, settings: Settings, secret: str) -> tuple[Viewer, bool] | None:
    """Who holds a session, and whether it is time to `touch` it."""
    now = time.now()
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
    if row is None or row.expires_at <= now or row.seen_at + timedelta(hours=settings.session_idle_hours) <= now:
        return None
    stale = row.seen_at + TOUCH < now
    if row.viewing_id and row.admin:
        statement = select(User.id, User.name, User.auditor).where(
            User.id == row.viewing_id, User.closed_at.is_(None), User.admin.is_(False)
        )
        if other := (await conn.execute(statement)).one_or_none():
            return Viewer(
                other.id, other.name, session=row.id, scope=Scope.READ, auditor=other.auditor, through=row.name
            ), stale  # fmt: skip
    return Viewer(row.user, row.name, row.admin, session=row.id, auditor=row.auditor), stale


async def by_token(conn: Reader, secret: str) -> tuple[Viewer, bool] | None:
    """Who holds an API token, and whether it is time to `touch` it."""
    now = time.now()
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
    held = Viewer(row.user, row.name, row.admin, token=row.id, scope=Scope(row.scope), project=row.project_id, auditor=row.auditor)
    return held, row.used_at is None or row.used_at + TOUCH < now


async def touch(tx: Tx, viewer: Viewer) -> None:
    """Remember that a session or token is in use."""
    if viewer.session:
        await tx.execute(update(Session).where(Session.id == viewer.session).values(seen_at=time.now()))
    if viewer.token:
        await tx.execute(update(Token).where(Token.id == viewer.token).values(used_at=time.now()))


async def sign_out(tx: Tx, viewer: Viewer, everywhere: bool = False) -> None:
    """End this session, or all of the viewer's."""
    which = Session.user_id == viewer.id if everywhere else Session.id == viewer.session
    await tx.execute(delete(Session).where(which))
    tx.record(AccessEnded(viewer.id))


async def make_token(
    tx: Tx, viewer: Viewer, name: str, days: int | None, scope: Scope = Scope.MANAGE, project: str | None = None
) -> tuple[str, str]:  # fmt: skip
    """A new token, for one project (by id) if one is given: its id, and the secret that is shown this once."""
    access.whole(viewer)
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise Invalid("A token's name has 1 to 100 characters.", field="name")
    if days is not None and not 1 <= days <= 3650:
        raise Invalid("A token is good for 1 to 3650 days, or for ever when days is left out.", field="days")
    secret = secret_token("cube")
    now = time.now()
    made = ids.new()
    await tx.execute(
        insert(Token).values(
            id=made, digest=digest(secret), user_id=viewer.id, name=name, ending=secret[-4:], created_at=now,
            expires_at=now + timedelta(days=days) if days else None, scope=scope.value, project_id=project,
        )
    )  # fmt: skip
    return made, secret


async def revoke_token(tx: Tx, viewer: Viewer, token: str) -> None:
    await access.own_token(tx, viewer, token)
    owner = (await tx.execute(select(Token.user_id).where(Token.id == token))).scalar_one()
    tx.record(AccessEnded(owner))
    await tx.execute(update(Token).where(Token.id == token, Token.revoked_at.is_(None)).values(revoked_at=time.now()))


async def ticket(tx: Tx, viewer: Viewer, thing: str) -> str:
    """A secret that lets the viewer's browser in to one thing, once, within a minute."""
    secret = secret_token("cubeopen")
    await tx.execute(
        insert(Pass).values(
            id=ids.new(), digest=digest(secret), user_id=viewer.id, session_id=viewer.session, token_id=viewer.token, thing=thing,
            ticket=True, expires_at=time.now() + TICKET,
        )
    )  # fmt: skip
    return secret


async def enter(tx: Tx, secret: str, thing: str) -> str:
    """Trade a ticket for the secret of a cookie; a ticket works once."""
    cookie = secret_token("cubepass")
    now = time.now()
    used = await tx.execute(
        update(Pass)
        .where(Pass.digest == digest(secret), Pass.thing == thing, Pass.ticket, Pass.expires_at > now)
        .values(digest=digest(cookie), ticket=False, expires_at=now + PASS)
    )
    if used.rowcount != 1:
        raise SignedOut("This address was used already or is too old.", hint="Open it again from Cube Studio.")
    return cookie


async def by_pass(conn: Reader, settings: Settings, secret: str, thing: str) -> tuple[Viewer, bool] | None:
    """Who may be let in to a thing by a cookie, and whether it is time to `touch` their session."""
    now = time.now()
    row = (
        await conn.execute(
            select(
                Pass.session_id, Pass.token_id, User.id, User.name, User.admin, User.auditor, Session.seen_at, Session.expires_at,
                Token.expires_at.label("token_until"), Token.revoked_at, Token.scope, Token.project_id,
            )
            .join(User, User.id == Pass.user_id)
            .outerjoin(Session, Session.id == Pass.session_id)
            .outerjoin(Token, Token.id == Pass.token_id)
            .where(Pass.digest == digest(secret), Pass.thing == thing, Pass.ticket.is_(False), Pass.expires_at > now, User.closed_at.is_(None))
        )
    ).one_or_none()  # fmt: skip
    if row is None or row.revoked_at or (row.token_until and row.token_until <= now):
        return None
    stale = False
    if row.session_id:
        if row.expires_at <= now or row.seen_at + timedelta(hours=settings.session_idle_hours) <= now:
            return None
        stale = row.seen_at + TOUCH < now
    scope = Scope(row.scope) if row.scope else Scope.MANAGE
    return Viewer(
        row.id, row.name, row.admin, row.session_id, row.token_id, scope=scope, project=row.project_id, auditor=row.auditor
    ), stale


async def tokens_of(conn: Reader, viewer: Viewer, user: str | None = None) -> Sequence[Row]:
    """My API tokens, newest first; for administrators and auditors those of anybody."""
    if user is not None:
        access.overseer(viewer)
    columns = (
        Token.id, Token.name, Token.ending, Token.created_at, Token.expires_at, Token.used_at, Token.revoked_at, Token.scope, Token.project_id
    )  # fmt: skip
    mine = Token.user_id == (user or viewer.id)
    return (await conn.execute(select(*columns).where(mine).order_by(Token.id.desc()).limit(200))).all()


async def users_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    columns = (User.id, User.name, User.email, User.admin, User.auditor, User.created_at, User.closed_at)
    rows = await conn.execute(select(*columns).where(User.id.in_(keys)))
    return {row.id: row for row in rows}


async def by_name(conn: Reader, name: str) -> str | None:
    return (await conn.execute(select(User.id).where(User.name == name))).scalar_one_or_none()


async def sweep(tx: Tx) -> None:
    """Forget sessions and links that can no longer be used."""
    now = time.now()
    await tx.execute(delete(Session).where(Session.expires_at <= now))
    await tx.execute(delete(Link).where(Link.expires_at <= now - timedelta(days=1)))
    await tx.execute(delete(Pass).where(Pass.expires_at <= now))
