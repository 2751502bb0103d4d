"""Asking registries over the network: whether they let us in, and whether they have an image."""

import re
from dataclasses import dataclass

import httpx2

from cubestudio.projects.registries.spec import Door, Name

SECONDS = 5
KINDS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    )
)  # fmt: skip


class Silent(Exception):
    """A registry does not answer, or not as one does; the text says how."""


@dataclass(frozen=True)
class Found:
    """What a registry says of an image: its digest; `absent` when it has none; `problem` when it could not be asked."""

    digest: str | None = None
    absent: bool = False
    problem: str | None = None


async def knock(door: Door) -> str | None:
    """What is wrong with a registry as it answers now; None when it lets us in."""
    try:
        answer = await _ask(door, "GET", "/v2/", "")
    except Silent as error:
        return str(error)
    return _refusal(door, answer) or (None if answer.status_code == 200 else f"it answers with {answer.status_code}")


async def find(door: Door, name: Name) -> Found:
    """What a registry has under a name."""
    try:
        answer = await _ask(door, "HEAD", f"/v2/{name.repository}/manifests/{name.reference}", f"repository:{name.repository}:pull")
    except Silent as error:
        return Found(problem=str(error))
    if answer.status_code == 404:
        return Found(absent=True)
    if refusal := _refusal(door, answer):
        return Found(problem=refusal)
    digest = answer.headers.get("docker-content-digest", "")
    if answer.status_code != 200 or not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        return Found(problem=f"{door.where} answers with {answer.status_code}")
    return Found(digest=digest)


def _refusal(door: Door, answer: httpx2.Response) -> str | None:
    if answer.status_code in (401, 403):
        return "it refuses the user name and password" if door.username else "it asks for a user name and password"
    return None


async def _ask(door: Door, method: str, path: str, scope: str) -> httpx2.Response:
    """A registry's answer to a request; a token is fetched first where it asks for one. Raises Silent."""
    where = f"{'http' if door.insecure else 'https'}://{door.where}{path}"
    who = httpx2.BasicAuth(door.username, door.password) if door.username else None
    headers = {"accept": KINDS}
    try:
        async with httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False) as http:
            answer = await http.request(method, where, auth=who, headers=headers)
            told = answer.headers.get("www-authenticate", "")
            if answer.status_code != 401 or not told.lower().startswith("bearer"):
                return answer
            pairs = dict(re.findall(r'(\w+)="([^"]*)"', told))
            if not pairs.get("realm", "").startswith("https://") and not door.insecure:
                raise Silent("its token service does not speak HTTPS")
            wanted = {"service": pairs.get("service", "")} | ({"scope": scope} if scope else {})
            given = await http.get(pairs["realm"], params=wanted, auth=who)
            if given.status_code != 200 or not scope:
                return given
            body = given.json()
            token = body.get("token") or body.get("access_token") or "" if isinstance(body, dict) else ""
            return await http.request(method, where, headers={**headers, "authorization": f"Bearer {token}"})
    except (httpx2.HTTPError, httpx2.InvalidURL, KeyError) as error:
        raise Silent(f"{door.where} does not answer: {type(error).__name__}") from error
    except ValueError as error:
        raise Silent(f"the token service of {door.where} answers with something else than JSON") from error
