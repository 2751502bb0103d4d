"""Whether the files that a workload needs or hands on can reach its pods and leave them. Pure."""

from collections.abc import Iterator

from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.port import Graph, Node, Server, Task

LEAVES, READS = "CUBE_OUTPUT_DIR", "CUBE_INPUT_DIR"
WAY = "pods here have no address of the platform, through which files go (CUBE_PODS_API_URL)"


def problems(body: Graph | Task | Server, site: Site) -> list[str]:
    """Files that could not be had or handed on, each in a sentence; none where pods reach the platform."""
    if site.files_url is not None:
        return []
    if not isinstance(body, Graph):
        task = body.task if isinstance(body, Server) else body
        return [f"it is given {len(task.placed)} files, and {WAY}"] if task.placed else []
    return [words for node in body.nodes if not body.aside(node) for words in _lacking(body, node)]


def _lacking(graph: Graph, node: Node) -> Iterator[str]:
    if node.task.placed:
        yield f"step {node.name} is given {len(node.task.placed)} files, and {WAY}"
        return
    kept = next(
        (need for need in node.needs if any(known.artifacts for _, known in graph.by_name[need].given)), None
    )
    if kept:
        yield f"step {node.name} is given the files that step {kept} left before, and {WAY}"
    elif node.task.inputs and _mentions(node.task, READS):
        yield f"step {node.name} reads files of the steps before it ({READS}), and {WAY}"


def warnings(body: Graph | Task | Server, site: Site) -> tuple[str, ...]:
    """What may go wrong for want of a way for files."""
    if site.files_url is not None or not isinstance(body, Graph):
        return ()
    return tuple(
        f"step {node.name} fails if it leaves files besides outputs.json ({LEAVES}): {WAY}"
        for node in body.nodes
        if not body.aside(node) and _mentions(node.task, LEAVES)
    )


def _mentions(task: Task, variable: str) -> bool:
    """Whether the command or the files of a task name a variable."""
    texts = (*task.command, *task.files.values(), *task.env.values())
    return any(isinstance(piece, str) and variable in piece for text in texts for piece in text)
