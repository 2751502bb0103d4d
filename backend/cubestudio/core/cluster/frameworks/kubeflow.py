"""The resources of Kubeflow's training operator (kubeflow.org/v1), which differ in little more than their names."""

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
) -> Kind:
    """A kind with replica specs below `field`, whose operator looks for a container of that name. Its leader's end is the end of
    all when there is only one of the leader's role, else all of that role must end well."""

    def called(role: str) -> str:
        return (names or {}).get(role, titled(role))

    def make(asked: Asked) -> dict:
        policy: dict = {"cleanPodPolicy": "Running", "backoffLimit": 0}
        if asked.timeout:
            policy["activeDeadlineSeconds"] = int(asked.timeout)
        if asked.scheduler in ("volcano", "kube-batch"):
            policy["schedulingPolicy"] = {"minAvailable": count(asked.roles)} | ({"queue": asked.queue} if asked.queue else {})
        return {
            "apiVersion": VERSION,
            "kind": name,
            "metadata": queued(asked),
            "spec": {
                "runPolicy": policy,
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

    def success(roles: Roles) -> str:
        leader, members = roles[0]
        return f"status.replicaStatuses.{called(leader)}.succeeded == {members}"

    def failure(roles: Roles) -> str:
        return ", ".join(f"status.replicaStatuses.{called(role)}.failed > 0" for role, _ in roles)

    return Kind(name, VERSION, f"{name.lower()}s", frameworks, needs, make, success, failure)
