"""Files of projects: put into the store and taken out again by the code of a run with the run's own token,
taken out by the replicas of a service with the service's, and put there by people who upload a model.

A file is named by the SHA-256 of its content, so that putting it twice is putting it once and nobody can
replace one. Both ways are streams: a file may be larger than memory, and larger than other requests may be.
What the leader of a gang hands on to the steps after it bears the name of its step and attempt instead,
`@step.item.attempt`, with `.members` for the addresses of a gang's members, and is of its run alone; what a
pod sends of its metrics while it runs bears its id and the number of the first, `@metrics.pod.first`."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cubestudio.core.auth.credential import credential
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.metrics import numbered, points
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.context import Parts
from cubestudio.core.db import Tx
from cubestudio.core.errors import Forbidden, NotFound, QuotaExceeded, Refusal, Unavailable
from cubestudio.core.store import Staged
from cubestudio.notebooks import actions as notebooks
from cubestudio.pipelines.metrics import actions as metrics
from cubestudio.pipelines.runs import actions as runs
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.projects.quotas import actions as quotas
from cubestudio.services import life as services
from cubestudio.web import downloads

_DIGEST = re.compile(r"[0-9a-f]{64}")
_POSTED = re.compile(r"@[a-z0-9-]{1,50}\.\d*\.\d{1,6}(\.members)?")
_METRICS = re.compile(r"@metrics\.([0-9a-f-]{36})\.(\d{1,9})")
MOST_LINES = 2**20
"""Bytes of metrics that come at once."""
MOST_POSTED = 16 * 2**20
"""Bytes of a gang's result; `runs.MOST_LETTERS` bounds those of a run together."""


