"""Which subscriptions one execution may serve for all that ask the same."""

from typing import Any

from graphql import FieldNode, GraphQLError, NullValueNode, OperationDefinitionNode, VariableNode

from cubestudio.core.graph.guard import MOST_TEXT, parsed

PRESENT = {
    "runChanged",
    "podChanged",
    "imageChanged",
    "modelChanged",
    "notebookChanged",
    "searchChanged",
    "serviceChanged",
    "serviceRequestsChanged",
    "clusterHealth",
    "notificationsChanged",
}
"""Those that tell the present and then each newer present: who comes later starts with the last one told."""
ONWARD = {
    "changed",
    "runsChanged",
    "imagesChanged",
    "modelsChanged",
    "notebooksChanged",
    "searchesChanged",
    "servicesChanged",
}
"""Those that tell what changes from now on; one that begins in the past (`since`) is not shared."""


def shared(payload: dict[str, Any], most_tokens: int) -> set[str] | None:
    """PRESENT or ONWARD, whichever a subscription is of; None when its execution is its own."""
    if len(payload["query"]) > MOST_TEXT:
        return None
    try:
        definitions = parsed(payload["query"], most_tokens).definitions
    except GraphQLError:
        return None
    operations = [each for each in definitions if isinstance(each, OperationDefinitionNode)]
    if (
        len(operations) != 1
        or len(chosen := operations[0].selection_set.selections) != 1
        or not isinstance(chosen[0], FieldNode)
    ):
        return None
    field = chosen[0]
    if field.name.value in PRESENT:
        return PRESENT
    if field.name.value not in ONWARD:
        return None
    variables = payload.get("variables") or {}
    for argument in field.arguments or ():
        if argument.name.value == "since":
            value = argument.value
            absent = (
                variables.get(value.name.value) is None
                if isinstance(value, VariableNode)
                else isinstance(value, NullValueNode)
            )
            if not absent:
                return None
    return ONWARD
