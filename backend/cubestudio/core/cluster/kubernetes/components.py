"""What is installed on a cluster beside us: one row for each part of the platform's table, found by its API group or by its
workload, whoever installed it and in whatever namespace. The table and the finding are pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cubestudio.core.cluster.port import Component


@dataclass(frozen=True)
class Part:
    """One row of the table: `workloads` are patterns of names of deployments, daemon sets and stateful sets, `api` an API
    group that says as much, or one version of a group that several share; `needed` what of ours uses it; `install` the way to have it."""

    group: str
    name: str
    workloads: str
    needed: str
    install: str
    api: str | None = None


_TRAINING = "kubectl apply --server-side -k 'github.com/kubeflow/training-operator/manifests/overlays/standalone?ref=v1.9.3'"
_OURS = "install/kubernetes of this repository"
_STACK = "helm install monitoring prometheus-community/kube-prometheus-stack -n monitoring --create-namespace"

TABLE = (
    Part("infra", "web", "kubeflow-dashboard|cubestudio-web", "the API and the console, when the platform runs in the cluster", _OURS),
    Part("infra", "init", "kubeflow-dashboard-init|cubestudio-init", "tables and first records", _OURS),
    Part("infra", "schedule", "kubeflow-dashboard-schedule|cubestudio-clock", "scheduled work", _OURS),
    Part("infra", "worker", "kubeflow-dashboard-worker|cubestudio-worker", "jobs behind the API", _OURS),
    Part("infra", "watch", "kubeflow-watch|cubestudio-watch", "hearing what clusters report", _OURS),
    Part("infra", "mysql", "mysql.*|mariadb.*", "the database of a replicated platform", _OURS),
    Part("infra", "redis", "redis.*", "jobs and events of a replicated platform", _OURS),
    Part("kube-system", "kubernetes-dashboard", "kubernetes-dashboard(-web|-api)?", "nothing; linked when present", "helm install kubernetes-dashboard kubernetes-dashboard/kubernetes-dashboard -n kubernetes-dashboard --create-namespace"),
    Part("kube-system", "dashboard-metrics-scraper", "dashboard-metrics-scraper|kubernetes-dashboard-metrics-scraper", "nothing of ours", "part of the Kubernetes dashboard"),
    Part("kube-system", "nvidia-device-plugin", "nvidia-device-plugin.*", "steps that ask for GPUs", "helm install nvidia-device-plugin nvdp/nvidia-device-plugin -n kube-system"),
    Part("kube-system", "kube-batch", "kube-batch", "nothing; the older gang scheduler, found for clusters that have it", "use Volcano instead"),
    Part("kube-system", "metrics-server", "metrics-server", "what pods use, live and after", "kubectl apply -f https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml", "metrics.k8s.io"),
    Part("kube-system", "prometheus-adapter", "(kubeflow-)?prometheus-adapter", "scaling services by what they measure", "helm install prometheus-adapter prometheus-community/prometheus-adapter -n monitoring", "custom.metrics.k8s.io"),
    Part("kubeflow", "frameworkcontroller", "frameworkcontroller", "NNI's distributed trials", "kubectl apply -f the manifest of microsoft/frameworkcontroller", "frameworkcontroller.microsoft.com"),
    Part("kubeflow", "ml-pipeline", "ml-pipeline.*|metadata-.*", "nothing; Kubeflow Pipelines may stand beside us", "not needed"),
    Part("kubeflow", "minio", "minio.*", "the store of a replicated platform (any S3 does)", "helm install minio minio/minio -n kubeflow"),
    Part("kubeflow", "training-operator", "training-operator|tf-(job-)?operator|pytorch-operator|mxnet-operator", "distributed training as TFJob, PyTorchJob, XGBoostJob, PaddleJob, JAXJob", _TRAINING, "kubeflow.org/v1"),
    Part("kubeflow", "mpi-operator", "mpi-operator", "MPIJob and Horovod", "kubectl apply --server-side -f https://raw.githubusercontent.com/kubeflow/mpi-operator/v0.6.0/deploy/v2beta1/mpi-operator.yaml", "kubeflow.org/v2beta1"),
    Part("kubeflow", "katib", "katib-controller", "searches with Katib as their engine", "kubectl apply -k 'github.com/kubeflow/katib/manifests/v1beta1/installs/katib-standalone?ref=v0.18.0'", "kubeflow.org/v1beta1"),
    Part("kubeflow", "trainer", "kubeflow-trainer-controller-manager|trainer-controller-manager", "TrainJob, the operator's successor", "kubectl apply --server-side -k 'github.com/kubeflow/trainer/manifests/overlays/manager'", "trainer.kubeflow.org"),
    Part("kubeflow", "workflow-controller", "(.*-)?workflow-controller", "every pipeline on this cluster", "kubectl create namespace argo; kubectl apply --server-side -n argo -f https://github.com/argoproj/argo-workflows/releases/latest/download/install.yaml", "argoproj.io"),
    Part("istio-system", "istio-ingressgateway", "istio-ingressgateway", "notebooks and services from outside", "helm install istio-ingressgateway istio/gateway -n istio-system"),
    Part("istio-system", "cluster-local-gateway", "cluster-local-gateway", "services from inside, in older installations", "not needed with a current Istio"),
    Part("istio-system", "istiod", "istiod.*", "routes, canaries and shadows of services", "helm install istiod istio/istiod -n istio-system", "networking.istio.io"),
    Part("monitoring", "dcgm-exporter", "dcgm-exporter|nvidia-dcgm-exporter", "how busy GPUs are", "helm install dcgm-exporter gpu-helm-charts/dcgm-exporter -n monitoring"),
    Part("monitoring", "node-exporter", "(.*-)?node-exporter", "how busy nodes are", _STACK),
    Part("monitoring", "prometheus", "prometheus(-k8s|-server|-.*-prometheus)?", "history of what nodes and services use", _STACK, "monitoring.coreos.com"),
    Part("monitoring", "grafana", "(.*-)?grafana", "nothing; linked when present", _STACK),
    Part("volcano-system", "volcano", "volcano-(scheduler|controllers|admission)", "gangs that start all at once or not at all", "helm install volcano volcano-sh/volcano -n volcano-system --create-namespace", "batch.volcano.sh"),
    Part("ray-system", "kuberay", "kuberay-operator", "Ray jobs and clusters", "helm install kuberay-operator kuberay/kuberay-operator -n ray-system --create-namespace", "ray.io"),
    Part("spark-operator", "spark-operator", "(.*-)?spark-operator(-controller)?", "Spark steps with executors of their own", "helm install spark-operator spark-operator/spark-operator -n spark-operator --create-namespace", "sparkoperator.k8s.io"),
    Part("kueue-system", "kueue", "kueue-controller-manager", "queues and quotas before pods are made", "kubectl apply --server-side -f https://github.com/kubernetes-sigs/kueue/releases/latest/download/manifests.yaml", "kueue.x-k8s.io"),
    Part("monitoring", "tracing", "zipkin.*|jaeger.*|tempo.*|otel-collector.*|opentelemetry-collector.*", "traces of requests, when switched on", "helm install zipkin zipkin/zipkin -n monitoring"),
    Part("logging", "logs", "fluent-?(d|bit).*|elasticsearch.*|kibana.*|loki.*|vector.*|filebeat.*", "nothing: the platform keeps logs itself", "not needed"),
)  # fmt: skip


def ready(body: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether a workload has all the pods that it wants, and how many of how many. One that was scaled to none does nothing."""
    spec, status = body.get("spec") or {}, body.get("status") or {}
    if spec.get("replicas") == 0:
        return False, "it was scaled to 0 replicas"
    wanted = status.get("desiredNumberScheduled") if "desiredNumberScheduled" in status else spec.get("replicas", 1)
    there = status.get("numberReady", status.get("readyReplicas") or 0)
    return there >= (wanted or 0), f"{there} of {wanted} pods ready"


