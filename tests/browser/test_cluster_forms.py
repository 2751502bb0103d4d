"""What is asked of a cluster, through the forms: placement by a rule, a run that is moved, devices, claims,
shares, root, scaling by memory.

The cluster is the emulated one; its workflow controller is down in one place, so that a run waits for it and
can be moved away."""

import json

import pytest
import yaml
from playwright.sync_api import Page, expect

from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from tests.browser.conftest import opened
from tests.kubernetes.beside import Beside
from tests.kubernetes.stand import stand
from tests.parts import Server, folder

PIPELINE = {
    "name": "two",
    "steps": [
        {"name": "load", "template": "shell", "args": {"script": "echo 1,2 > $CUBE_OUTPUT_DIR/rows.csv"}},
        {"name": "fit", "template": "shell", "needs": ["load"], "args": {"script": "wc -l"}},
    ],
}


@pytest.fixture(scope="module")
def far():
    """A platform with this machine and one emulated cluster, signed in to."""
    with folder() as home:
        configs = home / "kubeconfigs"
        configs.mkdir()
        with Beside(stand(Store.open(Settings(home=home / "unused")), nodes=2, gpu=2)) as beside:
            beside.call(
                lambda here: here.divide("hami").register("node-1", ("GPU-1", 16384, "NVIDIA-Tesla T4"))
            )
            (configs / "far-kubeconfig").write_text(yaml.safe_dump(beside.made.server.kubeconfig))
            server = Server(home, more={"CUBE_KUBECONFIG_FOLDER": str(configs), "CUBE_PODS_API_URL": "self"})
            try:
                yield server, beside
            finally:
                server.stop()


@pytest.fixture
def there(request, chromium, far):
    server, _ = far
    with opened(request, chromium, base_url=server.url) as page:
        page.goto(server.fresh_link())
        expect(page.get_by_role("navigation", name="Main navigation")).to_be_visible()
        yield page


def choose(page: Page, label: str, option: str, within=None) -> None:
    field = (within or page).get_by_role("combobox", name=label, exact=True)
    field.focus()
    field.press("ArrowDown")
    page.get_by_role("option", name=option, exact=True).click()


def test_a_project_is_placed_by_a_rule_and_a_run_that_waits_is_moved(there, far):
    page, (server, beside) = there, far
    with server.script() as client:
        client.create_project("placed")
    page.goto("/projects/placed")
    choose(page, "Additional clusters", "far")
    page.keyboard.press("Escape")
    choose(page, "Default cluster for runs", "First cluster that fits")
    expect(page.get_by_text("in the order local, far")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("combobox", name="Default cluster for runs")).to_have_value(
        "First cluster that fits"
    )
    beside.call(lambda here: here.argo.live(False))
    with server.script() as client:
        pipeline = client.save_pipeline("placed", yaml=json.dumps(PIPELINE))["pipeline"]["id"]
        run = client.start_run(pipeline, cluster="far", cache=False)["id"]
    page.goto(f"/runs/{run}")
    page.get_by_role("button", name="More actions", exact=True).click()
    page.get_by_role("menuitem", name="Move to local").click()
    expect(page.get_by_text("The run is queued on local.")).to_be_visible()
    expect(page.locator("header").get_by_text("Succeeded").first).to_be_visible()
    expect(page.get_by_text("(not on far)")).to_be_visible()
    beside.call(lambda here: here.argo.live(True))

    # What the step before left is one press away.
    page.goto("/projects/placed/pipelines/two?tab=edit&step=fit")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" ")
    page.get_by_role("button", name="$CUBE_INPUT_DIR/load/rows.csv").click()
    expect(page.locator(".cm-content")).to_have_text("wc -l $CUBE_INPUT_DIR/load/rows.csv")
    expect(page.locator(".cm-content")).to_be_focused()


