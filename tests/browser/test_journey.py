"""What a person does in the console, from signing in to comparing runs, by mouse and by keyboard alone."""

import re

from playwright.sync_api import Page, expect

LOST = "The server does not respond"


def node(page: Page, name: str):
    return page.locator(f".react-flow__node[data-id='{name}']")


def write(page: Page, text: str) -> None:
    """Put text into the code field that is shown."""
    page.locator(".cm-content").last.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def drag(page: Page, source, target) -> None:
    """An arrow from the right or lower edge of a step to the left or upper edge of another, drawn by hand."""
    start, end = (
        source.locator(".react-flow__handle.source").bounding_box(),
        target.locator(".react-flow__handle.target").bounding_box(),
    )
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move((start["x"] + end["x"]) / 2, (start["y"] + end["y"]) / 2, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=4)
    page.mouse.up()


def test_by_mouse(page, server):
    page.goto("/projects")
    page.get_by_role("button", name="New project").first.click()
    page.get_by_label("Name").fill("wine cellar")
    expect(page.get_by_label("Name")).to_have_value("wine-cellar")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", name="No pipelines yet")).to_be_visible()

    page.get_by_role("main").get_by_role("button", name="New pipeline").first.click()
    page.get_by_label("Name").fill("three")
    page.get_by_role("button", name="Create pipeline").click()
    expect(page.get_by_role("heading", name="Add the first step")).to_be_visible()
    palette = page.get_by_role("group", name="Templates")
    palette.get_by_role("button", name=re.compile("^Shell")).drag_to(page.get_by_text("Add the first step"))
    page.get_by_label("Name", exact=True).fill("first")
    page.get_by_label("Name", exact=True).press("Enter")
    write(page, 'echo one; echo two; echo \'{"word": "hello"}\' > $CUBE_OUTPUT_DIR/outputs.json')
    expect(node(page, "first")).to_be_visible()
    page.locator(".react-flow__pane").click(position={"x": 10, "y": 10})
    palette.get_by_role("button", name=re.compile("^Shell")).drag_to(
        page.locator(".react-flow__pane"), target_position={"x": 320, "y": 420}
    )
    page.get_by_label("Name", exact=True).fill("second")
    page.get_by_label("Name", exact=True).press("Enter")
    write(page, "echo broken; exit 3")
    drag(page, node(page, "first"), node(page, "second"))
    expect(page.locator(".react-flow__edge")).to_have_count(1)
    # With a step selected, a press on a template adds the next step after it.
    node(page, "second").click()
    palette.get_by_role("button", name=re.compile("^Shell")).click()
    page.get_by_label("Name", exact=True).fill("third")
    page.get_by_label("Name", exact=True).press("Enter")
    write(page, "echo done")
    expect(page.locator(".react-flow__edge")).to_have_count(2)

    # An arrow that closes a circle is refused while it is drawn, with the path.
    source, target = (
        node(page, "third").locator(".react-flow__handle.source").bounding_box(),
        node(page, "first").locator(".react-flow__handle.target").bounding_box(),
    )
    page.mouse.move(source["x"] + 4, source["y"] + 4)
    page.mouse.down()
    page.mouse.move(target["x"] + 4, target["y"] + 4, steps=8)
    expect(
        page.get_by_text("This dependency would create a cycle: first → second → third → first")
    ).to_be_visible()
    page.mouse.up()
    expect(page.locator(".react-flow__edge")).to_have_count(2)

    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.reload()
    expect(node(page, "third")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("saved, version 2")).to_be_visible()

    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Start run").click()
    expect(page.get_by_role("heading", name="three #1")).to_be_visible()
    expect(page.locator("header").get_by_text("Failed").first).to_be_visible()
    node(page, "second").click()
    inspector = page.get_by_role("complementary", name="Step second")
    expect(inspector.get_by_text("broken")).to_be_visible()
    expect(inspector.get_by_text("exit code 3").first).to_be_visible()
    first = page.url

    page.get_by_role("button", name="Fix and continue").click()
    expect(page.get_by_role("toolbar", name="Editor")).to_be_visible()
    write(page, "echo mended")
    page.get_by_role("button", name="Save and continue run").click()
    expect(page.get_by_role("heading", name="three #2")).to_be_visible()
    expect(page.locator("header").get_by_text("Succeeded").first).to_be_visible()
    node(page, "first").click()
    expect(page.get_by_text("kept from run #1: nothing about it has changed")).to_be_visible()

    page.get_by_role("button", name="More actions", exact=True).click()
    page.get_by_role("menuitem", name="Compare with original run").click()
    expect(page.get_by_role("heading", name="Compare 2 runs")).to_be_visible()
    expect(page.get_by_text("The runs diverge at step second")).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile("second.script"))).to_be_visible()
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_text("echo mended")).to_be_visible()
    assert "/runs/" in first


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    return page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    )


