"""Downloads: the files that steps left, the files of models, and the logs of pods."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response

from cubestudio.app import App
from cubestudio.clusters import access as pods
from cubestudio.clusters import actions as clusters
from cubestudio.core.cluster.port import artifact_key
from cubestudio.models import access as models
from cubestudio.pipelines.runs import access as runs
from cubestudio.pipelines.steps import actions as steps
from cubestudio.web import downloads
from cubestudio.web.auth import viewer_required
from cubestudio.web.errors import refuse

MOST_HEAD = 8 * 2**20
"""The most bytes of an artifact that a preview may take."""
PIECE = 2**20
"""Bytes of a log that are read at once."""


class Artifacts:
    """The handlers of downloads."""

    def __init__(self, app: App):
        self._app = app
        self._ctx = app.ctx

    async def artifact(self, request: Request) -> Response:
        """Return a file that a step left, or its first bytes with `?first=`."""
        viewer = await viewer_required(self._app, request)
        async with self._ctx.db.read() as conn:
            row = await steps.artifact(conn, request.path_params["id"])
            if row is None:
                return refuse("NOT_FOUND", "There is no such artifact.", 404)
            await runs.run(conn, viewer, row.run_id)
        most = request.query_params.get("first", "")
        if not most:
            return self._attachment(row.path, row.size, row.sha256, row.media_type, row.key)
        if not most.isdecimal() or not 0 < int(most[:9]) <= MOST_HEAD:
            return refuse("INVALID", f"first is a number of bytes from 1 to {MOST_HEAD}.", 400)
        head = await self._ctx.store.part(row.key, 0, min(int(most), row.size)) if row.size else b""
        return downloads.response(head, row.path, row.media_type, {"cache-control": "private, max-age=3600"})

    async def model_file(self, request: Request) -> Response:
        """Return a file of a version of a model."""
        viewer = await viewer_required(self._app, request)
        async with self._ctx.db.read() as conn:
            row, model, _ = await models.version(conn, viewer, request.path_params["id"])
        path = request.path_params["path"]
        found = next((each for each in row.files if each[0] == path), None)
        if found is None:
            return refuse("NOT_FOUND", "The version has no such file.", 404)
        _, size, digest, media_type = found[:4]
        return self._attachment(path, size, digest, media_type, artifact_key(model.project_id, digest))

    async def pod_log(self, request: Request) -> Response:
        """Return what is stored of a pod's log."""
        viewer = await viewer_required(self._app, request)
        pod = request.path_params["id"]
        async with self._ctx.db.read() as conn:
            await pods.pod(conn, viewer, pod)
        return downloads.response(self._log(pod), f"{pod}.log", "text/plain")

    async def _log(self, pod: str) -> AsyncIterator[bytes]:
        position = 0
        while True:
            chunk = await clusters.read_log(self._ctx.db, self._ctx.store, pod, position, PIECE)
            if not chunk.data:
                return
            yield chunk.data
            position = chunk.cursor

    def _attachment(self, path: str, size: int, digest: str, media_type: str, key: str) -> Response:
        headers = {
            "content-length": str(size),
            "etag": f'"{digest}"',
            "cache-control": "private, max-age=31536000, immutable",
        }
        return downloads.response(self._ctx.store.stream(key), path, media_type, headers)
