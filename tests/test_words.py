"""What people read when a definition is refused: our own sentences, one for one mistake, with the field,
whatever is sent and wherever."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from cubestudio.core import yaml_reader
from cubestudio.core.errors import Invalid
from cubestudio.core.inputs.definition import checked
from cubestudio.core.message import Message, Text
from cubestudio.images.spec import Definition as Image
from cubestudio.models.spec import VersionSpec
from cubestudio.notebooks.spec import NotebookSpec as Notebook
from cubestudio.pipelines.schedules.spec import ScheduleSpec as Schedule
from cubestudio.pipelines.spec import Definition as Pipeline
from cubestudio.searches.shape import place_of
from cubestudio.searches.spec import SearchSpec as Search
from cubestudio.services.plan import Strategy
from cubestudio.services.spec import ServiceSpec
from cubestudio.templates.spec import Body as Template
from tests import specs
from tests.parts import image_source

STRANGE = re.compile(
    r"Input should|validation error|value_error|[Ff]ield required|Extra inputs|unable to parse|after "
    r"validation|pydantic|constrained-str"
    r"|is a required property|is not of type|does not match|Additional properties|Failed validating"
    r"|Expecting|Extra data|Unterminated|could not convert|invalid literal|object is not|not "
    r"subscriptable|NoneType|unhashable|argument must be"
    r"|KeyError|TypeError|ValueError|IndexError|Traceback|list index|out of range|not supported "
    r"between|unexpected keyword|time data|isoformat"
    r"|CronSim|Bad |Wrong number of|InvalidRequirement|Distribution\(|is not accepted: it "
    r"is|INTERNAL|went wrong on our side"
)
"""Words of pydantic, JSON Schema, Python, cronsim, packaging and Optuna."""
OF_YAML = re.compile(
    r"did not find|could not find|found [a-z]+|while (scanning|parsing)|mapping values|block "
    r"(mapping|sequence)|flow node|<stream"
)
"""Words of libyaml."""
TOKENS = (
    "%YAML 1.1",
    "%YAML 3.0",
    "%FOO bar",
    "---",
    "...",
    "&",
    "*",
    "&a b",
    "*a",
    "!",
    "!!",
    "!<",
    "!%zz",
    "|",
    "|0",
    "|9 x",
    "> x",
    "- ",
    "? ",
    ": ",
    "a: ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    '"',
    '"\\q"',
    "#",
    "\t",
    "\n",
    "\n ",
    "\n  ",
    "x",
    "é",
    "@",
    "`",
    "%",
    "!!str",
    "&a &b c",
    '"a"b',
    "'a'b",
)
PLACED = {"env": {"A": "b"}, "secrets": {"B": "c"}, "project_secrets": ["D"], "volumes": ["a(pvc):/mnt"]}
SPACE = [
    {"name": "x", "type": "float", "low": 0, "high": 1, "step": 0.1},
    {"name": "c", "type": "categorical", "choices": [1, "two"], "conditions": {"x": 1}},
]
RIGHT: dict[str, tuple[type, dict[str, Any]]] = {
    "pipeline": (
        Pipeline,
        {
            "name": "p",
            "description": "d",
            "parallelism": 1,
            "parameters": [{"name": "a", "type": "int", "default": 1, "describe": "x", "range": [0, 5]}],
            "steps": [
                {
                    "name": "a",
                    "template": "shell",
                    "args": {"script": "x"},
                    "needs": [],
                    "when": "1 == 1",
                    "retry": {"limit": 1, "pause": 1, "factor": 2},
                    "timeout": 5,
                    "resources": {"cpu": 1, "memory": "1Gi", "gpu": 1, "gpu_type": "A"},
                    "outputs": ["o"],
                    "secrets": ["s"],
                    "skip": False,
                    "environment": {"python": "3.11", "requirements": ["x"], "image": "y"},
                    "volumes": ["a(pvc):/mnt"],
                }
            ],
        },
    ),
    "template": (
        Template,
        {
            "name": "t",
            "version": 1,
            "category": "x",
            "title": "t",
            "command": ["x"],
            "env": {"A": "b"},
            "files": {"a": "b"},
            "arguments": [{"name": "a", "type": "enum", "choice": [1], "default": 1}],
            "outputs": [{"name": "o", "describe": "x"}],
            "gang": {"framework": "torch", "workers": 2, "servers": 1},
        },
    ),
    "schedule": (
        Schedule,
        {
            "cron": "0 2 * * 1",
            "timezone": "UTC",
            "params": {"d": "x"},
            "cluster": "local",
            "cache": True,
            "catch_up_policy": "last",
            "max_active_runs": 1,
            "concurrency_policy": "wait",
            "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": "2027-01-01T00:00:00Z",
        },
    ),
    "search": (
        Search,
        {
            "objectives": [{"metric": "s", "direction": "maximize", "goal": 1.0, "take": "last"}],
            "parameters": SPACE,
            "sampler": {"name": "tpe", "startup_trials": 3},
            "pruner": {"name": "median", "warmup_steps": 1, "percentile": 1},
            "trials": 3,
            "parallelism": 2,
            "max_failed_trials": 2,
            "timeout_seconds": 3,
            "seed": 1,
            "fixed_params": {},
            "starting_points": [{"x": 1}],
            "warm_start": {"search_id": "s", "trials": 2},
        },
    ),
    "imported": (
        Search,
        {
            "objectives": [{"metric": "s"}],
            "imported_parameters": {
                "n": {"_type": "quniform", "_value": [1, 2, 1]},
                "o": {"name": "FloatDistribution", "attributes": {"low": 1, "high": 2, "log": False}},
            },
        },
    ),
    "engine": (
        Search,
        {
            "objectives": [{"metric": "s"}],
            "parameters": SPACE[:1],
            "engine": {"name": "nni", "algorithm": "TPE", "settings": {"a": 1}, "image": "x"},
        },
    ),
    "katib": (
        Search,
        {
            "objectives": [{"metric": "s"}],
            "imported_parameters": [
                {
                    "name": "lr",
                    "parameterType": "double",
                    "feasibleSpace": {"min": "0.1", "max": "1", "step": "0.1"},
                },
                {"name": "c", "parameterType": "discrete", "feasibleSpace": {"list": ["1", "2"]}},
            ],
        },
    ),
    "notebook": (
        Notebook,
        {
            "cpu": 1,
            "memory": "1Gi",
            "gpu": 0,
            "gpu_type": "A",
            "size": "1Gi",
            "repo": "https://x/y",
            "repo_secret": "a",
            "branch": "b",
            "script": "x",
            "command": "x",
            "port": 8080,
            "path": "x",
            "files": {"a": "b"},
            "inputs": [{"path": "x", "size": 1, "sha256": "0" * 64}],
            **PLACED,
        },
    ),
    "service": (
        ServiceSpec,
        {
            "kind": "custom",
            "cpu": 1,
            "memory": "1Gi",
            "replicas": 1,
            "max_replicas": 2,
            "scale_metric": "requests",
            "target_value": 1,
            "command": "x",
            "port": 8080,
            "ready_path": "/x",
            "schedules": [{"cron": "0 8 * * *", "timezone": "UTC", "replicas": 2}],
            "timeout_seconds": 5,
            "max_concurrency": 1,
            "idle_timeout_seconds": 0,
            **PLACED,
        },
    ),
    "strategy": (
        Strategy,
        {
            "kind": "canary",
            "steps": [1, 100],
            "step_seconds": 3,
            "gates": {"error_rate": 0.1, "latency_factor": 2, "difference_rate": 0.1},
        },
    ),
    "image": (
        Image,
        {
            "base": "a",
            "python": "3.11",
            "pip": ["x"],
            "apt": ["a"],
            "conda": ["b"],
            "env": {"A": "b"},
            "files": {"/a": "b"},
            "commands": ["x"],
            "cpu": 1,
            "memory": "1Gi",
            "timeout_seconds": 300,
        },
    ),
    "repository": (Image, {"repo": "https://x/y", "branch": "b", "path": "p", "repo_secret": "s"}),
    "version": (
        VersionSpec,
        {
            "description": "x",
            "framework": "sklearn",
            "metrics": {"a": 1},
            "requirements": ["x"],
            "tags": {"a": "b"},
            "signature": {
                "inputs": [{"name": "x", "type": "vector", "size": 3}],
                "outputs": [],
                "example": [],
            },
        },
    ),
}
WHOLE = (("specify what the image contains: packages, commands, a Dockerfile or a repository"),)
"""What is said of a definition that no field of it is to blame for."""
PLAIN = (
    None,
    True,
    -1,
    0,
    1.5,
    2**62,
    10**18,
    1e300,
    "",
    "x",
    "é漢",
    "a b",
    "9" * 400 + "G",
    "2026-13-45",
    "0001-01-01T00:00:00+14:00",
    "61 * * * *",
    "{{ x }}",
    "x\n",
    "\ud7ff",
)
NESTED = ([], [1], [[1, 2], [3]], {}, {"a": 1}, {"a": {"b": []}}, [None], [{}], ["x"], [{"name": 5}])
GONE = object()


def places(value: Any, place: tuple = ()) -> Iterator[tuple]:
    if place:
        yield place
    for key, member in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(member, (*place, key))


def at(value: Any, place: tuple) -> Any:
    """Return what is at a place."""
    for key in place:
        value = value[key]
    return value


def put(value: Any, place: tuple, odd: Any) -> Any:
    """A copy with something else at a place."""
    made = copy.deepcopy(value)
    inner = at(made, place[:-1])
    if odd is GONE:
        del inner[place[-1]]
    else:
        inner[place[-1]] = odd
    return made


NOT_USED = Message("NOT_USED", "The definition cannot be used: {problem}")


def refusal(name: str, told: Any) -> Invalid | None:
    """What is said of a definition, as `actions` have it checked."""
    model = RIGHT[name][0]
    try:
        checked(model, told, NOT_USED, sent=place_of(told) if model is Search else lambda loc: loc)
    except Invalid as error:
        return error
    return None


def wrong(name: str) -> Iterator[tuple[tuple, Any, Any, Invalid]]:
    """(place, what was put there, the definition, what is said) of each definition that one odd value makes
    wrong."""
    right = RIGHT[name][1]
    assert refusal(name, right) is None, refusal(name, right)
    for place in places(right):
        for odd in (GONE, *PLAIN, *NESTED):
            told = put(right, place, odd)
            if found := refusal(name, told):
                yield place, odd, told, found


@pytest.mark.parametrize("name", RIGHT)
def test_one_odd_value_is_one_fault_in_our_words(name):
    count, bad = 0, []
    for place, odd, _, found in wrong(name):
        count += 1
        for fault in found.faults:
            text = f"{fault.field}: {fault.message} {fault.hint}"
            whole = fault.message in WHOLE
            if STRANGE.search(text) or not (fault.field or whole) or not isinstance(fault.message, Text):
                bad.append((place, odd, text))
        if len(found.faults) != 1 and not isinstance(odd, list | dict):
            bad.append((place, odd, [fault.message for fault in found.faults]))
    assert count > 20 and not bad, bad[:10]


@given(st.lists(st.sampled_from(TOKENS), max_size=10).map("".join))
@settings(max_examples=1000, deadline=None)
def test_a_document_that_cannot_be_read_is_refused_in_our_words(text):
    try:
        yaml_reader.read(text)
    except Invalid as error:
        assert not OF_YAML.search(error.message) and not STRANGE.search(error.message), error.message
        assert isinstance(error.message, Text), error.message


@pytest.mark.parametrize(
    ("name", "place", "odd", "field", "words", "hint"),
    [
        (
            "pipeline",
            ("steps", 0, "timeout"),
            "soon",
            "steps[0].timeout",
            "timeout must be a number, not text",
            None,
        ),
        (
            "pipeline",
            ("steps", 0, "environment", "python"),
            "2.7",
            "steps[0].environment.python",
            "'2.7' is not a version of Python; write one such as 3.11",
            None,
        ),
        (
            "pipeline",
            ("steps", 0),
            {"name": "a", "templat": "shell"},
            "steps[0].templat",
            "templat is not known here",
            "Did you mean template?",
        ),
        (
            "pipeline",
            ("name",),
            "My pipeline",
            "name",
            (
                "'My pipeline' cannot be the name of a pipeline; it has 1 to 50 lowercase "
                "letters, digits and hyphens, and begins with a letter"
            ),
            None,
        ),
        (
            "template",
            ("command",),
            ["{{ args.nope }}"],
            "command",
            "command names args.nope, which is not an argument of this template",
            None,
        ),
        (
            "template",
            ("gang", "workers"),
            None,
            "gang.workers",
            ("the number of members must be a whole number, or text such as {{ args.workers }}"),
            None,
        ),
        (
            "schedule",
            ("cron",),
            "61 * * * *",
            "cron",
            "61 is not a minute of a cron expression; write *, 0-59, a list (1,15), a range (1-5) "
            "or a step (*/10)",
            None,
        ),
        (
            "schedule",
            ("cron",),
            "0 0 * FOO *",
            "cron",
            "FOO is not a month of a cron expression; write *, 1-12 or JAN-DEC, a list (1,15), a "
            "range (1-5) or a step (*/10)",
            None,
        ),
        (
            "schedule",
            ("cron",),
            "0 0 30 2 *",
            "cron",
            "such a day never comes; choose another day of the month or month",
            None,
        ),
        (
            "schedule",
            ("starts_at",),
            "soon",
            "starts_at",
            "starts_at must be a time such as 2026-01-31T08:00:00+01:00",
            None,
        ),
        (
            "schedule",
            ("starts_at",),
            "0001-01-01T00:00:00+14:00",
            "starts_at",
            "a time must be between the years 1970 and 2999",
            None,
        ),
        (
            "search",
            ("parameters", 0),
            {"name": "x", "type": "float", "low": 0, "high": 1, "log": True},
            "parameters[0]",
            "x: log needs a low above 0",
            None,
        ),
        (
            "search",
            ("parameters", 0, "low"),
            "small",
            "parameters[0].distribution.float.low",
            "low must be a number, not text",
            None,
        ),
        (
            "imported",
            ("imported_parameters", "n", "_value"),
            None,
            "importedParameters",
            "n: _value of quniform is a list of 3 numbers",
            None,
        ),
        (
            "search",
            ("parameters", 1, "choices"),
            [[64, 64], [128]],
            "parameters[1]",
            "c: choices[0] is a list; a choice is text, a number, true/false or null",
            None,
        ),
        (
            "engine",
            ("engine", "settings", "a"),
            [1],
            "engine.settings",
            "setting a is a number, true/false, null, or text of at most 200 letters, digits, "
            "spaces and _ . , : + / -",
            None,
        ),
        (
            "katib",
            ("imported_parameters", 0, "feasibleSpace", "max"),
            "much",
            "importedParameters",
            "lr: max in feasibleSpace is a number",
            None,
        ),
        (
            "notebook",
            ("memory",),
            "9" * 400 + "G",
            "memory",
            "memory must be a number of bytes or text such as 512Mi or 2Gi",
            None,
        ),
        (
            "service",
            ("command",),
            " ",
            "command",
            "enter as command what answers HTTP on the port $CUBE_PORT",
            None,
        ),
        (
            "image",
            ("pip",),
            ["pandas=1.0"],
            "pip",
            "requirement 'pandas=1.0' has one =; write pandas==1.0 for an exact version",
            None,
        ),
    ],
)
def test_what_is_said(name, place, odd, field, words, hint):
    found = refusal(name, put(RIGHT[name][1], place, odd))
    assert found is not None and [(fault.field, fault.message, fault.hint) for fault in found.faults] == [
        (field, words, hint)
    ]


PROBLEM = "__typename ... on Problem { code message path hint faults { path message hint } }"
FAULTS = "faults { path message hint }"


def capitals(told, *names):
    """A mapping with the values of these names as members of an enum."""
    if not isinstance(told, dict):
        return told
    return {
        name: each.upper() if name in names and isinstance(each, str) else each for name, each in told.items()
    }


def schedule_input(told):
    """A schedule with the names of its input's fields and the members of its enums."""
    if not isinstance(told, dict):
        return told
    return {
        to_camel(key): each.upper() if key.endswith("_policy") and isinstance(each, str) else each
        for key, each in told.items()
    }


