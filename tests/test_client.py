"""The Python client: what is generated from a schema, and both clients against a platform."""

import asyncio
import contextlib
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import typing
from pathlib import Path
from types import ModuleType

import pytest
from graphql import build_schema, parse, validate

import cubestudio
from cubestudio.cli.codegen import generate
from cubestudio.client import AsyncClient, Client, Failed, Refused, protocol, types

ROOT = Path(__file__).parents[1]
SDL = '''
scalar JSON
scalar Long
interface Node { id: ID! }
enum Color { RED GREEN }
input SizeInput { width: Int!, height: Int = 1 }
input SourceInput @oneOf { text: String, size: SizeInput }
input MakeBoxInput { name: String!, source: SourceInput!, colors: [Color!], from: Int, clientMutationId: ID }
type PageInfo { hasNextPage: Boolean!, endCursor: String }
type Owner implements Node { id: ID!, name: String!, boxes: BoxConnection! }
type Size { width: Int!, height: Int!, inside: Size, owner: Owner, owners: [Owner!]! }
"""A box."""
type Box implements Node {
  id: ID!, name: String!, params: JSON!, color: Color!, size: Size!, owner: Owner!, others: [Box!]!
  part(n: Int!): Box
}
type BoxEdge { node: Box!, cursor: String! }
type BoxConnection { nodes: [Box!]!, edges: [BoxEdge!]!, pageInfo: PageInfo!, totalCount: Int! }
type Fault { code: String!, message: String! }
type Problem { code: String!, message: String!, params: JSON, faults: [Fault!]! }
union BoxOrProblem = Box | Problem
type BoxChange { cursor: String!, box: Box }
type Query {
  node(id: ID!): Node, boxes(color: Color, first: Int! = 50, after: String): BoxConnection!, size: Size!
}
type Mutation {
  makeBox(input: MakeBoxInput!): BoxOrProblem!, renameBox(id: ID!, input: SizeInput!): BoxOrProblem!
}
type Subscription { boxChanged(id: ID!, since: String): BoxChange!, text(since: Long! = 0): BoxChange! }
'''


@pytest.fixture(scope="module")
def made():
    """The generated modules for the schema above, executed: types, and the text of each."""
    texts = {path.rpartition("/")[2]: text for path, text in generate(SDL).items()}
    spaces = []
    for name in ("types", "documents"):
        module = ModuleType(f"generated_{name}")
        sys.modules[module.__name__] = module
        exec(texts[f"{name}.py"], vars(module))
        spaces.append(vars(module))
    yield texts, *spaces
    for name in ("types", "documents"):
        del sys.modules[f"generated_{name}"]


def optional(record) -> set[str]:
    """The keys that a TypedDict may lack."""
    hints = typing.get_type_hints(record, include_extras=True)
    return {key for key, hint in hints.items() if typing.get_origin(hint) is typing.NotRequired}


def test_every_generated_document_is_valid(made):
    _, _, documents = made
    whole = "\n".join([*documents["OPERATIONS"].values(), *documents["FRAGMENTS"].values()])
    assert not validate(build_schema(SDL), parse(whole))


def test_a_type_has_exactly_the_fields_that_its_fragment_requests(made):
    _, space, documents = made
    assert documents["FRAGMENTS"]["Box"] == (
        "fragment Box on Box { id name params color size { ...SizeValue } "
        "owner { ...Owner } others { ...BoxRow } }"
    )
    assert documents["FRAGMENTS"]["BoxItem"] == (
        "fragment BoxItem on Box { id name params color owner { ...OwnerRef } }"
    )
    assert documents["FRAGMENTS"]["SizeValue"] == (
        "fragment SizeValue on Size { width height owner { ...OwnerRef } }"
    )
    hints = typing.get_type_hints(space["BoxItem"])
    assert list(hints) == ["id", "name", "params", "color", "owner"]
    assert hints["color"] == typing.Literal["RED", "GREEN"] and hints["owner"] is space["OwnerRef"]


