"""Specs of searches in the shape of the graph, and where their faults stand."""

import pytest

from cubestudio.core.errors import Invalid
from cubestudio.core.graph.typed import from_mapping
from cubestudio.searches import actions, types
from cubestudio.searches.shape import flattened, grouped
from cubestudio.searches.spec import SearchSpec

GIVEN = {
    "objectives": [{"metric": "y", "direction": "minimize", "goal": None, "take": "last"}],
    "parameters": [
        {"name": "a", "distribution": {"categorical": {"choices": [1, "x", None]}}},
        {
            "name": "b",
            "distribution": {"float": {"low": 1, "high": 2, "step": None, "log": True}},
            "conditions": [{"parameter": "a", "value": None}],
        },
        {"name": "c", "distribution": {"int": {"low": 1, "high": 9, "step": 2}}, "conditions": []},
    ],
    "sampler": None,
    "warm_start": {"search_id": "s", "trials": 3},
}
ENGINE = {"name": "nni", "settings": [{"name": "a", "value": 1}, {"name": "b", "value": "x"}]}


def with_parameter(parameter) -> dict:
    return {**GIVEN, "parameters": [GIVEN["parameters"][0], {"name": "z", **parameter}]}


@pytest.mark.parametrize("given", [GIVEN, {**GIVEN, "parameters": GIVEN["parameters"][:1], "engine": ENGINE}])
def test_a_spec_has_the_same_shape_when_it_is_read(given):
    spec = actions.read(flattened(given))
    shown = grouped(spec.model_dump(mode="json"))
    assert shown["parameters"][0] == {**GIVEN["parameters"][0], "conditions": []}
    assert shown["warm_start"] == GIVEN["warm_start"]
    assert actions.read(flattened(shown)) == spec
    typed = from_mapping(types.SearchSpec, shown)
    assert typed.parameters[0].distribution.categorical.choices == [1, "x", None]
    assert typed.parameters[0].distribution.float is None
    if spec.engine:
        assert [(each.name, each.value) for each in typed.engine.settings] == [("a", 1), ("b", "x")]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"trials": 0}, "spec.trials"),
        ({"max_failed_trials": 0}, "spec.maxFailedTrials"),
        ({"objectives": []}, "spec.objectives"),
        ({"parameters": None}, "spec.parameters"),
        ({"pruner": {"name": "median", "warmup_steps": -1}}, "spec.pruner.warmupSteps"),
        ({"warm_start": {"search_id": "s", "trials": 0}}, "spec.warmStart.trials"),
        ({"starting_points": [{"a": 1}, {"x": 1}]}, "spec.startingPoints[1].x"),
        ({"fixed_params": {"a": 1}}, "spec.fixedParams.a"),
        (
            {"sampler": {"name": "grid"}, "parameters": GIVEN["parameters"][:2]},
            "spec.parameters[1].distribution.float.step",
        ),
        (
            with_parameter({"distribution": {"int": {"low": "x", "high": 1}}}),
            "spec.parameters[1].distribution.int.low",
        ),
        (with_parameter({"distribution": {"int": {"low": 2, "high": 1}}}), "spec.parameters[1]"),
        (
            with_parameter(
                {
                    "distribution": {"categorical": {"choices": [1]}},
                    "conditions": [{"parameter": "a", "value": 1}, {"parameter": "a", "value": 2}],
                }
            ),
            "spec.parameters[1].conditions[1].parameter",
        ),
        ({"engine": {**ENGINE, "algorithm": "magic"}}, "spec.engine.algorithm"),
        ({"engine": {"name": "nni", "settings": [{"name": "a", "value": [1]}]}}, "spec.engine.settings"),
        ({"imported_parameters": {"n": 1}}, "spec.importedParameters"),
        ({"parameters": None, "imported_parameters": {"n": 1}}, "spec.importedParameters"),
        (
            {"parameters": None, "imported_parameters": {"n": {"_type": "uniform", "_value": [2, 1]}}},
            "spec.importedParameters",
        ),
    ],
)
def test_a_fault_names_the_field_that_was_sent(given, field):
    with pytest.raises(Invalid) as refused:
        actions.read(flattened({**GIVEN, **given}))
    assert [fault.field for fault in refused.value.faults] == [field]


def test_imported_parameters_are_stored_as_parameters():
    space = {"lr": {"_type": "loguniform", "_value": [0.1, 1]}}
    spec = actions.read(flattened({**GIVEN, "parameters": None, "imported_parameters": space}))
    assert isinstance(spec, SearchSpec)
    assert grouped(spec.model_dump(mode="json"))["parameters"] == [
        {
            "name": "lr",
            "distribution": {"float": {"low": 0.1, "high": 1, "step": None, "log": True}},
            "conditions": [],
        }
    ]
