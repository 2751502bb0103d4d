"""Overhead of a step above a bare posix_spawn, for a chain of 20 and a fan-out of 100 steps that do
nothing."""

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.port import Graph, Node, Task, Workload, WorkloadStatus
from cubestudio.core.config import Settings
from cubestudio.core.store import Store


def floor(count: int) -> float:
    """Milliseconds per posix_spawn of `true`, one after the other."""
    began = time.perf_counter()
    for _ in range(count):
        os.waitpid(os.posix_spawn(shutil.which("true"), ["true"], {}), 0)
    return (time.perf_counter() - began) * 1000 / count


async def over(cluster: LocalCluster, name: str) -> None:
    async with contextlib.aclosing(cluster.watch()) as observations:
        async for seen in observations:
            if isinstance(seen, WorkloadStatus) and seen.workload == name and seen.state.final:
                assert seen.state == "Succeeded", seen
                return


async def main() -> None:
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    settings = Settings(home=home)
    cluster = LocalCluster("local", settings, Store.open(settings))
    await cluster.drive()
    bare = floor(200)
    print(f"posix_spawn of true: {bare:.2f} ms")
    for shape, count in (("chain", 20), ("fan", 100)):
        best = 1e9
        for turn in range(3):
            needs = (lambda n: (f"s{n - 1}",) if n else ()) if shape == "chain" else (lambda n: ())
            graph = Graph(
                tuple(
                    Node(name=f"s{n}", task=Task(command=(("true",),)), needs=needs(n)) for n in range(count)
                )
            )
            began = time.perf_counter()
            await cluster.apply(Workload(name=f"{shape}{turn}", body=graph))
            await over(cluster, f"{shape}{turn}")
            best = min(best, (time.perf_counter() - began) * 1000 / count)
        print(
            f"{shape} of {count}: {best:.2f} ms a step, {best - bare:.2f} ms above the floor, "
            f"{best / bare:.1f} times it (target: ≤ 10 ms above)"
        )
    await cluster.close()
    shutil.rmtree(home, ignore_errors=True)