def version(body: Mapping[str, Any]) -> str | None:
    """The tag of the first image."""
    containers = (((body.get("spec") or {}).get("template") or {}).get("spec") or {}).get("containers") or ()
    image = str(containers[0].get("image", "")) if containers else ""
    tag = image.split("@")[0].rpartition("/")[2].partition(":")[2]
    return tag or (body["metadata"].get("labels") or {}).get("app.kubernetes.io/version")


def rows(workloads: Iterable[Mapping[str, Any]], groups: set[str]) -> list[Component]:
    """The table with what was found; `groups` has API groups and their versions (`kubeflow.org`, `kubeflow.org/v1`)."""
    known = list(workloads)
    found = []
    for part in TABLE:
        pattern = re.compile(f"^(?:{part.workloads})$")
        here = [body for body in known if pattern.match(body["metadata"]["name"])]
        told = {"group": part.group, "name": part.name, "needed": part.needed, "install": part.install}
        if here:
            states = [(body, *ready(body)) for body in here]
            bad = [f"{body['metadata']['namespace']}/{body['metadata']['name']}: {words}" for body, well, words in states if not well]
            place = f"{here[0]['metadata']['namespace']}/{here[0]['metadata']['name']}"
            found.append(
                Component(**told, state="not ready" if bad else "ready", version=version(here[0]), message="; ".join(bad) or place)
            )
        elif part.api and part.api in groups:
            words = f"its API {part.api} is known, but nothing that acts on it was found: it may have been uninstalled"
            found.append(Component(**told, state="not ready", version=None, message=words))
        else:
            found.append(Component(**told, state="absent", version=None, message="not installed"))
    return found
