"""From a step of a run to a prediction, as a person goes: register, promote, deploy, ask, deploy again, give
the traffic back."""

import re

import httpx2
import pytest
from playwright.sync_api import expect

from tests import specs

pytestmark = pytest.mark.slow
TRAIN = """name: train
steps: [{name: fit, template: shell, args: {script: 'echo "{\\"factor\\": 3}" > $CUBE_OUTPUT_DIR/weights.json'}}]
"""  # noqa: E501
TWO = """name: two
steps: [{name: fit, template: shell, args: {script: 'cd $CUBE_OUTPUT_DIR; echo 1 > one.json; echo 2 > two.json'}}]
"""  # noqa: E501
SCRIPT = (
    "import json\ndef load(folder): return json.load(open(folder + '/weights.json'))\ndef "
    "predict(model, inputs): return [model['factor'] * sum(row) for row in inputs]\n"
)


def test_from_a_step_to_a_prediction(page, server):
    with server.script() as client:
        client.create_project("serve")
        run = client.start_run(client.save_pipeline("serve", yaml=TRAIN)["pipeline"]["id"])["id"]
        for _ in client.run_changed(run):
            pass  # until it has ended
    page.goto(f"/runs/{run}?step=fit&tab=artifacts")
    page.get_by_role("button", name="Register as model…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Model").fill("Wrong Name")
    dialog.get_by_role("button", name="Register").click()
    expect(dialog.get_by_text("A name has 1 to 50 lowercase letters")).to_be_visible()
    dialog.get_by_label("Model").fill("triple")
    dialog.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="triple v1")).to_be_visible()
    expect(page.get_by_role("link", name="train #1")).to_be_visible()
    page.get_by_role("button", name="Promote…").click()
    expect(page.get_by_text("the model has no card")).to_be_visible()
    expect(page.get_by_role("button", name="Promote", exact=True)).to_be_disabled()
    page.get_by_label("Promote despite failed checks").check()
    page.get_by_role("button", name="Promote", exact=True).click()
    expect(page.get_by_text("production v1")).to_be_visible()

    page.get_by_role("button", name="Deploy…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_have_value("triple")
    dialog.get_by_label("Source").first.click()
    page.get_by_role("option", name="Python function").click()
    dialog.locator(".cm-content").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(SCRIPT)
    dialog.get_by_label("CPU cores").fill("0.1")
    dialog.get_by_text("Public").click()
    expect(dialog.get_by_text("Fits now: starts immediately")).to_be_visible()
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.get_by_role("heading", name="triple", exact=True)).to_be_visible()
    expect(page.locator("header").get_by_text("Ready")).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="Test").click()
    page.get_by_label("Body").fill('{"inputs": [[1, 2], [3, 4]]}')
    page.get_by_role("button", name="Send").click()
    expect(
        page.get_by_text(re.compile(r"9,\s+21\s"))
    ).to_be_visible()  # an address may hold a 21 as well: ports are drawn
    page.get_by_role("tab", name="About").click()
    address = page.get_by_text("/serve/serve/triple").inner_text()
    assert httpx2.post(f"{address}/predict", json={"inputs": [[1, 1]]}).json()["outputs"] == [6], (
        "and for anybody who is not signed in"
    )

    # The model again, under the name that is there already: a new revision of that service is offered.
    page.goto("/models")
    page.get_by_role("link", name="triple").click()
    page.get_by_role("button", name="Deploy…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Service triple already exists. Deploy triple:1 as revision 2")).to_be_visible()
    dialog.get_by_label("Name").fill("triple-2")
    expect(dialog.get_by_role("button", name="Deploy", exact=True)).to_be_visible()
    dialog.get_by_label("Name").fill("triple")
    dialog.get_by_role("button", name="Deploy revision").click()
    expect(dialog.get_by_text("Deploy to triple")).to_be_visible()
    dialog.get_by_text("Manual").click()
    dialog.get_by_role("button", name="Deploy revision 2").click()
    expect(page.get_by_text("Revision 2 is waiting for traffic")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="2").get_by_text("Ready").first).to_be_visible(
        timeout=60_000
    )
    page.get_by_role("button", name="Split traffic…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Traffic weight of revision 2, %").fill("30")
    expect(dialog.get_by_text("Total: 130% of 100%")).to_be_visible()
    expect(dialog.get_by_role("button", name="Set traffic")).to_be_disabled()
    dialog.get_by_label("Traffic weight of revision 1, %").fill("70")
    dialog.get_by_role("button", name="Set traffic").click()
    expect(page.get_by_text("r1 70 % · r2 30 %").first).to_be_visible()
    page.get_by_role("tab", name="Settings").click()
    page.get_by_role("button", name="New API key").click()
    page.get_by_role("dialog").get_by_label("Name").fill("shop")
    page.get_by_role("button", name="Create API key").click()
    expect(page.get_by_text("cubekey_")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("header").get_by_text("Stopped")).to_be_visible(timeout=60_000)


