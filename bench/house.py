"""A platform with many runs in it, for the measurements that need one."""

import contextlib
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from cubestudio.app import App, init, running
from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.pipelines.model import Pipeline, Version
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.steps.model import Step
from cubestudio.projects import actions as projects
from cubestudio.users import actions as users

NAMES = ("load", "split", "train", "evaluate", "report")


@contextlib.asynccontextmanager
async def house(
    count: int = 0, roles: frozenset[str] = frozenset(), **settings: Any
) -> AsyncIterator[tuple[App, Viewer]]:
    """A running platform with `count` runs of five steps each."""
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    wanted = Settings(home=home, **settings)
    await init(wanted)
    async with running(wanted, roles) as app:
        async with app.ctx.db.write() as tx:
            viewer = Viewer(id=await users.administrator(tx), name="admin", admin=True)
            project = await projects.create(tx, viewer, "p", "", "local")
        if count:
            await fill(app, viewer, project, count)
        yield app, viewer


async def fill(app: App, viewer: Viewer, project: str, count: int) -> None:
    now = clock.now()
    pipeline, version = ids.new(), ids.new()
    about = {"created_by": viewer.id, "created_at": now}
    async with app.ctx.db.write() as tx:
        await tx.execute(
            insert(Pipeline).values(
                id=pipeline,
                project_id=project,
                name="x",
                description="",
                latest=1,
                runs=count,
                changed_at=now,
                **about,
            )
        )
        await tx.execute(
            insert(Version).values(
                id=version, pipeline_id=pipeline, number=1, definition={}, digest="", **about
            )
        )
    for start in range(0, count, 2000):
        runs, steps = [], []
        for number in range(start, min(start + 2000, count)):
            run = ids.new()
            strip = [[name, "Succeeded"] for name in NAMES]
            runs.append(
                {
                    "id": run,
                    "project_id": project,
                    "pipeline_id": pipeline,
                    "version_id": version,
                    "number": number + 1,
                    "state": "Succeeded",
                    "params": {},
                    "cluster": "local",
                    "priority": 0,
                    "strip": strip,
                    "counts": {"Succeeded": 5},
                    "started_at": now,
                    "finished_at": now + timedelta(seconds=9),
                    **about,
                }
            )
            steps += [
                {
                    "id": ids.new(),
                    "run_id": run,
                    "pipeline_id": pipeline,
                    "name": name,
                    "item": -1,
                    "template": "shell",
                    "position": place,
                    "state": "Succeeded",
                    "attempt": 1,
                    "needs": [],
                    "parts": {},
                    "seq": 1,
                }
                for place, name in enumerate(NAMES)
            ]
        async with app.ctx.db.write() as tx:
            await tx.execute(insert(Run), runs)
            await tx.execute(insert(Step), steps)