def test_a_step_keeps_what_it_asks_of_a_cluster(there, far):
    page, (server, _) = there, far
    with server.script() as client:
        client.create_project("asking")
        client.update_project("asking", cluster="far")
        client.save_pipeline("asking", yaml=json.dumps(PIPELINE))
    page.goto("/projects/asking/pipelines/two?tab=edit&step=fit")
    # A step that gets another name keeps the focus where it goes next: no letter becomes a shortcut of the
    # page.
    page.get_by_label("Name", exact=True).fill("fits")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" -r # e")
    expect(page.locator(".cm-content")).to_have_text("wc -l -r # e")
    expect(page.locator(".react-flow__node[data-id='fits']")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("summary", has_text="Environment").click()
    page.get_by_role("combobox", name="Python version").fill("three")
    expect(page.get_by_text("is not a version of Python")).to_be_visible()
    page.get_by_role("combobox", name="Python version").fill("3.12")
    expect(page.get_by_text("is not a version of Python")).to_have_count(0)
    packages = page.get_by_role("combobox", name="Python packages")
    packages.fill("pandas>=2")
    packages.press("Enter")
    page.get_by_role("combobox", name="Image", exact=True).fill("alpine:3.20")
    page.get_by_role("switch", name="Run as root").check(force=True)
    page.locator("summary", has_text="Resources").click()
    page.get_by_label("GPUs", exact=True).fill("2")
    page.get_by_label("GPU type").fill("A100")
    page.get_by_label("Fraction of each GPU").fill("much")
    expect(page.get_by_text("is not a share").or_(page.get_by_text("share of a GPU")).first).to_be_visible()
    page.get_by_label("Fraction of each GPU").fill("0.5")
    page.get_by_role("combobox", name="Extended resources", exact=True).fill("rdma=many")
    page.get_by_role("combobox", name="Extended resources", exact=True).press("Enter")
    expect(page.get_by_text("rdma=many is not valid")).to_be_visible()
    page.get_by_role("combobox", name="Extended resources", exact=True).fill("rdma=2")
    page.get_by_role("combobox", name="Extended resources", exact=True).press("Enter")
    page.get_by_role("combobox", name="Device claims (DRA)").fill("gpu.nvidia.com")
    page.get_by_role("combobox", name="Device claims (DRA)").press("Enter")
    side = page.get_by_role("group", name="Form")
    assert side.evaluate("(side) => side.scrollWidth - side.clientWidth") == 0
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("saved, version 2")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Fraction of each GPU")).to_have_value("0.5")
    expect(page.get_by_role("switch", name="Run as root")).to_be_checked()
    with server.script() as client:
        query = '{ project(key: "asking") { pipeline(name: "two") { version { definition } } } }'
        step = client.execute(query)["project"]["pipeline"]["version"]["definition"]["steps"][1]
    assert step["environment"] == {
        "python": "3.12",
        "requirements": ["pandas>=2"],
        "image": "alpine:3.20",
        "root": True,
    }
    asked = step["resources"]
    assert (asked["gpu"], asked["gpu_type"], asked["gpu_share"]) == (2, "A100", "0.5")
    assert (asked["devices"], asked["claims"]) == ({"rdma": 2}, {"gpu.nvidia.com": 1})


def test_a_service_scales_by_memory_with_a_share_of_a_gpu(there, far):
    page, (server, _) = there, far
    with server.script() as client:
        client.create_project("serving")
        client.update_project("serving", cluster="far")
    page.goto("/services?new=1")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("scaled")
    choose(page, "Project", "serving", dialog)
    choose(page, "Source", "Custom program", dialog)
    dialog.get_by_label("Command").fill("sleep 3600")
    dialog.get_by_label("GPUs", exact=True).fill("1")
    dialog.get_by_label("Fraction of each GPU").fill("8Gi")
    dialog.get_by_label("Maximum replicas").fill("3")
    choose(page, "Scaling metric", "Memory utilization", dialog)
    expect(dialog.get_by_label("Memory utilization, %")).to_have_value("80")
    dialog.get_by_label("Memory utilization, %").fill("70")
    dialog.get_by_text("Packages, variables, secrets, volumes, and limits").click()
    dialog.get_by_role("textbox", name="Image").fill("alpine:3.20")
    dialog.get_by_role("switch", name="Run as root").check(force=True)
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.get_by_role("heading", name="scaled", exact=True)).to_be_visible()
    page.get_by_role("button", name="Deploy…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Fraction of each GPU")).to_have_value("8Gi")
    expect(dialog.get_by_label("Memory utilization, %")).to_have_value("70")
    dialog.get_by_text("Packages, variables, secrets, volumes, and limits").click()
    expect(dialog.get_by_role("switch", name="Run as root")).to_be_checked()
