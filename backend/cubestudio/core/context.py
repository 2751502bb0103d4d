"""The application context: what jobs and the graph may use of the running process. `app.py` builds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cubestudio.core.cluster.port import Cluster
from cubestudio.core.config import Settings
from cubestudio.core.db import Database
from cubestudio.core.events import Bus
from cubestudio.core.store import Store
from cubestudio.core.vault import Vault


@dataclass(kw_only=True, frozen=True)
class AppContext:
    """The ports of one running process. `clusters` maps the name of each cluster to its adapter."""

    settings: Settings
    db: Database
    bus: Bus
    store: Store
    vault: Vault
    clusters: Mapping[str, Cluster]
    kinds: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the room of each kind of workload contributes, as `workloads.kinds.Kind`."""
