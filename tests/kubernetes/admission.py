"""What an API server adds to a new pod, and what it refuses, before a pod is stored."""

TOLERATED = 300
"""Seconds that a pod stays on a node which does not respond (kubernetes v1.36, plugin/pkg/admission/defaulttolerationseconds)."""
NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"


def tolerate(pod: dict) -> None:
    """Give a new pod the tolerations that every pod gets (defaulttolerationseconds, admission.go)."""
    tolerations = pod["spec"].setdefault("tolerations", [])
    for key in (NOT_READY, UNREACHABLE):
        if not any(each.get("key") in (key, None) and each.get("effect", "NoExecute") == "NoExecute" for each in tolerations):
            tolerations.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": TOLERATED})
