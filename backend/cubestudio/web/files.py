"""Files that code of runs, replicas of services, notebooks and the command line exchange with the store, at
`/files/{owner}/{name}`.

Why a file is named by the SHA-256 of its content: sending it twice stores it once, and nobody can replace it.
Files are streamed both ways, because a file may be larger than memory and larger than other requests may be.

- `{sha256}`: a file of a project. GET and PUT with a run's token, GET with a service's or notebook's, HEAD
and PUT as a member of the project. - `@{step}.{item}.{attempt}`: a gang's result for later steps; with
`.members` the addresses of its members. GET and PUT with the run's token. - `@metrics.{pod}.{first}`: metrics
of a pod as lines of JSON, from line `first` on. PUT with the run's token."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cubestudio.core.auth.credential import credential
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.metrics import numbered, points
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Forbidden, NotFound, QuotaExceeded, Refusal, Unavailable
from cubestudio.notebooks import actions as notebooks
from cubestudio.pipelines.metrics import actions as metrics
from cubestudio.pipelines.runs import actions as runs
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.services import life as services
from cubestudio.web import downloads
from cubestudio.web.bodies import read_limited, staged

SHA256 = re.compile(r"[0-9a-f]{64}")
RESULT = re.compile(r"@[a-z0-9-]{1,50}\.\d*\.\d{1,6}(\.members)?")
METRICS = re.compile(r"@metrics\.([0-9a-f-]{36})\.(\d{1,9})")
MAX_METRICS = 2**20
"""Bytes of metrics in one request."""
MAX_RESULT = 16 * 2**20
"""Bytes of one gang's result; `runs.MOST_LETTERS` limits the results of a run together."""


@dataclass(frozen=True)
class ProjectFile:
    """A file of a project."""

    project: str
    sha256: str

    @property
    def key(self) -> str:
        """Return its key in the store."""
        return artifact_key(self.project, self.sha256)


@dataclass(frozen=True)
class GangResult:
    """A result, or the addresses of a gang's members, of a run."""

    run: str
    name: str

    @property
    def key(self) -> str:
        """Return its key in the store."""
        return f"posted/{self.run}/{self.name}"


@dataclass(frozen=True)
class PodMetrics:
    """Metrics of a pod from line `first` on."""

    run: str
    pod: str
    first: int


Target = ProjectFile | GangResult | PodMetrics
"""What a request is about."""


def plain_text(message: str, status: int) -> Response:
    """Return a response with one line of text."""
    return PlainTextResponse(f"{message}\n", status)


async def drain(request: Request) -> None:
    """Read the rest of a request's body, so that the client reads the response."""
    async for _ in request.stream():
        pass


