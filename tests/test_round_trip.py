"""What was sent is what is read back: values, items, outputs, metrics, files and tags, on this machine and
through the launcher of an emulated cluster. One run carries some dozens of values of each kind, which a
property test would choose."""

import asyncio
import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cubestudio.client import Client
from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from tests.kubernetes.stand import stand
from tests.parts import Server, folder

pytestmark = pytest.mark.xdist_group("kubernetes")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
ODD: list[Any] = [
    2**63 - 1,
    -(2**63),
    1.0,
    1,
    -0.0,
    5e-324,
    1.7976931348623157e308,
    0.1,
    True,
    None,
    "",
    "1",
    "1.0",
    "true",
    "null",
    "~",
    "{{ params.x }}",
    "{{ item }}",
    "{{",
    "}}",
    "{{=1+1}}",
    "$(x)",
    "$$",
    "$HOME",
    "`id`",
    "'",
    '"',
    "\\",
    "\\n",
    "a\nb",
    "\r\n",
    "\t",
    "\u2028",
    "\x7f",
    "\x1b[2J",
    "👍🏽",
    "é",
    "e\u0301",
    "\ufeff",
    [],
    {},
    [[]],
    {"": {}},
    {"a b": [1, "{{ x }}"]},
    "- a",
    "012",
    "1e5",
    "@x",
    "%",
    "#",
    ": ",
]
NAMES = [
    "plain.txt",
    "with blank",
    "ünïcode-é",
    "e\u0301",
    "👍",
    "'quoted'",
    '"double"',
    "$(x)",
    "{{ x }}",
    "-rf",
    "a;b",
    "deep/er/file",
    ".hidden",
    "#",
    "%41",
    "?q=1",
]
SCRIPTS = {
    "make": """
import json, os, urllib.request
told = json.load(open("params.json"))
out = os.environ["CUBE_OUTPUT_DIR"]
json.dump({"values": told["values"]}, open(f"{out}/outputs.json", "w"))
with open(os.environ["CUBE_METRICS"], "a") as metrics:
    for number, value in enumerate(told["floats"]):
        metrics.write(json.dumps({"step": number, "m": float(value)}) + "\\n")
for name, text in told["files"].items():
    os.makedirs(os.path.dirname(f"{out}/{name}"), exist_ok=True)
    open(f"{out}/{name}", "wb").write(bytes.fromhex(text))
for key, value in told["tags"].items():
    request = urllib.request.Request(
        os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/runs/set-tag", method="POST",
        data=json.dumps({"run_id": "current", "key": key, "value": value}).encode(),
        headers={"content-type": "application/json", "authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]},
    )
    urllib.request.urlopen(request).read()
""",  # noqa: E501
    "pass": """
import json, os
json.dump({"x": json.load(open("params.json"))["x"]}, open(os.environ["CUBE_OUTPUT_DIR"] + "/outputs.json", "w"), ensure_ascii=False)
""",  # noqa: E501
}


def drawn(strategy: st.SearchStrategy, count: int) -> list:
    found: list = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def exact(value: Any) -> str:
    """A value as text in which 1 and 1.0 differ."""
    return json.dumps(value, sort_keys=True)


