"""The bell, the list of notifications and their settings."""

from playwright.sync_api import expect

from tests.notifications.test_channels import receiver as receiver

YAML = "name: fails\nsteps: [{name: a, template: shell, cache: false, args: {script: 'exit 3'}}]\n"


def test_the_bell_counts_live_and_the_list_marks_as_read(page, server):
    with server.script() as client:
        client.create_project("bells")
        pipeline = client.save_pipeline("bells", yaml=YAML)["pipeline"]["id"]
        client.mark_notifications_read()
        page.goto(f"{server.url}/projects")
        expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()
        first = client.start_run(pipeline)
        expect(page.get_by_role("link", name="1 unread notification", exact=True)).to_be_visible()
        client.start_run(pipeline)
    page.get_by_role("link", name="2 unread notifications", exact=True).click()
    rows = page.get_by_role("row").filter(has_text="of fails failed")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Mark as read: Run #2 of fails failed").click()
    expect(page.get_by_role("link", name="1 unread notification", exact=True)).to_be_visible()
    page.get_by_text("Unread", exact=True).first.click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Run #1 of fails failed").click()
    expect(page).to_have_url(f"{server.url}/runs/{first['id']}")
    expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()


def test_an_event_that_is_turned_off_does_not_notify(page, server):
    page.goto(f"{server.url}/notifications?tab=settings")
    switch = page.get_by_role("switch", name="Run succeeded: notify in the console")
    expect(switch).not_to_be_checked()
    switch.click(force=True)
    expect(switch).to_be_checked()
    page.reload()
    expect(switch).to_be_checked()
    switch.click(force=True)
    with server.script() as client:
        settings = client.notification_settings()["settings"]
    assert {"kind": "RUN_SUCCEEDED", "console": False}.items() <= next(
        each for each in settings if each["kind"] == "RUN_SUCCEEDED"
    ).items()


def test_a_channel_is_added_tested_and_shows_the_error_of_its_receiver(page, server, receiver):
    """The secret and the path of the address are shown nowhere afterwards."""
    receiver.answers = [(503, b"")] * 3
    page.goto(f"{server.url}/notifications?tab=channels")
    page.get_by_role("button", name="Add channel").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("on-call")
    dialog.get_by_label("URL").fill("nonsense")
    dialog.get_by_label("Secret").fill("a-secret")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("not a URL that begins with")).to_be_visible()
    dialog.get_by_label("URL").fill(f"{receiver.url}/hidden")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not tested")).to_be_visible()
    page.get_by_role("button", name="Send test: on-call").click()
    expect(page.get_by_text("HTTP 503")).to_be_visible()
    expect(page.get_by_text("Working")).to_be_visible(timeout=30_000)
    assert len(receiver.got) == 4 and receiver.got[0][0] == "/hidden"
    assert "/hidden" not in page.content() and "a-secret" not in page.content()
    page.get_by_role("button", name="Remove on-call").click()
    expect(page.get_by_text("No channels yet.")).to_be_visible()