class Files:
    """The handler of `/{owner}/{name}`. `viewer_of`: returns the signed-in user of a request."""

    def __init__(self, ctx: AppContext, viewer_of: Callable[[Request], Awaitable[Viewer | None]]):
        self._ctx = ctx
        self._viewer_of = viewer_of

    async def handle(self, request: Request) -> Response:
        """Serve a request: 401 without a valid token, 404 when the file is absent; `refused` has other
        statuses."""
        try:
            async with self._ctx.db.read() as conn:
                target = await self._authorize(conn, request)
        except NotFound as refusal:
            return plain_text(refusal.message, 404)
        except Forbidden as refusal:
            return plain_text(refusal.message, 403)
        if target is None:
            return plain_text(
                "This token opens nothing here: it is that of a run which is going on, of a "
                "service, or a person's.",
                401,
            )
        if isinstance(target, PodMetrics):
            if request.method == "PUT":
                return await self._write_metrics(request, target)
            return plain_text("Metrics are only put here.", 405)
        if isinstance(target, ProjectFile) and not SHA256.fullmatch(target.sha256):
            return plain_text("A file is named by the 64 hexadecimal digits of its SHA-256.", 400)
        if request.method != "PUT":
            return await self._read(request, target.key)
        if isinstance(target, GangResult):
            return await self._write_result(request, target)
        return await self._write_file(request, target)

    # what a request may reach ------------------------------------------------------------------------

    async def _authorize(self, conn: Reader, request: Request) -> Target | None:
        """Return what a request is about; None when its credential does not open it. Raises NotFound and
        Forbidden for a user."""
        owner, name = request.path_params["owner"], request.path_params["name"]
        secret = credential(request).token or ""
        if secret.startswith("cuberun_"):
            return await self._of_run(conn, secret, owner, name)
        if secret.startswith(("cubeserve_", "cubenote_")):
            room = services if secret.startswith("cubeserve_") else notebooks
            project = await room.project_by_token(conn, self._ctx.vault, secret, owner)
            return ProjectFile(project, name) if project is not None and request.method == "GET" else None
        viewer = await self._viewer_of(request)
        if viewer is None or request.method == "GET":
            return None
        return ProjectFile((await projects.project(conn, viewer, owner, Role.MEMBER)).id, name)

    async def _of_run(self, conn: Reader, secret: str, run: str, name: str) -> Target | None:
        """Return what a request with a run's token is about; None when it is another run's or has expired."""
        viewer = await runs.by_token(conn, self._ctx.vault, secret)
        if viewer is None or viewer.run is None or viewer.run != run:
            return None
        if match := METRICS.fullmatch(name):
            return PodMetrics(run, match[1], int(match[2]))
        if RESULT.fullmatch(name):
            return GangResult(run, name)
        return ProjectFile(await runs.project_of(conn, run), name)

    # reading and writing -----------------------------------------------------------------------------

    async def _read(self, request: Request, key: str) -> Response:
        """Return a stored file, or with HEAD whether it is there."""
        head = request.method == "HEAD"
        there = self._ctx.store.refresh if head else self._ctx.store.has  # who asks means to refer to it
        if not await there(key):
            return plain_text("The project has no such file.", 404)
        if head:
            return Response(status_code=204)
        return downloads.response(self._ctx.store.stream(key), request.path_params["name"], downloads.BINARY)

    async def _write_file(self, request: Request, target: ProjectFile) -> Response:
        """Store a file of a project, unless it is there already."""
        if await self._ctx.store.refresh(target.key):
            await drain(request)
            return Response(status_code=204)
        try:
            async with staged(self._ctx, request, target.project) as file:
                if file.sha256 != target.sha256:
                    return plain_text("The content is not what its name says; it broke on the way.", 400)
                await self._ctx.store.keep(file, target.key)
        except ClientDisconnect:
            return Response(status_code=400)
        return Response(status_code=204)

    async def _write_result(self, request: Request, target: GangResult) -> Response:
        """Store a gang's result, as long as those of its run together are small enough."""
        data = await read_limited(request, MAX_RESULT)
        if data is None:
            return plain_text(f"A gang's result has {MAX_RESULT} bytes at most.", 413)
        if not await self._ctx.db.transact(lambda tx: runs.letter(tx, target.run, len(data))):
            message = (
                f"The gangs of a run may leave {runs.MOST_LETTERS} bytes of results for it, all together."
            )
            return plain_text(message, 413)
        await self._ctx.store.put(target.key, data)
        return Response(status_code=204)

    async def _write_metrics(self, request: Request, target: PodMetrics) -> Response:
        """Store metrics of a pod; the response is how many points the lines had."""
        data = await read_limited(request, MAX_METRICS)
        if data is None:
            return plain_text(f"At once {MAX_METRICS} bytes of metrics at most.", 413)
        found = await asyncio.to_thread(points, data)

        async def work(tx: Tx) -> None:
            await metrics.report(tx, target.run, target.pod, numbered(found, target.first))
            await runs.refresh(tx, target.run)

        try:
            await self._ctx.db.transact(work)
        except NotFound as refusal:
            return plain_text(refusal.message, 404)
        return PlainTextResponse(str(len(found)))


async def refused(request: Request, error: Exception) -> Response:
    """Answer a request whose handler raised a Refusal, after its body is read: 413 above a quota, 503 when
    the store or the database is unavailable, else 400."""
    assert isinstance(error, Refusal)
    with contextlib.suppress(ClientDisconnect):
        await drain(request)
    status = 503 if isinstance(error, Unavailable) else 413 if isinstance(error, QuotaExceeded) else 400
    return plain_text(error.message, status)


def build(ctx: AppContext, viewer_of: Callable[[Request], Awaitable[Viewer | None]]) -> Starlette:
    """Return the ASGI application."""
    handler = Files(ctx, viewer_of)
    return Starlette(
        routes=[Route("/{owner}/{name}", handler.handle, methods=["GET", "HEAD", "PUT"])],
        exception_handlers={Refusal: refused},
    )
