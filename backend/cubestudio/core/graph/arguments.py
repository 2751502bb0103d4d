"""What may be in the arguments of a field: plain data that the database and every cluster keep as it is.

Values come by variables or inline, and from both nothing keeps out a whole number of 100 digits, an infinity,
half a surrogate pair or a thousand lists inside each other. Such a value is refused here, by the name of its
argument, before a resolver sees it; a mutation that was refused so, or could not begin for another reason, is
in the audit log."""

import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
)
from graphql.validation import ValuesOfCorrectTypeRule
from strawberry.extensions import SchemaExtension

from cubestudio.core import audit, messages
from cubestudio.core.errors import Fault, Invalid, Unavailable
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.problem import Problem
from cubestudio.core.inputs.values import DEPTH, problem

NOT_PLAIN = (date, Enum)
"""Values that are coerced already and cannot be odd."""
_LONG = re.compile(rb"\d{19}")
TOO_DEEP = "Variable values are nested too deeply."
"""What the library says when coercing a variable takes too many calls."""
QUIET = frozenset({"SIGNED_OUT", "UNAVAILABLE", "RATE_LIMITED"})
"""Codes of refusals that the audit log does not have."""


def decode(data: str | bytes) -> Any:
    """Return the value in a JSON text, whole numbers as they are. Raises json.JSONDecodeError.

    What the fast parser does not take or would round, the slow one keeps, so that the refusal can name the
    argument."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if _LONG.search(raw) is None:
        with contextlib.suppress(orjson.JSONDecodeError):
            return orjson.loads(raw)
    try:
        return json.loads(raw)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError(f"it cannot be read: {error}", "", 0) from None


def encode(value: Any) -> bytes:
    """Return a value as JSON. A message may quote something that is not text."""
    try:
        return orjson.dumps(value, default=str)
    except TypeError:
        return json.dumps(value, default=str).encode()


def flaw(arguments: Mapping[str, Any]) -> Invalid | None:
    """Return what is wrong with the arguments of a field; None when nothing is."""
    for name, value in arguments.items():
        if found := problem(value, known=NOT_PLAIN, nul=False):
            place, rule = found
            where = f"{name}{place if not place or place.startswith('[') else f'.{place}'}"
            message = messages.VALUE_UNSOUND(place=where, rule=rule)
            return Invalid(message, field=where, faults=[Fault(message, where)])
    return None


def guard(schema: GraphQLSchema) -> None:
    """Have every field that takes arguments refuse odd ones."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for field in type_.fields.values():
                if field.args:
                    _guard(field, type_ is schema.mutation_type)


def _guard(field: GraphQLField, changes: bool) -> None:
    def checked(resolve: Callable[..., Any]) -> Callable[..., Any]:
        def run(source: Any, info: Any, **arguments: Any) -> Any:
            refusal = flaw(arguments)
            if refusal is None:
                return resolve(source, info, **arguments)
            if changes:
                return _refused(info, refusal, arguments)
            raise refusal

        return run

    if field.subscribe:
        field.subscribe = checked(field.subscribe)
    elif field.resolve:
        field.resolve = checked(field.resolve)


async def _refused(info: GraphQLResolveInfo, refusal: Invalid, arguments: Mapping[str, Any]) -> Problem:
    """Answer a mutation whose arguments are odd as it answers other refusals."""
    answers = get_named_type(info.return_type)
    if not isinstance(answers, GraphQLUnionType) or all(each.name != "Problem" for each in answers.types):
        raise refusal
    await _write(info.context, [info.field_name], refusal.code, arguments)
    return Problem.of(refusal)


async def _write(context: Context, names: Sequence[str], code: str, detail: Mapping[str, Any]) -> None:
    who, client = context.viewer, context.connection.client if context.connection else None
    if who is None:
        return
    with contextlib.suppress(Unavailable):
        async with context.ctx.db.write() as tx:
            for name in names:
                act = audit.Act(
                    actor_id=who.id,
                    actor=who.name,
                    by=who.by,
                    address=client.host if client else None,
                    operation=name,
                    outcome=code[:20],
                    detail=detail,
                )
                await audit.write(tx, context.ctx.vault, act)


def name_deep(error: GraphQLError, variables: Mapping[str, Any]) -> None:
    """Say in an error about variables that are nested too deeply which ones these are."""
    if error.message == TOO_DEEP:
        names = [str(name) for name, value in variables.items() if problem(value)]
        error.message = (
            f"{', '.join(names) or 'a variable'}: it is nested more than {DEPTH} deep; put it into a file"
        )


class ValuesRule(ValuesOfCorrectTypeRule):
    """The usual rule; its message names the argument."""

    def report_error(self, error: GraphQLError) -> None:
        field, argument = self.context.get_field_def(), self.context.get_argument()
        name = (
            next((name for name, each in field.args.items() if each is argument), None)
            if field and argument
            else None
        )
        if name is not None:
            error = GraphQLError(
                f"{name}: {error.message}", error.nodes, extensions={"code": "BAD_REQUEST", "path": [name]}
            )
        super().report_error(error)


class Attempts(SchemaExtension):
    """Around each operation: mutations that ended in an error, and so answered nothing, are written down."""

    async def on_operation(self) -> AsyncIterator[None]:
        yield
        running = self.execution_context
        errors = getattr(running.result, "errors", None) or running.pre_execution_errors
        if not errors or not (names := self._mutations()):
            return
        first = errors[0]
        code = (
            getattr(first.original_error, "code", None)
            or (first.extensions or {}).get("code")
            or "BAD_REQUEST"
        )
        if code not in QUIET:
            # no values: under the name of a variable a secret is not known as one
            path = (first.extensions or {}).get("path")
            told = {
                "why": "the operation could not begin",
                "path": path,
                "variables": sorted(map(str, running.variables or {})),
            }
            await _write(running.context, names, code, told)

    def _mutations(self) -> list[str]:
        """The root fields of the mutation that was asked; none of anything else."""
        running = self.execution_context
        document = running.graphql_document
        nodes = (
            [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
            if document
            else []
        )
        wanted = running.operation_name if len(nodes) > 1 else None
        for node in nodes:
            if node.operation == OperationType.MUTATION and (
                wanted is None or (node.name and node.name.value == wanted)
            ):
                return [
                    each.name.value for each in node.selection_set.selections if isinstance(each, FieldNode)
                ][:5]
        return []
