"""The routes of MLflow's tracking API."""

import contextlib
import mimetypes
from functools import partial
from typing import Any
from urllib.parse import quote, unquote, urlencode

import orjson
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cubestudio.core.auth.credential import credential
from cubestudio.core.cluster import outputs
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.context import Parts
from cubestudio.core.db import Tx
from cubestudio.core.errors import NotFound, Refusal, Unavailable
from cubestudio.core.inputs import values
from cubestudio.core.numeric import unpacked
from cubestudio.pipelines.metrics import actions as metrics
from cubestudio.pipelines.metrics import listing
from cubestudio.pipelines.runs import actions as runs
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.pipelines.steps import actions as steps
from cubestudio.web import downloads
from cubestudio.web.mlflow import logged, registry, wire
from cubestudio.web.mlflow.search import matches, parse
from cubestudio.web.mlflow.wire import Absent, Exists, Lacking, Place
from cubestudio.web.uploads import received, small

EXPERIMENT = {
    "experiment_id": "0",
    "name": "cubestudio",
    "lifecycle_stage": "active",
    "artifact_location": "mlflow-artifacts:/",
    "tags": [],
}
PAGE = 25_000
"""Points of a metric that are given at once."""


def answer(told: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(told), status, media_type="application/json")


def fault(status: int, code: str, message: str) -> Response:
    return answer({"error_code": code, "message": message}, status)


