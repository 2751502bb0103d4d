"""What is installed on a cluster beside us: one row for each part of the platform's table, found by its
API group or by its workload, whoever installed it and in whatever namespace. The table and the finding are
pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cubestudio.core.cluster.port import Component


@dataclass(kw_only=True, frozen=True)
class Part:
    """One row of the table: `workloads` are patterns of names of deployments, daemon sets and stateful sets,
    `api` an API group that says as much, or one version of a group that several share; `needed` what of ours
    uses it; `install` the way to have it."""

    group: str
    name: str
    workloads: str
    needed: str
    install: str
    api: str | None = None


_TRAINING = (
    "kubectl apply --server-side -k "
    "'github.com/kubeflow/training-operator/manifests/overlays/standalone?ref=v1.9.3'"
)
_OURS = "install/kubernetes of this repository"
_STACK = "helm install monitoring prometheus-community/kube-prometheus-stack -n monitoring --create-namespace"

TABLE = (
    Part(
        group="infra",
        name="web",
        workloads="kubeflow-dashboard|cubestudio-web",
        needed="the API and the console, when the platform runs in the cluster",
        install=_OURS,
    ),
    Part(
        group="infra",
        name="init",
        workloads="kubeflow-dashboard-init|cubestudio-init",
        needed="tables and first records",
        install=_OURS,
    ),
    Part(
        group="infra",
        name="schedule",
        workloads="kubeflow-dashboard-schedule|cubestudio-clock",
        needed="scheduled work",
        install=_OURS,
    ),
    Part(
        group="infra",
        name="worker",
        workloads="kubeflow-dashboard-worker|cubestudio-worker",
        needed="jobs behind the API",
        install=_OURS,
    ),
    Part(
        group="infra",
        name="watch",
        workloads="kubeflow-watch|cubestudio-watch",
        needed="hearing what clusters report",
        install=_OURS,
    ),
    Part(
        group="infra",
        name="mysql",
        workloads="mysql.*|mariadb.*",
        needed="the database of a replicated platform",
        install=_OURS,
    ),
    Part(
        group="infra",
        name="redis",
        workloads="redis.*",
        needed="jobs and events of a replicated platform",
        install=_OURS,
    ),
    Part(
        group="kube-system",
        name="kubernetes-dashboard",
        workloads="kubernetes-dashboard(-web|-api)?",
        needed="nothing; linked when present",
        install="helm install kubernetes-dashboard kubernetes-dashboard/kubernetes-dashboard -n "
        "kubernetes-dashboard --create-namespace",
    ),
    Part(
        group="kube-system",
        name="dashboard-metrics-scraper",
        workloads="dashboard-metrics-scraper|kubernetes-dashboard-metrics-scraper",
        needed="nothing of ours",
        install="part of the Kubernetes dashboard",
    ),
    Part(
        group="kube-system",
        name="nvidia-device-plugin",
        workloads="nvidia-device-plugin.*",
        needed="steps that ask for GPUs",
        install="helm install nvidia-device-plugin nvdp/nvidia-device-plugin -n kube-system",
    ),
    Part(
        group="kube-system",
        name="kube-batch",
        workloads="kube-batch",
        needed="nothing; the older gang scheduler, found for clusters that have it",
        install="use Volcano instead",
    ),
    Part(
        group="kube-system",
        name="metrics-server",
        workloads="metrics-server",
        needed="what pods use, live and after",
        install="kubectl apply -f "
        "https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml",
        api="metrics.k8s.io",
    ),
    Part(
        group="kube-system",
        name="prometheus-adapter",
        workloads="(kubeflow-)?prometheus-adapter",
        needed="scaling services by what they measure",
        install="helm install prometheus-adapter prometheus-community/prometheus-adapter -n monitoring",
        api="custom.metrics.k8s.io",
    ),
    Part(
        group="kubeflow",
        name="frameworkcontroller",
        workloads="frameworkcontroller",
        needed="NNI's distributed trials",
        install="kubectl apply -f the manifest of microsoft/frameworkcontroller",
        api="frameworkcontroller.microsoft.com",
    ),
    Part(
        group="kubeflow",
        name="ml-pipeline",
        workloads="ml-pipeline.*|metadata-.*",
        needed="nothing; Kubeflow Pipelines may stand beside us",
        install="not needed",
    ),
    Part(
        group="kubeflow",
        name="minio",
        workloads="minio.*",
        needed="the store of a replicated platform (any S3 does)",
        install="helm install minio minio/minio -n kubeflow",
    ),
    Part(
        group="kubeflow",
        name="training-operator",
        workloads="training-operator|tf-(job-)?operator|pytorch-operator|mxnet-operator",
        needed="distributed training as TFJob, PyTorchJob, XGBoostJob, PaddleJob, JAXJob",
        install=_TRAINING,
        api="kubeflow.org/v1",
    ),
    Part(
        group="kubeflow",
        name="mpi-operator",
        workloads="mpi-operator",
        needed="MPIJob and Horovod",
        install="kubectl apply --server-side -f "
        "https://raw.githubusercontent.com/kubeflow/mpi-operator/v0.6.0/deploy/v2beta1/mpi-operator.yaml",
        api="kubeflow.org/v2beta1",
    ),
    Part(
        group="kubeflow",
        name="katib",
        workloads="katib-controller",
        needed="searches with Katib as their engine",
        install="kubectl apply -k "
        "'github.com/kubeflow/katib/manifests/v1beta1/installs/katib-standalone?ref=v0.18.0'",
        api="kubeflow.org/v1beta1",
    ),
    Part(
        group="kubeflow",
        name="trainer",
        workloads="kubeflow-trainer-controller-manager|trainer-controller-manager",
        needed="TrainJob, the operator's successor",
        install="kubectl apply --server-side -k 'github.com/kubeflow/trainer/manifests/overlays/manager'",
        api="trainer.kubeflow.org",
    ),
    Part(
        group="kubeflow",
        name="workflow-controller",
        workloads="(.*-)?workflow-controller",
        needed="every pipeline on this cluster",
        install="kubectl create namespace argo; kubectl apply --server-side -n argo -f "
        "https://github.com/argoproj/argo-workflows/releases/latest/download/install.yaml",
        api="argoproj.io",
    ),
    Part(
        group="istio-system",
        name="istio-ingressgateway",
        workloads="istio-ingressgateway",
        needed="notebooks and services from outside",
        install="helm install istio-ingressgateway istio/gateway -n istio-system",
    ),
    Part(
        group="istio-system",
        name="cluster-local-gateway",
        workloads="cluster-local-gateway",
        needed="services from inside, in older installations",
        install="not needed with a current Istio",
    ),
    Part(
        group="istio-system",
        name="istiod",
        workloads="istiod.*",
        needed="routes, canaries and shadows of services",
        install="helm install istiod istio/istiod -n istio-system",
        api="networking.istio.io",
    ),
    Part(
        group="monitoring",
        name="dcgm-exporter",
        workloads="dcgm-exporter|nvidia-dcgm-exporter",
        needed="how busy GPUs are",
        install="helm install dcgm-exporter gpu-helm-charts/dcgm-exporter -n monitoring",
    ),
    Part(
        group="monitoring",
        name="node-exporter",
        workloads="(.*-)?node-exporter",
        needed="how busy nodes are",
        install=_STACK,
    ),
    Part(
        group="monitoring",
        name="prometheus",
        workloads="prometheus(-k8s|-server|-.*-prometheus)?",
        needed="history of what nodes and services use",
        install=_STACK,
        api="monitoring.coreos.com",
    ),
    Part(
        group="monitoring",
        name="grafana",
        workloads="(.*-)?grafana",
        needed="nothing; linked when present",
        install=_STACK,
    ),
    Part(
        group="volcano-system",
        name="volcano",
        workloads="volcano-(scheduler|controllers|admission)",
        needed="gangs that start all at once or not at all",
        install="helm install volcano volcano-sh/volcano -n volcano-system --create-namespace",
        api="batch.volcano.sh",
    ),
    Part(
        group="ray-system",
        name="kuberay",
        workloads="kuberay-operator",
        needed="Ray jobs and clusters",
        install="helm install kuberay-operator kuberay/kuberay-operator -n ray-system --create-namespace",
        api="ray.io",
    ),
    Part(
        group="spark-operator",
        name="spark-operator",
        workloads="(.*-)?spark-operator(-controller)?",
        needed="Spark steps with executors of their own",
        install="helm install spark-operator spark-operator/spark-operator -n spark-operator "
        "--create-namespace",
        api="sparkoperator.k8s.io",
    ),
    Part(
        group="kueue-system",
        name="kueue",
        workloads="kueue-controller-manager",
        needed="queues and quotas before pods are made",
        install="kubectl apply --server-side -f "
        "https://github.com/kubernetes-sigs/kueue/releases/latest/download/manifests.yaml",
        api="kueue.x-k8s.io",
    ),
    Part(
        group="monitoring",
        name="tracing",
        workloads="zipkin.*|jaeger.*|tempo.*|otel-collector.*|opentelemetry-collector.*",
        needed="traces of requests, when switched on",
        install="helm install zipkin zipkin/zipkin -n monitoring",
    ),
    Part(
        group="logging",
        name="logs",
        workloads="fluent-?(d|bit).*|elasticsearch.*|kibana.*|loki.*|vector.*|filebeat.*",
        needed="nothing: the platform keeps logs itself",
        install="not needed",
    ),
)


def ready(body: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether a workload has all the pods that it wants, and how many of how many. One that was scaled to
    none does nothing."""
    spec, status = body.get("spec") or {}, body.get("status") or {}
    if spec.get("replicas") == 0:
        return False, "it was scaled to 0 replicas"
    wanted = (
        status.get("desiredNumberScheduled")
        if "desiredNumberScheduled" in status
        else spec.get("replicas", 1)
    )
    there = status.get("numberReady", status.get("readyReplicas") or 0)
    return there >= (wanted or 0), f"{there} of {wanted} pods ready"


