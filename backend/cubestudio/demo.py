"""The main job, from nothing: run the example pipeline, search for a better model, register it, deploy it, ask it."""

import json
import os
from pathlib import Path
from typing import Any

from cubestudio.client import Client
from cubestudio.client.follow import follow

PROJECT = "example"


TRIALS = 12
SPACE = {"trees": {"type": "int", "low": 1, "high": 60, "log": True}, "depth": {"type": "int", "low": 1, "high": 8}, "leaf": [1, 2, 5, 10]}
SEARCH = {"objectives": [{"metric": "accuracy"}], "space": SPACE, "trials": TRIALS, "parallel": 2, "algorithm": {"startup": 6}, "seed": 7}


def example(name: str) -> str:
    """An example pipeline: of the checkout, or as shipped in the package."""
    for place in (Path(__file__).parents[2] / "examples", Path(__file__).parent / "examples"):
        if (place / name).exists():
            return (place / name).read_text()
    raise FileNotFoundError(f"examples/{name}")


def drive(url: str, token: str) -> int:
    """Everything to its end, going on where an earlier start was stopped; 0 when it succeeded."""
    with Client(url, token) as client:
        if client.project(PROJECT) is None:
            client.create_project(PROJECT, description="What Cube Studio can do, on a data set that ships with scikit-learn.")
        if not train(client):
            return 1
        best = search(client)
        return 0 if best and serve(client, best) else 1


def train(client: Client) -> bool:
    """Run the example pipeline, or follow the run that an earlier start left open."""
    saved = client.save_pipeline(PROJECT, yaml=example("wine.yaml"))["pipeline"]
    query = "query($id: ID!) { runs(pipeline: $id, first: 1) { nodes { id number state } } }"
    last = client.execute(query, {"id": saved["id"]})["runs"]["nodes"]
    if last and last[0]["state"] in ("QUEUED", "RUNNING"):
        run = last[0]
        print(f"Run #{run['number']} was under way when the platform stopped; following it.", flush=True)
    else:
        cache = os.environ.get("CUBE_DEMO_CACHE", "1") != "0"
        run = client.start_run(saved["id"], cache=cache)
        print(f"Run #{run['number']} of pipeline {saved['name']}: load, split, train three models, evaluate, report.", flush=True)
    state = follow(client, run["id"])
    if state == "SUCCEEDED":
        results(client, run["id"])
    return state == "SUCCEEDED"


def search(client: Client) -> dict[str, Any] | None:
    """The best trial of a search over the forest's parameters: {run, value, params}; an earlier search is taken up again."""
    saved = client.save_pipeline(PROJECT, yaml=example("tune.yaml"))["pipeline"]
    query = 'query($p: String) { searches(project: $p, search: "forest", first: 1) { nodes { id } } }'
    there = client.execute(query, {"p": PROJECT})["searches"]["nodes"]
    if there:
        print("\nSearch forest was begun before; following it.", flush=True)
    else:
        print(f"\nSearch forest: {TRIALS} trials over trees, depth and leaf, two at a time.", flush=True)
    key = there[0]["id"] if there else client.create_search(saved["id"], "forest", SEARCH)["id"]
    told = -1
    text = "subscription($id: ID!) { searchUpdated(id: $id) { search { state explanation counts best } } }"
    for data in client.subscribe(text, {"id": key}):
        found = data["searchUpdated"]["search"]
        ended = sum(count for state, count in found["counts"].items() if state not in ("Running", "Pruning", "Stopping"))
        if ended != told:
            told = ended
            best = f", best so far {found['best']['values'][0]:.4f}" if found["best"] else ""
            print(f"  {ended} of {TRIALS} trials{best}", flush=True)
        if found["state"] not in ("RUNNING", "PAUSED", "STOPPING"):
            if found["state"] != "SUCCEEDED" or not found["best"]:
                print(f"The search {found['state'].lower()}: {found['explanation']}", flush=True)
                return None
            return dict(found["best"])
    return None


def serve(client: Client, best: dict[str, Any]) -> bool:
    """Register the best trial's model, deploy it, and ask it about wines that it was trained on."""
    signature = next(
        (
            json.loads(client.download(file["url"]))
            for step in client.execute("query($id: ID!) { run(id: $id) { steps { artifacts { path url } } } }", {"id": best["run"]})["run"][
                "steps"
            ]
            for file in step["artifacts"]
            if file["path"] == "signature.json"
        ),
        None,
    )
    about = {"signature": signature, "description": f"The best of {TRIALS} trials."}
    made = client.register_model(best["run"], "fit", "wine", paths=["model.joblib"], about=about)
    version = made["version"]["number"]
    print(f"\nModel wine, version {version}: {best['values'][0]:.4f} right with {json.dumps(best['params'])}.", flush=True)
    there = next((each for each in client.services(project=PROJECT, search="wine")["nodes"] if each["name"] == "wine"), None)
    if there is None:
        definition = {"kind": "model", "cpu": 0.25, "memory": "512Mi"}
        key = client.create_service(PROJECT, "wine", definition=definition, model=f"wine:{version}")["id"]
    else:
        key = there["id"]
        client.start_service(key) if not there["on"] else None
        if made["changed"]:
            client.deploy_service(key, model=f"wine:{version}")
    text = "subscription($id: ID!) { serviceUpdated(id: $id) { service { state url revisions { number state explanation } } } }"
    for data in client.subscribe(text, {"id": key}):
        service = data["serviceUpdated"]["service"]
        newest = service["revisions"][0]
        if newest["state"] == "READY" and service["state"] == "Ready":
            break
        if newest["state"] == "FAILED":
            print(f"Service wine failed: {newest['explanation']}", flush=True)
            return False
    rows = signature["example"] if signature else []
    answer = client.try_service(key, body=json.dumps({"inputs": rows}))
    if answer["status"] != 200:
        print(f"Service wine answered {answer['status']}: {answer['body']}", flush=True)
        return False
    outputs = json.loads(answer["body"])["outputs"]
    print(
        f"Service wine answers at {service['url']}/predict: wines {rows and [row[:3] for row in rows]} … are of cultivars {outputs}.",
        flush=True,
    )
    return True


def results(client: Client, run: str) -> None:
    """Print the report's table and the list of what was kept."""
    query = "query($id: ID!) { run(id: $id) { steps { name outputs artifacts { path size url } } } }"
    for step in client.execute(query, {"id": run})["run"]["steps"]:
        for artifact in step["artifacts"]:
            if artifact["path"] == "report.md":
                print("\n" + client.download(artifact["url"]).decode().strip() + "\n")
    names = [f"{step['name']}/{file['path']}" for step in client.execute(query, {"id": run})["run"]["steps"] for file in step["artifacts"]]
    print(f"Kept: {', '.join(names)}", flush=True)