def test_inputs_are_typed_and_their_fields_are_arguments(made):
    texts, space, _ = made
    assert optional(space["SourceInput"]) == {"text", "size"} and optional(space["SizeInput"]) == {"height"}
    assert optional(space["MakeBoxInput"]) == {"colors", "from", "clientMutationId"}
    client = " ".join(texts["client.py"].split())
    assert (
        "def make_box(self, name: str, source: types.SourceInput, *, "
        "colors: list[types.Color] | None = UNSET, from_: int | None = UNSET, "
        "client_mutation_id: str | None = UNSET) -> types.Box:"
    ) in client
    assert "{'input': {'name': name, 'source': source," in client and "'from': from_" in client
    assert "def rename_box(self, id: str, width: int, *, height: int | None = UNSET)" in client


def test_a_field_of_problems_that_others_have_with_another_type_gets_another_name(made):
    _, _, documents = made
    assert "problem_params: params" in documents["FRAGMENTS"]["Problem"]
    with pytest.raises(Refused) as caught:
        protocol.result(
            "makeBox",
            {
                "makeBox": {
                    "__typename": "Problem",
                    "code": "INVALID",
                    "message": "m",
                    "problem_params": {"n": 1},
                }
            },
        )
    assert caught.value.params == {"n": 1}


def test_connections_are_iterated_and_subscriptions_resume(made):
    texts, _, documents = made
    client = texts["async_client.py"]
    assert (
        "def each_box(self, *, color: types.Color | None = UNSET) -> AsyncIterator[types.BoxItem]" in client
    )
    assert "totalCount" not in documents["FRAGMENTS"]["BoxConnection"]
    assert "self._subscribe('boxChanged', {'id': id, 'since': since}, resumes=True)" in client
    assert "self._subscribe('text', {'since': since}, resumes=True, lasting=True)" in client
    assert "def node(self, id: str) -> types.NodeRef | None" in client


def test_what_is_not_given_is_not_sent_and_none_is():
    sent = protocol.given({"id": "1", "input": {"name": None, "size": protocol.UNSET}, "a": protocol.UNSET})
    assert sent == {"id": "1", "input": {"name": None}}


def installed(folder: Path, *names: str) -> dict[str, str]:
    """The environment of an interpreter that has our package and, with what they need, some others."""
    known: set[str] = set()
    waiting = [*names]
    while waiting:
        name = re.split(r"[^\w.-]", waiting.pop())[0].lower().replace("_", "-")
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            if name not in known:
                needs = importlib.metadata.requires(name) or ()
                waiting += [each for each in needs if "extra ==" not in each]
                known.add(name)
    for name in known:
        for file in importlib.metadata.files(name) or ():
            if file.parts[0] != ".." and not (folder / file.parts[0]).exists():
                (folder / file.parts[0]).symlink_to(
                    Path(str(importlib.metadata.distribution(name).locate_file(file.parts[0])))
                )
    return {**os.environ, "PYTHONPATH": f"{Path(cubestudio.__file__).parents[1]}:{folder}"}


