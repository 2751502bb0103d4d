"""Images of steps: names that are filled in before a run, and what is said where this machine does not use
them."""

import json
from dataclasses import replace

import pytest
from pydantic import ValidationError

from cubestudio.core.cluster.local import images
from cubestudio.core.cluster.local.machine import Machine
from cubestudio.core.cluster.local.spawn import Sandbox
from cubestudio.core.cluster.port import Graph, Image, Node, Outcome, Task
from cubestudio.notebooks.spec import NotebookSpec as Notebook
from cubestudio.pipelines.spec import Definition
from cubestudio.services.spec import ServiceSpec as Service
from cubestudio.templates.spec import Body

TEMPLATE = """name: boxed
command: [sh, -c, "echo {{ args.word }}"]
environment: {image: "{{ args.images }}"}
arguments:
  - {name: word, default: hello}
  - {name: images, type: str, require: false}
"""
SAVE = (
    'mutation($y: String!) { saveTemplate(project: "p", yaml: $y) { __typename ... on Problem { message '
    "faults { message } } } }"
)
PLAN = "query($p: ID!, $a: JSON) { preflightRun(pipeline: $p, params: $a) { verdict warnings } }"


def step(**more) -> str:
    asked = {"name": "tag", "default": "3.20"}
    return json.dumps(
        {"name": "one", "parameters": [asked], "steps": [{"name": "a", "template": "boxed", **more}]}
    )


async def test_the_image_of_a_template_is_an_argument_and_is_known_before_the_run(platform):
    await platform.ask('mutation { createProject(input: {name: "p"}) { ... on Project { id } } }')
    assert (await platform.ask(SAVE, y=TEMPLATE))["saveTemplate"]["__typename"] == "Template"
    pipeline = await platform.save(step(args={"images": "alpine:{{ params.tag }}"}))
    plan = (await platform.ask(PLAN, p=pipeline))["preflightRun"]
    assert plan == {
        "verdict": "NOW",
        "warnings": [f"step a runs as a process on {images.system()}, not in alpine:3.20"],
    }
    run = await platform.finish(await platform.start(pipeline))
    said = f"[cubestudio] runs as a process on {images.system()}, not in alpine:3.20\nhello\n"
    assert run["state"] == "SUCCEEDED" and await platform.log(run["steps"][0]["pod"]["id"]) == said
    odd = await platform.raw(PLAN, platform.admin, p=pipeline, a={"tag": "3.20 {{ args.images }}"})
    assert odd.errors and "cannot be the name of an image" in str(odd.errors[0])
    assert (await platform.ask(PLAN, p=await platform.save(step())))["preflightRun"] == {
        "verdict": "NOW",
        "warnings": [],
    }
    both = await platform.save(
        step(environment={"python": "3", "image": "x"})
    )  # it says what it needs where there are no images, too
    assert (await platform.ask(PLAN, p=both))["preflightRun"]["warnings"] == []


async def test_an_image_that_only_the_run_would_know_is_refused_at_save(platform):
    await platform.ask('mutation { createProject(input: {name: "p"}) { ... on Project { id } } }')
    await platform.ask(SAVE, y=TEMPLATE)
    first = {"name": "first", "template": "shell", "args": {"script": "true"}, "outputs": ["image"]}
    second = {"name": "second", "template": "boxed", "args": {"images": "{{ steps.first.outputs.image }}"}}
    save = (
        'mutation($y: String!) { savePipeline(input: {project: "p", yaml: $y}) { __typename ... on Problem { '
        "faults { message path } } } }"
    )
    found = await platform.ask(save, y=json.dumps({"name": "two", "steps": [first, second]}))
    (fault,) = found["savePipeline"]["faults"]
    assert (
        fault["path"] == ["steps", "1", "args", "images"]
        and "must be known before the run starts" in fault["message"]
    )


@pytest.mark.parametrize(
    "image",
    ["{{ args.images }}", "{{ item }}", "{{ steps.a.outputs.b }}", "{{ }}", "a b", 'x{{ "{{" }}', "a\0b"],
)
def test_what_nothing_fills_in_is_no_image(image):
    with pytest.raises(ValidationError, match="image"):
        Definition.model_validate(
            {"name": "p", "steps": [{"name": "a", "template": "shell", "environment": {"image": image}}]}
        )
    for kind in (Notebook, Service):
        with pytest.raises(ValidationError, match="image"):
            kind.model_validate({"command": "true", "image": image})


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("{{ params.x }}", "can use only args and run"),
        ("{{ args.gone }}", "not an argument"),
        ("{{ args.key }}", "secret"),
    ],
)
def test_a_template_names_its_own_arguments_in_its_image(image, words):
    key = {"name": "key", "type": "secret"}
    with pytest.raises(ValidationError, match=words):
        Body.model_validate(
            {"name": "t", "command": ["true"], "arguments": [key], "environment": {"image": image}}
        )


def test_only_an_image_that_is_not_used_is_warned_of():
    def node(image: Image, **more) -> Node:
        return Node(name="a", task=Task(command=(), image=image), **more)

    machine = Machine(name="m", cpu=1, memory=2**30, cards=(), gpu_note=None)
    apart = replace(machine, isolated=True, sandbox=Sandbox(namespaces=True))
    alone, both, kept = (
        Image(name="alpine:3.20"),
        Image(host=False, python="3.11", requirements=("numpy",), name="pytorch"),
        Image(name="localhost/x:v1", kept="b"),
    )
    words = f"step a runs as a process on {images.system()}, not in "
    assert images.warnings(Graph((node(alone),)), apart) == (f"{words}alpine:3.20",)
    assert (
        images.warnings(Graph((node(kept),)), machine) == (f"{words}localhost/x:v1",)
        and images.warnings(Graph((node(kept),)), apart) == ()
    )
    for quiet in (node(both), node(Image()), node(alone, skip=True), node(alone, given=((None, Outcome()),))):
        assert images.warnings(Graph((quiet,)), machine) == ()
