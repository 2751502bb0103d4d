"""What peers take for the same: each runs in an environment of its own, made by `make bench-peers`."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench.steps import over
from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.port import Graph, Node, Task, Workload
from cubestudio.core.config import Settings
from cubestudio.core.store import Store

HERE = Path(__file__).parent
PLACE = Path(os.environ.get("CUBE_PEERS", ".bench"))
CHAIN, FAN = 20, 100


async def ours() -> dict[str, float]:
    """Milliseconds for a step that starts Python and does nothing."""
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    settings = Settings(home=home)
    cluster = LocalCluster("local", settings, Store.open(settings))
    await cluster.drive()
    took = {}
    for shape, count in (("chain", CHAIN), ("fan", FAN)):
        needs = (lambda n: (f"s{n - 1}",) if n else ()) if shape == "chain" else (lambda n: ())
        graph = Graph(
            tuple(
                Node(name=f"s{n}", task=Task(command=(("python3",), ("-c",), ("pass",))), needs=needs(n))
                for n in range(count)
            )
        )
        began = time.perf_counter()
        await cluster.apply(Workload(name=shape, body=graph))
        await over(cluster, shape)
        took[shape] = (time.perf_counter() - began) * 1000 / count
    await cluster.close()
    shutil.rmtree(home, ignore_errors=True)
    return took


async def main() -> None:
    mine = await ours()
    print(f"this platform, a Python step: chain {mine['chain']:.1f} ms, fan {mine['fan']:.1f} ms")
    for script in sorted(HERE.glob("with_*.py")):
        name = script.stem.removeprefix("with_")
        python = PLACE / name / "bin" / "python"
        if not python.exists():
            print(f"{name}: not installed here (make bench-peers)")
            continue
        with tempfile.TemporaryDirectory() as folder:
            environment = {
                **os.environ,
                "PATH": f"{python.parent.absolute()}:{os.environ['PATH']}",
                "HOME": folder,
            }
            done = subprocess.run(
                [python.absolute(), script.resolve()],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=900,
                check=False,
            )
        found = dict(re.findall(r"^(chain|fan): ([\d.]+)$", done.stdout, re.MULTILINE))
        if not found:
            print(f"{name}: did not run: {(done.stderr or done.stdout).strip()[-300:]}")
        for shape, text in found.items():
            print(f"{name}, {shape}: {float(text):.1f} ms a step, {float(text) / mine[shape]:.1f} times ours")
