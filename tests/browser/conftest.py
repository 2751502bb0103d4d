"""A real platform process and a real Chromium that is signed in to it."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.parts import Server, folder, needs

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "shots"
expect.set_options(timeout=30_000)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="module")
def chromium():
    """For one module: its driver holds an event loop, which tests of other modules need for themselves."""
    program = needs("chromium")
    if not (ROOT / "backend/cubestudio/static/index.html").exists():
        pytest.fail("the console is not built: make web")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server():
    with folder() as home:
        made = Server(home)
        yield made
        made.stop()


@pytest.fixture(scope="module")
def session(server, chromium):
    """The browser's state after signing in by the link, once."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(server.link)
    expect(page.get_by_role("navigation", name="Main navigation")).to_be_visible()
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


@contextlib.contextmanager
def opened(request, chromium, **told) -> Iterator[Page]:
    """A page of a browser of its own, of which a picture is kept when the test fails, and which complains
    about nothing."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", **told)
    made = context.new_page()
    said = watch(made)
    yield made
    if request.node.stash.get(FAILED, False):
        SHOTS.mkdir(exist_ok=True)
        made.screenshot(path=SHOTS / f"failed-{request.node.name}.png")
    context.close()
    assert not said, said


@pytest.fixture
def page(request, chromium, session, server):
    with opened(request, chromium, storage_state=session, base_url=server.url) as made:
        made.context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield made
