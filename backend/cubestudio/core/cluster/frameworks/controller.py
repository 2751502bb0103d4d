"""Microsoft's FrameworkController (frameworkcontroller.microsoft.com), which NNI uses: roles of tasks with
completion policies."""

from cubestudio.core.cluster.frameworks.contract import Asked, Ends, Kind, queued, scheduled


def make(asked: Asked) -> dict:
    """It fails with the first task that fails, and succeeds with the last of the leader's role."""
    leader = asked.roles[0][0]
    return {
        "apiVersion": "frameworkcontroller.microsoft.com/v1",
        "kind": "Framework",
        "metadata": queued(asked),
        "spec": {
            "executionType": "Start",
            "retryPolicy": {"fancyRetryPolicy": False, "maxRetryCount": 0},
            "taskRoles": [
                {
                    "name": role,
                    "taskNumber": members,
                    "frameworkAttemptCompletionPolicy": {
                        "minFailedTaskCount": 1,
                        "minSucceededTaskCount": members if role == leader else -1,
                    },
                    "task": {
                        "retryPolicy": {"fancyRetryPolicy": False, "maxRetryCount": 0},
                        "podGracefulDeletionTimeoutSec": 60,
                        "pod": scheduled(asked, asked.pod(role, "main", None)),
                    },
                }
                for role, members in asked.roles
            ],
        },
    }


KIND = Kind(
    name="Framework",
    version="frameworkcontroller.microsoft.com/v1",
    plural="frameworks",
    frameworks=("plain",),
    needs="frameworkcontroller",
    make=make,
    ends=Ends(
        path="attemptStatus.completionStatus.type.name",
        success=("Succeeded",),
        failure=("Failed",),
        words=("attemptStatus.completionStatus.diagnostics",),
    ),
    queued=False,
)
