"""Which images a run that would start needs, and how it differs from the last one. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cubestudio.core.cluster.port import Graph, Workload
from cubestudio.pipelines.runs.plan import Planned, difference

MOST_SHOWN = 80


@dataclass(kw_only=True, frozen=True)
class Last:
    """The last run: its number, version, cluster and parameters, and the parts of its steps by name."""

    number: int
    version: int
    cluster: str
    params: Mapping[str, Any]
    parts: Mapping[str, Mapping[str, Any]]


def images(workload: Workload, usual: str) -> list[str]:
    """The images that a run's steps would need; `usual`: that of steps that name none."""
    nodes = workload.body.nodes if isinstance(workload.body, Graph) else ()
    return sorted(
        {node.task.image.name or usual for node in nodes if not node.skip and None not in dict(node.given)}
    )


def changes(
    last: Last, version: int, cluster: str, params: Mapping[str, Any], planned: Sequence[Planned]
) -> list[str]:
    """Sentences, each one difference; none when it would be the same again."""
    found: list[str] = []
    if version != last.version:
        found.append(f"version {version} instead of {last.version}")
    if cluster != last.cluster:
        found.append(f"on cluster {cluster} instead of {last.cluster}")
    for name in sorted({*params, *last.params}):
        if params.get(name) != last.params.get(name):
            found.append(f"parameter {name}: {_said(last.params, name)} → {_said(params, name)}")
    names = {here.step.name for here in planned}
    found += [f"step {name} is gone" for name in last.parts if name not in names]
    for here in planned:
        before = last.parts.get(here.step.name)
        if before is None:
            found.append(f"step {here.step.name} is new")
        elif before != here.parts:
            found.append(f"step {here.step.name}: {difference(before, here.parts)}")
    return found


def _said(params: Mapping[str, Any], name: str) -> str:
    if name not in params:
        return "nothing"
    text = json.dumps(params[name], ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