def test_a_changed_signature_is_confirmed_before_it_gets_traffic(page, server):
    script = "def predict(model, inputs): return [1 for row in inputs]"
    with server.script() as client:
        client.create_project("signed")
        run = client.start_run(client.save_pipeline("signed", yaml=TWO)["pipeline"]["id"])["id"]
        for _ in client.run_changed(run):
            pass  # until it has ended
        for kind, path in (("NUMBER", "one.json"), ("TEXT", "two.json")):
            client.register_model(
                run, "fit", "sum", paths=[path], signature={"inputs": [{"name": "x", "type": kind}]}
            )
        definition = {"kind": "function", "script": script, "cpu": 0.1, "memory": "128Mi"}
        service = client.create_service(
            "signed", "sum", spec=specs.service(definition), model="sum:1", access="PUBLIC"
        )["id"]
    page.goto(f"/services/{service}")
    expect(page.locator("header").get_by_text("Ready")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Deploy…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Model").first.click()
    page.get_by_role("option", name="sum v2").click()
    dialog.get_by_text("Canary").click()
    dialog.get_by_label("Traffic steps, %").fill("50, 100")
    dialog.get_by_label("Maximum response differences, %").fill("10")
    dialog.get_by_role("button", name="Deploy revision 2").click()
    expect(dialog.get_by_text("input x is text instead of number")).to_be_visible()
    dialog.get_by_label("Clients are prepared for this change").check()
    dialog.get_by_role("button", name="Deploy revision 2").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("revision 2 answers and has 50 %")).to_be_visible(timeout=60_000)
    with server.script() as client:
        seen = client.execute(
            "query($i: ID!) { service(id: $i) { rollout { gates { differenceRate } } url } }", {"i": service}
        )["service"]
        assert seen["rollout"]["gates"]["differenceRate"] == 0.1
        answer = httpx2.post(f"{seen['url']}/predict", json={"inputs": [[None]]})
        assert answer.status_code == 400, "null is neither a number nor text"
        client.set_traffic(service, [{"revision": 1, "weight": 100}])
    page.get_by_role("row").filter(has_text="sum v2").get_by_role("button", name="Revision 2").click()
    page.get_by_role("menuitem", name="Send all traffic").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("input x is text instead of number")).to_be_visible()
    expect(dialog.get_by_role("button", name="Send all traffic")).to_be_disabled()
    dialog.get_by_label("Clients are prepared for this change").check()
    dialog.get_by_role("button", name="Send all traffic").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("r2", exact=True).first).to_be_visible()
    page.get_by_role("tab", name="Requests").click()
    page.get_by_text("Failed (5xx)").click()
    expect(page.get_by_text("No requests match these filters.")).to_be_visible()
    page.get_by_text("Rejected (4xx)").click()
    expect(page.get_by_role("cell", name="400")).to_be_visible()
