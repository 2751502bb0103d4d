"""Logs in a terminal: of a pod, or of the pods of a run, to their last byte."""

import sys
import time
from collections.abc import Iterator
from typing import Any

from cubestudio.client.client import Client
from cubestudio.client.transport import Failed

LOGS = "subscription($pod: ID!, $since: Long!) { logs(pod: $pod, since: $since) { cursor text done } }"
PODS = """subscription($id: ID!, $since: String) { runUpdated(id: $id, since: $since) { cursor run {
  state steps { name } pods { id step item attempt } } } }"""
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
TAIL = 64 * 1024
"""Bytes of the end of a log of which the last lines are shown."""


def follow(client: Client, pod: str, since: int = 0, patience: float | None = None) -> Iterator[str]:
    """Yield the text of a pod's log from byte `since` on, as it grows, until it is complete. Raises
    TimeoutError when nothing came for `patience` seconds; Failed when there is no such pod."""
    heard = time.monotonic()
    variables = {"pod": pod, "since": since}
    for data in client.resumed(LOGS, variables, lambda data: data["logs"]["cursor"], lasting=True):
        if data is not None:
            heard = time.monotonic()
            yield data["logs"]["text"]
        elif patience is not None and time.monotonic() - heard > patience:
            raise TimeoutError(f"nothing more of the log came for {patience:.0f} s")


def shown(text: str) -> list[str]:
    """The lines of a text as a terminal leaves them: of what carriage returns replaced, the last is there."""
    lines = text.split("\n")
    return [
        next((part for part in reversed(line.split("\r")) if part), "")
        for line in (lines[:-1] if lines[-1] == "" else lines)
    ]


def last(client: Client, pod: str, size: int, count: int = 20, patience: float = 60) -> list[str]:
    """The last lines of a pod that has ended, `size` bytes of whose log are kept by now: waits until all of
    it is."""
    since = max(size - TAIL, 0)
    text, unfinished = "", []
    try:
        for more in follow(client, pod, since, patience):
            text = (text + more)[-TAIL:]
    except TimeoutError as error:
        unfinished = [f"({error}; what the pod wrote last is not here yet)"]
    return shown(text)[-count:] + unfinished


def name(pod: dict[str, Any]) -> str:
    """How a pod of a run is called: step, item and attempt."""
    item = f"[{pod['item']}]" if pod["item"] is not None else ""
    return f"{pod['step']}{item}" + (f", attempt {pod['attempt']}" if pod["attempt"] > 1 else "")


def show(
    client: Client, id: str, step: str | None, follows: bool, out: Any = None, aside: Any = None
) -> None:
    """Print the log of a pod, or of each pod of a run (of one step when named), one after the other; with
    `follows` each to its end, and those that are still to come. Where several are printed a line on `aside`
    says whose is next. Raises Failed when there is no such run or pod, or no such step."""
    out, aside = out or sys.stdout, aside or sys.stderr
    if client.execute("query($id: ID!) { pod(id: $id) { id } }", {"id": id})["pod"]:
        return _print(client, id, follows, out)
    seen: set[str] = set()
    while True:
        fresh, over = _fresh(client, id, step, seen, follows)
        for pod in fresh:
            seen.add(pod["id"])
            print(f"--- {name(pod)}", file=aside, flush=True)
            _print(client, pod["id"], follows, out)
        if (over and not fresh) or not follows:
            return


def _fresh(
    client: Client, run: str, step: str | None, seen: set[str], follows: bool
) -> tuple[list[dict[str, Any]], bool]:
    """Pods of a run that were not seen yet, once there are any or the run has ended; and whether it has."""
    for data in client.resumed(PODS, {"id": run}, lambda data: data["runUpdated"]["cursor"]):
        if data is None:
            continue
        now = data["runUpdated"]["run"]
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
