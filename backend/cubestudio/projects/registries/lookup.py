"""Asking registries over the network: whether they let us in, and whether they have an image."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2
import orjson

from cubestudio.core.http.client import Answer, Guarded, Network, Refused
from cubestudio.projects.registries.spec import Door, Name, of_registry

SECONDS = 5
KINDS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


class Silent(Exception):
    """A registry does not answer, or not as one does; the text says how."""


@dataclass(frozen=True)
class Found:
    """What a registry says of an image: its digest; `absent` when it has none; `problem` when it could not be
    asked."""

    digest: str | None = None
    absent: bool = False
    problem: str | None = None


async def knock(door: Door, allowed: Sequence[Network]) -> str | None:
    """What is wrong with a registry as it answers now; None when it lets us in. `allowed`: private networks
    that may be asked."""
    try:
        answer = await _ask(door, allowed, "GET", "/v2/", "")
    except Silent as error:
        return str(error)
    return _refusal(door, answer) or (None if answer.status == 200 else f"it answers with {answer.status}")


async def find(door: Door, name: Name, allowed: Sequence[Network]) -> Found:
    """What a registry has under a name."""
    path = f"/v2/{name.repository}/manifests/{name.reference}"
    try:
        answer = await _ask(door, allowed, "HEAD", path, f"repository:{name.repository}:pull")
    except Silent as error:
        return Found(problem=str(error))
    if answer.status == 404:
        return Found(absent=True)
    if refusal := _refusal(door, answer):
        return Found(problem=refusal)
    digest = answer.headers.get("docker-content-digest", "")
    if answer.status != 200 or not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        return Found(problem=f"{door.where} answers with {answer.status}")
    return Found(digest=digest)


def _refusal(door: Door, answer: Answer) -> str | None:
    if answer.status in (401, 403):
        return (
            "it refuses the user name and password"
            if door.username
            else "it asks for a user name and password"
        )
    return None


async def _ask(door: Door, allowed: Sequence[Network], method: str, path: str, scope: str) -> Answer:
    """A registry's answer to a request; a token is fetched first where it asks for one. Raises Silent."""
    where = f"{'http' if door.insecure else 'https'}://{door.where}{path}"
    who = (door.username, door.password) if door.username else None
    headers = {"accept": KINDS}
    try:
        async with Guarded(allowed, trusted={door.host} if door.trusted else (), seconds=SECONDS) as http:
            answer = await http.request(method, where, auth=who, headers=headers)
            told = answer.headers.get("www-authenticate", "")
            if answer.status != 401 or not told.lower().startswith("bearer"):
                return answer
            pairs = dict(re.findall(r'(\w+)="([^"]*)"', told))
            realm = _realm(door, pairs.get("realm", ""))
            wanted = {"service": pairs.get("service", "")} | ({"scope": scope} if scope else {})
            given = await http.request("GET", realm, params=wanted, auth=who)
            if given.status != 200 or not scope:
                return given
            body = orjson.loads(given.body)
            token = body.get("token") or body.get("access_token") or "" if isinstance(body, dict) else ""
            return await http.request(method, where, headers={**headers, "authorization": f"Bearer {token}"})
    except Refused as error:
        raise Silent(f"the registry {door.where} was not asked: {error}") from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise Silent(f"{door.where} does not answer: {type(error).__name__}") from error
    except ValueError as error:
        raise Silent(f"the token service of {door.where} answers with something else than JSON") from error


def _realm(door: Door, realm: str) -> str:
    """The address of the token service that a registry names, which is as little trusted as any other. Raises
    Silent."""
    there = httpx2.URL(realm)
    if there.scheme != "https" and not door.insecure:
        raise Silent("its token service does not speak HTTPS")
    if door.username and not of_registry(there.host.rstrip("."), door.host):
        raise Silent(
            f"the registry {door.where} names a token service at {there.host[:200] or 'no host'}, "
            "which does not get the password: it must be at "
            "the registry's own host or in its parent domain. Remove the user name, or use the "
            "address of the registry that fits."
        )
    return realm
