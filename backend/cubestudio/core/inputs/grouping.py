"""The shape that specs have in the graph: fields in groups, and mappings as lists of names and values. Pure.

The specs of the rooms are flat and keep free names as mappings; the rules stay there. These functions only
give them another shape, in both directions, and lead the path of a fault back to the field that was sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from cubestudio.core import messages
from cubestudio.core.errors import Fault, Invalid
from cubestudio.core.inputs.definition import Place, input_path
from cubestudio.core.inputs.environment import Environment
from cubestudio.core.inputs.resources import Resources

GROUPS = {"resources": tuple(Resources.model_fields), "environment": tuple(Environment.model_fields)}
"""Fields of the specs that the graph has in an object of their own."""
PAIRS = {"devices": "count", "claims": "count", "env": "value", "secrets": "value"}
"""Mappings of the specs that the graph has as lists: the field beside `name`."""


def flattened(given: Mapping[str, Any], at: str = "spec") -> dict[str, Any]:
    """Return an input, as `typed.to_mapping` gives it, as the flat mapping that a spec reads. A group that is
    null has its defaults. Raises Invalid when a list has a name twice."""
    flat = {name: value for name, value in given.items() if name not in GROUPS}
    for group in GROUPS:
        flat |= given.get(group) or {}
    for name, side in PAIRS.items():
        if flat.get(name) is not None:
            group = next((f".{each}" for each, members in GROUPS.items() if name in members), "")
            flat[name] = keyed(flat[name], "name", side, f"{at}{group}.{name}")
    return flat


def keyed(pairs: Sequence[Mapping[str, Any]], key: str, side: str, at: str) -> dict[str, Any]:
    """Return a list of pairs as a mapping from their field `key` to their field `side`. Raises Invalid when
    the list, which stands at `at` in the input, has a key twice."""
    found: dict[str, Any] = {}
    for place, pair in enumerate(pairs):
        if pair[key] in found:
            message, field = messages.NAME_TWICE(name=pair[key][:60]), f"{at}[{place}].{key}"
            raise Invalid(message, field=field, faults=[Fault(message, field)])
        found[pair[key]] = pair[side]
    return found


def grouped(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored mapping of a spec in the shape of the graph, without the values of secrets."""
    members = {name for names in GROUPS.values() for name in names}
    whole = {
        name: [{"name": key, PAIRS[name]: None if name == "secrets" else each} for key, each in value.items()]
        if name in PAIRS
        else value
        for name, value in flat.items()
    }
    rest = {name: value for name, value in whole.items() if name not in members}
    return rest | {
        group: {name: whole[name] for name in names if name in whole} for group, names in GROUPS.items()
    }


def place_of(model: type[BaseModel], given: Mapping[str, Any]) -> Callable[[Place], Place]:
    """Return a function from the path of a value in a flat spec to its path in the input of the graph.
    `given`: the flat mapping, whose order tells the places in lists."""
    camel = input_path(model)

    def sent(loc: Place) -> Place:
        if not loc:
            return loc
        name, *rest = loc
        if name in PAIRS and rest and isinstance(given.get(str(name)), Mapping):
            keys = list(given[str(name)])
            side = "name" if len(loc) > 2 and loc[2] == "[key]" else PAIRS[str(name)]
            rest = [keys.index(rest[0]), side] if rest[0] in keys else []
        path = (*camel((name,)), *rest) if name in PAIRS else camel(loc)
        group = next((group for group, names in GROUPS.items() if name in names), None)
        return (group, *path) if group else path

    return sent
