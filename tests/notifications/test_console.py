"""Notifications in the console: who gets which, once, and for how long."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.core.db import Outbox
from cubestudio.notifications import jobs, spec
from cubestudio.notifications.model import Notification, NotificationKind
from cubestudio.notifications.spec import ON, Notice
from cubestudio.pipelines.runs.events import RunFinished
from cubestudio.pipelines.schedules import jobs as schedules
from cubestudio.projects.events import MemberAdded
from tests.conftest import started
from tests.notifications.conftest import arrived, inbox, kinds
from tests.parts import Server, folder

YAML = "name: one\nparameters: [{name: end, type: int, default: 0}]\nsteps:\n" + (
    "  - {name: a, template: shell, cache: false, args: {script: 'exit {{ params.end }}'}}\n"
)
CHOOSE = """mutation($s: [NotificationSettingInput!]!) { updateNotificationSettings(input: {settings: $s}) {
  ... on NotificationSettings { settings { kind console default } } ... on Problem { code message } } }"""
MARK = """mutation($i: [ID!]) { markNotificationsRead(input: {ids: $i}) {
  ... on UnreadNotifications { unreadCount } ... on Problem { code reason path } } }"""
MEMBER = """mutation($u: String!, $r: Role!) { setMember(project: "p", user: $u, role: $r) { __typename
  ... on Problem { message } } }"""


async def choose(platform, viewer=None, **kinds: bool):
    given = [{"kind": kind, "console": on} for kind, on in kinds.items()]
    return (await platform.ask(CHOOSE, viewer, s=given))["updateNotificationSettings"]


async def quiet(platform) -> None:
    """Wait until no job waits in the outbox."""
    async with asyncio.timeout(30):
        while True:
            async with platform.ctx.db.read() as conn:
                if not (await conn.execute(select(Outbox.id).where(Outbox.job == jobs.notify.name))).first():
                    return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("kind", list(NotificationKind))
def test_every_kind_has_a_sentence_a_subject_and_a_default(kind):
    assert "#7" in spec.title(kind, "x", 7) or "x" in spec.title(kind, "x", 7)
    assert kind in spec.SUBJECTS and kind in ON


def test_a_cause_is_shortened_and_an_empty_one_is_none():
    assert spec.shortened(" ") is None and spec.shortened(None) is None
    assert len(spec.shortened("x" * 5000) or "") == spec.MOST_DETAIL


def test_the_first_kind_that_is_on_is_chosen():
    both = (NotificationKind.RUN_RECOVERED, NotificationKind.RUN_SUCCEEDED)
    notice = Notice(event="e", kinds=both, user_id="u", project_id="p", subject_id="s", name="n")
    assert notice.chosen(both) == both[0]
    assert notice.chosen(both[1:]) == both[1] and notice.chosen([]) is None


async def test_a_run_that_fails_and_then_recovers(platform):
    """Success is silent unless it follows a failure, or the user wants to know."""
    other = await platform.person("other")
    await platform.ask(MEMBER, u="other", r="MEMBER")
    assert (await platform.run(YAML))["state"] == "SUCCEEDED"
    await quiet(platform)
    assert await inbox(platform) == []
    run = await platform.run(YAML, params={"end": 3})
    (failed,) = await arrived(platform, 1)
    assert failed["kind"] == "RUN_FAILED" and failed["unread"]
    assert failed["message"] == f"Run #{run['number']} of one failed" and "3" in failed["detail"]
    assert failed["subject"] == {
        "kind": "RUN",
        "id": run["id"],
        "name": "one",
        "number": run["number"],
        "project": "p",
    }
    await platform.run(YAML)
    assert kinds(await arrived(platform, 2)) == ["RUN_RECOVERED", "RUN_FAILED"]
    await choose(platform, RUN_SUCCEEDED=True, RUN_FAILED=False)
    await platform.run(YAML)
    assert kinds(await arrived(platform, 3))[0] == "RUN_SUCCEEDED"
    await platform.run(YAML, params={"end": 1})
    await quiet(platform)
    assert len(await inbox(platform)) == 3, "runs that failed are off"
    assert kinds(await inbox(platform, other)) == ["PROJECT_JOINED"], "and what others start is not theirs"


@pytest.fixture
def on_either(home, url) -> Settings:
    return Settings(home=home, grace=2.0, environment="test", database_url=url)


async def test_one_event_is_one_notification_however_often_it_is_handled(on_either):
    """Workers of several replicas, and one that was killed before it settled the message."""
    async with started(on_either) as platform:
        run = await platform.run(YAML, params={"end": 1})
        await arrived(platform, 1)
        async with platform.ctx.db.read() as conn:
            project = (await conn.execute(select(Notification.project_id))).scalar_one()
        event = RunFinished(run["id"], project)
        await asyncio.gather(*(jobs.notify.run(platform.ctx, event) for _ in range(8)))
        assert len(await inbox(platform)) == 1
        again = MemberAdded(project, (await platform.person("late")).id, "2026-11-30T00:00:00+00:00")
        late = Viewer(id=again.user_id, name="late")
        await asyncio.gather(*(jobs.notify.run(platform.ctx, again) for _ in range(8)))
        assert await inbox(platform, late) == [], "no member, so nothing about the project"


async def test_a_killed_platform_notifies_of_each_event_once():
    """Killed between the end of a run and its notification: there is one for each run that failed."""
    with folder() as home:
        server = Server(home)
        try:
            with server.script() as client:
                client.create_project("p")
                pipeline = client.save_pipeline("p", yaml=YAML)["pipeline"]["id"]
                for _ in range(4):
                    client.start_run(pipeline, params={"end": 1})
            for _ in range(3):
                await asyncio.sleep(0.4)
                server.kill()
                await asyncio.to_thread(server.start)
            query = "{ runs { nodes { id state } } notifications { nodes { kind subject { id } } } }"
            with server.script() as client:
                async with asyncio.timeout(120):
                    while True:
                        found = client.execute(query)
                        failed = [each["id"] for each in found["runs"]["nodes"] if each["state"] == "FAILED"]
                        told = [each["subject"]["id"] for each in found["notifications"]["nodes"]]
                        if len(failed) == 4 and len(told) >= 4:
                            break
                        await asyncio.sleep(0.2)
            assert sorted(told) == sorted(failed)
        finally:
            server.stop()


async def test_being_added_to_a_project(platform):
    """Once, by somebody else; another role is no news, and nobody is notified of projects they have left."""
    other = await platform.person("other")
    await platform.ask(MEMBER, u="other", r="VIEWER")
    (found,) = await arrived(platform, 1, other)
    assert found["message"] == "You were added to project p" and found["subject"]["kind"] == "PROJECT"
    await platform.ask(MEMBER, u="other", r="MEMBER")
    await quiet(platform)
    assert len(await inbox(platform, other)) == 1
    assert await inbox(platform) == [], "the administrator created the project"


async def test_a_schedule_whose_run_cannot_be_started(platform):
    pipeline = await platform.save(YAML)
    create = """mutation($i: CreateScheduleInput!) { createSchedule(input: $i) { ... on Schedule { id }
        ... on Problem { message } } }"""
    given = {"pipelineId": pipeline, "name": "night", "spec": {"cron": "0 2 * * *", "catchUpPolicy": "NONE"}}
    await platform.ask(create, i=given)
    clock.travel(timedelta(days=3, hours=3))
    await schedules.tick.run(platform.ctx)
    found = await arrived(platform, 1)
    assert kinds(found) == ["SCHEDULE_MISSED"], "one, although three ticks passed"
    assert found[0]["message"] == "Schedule night of one did not start a run"
    assert "the platform did not run then" in found[0]["detail"]


async def test_marking_as_read_and_nobody_elses(platform):
    other = await platform.person("other")
    await platform.ask(MEMBER, u="other", r="MEMBER")
    (theirs,) = await arrived(platform, 1, other)
    for end in (1, 2):
        await platform.run(YAML, params={"end": end})
    second, first = await arrived(platform, 2)
    done = (await platform.ask(MARK, i=[first["id"], theirs["id"], "nonsense"]))["markNotificationsRead"]
    assert done == {"unreadCount": 1}
    assert [each["id"] for each in await inbox(platform, unread=True)] == [second["id"]]
    assert (await inbox(platform, other))[0]["unread"], "another user's stays as it is"
    one = "query($i: ID!) { notification(id: $i) { id } node(id: $i) { id } }"
    assert (await platform.ask(one, i=first["id"])) == {
        "notification": {"id": first["id"]},
        "node": {"id": first["id"]},
    }
    assert (await platform.ask(one, i=theirs["id"])) == {"notification": None, "node": None}
    assert (await platform.ask(MARK, i=None))["markNotificationsRead"] == {"unreadCount": 0}
    refused = (await platform.ask(MARK, i=[ids.new() for _ in range(201)]))["markNotificationsRead"]
    assert refused["reason"] == "TOO_MANY_NOTIFICATIONS" and refused["path"] == ["ids"]


async def test_settings_have_defaults_and_are_a_users_own(platform):
    other = await platform.person("other")
    see = "{ notificationSettings { settings { kind console default } } }"
    before = (await platform.ask(see))["notificationSettings"]["settings"]
    assert len(before) == len(NotificationKind) and all(each["console"] == each["default"] for each in before)
    assert [each["kind"] for each in before if not each["console"]] == ["RUN_SUCCEEDED"]
    after = await choose(platform, RUN_FAILED=False, RUN_SUCCEEDED=True)
    chosen = {each["kind"]: each["console"] for each in after["settings"]}
    assert not chosen["RUN_FAILED"] and chosen["RUN_SUCCEEDED"] and chosen["BUILD_FAILED"]
    assert (await platform.ask(see, other))["notificationSettings"]["settings"] == before


async def test_a_token_of_one_project_and_a_reader_may_not(platform):
    bound = Viewer(id=platform.admin.id, name="admin", admin=True, project=ids.new())
    for text in (
        "{ notifications { nodes { id } } }",
        "{ unreadNotificationCount }",
        "{ notificationSettings { settings { kind } } }",
    ):
        refused = await platform.raw(text, bound)
        assert refused.errors[0].extensions["code"] == "FORBIDDEN", text


async def test_old_notifications_are_deleted(platform):
    await platform.run(YAML, params={"end": 1})
    await arrived(platform, 1)
    clock.travel(timedelta(days=89))
    await jobs.forget.run(platform.ctx)
    assert len(await inbox(platform)) == 1
    clock.travel(timedelta(days=91))
    await jobs.forget.run(platform.ctx)
    async with platform.ctx.db.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(Notification))).scalar_one() == 0
