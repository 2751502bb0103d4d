"""What one cluster reports, written down.

Observations come from pods, and what pods say is hostile. A batch is one transaction, because that is cheap;
whatever goes wrong with one observation must cost that observation alone, and neither its neighbours nor the
loop. So a batch that fails is halved until the one that is to blame stands alone. That one is recorded as far
as it can be, with a message about what is missing; if even that is impossible it is dropped with a line in
the log. A database that does not answer is nobody's fault: then everything waits.
"""

import asyncio
import dataclasses
import math
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from cubestudio.core import ids, log
from cubestudio.core.cluster.port import NodeState, Observation, PodStatus, StepStatus, Synced, WorkloadStatus
from cubestudio.core.context import AppContext
from cubestudio.core.db import Outbox, Tx, Unanswered
from cubestudio.core.errors import Unavailable
from cubestudio.core.numeric import INT64
from cubestudio.pipelines.steps.model import NOT_RECORDED
from cubestudio.projects.secrets import actions as secrets
from cubestudio.projects.secrets.spec import Mask
from cubestudio.workloads import actions as workloads

logger = log.get(__name__)
PAUSE = 0.1
LONGEST_PAUSE = 5.0
PATIENCE = 5
"""How often a batch is tried again before it is asked whether the database or the batch is to blame."""
MOST_TEXT = 10_000
"""Characters of a message of an observation that could not be recorded as it was."""

Seen = PodStatus | StepStatus | WorkloadStatus


def masked(seen: Sequence[Seen], masks: Mapping[str, Mask]) -> list[Seen]:
    """Return observations whose messages contain no secrets of their projects."""
    return [
        replace(each, message=masks[each.labels["cubestudio/project"]].text(each.message))
        if each.message
        else each
        for each in seen
    ]


