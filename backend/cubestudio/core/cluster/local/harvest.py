"""What a pod left: its values, and its files, which are put into the store.

An agent with the rights of the project reads them and sends bytes; here they are digested while they are
written, so that a digest is always that of what is stored. Storing has a thread for each pod, and an agent
for each pod, so that nobody waits for the files of somebody else; it ends when its agent's socket is closed.
"""

import asyncio
import contextlib
import mimetypes
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from cubestudio.core import log
from cubestudio.core.cluster import outputs
from cubestudio.core.cluster.local.agents import Agents, Owner, decoded
from cubestudio.core.cluster.local.agents import Refused as NoAnswer
from cubestudio.core.cluster.local.folder import MOST_METRICS, Refused
from cubestudio.core.cluster.port import Artifact, Outcome, artifact_key
from cubestudio.core.errors import Unavailable
from cubestudio.core.inputs import values as inputs
from cubestudio.core.store import Store

logger = log.get(__name__)
AGAIN = 2.0
"""Seconds before a store that did not take a file is asked again."""


@dataclass
class Progress:
    """How far storing has come: bytes done and in all, files in all, and what it waits for, if it waits."""

    done: int = 0
    total: int = 0
    files: int = 0
    waits: str | None = None

    def __str__(self) -> str:
        if self.waits:
            return f"its files wait to be stored: {self.waits}"
        return f"its files are being stored: {outputs.size(self.done)} of {outputs.size(self.total)}"


@dataclass(frozen=True)
class Survey:
    """The small things that a pod left: the bytes of outputs.json (None: no such file) or why they cannot be
    read, those of metrics.json, and whether there are files at all."""

    values: bytes | None
    problem: str | None
    metrics: bytes | None
    files: bool


async def survey(agents: Agents, owner: Owner, pod: str) -> Survey:
    """Raises Refused."""
    try:
        told = await agents.ask(owner, {"do": "survey", "pod": pod, "most": MOST_METRICS})
        problem = told["problem"]
        return Survey(
            decoded(told["values"]),
            None if problem is None else str(problem),
            decoded(told["metrics"]),
            bool(told["files"]),
        )
    except (NoAnswer, KeyError, TypeError) as error:
        raise Refused(f"what it left cannot be read: {error}") from error


def values(found: Survey, wanted: Sequence[str]) -> dict[str, Any]:
    """The output values. Raises Refused, also when one that is wanted is missing."""
    if found.problem:
        raise Refused(found.problem)
    try:
        return inputs.outputs(found.values, wanted)
    except ValueError as error:
        raise Refused(str(error)) from error


