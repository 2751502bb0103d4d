"""One request of MLflow's client: the step that it logs to, and the endpoint that it calls."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from cubestudio.core.auth.credential import credential
from cubestudio.core.context import AppContext
from cubestudio.pipelines.runs import actions as runs

ROOT = "mlflow-artifacts:/"
"""The address below which MLflow's client finds the files of a step."""


class Target:
    """The step that a request logs to, which is the run that MLflow's client sees."""

    def __init__(self, run: str, step: str, item: int, project: str):
        self.run, self.step, self.item, self.project = run, step, item, project
        self.id = hashlib.sha256(f"{run}/{step}/{item}".encode()).hexdigest()[:32]

    @property
    def root(self) -> str:
        """Return the address of the step's files."""
        return f"{ROOT}mlflow"

    def info(self, **more: Any) -> dict[str, Any]:
        """Return the step as MLflow's RunInfo."""
        return {
            "run_id": self.id,
            "run_uuid": self.id,
            "run_name": self.step,
            "experiment_id": "0",
            "user_id": "",
            "status": "RUNNING",
            "start_time": 0,
            "artifact_uri": self.root,
            "lifecycle_stage": "active",
            **more,
        }


async def authenticate(ctx: AppContext, request: Request) -> Target | None:
    """Return the step in the path of a request; None unless the request has the token of the step's run."""
    item = request.path_params["item"]
    if not (item == "-" or (item.isdecimal() and len(item) < 8)):
        return None
    async with ctx.db.read() as conn:
        viewer = await runs.by_token(conn, ctx.vault, credential(request).token or "")
        if viewer is None or viewer.run is None or viewer.run != request.path_params["run"]:
            return None
        project = await runs.project_of(conn, viewer.run)
    return Target(viewer.run, request.path_params["step"], -1 if item == "-" else int(item), project)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call of an endpoint, which is a path below `/api/2.0/mlflow/`."""

    parts: AppContext
    target: Target
    method: str
    endpoint: str
    body: dict[str, Any]
    query: Mapping[str, str]


Handler = Callable[[Call], Awaitable[dict[str, Any]]]
ANY = "*"
"""Stands for every method in a table of endpoints: MLflow's client varies it from version to version."""
Endpoints = Mapping[tuple[str, str], Handler]
"""Handlers by method and endpoint."""
