"""Commands that run processes of the platform."""

import asyncio
import sys
from typing import Annotated

import typer

from cubestudio.cli.machine import load

ROLES = frozenset({"worker", "clock", "watch"})
"""What a platform in one process does besides serving requests."""
cli = typer.Typer()


@cli.command()
def up() -> None:
    """Start the whole platform on this machine: web, jobs, clock and watcher in one process."""
    sys.exit(asyncio.run(load("serve").serve(load("local").settings(), ROLES, "up")))


@cli.command()
def demo(
    exit: Annotated[
        bool, typer.Option("--exit", help="Stop after that; exit code 0 only if all succeeded.")
    ] = False,
) -> None:
    """Start the platform, run the example to a prediction of the model that it finds, then serve."""
    sys.exit(asyncio.run(load("serve").demonstrate(load("local").quiet(), ROLES, exit)))


@cli.command()
def web() -> None:
    """Answer requests only; jobs, clock and watcher run in other processes."""
    sys.exit(asyncio.run(load("serve").serve(load("local").settings(), frozenset(), "web")))


@cli.command()
def worker() -> None:
    """Run jobs."""
    asyncio.run(load("serve").work(load("local").settings(), "worker"))


@cli.command()
def clock() -> None:
    """Send what is due; any number of replicas."""
    asyncio.run(load("serve").work(load("local").settings(), "clock"))


@cli.command()
def watch() -> None:
    """Follow clusters and collect logs; drives this machine's own cluster too."""
    asyncio.run(load("serve").work(load("local").settings(), "watch"))
