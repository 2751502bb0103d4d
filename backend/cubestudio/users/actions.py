"""Accounts: who there is, by which provider they are known, and what administrators do with them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import clock, ids
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid, NotFound, SignedOut
from cubestudio.core.paging import Rows, cut, fetch
from cubestudio.core.settings.sign_in import Provider
from cubestudio.users import access, credentials, messages
from cubestudio.users.events import AccessEnded
from cubestudio.users.model import Identity, Session, User

SSH_KEY = re.compile(
    r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|"
    r"sk-ecdsa-sha2-nistp256@openssh\.com) "
    r"[A-Za-z0-9+/]{40,6000}={0,3}( [^\x00-\x1f]{0,200})?"
)


async def administrator(tx: Tx) -> str:
    """The first administrator's id; the account is made when there is none."""
    found = (
        await tx.execute(select(User.id).where(User.admin).order_by(User.id).limit(1))
    ).scalar_one_or_none()
    if found:
        return found
    return await create(tx, "admin", admin=True)


async def create(tx: Tx, name: str, *, email: str | None = None, admin: bool = False) -> str:
    """A new account, without any way to sign in yet."""
    if (await tx.execute(select(User.id).where(User.name == name))).scalar_one_or_none():
        raise Conflict(messages.USER_NAME_TAKEN(name=name), field="name")
    user = ids.new()
    await tx.execute(
        insert(User).values(id=user, name=name, email=email, admin=admin, created_at=clock.now())
    )
    return user


def verified_address(claims: Mapping[str, Any]) -> str | None:
    """The address of e-mail that a provider says it verified, in small letters."""
    address = str(claims.get("email") or "").lower()
    return address if claims.get("email_verified") in (True, "true") and "@" in address else None


async def recognise(tx: Tx, provider: Provider, claims: Mapping[str, Any], invited: bool = False) -> str:
    """The account of whom a provider means, made or joined when that is allowed; its id. Only a verified
    address of e-mail joins. `invited`: somebody expects whoever has that address."""
    subject, address = str(claims.get("sub") or "")[:255], str(claims.get("email") or "").lower()
    if not subject:
        raise SignedOut(messages.PROVIDER_REPORTED_NO_USER(provider=provider.title or provider.name))
    verified = verified_address(claims) is not None
    if provider.domains and not (verified and address.rpartition("@")[2] in provider.domains):
        raise SignedOut(messages.EMAIL_DOMAIN_NOT_ALLOWED(domains=", ".join(provider.domains)))
    told = claims.get(provider.groups_claim)
    groups = {str(each) for each in told} if isinstance(told, list) else set()
    if provider.groups and not groups & set(provider.groups):
        raise SignedOut(messages.GROUP_NOT_ALLOWED())
    user = (
        await tx.execute(
            select(Identity.user_id).where(Identity.provider == provider.name, Identity.subject == subject)
        )
    ).scalar_one_or_none()
    if user is None:
        if verified:
            user = (await tx.execute(select(User.id).where(User.email == address))).scalar_one_or_none()
        if user is None:
            if provider.sign_up == "known" and not (verified and invited):
                raise SignedOut(messages.ACCOUNT_MISSING())
            wanted = str(
                claims.get("preferred_username") or address.partition("@")[0] or claims.get("name") or subject
            )
            user = await create(tx, await free_name(tx, wanted), email=address if verified else None)
        await tx.execute(
            insert(Identity).values(
                id=ids.new(), provider=provider.name, subject=subject, user_id=user, created_at=clock.now()
            )
        )
    if provider.admin_groups:
        admin = bool(groups & set(provider.admin_groups))
        if (
            await tx.execute(
                update(User).where(User.id == user, User.admin.is_(not admin)).values(admin=admin)
            )
        ).rowcount:
            tx.record(AccessEnded(user))
    return user


