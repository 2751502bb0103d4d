"""A notebook's life: started, changed, stopped, given up, kept, deleted; and who may what."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cubestudio import lost as losses
from cubestudio.core import clock
from cubestudio.core.cluster.port import Synced
from cubestudio.notebooks import actions, activity, jobs, plan
from cubestudio.notebooks.model import Notebook
from cubestudio.watcher import Watcher
from cubestudio.workloads import actions as workloads
from cubestudio.workloads.model import Workload
from tests import specs
from tests.notebooks.conftest import CREATE, DEFINITION
from tests.notifications.conftest import arrived, kinds

SPEC = """resources { cpu memory gpu gpuType gpuShare devices { name count } claims { name count } }
    environment { python requirements image root } size env { name value } secrets { name value }
    projectSecrets volumes repo repoSecret branch script command port path"""


async def test_files_survive_a_stop_a_restart_and_a_crash(studio):
    key = await studio.make()
    up = await studio.until(key, "RUNNING")
    assert [stage["name"] for stage in up["stages"] if stage["at"]] == [
        "REQUESTED",
        "SCHEDULED",
        "STARTED",
        "READY",
    ]
    async with studio.door(key) as http:
        assert (await http.post("write")).status_code == 200
    await studio.say("stopNotebook", key)
    await studio.until(key, "STOPPED")
    await studio.say("startNotebook", key)
    await studio.until(key, "RUNNING")
    await studio.say("restartNotebook", key)
    await studio.until(key, "STOPPING")
    await studio.until(key, "RUNNING")
    async with studio.door(key) as http:
        assert "kept.txt" in (await http.get("files")).json()
        pods = {pod["id"]: pod["state"] for pod in (await studio.see(key))["pods"]}
        assert sorted(pods.values()) == ["CANCELLED", "CANCELLED", "RUNNING"]


DIES_ONCE = """python3 .program.py &
until [ -e kept.txt ]; do sleep 0.1; done
[ -e died ] || { touch died; exec python3 -c 'data = b"x" * (600 << 20); import time; time.sleep(60)'; }
wait
"""


async def test_one_that_is_started_again_says_why(studio):
    key = await studio.make(definition={**DEFINITION, "command": DIES_ONCE})
    query = f'{{ notebook(id: "{key}") {{ state restarted {{ at reason explanation }} }} }}'
    await studio.until(key, "RUNNING")
    assert (await studio.platform.ask(query))["notebook"]["restarted"] is None
    async with studio.door(key) as http:
        assert (await http.post("write")).status_code == 200
    await studio.until(key, "STARTING")
    await studio.until(key, "RUNNING")
    last = (await studio.platform.ask(query))["notebook"]["restarted"]
    assert last["reason"] == "OOMKilled" and "256 MiB" in last["explanation"] and last["at"], last
    await studio.say("stopNotebook", key)
    await studio.until(key, "STOPPED")
    assert (await studio.platform.ask(query))["notebook"]["restarted"] is None


async def test_a_resize_is_one_act_with_a_way_back(studio):
    key = await studio.make()
    await studio.until(key, "RUNNING")
    bad = await studio.say("updateNotebook", key, rest=", spec: {resources: {cpu: 9999}}")
    assert (bad["code"], bad["path"]) == ("INVALID", ["spec", "resources", "cpu"]) and "1024" in bad[
        "message"
    ]
    never = await studio.say("updateNotebook", key, rest=", spec: {resources: {cpu: 1000}}")
    assert "this machine has" in never["message"], never
    assert (await studio.see(key))["state"] == "RUNNING", "a refusal leaves it as it is"
    changed = await studio.say(
        "updateNotebook", key, rest=', spec: {resources: {cpu: 0.2}, command: "exit 7"}, restart: true'
    )
    assert changed["changed"]
    failed = await studio.until(key, "FAILED")
    assert "exit code 7" in failed["explanation"], failed
    back = await studio.say("revertNotebook", key)
    assert back["spec"]["resources"]["cpu"] == 0.1
    assert not (await studio.until(key, "RUNNING"))["changed"]
    assert (await studio.say("revertNotebook", key))["code"] == "CONFLICT"


async def test_what_was_read_can_be_sent_back(studio):
    """And those who may not open it see neither its variables nor its script, in the spec before either."""
    told = {
        "cpu": 0.2,
        "memory": "256Mi",
        "requirements": ["six"],
        "env": {"A": "1"},
        "secrets": {"S": "hidden"},
        "repo": "https://example.com/x.git",
        "branch": "main",
        "script": "true",
        "command": "true",
        "port": 9000,
        "path": "x",
    }
    key = await studio.make(definition=told, start=False)
    query = f'{{ notebook(id: "{key}") {{ spec {{ {SPEC} }} previousSpec {{ {SPEC} }} }} }}'

    async def kept():
        async with studio.platform.ctx.db.read() as conn:
            return (await conn.execute(select(Notebook.spec).where(Notebook.id == key))).scalar_one()

    def opened(stored):
        return {**stored, "secrets": {"S": studio.platform.ctx.vault.unseal(stored["secrets"]["S"])}}

    before, seen = await kept(), (await studio.platform.ask(query))["notebook"]
    assert seen["spec"]["environment"]["requirements"] == ["six"] and seen["previousSpec"] is None
    assert seen["spec"]["secrets"] == [{"name": "S", "value": None}]
    change = "mutation($i: UpdateNotebookInput!) { updateNotebook(input: $i) { ... on Notebook { id } } }"
    made = await studio.platform.ask(change, i={"id": key, "spec": seen["spec"]})
    assert made["updateNotebook"] == {"id": key}
    assert opened(await kept()) == opened(before) and opened(before)["secrets"] == {"S": "hidden"}
    assert (await studio.platform.ask(query))["notebook"]["previousSpec"] == seen["spec"]
    other = await studio.platform.person("other")
    await studio.platform.ask(
        'mutation { setMember(project: "p", user: "other", role: MEMBER) { __typename } }'
    )
    outside = (await studio.platform.ask(query, other))["notebook"]
    for each in (outside["spec"], outside["previousSpec"]):
        assert (each["env"], each["secrets"], each["script"], each["port"]) == ([], [], None, 9000)


async def test_what_cannot_be_made_is_refused_with_every_fault(studio):
    async def refused(definition):
        told = specs.notebook(definition)
        return (await studio.platform.ask(CREATE, n="x", d=told, k="CUSTOM", s=True))["createNotebook"]

    assert "$CUBE_PORT" in (await refused({}))["message"]
    told = await refused(
        {"cpu": 0, "env": {"HOME": "x"}, "repo": "file:///etc", "image": "a b", "repo_secret": "x" * 101}
    )
    assert {".".join(fault["path"]) for fault in told["faults"]} == {
        "spec.resources.cpu",
        "spec.env",
        "spec.repo",
        "spec.environment.image",
        "spec.repoSecret",
    }
    assert "1000 CPU cores" in str(await refused({**DEFINITION, "cpu": 1000}))
    await studio.make("same", start=False)
    given = specs.notebook(DEFINITION)
    again = (await studio.platform.ask(CREATE, n="same", d=given, k="CUSTOM", s=False))["createNotebook"]
    assert "same" in again["message"] and again["hint"]


async def test_one_that_waits_for_room_says_so(studio):
    here = (await studio.platform.ask("{ clusters { name capacity { cpu } } }"))["clusters"][0]["capacity"][
        "cpu"
    ]
    first = await studio.make("first", {**DEFINITION, "cpu": here})
    await studio.until(first, "RUNNING")
    second = await studio.make("second", {**DEFINITION, "cpu": here})
    waits = await studio.until(second, "PENDING")
    assert waits["state"] == "PENDING"
    fit = await studio.platform.ask(
        'query($d: NotebookSpecInput!) { preflightNotebook(project: "p", kind: CUSTOM, spec: $d) { verdict '
        "explanation } }",
        d={"resources": {"cpu": here}},
    )
    assert (
        fit["preflightNotebook"]["verdict"] == "WAITS"
        and "1 notebook" in fit["preflightNotebook"]["explanation"]
    )
    await studio.say("stopNotebook", first)
    await studio.until(second, "RUNNING")
    await studio.say("stopNotebook", second)


async def test_sharing_and_roles(studio):
    platform = studio.platform
    people = {name: await platform.person(name) for name in ("mine", "other", "viewer", "owner", "stranger")}
    for name, role in (("mine", "MEMBER"), ("other", "MEMBER"), ("viewer", "VIEWER"), ("owner", "OWNER")):
        await platform.ask(
            f'mutation {{ setMember(project: "p", user: "{name}", role: {role}) {{ __typename }} }}'
        )
    key = await studio.make(viewer=people["mine"])
    await studio.until(key, "RUNNING")
    assert await studio.see(key, people["stranger"]) is None
    other = await studio.see(key, people["other"])
    assert (other["viewerMayOpen"], other["viewerCanChange"], other["viewerCanStop"], other["pods"]) == (
        "NONE",
        False,
        False,
        [],
    )
    link = "... on NotebookLink { url } ... on Problem { code }"
    open_ = f'mutation {{ openNotebook(id: "{key}") {{ {link} }} }}'
    for name in ("other", "viewer", "owner"):
        assert (await platform.ask(open_, people[name]))["openNotebook"] == {"code": "FORBIDDEN"}
    assert (await studio.say("updateNotebook", key, people["mine"], ", sharing: VIEW"))[
        "code"
    ] == "INVALID", "this kind has no such thing"
    await studio.say("updateNotebook", key, people["mine"], ", sharing: EDIT")
    assert "url" in (await platform.ask(open_, people["other"]))["openNotebook"]
    assert (await studio.see(key, people["viewer"]))["viewerMayOpen"] == "VIEW"
    assert (await studio.say("stopNotebook", key, people["other"]))["code"] == "FORBIDDEN"
    assert (await studio.say("startNotebook", key, people["owner"]))["code"] == "FORBIDDEN"
    cloned = await studio.say("cloneNotebook", key, people["other"], ', name: "cloned"')
    assert cloned["mine"] and cloned["state"] == "STOPPED"
    assert (await studio.say("stopNotebook", key, people["owner"]))["state"] == "STOPPING"
    await studio.until(key, "STOPPED")


async def test_an_idle_one_is_warned_then_stopped_with_the_evidence(studio):
    platform = studio.platform
    policy = (
        'mutation { setNotebookPolicy(project: "p", idleMinutes: 60, gpuIdleMinutes: 30, warnMinutes: '
        "10) { ... on Project { notebookPolicy { idleMinutes } } ... on Problem { message } } }"
    )
    assert (await platform.ask(policy))["setNotebookPolicy"]["notebookPolicy"]["idleMinutes"] == 60
    key = await studio.make()
    await studio.until(key, "RUNNING")
    await jobs.look.run(platform.ctx)
    assert (await studio.see(key))["activity"]["due"] is None
    clock.travel(timedelta(minutes=52))
    await jobs.look.run(platform.ctx)
    seen = await studio.see(key)
    assert seen["activity"]["due"] == "WARN" and seen["state"] == "RUNNING"
    async with studio.door(key) as http:
        assert (await http.get(".cube/notice")).json()["due"] == "warn"
        assert (await http.post(".cube/keep")).status_code == 200
    clock.travel(timedelta(minutes=70))
    await jobs.look.run(platform.ctx)
    assert (await studio.see(key))["state"] == "RUNNING", "it was asked to be kept for two hours"
    clock.travel(timedelta(minutes=180))
    await jobs.look.run(platform.ctx)
    off = await studio.until(key, "STOPPED")
    assert off["idleStop"]["idleSince"] and {signal["name"] for signal in off["idleStop"]["signals"]} >= {
        "EDITS",
        "CONNECTIONS",
    }
    assert kinds(await arrived(platform, 2)) == ["NOTEBOOK_STOPPED", "NOTEBOOK_IDLE"], "once each"


async def test_what_happens_during_a_look_is_part_of_it(studio, monkeypatch):
    """A look that takes long neither stops what somebody opened meanwhile, nor writes over a later one."""
    platform = studio.platform
    key = await studio.make()
    await studio.until(key, "RUNNING")
    measured = activity.used

    async def slowly(*asked):
        found = await measured(*asked)
        async with platform.ctx.db.write() as tx:
            await actions.touch(tx, key, connected=False, touched=True)
        return found

    clock.travel(timedelta(hours=10))
    with monkeypatch.context() as slow:
        slow.setattr(activity, "used", slowly)
        await activity.consider(platform.ctx, key)
    kept = await studio.see(key)
    assert kept["state"] == "RUNNING" and kept["activity"]["due"] is None

    async def overtaken(*asked):
        monkeypatch.undo()
        clock.travel(timedelta(minutes=1))
        await activity.consider(platform.ctx, key)
        return await measured(*asked)

    monkeypatch.setattr(activity, "used", overtaken)
    earlier = clock.now()
    await activity.consider(platform.ctx, key)
    assert datetime.fromisoformat((await studio.see(key))["activity"]["at"]) > earlier


async def test_what_somebody_watches_is_looked_at_for_them(studio, monkeypatch):
    """Its page says what is true now, not what was a minute ago; and many who watch cause no more looks than
    one."""
    key = await studio.make()
    await studio.until(key, "RUNNING")
    clock.travel(timedelta(hours=1))
    looks = []
    consider = activity.consider

    async def counted(ctx, notebook):
        looks.append(notebook)
        await consider(ctx, notebook)

    monkeypatch.setattr(activity, "consider", counted)
    query = f'subscription {{ notebookChanged(id: "{key}") {{ notebook {{ activity {{ at }} }} }} }}'
    earlier = clock.now()

    async def watch():
        async for news in studio.platform.listen(query):
            found = news["notebookChanged"]["notebook"]["activity"]
            if found and datetime.fromisoformat(found["at"]) >= earlier:
                return

    async with asyncio.timeout(30):
        await watch()
        await asyncio.gather(*(watch() for _ in range(20)))
    assert looks == [key]
    stranger = await studio.platform.person("stranger")
    clock.travel(timedelta(hours=1))
    refused = await studio.platform.raw(f'{{ notebookUsage(id: "{key}") {{ known }} }}', stranger)
    assert refused.errors[0].extensions["code"] == "NOT_FOUND" and looks == [key]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"kernels": [], "terminals": [], "pages": []}, ((), 0, 0, ())),
        (
            {
                "kernels": [{"busy": True, "path": "a.ipynb"}, {"busy": False}, {"busy": True, "path": None}],
                "terminals": [{"busy": True}],
                "pages": [{"unsaved": ["a.ipynb", "b.py"]}, {"unsaved": ["a.ipynb", 7, "x" * 10_000]}],
            },
            (("a.ipynb", ""), 1, 2, ("a.ipynb", "b.py", "7", "x" * 200)),
        ),
        (
            {"kernels": [], "terminals": [], "pages": [{"unsaved": [str(n) for n in range(100_000)]}]},
            ((), 0, 1, tuple(map(str, range(100)))),
        ),
        ({"kernels": [], "terminals": []}, None),
        ({"kernels": 1e999, "terminals": [], "pages": []}, None),
        ({"kernels": [None], "terminals": [], "pages": []}, None),
        ({"kernels": [], "terminals": [], "pages": [{}]}, None),
        ([], None),
        (None, None),
    ],
)
def test_what_a_notebook_says_of_its_use(told, found):
    """It is the person's own code that answers."""
    try:
        use = plan.use(told)
    except (KeyError, TypeError, ValueError, AttributeError):
        assert found is None
    else:
        assert (use.kernels, use.terminals, use.pages, use.unsaved) == found


