"""From a step of a run to a prediction, as a person goes: register, promote, deploy, ask, deploy again, give the traffic back."""

import re

import httpx2
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
TRAIN = """name: train
steps: [{name: fit, template: shell, args: {script: 'echo "{\\"factor\\": 3}" > $CUBE_OUTPUT_DIR/weights.json'}}]
"""
SCRIPT = "import json\ndef load(folder): return json.load(open(folder + '/weights.json'))\ndef predict(model, inputs): return [model['factor'] * sum(row) for row in inputs]\n"


def test_from_a_step_to_a_prediction(page, server):
    with server.script() as client:
        client.create_project("serve")
        run = client.start_run(client.save_pipeline("serve", yaml=TRAIN)["pipeline"]["id"])["id"]
        for _ in client.run_updated(run):
            pass  # until it has ended
    page.goto(f"/runs/{run}?step=fit&tab=artifacts")
    page.get_by_role("button", name="Register as a model…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Model").fill("Wrong Name")
    dialog.get_by_role("button", name="Register").click()
    expect(dialog.get_by_text("A name has 1 to 50 small letters")).to_be_visible()
    dialog.get_by_label("Model").fill("triple")
    dialog.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="triple v1")).to_be_visible()
    expect(page.get_by_role("link", name="train #1")).to_be_visible()
    page.get_by_role("button", name="Promote…").click()
    expect(page.get_by_text("the model has no card")).to_be_visible()
    expect(page.get_by_role("button", name="Promote", exact=True)).to_be_disabled()
    page.get_by_label("Promote it all the same").check()
    page.get_by_role("button", name="Promote", exact=True).click()
    expect(page.get_by_text("production v1")).to_be_visible()

    page.get_by_role("button", name="Deploy…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_have_value("triple")
    dialog.get_by_label("What answers").first.click()
    page.get_by_role("option", name="A Python function").click()
    dialog.locator(".cm-content").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(SCRIPT)
    dialog.get_by_label("CPU cores").fill("0.1")
    dialog.get_by_text("Everybody").click()
    expect(dialog.get_by_text("There is room for it now")).to_be_visible()
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.get_by_role("heading", name="triple", exact=True)).to_be_visible()
    expect(page.locator("header").get_by_text("Ready")).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="Try it").click()
    page.get_by_label("Body").fill('{"inputs": [[1, 2], [3, 4]]}')
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(re.compile(r"9,\s+21\s"))).to_be_visible()  # an address may hold a 21 as well: ports are drawn
    page.get_by_role("tab", name="About").click()
    address = page.get_by_text("/serve/serve/triple").inner_text()
    assert httpx2.post(f"{address}/predict", json={"inputs": [[1, 1]]}).json()["outputs"] == [6], "and for anybody who is not signed in"

    page.get_by_role("button", name="Deploy…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("By hand").click()
    dialog.get_by_role("button", name="Deploy revision 2").click()
    expect(page.get_by_text("Revision 2 waits for traffic")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="2").get_by_text("Ready").first).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Share the traffic out…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Percent for revision 2").fill("30")
    expect(dialog.get_by_text("130 % of 100 % are given.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Share it out")).to_be_disabled()
    dialog.get_by_label("Percent for revision 1").fill("70")
    dialog.get_by_role("button", name="Share it out").click()
    expect(page.get_by_text("r1 70 % · r2 30 %").first).to_be_visible()
    page.get_by_role("tab", name="Settings").click()
    page.get_by_role("button", name="New key").click()
    page.get_by_role("dialog").get_by_label("Name").fill("shop")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("cubekey_")).to_be_visible()
    page.get_by_role("button", name="I have copied it").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("header").get_by_text("Stopped")).to_be_visible(timeout=60_000)