def revision(told):
    """What is said of a revision, as the input of the graph; what has no form there as it is."""
    try:
        return specs.service(told)
    except (TypeError, ValueError, AttributeError):
        return told


def notebook(told):
    """What is said of a notebook, as the input of the graph; what has no form there as it is. Its files have
    none: they are left out where nothing is wrong with them."""
    right = {name: RIGHT["notebook"][1][name] for name in ("files", "inputs")}
    try:
        return specs.notebook(
            {name: each for name, each in told.items() if name not in right or right[name] != each}
        )
    except (TypeError, ValueError, AttributeError):
        return told


def search(told):
    """What is said of a search, as the input of the graph; what has no form there as it is."""
    try:
        return specs.search(told) if isinstance(told.get("parameters", []), list) else told
    except (TypeError, ValueError, AttributeError, KeyError):
        return told


def upload(told):
    """What is said of a version of a model, as the input of the graph."""
    if not isinstance(told, dict):
        return told
    signature = capitals(told.get("signature"))
    if isinstance(signature, dict):
        told = {**told, "signature": signature}
        for side in ("inputs", "outputs"):
            if isinstance(signature.get(side), list):
                signature[side] = [capitals(each, "type") for each in signature[side]]
    return {**capitals(told, "framework"), "project": "p", "name": "m", "files": []}


