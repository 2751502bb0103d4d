"""The resources of Kubeflow's training operator (kubeflow.org/v1), which differ in little more than their
names."""

from collections.abc import Callable
from typing import Any

from cubestudio.core.cluster.frameworks.contract import Asked, Kind, Roles, count, queued, scheduled, titled

VERSION = "kubeflow.org/v1"
INDEX = "training.kubeflow.org/replica-index"


def job(
    name: str,
    field: str,
    container: str,
    frameworks: tuple[str, ...],
    names: dict[str, str] | None = None,
    needs: str = "training-operator",
    more: Callable[[Roles], dict[str, Any]] = lambda _: {},
) -> Kind:
    """A kind with replica specs below `field`, whose operator looks for a container of that name; `more`:
    what else stands in its `spec`. It has no limits of its own: with a backoff limit or a deadline the
    operator deletes the pods that failed, with their logs, before it says that the job has; without, the
    first failure of a pod that is not started again fails the job and the others are ended."""

    def called(role: str) -> str:
        return (names or {}).get(role, titled(role))

    def make(asked: Asked) -> dict[str, Any]:
        policy: dict[str, Any] = {"cleanPodPolicy": "Running"}
        if asked.scheduler in ("volcano", "kube-batch"):
            policy["schedulingPolicy"] = {"minAvailable": count(asked.roles)} | (
                {"queue": asked.queue} if asked.queue else {}
            )
        return {
            "apiVersion": VERSION,
            "kind": name,
            "metadata": queued(asked),
            "spec": {
                "runPolicy": policy,
                **more(asked.roles),
                field: {
                    called(role): {
                        "replicas": members,
                        "restartPolicy": "Never",
                        "template": scheduled(asked, asked.pod(role, container, INDEX)),
                    }
                    for role, members in asked.roles
                },
            },
        }

    return Kind(
        name=name, version=VERSION, plural=f"{name.lower()}s", frameworks=frameworks, needs=needs, make=make
    )
