"""What `kubectl drain` and the Eviction API do: a node takes nothing new, and its pods are asked to go, as
far as their budgets allow."""

from tests.kubernetes.kubelet import PODS, Kubelet
from tests.kubernetes.server import Server, selector

NODES, BUDGETS = ("v1", "nodes"), ("policy/v1", "poddisruptionbudgets")


def ready(pod: dict) -> bool:
    return any(
        each["type"] == "Ready" and each["status"] == "True"
        for each in (pod.get("status") or {}).get("conditions") or ()
    )


def allowed(server: Server, pod: dict) -> bool:
    """Whether the budgets of a pod let it go now: so many of its fellows are healthy that one may be missing.
    One that does not answer goes where its budget says AlwaysAllow (kubernetes v1.36,
    pkg/registry/core/pod/storage/eviction.go, and getExpectedPodCount in
    pkg/controller/disruption/disruption.go, which counts by the scale of the controllers)."""
    space, labels = pod["metadata"]["namespace"], pod["metadata"]["labels"]
    for budget in server.all(BUDGETS):
        wanted = budget["spec"]["selector"]["matchLabels"]
        if budget["metadata"]["namespace"] != space or not wanted.items() <= labels.items():
            continue
        if not ready(pod) and budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
            continue
        match = selector(",".join(f"{key}={value}" for key, value in wanted.items()))
        fellows = [
            each
            for each in server.all(PODS)
            if each["metadata"]["namespace"] == space and match(each["metadata"]["labels"])
        ]
        healthy = [each for each in fellows if ready(each) and not each["metadata"].get("deletionTimestamp")]
        expected = sum(
            each["spec"].get("replicas", 1)
            for each in server.all(("apps/v1", "deployments"))
            if match(each["spec"]["template"]["metadata"]["labels"])
            and each["metadata"]["namespace"] == space
        )
        if len(healthy) <= expected - budget["spec"]["maxUnavailable"]:
            return False
    return True


async def drain(kubelet: Kubelet, name: str) -> None:
    """Until every pod of the node was asked to go."""
    server = kubelet.server
    node = server.get(NODES, "", name)
    assert node
    node["spec"]["unschedulable"] = True
    server.put(NODES, "", node)
    while True:
        news = server._news
        left = [pod for pod in kubelet._on(name) if not pod["metadata"].get("deletionTimestamp")]
        if not left:
            return
        for pod in left:
            if allowed(server, pod):
                pod["status"].setdefault("conditions", []).append(
                    {
                        "type": "DisruptionTarget",
                        "status": "True",
                        "reason": "EvictionByEvictionAPI",
                        "message": "Eviction API: evicting",
                    }
                )
                server.put(PODS, pod["metadata"]["namespace"], pod)
                server.delete(PODS, pod["metadata"]["namespace"], pod["metadata"]["name"])
        await news.wait()
