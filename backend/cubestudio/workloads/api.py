"""The start of notebooks and services in the graph."""

from typing import Any

import strawberry

from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.scalars import Time
from cubestudio.workloads import lifecycle

enum(
    lifecycle.StageName,
    "A stage of the start of a notebook or of a revision of a service.",
    {
        "REQUESTED": "The start was requested.",
        "SCHEDULED": "It has its resources.",
        "STARTED": "Its process runs.",
        "READY": "It answers.",
    },
    name="StartStageName",
)


@strawberry.type(description="A stage of a start, and when it was reached.")
class StartStage:
    name: lifecycle.StageName = strawberry.field(description="The stage.")
    at: Time | None = strawberry.field(description="When it was reached; null: not yet.")


def stages(row: Any) -> list[StartStage]:
    """Return the stages of a start in order, by the row of its workload; None when there was none."""
    return [StartStage(name=name, at=at) for name, at in lifecycle.stages(row)]
