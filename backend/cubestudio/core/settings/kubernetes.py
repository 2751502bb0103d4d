"""Settings of Kubernetes clusters and of the pods on them."""

import ipaddress
import itertools
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from cubestudio.core.peers import peer

NAMESPACE = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
"""A namespace of Kubernetes."""
USER = r"^([1-9][0-9]{0,9}|cluster|image)$"
"""The user that pods run as."""
_DEVICE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_RESOURCE = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_HOST = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


class Kubernetes(BaseModel):
    """Kubernetes clusters"""

    kubeconfig_folder: Path = Field(
        Path("kubeconfig"),
        description="Folder of files named <cluster>-kubeconfig, one for each cluster. An empty file is the "
        "cluster in which the platform runs.",
    )
    kubeconfig_contexts: tuple[str, ...] = Field(
        (), description="More clusters, each as name=file:context of a kubeconfig with several contexts."
    )
    direct_pod_access: dict[str, tuple[str, ...]] = Field(
        {},
        description="Clusters whose pods the platform reaches at their IP addresses instead of through the "
        "API "
        "server, and the peers from which its connections come: networks, namespaces, or namespaces with pod "
        'labels. Example: {"east": ["10.1.0.0/24"], "here": ["infra/app=cubestudio"]}. The cluster '
        "in which the "
        "platform runs is included, from its own namespace.",
    )
    runs_namespace: str = Field(
        "pipeline", pattern=NAMESPACE, description="Namespace of runs. It is created when it does not exist."
    )
    notebooks_namespace: str = Field(
        "jupyter", pattern=NAMESPACE, description="Namespace of notebooks and of image builds."
    )
    services_namespace: str = Field("service", pattern=NAMESPACE, description="Namespace of services.")
    project_namespace_prefix: str = Field(
        "",
        pattern=r"^([a-z]([a-z0-9-]{0,10}[a-z0-9-])?)?$",
        description="When set, each new project gets a namespace of its own for all its work, named with "
        "this "
        "prefix and the project's name.",
    )
    pods_api_url: str | None = Field(
        None,
        description="URL at which pods reach the API. Without it, steps pass on values but no files. "
        "Default: "
        "`CUBE_PUBLIC_URL`.",
    )
    default_image: str = Field(
        "python:3.11-slim", description="Image of steps that name none. It needs python3."
    )
    python_image: str | None = Field(
        None,
        description="Image that provides python3 for the launcher in pods whose own image may not have it. "
        "Default: `CUBE_DEFAULT_IMAGE`. Empty: none, and every image needs python3.",
    )
    images_with_python: tuple[str, ...] = Field(
        (
            "python:*",
            "*/python:*",
            "pytorch/pytorch:*",
            "tensorflow/tensorflow:*",
            "rayproject/*",
            "jupyter/*",
            "*/jupyter/*",
            "condaforge/*",
        ),
        description="Patterns of images that have python3 themselves.",
    )
    image_registry: str = Field(
        "",
        pattern=r"^([A-Za-z0-9][A-Za-z0-9._/:-]*)?$",
        description="Registry that is prepended to image names without a registry, for networks that reach "
        "no "
        "other registry.",
    )
    builder_image: str | None = Field(
        None, description="Image with buildah and python3 that builds images on Kubernetes."
    )
    image_pull_secrets: tuple[str, ...] = Field((), description="Names of image pull secrets of all pods.")
    image_pull_policy: str = Field(
        "IfNotPresent", description="Image pull policy of pods: IfNotPresent, Always, Never."
    )
    run_as_user: str = Field(
        "1000",
        pattern=USER,
        description="The user that pods run as: a user ID; cluster, where the cluster assigns one to each "
        "namespace, as OpenShift does; or image, for the user of the image, which may be root.",
    )
    cluster_run_as_users: dict[str, Annotated[str, Field(pattern=USER)]] = Field(
        {}, description="The same by cluster name, for clusters that differ."
    )
    root_images: tuple[str, ...] = Field((), description="Patterns of images whose pods run as root.")
    priority_classes: dict[int, Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")]] = (
        Field(
            {},
            description="PriorityClasses by the lowest priority of runs that get them (-100 to 100; other "
            "work "
            'has 0). Example: {"-100": "batch", "0": "normal", "50": "urgent"}.',
        )
    )
    argo_containers: tuple[str, ...] = Field(
        ("init", "wait"),
        description="Containers that Argo adds to pods and whose privileges the platform drops: init and "
        "wait; "
        "supervisor where Argo's pods have no init container; none where Argo's own configuration "
        "drops them.",
    )
    gang_scheduler: str = Field(
        "",
        pattern="^(|volcano|kube-batch|kueue)$",
        description="The scheduler that starts all pods of a gang together: volcano, kube-batch, kueue. "
        "Empty: "
        "the default scheduler of the cluster.",
    )
    gang_queue: str = Field("", description="The queue of that scheduler.")
    node_org: str = Field(
        "",
        pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
        description="Resource group of the nodes for pods, by the node labels cpu=true or gpu=true, "
        "train=true "
        "or service=true, and org=GROUP. Empty: any node.",
    )
    allowed_volumes: tuple[str, ...] = Field(
        ("kubeflow-user-workspace(pvc)", "*(memory)"),
        description="Volumes that users may mount, as patterns of source(kind), such as data(pvc-share), "
        "10.0.0.1/share/*(nfs), /data/public(hostpath).",
    )
    host_aliases: tuple[str, ...] = Field(
        (), description="Lines that are added to /etc/hosts of pods, such as 10.0.0.5 git.example.com."
    )
    istio_gateway: str = Field(
        "kubeflow/kubeflow-gateway",
        pattern=r"^[a-z0-9.-]+/[a-z0-9.-]+$",
        description="namespace/name of the Istio gateway through which services are reached from outside the "
        "cluster.",
    )
    services_host: str | None = Field(
        None,
        pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
        description="Host name at which the Istio gateway takes requests for public services. Empty: their "
        "requests pass through the platform's gateway.",
    )
    gpu_label: str = Field(
        "gpu-type", description="Node label with the GPU model, such as gpu-type or nvidia.com/gpu.product."
    )
    gpu_resource: str = Field("nvidia.com/gpu", description="Resource name of GPUs on nodes.")
    gpu_types: dict[str, str] = Field(
        {
            "amd": "amd.com/gpu",
            "intel": "gpu.intel.com/i915",
            "ascend910": "huawei.com/Ascend910",
            "mlu": "cambricon.com/mlu",
        },
        description="Resource names of other GPUs, or of shares of a GPU, by the GPU type that users "
        "request.",
    )
    devices: dict[str, str] = Field(
        {"rdma": "rdma/hca_shared_devices_a", "ib": "rdma/ib"},
        description="Resource names of other devices (RDMA, SR-IOV, FPGA), by the name that users request.",
    )
    gpu_sharing: Literal["", "hami", "volcano"] = Field(
        "",
        description="What shares GPUs among pods where the platform may not list nodes: hami, volcano. Where "
        "it "
        "may, it is detected.",
    )
    start_timeout_seconds: int = Field(
        1800,
        ge=1,
        description="Seconds that a pod on a node may take to pull its image and start, and that a server "
        "may "
        "take to answer.",
    )

    @field_validator("direct_pod_access")
    @classmethod
    def _peers(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for each in itertools.chain.from_iterable(value.values()):
            peer(each)
        return value

    @field_validator("devices")
    @classmethod
    def _resources(cls, value: dict[str, str]) -> dict[str, str]:
        for name, resource in value.items():
            if not _DEVICE.fullmatch(name) or not _RESOURCE.fullmatch(resource):
                raise ValueError(
                    f"The device {name!r} must be a name of lowercase letters, digits and -, with a resource "
                    "such as rdma/ib."
                )
        return value

    @field_validator("host_aliases")
    @classmethod
    def _lines(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for line in value:
            address, *names = line.split() or [""]
            ipaddress.ip_address(address)
            if not names or not all(_HOST.fullmatch(name) for name in names):
                raise ValueError(f"{line!r} must be an IP address followed by host names.")
        return value
