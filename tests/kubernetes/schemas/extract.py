"""Field trees of custom resources from the CRDs of their projects: `python -m
tests.kubernetes.schemas.extract NAME FILE...` writes NAME.json beside this file, one tree for each kind and
version in the files. A tree has a word for a plain value, {field: tree} for an object, [tree] for a list,
{"*": tree} for a map. Core types of Kubernetes, which the tests have whole, are cut to their name."""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

CORE = {
    "affinity",
    "allocateTerminated",
    "claims",
    "dnsConfig",
    "env",
    "envFrom",
    "ephemeralContainers",
    "hostAliases",
    "imagePullSecrets",
    "lifecycle",
    "livenessProbe",
    "nodeSelector",
    "podSecurityContext",
    "ports",
    "readinessProbe",
    "resources",
    "resourcesPerNode",
    "securityContext",
    "startupProbe",
    "tolerations",
    "topologySpreadConstraints",
    "volumeClaimTemplates",
    "volumeMounts",
    "volumes",
}
"""Fields that are of core types wherever they stand."""


def tree(schema: dict[str, Any], name: str = "") -> Any:
    found = schema.get("properties") or {}
    if (
        "containers" in (found.get("spec") or {}).get("properties", {})
        and "restartPolicy" in found["spec"]["properties"]
    ):
        told = found.get("metadata") or {}
        kept = told.get("x-kubernetes-preserve-unknown-fields") or "labels" in (told.get("properties") or {})
        return "PodTemplate" if kept else "PodTemplate without metadata"
    if name in CORE:
        return "core"
    if found:
        return {key: tree(each, key) for key, each in sorted(found.items())}
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return "any"
    if isinstance(schema.get("additionalProperties"), dict):
        return {"*": tree(schema["additionalProperties"])}
    if "items" in schema:
        return [tree(schema["items"], name if name in CORE else "")]
    if schema.get("x-kubernetes-int-or-string"):
        return "any"
    return schema.get("type", "any")


def main(name: str, *files: str) -> None:
    kinds: dict[str, Any] = {}
    for file in files:
        for body in yaml.safe_load_all(Path(file).read_text()):
            if not body or body.get("kind") != "CustomResourceDefinition":
                continue
            spec = body["spec"]
            for version in spec["versions"]:
                schema = version["schema"]["openAPIV3Schema"]["properties"]
                kinds[f"{spec['group']}/{version['name']} {spec['names']['kind']}"] = {
                    "plural": spec["names"]["plural"],
                    "spec": tree(schema["spec"]),
                    "status": tree(schema.get("status") or {}),
                }
    target = Path(__file__).with_name(f"{name}.json")
    target.write_text(json.dumps(kinds, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
