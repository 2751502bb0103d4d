"""Endpoints for experiments, runs and metrics: what a step logs, and reading it back."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from cubestudio.core.db import Tx
from cubestudio.core.numeric import unpacked
from cubestudio.pipelines.metrics import actions as metrics
from cubestudio.pipelines.metrics import listing
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.pipelines.steps import actions as steps
from cubestudio.web.mlflow import logged_models, payload
from cubestudio.web.mlflow.request import ANY, Call, Endpoints
from cubestudio.web.mlflow.search import matches, parse

EXPERIMENT = {
    "experiment_id": "0",
    "name": "cubestudio",
    "lifecycle_stage": "active",
    "artifact_location": "mlflow-artifacts:/",
    "tags": [],
}
PAGE = 25_000
"""Points of a metric in one page."""
Objects = Sequence[dict[str, Any]]


async def get_experiment(call: Call) -> dict[str, Any]:
    """Return the only experiment, under the name that was requested."""
    name = call.query.get("experiment_name")
    return {"experiment": EXPERIMENT | ({"name": name} if name else {})}


async def create_experiment(call: Call) -> dict[str, Any]:
    """Return the id of the only experiment."""
    return {"experiment_id": "0"}


async def search_experiments(call: Call) -> dict[str, Any]:
    """Return the only experiment, whatever the filter."""
    return {"experiments": [EXPERIMENT]}


async def create_run(call: Call) -> dict[str, Any]:
    """Set the tags of the new run on the step, and return the step as that run."""
    await _write(call, tags=payload.objects(call.body, "tags"))
    return {"run": await _run(call)}


async def get_run(call: Call) -> dict[str, Any]:
    """Return the step as a run."""
    return {"run": await _run(call)}


async def update_run(call: Call) -> dict[str, Any]:
    """Return the step with the status that the client reports, which the cluster knows better."""
    status, end = call.body.get("status") or "RUNNING", call.body.get("end_time") or 0
    return {"run_info": call.target.info(status=status, end_time=end)}


async def search_runs(call: Call) -> dict[str, Any]:
    """Return the step if it matches the filter."""
    run = await _run(call)
    return {"runs": [run] if matches(_searchable(run), parse(call.body.get("filter"))) else []}


async def log_metric(call: Call) -> dict[str, Any]:
    """Log one point of a metric."""
    return await _write(call, points=[call.body])


async def log_param(call: Call) -> dict[str, Any]:
    """Log one parameter."""
    return await _write(call, params=[call.body])


async def set_tag(call: Call) -> dict[str, Any]:
    """Set one tag."""
    return await _write(call, tags=[call.body])


async def log_batch(call: Call) -> dict[str, Any]:
    """Log metrics, parameters and tags together."""
    points, params, tags = (payload.objects(call.body, name) for name in ("metrics", "params", "tags"))
    return await _write(call, points=points, params=params, tags=tags)


async def delete_tag(call: Call) -> dict[str, Any]:
    """Delete one tag."""
    target, name = call.target, payload.key_of(call.body, payload.MAX_KEY)
    async with call.parts.db.write() as tx:
        await steps.untrack(tx, target.run, target.step, item=target.item, kind="tag", name=name)
        tx.record(RunChanged(target.run, target.project))
    return {}


async def log_outputs(call: Call) -> dict[str, Any]:
    """Note at which step of the training each model was logged."""
    for model in payload.objects(call.body, "models"):
        await call.parts.db.transact(
            partial(logged_models.set_training_step, target=call.target, output=model)
        )
    return {}


async def ignore(call: Call) -> dict[str, Any]:
    """Accept what is not stored: data sets, and what MLflow 2 reports of a model, which is in its MLmodel."""
    return {}


async def metric_history(call: Call) -> dict[str, Any]:
    """Return the points of a metric page by page; the token of a page is the position of its first point."""
    target, name = call.target, call.query.get("metric_key") or ""
    first = payload.between("max_results", call.query.get("max_results"), 0, PAGE) or PAGE
    after = payload.between("page_token", call.query.get("page_token"), 0, 2**62)
    async with call.parts.db.read() as conn:
        curves = await listing.curves(conn, target.run, target.step, target.item, [name])
        points = await listing.page(conn, curves[0], after, first) if curves else []
    more = bool(curves) and after + len(points) < curves[0].points
    page = {"metrics": [payload.metric(name, point) for point in points]}
    return page | ({"next_page_token": str(after + len(points))} if more else {})


async def _run(call: Call) -> dict[str, Any]:
    """Return the step as MLflow's Run: the latest value of each metric, parameters, tags and models."""
    target = call.target
    async with call.parts.db.read() as conn:
        tracked = await steps.tracked_of(conn, target.run, target.step, target.item)
        curves = await listing.curves(conn, target.run, target.step, target.item)
        models = await logged_models.all_of(conn, target)
    return {
        "info": target.info(),
        "data": {
            "metrics": [payload.metric(curve.name, curve.last) for curve in curves],
            "params": payload.pairs(tracked["param"]),
            "tags": payload.pairs(tracked["tag"]),
        },
        "inputs": {},
        "outputs": {
            "model_outputs": [{"model_id": key, "step": model["step"]} for key, model in models.items()]
        },
    }


