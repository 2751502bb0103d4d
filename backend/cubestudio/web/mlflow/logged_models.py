"""Endpoints for the models that a step logs, as MLflow 3 has them.

A model is stored with its step, as one text beside its parameters and tags; its files are the step's, in a
folder below `mlflow/`."""

import hashlib
import re
from typing import Any

import orjson

from cubestudio.core import clock, ids
from cubestudio.core.db import Reader, Tx
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.pipelines.steps import actions as steps
from cubestudio.web.mlflow import artifacts, payload
from cubestudio.web.mlflow.payload import MAX_KEY, MAX_PARAM, MAX_TAG, between, objects, text_of
from cubestudio.web.mlflow.request import ANY, ROOT, Call, Endpoints, Target
from cubestudio.web.mlflow.responses import DoesNotExist, UnknownEndpoint
from cubestudio.web.mlflow.search import matches, parse

PREFIX = "logged-models/"
KIND = "model"
"""The kind of such a text, beside `param` and `tag`."""
MAX_NAME = 200
MAX_TEXT = 60_000
"""Bytes of the text of one model: a text column of MariaDB has 65,535."""
MAX_MODELS = 1000
FORBIDDEN = re.compile(r"""[\x00-\x1f\x7f/\\:.%"']""")
"""Characters that a name may not have."""
STATUS = ("LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED")
ORDERS = {
    "creation_time": "creation_timestamp_ms",
    "creation_timestamp": "creation_timestamp_ms",
    "name": "name",
    "model_id": "model_id",
    "last_updated_timestamp": "last_updated_timestamp_ms",
}
"""What models can be sorted by, and the field of MLflow's LoggedModelInfo."""
Stored = dict[str, Any]
"""{name, type, at, changed (milliseconds since 1970), status, folder, step, params: {name: text}, tags:
{name: text}}."""


# stored models ---------------------------------------------------------------------------------------


async def all_of(conn: Reader, target: Target) -> dict[str, Stored]:
    """Return the models of a step by id, oldest first."""
    texts = await steps.noted(conn, target.run, target.step, target.item, KIND)
    models = {key: orjson.loads(text) for key, text in texts.items()}
    return dict(sorted(models.items(), key=lambda each: (each[1]["at"], each[0])))


async def get(conn: Reader, target: Target, key: str) -> Stored:
    """Return a model by id. Raises DoesNotExist."""
    texts = await steps.noted(conn, target.run, target.step, item=target.item, kind=KIND, name=key)
    if key not in texts:
        raise DoesNotExist(f"The step has logged no model {key[:60]}.")
    return orjson.loads(texts[key])


async def store(tx: Tx, target: Target, key: str, model: Stored) -> None:
    """Store a model. Raises ValueError when its text is too long."""
    text = orjson.dumps({**model, "changed": _now()}).decode()
    if len(text.encode()) > MAX_TEXT:
        raise ValueError(f"the parameters and tags of a model have {MAX_TEXT} bytes at most")
    await steps.track(tx, target.run, target.step, target.item, {(KIND, key): text})


async def set_training_step(tx: Tx, target: Target, output: dict[str, Any]) -> None:
    """Store at which step of the training a model was logged, from MLflow's ModelOutput."""
    key = payload.optional_text(output, "model_id", MAX_KEY)
    model = await get(tx.connection, target, key)
    model["step"] = between(f"the step of model {key[:60]}", output.get("step"), 0, 2**63 - 1)
    await store(tx, target, key, model)


def logged_model(target: Target, key: str, model: Stored) -> dict[str, Any]:
    """Return a model as MLflow's LoggedModel."""
    info = {
        "model_id": key,
        "experiment_id": "0",
        "name": model["name"],
        "creation_timestamp_ms": model["at"],
        "last_updated_timestamp_ms": model["changed"],
        "artifact_uri": f"{ROOT}{model['folder']}",
        "status": model["status"],
        "model_type": model["type"],
        "source_run_id": target.id,
        "tags": payload.pairs(model["tags"]),
    }
    return {"info": info, "data": {"params": payload.pairs(model["params"]), "metrics": []}}


# endpoints without parameters ------------------------------------------------------------------------


async def create(call: Call) -> dict[str, Any]:
    """Create a model with a folder of its own, pending until its files are there."""
    return await call.parts.db.transact(lambda tx: _create(tx, call.target, call.body))


async def search(call: Call) -> dict[str, Any]:
    """Return the models that match a filter, newest first unless another order is requested."""
    async with call.parts.db.read() as conn:
        models = await all_of(conn, call.target)
    return _search(call.target, models, call.body)


ENDPOINTS: Endpoints = {(ANY, "logged-models"): create, (ANY, "logged-models/search"): search}


