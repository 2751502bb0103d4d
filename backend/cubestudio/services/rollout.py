"""The way of a revision to the traffic: all at once, step by step under judgement, or by hand; and the way
back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from cubestudio.core import clock
from cubestudio.core.db import Tx
from cubestudio.core.inputs.definition import checked, input_path
from cubestudio.services import messages
from cubestudio.services.events import CanaryBegun, RolloutEnded, ServiceChanged, ServiceMoved
from cubestudio.services.model import Revision, RevisionState, Service
from cubestudio.services.plan import Gate, RolloutKind, RolloutState, Strategy, Verdict, shared

MOST_SAID = 50


def strategy(given: Mapping[str, Any]) -> Strategy:
    """Return how a revision is to get the traffic. Raises Invalid with everything that is wrong."""
    return checked(Strategy, given, messages.ROLLOUT_STRATEGY_INVALID, "strategy", input_path(Strategy))


def going(told: Mapping[str, Any] | None) -> bool:
    """Whether it has neither arrived nor been given up."""
    return bool(told) and not RolloutState(told["state"]).final


async def _row(tx: Tx, service: str) -> Row:
    """A service that nobody else changes until this is over."""
    columns = (Service.id, Service.project_id, Service.traffic, Service.mirror, Service.rollout)
    return (await tx.execute(select(*columns).where(Service.id == service).with_for_update())).one()


async def _put(tx: Tx, row: Row, told: Mapping[str, Any], words: str | None = None, **more: Any) -> None:
    now = clock.now().isoformat()
    said = [*told["said"], {"at": now, "words": words}][-MOST_SAID:] if words else told["said"]
    await tx.execute(
        update(Service).where(Service.id == row.id).values(rollout={**told, **more, "said": said})
    )
    tx.record(ServiceChanged(row.id, row.project_id))


async def begin(tx: Tx, service: str, number: int, how: Strategy) -> None:
    """Have a revision on its way; one that was on its way before is left where it is."""
    await end(tx, service, f"revision {number} came after it")
    row = await _row(tx, service)
    told = {
        "revision": number,
        "kind": how.kind,
        "steps": list(how.steps),
        "step_seconds": how.step_seconds,
        "gates": how.gates.model_dump(mode="json"),
        "state": RolloutState.PAUSED if how.kind == RolloutKind.MANUAL else RolloutState.PENDING,
        "step": -1,
        "since": clock.now().isoformat(),
        "was": row.traffic,
        "looked": [],
        "said": [],
    }
    await _put(tx, row, told, f"revision {number} is to answer first")
    state = await tx.execute(
        select(Revision.state).where(Revision.service_id == service, Revision.number == number)
    )
    if state.scalar_one() == RevisionState.READY.value:
        await arrived(tx, service, number)


async def arrived(tx: Tx, service: str, number: int) -> None:
    """A revision answers: it gets the traffic, or its first share."""
    row = await _row(tx, service)
    told = row.rollout
    if not told or told["revision"] != number or told["state"] != RolloutState.PENDING:
        return
    others = [key for key, weight in row.traffic.items() if weight and key != str(number)]
    if told["kind"] == RolloutKind.IMMEDIATE or not others:
        await move(tx, service, {str(number): 100}, row.mirror)
        await _put(
            tx, row, told, f"revision {number} answers and has all the traffic", state=RolloutState.COMPLETED
        )
        return
    percent = told["steps"][0]
    await move(tx, service, shared(row.traffic, number, percent), row.mirror)
    await _put(
        tx,
        row,
        told,
        f"revision {number} answers and has {percent} %",
        state=RolloutState.COMPLETED if percent == 100 else RolloutState.PROGRESSING,
        step=0,
        since=clock.now().isoformat(),
        was=row.traffic,
        looked=[],
    )
    if percent < 100:
        tx.record(CanaryBegun(service, str(number)))


async def judged(
    tx: Tx, service: str, number: int, step: int, verdict: Verdict, looked: list[dict[str, Any]]
) -> None:
    """Keep what a look at a canary found; give it its next share, or the traffic back."""
    row = await _row(tx, service)
    told = row.rollout
    if (
        not told
        or told["revision"] != number
        or told["state"] != RolloutState.PROGRESSING
        or told["step"] != step
    ):
        return
    if verdict == Verdict.FAILED:
        gate = next(each for each in looked if each["verdict"] == Verdict.FAILED)
        words = {
            Gate.ERROR_RATE: "too many requests failed",
            Gate.REJECTION_RATE: "too many requests were rejected",
            Gate.LATENCY: "too many answers were slow",
            Gate.DIFFERENCE_RATE: "too many answers differed",
        }
        await back(tx, service, f"{words[gate['gate']]}: {gate['seen']} of {gate['of']}", looked)
        return tx.record(RolloutEnded(service, row.project_id, str(number), clock.now().isoformat()))
    waited = (clock.now() - datetime.fromisoformat(told["since"])).total_seconds()
    if verdict != Verdict.PASSED or waited < told["step_seconds"]:
        return await _put(tx, row, told, looked=looked)
    percent = told["steps"][step + 1]
    await move(tx, service, shared(told["was"], number, percent), row.mirror)
    words = (
        f"it did well and has {percent} %"
        if percent < 100
        else f"it did well: revision {number} has all the traffic"
    )
    await _put(
        tx,
        row,
        told,
        words,
        state=RolloutState.PROGRESSING if percent < 100 else RolloutState.COMPLETED,
        step=step + 1,
        since=clock.now().isoformat(),
        looked=looked,
    )
    if percent == 100:
        tx.record(RolloutEnded(service, row.project_id, str(number), clock.now().isoformat()))


async def back(tx: Tx, service: str, words: str, looked: list[dict[str, Any]] | None = None) -> None:
    """Give the traffic back to those that had it before, keeping why."""
    row = await _row(tx, service)
    told = row.rollout
    if not told or not going(told):
        return
    if told["state"] == RolloutState.PROGRESSING:
        await move(tx, service, told["was"], row.mirror)
    await _put(
        tx,
        row,
        told,
        words,
        state=RolloutState.ROLLED_BACK,
        looked=told["looked"] if looked is None else looked,
    )


async def failed(tx: Tx, service: str, number: int, words: str) -> bool:
    """Roll back a revision that cannot run if its rollout is active. Return whether that rollout has been
    rolled back, now or before."""
    row = await _row(tx, service)
    if not row.rollout or row.rollout["revision"] != number:
        return False
    if going(row.rollout):
        await back(tx, service, f"revision {number} does not run: {words}")
        tx.record(RolloutEnded(service, row.project_id, str(number), clock.now().isoformat()))
        return True
    return row.rollout["state"] == RolloutState.ROLLED_BACK


async def end(tx: Tx, service: str, words: str) -> None:
    """Leave a rollout that is under way where it is."""
    row = await _row(tx, service)
    if going(row.rollout):
        await _put(tx, row, row.rollout, words, state=RolloutState.ENDED)


async def move(tx: Tx, service: str, traffic: Mapping[str, int], mirror: int | None) -> None:
    """Share the traffic out so from now on."""
    mirror = None if mirror is not None and traffic.get(str(mirror)) else mirror
    await tx.execute(
        update(Service).where(Service.id == service).values(traffic=dict(traffic), mirror=mirror)
    )
    await moved(tx, service)


async def moved(tx: Tx, service: str) -> None:
    row = await _row(tx, service)
    tx.record(ServiceMoved(service))
    tx.record(ServiceChanged(service, row.project_id))
