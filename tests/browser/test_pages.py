"""Every page in both themes and languages and at two widths: nothing that axe finds, nothing that spills over
the edge."""

import itertools
import time
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests import specs
from tests.browser import dialogs
from tests.browser.conftest import ROOT, SHOTS, watch

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
EXAMPLE = Path(ROOT / "examples/wine.yaml")
BROKEN = """name: a-pipeline-with-a-name-as-long-as-names-may-be-xx
description: It fails, so that pages have something to show.
steps:
- {name: good, template: shell, args: {script: "echo '{\\"score\\": 0.5}' > $CUBE_OUTPUT_DIR/outputs.json; for n in 1 2 3; do echo \\"{\\\\\\"step\\\\\\": $n, \\\\\\"loss\\\\\\": 0.$n}\\" >> $CUBE_METRICS; done"}, outputs: [score]}
- {name: fan, template: shell, args: {script: "echo {{ item }}; test {{ item }} != 2"}, for_each: [1, 2, 3], needs: [good]}
- {name: never, template: shell, args: {script: echo}, needs: [fan]}
"""  # noqa: E501


NUMBERED = """name: numbered
parameters: [{name: n, type: int, default: 1}, {name: k, type: str, default: a}]
steps: [{name: a, template: shell, outputs: [n], args: {script: 'echo "{\\"n\\": {{ params.n }}}" > $CUBE_OUTPUT_DIR/outputs.json'}}]
"""  # noqa: E501


KEPT = """name: kept
steps: [{name: a, template: shell, args: {script: 'cd $CUBE_OUTPUT_DIR; echo 1 > m.joblib; echo 2 > n.joblib; echo "{\\"accuracy\\": 0.5}" > outputs.json'}}]
"""  # noqa: E501


@pytest.fixture(scope="module")
def world(server):
    """Names and ids of what pages show: two runs that failed, and one draft."""
    with server.script() as client:
        client.create_project("show", description="What pages show.")
        for name in ("DB_PASSWORD", "A_SECRET_WITH_A_NAME_THAT_IS_AS_LONG_AS_SOME_NAMES_OF_SECRETS_ARE"):
            client.save_secret(
                "show",
                name,
                value="never shown",
                description="Of the warehouse, for steps that read from it.",
            )
        client.set_quota({"project": "show"}, limits={"cpu": 64, "memory": 64 * 2**30, "notebooks": 3})
        client.set_quota({"defaultFor": "USER"}, limits={"pods": 500})
        pipeline = client.save_pipeline("show", yaml=BROKEN)["pipeline"]
        runs = []
        for _ in range(2):
            runs.append(client.start_run(pipeline["id"], cache=False)["id"])
        steps = {}
        for run in runs:
            for news in client.run_changed(run):
                last = news["run"]
            steps = client.execute(
                "query($id: ID!) { run(id: $id) { steps { id name } } }", {"id": last["id"]}
            )["run"]["steps"]
        client.save_pipeline("show", yaml=BROKEN.replace("echo}", "echo changed}"))
        client.save_pipeline_draft(
            pipeline["id"],
            definition={"name": pipeline["name"], "steps": [{"name": "x", "template": "nothing"}]},
            base_version=2,
        )
        template = next(each for each in client.templates() if each["name"] == "sklearn-train")
        made = (
            'mutation { createNotebook(input: {project: "show", name: "lab", kind: CUSTOM, spec: '
            '{command: "true"}, start: false}) { ... on Notebook { id } } }'
        )
        notebook = client.execute(made)["createNotebook"]["id"]
        made = (
            'mutation { saveImage(input: {project: "show", name: "data", '
            'source: {packages: {pip: ["six==1.17.0"]}}}) { '
            "... on SavedImage { image { id } build { id } } } }"
        )
        image = client.execute(made)["saveImage"]
        numbered = client.save_pipeline("show", yaml=NUMBERED)["pipeline"]["id"]
        told = specs.search(
            {
                "objectives": [{"metric": "n"}],
                "parameters": {"n": {"type": "int", "low": 1, "high": 9}, "k": ["a", "b"]},
                "trials": 5,
            }
        )
        made = (
            'mutation($p: ID!, $d: SearchSpecInput!) { createSearch(input: {pipelineId: $p, name: "tune", '
            "spec: $d}) { ... on Search { id } } }"
        )
        search = client.execute(made, {"p": numbered, "d": told})["createSearch"]["id"]
        waited = "query($i: ID!, $b: ID!) { search(id: $i) { state } build(id: $b) { state } }"
        while client.execute(waited, {"i": search, "b": image["build"]["id"]}) != {
            "search": {"state": "SUCCEEDED"},
            "build": {"state": "SUCCEEDED"},
        }:
            time.sleep(0.2)
        kept = client.save_pipeline("show", yaml=KEPT)["pipeline"]["id"]
        kept = client.start_run(kept)["id"]
        for _ in client.run_changed(kept):
            pass  # until it has ended
        client.create_schedule(pipeline["id"], "nightly", {"cron": "0 2 * * *"})
        client.archive_project(client.create_project("archived")["id"])
        client.create_group("team")
        invitation = client.invite_to_project("show", email="grace.hopper@navy.example.org")["url"].partition(
            "invitation="
        )[2]
        client.execute(
            'mutation { setGroupRole(project: "show", group: "team", role: VIEWER) { __typename } }'
        )
        versions = [
            client.register_model(kept, "a", "a-model-of-a-long-name", paths=[path])
            for path in ("m.joblib", "n.joblib")
        ]
        model = versions[0]["model"]["id"]
        client.set_model_alias(versions[0]["version"]["id"], "production", force=True)
        card = "# Card\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        client.update_model(model, description="Shown here.", card=card)
        definition = {
            "kind": "custom",
            "cpu": 0.1,
            "memory": "64Mi",
            "command": "exec python3 -m http.server --bind $CUBE_HOST $CUBE_PORT",
        }
        service = client.create_service("show", "answers", spec=specs.service(definition))["id"]
        client.create_service_key(service, "shop")
        while (
            client.execute("query($i: ID!) { service(id: $i) { state } }", {"i": service})["service"]["state"]
            != "READY"
        ):
            time.sleep(0.2)
        client.deploy_service(service, spec={"command": "exit 3"}, strategy={"kind": "CANARY"})
        failing = "query($i: ID!) { service(id: $i) { revisions { state } } }"
        while client.execute(failing, {"i": service})["service"]["revisions"][0]["state"] != "FAILED":
            time.sleep(0.2)
        client.invoke_service(service, path="/", method="GET")
        made = {
            "model": model,
            "service": service,
            "notebook": notebook,
            "image": image["image"]["id"],
            "search": search,
            "invitation": invitation,
        }
        return made | {
            "pipeline": pipeline["name"],
            "runs": runs,
            "steps": steps,
            "template": template["id"],
            "secret": "",
        }


