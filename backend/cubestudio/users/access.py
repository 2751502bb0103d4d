"""Who may do what to an account: everybody manages their own."""

from sqlalchemy import select

from cubestudio.core.auth.viewer import ALL, Viewer, look
from cubestudio.core.db import Reader
from cubestudio.core.errors import Forbidden, NotFound
from cubestudio.users import messages
from cubestudio.users.model import Session, Token


def person(viewer: Viewer) -> Viewer:
    """The viewer, if it is a person and not the code of a run."""
    if viewer.run:
        raise Forbidden(messages.RUN_TOKEN_FORBIDDEN())
    return viewer


def whole(viewer: Viewer) -> Viewer:
    """The viewer, if they are not bound to one project by their token."""
    if person(viewer).project:
        raise Forbidden(messages.PROJECT_TOKEN_FORBIDDEN())
    return viewer


def administrator(viewer: Viewer) -> Viewer:
    """The viewer, if they administer the whole platform."""
    if not whole(viewer).admin:
        raise Forbidden(messages.ADMINISTRATOR_REQUIRED())
    return viewer


def overseer(viewer: Viewer) -> Viewer:
    """The viewer, if they may look at the whole platform: its administrators and auditors."""
    if not (whole(viewer).admin or viewer.auditor):
        raise Forbidden(messages.AUDITOR_REQUIRED())
    look(ALL)
    return viewer


async def own_token(tx: Reader, viewer: Viewer, token: str) -> str:
    """The id of a token of the viewer's, or of anybody's for an administrator."""
    person(viewer)
    owner = (await tx.execute(select(Token.user_id).where(Token.id == token))).scalar_one_or_none()
    if owner is None or (owner != viewer.id and not viewer.admin):
        raise NotFound(messages.TOKEN_NOT_FOUND(), field="id")
    return token


async def own_session(tx: Reader, viewer: Viewer, session: str) -> str:
    """The owner of a session of the viewer's, or of anybody's for an administrator."""
    person(viewer)
    owner = (await tx.execute(select(Session.user_id).where(Session.id == session))).scalar_one_or_none()
    if owner is None or (owner != viewer.id and not (viewer.admin and not viewer.project)):
        raise NotFound(messages.SESSION_NOT_FOUND(), field="id")
    return owner
