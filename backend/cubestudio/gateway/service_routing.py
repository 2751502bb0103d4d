"""Which revision of a service serves a request.

A revision that is scaled to zero is woken by a request, which waits for it; so does a request to a service
whose revisions are about to answer."""

import asyncio
import random
import time
from functools import partial

from cubestudio.core.context import AppContext
from cubestudio.gateway.exchange import ServiceRequest
from cubestudio.gateway.service_access import ServiceAccess
from cubestudio.gateway.service_responses import RevisionUnavailable, refusal
from cubestudio.services import life
from cubestudio.services.endpoint import Endpoint, Target
from cubestudio.services.model import RevisionState
from cubestudio.services.plan import pick

WAKE_TIMEOUT = 60.0
"""Seconds for which a request waits for a revision that is scaled to zero or starts."""
RETRY_TIMEOUT = 5.0
"""Seconds for which another replica is tried when one cannot be reached."""


class Router:
    """Chooses revisions by the traffic weights of a service, or by the number that a caller requests."""

    def __init__(self, ctx: AppContext, access: ServiceAccess):
        self._ctx = ctx
        self._access = access

    async def choose(self, request: ServiceRequest, avoid: set[int]) -> tuple[Endpoint, Target]:
        """Return the revision that serves a request, woken if it is scaled to zero, and the service as it is
        by then. Raises DirectResponse when none answers in time."""
        endpoint = request.endpoint
        header = "" if request.caller.anonymous else request.request.headers.get(b"x-cube-revision", "")
        wanted = int(header) if header.isdecimal() and len(header) < 9 else None
        began = time.monotonic()
        woken: set[int] = set()
        while True:
            answers = {
                number: target.answers and number not in avoid for number, target in endpoint.targets.items()
            }
            number = _wanted(wanted, answers) if wanted is not None else None
            if number is None:
                number = pick(endpoint.traffic, answers, random.random())
            if number is not None:
                return endpoint, endpoint.targets[number]
            if time.monotonic() - began > _patience(endpoint):
                raise refusal(503, _no_answer(endpoint), [("retry-after", "5")])
            for target in _asleep(endpoint):
                if target.number not in woken:
                    await self._ctx.db.transact(partial(life.wake, service=endpoint.id, number=target.number))
                    woken.add(target.number)
            await asyncio.sleep(0.1)
            endpoint = await self._access.endpoint(endpoint.project, endpoint.name) or endpoint


def _wanted(wanted: int, answers: dict[int, bool]) -> int:
    """Return the revision that a caller requests by number. Raises DirectResponse unless it answers."""
    if answers.get(wanted):
        return wanted
    message = f"Revision {wanted} does not answer now."
    raise RevisionUnavailable(wanted, 503, message, 5) if wanted in answers else refusal(503, message)


def _asleep(endpoint: Endpoint) -> list[Target]:
    """Return the revisions with traffic that are scaled to zero."""
    targets = [endpoint.targets[number] for number, weight in endpoint.traffic if weight]
    return [target for target in targets if target.state == RevisionState.ASLEEP]


def _patience(endpoint: Endpoint) -> float:
    """Return for how many seconds a request waits for a revision; less than 0 when none will answer.

    A revision whose replicas only broke off is back in a moment or not soon; one that starts may have to
    build its environment first."""
    coming = [
        endpoint.targets[number]
        for number, weight in endpoint.traffic
        if weight and endpoint.targets[number].coming
    ]
    if not endpoint.on or not (_asleep(endpoint) or coming):
        return -1.0
    degraded = all(target.state == RevisionState.DEGRADED for target in coming)
    return RETRY_TIMEOUT if degraded and not _asleep(endpoint) else WAKE_TIMEOUT


def _no_answer(endpoint: Endpoint) -> str:
    """Return why no revision answers."""
    if not endpoint.on:
        return f"Service {endpoint.name} is stopped."
    if not endpoint.traffic:
        newest = endpoint.targets[max(endpoint.targets)] if endpoint.targets else None
        detail = f": {newest.message}" if newest and newest.message else ""
        return f"Service {endpoint.name} has not answered yet{detail}."
    return f"No revision of service {endpoint.name} answers now."
