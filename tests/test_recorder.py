"""One observation that cannot be recorded costs itself alone: its neighbours are recorded, and the loop goes
on."""

import asyncio
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from cubestudio.core import ids
from cubestudio.core.cluster.metrics import numbered, points
from cubestudio.core.cluster.port import (
    Artifact,
    NodeState,
    Outcome,
    PodState,
    PodStatus,
    StepStatus,
    Synced,
    WorkloadStatus,
)
from cubestudio.pipelines.runs import actions as runs
from cubestudio.recorder import Recorder
from cubestudio.watcher import Watcher
from cubestudio.workloads import actions as workloads
from cubestudio.workloads import listing
from cubestudio.workloads.model import Body, Workload

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SEEN = """query($r: ID!) { run(id: $r) { state reason explanation metrics { name count last }
    steps { name state reason explanation outputs pod { id state exitCode cpuSeconds } } } }"""
YAML = (
    "name: {name}\nsteps: [{{name: a, template: shell, args: {{script: 'true'}}}}, {{name: b, template: "
    "shell, args: {{script: 'true'}}}}]\n"
)


class Observed:
    """Runs that never reach their cluster: everything that is known of them is what a test reports."""

    def __init__(self, platform):
        self.platform = platform
        self.recorder = Recorder(platform.ctx, "far")
        self.sequence = 10**6

    async def run(self, name: str) -> dict[str, str]:
        """The labels of a new run, which nobody gives to a cluster."""
        ctx = self.platform.ctx
        pipeline = await self.platform.save(YAML.format(name=name))
        async with ctx.db.write() as tx:
            run = await runs.start(tx, ctx, self.platform.admin, pipeline, {}, cache=False)
            await tx.execute(
                update(Workload).where(Workload.owner_id == run).values(cluster="far")
            )  # what another reports of it counts nothing
            for told in (tx.events, tx.messages, tx._rows):
                told.clear()
            project = await runs.project_of(tx, run)
        return {
            "cubestudio/kind": "run",
            "cubestudio/id": run,
            "cubestudio/project": project,
            "cubestudio/user": "u",
        }

    def pod(self, labels, **more) -> PodStatus:
        self.sequence += 1
        told = {
            "id": ids.new(),
            "state": PodState.RUNNING,
            "sequence": self.sequence,
            "created_at": NOW,
            "started_at": NOW,
            **more,
        }
        return PodStatus(
            workload=f"run-{labels['cubestudio/id']}", labels=labels, node="a", item=None, attempt=1, **told
        )

    def step(self, labels, node="a", state=NodeState.RUNNING, **more) -> StepStatus:
        self.sequence += 1
        return StepStatus(
            workload=f"run-{labels['cubestudio/id']}",
            labels=labels,
            node=node,
            item=None,
            state=state,
            attempt=1,
            sequence=self.sequence,
            **more,
        )

    def graph(self, labels, state=PodState.SUCCEEDED, **more) -> WorkloadStatus:
        self.sequence += 1
        return WorkloadStatus(
            workload=f"run-{labels['cubestudio/id']}",
            labels=labels,
            generation=1,
            state=state,
            sequence=self.sequence,
            started_at=NOW,
            finished_at=NOW,
            **more,
        )

    async def see(self, labels) -> dict:
        return (await self.platform.ask(SEEN, r=labels["cubestudio/id"]))["run"]


@pytest.fixture
async def observed(on_each_database):
    return Observed(on_each_database)


def nested(deep: int):
    value: object = 1
    for _ in range(deep):
        value = [value]
    return value


WEST = timezone(timedelta(hours=-11))
INTS = st.sampled_from([0, -1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 2**200, 10**400])
FLOATS = st.sampled_from([0.0, -1.5, math.nan, math.inf, -math.inf, 1.7976931348623157e308, 5e-324])
TIMES = st.sampled_from(
    [
        None,
        NOW,
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=WEST),
        datetime(2026, 1, 1),
    ]
)
TEXTS = st.sampled_from(
    ["", "plain", "\ud800", "a\0b", "x" * 200_000, "損\u202e", "%s {} \\'; drop table run --"]
)
VALUES = st.sampled_from(
    [
        None,
        1,
        2**64,
        10**400,
        math.nan,
        "\ud800",
        {"a": math.inf},
        nested(300),
        nested(20_000),
        {"\ud800": 1},
        ["x" * 300_000],
        object(),
    ]
)
LINES = st.sampled_from(
    [
        b'{"x": 1}',
        b'{"x": NaN, "y": 1e400, "step": 9223372036854775808}',
        b'{"time": 1.7e18, "x": 2}',
        b"[" * 5000,
        b"\xff\xfe",
        b'{"\\ud800": 1}',
    ]
)


