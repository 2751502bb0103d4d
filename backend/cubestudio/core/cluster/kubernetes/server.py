"""What a server becomes on Kubernetes: a deployment, its service, its folder as a claim, its scale, its way
in. Pure."""

import hashlib
import math
from collections.abc import Mapping
from typing import Any

from cubestudio.core.cluster import messages
from cubestudio.core.cluster.kubernetes.task import (
    ATTEMPT,
    GENERATION,
    HOME,
    ID,
    INSTALLATION,
    STEP,
    WORKLOAD,
    Site,
    container,
    guard,
    labels,
    packed,
    placed,
    python,
    ranked,
    rooted,
    secret,
    spec,
    volumes,
)
from cubestudio.core.cluster.port import Node, Route, Server, Workload
from cubestudio.core.errors import Invalid
from cubestudio.core.peers import peer

FOLDER = f"{HOME}/home"
Made = tuple[str, str, dict[str, Any]]
"""(API version, plural, object)."""


def claim_name(project: str, folder: str) -> str:
    """A folder's claim; folders of different projects do not meet."""
    return f"cube-{hashlib.sha256(project.encode()).hexdigest()[:10]}-{folder}"


def objects(workload: Workload, site: Site) -> list[Made]:
    """Everything a server needs, in the order in which it is to be made, the deployment last."""
    server = workload.body
    assert isinstance(server, Server)
    if server.folder and (server.replicas > 1 or server.scale):
        raise Invalid(messages.SERVER_FOLDER_ONE_REPLICA(), field="replicas")
    made: list[Made] = [("v1", "secrets", _secret(workload, server, site))]
    if server.folder:
        made.append(("v1", "persistentvolumeclaims", _claim(workload, server.folder, server.size, site)))
    made.append(("v1", "services", _service(workload, server, site)))
    if server.private:
        made.append(("networking.k8s.io/v1", "networkpolicies", _policy(workload, site)))
    if server.scales_itself:
        made.append(("autoscaling/v2", "horizontalpodautoscalers", _scale(workload, server, site)))
    if several(server):
        made.append(("policy/v1", "poddisruptionbudgets", _budget(workload, site)))
    made.append(("apps/v1", "deployments", deployment(workload, server, site)))
    return made


def several(server: Server) -> bool:
    """Whether it has, or may come to have, more than one replica."""
    return server.replicas > 1 or server.scale is not None


def _meta(workload: Workload, site: Site) -> dict[str, Any]:
    return {"name": workload.name, "namespace": site.namespace, "labels": labels(workload, site)}


def _secret(workload: Workload, server: Server, site: Site) -> dict[str, Any]:
    told = spec(
        Node(name="main", task=server.task),
        {},
        (),
        fans=[],
        site=site,
        run=workload.labels.get(ID, workload.name),
    )
    told["grace"] = drain(server, site)
    told["server"] = {"port": server.port, "home": server.folder is not None}
    return secret(workload, packed({"main": told}), site)


def _claim(workload: Workload, folder: str, size: int, site: Site) -> dict[str, Any]:
    """It bears no name of the workload: it stays when that goes."""
    project = workload.labels.get("cubestudio/project", "")
    owned = {name: value for name, value in labels(workload, site).items() if name != WORKLOAD}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": claim_name(project, folder), "namespace": site.namespace, "labels": owned},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": str(size)}}},
    }


def drain(server: Server, site: Site) -> float:
    """Seconds that a replica has for answering what it has begun."""
    return max(server.drain, site.grace)


def _lingering(server: Server, site: Site) -> dict[str, Any]:
    """What a replica does before it is asked to end: go on for a moment. That it ends is news, which reaches
    whoever sends it requests (the platform, kube-proxy, gateways) no sooner than its node. By a command,
    because nodes know `sleep` only since Kubernetes 1.30."""
    wait = f"import time; time.sleep({site.linger})"
    return {"preStop": {"exec": {"command": [*python(server.task, site), "-c", wait]}}}


def deployment(workload: Workload, server: Server, site: Site) -> dict[str, Any]:
    """The replicas. A new generation rolls them: with a folder the old one goes first, else the new one has
    to answer first."""
    task = server.task
    main = container(
        task,
        site,
        [{"name": "CUBE_HOST", "value": "0.0.0.0"}, {"name": "CUBE_PORT", "value": str(server.port)}],
    )
    main["ports"] = [{"name": "http", "containerPort": server.port}]
    main["readinessProbe"] = {
        "httpGet": {"path": server.ready, "port": "http"},
        "periodSeconds": 2,
        "timeoutSeconds": 3,
        "failureThreshold": 3,
    }
    linger = 0 if server.folder else site.linger  # with a folder nobody takes its place before it has gone
    if linger:
        main["lifecycle"] = _lingering(server, site)
    mounts = volumes(task, site, workload.name, "main")
    guarded = guard(site, rooted(task, site))
    if server.folder:
        main["volumeMounts"].append({"name": "cube-home", "mountPath": FOLDER})
        claim = claim_name(workload.labels.get("cubestudio/project", ""), server.folder)
        mounts.append({"name": "cube-home", "persistentVolumeClaim": {"claimName": claim}})
    rolling = (
        {"type": "Recreate"}
        if server.folder
        else {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
    )
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {**_meta(workload, site), "annotations": {GENERATION: str(workload.generation)}},
        "spec": {
            # How many there are is the autoscaler's business where there is one.
            **({} if server.scales_itself else {"replicas": 0 if workload.stop else server.replicas}),
            "selector": {"matchLabels": {WORKLOAD: workload.name}},
            "strategy": rolling,
            "progressDeadlineSeconds": max(int(site.start_seconds), 60),
            "template": {
                "metadata": {
                    "labels": {**labels(workload, site), STEP: "main", ATTEMPT: "0"},
                    "annotations": {"cubestudio/rolled": str(workload.generation)},
                },
                "spec": {
                    "restartPolicy": "Always",
                    "terminationGracePeriodSeconds": linger + math.ceil(drain(server, site)) + 5,
                    **guarded,
                    **ranked(site),
                    **placed(task, site, "service"),
                    "containers": [main],
                    "volumes": mounts,
                },
            },
        },
    }


