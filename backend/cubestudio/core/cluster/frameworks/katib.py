"""Katib (kubeflow.org/v1beta1), which suggests points of a search: each of its trials is a pod that is told
one of them and prints numbers."""

from cubestudio.core.cluster import messages
from cubestudio.core.cluster.frameworks.contract import Asked, Framework, Kind, Roles, Told, queued
from cubestudio.core.errors import Invalid

ASKED = {"direction", "goal", "space", "algorithm", "settings", "trials", "parallel", "failed", "seed"}
METRIC = "value"
"""What is printed of the objective, whatever people call it: nothing of theirs is in the manifest but names
of parameters and numbers."""


def roles(_workers: int, _servers: int) -> Roles:
    return (("trial", 1),)


def told(_roles: Roles) -> list[Told]:
    raise Invalid(messages.KATIB_NEEDS_KUBERNETES(), field="cluster")


def make(asked: Asked) -> dict:
    """The settings are what is searched: {direction, goal, space (in Katib's own form), algorithm, settings,
    trials, parallel, failed, seed}."""
    search = asked.settings
    if lacking := sorted(ASKED - set(search)):
        raise Invalid(messages.KATIB_SETTINGS_MISSING(names=", ".join(lacking)), field="gang.settings")
    template = asked.pod("trial", "main", None)
    template["metadata"]["annotations"] = {"sidecar.istio.io/inject": "false"}
    given = [
        {"name": "CUBE_TRIAL", "value": "${trialParameters.trial}"},
        {"name": "CUBE_METRIC", "value": METRIC},
    ]
    parameters = [{"name": "trial", "description": "its name", "reference": "${trialSpec.Name}"}]
    for place, each in enumerate(search["space"]):
        parameters.append({"name": f"p{place}", "description": each["name"], "reference": each["name"]})
        given.append(
            {"name": f"CUBE_POINT_{place}", "value": f"{each['name']}=${{trialParameters.p{place}}}"}
        )
    template["spec"]["containers"][0]["env"] += given
    settings = [{"name": str(name), "value": str(value)} for name, value in search["settings"].items()]
    if search["algorithm"] not in ("grid", "sobol") and "random_state" not in search["settings"]:
        settings.append({"name": "random_state", "value": str(search["seed"])})
    return {
        "apiVersion": "kubeflow.org/v1beta1",
        "kind": "Experiment",
        "metadata": queued(asked),
        "spec": {
            "objective": {
                "type": search["direction"],
                "objectiveMetricName": METRIC,
                **({"goal": search["goal"]} if search["goal"] is not None else {}),
                "metricStrategies": [{"name": METRIC, "value": "latest"}],
            },
            "algorithm": {"algorithmName": search["algorithm"], "algorithmSettings": settings},
            "parallelTrialCount": min(search["parallel"], search["trials"]),
            "maxTrialCount": search["trials"],
            "maxFailedTrialCount": search["failed"],
            "resumePolicy": "Never",
            "metricsCollectorSpec": {"collector": {"kind": "StdOut"}},
            "parameters": search["space"],
            "trialTemplate": {
                "primaryContainerName": "main",
                "successCondition": 'status.conditions.#(type=="Complete")#|#(status=="True")#',
                "failureCondition": 'status.conditions.#(type=="Failed")#|#(status=="True")#',
                "retain": False,
                "trialParameters": parameters,
                "trialSpec": {
                    "apiVersion": "batch/v1",
                    "kind": "Job",
                    "spec": {"backoffLimit": 0, "template": template},
                },
            },
        },
    }


FRAMEWORK = Framework(name="katib", title="Katib", roles=roles, told=told)
KIND = Kind(
    name="Experiment",
    version="kubeflow.org/v1beta1",
    plural="experiments",
    frameworks=("katib",),
    needs="katib",
    make=make,
    space={"katib.kubeflow.org/metrics-collector-injection": "enabled"},
    queued=False,
    group=lambda _: 0,
)
