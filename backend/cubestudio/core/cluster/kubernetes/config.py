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


def places(folder: Path, contexts: tuple[str, ...] = ()) -> dict[str, Place]:
    """The clusters of a folder: `<name>-kubeconfig` is cluster `<name>`, an empty file the one that we run in. `contexts`
    are further clusters, each `name=file:context`. A file that cannot be read is passed over, and said."""
    found: dict[str, Place] = {}
    wanted = [(file.name.removesuffix(ENDING), file, None) for file in sorted(folder.glob(f"*{ENDING}"))] if folder.is_dir() else []
    for entry in contexts:
        name, _, rest = entry.partition("=")
        file, _, context = rest.rpartition(":")
        wanted.append((name.strip(), Path(file), context))
    for name, file, context in wanted:
        try:
            text = file.read_text()
            config = yaml.safe_load(text) if text.strip() else None
            if config is not None and not (isinstance(config, dict) and config.get("clusters")):
                raise ValueError("it is no kubeconfig: it names no clusters")
            if not name or name == "local":
                raise ValueError("a cluster needs a name of its own")
        except (OSError, ValueError, yaml.YAMLError) as error:
            logger.warning("a kubeconfig cannot be used", file=str(file), error=str(error)[:300])
            continue
        found[name] = Place(name, config, context, f"{hash(text)}:{context}")
    return found
