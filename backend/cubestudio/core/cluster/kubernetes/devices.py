"""What pods request besides cores, memory and GPUs: devices by the installation's table of resources (RDMA
and others), and claims of devices by the classes of a cluster (dynamic resource allocation,
resource.k8s.io/v1 of Kubernetes 1.34 and later). Pure.

A claim template is named by what it says, so that all pods that request the same share one, which stays."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from cubestudio.core.cluster.port import Machine, Task

VERSION = "resource.k8s.io/v1"
CLASSES, TEMPLATES = "deviceclasses", "resourceclaimtemplates"
ANY: frozenset[str] = frozenset({""})
"""In place of classes that may not be seen."""
Made = tuple[str, str, dict[str, Any]]
"""(API version, plural, object)."""


class Names(Protocol):
    """What an installation says of devices."""

    @property
    def namespace(self) -> str: ...
    @property
    def installation(self) -> str: ...
    @property
    def devices(self) -> Mapping[str, str]: ...


def amounts(task: Task, site: Names) -> dict[str, str]:
    """The resources of a container, in requests and limits alike. A name that the table has not stays one
    that no cluster takes."""
    return {site.devices.get(name, name): str(count) for name, count in task.devices.items()}


def template_name(device_class: str, count: int) -> str:
    return f"cubestudio-claim-{hashlib.sha256(f'{device_class} {count}'.encode()).hexdigest()[:16]}"


def templates(tasks: Iterable[Task], site: Names, owned: Mapping[str, str]) -> list[Made]:
    """The claim templates of pods, each once; `owned`: labels."""
    wanted = sorted({each for task in tasks for each in task.claims.items()})
    return [
        (
            VERSION,
            TEMPLATES,
            {
                "apiVersion": VERSION,
                "kind": "ResourceClaimTemplate",
                "metadata": {
                    "name": template_name(name, count),
                    "namespace": site.namespace,
                    "labels": dict(owned),
                },
                "spec": {
                    "spec": {
                        "devices": {
                            "requests": [
                                {"name": "devices", "exactly": {"deviceClassName": name, "count": count}}
                            ]
                        }
                    }
                },
            },
        )
        for name, count in wanted
    ]


def claims(task: Task) -> dict[str, Any]:
    """What a pod's specification says of claims."""
    found = [
        {"name": f"claim-{place}", "resourceClaimTemplateName": template_name(*each)}
        for place, each in enumerate(sorted(task.claims.items()))
    ]
    return {"resourceClaims": found} if found else {}


def used(task: Task) -> dict[str, Any]:
    """What the resources of a container say of the claims of its pod."""
    found = [{"name": f"claim-{place}"} for place in range(len(task.claims))]
    return {"claims": found} if found else {}


def patched(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template of Argo, whose versions up to 4.1 have no field for the claims of a pod
    (pkg/apis/workflow/v1alpha1/workflow_types.go): they are put into the pod that it makes by a patch."""
    if "resourceClaims" not in template:
        return dict(template)
    rest = {name: value for name, value in template.items() if name != "resourceClaims"}
    return {**rest, "podSpecPatch": json.dumps({"resourceClaims": template["resourceClaims"]})}


def lacking(
    name: str,
    task: Task,
    machines: Sequence[Machine],
    site: Names,
    classes: Collection[str] | None,
    cluster: str,
) -> list[str]:
    """Why a task cannot have its devices, in sentences with what there is. `classes`: the device classes of
    the cluster, None where it does not serve their API."""
    found = []
    for device, count in task.devices.items():
        if device not in site.devices:
            known = ", ".join(sorted(site.devices)) or "none"
            found.append(
                f"{name} asks for the device {device}, which is not among those of this installation "
                f"(CUBE_DEVICES): {known}"
            )
        elif machines and count > (
            most := max(machine.devices.get(site.devices[device], 0) for machine in machines)
        ):
            offers = sorted(
                {
                    each
                    for each, resource in site.devices.items()
                    if any(machine.devices.get(resource) for machine in machines)
                }
            )
            there = f"; devices that it has: {', '.join(offers)}" if offers else ""
            found.append(
                f"{name} asks for {count} {device} ({site.devices[device]}); the largest node of "
                f"{cluster} has {most}{there}"
            )
    if task.claims and classes is None:
        found.append(
            f"{name} claims devices ({', '.join(sorted(task.claims))}); {cluster} does not serve "
            f"{VERSION}, which Kubernetes has from 1.34 on"
        )
        return found
    for device_class in sorted(task.claims) if classes != ANY else ():
        if classes is not None and device_class not in classes:
            there = ", ".join(sorted(classes)[:20]) or "none"
            found.append(
                f"{name} claims devices of the class {device_class}; {cluster} has no such class; it "
                f"has: {there}"
            )
    return found


def free(task: Task, machine: Machine, site: Names) -> bool:
    """Whether a machine has the devices of the table now."""
    wanted = {site.devices.get(name, name): count for name, count in task.devices.items()}
    return all(
        count <= machine.devices.get(name, 0) - machine.used_devices.get(name, 0)
        for name, count in wanted.items()
    )


def warnings(name: str, task: Task, site: Names) -> list[str]:
    """What may surprise: RDMA pins memory, which a pod of ours may do only as far as its node lets every
    process."""
    pins = sorted(
        resource for device in task.devices if (resource := site.devices.get(device, "")).startswith("rdma/")
    )
    if not pins:
        return []
    return [
        f"{name} has {', '.join(pins)}, and RDMA locks memory; pods here have no capability "
        "IPC_LOCK, which Pod Security does not allow: "
        "the container runtime of its node must allow locked memory without limit (LimitMEMLOCK=infinity)"
    ]
