"""Files of a step, through MLflow's artifact API; all of them are below `mlflow/`."""

import mimetypes
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Row
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from cubestudio.core.cluster import outputs
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.context import AppContext
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.pipelines.steps import actions as steps
from cubestudio.web import downloads
from cubestudio.web.bodies import staged
from cubestudio.web.mlflow import responses
from cubestudio.web.mlflow.request import ANY, Call, Endpoints, Target, authenticate

FOLDER = "mlflow/"


async def files_of(ctx: AppContext, target: Target) -> list[Row]:
    """Return the files of a step below `mlflow/`."""
    async with ctx.db.read() as conn:
        rows = await steps.artifacts_of(conn, target.run, target.step, target.item)
    return [row for row in rows if row.path.startswith(FOLDER)]


async def entries(ctx: AppContext, target: Target, path: str) -> list[dict[str, Any]]:
    """Return the files and folders directly in a folder, which is relative to `mlflow/`, as MLflow's
    FileInfo."""
    folder = f"{FOLDER}{path.strip('/')}".rstrip("/") + "/"
    found: dict[str, dict[str, Any]] = {}
    for row in await files_of(ctx, target):
        if not row.path.startswith(folder):
            continue
        name, nested, _ = row.path.removeprefix(folder).partition("/")
        relative = f"{folder}{name}".removeprefix(FOLDER)
        about = {"is_dir": True} if nested else {"is_dir": False, "file_size": row.size}
        found[relative] = {"path": relative, **about}
    return list(found.values())


async def list_artifacts(call: Call) -> dict[str, Any]:
    """Return the files and folders directly in a folder."""
    files = await entries(call.parts, call.target, call.query.get("path") or "")
    return {"root_uri": call.target.root, "files": files}


ENDPOINTS: Endpoints = {(ANY, "artifacts/list"): list_artifacts}


class Files:
    """The handlers of files."""

    def __init__(self, ctx: AppContext):
        self._ctx = ctx

    async def list(self, request: Request) -> Response:
        """Return the names of the files and folders directly in a folder."""
        target = await authenticate(self._ctx, request)
        if target is None:
            return responses.unauthenticated()
        path = (request.query_params.get("path") or "").strip("/").removeprefix("mlflow").strip("/")
        found = await entries(self._ctx, target, path)
        return responses.answer(
            {"files": [{**each, "path": each["path"].rpartition("/")[2]} for each in found]}
        )

    async def read(self, request: Request) -> Response:
        """Return the content of a file."""
        target = await authenticate(self._ctx, request)
        if target is None:
            return responses.unauthenticated()
        path = _path(request)
        row = next((each for each in await files_of(self._ctx, target) if each.path == path), None)
        if row is None:
            return responses.fault(404, "RESOURCE_DOES_NOT_EXIST", "There is no such file.")
        return downloads.response(self._ctx.store.stream(row.key), path, row.media_type)

    async def write(self, request: Request) -> Response:
        """Store the body of a request as a file of the step."""
        target = await authenticate(self._ctx, request)
        if target is None:
            return responses.unauthenticated()
        path = _path(request)
        async with self._ctx.db.read() as conn:
            if not await steps.exists(conn, target.run, target.step, target.item):
                message = f"The run has no step {target.step[:60]} that runs now."
                return responses.fault(404, "RESOURCE_DOES_NOT_EXIST", message)
        try:
            async with staged(self._ctx, request, target.project) as file:
                sha256, size = file.sha256, file.size
                key = artifact_key(target.project, sha256)
                await self._ctx.store.keep(file, key)
        except ClientDisconnect:
            return responses.fault(400, "INVALID_PARAMETER_VALUE", "The file broke off on the way.")
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        async with self._ctx.db.write() as tx:
            await steps.leave(
                tx,
                target.run,
                target.step,
                item=target.item,
                path=path,
                size=size,
                sha256=sha256,
                media_type=media_type,
                key_=key,
            )
            tx.record(RunChanged(target.run, target.project))
        return responses.answer({})


def _path(request: Request) -> str:
    """Return the path of the file that a request names, below `mlflow/`. Raises outputs.Refused."""
    path = unquote(request.path_params["path"]).strip("/")
    path = path if path.startswith(FOLDER) else f"{FOLDER}{path}"
    outputs.inside(path)
    return path
