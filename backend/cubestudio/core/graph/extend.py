"""How a higher room adds its field to a lower room's type, so that nothing is imported upwards."""

from typing import Any

from strawberry.types.field import StrawberryField


def extend(target: Any, **fields: Any) -> None:
    """Add fields (made by `strawberry.field`) to a type; called while modules load, before the schema is
    built."""
    definition = target.__strawberry_definition__
    for name, field in fields.items():
        assert isinstance(field, StrawberryField)
        if any(existing.python_name == name for existing in definition.fields):
            raise ValueError(f"{definition.name} already has a field {name}")
        field.python_name = name
        field.name = name
        field.origin = target
        definition.fields.append(field)