async def small(request: Request, most: int) -> bytes | None:
    """The body, None when it is more than that."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            return None
    return bytes(data)


PIECE = 16 * 2**20
"""Bytes of a file after which it is looked again whether the project may keep it."""


@contextlib.asynccontextmanager
async def received(parts: Parts, request: Request, project: str) -> AsyncIterator[Staged]:
    """What a request sends, for as long as the block runs; what is not kept in it is gone then. Raises
    ClientDisconnect when it broke off, QuotaExceeded when the project may not keep so much, whatever was
    announced, and Unavailable when there is no room."""
    length = request.headers.get("content-length", "")
    looked = 0

    async def room(size: int) -> None:
        async with parts.db.read() as conn:
            await quotas.room(conn, project, size)

    await room(int(length) if length.isdecimal() and len(length) < 19 else 0)
    with parts.store.stage() as coming:
        try:
            async for data in request.stream():
                coming.write(data)
                if coming.size - looked > PIECE:
                    looked = coming.size
                    await room(coming.size)
        except OSError as error:
            raise Unavailable(f"The platform cannot take the file now: {error.strerror}.") from error
        await room(coming.size)
        yield coming


def build(parts: Parts, viewer_of: Callable[[Request], Awaitable[Viewer | None]]) -> Starlette:
    """`PUT` and `GET /{run}/{sha256}` with `Authorization: Bearer <token of the run>`; `PUT
    /{run}/@metrics.{pod}.{first}` with lines of JSON, which answers how many numbers were in them; `GET
    /{service}/{sha256}` with the token of a service; `PUT` and `HEAD /{project}/{sha256}` for members of a
    project, `viewer_of` a request. 401 without, 400 when the content is not what the name says, 404 when the
    project has no such file, 413 when it keeps as much as it may, 503 when the store or the database cannot
    now."""

    async def key_of(request: Request) -> str | None:
        owner, digest = request.path_params["owner"], request.path_params["digest"]
        secret = credential(request).token or ""
        async with parts.db.read() as conn:
            if secret.startswith("cuberun_"):
                viewer = await runs.by_token(conn, parts.vault, secret)
                if viewer is None or viewer.run is None or viewer.run != owner:
                    return None
                if _METRICS.fullmatch(digest):
                    return f"metrics/{viewer.run}"
                if _POSTED.fullmatch(digest):
                    return f"posted/{viewer.run}/{digest}"
                project = await runs.project_of(conn, viewer.run)
            elif secret.startswith(("cubeserve_", "cubenote_")):
                room = services if secret.startswith("cubeserve_") else notebooks
                found = await room.project_by_token(conn, parts.vault, secret, owner)
                if found is None or request.method != "GET":
                    return None
                project = found
            else:
                viewer = await viewer_of(request)
                if viewer is None or request.method == "GET":
                    return None
                project = (await projects.project(conn, viewer, owner, Role.MEMBER)).id
        return artifact_key(project, digest) if _DIGEST.fullmatch(digest) else ""

    async def file(request: Request) -> Response:
        try:
            key = await key_of(request)
        except NotFound as refusal:
            return PlainTextResponse(f"{refusal.message}\n", 404)
        except Forbidden as refusal:
            return PlainTextResponse(f"{refusal.message}\n", 403)
        if key is None:
            return PlainTextResponse(
                "This token opens nothing here: it is that of a run which is going on, of a "
                "service, or a person's.\n",
                401,
            )
        if not key:
            return PlainTextResponse("A file is named by the 64 hexadecimal digits of its SHA-256.\n", 400)
        if key.startswith("metrics/"):
            return (
                await measured(request)
                if request.method == "PUT"
                else PlainTextResponse("Metrics are only put here.\n", 405)
            )
        if request.method == "PUT":
            return await (post if key.startswith("posted/") else put)(request, key)
        if not await parts.store.has(key):
            return PlainTextResponse("The project has no such file.\n", 404)
        if request.method == "HEAD":
            return Response(status_code=204)
        return downloads.response(parts.store.stream(key), request.path_params["digest"], downloads.BINARY)

    async def post(request: Request, key: str) -> Response:
        data = await small(request, MOST_POSTED)
        if data is None:
            return PlainTextResponse(f"A gang's result has {MOST_POSTED} bytes at most.\n", 413)
        run = request.path_params["owner"]
        if not await parts.db.transact(lambda tx: runs.letter(tx, run, len(data))):
            return PlainTextResponse(
                f"The gangs of a run may leave {runs.MOST_LETTERS} bytes of results for it, all together.\n",
                413,
            )
        await parts.store.put(key, data)
        return Response(status_code=204)

    async def measured(request: Request) -> Response:
        data, run = await small(request, MOST_LINES), request.path_params["owner"]
        if data is None:
            return PlainTextResponse(f"At once {MOST_LINES} bytes of metrics at most.\n", 413)
        _, pod, first = request.path_params["digest"].split(".")
        found = await asyncio.to_thread(points, data)

        async def work(tx: Tx) -> None:
            await metrics.report(tx, run, pod, numbered(found, int(first)))
            await runs.observe(tx, (), {run})

        try:
            await parts.db.transact(work)
        except NotFound as refusal:
            return PlainTextResponse(f"{refusal.message}\n", 404)
        return PlainTextResponse(str(len(found)))

    async def put(request: Request, key: str) -> Response:
        if await parts.store.has(key):
            async for _ in request.stream():
                pass
            return Response(status_code=204)
        try:
            async with received(parts, request, key.split("/")[1]) as coming:
                if coming.sha256 != request.path_params["digest"]:
                    return PlainTextResponse(
                        "The content is not what its name says; it broke on the way.\n", 400
                    )
                await parts.store.keep(coming, key)
        except ClientDisconnect:
            return Response(status_code=400)
        return Response(status_code=204)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        with contextlib.suppress(ClientDisconnect):
            async for _ in request.stream():
                pass
        status = 503 if isinstance(error, Unavailable) else 413 if isinstance(error, QuotaExceeded) else 400
        return PlainTextResponse(f"{error.message}\n", status)

    return Starlette(
        routes=[Route("/{owner}/{digest}", file, methods=["GET", "HEAD", "PUT"])],
        exception_handlers={Refusal: refused},
    )
