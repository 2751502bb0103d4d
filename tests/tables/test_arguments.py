"""Values of a template's arguments, and the rules of a pipeline: tables."""

import pytest

from cubestudio.pipelines import spec
from cubestudio.templates.spec import Argument, Body, wrong

ECHO = Body.model_validate(
    {
        "name": "echo",
        "command": ["echo"],
        "arguments": [
            {"name": "text", "type": "str", "require": True},
            {"name": "count", "type": "int", "require": False},
            {"name": "password", "type": "secret", "require": False},
        ],
        "outputs": [{"name": "said"}],
    }
)


@pytest.mark.parametrize(
    ("argument", "value", "problem"),
    [
        ({"type": "int"}, 3, None),
        ({"type": "int"}, 3.0, None),
        ({"type": "int"}, 3.5, "must be a whole number"),
        ({"type": "int"}, True, "must be a whole number"),
        ({"type": "int"}, "3", "must be a whole number"),
        ({"type": "int"}, float("nan"), "must be a whole number"),
        ({"type": "float", "range": [0, 1]}, 2, "must be at most 1"),
        ({"type": "float", "range": [0, 1]}, -0.1, "must be at least 0"),
        ({"type": "float"}, float("inf"), "must be a number"),
        ({"type": "bool"}, True, None),
        ({"type": "bool"}, 1, "must be true or false"),
        ({"type": "str"}, "", None),
        ({"type": "str"}, 1, "must be text"),
        ({"type": "str"}, "a\0b", "must not contain a NUL character"),
        ({"type": "text"}, "\ud800", None),
        ({"type": "enum", "choice": ["a", "b"]}, "a", None),
        ({"type": "enum", "choice": ["a", "b"]}, "c", "must be one of a, b"),
        ({"type": "multiple", "choice": ["a", "b"]}, ["a", "b"], None),
        ({"type": "multiple", "choice": ["a", "b"]}, ["a", "c"], "'c' is not one of a, b"),
        ({"type": "multiple", "choice": ["a", "b"]}, "a", "must be a list of choices"),
        ({"type": "list", "item_type": "int"}, [1, "x"], "item 1 must be a whole number"),
        ({"type": "list", "item_type": "int"}, {}, "must be a list"),
        ({"type": "dict", "sub_args": [{"name": "k", "type": "int", "require": True}]}, {}, "k is missing"),
        ({"type": "dict", "sub_args": [{"name": "k", "type": "int"}]}, {"k": ""}, "k must be a whole number"),
        ({"type": "dict"}, [], "must be an object"),
        ({"type": "json"}, {"any": ["thing", None]}, None),
        ({"type": "date"}, "2026-11-30", None),
        ({"type": "date"}, "30.11.2026", "must be a date such as 2026-11-23"),
        ({"type": "datetime"}, 5, "must be a datetime such as 2026-11-23T20:42:00+00:00"),
    ],
)
def test_a_value_of_an_argument(argument, value, problem):
    found = wrong(Argument.model_validate({"name": "x", **argument}), value)
    assert (found or "").startswith(problem) if problem else found is None, found


def step(name: str = "a", template: str = "echo", **more: object) -> dict:
    return {"name": name, "template": template, "args": {"text": "hello"}, **more}


@pytest.mark.parametrize(
    ("steps", "field", "message"),
    [
        ([step()], None, None),
        ([step(template="none")], "steps[0].template", "there is no template none"),
        ([step(), step()], "steps[1].name", "two steps are named a"),
        ([step(args={})], "steps[0].args.text", "is missing"),
        ([step(args={"text": "x", "other": 1})], "steps[0].args.other", "has no argument other"),
        ([step(args={"text": "x", "count": "y"})], "steps[0].args.count", "must be a whole number"),
        (
            [step(args={"text": "x", "password": "{{ params.p }}"})],
            "steps[0].args.password",
            "must be a plain value",
        ),
        ([step(args={"text": "{{ params.q }}"})], "steps[0].args.text", "which is not a parameter"),
        ([step(args={"text": "{{ params }}"})], "steps[0].args.text", "which is not a parameter"),
        ([step(args={"text": "{{ params.p }}"})], None, None),
        ([step(args={"text": "{{ run.secret }}"})], "steps[0].args.text", "a run has"),
        ([step(args={"text": "{{ item }}"})], "steps[0].args.text", "has no for_each"),
        ([step(args={"text": "{{ item }}"}, for_each=[1, 2])], None, None),
        ([step(for_each="{{ item }}")], "steps[0].for_each", "is not known in for_each"),
        ([step(for_each="a, b")], "steps[0].for_each", "for_each is a list, or one name"),
        ([step(for_each=5)], "steps[0].for_each", "for_each is a list, or one name of a list"),
        ([step(args={"text": "{{ nothing }}"})], "steps[0].args.text", "which is not known"),
        ([step(args={"text": "{{ steps.a }}"})], "steps[0].args.text", "write steps.<step>.outputs"),
        ([step(args={"text": "{{ steps.b.outputs.said }}"})], "steps[0].args.text", "there is no step b"),
        (
            [step(), step("b", args={"text": "{{ steps.a.outputs.none }}"})],
            "steps[1].args.text",
            "has no such output",
        ),
        ([step(), step("b", args={"text": "{{ steps.a.outputs.said }}"})], None, None),
        ([step(needs=["z"])], "steps[0].needs", "which is not a step here"),
        ([step(needs=["a"])], "steps[0].needs", "needs itself"),
        ([step(needs=["b"]), step("b", needs=["a"])], "steps[1].needs", "wait for each other"),
        ([step(when="1 +")], "steps[0].when", "cannot be read"),
        ([step(outputs=["not an identifier"])], "steps[0].outputs", "cannot be the name of an output"),
    ],
)
def test_the_rules_of_a_pipeline(steps, field, message):
    definition = spec.Definition.model_validate(
        {"name": "p", "parameters": [{"name": "p", "type": "str", "default": "x"}], "steps": steps}
    )
    faults = spec.check(definition, {("echo", None): ECHO})
    if message is None:
        assert not faults
    else:
        assert any(message in fault.message for fault in faults), faults
        assert {fault.field for fault in faults if message in fault.message} <= {field, "steps[0].needs"}
