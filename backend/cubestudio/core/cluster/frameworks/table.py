"""Every framework and every resource that runs gangs, by name; and a gang as the processes of one pod.
Pure."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cubestudio.core.cluster import messages
from cubestudio.core.cluster.frameworks import (
    controller,
    jax,
    katib,
    mpi,
    mxnet,
    paddle,
    plain,
    pytorch,
    ray,
    spark,
    tensorflow,
    trainer,
    volcano,
    xgboost,
)
from cubestudio.core.cluster.frameworks.contract import Framework, Kind, count
from cubestudio.core.cluster.port import Gang, Task
from cubestudio.core.errors import Invalid

FRAMEWORKS: dict[str, Framework] = {
    each.FRAMEWORK.name: each.FRAMEWORK
    for each in (pytorch, tensorflow, jax, mpi, mxnet, paddle, xgboost, ray, spark, plain, katib)
}
KINDS: dict[str, Kind] = {
    ("VolcanoJob" if each is volcano else each.KIND.name): each.KIND
    for each in (
        pytorch,
        tensorflow,
        jax,
        mpi,
        mxnet,
        paddle,
        xgboost,
        ray,
        spark,
        trainer,
        volcano,
        controller,
        katib,
    )
}
ALTERNATIVES: dict[str, tuple[Kind, ...]] = {"MPIJob": (mpi.OWN, mpi.KIND)}
"""Kinds of which there are several by one name: the cluster has the one or the other."""
MOST = 256
"""Members of a gang that are processes of one pod."""
LAUNCHER = (Path(__file__).parent / "gang.py").read_text()


def gang(
    framework: str, workers: int, servers: int = 0, kind: str = "", settings: Mapping[str, Any] | None = None
) -> Gang:
    """The gang that a template asks for; Invalid when there is no such framework or kind, or the two do not
    fit."""
    if framework not in FRAMEWORKS:
        raise Invalid(
            messages.FRAMEWORK_NOT_FOUND(name=framework[:40], frameworks=", ".join(FRAMEWORKS)),
            field="gang.framework",
        )
    if not 1 <= workers <= MOST or not 0 <= servers <= MOST:
        raise Invalid(messages.GANG_SIZE_INVALID(most=MOST), field="gang.workers")
    kind = "" if kind == "processes" else kind
    fitting = [name for name, each in KINDS.items() if framework in each.frameworks]
    if kind and kind not in fitting:
        raise Invalid(
            messages.GANG_KIND_UNSUPPORTED(
                framework=FRAMEWORKS[framework].title,
                kind=kind[:40],
                kinds=", ".join(["processes", *fitting]),
            ),
            field="gang.kind",
        )
    if "@{" in json.dumps(settings or {}):
        raise Invalid(messages.GANG_SETTINGS_RESERVED(), field="gang.settings")
    return Gang(framework, FRAMEWORKS[framework].roles(workers, servers), kind, settings or {})


def single(task: Task) -> Task:
    """A gang as the processes of one pod, which has what its members ask for together."""
    if task.gang is None:
        return task
    framework = FRAMEWORKS[task.gang.framework]
    told = framework.told(task.gang.roles)
    plan = {
        "members": [
            {"env": dict(each.env), "command": list(each.command), "helper": each.helper} for each in told
        ],
        "program": framework.program,
    }
    size = count(task.gang.roles)
    return replace(
        task,
        command=(("python3",), ("-u",), (".gang/gang.py",), (".gang/gang.json",), *task.command),
        files={**task.files, ".gang/gang.py": (LAUNCHER,), ".gang/gang.json": (json.dumps(plan),)},
        cpu=task.cpu * size,
        memory=task.memory * size,
        gpu=task.gpu * size,
        gang=None,
        devices={name: count * size for name, count in task.devices.items()},
        claims={name: count * size for name, count in task.claims.items()},
    )