async def test_stopping_what_the_platform_cannot_save(studio):
    """A program of any kind tells nothing of what is unsaved in it, and is stopped all the same."""
    key = await studio.make()
    use = f'{{ notebookUsage(id: "{key}") {{ known openPages unsavedDocuments }} }}'
    await studio.until(key, "RUNNING")
    assert (await studio.platform.ask(use))["notebookUsage"] == {
        "known": False,
        "openPages": 0,
        "unsavedDocuments": [],
    }
    async with studio.platform.ctx.db.write() as tx:
        await actions.touch(tx, key, connected=True, touched=False)
    assert (await studio.platform.ask(use))["notebookUsage"] == {
        "known": False,
        "openPages": 1,
        "unsavedDocuments": [],
    }
    assert (await studio.say("stopNotebook", key, rest=", save: true"))["state"] == "STOPPING"


@pytest.mark.parametrize("keep", [True, False])
async def test_deleting_says_what_stays(studio, keep):
    key = await studio.make()
    await studio.until(key, "RUNNING")
    verb = (
        f'mutation {{ deleteNotebook(id: "{key}", keepFiles: {str(keep).lower()}) {{ ... on Done {{ id '
        f"}} ... on Problem {{ code hint }} }} }}"
    )
    assert (await studio.platform.ask(verb))["deleteNotebook"]["code"] == "CONFLICT"
    folder = (await studio.see(key))["folder"]
    await studio.say("stopNotebook", key)
    await studio.until(key, "STOPPED")
    assert (await studio.platform.ask(verb))["deleteNotebook"] == {"id": key}
    assert await studio.see(key) is None
    home = studio.platform.ctx.settings.home
    if not keep:
        async with asyncio.timeout(120):
            while list(home.glob("local/folders/*/*")):
                await asyncio.sleep(0.02)
    assert [path.name for path in home.glob("local/folders/*/*")] == ([folder] if keep else [])


