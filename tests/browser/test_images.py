"""Images as a person uses them: described in a form, built live, compared with the version before."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_an_image_is_described_built_and_compared(page, server):
    with server.script() as client:
        client.execute('mutation { createProject(input: {name: "images"}) { __typename } }')
    page.goto("/images")
    expect(page.get_by_text("No images yet")).to_be_visible()
    page.get_by_role("button", name="New image").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=False).first.fill("data")
    packages = dialog.get_by_label("Python packages").first
    packages.fill("evil@x")
    packages.press("Enter")
    expect(dialog.get_by_text("leads to a local path")).to_be_visible()
    packages.press("Backspace")
    packages.fill("six==1.16.0")
    packages.press("Enter")
    expect(
        dialog.get_by_text("this builds a virtual environment and requires no container tool")
    ).to_be_visible()
    dialog.get_by_role("button", name="Build image").click()
    expect(page.get_by_role("heading", name="Result", exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("cell", name="1.16.0")).to_be_visible()
    page.get_by_role("button", name="Use image").click()
    page.get_by_role("menuitem", name="In a new notebook…").click()
    expect(dialog.get_by_text("six==1.16.0")).to_be_visible()
    page.keyboard.press("Escape")
    here = page.url
    page.get_by_role("button", name="Use image").click()
    page.get_by_role("menuitem", name="In a pipeline step…").click()
    dialog.get_by_label("Name", exact=False).fill("inside")
    dialog.get_by_role("button", name="Add step").click()
    expect(page.get_by_role("combobox", name="Image", exact=True)).to_have_value("localhost/data:v1")
    expect(page).not_to_have_url(re.compile("image="))
    page.goto(here)
    page.get_by_role("button", name="New version").click()
    packages = dialog.get_by_label("Python packages").first
    packages.press("Backspace")
    packages.fill("six==1.17.0")
    packages.press("Enter")
    dialog.get_by_role("button", name="Build image").click()
    expect(page.get_by_text("Changes from the previous version")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("row", name="six python 1.16.0 1.17.0")).to_be_visible()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_text("No images yet")).to_be_visible()
