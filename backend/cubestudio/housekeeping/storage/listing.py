"""What takes the space of the store, and which of its objects no row refers to."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from cubestudio.clusters.actions import log_key
from cubestudio.clusters.model import Pod
from cubestudio.core.db import Reader, pieces
from cubestudio.core.store import Stored
from cubestudio.images import listing as images
from cubestudio.models import listing as models
from cubestudio.pipelines.runs import listing as runs
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.projects.storage import actions as storage
from cubestudio.projects.storage.model import DiscardedObject
from cubestudio.workloads.model import Workload

AGE = timedelta(days=1)
"""How long an object stays to which no row refers: uploads wait for their registration."""


class StorageKind(StrEnum):
    RUN_FILES = "run_files"
    LOGS = "logs"
    MODELS = "models"
    IMAGES = "images"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Part:
    """What one kind of thing takes of the store, in bytes."""

    kind: StorageKind
    bytes: int


async def usage(conn: Reader, project: str) -> list[Part]:
    """Return what takes the space of a project."""
    logs = select(func.coalesce(func.sum(Pod.log_size + Pod.index_size), 0)).where(Pod.project_id == project)
    waits = select(func.coalesce(func.sum(DiscardedObject.size), 0))
    waits = waits.where(DiscardedObject.project_id == project)
    return [
        Part(StorageKind.RUN_FILES, await runs.stored(conn, project)),
        Part(StorageKind.LOGS, int((await conn.execute(logs)).scalar_one())),
        Part(StorageKind.MODELS, await models.stored(conn, project)),
        Part(StorageKind.IMAGES, await images.stored(conn, project)),
        Part(StorageKind.DISCARDED, int((await conn.execute(waits)).scalar_one())),
    ]


async def orphans(conn: Reader, objects: Sequence[Stored], now: datetime) -> list[Stored]:
    """Return those of the objects that are older than a day and to which no row refers. What is not named as
    a file of a project, a log or a result of a gang is never one."""
    by_folder: dict[str, dict[str, list[Stored]]] = defaultdict(lambda: defaultdict(list))
    for each in objects:
        parts = each.key.split("/")
        if now - each.modified > AGE and len(parts) > 2:
            owner = parts[2] if parts[0] == "logs" else parts[1]
            by_folder[parts[0]][owner].append(each)
    found: list[Stored] = []
    for project, files in by_folder["artifacts"].items():
        since = await _unsettled(conn, project)
        used = await storage.referenced(conn, project, [each.key for each in files])
        found += [each for each in files if each.key not in used and (not since or each.modified < since)]
    kept = await _logs(conn, by_folder["logs"].keys())
    found += [each for files in by_folder["logs"].values() for each in files if each.key not in kept]
    going = await _going(conn, by_folder["posted"].keys())
    found += [each for run, files in by_folder["posted"].items() if run not in going for each in files]
    return found


async def _unsettled(conn: Reader, project: str) -> datetime | None:
    """Return since when a project has work whose results may not be recorded yet."""
    oldest = select(func.min(Workload.requested_at))
    return (
        await conn.execute(oldest.where(Workload.project_id == project, Workload.released_at.is_(None)))
    ).scalar_one()


async def _logs(conn: Reader, pods: Collection[str]) -> set[str]:
    """Return the objects that hold the logs of pods."""
    found: set[str] = set()
    for piece in pieces(sorted(pods)):
        for row in await conn.execute(select(Pod.id, Pod.segments).where(Pod.id.in_(piece))):
            found |= {log_key(row.id, start, kind) for start, _ in row.segments for kind in ("log", "idx")}
    return found


async def _going(conn: Reader, keys: Collection[str]) -> set[str]:
    """Return those of the runs that have not ended."""
    found: set[str] = set()
    open_ = Run.state.in_([state.value for state in RunState if not state.final])
    for piece in pieces(sorted(keys)):
        found |= set((await conn.execute(select(Run.id).where(Run.id.in_(piece), open_))).scalars())
    return found
