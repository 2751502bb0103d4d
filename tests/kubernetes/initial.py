"""The containers of a pod that come before its own: one after the other, each to its end, in folders that
they share with it.

As kubelet v1.36 has it (pkg/kubelet/kuberuntime/kuberuntime_manager.go, computeInitContainerActions;
pkg/kubelet/kubelet_pods.go, getPhase and convertToAPIContainerStatuses): the pod is Pending with its own
containers waiting as PodInitializing; one that fails is started again, or, where nothing is, the pod has
failed and its own containers never started."""

import asyncio
import os
from pathlib import Path
from typing import Any

from tests.kubernetes.server import Server, now

PODS = ("v1", "pods")
EXECUTOR = "argoexec"
"""An image whose containers have nothing to do here: those that controllers put before ours."""
EARLY = {"waiting": {"reason": "PodInitializing"}}


def shared(body: dict) -> set[str]:
    """The folders of a pod that its first containers fill."""
    empty = {each["name"] for each in body["spec"].get("volumes") or () if "emptyDir" in each}
    return empty & {
        mount["name"]
        for each in body["spec"].get("initContainers") or ()
        for mount in each.get("volumeMounts") or ()
    }


class Initial:
    """What is done before a pod's own container starts."""

    def __init__(self, server: Server, body: dict, root: Path, words: list[str] | None):
        self.server, self.body, self.root, self.instead = server, body, root, words
        self.process: asyncio.subprocess.Process | None = None
        self.stopped = False
        self.statuses = [
            {"name": each["name"], "image": each["image"], "state": EARLY, "restartCount": 0, "ready": False}
            for each in body["spec"].get("initContainers") or ()
        ]

    def _write(self, phase: str) -> bool:
        meta = self.body["metadata"]
        body = self.server.get(PODS, meta["namespace"], meta["name"])
        if body is None:
            return False
        status = body.setdefault("status", {})
        for each in status.get("containerStatuses") or ():
            each["state"] = EARLY
        status.update(phase=phase, initContainerStatuses=self.statuses)
        self.server.put(PODS, meta["namespace"], body)
        return True

    def stop(self) -> None:
        self.stopped = True
        if self.process and self.process.returncode is None:
            self.process.terminate()

    async def run(self, mount: Any, moved: Any) -> bool:
        """Whether all of them ended well. `mount` and `moved` are the kubelet's, for a folder."""
        for container, status in zip(
            self.body["spec"].get("initContainers") or (), self.statuses, strict=True
        ):
            if container["image"] == EXECUTOR:
                ended = {"exitCode": 0, "reason": "Completed", "startedAt": now(), "finishedAt": now()}
                status.update(ready=True, state={"terminated": ended})
                continue
            place = self.root / "first" / container["name"]
            place.mkdir(parents=True)
            if not await mount(self.body, container, place):
                return False
            while True:
                ended = await self._once(container, place, status, moved)
                status["state"] = {"terminated": ended}
                if not ended["exitCode"]:
                    status["ready"] = True
                    break
                if self.stopped or self.body["spec"].get("restartPolicy") != "Always":
                    self._write("Failed")
                    return False
                status.update(
                    lastState={"terminated": ended},
                    state={"waiting": {"reason": "CrashLoopBackOff"}},
                    restartCount=status["restartCount"] + 1,
                )
                if not self._write("Pending"):
                    return False
                await asyncio.sleep(0.2)
            if not self._write("Pending"):
                return False
        return True

    async def _once(self, container: dict, place: Path, status: dict, moved: Any) -> dict:
        began = now()
        try:
            self.process = await asyncio.create_subprocess_exec(
                *(self.instead or [moved(word, place) for word in container["command"]]),
                env={"PATH": os.environ["PATH"]},
                cwd=place,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
        except OSError as error:
            return {
                "exitCode": 128,
                "reason": "StartError",
                "message": str(error),
                "startedAt": began,
                "finishedAt": now(),
            }
        status["state"] = {"running": {"startedAt": began}}
        if not self._write("Pending") or self.stopped:
            self.process.terminate()
        out, _ = await self.process.communicate()
        code = self.process.returncode or 0
        code = 128 - code if code < 0 else code
        said = (
            out[-2048:].decode(errors="replace")
            if code and container.get("terminationMessagePolicy") == "FallbackToLogsOnError"
            else ""
        )
        return {
            "exitCode": code,
            "reason": "Error" if code else "Completed",
            "message": said,
            "startedAt": began,
            "finishedAt": now(),
        }
