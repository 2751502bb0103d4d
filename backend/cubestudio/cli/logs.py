"""Logs in a terminal: of a pod, or of all pods of a run, complete to their last byte."""

import sys
import time
from collections.abc import Iterator
from typing import Any

from cubestudio.client import Client, Failed

LOGS = "subscription($pod: ID!, $since: Long!) { logs(pod: $pod, since: $since) { cursor text done } }"
PODS = """subscription($id: ID!, $since: String) { runChanged(id: $id, since: $since) { cursor run {
  state steps { name } pods { id step item attempt } } } }"""
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
TAIL = 64 * 1024
"""Bytes of the end of a log of which the last lines are shown."""


def follow(client: Client, pod: str, since: int = 0, patience: float | None = None) -> Iterator[str]:
    """Yield the text of a pod's log from byte `since` on, as it grows, until it is complete. Raises
    TimeoutError when nothing came for `patience` seconds; Failed when there is no such pod."""
    last_data = time.monotonic()
    variables = {"pod": pod, "since": since}
    for data in client.resumed(LOGS, variables, lambda data: data["logs"]["cursor"], lasting=True):
        if data is not None:
            last_data = time.monotonic()
            yield data["logs"]["text"]
        elif patience is not None and time.monotonic() - last_data > patience:
            raise TimeoutError(f"nothing more of the log came for {patience:.0f} s")


def shown(text: str) -> list[str]:
    """Return the lines of a text as a terminal shows them: after a carriage return, text replaces the
    line."""
    lines = text.split("\n")
    return [
        next((part for part in reversed(line.split("\r")) if part), "")
        for line in (lines[:-1] if lines[-1] == "" else lines)
    ]


def last(client: Client, pod: str, size: int, count: int = 20, patience: float = 60) -> list[str]:
    """Return the last lines of the log of a pod that has ended, after its end is stored too. `size`: bytes
    that are stored now; `patience`: seconds to wait for more."""
    since = max(size - TAIL, 0)
    text, unfinished = "", []
    try:
        for more in follow(client, pod, since, patience):
            text = (text + more)[-TAIL:]
    except TimeoutError as error:
        unfinished = [f"({error}; what the pod wrote last is not here yet)"]
    return shown(text)[-count:] + unfinished


def name(pod: dict[str, Any]) -> str:
    """Return the name of a pod of a run: step, item and attempt."""
    item = f"[{pod['item']}]" if pod["item"] is not None else ""
    return f"{pod['step']}{item}" + (f", attempt {pod['attempt']}" if pod["attempt"] > 1 else "")


def show(
    client: Client, id: str, step: str | None, follows: bool, out: Any = None, titles: Any = None
) -> None:
    """Print the log of a pod, or of the pods of a run, or of one of its steps, one after the other. With
    `follows` print each to its end, and those of later pods too. The name of each pod of a run goes to
    `titles`. Raises Failed when the pod, run or step does not exist."""
    out, titles = out or sys.stdout, titles or sys.stderr
    if client.execute("query($id: ID!) { pod(id: $id) { id } }", {"id": id})["pod"]:
        return _print(client, id, follows, out)
    seen: set[str] = set()
    while True:
        fresh, over = _fresh(client, id, step, seen, follows)
        for pod in fresh:
            seen.add(pod["id"])
            print(f"--- {name(pod)}", file=titles, flush=True)
            _print(client, pod["id"], follows, out)
        if (over and not fresh) or not follows:
            return


def _fresh(
    client: Client, run: str, step: str | None, seen: set[str], follows: bool
) -> tuple[list[dict[str, Any]], bool]:
    """Wait for pods of a run that were not seen yet, or for its end; return these pods, and whether it
    ended."""
    for data in client.resumed(PODS, {"id": run}, lambda data: data["runChanged"]["cursor"]):
        if data is None:
            continue
        now = data["runChanged"]["run"]
        if step is not None and step not in {each["name"] for each in now["steps"]}:
            raise Failed([{"message": f"The run has no step {step}.", "extensions": {"code": "NOT_FOUND"}}])
        found = [pod for pod in now["pods"] if pod["id"] not in seen and step in (None, pod["step"])]
        if found or now["state"] in ENDED or not follows:
            return found, now["state"] in ENDED
    return [], True


def _print(client: Client, pod: str, follows: bool, out: Any) -> None:
    if follows:
        for text in follow(client, pod):
            print(text, end="", file=out, flush=True)
        return
    chunk = client.log(pod)
    while chunk and chunk["text"]:
        print(chunk["text"], end="", file=out, flush=True)
        chunk = client.log(pod, since=chunk["cursor"])
