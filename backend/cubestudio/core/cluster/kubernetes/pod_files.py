"""The small files that pods sent to the store at their end: results, lists of files, metrics."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from cubestudio.core.cluster.kubernetes.status import reports
from cubestudio.core.cluster.metrics import numbered, points
from cubestudio.core.cluster.port import Outcome

REMEMBERED = 4000
"""Files of each kind that are kept in memory."""
Key = tuple[str, str]
"""(project, digest)."""


class PodFiles:
    """`fetch(project, digest)` returns a file that a pod sent, None when there is none."""

    def __init__(self, fetch: Callable[[str, str], Awaitable[bytes | None]]):
        self._fetch = fetch
        self._results: OrderedDict[Key, dict[str, Any]] = OrderedDict()
        self._lists: OrderedDict[Key, Outcome] = OrderedDict()

    async def _file(self, project: str, digest: str) -> bytes | None:
        """Return a file that a pod sent; None also when `digest` is not one."""
        return await self._fetch(project, digest) if reports.digest(digest) else None

    async def result(self, project: str, digest: str) -> dict[str, Any]:
        """Return a result that was too long for the pod's status; empty when it is not there."""
        if (project, digest) not in self._results:
            data = await self._file(project, digest)
            if data is None:
                return {}
            _remember(self._results, (project, digest), reports.end(data))
        return self._results[project, digest]

    async def listed(self, project: str, digest: str) -> Outcome:
        """Return the files in a list that a launcher sent, with warnings of those that it could not take."""
        if (project, digest) not in self._lists:
            data = await self._file(project, digest)
            if data is None:
                return Outcome({}, (), (reports.NO_LIST,))
            _remember(self._lists, (project, digest), await asyncio.to_thread(reports.listed, project, data))
        return self._lists[project, digest]

    async def outcome(self, report: Mapping[str, Any], project: str) -> Outcome:
        """Return what a single task left: its values are on the pod, or in a file when they are long."""
        left = await self.full_report(report, project)
        files = await self.listed(project, left["files"]) if left.get("files") else Outcome()
        return replace(files, values=left.get("values") or {})

    async def full_report(self, report: Mapping[str, Any], project: str) -> Mapping[str, Any]:
        """Return a pod's report, from a file when it was too long for the pod's status."""
        return await self.result(project, report["result"]) if report.get("result") else report

    async def metrics(self, project: str, digest: str) -> tuple[Mapping[str, Any], ...]:
        """Return the points of a metrics file."""
        data = await self._file(project, digest)
        return numbered(await asyncio.to_thread(points, data or b""))


def _remember(memory: OrderedDict[Key, Any], key: Key, value: Any) -> None:
    memory[key] = value
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)
