"""A real JupyterLab behind the door: its page, files, kernels, terminals, what it says of its use, and a
platform that is killed."""

import asyncio
import contextlib
import json
import time
import uuid
from datetime import timedelta

import httpx2
import pytest
import websockets

from cubestudio.core import clock
from cubestudio.notebooks import activity as notebook_activity
from cubestudio.notebooks import jobs
from tests import specs
from tests.notebooks.conftest import CREATE
from tests.parts import Server, folder

pytestmark = [pytest.mark.xdist_group("jupyter"), pytest.mark.slow]
LAB = {"cpu": 0.5, "memory": "2Gi", "requirements": ["six==1.17.0"]}


def cookie(http) -> dict[str, str]:
    return {"cookie": "; ".join(f"{name}={value}" for name, value in http.cookies.items())}


@contextlib.asynccontextmanager
async def socket(http, path, *protocols):
    url = str(http.base_url).replace("http", "ws", 1) + path
    async with websockets.connect(
        url,
        open_timeout=240,
        additional_headers=cookie(http),
        subprotocols=list(protocols) or None,
        compression=None,
        max_size=None,
    ) as made:
        yield made


def request(code: str) -> str:
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "session": "s",
        "username": "",
        "version": "5.3",
    }
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
    }
    return json.dumps(
        {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
            "buffers": [],
        }
    )


async def printed(channel) -> str:
    """What a cell prints first; a line's end may come by itself, after its words."""
    async with asyncio.timeout(240):
        while True:
            message = json.loads(await channel.recv())
            if message["msg_type"] == "stream" and (text := message["content"]["text"].strip()):
                return text
            assert message["msg_type"] != "error", message["content"]


async def rests(http):
    """Wait until no kernel is at work: what a cell prints comes before it is over."""
    async with asyncio.timeout(60):
        while any(each["execution_state"] != "idle" for each in (await http.get("api/kernels")).json()):
            await asyncio.sleep(0.2)


async def terminals(http, wanted):
    """Wait until something is true of the lab's terminals; gently, for what keeps the lab busy is a sign of
    use too."""
    async with asyncio.timeout(240):
        while not wanted((await http.get("cube/activity")).json()["terminals"]):
            await asyncio.sleep(1)


async def look(studio, key):
    await jobs.look.run(studio.platform.ctx)
    activity = (await studio.see(key))["activity"]
    return activity, {signal["name"]: signal for signal in activity["signals"]}


STOP = (
    "mutation($i: ID!) { stopNotebook(id: $i, save: true) { ... on Notebook { state } ... on Problem { "
    "message } } }"
)
USE = (
    "query($i: ID!) { notebookUsage(id: $i) { known busyKernels busyTerminals openPages unsavedDocuments } }"
)


def unsaved(*paths, saved=0) -> str:
    """What an open page says of itself."""
    return json.dumps({"unsaved": paths, "saved": saved})


async def use(studio, key, wanted, viewer=None):
    """Wait until a notebook says that it is in use like this; a page says it in its own time."""
    async with asyncio.timeout(60):
        while (found := (await studio.platform.ask(USE, viewer, i=key))["notebookUsage"]) != {
            "known": True,
            **wanted,
        }:
            await asyncio.sleep(0.2)
    return found


async def unheard(*_):
    raise OSError("it does not answer")


