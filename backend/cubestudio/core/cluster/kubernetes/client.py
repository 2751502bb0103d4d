"""One cluster's API server: requests by path with plain JSON, on the connection that a kubeconfig describes.

Objects stay dictionaries as the server sends them: a watch of thousands of pods pays nothing for classes, and
custom resources are no different from the rest. Refusals of the server become ours, with its words.
"""

import asyncio
import base64
import contextlib
import copy
import tempfile
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson

from cubestudio.core import log
from cubestudio.core.cluster import messages
from cubestudio.core.cluster.kubernetes.identity import QUESTION, Identity
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

logger = log.get(__name__)
MANAGER = "cubestudio"
SECONDS = 20
PAGE = 500
STARTING = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between questions to a server that refuses while it is starting."""
MOVED = b"the object has been modified"
LATE = 'serviceaccount "default" not found'
"""What a namespace says to its first pods until a controller has made its account."""
STRANGER = "Cluster {} does not accept the platform's credentials; its kubeconfig must be renewed."


class Gone(Exception):
    """The server no longer has the past that was asked for: list again."""


class Client:
    """Requests to one cluster. `config`: a kubeconfig as a mapping, None inside a cluster; `context` one of
    its contexts. With an `identity` nothing is asked of another cluster than the one that it remembers."""

    def __init__(
        self,
        name: str,
        config: Mapping[str, Any] | None,
        context: str | None = None,
        identity: Identity | None = None,
        problem: str | None = None,
    ):
        self.name = name
        self._problem = problem
        """Why nothing can be asked."""
        self._sending: dict[Any, int] = {}
        """How many requests are being sent on each connection, those included that were given up."""
        self._identity = identity
        self._sure = identity is None
        self._config = config
        self._context = context
        self._api: Any = None
        self._lock = asyncio.Lock()

    async def _connected(self) -> Any:
        async with self._lock:
            if self._api is None:
                self._api = await self._connect()
            return self._api

    async def _connect(self) -> Any:
        if self._problem:
            raise Unavailable(self._problem)
        # Loaded on first use: it takes two seconds and 110 MB, which an installation without a cluster should
        # not pay.
        from kubernetes_asyncio import client, config

        configuration = type.__call__(client.Configuration)
        configuration.connection_pool_maxsize = 2000
        with tempfile.TemporaryDirectory(prefix="cube-kube-") as private:
            try:
                if self._config is None:
                    config.incluster_config.InClusterConfigLoader(
                        config.incluster_config.SERVICE_TOKEN_FILENAME,
                        config.incluster_config.SERVICE_CERT_FILENAME,
                    ).load_and_set(configuration)
                else:
                    await config.load_kube_config_from_dict(
                        filed(self._config, Path(private)),
                        context=self._context,
                        client_configuration=configuration,
                    )
                return client.ApiClient(configuration)  # it has read the files by now
            except (
                Exception
            ) as error:  # the library raises whatever a credential helper, a file or YAML made of it
                raise Unavailable(messages.KUBECONFIG_INVALID(cluster=self.name, problem=error)) from error

    async def close(self) -> None:
        if self._api is not None:
            api, self._api = self._api, None
            self.doubt()
            await api.close()

    async def _send(self, method: str, path: str, *how: Any) -> aiohttp.ClientResponse:
        """The response, whatever its status. Raises Unavailable from another cluster than ours. That we may
        not do this is believed only of a server that is ready: one that is starting refuses everybody until
        it has read its rules. Raises Unavailable when it does not get ready, or does not know us."""
        await self._meet()
        told = False
        for pause in STARTING:
            answer = await self._ask(method, path, *how)
            if answer.status != 403:
                return answer
            ready = await self._ready()
            if ready and told:
                return answer
            told = told or ready
            answer.release()
            if not ready:
                await asyncio.sleep(pause)
        raise self._starting()

    def doubt(self) -> None:
        """Ask once more which cluster it is before anything else is asked of it."""
        self._sure = self._identity is None

    async def _meet(self) -> None:
        """Make sure that it is the cluster that we think, where we may ask. Raises Unavailable when it is
        not, or does not say."""
        if self._sure or self._identity is None:
            return
        answer = await self._ask(
            "GET", QUESTION, None, body=None, media=None, accept="application/json", timeout=SECONDS
        )
        data = await self._read(answer)
        if answer.status == 404 and await self._identity.met():
            raise Unavailable(messages.CLUSTER_EMPTY(cluster=self.name))
        if answer.status in (403, 404):  # a narrow account, which is not told; or a server that is starting
            self._sure = answer.status == 404 or await self._ready()
            return
        if answer.status >= 300:
            raise self._refusal(answer.status, data)
        try:
            uid = str(orjson.loads(data)["metadata"]["uid"])
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise Unavailable(messages.CLUSTER_NOT_KUBERNETES(cluster=self.name)) from error
        await self._identity.check(uid)
        self._sure = True

    def _starting(self) -> Unavailable:
        return Unavailable(messages.CLUSTER_STARTING(cluster=self.name))

    async def started(self) -> None:
        """Raises Unavailable while the server is starting: what it does not know yet is not missing."""
        if not await self._ready():
            raise self._starting()

    async def _ready(self) -> bool:
        """Whether the server says that it is ready to serve, or answers to everybody what it is while it may
        not be asked that."""
        for question in ("/readyz", "/version"):
            answer = await self._ask("GET", question, None, body=None, media=None, accept="*/*", timeout=5)
            await self._read(answer)
            if answer.status != 403:
                return answer.status < 300 or answer.status == 404  # too old to know the question
        return False

    async def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Any,
        media: str | None,
        accept: str,
        timeout: Any,
    ) -> aiohttp.ClientResponse:
        """The response, whatever its status; a credential that has expired is read again once. Raises
        Unavailable."""
        for fresh in (False, True):
            api = await self._connected()
            headers: dict[str, str] = {
                "Accept": accept,
                "User-Agent": MANAGER,
                "Content-Type": media or "application/json",
            }
            params: list[tuple[str, str]] = []
            self._sending[api] = self._sending.get(api, 0) + 1
            try:
                await api.update_params_for_auth(headers, params, ["BearerToken"])
                answer = await api.rest_client.request(
                    method,
                    api.configuration.host + path,
                    query_params=[*params, *((query or {}).items())],
                    headers=headers,
                    body=body,
                    _preload_content=False,
                    _request_timeout=timeout,
                )
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError, RuntimeError) as error:
                raise Unavailable(
                    messages.CLUSTER_NOT_ANSWERING(cluster=self.name, problem=words(error))
                ) from error
            finally:
                await self._sent(api)
            if answer.status != 401:
                return answer
            answer.release()
            if not fresh:
                await self._renew(api)
        raise Unavailable(self._stranger())

    async def _renew(self, api: Any) -> None:
        """Read the credentials again for whoever asks next. Watches share a connection: it is closed when
        none of them sends on it."""
        if self._api is api:
            self._api = None
            self.doubt()
            if not self._sending.get(api):
                await api.close()

    async def _sent(self, api: Any) -> None:
        self._sending[api] -= 1
        if not self._sending[api]:
            del self._sending[api]
            if api is not self._api:
                await api.close()

    def _stranger(self) -> str:
        ended = expired(self._config, self._context)
        return (
            f"The token of cluster {self.name} expired at {ended}; its kubeconfig must be renewed."
            if ended
            else STRANGER.format(self.name)
        )

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        try:
            async with answer:
                return await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unavailable(
                messages.CLUSTER_CONNECTION_BROKEN(cluster=self.name, problem=words(error))
            ) from error

    async def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        media: str | None = None,
        *,
        timeout: float = SECONDS,
    ) -> Any:
        """The object that the server answers with. Raises NotFound, Conflict, Invalid, Forbidden, Gone, or
        Unavailable."""
        for attempt in range(4):
            answer = await self._send(method, path, query, body, media, "application/json", timeout)
            data = await self._read(answer)
            if answer.status < 300:
                return orjson.loads(data) if data else {}
            if (
                answer.status == 409 and MOVED in data and attempt < 3
            ):  # a controller wrote it at the same moment
                await asyncio.sleep(0.1)
                continue
            if answer.status == 429 and attempt < 3:  # the server is busy: it says when to come again
                await asyncio.sleep(min(float(answer.headers.get("retry-after", "1") or 1), 10))
                continue
            raise self._refusal(answer.status, data)
        raise AssertionError("unreachable")

    def _refusal(self, status: int, data: bytes) -> Exception:
        try:
            said = orjson.loads(data)
            message = str(said.get("message") or said.get("reason") or "")
        except (orjson.JSONDecodeError, AttributeError):
            message = data[:300].decode(errors="replace")
        if status == 410:
            return Gone(message)
        if status == 404:
            return NotFound(messages.CLUSTER_MESSAGE(cluster=self.name, message=message or "not found"))
        if status == 409:
            return Conflict(messages.CLUSTER_MESSAGE(cluster=self.name, message=message))
        if status == 401:
            return Unavailable(self._stranger())
        if status == 403 and LATE in message:
            return Unavailable(messages.NAMESPACE_IN_CREATION(cluster=self.name, message=message))
        if status == 403:
            return Forbidden(messages.CLUSTER_FORBIDS(cluster=self.name, message=message))
        if status in (400, 405, 413, 415, 422):
            return Invalid(messages.CLUSTER_REJECTED(cluster=self.name, message=message))
        return Unavailable(messages.CLUSTER_ANSWERED(cluster=self.name, status=status, message=message[:300]))

    async def socket(
        self, path: str, query: list[tuple[str, str]], protocol: str
    ) -> aiohttp.ClientWebSocketResponse:
        """A WebSocket to a path."""
        await self._meet()
        api = await self._connected()
        headers: dict[str, str] = {}
        await api.update_params_for_auth(headers, [], ["BearerToken"])
        address = f"{api.configuration.host}{path}?{urlencode(query)}".replace("http", "ws", 1)
        try:
            return await api.rest_client.pool_manager.ws_connect(
                address, headers=headers, protocols=[protocol], heartbeat=30, max_msg_size=0
            )
        except aiohttp.WSServerHandshakeError as error:
            if error.status == 403:
                await self.started()
            raise self._refusal(error.status, error.message.encode()) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unavailable(
                messages.CLUSTER_NOT_ANSWERING(cluster=self.name, problem=words(error))
            ) from error

    async def get(self, path: str) -> Any:
        return await self.call("GET", path)

    async def find(self, path: str) -> Any:
        """Return an object; None when it is not there."""
        try:
            return await self.get(path)
        except NotFound:
            return None

    async def text(self, path: str) -> str:
        """What a path answers that is no object of the server's own, such as a page of a pod behind it."""
        answer = await self._send("GET", path, None, None, None, "*/*", SECONDS)
        data = await self._read(answer)
        if answer.status >= 300:
            raise self._refusal(answer.status, data)
        return data.decode(errors="replace")

    async def items(self, path: str, **query: Any) -> tuple[list[dict], str]:
        """Every object below a path, page by page, and the revision at which they were so."""
        found: list[dict] = []
        query = {"limit": PAGE, **query}
        while True:
            answer = await self.call("GET", path, query, timeout=60)
            found += answer.get("items") or []
            meta = answer.get("metadata") or {}
            if not meta.get("continue"):
                return found, str(meta.get("resourceVersion", ""))
            query["continue"] = meta["continue"]

    async def rehearse(self, path: str, body: dict, *, strict: bool = False) -> Any:
        """What a new object below a path would be, without making it; it takes the right to create, as making
        it does, and no other. `strict`: a field that its definition does not have is refused, which is
        dropped otherwise."""
        query = {"fieldManager": MANAGER, "dryRun": "All"} | ({"fieldValidation": "Strict"} if strict else {})
        return await self.call("POST", path, query, body)

    async def clock(self) -> tuple[datetime, float]:
        """The time there, to a second, and the seconds that the answer took."""
        began = datetime.now(UTC)
        answer = await self._send("GET", "/version", None, None, None, "application/json", 5)
        took = (datetime.now(UTC) - began).total_seconds()
        await self._read(answer)
        try:
            return parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC), took
        except (ValueError, TypeError, OverflowError) as error:
            raise Invalid(messages.CLUSTER_WITHOUT_TIME(cluster=self.name)) from error

    async def apply(self, path: str, body: dict, *, dry: bool = False) -> Any:
        """Server-side apply: made when absent, else brought to this state in the fields that we own."""
        query = {"fieldManager": MANAGER, "force": "true"} | ({"dryRun": "All"} if dry else {})
        return await self.call("PATCH", path, query, body, "application/apply-patch+yaml")

    async def merge(self, path: str, body: dict) -> Any:
        return await self.call("PATCH", path, {"fieldManager": MANAGER}, body, "application/merge-patch+json")

    async def delete(self, path: str, **query: Any) -> None:
        """Deleting what is absent succeeds."""
        with contextlib.suppress(NotFound):
            await self.call("DELETE", path, {"propagationPolicy": "Background", **query})

    async def lines(
        self, path: str, query: Mapping[str, Any], *, silence: float | None
    ) -> AsyncIterator[list[bytes]]:
        """A stream of lines with their ends, as many as came together; the last may lack its end. Broken when
        nothing comes for `silence` seconds."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=SECONDS, sock_read=silence)
        answer = await self._send("GET", path, query, None, None, "*/*", timeout)
        async with answer:
            if answer.status >= 300:
                raise self._refusal(answer.status, await answer.read())
            rest = b""
            try:
                async for data in answer.content.iter_any():
                    rest += data
                    end = rest.rfind(b"\n") + 1
                    if end:
                        yield [line + b"\n" for line in rest[: end - 1].split(b"\n")]
                        rest = rest[end:]
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                raise Unavailable(
                    messages.CLUSTER_CONNECTION_BROKEN(cluster=self.name, problem=words(error))
                ) from error
            if rest:
                yield [rest]


def filed(config: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The kubeconfig with the certificates and keys that stand in it as files. The library would write them
    too, but it remembers their places for ever, and they are to be gone as soon as they were read."""
    made = copy.deepcopy(dict(config))
    for kind, entry in (("clusters", "cluster"), ("users", "user")):
        for place, each in enumerate(made.get(kind) or ()):
            inner = (each.get(entry) if isinstance(each, dict) else None) or {}
            for name in ("certificate-authority", "client-certificate", "client-key"):
                if data := inner.pop(f"{name}-data", None):
                    file = folder / f"{entry}-{place}-{name}"
                    file.write_bytes(base64.b64decode(data))
                    inner[name] = str(file)
    return made


def expired(config: Mapping[str, Any] | None, context: str | None) -> str | None:
    """When the token of a kubeconfig ended, if it is a JSON web token that says so and that is past."""
    try:
        named = lambda kind, name: next(each for each in (config or {})[kind] if each["name"] == name)  # noqa: E731
        user = named("contexts", context or (config or {})["current-context"])["context"]["user"]
        claims = named("users", user)["user"]["token"].split(".")[1]
        end = datetime.fromtimestamp(
            float(orjson.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]), UTC
        )
    except (
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        OSError,
        StopIteration,
    ):
        return None
    return end.strftime("%Y-%m-%d %H:%M UTC") if end < datetime.now(UTC) else None


def words(error: BaseException) -> str:
    """What to say of an exception of the connection."""
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError):
        return "the connection was cut"
    if isinstance(error, TimeoutError):
        return "no answer came in time"
    return str(error) or type(error).__name__


def path(
    version: str, plural: str, namespace: str | None = None, name: str | None = None, sub: str | None = None
) -> str:
    """The path of a resource: `v1` or `group/version`."""
    root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
    if namespace:
        root += f"/namespaces/{namespace}"
    return "/".join(part for part in (root, plural, name, sub) if part)