async def free_name(tx: Tx, wanted: str) -> str:
    """A user name like the wanted one that nobody has."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", wanted.lower().partition("@")[0]).strip("-._")[:60] or "user"
    taken = set(
        (await tx.execute(select(User.name).where(User.name.startswith(plain, autoescape=True)))).scalars()
    )
    return next(
        name for name in (plain, *(f"{plain}-{number}" for number in range(2, 10_000))) if name not in taken
    )


async def people(conn: Reader, viewer: Viewer, words: str, after: str | None, first: int, most: int) -> Rows:
    """A page of all accounts, newest first, for administrators and auditors."""
    access.overseer(viewer)
    columns = (User.id, User.name, User.email, User.admin, User.auditor, User.created_at, User.closed_at)
    statement = select(*columns)
    if words := words.strip()[:100]:
        statement = statement.where(
            or_(User.name.contains(words, autoescape=True), User.email.contains(words, autoescape=True))
        )
    return await fetch(conn, cut(statement, User.id, after, first, most))


async def seen_by_user(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """When people were last here."""
    statement = (
        select(Session.user_id, func.max(Session.seen_at))
        .where(Session.user_id.in_(keys))
        .group_by(Session.user_id)
    )
    found = {row[0]: row[1] for row in await conn.execute(statement)}
    return {key: found.get(key) for key in keys}


async def invite(tx: Tx, viewer: Viewer, settings: Settings, name: str, email: str | None) -> tuple[str, str]:
    """A new account and the secret of a link by which its owner signs in once."""
    access.administrator(viewer)
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,59}", name):
        raise Invalid(messages.USER_NAME_INVALID(), field="name")
    address = (email or "").strip().lower() or None
    if address is not None:
        if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,189}", address):
            raise Invalid(shared.EMAIL_INVALID(), field="email")
        if (await tx.execute(select(User.id).where(User.email == address))).scalar_one_or_none():
            raise Conflict(messages.EMAIL_TAKEN(), field="email")
    user = await create(tx, name, email=address)
    return user, await credentials.link(tx, settings, user)


async def relink(tx: Tx, viewer: Viewer, settings: Settings, user: str) -> str:
    """The secret of a fresh link for somebody who has lost their way in."""
    access.administrator(viewer)
    await _known(tx, user)
    return await credentials.link(tx, settings, user)


async def change_person(
    tx: Tx, viewer: Viewer, user: str, admin: bool | None, auditor: bool | None, closed: bool | None
) -> None:
    """Make somebody an administrator or an auditor or not, close an account or open it again. One
    administrator always stays."""
    access.administrator(viewer)
    row = await _known(tx, user)
    values: dict[str, Any] = {}
    if admin is not None:
        values["admin"] = admin
    if auditor is not None:
        values["auditor"] = auditor
    if closed is not None:
        values["closed_at"] = clock.now() if closed else None
    if not values:
        return
    if row.admin:  # two who end each other do so one after the other
        await tx.execute(select(User.id).where(User.admin).order_by(User.id).with_for_update())
    await tx.execute(update(User).where(User.id == user).values(**values))
    left = select(func.count()).select_from(User).where(User.admin, User.closed_at.is_(None))
    if row.admin and (await tx.execute(left)).scalar_one() == 0:
        raise Conflict(messages.LAST_ADMINISTRATOR(), field="id")
    tx.record(AccessEnded(user))


async def view_as(tx: Tx, viewer: Viewer, user: str) -> None:
    """From now on this session sees what somebody sees, and changes nothing."""
    access.administrator(viewer)
    row = (await tx.execute(select(User.admin, User.closed_at).where(User.id == user))).one_or_none()
    if row is None:
        raise NotFound(messages.USER_GONE(), field="id")
    if viewer.session is None:
        raise Conflict(messages.IMPERSONATION_NEEDS_BROWSER(), field="id")
    if row.admin or row.closed_at:
        raise Conflict(messages.IMPERSONATION_POINTLESS(), field="id")
    await tx.execute(update(Session).where(Session.id == viewer.session).values(viewing_id=user))
    tx.record(AccessEnded(viewer.id))


async def stop_viewing(tx: Tx, viewer: Viewer) -> str:
    """This session is its owner's again; the owner's id."""
    if viewer.through is None:
        raise Conflict(messages.NOT_IMPERSONATING())
    await tx.execute(update(Session).where(Session.id == viewer.session).values(viewing_id=None))
    owner = (await tx.execute(select(Session.user_id).where(Session.id == viewer.session))).scalar_one()
    tx.record(AccessEnded(owner))
    return owner


async def behind(conn: Reader, user: str) -> tuple[Viewer, bool]:
    """In whose name something is done when nobody is there to ask for it, and whether that account is
    closed."""
    row = (await conn.execute(select(User.name, User.admin, User.closed_at).where(User.id == user))).one()
    return Viewer(id=user, name=row.name, admin=row.admin), row.closed_at is not None


async def _known(tx: Tx, user: str) -> Row:
    row = (await tx.execute(select(User.id, User.admin).where(User.id == user))).one_or_none()
    if row is None:
        raise NotFound(messages.USER_GONE(), field="id")
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
            raise Invalid(messages.SSH_KEY_INVALID(key=key[:40]), field="keys")
    if len(plain) > 20 or sum(map(len, plain)) > 16_000:
        raise Invalid(messages.TOO_MANY_SSH_KEYS(), field="keys")
    await tx.execute(
        update(User).where(User.id == viewer.id).values(ssh_keys="\n".join(dict.fromkeys(plain)))
    )
    return plain


async def users_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    columns = (User.id, User.name, User.email, User.admin, User.auditor, User.created_at, User.closed_at)
    rows = await conn.execute(select(*columns).where(User.id.in_(keys)))
    return {row.id: row for row in rows}


async def by_name(conn: Reader, name: str) -> str | None:
    return (await conn.execute(select(User.id).where(User.name == name))).scalar_one_or_none()
