"""The shape that the spec of an image has in the graph: its source as one of several kinds, and the resources
of its build. Pure.

The spec is flat and keeps free names as mappings; the rules stay there."""

from collections.abc import Callable, Mapping
from typing import Any

from cubestudio.core.inputs.definition import Place, input_path
from cubestudio.core.inputs.grouping import keyed
from cubestudio.images.spec import Definition

PACKAGES = ("base", "python", "pip", "apt", "conda", "channels", "env", "files", "commands")
GIT = ("repo", "repo_secret", "branch", "path")
RESOURCES = ("cpu", "memory", "timeout_seconds")
GROUPS = {"packages": PACKAGES, "git": GIT}
PAIRS = {"env": ("name", "value"), "files": ("path", "content")}
"""Mappings of the spec that the graph has as lists: the fields that have a key and its value."""


def flattened(source: Mapping[str, Any], resources: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a source and the resources of its build, as `typed.to_mapping` gives them, as the flat mapping
    that the spec reads; it has one kind of source, the others are null or left out. Raises Invalid when a
    list has a key twice."""
    flat: dict[str, Any] = {**(resources or {})}
    if source.get("dockerfile") is not None:
        flat["dockerfile"] = source["dockerfile"]
    for group in GROUPS:
        flat |= source.get(group) or {}
    for name, (key, side) in PAIRS.items():
        if flat.get(name) is not None:
            flat[name] = keyed(flat[name], key, side, f"source.packages.{name}")
    return flat


def grouped(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored spec in the shape of the graph: {source, resources}. Of the kinds of a source, those
    that it is not are null."""
    kind = "git" if flat.get("repo") else "packages" if flat.get("dockerfile") is None else None
    source = {"packages": None, "git": None, "dockerfile": flat.get("dockerfile")}
    if kind:
        source[kind] = {name: _listed(name, flat[name]) for name in GROUPS[kind] if name in flat}
    return {"source": source, "resources": {name: flat[name] for name in RESOURCES if name in flat}}


def _listed(name: str, value: Any) -> Any:
    if name not in PAIRS:
        return value
    key, side = PAIRS[name]
    return [{key: each, side: text} for each, text in value.items()]


def place_of(flat: Mapping[str, Any]) -> Callable[[Place], Place]:
    """Return a function from the path of a value in the spec to its path in the input of the graph. `flat`:
    the mapping that was read, whose order tells the places in lists."""
    camel = input_path(Definition)

    def sent(loc: Place) -> Place:
        if not loc:
            return ("source",)
        name, *rest = str(loc[0]), *loc[1:]
        if name in PAIRS and rest and rest[0] in (keys := list(flat.get(name, ()))):
            rest = [keys.index(rest[0]), PAIRS[name]["[key]" not in rest]]
        path = (*camel((name,)), *rest)
        if name in RESOURCES:
            return ("resources", *path)
        group = next((group for group, names in GROUPS.items() if name in names), None)
        return ("source", group, *path) if group else ("source", *path)

    return sent
