"""Objects by their global ids: any kind, in order, and nobody sees more than by its own root field."""

import json

import pytest

from cubestudio.core import ids

NODE = "query($i: ID!) { node(id: $i) { __typename id ... on Notebook { name } } }"
NODES = "query($i: [ID!]!) { nodes(ids: $i) { __typename id } }"
NOTEBOOK = """mutation { createNotebook(input: {project: "p", name: "lab", kind: CUSTOM, start: false,
    spec: {command: "true"}}) { ... on Notebook { id } } }"""


@pytest.fixture
async def known(platform):
    run = await platform.run("name: y\nsteps: [{name: a, template: shell, args: {script: 'true'}}]\n")
    more = await platform.ask(
        'query($r: ID!) { run(id: $r) { pipeline { id } steps { id } } project(key: "p") { id } }',
        r=run["id"],
    )
    lab = (await platform.ask(NOTEBOOK))["createNotebook"]["id"]
    return {
        "Run": run["id"],
        "Pipeline": more["run"]["pipeline"]["id"],
        "Step": more["run"]["steps"][0]["id"],
        "Project": more["project"]["id"],
        "Notebook": lab,
        "User": platform.admin.id,
    }


async def test_an_object_is_found_by_its_id_alone(platform, known):
    for kind, key in known.items():
        assert (await platform.ask(NODE, i=key))["node"].items() >= {"__typename": kind, "id": key}.items()
    assert (await platform.ask(NODE, i=known["Notebook"]))["node"]["name"] == "lab"
    wanted = [known["Step"], ids.new(), "x", known["Run"], known["Step"]]
    found = (await platform.ask(NODES, i=wanted))["nodes"]
    assert [each and each["__typename"] for each in found] == ["Step", None, None, "Run", "Step"]
    refused = (await platform.raw(NODES, platform.admin, i=["x"] * 101)).errors[0]
    assert refused.extensions["reason"] == "TOO_MANY_IDS", json.dumps(refused.extensions)


async def test_a_stranger_finds_only_themselves(platform, known):
    stranger = await platform.person("stranger")
    found = (await platform.ask(NODES, stranger, i=[*known.values(), stranger.id]))["nodes"]
    assert [each and each["__typename"] for each in found] == [None] * len(known) + ["User"]
