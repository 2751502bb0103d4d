"""The kinds of things that the commands get, describe and change: one table drives all commands."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import typer

from cubestudio.client import Client, Failed
from cubestudio.client.types import FoundKind

Row = Mapping[str, Any]
Act = Callable[[Client, str, str], Any]
"""What changes a thing: with the client, its id and its name."""


def failure(code: str, message: str) -> Failed:
    """Return the error of a command that found nothing, or too much."""
    return Failed([{"message": message, "extensions": {"code": code}}])


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of thing. `columns` and `wide` are the columns of its table and the paths of their values;
    `each` lists it, in a project where it has one; `get` reads one by id; `changes` follows the ids of those
    that change; `acts` are its verbs."""

    name: str
    plural: str
    short: tuple[str, ...] = ()
    found: FoundKind
    each: Callable[[Client, str | None], Iterable[Row]]
    get: Callable[[Client, str], Row | None]
    columns: dict[str, str]
    wide: dict[str, str] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    url: Callable[[Client, str], str] | None = None
    changes: Callable[[Client, str | None], Iterator[str]] | None = None

    def label(self, row: Row) -> str:
        """Return the name by which commands find a thing."""
        return f"{row['pipeline']['name']}#{row['number']}" if self.name == "run" else row["name"]

    def id(self, row: Row) -> str:
        """Return the id of a thing; that of a cluster is its name."""
        return row.get("id") or row["name"]


def _listed(each: Callable[[Client], Iterable[Row]]) -> Callable[[Client, str], Row | None]:
    """Return a function that reads one thing from the list of all."""
    return lambda client, id: next((row for row in each(client) if id in (row.get("id"), row["name"])), None)


def _within(project: str | None) -> dict[str, Any]:
    return {"project": project} if project else {}


def _changed(kind: FoundKind) -> Callable[[Client, str | None], Iterator[str]]:
    """Return a function that follows the ids of the objects of a kind that change."""
    return lambda client, project: (
        each["id"] for each in client.changed(**_within(project)) if each["kind"] == kind
    )


