"""Specs in the shape of the graph: the same fields both ways, and faults at the field that was sent."""

import pytest
from strawberry.types.base import get_object_definition

from cubestudio.core.errors import Invalid
from cubestudio.core.inputs.definition import checked
from cubestudio.core.inputs.grouping import GROUPS, flattened, grouped, place_of
from cubestudio.notebooks import api as notebooks
from cubestudio.notebooks import messages as notebook_messages
from cubestudio.notebooks.spec import NotebookSpec
from cubestudio.services import api, messages
from cubestudio.services.plan import Gates, Strategy
from cubestudio.services.spec import ReplicaSchedule, ServiceSpec


def fields(kind):
    return {field.python_name for field in get_object_definition(kind, strict=True).fields}


@pytest.mark.parametrize(
    ("kind", "model", "internal"),
    [
        (api.ServiceSpec, ServiceSpec, set()),
        (api.ServiceSpecInput, ServiceSpec, set()),
        (notebooks.NotebookSpec, NotebookSpec, {"files", "inputs"}),
        (notebooks.NotebookSpecInput, NotebookSpec, {"files", "inputs"}),
    ],
)
def test_a_type_has_the_fields_of_its_spec(kind, model, internal):
    found = fields(kind)
    members = {name for names in GROUPS.values() for name in names}
    assert found - set(GROUPS) == set(model.model_fields) - members - internal
    for group, names in GROUPS.items():
        for each in get_object_definition(kind, strict=True).fields:
            if each.python_name == group:
                inner = getattr(each.type, "of_type", each.type)
                assert fields(inner) == set(names)


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        (api.RolloutStrategyInput, Strategy),
        (api.RolloutGatesInput, Gates),
        (api.RolloutGates, Gates),
        (api.ReplicaScheduleInput, ReplicaSchedule),
        (api.ReplicaSchedule, ReplicaSchedule),
    ],
)
def test_other_inputs_have_the_fields_of_their_models(kind, model):
    assert fields(kind) == set(model.model_fields)


def test_what_was_read_can_be_sent_back():
    spec = ServiceSpec.model_validate(
        {
            "kind": "custom",
            "command": "true",
            "env": {"A": "1"},
            "secrets": {"S": "sealed"},
            "devices": {"rdma": 2},
            "image": "x:1",
        }
    ).model_dump(mode="json")
    shown = grouped(spec)
    assert shown["resources"]["devices"] == [{"name": "rdma", "count": 2}]
    assert shown["environment"]["image"] == "x:1" and shown["secrets"] == [{"name": "S", "value": None}]
    assert flattened(shown) == {**spec, "secrets": {"S": None}}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"resources": {"cpu": 0}}, "spec.resources.cpu"),
        ({"resources": {"gpu_type": "!"}}, "spec.resources.gpuType"),
        (
            {"resources": {"devices": [{"name": "a", "count": 1}, {"name": "b", "count": 0}]}},
            "spec.resources.devices[1].count",
        ),
        ({"environment": {"image": "a b"}}, "spec.environment.image"),
        ({"max_replicas": 0}, "spec.maxReplicas"),
        ({"resources": {"devices": [{"name": "X!", "count": 1}]}}, "spec.resources.devices[0].name"),
        ({"schedules": [{"cron": "x", "replicas": 1}]}, "spec.schedules[0].cron"),
        ({"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}, "spec.env[1].name"),
    ],
)
def test_a_fault_names_the_field_that_was_sent(given, field):
    with pytest.raises(Invalid) as refused:
        flat = {"kind": "custom", "command": "true", **flattened(given)}
        checked(ServiceSpec, flat, messages.SERVICE_NOT_DEPLOYED, "spec", place_of(ServiceSpec, flat))
    assert ([fault.field for fault in refused.value.faults] or [refused.value.field]) == [field]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"resources": {"memory": 1}}, "spec.resources.memory"),
        ({"environment": {"requirements": [1]}}, "spec.environment.requirements[0]"),
        ({"secrets": [{"name": "A", "value": 1}]}, "spec.secrets[0].value"),
        ({"repo_secret": "x" * 101}, "spec.repoSecret"),
        ({"size": 1}, "spec.size"),
    ],
)
def test_a_fault_of_a_notebook_names_it_too(given, field):
    with pytest.raises(Invalid) as refused:
        flat = flattened(given)
        checked(
            NotebookSpec, flat, notebook_messages.NOTEBOOK_NOT_SAVED, "spec", place_of(NotebookSpec, flat)
        )
    assert [fault.field for fault in refused.value.faults] == [field]
