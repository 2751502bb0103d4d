"""The scalars that GraphQL lacks."""

from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError

from cubestudio.core import messages
from cubestudio.core.errors import Invalid


def _whole(value: Any) -> int:
    """A whole number from JSON, or from text of digits; that it has 64 bits is checked with the other
    arguments."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            found = int(value)
        except (ValueError, OverflowError):
            found = None
        if found is not None and not (isinstance(value, float) and found != value):
            return found
    raise GraphQLError("a whole number is written as 42", extensions={"code": "INVALID"})


Long = strawberry.scalar(
    NewType("Long", int),
    name="Long",
    description="A whole number of up to 53 bits; sizes in bytes are given in it.",
    serialize=int,
    parse_value=_whole,
)


def _stamp(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(value: Any) -> datetime:
    """A time from text; without a zone it is in UTC."""
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise GraphQLError(
            "a time is written as 2026-11-23T20:42:00Z", extensions={"code": "INVALID"}
        ) from error


Time = strawberry.scalar(
    NewType("Time", datetime),
    name="DateTime",
    description="A time in UTC with microseconds: 2026-11-23T20:42:00.000000Z.",
    serialize=_stamp,
    parse_value=_moment,
)


def _json(value: Any) -> Any:
    return value


def described(definition: Any) -> dict[str, Any]:
    """A definition that was sent as JSON, which is an object."""
    if not isinstance(definition, dict):
        raise Invalid(messages.DEFINITION_NOT_AN_OBJECT(), field="definition")
    return definition


Json = strawberry.scalar(
    NewType("Json", object),
    name="JSON",
    description="Any JSON value, packed: it is not selected into.",
    serialize=_json,
    parse_value=_json,
)
