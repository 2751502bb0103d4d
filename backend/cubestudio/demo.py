"""The main job, from nothing: make the example project, run the example pipeline, say where its results are."""

import os
from pathlib import Path

from cubestudio.client import Client
from cubestudio.client.follow import follow

PROJECT = "example"


def example() -> Path:
    """The example pipeline: of the checkout, or as shipped in the package."""
    for place in (Path(__file__).parents[2] / "examples", Path(__file__).parent / "examples"):
        if (place / "wine.yaml").exists():
            return place / "wine.yaml"
    raise FileNotFoundError("examples/wine.yaml")


def drive(url: str, token: str) -> int:
    """Run the example to its end, or finish the run that an earlier start left open; 0 when it succeeded."""
    with Client(url, token) as client:
        if client.project(PROJECT) is None:
            client.create_project(PROJECT, description="What Cube Studio can do, on a data set that ships with scikit-learn.")
        saved = client.save_pipeline(PROJECT, yaml=example().read_text())["pipeline"]
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
        return 0 if state == "SUCCEEDED" else 1


def results(client: Client, run: str) -> None:
    """Print the report's table and the list of what was kept."""
    query = "query($id: ID!) { run(id: $id) { steps { name outputs artifacts { path size url } } } }"
    for step in client.execute(query, {"id": run})["run"]["steps"]:
        for artifact in step["artifacts"]:
            if artifact["path"] == "report.md":
                print("\n" + client.download(artifact["url"]).decode().strip() + "\n")
    names = [f"{step['name']}/{file['path']}" for step in client.execute(query, {"id": run})["run"]["steps"] for file in step["artifacts"]]
    print(f"Kept: {', '.join(names)}", flush=True)