def _searchable(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the values of a run that a filter can name."""
    data = run["data"]
    return {
        "metrics": {each["key"]: unpacked(each["value"]) for each in data["metrics"]},
        "params": {each["key"]: each["value"] for each in data["params"]},
        "tags": {each["key"]: each["value"] for each in data["tags"]},
        "attributes": {name: run["info"][name] for name in ("status", "run_name", "run_id", "start_time")},
    }


async def _write(
    call: Call, points: Objects = (), params: Objects = (), tags: Objects = ()
) -> dict[str, Any]:
    """Store points of metrics, parameters and tags in one transaction. Raises ValueError for too many of one
    kind, or for one that is malformed; then nothing is stored."""
    for kind, objects, most in (
        ("metrics", points, payload.MAX_POINTS),
        ("params", params, payload.MAX_TEXTS),
        ("tags", tags, payload.MAX_TEXTS),
    ):
        if len(objects) > most:
            raise ValueError(f"a request has {most} {kind} at most, not {len(objects)}")
    target, numbers = call.target, [payload.point_of(each) for each in points]
    texts = {
        ("param", key): text for key, text in (payload.text_of(each, payload.MAX_PARAM) for each in params)
    }
    texts |= {("tag", key): text for key, text in (payload.text_of(each, payload.MAX_TAG) for each in tags)}

    async def work(tx: Tx) -> None:
        if numbers:
            await metrics.log(tx, target.run, target.step, target.item, numbers)
        await steps.track(tx, target.run, target.step, target.item, texts)
        tx.record(RunChanged(target.run, target.project))

    await call.parts.db.transact(work)
    return {}


ENDPOINTS: Endpoints = {
    (ANY, "experiments/get"): get_experiment,
    (ANY, "experiments/get-by-name"): get_experiment,
    (ANY, "experiments/create"): create_experiment,
    (ANY, "experiments/search"): search_experiments,
    (ANY, "experiments/set-experiment-tag"): set_tag,
    (ANY, "runs/create"): create_run,
    (ANY, "runs/get"): get_run,
    (ANY, "runs/update"): update_run,
    (ANY, "runs/search"): search_runs,
    (ANY, "runs/log-metric"): log_metric,
    (ANY, "runs/log-parameter"): log_param,
    (ANY, "runs/set-tag"): set_tag,
    (ANY, "runs/log-batch"): log_batch,
    (ANY, "runs/delete-tag"): delete_tag,
    (ANY, "runs/outputs"): log_outputs,
    (ANY, "runs/log-inputs"): ignore,
    (ANY, "runs/log-model"): ignore,
    (ANY, "metrics/get-history"): metric_history,
}
