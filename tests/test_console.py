"""What the console asks beyond running: drafts, search, former runs, expectations, lines of logs, what a step
runs."""

from datetime import timedelta

from sqlalchemy import select

from cubestudio.clusters import actions as clusters
from cubestudio.clusters import lines
from cubestudio.clusters.model import Pod
from cubestudio.core import clock
from cubestudio.pipelines.model import Draft
from cubestudio.pipelines.runs.history import Usual, Waiting, expect

TWO = (
    "name: two\nparameters: [{name: n, type: int, default: 1}]\nsteps:\n- {name: a, template: shell, "
    "args: {script: 'echo one; echo Error here; echo three'}}\n- {name: b, template: shell, args: "
    "{script: 'echo {{ params.n }}'}, needs: [a]}\n"
)


async def test_a_draft_is_mine_sealed_and_ends_with_saving(platform):
    pipeline = await platform.save(TWO)
    other = await platform.person("other")
    await platform.ask('mutation { setMember(project: "p", user: "other", role: MEMBER) { __typename } }')
    save = (
        "mutation($p: ID!, $d: JSON!) { savePipelineDraft(input: {pipelineId: $p, definition: $d, "
        "baseVersion: 1}) { ... on Pipeline { draft { definition baseVersion } } ... on Problem { message "
        "path } } }"
    )
    draft = {
        "name": "two",
        "steps": [{"name": "broken", "template": "nothing", "args": {"password": "hunter2"}}],
    }
    told = await platform.ask(save, p=pipeline, d=draft)
    assert told["savePipelineDraft"]["draft"] == {"definition": draft, "baseVersion": 1}
    query = "query($p: ID!) { pipeline(id: $p) { draft { definition } } }"
    assert (await platform.ask(query, other, p=pipeline))["pipeline"]["draft"] is None
    async with platform.ctx.db.read() as conn:
        assert "hunter2" not in (await conn.execute(select(Draft.sealed))).scalar_one()
    assert (await platform.ask(save, p=pipeline, d=[1]))["savePipelineDraft"]["path"] == ["definition"]
    await platform.save(TWO + "description: more\n")
    assert (await platform.ask(query, p=pipeline))["pipeline"]["draft"] is None


async def test_a_layout_is_kept_and_makes_no_version(platform):
    pipeline = await platform.save(TWO)
    save = (
        "mutation($p: ID!, $l: [StepPositionInput!]!) { setPipelineLayout(input: {pipelineId: $p, positions: "
        "$l}) { ... on Pipeline { layout { step x y } latest } ... on Problem { message path } } }"
    )
    positions = [{"step": "a", "x": 3, "y": -4}, {"step": "b", "x": 0, "y": 1}]
    assert (await platform.ask(save, p=pipeline, l=positions))["setPipelineLayout"] == {
        "layout": positions,
        "latest": 1,
    }
    many = [{"step": f"s{each}", "x": 0, "y": 0} for each in range(10_001)]
    assert (await platform.ask(save, p=pipeline, l=many))["setPipelineLayout"]["path"] == ["positions"]


