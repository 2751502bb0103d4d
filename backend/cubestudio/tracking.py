"""MLflow's tracking API, as much as its client needs to log: parameters, numbers, tags and files of the step that it runs in.

A step finds MLFLOW_TRACKING_URI and its token in its environment. Whatever MLflow calls a run is the step itself, so that code
which makes one, or goes on with one after a kill, logs to the same place."""

import contextlib
import hashlib
import math
import mimetypes
import re
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from cubestudio import stored
from cubestudio.core.auth.credential import credential
from cubestudio.core.cluster import outputs
from cubestudio.core.cluster.metrics import LATEST, MOST_NAME
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.errors import NotFound, Refusal, Unavailable
from cubestudio.core.inputs import values
from cubestudio.core.numbers import INT64, packed, unpacked
from cubestudio.core.parts import Parts
from cubestudio.files import received, small
from cubestudio.pipelines.metrics import actions as metrics
from cubestudio.pipelines.metrics import listing
from cubestudio.pipelines.metrics.spec import Drawn
from cubestudio.pipelines.runs import actions as runs
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.pipelines.steps import actions as steps

EXPERIMENT = {
    "experiment_id": "0",
    "name": "cubestudio",
    "lifecycle_stage": "active",
    "artifact_location": "mlflow-artifacts:/",
    "tags": [],
}
MOST_POINTS, MOST_TEXTS = 1000, 100
"""Numbers, and parameters or tags, of one request, as MLflow's own server bounds them."""
MOST = 8 * 2**20
"""Bytes of a request that is not a file."""
MOST_KEY, MOST_PARAM, MOST_TAG = 250, 6000, 8000
"""Characters of a name and of the values of a parameter and a tag, as MLflow bounds them."""
NUMBER, WHOLE = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"), re.compile("-?[0-9]+")
MOST_DIGITS = 400
"""Digits of a number as text; the largest that is kept has 309."""
PAGE = 25_000
"""Points of a metric that are given at once."""


class Lacking(Exception):
    """MLflow's own word for what is not there."""


def answer(told: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(told), status, media_type="application/json")


def fault(status: int, code: str, message: str) -> Response:
    return answer({"error_code": code, "message": message}, status)


def objects(told: Any, name: str) -> list[dict[str, Any]]:
    """The list of objects that a request has under a name; an empty one when it has none."""
    found = told.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError(f"{name} is a list of objects")
    return found


def key_of(told: dict[str, Any], most: int) -> str:
    key = told.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= most or "\0" in key:
        raise ValueError(f"a key is text of 1 to {most} characters, not {str(key)[:60]!r}")
    return key


def text_of(told: dict[str, Any], most: int) -> tuple[str, str]:
    """(key, value) of a parameter or a tag. What is longer than it may be is refused, not cut."""
    key, value = key_of(told, MOST_KEY), told.get("value") or ""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"the value of {key[:60]} is text; write numbers and others in quotes")
    if len(value) > most:
        raise ValueError(f"the value of {key[:60]} has {len(value)} characters; the limit is {most}")
    return key, value


def number(name: str, value: Any) -> float:
    """A value as MLflow's JSON has it: a number or its text. NaN and the infinities come as text, and are values like others."""
    found = unpacked(value)
    if found is None:
        if not isinstance(value, str) or not NUMBER.fullmatch(value):
            raise ValueError(f"the value of metric {name[:60]} is a number, not {str(value)[:60]!r}")
        found = float(value)
        if math.isinf(found):
            raise ValueError(f"the value of metric {name[:60]}, {value[:60]}, is larger than any 64-bit floating-point number")
        value = int(value) if WHOLE.fullmatch(value) and len(value) <= MOST_DIGITS else value
    if isinstance(value, int) and int(found) != value:
        raise ValueError(f"the value of metric {name[:60]}, {value}, is not a 64-bit floating-point number")
    return found


def between(what: str, value: Any, least: int, most: int) -> int:
    """A whole number as MLflow's JSON has it, a number or its text; 0 when it is left out."""
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    if not (value is None or value == "" or whole or (isinstance(value, str) and WHOLE.fullmatch(value) and len(value) <= MOST_DIGITS)):
        raise ValueError(f"{what} is a whole number, not {str(value)[:60]!r}")
    found = int(value or 0)
    if not least <= found <= most:
        raise ValueError(f"{what} is from {least} to {most}, not {str(found)[:60]}")
    return found


def logged(told: dict[str, Any]) -> tuple[str, float, int, int | None]:
    """(name, value, step, milliseconds since 1970) of a number that is logged."""
    name = key_of(told, MOST_NAME)
    step = between(f"the step of metric {name[:60]}", told.get("step"), INT64[0] + 1, INT64[1])
    at = between(f"the timestamp of metric {name[:60]}", told.get("timestamp"), 0, LATEST)
    return name, number(name, told.get("value")), step, at or None


