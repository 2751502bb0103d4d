"""MLflow's registry of models, which is the project's: code of a run registers what its step logged, and
finds what is there.

It is done in the name of whoever started the run, as far as they may do it now. What a run may not do here is
take away: nothing is renamed, changed or deleted, and a name such as production moves only when the version
passes the check list of the platform."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from cubestudio.core import audit, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.context import Parts
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
from cubestudio.web.mlflow import logged
from cubestudio.web.mlflow.search import matches, parse
from cubestudio.web.mlflow.wire import Absent, Exists, Lacking, Place, between, objects, text_of

MOST = 200
"""Models, or versions of a model, that are looked through."""
ROOT = "mlflow-artifacts:/"
READS = {
    "registered-models/get",
    "registered-models/search",
    "registered-models/get-latest-versions",
    "registered-models/alias",
    "model-versions/get",
    "model-versions/search",
}


async def behind(conn: Reader, place: Place) -> Viewer:
    """Whoever started the run, if they may still work in its project."""
    started = (await conn.execute(select(Run.created_by).where(Run.id == place.run))).scalar_one()
    viewer, closed = await users.behind(conn, started)
    if closed:
        raise ValueError(f"the account of {viewer.name}, who started the run, is closed")
    await projects.project(conn, viewer, place.project, Role.MEMBER)
    return viewer


async def model_of(conn: Reader, place: Place, name: Any) -> Row:
    if not isinstance(name, str) or len(name) > 250:
        raise ValueError("the name of a model is text of at most 250 characters")
    statement = select(*Model.__table__.columns).where(Model.project_id == place.project, Model.name == name)
    found = (await conn.execute(statement)).one_or_none()
    if found is None:
        raise Absent(f"The project has no model {name[:60]}.")
    return found


async def version_of(conn: Reader, model: Row, told: Any) -> Row:
    found = await listing.numbered(conn, model.id, between("version", told, 0, 2**31 - 1))
    if found is None:
        raise Absent(f"Model {model.name} has no version {str(told)[:20]}.")
    return found


def moment(key: str) -> int:
    """Milliseconds since 1970 at which something was made, by its id."""
    return int(ids.when(key).timestamp() * 1000)


def tags_of(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def version_shown(model: Row, row: Row, aliases: Sequence[Row]) -> dict[str, Any]:
    """A version as MLflow's JSON has it."""
    made = moment(row.id)
    return {
        "name": model.name,
        "version": str(row.number),
        "creation_timestamp": made,
        "last_updated_timestamp": made,
        "current_stage": "None",
        "description": row.description,
        "source": f"{ROOT}registered/{row.id}",
        "run_id": "",
        "status": "READY",
        "tags": tags_of(row.tags),
        "aliases": [each.name for each in aliases if each.number == row.number],
    }


def model_shown(model: Row, latest: Row | None, aliases: Sequence[Row]) -> dict[str, Any]:
    made = moment(model.id)
    return {
        "name": model.name,
        "creation_timestamp": made,
        "last_updated_timestamp": made,
        "description": model.description,
        "tags": [],
        "latest_versions": [version_shown(model, latest, aliases)] if latest else [],
        "aliases": [{"alias": each.name, "version": str(each.number)} for each in aliases],
    }


