"""The models that a step's code logs, as MLflow 3 has them: each is noted with the step, and its files are
the step's, below `mlflow/`."""

import hashlib
import re
from typing import Any

import orjson

from cubestudio.core import clock, ids
from cubestudio.core.db import Reader, Tx
from cubestudio.pipelines.steps import actions as steps
from cubestudio.web.mlflow.search import matches, parse
from cubestudio.web.mlflow.wire import (
    MOST_KEY,
    MOST_PARAM,
    MOST_TAG,
    Absent,
    Lacking,
    Place,
    between,
    objects,
    text_of,
)

KIND = "model"
"""Of what is noted with a step, beside param and tag."""
MOST_NAME = 200
MOST_NOTE = 60_000
"""Bytes of what is noted of one model: a column of text of MariaDB has 65,535."""
MOST_MODELS = 1000
UNFIT = re.compile(r"""[\x00-\x1f\x7f/\\:.%"']""")
STATUS = ("LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED")
Noted = dict[str, Any]
"""{name, type, at, changed (milliseconds since 1970), status, folder, step, params: {name: text}, tags:
{name: text}}."""


def now() -> int:
    return int(clock.now().timestamp() * 1000)


def words(told: dict[str, Any], what: str, most: int) -> str:
    """A text that may be left out."""
    found = told.get(what)
    if found is not None and (not isinstance(found, str) or len(found) > most or "\0" in found):
        raise ValueError(f"{what} is text of at most {most} characters")
    return found or ""


def shown(place: Place, key: str, noted: Noted) -> dict[str, Any]:
    """A model as MLflow's JSON has it."""
    pairs = {
        name: [{"key": each, "value": value} for each, value in noted[name].items()]
        for name in ("params", "tags")
    }
    info = {
        "model_id": key,
        "experiment_id": "0",
        "name": noted["name"],
        "creation_timestamp_ms": noted["at"],
        "last_updated_timestamp_ms": noted["changed"],
        "artifact_uri": f"mlflow-artifacts:/{noted['folder']}",
        "status": noted["status"],
        "model_type": noted["type"],
        "source_run_id": place.id,
        "tags": pairs["tags"],
    }
    return {"info": info, "data": {"params": pairs["params"], "metrics": []}}


async def all_of(conn: Reader, place: Place) -> dict[str, Noted]:
    """The models of a step by id, the one logged first at the front."""
    found = {
        key: orjson.loads(value)
        for key, value in (await steps.noted(conn, place.run, place.step, place.item, KIND)).items()
    }
    return dict(sorted(found.items(), key=lambda each: (each[1]["at"], each[0])))


async def one(conn: Reader, place: Place, key: str) -> Noted:
    found = (await steps.noted(conn, place.run, place.step, item=place.item, kind=KIND, name=key)).get(key)
    if found is None:
        raise Absent(f"The step has logged no model {key[:60]}.")
    return orjson.loads(found)


async def note(tx: Tx, place: Place, key: str, noted: Noted) -> None:
    text = orjson.dumps({**noted, "changed": now()}).decode()
    if len(text.encode()) > MOST_NOTE:
        raise ValueError(f"the parameters and tags of a model have {MOST_NOTE} bytes at most")
    await steps.track(tx, place.run, place.step, place.item, {(KIND, key): text})


async def create(tx: Tx, place: Place, body: dict[str, Any]) -> dict[str, Any]:
    name = words(body, "name", MOST_NAME) or "model"
    if UNFIT.search(name):
        raise ValueError(
            "the name of a model has none of / \\ : . % \" ' and no control characters, which "
            f"{name[:60]!r} has"
        )
    there = await all_of(tx.connection, place)
    if len(there) >= MOST_MODELS:
        raise ValueError(f"a step logs {MOST_MODELS} models at most")
    taken = {each["folder"] for each in there.values()}
    folder = next(
        each
        for n in range(len(taken) + 1)
        if (each := f"mlflow/{name}" + (f"-{n + 1}" if n else "")) not in taken
    )
    key = "m-" + hashlib.sha256(ids.new().encode()).hexdigest()[:32]
    noted: Noted = {
        "name": name,
        "type": words(body, "model_type", MOST_KEY),
        "at": now(),
        "changed": now(),
        "status": STATUS[0],
        "folder": folder,
        "step": 0,
        "params": dict(text_of(each, MOST_PARAM) for each in objects(body, "params")),
        "tags": dict(text_of(each, MOST_TAG) for each in objects(body, "tags")),
    }
    await note(tx, place, key, noted)
    return {"model": shown(place, key, noted)}


