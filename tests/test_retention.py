"""Retention: which runs a policy deletes, what it would free, and what it never touches."""

from datetime import timedelta

from cubestudio.core import clock
from tests.pipelines.test_removal import collected, released, stored
from tests.test_waiting import until

YAML = """name: aged
parameters: [{name: own, type: str, default: a}]
steps:
  - name: same
    template: shell
    args: {script: 'echo the same > "$CUBE_OUTPUT_DIR/same.txt"; echo logged'}
  - name: own
    template: shell
    needs: [same]
    args: {script: 'echo only {{ params.own }} > "$CUBE_OUTPUT_DIR/own.txt"; echo logged too'}
"""
POLICY = "inherited rule { keepDays keepLast } default { keepDays keepLast } viewerCanUpdate"
RESULT = "lastResult { at runs freedBytes failures }"


async def policy(platform, project="p", viewer=None) -> dict:
    query = f"query($p: String) {{ retentionPolicy(project: $p) {{ {POLICY} {RESULT} }} }}"
    return (await platform.ask(query, viewer, p=project))["retentionPolicy"]


async def update(platform, project, rule, viewer=None) -> dict:
    query = f"""mutation($i: UpdateRetentionPolicyInput!) {{ updateRetentionPolicy(input: $i) {{
        ... on RetentionPolicy {{ {POLICY} }} ... on Problem {{ code reason path faults {{ reason path }} }} }} }}"""  # noqa: E501
    given = {"project": project, "rule": rule}
    return (await platform.ask(query, viewer, i=given))["updateRetentionPolicy"]


async def preview(platform, **rule) -> dict:
    query = "query($i: PreviewRetentionInput!) { previewRetention(input: $i) { runs bytes } }"
    return (await platform.ask(query, i={"project": "p", "rule": rule}))["previewRetention"]


async def applied(platform) -> dict:
    """The result of the next round that the clock begins."""
    before = (await policy(platform))["lastResult"]
    clock.travel(timedelta(hours=1))

    async def over() -> bool:
        async with platform.ctx.db.read() as conn:
            query = "SELECT count(*) FROM outbox WHERE job = 'housekeeping.retention.apply'"
            waits = (await conn.exec_driver_sql(query)).scalar_one()
        return waits == 0 and (await policy(platform))["lastResult"] != before

    await until(over)
    return (await policy(platform))["lastResult"]


async def numbers(platform) -> list[int]:
    found = await platform.ask('{ runs(project: "p") { nodes { number } } }')
    return sorted(run["number"] for run in found["runs"]["nodes"])


async def test_what_is_freed_is_what_the_preview_said(on_each_database, home):
    platform = on_each_database
    runs = [await platform.run(YAML, params={"own": f"{'x' * 1000 * n}"}) for n in range(1, 7)]
    assert [step["state"] for step in runs[1]["steps"]] == ["CACHED", "SUCCEEDED"]
    query = """mutation($i: RegisterModelInput!) { registerModel(input: $i) {
        ... on RegisteredModel { version { id } } ... on Problem { message } } }"""
    what = {"run": runs[1]["id"], "step": "own", "name": "m"}
    assert "version" in (await platform.ask(query, i=what))["registerModel"]
    query = (
        "mutation($r: ID!) { setRunPinned(id: $r, pinned: true) { ... on Run { pinned viewerCanDelete } } }"
    )
    pinned = (await platform.ask(query, r=runs[2]["id"]))["setRunPinned"]
    assert pinned == {"pinned": True, "viewerCanDelete": False}
    query = "mutation($r: [ID!]!) { deleteRuns(ids: $r) { ... on Problem { code reason } } }"
    refused = (await platform.ask(query, r=[runs[2]["id"]]))["deleteRuns"]
    assert refused == {"code": "CONFLICT", "reason": "RUN_PINNED"}
    await released(platform)
    assert await preview(platform) == {"runs": 0, "bytes": 0}
    assert await numbers(platform) == [1, 2, 3, 4, 5, 6]
    before = sum(stored(home).values())
    said = await preview(platform, keepLast=1)
    assert said["runs"] == 3 and 1000 + 4000 + 5000 < said["bytes"] < before
    await update(platform, "p", {"keepLast": 1})
    result = await applied(platform)
    assert (result["runs"], result["freedBytes"], result["failures"]) == (3, said["bytes"], 0)
    assert await numbers(platform) == [2, 3, 6]
    await collected(platform)
    assert before - sum(stored(home).values()) == said["bytes"]


async def test_a_run_is_kept_that_one_of_the_limits_keeps(platform):
    for _ in range(2):
        await platform.run(YAML)
    await platform.run(YAML.replace("aged", "other"))
    await released(platform)
    clock.travel(timedelta(days=10))
    await platform.run(YAML)
    await released(platform)
    for rule, runs in (
        ({"keepDays": 11}, 0),
        ({"keepDays": 9}, 3),
        ({"keepLast": 1}, 2),
        ({"keepLast": 2}, 1),
        ({"keepDays": 9, "keepLast": 1}, 2),
        ({"keepDays": 9, "keepLast": 2}, 1),
        ({"keepDays": 11, "keepLast": 1}, 0),
    ):
        assert (await preview(platform, **rule))["runs"] == runs, rule


async def test_a_project_has_the_default_until_it_has_a_policy_of_its_own(platform):
    owner, member = await platform.person("owen"), await platform.person("mem")
    for user, role in ((owner, "OWNER"), (member, "MEMBER")):
        query = (
            'mutation($u: String!, $r: Role!) { setMember(project: "p", user: $u, role: $r) { __typename } }'
        )
        await platform.ask(query, u=user.name, r=role)
    nothing = {"keepDays": None, "keepLast": None}
    assert await policy(platform, viewer=member) == {
        "inherited": True,
        "rule": nothing,
        "default": nothing,
        "viewerCanUpdate": False,
        "lastResult": None,
    }
    usual = {"keepDays": 90, "keepLast": None}
    assert (await update(platform, None, {"keepDays": 90}))["rule"] == usual
    assert (await policy(platform))["rule"] == usual
    own = await update(platform, "p", {}, owner)
    assert (own["inherited"], own["rule"], own["default"]) == (False, nothing, usual)
    assert (await update(platform, "p", None, owner))["inherited"] is True
    for project, viewer in (("p", member), (None, owner), (None, member)):
        assert (await update(platform, project, {"keepDays": 1}, viewer))["code"] == "FORBIDDEN"
    stranger = await platform.person("strange")
    assert (await update(platform, "p", {"keepDays": 1}, stranger))["code"] == "NOT_FOUND"
    wrong = await update(platform, "p", {"keepDays": 0, "keepLast": 2**31 - 1})
    assert [(each["reason"], each["path"]) for each in wrong["faults"]] == [
        ("KEEP_DAYS_OUT_OF_RANGE", ["rule", "keepDays"]),
        ("KEEP_LAST_OUT_OF_RANGE", ["rule", "keepLast"]),
    ]


async def test_a_run_that_cannot_be_deleted_keeps_no_other(platform):
    runs = [await platform.run(YAML, cache=False) for _ in range(4)]
    await released(platform)
    async with platform.ctx.db.write() as tx:
        odd = "UPDATE pod SET log_size = 'odd' WHERE owner_id = ?"
        await tx.connection.exec_driver_sql(odd, (runs[1]["id"],))
    await update(platform, "p", {"keepLast": 1})
    result = await applied(platform)
    assert (result["runs"], result["failures"]) == (2, 1)
    assert await numbers(platform) == [2, 4]
