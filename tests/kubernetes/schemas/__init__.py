"""What may stand in custom resources, by the CRDs of their projects; see extract.py, which made the files
beside this."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate

TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


@cache
def load(bundle: str) -> dict[tuple[str, str], dict[str, Any]]:
    """{(API version, kind): {"plural", "spec", "status"}} of a project's version."""
    told = json.loads(Path(__file__).with_name(f"{bundle}.json").read_text())
    return {tuple(name.split(" ")): each for name, each in told.items()}


def strays(tree: Any, value: Any, path: str = "spec") -> list[str]:
    """What a value has that is not in a tree, or is of another type, in sentences."""
    if tree in ("any", "core", "object"):
        return []
    if tree in ("PodTemplate", "PodTemplate without metadata"):
        return template(tree, value, path)
    if isinstance(tree, list):
        if not isinstance(value, list):
            return [f"{path} is no list"]
        return [
            words for place, each in enumerate(value) for words in strays(tree[0], each, f"{path}[{place}]")
        ]
    if isinstance(tree, dict):
        if not isinstance(value, dict):
            return [f"{path} is no object"]
        found = []
        for key, each in value.items():
            inner = tree.get(key, tree.get("*"))
            found += (
                [f'unknown field "{path}.{key}"'] if inner is None else strays(inner, each, f"{path}.{key}")
            )
        return found
    if not isinstance(value, TYPES[tree]) or (isinstance(value, bool) and tree != "boolean"):
        return [f"{path} is no {tree}"]
    return []


def template(tree: str, value: Any, path: str) -> list[str]:
    """A template of pods, by Kubernetes' own schema; a container may lack an image, which some operators fill
    in."""
    if not isinstance(value, dict):
        return [f"{path} is no object"]
    if "metadata" in value and tree != "PodTemplate":
        return [f'unknown field "{path}.metadata"']
    spec = json.loads(json.dumps(value.get("spec") or {}))
    for container in spec.get("containers") or ():
        container.setdefault("image", "none")
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", **(value.get("metadata") or {})},
        "spec": spec,
    }
    try:
        kubernetes_validate.validate(body, kubernetes_validate.latest_version(), strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{path}.{'.'.join(map(str, error.path))}: {str(error.message)[:300]}"]
    return []


def openapi(version: str, bundles: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    """The description of an API version, as far as the names of the fields of `spec` go."""
    group, _, number = version.partition("/")
    return {
        "components": {
            "schemas": {
                f"{group}.{number}.{kind}": {
                    "x-kubernetes-group-version-kind": [{"group": group, "version": number, "kind": kind}],
                    "properties": {"spec": {"properties": {name: {} for name in each["spec"]}}},
                }
                for (told, kind), each in bundles.items()
                if told == version
            }
        }
    }
