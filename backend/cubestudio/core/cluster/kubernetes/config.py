"""The configuration of clusters: one kubeconfig file for each, and further contexts of one file."""

import contextlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from cubestudio.core import log
from cubestudio.core.cluster import messages

logger = log.get(__name__)
ENDING = "-kubeconfig"
SPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
"""Where a pod finds the name of its namespace."""


@dataclass(kw_only=True, frozen=True)
class ClusterConfig:
    """How to reach one cluster. `config`: the kubeconfig, None for the cluster that we run in; `stamp`
    changes with it."""

    name: str
    config: dict[str, Any] | None
    context: str | None
    stamp: str
    problem: str | None = None
    """Why the kubeconfig cannot be used; then the cluster is one that does not answer."""
    peers: tuple[str, ...] = ()
    """Where our connections to pods' own addresses come from, as `core.peers` reads it; empty: pods are
    reached through the API server."""

    @property
    def near(self) -> bool:
        """Whether its API server is at this machine's loopback, so that its pods may be, too."""
        with contextlib.suppress(KeyError, IndexError, TypeError, ValueError, AttributeError):
            hosts = [
                urlsplit(each["cluster"]["server"]).hostname or "" for each in (self.config or {})["clusters"]
            ]
            return all(host == "localhost" or ipaddress.ip_address(host).is_loopback for host in hosts)
        return False


def home() -> str | None:
    """The namespace of the cluster that we run in, None outside of one."""
    try:
        return SPACE.read_text().strip() or None
    except (OSError, ValueError):
        return None


def read_clusters(
    folder: Path, contexts: tuple[str, ...] = (), direct: Mapping[str, tuple[str, ...]] | None = None
) -> dict[str, ClusterConfig]:
    """The clusters of a folder: `<name>-kubeconfig` is cluster `<name>`, an empty file the one that we run
    in. `contexts` are further clusters, each `name=file:context`. A file that cannot be used is a cluster
    with that problem: what runs there is not gone. `direct`: where our connections to pods come from, by
    clusters; to the one that we run in they come from our namespace unless it says otherwise."""
    found: dict[str, ClusterConfig] = {}
    wanted = (
        [(file.name.removesuffix(ENDING), file, None) for file in sorted(folder.glob(f"*{ENDING}"))]
        if folder.is_dir()
        else []
    )
    for entry in contexts:
        name, _, rest = entry.partition("=")
        file, _, context = rest.rpartition(":")
        wanted.append((name.strip(), Path(file), context))
    for name, file, context in wanted:
        if not name or name == "local":
            logger.warning(
                "a kubeconfig cannot be used", file=str(file), error="a cluster needs a name of its own"
            )
            continue
        text, config, problem = "", {}, None
        try:
            text = file.read_text()
            config = yaml.safe_load(text) if text.strip() else None
            if config is not None and not (
                isinstance(config, dict) and isinstance(config.get("clusters"), list) and config["clusters"]
            ):
                problem = "it names no clusters"
        except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
            problem = wrong(error)
        if problem:
            logger.warning("a kubeconfig cannot be used", file=str(file), error=problem)
            config, problem = {}, f"The kubeconfig of cluster {name} cannot be used: {problem}"
        usual = tuple(filter(None, (home(),))) if config is None else ()
        stamp = f"{hash(text)}:{context}:{problem}"
        found[name] = ClusterConfig(
            name=name,
            config=config,
            context=context,
            stamp=stamp,
            problem=problem,
            peers=(direct or {}).get(name, usual),
        )
    return found


def wrong(error: Exception) -> str:
    """What is wrong with a file. What a parser quotes of it may be a token, and is left out."""
    if isinstance(error, OSError):
        return messages.KUBECONFIG_UNREADABLE(problem=error.strerror)
    mark = getattr(error, "problem_mark", None)
    return (
        f"it is not valid YAML, line {mark.line + 1}, column {mark.column + 1}"
        if mark
        else "it is not valid YAML"
    )
