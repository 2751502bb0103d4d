"""Typed inputs as the plain mappings that specs read, and back: a room's `spec.py` stays the only place that
knows the rules of a definition, and the graph only gives it a shape."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry.types.base import (
    StrawberryList,
    StrawberryOptional,
    get_object_definition,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition


def to_mapping(value: Any) -> Any:
    """Return an input as mappings, lists and plain values, by the Python names of its fields.

    A field that was not given is left out; one that was given as null is None. An enum member becomes its
    value, a time its text in RFC 3339. Other scalars, JSON among them, stay as they are."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [to_mapping(each) for each in value]
    if not has_object_definition(value):
        return value
    fields = get_object_definition(value, strict=True).fields
    found = {field.python_name: getattr(value, field.python_name) for field in fields}
    return {name: to_mapping(each) for name, each in found.items() if each is not strawberry.UNSET}


def from_mapping(kind: type, value: Mapping[str, Any]) -> Any:
    """Return an object type filled from a mapping of the same shape; what it lacks is null, or an empty list
    where the field is a list that is never null."""
    found = {}
    for field in get_object_definition(kind, strict=True).fields:
        if field.base_resolver is None and field.init:
            found[field.python_name] = _typed(field.type, value.get(field.python_name))
    return kind(**found)


def _typed(kind: Any, value: Any) -> Any:
    if isinstance(kind, StrawberryOptional):
        return None if value is None else _typed(kind.of_type, value)
    if isinstance(kind, StrawberryList):
        return [_typed(kind.of_type, each) for each in value or ()]
    if isinstance(kind, StrawberryEnumDefinition):
        return kind.wrapped_cls(value)
    if isinstance(value, Mapping) and has_object_definition(kind):
        return from_mapping(kind, value)
    return value
