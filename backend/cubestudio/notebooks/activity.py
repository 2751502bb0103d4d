"""What goes on in a notebook, asked of its own server: whether it is in use; and having its pages save."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import orjson

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, log, tasks
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Conflict, NotFound, Refusal, Unavailable
from cubestudio.core.relay import fetch
from cubestudio.notebooks import access, actions, listing, messages, plan, spec
from cubestudio.notebooks.actions import key
from cubestudio.notebooks.model import NotebookState, Sharing

logger = log.get(__name__)
PATIENCE = 5.0
"""Seconds that a notebook has to answer about itself."""
SAVING = 12.0
"""Seconds that it has to save: it waits 8 itself for the pages that are open."""
LATELY = timedelta(minutes=2)
"""How old a measurement of use may be to say that something is at work; metrics-server is a minute behind."""
FRESH, AGAIN = timedelta(seconds=10), 15.0
"""While somebody watches a notebook it is looked at every 15 s, and never when the last look is younger than
10 s."""
UNSAID = (Refusal, OSError, TimeoutError, KeyError, TypeError, ValueError, AttributeError)
"""What asking a notebook raises when it does not answer, or not as it should."""


async def ask(ctx: AppContext, row: Any, path: str, method: str = "GET", patience: float = PATIENCE) -> Any:
    """What a notebook's own server says of itself, as JSON; by its row, which has id, kind, cluster and
    starts."""
    header = spec.secret_header(row.kind, key(ctx, row.id, row.starts))
    async with asyncio.timeout(patience):
        link = await clusters.cluster_of(ctx, row.cluster).connect(spec.workload_name(row.id, row.starts))
        try:
            status, body = await fetch(
                link, f"{spec.base(row.id)}cube/{path}", [header] if header else [], method=method
            )
        finally:
            await link.close()
    if status != 200:
        raise Unavailable(f"it answered with {status}")
    return orjson.loads(body)


async def consider(ctx: AppContext, notebook: str) -> None:
    """One look at one notebook."""
    async with ctx.db.read() as conn:
        row = await listing.whole(conn, notebook)
        if row is None or row.state != NotebookState.RUNNING.value:
            return
        pods = [pod for pod in await clusters.pods_of(conn, row.id) if pod.state == "Running"]
    now = clock.now()
    signals: list[plan.Signal] = []
    pages: int | None = None
    if spec.KINDS[row.kind].reports:
        try:
            told = await ask(ctx, row, "activity")
            signals += [plan.kernels(told["kernels"]), plan.terminals(told["terminals"])]
            pages = len(told["pages"]) if "pages" in told else None
        except UNSAID as error:
            logger.warning("a notebook does not say what goes on in it", notebook=row.id, error=repr(error))
            signals += plan.silent("it does not say what goes on in it")
    cores, cards = await used(ctx, row.cluster, [pod.id for pod in pods])
    signals += [signal for signal in [plan.cpu(cores), plan.gpu(cards)] if signal]
    async with ctx.db.write() as tx:
        await actions.looked(tx, row.id, row.starts, found=signals, now=now, pages=pages)


async def used(ctx: AppContext, cluster: str, pods: list[str]) -> tuple[float | None, float | None]:
    """Cores and cards that pods used of late; None for what nobody measures."""
    cores: list[float] = []
    cards: list[float] = []
    for pod in pods:
        try:
            points = await clusters.cluster_of(ctx, cluster).usage(pod, clock.now() - LATELY)
        except (NotFound, Unavailable):
            continue
        for found, values in (
            (cores, [point.cpu for point in points]),
            (cards, [point.gpu for point in points if point.gpu is not None]),
        ):
            if values:
                found.append(sum(values) / len(values))
    return sum(cores) if cores else None, sum(cards) if cards else None


@contextlib.asynccontextmanager
async def watched(ctx: AppContext, notebook: str) -> AsyncIterator[None]:
    """Look at a notebook again and again while somebody watches it, so that what its page says of it is
    true."""
    task = asyncio.create_task(_watch(ctx, notebook), name=f"watching {notebook}")
    try:
        yield
    finally:
        await tasks.end([task])


async def _watch(ctx: AppContext, notebook: str) -> None:
    while True:
        try:
            async with ctx.db.read() as conn:
                row = (await listing.notebooks_by_id(conn, [notebook])).get(notebook)
            before = (row.activity or {}).get("at") if row is not None else None
            if row is not None and (before is None or clock.now() - datetime.fromisoformat(before) >= FRESH):
                await consider(ctx, notebook)
        except Refusal as refusal:
            logger.warning("a notebook could not be looked at", notebook=notebook, error=refusal.message)
        except Exception:
            logger.exception("a notebook could not be looked at", notebook=notebook)
        await asyncio.sleep(AGAIN)


async def use(ctx: AppContext, row: Any) -> plan.Use | None:
    """What stopping a running notebook would end or lose; None when it cannot say so."""
    if not spec.KINDS[row.kind].reports:
        return None
    try:
        return plan.use(await ask(ctx, row, "activity"))
    except UNSAID as error:
        logger.warning("a notebook does not say what goes on in it", notebook=row.id, error=repr(error))
        return None


async def save(ctx: AppContext, viewer: Viewer, notebook: str) -> None:
    """Have the open pages of a notebook save what is unsaved in them; Conflict when something stays unsaved.
    What runs no JupyterLab has nothing that the platform could save."""
    async with ctx.db.read() as conn:
        held = await access.stopping(conn, viewer, notebook)
        row = (await listing.notebooks_by_id(conn, [held.id]))[held.id]
    if held.state != NotebookState.RUNNING or not spec.KINDS[held.kind].reports:
        return
    try:
        left = plan.unsaved(await ask(ctx, row, "save", "POST", SAVING))
    except UNSAID as error:
        logger.warning("a notebook could not be asked to save", notebook=notebook, error=repr(error))
        raise Conflict(messages.NOTEBOOK_NOT_ANSWERING_SAVE(), field="save") from error
    if left:
        message = (
            messages.NOTEBOOK_FILES_NOT_SAVED(files=left[:3])
            if held.may_open != Sharing.NONE
            else messages.NOTEBOOK_SOME_NOT_SAVED()
        )
        raise Conflict(message, field="save")