def pages(world: dict) -> dict[str, str]:
    run, one = world["runs"][-1], "/projects/show/pipelines/" + world["pipeline"]
    return {
        "home": "/",
        "projects": "/projects",
        "project-archived": "/projects/archived",
        "project": "/projects/show",
        "pipelines": "/projects/show/pipelines",
        "pipelines-none": "/projects/show/pipelines?search=nothing-is-called-so",
        "new-pipeline": "/projects/show/pipelines?new=1",
        "pipeline": f"{one}?tab=runs",
        "editor": f"{one}?tab=edit",
        "editor-step": f"{one}?tab=edit&step=x",
        "versions": f"{one}?tab=versions",
        "schedules": f"{one}?tab=schedules",
        "all-schedules": "/schedules",
        "start": f"{one}?tab=runs&start=1",
        "runs": "/runs",
        "run": f"/runs/{run}",
        "run-table": f"/runs/{run}?view=table",
        "run-timeline": f"/runs/{run}?view=time",
        "run-fan": f"/runs/{run}?step=fan",
        "run-log": f"/runs/{run}?step=fan&tab=log",
        "run-ran": f"/runs/{run}?step=good&tab=overview",
        "run-files": f"/runs/{run}?step=good&tab=artifacts",
        "run-metrics": f"/runs/{run}?step=good&tab=metrics",
        "run-resources": f"/runs/{run}?step=good&tab=resources",
        "run-events": f"/runs/{run}?step=good&tab=events",
        "run-missing": "/runs/01a20000-0000-7000-8000-000000000000",
        "compare": f"/compare?runs={','.join(world['runs'])}",
        "compare-metrics": f"/compare?runs={','.join(world['runs'])}&tab=metrics",
        "templates": "/templates",
        "template": f"/templates/{world['template']}",
        "notebooks": "/notebooks",
        "new-notebook": "/notebooks?new=1",
        "notebook": f"/notebooks/{world['notebook']}",
        "notebook-resources": f"/notebooks/{world['notebook']}?tab=resources",
        "notebook-events": f"/notebooks/{world['notebook']}?tab=events",
        "notebook-settings": f"/notebooks/{world['notebook']}?tab=settings",
        "images": "/images",
        "new-image": "/images?new=1",
        "image": f"/images/{world['image']}",
        "image-recipe": f"/images/{world['image']}?tab=recipe",
        "searches": "/searches",
        "new-search": "/searches?new=1",
        "search": f"/searches/{world['search']}",
        "models": "/models",
        "new-model": "/models?new=1",
        "model": f"/models/{world['model']}",
        "model-files": f"/models/{world['model']}?tab=files",
        "model-card": f"/models/{world['model']}?tab=card",
        "services": "/services",
        "new-service": "/services?new=1",
        "service": f"/services/{world['service']}",
        "service-try": f"/services/{world['service']}?tab=try",
        "service-requests": f"/services/{world['service']}?tab=requests",
        "service-log": f"/services/{world['service']}?tab=log",
        "service-resources": f"/services/{world['service']}?tab=resources",
        "service-events": f"/services/{world['service']}?tab=events",
        "service-settings": f"/services/{world['service']}?tab=settings",
        "people": "/people",
        "join": f"/join?invitation={world['invitation']}",
        "join-none": "/join?invitation=cubejoin_nothing",
        "audit": "/audit",
        "tasks": "/tasks",
        "clusters": "/clusters",
        "tokens": "/tokens",
        "notifications": "/notifications",
        "notification-settings": "/notifications?tab=settings",
        "notification-channels": "/notifications?tab=channels",
        "nowhere": "/no/such/page",
    }


