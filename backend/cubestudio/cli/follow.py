"""Following a run in a terminal: one line for each change of a step."""

import sys
import time
from typing import Any

from cubestudio.cli import logs
from cubestudio.client import Client

QUERY = """subscription($id: ID!, $since: String) { runChanged(id: $id, since: $since) { cursor run {
  id number state explanation steps { id name state explanation itemCount attempt cacheReason startedAt finishedAt pod { id } } } } }"""  # noqa: E501
MARKS = {
    "SUCCEEDED": "✓",
    "CACHED": "=",
    "FAILED": "✗",
    "SKIPPED": "-",
    "CANCELLED": "×",
    "RUNNING": "▶",
    "RETRYING": "↻",
}


def follow(client: Client, run: str, out: Any = None, silence: float = 30) -> str:
    """Print each change of a step until the run has ended; return the final state of the run. After `silence`
    seconds without changes the run is read again."""
    out = out or sys.stdout
    began = time.monotonic()
    seen: dict[str, tuple] = {}
    state = "QUEUED"
    open_: list[str] = []

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {text}", file=out, flush=True)

    for data in client.resumed(
        QUERY, {"id": run}, lambda data: data["runChanged"]["cursor"], silence=silence
    ):
        if data is None:
            if open_:
                say(f"… still {', '.join(open_)}")
            continue
        current = data["runChanged"]["run"]
        open_ = [
            f"{step['name']} {step['state'].lower()}"
            for step in current["steps"]
            if step["state"] in ("PENDING", "RUNNING", "RETRYING")
        ]
        for step in current["steps"]:
            now = (step["state"], step["attempt"], step["explanation"])
            if seen.get(step["id"]) == now or step["state"] == "QUEUED":
                continue
            seen[step["id"]] = now
            items = f" ×{step['itemCount']}" if step["itemCount"] is not None else ""
            reason = step["cacheReason"] if step["state"] == "CACHED" else step["explanation"]
            say(
                f"{MARKS.get(step['state'], '·')} {step['name']}{items} {step['state'].lower()}"
                + (f": {reason}" if reason else "")
            )
        if current["state"] != state:
            state = current["state"]
            say(
                f"run #{current['number']} {state.lower()}"
                + (f": {current['explanation']}" if current["explanation"] else "")
            )
        if state == "FAILED":
            _print_failed_logs(client, run, out)
    return state


def _print_failed_logs(client: Client, run: str, out: Any) -> None:
    """Print the last lines of the log of each failed pod, of at most five."""
    data = client.execute(
        "query($id: ID!) { run(id: $id) { pods { id step item attempt state logSize } } }", {"id": run}
    )
    for pod in [pod for pod in data["run"]["pods"] if pod["state"] == "FAILED"][:5]:
        if lines := logs.last(client, pod["id"], pod["logSize"]):
            print(f"\n--- the last lines of {logs.name(pod)}\n" + "\n".join(lines), file=out, flush=True)