def tab_to(page: Page, wanted: str, most: int = 80) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "(() => { const e = document.activeElement; return e.getAttribute('aria-label') || "
            "(e.labels && e.labels[0] && e.labels[0].textContent) || e.textContent || '' })()"
        )
        if label.strip().startswith(wanted):
            return
    raise AssertionError(f"Tab never came to {wanted!r}")


def test_by_keyboard_alone(page, server):
    with server.script() as client:
        client.create_project("keys")
    page.goto("/projects/keys/pipelines")
    expect(page.get_by_role("heading", name="No pipelines yet")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or go to")).to_be_focused()
    page.keyboard.type("new pipe")
    expect(page.get_by_role("option", name=re.compile("New pipeline"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="New pipeline")).to_be_visible()
    tab_to(page, "Name")
    page.keyboard.type("typed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Add the first step")).to_be_visible()
    for name, script in (("one", "echo 1"), ("two", "echo 2"), ("three", "echo 3")):
        page.get_by_role("searchbox", name="Search templates").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("shell")
        expect(page.get_by_role("button", name=re.compile("^Shell "))).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Name", exact=True)).to_have_value(re.compile("^shell"))
        tab_to(page, "Name")
        page.keyboard.press("Control+a")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(node(page, name)).to_be_attached()
        tab_to(page, "Script")
        page.keyboard.insert_text(script)
    expect(page.locator(".react-flow__edge")).to_have_count(2)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("saved, version 2")).to_be_visible()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_be_visible()
    tab_to(page, "Start run")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="typed #1")).to_be_visible()
    expect(page.locator("header").get_by_text("Succeeded").first).to_be_visible()
    tab_to(page, "three", 60)
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Step three")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("3")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)


def test_mending_and_comparing_by_keyboard_alone(page, server):
    with server.script() as client:
        client.create_project("mend")
        yaml = (
            "name: mend\nsteps:\n- {name: good, template: shell, args: {script: echo good}}\n- {name: "
            "bad, template: shell, args: {script: exit 3}, needs: [good]}\n"
        )
        run = client.start_run(client.save_pipeline("mend", yaml=yaml)["pipeline"]["id"])
    page.goto(f"/runs/{run['id']}")
    expect(page.get_by_role("button", name="Fix and continue")).to_be_visible()
    tab_to(page, "Fix and continue")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_have_value("bad")
    expect(page.locator(".cm-content")).to_be_visible()
    tab_to(page, "Script")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("echo mended")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("saved, version 2")).to_be_visible()
    page.keyboard.press("Escape")
    tab_to(page, "Continue run", 120)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="mend #2")).to_be_visible()
    expect(page.locator("header").get_by_text("Succeeded").first).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="mend #2")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("tr[aria-selected=true]")).to_have_count(2)
    tab_to(page, "Compare")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Compare 2 runs")).to_be_visible()
    expect(page.get_by_text("The runs diverge at step bad")).to_be_visible()


