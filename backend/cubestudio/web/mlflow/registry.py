"""Endpoints of MLflow's model registry, which is the model registry of the project.

Code of a run registers what its step logged, and reads what is registered. It acts as the user who started
the run, with the permissions that this user has now. It cannot rename, change or delete anything, and an
alias such as production moves only when the version passes the platform's promotion checks."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import audit
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.models import actions as models
from cubestudio.models import listing
from cubestudio.models.model import Alias, Model, ModelVersion
from cubestudio.pipelines.runs import register
from cubestudio.pipelines.runs.model import Run
from cubestudio.projects import access as projects
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.web.mlflow import logged_models, payload
from cubestudio.web.mlflow.payload import between, objects, optional_text, text_of
from cubestudio.web.mlflow.registry_format import model_version, registered_model
from cubestudio.web.mlflow.request import ANY, ROOT, Call, Endpoints, Target
from cubestudio.web.mlflow.responses import AlreadyExists, DoesNotExist
from cubestudio.web.mlflow.search import Clause, matches, parse

MAX_SEARCHED = 200
"""Models, or versions of one model, that a search goes through."""


async def viewer_of(conn: Reader, target: Target) -> Viewer:
    """Return the user who started the run. Raises ValueError when the account is closed, and Forbidden when
    the user may no longer work in the project."""
    started = (await conn.execute(select(Run.created_by).where(Run.id == target.run))).scalar_one()
    viewer, closed = await users.behind(conn, started)
    if closed:
        raise ValueError(f"the account of {viewer.name}, who started the run, is closed")
    await projects.project(conn, viewer, target.project, Role.MEMBER)
    return viewer


async def model_of(conn: Reader, target: Target, name: Any) -> Row:
    """Return a model of the project by name. Raises DoesNotExist."""
    if not isinstance(name, str) or len(name) > 250:
        raise ValueError("the name of a model is text of at most 250 characters")
    statement = select(*Model.__table__.columns).where(Model.project_id == target.project, Model.name == name)
    row = (await conn.execute(statement)).one_or_none()
    if row is None:
        raise DoesNotExist(f"The project has no model {name[:60]}.")
    return row


async def version_of(conn: Reader, model: Row, number: Any) -> Row:
    """Return a version of a model by number. Raises DoesNotExist."""
    row = await listing.numbered(conn, model.id, between("version", number, 0, 2**31 - 1))
    if row is None:
        raise DoesNotExist(f"Model {model.name} has no version {str(number)[:20]}.")
    return row


# reads -----------------------------------------------------------------------------------------------


def arguments(call: Call) -> Mapping[str, Any]:
    """Return the arguments of a read: the query of GET, the body of POST."""
    return call.query if call.method == "GET" else call.body


@contextlib.asynccontextmanager
async def reading(call: Call) -> AsyncIterator[AsyncConnection]:
    """Read the registry as the user who started the run."""
    async with call.parts.db.read() as conn:
        await viewer_of(conn, call.target)
        yield conn


@contextlib.asynccontextmanager
async def reading_model(call: Call) -> AsyncIterator[tuple[AsyncConnection, Row, Sequence[Row]]]:
    """Read the requested model, and its aliases."""
    async with reading(call) as conn:
        model = await model_of(conn, call.target, arguments(call).get("name"))
        yield conn, model, (await listing.aliases_by_model(conn, [model.id]))[model.id]


async def get_model(call: Call) -> dict[str, Any]:
    """Return a model by name."""
    async with reading_model(call) as (conn, model, aliases):
        latest = (await listing.latest_by_model(conn, [model.id]))[model.id]
    return {"registered_model": registered_model(model, latest, aliases)}


async def get_latest_versions(call: Call) -> dict[str, Any]:
    """Return the latest version of a model, if it has one."""
    async with reading_model(call) as (conn, model, aliases):
        latest = (await listing.latest_by_model(conn, [model.id]))[model.id]
    return {"model_versions": [model_version(model, latest, aliases)] if latest else []}


async def get_version_by_alias(call: Call) -> dict[str, Any]:
    """Return the version that has an alias."""
    alias = arguments(call).get("alias")
    async with reading_model(call) as (conn, model, aliases):
        number = next((each.number for each in aliases if each.name == alias), None)
        if number is None:
            raise DoesNotExist(f"Model {model.name} has no alias {str(alias)[:60]}.")
        row = await version_of(conn, model, number)
    return {"model_version": model_version(model, row, aliases)}


async def get_version(call: Call) -> dict[str, Any]:
    """Return a version by number."""
    async with reading_model(call) as (conn, model, aliases):
        row = await version_of(conn, model, arguments(call).get("version"))
    return {"model_version": model_version(model, row, aliases)}


async def search_models(call: Call) -> dict[str, Any]:
    """Return the models of the project that match a filter, by name."""
    clauses, after, first = search_arguments(call)
    async with reading(call) as conn:
        rows, aliases = await candidates(conn, call.target, clauses)
        latest = await listing.latest_by_model(conn, [row.id for row in rows])
    found = [
        registered_model(row, latest[row.id], aliases[row.id])
        for row in rows
        if matches({"attributes": {"name": row.name}}, clauses)
    ]
    return payload.page("registered_models", found, after, first)


async def search_versions(call: Call) -> dict[str, Any]:
    """Return the versions in the project that match a filter, by the name of their model, newest first."""
    target = call.target
    clauses, after, first = search_arguments(call)
    found: list[dict[str, Any]] = []
    async with reading(call) as conn:
        rows, aliases = await candidates(conn, target, clauses)
        for row in rows:
            for version in await listing.versions_of(conn, row.id, MAX_SEARCHED):
                attributes = {"name": row.name, "version_number": version.number}
                if version.run_id == target.run and version.lineage.get("step") == target.step:
                    attributes["run_id"] = target.id
                if matches({"attributes": attributes, "tags": version.tags}, clauses):
                    found.append(model_version(row, version, aliases[row.id]))
    return payload.page("model_versions", found, after, first)


def search_arguments(call: Call) -> tuple[list[Clause], int, int]:
    """Return the clauses of a search, and the position and size of the requested page."""
    requested = arguments(call)
    clauses = parse(requested.get("filter"))
    first = between("max_results", requested.get("max_results"), 0, 200_000) or 100
    return clauses, between("page_token", requested.get("page_token"), 0, 2**31), first


async def candidates(
    conn: AsyncConnection, target: Target, clauses: list[Clause]
) -> tuple[Sequence[Row], Mapping[str, Sequence[Row]]]:
    """Return the models that a search goes through, and their aliases by model."""
    names = [str(value) for _, name, sign, value in clauses if (name, sign) == ("name", "=")]
    statement = select(*Model.__table__.columns).where(
        Model.project_id == target.project, *(Model.name == name for name in names)
    )
    rows = (await conn.execute(statement.order_by(Model.name).limit(MAX_SEARCHED))).all()
    return rows, await listing.aliases_by_model(conn, [row.id for row in rows])


# writes ----------------------------------------------------------------------------------------------


async def create_model(call: Call) -> dict[str, Any]:
    """Accept the name of a new model, which is created with its first version."""
    name = call.body.get("name")

    async def work(tx: Tx) -> dict[str, Any]:
        await viewer_of(tx, call.target)
        same = (Model.project_id == call.target.project, Model.name == named(str(name)))
        if (await tx.execute(select(Model.id).where(*same))).first() is not None:
            raise AlreadyExists(f"There is a model {name} already.")
        return {"registered_model": {"name": name, "tags": objects(call.body, "tags")}}

    return await call.parts.db.transact(work)


async def create_version(call: Call) -> dict[str, Any]:
    """Register a version with the files of a model that this step logged."""
    return await call.parts.db.transact(lambda tx: _create_version(tx, call))


async def set_alias(call: Call) -> dict[str, Any]:
    """Set an alias of a model to a version, if the version passes the promotion checks."""
    alias = call.body.get("alias")

    async def work(tx: Tx) -> dict[str, Any]:
        viewer = await viewer_of(tx, call.target)
        model = await model_of(tx.connection, call.target, call.body.get("name"))
        version = await version_of(tx.connection, model, call.body.get("version"))
        await models.set_alias(tx, viewer, version.id, str(alias), False)
        detail = {"version": version.number, "alias": alias}
        await _audit(tx, call, viewer, operation="setModelAlias", model=model.id, detail=detail)
        return {}

    return await call.parts.db.transact(work)


async def _create_version(tx: Tx, call: Call) -> dict[str, Any]:
    target, body = call.target, call.body
    viewer, name = await viewer_of(tx, target), named(str(body.get("name")))
    folder = await folder_of(tx.connection, target, body)
    about = {
        "description": optional_text(body, "description", 500),
        "tags": dict(text_of(each, 500) for each in objects(body, "tags")),
    }
    key, changed = await register.model(
        tx,
        call.parts.store,
        viewer,
        run=target.run,
        step=target.step,
        item=None if target.item < 0 else target.item,
        paths=[folder],
        name=name,
        told=about,
        running=True,
    )
    row = (await tx.execute(select(*ModelVersion.__table__.columns).where(ModelVersion.id == key))).one()
    model = await model_of(tx.connection, target, name)
    if changed:
        detail = {"step": target.step, "version": row.number}
        await _audit(tx, call, viewer, operation="registerModel", model=model.id, detail=detail)
    aliases = (await tx.execute(select(*Alias.__table__.columns).where(Alias.model_id == model.id))).all()
    return {"model_version": model_version(model, row, aliases)}


async def _audit(
    tx: Tx, call: Call, viewer: Viewer, operation: str, model: str, detail: dict[str, Any]
) -> None:
    """Write to the audit log that code of a run changed a model, and for whom."""
    act = audit.Act(
        actor_id=viewer.id,
        actor=viewer.name,
        by="run",
        address=None,
        operation=operation,
        target=model,
        detail={"run": call.target.run, **detail},
    )
    await audit.write(tx, call.parts.vault, act)


async def folder_of(conn: Reader, target: Target, body: dict[str, Any]) -> str:
    """Return the folder with the files of a new version: of the model `model_id`, or at `source`."""
    source = optional_text(body, "source", 1000)
    key = optional_text(body, "model_id", 250) or (
        source.removeprefix("models:/") if source.startswith("models:/m-") else ""
    )
    if key:
        return (await logged_models.get(conn, target, key))["folder"]
    path = source.removeprefix(ROOT).strip("/")
    if not source.startswith(f"{ROOT}mlflow/") or not path:
        raise ValueError(
            "a version is made of files that this step logged: source is models:/<id of a model>, or "
            "their address"
        )
    return path


ENDPOINTS: Endpoints = {
    ("GET", "registered-models/get"): get_model,
    ("GET", "registered-models/search"): search_models,
    ("GET", "registered-models/alias"): get_version_by_alias,
    (ANY, "registered-models/get-latest-versions"): get_latest_versions,
    ("GET", "model-versions/get"): get_version,
    ("GET", "model-versions/search"): search_versions,
    ("POST", "registered-models/create"): create_model,
    ("POST", "registered-models/alias"): set_alias,
    ("POST", "model-versions/create"): create_version,
}
