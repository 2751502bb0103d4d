"""Refusals as data: a mutation answers `Thing | Problem`, and what it did is committed only when it answers a
thing."""

import contextlib
import dataclasses
import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from cubestudio.core import audit, errors, messages
from cubestudio.core.audit import DENIALS
from cubestudio.core.auth.viewer import Scope, Viewer, impersonating
from cubestudio.core.changes import Changes
from cubestudio.core.errors import Forbidden, ProblemCode, Refusal, SignedOut, Unavailable
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.scalars import Json
from cubestudio.core.graph.typed import to_mapping

enum(
    ProblemCode,
    "The class of a refusal; `reason` says which one of the class it is.",
    {
        "INVALID": "The request breaks a rule. Change it.",
        "NOT_FOUND": "It does not exist, or the viewer may not see it.",
        "FORBIDDEN": "The viewer may see it, and may not do this.",
        "CONFLICT": "Its state does not allow this, or the name is taken.",
        "QUOTA_EXCEEDED": "The request would exceed a quota.",
        "RATE_LIMITED": "Too many requests in a period. Try again later.",
        "UNAVAILABLE": "Something that is needed does not answer. Try again later.",
        "SIGNED_OUT": "The request needs a user. Sign in.",
    },
)


@strawberry.type(description="One invalid value in a request.")
class Fault:
    code: ProblemCode = strawberry.field(description="The class of the refusal.")
    reason: str = strawberry.field(description="A stable name from the catalogue of errors (docs/errors.md).")
    message: str = strawberry.field(description="What is wrong, in English.")
    path: list[str] = strawberry.field(
        description='Segments of the input that is meant: ["steps", "2", "args", "rate"]; empty when it is no'
        " single one."
    )
    hint: str | None = strawberry.field(description="What to do about it, in English.")
    params: Json = strawberry.field(
        description="The values in the message by name, for translation; a message inside it is an object of "
        "reason, message and params."
    )

    @classmethod
    def of(cls, fault: errors.Fault) -> "Fault":
        return cls(**_fields(fault))


@strawberry.type(description="The request is understood and refused; nothing was changed.")
class Problem:
    code: ProblemCode = strawberry.field(description="The class of the refusal.")
    reason: str = strawberry.field(description="A stable name from the catalogue of errors (docs/errors.md).")
    message: str = strawberry.field(description="What happened and why, in English.")
    path: list[str] = strawberry.field(
        description="Segments of the first input that is meant; empty when it is no single one."
    )
    hint: str | None = strawberry.field(description="What to do about it, in English.")
    params: Json = strawberry.field(
        description="The values in the message by name, for translation; a message inside it is an object of "
        "reason, message and params."
    )
    faults: list[Fault] = strawberry.field(
        description="Every invalid value, when the request has several or they are listed one by one."
    )

    @classmethod
    def of(cls, refusal: Refusal) -> "Problem":
        return cls(**_fields(refusal), faults=[Fault.of(fault) for fault in refusal.faults])

    @property
    def all(self) -> list[Fault]:
        """Return its faults; when it has none, itself as one."""
        own = {each.name: getattr(self, each.name) for each in dataclasses.fields(Fault)}
        return self.faults or [Fault(**own)]


def _fields(refused: Refusal | errors.Fault) -> dict[str, Any]:
    return {
        **errors.origin(refused),
        "code": refused.code,
        "message": refused.message,
        "path": errors.path_of(refused.field),
        "hint": refused.hint,
    }


@strawberry.type(description="It is done, and there is nothing to show.")
class Done:
    id: strawberry.ID = strawberry.field(description="Id of what was deleted or changed.")


QUIET = frozenset({"savePipelineDraft", "setPipelineLayout", "markNotificationsRead"})
"""What the audit log leaves out: what the editor saves at every keystroke, whose version is in the log, and
what users have read."""


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
        "extendNotebook",
        "cancelBuild",
        "startService",
        "stopService",
        "activateRevision",
        "setTraffic",
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
        if operation == "stopImpersonating":
            return None
        return impersonating(viewer)
    if viewer.scope == Scope.READ:
        return Forbidden(messages.TOKEN_READ_ONLY())
    return Forbidden(messages.TOKEN_RUN_ONLY())


def _act(info: strawberry.Info[Context], arguments: Mapping[str, Any], made: Any) -> audit.Act:
    """What the ledger says of a mutation."""
    context = info.context
    who, client = context.viewer, context.connection.client if context.connection else None
    target = (
        arguments.get("id")
        or getattr(made, "id", None)
        or arguments.get("pipeline")
        or arguments.get("pipeline_id")
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


def _details(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the audit log keeps of the arguments: the fields of `input` stand beside the others."""
    details = {name: to_mapping(each) for name, each in arguments.items()}
    return details | details.pop("input", {})


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

        details = _details(arguments)

        async def work(tx: Any) -> Any:
            context.tx, context.prepared = tx, prepared
            try:
                if info.field_name in QUIET:
                    return await resolver(self, info, **arguments)
                changes = Changes(tx.execute)
                tx.execute = changes.execute
                made = await resolver(self, info, **arguments)
                act = _act(info, details, made)
                told = await changes.told()
                await audit.write(
                    tx, context.ctx.vault, replace(act, detail={**details, "changed": told}) if told else act
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
                            tx, context.ctx.vault, replace(_act(info, details, None), outcome=refusal.code)
                        )
            return Problem.of(refusal)

    run.__annotations__ = resolver.__annotations__ | {"return": _answer(thing)}
    signature = inspect.signature(resolver)
    run.__signature__ = signature.replace(return_annotation=_answer(thing))  # ty: ignore
    return strawberry.mutation(resolver=run, description=inspect.getdoc(resolver))
