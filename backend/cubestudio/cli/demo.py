"""The main job, from nothing: run the example pipeline, search for a better model, register it, deploy it,
ask it."""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from cubestudio.cli.follow import follow
from cubestudio.client import Client, Failed, Refused
from cubestudio.client.types import ModelSignatureInput, SearchSpecInput, ServiceSpecInput

T = TypeVar("T")
PROJECT = "example"
TRIALS = 12
SEARCH: SearchSpecInput = {
    "objectives": [{"metric": "accuracy"}],
    "parameters": [
        {"name": "trees", "distribution": {"int": {"low": 1, "high": 60, "log": True}}},
        {"name": "depth", "distribution": {"int": {"low": 1, "high": 8}}},
        {"name": "leaf", "distribution": {"categorical": {"choices": [1, 2, 5, 10]}}},
    ],
    "trials": TRIALS,
    "parallelism": 2,
    "sampler": {"startupTrials": 6},
    "seed": 7,
}


def example(name: str) -> str:
    """An example pipeline: of the checkout, or as shipped in the package."""
    for place in (Path(__file__).parents[3] / "examples", Path(__file__).parents[1] / "examples"):
        if (place / name).exists():
            return (place / name).read_text()
    raise FileNotFoundError(f"examples/{name}")


class Stopped(Exception):
    """The demo was told to stop."""


class Output(io.TextIOBase):
    """Standard output until the demo is told to stop: whatever writes after that ends."""

    def __init__(self) -> None:
        self.stopped = False

    def write(self, text: str) -> int:
        if self.stopped:
            raise Stopped
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


def _typed(signature: Mapping[str, Any]) -> ModelSignatureInput:
    """Return a signature as a step writes it, in the form of the API."""
    return {
        "inputs": [{**each, "type": each["type"].upper()} for each in signature["inputs"]],
        "outputs": [{**each, "type": each["type"].upper()} for each in signature["outputs"]],
        "example": signature["example"],
    }


