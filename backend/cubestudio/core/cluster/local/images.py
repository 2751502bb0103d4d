"""Images of steps on a machine that runs processes: those that were built here are the root of what the
process sees, and others are not used, which is said. Pure."""

import platform
from collections.abc import Mapping
from functools import cache
from typing import Any

from cubestudio.core.cluster.local.machine import Machine
from cubestudio.core.cluster.port import Graph, Task

FOLDER = "builds"
"""The folder of a project in which its builds leave what they may find again."""
ROOTS = "roots"
"""The folder in it with the files of images, each below the id of its build."""
MACHINES = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that lead to what only the machine has."""


@cache
def system() -> str:
    """What this machine runs, such as Debian GNU/Linux 12 (bookworm)."""
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME") or platform.system()
    except OSError:
        return f"{platform.system()} {platform.release()}".strip()


def rooted(task: Task, machine: Machine) -> bool:
    """Whether a task sees the files of its image as its root: one that was built here, where each pod has
    namespaces and each project a user of its own, without which nothing is built."""
    return task.image.kept is not None and machine.isolated and bool(machine.sandbox.namespaces)


def place(folder: str, task: Task) -> dict[str, Any]:
    """Where the files of its image are: `path` below `folder`, which is the project's."""
    return {"folder": folder, "path": [ROOTS, task.image.kept]}


def environment(env: Mapping[str, str], task: Task) -> dict[str, str]:
    """Its variables without those of the machine, in whose place the image's come."""
    return {name: value for name, value in env.items() if name not in MACHINES or name in task.env}


def ignored(task: Task, machine: Machine) -> str | None:
    """What a task runs in instead of the image that it names. One that says which Python and packages it
    needs, too, has said what it needs where there are no images."""
    if not task.image.name or not task.image.host or rooted(task, machine):
        return None
    return f"runs as a process on {system()}, not in {task.image.name}"


def warnings(graph: Graph, machine: Machine) -> tuple[str, ...]:
    """The steps whose images are not used."""
    return tuple(
        f"step {node.name} {words}"
        for node in graph.nodes
        if not graph.aside(node) and (words := ignored(node.task, machine))
    )
