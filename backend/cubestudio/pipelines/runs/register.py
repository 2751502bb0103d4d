"""What a step of a run left, registered as a version of a model."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Tx
from cubestudio.core.errors import Conflict, Invalid, NotFound
from cubestudio.core.numeric import packed
from cubestudio.core.store import Store
from cubestudio.models import actions as models
from cubestudio.models import spec
from cubestudio.pipelines import messages
from cubestudio.pipelines.metrics import listing as metrics
from cubestudio.pipelines.model import Pipeline, Version
from cubestudio.pipelines.runs import access
from cubestudio.pipelines.runs.lookup import GOOD
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.steps import actions as steps
from cubestudio.pipelines.steps.model import Step
from cubestudio.projects.model import Role


async def model(  # noqa: PLR0913
    tx: Tx,
    store: Store,
    viewer: Viewer,
    run: str,
    step: str,
    item: int | None,
    paths: Sequence[str],
    name: str,
    told: Mapping[str, Any],
    *,
    running: bool = False,
) -> tuple[str, bool]:
    """Register what a step left, or the files of it that begin with one of `paths`, as a version of a model:
    (id, whether it is new). Its numbers, and where it came from, are noted with it. `running`: the step asks
    for it itself and need not have ended."""
    held = await access.run(tx, viewer, run, Role.MEMBER)
    row = (
        await tx.execute(
            select(
                *steps.COLUMNS,
                Step.parts,
                Step.digest,
                Run.number,
                Run.params,
                Version.number.label("version"),
                Version.definition,
                Pipeline.name.label("pipeline"),
            )
            .join(Run, Run.id == Step.run_id)
            .join(Version, Version.id == Run.version_id)
            .join(Pipeline, Pipeline.id == Run.pipeline_id)
            .where(Step.run_id == held.id, Step.name == step, Step.item == (-1 if item is None else item))
        )
    ).one_or_none()
    if row is None:
        raise NotFound(messages.FAN_OUT_STEP_NOT_FOUND(step=step[:60]), field="step")
    if row.state not in GOOD and not running:
        raise Conflict(messages.STEP_NOT_SUCCEEDED(step=step, state=row.state), field="step")
    left = (await steps.artifacts_by_step(tx.connection, [row.id])).get(row.id, [])
    chosen = [
        each
        for each in left
        if not paths
        or any(each.path == path or each.path.startswith(path.rstrip("/") + "/") for path in paths)
    ]
    if not chosen:
        some = ", ".join(each.path for each in left[:10]) or "no files"
        raise Invalid(messages.STEP_FILES_MISSING(files=some), field="paths")
    files = spec.common([(each.path, each.size, each.sha256, each.media_type) for each in chosen])
    numbers: dict[str, Any] = {
        name_: value
        for name_, value in (row.outputs or {}).items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    for curve in await metrics.curves(tx, held.id, step, item):
        numbers[curve.name] = packed(curve.last[3])
    lineage = {
        "pipeline": row.pipeline,
        "pipelineId": held.pipeline_id,
        "version": row.version,
        "run": row.number,
        "step": step,
        "item": row.value,
        "parameters": row.params,
        "made": {name_: value for name_, value in row.parts.items() if isinstance(value, str)},
        "left": row.digest,
    }
    known = await models.recognised(store, held.project_id, files, told)
    version = models.version_spec(
        {
            "requirements": _packages(row.definition, step),
            **known,
            "metrics": {**numbers, **(told.get("metrics") or {})},
        }
    )
    return await models.register(
        tx, viewer, held.project_id, name=name, files=files, told=version, run=held.id, lineage=lineage
    )


def _packages(definition: Mapping[str, Any], step: str) -> list[str]:
    """What a step was run with is what its model is loaded with."""
    written = next((each for each in definition["steps"] if each["name"] == step), {})
    return list((written.get("environment") or {}).get("requirements") or ())