@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_a_pod_reports_its_neighbours_are_recorded(observed, data):
    odd, good = await observed.run("odd"), await observed.run("good")
    draw = data.draw
    told = numbered(points(b"\n".join(draw(st.lists(LINES, max_size=4)))))
    batch = [
        observed.pod(
            odd,
            exit_code=draw(INTS),
            signal=draw(INTS),
            cpu_seconds=draw(FLOATS),
            peak_cpu=draw(FLOATS),
            peak_memory=draw(INTS),
            memory=draw(INTS),
            cpu=draw(FLOATS),
            started_at=draw(TIMES),
            finished_at=draw(TIMES),
            message=draw(TEXTS),
            reason=draw(TEXTS),
            machine=draw(TEXTS),
            metrics=told,
        ),
        observed.pod(
            good,
            exit_code=7,
            cpu_seconds=1.5,
            metrics=numbered(points(b'{"step": 1, "loss": NaN}\n{"step": 2, "loss": 0.5}')),
        ),
        observed.step(
            odd,
            state=NodeState.SUCCEEDED,
            message=draw(TEXTS),
            outcome=Outcome(
                {"v": draw(VALUES)},
                (Artifact(path=draw(TEXTS), size=draw(INTS), sha256="0", media_type="a/b", key="k"),),
            ),
        ),
        observed.step(
            good,
            "b",
            NodeState.SUCCEEDED,
            outcome=Outcome({"v": [1, "二", None]}),
            started_at=NOW,
            finished_at=NOW,
        ),
        observed.step(odd, "absent", state=NodeState.SUCCEEDED, value=draw(VALUES), items=draw(INTS)),
        replace(
            observed.pod(odd),
            labels={
                "cubestudio/kind": draw(st.sampled_from(["run", "notebook", "build", "service", "none"]))
            },
        ),
        replace(
            observed.graph(good),
            labels={**good, "cubestudio/kind": draw(st.sampled_from(["notebook", "build", "service"]))},
            workload=draw(TEXTS),
        ),
        observed.graph(odd, message=draw(TEXTS)),
        observed.graph(good),
        Synced(frozenset()),
    ]
    async with asyncio.timeout(60):
        await observed.recorder.write(draw(st.permutations(batch)))
    seen = await observed.see(good)
    assert seen["state"] == "SUCCEEDED", seen
    assert seen["metrics"] == [{"name": "loss", "count": 2, "last": [2, 0.5, seen["metrics"][0]["last"][2]]}]
    step = next(each for each in seen["steps"] if each["name"] == "b")
    assert (step["state"], step["outputs"]) == ("SUCCEEDED", {"v": [1, "二", None]})
    assert (await observed.see(odd))["state"] in ("SUCCEEDED", "FAILED"), "what is odd comes to an end too"


async def test_a_step_whose_result_cannot_be_recorded_has_failed_and_says_so(observed):
    labels = await observed.run("deep")
    pod = observed.pod(labels)
    await observed.recorder.write(
        [
            pod,
            observed.step(
                labels, "a", NodeState.SUCCEEDED, pod=pod.id, outcome=Outcome({"deep": nested(300)})
            ),
            observed.step(labels, "b", NodeState.SUCCEEDED, outcome=Outcome({"fine": 1})),
            observed.graph(labels),
        ]
    )
    seen = await observed.see(labels)
    assert [(step["state"], step["reason"], step["outputs"]) for step in seen["steps"]] == [
        ("FAILED", "NotRecorded", None),
        ("SUCCEEDED", None, {"fine": 1}),
    ]
    assert "could not be recorded" in seen["steps"][0]["explanation"]
    assert (seen["state"], seen["reason"]) == ("FAILED", "NotRecorded") and "step a" in seen["explanation"], (
        "no run is green without it"
    )


async def test_an_exception_in_one_room_costs_that_rooms_observations_alone(observed, monkeypatch):
    async def broken(*_):
        raise ZeroDivisionError("a bug")

    ctx = observed.platform.ctx
    monkeypatch.setitem(ctx.kinds, "service", replace(ctx.kinds["service"], on_change=broken))
    labels = await observed.run("fine")
    request = workloads.Request(
        kind="service",
        body=Body.SERVER,
        owner_id=ids.new(),
        name="service-x-1-1",
        project_id=labels["cubestudio/project"],
        user_id=ids.new(),
        cluster="far",
    )
    async with ctx.db.write() as tx:
        await workloads.request(tx, request)
        tx.messages.clear()
        tx._rows.clear()
    batch = [
        observed.step(labels, "a", NodeState.SUCCEEDED, outcome=Outcome({"n": 1})),
        replace(observed.graph(labels), workload=request.name),
        observed.graph(labels),
    ]
    await observed.recorder.write(batch)
    seen = await observed.see(labels)
    assert seen["state"] == "SUCCEEDED" and seen["steps"][0]["outputs"] == {"n": 1}
    async with ctx.db.read() as conn:
        row = (await listing.newest_by_owner(conn, [request.owner_id]))[request.owner_id]
    assert row.state == "Requested"


class Reporting:
    """A cluster that reports what it is given, then is quiet."""

    name = kind = "far"

    def __init__(self, observations):
        self.observations = observations
        self.watched = 0

    async def watch(self):
        self.watched += 1
        yield Synced(frozenset(), sure=False)
        for observation in self.observations:
            yield observation
        await asyncio.Event().wait()


async def test_the_watch_goes_on_after_what_it_cannot_record(observed):
    labels = await observed.run("watched")
    bad = observed.step(
        labels,
        "a",
        NodeState.SUCCEEDED,
        outcome=Outcome({"v": nested(5_000)}),
        started_at=datetime(2026, 1, 1),
    )
    cluster = Reporting(
        [
            bad,
            observed.step(labels, "b", NodeState.SUCCEEDED, outcome=Outcome({"n": 2})),
            observed.graph(labels),
        ]
    )
    watching = asyncio.create_task(Watcher(observed.platform.ctx, cluster).run())
    try:
        run = await observed.platform.finish(labels["cubestudio/id"])
    finally:
        watching.cancel()
    assert cluster.watched == 1, "it was not begun again for that"
    assert run["state"] == "FAILED" and [step["outputs"] for step in run["steps"]] == [None, {"n": 2}]
