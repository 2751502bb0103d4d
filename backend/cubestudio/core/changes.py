"""What a transaction changed, as it was before and as it is afterwards: for the ledger.

Statements that change or delete rows are watched on their way to the database; rows that are new are told of
by what was asked."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import Delete, Table, Update, and_, select

WATCHED = frozenset(
    {
        "image_preset",
        "people_group",
        "quota",
        "user",
        "token",
        "people_group_member",
        "project",
        "image",
        "membership",
        "model",
        "model_version",
        "model_alias",
        "notebook",
        "notebook_policy",
        "notification_channel",
        "notification_setting",
        "pipeline",
        "project_group",
        "registry",
        "secret",
        "service",
        "service_key",
        "pipeline_schedule",
        "retention_policy",
        "template",
        "search",
        "run",
        "build",
        "project_invitation",
        "session",
    }
)
"""Tables of what people decide about; of what the platform notes down by itself nothing is told."""
SEALED = frozenset({"digest", "password", "sealed", "sealed_address", "sealed_secret", "busy_until", "seq"})
"""Columns of which it is not even told that they changed."""
FEW = 5
"""Rows that one statement may change; of more only their number is told."""
MOST = 20
"""Rows that are told of in all."""


class Changes:
    """Stands before a transaction's way to the database, `execute`."""

    def __init__(self, execute: Callable[..., Awaitable[Any]]):
        self._execute = execute
        self._before: dict[tuple[str, tuple], tuple[Table, Mapping[str, Any]]] = {}
        self._many: list[str] = []

    async def execute(self, statement: Any, *values: Any, **more: Any) -> Any:
        if isinstance(statement, Update | Delete) and not values and len(self._before) < MOST:
            table = statement.table
            if isinstance(table, Table) and table.name in WATCHED and statement.whereclause is not None:
                await self._look(table, statement.whereclause)
        return await self._execute(statement, *values, **more)

    async def _look(self, table: Table, where: Any) -> None:
        """Remember rows as they are before they are changed for the first time."""
        columns = [column for column in table.columns if column.name not in SEALED]
        rows = (await self._execute(select(*columns).where(where).limit(FEW + 1))).all()
        if len(rows) > FEW:
            self._many.append(table.name)
            return
        for row in rows:
            key = tuple(row._mapping[column] for column in table.primary_key.columns)
            self._before.setdefault(
                (table.name, key), (table, {column.name: row._mapping[column] for column in columns})
            )

    async def told(self) -> list[dict[str, Any]]:
        """[{of: a table, id, was, is}] of what is different now; `is` is None of what is gone. [{of, many:
        True}] where they were more."""
        found: list[dict[str, Any]] = [{"of": name, "many": True} for name in dict.fromkeys(self._many)]
        for (name, key), (table, before) in self._before.items():
            here = and_(
                *(column == value for column, value in zip(table.primary_key.columns, key, strict=True))
            )
            columns = [table.columns[each] for each in before]
            row = (await self._execute(select(*columns).where(here))).one_or_none()
            after = dict(zip(before, row, strict=True)) if row is not None else None
            different = [each for each in before if after is None or after[each] != before[each]]
            if different:
                told = {
                    "of": name,
                    "id": "/".join(map(str, key)),
                    "was": {each: before[each] for each in different},
                }
                found.append({**told, "is": after and {each: after[each] for each in different}})
        return found
