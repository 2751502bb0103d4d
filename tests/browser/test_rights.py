"""What somebody sees who may not: why a button does nothing, whom a page is for; and addresses that name what
is not there."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import watch

YAML = (
    "name: two\nsteps:\n- {name: many, template: shell, for_each: [1, 2], args: {script: 'echo {{ item "
    "}}'}}\n"
)


@pytest.fixture
def looker(chromium, server):
    """The page of somebody who may only look, in project seen."""
    with server.script() as client:
        client.create_project("seen")
        pipeline = client.save_pipeline("seen", yaml=YAML)["pipeline"]["id"]
        run = client.start_run(pipeline)["id"]
        for _ in client.run_changed(run):
            pass  # until it has ended
        ask = (
            'mutation { inviteUser(input: {name: "looker", project: "seen", role: VIEWER}) { ... on '
            "SignInLink "
            "{ url } } }"
        )
        way = client.execute(ask)["inviteUser"]["url"]
    context = chromium.new_context(
        base_url=server.url, locale="en-GB", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    said = watch(page)
    page.goto(way)
    expect(page.get_by_role("heading", name="seen", exact=True)).to_be_visible()
    yield page, run
    context.close()
    assert not said, said


def test_an_invitation_is_shown_before_anybody_is_signed_in(chromium, server):
    with server.script() as client:
        client.create_project("vision")
        ask = (
            'mutation { inviteToProject(input: {project: "vision", role: MAINTAINER}) { ... on '
            "NewProjectInvitation { url } } }"
        )
        url = client.execute(ask)["inviteToProject"]["url"]
        way = client.execute('mutation { inviteUser(input: {name: "nora"}) { ... on SignInLink { url } } }')[
            "inviteUser"
        ]["url"]
    context = chromium.new_context(
        base_url=server.url, locale="en-GB", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    said = watch(page)
    page.goto(f"{url[:-1]}")
    expect(page.get_by_role("alert")).to_contain_text("This is not an invitation link")
    page.goto(url)
    expect(page.get_by_role("heading", name="admin invited you to project vision")).to_be_visible()
    expect(page.locator("dl")).to_contain_text("Maintainer")
    expect(
        page.get_by_text(
            "You need an account. Ask an administrator for a sign-in link. admin can tell you "
            "whom to contact."
        )
    ).to_be_visible()
    page.get_by_label("Sign-in link").fill(way)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("You are signed in as nora.")).to_be_visible()
    page.get_by_role("button", name="Accept invitation").click()
    expect(page.get_by_role("heading", name="vision", exact=True)).to_be_visible()
    page.goto(url)
    expect(page.get_by_role("heading", name="vision", exact=True)).to_be_visible()
    context.close()
    assert not said, said


def test_somebody_who_may_only_look(looker):
    page, run = looker
    page.goto("/projects/seen/pipelines/two?tab=nonsense")
    expect(page.get_by_role("tab", name="Runs")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("link", name="#1")).to_be_visible()
    button = (
        page.get_by_role("banner").or_(page.locator("header")).get_by_role("button", name="Run", exact=True)
    )
    expect(button).to_be_disabled()
    button.focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_text("Your role in this project does not allow this. Ask an owner to change it.")
    ).to_be_visible()
    page.get_by_role("button", name="More actions", exact=True).click()
    expect(page.get_by_role("menuitem", name="Delete…")).to_contain_text(
        "Your role in this project does not allow this"
    )
    for path in ("/people", "/audit", "/tasks"):
        page.goto(path)
        expect(
            page.get_by_role("heading", name="Only administrators and auditors of the platform can see this.")
        ).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
        expect(page.locator("main input")).to_have_count(0)

    # A fan-out that ran says what its items used, and where their logs are.
    page.goto(f"/runs/{run}?step=many&tab=nonsense&view=nonsense")
    expect(page.get_by_role("tab", name="Items")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Resources").click()
    expect(page.get_by_role("table", name="Usage by item").get_by_role("row")).to_have_count(3)
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_role("heading", name="Each item has its own log")).to_be_visible()
    page.get_by_role("tab", name="Resources").click()
    page.get_by_role("button", name="Resources of item 1").click()
    expect(page.get_by_role("heading", name="many · item 1")).to_be_visible()
    expect(page.get_by_text("Peak memory")).to_be_visible()