def alone(code: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-S", "-c", code], env=env, capture_output=True, text=True)


def test_the_client_needs_no_package_of_the_server(tmp_path):
    """Nor anything of ours beside it."""
    done = alone(
        "import sys; from cubestudio.client import AsyncClient, Client; Client('http://localhost:1').close();"
        "print([n for n in sys.modules if n.startswith('cubestudio.') and '.client' not in n])",
        installed(tmp_path, "httpx2"),
    )
    assert done.returncode == 0 and done.stdout == "[]\n", done.stderr


def test_the_command_line_needs_no_package_of_the_server(tmp_path):
    """It says so when it is asked to be one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    env = installed(tmp_path, *project["dependencies"])
    code = "import sys; sys.argv[1:] = {}; from cubestudio.cli.main import main; main()"
    there = alone(code.format(["get", "--help"]), env)
    assert there.returncode == 0 and "wide" in there.stdout, there.stderr
    asked = alone(code.format(["get", "runs", "--url", "http://127.0.0.1:9"]), env)
    assert asked.returncode == 2 and asked.stderr.startswith("error: The platform cannot be reached")
    missing = alone(code.format(["up"]), env)
    assert missing.returncode == 2 and "cubestudio[server]" in missing.stderr, missing.stderr


LINES = "".join(f"line {n} of the log\n" for n in range(3000))
TALK = """name: talk
steps:
  - {name: a, template: python, args: {script: "for n in range(3000): print('line', n, 'of the log')"}}
"""


@contextlib.asynccontextmanager
async def unreliable(address: str, size: int):
    """A relay to an address that breaks each of its first five connections after some bytes."""
    host, _, port = address.partition(":")
    broken = []

    async def copy(reader, writer, most=None):
        with contextlib.suppress(OSError):
            while piece := await reader.read(4096 if most is None else min(most, 4096)):
                writer.write(piece)
                await writer.drain()
                if most is not None and (most := most - len(piece)) <= 0:
                    broken.append(True)
                    return

    async def serve(reader, writer):
        back, forth = await asyncio.open_connection(host, int(port))
        most = size if len(broken) < 5 else None
        up = asyncio.create_task(copy(reader, forth))
        await copy(back, writer, most)
        up.cancel()
        for each in (forth, writer):
            each.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", broken
    finally:
        server.close()


async def test_a_run_and_its_log_are_followed_over_broken_connections(web):
    address, token, platform = web
    run = await platform.start(await platform.save(TALK), cache=False)
    async with unreliable(address, 20_000) as (url, broken), AsyncClient(url, token) as client:
        states = [change["state"] async for change in client.follow(run)]
        assert states[-1] == "SUCCEEDED"
        found = await client.run(run)
        assert found is not None
        text = "".join([chunk["text"] async for chunk in client.logs(found["steps"][0]["podId"] or "")])
        assert text == LINES and len(broken) >= 2

    def again() -> tuple[str, str]:
        with Client(f"http://{address}", token) as client:
            *_, last = client.follow(run)
            pod = client.execute("query($i: ID!) { run(id: $i) { pods { id } } }", {"i": run})["run"]["pods"][
                0
            ]
            return last["state"], "".join(chunk["text"] for chunk in client.logs(pod["id"]))

    assert await asyncio.to_thread(again) == ("SUCCEEDED", LINES)


async def test_lists_come_page_by_page_and_refusals_say_why(web, monkeypatch):
    address, token, _ = web
    monkeypatch.setattr(protocol, "PAGE", 2)

    def ask() -> None:
        with Client(f"http://{address}", token) as client:
            for n in range(4):
                client.create_project(f"more-{n}", description="made by a script")
            names = [each["name"] for each in client.each_project()]
            assert sorted(names) == ["more-0", "more-1", "more-2", "more-3", "p"]
            assert [each["name"] for each in client.each_project(search="more-2")] == ["more-2"]
            with pytest.raises(Refused) as caught:
                client.create_project("p")
            assert caught.value.code == "CONFLICT" and str(caught.value).startswith(caught.value.message)
            with pytest.raises(Failed) as failed:
                client.execute("{ nothing }")
            assert "nothing" in str(failed.value)

    await asyncio.to_thread(ask)
    async with AsyncClient(f"http://{address}", token) as client:
        assert len([each async for each in client.each_project()]) == 5
        with pytest.raises(Refused):
            await client.create_project("p")


def test_every_shape_of_the_platform_is_a_type_that_can_be_read():
    """Annotations are text until somebody reads them."""
    for name, each in vars(types).items():
        if isinstance(each, type) and each.__module__ == types.__name__:
            assert typing.get_type_hints(each), name
