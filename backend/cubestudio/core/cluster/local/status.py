"""Rows of the local cluster as observations of the port."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cubestudio.core import clock
from cubestudio.core.cluster.local.state import PodRow, StepRow, WorkloadRow
from cubestudio.core.cluster.port import PodStatus, StepStatus, WorkloadStatus


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else clock.from_micros(int(seconds * 1_000_000))


def workload_status(row: WorkloadRow, ready: int | None = None) -> WorkloadStatus:
    return WorkloadStatus(
        workload=row.name,
        labels=row.spec.labels,
        generation=row.spec.generation,
        state=row.state,
        sequence=row.seq,
        reason=row.reason,
        message=row.message,
        started_at=_at(row.started),
        finished_at=_at(row.finished),
        ready=ready,
    )


def step_status(row: StepRow, labels: Mapping[str, str]) -> StepStatus:
    return StepStatus(
        workload=row.workload,
        labels=labels,
        node=row.node,
        item=row.item,
        state=row.state,
        attempt=row.attempt,
        sequence=row.seq,
        pod=row.pod,
        reason=row.reason,
        message=row.message,
        value=row.value,
        outcome=row.outcome,
        items=row.items,
        started_at=_at(row.started),
        finished_at=_at(row.finished),
    )


def pod_status(
    row: PodRow, labels: Mapping[str, str], machine: str, metrics: Sequence[dict] = (), first_line: int = 0
) -> PodStatus:
    """`metrics` are points numbered from `first_line`, so that hearing them twice changes nothing."""
    data = row.data
    return PodStatus(
        id=row.id,
        workload=row.workload,
        labels=labels,
        node=row.node,
        item=row.item,
        attempt=row.attempt,
        state=row.state,
        sequence=row.seq,
        reason=data.get("reason"),
        message=data.get("message"),
        machine=machine,
        cpu=data["cpu"],
        memory=data["memory"],
        gpus=tuple(data["gpus"]),
        created_at=_at(data["created"]),
        placed_at=_at(data["created"]),
        started_at=_at(data.get("started")),
        finished_at=_at(data.get("finished")),
        exit_code=data.get("exit_code"),
        signal=data.get("signal"),
        cpu_seconds=data.get("cpu_seconds"),
        peak_cpu=data.get("peak_cpu"),
        peak_memory=data.get("peak_memory"),
        log_size=data.get("log"),
        ready=data.get("ready", False),
        metrics=tuple(point | {"line": first_line + line} for line, point in enumerate(metrics)),
    )