NAMES = list(
    pages(
        {
            "pipeline": "",
            "runs": ["", ""],
            "template": "",
            "steps": {},
            "notebook": "",
            "image": "",
            "search": "",
            "model": "",
            "service": "",
            "invitation": "",
        }
    )
)


def settle(page: Page) -> None:
    """Until nothing is on its way any more."""
    expect(page.locator("main, [role=main]").first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    # Asked anew each time: what the page itself evaluates later, as wait_for_function has it do, its content
    # security policy refuses.
    while page.evaluate(
        "document.getAnimations().some((each) => each.playState === 'running' && "
        "each.effect.getTiming().iterations !== Infinity)"
    ):
        page.wait_for_timeout(20)


def faults(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', "
        "'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [
        f"{each['id']}: {node['html'][:160]} — {node['failureSummary'][:200]}"
        for each in found["violations"]
        for node in each["nodes"][:4]
    ]


@pytest.mark.parametrize(
    ("theme", "language", "widths"), [("light", "en", (1440, 390)), ("dark", "zh", (390, 1440))]
)
@pytest.mark.parametrize("part", range(3))
def test_every_page(chromium, session, server, world, theme, language, widths, part):
    """As wide as on a desk and as narrow as a telephone, each also as a window may become while one looks at
    it."""
    SHOTS.mkdir(exist_ok=True)
    context = chromium.new_context(storage_state=session, base_url=server.url, color_scheme=theme)
    context.add_init_script(f"localStorage.setItem('cube-language', '{language}')")
    page = context.new_page()
    said = watch(page)
    wrong: dict[str, list[str]] = {}
    for name, path in itertools.islice(pages(world).items(), part, None, 3):
        page.set_viewport_size({"width": widths[0], "height": 900})
        page.goto(path)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            settle(page)
            found = faults(page)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                found.append(f"{wide} pixels spill over the right edge")
            page.screenshot(path=SHOTS / f"{name}-{width}-{theme}-{language}.png")
            if found:
                wrong[f"{name} {width}"] = found
    context.close()
    assert not wrong, "\n".join(f"{name}: {line}" for name, lines in wrong.items() for line in lines)
    assert not said


def test_nothing_is_outside_of_a_dialog(page, world):
    """With long values, on a desk and on a telephone."""
    wrong: dict[str, list[str]] = {}
    for name, (path, *presses) in dialogs.all_of(world).items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        try:
            for press in presses:
                page.get_by_role("button", name=press, exact=True).or_(
                    page.get_by_role("menuitem", name=press, exact=True)
                ).first.click(timeout=10_000)
            found = dialogs.outside(page)
        except Error as error:
            wrong[name] = [f"it was not opened: {str(error)[:300]}"]
            continue
        page.set_viewport_size({"width": 1440, "height": 900})
        dialogs.fill(page)
        if found := [*found, *dialogs.outside(page)]:
            page.screenshot(path=SHOTS / f"dialog-{name}.png")
            wrong[name] = found
    # What is shown once is long, too.
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/tokens")
    page.get_by_role("button", name="New token").click()
    page.get_by_label("Name").fill("long")
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_role("dialog", name="Your new token")).to_be_visible()
    if found := dialogs.outside(page):
        wrong["your-token"] = found
    assert not wrong, "\n".join(f"{name}: {line}" for name, lines in wrong.items() for line in lines)


def test_signed_out(chromium, server):
    context = chromium.new_context(base_url=server.url)
    page = context.new_page()
    page.goto("/runs")
    expect(page.get_by_role("heading", name="Sign in to Cube Studio")).to_be_visible()
    assert not faults(page)
    page.get_by_label("Sign-in link").fill("hello")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This is not a sign-in link")).to_be_visible()
    context.close()


def test_the_explorer_answers(page):
    page.goto("/graphql")
    expect(page.get_by_role("region", name="Query Editor")).to_contain_text("viewerRole")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Execute query").click()
    expect(page.get_by_text('"viewerRole"').first).to_be_visible()


def test_nothing_is_asked_of_another_host(page, server, world):
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "//" in request.url else None)
    for name in ("home", "editor", "run-log", "run-metrics", "compare"):
        page.goto(pages(world)[name])
        settle(page)
    assert hosts == {server.url.split("/")[2]}
