"""Bad input gets a clear refusal, and never an internal error."""

import string

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cubestudio.core.errors import Invalid, Refusal
from cubestudio.pipelines.actions import from_yaml
from cubestudio.pipelines.spec import Definition, check
from cubestudio.templates import actions as templates

SAVE = """mutation($y: String!) { savePipeline(input: {project: "p", yaml: $y}) { __typename ... on Problem { code message faults { path message } } } }"""  # noqa: E501


def step(**told):
    return {"name": "a", "template": "shell", "args": {"script": "true"}} | told


def faults(definition):
    bodies = {}
    for path in templates.BUILTIN.glob("*.yaml"):
        body = templates.read(path.read_text())
        bodies[body.name, None] = body
    return [(fault.field, fault.message) for fault in check(Definition.model_validate(definition), bodies)]


def test_everything_wrong_is_said_at_once_with_its_place():
    told = faults(
        {
            "name": "x",
            "steps": [
                step(name="a", needs=["c"]),
                step(name="b", needs=["a", "ghost"], args={}),
                step(
                    name="c",
                    needs=["b"],
                    args={"script": "{{ params.nope }} {{ steps.a.outputs.y }} {{ evil() }} {{ os.path }}"},
                ),
                step(name="a", template="none"),
                step(name="d", args={"script": "x", "wrong": 1}, when="1 + 1"),
            ],
        }
    )
    words = "\n".join(f"{field}: {message}" for field, message in told)
    for part in (
        "steps[3].name: two steps are named a",
        "no template none",
        "steps[1].args.script: step b: argument script (Script) is missing",
        "needs ghost",
        "params.nope, which is not a parameter",
        "step a has no such output",
        "os.path, which is not known",
        "no argument wrong",
        "step d: the condition cannot be read at character 3",
        "these steps wait for each other",
    ):
        assert part in words, part
    loop = next(message for _, message in told if "wait for each other" in message)
    assert set(loop.rsplit(": ", 1)[1].split(" → ")) == {"a", "c"}


def test_a_chain_of_two_thousand_steps_is_checked():
    steps = [step(name=f"s{number}", needs=[f"s{number - 1}"] if number else []) for number in range(2000)]
    assert faults({"name": "x", "steps": steps}) == []
    steps[0]["needs"] = ["s1999"]
    assert len(faults({"name": "x", "steps": steps})) == 1


@pytest.mark.parametrize(
    "yaml",
    [
        "a: [",
        "- 1",
        "",
        "name: x\nsteps: [{name: '../x', template: shell}]",
        "a: &a [1]\nb: *a",
        "name: x\nunknown: 1",
        "name: x\nsteps: [{name: a, template: shell, args: {script: 5}}]",
        "!!python/object/apply:os.system ['true']",
        (
            "name: x\nsteps: [{name: a, template: python, environment: {requirements: ['--index-url "
            "x']}, args: {script: x}}]"
        ),
        "name: x\nsteps: ["
        + ", ".join(f"{{name: s{n}, template: shell, args: {{script: x}}}}" for n in range(2001))
        + "]",
        "name: x\nsteps: [{name: a, template: shell, args: {script: " + "x" * 1_100_000 + "}}]",
    ],
)
async def test_documents_that_are_refused(platform, yaml):
    answer = (await platform.ask(SAVE, y=yaml))["savePipeline"]
    assert answer["__typename"] == "Problem" and answer["code"] == "INVALID", answer
    assert (await platform.ask('{ project(key: "p") { pipelines { nodes { id } } } }'))["project"][
        "pipelines"
    ]["nodes"] == []


async def test_conflicting_saves_are_told(platform):
    await platform.save("name: x\nsteps: [{name: a, template: shell, args: {script: 'true'}}]\n")
    query = (
        'mutation { savePipeline(input: {project: "p", yaml: "name: x", expectedVersion: 0}) '
        "{ ... on Problem { code "
        "path } } }"
    )
    assert (await platform.ask(query))["savePipeline"] == {"code": "CONFLICT", "path": ["expectedVersion"]}


async def test_documents_too_deep_or_wide_are_refused(platform):
    deep = "{ runs { nodes " + "{ pipeline { project " * 12 + "{ id }" + " } }" * 12 + " } }"
    wide = "{ " + " ".join(f"a{n}: health" for n in range(40)) + " }"
    long = "{ " + "health " * 5000 + "}"
    for text in (deep, wide, long):
        assert (await platform.raw(text, platform.admin)).errors[0].extensions["code"] in (
            "TOO_LARGE",
            "BAD_REQUEST",
        )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "name": JSON,
            "steps": st.lists(
                st.dictionaries(
                    st.sampled_from(
                        [
                            "name",
                            "template",
                            "args",
                            "needs",
                            "for_each",
                            "when",
                            "retry",
                            "resources",
                            "outputs",
                        ]
                    ),
                    JSON,
                    max_size=6,
                ),
                max_size=3,
            ),
            "parameters": JSON,
            "parallelism": JSON,
        },
    )
)
def test_any_object_is_read_or_refused(data):
    try:
        definition = Definition.model_validate(data)
    except ValueError:
        return
    check(definition, {})


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.text(alphabet=string.printable + "é漢\0", max_size=200))
def test_any_text_is_yaml_or_refused(text):
    try:
        assert isinstance(from_yaml(text), dict)
    except Refusal as refusal:
        assert isinstance(refusal, Invalid)


async def test_no_operation_answers_with_an_internal_error(platform):
    import random

    from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull, get_named_type, is_leaf_type

    from cubestudio.schema import schema

    chance = random.Random(1)
    values = [
        "p",
        "",
        "..",
        "x" * 5000,
        "é漢👍",
        "01a20a40-da07-714a-954f-a11372cf2e57",
        "\0",
        "a b",
        "{{ x }}",
    ]

    def value(type_):
        if isinstance(type_, GraphQLNonNull):
            return value(type_.of_type) if chance.random() > 0.05 else None
        if isinstance(type_, GraphQLList):
            return [value(type_.of_type)]
        if isinstance(type_, GraphQLEnumType):
            return chance.choice(list(type_.values))
        return {
            "Int": chance.choice([0, 1, -1, 2**31 - 1]),
            "Long": chance.choice([0, -5, 2**52]),
            "Boolean": chance.random() > 0.5,
            "JSON": chance.choice([{}, [], 5, {"x": [1]}]),
        }.get(type_.name, chance.choice(values))

    for root in ("Query", "Mutation"):
        for name, field in schema._schema.type_map[root].fields.items():
            for _ in range(12):
                arguments = {key: value(argument.type) for key, argument in field.args.items()}
                head = ", ".join(f"${key}: {argument.type}" for key, argument in field.args.items())
                call = ", ".join(f"{key}: ${key}" for key in field.args)
                selection = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
                text = (
                    f"{root.lower()}{f'({head})' if head else ''} {{ "
                    f"{name}{f'({call})' if call else ''}{selection} }}"
                )
                result = await platform.raw(text, platform.admin, **arguments)
                for error in result.errors or ():
                    assert error.extensions["code"] != "INTERNAL", (text, arguments, error)