def test_a_killed_server_is_waited_for_without_a_reload(page, server):
    with server.script() as client:
        client.create_project("kill")
        yaml = (
            "name: slow\nsteps:\n- {name: a, template: shell, args: {script: 'for n in $(seq 60); do "
            "echo line $n; sleep 0.2; done'}}\n- {name: b, template: shell, args: {script: echo end}, "
            "needs: [a]}\n"
        )
        run = client.start_run(client.save_pipeline("kill", yaml=yaml)["pipeline"]["id"])
    page.goto(f"/runs/{run['id']}?step=a")
    expect(page.get_by_role("log")).to_contain_text("line 5")
    page.evaluate("window.same = true")
    server.kill()
    expect(page.get_by_text("Reconnecting")).to_be_visible()
    # A page whose code is not loaded yet is waited for, too.
    page.get_by_role("link", name="Images").click()
    expect(
        page.get_by_text("The server does not respond. The data on this page may be outdated")
    ).to_be_visible()
    expect(page.get_by_role("heading", name="slow #1")).to_be_visible()
    server.start()
    expect(page.get_by_role("heading", name="Images", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(page.locator("header").get_by_text("Succeeded").first).to_be_visible(timeout=40_000)
    expect(page.get_by_role("log")).to_contain_text("line 60")
    assert page.evaluate("window.same"), "the page was loaded again"
    lines = page.get_by_role("log").inner_text()
    assert lines.count("line 60\n") <= 1


def test_a_terminal_in_a_running_step(page, server):
    with server.script() as client:
        client.create_project("shells")
        yaml = (
            "name: sleeper\nsteps:\n- {name: doze, template: shell, args: {script: 'echo inside > mark; "
            "sleep 300'}}\n"
        )
        run = client.start_run(client.save_pipeline("shells", yaml=yaml)["pipeline"]["id"])
    page.goto(f"/runs/{run['id']}?step=doze")
    page.get_by_role("tab", name="Terminal").click()
    screen = page.get_by_role("group", name="Terminal")
    expect(screen).to_contain_text("$")
    page.keyboard.type("cat mark; echo step $CUBE_STEP\n")
    expect(screen).to_contain_text("inside")
    expect(screen).to_contain_text("step doze")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("A terminal requires a running pod.")).to_be_visible()


def test_long_logs_open_at_once_and_are_searched(page, server):
    with server.script() as client:
        client.create_project("long")
        script = (
            "seq -f 'line %.0f of a log that is long enough to matter' 1000000; echo 'ValueError: at the end'"
        )
        run = client.start_run(
            client.save_pipeline(
                "long",
                yaml=f'name: long\nsteps: [{{name: a, template: shell, args: {{script: "{script}"}}}}]\n',
            )["pipeline"]["id"]
        )
    page.goto(f"/runs/{run['id']}")
    expect(page.locator("header").get_by_text("Succeeded").first).to_be_visible(timeout=60_000)
    node(page, "a").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("ValueError: at the end", timeout=30_000)
    page.get_by_label("Search log").fill("LINE 77777 of")
    expect(page.get_by_text("1 line", exact=True)).to_be_visible(timeout=30_000)
    page.get_by_label("Search log").press("Enter")
    expect(log).to_contain_text("line 77777 of a log")
    assert "line=77777" in page.url
    page.goto(page.url)
    expect(page.get_by_role("log")).to_contain_text("line 77777 of a log")


def test_one_project_is_chosen_for_every_list(page, server):
    """By mouse and by keyboard; the address says which, so that a link and a reload keep it."""
    with server.script() as client:
        for name in ("here", "there"):
            client.create_project(name)
            client.save_pipeline(
                name,
                yaml=f"name: only-{name}\nsteps: [{{name: a, template: shell, args: {{script: 'true'}}}}]\n",
            )
    page.goto("/pipelines")
    rail, only = (
        page.get_by_role("navigation", name="Main navigation"),
        lambda name: page.get_by_role("link", name=f"only-{name}"),
    )
    expect(only("here")).to_be_visible()
    expect(only("there")).to_be_visible()
    rail.get_by_role("button", name="Project: All projects").click()
    expect(page.get_by_role("textbox", name="Find a project")).to_be_focused()
    page.keyboard.type("her")
    expect(page.get_by_role("option", name="there")).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("option", name="here", exact=True).click()
    expect(page).to_have_url(re.compile(r"/pipelines\?project=here$"))
    expect(only("there")).to_have_count(0)
    for place, kind in (
        ("Runs", "runs"),
        ("Notebooks", "notebooks"),
        ("Images", "images"),
        ("Schedules", "schedules"),
        ("Searches", "searches"),
        ("Templates", "templates"),
        ("Models", "models"),
        ("Services", "services"),
        ("Home", ""),
    ):
        rail.get_by_role("link", name=place, exact=True).click()
        expect(page).to_have_url(re.compile(rf"/{kind}\?project=here$"))
        expect(rail.get_by_role("link", name=place, exact=True)).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("main").get_by_role("combobox", name="Project")).to_have_count(0)
    expect(only("here")).to_be_visible()
    expect(only("there")).to_have_count(0)
    page.reload()
    expect(rail.get_by_role("button", name="Project: here")).to_be_visible()
    # On a page of one thing another project leads to the list of its kind.
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or go to")).to_be_focused()
    page.keyboard.type("only-there")
    expect(page.get_by_role("option", name=re.compile("^only-there")).first).to_contain_text("there")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="only-there")).to_be_visible()
    rail.get_by_role("button", name="Project: here").press("Enter")
    expect(page.get_by_role("textbox", name="Find a project")).to_be_focused()
    page.keyboard.type("there")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/pipelines\?project=there$"))
    expect(only("there")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/\?project=here$"))
    expect(rail.get_by_role("button", name="Project: here")).to_be_visible()
    page.goto("/projects/there/pipelines?search=nothing")
    expect(page).to_have_url(
        re.compile(r"/pipelines\?(search=nothing&project=there|project=there&search=nothing)$")
    )
    page.get_by_role("button", name="Clear filters").click()
    expect(only("there")).to_be_visible()
    expect(page.get_by_role("searchbox", name="Search pipelines")).to_have_value("")
    page.goto("/runs?project=nobodys")
    expect(page.get_by_role("heading", name="Project nobodys not found")).to_be_visible()
    page.get_by_role("button", name="Show all projects").click()
    expect(page).to_have_url(re.compile(r"/runs$"))