def carried(client: Client, cluster: str, every: int = 1, files_too: bool = True) -> None:
    """Send everything through one run on a cluster, and compare what comes out; `every`: how much of it has
    an item of its own; without `files_too`: values alone."""
    client.create_project("p")
    client.update_project("p", cluster=cluster)
    values = [*ODD, *drawn(VALUES, 40)]
    items = values[::every]
    floats = [0.0, -0.0, 5e-324, 1e308, math.nan, math.inf, -math.inf, *drawn(st.floats(allow_nan=False), 40)]
    files = {name: (name.encode() * 7).hex() for name in NAMES} | {
        f"drawn/{n}": data.hex() for n, data in enumerate(drawn(st.binary(max_size=300), 10))
    }
    tags = {f"tag {n}": text for n, text in enumerate(["", "NaN", "a\nb", "👍", *drawn(TEXT, 10)])}
    step = {"template": "python", "cache": False}
    if not files_too:
        floats, files, tags = [], {}, {}
    told = {"values": values, "floats": [repr(value) for value in floats], "files": files, "tags": tags}
    definition = {
        "name": "carried",
        "parameters": [{"name": name, "type": "json", "default": []} for name in ("items", "told")],
        "steps": [
            {
                **step,
                "name": "make",
                "outputs": ["values"],
                "args": {"script": SCRIPTS["make"], "params": "{{ params.told }}"},
            },
            {
                **step,
                "name": "items",
                "outputs": ["x"],
                "for_each": "{{ params.items }}",
                "args": {"script": SCRIPTS["pass"], "params": {"x": "{{ item }}"}},
            },
            {
                **step,
                "name": "gathered",
                "outputs": ["x"],
                "args": {"script": SCRIPTS["pass"], "params": {"x": "{{ steps.items.outputs.x }}"}},
            },
            {
                **step,
                "name": "again",
                "outputs": ["x"],
                "args": {"script": SCRIPTS["pass"], "params": {"x": "{{ steps.make.outputs.values }}"}},
            },
        ],
    }
    pipeline = client.save_pipeline("p", definition=definition)["pipeline"]["id"]
    run = client.start_run(pipeline, params={"items": items, "told": told}, cache=False)["id"]
    for news in client.run_changed(run):
        if news["run"]["state"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            break
    seen = client.execute(
        """query($r: ID!) { run(id: $r) { state explanation params metrics(points: 10000) { name points exact }
        steps { name state explanation outputs mlflow omittedFiles artifacts { path url } items(first: 200) { item value outputs state explanation } } } }""",  # noqa: E501
        {"r": run},
    )["run"]
    assert seen["state"] == "SUCCEEDED", (
        seen["explanation"],
        [(s["name"], s["explanation"], [i for i in s["items"] if i["explanation"]]) for s in seen["steps"]],
    )
    steps = {each["name"]: each for each in seen["steps"]}
    assert exact(seen["params"]["items"]) == exact(items) and exact(seen["params"]["told"]) == exact(told)
    assert exact(steps["make"]["outputs"]["values"]) == exact(values)
    assert exact(steps["again"]["outputs"]["x"]) == exact(values)
    fan = sorted(steps["items"]["items"], key=lambda each: each["item"])
    for sent, item in zip(items, fan, strict=True):
        assert exact(item["value"]) == exact(sent) == exact(item["outputs"]["x"])
    assert exact(steps["items"]["outputs"]["x"]) == exact(items)
    assert exact(steps["gathered"]["outputs"]["x"]) == exact(items)
    if not files_too:
        return
    (curve,) = seen["metrics"]
    assert curve["exact"] and [
        point[1] if isinstance(point[1], str) else repr(float(point[1])) for point in curve["points"]
    ] == [
        {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))
        for value in floats
    ]
    assert steps["make"]["omittedFiles"] == []
    got = {
        each["path"]: client.download(each["url"]).hex()
        for each in steps["make"]["artifacts"]
        if each["path"] != "outputs.json"
    }
    assert {name: text for name, text in got.items() if name in files} == files
    assert steps["make"]["mlflow"]["tag"] == tags


async def test_what_was_sent_is_what_is_read_back_here():
    with folder() as home:
        server = await asyncio.to_thread(Server, home)
        try:
            await asyncio.to_thread(carried, server.script(), "local")
        finally:
            await asyncio.to_thread(server.stop)


@pytest.mark.parametrize("url", ["self", ""], ids=["with files", "values alone"])
async def test_what_was_sent_is_what_is_read_back_through_the_launcher(url):
    """Values go by files or, where the platform has no address that pods reach, within the workflow."""
    with folder() as home:
        configs = home / "kubeconfig"
        configs.mkdir()
        async with stand(Store.open(Settings(home=home / "unused")), nodes=2) as here:
            (configs / "far-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
            server = await asyncio.to_thread(
                Server, home, more={"CUBE_KUBECONFIG_FOLDER": str(configs), "CUBE_PODS_API_URL": url}
            )
            try:
                await asyncio.to_thread(carried, server.script(), "far", 6, bool(url))
            finally:
                await asyncio.to_thread(server.stop)