def shown(name: str, point: Drawn) -> dict[str, Any]:
    """A point as MLflow's JSON has it."""
    x, _, at, value = point
    return {"key": name, "value": packed(value), "timestamp": at, "step": x}


class Place:
    """The step that a request is about."""

    def __init__(self, run: str, step: str, item: int, project: str):
        self.run, self.step, self.item, self.project = run, step, item, project
        self.id = hashlib.sha256(f"{run}/{step}/{item}".encode()).hexdigest()[:32]

    @property
    def root(self) -> str:
        return "mlflow-artifacts:/mlflow"

    def info(self, **more: Any) -> dict[str, Any]:
        return {
            "run_id": self.id, "run_uuid": self.id, "run_name": self.step, "experiment_id": "0", "user_id": "", "status": "RUNNING",
            "start_time": 0, "artifact_uri": self.root, "lifecycle_stage": "active", **more,
        }  # fmt: skip


def build(parts: Parts) -> Starlette:
    """`/{step}/{item or -}/api/2.0/mlflow/…` and `…/mlflow-artifacts/artifacts/…`, with the token of the run."""

    async def place_of(request: Request) -> Place | None:
        item = request.path_params["item"]
        async with parts.db.read() as conn:
            viewer = await runs.by_token(conn, parts.vault, credential(request).token or "")
            if viewer is None or viewer.run is None or not (item == "-" or (item.isdecimal() and len(item) < 8)):
                return None
            project = await runs.project_of(conn, viewer.run)
        return Place(viewer.run, request.path_params["step"], -1 if item == "-" else int(item), project)

    async def whole(place: Place) -> dict[str, Any]:
        async with parts.db.read() as conn:
            told = await steps.tracked_of(conn, place.run, place.step, place.item)
            curves = await listing.curves(conn, place.run, place.step, place.item)
        latest = [shown(curve.name, curve.last) for curve in curves]
        data = {
            name: [{"key": key, "value": value} for key, value in told[kind].items()]
            for kind, name in (("param", "params"), ("tag", "tags"))
        }
        return {"info": place.info(), "data": {"metrics": latest, **data}, "inputs": {}}

    async def write(place: Place, points: list[Any], params: list[Any], tags: list[Any]) -> None:
        for what, found, most in (("metrics", points, MOST_POINTS), ("params", params, MOST_TEXTS), ("tags", tags, MOST_TEXTS)):
            if len(found) > most:
                raise ValueError(f"a request has {most} {what} at most, not {len(found)}")
        numbers = [logged(each) for each in points]
        told = {("param", key): value for key, value in (text_of(each, MOST_PARAM) for each in params)}
        told |= {("tag", key): value for key, value in (text_of(each, MOST_TAG) for each in tags)}

        async def work(tx: Any) -> None:
            if numbers:
                await metrics.log(tx, place.run, place.step, place.item, numbers)
            await steps.track(tx, place.run, place.step, place.item, told)
            tx.record(RunChanged(place.run, place.project))

        await parts.db.transact(work)

    async def said(place: Place, method: str, what: str, body: dict[str, Any], asked: Any) -> Any:
        match what:
            case "experiments/get-by-name" | "experiments/get":
                return {"experiment": EXPERIMENT | ({"name": name} if (name := asked.get("experiment_name")) else {})}
            case "experiments/create":
                return {"experiment_id": "0"}
            case "experiments/search":
                return {"experiments": [EXPERIMENT]}
            case "runs/create":
                await write(place, [], [], objects(body, "tags"))
                return {"run": await whole(place)}
            case "runs/get":
                return {"run": await whole(place)}
            case "runs/update":
                return {"run_info": place.info(status=body.get("status") or "RUNNING", end_time=body.get("end_time") or 0)}
            case "runs/log-metric":
                await write(place, [body], [], [])
            case "runs/log-parameter":
                await write(place, [], [body], [])
            case "runs/set-tag" | "experiments/set-experiment-tag":
                await write(place, [], [], [body])
            case "runs/log-batch":
                await write(place, *(objects(body, name) for name in ("metrics", "params", "tags")))
            case "runs/delete-tag":
                async with parts.db.write() as tx:
                    await steps.untrack(tx, place.run, place.step, place.item, "tag", key_of(body, MOST_KEY))
                    tx.record(RunChanged(place.run, place.project))
            case "runs/log-inputs" | "runs/outputs" | "runs/log-model":
                return {}
            case "metrics/get-history":
                return await history(place, asked.get("metric_key") or "", asked.get("max_results"), asked.get("page_token"))
            case "artifacts/list":
                return {"root_uri": place.root, "files": await listed(place, asked.get("path") or "")}
            case _:
                raise Lacking(f"{method} {what} is not served here: this address takes what a step logs.")
        return {}

    async def history(place: Place, name: str, most: str | None, token: str | None) -> dict[str, Any]:
        """All points of a metric, page by page; the token of the next page is where it begins."""
        first = between("max_results", most, 0, PAGE) or PAGE
        after = between("page_token", token, 0, 2**62)
        async with parts.db.read() as conn:
            found = await listing.curves(conn, place.run, place.step, place.item, [name])
            points = await listing.page(conn, found[0], after, first) if found else []
        more = bool(found) and after + len(points) < found[0].points
        return {"metrics": [shown(name, point) for point in points]} | ({"next_page_token": str(after + len(points))} if more else {})

    async def listed(place: Place, below: str) -> list[dict[str, Any]]:
        folder = f"mlflow/{below.strip('/')}".rstrip("/") + "/"
        found: dict[str, dict[str, Any]] = {}
        for row in await files_of(place):
            if row.path.startswith(folder):
                name, more, _ = row.path.removeprefix(folder).partition("/")
                path = f"{folder}{name}".removeprefix("mlflow/")
                found[path] = {"path": path, "is_dir": True} if more else {"path": path, "is_dir": False, "file_size": row.size}
        return list(found.values())

    async def files_of(place: Place) -> list[Any]:
        async with parts.db.read() as conn:
            return [row for row in await steps.artifacts_of(conn, place.run, place.step, place.item) if row.path.startswith("mlflow/")]

    async def api(request: Request) -> Response:
        place = await place_of(request)
        if place is None:
            return fault(401, "UNAUTHENTICATED", "This token is not that of a run which is going on.")
        raw = await small(request, MOST)
        if raw is None:
            return fault(413, "INVALID_PARAMETER_VALUE", f"A request has {MOST} bytes at most.")
        try:
            body = values.read(raw) if raw else {}
            if not isinstance(body, dict):
                raise ValueError("it is an object of names and values")
            return answer(await said(place, request.method, request.path_params["what"], body, request.query_params))
        except Lacking as error:
            return fault(404, "ENDPOINT_NOT_FOUND", str(error))
        except ValueError as error:
            return fault(400, "INVALID_PARAMETER_VALUE", f"The request cannot be taken: {error}.")

    async def file(request: Request) -> Response:
        place = await place_of(request)
        if place is None:
            return fault(401, "UNAUTHENTICATED", "This token is not that of a run which is going on.")
        path = unquote(request.path_params["path"]).strip("/")
        path = path if path.startswith("mlflow/") else f"mlflow/{path}"
        try:
            outputs.inside(path)
        except outputs.Refused as error:
            return fault(400, "INVALID_PARAMETER_VALUE", f"The path of a file is a plain one with 500 characters at most: {error}.")
        if request.method == "GET":
            row = next((each for each in await files_of(place) if each.path == path), None)
            if row is None:
                return fault(404, "RESOURCE_DOES_NOT_EXIST", "There is no such file.")
            return stored.response(parts.store.stream(row.key), path, row.media_type)
        async with parts.db.read() as conn:
            if not await steps.exists(conn, place.run, place.step, place.item):
                return fault(404, "RESOURCE_DOES_NOT_EXIST", f"The run has no step {place.step[:60]} that runs now.")
        try:
            async with received(parts, request, place.project) as coming:
                sha256, size = coming.sha256, coming.size
                key = artifact_key(place.project, sha256)
                await parts.store.keep(coming, key)
        except ClientDisconnect:
            return fault(400, "INVALID_PARAMETER_VALUE", "The file broke off on the way.")
        media = mimetypes.guess_type(path)[0] or "application/octet-stream"
        async with parts.db.write() as tx:
            await steps.leave(tx, place.run, place.step, place.item, path, size, sha256, media, key)
            tx.record(RunChanged(place.run, place.project))
        return answer({})

    async def list_files(request: Request) -> Response:
        place = await place_of(request)
        if place is None:
            return fault(401, "UNAUTHENTICATED", "This token is not that of a run which is going on.")
        below = (request.query_params.get("path") or "").strip("/").removeprefix("mlflow").strip("/")
        return answer({"files": [{**each, "path": each["path"].rpartition("/")[2]} for each in await listed(place, below)]})

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        with contextlib.suppress(Exception):
            async for _ in request.stream():
                pass
        status, code = (503, "TEMPORARILY_UNAVAILABLE") if isinstance(error, Unavailable | NotFound) else (400, "INVALID_PARAMETER_VALUE")
        return fault(status, code, error.message)  # a step that is not written down yet is there in a moment: the client asks again

    base = "/{step}/{item}/api/2.0"
    routes = [
        Route(f"{base}/mlflow/{{what:path}}", api, methods=["GET", "POST", "PATCH", "DELETE"]),
        Route(f"{base}/mlflow-artifacts/artifacts", list_files, methods=["GET"]),
        Route(f"{base}/mlflow-artifacts/artifacts/{{path:path}}", file, methods=["GET", "PUT"]),
    ]
    return Starlette(routes=routes, exception_handlers={Refusal: refused})
