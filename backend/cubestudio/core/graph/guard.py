"""Deny by default: what may be asked at all, decided on the document before anything runs."""

from functools import lru_cache
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLError, ValidationContext, ValidationRule, parse, validate
from graphql.language import FragmentSpreadNode, InlineFragmentNode, OperationDefinitionNode
from strawberry.extensions import SchemaExtension
from strawberry.schema import Schema

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings

PUBLIC = {"health", "viewer", "__typename"}
"""Root fields that need nobody to be signed in."""
OF_A_RUN = {"health", "viewer", "run", "pod", "step", "runUpdated", "__typename"}
"""Root fields that the token of a run may use; each answers only about its own run."""


def _refuse(code: str, message: str, node: Any = None) -> GraphQLError:
    return GraphQLError(message, nodes=node, extensions={"code": code})


def allow(fields: set[str], code: str, message: str) -> type[ValidationRule]:
    """A rule that lets only some root fields through."""

    class Allowed(ValidationRule):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent = self.context.get_parent_type()
            if parent and parent.name in ("Query", "Mutation", "Subscription") and node.name.value not in fields:
                self.context.report_error(_refuse(code, message, node))

    return Allowed


def limits(settings: Settings) -> type[ValidationRule]:
    """A rule that bounds depth (through fragments too) and aliases."""

    class Bounded(ValidationRule):
        def __init__(self, context: ValidationContext):
            super().__init__(context)
            self.aliases = 0

        def enter_field(self, node: FieldNode, *_: Any) -> None:
            self.aliases += node.alias is not None
            if self.aliases == settings.max_aliases + 1:
                self.context.report_error(_refuse("TOO_LARGE", f"a document may have {settings.max_aliases} aliases at most", node))

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
            if self._depth(node, ()) > settings.max_depth:
                message = f"a selection may be {settings.max_depth} levels deep at most"
                self.context.report_error(_refuse("TOO_LARGE", message, node))

        def _depth(self, node: Any, seen: tuple[str, ...]) -> int:
            deepest = 0
            for selection in node.selection_set.selections if node.selection_set else ():
                if isinstance(selection, FieldNode):
                    if selection.name.value.startswith("__"):
                        continue
                    deepest = max(deepest, 1 + self._depth(selection, seen))
                elif isinstance(selection, InlineFragmentNode):
                    deepest = max(deepest, self._depth(selection, seen))
                elif isinstance(selection, FragmentSpreadNode):
                    name = selection.name.value
                    fragment = self.context.get_fragment(name)
                    if fragment and name not in seen:
                        deepest = max(deepest, self._depth(fragment, (*seen, name)))
                if deepest > settings.max_depth:
                    break
            return deepest

    return Bounded


class Introspection(ValidationRule):
    """Strangers are not told what there is."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value in ("__schema", "__type"):
            self.context.report_error(_refuse("SIGNED_OUT", "Sign in to read the schema.", node))


def prepare(schema: Schema, settings: Settings) -> type[SchemaExtension]:
    """An extension that parses and validates once for each document and kind of asker, and keeps the last 500."""
    signed_out = allow(PUBLIC, "SIGNED_OUT", "Sign in first: open the sign-in link, or send an API token.")
    of_a_run = allow(OF_A_RUN, "FORBIDDEN", "The token of a run can ask only about its run.")
    extra: dict[str, tuple[type[ValidationRule], ...]] = {"nobody": (signed_out, Introspection), "run": (of_a_run,), "person": ()}
    bounded = limits(settings)

    @lru_cache(500)
    def parsed(text: str) -> DocumentNode:
        return parse(text, max_tokens=settings.max_tokens)

    @lru_cache(500)
    def checked(text: str, kind: str, rules: tuple) -> tuple[GraphQLError, ...]:
        return tuple(validate(schema._schema, parsed(text), (*rules, bounded, *extra[kind])))

    class Prepare(SchemaExtension):
        def on_parse(self) -> Any:
            context = self.execution_context
            if context.query is not None and len(context.query) < 100_000:
                context.graphql_document = parsed(context.query)
            yield

        def on_validate(self) -> Any:
            context = self.execution_context
            if context.query is not None and len(context.query) < 100_000:
                viewer: Viewer | None = context.context.viewer
                kind = "nobody" if viewer is None else "run" if viewer.run else "person"
                context.pre_execution_errors = list(checked(context.query, kind, tuple(context.validation_rules)))
            yield

    return Prepare
