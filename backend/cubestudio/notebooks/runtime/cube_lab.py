"""Runs inside a Jupyter server: lets in whoever bears the platform's key, and tells what goes on there.

GET <base>/cube/packages gives {name: version} of what people installed into its folder, and of the packages
that it is asked for by name (?name=…). GET <base>/cube/activity gives {"kernels": [{"busy", "last",
"connections", "path"}], "terminals": [{"busy", "last"}], "pages": [{"unsaved": [path]}]}; `last` in seconds
since 1970. A terminal is busy while its shell has a child, however silent that is.

What is typed into a document is in the browser's page alone until that page saves it: there is nothing here
to save. So each page that people have open keeps a socket, <base>/cube/page, by which it tells what is
unsaved in it ({"unsaved": [path], "saved": number}, 20 paths at most) and is asked to save ({"save":
number}). POST <base>/cube/save asks all of them, waits for SAVING seconds at most, and gives {"pages"} as
they are then.
"""

import asyncio
import contextlib
import hmac
import json
import os
from importlib import metadata

import psutil
from jupyter_server.auth import IdentityProvider
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web, websocket
from traitlets import default

MOST_PAGES, MOST_PATHS, MOST_LETTERS, MOST_MESSAGE = 50, 20, 200, 20_000
SAVING = 8.0
KEY = os.environ.pop("CUBE_KEY", "")
if (
    "CUBE_PYTHONPATH" in os.environ
):  # what kernels inherit is what was there before this module was put on the path
    os.environ["PYTHONPATH"] = os.environ.pop("CUBE_PYTHONPATH")
    if not os.environ["PYTHONPATH"]:
        del os.environ["PYTHONPATH"]


class Bearer(IdentityProvider):
    """Jupyter's own provider writes its token into pages; this one has none to write."""

    @default("token")
    def _token_default(self):
        return ""

    async def get_user_token(self, handler):
        if not KEY or not hmac.compare_digest(
            handler.request.headers.get("authorization", ""), f"token {KEY}"
        ):
            return None
        return self.get_user_cookie(handler) or self.generate_anonymous_user(handler)


def working(terminal):
    """Whether something runs in a terminal beside its shell."""
    try:
        return bool(psutil.Process(terminal.ptyproc.pid).children())
    except psutil.NoSuchProcess:
        return False


class Activity(APIHandler):
    @web.authenticated
    async def get(self):
        paths = {}
        with contextlib.suppress(Exception):  # a kernel that dies meanwhile; its name is only shown
            for each in await self.settings["session_manager"].list_sessions():
                paths[each["kernel"]["id"]] = str(each.get("path") or "")
        kernels = []
        for key in list(self.settings["kernel_manager"].list_kernel_ids()):
            model = self.settings["kernel_manager"].kernel_model(key)
            kernel = self.settings["kernel_manager"].get_kernel(key)
            busy = model["execution_state"] not in ("idle", "dead", "unknown")
            last = kernel.last_activity.timestamp()
            kernels.append(
                {
                    "busy": busy,
                    "last": last,
                    "connections": model["connections"],
                    "path": paths.get(key, "")[:MOST_LETTERS],
                }
            )
        manager = self.settings.get("terminal_manager")
        terminals = []
        for terminal in list(manager.terminals.values()) if manager else ():
            terminals.append({"busy": working(terminal), "last": terminal.last_activity.timestamp()})
        self.finish({"kernels": kernels, "terminals": terminals, "pages": Page.all()})


class Page(JupyterHandler, websocket.WebSocketHandler):
    """A page that somebody has open."""

    there = set()
    asked = 0
    """How often pages were asked to save."""

    @classmethod
    def all(cls):
        return [{"unsaved": each.unsaved} for each in cls.there]

    async def get(self):
        if self.current_user is None:
            raise web.HTTPError(403)
        await super().get()

    def open(self):
        self.unsaved, self.saved, self.news = [], Page.asked, asyncio.Event()
        if len(Page.there) >= MOST_PAGES:
            return self.close(1013, "too many pages")
        Page.there.add(self)

    def on_message(self, message):
        try:
            if len(message) > MOST_MESSAGE:
                raise ValueError("too much")
            told = json.loads(message)
            self.unsaved = [str(each)[:MOST_LETTERS] for each in told["unsaved"]][:MOST_PATHS]
            self.saved = int(told["saved"])
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return self.close(1003, "not what a page says")
        self.news.set()

    def on_close(self):
        Page.there.discard(self)
        self.news.set()

    async def save(self, number):
        """Ask the page to save and wait until it has answered, or is closed."""
        with contextlib.suppress(websocket.WebSocketClosedError):
            await self.write_message({"save": number})
            while self in Page.there and self.saved < number:
                self.news.clear()
                await self.news.wait()


class Save(APIHandler):
    @web.authenticated
    async def post(self):
        Page.asked += 1
        if waits := [asyncio.ensure_future(each.save(Page.asked)) for each in Page.there]:
            _, late = await asyncio.wait(waits, timeout=SAVING)
            for each in late:
                each.cancel()
        self.finish({"pages": Page.all()})


class Packages(APIHandler):
    @web.authenticated
    async def get(self):
        own = [os.environ.get("PIP_TARGET", "")]
        found = {each.metadata["Name"]: each.version for each in metadata.distributions(path=own)}
        for name in self.get_arguments("name"):
            with contextlib.suppress(metadata.PackageNotFoundError):
                found.setdefault(name, metadata.version(name))
        self.finish(found)


def _jupyter_server_extension_points():
    return [{"module": "cube_lab"}]


def _load_jupyter_server_extension(app):
    ways = [("activity", Activity), ("packages", Packages), ("page", Page), ("save", Save)]
    app.web_app.add_handlers(".*$", [(url_path_join(app.base_url, "cube", name), way) for name, way in ways])
