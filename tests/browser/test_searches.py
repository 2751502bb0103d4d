"""A search as a person uses it: described over a pipeline's parameters, watched, chosen from, extended, its
best used."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
YAML = """name: quadratic
parameters: [{name: x, type: float, default: 0.5}, {name: kind, type: enum, choice: [a, b], default: a}]
steps:
- name: try
  template: shell
  outputs: [loss]
  args:
    script: |
      echo "{{ params.x }}" | awk '{printf "{\\"loss\\": %.9f}", ($1 - 1) * ($1 - 1)}' > $CUBE_OUTPUT_DIR/outputs.json
      echo weights > $CUBE_OUTPUT_DIR/m.joblib; echo notes > $CUBE_OUTPUT_DIR/notes.txt
"""  # noqa: E501


def test_a_search_is_described_watched_and_its_best_used(page, server):
    with server.script() as client:
        client.execute('mutation { createProject(input: {name: "search"}) { __typename } }')
        client.execute(
            'mutation($y: String!) { savePipeline(input: {project: "search", yaml: $y}) { __typename } }',
            {"y": YAML},
        )
    page.goto("/searches")
    expect(page.get_by_text("No searches yet")).to_be_visible()
    page.get_by_role("button", name="New search").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=False).first.fill("tune")
    dialog.get_by_label("Objective metric").fill("loss")
    dialog.get_by_label("Direction").first.click()
    page.get_by_role("option", name="Minimize").click()
    dialog.get_by_label("x", exact=True).check()
    dialog.get_by_label("kind", exact=True).check()
    expect(dialog.get_by_text("First of 20 trials")).to_be_visible()
    dialog.get_by_label("Maximum of x").fill("-5")
    expect(dialog.get_by_text("x: low is above high")).to_be_visible()
    dialog.get_by_label("Maximum of x").fill("3")
    dialog.get_by_label("Trials", exact=True).fill("6")
    expect(dialog.get_by_text("First of 6 trials")).to_be_visible()
    dialog.get_by_role("button", name="Start search").click()
    expect(page.get_by_role("heading", name="tune")).to_be_visible()
    expect(page.get_by_text("6/6")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("loss by trial")).to_be_visible()
    expect(page.get_by_role("table", name="Trials").get_by_role("row")).to_have_count(7)
    page.get_by_role("button", name="Add trials…").click()
    dialog.get_by_label("Additional trials").fill("2")
    dialog.get_by_role("button", name="Add trials", exact=True).click()
    expect(page.get_by_text("8/8")).to_be_visible(timeout=60_000)
    canvas = page.locator("canvas[data-scheme]")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 54, box["y"] + 120)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 54, box["y"] + 236, steps=5)
    page.mouse.up()
    expect(page.get_by_text("Selected trials")).to_be_visible()
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("button", name="Use best trial").click()
    page.get_by_role("menuitem", name="Register and deploy model…").click()
    expect(dialog.get_by_label("m.joblib", exact=False)).to_be_checked()
    expect(dialog.get_by_label("notes.txt", exact=False)).not_to_be_checked()
    here = page.url
    dialog.get_by_label("Model", exact=False).first.fill("best")
    expect(dialog.get_by_label("Deploy after registering")).to_be_checked()
    dialog.get_by_role("button", name="Register and continue").click()
    expect(dialog.get_by_text("New service")).to_be_visible()
    expect(dialog.get_by_label("Name", exact=False).first).to_have_value("best")
    page.goto("/schedules")
    page.get_by_role("main").get_by_role("button", name="New schedule").last.click()
    dialog.get_by_role("button", name="Next: schedule").click()
    expect(dialog.get_by_role("button", name="Nightly")).to_be_visible()
    page.goto(here)
    page.get_by_role("button", name="Use best trial").click()
    page.get_by_role("menuitem", name="Run with these parameters…").click()
    expect(dialog.get_by_role("button", name="Start run")).to_be_visible()
    expect(dialog.get_by_label("x", exact=True)).not_to_have_value("0.5")
