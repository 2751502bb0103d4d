"""What a person has changed in a pipeline and not saved yet: theirs alone, and sealed, as it may hold
secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update

from cubestudio.core import clock
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Invalid
from cubestudio.core.vault import Vault
from cubestudio.pipelines import access, messages
from cubestudio.pipelines.model import Draft, Pipeline
from cubestudio.projects.model import Role

MOST = 8 * 2**20
MOST_PLACES = 10_000


@dataclass(frozen=True)
class Found:
    """`base`: number of the version that it began with."""

    definition: dict[str, Any]
    base: int
    changed_at: datetime


async def save(tx: Tx, viewer: Viewer, vault: Vault, pipeline: str, definition: Any, base: int) -> None:
    """Keep a definition as it is, right or wrong, until it is saved or discarded."""
    held = await access.pipeline(tx, viewer, pipeline, Role.MEMBER)
    if not isinstance(definition, dict):
        raise Invalid(shared.DEFINITION_NOT_AN_OBJECT(), field="definition")
    text = orjson.dumps(definition).decode()
    if len(text) > MOST:
        raise Invalid(messages.DRAFT_TOO_LONG(most=MOST), field="definition")
    values = {"base": base, "sealed": vault.seal(text), "changed_at": clock.now()}
    mine = (Draft.pipeline_id == held.id, Draft.user_id == viewer.id)
    done = await tx.execute(update(Draft).where(*mine).values(**values))
    if done.rowcount == 0:
        await tx.execute(insert(Draft).values(pipeline_id=held.id, user_id=viewer.id, **values))


async def discard(tx: Tx, viewer: Viewer, pipeline: str) -> None:
    held = await access.pipeline(tx, viewer, pipeline)
    await tx.execute(delete(Draft).where(Draft.pipeline_id == held.id, Draft.user_id == viewer.id))


async def get(conn: Reader, viewer: Viewer, vault: Vault, pipeline: str) -> Found | None:
    """The viewer's own draft of a pipeline that they may see."""
    columns = (Draft.sealed, Draft.base, Draft.changed_at)
    row = (
        await conn.execute(select(*columns).where(Draft.pipeline_id == pipeline, Draft.user_id == viewer.id))
    ).one_or_none()
    return Found(orjson.loads(vault.unseal(row.sealed)), row.base, row.changed_at) if row else None


async def place(tx: Tx, viewer: Viewer, pipeline: str, layout: Mapping[str, tuple[int, int]]) -> None:
    """Set the positions {step: (x, y)} of steps on the canvas, for every version and user."""
    held = await access.pipeline(tx, viewer, pipeline, Role.MEMBER)
    if len(layout) > MOST_PLACES:
        raise Invalid(messages.LAYOUT_TOO_LARGE(most=MOST_PLACES), field="positions")
    kept = {name[:50]: [x, y] for name, (x, y) in layout.items()}
    await tx.execute(update(Pipeline).where(Pipeline.id == held.id).values(layout=kept))
