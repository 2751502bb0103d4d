"""Objects by their global ids: which table has an id, and the root field that answers for its kind. Access is
decided there and nowhere else, so that `node(id)` never shows what `notebook(id)` would not."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, select, union_all

from cubestudio.clusters import api as clusters
from cubestudio.clusters.model import Pod
from cubestudio.core import ids
from cubestudio.core.db import Reader
from cubestudio.core.errors import Refusal
from cubestudio.core.graph.node import resolver
from cubestudio.images import api as images
from cubestudio.images.model import Build, Image
from cubestudio.models import api as models
from cubestudio.models.model import Model
from cubestudio.notebooks import api as notebooks
from cubestudio.notebooks.model import Notebook
from cubestudio.notifications import api as notifications
from cubestudio.notifications.model import Notification
from cubestudio.pipelines import api as pipelines
from cubestudio.pipelines.model import Pipeline
from cubestudio.pipelines.runs import api as runs
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.schedules import api as schedules
from cubestudio.pipelines.schedules.model import Schedule
from cubestudio.pipelines.steps.model import Step
from cubestudio.projects import api as projects
from cubestudio.projects.model import Project
from cubestudio.searches import api as searches
from cubestudio.searches.model import Search
from cubestudio.services import api as services
from cubestudio.services.model import Service
from cubestudio.templates import api as templates
from cubestudio.templates.model import Template
from cubestudio.users import api as users
from cubestudio.users.model import User

ROOTS: dict[str, tuple[Any, type, str]] = {
    "user": (User, users.Query, "user"),
    "project": (Project, projects.Query, "project"),
    "pod": (Pod, clusters.Query, "pod"),
    "template": (Template, templates.Query, "template"),
    "image": (Image, images.Query, "image"),
    "build": (Build, images.Query, "build"),
    "notebook": (Notebook, notebooks.Query, "notebook"),
    "model": (Model, models.Query, "model"),
    "service": (Service, services.Query, "service"),
    "pipeline": (Pipeline, pipelines.Query, "pipeline"),
    "run": (Run, runs.Query, "run"),
    "step": (Step, runs.Query, "step"),
    "schedule": (Schedule, schedules.Query, "schedule"),
    "search": (Search, searches.Query, "search"),
    "notification": (Notification, notifications.Query, "notification"),
}
"""Kinds of nodes: their table, and the root field that shows one."""


async def kinds_of(conn: Reader, keys: Sequence[str]) -> dict[str, str]:
    """Return the kind of each id that exists. Whether somebody may know that is not decided here."""
    keys = [key for key in keys if ids.is_id(key)]
    if not keys:
        return {}
    tables = (
        select(literal(kind).label("kind"), table.id.label("id")).where(table.id.in_(keys))
        for kind, (table, _, _) in ROOTS.items()
    )
    return {row.id: row.kind for row in await conn.execute(union_all(*tables))}


async def show(info: Any, kind: str, key: str) -> Any:
    """Return the object, or None when the viewer may not see it."""
    _, query, name = ROOTS[kind]
    try:
        return await resolver(query, name)(query, info, key)
    except Refusal:
        return None