def check_image(told):
    """What is said of an image, as the input of the graph."""
    if not isinstance(told, dict):
        return told
    rest = dict(told)
    resources = {name: rest.pop(name) for name in ("cpu", "memory", "timeout_seconds") if name in rest}
    if "timeout_seconds" in resources:
        resources["timeoutSeconds"] = resources.pop("timeout_seconds")
    if resources.get("memory") == "1Gi":
        resources["memory"] = 2**30
    return {"source": image_source(rest), "resources": resources}


def save_image(told):
    """What is said of an image, as the input that builds it."""
    return {**check_image(told), "project": "p", "name": "i"} if isinstance(told, dict) else told


DOORS = {
    "pipeline": [
        (
            'mutation($d: JSON!) { savePipeline(input: {project: "p", definition: $d}) '
            f"{{ {PROBLEM} }} }}",
            "json",
        ),
        (
            f'mutation($d: String!) {{ savePipeline(input: {{project: "p", yaml: $d}}) {{ {PROBLEM} }} }}',
            "yaml",
        ),
        (f'query($d: JSON!) {{ checkPipeline(project: "p", definition: $d) {{ {FAULTS} }} }}', "json"),
        (f'query($d: String!) {{ checkPipeline(project: "p", yaml: $d) {{ {FAULTS} }} }}', "yaml"),
        (
            'mutation($d: JSON!) { savePipelineDraft(input: {pipelineId: "PIPELINE", definition: $d, '
            f"baseVersion: 1}}) {{ {PROBLEM} }} }}",
            "json",
        ),
    ],
    "template": [
        (f'mutation($d: String!) {{ saveTemplate(project: "p", yaml: $d) {{ {PROBLEM} }} }}', "yaml")
    ],
    "schedule": [
        (
            'mutation($d: ScheduleSpecInput!) { createSchedule(input: {pipelineId: "PIPELINE", name: "s", '
            f"spec: $d}}) {{ {PROBLEM} }} }}",
            schedule_input,
        ),
        ("query($d: ScheduleSpecInput!) { previewSchedule(spec: $d) { __typename } }", schedule_input),
    ],
    "search": [
        (
            'mutation($d: SearchSpecInput!) { createSearch(input: {pipelineId: "PIPELINE", name: "s", '
            f"spec: $d}}) {{ {PROBLEM} }} }}",
            search,
        ),
        (f"query($d: SearchSpecInput!) {{ checkSearch(spec: $d) {{ {FAULTS} }} }}", search),
    ],
    "notebook": [
        (
            'mutation($d: NotebookSpecInput!) { createNotebook(input: {project: "p", name: "n", '
            f"kind: CUSTOM, spec: $d, start: false}}) {{ {PROBLEM} }} }}",
            notebook,
        ),
        (
            'query($d: NotebookSpecInput!) { preflightNotebook(project: "p", kind: CUSTOM, spec: $d) { '
            "explanation problems } }",
            notebook,
        ),
    ],
    "service": [
        (
            f'mutation($d: ServiceSpecInput!) {{ createService(input: {{project: "p", name: "s", spec: $d}}) {{ '  # noqa: E501
            f"{PROBLEM} }} }}",
            revision,
        ),
        (
            'query($d: ServiceSpecInput!) { preflightService(project: "p", spec: $d) { explanation problems } }',  # noqa: E501
            revision,
        ),
    ],
    "image": [
        (f"mutation($d: SaveImageInput!) {{ saveImage(input: $d) {{ {PROBLEM} }} }}", save_image),
        (f"query($d: CheckImageInput!) {{ checkImage(input: $d) {{ {FAULTS} }} }}", check_image),
    ],
    "version": [(f"mutation($d: UploadModelInput!) {{ uploadModel(input: $d) {{ {PROBLEM} }} }}", upload)],
}
DOORS |= dict.fromkeys(("engine", "katib", "imported"), DOORS["search"])
DOORS |= {"repository": DOORS["image"]}
PLAIN_PIPELINE = (
    "name: plain\nparameters: [{name: d, type: str, default: x}]\nsteps: [{name: a, template: "
    "shell, args: {script: 'true'}}]\n"
)


