"""Each question that the console asks, run as it is written: it answers, and with no more SQL statements than
its budget."""

import re
from contextvars import ContextVar
from pathlib import Path

import pytest
from sqlalchemy import event

from cubestudio.core.config import Settings
from cubestudio.core.settings.sign_in import Provider
from tests import specs

WEB = Path(__file__).parents[1] / "web/src"
FILES = sorted(WEB.rglob("*.graphql"))
TEXT = "\n".join(path.read_text() for path in FILES)
PIPELINE = """name: asked
parameters: [{name: n, type: int, default: 1}]
steps:
- {name: a, template: shell, args: {script: 'echo 1; echo "{}" > $CUBE_OUTPUT_DIR/x.json'}}
- {name: b, template: shell, args: {script: 'test {{ item }} != 2'}, for_each: [1, 2, 3], needs: [a]}
"""


def blocks() -> dict[tuple[str, str], tuple[str, int | None]]:
    """(kind, name) of every fragment and operation: its text, and the budget in the comment before it."""
    found = {}
    for match in re.finditer(
        r"(?:^# at most (\d+) statements?\n)?^(query|mutation|subscription|fragment) (\w+)",
        TEXT,
        re.MULTILINE,
    ):
        depth, at = 0, TEXT.index("{", match.end() if match[2] == "fragment" else _body(match.end()))
        for end in range(at, len(TEXT)):
            depth += (TEXT[end] == "{") - (TEXT[end] == "}")
            if depth == 0:
                break
        found[match[2], match[3]] = (TEXT[match.start(2) : end + 1], int(match[1]) if match[1] else None)
    return found


def _body(at: int) -> int:
    """Where the selection begins: after the parentheses of variables, if there are any."""
    while TEXT[at].isspace():
        at += 1
    if TEXT[at] != "(":
        return at
    depth = 0
    for end in range(at, len(TEXT)):
        depth += (TEXT[end] == "(") - (TEXT[end] == ")")
        if depth == 0:
            return end
    raise AssertionError("unbalanced")


BLOCKS = blocks()
QUERIES = [name for kind, name in BLOCKS if kind == "query" and name != "NotebookPackages"]
"""What a notebook that runs is asked is tested with a real one."""


def document(name: str) -> str:
    """A query with the fragments that it needs."""
    whole, wanted, known = "", [("query", name)], set()
    while wanted:
        key = wanted.pop()
        if key in known:
            continue
        known.add(key)
        text = BLOCKS[key][0]
        whole += text + "\n"
        wanted += [
            ("fragment", other) for other in re.findall(r"\.\.\.(\w+)", text) if ("fragment", other) in BLOCKS
        ]
    return whole


@pytest.fixture
def settings(home) -> Settings:
    corp = Provider(name="corp", client_id="x", issuer="http://127.0.0.1:9")
    return Settings(home=home, stop_grace_seconds=2.0, environment="test", providers=(corp,))


