"""Pipelines that run by themselves: which moments are due, exactly once, what is made up for, and what is
refused."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from cubestudio.core import clock
from cubestudio.core.config import Settings
from cubestudio.pipelines.schedules import actions, jobs
from cubestudio.pipelines.schedules.events import ScheduleDue
from cubestudio.pipelines.schedules.spec import ScheduleSpec
from tests.parts import Server, folder

PIPELINE = """name: nightly
parameters: [{name: day, type: str, default: today}]
steps: [{name: a, template: shell, cache: false, args: {script: 'echo day {{ params.day }}'}}]
"""
LONG = PIPELINE.replace("echo day {{ params.day }}", "sleep 60")
ANSWER = "... on Schedule { id nextAt upcoming } ... on Problem { code message path faults { path message } }"
CREATE = f"mutation($i: CreateScheduleInput!) {{ createSchedule(input: $i) {{ {ANSWER} }} }}"
UPDATE = f"mutation($i: UpdateScheduleInput!) {{ updateSchedule(input: $i) {{ {ANSWER} }} }}"
SEE = """query($i: ID!) { schedule(id: $i) { paused nextAt upcoming runAs { name }
  ticks { at state message runId runNumber runState } } }"""


@pytest.fixture
def settings(home, url) -> Settings:
    """On either database."""
    return Settings(home=home, stop_grace_seconds=2.0, environment="test", database_url=url)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def create(platform, pipeline, name="night", viewer=None, **spec):
    given = {"pipelineId": pipeline, "name": name, "spec": spec}
    return (await platform.ask(CREATE, viewer, i=given))["createSchedule"]


async def change(platform, schedule, **given):
    return (await platform.ask(UPDATE, i={"id": schedule, **given}))["updateSchedule"]


async def see(platform, schedule):
    return (await platform.ask(SEE, i=schedule))["schedule"]


async def ticked(platform, schedule, wanted):
    """The moments of a schedule, newest first, when they are as wanted."""
    async with asyncio.timeout(60):
        while True:
            found = (await see(platform, schedule))["ticks"]
            if wanted(found):
                return found
            await asyncio.sleep(0.05)


def states(found):
    return [each["state"] for each in found]


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        (
            "0 2 * * *",
            "Europe/Berlin",
            "2026-03-28T02:30:00+01:00",
            ["2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"],
        ),
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T03:00:00+02:00",
            ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"],
        ),
        (
            "0 8 * * MON-FRI",
            "Asia/Shanghai",
            "2026-11-27T09:00:00+08:00",
            ["2026-11-30T08:00:00+08:00", "2026-12-01T08:00:00+08:00"],
        ),
        (
            "0 0 29 2 *",
            "UTC",
            "2026-01-01T00:00:00+00:00",
            ["2028-02-29T00:00:00+00:00", "2032-02-29T00:00:00+00:00"],
        ),
    ],
)
def test_moments_in_time_zones(cron, zone, after, expected):
    """The hour that does not exist comes with its end, the one that is there twice comes once."""
    assert ScheduleSpec(cron=cron, timezone=zone).following(at(after), 2) == [at(each) for each in expected]


def test_no_moment_before_the_beginning_and_none_after_the_end():
    told = ScheduleSpec(
        cron="0 * * * *", starts_at=at("2026-11-20T10:00:30+00:00"), ends_at=at("2026-11-20T12:00:00+00:00")
    )
    both = [at("2026-11-20T11:00:00+00:00"), at("2026-11-20T12:00:00+00:00")]
    assert told.following(at("2026-11-01T00:00:00+00:00"), 5) == both
    assert told.following(both[0], 5) == both[1:] and told.following(both[1], 5) == []
    assert told.due(both[0], at("2026-11-21T00:00:00+00:00")) == (both[1:], both[:1]), "the last one, late"
    exact = ScheduleSpec(cron="0 * * * *", starts_at=at("2026-11-20T10:00:00+00:00"))
    assert exact.following(at("2026-11-01T00:00:00+00:00")) == [at("2026-11-20T10:00:00+00:00")]


def test_what_is_made_up_for():
    first, now = at("2026-11-20T02:00:00+00:00"), at("2026-11-23T02:00:30+00:00")
    days = [first + timedelta(days=each) for each in range(4)]
    nightly = ScheduleSpec(cron="0 2 * * *", catch_up_policy="all")
    assert nightly.due(first, now) == (days, [])
    assert nightly.model_copy(update={"catch_up_policy": "last"}).due(first, now) == (days[3:], days[:3])
    assert nightly.model_copy(update={"catch_up_policy": "none"}).due(first, now) == (days[3:], days[:3]), (
        "it has just come"
    )
    assert nightly.model_copy(update={"catch_up_policy": "none"}).due(first, now + timedelta(hours=1)) == (
        [],
        days,
    )
    assert len(ScheduleSpec(cron="* * * * *", catch_up_policy="all").due(first, now)[0]) == 1000, (
        "no more than the last thousand"
    )
    told = ScheduleSpec(
        cron="0 2 * * *",
        timezone="Asia/Shanghai",
        params={"a": "{{ tick.date }}", "b": [{"c": "{{tick}}"}], "d": 1},
    )
    assert told.filled(at("2026-11-23T18:00:00+00:00")) == {
        "a": "2026-11-24",
        "b": [{"c": "2026-11-24T02:00:00+08:00"}],
        "d": 1,
    }


def test_a_beginning_of_long_ago_costs_no_more_than_the_moments_that_are_kept():
    long = ScheduleSpec.model_validate(
        {"cron": "* * * * *", "starts_at": "1970-01-01T00:00:00Z", "catch_up_policy": "all"}
    )
    now = at("2026-11-29T10:00:30+00:00")
    first = long.first(now)
    assert first == at("1970-01-01T00:00:00+00:00")
    run, left = long.due(first, now)
    assert (
        len(run) == 1000
        and not left
        and run[-1] == at("2026-11-29T10:00:00+00:00")
        and run[0] == run[-1] - timedelta(minutes=999)
    )
    daily = ScheduleSpec.model_validate(
        {
            "cron": "30 2 * * *",
            "timezone": "Europe/Berlin",
            "catch_up_policy": "last",
            "ends_at": "2026-04-02T00:00:00Z",
        }
    )
    run, left = daily.due(at("2026-03-27T01:30:00+00:00"), now)
    assert [each.day for each in left] == [27, 28, 29, 30, 31] and [each.day for each in run] == [1], (
        "also over a change of clocks"
    )


@pytest.mark.parametrize(
    "given",
    ["{{ tick.tomorrow }}", "{{tick.}}", "a {{ tock }} b", ["{{ tick.date }}", {"deep": "{{ params.x }}"}]],
)
def test_what_does_not_stand_for_the_moment_is_refused(given):
    with pytest.raises(
        ValueError,
        match=r"parameter day is not known here; a schedule fills in tick, tick.date, tick.time, "
        r"tick.yesterday",
    ):
        ScheduleSpec.model_validate({"cron": "0 0 * * *", "params": {"day": given}})


def test_a_schedule_runs_everything_unless_told_otherwise():
    assert not ScheduleSpec.model_validate({"cron": "0 0 * * *"}).cache


async def test_a_moment_comes_once_and_its_run_knows_it(platform):
    pipeline = await platform.save(PIPELINE)
    clock.travel(at("2026-11-20T01:59:00+00:00") - clock.now())
    made = await create(platform, pipeline, cron="0 2 * * *", params={"day": "{{ tick.yesterday }}"})
    assert made["nextAt"] == made["upcoming"][0] == "2026-11-20T02:00:00.000000Z"
    await jobs.tick.run(platform.ctx)
    assert (await see(platform, made["id"]))["ticks"] == []
    clock.travel(timedelta(minutes=1))
    await asyncio.gather(*(jobs.tick.run(platform.ctx) for _ in range(4)))
    (tick,) = await ticked(platform, made["id"], lambda found: states(found) == ["STARTED"])
    run = await platform.finish(tick["runId"])
    assert await platform.log(run["steps"][0]["pod"]["id"]) == "day 2026-11-19\n"
    after = await see(platform, made["id"])
    assert (
        after["nextAt"] == "2026-11-21T02:00:00.000000Z"
        and after["ticks"][0]["runState"] == "SUCCEEDED"
        and after["runAs"]["name"] == "admin"
    )
    assert len((await platform.ask("{ runs { nodes { id } } }"))["runs"]["nodes"]) == 1


async def test_many_workers_at_once_start_no_more_runs_than_there_is_room_for(platform):
    pipeline = await platform.save(LONG)
    clock.travel(at("2026-11-20T00:00:00+00:00") - clock.now())
    made = await create(
        platform,
        pipeline,
        cron="0 2 * * *",
        catchUpPolicy="ALL",
        maxActiveRuns=2,
        startsAt="2026-11-16T00:00:00+00:00",
    )
    async with platform.ctx.db.write() as tx:
        await actions.advance(tx, made["id"])
        tx.messages.clear()
    await asyncio.gather(*(jobs.begin.run(platform.ctx, ScheduleDue(made["id"])) for _ in range(8)))
    found = await ticked(platform, made["id"], lambda found: states(found).count("STARTED") == 2)
    assert states(found) == ["WAITING", "WAITING", "STARTED", "STARTED"]
    begun = (await platform.ask("{ runs { nodes { id } } }"))["runs"]["nodes"]
    assert sorted(each["id"] for each in begun) == sorted(each["runId"] for each in found if each["runId"])


async def test_what_was_missed_waits_for_its_turn(platform):
    pipeline = await platform.save(LONG)
    clock.travel(at("2026-11-20T00:00:00+00:00") - clock.now())
    made = await create(
        platform, pipeline, cron="0 2 * * *", catchUpPolicy="ALL", startsAt="2026-11-17T00:00:00+00:00"
    )
    skipping = await create(
        platform,
        pipeline,
        name="skip",
        cron="0 2 * * *",
        catchUpPolicy="ALL",
        concurrencyPolicy="SKIP",
        startsAt="2026-11-17T00:00:00+00:00",
    )
    await jobs.tick.run(platform.ctx)
    found = await ticked(platform, made["id"], lambda found: "STARTED" in states(found))
    assert states(found) == ["WAITING", "WAITING", "STARTED"], "one at a time, the oldest first"
    told = {"cron": "0 2 * * *", "catchUpPolicy": "ALL", "startsAt": "2026-11-17T02:00:00+00:00"}
    check = "query($d: ScheduleSpecInput!) { previewSchedule(spec: $d) { catchUpRuns } }"
    assert (await platform.ask(check, d=told))["previewSchedule"] == {"catchUpRuns": 3}, (
        "with the moment at which it begins"
    )
    found = await ticked(platform, skipping["id"], lambda found: "WAITING" not in states(found))
    assert states(found) == ["SKIPPED", "SKIPPED", "STARTED"] and "still went on" in found[0]["message"]
    begun = []
    for left in (2, 1, 0):
        found = await ticked(
            platform, made["id"], lambda found, left=left: states(found).count("WAITING") == left
        )
        run = next(each for each in found if each["runState"] not in (None, "CANCELLED"))
        begun.append(run["at"])
        told = await platform.ask(
            "mutation($r: ID!) { cancelRun(id: $r) { ... on Run { state } } }", r=run["runId"]
        )
        assert told["cancelRun"]["state"] == "CANCELLING"
        await platform.finish(run["runId"])
    assert begun == [f"2026-11-{day}T02:00:00.000000Z" for day in (17, 18, 19)]


async def test_a_schedule_that_is_paused_archived_or_whose_person_left(platform):
    member = await platform.person("member")
    for name in ("member", "admin"):
        await platform.ask(
            f'mutation {{ setMember(project: "p", user: "{name}", role: OWNER) {{ __typename }} }}'
        )
    pipeline = await platform.save(PIPELINE)
    clock.travel(at("2026-11-20T00:00:00+00:00") - clock.now())
    mine = await create(platform, pipeline, cron="0 2 * * *")
    theirs = await create(platform, pipeline, name="theirs", viewer=member, cron="0 2 * * *")
    pause = "mutation($i: ID!) { pauseSchedule(id: $i) { ... on Schedule { paused nextAt upcoming } } }"
    resume = "mutation($i: ID!) { resumeSchedule(id: $i) { ... on Schedule { paused nextAt upcoming } } }"
    assert (await platform.ask(pause, i=mine["id"]))["pauseSchedule"] == {
        "paused": True,
        "nextAt": None,
        "upcoming": [],
    }
    await platform.ask('mutation { removeMember(project: "p", user: "member") { __typename } }')
    clock.travel(timedelta(days=2))
    await jobs.tick.run(platform.ctx)
    found = await ticked(platform, theirs["id"], lambda found: "FAILED" in states(found))
    assert states(found) == ["FAILED", "SKIPPED"] and found[0]["message"].startswith("Pipeline not found")
    assert found[1]["message"] == "the platform did not run then"
    on = (await platform.ask(resume, i=mine["id"]))["resumeSchedule"]
    assert on["nextAt"] == "2026-11-22T02:00:00.000000Z" and (await see(platform, mine["id"]))["ticks"] == []
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    await platform.ask("mutation($p: ID!) { archiveProject(id: $p) { __typename } }", p=project)
    clock.travel(timedelta(days=1))
    async with platform.ctx.db.read() as conn:
        assert await actions.due(conn) == [], "nothing of an archived project"
    await platform.ask("mutation($p: ID!) { restoreProject(id: $p) { __typename } }", p=project)
    await jobs.tick.run(platform.ctx)
    assert states(await ticked(platform, mine["id"], lambda found: "STARTED" in states(found))) == ["STARTED"]
    changed = await change(platform, theirs["id"], spec={"cron": "0 3 * * *"})
    assert changed["id"] == theirs["id"] and changed["nextAt"] == "2026-11-23T03:00:00.000000Z"
    assert (await see(platform, theirs["id"]))["runAs"]["name"] == "admin", "whoever saved it last"


async def test_what_is_not_right_is_refused_by_field(platform):
    pipeline = await platform.save(PIPELINE)
    for told, field, words in (
        ({"cron": "* * * * * *"}, "spec.cron", "five fields"),
        ({"cron": "61 * * * *"}, "spec.cron", "61 is not a minute of a cron expression"),
        ({"cron": "0 0 30 2 *"}, "spec.cron", ""),
        (
            {"cron": "0 2 * * *", "timezone": "Mars/Olympus"},
            "spec.timezone",
            "there is no time zone 'Mars/Olympus'",
        ),
        (
            {"cron": "0 2 * * *", "startsAt": "2026-02-01T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"},
            "spec.endsAt",
            "it ends before it begins",
        ),
        (
            {"cron": "0 2 * * *", "startsAt": "1066-01-01T00:00:00"},
            "spec.startsAt",
            "a time must be between the years 1970 and 2999",
        ),
        ({"cron": "0 2 * * *", "maxActiveRuns": 0}, "spec.maxActiveRuns", "maxActiveRuns must be at least 1"),
        ({"cron": "0 2 * * *", "params": {"nope": 1}}, "spec.params.nope", ""),
        ({"cron": "0 2 * * *", "cluster": "moon"}, "spec.cluster", "does not run on cluster moon"),
    ):
        refused = await create(platform, pipeline, **told)
        assert refused.get("code") == "INVALID", (told, refused)
        faults = refused["faults"] or [refused]
        assert [".".join(each["path"]) for each in faults] == [field] and words in faults[0]["message"], (
            told,
            refused,
        )


async def test_a_killed_platform_starts_each_moment_once():
    """Killed between a moment and its run, and while the run goes on: there is one run for each moment."""
    with folder() as home:
        server = Server(home)
        try:
            with server.script() as client:
                client.create_project("p")
                pipeline = client.save_pipeline("p", yaml=PIPELINE)["pipeline"]["id"]
                begins = (datetime.now(UTC) - timedelta(minutes=6)).isoformat()
                told = {"cron": "* * * * *", "catchUpPolicy": "ALL", "maxActiveRuns": 3, "startsAt": begins}
                key = client.create_schedule(pipeline, "often", told)["id"]
            for _ in range(3):
                await asyncio.sleep(0.5)
                server.kill()
                await asyncio.to_thread(server.start)
            with server.script() as client:
                async with asyncio.timeout(120):
                    while True:
                        query = "query($i: ID!) { schedule(id: $i) { ticks { state runId } } }"
                        found = client.execute(query, {"i": key})["schedule"]["ticks"]
                        if len(found) >= 6 and all(each["state"] == "STARTED" for each in found):
                            break
                        await asyncio.sleep(0.2)
                runs = client.execute("{ runs { nodes { id } } }")["runs"]["nodes"]
                assert len({each["runId"] for each in found}) == len(found) <= len(runs) <= len(found) + 1
        finally:
            server.stop()
