"""What the room of an owner contributes for its kind of workload. `app.ROOMS` names them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cubestudio.core.cluster.port import Outcome, PodStatus, StepStatus, Workload
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.workloads import lifecycle
from cubestudio.workloads.model import WorkloadState


@dataclass(kw_only=True, frozen=True)
class Changed:
    """What its owner learns of a workload: its row as it is now and as it was before, and what a task left.
    `observed`: whether its cluster says so; `inside`: whether its steps or pods changed."""

    row: Any
    before: Any
    outcome: Outcome | None = None
    observed: bool = False
    inside: bool = False

    @property
    def state(self) -> WorkloadState:
        return WorkloadState(self.row.state)

    @property
    def old(self) -> WorkloadState:
        return WorkloadState(self.before.state)

    @property
    def answered(self) -> bool:
        """Whether a server answers for the first time."""
        return self.before.ready_at is None and self.row.ready_at is not None

    @property
    def given_up(self) -> bool:
        """Whether a server stops because it cannot run."""
        return self.before.failure is None and self.row.failure is not None

    @property
    def ended(self) -> bool:
        """Whether it has ended by this change."""
        return self.state.final and not self.old.final

    @property
    def stopped(self) -> bool:
        """Whether it ended because that was requested."""
        return lifecycle.stopped(self.row)


@dataclass(kw_only=True, frozen=True)
class Kind:
    """One kind of workload."""

    noun: str
    """What people call it, in the singular."""
    workload: Callable[[Reader, AppContext, Any, str, bool], Awaitable[Workload | None]]
    """(conn, parts, row, cluster, stops) → what the cluster sees; without secrets when it stops. None when
    its owner is gone. Raises Invalid when the project no longer has what it needs."""
    on_change: Callable[[Tx, Changed], Awaitable[None]]
    """What a change means for the owner, in the same transaction."""
    inside: Callable[[Tx, Sequence[StepStatus], Sequence[PodStatus]], Awaitable[set[str]]] | None = None
    """What its steps and pods mean for the owner: the owners of which something changed."""
