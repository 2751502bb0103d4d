"""The pods of one cluster, by their uid: their output, what they use, their events, a shell in them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from cubestudio.core.cluster import messages
from cubestudio.core.cluster.kubernetes import emissary, logs
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.shell import COMMAND, PROTOCOL, Shell
from cubestudio.core.cluster.kubernetes.status import machines, reasons
from cubestudio.core.cluster.kubernetes.status.fields import (
    container_name,
    container_status,
    is_replica,
    last_ended_at,
)
from cubestudio.core.cluster.kubernetes.usage import Samples
from cubestudio.core.cluster.port import ClusterEvent, LogSegment, Usage
from cubestudio.core.errors import Invalid, NotFound, Unavailable

SILENCE = 300.0
"""Seconds without output after which a log is requested again, in case the connection died in silence."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between two requests for a log that has nothing new."""
Name = tuple[str, str]
"""(namespace, name)."""


class Pods:
    """`known(uid)` returns a pod as a watch has it; `list_all` returns all pods of ours from the API
    server."""

    def __init__(
        self,
        client: Client,
        samples: Samples,
        known: Callable[[str], Mapping[str, Any] | None],
        list_all: Callable[[], Awaitable[list[dict]]],
    ):
        self._client = client
        self._samples = samples
        self._known = known
        self._list_all = list_all
        self._names: dict[str, Name] = {}

    async def find(self, uid: str) -> Name:
        """Return the namespace and name of a pod of ours. Raises NotFound."""
        body = self._known(uid)
        if body is not None:
            self._names[uid] = (body["metadata"]["namespace"], body["metadata"]["name"])
        if uid not in self._names:
            self._names = {
                each["metadata"]["uid"]: (each["metadata"]["namespace"], each["metadata"]["name"])
                for each in await self._list_all()
            }
        if uid not in self._names:
            raise NotFound(messages.POD_GONE(cluster=self._client.name, pod=uid))
        return self._names[uid]

    async def _get(self, uid: str) -> tuple[str, dict[str, Any]]:
        """Return the path of a pod and the pod."""
        where = path("v1", "pods", *await self.find(uid))
        return where, await self._client.get(where)

    async def logs(
        self, uid: str, since: int = 0, follow: bool = False, anchor: tuple[int, int] | None = None
    ) -> AsyncIterator[LogSegment]:
        """Yield the output of a pod from a byte position on; with `follow`, until it has ended."""
        space, name = await self.find(uid)
        reader = _LogReader(self._client, uid, path("v1", "pods", space, name), follow)
        while True:
            try:
                async for piece in reader.read(since, anchor):
                    yield piece
                if reader.done:
                    return
            except (Unavailable, Invalid):  # the connection broke, or its container is not there yet
                if not follow:
                    raise
            await asyncio.sleep(reader.next_pause())

    async def usage(self, uid: str, since: datetime | None = None) -> list[Usage]:
        """Return samples of what a pod used."""
        return self._samples.of(await self.find(uid), since)

    async def events(self, uid: str) -> list[ClusterEvent]:
        """Return the cluster's events of a pod, oldest first."""
        space, _ = await self.find(uid)
        found, _ = await self._client.items(
            path("v1", "events", space), fieldSelector=f"involvedObject.uid={uid}"
        )
        return sorted(
            (machines.event(body) for body in found), key=lambda note: (note.at is not None, note.at)
        )

    async def shell(self, uid: str, rows: int, columns: int) -> Shell:
        """Open a terminal in a pod."""
        where, body = await self._get(uid)
        query = [
            ("container", container_name(body)),
            ("stdin", "true"),
            ("stdout", "true"),
            ("tty", "true"),
            *(("command", word) for word in COMMAND),
        ]
        shell = Shell(self._client.name, await self._client.socket(f"{where}/exec", query, PROTOCOL))
        await shell.resize(rows, columns)
        return shell

    async def manifest(self, uid: str) -> Mapping[str, Any]:
        """Return a pod as the API server has it."""
        _, body = await self._get(uid)
        body["metadata"].pop("managedFields", None)
        return body


class _LogReader:
    """Reads the output of one pod, over all runs of its container."""

    def __init__(self, client: Client, uid: str, where: str, follow: bool):
        self._client = client
        self._uid = uid
        self._path = where
        self._follow = follow
        self._cursor: logs.Cursor | None = None
        self._pause = FIRST_PAUSE
        self._restarts: int | None = None
        self.done = False
        """Whether there is nothing more to read."""

    def next_pause(self) -> float:
        """Return the seconds to wait before reading again."""
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
        return pause

    async def read(self, since: int, anchor: tuple[int, int] | None) -> AsyncIterator[LogSegment]:
        """Yield what there is now. Raises Unavailable or Invalid when it breaks off."""
        body = await self._client.get(self._path)
        if body["metadata"]["uid"] != self._uid:
            name = body["metadata"]["name"]
            raise NotFound(messages.POD_REPLACED(pod=name, cluster=self._client.name))
        cursor = self._cursor = self._cursor or logs.Cursor(since, anchor, emissary.marked(body))
        status = container_status(body)
        state, restarts = status.get("state") or {}, status.get("restartCount") or 0
        over = (body.get("status") or {}).get("phase") in ("Succeeded", "Failed") or (
            "terminated" in state and not is_replica(body)
        )
        if over and "terminated" not in state:
            self.done = True
            return
        if self._restarts is not None and restarts > self._restarts and (last := reasons.again(body)):
            async for piece in self._previous_run(body, cursor, last):
                yield piece
        self._restarts = restarts
        if "running" in state or "terminated" in state:
            async for piece in self._stream(body, cursor, follow=self._follow and "running" in state):
                self._pause = FIRST_PAUSE
                yield piece
        self.done = over or not self._follow

    async def _previous_run(
        self, body: Mapping[str, Any], cursor: logs.Cursor, last: reasons.Reason
    ) -> AsyncIterator[LogSegment]:
        """Yield the rest of the container's previous run, and that it was started again."""
        with contextlib.suppress(Invalid):  # its node has no more of it
            async for piece in self._stream(body, cursor, follow=False, former=True):
                yield piece
        at = logs.micros(last_ended_at(body).encode())
        yield cursor.remark(f"started again after {last[0]}: {last[1]}", at)
        self._pause = FIRST_PAUSE

    def _stream(
        self, body: Mapping[str, Any], cursor: logs.Cursor, follow: bool, former: bool = False
    ) -> AsyncIterator[LogSegment]:
        return logs.read(
            self._client,
            f"{self._path}/log",
            container_name(body),
            cursor=cursor,
            follow=follow,
            seconds=SILENCE,
            former=former,
        )