async def read(conn: Any, place: Place, what: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what only looks; `asked`: the query, or the body."""
    await behind(conn, place)
    if what.endswith("/search"):
        return await search(conn, place, what, asked)
    model = await model_of(conn, place, asked.get("name"))
    aliases = (await listing.aliases_by_model(conn, [model.id]))[model.id]
    match what:
        case "registered-models/get":
            return {
                "registered_model": model_shown(
                    model, (await listing.latest_by_model(conn, [model.id]))[model.id], aliases
                )
            }
        case "registered-models/get-latest-versions":
            latest = (await listing.latest_by_model(conn, [model.id]))[model.id]
            return {"model_versions": [version_shown(model, latest, aliases)] if latest else []}
        case "registered-models/alias":
            number = next((each.number for each in aliases if each.name == asked.get("alias")), None)
            if number is None:
                raise Absent(f"Model {model.name} has no alias {str(asked.get('alias'))[:60]}.")
            return {"model_version": version_shown(model, await version_of(conn, model, number), aliases)}
    return {
        "model_version": version_shown(model, await version_of(conn, model, asked.get("version")), aliases)
    }


async def search(conn: Any, place: Place, what: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    clauses = parse(asked.get("filter"))
    first = between("max_results", asked.get("max_results"), 0, 200_000) or 100
    at = between("page_token", asked.get("page_token"), 0, 2**31)
    wanted = [value for _, name, sign, value in clauses if (name, sign) == ("name", "=")]
    statement = select(*Model.__table__.columns).where(
        Model.project_id == place.project, *(Model.name == str(name) for name in wanted)
    )
    rows = (await conn.execute(statement.order_by(Model.name).limit(MOST))).all()
    aliases = await listing.aliases_by_model(conn, [row.id for row in rows])
    found: list[dict[str, Any]] = []
    if what == "registered-models/search":
        latest = await listing.latest_by_model(conn, [row.id for row in rows])
        found = [
            model_shown(row, latest[row.id], aliases[row.id])
            for row in rows
            if matches({"attributes": {"name": row.name}}, clauses)
        ]
    else:
        for row in rows:
            for version in await listing.versions_of(conn, row.id, MOST):
                about = {"name": row.name, "version_number": version.number}
                about |= (
                    {"run_id": place.id}
                    if version.run_id == place.run and version.lineage.get("step") == place.step
                    else {}
                )
                if matches({"attributes": about, "tags": version.tags}, clauses):
                    found.append(version_shown(row, version, aliases[row.id]))
    name = "registered_models" if what == "registered-models/search" else "model_versions"
    return {name: found[at : at + first]} | (
        {"next_page_token": str(at + first)} if at + first < len(found) else {}
    )


async def write(tx: Tx, parts: Parts, place: Place, what: str, body: dict[str, Any]) -> dict[str, Any]:
    """Do what changes something, and write into the ledger that it was the code of a run that did it, and for
    whom."""
    viewer = await behind(tx, place)
    name = body.get("name")
    match what:
        case "registered-models/create":
            there = await tx.execute(
                select(Model.id).where(Model.project_id == place.project, Model.name == named(str(name)))
            )
            if there.first() is not None:
                raise Exists(f"There is a model {name} already.")
            return {
                "registered_model": {"name": name, "tags": objects(body, "tags")}
            }  # it is made with its first version
        case "model-versions/create":
            return await create(tx, parts, place, viewer=viewer, name=named(str(name)), body=body)
        case "registered-models/alias":
            model = await model_of(tx.connection, place, name)
            version = await version_of(tx.connection, model, body.get("version"))
            await models.promote(tx, viewer, version.id, str(body.get("alias")), False)
            detail = {"run": place.run, "version": version.number, "alias": body.get("alias")}
            await audit.write(
                tx,
                parts.vault,
                audit.Act(
                    actor_id=viewer.id,
                    actor=viewer.name,
                    by="run",
                    address=None,
                    operation="promoteModel",
                    target=model.id,
                    detail=detail,
                ),
            )
            return {}
    raise Lacking(f"{what} is not served here: change a model in the console.")


async def create(
    tx: Tx, parts: Parts, place: Place, viewer: Viewer, name: str, body: dict[str, Any]
) -> dict[str, Any]:
    """A version with the files of a model that this step logged."""
    folder = await folder_of(tx.connection, place, body)
    told = {
        "description": logged.words(body, "description", 500),
        "tags": dict(text_of(each, 500) for each in objects(body, "tags")),
    }
    item = None if place.item < 0 else place.item
    key, changed = await register.model(
        tx,
        parts.store,
        viewer,
        run=place.run,
        step=place.step,
        item=item,
        paths=[folder],
        name=name,
        told=told,
        running=True,
    )
    row = (await tx.execute(select(*ModelVersion.__table__.columns).where(ModelVersion.id == key))).one()
    model = await model_of(tx.connection, place, name)
    if changed:
        detail = {"run": place.run, "step": place.step, "version": row.number}
        await audit.write(
            tx,
            parts.vault,
            audit.Act(
                actor_id=viewer.id,
                actor=viewer.name,
                by="run",
                address=None,
                operation="registerModel",
                target=model.id,
                detail=detail,
            ),
        )
    aliases = (await tx.execute(select(*Alias.__table__.columns).where(Alias.model_id == model.id))).all()
    return {"model_version": version_shown(model, row, aliases)}


async def folder_of(conn: Reader, place: Place, body: dict[str, Any]) -> str:
    """Where the files are that a version is made of: of the model `model_id`, or at `source`."""
    source = logged.words(body, "source", 1000)
    key = logged.words(body, "model_id", 250) or (
        source.removeprefix("models:/") if source.startswith("models:/m-") else ""
    )
    if key:
        return (await logged.one(conn, place, key))["folder"]
    path = source.removeprefix(ROOT).strip("/")
    if not source.startswith(f"{ROOT}mlflow/") or not path:
        raise ValueError(
            "a version is made of files that this step logged: source is models:/<id of a model>, or "
            "their address"
        )
    return path
