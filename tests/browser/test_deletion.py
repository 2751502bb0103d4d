"""Deleting runs in the console."""

from playwright.sync_api import expect

YAML = """name: gone
steps: [{name: a, template: shell, args: {script: 'echo $CUBE_ATTEMPT > "$CUBE_OUTPUT_DIR/x.txt"'}}]
"""


def test_runs_are_deleted_from_their_list_and_their_page(page, server):
    with server.script() as client:
        client.create_project("away")
        pipeline = client.save_pipeline("away", yaml=YAML)["pipeline"]["id"]
        runs = []
        for _ in range(3):
            runs.append(client.start_run(pipeline, cache=False)["id"])
            for _news in client.run_changed(runs[-1]):
                pass
    page.goto(f"{server.url}/runs?project=away")
    for number in (1, 2):
        page.get_by_role("checkbox", name=f"Select run gone #{number}").check()
    page.get_by_role("button", name="Delete 2 runs").click()
    dialog = page.get_by_role("dialog", name="Delete 2 runs?")
    expect(dialog.get_by_role("listitem")).to_have_text(["gone #2", "gone #1"])
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("button", name="Delete 2 runs").click()
    dialog.get_by_role("button", name="Delete 2 runs").click()
    expect(page.get_by_text("2 runs deleted.")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)

    page.get_by_role("row").get_by_role("link").click()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 1 run").click()
    expect(page.get_by_text("1 run deleted.")).to_be_visible()
    expect(page.get_by_text("No runs yet")).to_be_visible()


def test_a_retention_policy_is_tried_and_saved_and_a_run_is_pinned(page, server):
    with server.script() as client:
        client.create_project("keeping")
        pipeline = client.save_pipeline("keeping", yaml=YAML)["pipeline"]["id"]
        runs = []
        for _ in range(3):
            runs.append(client.start_run(pipeline, cache=False)["id"])
            for _news in client.run_changed(runs[-1]):
                pass
    page.goto(f"{server.url}/runs/{runs[0]}")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Pin run").click()
    expect(page.get_by_text("Pinned", exact=True)).to_be_visible()

    page.goto(f"{server.url}/projects/keeping")
    panel = page.get_by_role("region", name="Retention")
    expect(panel.get_by_text("Every run is kept.")).to_be_visible()
    panel.get_by_role("switch", name="Use the platform's default").click()
    panel.get_by_label("Keep the last … runs of each pipeline").fill("1")
    expect(panel.get_by_text("This would delete 1 run and free")).to_be_visible()
    panel.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    with server.script() as client:
        found = client.retention_policy(project="keeping")
    assert (found["inherited"], found["rule"]) == (False, {"keepDays": None, "keepLast": 1})


def test_a_scheduled_task_is_run_now(page, server):
    page.goto(f"{server.url}/tasks")
    row = page.get_by_role("row").filter(has_text="housekeeping.retention.apply")
    expect(row.get_by_text("Delete the runs that the retention policies")).to_be_visible()
    row.get_by_role("button", name="Run now").click()
    expect(page.get_by_text("Task housekeeping.retention.apply was started.")).to_be_visible()
    expect(row.get_by_text("Succeeded")).to_be_visible()
