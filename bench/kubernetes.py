"""What thousands of pods cost the one who watches them: lag from a change on the (emulated) cluster to its
observation, and memory."""

import asyncio
import contextlib
import gc
import json
import random
import statistics
import time

import psutil

from cubestudio.core.cluster.kubernetes.cluster import KubernetesCluster
from cubestudio.core.cluster.kubernetes.config import ClusterConfig
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.port import PodStatus, Synced
from tests.kubernetes.server import Server

PODS, RATE, SECONDS = 5000, 100, 15


def fill(server: Server, workflows: int) -> list[str]:
    """So many workflows that share the pods; names of the pods."""
    names = []
    each = PODS // workflows
    for number in range(workflows):
        name, nodes = f"run-{number}", {}
        labels = {
            "cubestudio/kind": "run",
            "cubestudio/installation": "dev",
            "cubestudio/id": f"r{number}",
            "cubestudio/project": "p",
            "cubestudio/workload": name,
        }
        for item in range(each):
            path = f"{name}.fan({item}:{item})"
            nodes[path] = {
                "id": path,
                "name": path,
                "type": "Retry",
                "phase": "Running",
                "startedAt": "2026-01-01T00:00:00Z",
            }
            pod = {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": f"{name}-{item}",
                    "labels": {
                        **labels,
                        "cubestudio/step": "fan",
                        "cubestudio/item": f"i{item}e",
                        "cubestudio/attempt": "0",
                    },
                },
                "spec": {
                    "nodeName": "n",
                    "containers": [
                        {
                            "name": "main",
                            "image": "i",
                            "resources": {"requests": {"cpu": "1", "memory": "1Gi"}},
                        }
                    ],
                },
                "status": {
                    "phase": "Running",
                    "containerStatuses": [
                        {"name": "main", "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}
                    ],
                },
            }
            server.put(("v1", "pods"), "pipeline", pod)
            names.append(f"{name}-{item}")
        nodes["group"] = {
            "id": "group",
            "name": f"{name}.fan",
            "type": "TaskGroup",
            "phase": "Running",
            "startedAt": "2026-01-01T00:00:00Z",
        }
        told = json.dumps({"fan": {"each": each}})
        body = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {
                "name": name,
                "labels": labels,
                "annotations": {"cubestudio/graph": told, "cubestudio/generation": "1"},
            },
            "spec": {},
            "status": {"phase": "Running", "startedAt": "2026-01-01T00:00:00Z", "nodes": nodes},
        }
        server.put(("argoproj.io/v1alpha1", "workflows"), "pipeline", body)
    return names


async def measure(workflows: int) -> None:
    server = Server()
    names = fill(server, workflows)
    server.compact()
    await server.start()
    cluster = KubernetesCluster(
        ClusterConfig(name="bench", config=server.kubeconfig, context=None, stamp="1"), Site(), None
    )  # ty: ignore
    process, made, lags = psutil.Process(), {}, []
    present = asyncio.Event()

    async def listen() -> None:
        async with contextlib.aclosing(cluster.watch()) as observations:
            async for observation in observations:
                if isinstance(observation, Synced):
                    present.set()
                if isinstance(observation, PodStatus) and (
                    since := made.pop(str(observation.sequence), None)
                ):
                    lags.append(time.perf_counter() - since)

    listening = asyncio.create_task(listen())
    began = time.perf_counter()
    await present.wait()
    listed = time.perf_counter() - began
    gc.collect()
    before, dice = process.memory_info().rss, random.Random(1)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        due = time.perf_counter() + 1 / RATE
        body = server.get(("v1", "pods"), "pipeline", dice.choice(names))
        assert body
        body["status"]["containerStatuses"][0]["image"] = str(dice.random())
        body["status"]["containerStatuses"][0]["state"]["running"]["startedAt"] = (
            f"2026-01-01T00:00:{dice.randrange(60):02d}Z"
        )
        server.put(("v1", "pods"), "pipeline", body)
        made[body["metadata"]["resourceVersion"]] = time.perf_counter()
        if server.revision % 500 == 0:
            del server.past[:-200]  # the emulator's own memory is not what is measured
        await asyncio.sleep(max(due - time.perf_counter(), 0))
    await asyncio.sleep(1)
    growth = process.memory_info().rss / before
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await cluster.close()
    await server.stop()
    cuts = statistics.quantiles(lags, n=100)
    print(
        f"{PODS} pods in {workflows} workflows: listed in {listed:.1f} s; {len(lags) / SECONDS:.0f} "
        "changes/s seen, "
        f"lag p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms (target 1000); memory "
        f"after/before {growth:.2f}; "
        f"not seen: {len(made)}"
    )


async def main() -> None:
    await measure(50)
    await measure(1)
