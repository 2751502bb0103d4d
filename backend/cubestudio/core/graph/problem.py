"""Refusals as data: a mutation answers `Thing | Problem`, and what it did is committed only when it answers a
thing."""

import contextlib
import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from cubestudio.core import audit
from cubestudio.core.audit import DENIALS
from cubestudio.core.auth.viewer import Scope, Viewer, impersonating
from cubestudio.core.changes import Changes
from cubestudio.core.errors import Forbidden, Refusal, SignedOut, Unavailable
from cubestudio.core.graph.context import Context


@strawberry.type(description="One thing that is wrong with what was sent.")
class Fault:
    code: str
    message: str = strawberry.field(description="A sentence for the person who sent it.")
    field: str | None = strawberry.field(
        description="Path of the input that is meant, such as steps[2].args.rate."
    )
    hint: str | None = strawberry.field(description="A way out.")


@strawberry.type(description="The request was understood and is refused; nothing was changed.")
class Problem:
    code: str = strawberry.field(
        description="INVALID, NOT_FOUND, FORBIDDEN, CONFLICT, QUOTA_EXCEEDED or UNAVAILABLE."
    )
    message: str = strawberry.field(description="A sentence for the person who sent it.")
    field: str | None = strawberry.field(description="The first input that is meant.")
    hint: str | None = strawberry.field(description="A way out.")
    faults: list[Fault] = strawberry.field(
        description="Everything that is wrong, when it is more than one sentence."
    )

    @classmethod
    def of(cls, refusal: Refusal) -> "Problem":
        faults = [
            Fault(code=fault.code, message=fault.message, field=fault.field, hint=fault.hint)
            for fault in refusal.faults
        ]
        return cls(
            code=refusal.code, message=refusal.message, field=refusal.field, hint=refusal.hint, faults=faults
        )

    @property
    def all(self) -> list[Fault]:
        """Its faults; when it is one sentence, that."""
        return self.faults or [Fault(code=self.code, message=self.message, field=self.field, hint=self.hint)]


@strawberry.type(description="It is done, and there is nothing to show.")
class Done:
    id: strawberry.ID


QUIET = frozenset({"saveDraft", "saveLayout"})
"""What the editor says at every stroke; the version that comes of it is written down."""


WORK = frozenset(
    {
        "startRun",
        "retryRun",
        "continueRun",
        "cancelRun",
        "createSearch",
        "pauseSearch",
        "resumeSearch",
        "extendSearch",
        "stopTrials",
        "stopSearch",
        "startNotebook",
        "stopNotebook",
        "restartNotebook",
        "keepNotebook",
        "cancelBuild",
        "startService",
        "stopService",
        "bringRevision",
        "shareTraffic",
        "abortRollout",
        "openService",
        "registerModel",
    }
)
"""What starts, stops and steers work, and defines nothing new: a token of the scope `run` may do it. Opening
a notebook is not of it: whoever is inside runs any command."""


def _beyond(viewer: Viewer, operation: str) -> Forbidden | None:
    """Why somebody may not do this, whoever they are: how they came in does not go so far."""
    if viewer.scope == Scope.MANAGE or (viewer.scope == Scope.RUN and operation in WORK):
        return None
    if viewer.through:
        if operation == "stopViewing":
            return None
        return impersonating(viewer)
    if viewer.scope == Scope.READ:
        return Forbidden("This token may only look.", hint="Use a token that goes further.")
    return Forbidden(
        "This token may start and steer work, and change nothing else.", hint="Use a token that goes further."
    )


def _act(info: strawberry.Info[Context], arguments: Mapping[str, Any], made: Any) -> audit.Act:
    """What the ledger says of a mutation."""
    context = info.context
    who, client = context.viewer, context.connection.client if context.connection else None
    target = (
        arguments.get("id")
        or getattr(made, "id", None)
        or arguments.get("pipeline")
        or arguments.get("project")
    )
    return audit.Act(
        actor_id=who.id if who else None,
        actor=who.name if who else "nobody",
        by=who.by if who else "nobody",
        address=client.host if client else None,
        operation=info.field_name,
        target=str(target) if target else None,
        detail=arguments,
    )


@functools.cache
def _answer(thing: type) -> Any:
    return Annotated[thing | Problem, strawberry.union(f"{thing.__name__}OrProblem")]


def mutation(
    resolver: Callable[..., Any] | None = None,
    *,
    prepare: Callable[[Context, Mapping[str, Any]], Awaitable[Any]] | None = None,
) -> Any:
    """A mutation field: `async def name(self, info, …) -> Thing` runs in one transaction
    (`info.context.writing`), repeated when the database gave up on it; a Refusal becomes a Problem and
    nothing is kept. `prepare` does what takes long, such as reading the arguments, before a transaction is
    open; the resolver finds what it gives as `info.context.prepared`."""
    if resolver is None:
        return functools.partial(mutation, prepare=prepare)
    thing = inspect.signature(resolver).return_annotation

    @functools.wraps(resolver)
    async def run(self: Any, info: strawberry.Info[Context], **arguments: Any) -> Any:
        context = info.context
        if (viewer := context.viewer) and (beyond := _beyond(viewer, info.field_name)):
            return Problem.of(beyond)

        async def work(tx: Any) -> Any:
            context.tx, context.prepared = tx, prepared
            try:
                if info.field_name in QUIET:
                    return await resolver(self, info, **arguments)
                changes = Changes(tx.execute)
                tx.execute = changes.execute
                made = await resolver(self, info, **arguments)
                act = _act(info, arguments, made)
                told = await changes.told()
                await audit.write(
                    tx,
                    context.ctx.vault,
                    replace(act, detail={**arguments, "changed": told}) if told else act,
                )
                return made
            finally:
                context.tx = context.prepared = None

        try:
            prepared = await prepare(context, arguments) if prepare else None
            return await context.ctx.db.transact(work)
        except SignedOut:
            raise
        except Refusal as refusal:
            if refusal.code in DENIALS:
                with contextlib.suppress(Unavailable):
                    async with context.ctx.db.write() as tx:
                        await audit.write(
                            tx, context.ctx.vault, replace(_act(info, arguments, None), outcome=refusal.code)
                        )
            return Problem.of(refusal)

    run.__annotations__ = resolver.__annotations__ | {"return": _answer(thing)}
    signature = inspect.signature(resolver)
    run.__signature__ = signature.replace(return_annotation=_answer(thing))  # ty: ignore
    return strawberry.mutation(resolver=run, description=inspect.getdoc(resolver))
