"""The application context: what jobs and the graph may use of the running process. `app.py` builds it."""

from collections.abc import Mapping
from dataclasses import dataclass

from cubestudio.core.cluster.port import Cluster
from cubestudio.core.config import Settings
from cubestudio.core.db import Database
from cubestudio.core.events import Bus
from cubestudio.core.store import Store
from cubestudio.core.vault import Vault


@dataclass(kw_only=True, frozen=True)
class AppContext:
    """The services of one running process. `clusters` maps the name of each cluster to its adapter."""

    settings: Settings
    db: Database
    bus: Bus
    store: Store
    vault: Vault
    clusters: Mapping[str, Cluster]