class Collector:
    """Puts the files of one pod into the store. `patient`: wait until the store takes them; what failed is
    not waited for, because it may be what fills the disk."""

    def __init__(self, store: Store, project: str, *, patient: bool, most_bytes: int):
        self._store = store
        self._project = project
        self._patient = patient
        self._most_bytes = most_bytes
        self.progress = Progress()
        self._artifacts: list[Artifact] = []
        self._warnings: list[str] = []
        self._over = threading.Event()

    async def collect(self, agents: Agents, owner: Owner, pod: str, shown: str, seconds: float) -> Outcome:
        """`shown`: the output folder as the pod saw it. Its files, and warnings about those that could not be
        taken. Cancelling it ends it at once. Raises Refused, unless it is of a pod that failed: of that, what
        was stored so far is kept."""
        loop = asyncio.get_running_loop()
        link = agents.open(owner)
        link.setblocking(True)
        ended: asyncio.Future[None] = loop.create_future()
        worker = threading.Thread(
            target=self._work, args=(loop, ended, link, pod, shown), name=f"files of {pod}", daemon=True
        )
        worker.start()
        try:
            async with asyncio.timeout(seconds):
                await asyncio.shield(ended)
        except TimeoutError as error:
            self._give_up(
                Refused(f"its files could not be stored within {seconds:g} s ({self.progress})"), error
            )
        except Refused as error:
            self._give_up(error, None)
        finally:
            self._over.set()
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            if ended.done():
                link.close()
            else:
                ended.add_done_callback(lambda _: link.close())
        return Outcome({}, tuple(self._artifacts), tuple(self._warnings))

    def _give_up(self, refused: Refused, cause: BaseException | None) -> None:
        if self._patient:
            raise refused from cause
        self._warnings.append(str(refused))

    def _work(
        self,
        loop: asyncio.AbstractEventLoop,
        ended: asyncio.Future[None],
        link: socket.socket,
        pod: str,
        shown: str,
    ) -> None:
        error: BaseException | None = None
        try:
            self._receive(loop, link, pod, shown)
        except Refused as refused:
            error = refused
        except Exception as failure:
            error = Refused(f"its files could not be stored: {failure}")

        def tell() -> None:
            if not ended.done():
                ended.set_result(None) if error is None else ended.set_exception(error)
                ended.exception()

        with contextlib.suppress(RuntimeError):  # the loop is gone, and with it whoever waited
            loop.call_soon_threadsafe(tell)

    def _receive(self, loop: asyncio.AbstractEventLoop, link: socket.socket, pod: str, shown: str) -> None:
        request = {
            "do": "collect",
            "pod": pod,
            "shown": shown,
            "most_bytes": self._most_bytes,
            "most_files": outputs.MOST_FILES,
        }
        link.sendall(orjson.dumps(request) + b"\n")
        stream = link.makefile("rb")
        told = _result(stream)
        self.progress.total, self.progress.files = int(told["bytes"]), int(told["files"])
        while "path" in (part := _result(stream)):
            self._part(loop, stream, str(part["path"]), part["media"])
        self._warnings += [str(warning)[:1000] for warning in part["warnings"][: outputs.MOST_NAMED + 1]]

    def _part(self, loop: asyncio.AbstractEventLoop, stream, path: str, media: str | None) -> None:
        if outputs.impossible(path):
            raise Refused(f"an agent names a file {outputs.readable(path)}, which cannot be a name")
        with self._store.stage() as staged:
            kind, data = _frame(stream)
            while kind == b"D":
                self._patiently(lambda data=data: staged.write(data))
                self.progress.done += len(data)
                kind, data = _frame(stream)
            if kind != b"J":
                raise Refused(_problem(data))
            key = artifact_key(self._project, staged.sha256)
            self._patiently(
                lambda: asyncio.run_coroutine_threadsafe(self._store.keep(staged, key), loop).result()
            )
            known = media if media in (outputs.FOLDER, outputs.LINK, outputs.PACKED) else None
            found = known or mimetypes.guess_type(path)[0] or "application/octet-stream"
            self._artifacts.append(
                Artifact(path=path, size=staged.size, sha256=staged.sha256, media_type=found[:100], key=key)
            )

    def _patiently(self, act: Callable[[], Any]) -> None:
        """Do it; while a full disk or a store that is away does not allow it, wait. That delays the end of a
        step and loses nothing."""
        while not self._over.is_set():
            try:
                act()
            except (OSError, Unavailable) as error:
                if not self._patient:
                    raise Refused(f"its files could not be stored: {error}") from error
                if self.progress.waits is None:
                    logger.warning("files of a step cannot be stored yet", error=str(error)[:200])
                self.progress.waits = str(error)[:200]
                self._over.wait(AGAIN)
            else:
                self.progress.waits = None
                return
        raise Refused("storing its files was ended")


def _frame(stream) -> tuple[bytes, bytes]:
    head = stream.read(5)
    length = int.from_bytes(head[1:], "big")
    if len(head) < 5 or length > 64 * 2**20:
        raise Refused("what reads its files ended")
    data = stream.read(length)
    if len(data) < length:
        raise Refused("what reads its files ended")
    return head[:1], data


def _result(stream) -> dict[str, Any]:
    kind, data = _frame(stream)
    if kind != b"J":
        raise Refused(_problem(data))
    told = orjson.loads(data)
    if not isinstance(told, dict):
        raise Refused("what reads its files does not make sense")
    return told


def _problem(data: bytes) -> str:
    with contextlib.suppress(orjson.JSONDecodeError, KeyError, TypeError):
        return f"its files cannot be read: {str(orjson.loads(data)['error'])[:500]}"
    return "its files cannot be read"
