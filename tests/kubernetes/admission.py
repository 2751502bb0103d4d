"""What an API server adds to a new pod, and what it refuses, before a pod is stored."""

TOLERATED = 300
"""Seconds that a pod stays on a node which does not respond (kubernetes v1.36,
plugin/pkg/admission/defaulttolerationseconds)."""
NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"


def tolerate(pod: dict) -> None:
    """Give a new pod the tolerations that every pod gets (defaulttolerationseconds, admission.go)."""
    tolerations = pod["spec"].setdefault("tolerations", [])
    for key in (NOT_READY, UNREACHABLE):
        if not any(
            each.get("key") in (key, None) and each.get("effect", "NoExecute") == "NoExecute"
            for each in tolerations
        ):
            tolerations.append(
                {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": TOLERATED}
            )


def claimed(pod: dict) -> list[dict]:
    """What validation says of the claims of containers (kubernetes v1.36,
    pkg/apis/core/validation/validation.go)."""
    names = {each["name"] for each in pod["spec"].get("resourceClaims") or ()}
    return [
        {
            "field": f"spec.containers[{place}].resources.claims",
            "message": (
                f'Invalid value: "{claim["name"]}": must be one of the names in pod.spec.resourceClaims'
            ),
        }
        for place, container in enumerate(pod["spec"].get("containers") or ())
        for claim in (container.get("resources") or {}).get("claims") or ()
        if claim["name"] not in names
    ]


def extended(spec: dict, path: str) -> list[dict]:
    """What validation says of resources that are no core ones (kubernetes v1.36,
    pkg/apis/core/validation/validation.go, ValidateContainerResourceRequirements and
    ValidateResourceQuantityValue): whole numbers, and as much requested as is the limit."""
    causes = []
    for place, container in enumerate(spec.get("containers") or ()):
        told = container.get("resources") or {}
        limits = told.get("limits") or {}
        for kind, amounts in (("limits", limits), ("requests", told.get("requests") or {})):
            for name, amount in amounts.items():
                field = f"{path}.containers[{place}].resources.{kind}[{name}]"
                if "/" in name and not str(amount).isdecimal():
                    causes.append(
                        {"field": field, "message": f'Invalid value: "{amount}": must be an integer'}
                    )
                if "/" in name and kind == "requests" and limits.get(name) != amount:
                    causes.append(
                        {
                            "field": field,
                            "message": (
                                f"Invalid value: {amount}: must be equal to {name} limit of "
                                f"{limits.get(name)}"
                            ),
                        }
                    )
    return causes


def unranked(pod: dict, classes: dict[tuple[str, str], dict]) -> str | None:
    """Why a pod with a class of priority is refused (kubernetes v1.36,
    plugin/pkg/admission/priority/admission.go)."""
    name = pod["spec"].get("priorityClassName")
    if not name or name.startswith("system-") or ("", name) in classes:
        return None
    return f"no PriorityClass with name {name} was found"