class Show:
    """The example from its beginning to its end, continued where an earlier start was stopped. `leave`: what
    it started is stopped then."""

    def __init__(self, url: str, token: str, leave: bool):
        self._client = Client(url, token)
        self._leave = leave
        self._out = Output()
        self._began = time.monotonic()

    def stop(self) -> None:
        """End it soon, without a word, from another thread."""
        self._out.stopped = True
        self._client.close()

    def run(self) -> int:
        """0 when all of it succeeded."""
        try:
            with self._client as client:
                if client.project(PROJECT) is None:
                    client.create_project(
                        PROJECT,
                        description="What Cube Studio can do, on a data set that ships with scikit-learn.",
                    )
                good = self._stage("1 of 3: pipeline", self._train)
                best = self._stage("2 of 3: search", self._search) if good else None
                served = best is not None and self._stage("3 of 3: service", lambda: self._serve(best))
        except (Failed, Refused, httpx2.HTTPError) as error:
            self._say(f"The demo cannot continue: {error}")
            served = False
        self._say(
            f"\n{'Everything succeeded' if served else 'Not everything succeeded'}, in {self._seconds:.0f} s."
        )
        return 0 if served else 1

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def _stage(self, name: str, work: Callable[[], T]) -> T:
        self._say(f"\n── {name} ({self._seconds:.0f} s after the start)")
        return work()

    def _news(self, query: str, key: str, waiting: str) -> Iterator[dict[str, Any]]:
        """What a subscription tells of one thing; while nothing changes, that it is still waited for."""
        for data in self._client.resumed(query, {"id": key}):
            if data is None:
                self._say(f"  … still {waiting} ({self._seconds:.0f} s)")
            else:
                yield data

    def _train(self) -> bool:
        """Run the example pipeline, or follow the run that an earlier start left open."""
        client = self._client
        saved = client.save_pipeline(PROJECT, yaml=example("wine.yaml"))["pipeline"]
        query = "query($id: ID!) { runs(pipeline: $id, first: 1) { nodes { id number state } } }"
        last = client.execute(query, {"id": saved["id"]})["runs"]["nodes"]
        if last and last[0]["state"] in ("QUEUED", "RUNNING"):
            run = last[0]
            self._say(f"Run #{run['number']} was started before and has not ended; following it.")
        else:
            run = client.start_run(saved["id"], cache=os.environ.get("CUBE_DEMO_CACHE", "1") != "0")
            self._say(
                f"Run #{run['number']} of pipeline {saved['name']}: load, split, train three models, "
                "evaluate, report."
            )
            if run["number"] == 1:
                self._say(
                    "The first run builds the Python environment of its steps, which can take "
                    "minutes on a slow network."
                )
        state = follow(client, run["id"], self._out)
        if state == "SUCCEEDED":
            self._results(run["id"])
        return state == "SUCCEEDED"

    def _results(self, run: str) -> None:
        """Print the report's table and the list of what was kept."""
        client = self._client
        query = "query($id: ID!) { run(id: $id) { steps { name outputs artifacts { path size url } } } }"
        steps = client.execute(query, {"id": run})["run"]["steps"]
        for artifact in (each for step in steps for each in step["artifacts"]):
            if artifact["path"] == "report.md":
                self._say("\n" + client.download(artifact["url"]).decode().strip() + "\n")
        self._say("Each accuracy is that of one model, trained on 70 % of the wines, on the other 30 %.")
        names = [f"{step['name']}/{file['path']}" for step in steps for file in step["artifacts"]]
        self._say(f"Stored: {', '.join(names)}")

    def _search(self) -> dict[str, Any] | None:
        """The best trial of a search over the forest's parameters: {run, value, params}; an earlier search is
        taken up again."""
        client = self._client
        saved = client.save_pipeline(PROJECT, yaml=example("tune.yaml"))["pipeline"]
        query = 'query($p: String) { searches(project: $p, search: "forest", first: 1) { nodes { id } } }'
        there = client.execute(query, {"p": PROJECT})["searches"]["nodes"]
        if there:
            self._say("Search forest was started before; following it.")
        else:
            self._say(f"Search forest: {TRIALS} trials over trees, depth and leaf, two at a time.")
        key = there[0]["id"] if there else client.create_search(saved["id"], "forest", SEARCH)["id"]
        told = -1
        text = (
            "subscription($id: ID!) { searchChanged(id: $id) { search { state explanation "
            "counts { state count } bestTrial { runId params value } } } }"
        )
        for data in self._news(text, key, "searching"):
            found = data["searchChanged"]["search"]
            ended = sum(
                each["count"]
                for each in found["counts"]
                if each["state"] not in ("RUNNING", "PRUNING", "STOPPING")
            )
            if ended != told:
                told = ended
                best = f", best accuracy {found['bestTrial']['value']:.4f}" if found["bestTrial"] else ""
                self._say(f"{self._seconds:7.1f} s  {ended} of {TRIALS} trials{best}")
            if found["state"] not in ("RUNNING", "PAUSED", "STOPPING"):
                if found["state"] != "SUCCEEDED" or not found["bestTrial"]:
                    self._say(f"The search {found['state'].lower()}: {found['explanation']}")
                    return None
                self._say(
                    "Accuracy is the mean of a 5-fold cross-validation over all wines: "
                    f"{found['bestTrial']['value']:.4f} is measured"
                )
                self._say(
                    "differently from the numbers of the pipeline above, and is not comparable with them."
                )
                return dict(found["bestTrial"])
        return None

    def _serve(self, best: dict[str, Any]) -> bool:
        """Register the best trial's model, deploy it, and ask it about wines that it was trained on."""
        client = self._client
        query = "query($id: ID!) { run(id: $id) { steps { artifacts { path url } } } }"
        files = [
            file
            for step in client.execute(query, {"id": best["runId"]})["run"]["steps"]
            for file in step["artifacts"]
        ]
        signature = next(
            (json.loads(client.download(file["url"])) for file in files if file["path"] == "signature.json"),
            None,
        )
        made = client.register_model(
            best["runId"],
            "fit",
            "wine",
            paths=["model.joblib"],
            description=f"The best of {TRIALS} trials.",
            signature=_typed(signature) if signature else None,
        )
        version = made["version"]["number"]
        self._say(
            f"Model wine, version {version}: accuracy {best['value']:.4f} (cross-validated) with "
            f"{json.dumps(best['params'])}."
        )
        there = next(
            (
                each
                for each in client.services(project=PROJECT, search="wine")["nodes"]
                if each["name"] == "wine"
            ),
            None,
        )
        on = there is not None and there["enabled"]
        if there is None:
            spec: ServiceSpecInput = {"resources": {"cpu": 0.25, "memory": 2**29}}
            key = client.create_service(PROJECT, "wine", spec=spec, model=f"wine:{version}")["id"]
        else:
            key = there["id"]
            client.start_service(key) if not on else None
            if made["changed"]:
                client.deploy_service(key, model=f"wine:{version}")
        try:
            return self._ready(key) and self._ask(key, signature)
        finally:
            if self._leave and not on and not self._out.stopped:
                self._end(key)

    def _ready(self, key: str) -> bool:
        text = (
            "subscription($id: ID!) { serviceChanged(id: $id) { service { state revisions { number state "
            "explanation } } } }"
        )
        for data in self._news(text, key, "starting the service"):
            service = data["serviceChanged"]["service"]
            newest = service["revisions"][0]
            if newest["state"] == "READY" and service["state"] == "READY":
                return True
            if newest["state"] == "FAILED":
                self._say(f"Service wine failed: {newest['explanation']}")
                return False
        return False

    def _ask(self, key: str, signature: dict[str, Any] | None) -> bool:
        client = self._client
        rows = signature["example"] if signature else []
        answer = client.invoke_service(key, body=json.dumps({"inputs": rows}))
        if answer["status"] != 200:
            self._say(f"Service wine answered {answer['status']}: {answer['body']}")
            return False
        url = client.execute("query($id: ID!) { service(id: $id) { url } }", {"id": key})["service"]["url"]
        outputs = json.loads(answer["body"])["outputs"]
        self._say(
            f"Service wine answers at {url}/predict: wines {rows and [row[:3] for row in rows]} … "
            f"are of cultivars {outputs}."
        )
        return True

    def _end(self, key: str) -> None:
        """Stop the service, until no process of it is left."""
        self._client.stop_service(key)
        text = (
            "subscription($id: ID!) { serviceChanged(id: $id) { service { revisions { state } replicas { "
            "pod { state } } } } }"
        )
        for data in self._news(text, key, "stopping the service"):
            service = data["serviceChanged"]["service"]
            states = {each["state"] for each in service["revisions"]}
            if states <= {"STOPPED", "ASLEEP", "FAILED"} and not {
                each["pod"]["state"] for each in service["replicas"]
            } & {"PENDING", "RUNNING"}:
                self._say("The service is stopped.")
                return
