"""Following one kind of object on one cluster: list, watch from there, list again when the past was lost."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from cubestudio.core import log, tasks
from cubestudio.core.cluster import messages
from cubestudio.core.cluster.kubernetes.client import Client, Gone
from cubestudio.core.errors import Forbidden, NotFound, Unavailable

logger = log.get(__name__)
HOLD = 240
"""Seconds after which the server ends a watch that is well; we go on from where it was."""
SILENCE = 150
"""Seconds without an event or a bookmark after which a connection counts as dead."""
LONGEST = 5.0
"""Seconds at most between two tries to reach a cluster."""
ABSENT = 15.0
"""Seconds between looks for a kind that is not there."""
ASKED = 20
"""Of the objects that a list lacks and that were there before, how many are asked for by name before the list
is believed."""


@dataclass(frozen=True)
class Handlers:
    """What is called with the objects of one kind: `listed` with all of them after each list, `changed` with
    each change (ADDED, MODIFIED or DELETED; object), `unreachable` with the reason when the cluster cannot be
    reached, and `absent` when the cluster does not know the kind, or does not let us see one that is not
    needed."""

    listed: Callable[[list[dict]], None]
    changed: Callable[[str, dict], None]
    unreachable: Callable[[str], None]
    absent: Callable[[], None]


class Reflector:
    """Follow one kind in the whole cluster (`path`) or, where we may not see all of it, in those of the
    `narrower` paths that we may see."""

    def __init__(
        self,
        client: Client,
        path: str,
        narrower: Sequence[str],
        selector: str,
        handlers: Handlers,
        *,
        needed: bool = True,
    ):
        self._client = client
        self._paths, self._narrower = [path], list(narrower)
        self._selector = selector
        self._handlers = handlers
        self._needed = needed
        self._revisions: dict[str, str] = {}
        self._seen: set[str] = set()
        self._there: set[str] = set()
        """The paths of the objects that there are."""
        self._failed = 0

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                if not self._revisions:
                    await self._list()
                await self._watch()
            except Gone:
                self._revisions = {}
            except NotFound:
                self._handlers.absent()
                self._revisions = {}
                await asyncio.sleep(ABSENT)
            except (Unavailable, Forbidden) as error:
                if isinstance(error, Forbidden) and self._narrower and not self._seen:
                    self._paths, self._narrower, self._revisions = self._narrower, [], {}
                    continue
                if isinstance(error, Forbidden) and not self._needed:
                    self._handlers.absent()
                    self._revisions = {}
                    await asyncio.sleep(ABSENT)
                    continue
                if "Too large resource version" in error.message:
                    self._revisions = {}
                self._failed += 1
                if self._failed > 1:  # a stream that was cut once says nothing of the cluster
                    self._handlers.unreachable(error.message)
                await asyncio.sleep(min(0.1 * 2 ** min(self._failed, 10), LONGEST) * (0.5 + random.random()))

    async def _list(self) -> None:
        """Everything that there is now. Of several places those that we may not see are left out, unless it
        is all of them; a place that was seen once is not given up, because what is there would be taken for
        gone."""
        items: dict[str, list[dict]] = {}
        revisions: dict[str, str] = {}
        refused: Forbidden | None = None
        self._client.doubt()
        for path in self._paths:
            try:
                items[path], revisions[path] = await self._client.items(path, labelSelector=self._selector)
            except Forbidden as error:
                if path in self._seen:
                    raise
                refused = error
        if refused is not None and not revisions:
            raise refused
        there = {_where(path, body) for path, bodies in items.items() for body in bodies}
        await self._believe(sorted(self._there - there))
        self._there = there
        self._seen |= set(revisions)
        self._failed = 0
        self._handlers.listed([body for bodies in items.values() for body in bodies])
        self._revisions = revisions

    async def _believe(self, missing: Sequence[str]) -> None:
        """Raises Unavailable when objects are there that a list lacks: a server whose cache is behind lists
        less than it has."""
        self._client.doubt()
        for where in random.sample(missing, min(len(missing), ASKED)):
            with contextlib.suppress(NotFound, Forbidden):
                body = await self._client.get(where)
                if _chosen(self._selector, body["metadata"].get("labels") or {}):
                    raise Unavailable(messages.WATCH_INCOMPLETE(cluster=self._client.name, position=where))

    async def _watch(self) -> None:
        """Every place at once, until one of them breaks off."""
        following = [
            asyncio.create_task(self._follow(path), name=f"follow {path}") for path in self._revisions
        ]
        try:
            done, _ = await asyncio.wait(following, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await tasks.end(following)

    async def _follow(self, path: str) -> None:
        query = {
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._revisions[path],
            "labelSelector": self._selector,
            "timeoutSeconds": str(HOLD + random.randrange(60)),
        }
        async for lines in self._client.lines(path, query, silence=SILENCE):
            self._failed = 0
            for line in lines:
                self._hear(path, line)

    def _hear(self, path: str, line: bytes) -> None:
        try:
            event: dict[str, Any] = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise Unavailable(messages.WATCH_BROKEN(cluster=self._client.name)) from error
        body = event.get("object") or {}
        if event.get("type") == "ERROR":
            if body.get("code") == 410:
                raise Gone(body.get("message"))
            raise Unavailable(messages.WATCH_ENDED(cluster=self._client.name, message=body.get("message")))
        self._revisions[path] = body["metadata"]["resourceVersion"]
        if event.get("type") != "BOOKMARK":
            try:
                (self._there.discard if event["type"] == "DELETED" else self._there.add)(_where(path, body))
                self._handlers.changed(event["type"], body)
            except Exception:  # the next object is well all the same
                logger.exception(
                    "an object of a cluster cannot be taken", cluster=self._client.name, path=path
                )


def _where(path: str, body: Mapping[str, Any]) -> str:
    """The path of an object that was found below a path."""
    meta = body["metadata"]
    root, _, plural = path.rpartition("/")
    narrow = "namespace" not in meta or "/namespaces/" in path
    return (
        f"{path}/{meta['name']}"
        if narrow
        else f"{root}/namespaces/{meta['namespace']}/{plural}/{meta['name']}"
    )


def _chosen(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether labels are as a selector of the form `a,b=c` wants them."""
    terms = (term.partition("=") for term in selector.split(",") if term)
    return all(name in labels and (not equal or labels[name] == value) for name, equal, value in terms)