KINDS = (
    Kind(
        name="project",
        plural="projects",
        short=("proj",),
        found="PROJECT",
        each=lambda client, _: client.each_project(),
        get=Client.project,
        columns={"NAME": "name", "CLUSTER": "cluster", "ROLE": "viewerRole", "AGE": "createdAt"},
        wide={"DESCRIPTION": "description"},
        acts={"delete": lambda client, id, name: client.delete_project(id, name)},
    ),
    Kind(
        name="pipeline",
        plural="pipelines",
        short=("pl",),
        found="PIPELINE",
        each=lambda client, project: client.each_pipeline(**_within(project)),
        get=Client.pipeline,
        columns={
            "NAME": "name",
            "PROJECT": "project.name",
            "VERSION": "latest",
            "RUNS": "runCount",
            "AGE": "createdAt",
        },
        wide={"CHANGED": "changedAt", "DESCRIPTION": "description"},
        acts={
            "start": lambda client, id, _: client.start_run(id),
            "delete": lambda client, id, _: client.delete_pipeline(id),
        },
    ),
    Kind(
        name="run",
        plural="runs",
        found="RUN",
        changes=lambda client, project: (
            each["run"]["id"] for each in client.runs_changed(**_within(project))
        ),
        each=lambda client, project: client.each_run(**_within(project)),
        get=Client.run,
        columns={
            "NAME": "",
            "STATE": "state",
            "CLUSTER": "cluster",
            "USER": "author.name",
            "AGE": "createdAt",
        },
        wide={"ID": "id", "PRIORITY": "priority", "EXPLANATION": "explanation"},
        acts={
            "cancel": lambda client, id, _: client.cancel_run(id),
            "retry": lambda client, id, _: client.retry_run(id),
            "delete": lambda client, id, _: client.delete_runs([id]),
        },
    ),
    Kind(
        name="schedule",
        plural="schedules",
        short=("sched",),
        found="SCHEDULE",
        changes=_changed("SCHEDULE"),
        each=lambda client, project: client.each_schedule(**_within(project)),
        get=Client.schedule,
        columns={"NAME": "name", "PIPELINE": "pipeline.name", "PAUSED": "paused", "NEXT": "nextAt"},
        wide={"USER": "runAs.name", "CHANGED": "changedAt"},
        acts={
            "start": lambda client, id, _: client.resume_schedule(id),
            "stop": lambda client, id, _: client.pause_schedule(id),
            "delete": lambda client, id, _: client.delete_schedule(id),
        },
    ),
    Kind(
        name="search",
        plural="searches",
        found="SEARCH",
        changes=_changed("SEARCH"),
        each=lambda client, project: client.each_search(**_within(project)),
        get=Client.search,
        columns={
            "NAME": "name",
            "PROJECT": "project.name",
            "PIPELINE": "pipelineName",
            "STATE": "state",
            "AGE": "createdAt",
        },
        wide={"CLUSTER": "cluster", "USER": "author.name", "EXPLANATION": "explanation"},
        acts={
            "start": lambda client, id, _: client.resume_search(id),
            "stop": lambda client, id, _: client.stop_search(id),
            "delete": lambda client, id, _: client.delete_search(id),
        },
    ),
    Kind(
        name="notebook",
        plural="notebooks",
        short=("nb",),
        found="NOTEBOOK",
        changes=_changed("NOTEBOOK"),
        each=lambda client, project: client.each_notebook(**_within(project)),
        get=Client.notebook,
        columns={
            "NAME": "name",
            "PROJECT": "project.name",
            "KIND": "kind",
            "STATE": "state",
            "OWNER": "owner.name",
            "AGE": "createdAt",
        },
        wide={"CLUSTER": "cluster", "EXPLANATION": "explanation"},
        acts={
            "start": lambda client, id, _: client.start_notebook(id),
            "stop": lambda client, id, _: client.stop_notebook(id),
            "delete": lambda client, id, _: client.delete_notebook(id),
        },
        url=lambda client, id: client.open_notebook(id)["url"],
    ),
    Kind(
        name="image",
        plural="images",
        short=("img",),
        found="IMAGE",
        changes=_changed("IMAGE"),
        each=lambda client, project: client.each_image(**_within(project)),
        get=Client.image,
        columns={"NAME": "name", "PROJECT": "project.name", "VERSION": "latestNumber", "AGE": "createdAt"},
        wide={"DESCRIPTION": "description"},
        acts={"delete": lambda client, id, _: client.delete_image(id)},
    ),
    Kind(
        name="model",
        plural="models",
        found="MODEL",
        changes=_changed("MODEL"),
        each=lambda client, project: client.each_model(**_within(project)),
        get=Client.model,
        columns={
            "NAME": "name",
            "PROJECT": "project.name",
            "VERSION": "latestVersion.number",
            "AGE": "createdAt",
        },
        wide={"DESCRIPTION": "description"},
        acts={"delete": lambda client, id, _: client.delete_model(id)},
    ),
    Kind(
        name="service",
        plural="services",
        short=("svc",),
        found="SERVICE",
        changes=_changed("SERVICE"),
        each=lambda client, project: client.each_service(**_within(project)),
        get=Client.service,
        columns={
            "NAME": "name",
            "PROJECT": "project.name",
            "STATE": "state",
            "URL": "url",
            "AGE": "createdAt",
        },
        wide={"CLUSTER": "cluster", "ACCESS": "access", "USER": "author.name"},
        acts={
            "start": lambda client, id, _: client.start_service(id),
            "stop": lambda client, id, _: client.stop_service(id),
            "delete": lambda client, id, _: client.delete_service(id),
        },
        url=lambda client, id: client.open_service(id)["url"],
    ),
    Kind(
        name="template",
        plural="templates",
        short=("tpl",),
        found="TEMPLATE",
        each=lambda client, project: client.templates(**_within(project)),
        get=Client.template,
        columns={"NAME": "name", "CATEGORY": "category", "VERSION": "latest", "PROJECT": "project.name"},
        wide={"TITLE": "title"},
    ),
    Kind(
        name="cluster",
        plural="clusters",
        found="CLUSTER",
        each=lambda client, _: client.clusters(),
        get=_listed(Client.clusters),
        columns={"NAME": "name", "KIND": "kind", "REACHABLE": "reachable", "VERSION": "version"},
        wide={"SINCE": "since", "PROBLEM": "problem"},
    ),
    Kind(
        name="user",
        plural="users",
        found="USER",
        each=lambda client, _: client.each_user(),
        get=Client.user,
        columns={"NAME": "name", "EMAIL": "email", "ADMIN": "admin", "AGE": "createdAt"},
        wide={"ID": "id", "LAST SEEN": "lastSeenAt"},
    ),
    Kind(
        name="group",
        plural="groups",
        found="GROUP",
        each=lambda client, _: client.each_group(),
        get=_listed(Client.each_group),
        columns={"NAME": "name", "DESCRIPTION": "description"},
        wide={"ID": "id", "PROVIDER": "provider"},
        acts={"delete": lambda client, id, _: client.delete_group(id)},
    ),
)
NAMES = {word: kind for kind in KINDS for word in (kind.name, kind.plural, *kind.short)}


def named(word: str) -> Kind:
    """Return a kind by one of its names. Raises BadParameter."""
    kind = NAMES.get(word.lower())
    if kind is None:
        raise typer.BadParameter(
            f"There is no kind {word}. The kinds are {', '.join(each.plural for each in KINDS)}."
        )
    return kind


def lookup(client: Client, kind: Kind, name: str, project: str | None = None) -> Row:
    """Return a thing by its name or id, in a project when one is given. Raises Failed when there is none, or
    more than one."""
    text = name.replace("#", " #") if kind.name == "run" else name
    found = [
        each
        for each in client.find(text, first=20)
        if each["kind"] == kind.found and each["exact"] and project in (None, each["project"], each["id"])
    ]
    ids = {each["id"] for each in found if name in (each["name"], each["id"])} or {
        each["id"] for each in found
    }
    if len(ids) > 1:
        places = ", ".join(sorted(each["project"] or each["id"] for each in found))
        raise failure(
            "CONFLICT", f"{len(ids)} {kind.plural} are named {name}: {places}. Use --project or an id."
        )
    row = kind.get(client, ids.pop()) if ids else None
    if row is None:
        where = f" in project {project}" if project else ""
        raise failure("NOT_FOUND", f"{kind.name} {name} not found{where}.")
    return row