async def test_what_its_cluster_no_longer_knows_is_closed_and_says_so(studio, monkeypatch):
    """A notebook and a run that were given to a cluster which says that it has nothing."""
    platform = studio.platform
    key = await studio.make()
    await studio.until(key, "RUNNING")
    run = await platform.start(
        await platform.save("name: long\nsteps: [{name: a, template: shell, args: {script: sleep 300}}]\n")
    )
    seen = "query($r: ID!) { run(id: $r) { state explanation } }"
    async with asyncio.timeout(30):
        while (await platform.ask(seen, r=run))["run"]["state"] != "RUNNING":
            await asyncio.sleep(0.02)
    cluster = platform.ctx.clusters["local"]

    async def gone(*_):
        return True

    monkeypatch.setattr(cluster, "gone", gone)
    monkeypatch.setattr(losses, "BETWEEN", 0)
    watcher = Watcher(platform.ctx, cluster)
    await watcher._compare(Synced(frozenset()), clock.now() + timedelta(seconds=1))
    await watcher.close()
    lost = (await platform.ask(seen, r=run))["run"]
    assert lost["state"] == "FAILED" and "no longer knows this run" in lost["explanation"]
    notebook = await studio.see(key)
    assert notebook["state"] == "FAILED" and "no longer knows this notebook" in notebook["explanation"]
    await studio.say("startNotebook", key)
    await studio.until(key, "RUNNING")
    async with platform.ctx.db.write() as tx:
        first = (
            await tx.execute(select(Workload.id).where(Workload.owner_id == key, Workload.start == 1))
        ).one()
        await workloads.end(tx, platform.ctx.kinds, first.id, "Lost", "said of the start before")
    assert (await studio.see(key))["state"] == "RUNNING"
