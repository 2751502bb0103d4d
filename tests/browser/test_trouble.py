"""What goes wrong around a person: two who save at once, sockets that are blocked, sessions that end,
refusals at their fields."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import watch
from tests.parts import Server, folder

YAML = "name: both\nsteps: [{name: a, template: shell, args: {script: echo 1}}]\n"


def test_somebody_else_saved_meanwhile(page, server):
    with server.script() as client:
        client.create_project("clash")
        client.save_pipeline("clash", yaml=YAML)
        page.goto("/projects/clash/pipelines/both?tab=edit")
        page.get_by_label("Description").fill("mine")
        client.save_pipeline("clash", yaml=YAML.replace("echo 1", "echo theirs"))
        page.get_by_role("button", name="Save", exact=True).click()
        dialog = page.get_by_role("dialog", name="This pipeline was changed by someone else")
        expect(dialog.get_by_text("echo theirs")).to_be_visible()
        dialog.get_by_role("button", name="Save my changes as version 3").click()
        expect(page.get_by_text("saved, version 3")).to_be_visible()
        page.get_by_role("tab", name="Versions").click()
        expect(page.get_by_text("v3", exact=True)).to_be_visible()
        pipeline = client.execute(
            '{ project(key: "clash") { pipeline(name: "both") { latest description } } }'
        )["project"]["pipeline"]
        assert pipeline == {"latest": 3, "description": "mine"}


def test_yaml_and_canvas_are_one(page, server):
    with server.script() as client:
        client.create_project("twins")
        client.save_pipeline("twins", yaml=YAML)
    page.goto("/projects/twins/pipelines/both?tab=edit")
    page.get_by_text("YAML", exact=True).click()
    editor = page.locator(".cm-content")
    expect(editor).to_contain_text("echo 1")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(YAML.replace("]", ", {name: b, template: nothing, needs: [a]}]"))
    expect(page.locator(".react-flow__node[data-id='b']")).to_be_visible()
    expect(page.locator(".react-flow__node[data-id='b']").get_by_text("1 error")).to_be_visible()
    expect(page.get_by_text("1 problem")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("name: both\nsteps: [")
    expect(page.get_by_text(re.compile("^Line 2"))).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    expect(page.locator(".react-flow__node[data-id='b']")).to_be_visible()


def test_blocked_sockets_are_replaced_by_events(chromium, session, server):
    with server.script() as client:
        client.create_project("events")
        run = client.start_run(
            client.save_pipeline("events", yaml=YAML.replace("echo 1", "sleep 8; echo end"))["pipeline"]["id"]
        )
    context = chromium.new_context(storage_state=session, base_url=server.url)
    page = context.new_page()
    page.route_web_socket(re.compile("/graphql"), lambda socket: socket.close())
    said = watch(page)
    page.goto(f"/runs/{run['id']}?step=a")
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=20_000)
    expect(page.locator("header").get_by_text("Succeeded").first).to_be_visible(timeout=30_000)
    expect(page.get_by_role("log")).to_contain_text("end")
    context.close()
    assert not said


def test_a_refusal_stands_at_its_field(page, server):
    with server.script() as client:
        client.create_project("fields")
        client.save_pipeline(
            "fields",
            yaml="name: f\nparameters: [{name: n, type: int, range: [1, 5], default: 2}]\nsteps: [{name: "
            "a, template: shell, args: {script: 'echo {{ params.n }}'}}]\n",
        )
    page.goto("/projects/fields/pipelines/f?tab=runs&start=1")
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("textbox", name="n")
    field.fill("9")
    expect(dialog.get_by_text("parameter n must be at most 5")).to_be_visible()
    field.fill("4")
    expect(dialog.get_by_text("parameter n must be at most 5")).to_have_count(0)
    dialog.get_by_role("button", name="Start run").click()
    expect(page.get_by_role("heading", name="f #1")).to_be_visible()


def test_signing_out_ends_every_page_of_the_session(chromium, server):
    context = chromium.new_context(base_url=server.url)
    page, other = context.new_page(), context.new_page()
    page.goto(server.fresh_link())
    other.goto("/templates")
    expect(other.get_by_role("heading", name="Templates")).to_be_visible()
    page.get_by_role("button", name="admin").click()
    page.get_by_role("menuitem", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in to Cube Studio")).to_be_visible()
    expect(other.get_by_role("heading", name="Sign in to Cube Studio")).to_be_visible()
    context.close()


def test_a_new_installation_runs_the_example_in_one_press(chromium):
    with folder() as home:
        server = Server(home)
        try:
            context = chromium.new_context(base_url=server.url)
            page = context.new_page()
            page.goto(server.link)
            page.get_by_role("button", name="Run example").click()
            expect(page.get_by_role("heading", name="wine #1")).to_be_visible()
            page.get_by_role("button", name="Cancel", exact=True).click()
            expect(page.locator("header").get_by_text("Cancelled").first).to_be_visible(timeout=30_000)
            context.close()
        finally:
            server.stop()


def test_the_first_page_is_small_and_the_second_is_there_already(page):
    """Bytes that come over the wire for Home, in a browser that was never here before and when it comes
    again."""
    wire = (
        "() => performance.getEntriesByType('resource').filter((each) => "
        "each.name.includes('/assets/')).map((each) => [each.name, each.transferSize])"
    )
    page.goto("/")
    expect(page.get_by_role("navigation", name="Main navigation")).to_be_visible()
    page.wait_for_load_state("networkidle")
    first = page.evaluate(wire)
    assert sum(size for _, size in first) < 330_000 and len(first) < 40, first
    page.goto("/")
    expect(page.get_by_role("navigation", name="Main navigation")).to_be_visible()
    page.wait_for_load_state("networkidle")
    again = page.evaluate(wire)
    assert len(again) >= len(first) - 2 and sum(size for _, size in again) < 1000, (
        again
    )  # not the bytes of what has not changed