@pytest.fixture
async def asked(platform):
    """A platform with five runs of one pipeline, so that a question that asks once a row is found out."""
    for n in range(5):
        run = await platform.run(PIPELINE, params={"n": n})
    for n in range(5):
        await platform.save(f"name: other{n}\nsteps: []\n")
    step = next(each for each in run["steps"] if each["name"] == "b")
    a = next(each for each in run["steps"] if each["name"] == "a")
    ids = await platform.ask(
        "query($r: ID!) { run(id: $r) { pipelineId steps { name podId } } templates { id name } }",
        r=run["id"],
    )
    first = (await platform.ask("{ runs { nodes { number steps { name podId } } } }"))["runs"]["nodes"][-1]
    pod = next(each["podId"] for each in first["steps"] if each["name"] == "a")
    await platform.log(pod)
    made = (
        'mutation { createNotebook(input: {project: "p", name: "lab", start: false}) '
        "{ ... on Notebook { id } } }"
    )
    notebook = (await platform.ask(made))["createNotebook"]["id"]
    made = (
        'mutation { saveImage(input: {project: "p", name: "i", '
        'source: {packages: {pip: ["six"]}}}) { ... on SavedImage { '
        "image { id } build { id } } } }"
    )
    image = (await platform.ask(made))["saveImage"]
    made = (
        'mutation { saveRegistry(input: {project: "p", name: "r", prefix: "127.0.0.1:9", insecure: '
        "true}) { ... "
        "on Registry { id } } }"
    )
    registry = (await platform.ask(made))["saveRegistry"]["id"]
    told = specs.search(
        {
            "objectives": [{"metric": "y"}],
            "parameters": {"n": {"type": "int", "low": 1, "high": 2}},
            "trials": 1,
        }
    )
    made = (
        'mutation($p: ID!, $d: SearchSpecInput!) { createSearch(input: {pipelineId: $p, name: "s", '
        "spec: $d}) { ... on Search { id } } }"
    )
    search = (await platform.ask(made, p=ids["run"]["pipelineId"], d=told))["createSearch"]["id"]
    made = (
        'mutation($r: ID!) { registerModel(input: {run: $r, step: "a", name: "m"}) { '
        "... on RegisteredModel { model { id } version { id } } } }"
    )
    models = [
        (await platform.ask(made, r=other["id"]))["registerModel"]
        for other in (await platform.ask("{ runs { nodes { id } } }"))["runs"]["nodes"]
    ]
    told = '{kind: CUSTOM, command: "exec sleep 60", resources: {cpu: 0.1}}'
    made = (
        f'mutation {{ createService(input: {{project: "p", name: "s", spec: {told}}}) {{ ... on Service {{ id '  # noqa: E501
        f"}} }} }}"
    )
    service = (await platform.ask(made))["createService"]["id"]
    for _ in range(3):
        await platform.ask(
            f'mutation {{ deployService(input: {{id: "{service}", strategy: {{kind: MANUAL}}}}) {{ __typename }} }}'  # noqa: E501
        )
    await platform.ask(
        f'mutation {{ createServiceKey(input: {{service: "{service}", name: "k"}}) {{ __typename }} }}'
    )
    invite = 'mutation { inviteToProject(input: {project: "p"}) { ... on NewProjectInvitation { url } } }'
    invitation = (await platform.ask(invite))["inviteToProject"]
    values = {
        "secret": invitation["url"].partition("invitation=")[2],
        "id": run["id"],
        "image": "127.0.0.1:1/x",
        "run": run["id"],
        "pipeline": ids["run"]["pipelineId"],
        "project": "p",
        "key": "p",
        "name": "asked",
        "search": "",
        "sort": "NAME",
        "me": "admin",
        "pod": pod,
        "since": 0,
        "first": 1000,
        "after": None,
        "text": "1",
        "number": 1,
        "definition": {"name": "x", "steps": []},
        "params": {"n": 1},
        "mine": True,
        "kind": "JUPYTER",
        "alias": "production",
        "actor": "",
        "operation": "",
        "outcome": None,
        "failed": False,
        "caller": "",
        "minutes": 60,
        "version": models[0]["version"]["id"],
    }
    by = {
        "Notebook": notebook,
        "Model": models[0]["model"]["id"],
        "Service": service,
        "Search": search,
        "Image": image["image"]["id"],
        "BuildOne": image["build"]["id"],
        "Registry": registry,
        "PersonWays": platform.admin.id,
        "Step": step["id"],
        "Pod": pod,
        "Log": pod,
        "Pipeline": ids["run"]["pipelineId"],
        "Version": ids["run"]["pipelineId"],
        "Template": ids["templates"][0]["id"],
    }
    return platform, values, by | {"A": a["id"]}


