"""Deleting runs with everything that is theirs: steps, logs, metrics, files.

The rows of a run go in one transaction, and what only they referred to in the store is discarded in the same
one. So a process that is killed leaves a run or none, and no bytes that nothing knows of: a job of
`projects.storage` deletes the discarded objects, again if need be. Files are stored by their content. What
another run, a version of a model, an image, a notebook or a service refers to stays."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from cubestudio.clusters import actions as clusters
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx, pieces
from cubestudio.core.errors import Conflict, Fault, Invalid, Refusal
from cubestudio.core.message import Text
from cubestudio.pipelines import messages
from cubestudio.pipelines.runs import access, listing
from cubestudio.pipelines.runs.events import RunDeleted
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.steps.model import Artifact
from cubestudio.projects.model import Role
from cubestudio.projects.storage import actions as storage
from cubestudio.workloads import listing as workloads

MOST = 100
"""Runs that one request deletes."""
Keeps = Callable[[Reader, Sequence[str]], Awaitable[Mapping[str, Text]]]
KEEPERS: list[Keeps] = []
"""ids of runs → {run that is still needed: by what}; filled by the rooms above by `app.ROOMS`."""


@dataclass(kw_only=True, frozen=True)
class Deleted:
    """Runs that were deleted, the bytes that this frees, and why others were not."""

    runs: Sequence[str]
    bytes: int
    faults: Sequence[Fault]


async def request(tx: Tx, viewer: Viewer, keys: Sequence[str]) -> Deleted:
    """Delete runs that have ended. One that cannot be deleted does not keep the others; when none can be, it
    is refused."""
    if not 0 < len(keys) <= MOST:
        raise Invalid(messages.RUNS_COUNT_OUT_OF_RANGE(most=MOST), field="ids")
    found: dict[str, list[str]] = {}
    refusals: list[Refusal] = []
    needed = await kept(tx, keys)
    for place, key in enumerate(keys):
        try:
            held = await access.run(tx, viewer, key, Role.MEMBER)
            if not held.state.final:
                raise Conflict(messages.RUN_IN_PROGRESS(number=held.number, state=held.state))
            if held.pinned:
                raise Conflict(messages.RUN_PINNED(number=held.number))
            if reason := needed.get(key):
                raise Conflict(messages.RUN_NEEDED(number=held.number, reason=reason))
            found.setdefault(held.project_id, []).append(held.id)
        except Refusal as refusal:
            refusal.field = f"ids[{place}]"
            refusals.append(refusal)
    faults = [Fault(each.message, each.field, each.hint, each.code) for each in refusals]
    if not found:
        raise refusals[0] if len(refusals) == 1 else Invalid.many(faults, messages.RUNS_NOT_DELETED)
    runs = {project: list(dict.fromkeys(each)) for project, each in found.items()}
    freed = [await remove(tx, project, each) for project, each in runs.items()]
    return Deleted(runs=[run for each in runs.values() for run in each], bytes=sum(freed), faults=faults)


async def kept(conn: Reader, runs: Sequence[str]) -> dict[str, Text]:
    """Return the runs that something still needs, and what."""
    found: dict[str, Text] = {}
    for keeps in KEEPERS:
        for piece in pieces(runs):
            found |= await keeps(conn, piece)
    return found


async def files_of(conn: Reader, project: str, runs: Sequence[str]) -> dict[str, int]:
    """Return the stored files that these runs of a project have and nothing else refers to: {key: bytes}."""
    own: Counter[str] = Counter()
    sizes: dict[str, int] = {}
    counted = select(Artifact.key, func.max(Artifact.size).label("size"), func.count().label("rows"))
    for piece in pieces(runs):
        rows = await conn.execute(counted.where(Artifact.run_id.in_(piece)).group_by(Artifact.key))
        for row in rows:
            own[row.key] += row.rows
            sizes[row.key] = row.size
    alone: set[str] = set()
    for piece in pieces(sorted(own)):
        rows = await conn.execute(counted.where(Artifact.key.in_(piece)).group_by(Artifact.key))
        alone |= {row.key for row in rows if row.rows == own[row.key]}
    used = await storage.referenced(conn, project, alone, but=listing.refers)
    return {key: sizes[key] for key in sorted(alone - used)}


async def bytes_of(conn: Reader, project: str, runs: Sequence[str]) -> int:
    """Return how many bytes the deletion of these runs of a project frees: files and logs."""
    files, logs = await files_of(conn, project, runs), await clusters.logs_of(conn, runs)
    return sum(files.values()) + sum(logs.values())


async def remove(tx: Tx, project: str, runs: Sequence[str]) -> int:
    """Delete runs of a project that have ended, and return how many bytes this frees. The logs of a run that
    its cluster has not released yet are still being stored; they go when it is released."""
    files, logs = await files_of(tx, project, runs), await clusters.logs_of(tx, runs)
    busy: set[str] = set()
    letters: list[str] = []
    for piece in pieces(runs):
        busy |= {row.owner_id for row in await workloads.unreleased_by(tx, piece)}
        letters += (await tx.execute(select(Run.id).where(Run.id.in_(piece), Run.posted > 0))).scalars().all()
    await storage.discard(tx, project, files | {f"posted/{run}/": 0 for run in letters})
    await remove_pods(tx, project, [run for run in runs if run not in busy])
    for run in busy:
        tx.record(RunDeleted(run, project))
    for piece in pieces(runs):
        await tx.execute(delete(Run).where(Run.id.in_(piece)))
    return sum(files.values()) + sum(logs.values())


async def remove_pods(tx: Tx, project: str, runs: Sequence[str]) -> None:
    """Delete the pods of runs, and discard their logs."""
    await storage.discard(tx, project, await clusters.logs_of(tx, runs))
    await clusters.remove(tx, runs)