async def test_pipelines_are_searched_sorted_and_paged(platform):
    for name in ("cherry", "apple", "banana", "apricot"):
        await platform.save(f"name: {name}\nsteps: []\n")
    query = (
        'query($s: String!, $o: PipelineSort!, $a: String) { project(key: "p") { pipelines(search: $s, '
        "sort: $o, after: $a, first: 2) { nodes { name } pageInfo { hasNextPage endCursor } totalCount } } }"
    )

    async def all_(search, sort):
        names, after = [], None
        while True:
            page = (await platform.ask(query, s=search, o=sort, a=after))["project"]["pipelines"]
            names += [node["name"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                assert page["totalCount"] == len(names)
                return names

    assert await all_("", "NAME") == ["apple", "apricot", "banana", "cherry"]
    assert await all_("ap", "NAME") == ["apple", "apricot"]
    assert await all_("", "NEWEST") == ["apricot", "banana", "apple", "cherry"]
    assert await all_("%", "NAME") == []
    await platform.save("name: cherry\ndescription: changed\nsteps: []\n")
    assert await all_("", "CHANGED") == ["cherry", "apricot", "banana", "apple"]


async def test_former_runs_show_in_strips_expectations_and_records(platform):
    await platform.run(TWO)
    run = await platform.finish(await platform.start(await platform.save(TWO), params={"n": 2}, cache=False))
    query = (
        "query($r: ID!) { run(id: $r) { expectedEnd { median } pipeline { id recentRuns "
        "stepDurations { step count } runCount } } }"
    )
    told = (await platform.ask(query, r=run["id"]))["run"]
    assert [row[1:3] for row in told["pipeline"]["recentRuns"]] == [[1, "Succeeded"], [2, "Succeeded"]]
    assert told["pipeline"]["stepDurations"] == [{"step": name, "count": 2} for name in "ab"]
    assert told["expectedEnd"] is None, "it has ended"
    found = await platform.ask("query($p: JSON) { runs(params: $p) { nodes { number } } }", p={"n": 2})
    assert [node["number"] for node in found["runs"]["nodes"]] == [2]
    for more, numbers in (
        ("states: [SUCCEEDED]", [2]),
        ("states: [FAILED]", []),
        ('project: "p", author: "admin"', [2]),
        ('search: "#1"', []),
    ):
        found = await platform.ask(
            f"query($p: JSON) {{ runs(params: $p, {more}) {{ edges {{ cursor node {{ id number }} }} "
            "totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }",
            p={"n": 2},
        )
        edges, info = found["runs"]["edges"], found["runs"]["pageInfo"]
        assert [edge["node"]["number"] for edge in edges] == numbers, more
        assert all(edge["cursor"] == edge["node"]["id"] for edge in edges)
        assert found["runs"]["totalCount"] == len(numbers)
        ends = (edges[0]["cursor"], edges[-1]["cursor"]) if edges else (None, None)
        assert (info["startCursor"], info["endCursor"]) == ends
        assert not info["hasNextPage"] and not info["hasPreviousPage"]
    for params in ({"n": 2, "m": 1}, {"n": "2"}, {"m": 2}, {"n": None}):
        assert not (
            await platform.ask("query($p: JSON) { runs(params: $p) { nodes { number } } }", p=params)
        )["runs"]["nodes"], params
    for filter_, numbers in (
        ('search: "tw"', [2, 1]),
        ('search: "two#1"', [1]),
        ('search: "#2"', [2]),
        ('search: "nope"', []),
        ('author: "admin"', [2, 1]),
        ('author: "nobody"', []),
        ('since: "2100-01-01T00:00:00Z"', []),
        ('until: "2100-01-01T00:00:00Z"', [2, 1]),
    ):
        found = await platform.ask(f"{{ runs({filter_}) {{ nodes {{ number }} }} }}")
        assert [node["number"] for node in found["runs"]["nodes"]] == numbers, filter_
    told = await platform.ask(
        "{ templates { name statistics { endedCount succeededCount medianSeconds } usedBy { name } } }"
    )
    shell = next(template for template in told["templates"] if template["name"] == "shell")
    assert (shell["statistics"]["endedCount"], shell["statistics"]["succeededCount"]) == (4, 4)
    assert [pipeline["name"] for pipeline in shell["usedBy"]] == ["two"]


def test_a_run_ends_when_its_longest_way_ends():
    now = clock.now()
    usual = {"a": Usual(10, 20, 5), "b": Usual(5, 6, 5), "c": Usual(1, 1, 5)}
    steps = [
        Waiting("a", [], False, now - timedelta(seconds=4)),
        Waiting("b", ["a"], False, None),
        Waiting("c", [], True, now),
    ]
    median, p90 = expect(steps, usual, now)
    assert ((median - now).total_seconds(), (p90 - now).total_seconds()) == (11, 22)
    assert expect([*steps, Waiting("new", [], False, None)], usual, now) is None


async def test_lines_of_a_log_are_counted_and_found(platform):
    run = await platform.run(TWO)
    pod = run["steps"][0]["pod"]["id"]
    await platform.log(pod)
    told = (
        await platform.ask(
            'query($p: ID!) { pod(id: $p) { logIndex a: logSearch(text: "THREE") e: '
            "logSearch(errors: true) } }",
            p=pod,
        )
    )["pod"]
    assert told["logIndex"]["lines"] == 3
    assert told["logIndex"]["marks"] == [[0, 0]]
    assert told["a"] == {"count": 1, "lines": [[2, len("one\nError here\n")]]}
    assert told["e"] == {"count": 1, "lines": [[1, len("one\n")]]}
    result = await platform.raw("query($p: ID!) { pod(id: $p) { logSearch } }", platform.admin, p=pod)
    assert "search for" in result.errors[0].message


def test_hits_agree_with_splitting():
    data = b"".join(
        b"line %d %s\n" % (number, b"NEEDLE needle" if number % 3 == 0 else b"hay") for number in range(50)
    )
    places, number = lines.hits(data, lines.text(b"Needle"), 100, 5, 4)
    split = data.split(b"\n")
    wanted = [index for index, line in enumerate(split) if b"needle" in line]
    assert number == len(wanted)
    assert [line - 5 for line, _ in places] == wanted[:4]
    assert all(data[at - 100 :].startswith(split[line - 5]) for line, at in places)


async def test_what_a_step_runs_is_shown_without_its_secrets(platform):
    template = (
        "name: secretive\nversion: 1\ncommand: [sh, -c, 'echo {{ args.key }} {{ args.word "
        "}}']\narguments: [{name: key, type: secret}, {name: word}]\n"
    )
    query = (
        'mutation($y: String!) { saveTemplate(project: "p", yaml: $y) { ... on Template { id } ... on '
        "Problem { message } } }"
    )
    assert "id" in (await platform.ask(query, y=template))["saveTemplate"]
    yaml = (
        "name: s\nsteps:\n- {name: one, template: shell, args: {script: 'echo hi'}, outputs: [x], skip: "
        "true}\n- {name: two, template: secretive, args: {key: hunter2, word: '{{ steps.one.outputs.x "
        "}}'}}\n"
    )
    run = await platform.start(await platform.save(yaml))
    told = (await platform.ask("query($r: ID!) { run(id: $r) { steps { name invocation } } }", r=run))["run"][
        "steps"
    ][1]["invocation"]
    assert told["command"] == ["sh", "-c", "echo •••••• {{ steps.one.outputs.x }}"]
    assert "hunter2" not in str(told) and "cuberun_" not in str(told)
    assert told["inputs"] == ["one"]
    await platform.finish(run)


async def test_checking_a_saved_pipeline_knows_its_secrets(platform):
    template = "name: keyed\nversion: 1\ncommand: ['true']\narguments: [{name: key, type: secret}]\n"
    await platform.ask(
        'mutation($y: String!) { saveTemplate(project: "p", yaml: $y) { __typename } }', y=template
    )
    pipeline = await platform.save("name: k\nsteps: [{name: a, template: keyed, args: {key: x}}]\n")
    shown = (
        await platform.ask("query($p: ID!) { pipeline(id: $p) { version { definition } } }", p=pipeline)
    )["pipeline"]["version"]["definition"]
    check = 'query($d: JSON) { checkPipeline(project: "p", definition: $d) { faults { message path } } }'
    assert (await platform.ask(check, d=shown))["checkPipeline"]["faults"] == []
    shown["steps"][0]["name"] = "renamed"
    assert "missing" in (await platform.ask(check, d=shown))["checkPipeline"]["faults"][0]["message"]


async def test_a_project_is_renamed_and_sent_to_a_cluster_that_exists(platform):
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    await platform.ask('mutation { createProject(input: {name: "taken"}) { __typename } }')
    change = (
        "mutation($p: ID!, $n: String, $c: String) { updateProject(input: {id: $p, name: $n, "
        "cluster: $c}) { ... "
        "on Project { name cluster description } ... on Problem { code path hint } } }"
    )
    assert (await platform.ask(change, p=project, n="taken"))["updateProject"]["path"] == ["name"]
    assert (await platform.ask(change, p=project, n="Not a name"))["updateProject"]["path"] == ["name"]
    assert (await platform.ask(change, p=project, c="nowhere"))["updateProject"] == {
        "code": "INVALID",
        "path": ["cluster"],
        "hint": "Clusters: local.",
    }
    assert (await platform.ask(change, p=project, n="fresh", c="local"))["updateProject"] == {
        "name": "fresh",
        "cluster": "local",
        "description": "",
    }
    assert (await platform.ask('{ project(key: "fresh") { id } }'))["project"]["id"] == project


async def test_a_log_is_read_while_its_pieces_are_written_together(platform, monkeypatch):
    run = await platform.run(
        "name: l\nsteps: [{name: a, template: shell, args: {script: 'for n in 1 2 3 4 5 6; do echo "
        "line $n; sleep 0.3; done'}}]\n"
    )
    pod = run["steps"][0]["pod"]["id"]
    whole = await platform.log(pod)
    ctx = platform.ctx
    await platform.ask("{ health }")
    async with ctx.db.read() as conn:
        segments = (await conn.execute(select(Pod.segments).where(Pod.id == pod))).scalar_one()
    assert len(segments) > 1, "the log came in pieces"
    real, joined = ctx.store.get, []

    async def get(key):
        if not joined and key.endswith(".log"):
            joined.append(key)
            await clusters._compact(ctx.db, ctx.store, pod)
        return await real(key)

    monkeypatch.setattr(ctx.store, "get", get)
    index = await lines.index(ctx.db, ctx.store, pod)
    assert joined and (index["size"], index["lines"]) == (len(whole.encode()), 6)