class Recorder:
    """Writes down what one cluster reports."""

    def __init__(self, ctx: AppContext, cluster: str):
        self._ctx = ctx
        self._cluster = cluster
        self._masks: dict[str, tuple[tuple[str, ...], Mask]] = {}

    async def write(self, batch: Sequence[Observation]) -> None:
        """Record observations in their order. Returns when each is recorded or given up."""
        pause, tries = PAUSE, 0
        while True:
            try:
                return await self._once(batch)
            except Unavailable as error:
                tries += isinstance(error, Unanswered)
                if tries > PATIENCE and await self._writable():
                    return await self._blame(batch, error)
                logger.warning(
                    "observations wait for the database", observations=len(batch), error=error.message
                )
            except Exception as error:
                return await self._blame(batch, error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _blame(self, batch: Sequence[Observation], error: Exception) -> None:
        """Record a batch that cannot be recorded as a whole, in halves."""
        if len(batch) > 1:
            middle = len(batch) // 2
            await self.write(batch[:middle])
            await self.write(batch[middle:])
        elif isinstance(error, IntegrityError):
            # Deleted here meanwhile, or left on the cluster by an installation of the same name.
            logger.warning(
                "observation of something unknown dropped", **about(batch[0]), error=str(error.orig)[:300]
            )
        else:
            await self._alone(batch[0], error)

    async def _alone(self, observation: Observation, error: Exception) -> None:
        """Record as much of an observation as can be."""
        logger.error("observation cannot be recorded as it is", **about(observation), error=brief(error))
        for less in (observation, plain(observation), bare(observation)):
            while True:
                try:
                    return await self._once([less])
                except Exception as again:
                    error = again
                busy = isinstance(error, Unavailable) and not isinstance(error, Unanswered)
                if not busy and await self._writable():
                    break
                await asyncio.sleep(1)
        # Where it happened, without the values, which may be huge and may be secrets.
        where = "".join(traceback.format_tb(error.__traceback__, limit=-6))
        logger.error("observation dropped", **about(observation), error=brief(error), trace=where)

    async def _writable(self) -> bool:
        """Whether the database takes something else."""
        key = ids.new()

        async def work(tx: Tx) -> None:
            await tx.execute(insert(Outbox).values(id=key, body=["probe"], attempts=0))
            await tx.execute(delete(Outbox).where(Outbox.id == key))

        try:
            await self._ctx.db.transact(work)
        except Exception as error:
            logger.warning("database takes no writes", error=brief(error))
            return False
        return True

    async def _once(self, batch: Sequence[Observation]) -> None:
        seen = [each for each in batch if not isinstance(each, Synced) and each.labels]
        if not seen:
            return
        masks = await self.masks_of({each.labels["cubestudio/project"] for each in seen if each.message})
        seen = masked(seen, masks)

        async def work(tx: Tx) -> None:
            await workloads.observe(tx, self._ctx.kinds, self._cluster, seen)

        await self._ctx.db.transact(work)

    async def masks_of(self, projects: set[str]) -> dict[str, Mask]:
        """What must not be written down of projects' secrets."""
        if not projects:  # most observations have no message, and the database need not be asked for them
            return {}
        async with self._ctx.db.read() as conn:
            sealed = await secrets.sealed_of(conn, projects)
        for project in projects:
            known = sealed.get(project, ())
            if project not in self._masks or self._masks[project][0] != known:
                self._masks[project] = (known, Mask(self._opened(known)))
        return {project: self._masks[project][1] for project in projects}

    def _opened(self, sealed: tuple[str, ...]) -> list[str]:
        found = []
        for each in sealed:
            try:
                found.append(self._ctx.vault.unseal(each))
            except ValueError as error:
                logger.error("a secret of a project cannot be opened", error=str(error))
        return found


def brief(error: Exception) -> str:
    """An error for the log, whatever is in it."""
    try:
        return repr(error)[:300]
    except Exception:
        return type(error).__name__


def about(observation: Observation) -> dict[str, Any]:
    """What an observation is of, for the log."""
    if isinstance(observation, Synced):
        return {"of": "present"}
    labels = {name: observation.labels.get(f"cubestudio/{name}") for name in ("kind", "id", "project")}
    told = {"of": type(observation).__name__, "workload": observation.workload, **labels}
    if isinstance(observation, PodStatus):
        return {**told, "pod": observation.id, "metrics": len(observation.metrics)}
    return (
        {**told, "pod": observation.pod, "step": observation.node, "item": observation.item}
        if isinstance(observation, StepStatus)
        else told
    )


def plain(observation: Observation) -> Observation:
    """An observation without metrics, and without what no database takes in its other fields: it says the
    same otherwise."""
    if isinstance(observation, Synced):
        return observation
    kept = {"labels", "outcome", "value", "state", "metrics"}
    values = {
        each.name: _clean(getattr(observation, each.name))
        for each in dataclasses.fields(observation)
        if each.name not in kept
    }
    needed = {each.name: each.default for each in dataclasses.fields(observation) if each.name in values}
    values = {
        name: needed[name] if value is None and needed[name] is not dataclasses.MISSING else value
        for name, value in values.items()
    }
    values |= {name: values[name] or 0 for name in ("attempt", "sequence", "generation") if name in values}
    return replace(observation, **values | ({"metrics": ()} if isinstance(observation, PodStatus) else {}))


def _clean(value: Any) -> Any:
    """A value that every database takes: None for a number or a time that one does not."""
    match value:
        case bool():
            return value
        case int():
            return value if INT64[0] <= value <= INT64[1] else None
        case float():
            return value if math.isfinite(value) and abs(value) < 1e300 else None
        case datetime():
            return value if value.tzinfo is not None and 1970 <= value.year < 9999 else None
        case str():
            return value.replace("\0", "\ufffd").encode(errors="replace").decode()[:MOST_TEXT]
        case tuple():
            return tuple(each for each in map(_clean, value) if each is not None)
    return value


def bare(observation: Observation) -> Observation:
    """An observation without what it carries. A step that would have succeeded has failed: what it left is
    lost."""
    observation = plain(observation)
    if not isinstance(observation, StepStatus):
        return observation if isinstance(observation, Synced) else replace(observation, message=None)
    good = observation.state in (NodeState.SUCCEEDED, NodeState.GIVEN)
    words = "What the step left could not be recorded; the platform's log says why."
    lost = {"state": NodeState.FAILED, "reason": NOT_RECORDED, "message": words} if good else {}
    return replace(observation, outcome=None, value=None, items=None, **lost)
