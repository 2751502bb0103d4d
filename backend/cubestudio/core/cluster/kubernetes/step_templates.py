"""Large graphs within what Argo takes. Pure.

Since version 4 the definition of a Workflow allows 200 templates, and 200 tasks in one DAG; an object of more
than 1 MiB is refused by every version. A template for each step is good to read, with the step's name in the
names of its pods, but a graph of 200 steps has no room for the DAG itself then, and each template has 2 kB.
So steps of larger graphs share the templates that differ in nothing but the step's name, which becomes a
parameter."""

import copy
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cubestudio.core.cluster.kubernetes.task import STEP

OWN = 100
"""Most templates of which each is a step's own."""
BYTES = 2**20
"""Bytes of a workflow that every version of Argo takes (workflow/hydrator)."""
_NAME = "{{inputs.parameters.step}}"


def shared(tasks: list[dict[str, Any]], templates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The templates of a DAG, each once; the tasks are changed to use them. Graphs with few templates stay as
    they are."""
    if len(templates) <= OWN:
        return templates
    users = {task["template"]: task for task in tasks}
    found: dict[str, dict[str, Any]] = {}
    for template in templates:
        task = users.get(template["name"])
        made = _general(template) if task and "container" in template else template
        if made is not template and task:
            task["template"] = made["name"]
            task.setdefault("arguments", {"parameters": []})["parameters"].append(
                {"name": "step", "value": template["name"]}
            )
        found[made["name"]] = made
    return list(found.values())


def _general(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template for every step like this one."""
    made = copy.deepcopy(dict(template))
    name = made.pop("name")
    made["metadata"]["labels"][STEP] = _NAME
    for volume in made["volumes"]:
        for item in (volume.get("secret") or {}).get("items") or ():
            if item["key"].startswith(f"{name}."):
                item["key"] = _NAME + item["key"].removeprefix(name)
    made.setdefault("inputs", {"parameters": []})["parameters"].append({"name": "step"})
    return {
        "name": f"like-{hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:10]}",
        **made,
    }


def limits(schema: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """(most templates, most tasks of a DAG) by the definition of a Workflow; None where it does not say."""
    for version in (schema.get("spec") or {}).get("versions") or ():
        found = _at(version, "schema", "openAPIV3Schema", "properties", "spec", "properties", "templates")
        if found:
            return found.get("maxItems"), _at(found, "items", "properties", "dag", "properties", "tasks").get(
                "maxItems"
            )
    return None, None


def _at(body: Any, *names: str) -> dict[str, Any]:
    for name in names:
        body = body.get(name) if isinstance(body, Mapping) else None
    return dict(body) if isinstance(body, Mapping) else {}


def problems(body: Mapping[str, Any], most: tuple[int | None, int | None]) -> list[str]:
    """Why a workflow is larger than Argo takes, in sentences."""
    templates = body["spec"]["templates"]
    tasks, size = len(templates[0]["dag"]["tasks"]), len(json.dumps(body, separators=(",", ":")).encode())
    way = "put equal steps into one that fans out (for_each), or split the pipeline"
    found = []
    if most[1] is not None and tasks > most[1]:
        found.append(
            f"it has {tasks} steps to run; Argo Workflows on this cluster takes {most[1]} in one run: {way}"
        )
    elif most[0] is not None and len(templates) > most[0]:
        found.append(
            f"its steps are of {len(templates) - 1} different kinds (image, resources, retries); "
            f"Argo Workflows on this cluster takes {most[0] - 1}: {way}"
        )
    if size > BYTES:
        found.append(f"it has {size} bytes as a workflow of Argo, which takes {BYTES}: {way}")
    return found
