"""Which clusters there are: one kubeconfig file for each, and further contexts of one file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cubestudio.core import log

logger = log.get(__name__)
ENDING = "-kubeconfig"


@dataclass(frozen=True)
class Place:
    """How to reach one cluster. `config`: the kubeconfig, None for the cluster that we run in; `stamp` changes with it."""

    name: str
    config: dict[str, Any] | None
    context: str | None
    stamp: str
    problem: str | None = None
    """Why the kubeconfig cannot be used; then the cluster is one that does not answer."""


def places(folder: Path, contexts: tuple[str, ...] = ()) -> dict[str, Place]:
    """The clusters of a folder: `<name>-kubeconfig` is cluster `<name>`, an empty file the one that we run in. `contexts`
    are further clusters, each `name=file:context`. A file that cannot be used is a cluster with that problem: what runs there is not gone."""
    found: dict[str, Place] = {}
    wanted = [(file.name.removesuffix(ENDING), file, None) for file in sorted(folder.glob(f"*{ENDING}"))] if folder.is_dir() else []
    for entry in contexts:
        name, _, rest = entry.partition("=")
        file, _, context = rest.rpartition(":")
        wanted.append((name.strip(), Path(file), context))
    for name, file, context in wanted:
        if not name or name == "local":
            logger.warning("a kubeconfig cannot be used", file=str(file), error="a cluster needs a name of its own")
            continue
        text, config, problem = "", {}, None
        try:
            text = file.read_text()
            config = yaml.safe_load(text) if text.strip() else None
            if config is not None and not (isinstance(config, dict) and isinstance(config.get("clusters"), list) and config["clusters"]):
                problem = "it names no clusters"
        except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
            problem = wrong(error)
        if problem:
            logger.warning("a kubeconfig cannot be used", file=str(file), error=problem)
            config, problem = {}, f"The kubeconfig of cluster {name} cannot be used: {problem}"
        found[name] = Place(name, config, context, f"{hash(text)}:{context}:{problem}", problem)
    return found


def wrong(error: Exception) -> str:
    """What is wrong with a file. What a parser quotes of it may be a token, and is left out."""
    if isinstance(error, OSError):
        return f"it cannot be read: {error.strerror}"
    mark = getattr(error, "problem_mark", None)
    return f"it is not valid YAML, line {mark.line + 1}, column {mark.column + 1}" if mark else "it is not valid YAML"
