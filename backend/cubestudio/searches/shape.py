"""The shape that the spec of a search has in the graph: each parameter with a distribution of one kind, and
lists of names and values. Pure.

The spec has flat parameters and keeps free names as mappings; the rules stay there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cubestudio.core.inputs.definition import Place, input_path
from cubestudio.core.inputs.grouping import keyed
from cubestudio.searches.spec import IMPORTED, SearchSpec

RANGE = ("low", "high", "step", "log")
DISTRIBUTIONS = {"float": RANGE, "int": RANGE, "categorical": ("choices",)}


def flattened(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an input, as `typed.to_mapping` gives it, as the mapping that the spec reads. What is null has
    its default. Raises Invalid when a list has a name twice."""
    flat = {name: value for name, value in given.items() if value is not None}
    if "parameters" in flat:
        flat["parameters"] = [_flat(each, at) for at, each in enumerate(flat["parameters"])]
    if engine := flat.get("engine"):
        settings = keyed(engine.get("settings") or (), "name", "value", "spec.engine.settings")
        flat["engine"] = {**engine, "settings": settings}
    return flat


def _flat(given: Mapping[str, Any], at: int) -> dict[str, Any]:
    [(kind, values)] = given["distribution"].items()
    place = f"spec.parameters[{at}].conditions"
    conditions = keyed(given.get("conditions") or (), "parameter", "value", place)
    return {"name": given["name"], "type": kind, **values, "conditions": conditions}


def grouped(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored spec in the shape of the graph."""
    engine = flat["engine"]
    return {
        **flat,
        "parameters": [_grouped(each) for each in flat["parameters"]],
        "engine": engine and {**engine, "settings": _listed(engine["settings"], "name")},
    }


def _grouped(flat: Mapping[str, Any]) -> dict[str, Any]:
    kind = flat["type"]
    return {
        "name": flat["name"],
        "distribution": {kind: {name: flat[name] for name in DISTRIBUTIONS[kind]}},
        "conditions": _listed(flat["conditions"], "parameter"),
    }


def _listed(values: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return [{key: name, "value": value} for name, value in values.items()]


def place_of(flat: Mapping[str, Any]) -> Callable[[Place], Place]:
    """Return a function from the path of a value in the spec to its path in the input of the graph. `flat`:
    the mapping that was read."""
    camel = input_path(SearchSpec)

    def sent(loc: Place) -> Place:
        if loc[:1] == ("parameters",) and IMPORTED in flat:
            return ("importedParameters",)
        if loc[:1] == (IMPORTED,):
            return ("importedParameters", *loc[1:])
        if loc[:1] == ("parameters",) and len(loc) > 2:
            return (*loc[:2], *_in_parameter(flat["parameters"][loc[1]], loc[2:]))
        if loc[:2] == ("engine", "settings"):
            return (*loc[:2], *_in_list(flat["engine"]["settings"], "name", loc[2:]))
        return camel(loc)

    return sent


def _in_parameter(flat: Mapping[str, Any], loc: Place) -> Place:
    name, *rest = loc
    if name == "conditions":
        return (name, *_in_list(flat[name], "parameter", rest))
    kinds = (kind for kind, names in DISTRIBUTIONS.items() if kind == flat.get("type") and name in names)
    return next((("distribution", kind, *loc) for kind in kinds), loc)


def _in_list(values: Mapping[str, Any], key: str, loc: Sequence[str | int]) -> Place:
    names = list(values) if loc else []
    if not names or loc[0] not in names:
        return ()
    return (names.index(str(loc[0])), key if "[key]" in loc else "value")
