"""Deny by default: what may be asked at all, decided on the document before anything runs."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    ValidationContext,
    ValidationRule,
    parse,
    specified_rules,
    validate,
)
from graphql.language import FragmentSpreadNode, InlineFragmentNode, OperationDefinitionNode
from graphql.validation import ValuesOfCorrectTypeRule
from strawberry.extensions import SchemaExtension

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.core.graph.arguments import ValuesRule

PUBLIC = {"health", "projectInvitation", "signInProviders", "viewer", "impersonator", "__typename"}
"""Root fields that need nobody to be signed in."""
OF_A_RUN = {
    "health",
    "viewer",
    "run",
    "pod",
    "step",
    "runChanged",
    "suggestTrial",
    "suggestedTrial",
    "discardTrial",
    "__typename",
}
"""Root fields that the token of a run may use; each answers only about its own run, or the search whose
engine that is."""


def _refuse(code: str, message: str, node: Any = None) -> GraphQLError:
    return GraphQLError(message, nodes=node, extensions={"code": code})


def allow(fields: set[str], code: str, message: str) -> type[ValidationRule]:
    """A rule that lets only some root fields through."""

    class Allowed(ValidationRule):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent = self.context.get_parent_type()
            if (
                parent
                and parent.name in ("Query", "Mutation", "Subscription")
                and node.name.value not in fields
            ):
                self.context.report_error(_refuse(code, message, node))

    return Allowed


@lru_cache(16)
def limits(most_depth: int, most_aliases: int) -> type[ValidationRule]:
    """A rule that bounds depth (through fragments too) and aliases."""

    class Bounded(ValidationRule):
        def __init__(self, context: ValidationContext):
            super().__init__(context)
            self.aliases = 0

        def enter_field(self, node: FieldNode, *_: Any) -> None:
            self.aliases += node.alias is not None
            if self.aliases == most_aliases + 1:
                self.context.report_error(
                    _refuse("TOO_LARGE", f"a document may have {most_aliases} aliases at most", node)
                )

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
            if _depth(self.context, node, most_depth) > most_depth:
                message = f"a selection may be {most_depth} levels deep at most"
                self.context.report_error(_refuse("TOO_LARGE", message, node))

    return Bounded


def _depth(context: ValidationContext, node: Any, most: int, seen: tuple[str, ...] = ()) -> int:
    """Return how deep the selections of a node are nested, fragments resolved; counting ends above `most`."""
    deepest = 0
    for selection in node.selection_set.selections if node.selection_set else ():
        deepest = max(deepest, _depth_below(context, selection, most, seen))
        if deepest > most:
            break
    return deepest


def _depth_below(context: ValidationContext, selection: Any, most: int, seen: tuple[str, ...]) -> int:
    """Return what one selection adds to the depth; a fragment that is among `seen` adds nothing."""
    if isinstance(selection, FieldNode):
        hidden = selection.name.value.startswith("__")
        return 0 if hidden else 1 + _depth(context, selection, most, seen)
    if isinstance(selection, InlineFragmentNode):
        return _depth(context, selection, most, seen)
    if isinstance(selection, FragmentSpreadNode):
        name = selection.name.value
        fragment = context.get_fragment(name)
        if fragment and name not in seen:
            return _depth(context, fragment, most, (*seen, name))
    return 0


class Introspection(ValidationRule):
    """Strangers are not told what there is."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value in ("__schema", "__type"):
            self.context.report_error(_refuse("SIGNED_OUT", "Sign in to read the schema.", node))


SIGNED_OUT = allow(PUBLIC, "SIGNED_OUT", "Sign in first: open the sign-in link, or send an API token.")
OF_RUN = allow(OF_A_RUN, "FORBIDDEN", "The token of a run can ask only about its run.")
EXTRA: dict[str, tuple[type[ValidationRule], ...]] = {
    "nobody": (SIGNED_OUT, Introspection),
    "run": (OF_RUN,),
    "person": (),
}
MOST_TEXT = 100_000
"""Characters of a document; a longer one is not even read, for reading it would keep everybody else
waiting."""


def kind(viewer: Viewer | None) -> str:
    """Which rules hold for an asker."""
    return "nobody" if viewer is None else "run" if viewer.run else "person"


@lru_cache(500)
def parsed(text: str, most_tokens: int) -> DocumentNode:
    return parse(text, max_tokens=most_tokens)


@lru_cache(500)
def _checked(
    schema: GraphQLSchema, text: str, asker: str, tokens: int, depth: int, aliases: int
) -> tuple[GraphQLError, ...]:
    usual = (ValuesRule if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules)
    rules = (*usual, limits(depth, aliases), *EXTRA[asker])
    return tuple(validate(schema, parsed(text, tokens), rules))


def check(schema: GraphQLSchema, text: str, viewer: Viewer | None, settings: Settings) -> list[GraphQLError]:
    """Why a document may not run for this asker; the last 500 answers are kept."""
    if len(text) > MOST_TEXT:
        return [
            _refuse(
                "TOO_LARGE",
                f"a document may have {MOST_TEXT} characters at most; long values go into variables",
            )
        ]
    return list(
        _checked(
            schema,
            text,
            kind(viewer),
            tokens=settings.max_query_tokens,
            depth=settings.max_query_depth,
            aliases=settings.max_query_aliases,
        )
    )


class Prepare(SchemaExtension):
    """Parses and validates with our rules, once for each document and kind of asker."""

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        if context.query is not None:
            text = (
                context.query if len(context.query) <= MOST_TEXT else "{ __typename }"
            )  # which is refused before it is run
            context.graphql_document = parsed(text, context.context.ctx.settings.max_query_tokens)
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        if context.query is not None:
            of = context.context
            context.pre_execution_errors = check(
                context.schema._schema, context.query, of.viewer, of.ctx.settings
            )
        yield
