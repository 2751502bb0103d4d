"""A project's own page: secrets are written, given to a step that is drawn, and shown nowhere."""

from playwright.sync_api import expect

VALUE = "the-value-of-a-secret"
YAML = "name: reads\nsteps: [{name: read, template: shell, args: {script: 'echo \"it is $DB_PASSWORD\"'}}]\n"


def test_a_secret_is_written_given_to_a_step_and_never_shown(page, server):
    with server.script() as client:
        client.create_project("vault")
        client.save_pipeline("vault", yaml=YAML)
    page.goto(f"{server.url}/projects/vault")
    page.get_by_role("button", name="Add secret").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("CUBE_X")
    dialog.get_by_label("Value").fill(VALUE)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("not one of the platform's own variables")).to_be_visible()
    dialog.get_by_label("Name").fill("DB_PASSWORD")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("not in use")).to_be_visible()
    page.goto(f"{server.url}/projects/vault/pipelines/reads?tab=edit&step=read")
    page.get_by_text("Secrets and volumes").click()
    field = page.get_by_role("combobox", name="Secrets")
    field.click()
    page.get_by_role("option", name="DB_PASSWORD").click()
    field.press("Escape")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("saved, version 2")).to_be_visible()
    with server.script() as client:
        key = client.execute('{ project(key: "vault") { pipeline(name: "reads") { id } } }')["project"][
            "pipeline"
        ]["id"]
        run = client.start_run(key)["id"]
        for _ in client.run_changed(run):
            pass
    page.goto(f"{server.url}/runs/{run}?step=read")
    expect(page.get_by_text(f"it is {'*' * len(VALUE)}")).to_be_visible()
    assert VALUE not in page.content()
    page.goto(f"{server.url}/projects/vault")
    expect(page.get_by_text("used by pipeline reads")).to_be_visible()
    page.get_by_role("button", name="Remove DB_PASSWORD").click()
    expect(page.get_by_text("These can't start")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No secrets yet. A secret is a password or token")).to_be_visible()
