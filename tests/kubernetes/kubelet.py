"""The nodes of the emulator: pods are placed by what they ask for and run as processes of this machine.

A container's folders below /cube are folders of this machine: words and variables that begin with that path
are rewritten. `fates` decides otherwise for a pod: {"pull": message}, {"waiting": {reason, message}}, {"oom":
True}, {"evict": message}, {"bare": True} (its image has busybox alone), {"first": words} (what its first
containers run instead)."""

import asyncio
import base64
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from aiohttp import web

from cubestudio.core import tasks
from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.kubernetes.status.fields import container_name
from cubestudio.core.cluster.kubernetes.status.machines import requests
from tests.kubernetes.admission import UNREACHABLE
from tests.kubernetes.claims import Claims
from tests.kubernetes.initial import Initial, shared
from tests.kubernetes.network import Network, answers, forward
from tests.kubernetes.security import unstarted
from tests.kubernetes.server import Fault, Server, now
from tests.kubernetes.slices import Slices, status
from tests.kubernetes.terminal import Terminal

PODS = ("v1", "pods")


def stamp() -> bytes:
    nanos = time.time_ns()
    return (
        datetime.fromtimestamp(nanos // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{nanos % 10**9:09d}Z"
    ).encode()


class Container:
    """One process, and what it wrote."""

    def __init__(self, root: Path, address: str, body: dict, executor: bool = False):
        self.root = root
        self.told = {"podIP": address, "podIPs": [{"ip": address}]}
        self.grace = body["spec"].get("terminationGracePeriodSeconds", 30)
        main = next(each for each in body["spec"]["containers"] if each["name"] == container_name(body))
        self.hook: dict = (main.get("lifecycle") or {}).get("preStop") or {}
        self.executor = executor
        """Whether Argo's executor started it, and writes into the same output."""
        self.process: asyncio.subprocess.Process | None = None
        self.lines: list[tuple[bytes, bytes]] = []
        self.former: list[tuple[bytes, bytes]] = []
        """What it wrote in its last life but this."""
        self.over = False
        self.env: dict[str, str] = {}
        self.grew = asyncio.Event()

    def say(self, line: bytes) -> None:
        self.lines.append((stamp(), line))
        grew, self.grew = self.grew, asyncio.Event()
        grew.set()

    def signal(self, number: int) -> None:
        """As to a container: the first process is asked, and killing ends them all."""
        if self.process and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
                below = (
                    psutil.Process(self.process.pid).children(recursive=True)
                    if number == signal.SIGKILL
                    else []
                )
                os.killpg(self.process.pid, number)
                for child in below:
                    child.kill()


def expanded(text: str, known: dict[str, str]) -> str:
    """A variable's value with $(NAME) filled in and $$ as one $, as every kubelet does
    (third_party/forked/golang/expansion)."""
    return re.sub(
        r"\$\$|\$\(([^()]*)\)", lambda found: "$" if found[0] == "$$" else known.get(found[1], found[0]), text
    )


def executor(code: int) -> list[bytes]:
    """What Argo's executor writes after a command (cmd/argoexec/commands/emissary.go, v4.1.2; the order of
    its fields is random)."""
    how = f"exit status {code}" if code < 128 else "signal: terminated"
    time_ = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    error = f'"{how}"' if code else "<nil>"
    told = "/cube/run/result.json -> /var/run/argo/outputs/parameters//cube/run/result.json"
    lines = [
        f'time={time_} level=INFO msg="sub-process exited" argo=true error={error}\n',
        f'time="{time_}" level=info msg="{told}" argo=true\n',
        json.dumps({"time": time_, "level": "INFO", "msg": "saved", "argo": True}, separators=(",", ":"))
        + "\n",
    ]
    return [line.encode() for line in [*lines, *([f"Error: {how}\n"] if code else [])]]


def liked(pod: dict, node: dict) -> bool:
    """Whether a node has one of the sets of labels that a pod requires; of operators only In, which is all
    that we use."""
    known = (
        (pod["spec"].get("affinity") or {})
        .get("nodeAffinity", {})
        .get("requiredDuringSchedulingIgnoredDuringExecution")
    )
    if known is None:
        return True
    wanted = [term["matchExpressions"] for term in known["nodeSelectorTerms"]]
    assert all(each["operator"] == "In" for term in wanted for each in term)
    return any(
        all(node["metadata"]["labels"].get(each["key"]) in each["values"] for each in term) for term in wanted
    )


class Kubelet:
    def __init__(self, server: Server, nodes: int = 1, cpu: str = "8", memory: str = "16Gi", gpu: int = 0):
        self.server = server
        self.fates: Callable[[dict], dict[str, Any]] = lambda body: {}
        self.users: Callable[[str], str] = lambda image: ""
        """The user that an image says, by its name; "" is root."""
        self.containers: dict[str, Container] = {}
        self.claims: Claims | None = None
        """The devices of nodes that pods claim."""
        self.slices: Slices | None = None
        """What divides GPUs."""
        self.home = Path(tempfile.mkdtemp(prefix="cube-kubelet-"))
        self._tasks: dict[str, asyncio.Task] = {}
        self._asked: set[str] = set()
        self._ending: dict[str, asyncio.Task] = {}
        self._first: dict[str, Initial] = {}
        self._network = Network()
        self._lost: dict[str, list[Callable[[], None]]] = {}
        """By node that does not respond: what it would report."""
        server.log = self.log
        server.exec = self.exec
        server.forward = self.forward
        for number in range(nodes):
            room = {"cpu": cpu, "memory": memory, "pods": "110"} | (
                {"nvidia.com/gpu": str(gpu)} if gpu else {}
            )
            server.put(
                ("v1", "nodes"),
                "",
                {
                    "apiVersion": "v1",
                    "kind": "Node",
                    "metadata": {
                        "name": f"node-{number}",
                        "labels": {"kubernetes.io/hostname": f"node-{number}"},
                    },
                    "spec": {},
                    "status": {
                        "allocatable": room,
                        "capacity": room,
                        "conditions": [{"type": "Ready", "status": "True"}],
                        "nodeInfo": {"kubeletVersion": "v1.36.0-emulated"},
                        "runtimeHandlers": [{"name": "", "features": {"userNamespaces": True}}],
                    },
                },
            )

    async def run(self) -> None:
        while True:
            news = self.server._news
            for body in self.server.all(PODS):
                self._consider(body)
            await news.wait()

    async def close(self) -> None:
        await tasks.end([*self._tasks.values(), *self._ending.values()])
        for container in self.containers.values():
            container.signal(signal.SIGKILL)
            if container.process:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(2):
                        await container.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def _say(self, body: dict, reason: str, message: str, kind: str = "Normal") -> None:
        """An event."""
        meta = body["metadata"]
        about = {
            "apiVersion": "v1",
            "kind": "Pod",
            "namespace": meta["namespace"],
            "name": meta["name"],
            "uid": meta["uid"],
        }
        name = f"{meta['name']}.{self.server.revision}"
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name},
            "involvedObject": about,
            "reason": reason,
            "message": message,
            "type": kind,
            "count": 1,
            "lastTimestamp": now(),
        }
        self.server.put(("v1", "events"), meta["namespace"], event)

    # nodes that do not respond ---------------------------------------------------------------------

    def lose(self, name: str) -> None:
        """A node no longer responds: what the cluster's controllers do of it (kubernetes v1.36,
        pkg/controller/nodelifecycle/ node_lifecycle_controller.go, and MarkPodsNotReady in
        pkg/controller/util/node/controller_utils.go). Its processes go on, its pods keep their phase, and
        nothing of it is reported."""
        self._lost[name] = []
        node = self.server.get(("v1", "nodes"), "", name)
        assert node
        node["status"]["conditions"] = [
            {
                "type": "Ready",
                "status": "Unknown",
                "reason": "NodeStatusUnknown",
                "message": "Kubelet stopped posting node status.",
                "lastTransitionTime": now(),
            }
        ]
        node["spec"]["taints"] = [
            {"key": UNREACHABLE, "effect": effect, "timeAdded": now()}
            for effect in ("NoSchedule", "NoExecute")
        ]
        self.server.put(("v1", "nodes"), "", node)
        for pod in self._on(name):
            for condition in (pod.get("status") or {}).get("conditions") or ():
                if condition["type"] == "Ready" and condition["status"] == "True":
                    condition["status"] = "False"
                    self.server.put(PODS, pod["metadata"]["namespace"], pod)

    def find(self, name: str) -> None:
        """It responds again, and reports what happened meanwhile."""
        node = self.server.get(("v1", "nodes"), "", name)
        assert node
        node["status"]["conditions"] = [{"type": "Ready", "status": "True", "lastTransitionTime": now()}]
        node["spec"].pop("taints", None)
        late = self._lost.pop(name)
        self.server.put(("v1", "nodes"), "", node)
        for report in late:
            report()

    def give_up(self, name: str) -> None:
        """The time that pods tolerate a node which does not respond is over: they are deleted, and stay until
        the node responds (pkg/controller/tainteviction/taint_eviction.go)."""
        for pod in self._on(name):
            condition = {
                "type": "DisruptionTarget",
                "status": "True",
                "reason": "DeletionByTaintManager",
                "message": "Taint manager: deleting due to NoExecute taint",
            }
            pod["status"].setdefault("conditions", []).append(condition)
            self.server.put(PODS, pod["metadata"]["namespace"], pod)
            self.server.delete(PODS, pod["metadata"]["namespace"], pod["metadata"]["name"])

    def _on(self, name: str) -> list[dict]:
        final = ("Succeeded", "Failed")
        return [
            pod
            for pod in self.server.all(PODS)
            if pod["spec"].get("nodeName") == name and pod["status"].get("phase") not in final
        ]

    def _silent(self, body: dict) -> bool:
        return body["spec"].get("nodeName") in self._lost

    def _reach(self, body: dict | None) -> None:
        """Raise what the API server answers for a pod whose node does not respond."""
        if body is not None and self._silent(body):
            raise Fault(
                500,
                "InternalError",
                f"error dialing backend: dial tcp: lookup {body['spec']['nodeName']}: i/o timeout",
            )

    def _consider(self, body: dict) -> None:
        if self._silent(body):
            return
        uid, status = body["metadata"]["uid"], body.get("status") or {}
        if status.get("phase") in ("Succeeded", "Failed"):
            if body["metadata"].get("deletionTimestamp"):
                self.server.delete(PODS, body["metadata"]["namespace"], body["metadata"]["name"], grace=0)
            return
        if body["metadata"].get("deletionTimestamp"):
            if uid in self._tasks:
                self.terminate(uid)
            else:
                self.server.delete(PODS, body["metadata"]["namespace"], body["metadata"]["name"], grace=0)
            return
        if not body["spec"].get("nodeName"):
            self._place(body)
        elif uid not in self._tasks:
            self._tasks[uid] = asyncio.create_task(self._live(body))

    def _place(self, body: dict) -> None:
        wanted = self.slices.wanted(body) if self.slices else requests(body)
        words: dict[str, int] = {}
        nodes = self.server.all(("v1", "nodes"))
        for node in nodes:
            if node["metadata"]["name"] in self._lost:
                words["taint"] = words.get("taint", 0) + 1
                continue
            if node["spec"].get("unschedulable"):
                words["cordoned"] = words.get("cordoned", 0) + 1
                continue
            used: dict[str, float] = {}
            for other in self.server.all(PODS):
                if other["spec"].get("nodeName") == node["metadata"]["name"] and (
                    other.get("status") or {}
                ).get("phase") not in ("Succeeded", "Failed"):
                    for name, amount in requests(other).items():
                        used[name] = used.get(name, 0) + amount
            room = node["status"]["allocatable"]
            if not (body["spec"].get("nodeSelector") or {}).items() <= node["metadata"][
                "labels"
            ].items() or not liked(body, node):
                words["node selector"] = words.get("node selector", 0) + 1
                continue
            lacks = [
                name
                for name, amount in wanted.items()
                if used.get(name, 0) + amount > quantity(room.get(name))
            ]
            if (
                not lacks
                and body["spec"].get("resourceClaims")
                and not (self.claims and self.claims.fits(body, node["metadata"]["name"]))
            ):
                lacks = ["claims"]
            if (
                not lacks
                and self.slices
                and self.slices.ours(body)
                and (full := self.slices.allocate(body, node))
            ):
                lacks = [full]
            if not lacks:
                body["spec"]["nodeName"] = node["metadata"]["name"]
                conditions = [{"type": "PodScheduled", "status": "True", "lastTransitionTime": now()}]
                waiting = [
                    {
                        "name": each["name"],
                        "image": each["image"],
                        "state": {"waiting": {"reason": "ContainerCreating"}},
                    }
                    for each in body["spec"]["containers"]
                ]
                body["status"] = {"phase": "Pending", "conditions": conditions, "containerStatuses": waiting}
                if self.slices and (refused := self.slices.refused(body)):
                    body["status"] = status(refused)
                self.server.put(PODS, body["metadata"]["namespace"], body)
                self._say(
                    body,
                    "Scheduled",
                    f"Successfully assigned {body['metadata']['name']} to {node['metadata']['name']}",
                )
                return
            for name in lacks:
                words[name] = words.get(name, 0) + 1
        reasons = {
            "claims": "cannot allocate all claims",
            "node selector": "node(s) didn't match Pod's node affinity/selector",
            "cordoned": "node(s) were unschedulable",
            "taint": f"node(s) had untolerated taint {{{UNREACHABLE}: }}",
        }
        listed = ", ".join(
            f"{count} {reasons.get(name, f'Insufficient {name}')}" for name, count in sorted(words.items())
        )
        message = (
            f"0/{len(nodes)} nodes are available: {listed}. preemption: 0/{len(nodes)} nodes are "
            f"available: {len(nodes)} No preemption victims found for incoming pod."
        )
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
        if (body.get("status") or {}).get("conditions") != [condition]:
            body["status"] = {"phase": "Pending", "conditions": [condition]}
            self.server.put(PODS, body["metadata"]["namespace"], body)

    def _write(self, space: str, name: str, state: dict, phase: str, restarts: int = 0, **more: Any) -> None:
        body = self.server.get(PODS, space, name)
        if body is None:
            return
        if self._silent(body):
            return self._lost[body["spec"]["nodeName"]].append(
                lambda: self._write(space, name, state, phase, restarts, **more)
            )
        status = body.setdefault("status", {})
        statuses = status.get("containerStatuses") or []
        for each in statuses:
            if each["name"] == container_name(body):
                if "terminated" in each["state"]:
                    each["lastState"] = each["state"]
                each["state"] = state
                each["restartCount"] = restarts
        status.update(phase=phase, containerStatuses=statuses, **more)
        self.server.put(PODS, space, body)

    def _shared(self, body: dict) -> str | None:
        """Why a pod gets no user namespace on its node, whose kubelet then tries again for ever, and says it
        in an event alone (Kubernetes v1.36, pkg/kubelet/userns/userns_manager.go,
        GetOrCreateUserNamespaceMappings; a node with containerd 1.6 names no handlers)."""
        node = self.server.get(("v1", "nodes"), "", body["spec"]["nodeName"])
        usual = [each for each in node["status"].get("runtimeHandlers") or () if not each["name"]]
        able = any((each.get("features") or {}).get("userNamespaces") for each in usual)
        return None if able else "can't set `spec.hostUsers: false`, runtime does not support user namespaces"

    async def _live(self, body: dict) -> None:
        uid, space, name = body["metadata"]["uid"], body["metadata"]["namespace"], body["metadata"]["name"]
        main = next(each for each in body["spec"]["containers"] if each["name"] == container_name(body))
        fate = self.fates(body)
        if pull := fate.get("pull"):
            self._write(space, name, {"waiting": {"reason": "ImagePullBackOff", "message": pull}}, "Pending")
            self._say(body, "Failed", f"Failed to pull image: {pull}", "Warning")
            return await self._expire(body)
        if waiting := fate.get("waiting"):
            self._write(space, name, {"waiting": waiting}, "Pending")
            return await self._expire(body)
        if body["spec"].get("hostUsers") is False and (words := self._shared(body)):
            self._say(body, "FailedCreatePodSandBox", f"Failed to create pod sandbox: {words}", "Warning")
            return await self._expire(body)
        for each in (*(body["spec"].get("initContainers") or ()), *body["spec"]["containers"]):
            if words := unstarted(body, each, self.users(each["image"])):
                self._write(
                    space,
                    name,
                    {"waiting": {"reason": "CreateContainerConfigError", "message": words}},
                    "Pending",
                )
                self._say(body, "Failed", f"Error: {words}", "Warning")
                return await self._expire(body)
        root = self.home / uid
        root.mkdir(exist_ok=True)
        first = self._first[uid] = Initial(self.server, body, root, fate.get("first"))
        if (
            not await first.run(self._mount, self._moved)
            or not await self._mount(body, main, root)
            or self.server.get(PODS, space, name) is None
        ):
            return
        address = self._network.address()
        body["status"] = {**(body.get("status") or {}), "podIP": address}
        container = self.containers[uid] = Container(
            root, address, body, "workflows.argoproj.io/workflow" in body["metadata"]["labels"]
        )
        env = {
            "PATH": self._bare() if fate.get("bare") else os.environ["PATH"],
            "CUBE_POD_SAY": str(root / "said"),
            "CUBE_GANG_EACH": "0.1",
        }
        env |= {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(self.server.port)}
        for each in main.get("env") or ():
            field = each.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
            env[each["name"]] = (
                self._field(body, field) if field else expanded(str(each.get("value", "")), env)
            )
        if env.get("CUBE_HOST") == "0.0.0.0":
            env["CUBE_HOST"] = address
        container.env = env = {key: self._moved(value, root) for key, value in env.items()}
        words = [self._moved(word, root) for word in (*main["command"], *(main.get("args") or ()))]
        ssh, strict = "sshd" in " ".join(words), "StrictModes=no" not in " ".join(words)
        entry = self.home / "hosts" / f"{space}.{name}"
        entry.parent.mkdir(exist_ok=True)
        entry.write_text(
            json.dumps(
                {
                    "env": env,
                    "root": str(root),
                    "ssh": ssh,
                    "strict": strict,
                    "group": "fsGroup" in (body["spec"].get("securityContext") or {}),
                }
            )
        )  # what whoever enters the container finds there
        words = ["sleep", "365d"] if ssh else words
        began = now()
        with contextlib.suppress(KeyError):
            self._asked.remove(uid)
            return self._write(
                space,
                name,
                {"terminated": {"exitCode": 143, "reason": "Error", "startedAt": began, "finishedAt": now()}},
                "Failed",
            )
        probe = (
            asyncio.create_task(self._probe(space, name, main, address))
            if main.get("readinessProbe")
            else None
        )
        try:
            await self._run(body, container, words, env=env, root=root, fate=fate, began=began)
        finally:
            if probe:
                await tasks.end([probe])

    async def _expire(self, body: dict) -> None:
        """The end of a pod that has not started in its time: its containers stay as they are
        (pkg/kubelet/active_deadline.go, v1.36)."""
        began = asyncio.get_running_loop().time()
        while found := self.server.get(PODS, body["metadata"]["namespace"], body["metadata"]["name"]):
            news, seconds = self.server._news, found["spec"].get("activeDeadlineSeconds")
            if found["metadata"].get("deletionTimestamp"):  # there is nothing to end
                self.server.delete(PODS, body["metadata"]["namespace"], body["metadata"]["name"], grace=0)
                return
            left = began + seconds - asyncio.get_running_loop().time() if seconds else None
            if left is not None and left <= 0:
                words = "Pod was active on the node longer than the specified deadline"
                found["status"] |= {"phase": "Failed", "reason": "DeadlineExceeded", "message": words}
                self.server.put(PODS, found["metadata"]["namespace"], found)
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await news.wait()

    async def _run(
        self,
        body: dict,
        container: Container,
        words: list[str],
        env: dict,
        root: Path,
        fate: dict,
        began: str,
    ) -> None:
        """The container, started again for as long as the pod asks for it."""
        space, name = body["metadata"]["namespace"], body["metadata"]["name"]
        restarts = 0
        while True:
            container.over, container.grew = (
                False,
                asyncio.Event(),
            )  # that of the last life stays set: who waited at it would spin
            ended = await self._once(
                space,
                name,
                container,
                words=words,
                env=env,
                root=root,
                fate=fate,
                began=began,
                restarts=restarts,
            )
            gone = (self.server.get(PODS, space, name) or {"metadata": {"deletionTimestamp": "now"}})[
                "metadata"
            ].get("deletionTimestamp")
            code, policy = ended["exitCode"], body["spec"].get("restartPolicy")
            if not (policy == "Always" or (policy == "OnFailure" and code)) or gone:
                more = {"reason": "Evicted", "message": fate["evict"]} if fate.get("evict") else {}
                return self._write(
                    space, name, {"terminated": ended}, "Failed" if code else "Succeeded", **more
                )
            self._write(space, name, {"terminated": ended}, "Running", restarts=restarts)
            await asyncio.sleep(0.2)
            restarts += 1
            container.former, container.lines = container.lines, []
            began = now()

    async def _probe(self, space: str, name: str, main: dict, address: str) -> None:
        """The readiness of a pod, by its probe."""
        port, path = main["ports"][0]["containerPort"], main["readinessProbe"]["httpGet"]["path"]
        known = None
        while True:
            ready = await answers(address, port, path)
            pod = self.server.get(PODS, space, name)
            if pod and self._silent(pod):
                known = None
            elif pod and ready != known and (pod.get("status") or {}).get("phase") == "Running":
                known = ready
                others = [each for each in pod["status"].get("conditions") or () if each["type"] != "Ready"]
                pod["status"]["conditions"] = [
                    *others,
                    {"type": "Ready", "status": "True" if ready else "False"},
                ]
                self.server.put(PODS, space, pod)
            await asyncio.sleep(0.1)

    async def _once(
        self,
        space: str,
        name: str,
        container: Container,
        words: list[str],
        env: dict,
        root: Path,
        fate: dict,
        began: str,
        restarts: int,
    ) -> dict:
        """One life of a container; how it ended."""
        try:
            container.process = await asyncio.create_subprocess_exec(
                *words,
                env=env,
                cwd=root,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                limit=2**26,
            )
        except OSError as error:
            pod = self.server.get(PODS, space, name) or {"spec": {"containers": []}}
            if any(each["name"] == "wait" for each in pod["spec"]["containers"]) and "/" not in words[0]:
                # Argo's emissary looks it up itself (argo-workflows v4.1.2,
                # cmd/argoexec/commands/emissary.go, and main.go for the code)
                words_ = (
                    f'failed to find name in PATH: exec: "{words[0]}": executable file not found in $PATH'
                )
                return {
                    "exitCode": 64,
                    "reason": "Error",
                    "message": words_,
                    "startedAt": began,
                    "finishedAt": now(),
                }
            return {
                "exitCode": 128,
                "reason": "StartError",
                "message": str(error),
                "startedAt": began,
                "finishedAt": now(),
            }
        self._write(
            space, name, {"running": {"startedAt": began}}, "Running", restarts=restarts, **container.told
        )
        assert container.process.stdout
        killed = fate.get("oom")
        if killed or fate.get("evict"):
            if killed == "when it has written":
                container.say(await container.process.stdout.readline())
            else:
                await asyncio.sleep(0.2)
            container.signal(signal.SIGKILL)
        while line := await container.process.stdout.readline():
            container.say(line)
        code = await container.process.wait()
        for line in executor(code) if container.executor else ():
            container.say(line)
        container.over = True
        container.grew.set()
        code = 128 - code if code < 0 else code
        said = (root / "said").read_text() if (root / "said").exists() else ""
        if code and not said:
            said = b"".join(line for _, line in container.lines[-80:])[-2048:].decode(errors="replace")
        reason = "OOMKilled" if killed else "Error" if code else "Completed"
        return {
            "exitCode": code,
            "reason": reason,
            "message": said[:4096],
            "startedAt": began,
            "finishedAt": now(),
        }

    def _bare(self) -> str:
        """The search path of an image that has busybox and nothing else."""
        place = self.home / "busybox"
        if not place.exists():
            place.mkdir()
            subprocess.run([shutil.which("busybox"), "--install", "-s", str(place)], check=True)
        return str(place)

    async def _mount(self, body: dict, main: dict, root: Path) -> bool:
        """Lay the volumes; what they name may come later, as on a real node."""
        space = body["metadata"]["namespace"]
        volumes = {each["name"]: each for each in body["spec"].get("volumes") or ()}
        for mount in main.get("volumeMounts") or ():
            volume = volumes[mount["name"]]
            target = root / mount["mountPath"].strip("/")
            if "persistentVolumeClaim" in volume:
                claim = volume["persistentVolumeClaim"]["claimName"]
                while self.server.get(("v1", "persistentvolumeclaims"), space, claim) is None:
                    await self.server._news.wait()
                kept = self.home / "claims" / space / claim
                kept.mkdir(parents=True, exist_ok=True)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(kept)
                continue
            if volume["name"] in shared(body):
                together = self.home / body["metadata"]["uid"] / "volumes" / volume["name"]
                together.mkdir(parents=True, exist_ok=True)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(together)
                continue
            target.mkdir(parents=True, exist_ok=True)
            for source in (volume.get("projected") or {}).get("sources") or ():
                if told := source.get("serviceAccountToken"):
                    account = body["spec"].get("serviceAccountName", "default")
                    (target / told["path"]).write_text(f"system:serviceaccount:{space}:{account}")
                if told := source.get("configMap"):
                    data = (self.server.get(("v1", "configmaps"), space, told["name"]) or {})["data"]
                    for item in told["items"]:
                        (target / item["path"]).write_text(data[item["key"]])
            for kind, key, field in (
                ("secrets", "secret", "secretName"),
                ("configmaps", "configMap", "name"),
            ):
                if key not in volume:
                    continue
                while (source := self.server.get(("v1", kind), space, volume[key][field])) is None:
                    news = self.server._news
                    if self.server.get(PODS, space, body["metadata"]["name"]) is None:
                        return False
                    await news.wait()
                data = {
                    name: base64.b64decode(value) if kind == "secrets" else value.encode()
                    for name, value in (source.get("data") or {}).items()
                }
                items = volume[key].get("items") or [{"key": name, "path": name} for name in data]
                for item in items:
                    (target / item["path"]).write_bytes(data[item["key"]])
        return True

    def _moved(self, word: str, root: Path) -> str:
        return f"{root}{word}" if word == "/cube" or word.startswith("/cube/") else word

    def _field(self, body: dict, path: str) -> str:
        if path.startswith("metadata.labels["):
            return (body["metadata"].get("labels") or {}).get(path[len("metadata.labels['") : -2], "")
        found: Any = body
        for part in path.split("."):
            found = (found or {}).get(part)
        return str(found or "")

    def terminate(self, uid: str) -> None:
        """What a deletion, or Argo's executor, does: run what is to come before, ask, wait, kill. All of it
        has the time of the pod, and what is left of that after the hook is 2 seconds at least (kubernetes
        v1.36, pkg/kubelet/kuberuntime/kuberuntime_container.go, killContainer and executePreStopHook)."""
        container = self.containers.get(uid)
        if container is None:
            self._asked.add(uid)
            if uid in self._first:
                self._first[uid].stop()
        elif not container.over and uid not in self._ending:
            self._ending[uid] = asyncio.create_task(self._end(container), name=f"end of {uid}")

    async def _end(self, container: Container) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + container.grace
        if container.hook:
            words = [self._moved(word, container.root) for word in container.hook["exec"]["command"]]
            process = await asyncio.create_subprocess_exec(*words, env=container.env, cwd=container.root)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    await process.wait()
        container.signal(signal.SIGTERM)
        loop.call_at(max(end, loop.time() + 2), container.signal, signal.SIGKILL)

    def file(self, uid: str, path: str) -> str | None:
        """A file of a container that has ended, as Argo's executor reads it."""
        found = self.home / uid / path.strip("/")
        return found.read_text() if found.exists() else None

    def log(self, body: dict, request: web.Request) -> AsyncIterator[bytes]:
        self._reach(body)
        return self._log(body, request)

    async def _log(self, body: dict, request: web.Request) -> AsyncIterator[bytes]:
        uid = body["metadata"]["uid"]
        container = self.containers.get(uid)
        since = request.query.get("sinceTime", "").encode()
        position = 0
        previous = request.query.get("previous") == "true"
        if container is None:
            # RAN on v1.36: answered with 200 and without a time
            # (pkg/kubelet/kuberuntime/kuberuntime_container.go, GetContainerLogs).
            yield f"unable to retrieve container logs for containerd://{uid}".encode()
            return
        lines = container.former if previous else container.lines
        position = max(0, len(lines) - int(request.query.get("tailLines") or len(lines)))
        while True:
            grew, over = container.grew, container.over or lines is not container.lines
            # What comes after a line without an end has no time of its own
            # (pkg/kubelet/kuberuntime/logs/logs.go, v1.36).
            data = b"".join(
                (
                    at + b" "
                    if request.query.get("timestamps") == "true"
                    and (not place or lines[place - 1][1].endswith(b"\n"))
                    else b""
                )
                + line
                for place, (at, line) in enumerate(lines[position:], position)
                if not since or at[:19] >= since[:19]
            )
            position = len(lines)
            if data:
                yield data
            if over or request.query.get("follow") != "true":
                return
            await grew.wait()

    async def forward(self, body: dict | None, request: web.Request) -> web.StreamResponse:
        """A connection to a port of a pod, by the protocol v4.channel.k8s.io."""
        self._reach(body)
        if body is None or (body.get("status") or {}).get("phase") != "Running":
            raise Fault(404, "NotFound", "pod not found")
        return await forward(body["status"]["podIP"], int(request.query["ports"]), request)

    async def exec(self, body: dict | None, request: web.Request) -> web.StreamResponse:
        """A terminal in a container, by the protocol v4.channel.k8s.io."""
        self._reach(body)
        container = self.containers.get(body["metadata"]["uid"]) if body else None
        if body is None or container is None or container.over:
            raise Fault(404, "NotFound", "container not found")
        assert (
            request.query["container"] == container_name(body)
            and request.query["tty"] == "true"
            and request.query.getall("command")[0] == "/bin/sh"
        )
        socket = web.WebSocketResponse(protocols=["v4.channel.k8s.io"])
        await socket.prepare(request)
        # The command itself, in the container's own folder, with its variables alone: a runtime adds the home
        # of its user, not that of the work (containerd, container_execsync.go: the container's own process
        # specification with other arguments).
        words = [
            word.replace("/cube/", f"{container.root}/cube/") for word in request.query.getall("command")
        ]
        env = {**container.env, "HOME": str(container.root)}
        shell = await Terminal.start(env, container.root, words, 24, 80)

        async def pour() -> None:
            try:
                async for data in shell.output():
                    await socket.send_bytes(b"\x01" + data)
                await socket.send_bytes(b'\x03{"status": "Success"}')
            finally:
                await socket.close()

        pouring = asyncio.create_task(pour())
        try:
            async for message in socket:
                if message.data[0] == 0:
                    await shell.send(message.data[1:])
                elif message.data[0] == 4:
                    size = json.loads(message.data[1:])
                    await shell.resize(size["Height"], size["Width"])
        finally:
            await tasks.end([pouring])
            await shell.close()
        return socket
