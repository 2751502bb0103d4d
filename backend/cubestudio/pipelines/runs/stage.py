"""A step of a run opened in a notebook: its environment, its code and what it read, to look what went wrong
or to go on from there."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import Graph, Ref, Text
from cubestudio.core.context import AppContext
from cubestudio.core.db import Tx
from cubestudio.core.errors import Conflict, NotFound
from cubestudio.core.inputs.variables import Variables
from cubestudio.core.templating import plain
from cubestudio.notebooks import actions as notebooks
from cubestudio.notebooks.model import Notebook, NotebookKind
from cubestudio.pipelines import messages
from cubestudio.pipelines.runs import access, actions
from cubestudio.pipelines.spec import Definition
from cubestudio.pipelines.steps import actions as steps
from cubestudio.pipelines.steps.model import Step
from cubestudio.projects.model import Role

LEAST = 2**30
"""Bytes of memory that a notebook gets at least."""
RUN = """#!/bin/sh
# {title}
# Secret arguments are left out; what the step reads is in ../inputs.
cd "$(dirname "$0")" || exit 1
mkdir -p out
export CUBE_OUTPUT_DIR="$PWD/out" CUBE_METRICS="$PWD/out/metrics.json" CUBE_INPUT_VALUES="$PWD/values.json"
exec {command}
"""


async def notebook(
    tx: Tx, ctx: AppContext, viewer: Viewer, run: str, step: str, item: int | None, name: str | None
) -> str:
    """Make a notebook of the viewer's with a step's environment, code and inputs, and start it; its id."""
    held = await access.run(tx, viewer, run, Role.MEMBER)
    row = await actions.whole(tx, held.id)
    made = await actions.workload(tx, ctx, row, masked=True)
    assert isinstance(made.body, Graph)
    node = next((each for each in made.body.nodes if each.name == step), None)
    if node is None:
        raise NotFound(messages.STEP_NOT_FOUND(step=step[:60]), field="step")
    written = next(each for each in Definition.model_validate(row.definition).steps if each.name == step)
    outputs, value, inputs = await _before(tx, held.id, node.needs, step, item)
    folder = f"{step}-{row.number}" if item is None else f"{step}-{row.number}-{item}"
    title = f"Step {step} of run #{row.number} of pipeline {row.pipeline}, as it was run."

    def filled(text: Text) -> str:
        return "".join(piece if isinstance(piece, str) else _known(piece, outputs, value) for piece in text)

    files = {f"{folder}/{path}": filled(text) for path, text in node.task.files.items()}
    files[f"{folder}/run.sh"] = RUN.format(
        title=title, command=shlex.join(filled(part) for part in node.task.command)
    )
    files[f"{folder}/values.json"] = json.dumps(outputs, ensure_ascii=False)
    taken = Variables.taken
    told: dict[str, Any] = {
        "python": node.task.image.python,
        "requirements": list(node.task.image.requirements),
        "image": node.task.image.name,
        "root": node.task.image.root,
        "cpu": node.task.cpu,
        "memory": max(node.task.memory, LEAST),
        "gpu": node.task.gpu,
        "gpu_type": node.task.gpu_type,
        "gpu_share": str(node.task.gpu_share or ""),
        "devices": dict(node.task.devices),
        "claims": dict(node.task.claims),
        "env": {
            key: filled(text) for key, text in node.task.env.items() if not key.upper().startswith(taken)
        },
        "project_secrets": list(written.secrets),
        "volumes": list(written.volumes),
        "files": files,
        "inputs": inputs,
    }
    wanted = name or await _free(tx, held.project_id, folder[:40].rstrip("-"))
    return await notebooks.create(
        tx,
        ctx,
        viewer,
        project=held.project_id,
        name=wanted,
        kind=NotebookKind.JUPYTER,
        told=told,
        description=title[:500],
        cluster=row.cluster,
    )


async def _before(
    tx: Tx, run: str, needs: tuple[str, ...], step: str, item: int | None
) -> tuple[dict[str, Mapping[str, Any]], Any, list[dict[str, Any]]]:
    """(values of the steps before it, the item of its fan-out, their files)."""
    mine = (Step.name == step) & (Step.item == (-1 if item is None else item))
    columns = (Step.id, Step.name, Step.item, Step.items, Step.value, Step.outputs)
    rows = (
        await tx.execute(select(*columns).where(Step.run_id == run, or_(Step.name.in_(needs), mine)))
    ).all()
    own = next((row for row in rows if row.name == step), None)
    if own is None:
        raise NotFound(messages.STEP_ITEM_NOT_FOUND(step=step, item=item), field="item")
    if item is None and own.items:
        raise Conflict(messages.STEP_ITEM_REQUIRED(step=step, items=own.items), field="item")
    before = [row for row in rows if row.name in needs]
    outputs = {row.name: row.outputs or {} for row in before if row.item == -1}
    left = await steps.artifacts_by_step(tx.connection, [row.id for row in before])
    inputs = []
    for row in before:
        place = row.name if row.item == -1 else f"{row.name}/{row.item}"
        for file in left.get(row.id, ()):
            inputs.append(
                {
                    "path": f"{place}/{file.path}",
                    "size": file.size,
                    "sha256": file.sha256,
                    "media_type": file.media_type,
                }
            )
    return outputs, own.value, inputs


def _known(ref: Ref, outputs: Mapping[str, Mapping[str, Any]], item: Any) -> str:
    """A value that is known by now, in the form that was asked for; empty when the step before left none."""
    found: Any = item
    if ref.node:
        found = outputs.get(ref.node, {}).get(ref.output)
    else:
        for part in filter(None, ref.output.split(".")):
            found = found.get(part) if isinstance(found, Mapping) else None
    if ref.form == "json":
        return json.dumps(found, ensure_ascii=False)
    text = "" if found is None else plain(found)
    return json.dumps(text, ensure_ascii=False)[1:-1] if ref.form == "inside" else text


async def _free(tx: Tx, project: str, name: str) -> str:
    """A name that no notebook of the project has."""
    taken = set(
        (
            await tx.execute(
                select(Notebook.name).where(Notebook.project_id == project, Notebook.name.startswith(name))
            )
        ).scalars()
    )
    return next(
        each for each in (name, *(f"{name}-{number}" for number in range(2, 10_000))) if each not in taken
    )