async def test_every_question_is_within_its_budget(asked):
    platform, values, by = asked
    count = 0
    asking = ContextVar("asking", default=False)

    def counted(*_):
        nonlocal count
        count += asking.get()  # jobs in the background ask too

    engine = platform.ctx.db._reader.sync_engine
    event.listen(engine, "before_cursor_execute", counted)
    wrong = []
    try:
        for name in QUERIES:
            text = document(name)
            given = {}
            for variable in re.findall(r"\$(\w+):", BLOCKS["query", name][0].split("{")[0]):
                own = (
                    next((value for prefix, value in by.items() if name.startswith(prefix)), None)
                    if variable == "id"
                    else None
                )
                given[variable] = (
                    {"StepFan": -1, "StepFanUse": -1}.get(name)
                    if variable == "after"
                    else None
                    if name == "Runs" and variable in ("since", "params", "pipeline")
                    else own or values.get(variable)
                )
            if name == "Projects":
                given["archived"] = False
            if name == "Notifications":
                given |= {"unread": False, "after": None}
            if name == "PlanRun":
                given["run"] = None
            if name == "CheckImage":
                given["input"] = {"source": {"packages": {}}}
            if name == "PreflightNotebook":
                given["spec"] = {}
            if name == "PreviewRetention":
                given["input"] = {"project": "p", "rule": {"keepDays": 1, "keepLast": 1}}
            if name == "CheckSearch":
                given["spec"] = {"objectives": []}
            if name == "PreviewSchedule":
                given["spec"] = {"cron": "0 2 * * *"}
            if name == "ServicePreflight":
                given["spec"] = {"kind": "CUSTOM"}
            if name == "ProviderCheck":
                given["name"] = "corp"
            if name == "RunMetrics":
                given |= {"points": 100, "names": None, "from": None, "to": None}
            if name == "ServiceRequests":
                given["outcome"] = "SUCCEEDED"
            if name == "PreflightRun":
                given |= {"cache": True, "version": None}
            count = 0
            mark = asking.set(True)
            result = await platform.raw(text, platform.admin, **given)
            asking.reset(mark)
            budget = BLOCKS["query", name][1]
            if result.errors:
                wrong.append(f"{name}: {result.errors[0].message}")
            elif budget is None or count > budget:
                wrong.append(f"{name}: {count} statements, budget {budget}")
            elif any(
                value is None for key, value in result.data.items() if key not in ("viewer", "impersonator")
            ):
                wrong.append(f"{name}: answered with nothing, so this proves nothing: {given}")
    finally:
        event.remove(engine, "before_cursor_execute", counted)
    assert not wrong, "\n".join(wrong)


async def test_home_shows_what_is_new_in_any_of_many_projects(platform):
    """What is newest may be in the 55th of sixty projects; and in the chosen one there is only what is its
    own."""
    query = "mutation($p: String!) { createProject(input: {name: $p}) { __typename } }"
    for n in range(60):
        await platform.ask(query, p=f"many{n}")
    for project in ("many59", "many5"):
        pipeline = await platform.save(PIPELINE, project)
        run = await platform.start(pipeline, params={"n": 1})
        await platform.finish(run)
    home = await platform.ask(document("Home"), me="admin", project=None)
    assert [each["project"]["name"] for each in home["pipelines"]["nodes"]] == ["many5", "many59"]
    assert home["newest"]["nodes"][0]["id"] == run and home["failed"]["nodes"][0]["id"] == run
    assert home["newest"]["nodes"][0]["pipeline"]["project"]["name"] == "many5"
    for project, count in (("many5", 1), ("many7", 0)):
        home = await platform.ask(document("Home"), me="admin", project=project)
        assert [len(home[name]["nodes"]) for name in ("pipelines", "newest", "failed")] == [count] * 3
    nothing = await platform.ask(document("Anything"))
    assert nothing["pipelines"]["nodes"] and not nothing["notebooks"]["nodes"]


def test_every_document_is_of_one_kind():
    assert len(QUERIES) > 20 and ("fragment", "RunRow") in BLOCKS
