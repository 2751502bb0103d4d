"""The rows of a cluster's components that come from trying: what it takes of us, its version and clock, what
went wrong there lately."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cubestudio.core import clock as time
from cubestudio.core.cluster.kubernetes import trials
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.status import machines
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.kubernetes.tested import remark
from cubestudio.core.cluster.port import ClusterEvent, Component
from cubestudio.core.errors import Forbidden, Invalid, NotFound

GROUP = "kubernetes"
SKEW = 10.0
"""Seconds by which a cluster's clock may differ from ours; leases, tokens and the times of logs are compared
with it."""
LATELY = timedelta(hours=1)
SHOWN = 3
"""Warnings that are quoted."""
RIGHTS = "kubectl apply -f install/kubernetes/rbac.yaml"


async def rows(
    client: Client, site: Site, ways: frozenset[str], classes: Iterable[str], found: list[Component]
) -> list[Component]:
    """The rows with what trying adds to them, and rows of the cluster itself. Raises Unavailable."""
    spaces = list(dict.fromkeys((site.namespace, *site.spaces)))
    there = [
        space
        for space, made in zip(
            spaces, await asyncio.gather(*(_there(client, space) for space in spaces)), strict=True
        )
        if made
    ]
    tried = [trial for trial in trials.trials(site, ways, classes) if trial.space in there]
    answers = await trials.answers(client, tried)
    absent = [space for space in spaces if space not in there]
    own = [
        await _version(client),
        _objects(answers.get(trials.KUBERNETES, ()), len(tried), absent),
        await _clock(client),
    ]
    return [*own, await _events(client, there), *(_row(row, answers.get(row.name, ())) for row in found)]


def _row(row: Component, refused: Iterable[str]) -> Component:
    """A row of the table, with what its objects were answered and what its version is."""
    words = [
        *refused,
        *(
            [said]
            if (row.version or row.state == "ready") and (said := remark(row.name, row.version))
            else []
        ),
    ]
    state = "not ready" if list(refused) and row.state == "ready" else row.state
    return replace(row, state=state, message="; ".join([row.message, *words]))


async def _there(client: Client, space: str) -> bool:
    """Whether a namespace is there; one that we may not look at was made by whoever gave us rights in it."""
    try:
        await client.get(path("v1", "namespaces", None, space))
    except NotFound:
        return False
    except Forbidden:
        return True
    return True


def _objects(refused: Iterable[str], tried: int, absent: list[str]) -> Component:
    words = list(refused) or [
        f"it takes what the platform makes ({tried} kinds of objects were tried, and none was made)"
    ]
    if absent:
        words.append(f"not tried in {', '.join(absent)}: such a namespace is made with the first work in it")
    state = "not ready" if list(refused) else "ready"
    return Component(
        group=GROUP,
        name=trials.KUBERNETES,
        state=state,
        version=None,
        message="; ".join(words),
        needed="everything that runs there",
        install=RIGHTS,
    )


async def _version(client: Client) -> Component:
    told = await client.get("/version")
    version = str(told.get("gitVersion") or "") if isinstance(told, Mapping) else ""
    words = remark("api-server", version or None) or "it answers"
    bad = "older than" in words
    return Component(
        group=GROUP,
        name="api-server",
        state="not ready" if bad else "ready",
        version=version or None,
        message=words,
        needed="everything",
        install="upgrade the cluster",
    )


async def _clock(client: Client) -> Component:
    try:
        at, took = await client.clock()
        state, words = clock(at, took, time.now())
    except Invalid as error:
        state, words = "not ready", error.message
    return Component(
        group=GROUP,
        name="clock",
        state=state,
        version=None,
        message=words,
        needed="tokens, leases, times of logs",
        install="run NTP (chrony) on its nodes and here",
    )


def clock(at: datetime, took: float, now: datetime) -> tuple[Any, str]:
    """How a cluster's clock compares with ours, (state, sentence): it said `at`, in whole seconds, `took`
    seconds or less before `now`."""
    least = (at - now).total_seconds()
    most = least + 1 + took
    off = least if least > 0 else most if most < 0 else 0.0
    if abs(off) <= SKEW:
        return "ready", f"it is within {SKEW:g} s of this machine's"
    return (
        "not ready",
        f"it is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} this machine's; more than "
        f"{SKEW:g} s are too many",
    )


async def _events(client: Client, spaces: Iterable[str]) -> Component:
    """The warnings of the last hour in our namespaces. They are news and no verdict: the row is ready
    whatever they say."""
    notes: list[tuple[str, ClusterEvent]] = []
    blind: list[str] = []
    for space in spaces:
        try:
            bodies, _ = await client.items(path("v1", "events", space), fieldSelector="type=Warning")
        except (Forbidden, NotFound, Invalid) as error:
            blind.append(f"those of {space} cannot be seen: {error.message[:200]}")
            continue
        for body in bodies:
            try:
                notes.append((space, machines.event(body)))
            except (ValueError, TypeError, AttributeError) as error:  # the others are told all the same
                blind.append(f"one of {space} cannot be read: {error}"[:200])
    return Component(
        group=GROUP,
        name="events",
        state="ready",
        version=None,
        message="; ".join([warnings(notes, time.now()), *blind[:SHOWN]]),
        needed="what keeps work from running",
        install=RIGHTS,
    )


def warnings(notes: Iterable[tuple[str, ClusterEvent]], now: datetime) -> str:
    """The warnings of the last hour in one sentence, the newest first."""
    late = [
        (note.at, space, note)
        for space, note in notes
        if note.at and note.at.tzinfo and now - LATELY <= note.at
    ]
    late.sort(key=lambda each: each[0], reverse=True)
    if not late:
        return "no warning in the last hour"
    told = [f"{space}: {str(note.reason)[:60]}: {str(note.message)[:160]}" for _, space, note in late[:SHOWN]]
    more = f" and {len(late) - SHOWN} more" if len(late) > SHOWN else ""
    return f"{len(late)} warning{'s' if len(late) > 1 else ''} in the last hour: {' | '.join(told)}{more}"