def _service(workload: Workload, server: Server, site: Site) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _meta(workload, site),
        "spec": {
            "selector": {WORKLOAD: workload.name},
            "ports": [{"name": "http", "port": 80, "targetPort": server.port, "protocol": "TCP"}],
        },
    }


def _policy(workload: Workload, site: Site) -> dict[str, Any]:
    """Nothing on the cluster reaches its pods but the platform's own connections, where these do not come
    through the API server, and the kubelet, which asks whether they answer."""
    let_in = [{"from": [peer(each) for each in site.peers]}] if site.peers else []
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": _meta(workload, site),
        "spec": {
            "podSelector": {"matchLabels": {WORKLOAD: workload.name}},
            "policyTypes": ["Ingress"],
            "ingress": let_in,
        },
    }


def _budget(workload: Workload, site: Site) -> dict[str, Any]:
    """Nodes that are emptied take one replica at a time; one that does not answer holds nobody up."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": _meta(workload, site),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": {WORKLOAD: workload.name}},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }


def _scale(workload: Workload, server: Server, site: Site) -> dict[str, Any]:
    assert server.scale
    target = {"type": "Utilization", "averageUtilization": server.scale.target}
    busy = {"type": "Resource", "resource": {"name": server.scale.by, "target": target}}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": _meta(workload, site),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": workload.name},
            "minReplicas": server.scale.least,
            "maxReplicas": server.scale.most,
            "metrics": [busy],
        },
    }


ROUTE_VERSIONS = ("networking.istio.io/v1", "gateway.networking.k8s.io/v1", "networking.k8s.io/v1")
"""API versions for ways in, the best first."""


def route(name: str, marks: Mapping[str, str], way: Route, site: Site, ways: frozenset[str]) -> Made:
    """The way in, by the API versions that the cluster has for ways in: Istio's where it is installed, else
    the Gateway API's, else a plain Ingress, which knows neither weights nor mirrors and is refused when these
    are asked for."""
    if sum(weight for _, weight in way.to) != 100 or any(weight < 0 for _, weight in way.to):
        raise Invalid(messages.ROUTE_WEIGHTS_INVALID(), field="route.to")
    version = next((version for version in ROUTE_VERSIONS if version in ways), ROUTE_VERSIONS[-1])
    meta = {"name": name, "namespace": site.namespace, "labels": {**marks, INSTALLATION: site.installation}}
    if version == ROUTE_VERSIONS[0]:
        http: dict[str, Any] = {
            "match": [{"uri": {"prefix": way.prefix}}],
            **({"rewrite": {"uri": "/"}} if way.prefix != "/" else {}),
            "route": [
                {"destination": {"host": name, "port": {"number": 80}}, "weight": weight}
                for name, weight in way.to
            ],
        }
        if way.mirror:
            http |= {
                "mirror": {"host": way.mirror, "port": {"number": 80}},
                "mirrorPercentage": {"value": 100.0},
            }
        told = {"hosts": [way.host], "gateways": [site.gateway], "http": [http]}
        return (
            version,
            "virtualservices",
            {"apiVersion": version, "kind": "VirtualService", "metadata": meta, "spec": told},
        )
    if version == ROUTE_VERSIONS[1]:
        space, _, name = site.gateway.rpartition("/")
        rule: dict[str, Any] = {
            "matches": [{"path": {"type": "PathPrefix", "value": way.prefix}}],
            "backendRefs": [{"name": name_, "port": 80, "weight": weight} for name_, weight in way.to],
        }
        filters: list[dict[str, Any]] = []
        if way.prefix != "/":
            shorter = {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}}
            filters.append({"type": "URLRewrite", "urlRewrite": shorter})
        if way.mirror:
            filters.append(
                {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": way.mirror, "port": 80}}}
            )
        if filters:
            rule["filters"] = filters
        parent = {"name": name, **({"namespace": space} if space else {})}
        told = {"hostnames": [way.host], "parentRefs": [parent], "rules": [rule]}
        return (
            version,
            "httproutes",
            {"apiVersion": version, "kind": "HTTPRoute", "metadata": meta, "spec": told},
        )
    if way.mirror or way.prefix != "/" or len([weight for _, weight in way.to if weight]) > 1:
        raise Invalid(messages.INGRESS_UNSUPPORTED(), field="route.to")
    (target,) = [name for name, weight in way.to if weight]
    backend = {"service": {"name": target, "port": {"number": 80}}}
    paths = [{"path": way.prefix, "pathType": "Prefix", "backend": backend}]
    told = {"rules": [{"host": way.host, "http": {"paths": paths}}]}
    return version, "ingresses", {"apiVersion": version, "kind": "Ingress", "metadata": meta, "spec": told}


KINDS = (
    ("apps/v1", "deployments"),
    ("v1", "services"),
    ("networking.k8s.io/v1", "networkpolicies"),
    ("autoscaling/v2", "horizontalpodautoscalers"),
    ("policy/v1", "poddisruptionbudgets"),
    ("v1", "secrets"),
)
"""Everything that goes with a server; its folder stays."""
ROUTES = (
    (ROUTE_VERSIONS[0], "virtualservices"),
    (ROUTE_VERSIONS[1], "httproutes"),
    (ROUTE_VERSIONS[2], "ingresses"),
)
"""Everything that a way in may be."""
