"""Inputs of the graph as the mappings that specs read, and outputs from such mappings."""

from datetime import UTC, datetime
from enum import Enum

import pytest
import strawberry

from cubestudio.core.graph.scalars import Json
from cubestudio.core.graph.typed import from_mapping, to_mapping


@strawberry.enum
class Mode(Enum):
    FAST = "fast"


@strawberry.input
class Part:
    size: int | None = strawberry.UNSET
    mode: Mode | None = strawberry.UNSET


@strawberry.input
class Thing:
    first_part: Part
    rest: list[Part] | None = strawberry.UNSET
    free: Json | None = strawberry.UNSET


@strawberry.type
class PartType:
    size: int | None
    mode: Mode | None


@strawberry.type
class ThingType:
    first_part: PartType
    rest: list[PartType]
    free: Json | None

    @strawberry.field
    def counted(self) -> int:
        return len(self.rest)


@pytest.mark.parametrize(
    ("value", "mapping"),
    [
        (Thing(first_part=Part()), {"first_part": {}}),
        (Thing(first_part=Part(size=None, mode=Mode.FAST)), {"first_part": {"size": None, "mode": "fast"}}),
        (
            Thing(first_part=Part(size=1), rest=[Part(), Part(size=2)], free={"firstPart": [1]}),
            {"first_part": {"size": 1}, "rest": [{}, {"size": 2}], "free": {"firstPart": [1]}},
        ),
        (datetime(2026, 1, 31, tzinfo=UTC), "2026-01-31T00:00:00+00:00"),
    ],
)
def test_an_input_becomes_a_mapping_of_what_was_given(value, mapping):
    assert to_mapping(value) == mapping


def test_a_mapping_becomes_an_output():
    found = from_mapping(
        ThingType, {"first_part": {"size": 1, "mode": "fast"}, "rest": [{"size": 2}], "x": 1}
    )
    assert found.first_part == PartType(size=1, mode=Mode.FAST) and found.rest == [
        PartType(size=2, mode=None)
    ]
    assert found.free is None and found.counted() == 1
    assert from_mapping(ThingType, {"first_part": {}}).rest == []