async def test_a_real_lab(studio, monkeypatch):
    platform = studio.platform
    other = await platform.person("other")
    await platform.ask('mutation { setMember(project: "p", user: "other", role: MEMBER) { __typename } }')
    key = await studio.make(definition=LAB, kind="JUPYTER")
    await studio.until(key, "RUNNING", seconds=300)
    async with studio.door(key) as http:
        page = await http.get("lab", headers={"sec-fetch-dest": "document"})
        assert (
            page.status_code == 200 and "jupyter-config-data" in page.text and ".cube/notice.js" in page.text
        )
        lab_key = platform.ctx.vault.sign(f"notebook:{key}:1")
        assert lab_key not in page.text, "the notebook's secret stays here"
        name = "ein%20Heft%20%E4%B8%AD%26%23.txt"
        made = await http.put(
            f"api/contents/{name}", json={"type": "file", "format": "text", "content": "hello"}
        )
        assert made.status_code == 201 and made.json()["name"] == "ein Heft 中&#.txt"
        assert (await http.get(f"api/contents/{name}")).json()["content"] == "hello"
        assert (await http.get(f"files/{name}")).text == "hello"
        kernel = (await http.post("api/kernels", json={"name": "python3"})).json()["id"]
        async with socket(http, f"api/kernels/{kernel}/channels") as channel:
            await channel.send(request("print(6 * 7)"))
            assert await printed(channel) == "42"
            await channel.send(
                request("import os; print(sorted(n for n in os.environ if 'TOKEN' in n or n == 'CUBE_KEY'))")
            )
            assert await printed(channel) == "[]"
            await channel.send(request("%pip install -q toolz==1.0.0"))
            assert "restart the kernel" in await printed(channel)
            await channel.send(request("import toolz; print(toolz.__version__)"))
            assert await printed(channel) == "1.0.0"
            packages = (await platform.ask(f'{{ notebookPackages(id: "{key}") }}'))["notebookPackages"]
            assert packages == ["six==1.17.0", "toolz==1.0.0"], (
                "what it was asked for and what was installed since"
            )
            await rests(http)
            activity, signals = await look(studio, key)
            assert signals["KERNELS"]["detail"] == "1 kernel, 0 at work"
            await channel.send(request("print('begun', flush=True)\nimport time\ntime.sleep(1000)"))
            assert await printed(channel) == "begun"
            await use(
                studio, key, {"busyKernels": [""], "busyTerminals": 0, "openPages": 0, "unsavedDocuments": []}
            )
        clock.travel(timedelta(hours=10))
        activity, signals = await look(studio, key)
        assert signals["KERNELS"]["active"] and activity["due"] is None and activity["idleSince"] is None, (
            "a long silent cell"
        )
        assert (await http.delete(f"api/kernels/{kernel}")).status_code == 204
        documents = "@jupyterlab/docmanager-extension:plugin"
        said = {
            each["id"]: each["schema"].get("properties")
            for each in (await http.get("lab/api/settings")).json()["settings"]
        }
        assert said["@jupyterlab/apputils-extension:notification"]["fetchNews"]["default"] == "false"
        assert {
            name: said[documents][name]["default"]
            for name in ("autosave", "autosaveInterval", "renameUntitledFileOnSave")
        } == {"autosave": True, "autosaveInterval": 30, "renameUntitledFileOnSave": False}
        assert (
            await http.put(f"lab/api/settings/{documents}", json={"raw": '{"autosaveInterval": 7}'})
        ).status_code == 204
        assert (await http.get(f"lab/api/settings/{documents}")).json()["settings"] == {
            "autosaveInterval": 7
        }, "a person may choose"
        async with socket(http, "cube/page") as first, socket(http, "cube/page") as second:
            await first.send(unsaved("a.ipynb"))
            await second.send(unsaved("a.ipynb", "b.py"))
            wanted = {
                "busyKernels": [],
                "busyTerminals": 0,
                "openPages": 2,
                "unsavedDocuments": ["a.ipynb", "b.py"],
            }
            await use(studio, key, wanted)
            _, signals = await look(studio, key)
            assert signals["CONNECTIONS"]["detail"] == "2 pages are open" and signals["CONNECTIONS"]["active"]
            async with socket(http, "cube/page") as odd:
                await odd.send('{"unsaved": [1e999, null, {}], "saved": "many"}')
                with pytest.raises(websockets.ConnectionClosed):
                    await odd.recv()
            await use(studio, key, wanted)
            stop = (
                f'mutation {{ stopNotebook(id: "{key}", save: true) {{ ... on Problem {{ code message '
                f"path }} }} }}"
            )
            asked = asyncio.create_task(platform.ask(stop))
            number = json.loads(await first.recv())["save"]
            await first.send(unsaved(saved=number))
            assert (await asked)["stopNotebook"] == {
                "code": "CONFLICT",
                "message": "Not saved: a.ipynb, b.py.",
                "path": ["save"],
            }
            assert (await studio.see(key))["state"] == "RUNNING", (
                "a page that does not answer keeps it from being stopped"
            )
        await use(studio, key, wanted | {"openPages": 0, "unsavedDocuments": []})
        terminal = (await http.post("api/terminals")).json()["name"]
        async with socket(http, f"terminals/websocket/{terminal}") as screen:
            while json.loads(await screen.recv())[0] != "stdout":
                pass  # the shell has said that it is there: what is typed before may be thrown away
            await screen.send(json.dumps(["stdin", "echo $((6 * 7)); sleep 1000 && echo never\r"]))
            shown = ""
            while "42" not in shown:  # a shell that reads its profile has children too
                shown += "".join(json.loads(await screen.recv())[1:2])
            await terminals(
                http, lambda found: any(each["busy"] for each in found)
            )  # else a look finds it idle for ten hours
        clock.travel(timedelta(hours=10))
        activity, signals = await look(studio, key)
        assert signals["TERMINALS"]["active"] and activity["due"] is None, "a job in a terminal"
        seen = signals["TERMINALS"]["lastActiveAt"]
        with monkeypatch.context() as away:
            away.setattr(notebook_activity, "ask", unheard)
            activity, signals = await look(studio, key)
        assert signals["UNKNOWN"]["active"] and activity["due"] is None, (
            "what does not answer is not taken for idle"
        )
        assert signals["TERMINALS"]["lastActiveAt"] >= seen, "nor is what was seen of it forgotten"
    async with studio.door(key) as http:  # the way in of twenty hours ago is over
        assert (await http.delete(f"api/terminals/{terminal}")).status_code == 204
        await terminals(http, lambda found: not found)
        activity, signals = await look(studio, key)
        assert not signals["TERMINALS"]["active"] and activity["due"] is None, (
            "a silent job that has ended was use until it ended"
        )
    await studio.say("updateNotebook", key, rest=", sharing: VIEW")
    async with studio.door(key, other) as http:
        assert (await http.get("api/contents")).status_code == 200
        assert (await http.put("api/contents/x.txt", json={"type": "file"})).status_code == 403
        assert (await http.post("api/kernels")).status_code == 403
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with socket(http, "terminals/websocket/1"):
                pass
        assert refused.value.response.status_code == 403
    clock.travel(timedelta(hours=10))
    await jobs.look.run(platform.ctx)
    off = await studio.until(key, "STOPPED", seconds=300)
    assert {signal["name"] for signal in off["idleStop"]["signals"]} >= {
        "KERNELS",
        "TERMINALS",
        "EDITS",
        "CONNECTIONS",
    }


