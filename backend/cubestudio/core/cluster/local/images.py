"""Images of steps on a machine that runs processes: which are not used, in words. Pure."""

import platform
from functools import cache

from cubestudio.core.cluster.port import Graph, Task


@cache
def system() -> str:
    """What this machine runs, such as Debian GNU/Linux 12 (bookworm)."""
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME") or platform.system()
    except OSError:
        return f"{platform.system()} {platform.release()}".strip()


def ignored(task: Task) -> str | None:
    """What a task runs in instead of the image that it names. One that says which Python and packages it needs, too, has said what it
    needs where there are no images."""
    if not task.image.name or not task.image.host:
        return None
    return f"runs as a process on {system()}, not in {task.image.name}"


def warnings(graph: Graph) -> tuple[str, ...]:
    """The steps whose images are not used."""
    return tuple(f"step {node.name} {words}" for node in graph.nodes if not graph.aside(node) and (words := ignored(node.task)))
