"""The API server of the emulator: objects by path, revisions, watches with a past that can be lost, faults on
request."""

import asyncio
import base64
import bisect
import contextlib
import copy
import json
import re
import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import kubernetes_validate
from aiohttp import web

from tests.kubernetes import admission, schemas, security
from tests.kubernetes.certificate import certificate
from tests.kubernetes.granted import granted

NAME = re.compile(r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")
VALUE = re.compile(r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$")
KINDS = {
    ("v1", "namespaces"): ("Namespace", False),
    ("v1", "nodes"): ("Node", False),
    ("v1", "pods"): ("Pod", True),
    ("v1", "secrets"): ("Secret", True),
    ("v1", "configmaps"): ("ConfigMap", True),
    ("v1", "serviceaccounts"): ("ServiceAccount", True),
    ("v1", "services"): ("Service", True),
    ("v1", "events"): ("Event", True),
    ("v1", "persistentvolumeclaims"): ("PersistentVolumeClaim", True),
    ("policy/v1", "poddisruptionbudgets"): ("PodDisruptionBudget", True),
    ("autoscaling/v2", "horizontalpodautoscalers"): ("HorizontalPodAutoscaler", True),
    ("networking.k8s.io/v1", "ingresses"): ("Ingress", True),
    ("networking.k8s.io/v1", "networkpolicies"): ("NetworkPolicy", True),
    ("apps/v1", "deployments"): ("Deployment", True),
    ("apiextensions.k8s.io/v1", "customresourcedefinitions"): ("CustomResourceDefinition", False),
    ("scheduling.k8s.io/v1", "priorityclasses"): ("PriorityClass", False),
    ("coordination.k8s.io/v1", "leases"): ("Lease", True),
    ("apps/v1", "daemonsets"): ("DaemonSet", True),
    ("apps/v1", "statefulsets"): ("StatefulSet", True),
    ("rbac.authorization.k8s.io/v1", "roles"): ("Role", True),
    ("rbac.authorization.k8s.io/v1", "rolebindings"): ("RoleBinding", True),
    ("storage.k8s.io/v1", "storageclasses"): ("StorageClass", False),
    ("metrics.k8s.io/v1beta1", "pods"): ("PodMetrics", True),
    ("argoproj.io/v1alpha1", "workflows"): ("Workflow", True),
}
CORE = {version for version, _ in KINDS} - {"argoproj.io/v1alpha1", "metrics.k8s.io/v1beta1"}
ACCOUNT = re.compile(r"system:serviceaccount:([^:]+):([^:]+)$")


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Fault(Exception):
    """An answer that is no success, as the server's Status object."""

    def __init__(self, code: int, reason: str, message: str, causes: list | None = None):
        super().__init__(message)
        self.code = code
        self.body = {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
            "details": {"causes": causes or []},
        }


def selector(text: str) -> Callable[[dict[str, str]], bool]:
    """A label selector: `a=b,c!=d,e,!f,g in (h,i)`."""
    tests: list[Callable[[dict[str, str]], bool]] = []
    for term in re.findall(r"[^,(]+(?:\([^)]*\))?", text or ""):
        term = term.strip()
        if found := re.match(r"^(\S+)\s+(in|notin)\s+\(([^)]*)\)$", term):
            key, op, options = found[1], found[2], {each.strip() for each in found[3].split(",")}
            tests.append(lambda labels, k=key, o=op, s=options: (labels.get(k) in s) == (o == "in"))
        elif "!=" in term:
            key, value = term.split("!=")
            tests.append(lambda labels, k=key, v=value: labels.get(k) != v)
        elif "=" in term:
            key, value = re.split("==?", term)
            tests.append(lambda labels, k=key, v=value: labels.get(k) == v)
        elif term.startswith("!"):
            tests.append(lambda labels, k=term[1:]: k not in labels)
        elif term:
            tests.append(lambda labels, k=term: k in labels)
    return lambda labels: all(test(labels) for test in tests)


def merged(old: Any, new: Any) -> Any:
    """A JSON merge patch."""
    if not isinstance(new, dict):
        return new
    result = dict(old) if isinstance(old, dict) else {}
    for key, value in new.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def fields(value: Any, path: str = "") -> set[str]:
    """The paths of everything that an apply sets; lists count as one."""
    if isinstance(value, dict) and value:
        return {leaf for key, each in value.items() for leaf in fields(each, f"{path}.{key}")}
    return {path}


class Server:
    """State, and the ways in which the world can fail: `down`, `slow`, `busy` (how many requests get 429),
    `broken` (how many get 500), `denied` (paths that answer 403), `starting` (everybody is refused, until it
    has read its rules), `breaks` (streams are cut after this many bytes)."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], dict[tuple[str, str], dict]] = defaultdict(dict)
        self.revision = 1000
        self.past: list[tuple[int, tuple[str, str], str, dict]] = []
        self.compacted = 0
        self.kinds = dict(KINDS)
        self.typed = set(CORE)
        """The API versions of Kubernetes itself."""
        self.schemas: dict[tuple[str, str], dict[str, Any]] = {}
        """Of custom resources: what may stand in them, by (API version, kind)."""
        self.webhooks: list[Callable[[tuple[str, str], dict], None]] = []
        """Called with each custom resource that is made: may change it, or refuse it with a Fault."""
        self.mutations: list[Callable[[dict], None]] = []
        """Called with each pod that is made, as webhooks for pods are."""
        self.down = False
        self.slow = 0.0
        self.lag = 0.0
        """Seconds after which watches hear what has happened; nodes hear it at once."""
        self.busy = 0
        self.broken = 0
        self.denied: set[str] = set()
        self.lacks: set[tuple[str, str]] = set()
        """(verb, plural or plural/subresource) of what the account may not do."""
        self.hidden: set[str] = set()
        """Names of objects that the server says it has not, as one that was restored from an older copy."""
        self.blank: dict[str, int] = {}
        """How many lists of a kind are answered with nothing in them: a server whose watch cache is behind,
        or that stands before another etcd for a moment, lists what it does not have, and goes on from there
        (kubernetes/kubernetes#97294, k3s-io/kine#577)."""
        self.silent: dict[str, str] = {}
        """The webhooks that do not answer, by the plural that they are asked of (kubernetes v1.36,
        staging/src/k8s.io/apiserver/pkg/util/ webhook/error.go, ErrCallingWebhook, given as an internal
        error)."""
        self.skew = 0.0
        """Seconds by which its clock is ahead."""
        self.version = "v1.36.0-emulated"
        self.starting = False
        self.token = "emulated"
        """The one that it takes."""
        self.enforces = "restricted"
        """The level of Pod Security in namespaces that do not say one (the defaults of its configuration);
        OpenShift's is like this."""
        self.quota: dict[str, str] = {}
        """What pods ask for in vain, by namespace: the words of its ResourceQuota."""
        self.pages: dict[str, str] = {}
        """What pods answer behind the server, by path."""
        self.rules: dict[tuple[str, str], Callable[[dict], list[dict]]] = {}
        """What definitions and webhooks refuse of a kind: causes, each with a field and a message."""
        self.requests: list[str] = []
        self.log: Callable[[dict, web.Request], Any] | None = None
        self.exec: Callable[[dict | None, web.Request], Any] | None = None
        self.forward: Callable[[dict | None, web.Request], Any] | None = None
        self._streams: set[asyncio.Task] = set()
        self._news = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.port = 0
        for name in ("default", "kube-system"):
            self.put(
                ("v1", "namespaces"),
                "",
                {
                    "apiVersion": "v1",
                    "kind": "Namespace",
                    "metadata": {"name": name},
                    "status": {"phase": "Active"},
                },
            )
        usual = {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
        made = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": usual,
            "provisioner": "emulated/folders",
        }
        self.put(("storage.k8s.io/v1", "storageclasses"), "", made)

    # state -----------------------------------------------------------------------------------------

    def _tell(self, kind: tuple[str, str], what: str, body: dict) -> None:
        self.past.append((self.revision, kind, what, copy.deepcopy(body)))
        news, self._news = self._news, asyncio.Event()
        news.set()

    def put(self, kind: tuple[str, str], space: str, body: dict) -> dict:
        """Write an object as it is, as one who is trusted: a kubelet or an operator."""
        meta = body["metadata"]
        before = self.objects[kind].get((space, meta["name"]))
        self.revision += 1
        meta.setdefault("uid", str(uuid.uuid4()))
        meta.setdefault("creationTimestamp", now())
        if space:
            meta["namespace"] = space
        meta["resourceVersion"] = str(self.revision)
        if before is None:
            meta.setdefault("generation", 1)
            if kind == ("v1", "pods"):
                admission.tolerate(body)
                for change in self.mutations:
                    change(body)
        if (
            meta.get("deletionTimestamp")
            and not meta.get("finalizers")
            and before is not None
            and kind != ("v1", "pods")
        ):
            return self._remove(kind, space, body)
        self.objects[kind][space, meta["name"]] = copy.deepcopy(body)
        self._tell(kind, "MODIFIED" if before else "ADDED", body)
        if (
            kind == ("v1", "namespaces") and before is None
        ):  # the root CA publisher of kube-controller-manager
            trust = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"ca.crt": certificate()[0].decode()}}
            self.put(("v1", "configmaps"), meta["name"], trust | {"metadata": {"name": "kube-root-ca.crt"}})
        return body

    def get(self, kind: tuple[str, str], space: str, name: str) -> dict | None:
        found = self.objects[kind].get((space, name))
        return copy.deepcopy(found) if found else None

    def all(self, kind: tuple[str, str]) -> list[dict]:
        return [copy.deepcopy(body) for body in self.objects[kind].values()]

    def _remove(self, kind: tuple[str, str], space: str, body: dict) -> dict:
        self.objects[kind].pop((space, body["metadata"]["name"]), None)
        self.revision += 1
        body["metadata"]["resourceVersion"] = str(self.revision)
        self._tell(kind, "DELETED", body)
        if kind == ("v1", "namespaces"):
            for other in list(self.objects):
                for space_, name in list(self.objects[other]):
                    if space_ == body["metadata"]["name"]:
                        self.delete(other, space_, name)
        for other in list(self.objects):  # garbage collection: what it owned goes with it
            for (space_, name), owned in list(self.objects[other].items()):
                if any(
                    owner["uid"] == body["metadata"]["uid"]
                    for owner in owned["metadata"].get("ownerReferences") or ()
                ):
                    self.delete(other, space_, name)
        return body

    def delete(self, kind: tuple[str, str], space: str, name: str, grace: int | None = None) -> dict | None:
        """A pod that runs is asked to end first; the kubelet removes it."""
        body = self.get(kind, space, name)
        if body is None:
            return None
        live = (
            kind == ("v1", "pods")
            and (body.get("status") or {}).get("phase") in ("Pending", "Running")
            and body["spec"].get("nodeName")
        )
        if (live and grace != 0) or body["metadata"].get("finalizers"):
            if not body["metadata"].get("deletionTimestamp"):
                body["metadata"]["deletionTimestamp"] = now()
                return self.put(kind, space, body)
            return body
        return self._remove(kind, space, body)

    def compact(self) -> None:
        """Forget the past: who asks for it gets 410."""
        self.compacted = self.revision
        self.past.clear()

    def cut(self) -> None:
        """Break every stream."""
        for task in list(self._streams):
            task.cancel()

    # validation ------------------------------------------------------------------------------------

    def check(self, kind: tuple[str, str], body: dict, name: str) -> None:
        expected = self.kinds[kind][0]
        if webhook := self.silent.get(kind[1]):
            address = f"https://{webhook.partition('.')[0]}.svc:443/mutate?timeout=10s"
            words = (
                f'failed to call webhook: Post "{address}": dial tcp 10.96.0.9:443: connect: connection '
                "refused"
            )
            raise Fault(
                500, "InternalError", f'Internal error occurred: failed calling webhook "{webhook}": {words}'
            )
        if body.get("kind") != expected or body.get("apiVersion") != kind[0]:
            raise Fault(
                400,
                "BadRequest",
                f"the object is {body.get('apiVersion')} {body.get('kind')}, not {kind[0]} {expected}",
            )
        meta = body.get("metadata") or {}
        causes = []
        if not NAME.match(name):
            causes.append({"field": "metadata.name", "message": f"Invalid value: {name!r}"})
        for part in ("labels", "annotations"):
            for key, value in (meta.get(part) or {}).items():
                if not isinstance(value, str) or (part == "labels" and not VALUE.match(value)):
                    causes.append(
                        {"field": f"metadata.{part}", "message": f"Invalid value: {key}: {value!r}"}
                    )
        if len(json.dumps(body)) > 1_500_000:
            raise Fault(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728")
        if rule := self.rules.get(kind):
            causes += rule(body)
        if schema := self.schemas.get(
            (kind[0], expected)
        ):  # a real server drops unknown fields in silence; here a test notices
            causes += [
                {"field": "spec", "message": words}
                for words in schemas.strays(schema["spec"], body.get("spec"))
            ]
        if kind[0] in self.typed:
            try:
                kubernetes_validate.validate(
                    {key: value for key, value in body.items() if key != "status"},
                    kubernetes_validate.latest_version(),
                    strict=True,
                )
            except kubernetes_validate.ValidationError as error:
                causes.append({"field": ".".join(map(str, error.path)), "message": str(error.message)[:300]})
        if kind == ("v1", "pods"):
            causes += admission.extended(body["spec"], "spec") + admission.claimed(body)
        if kind == ("apps/v1", "deployments"):
            causes += admission.extended(body["spec"]["template"]["spec"], "spec.template.spec")
        if (
            kind[1] == "secrets"
            and sum(len(value) for value in (body.get("data") or {}).values()) > 1_400_000
        ):
            causes.append({"field": "data", "message": "Too long: must have at most 1048576 bytes"})
        if (
            kind == ("v1", "pods")
            and (words := self.quota.get(meta.get("namespace") or ""))
            and not self.objects[kind].get((meta["namespace"], name))
        ):
            raise Fault(403, "Forbidden", f'pods "{name}" is forbidden: exceeded quota: {words}')
        if kind == ("v1", "pods") and not self.objects[kind].get((meta.get("namespace") or "", name)):
            space = self.objects["v1", "namespaces"].get(("", meta.get("namespace") or "")) or {
                "metadata": {}
            }
            if words := admission.unranked(body, self.objects["scheduling.k8s.io/v1", "priorityclasses"]):
                raise Fault(403, "Forbidden", f'pods "{name}" is forbidden: {words}')
            level = (space["metadata"].get("labels") or {}).get(security.LABEL, self.enforces)
            if words := security.refusal(level, body["spec"]):
                raise Fault(403, "Forbidden", f'pods "{name}" is forbidden: {words}')
        if causes:
            words = ", ".join(f"{cause['field']}: {cause['message']}" for cause in causes)
            raise Fault(422, "Invalid", f'{expected} "{name}" is invalid: {words}', causes)

    # requests --------------------------------------------------------------------------------------

    async def start(self) -> None:
        app = web.Application(client_max_size=4 * 2**20)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(
            self._runner, "127.0.0.1", self.port, reuse_address=True, ssl_context=certificate()[1]
        )
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.cut()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def kubeconfig(self) -> dict[str, Any]:
        authority = base64.b64encode(certificate()[0]).decode()
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "c",
            "users": [{"name": "u", "user": {"token": "emulated"}}],
            "clusters": [
                {
                    "name": "e",
                    "cluster": {
                        "server": f"https://127.0.0.1:{self.port}",
                        "certificate-authority-data": authority,
                    },
                }
            ],
            "contexts": [{"name": "c", "context": {"cluster": "e", "user": "u"}}],
        }

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.path_qs}")
        if self.down:
            assert request.transport
            request.transport.abort()
            return web.Response()
        if self.slow:
            await asyncio.sleep(self.slow)
        try:
            user = request.headers.get("authorization", "").removeprefix("Bearer ")
            account = ACCOUNT.match(user)
            if user != self.token and (
                account is None or self.get(("v1", "serviceaccounts"), account[1], account[2]) is None
            ):
                raise Fault(401, "Unauthorized", "Unauthorized")
            if self.busy:
                self.busy -= 1
                return web.json_response(
                    Fault(429, "TooManyRequests", "the server is busy").body,
                    status=429,
                    headers={"retry-after": "0.05"},
                )
            if self.broken:
                self.broken -= 1
                raise Fault(500, "InternalError", "etcdserver: leader changed")
            if self.starting or self._denies(request.path):
                raise Fault(403, "Forbidden", f'User "cube" cannot {request.method.lower()} "{request.path}"')
            if account:
                self._authorize(account, request)
            else:
                self._permit(request)
            return await self._answer(request)
        except Fault as fault:
            return web.json_response(fault.body, status=fault.code)

    def _permit(self, request: web.Request) -> None:
        """RBAC: an apply is a patch, a dry run or not, and a creation as well where there is nothing yet
        (apiserver v1.36, pkg/endpoints/handlers/patch.go, withAuthorization)."""
        parts = request.path.strip("/").split("/")
        rest = parts[2:] if parts[0] == "api" else parts[3:]
        if not rest or parts[0] not in ("api", "apis"):
            return  # discovery and schemas, which everybody may read
        space, rest = (rest[1], rest[2:]) if rest[0] == "namespaces" and len(rest) > 2 else ("", rest)
        plural, name = "/".join((rest[0], *rest[2:3])), rest[1] if len(rest) > 1 else ""
        verbs = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
        verb = verbs.get(request.method) or (
            "get" if name else "watch" if request.query.get("watch") else "list"
        )
        version = parts[1] if parts[0] == "api" else "/".join(parts[1:3])
        new = verb == "patch" and self.get((version, rest[0]), space, name) is None
        for each in (verb, "create") if new else (verb,):
            if (each, plural) in self.lacks or (
                "" if parts[0] == "api" else parts[1],
                plural,
                each,
            ) not in granted():
                raise Fault(
                    403,
                    "Forbidden",
                    f'{plural} is forbidden: User "cube" cannot {each} resource "{plural}" in the '
                    f'namespace "{space}"',
                )

    def _review(self, body: dict) -> dict:
        """Whether the account has a right (apiserver v1.36,
        pkg/registry/authorization/selfsubjectaccessreview/rest.go): RBAC allows or has no opinion, which is a
        refusal without `denied`."""
        asked = body["spec"]["resourceAttributes"]
        plural = "/".join(filter(None, (asked["resource"], asked.get("subresource"))))
        version = next(
            (
                group
                for group, each in self.kinds
                if each == asked["resource"] and group.rpartition("/")[0] == asked.get("group", "")
            ),
            "v1",
        )
        where = "/".join(filter(None, ("/api" if "/" not in version else "/apis", version)))
        where += f"/namespaces/{asked['namespace']}/{plural}" if asked.get("namespace") else f"/{plural}"
        known = (asked.get("group", ""), plural, asked["verb"]) in granted()
        free = known and (asked["verb"], plural) not in self.lacks and not self._denies(where)
        return body | {"status": {"allowed": True, "reason": "RBAC: allowed"} if free else {"allowed": False}}

    def _denies(self, path: str) -> bool:
        return any(path == part or (part.endswith("/") and part in path) for part in self.denied)

    def may(self, space: str, account: str, verb: str, group: str, resource: str) -> bool:
        """Whether the roles that are bound to an account in its namespace allow something (RBAC)."""
        for bound in self.all(("rbac.authorization.k8s.io/v1", "rolebindings")):
            subjects = [
                (each["kind"], each["name"], each.get("namespace")) for each in bound.get("subjects") or ()
            ]
            if bound["metadata"]["namespace"] != space or ("ServiceAccount", account, space) not in subjects:
                continue
            role = self.get(("rbac.authorization.k8s.io/v1", "roles"), space, bound["roleRef"]["name"]) or {}
            for rule in role.get("rules") or ():
                if group in rule["apiGroups"] and resource in rule["resources"] and verb in rule["verbs"]:
                    return True
        return False

    def _authorize(self, account: re.Match, request: web.Request) -> None:
        found = re.match(
            r"/(?:api/(v1)|apis/([^/]+)/[^/]+)/namespaces/([^/]+)/([^/]+)(?:/([^/]+))?(?:/([^/]+))?$",
            request.path,
        )
        if found is None:
            return  # discovery, which everybody may
        _, group, space, plural, name, sub = found.groups()
        verb = {"POST": "create", "PATCH": "patch", "PUT": "update", "DELETE": "delete"}.get(
            request.method, "get" if name else "list"
        )
        resource = f"{plural}/{sub}" if sub else plural
        if space != account[1] or not self.may(space, account[2], verb, group or "", resource):
            words = (
                f'User "{account[0]}" cannot {verb} resource "{resource}" in API group "{group or ""}" '
                f'in the namespace "{space}"'
            )
            raise Fault(403, "Forbidden", f"{plural}.{group or ''} is forbidden: {words}")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.path in self.pages:
            return web.Response(text=self.pages[request.path])
        if request.path == "/readyz":
            return web.Response(text="ok")
        if request.path == "/version":
            date = format_datetime(datetime.now(UTC) + timedelta(seconds=self.skew), usegmt=True)
            told = {"major": "1", "minor": "36", "gitVersion": self.version}
            return web.json_response(told, headers={"Date": date})
        if request.path == "/apis":
            served: dict[str, set[str]] = defaultdict(set)
            for version, _ in self.kinds:
                if "/" in version:
                    served[version.partition("/")[0]].add(version)
            groups = [
                {
                    "name": group,
                    "versions": [
                        {"groupVersion": each, "version": each.partition("/")[2]} for each in sorted(versions)
                    ],
                }
                for group, versions in sorted(served.items())
            ]
            return web.json_response({"kind": "APIGroupList", "groups": groups})
        if (
            request.path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
            and request.method == "POST"
        ):
            asked = json.loads(await request.read())
            kubernetes_validate.validate(asked, kubernetes_validate.latest_version(), strict=True)
            return web.json_response(self._review(asked), status=201)
        if request.path == "/openapi/v3":
            paths = {
                f"apis/{version}": {
                    "serverRelativeURL": f"/openapi/v3/apis/{version}?hash={len(self.schemas)}"
                }
                for version, _ in self.schemas
            }
            return web.json_response({"paths": paths})
        if request.path.startswith("/openapi/v3/apis/"):
            return web.json_response(
                schemas.openapi(request.path.removeprefix("/openapi/v3/apis/"), self.schemas)
            )
        parts = request.path.strip("/").split("/")
        version, rest = (parts[1], parts[2:]) if parts[0] == "api" else ("/".join(parts[1:3]), parts[3:])
        if not rest:
            found = [
                {"name": plural, "kind": kind, "namespaced": spaced}
                for (group, plural), (kind, spaced) in self.kinds.items()
                if group == version
            ]
            if not found:
                raise Fault(404, "NotFound", "404 page not found")
            return web.json_response({"kind": "APIResourceList", "resources": found})
        space = ""
        if rest[0] == "namespaces" and len(rest) > 2:
            space, rest = rest[1], rest[2:]
        kind = (version, rest[0])
        if kind not in self.kinds:
            raise Fault(404, "NotFound", "the server could not find the requested resource")
        name, sub = (rest[1] if len(rest) > 1 else ""), (rest[2] if len(rest) > 2 else "")
        if request.method == "GET" and not name:
            return await (self._watch if request.query.get("watch") else self._list)(request, kind, space)
        if sub == "portforward" and self.forward:
            return await self.forward(self.get(kind, space, name), request)
        if sub == "exec" and self.exec:
            return await self.exec(self.get(kind, space, name), request)
        if sub == "log" and self.log:
            body = self.get(kind, space, name)
            if body is None:
                raise Fault(404, "NotFound", f'pods "{name}" not found')
            return await self._stream(request, self.log(body, request))
        return web.json_response(
            await self._change(request, kind, space, name), status=201 if request.method == "POST" else 200
        )

    async def _change(self, request: web.Request, kind: tuple[str, str], space: str, name: str) -> dict:
        there = self.get(kind, space, name) if name else None
        absent = Fault(404, "NotFound", f'{kind[1]} "{name}" not found')
        if request.method in ("GET", "DELETE") and name in self.hidden:
            raise absent
        if request.method == "GET":
            if there is None:
                raise absent
            return there
        if request.method == "DELETE":
            if there is None:
                raise absent
            return self.delete(kind, space, name) or there
        body = json.loads(await request.read())
        if space and ("", space) not in self.objects["v1", "namespaces"]:
            raise Fault(404, "NotFound", f'namespaces "{space}" not found')
        dry = request.query.get("dryRun") == "All"
        media = request.content_type
        if request.method == "POST":
            meta = body.setdefault("metadata", {})
            name = meta.get("name") or (meta.get("generateName", "") + uuid.uuid4().hex[:5])
            meta["name"] = name
            for webhook in self.webhooks if kind[0] not in CORE else ():
                webhook(kind, body)
            self.check(kind, body, name)
            if self.get(kind, space, name):
                raise Fault(409, "AlreadyExists", f'{kind[1]} "{name}" already exists')
            return body if dry else self.put(kind, space, body)
        if request.method == "PATCH" and media == "application/apply-patch+yaml":
            return self._apply(request, kind, space, name=name, body=body, there=there, dry=dry)
        if there is None:
            raise absent
        if request.method == "PUT":
            if (body["metadata"].get("resourceVersion") or there["metadata"]["resourceVersion"]) != there[
                "metadata"
            ]["resourceVersion"]:
                raise Fault(
                    409,
                    "Conflict",
                    "the object has been modified; please apply your changes to the latest version "
                    "and try again",
                )
            new = body | {"status": there.get("status")}
        elif media in ("application/merge-patch+json", "application/strategic-merge-patch+json"):
            new = merged(there, body)
        else:
            raise Fault(
                415, "UnsupportedMediaType", f"the body of the request was in an unknown format: {media}"
            )
        self.check(kind, new, name)
        return new if dry else self.put(kind, space, new)

    def _apply(
        self,
        request: web.Request,
        kind: tuple[str, str],
        space: str,
        name: str,
        body: dict,
        there: dict | None,
        dry: bool,
    ) -> dict:
        manager = request.query.get("fieldManager")
        if not manager:
            raise Fault(
                422,
                "Invalid",
                "PatchOptions.meta.k8s.io is invalid: fieldManager: Required value: is required for "
                "apply patch",
            )
        if (body.get("metadata") or {}).get("name") != name:
            raise Fault(400, "BadRequest", "name in the body is not the name in the URL")
        if "managedFields" in body["metadata"]:
            raise Fault(422, "Invalid", "metadata.managedFields must be nil")
        if there is None and kind[0] not in CORE:
            body = copy.deepcopy(body)
            for webhook in self.webhooks:
                webhook(kind, body)
        self.check(kind, body, name)
        expected = self.kinds[kind][0]
        if there is None:
            new = copy.deepcopy(body)
            new["metadata"]["managedFields"] = [_managed(manager, fields(body))]
        else:
            if there.get("immutable") and body.get("data") != there.get("data"):
                raise Fault(422, "Invalid", "data: Forbidden: field is immutable when `immutable` is set")
            if kind == ("v1", "pods") and json.dumps(body["spec"], sort_keys=True) != json.dumps(
                {k: there["spec"].get(k) for k in body["spec"]}, sort_keys=True
            ):
                raise Fault(
                    422,
                    "Invalid",
                    f'Pod "{name}" is invalid: spec: Forbidden: pod updates may not change fields',
                )
            if (
                expected == "ResourceClaimTemplate" and body["spec"] != there["spec"]
            ):  # pkg/apis/resource/validation, v1.36
                raise Fault(
                    422,
                    "Invalid",
                    f'ResourceClaimTemplate "{name}" is invalid: spec: Invalid value: field is immutable',
                )
            owned = {
                each["manager"]: set(each["fieldsV1"])
                for each in there["metadata"].get("managedFields") or ()
            }
            wanted = fields(body)
            if request.query.get("force") != "true":
                for other, theirs in owned.items():
                    if other != manager and (both := theirs & wanted):
                        raise Fault(
                            409,
                            "Conflict",
                            f"Apply failed with {len(both)} conflict: conflict with {other!r}: "
                            f"{sorted(both)[0]}",
                        )
            dropped = owned.get(manager, set()) - wanted
            new = merged(there, body)
            for leaf in dropped:
                _drop(new, leaf.strip(".").split("."))
            owned[manager] = wanted
            new["metadata"]["managedFields"] = [_managed(each, theirs) for each, theirs in owned.items()]
            if json.dumps(new, sort_keys=True) == json.dumps(there, sort_keys=True):
                return there
        return new if dry else self.put(kind, space, new)

    def _found(self, request: web.Request, space: str, body: dict) -> bool:
        if space and body["metadata"].get("namespace") != space:
            return False
        for term in filter(None, (request.query.get("fieldSelector") or "").split(",")):
            key, op, value = re.match(r"([^!=]+)(!?=)(.*)", term).groups()  # ty: ignore
            found: Any = body
            for part in key.split("."):
                found = (found or {}).get(part)
            if (found == value) != (op == "="):
                return False
        return selector(request.query.get("labelSelector", ""))(body["metadata"].get("labels") or {})

    async def _list(self, request: web.Request, kind: tuple[str, str], space: str) -> web.Response:
        found = [
            body
            for body in self.all(kind)
            if self._found(request, space, body) and body["metadata"]["name"] not in self.hidden
        ]
        if self.blank.get(kind[1]) and request.query.get("labelSelector"):
            self.blank[kind[1]] -= 1
            found = []
        start = int(request.query.get("continue") or 0)
        most = int(request.query.get("limit") or 0) or len(found)
        meta: dict[str, Any] = {"resourceVersion": str(self.revision)}
        if start + most < len(found):
            meta |= {"continue": str(start + most), "remainingItemCount": len(found) - start - most}
        return web.json_response(
            {
                "kind": f"{self.kinds[kind][0]}List",
                "apiVersion": kind[0],
                "metadata": meta,
                "items": found[start : start + most],
            }
        )

    async def _watch(self, request: web.Request, kind: tuple[str, str], space: str) -> web.StreamResponse:
        since = int(request.query.get("resourceVersion") or 0)
        if since > self.revision:
            raise Fault(504, "Timeout", "Too large resource version")

        async def events():
            position = since
            end = asyncio.get_running_loop().time() + float(request.query.get("timeoutSeconds") or 3600)
            while True:
                if position < self.compacted:
                    gone = Fault(
                        410, "Expired", f"too old resource version: {position} ({self.compacted})"
                    ).body
                    yield json.dumps({"type": "ERROR", "object": gone}).encode() + b"\n"
                    return
                news, until = self._news, self.revision
                start = bisect.bisect_right(self.past, position, key=lambda entry: entry[0])
                for _, which, what, body in self.past[start:]:
                    if which == kind and self._found(request, space, body):
                        yield json.dumps({"type": what, "object": body}).encode() + b"\n"
                position = until
                if request.query.get("allowWatchBookmarks") == "true":
                    mark = {
                        "kind": self.kinds[kind][0],
                        "apiVersion": kind[0],
                        "metadata": {"resourceVersion": str(position)},
                    }
                    yield json.dumps({"type": "BOOKMARK", "object": mark}).encode() + b"\n"
                left = end - asyncio.get_running_loop().time()
                if left <= 0:
                    return
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await news.wait()
                        await asyncio.sleep(self.lag)

        return await self._stream(request, events())

    async def _stream(self, request: web.Request, source: Any) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_type = "application/json"
        response.enable_chunked_encoding()
        await response.prepare(request)
        task = asyncio.create_task(self._pour(response, source))
        self._streams.add(task)
        try:
            await task
        except asyncio.CancelledError:
            if request.transport:
                request.transport.abort()
            if not task.cancelled():
                task.cancel()
                raise
        finally:
            self._streams.discard(task)
        return response

    async def _pour(self, response: web.StreamResponse, source: Any) -> None:
        with contextlib.suppress(ConnectionError):  # the client has left
            async with contextlib.aclosing(source):
                async for data in source:
                    await response.write(data)
            await response.write_eof()


def _managed(manager: str, owned: set[str]) -> dict:
    return {
        "manager": manager,
        "operation": "Apply",
        "fieldsType": "FieldsV1",
        "fieldsV1": {leaf: {} for leaf in sorted(owned)},
    }


def _drop(body: Any, path: list[str]) -> None:
    for part in path[:-1]:
        body = body.get(part) if isinstance(body, dict) else None
    if isinstance(body, dict):
        body.pop(path[-1], None)