def version(body: Mapping[str, Any]) -> str | None:
    """The tag of the first image."""
    containers = (((body.get("spec") or {}).get("template") or {}).get("spec") or {}).get("containers") or ()
    image = str(containers[0].get("image", "")) if containers else ""
    tag = image.split("@")[0].rpartition("/")[2].partition(":")[2]
    return tag or (body["metadata"].get("labels") or {}).get("app.kubernetes.io/version")


def rows(workloads: Iterable[Mapping[str, Any]], groups: set[str]) -> list[Component]:
    """The table with what was found; `groups` has API groups and their versions (`kubeflow.org`,
    `kubeflow.org/v1`)."""
    known = list(workloads)
    found = []
    for part in TABLE:
        pattern = re.compile(f"^(?:{part.workloads})$")
        here = [body for body in known if pattern.match(body["metadata"]["name"])]
        told = {"group": part.group, "name": part.name, "needed": part.needed, "install": part.install}
        if here:
            states = [(body, *ready(body)) for body in here]
            bad = [
                f"{body['metadata']['namespace']}/{body['metadata']['name']}: {words}"
                for body, well, words in states
                if not well
            ]
            place = f"{here[0]['metadata']['namespace']}/{here[0]['metadata']['name']}"
            found.append(
                Component(
                    **told,
                    state="not ready" if bad else "ready",
                    version=version(here[0]),
                    message="; ".join(bad) or place,
                )
            )
        elif part.api and part.api in groups:
            words = (
                f"its API {part.api} is known, but nothing that acts on it was found: it may have been "
                "uninstalled"
            )
            found.append(Component(**told, state="not ready", version=None, message=words))
        else:
            found.append(Component(**told, state="absent", version=None, message="not installed"))
    return found
