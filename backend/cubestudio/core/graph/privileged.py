"""What administrators and auditors are shown by their office, and not as members, is written down: of each
project once an hour, by whom, and what was asked."""

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime

from graphql import FieldNode, OperationDefinitionNode, OperationType
from strawberry.extensions import SchemaExtension

from cubestudio.core import audit, clock
from cubestudio.core.auth.viewer import ALL, LOOKS, Viewer
from cubestudio.core.errors import Unavailable
from cubestudio.core.graph.context import Context

_told: dict[tuple[str, str], datetime] = {}
"""Whose look at what was written down lately by this process: the hour in which it was."""


class Looks(SchemaExtension):
    """Around each query. What is changed is written down anyway."""

    async def on_execute(self) -> AsyncIterator[None]:
        context: Context = self.execution_context.context
        viewer = context.viewer
        if (
            viewer is None
            or viewer.run
            or not (viewer.admin or viewer.auditor)
            or not (fields := self._fields())
        ):
            yield
            return
        held = LOOKS.set(set())
        try:
            yield
            seen = LOOKS.get() or set()
        finally:
            LOOKS.reset(held)
        hour = clock.now().replace(minute=0, second=0, microsecond=0)
        if fresh := [what for what in sorted(seen) if _told.get((viewer.id, what)) != hour]:
            if len(_told) > 10_000:
                _told.clear()
            _told.update({(viewer.id, what): hour for what in fresh})
            with contextlib.suppress(Unavailable):  # what could not be written down is told at the next look
                try:
                    await _write(context, viewer, fresh, fields)
                except Unavailable:
                    for what in fresh:
                        _told.pop((viewer.id, what), None)
                    raise

    def _fields(self) -> list[str]:
        """The root fields of a query; none of anything else."""
        document = self.execution_context.graphql_document
        for node in document.definitions if document else ():
            if isinstance(node, OperationDefinitionNode) and node.operation == OperationType.QUERY:
                return sorted(
                    {each.name.value for each in node.selection_set.selections if isinstance(each, FieldNode)}
                )
        return []


async def _write(context: Context, viewer: Viewer, seen: list[str], fields: list[str]) -> None:
    client = context.connection.client if context.connection else None
    async with context.ctx.db.write() as tx:
        for what in seen:
            target, words = (
                (None, "all projects") if what == ALL else (what, "a project of which they are no member")
            )
            act = audit.Act(
                actor_id=viewer.id,
                actor=viewer.name,
                by=viewer.by,
                address=client.host if client else None,
                operation="look",
                target=target,
                detail={"asked": fields, "at": words},
            )
            await audit.write(tx, context.ctx.vault, act)