async def change(
    tx: Tx, place: Place, key: str, method: str, what: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Finish a model (`what` is empty), tell its params or tags, or forget a tag or the model."""
    noted = await one(tx.connection, place, key)
    match method, what.partition("/"):
        case "PATCH", ("", _, _):
            noted["status"] = status_of(body.get("status"))
        case "POST", ("params", "", _):
            noted["params"] |= dict(text_of(each, MOST_PARAM) for each in objects(body, "params"))
        case "PATCH", ("tags", "", _):
            noted["tags"] |= dict(text_of(each, MOST_TAG) for each in objects(body, "tags"))
        case "DELETE", ("tags", "/", name):
            if noted["tags"].pop(name, None) is None:
                raise Absent(f"The model has no tag {name[:60]}.")
        case "DELETE", ("", _, _):
            await steps.untrack(tx, place.run, place.step, item=place.item, kind=KIND, name=key)
            return {}
        case _:
            raise Lacking(f"{method} logged-models/{key[:60]}/{what[:60]} is not served here.")
    await note(tx, place, key, noted)
    return {"model": shown(place, key, noted)}


async def at_step(tx: Tx, place: Place, told: dict[str, Any]) -> None:
    """At which step of the training a model was logged."""
    key = words(told, "model_id", MOST_KEY)
    noted = await one(tx.connection, place, key)
    noted["step"] = between(f"the step of model {key[:60]}", told.get("step"), 0, 2**63 - 1)
    await note(tx, place, key, noted)


def status_of(told: Any) -> str:
    """A status by its name or its number, as protobuf writes an enumeration in JSON."""
    found = STATUS[told - 1] if type(told) is int and 0 < told <= len(STATUS) else told
    if found not in STATUS:
        raise ValueError(f"the status of a model is one of {', '.join(STATUS)}")
    return found


def found(place: Place, there: dict[str, Noted], body: dict[str, Any]) -> dict[str, Any]:
    """The models that a search asks for, newest first unless it asks for another order."""
    clauses, first, after = (
        parse(body.get("filter")),
        between("max_results", body.get("max_results"), 0, 1000) or 100,
        body.get("page_token"),
    )
    at = between("page_token", after, 0, MOST_MODELS)
    chosen = [
        shown(place, key, noted)
        for key, noted in reversed(there.items())
        if matches(_seen(place, key, noted), clauses)
    ]
    for each in reversed(objects(body, "order_by")):
        name = str(each.get("field_name")).removeprefix("attributes.")
        if name not in ORDERS:
            raise ValueError(f"models are ordered by {', '.join(ORDERS)}, not {name[:60]!r}")
        chosen.sort(
            key=lambda model, name=ORDERS[name]: model["info"][name], reverse=each.get("ascending") is False
        )
    page = chosen[at : at + first]
    return {"models": page} | ({"next_page_token": str(at + first)} if at + first < len(chosen) else {})


ORDERS = {
    "creation_time": "creation_timestamp_ms",
    "creation_timestamp": "creation_timestamp_ms",
    "name": "name",
    "model_id": "model_id",
    "last_updated_timestamp": "last_updated_timestamp_ms",
}


def _seen(place: Place, key: str, noted: Noted) -> dict[str, dict[str, Any]]:
    about = {
        "name": noted["name"],
        "model_id": key,
        "model_type": noted["type"],
        "status": noted["status"],
        "source_run_id": place.id,
        "creation_timestamp": noted["at"],
        "creation_time": noted["at"],
        "last_updated_timestamp": noted["changed"],
    }
    return {"params": noted["params"], "tags": noted["tags"], "attributes": about}
