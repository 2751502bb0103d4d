"""A real platform process and a real Chromium that is signed in to it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from cubestudio.client import Client
from tests.parts import PATH, free_port, needs

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "shots"
expect.set_options(timeout=15_000)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


class Server:
    """`cubestudio up` in a process of its own, that can be killed and started again at the same address."""

    def __init__(self, home: Path):
        self.home = home
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.process: subprocess.Popen | None = None
        self.link = ""
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "PATH": PATH, "CUBE_HOME": str(self.home), "CUBE_PORT": str(self.port), "CUBE_GRACE": "1"}
        with open(self.home / "out.txt", "ab") as out:
            start = out.tell()
            self.process = subprocess.Popen([sys.executable, "-m", "cubestudio.cli", "up"], env=environment, stdout=out, stderr=out)
        for _ in range(600):
            said = (self.home / "out.txt").read_bytes()[start:].decode()
            if found := re.search(r"http://\S+/auth/link\?token=\S+", said):
                self.link = found[0]
                return
            assert self.process.poll() is None, said
            time.sleep(0.05)
        raise TimeoutError(said)

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        self.process.wait(20)

    def fresh_link(self) -> str:
        """One more sign-in link, for a session of its own."""
        made = subprocess.run(
            [sys.executable, "-m", "cubestudio.cli", "token", "--link"],
            env={**os.environ, "CUBE_HOME": str(self.home)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return made.stdout.split()[-1]

    def script(self) -> Client:
        """A client as a script would have it, with a token of its own."""
        made = subprocess.run(
            [sys.executable, "-m", "cubestudio.cli", "token"], env={**os.environ, "CUBE_HOME": str(self.home)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return Client(self.url, made.stdout.split()[-1])


@pytest.fixture(scope="module")
def chromium():
    """For one module: its driver holds an event loop, which tests of other modules need for themselves."""
    program = needs("chromium")
    if not (ROOT / "backend/cubestudio/static/index.html").exists():
        pytest.fail("the console is not built: make web")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o755)
    for parent in home.parents[:3]:
        parent.chmod(0o755)
    made = Server(home)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def session(server, chromium):
    """The browser's state after signing in by the link, once."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(server.link)
    expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


def watch(page: Page) -> list[str]:
    """What the page complained about; asking a server that was killed is no complaint."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"{error}"))
    page.on(
        "console",
        lambda message: (
            said.append(message.text)
            if message.type == "error" and not re.search(r"Failed to load resource|WebSocket", message.text)
            else None
        ),
    )
    return said


@pytest.fixture
def page(request, chromium, session, server):
    context = chromium.new_context(storage_state=session, viewport={"width": 1440, "height": 900}, base_url=server.url, locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    made = context.new_page()
    said = watch(made)
    yield made
    if request.node.stash.get(FAILED, False):
        SHOTS.mkdir(exist_ok=True)
        made.screenshot(path=SHOTS / f"failed-{request.node.name}.png")
    context.close()
    assert not said, said


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.HTTPError:
        return False
