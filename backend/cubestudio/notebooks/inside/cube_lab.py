"""Runs inside a Jupyter server: lets in whoever bears the platform's key, and tells what goes on there.

GET <base>/cube/packages gives {name: version} of what people installed into its folder, and of the packages that it is asked for by
name (?name=…). GET <base>/cube/activity gives {"kernels": [{"busy", "last", "connections"}], "terminals": [{"busy", "last"}]}; `last` in seconds
since 1970. A terminal is busy while its shell has a child, however silent that is.
"""

import contextlib
import hmac
import os
from importlib import metadata

import psutil
from jupyter_server.auth import IdentityProvider
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web
from traitlets import default

KEY = os.environ.pop("CUBE_KEY", "")
if "CUBE_PYTHONPATH" in os.environ:  # what kernels inherit is what was there before this module was put on the path
    os.environ["PYTHONPATH"] = os.environ.pop("CUBE_PYTHONPATH")
    if not os.environ["PYTHONPATH"]:
        del os.environ["PYTHONPATH"]


class Bearer(IdentityProvider):
    """Jupyter's own provider writes its token into pages; this one has none to write."""

    @default("token")
    def _token_default(self):
        return ""

    async def get_user_token(self, handler):
        if not KEY or not hmac.compare_digest(handler.request.headers.get("authorization", ""), f"token {KEY}"):
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
        kernels = []
        for key in list(self.settings["kernel_manager"].list_kernel_ids()):
            model = self.settings["kernel_manager"].kernel_model(key)
            kernel = self.settings["kernel_manager"].get_kernel(key)
            busy = model["execution_state"] not in ("idle", "dead", "unknown")
            kernels.append({"busy": busy, "last": kernel.last_activity.timestamp(), "connections": model["connections"]})
        manager = self.settings.get("terminal_manager")
        terminals = []
        for terminal in list(manager.terminals.values()) if manager else ():
            terminals.append({"busy": working(terminal), "last": terminal.last_activity.timestamp()})
        self.finish({"kernels": kernels, "terminals": terminals})


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
    ways = [("activity", Activity), ("packages", Packages)]
    app.web_app.add_handlers(".*$", [(url_path_join(app.base_url, "cube", name), way) for name, way in ways])