async def test_a_kernel_survives_a_kill_of_the_platform():
    with folder() as home:
        server = Server(home)
        try:
            with server.script() as client:
                client.execute('mutation { createProject(input: {name: "p"}) { __typename } }')
                key = client.execute(
                    CREATE, {"n": "lab", "d": specs.notebook(LAB), "k": "JUPYTER", "s": True}
                )["createNotebook"]["id"]
                server.kill()  # while it starts
                server.start()
                await running(client, key)
                async with entered(server, client, key) as http:
                    kernel = (await http.post("api/kernels", json={"name": "python3"})).json()["id"]
                    async with socket(http, f"api/kernels/{kernel}/channels") as channel:
                        await channel.send(request("x = 41\nprint(x)"))
                        assert await printed(channel) == "41"
                    server.kill()
                    server.start()
                    await running(client, key)
                    async with socket(http, f"api/kernels/{kernel}/channels") as channel:
                        await channel.send(request("print(x + 1)"))
                        assert await printed(channel) == "42"
                    async with socket(http, "cube/page") as page:
                        await page.send(unsaved("kept.txt"))
                        while client.execute(USE, {"i": key})["notebookUsage"]["unsavedDocuments"] != [
                            "kept.txt"
                        ]:
                            await asyncio.sleep(0.2)
                        stopping = asyncio.create_task(asyncio.to_thread(client.execute, STOP, {"i": key}))
                        number = json.loads(await page.recv())["save"]
                        written = {"type": "file", "format": "text", "content": "what was typed"}
                        assert (await http.put("api/contents/kept.txt", json=written)).status_code == 201
                        await page.send(unsaved(saved=number))
                        assert (await stopping)["stopNotebook"]["state"] == "STOPPING"
                server.kill()  # while it stops
                server.start()
                await running(client, key, "STOPPED")
            assert [path.read_text() for path in home.rglob("kept.txt")] == ["what was typed"]
            left = [
                path
                for path in (home / "local/pods").iterdir()
                if (path / "pid").exists() and not (path / "exit.json").exists()
            ]
            assert not left
        finally:
            server.stop()


async def running(client, key, wanted="RUNNING"):
    end = time.monotonic() + 400
    while time.monotonic() < end:
        seen = client.execute("query($i: ID!) { notebook(id: $i) { state explanation } }", {"i": key})[
            "notebook"
        ]
        if seen["state"] == wanted:
            return
        assert seen["state"] != "FAILED", seen
        await asyncio.sleep(0.1)
    raise AssertionError(seen)


@contextlib.asynccontextmanager
async def entered(server, client, key):
    url = client.execute(
        "mutation($i: ID!) { openNotebook(id: $i) { ... on NotebookLink { url } } }", {"i": key}
    )["openNotebook"]["url"]
    where = url.split("/open/")[0].rsplit(":", 1)[1]
    base = f"http://127.0.0.1:{where}"
    async with httpx2.AsyncClient(base_url=f"{base}/open/{key}", timeout=240) as http:
        assert (await http.get(f"{base}/open/{url.split('/open/')[1]}")).status_code == 303
        yield http