async def _create(tx: Tx, target: Target, body: dict[str, Any]) -> dict[str, Any]:
    name = payload.optional_text(body, "name", MAX_NAME) or "model"
    if FORBIDDEN.search(name):
        raise ValueError(
            "the name of a model has none of / \\ : . % \" ' and no control characters, which "
            f"{name[:60]!r} has"
        )
    models = await all_of(tx.connection, target)
    if len(models) >= MAX_MODELS:
        raise ValueError(f"a step logs {MAX_MODELS} models at most")
    key = "m-" + hashlib.sha256(ids.new().encode()).hexdigest()[:32]
    model: Stored = {
        "name": name,
        "type": payload.optional_text(body, "model_type", MAX_KEY),
        "at": _now(),
        "changed": _now(),
        "status": STATUS[0],
        "folder": _free_folder(name, {each["folder"] for each in models.values()}),
        "step": 0,
        "params": dict(text_of(each, MAX_PARAM) for each in objects(body, "params")),
        "tags": dict(text_of(each, MAX_TAG) for each in objects(body, "tags")),
    }
    await store(tx, target, key, model)
    return {"model": logged_model(target, key, model)}


def _free_folder(name: str, used: set[str]) -> str:
    """Return the folder of a new model: its name, with a number if another model has that folder."""
    candidates = (f"mlflow/{name}" + (f"-{n + 1}" if n else "") for n in range(len(used) + 1))
    return next(each for each in candidates if each not in used)


def _now() -> int:
    return int(clock.now().timestamp() * 1000)


def _search(target: Target, models: dict[str, Stored], body: dict[str, Any]) -> dict[str, Any]:
    clauses = parse(body.get("filter"))
    first = between("max_results", body.get("max_results"), 0, 1000) or 100
    after = between("page_token", body.get("page_token"), 0, MAX_MODELS)
    found = [
        logged_model(target, key, model)
        for key, model in reversed(models.items())
        if matches(_searchable(target, key, model), clauses)
    ]
    for order in reversed(objects(body, "order_by")):
        name = str(order.get("field_name")).removeprefix("attributes.")
        if name not in ORDERS:
            raise ValueError(f"models are ordered by {', '.join(ORDERS)}, not {name[:60]!r}")
        found.sort(
            key=lambda model, field=ORDERS[name]: model["info"][field],
            reverse=order.get("ascending") is False,
        )
    return payload.page("models", found, after, first)


def _searchable(target: Target, key: str, model: Stored) -> dict[str, dict[str, Any]]:
    """Return the values of a model that a filter can name."""
    attributes = {
        "name": model["name"],
        "model_id": key,
        "model_type": model["type"],
        "status": model["status"],
        "source_run_id": target.id,
        "creation_timestamp": model["at"],
        "creation_time": model["at"],
        "last_updated_timestamp": model["changed"],
    }
    return {"params": model["params"], "tags": model["tags"], "attributes": attributes}


# one model: logged-models/{id}/… ---------------------------------------------------------------------


async def one_model(call: Call) -> dict[str, Any]:
    """Serve an endpoint of one model: read it, list its folder, or change it."""
    key, _, rest = call.endpoint.removeprefix(PREFIX).partition("/")
    if (call.method, rest) == ("GET", ""):
        async with call.parts.db.read() as conn:
            return {"model": logged_model(call.target, key, await get(conn, call.target, key))}
    if (call.method, rest) == ("GET", "artifacts/directories"):
        async with call.parts.db.read() as conn:
            folder = (await get(conn, call.target, key))["folder"]
        files = await artifacts.entries(call.parts, call.target, folder.removeprefix("mlflow/"))
        return {"root_uri": f"{ROOT}{folder}", "files": files}

    async def work(tx: Tx) -> dict[str, Any]:
        changed = await _change(tx, call, key, rest)
        tx.record(RunChanged(call.target.run, call.target.project))
        return changed

    return await call.parts.db.transact(work)


async def _change(tx: Tx, call: Call, key: str, rest: str) -> dict[str, Any]:
    """Finish a model, add params or tags, or delete a tag or the model. `rest`: the endpoint after its id."""
    target, body = call.target, call.body
    model = await get(tx.connection, target, key)
    match call.method, rest.partition("/"):
        case "PATCH", ("", _, _):
            model["status"] = _status(body.get("status"))
        case "POST", ("params", "", _):
            model["params"] |= dict(text_of(each, MAX_PARAM) for each in objects(body, "params"))
        case "PATCH", ("tags", "", _):
            model["tags"] |= dict(text_of(each, MAX_TAG) for each in objects(body, "tags"))
        case "DELETE", ("tags", "/", name):
            if model["tags"].pop(name, None) is None:
                raise DoesNotExist(f"The model has no tag {name[:60]}.")
        case "DELETE", ("", _, _):
            await steps.untrack(tx, target.run, target.step, item=target.item, kind=KIND, name=key)
            return {}
        case _:
            raise UnknownEndpoint(f"{call.method} logged-models/{key[:60]}/{rest[:60]} is not served here.")
    await store(tx, target, key, model)
    return {"model": logged_model(target, key, model)}


def _status(value: Any) -> str:
    """Return a status by its name or number, as protobuf writes an enumeration in JSON."""
    status = STATUS[value - 1] if type(value) is int and 0 < value <= len(STATUS) else value
    if status not in STATUS:
        raise ValueError(f"the status of a model is one of {', '.join(STATUS)}")
    return status
