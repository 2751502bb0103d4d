"""Cold start to the first 200, on an empty data folder and again, and resident memory."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2
import psutil

from tests.parts import free_port


async def main() -> None:
    home = Path(tempfile.mkdtemp())
    for name in ("empty", "second time"):
        port = free_port()
        env = {**os.environ, "CUBE_HOME": str(home), "CUBE_PORT": str(port), "CUBE_LOG_LEVEL": "ERROR"}
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "cubestudio.cli.main", "up"], env=env, stdout=subprocess.DEVNULL
        )
        while True:
            try:
                if httpx2.get(f"http://127.0.0.1:{port}/healthz/ready").status_code == 200:
                    break
            except httpx2.HTTPError:
                time.sleep(0.01)
        took = time.perf_counter() - began
        time.sleep(1)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        memory = sum(one.memory_info().rss for one in family) / 2**20
        print(
            f"start, {name}: {took:.1f} s to ready (target ≤ 3), {memory:.0f} MiB resident with its "
            "supervisor (target ≤ 150)"
        )
        process.send_signal(signal.SIGTERM)
        process.wait(20)
