"""Stands for one trial of somebody else's engine: has the platform run the point, passes on what that
reports, and ends as it ends.

    python3 waiter.py nni        the point is what NNI gives, and what is reported goes to NNI python3
    waiter.py katib      the point is in CUBE_POINT_<n> (name=value), CUBE_TRIAL names it, and name=value
    lines are printed

It needs nothing but Python 3.8, CUBE_API_URL and CUBE_TOKEN.
"""

import contextlib
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request

EACH = 2
"""Seconds between two looks at a trial."""
ROW = "{ number state values intermediateValues reason }"
SUGGEST = (
    "mutation($k: String!, $p: JSON!) { told: suggestTrial(key: $k, params: $p) { ... on "
    "SuggestedTrial %s ... on Problem { message hint } } }"
) % ROW
LOOK = "query($k: String!) { told: suggestedTrial(key: $k) %s }" % ROW
DROP = (
    "mutation($k: String!) { told: discardTrial(key: $k) { ... on Done { id } ... on Problem { message } } }"
)


class Failed(Exception):
    """The trial came to no number, for the reason given."""


def ask(text, **variables):
    """One question to the platform; asked again while it does not answer, because a restart of it must not
    cost a trial."""
    body = json.dumps({"query": text, "variables": variables}).encode()
    headers = {
        "content-type": "application/json",
        "authorization": "Bearer " + os.environ["CUBE_TOKEN"],
        "x-cube-client": "engine",
    }
    pause = 0.5
    while True:
        try:
            request = urllib.request.Request(os.environ["CUBE_API_URL"] + "/graphql", body, headers)
            with urllib.request.urlopen(request, timeout=60) as answer:
                told = json.loads(answer.read().decode())
            if told.get("errors"):
                raise Failed(told["errors"][0]["message"])
            return told["data"]["told"]
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise Failed("the platform refuses: %s" % error.read(500).decode(errors="replace"))
            problem = error
        except OSError as error:
            problem = error
        print(
            "the platform does not answer yet (%s); asking again in %g s" % (problem, pause),
            file=sys.stderr,
            flush=True,
        )
        time.sleep(pause)
        pause = min(pause * 2, 30)


def trial(key, params, report):
    """Have a point tried, under the name that the engine has for it; its number for the objective.
    `report(value)` is called with each that comes on the way. Raises Failed."""
    if "CUBE_API_URL" not in os.environ:
        raise Failed(
            "this installation has no address at which pods reach it; its operator sets CUBE_PODS_API_URL"
        )
    told, passed = ask(SUGGEST, k=key, p=params), None
    if "message" in told:
        raise Failed(" ".join(filter(None, (told["message"], told.get("hint")))))
    while True:
        for step, value in told["intermediateValues"]:
            if (passed is None or step > passed) and not isinstance(
                value, str
            ):  # NaN and its like are text; no engine takes them
                report(value)
        passed = told["intermediateValues"][-1][0] if told["intermediateValues"] else passed
        if told["state"] == "SUCCEEDED":
            return told["values"][0]
        if (
            told["state"] == "PRUNED"
            and told["intermediateValues"]
            and not isinstance(told["intermediateValues"][-1][1], str)
        ):
            return told["intermediateValues"][-1][1]
        if told["state"] in ("PRUNED", "FAILED", "CANCELLED"):
            raise Failed(told["reason"] or "trial %s ended as %s" % (told["number"], told["state"].lower()))
        time.sleep(EACH)
        told = ask(LOOK, k=key)
        if told is None:
            raise Failed("the search is over")


def drop(key):
    """The engine wants no more of it."""
    with contextlib.suppress(Failed):  # it is over already
        ask(DROP, k=key)


def _ended(key):
    def end(*_):
        drop(key)
        os._exit(143)

    signal.signal(signal.SIGTERM, end)


def _nni():
    import nni

    params = nni.get_next_parameter()
    key = "%s-%s" % (nni.get_experiment_id(), nni.get_trial_id())
    _ended(key)
    nni.report_final_result(trial(key, params, nni.report_intermediate_result))


def _katib():
    key = os.environ["CUBE_TRIAL"]
    points = [os.environ[name] for name in sorted(os.environ) if name.startswith("CUBE_POINT_")]
    metric = os.environ["CUBE_METRIC"]
    _ended(key)

    def report(value):
        print("%s=%r" % (metric, value), flush=True)

    report(trial(key, dict(each.split("=", 1) for each in points), report))


if __name__ == "__main__":
    try:
        {"nni": _nni, "katib": _katib}[sys.argv[1]]()
    except Failed as problem:
        sys.exit("the trial failed: %s" % problem)
