"""Whatever is open ends at once when what it was opened with no longer holds: each kind of stream × each
change of access.

The slow round of the platform is switched off here, so that only the event of a change can end anything."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field

import httpx2
import pytest
import uvicorn
import websockets

from cubestudio.app import running
from cubestudio.core.auth import streams
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.web.app import build
from tests.conftest import Platform
from tests.parts import free_port, ready

AT_ONCE = 20
"""Seconds that a busy machine may take; nothing but an event would end a stream within hours."""
YAML = "name: t\nsteps: [{name: a, template: shell, args: {script: 'echo begun; sleep 600'}}]\n"


@pytest.fixture(autouse=True)
def events_only(monkeypatch):
    monkeypatch.setattr(streams, "AGAIN", 86_400)


@dataclass
class Open:
    """One stream: `end` is done with the reason when it ended."""

    name: str
    end: asyncio.Future


@dataclass
class Who:
    """Somebody with a credential, and what they have open."""

    viewer: Viewer
    headers: dict
    open: dict[str, Open] = field(default_factory=dict)


class Hall:
    def __init__(self, address: str, platform: Platform, pod: str):
        self.address, self.platform, self.pod = address, platform, pod
        self.stack = contextlib.AsyncExitStack()

    async def token(self, viewer: Viewer) -> Who:
        async with self.platform.ctx.db.write() as tx:
            key, secret = await credentials.make_token(tx, viewer, "t", 1)
        return Who(
            Viewer(id=viewer.id, name=viewer.name, admin=viewer.admin, token=key),
            {"authorization": f"Bearer {secret}"},
        )

    async def session(self, viewer: Viewer) -> Who:
        async with self.platform.ctx.db.write() as tx:
            secret = await credentials.begin_session(tx, self.platform.ctx.settings, viewer.id, "t")
            held, *_ = await credentials.by_session(tx, self.platform.ctx.settings, secret)
        return Who(held, {"cookie": f"cube_session={secret}", "x-cube-request": "1"})

    async def _start(self, who: Who, name: str, work) -> None:
        begun = asyncio.Event()
        task = asyncio.create_task(work(begun))
        self.stack.push_async_callback(_cancel, task)
        async with asyncio.timeout(60):
            await asyncio.wait([task, asyncio.create_task(begun.wait())], return_when=asyncio.FIRST_COMPLETED)
        assert not task.done(), (name, task.result())
        who.open[name] = Open(name, task)

    async def sse(self, who: Who, name: str, query: str, silent: bool = False) -> None:
        async def work(begun):
            timeout = httpx2.Timeout(30, read=None)
            headers = {"accept": "text/event-stream", **who.headers}
            listeners = self.platform.ctx.bus.listeners
            async with (
                httpx2.AsyncClient(base_url=f"http://{self.address}", timeout=timeout) as http,
                http.stream("POST", "/graphql", json={"query": query}, headers=headers) as told,
            ):
                while silent and self.platform.ctx.bus.listeners == listeners:
                    await asyncio.sleep(0.01)
                if silent:
                    begun.set()
                last = None
                async for line in told.aiter_lines():
                    if line.startswith("data: {"):
                        last = json.loads(line[6:])
                        begun.set()
                return last["errors"][0]["extensions"]["code"] if last and last.get("errors") else "ended"

        await self._start(who, f"sse {name}", work)

    async def socket(self, who: Who, **subscriptions: str) -> None:
        """A GraphQL socket with subscriptions: the socket is a stream, and so is each of them."""
        raw = await self.stack.enter_async_context(
            websockets.connect(
                f"ws://{self.address}/graphql",
                subprotocols=["graphql-transport-ws"],
                additional_headers=who.headers,
            )
        )
        payload = {"authorization": who.headers["authorization"]} if "authorization" in who.headers else {}
        del payload  # the header says it already
        await raw.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await raw.recv())["type"] == "connection_ack"
        loop = asyncio.get_running_loop()
        who.open["socket"] = Open("socket", loop.create_future())
        for name in subscriptions:
            who.open[f"ws {name}"] = Open(name, loop.create_future())
        heard = {name: asyncio.Event() for name in subscriptions}

        async def read():
            try:
                async for text in raw:
                    message = json.loads(text)
                    one = who.open[f"ws {message['id']}"]
                    heard[message["id"]].set()
                    if message["type"] == "error" and not one.end.done():
                        one.end.set_result(message["payload"][0]["extensions"]["code"])
            except websockets.ConnectionClosed:
                pass
            for each in who.open.values():
                if (
                    isinstance(each.end, asyncio.Future)
                    and not isinstance(each.end, asyncio.Task)
                    and not each.end.done()
                ):
                    each.end.set_result(str(raw.close_code))

        self.stack.push_async_callback(_cancel, asyncio.create_task(read()))
        listeners = self.platform.ctx.bus.listeners
        for name, query in subscriptions.items():
            await raw.send(json.dumps({"type": "subscribe", "id": name, "payload": {"query": query}}))
        async with asyncio.timeout(60):
            await heard["logs"].wait()
            while self.platform.ctx.bus.listeners < listeners + len(subscriptions):
                await asyncio.sleep(0.01)

    async def terminal(self, who: Who) -> None:
        async def work(begun):
            async with websockets.connect(
                f"ws://{self.address}/pods/{self.pod}/terminal", additional_headers=who.headers
            ) as raw:
                await raw.send(json.dumps({"rows": 20, "columns": 70}))
                try:
                    while True:
                        await raw.recv()
                        begun.set()
                except websockets.ConnectionClosed:
                    return str(raw.close_code)

        await self._start(who, "terminal", work)

    async def everything(self, who: Who, terminal: bool = True) -> Who:
        logs = f'subscription {{ logs(pod: "{self.pod}") {{ text }} }}'
        await self.sse(who, "logs", logs)
        await self.sse(who, "changed", 'subscription { changed(project: "p") { id } }', silent=True)
        await self.sse(who, "all", "subscription { runsChanged { cursor } }", silent=True)
        await self.socket(
            who,
            logs=logs,
            changed='subscription { changed(project: "p") { id } }',
            all="subscription { runsChanged { cursor } }",
        )
        if terminal:
            await self.terminal(who)
        return who

    async def ends(self, who: Who, *names: str) -> dict[str, str]:
        """How the named streams end (all, when none is named)."""
        wanted = names or tuple(who.open)
        _, rest = await asyncio.wait([who.open[name].end for name in wanted], timeout=AT_ONCE)
        assert not rest, [name for name in wanted if not who.open[name].end.done()]
        return {name: who.open[name].end.result() for name in wanted}

    @staticmethod
    def stay(who: Who, *names: str) -> None:
        for name in names or tuple(who.open):
            assert not who.open[name].end.done(), (name, who.open[name].end.result())

    async def ask(self, text: str, viewer: Viewer | None = None) -> dict:
        (told,) = (
            await self.platform.ask(
                f"mutation {{ {text} {{ __typename ... on Problem {{ message }} }} }}", viewer
            )
        ).values()
        assert told["__typename"] != "Problem", told
        return told


async def _cancel(task) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def hall(web):
    address, _, platform = web
    run = await platform.start(await platform.save(YAML))
    async with asyncio.timeout(60):
        while True:
            told = await platform.ask(
                "query($r: ID!) { run(id: $r) { steps { pod { id state logSize } } } }", r=run
            )
            pod = told["run"]["steps"][0]["pod"]
            if pod and pod["state"] == "RUNNING" and pod["logSize"]:
                break
            await asyncio.sleep(0.02)
    made = Hall(address, platform, pod["id"])
    async with made.stack:
        yield made
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=run)
    await platform.finish(run)


async def member(hall: Hall, name: str, role: str = "MEMBER") -> Viewer:
    viewer = await hall.platform.person(name)
    await hall.ask(f'setMember(project: "p", user: "{name}", role: {role})')
    return viewer


SIGNED_OUT = {
    "sse logs": "SIGNED_OUT",
    "sse changed": "SIGNED_OUT",
    "sse all": "SIGNED_OUT",
    "socket": "4403",
    "terminal": "4401",
}


async def test_when_a_token_a_session_or_an_account_ends(hall):
    """Whose secret is good no more hears nothing more; others, and their own other ways in, go on."""
    ada = await member(hall, "ada")
    kept, revoked = await hall.everything(await hall.token(ada)), await hall.everything(await hall.token(ada))
    await hall.ask(f'revokeToken(id: "{revoked.viewer.token}")', ada)
    assert SIGNED_OUT.items() <= (await hall.ends(revoked)).items()
    first, second = (
        await hall.everything(await hall.session(ada)),
        await hall.everything(await hall.session(ada)),
    )
    await hall.ask("signOut", first.viewer)
    assert SIGNED_OUT.items() <= (await hall.ends(first)).items()
    await hall.ask(f'endSession(id: "{second.viewer.session}")')
    assert SIGNED_OUT.items() <= (await hall.ends(second)).items()
    hall.stay(kept)
    await hall.ask(f'updateUser(input: {{id: "{ada.id}", deactivated: true}})')
    assert SIGNED_OUT.items() <= (await hall.ends(kept)).items()


async def test_when_a_membership_ends(hall):
    """What showed the project ends; the socket, which is open for other projects too, stays."""
    ada, bystander = (
        await hall.everything(await hall.token(await member(hall, "ada"))),
        await hall.token(await member(hall, "bo")),
    )
    await hall.everything(bystander)
    await hall.ask('setMember(project: "p", user: "ada", role: VIEWER)')
    assert await hall.ends(ada, "terminal") == {"terminal": "4403"}
    hall.stay(ada, "sse logs", "sse changed", "ws logs", "ws changed", "socket")
    await hall.ask('removeMember(project: "p", user: "ada")')
    ended = await hall.ends(ada, "sse logs", "sse changed", "sse all", "ws logs", "ws changed", "ws all")
    assert ended == dict.fromkeys(
        ("sse logs", "sse changed", "ws logs", "ws changed"), "NOT_FOUND"
    ) | dict.fromkeys(("sse all", "ws all"), "FORBIDDEN")
    hall.stay(ada, "socket")
    hall.stay(bystander)


@pytest.mark.parametrize(
    "how",
    [
        'removeGroupMember(id: $group, user: "ada")',
        'setGroupRole(project: "p", group: "team", role: null)',
        "deleteGroup(id: $group)",
    ],
)
async def test_when_a_group_changes(hall, how):
    ada = await hall.platform.person("ada")
    made = await hall.platform.ask('mutation { createGroup(input: {name: "team"}) { ... on Group { id } } }')
    group = made["createGroup"]["id"]
    await hall.ask(f'addGroupMember(id: "{group}", user: "ada")')
    await hall.ask('setGroupRole(project: "p", group: "team", role: MEMBER)')
    who = await hall.everything(await hall.token(ada))
    await hall.ask(how.replace("$group", f'"{group}"'))
    ended = await hall.ends(who, *(name for name in who.open if name != "socket"))
    assert {ended[name] for name in ("sse logs", "ws logs", "sse changed", "ws changed")} == {
        "NOT_FOUND"
    } and ended["terminal"] == "4404"
    hall.stay(who, "socket")


async def test_when_an_office_ends_and_when_impersonation_begins_and_ends(hall):
    boss = await hall.platform.person("boss", admin=True)
    ada = await member(hall, "ada")
    office = await hall.everything(await hall.token(boss))
    browser = await hall.everything(await hall.session(boss))
    await hall.ask(f'impersonateUser(id: "{ada.id}")', browser.viewer)
    assert (await hall.ends(browser))["socket"] == "4410"
    async with hall.platform.ctx.db.read() as conn:
        secret = browser.headers["cookie"].partition("=")[2]
        viewing, *_ = await credentials.by_session(conn, hall.platform.ctx.settings, secret)
    assert viewing.through == "boss"
    eyes = await hall.everything(Who(viewing, browser.headers), terminal=False)
    await hall.ask("stopImpersonating", viewing)
    assert {"sse logs": "FORBIDDEN", "socket": "4410"}.items() <= (await hall.ends(eyes)).items()
    await hall.ask(f'impersonateUser(id: "{ada.id}")', browser.viewer)
    eyes = await hall.everything(Who(viewing, browser.headers), terminal=False)
    hall.stay(office)
    await hall.ask(f'updateUser(input: {{id: "{boss.id}", admin: false}})')
    assert (await hall.ends(office))["terminal"] == "4404"
    assert (await hall.ends(eyes))["socket"] == "4410"


async def test_when_a_project_is_archived_or_deleted(hall):
    """An archived project may still be looked at; a deleted one is there for nobody, administrators
    included."""
    await hall.platform.ask('mutation { createProject(input: {name: "q"}) { __typename } }')
    ada = await hall.platform.person("ada")
    await hall.ask('setMember(project: "q", user: "ada", role: OWNER)')
    changed, every = (
        'subscription { changed(project: "q") { id } }',
        "subscription { runsChanged { cursor } }",
    )
    both = [await hall.token(ada), await hall.token(hall.platform.admin)]
    for who in both:
        await hall.sse(who, "changed", changed, silent=True)
    await hall.sse(both[0], "all", every, silent=True)
    key = (await hall.platform.ask('{ project(key: "q") { id } }'))["project"]["id"]
    await hall.ask(f'archiveProject(id: "{key}")')
    for who in both:
        hall.stay(who)
    await hall.ask(f'deleteProject(id: "{key}", name: "q")')
    for who in both:
        assert (await hall.ends(who, "sse changed"))["sse changed"] == "NOT_FOUND"
    assert (await hall.ends(both[0], "sse all"))["sse all"] == "FORBIDDEN"


async def test_a_change_in_another_process_ends_streams_of_this_one(redis_url, home):
    """Two processes over one database and one bus."""
    settings = Settings(
        home=home, stop_grace_seconds=2.0, environment="test", redis_url=redis_url, local=False
    )
    await ready(settings)
    async with running(settings, frozenset()) as here, running(settings, frozenset()) as there:
        platform, port = Platform(here), free_port()
        server = uvicorn.Server(
            uvicorn.Config(build(here), port=port, log_config=None, timeout_graceful_shutdown=1)
        )
        serving = asyncio.create_task(server._serve())
        while not server.started:
            await asyncio.sleep(0.01)
        async with platform.ctx.db.write() as tx:
            platform.admin = Viewer(id=await users.administrator(tx), name="admin", admin=True)
        hall = Hall(f"127.0.0.1:{port}", platform, "")
        async with hall.stack:
            who = await hall.token(platform.admin)
            await hall.sse(who, "all", "subscription { runsChanged { cursor } }", silent=True)
            elsewhere = Platform(there)
            await elsewhere.ask(
                f'mutation {{ revokeToken(id: "{who.viewer.token}") {{ __typename }} }}', platform.admin
            )
            assert await hall.ends(who) == {"sse all": "SIGNED_OUT"}
        server.should_exit = True
        await serving


async def test_an_event_between_reading_and_recording_is_not_lost(platform):
    """A check that was passed on a row which has changed meanwhile is made again."""
    ada = await platform.person("ada")
    await platform.ask('mutation { setMember(project: "p", user: "ada", role: MEMBER) { __typename } }')
    from cubestudio.projects import access

    with platform.app.streams.open(None, ada) as stream:
        before = platform.app.streams.mark
        await platform.ask('mutation { removeMember(project: "p", user: "ada") { __typename } }')
        async with asyncio.timeout(AT_ONCE):
            while platform.app.streams.mark == before:
                await asyncio.sleep(0.01)
        key = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
        stream.record(key, "late", lambda conn, viewer: access.project(conn, viewer, key))
        with pytest.raises(Exception, match="not a member"):
            await asyncio.wait_for(stream.ended(), AT_ONCE)
