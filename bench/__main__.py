"""Runs the measurements and prints one table of ratios: `make bench`, or `make bench ARGS=steps`."""

import asyncio
import sys

from bench import (
    console,
    crashes,
    door,
    kubernetes,
    live,
    peers,
    runs,
    searches,
    services,
    signin,
    sockets,
    start,
    steps,
)

ALL = {
    "steps": steps.main,
    "runs": runs.main,
    "live": live.main,
    "sockets": sockets.main,
    "signin": signin.main,
    "kubernetes": kubernetes.main,
    "door": door.main,
    "searches": searches.main,
    "services": services.main,
    "start": start.main,
    "console": console.main,
    "peers": peers.main,
    "crashes": crashes.main,
}

for name in sys.argv[1:] or list(ALL):
    print(f"## {name}", flush=True)
    asyncio.run(ALL[name]())
