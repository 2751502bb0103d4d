"""Inputs and outputs of the graph have the fields and defaults of the specs that they stand for."""

from dataclasses import MISSING

import pytest
import strawberry
from graphql import introspection_from_schema
from strawberry.types.base import get_object_definition

from cubestudio.pipelines.schedules import api as schedules
from cubestudio.pipelines.schedules import spec as schedules_spec
from cubestudio.schema import schema
from cubestudio.searches import spec as searches_spec
from cubestudio.searches import types as searches

TYPES = [
    (schedules_spec.ScheduleSpec, schedules.ScheduleSpecInput, schedules.ScheduleSpec),
    (searches_spec.Objective, searches.SearchObjectiveInput, searches.SearchObjective),
    (searches_spec.Sampler, searches.SamplerInput, searches.Sampler),
    (searches_spec.Engine, searches.ExternalEngineInput, searches.ExternalEngine),
    (searches_spec.Pruner, searches.PrunerInput, searches.Pruner),
    (searches_spec.WarmStart, searches.WarmStartInput, searches.WarmStart),
    (searches_spec.SearchSpec, searches.SearchSpecInput, searches.SearchSpec),
]
READ = {"imported_parameters"}
"""Fields of inputs that are read into other fields of the spec."""
EMPTY = ({}, [])
"""A mapping of the spec may be a list of names and values in the graph."""


def fields(kind):
    return {
        field.python_name: field
        for field in get_object_definition(kind, strict=True).fields
        if field.base_resolver is None
    }


def default(field):
    return field.default_factory() if field.default_factory is not MISSING else field.default


@pytest.mark.parametrize(("spec", "input", "output"), TYPES, ids=lambda kind: kind.__name__)
def test_input_and_output_have_the_fields_of_the_spec(spec, input, output):
    assert set(fields(input)) - READ == set(fields(output)) == set(spec.model_fields)
    for name in fields(output):
        field = fields(input)[name]
        model, given = spec.model_fields[name], default(field)
        if model.is_required():
            assert given is MISSING or name == "parameters", f"{name} is required"
        elif given is not strawberry.UNSET:
            own = model.get_default(call_default_factory=True)
            assert given == own or (given in EMPTY and own in EMPTY), name


def test_clients_can_read_the_schema_with_its_defaults():
    """A default of JSON cannot be written in an introspection, and fails it as a whole."""
    assert introspection_from_schema(schema._schema)["__schema"]["types"]
