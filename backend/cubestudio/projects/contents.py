"""What is in a project, as the rooms above tell: how much of each kind, what of it goes on, and what must go
before its rows do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader


@dataclass(frozen=True)
class Content:
    """What one room has. `going`: the names of what is at work now; `clear`: have clusters forget what they
    have of it, for good; both may be done twice."""

    noun: str
    """In the singular."""
    model: Any
    """The table, with a column `project_id`."""
    going: Callable[[Reader, str], Awaitable[Sequence[str]]] | None = None
    clear: Callable[[AppContext, str], Awaitable[None]] | None = None

    async def count(self, conn: Reader, project: str) -> int:
        return (
            await conn.execute(
                select(func.count()).select_from(self.model).where(self.model.project_id == project)
            )
        ).scalar_one()


CONTENTS: list[Content] = []
"""Filled from `app.ROOMS`, in its order."""


async def counts(conn: Reader, project: str) -> Mapping[str, int]:
    return {content.noun: await content.count(conn, project) for content in CONTENTS}


async def going(conn: Reader, project: str) -> list[str]:
    """What is at work in a project, in words."""
    return [
        f"{content.noun} {name}"
        for content in CONTENTS
        if content.going
        for name in await content.going(conn, project)
    ]


async def clear(ctx: AppContext, project: str) -> None:
    for content in CONTENTS:
        if content.clear:
            await content.clear(ctx, project)