def about(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A run as searches see it."""
    info, data = run["info"], run["data"]
    known = {
        "status": info["status"],
        "run_name": info["run_name"],
        "run_id": info["run_id"],
        "start_time": info["start_time"],
    }
    found = {name: {each["key"]: each["value"] for each in data[name]} for name in ("params", "tags")}
    return {
        "metrics": {each["key"]: unpacked(each["value"]) for each in data["metrics"]},
        "attributes": known,
        **found,
    }


def build(parts: Parts) -> Starlette:
    """`/{run}/{step}/{item or -}/api/2.0/mlflow/…` and `…/mlflow-artifacts/artifacts/…`, with the token of
    the run."""

    async def place_of(request: Request) -> Place | None:
        item = request.path_params["item"]
        async with parts.db.read() as conn:
            viewer = await runs.by_token(conn, parts.vault, credential(request).token or "")
            if (
                viewer is None
                or viewer.run is None
                or viewer.run != request.path_params["run"]
                or not (item == "-" or (item.isdecimal() and len(item) < 8))
            ):
                return None
            project = await runs.project_of(conn, viewer.run)
        return Place(viewer.run, request.path_params["step"], -1 if item == "-" else int(item), project)

    async def whole(place: Place) -> dict[str, Any]:
        async with parts.db.read() as conn:
            told = await steps.tracked_of(conn, place.run, place.step, place.item)
            curves = await listing.curves(conn, place.run, place.step, place.item)
            models = await logged.all_of(conn, place)
        latest = [wire.shown(curve.name, curve.last) for curve in curves]
        data = {
            name: [{"key": key, "value": value} for key, value in told[kind].items()]
            for kind, name in (("param", "params"), ("tag", "tags"))
        }
        made = [{"model_id": key, "step": noted["step"]} for key, noted in models.items()]
        return {
            "info": place.info(),
            "data": {"metrics": latest, **data},
            "inputs": {},
            "outputs": {"model_outputs": made},
        }

    async def write(place: Place, points: list[Any], params: list[Any], tags: list[Any]) -> None:
        for what, found, most in (
            ("metrics", points, wire.MOST_POINTS),
            ("params", params, wire.MOST_TEXTS),
            ("tags", tags, wire.MOST_TEXTS),
        ):
            if len(found) > most:
                raise ValueError(f"a request has {most} {what} at most, not {len(found)}")
        numbers = [wire.point_of(each) for each in points]
        told = {
            ("param", key): value for key, value in (wire.text_of(each, wire.MOST_PARAM) for each in params)
        }
        told |= {("tag", key): value for key, value in (wire.text_of(each, wire.MOST_TAG) for each in tags)}

        async def work(tx: Any) -> None:
            if numbers:
                await metrics.log(tx, place.run, place.step, place.item, numbers)
            await steps.track(tx, place.run, place.step, place.item, told)
            tx.record(RunChanged(place.run, place.project))

        await parts.db.transact(work)

    async def said(place: Place, method: str, what: str, body: dict[str, Any], asked: Any) -> Any:
        match what:
            case "experiments/get-by-name" | "experiments/get":
                return {
                    "experiment": EXPERIMENT
                    | ({"name": name} if (name := asked.get("experiment_name")) else {})
                }
            case "experiments/create":
                return {"experiment_id": "0"}
            case "experiments/search":
                return {"experiments": [EXPERIMENT]}
            case "runs/create":
                await write(place, [], [], wire.objects(body, "tags"))
                return {"run": await whole(place)}
            case "runs/get":
                return {"run": await whole(place)}
            case "runs/update":
                return {
                    "run_info": place.info(
                        status=body.get("status") or "RUNNING", end_time=body.get("end_time") or 0
                    )
                }
            case "runs/log-metric":
                await write(place, [body], [], [])
            case "runs/log-parameter":
                await write(place, [], [body], [])
            case "runs/set-tag" | "experiments/set-experiment-tag":
                await write(place, [], [], [body])
            case "runs/log-batch":
                await write(place, *(wire.objects(body, name) for name in ("metrics", "params", "tags")))
            case "runs/delete-tag":
                async with parts.db.write() as tx:
                    await steps.untrack(
                        tx,
                        place.run,
                        place.step,
                        item=place.item,
                        kind="tag",
                        name=wire.key_of(body, wire.MOST_KEY),
                    )
                    tx.record(RunChanged(place.run, place.project))
            case "runs/search":
                run = await whole(place)
                return {"runs": [run] if matches(about(run), parse(body.get("filter"))) else []}
            case "runs/outputs":
                for each in wire.objects(body, "models"):
                    await parts.db.transact(partial(logged.at_step, place=place, told=each))
            case "runs/log-inputs" | "runs/log-model":
                # data sets are not kept, and what MLflow 2 says of a model is in the model's own file MLmodel
                return {}
            case "logged-models":
                return await parts.db.transact(lambda tx: logged.create(tx, place, body))
            case "logged-models/search":
                async with parts.db.read() as conn:
                    return logged.found(place, await logged.all_of(conn, place), body)
            case _ if what.startswith("logged-models/"):
                return await of_model(place, method, what.removeprefix("logged-models/"), body)
            case "metrics/get-history":
                return await history(
                    place, asked.get("metric_key") or "", asked.get("max_results"), asked.get("page_token")
                )
            case "artifacts/list":
                return {"root_uri": place.root, "files": await listed(place, asked.get("path") or "")}
            case _ if what in registry.READS and (method == "GET" or what.endswith("-versions")):
                async with parts.db.read() as conn:
                    return await registry.read(conn, place, what, asked if method == "GET" else body)
            case "registered-models/create" | "model-versions/create" | "registered-models/alias" if (
                method == "POST"
            ):
                return await parts.db.transact(lambda tx: registry.write(tx, parts, place, what, body))
            case _:
                raise Lacking(f"{method} {what} is not served here: this address takes what a step logs.")
        return {}

    async def of_model(place: Place, method: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
        key, _, rest = what.partition("/")
        if (method, rest) == ("GET", ""):
            async with parts.db.read() as conn:
                return {"model": logged.shown(place, key, await logged.one(conn, place, key))}
        if (method, rest) == ("GET", "artifacts/directories"):
            async with parts.db.read() as conn:
                noted = await logged.one(conn, place, key)
            return {
                "root_uri": f"mlflow-artifacts:/{noted['folder']}",
                "files": await listed(place, noted["folder"].removeprefix("mlflow/")),
            }

        async def work(tx: Tx) -> dict[str, Any]:
            told = await logged.change(tx, place, key, method=method, what=rest, body=body)
            tx.record(RunChanged(place.run, place.project))
            return told

        return await parts.db.transact(work)

    async def history(place: Place, name: str, most: str | None, token: str | None) -> dict[str, Any]:
        """All points of a metric, page by page; the token of the next page is where it begins."""
        first = wire.between("max_results", most, 0, PAGE) or PAGE
        after = wire.between("page_token", token, 0, 2**62)
        async with parts.db.read() as conn:
            found = await listing.curves(conn, place.run, place.step, place.item, [name])
            points = await listing.page(conn, found[0], after, first) if found else []
        more = bool(found) and after + len(points) < found[0].points
        return {"metrics": [wire.shown(name, point) for point in points]} | (
            {"next_page_token": str(after + len(points))} if more else {}
        )

    async def listed(place: Place, below: str) -> list[dict[str, Any]]:
        folder = f"mlflow/{below.strip('/')}".rstrip("/") + "/"
        found: dict[str, dict[str, Any]] = {}
        for row in await files_of(place):
            if row.path.startswith(folder):
                name, more, _ = row.path.removeprefix(folder).partition("/")
                path = f"{folder}{name}".removeprefix("mlflow/")
                found[path] = (
                    {"path": path, "is_dir": True}
                    if more
                    else {"path": path, "is_dir": False, "file_size": row.size}
                )
        return list(found.values())

    async def files_of(place: Place) -> list[Any]:
        async with parts.db.read() as conn:
            return [
                row
                for row in await steps.artifacts_of(conn, place.run, place.step, place.item)
                if row.path.startswith("mlflow/")
            ]

    async def api(request: Request) -> Response:
        place = await place_of(request)
        if place is None:
            return fault(401, "UNAUTHENTICATED", "This token is not that of a run which is going on.")
        raw = await small(request, wire.MOST)
        if raw is None:
            return fault(413, "INVALID_PARAMETER_VALUE", f"A request has {wire.MOST} bytes at most.")
        try:
            body = values.read(raw) if raw else {}
            if not isinstance(body, dict):
                raise ValueError("it is an object of names and values")
            return answer(
                await said(place, request.method, request.path_params["what"], body, request.query_params)
            )
        except Exists as error:
            return fault(400, "RESOURCE_ALREADY_EXISTS", str(error))
        except Absent as error:
            return fault(404, "RESOURCE_DOES_NOT_EXIST", str(error))
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
            return fault(
                400,
                "INVALID_PARAMETER_VALUE",
                f"The path of a file is a plain one with 500 characters at most: {error}.",
            )
        if request.method == "GET":
            row = next((each for each in await files_of(place) if each.path == path), None)
            if row is None:
                return fault(404, "RESOURCE_DOES_NOT_EXIST", "There is no such file.")
            return downloads.response(parts.store.stream(row.key), path, row.media_type)
        async with parts.db.read() as conn:
            if not await steps.exists(conn, place.run, place.step, place.item):
                return fault(
                    404, "RESOURCE_DOES_NOT_EXIST", f"The run has no step {place.step[:60]} that runs now."
                )
        try:
            async with received(parts, request, place.project) as coming:
                sha256, size = coming.sha256, coming.size
                key = artifact_key(place.project, sha256)
                await parts.store.keep(coming, key)
        except ClientDisconnect:
            return fault(400, "INVALID_PARAMETER_VALUE", "The file broke off on the way.")
        media = mimetypes.guess_type(path)[0] or "application/octet-stream"
        async with parts.db.write() as tx:
            await steps.leave(
                tx,
                place.run,
                place.step,
                item=place.item,
                path=path,
                size=size,
                sha256=sha256,
                media_type=media,
                key_=key,
            )
            tx.record(RunChanged(place.run, place.project))
        return answer({})

    async def list_files(request: Request) -> Response:
        place = await place_of(request)
        if place is None:
            return fault(401, "UNAUTHENTICATED", "This token is not that of a run which is going on.")
        below = (request.query_params.get("path") or "").strip("/").removeprefix("mlflow").strip("/")
        return answer(
            {
                "files": [
                    {**each, "path": each["path"].rpartition("/")[2]} for each in await listed(place, below)
                ]
            }
        )

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        with contextlib.suppress(Exception):
            async for _ in request.stream():
                pass
        status, code = (
            (503, "TEMPORARILY_UNAVAILABLE")
            if isinstance(error, Unavailable | NotFound)
            else (400, "INVALID_PARAMETER_VALUE")
        )
        return fault(
            status, code, error.message
        )  # a step that is not written down yet is there in a moment: the client asks again

    async def shown_in_console(request: Request) -> Response:
        """What MLflow's client prints, "View run … at …", leads here: the rest of it, after #, is for
        MLflow's own pages."""
        run, step, item = (request.path_params[name] for name in ("run", "step", "item"))
        place = urlencode({"step": step} | ({} if item == "-" else {"item": item}))
        return RedirectResponse(f"/runs/{quote(run, safe='')}?{place}", 303)

    base = "/{run}/{step}/{item}"
    routes = [
        Route(f"{base}/api/2.0/mlflow/{{what:path}}", api, methods=["GET", "POST", "PATCH", "DELETE"]),
        Route(f"{base}/api/2.0/mlflow-artifacts/artifacts", list_files, methods=["GET"]),
        Route(f"{base}/api/2.0/mlflow-artifacts/artifacts/{{path:path}}", file, methods=["GET", "PUT"]),
        Route(base, shown_in_console, methods=["GET"]),
        Route(f"{base}/", shown_in_console, methods=["GET"]),
    ]
    return Starlette(routes=routes, exception_handlers={Refusal: refused})
