"""Who holds a secret, remembered between requests so that the database is not asked at each.

Only where this process is the only one that ends sessions and tokens: it is told of an end when it is
recorded, before that can be committed, and again when it was. In between, and for a while after, nothing is
remembered, so that what was read before the end is not kept beyond it. Elsewhere every request asks."""

import time
from datetime import datetime, timedelta

from cubestudio.core import clock
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.vault import digest

KEEP = timedelta(seconds=60)
QUIET = 10.0
"""Seconds after an end in which nothing is remembered; no transaction takes as long."""
MOST = 10_000


class Known:
    """Secrets by their digest, each with its holder and until when that is believed."""

    def __init__(self, alone: bool):
        self._alone = alone
        self._held: dict[str, tuple[Viewer, datetime]] = {}
        self._quiet = 0.0
        self.mark = 0

    def find(self, secret: str) -> Viewer | None:
        found = self._held.get(digest(secret))
        return found[0] if found and clock.now() < found[1] else None

    def keep(self, secret: str, viewer: Viewer, until: datetime | None, mark: int) -> None:
        """Remember a holder. `until`: when the secret ends by itself; `mark`: that of before it was read."""
        if not self._alone or mark != self.mark or time.monotonic() < self._quiet:
            return
        if len(self._held) >= MOST:
            self._held.clear()
        most = clock.now() + KEEP
        self._held[digest(secret)] = (viewer, min(until, most) if until else most)

    def forget(self) -> None:
        """Access of somebody ends, or has ended."""
        self._held.clear()
        self.mark += 1
        self._quiet = time.monotonic() + QUIET