@pytest.mark.parametrize("name", DOORS)
async def test_every_door_refuses_in_the_same_words(platform, name):
    pipeline = await platform.save(PLAIN_PIPELINE)
    chosen = list(wrong(name))[::7]
    assert len(chosen) > 2
    for place, odd, told, _ in [*chosen, *(((), odd, odd, None) for odd in (*PLAIN[:6], "x", *NESTED[:4]))]:
        for text, form in DOORS[name]:
            result = await platform.raw(
                text.replace("PIPELINE", pipeline),
                platform.admin,
                d=form(told) if callable(form) else yaml_reader.write(told) if form == "yaml" else told,
            )
            said = json.dumps(
                [result.data, [[error.message, error.extensions] for error in result.errors or ()]],
                default=str,
                ensure_ascii=False,
            )
            assert not STRANGE.search(said), (text, place, odd, said)
            refused = (
                bool(result.errors)
                or '"Problem"' in said
                or (FAULTS in text and '"message"' in said)
                or '"problems": ["' in said
            )
            # One value in place of a list is a list of one value in typed inputs of GraphQL.
            one = (
                callable(form)
                and isinstance(odd, str | int | float)
                and isinstance(at(RIGHT[name][1], place), list)
            )
            number = place[-1:] == ("search_id",) and isinstance(odd, int)  # an id, too
            assert refused or one or number or "savePipelineDraft" in text or not place, (
                text,
                place,
                odd,
                said,
            )
