"""Notebooks as a person uses them: made in a dialog, watched while they start, opened in a tab of their own,
changed, stopped."""

import contextlib

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_a_lab_is_made_opened_worked_in_and_stopped(page, server):
    with server.script() as client:
        client.execute('mutation { createProject(input: {name: "lab"}) { __typename } }')
    page.goto("/notebooks")
    expect(page.get_by_text("No notebooks yet")).to_be_visible()
    page.get_by_role("button", name="New notebook").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=False).first.fill("Not Plain")
    expect(dialog.get_by_text("Fits now: starts immediately")).to_be_visible()
    dialog.get_by_role("button", name="Create notebook").click()
    expect(dialog.get_by_text("A name has 1 to 50 lowercase letters")).to_be_visible()
    dialog.get_by_label("Name", exact=False).first.fill("explore")
    dialog.get_by_label("CPU cores").fill("0.5")
    dialog.get_by_role("button", name="Create notebook").click()
    expect(page.get_by_role("heading", name="explore")).to_be_visible()
    expect(page.get_by_text("Startup progress")).to_be_visible()
    expect(page.get_by_text("Startup timeline")).to_be_visible(timeout=120_000)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open", exact=True).click()
    lab = opened.value
    lab.wait_for_selector(".jp-LauncherCard", timeout=60_000)
    assert ".localhost:" in lab.url and "ticket" not in lab.url, (
        "an origin of its own, and no secret in the address"
    )
    lab.locator('.jp-LauncherCard[data-category="Notebook"]').first.click()
    cell = lab.locator(".jp-Notebook .cm-content").first
    cell.wait_for(timeout=60_000)
    expect(
        lab.locator(
            ".jp-NotebookPanel-toolbar [data-status=idle], .jp-Notebook-ExecutionIndicator[data-status=idle]"
        ).first
    ).to_be_visible(timeout=60_000)
    output = lab.locator(".jp-OutputArea-output").get_by_text("42")
    for _ in range(6):  # while the lab still puts its editor up, it may throw away what was typed
        cell.click()
        lab.keyboard.press("Control+a")
        lab.keyboard.type("print(6 * 7)")
        lab.keyboard.press("Shift+Enter")
        with contextlib.suppress(AssertionError):
            expect(output).to_be_visible(timeout=10_000)
            break
    expect(output).to_be_visible(timeout=1_000)
    stolen = lab.evaluate(
        """async (url) => { try { return (await fetch(url + '/graphql', { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query: '{ viewer { name } }' }) })).status } catch { return 'refused' } }""",  # noqa: E501
        server.url,
    )
    assert stolen == "refused", "what runs in a notebook cannot speak to the platform as the person"
    expect(page.get_by_role("row", name="Open pages")).to_contain_text("a page is open")
    expect(page.get_by_role("row", name="Kernels")).to_contain_text("1 kernel")

    # What was typed and not saved is in the page alone: it is saved before the notebook is stopped.
    expect(lab.get_by_text("Would you like to get notified")).to_have_count(0)
    cell = lab.locator(".jp-Notebook .cm-content").last
    cell.click()
    lab.keyboard.type("import time; typed = 'and not saved'; time.sleep(600)")
    lab.keyboard.press("Shift+Enter")
    expect(lab.locator(".jp-InputArea-prompt").get_by_text("[*]:")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Running cells in")).to_be_visible()
    expect(dialog.get_by_text("Unsaved changes in")).to_be_visible()
    expect(dialog.get_by_text("Untitled.ipynb")).to_have_count(2)
    dialog.get_by_role("button", name="Save and stop").click()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible(timeout=60_000)
    (written,) = [
        path for path in server.home.rglob("Untitled.ipynb") if ".ipynb_checkpoints" not in path.parts
    ]
    assert "and not saved" in written.read_text()
    lab.close()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Startup timeline")).to_be_visible(timeout=120_000)
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label("Memory, GiB").fill("1.5")
    page.get_by_role("button", name="Save and restart now").click()
    expect(page.get_by_text("1.5 GiB")).to_be_visible()
    page.get_by_role("tab", name="About").click()
    expect(page.get_by_text("Startup timeline")).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.get_by_label("Type the name to confirm").fill("explore")
    page.get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_text("No notebooks yet")).to_be_visible()
