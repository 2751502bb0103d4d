"""Where requests go, how a new revision gets them, and whether it may go on. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field, field_validator

from cubestudio.core import cron as ticks
from cubestudio.core.inputs.strict import Strict
from cubestudio.services import messages
from cubestudio.services.model import RevisionState

BOUNDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 60_000)
"""Milliseconds; answers are counted by the first that they do not exceed, and once more for those that exceed
all."""
WIDTH = 10
"""Seconds for which requests are counted together."""
ALPHA = BETA = 0.05
"""How often a good revision may be turned back and a bad one let through."""


class Outcome(StrEnum):
    """How a request was answered. This is the one definition, for counts, gates, keys and pages: an answer of
    500 and above is an error of the service, one of 400 to 499 rejects a request that is wrong."""

    SUCCEEDED = "Succeeded"
    REJECTED = "Rejected"
    FAILED = "Failed"

    @classmethod
    def of(cls, status: int) -> "Outcome":
        return next(outcome for outcome in cls if status in outcome.statuses)

    @property
    def statuses(self) -> range:
        """The statuses of HTTP that are this outcome; 0 is an answer that never began to arrive at us."""
        return {"Succeeded": range(400), "Rejected": range(400, 500), "Failed": range(500, 1000)}[self]


class RolloutKind(StrEnum):
    """How a new revision gets the traffic."""

    IMMEDIATE = "immediate"
    CANARY = "canary"
    MANUAL = "manual"


class RolloutState(StrEnum):
    """Where a rollout is."""

    PENDING = "pending"
    PROGRESSING = "progressing"
    PAUSED = "paused"
    COMPLETED = "completed"
    ROLLED_BACK = "rolled_back"
    ENDED = "ended"

    @property
    def final(self) -> bool:
        """Whether the rollout has reached all traffic or was given up."""
        return self in (RolloutState.COMPLETED, RolloutState.ROLLED_BACK, RolloutState.ENDED)


class Gate(StrEnum):
    """What a canary is compared by with the revisions that have the traffic."""

    ERROR_RATE = "error_rate"
    REJECTION_RATE = "rejection_rate"
    LATENCY = "latency"
    DIFFERENCE_RATE = "difference_rate"


class Verdict(StrEnum):
    """What a gate found."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


class Gates(Strict):
    """What a canary may do worse. The descriptions of the fields are in `api.RolloutGatesInput`."""

    error_rate: float = Field(0.02, gt=0, le=0.5)
    rejection_rate: float = Field(0.05, gt=0, le=0.9)
    latency_factor: float = Field(3.0, gt=1, le=20)
    difference_rate: float | None = Field(None, gt=0, le=0.9)
    sample_rate: float = Field(0.1, gt=0, le=1)
    tolerance: float = Field(1e-6, ge=0, le=1)


class Strategy(Strict):
    """How a new revision gets the traffic. `steps`: percent; `step_seconds`: the least time of a step."""

    kind: RolloutKind = RolloutKind.IMMEDIATE
    steps: tuple[int, ...] = (1, 10, 50, 100)
    step_seconds: float = Field(30, ge=0, le=86_400)
    gates: Gates = Gates()

    @field_validator("steps")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if (
            not value
            or list(value) != sorted(set(value))
            or value[0] < 1
            or value[-1] != 100
            or len(value) > 20
        ):
            raise ValueError(messages.ROLLOUT_STEPS_INVALID())
        return value


@dataclass(kw_only=True, frozen=True)
class Counts:
    """What was counted of the requests to a revision."""

    requests: int = 0
    errors: int = 0
    rejected: int = 0
    mirrored: int = 0
    different: int = 0
    times: tuple[int, ...] = field(default=(0,) * (len(BOUNDS) + 1))

    def __add__(self, other: "Counts") -> "Counts":
        times = tuple(a + b for a, b in zip(self.times, other.times, strict=True))
        return Counts(
            requests=self.requests + other.requests,
            errors=self.errors + other.errors,
            rejected=self.rejected + other.rejected,
            mirrored=self.mirrored + other.mirrored,
            different=self.different + other.different,
            times=times,
        )

    @property
    def valid(self) -> int:
        """Requests that were not rejected."""
        return self.requests - self.rejected


def floor(replicas: int, hours: Sequence[tuple[str, str, int]], now: datetime) -> int:
    """How many replicas there are at least now: those of the moment that came last. `hours`: (cron, time
    zone, replicas)."""
    past = [(ticks.last(cron, zone, now), number) for cron, zone, number in hours]
    return max(past)[1] if past else replicas


def needed(least: int, most: int, needs: Sequence[float]) -> int:
    """How many replicas are right, by how many would have been in each of the last pieces of time: enough
    for the largest, so that they become more at once and fewer when it has been quiet for the whole of
    that time."""
    return min(max([least, *(math.ceil(each - 1e-6) for each in needs)]), max(most, least))


def bucket(milliseconds: float) -> int:
    """The place among the counted times."""
    return next((place for place, bound in enumerate(BOUNDS) if milliseconds <= bound), len(BOUNDS))


def quantile(times: Sequence[int], share: float) -> float | None:
    """Milliseconds that `share` of the answers took at most, between the bounds as if evenly spread; None
    without answers."""
    total = sum(times)
    if not total:
        return None
    wanted, seen = share * total, 0
    for place, count in enumerate(times):
        if count and seen + count >= wanted:
            low = BOUNDS[place - 1] if place else 0
            high = BOUNDS[place] if place < len(BOUNDS) else BOUNDS[-1]
            return low + (high - low) * max(wanted - seen, 0) / count
        seen += count
    return float(BOUNDS[-1])


def sequential(bad: int, total: int, fine: float, wrong: float) -> Verdict:
    """Wald's sequential test of a share: passed when it is `fine` rather than `wrong`, failed the other way
    round, pending when more must be seen. It may be repeated after every request."""
    evidence = bad * math.log(wrong / fine) + (total - bad) * math.log((1 - wrong) / (1 - fine))
    if evidence >= math.log((1 - BETA) / ALPHA):
        return Verdict.FAILED
    if evidence <= math.log(BETA / (1 - ALPHA)):
        return Verdict.PASSED
    return Verdict.PENDING


def compared(bad: int, total: int, fine: float, wrong: float) -> Verdict:
    """As `sequential`; but where only what is nearly always bad would be `wrong`, nothing is: the test would
    decide by one request then."""
    return Verdict.PASSED if wrong >= 0.95 else sequential(bad, total, fine, wrong)


def highest(bad: int, total: int) -> float:
    """The highest share that `bad` of `total` may come from (one-sided 95 %, Agresti and Coull). What few
    requests show taken for the share itself would condemn one canary in four that is as good as the
    others."""
    z = 1.64
    share = (bad + z * z / 2) / (total + z * z)
    return max(min(share + z * math.sqrt(share * (1 - share) / (total + z * z)), 1.0), 0.005)


def judge(canary: Counts, others: Counts, gates: Gates) -> tuple[Verdict, list[dict[str, Any]]]:
    """Whether a canary may continue: passed when every gate is, failed when one is, pending while more must
    be seen; and for each gate what was seen."""
    looked: list[dict[str, Any]] = []
    base = others.errors / others.valid if others.valid else 0.0
    fine = highest(others.errors, others.valid) if others.errors else 0.005
    looked.append(
        {
            "gate": Gate.ERROR_RATE,
            "verdict": compared(canary.errors, canary.valid, fine, fine + gates.error_rate),
            "seen": canary.errors,
            "of": canary.valid,
            "share": canary.errors / canary.valid if canary.valid else None,
            "others": base,
        }
    )
    # Only the others show how many of the callers' requests are wrong.
    base = others.rejected / others.requests if others.requests else None
    fine = highest(others.rejected, others.requests)
    looked.append(
        {
            "gate": Gate.REJECTION_RATE,
            "verdict": Verdict.PENDING
            if base is None
            else compared(canary.rejected, canary.requests, fine, fine + gates.rejection_rate),
            "seen": canary.rejected,
            "of": canary.requests,
            "share": canary.rejected / canary.requests if canary.requests else None,
            "others": base,
        }
    )
    nine = quantile(others.times, 0.9)
    if nine is not None:
        place = bucket(nine)
        above, answers = sum(others.times[place + 1 :]), sum(others.times)
        slow, mine = sum(canary.times[place + 1 :]), sum(canary.times)
        fine = min(max(above / answers, 0.05), 0.3)
        looked.append(
            {
                "gate": Gate.LATENCY,
                "verdict": compared(slow, mine, fine, fine * gates.latency_factor),
                "seen": slow,
                "of": mine,
                "share": slow / mine if mine else None,
                "others": above / answers,
                "milliseconds": BOUNDS[min(place, len(BOUNDS) - 1)],
            }
        )
    if gates.difference_rate is not None:
        fine = gates.difference_rate / 5
        looked.append(
            {
                "gate": Gate.DIFFERENCE_RATE,
                "verdict": sequential(canary.different, canary.mirrored, fine, gates.difference_rate),
                "seen": canary.different,
                "of": canary.mirrored,
                "share": canary.different / canary.mirrored if canary.mirrored else None,
                "others": None,
            }
        )
    verdicts = {each["verdict"] for each in looked}
    whole = next((each for each in (Verdict.FAILED, Verdict.PENDING) if each in verdicts), Verdict.PASSED)
    return whole, looked


def shared(was: Mapping[str, int], number: int, percent: int) -> dict[str, int]:
    """The traffic when a revision gets `percent` of it and those that had it before the rest, in their
    proportions."""
    others = {key: weight for key, weight in was.items() if key != str(number) and weight > 0}
    if percent >= 100 or not others:
        return {str(number): 100}
    whole, rest = sum(others.values()), 100 - percent
    given = {key: rest * weight // whole for key, weight in others.items()}
    first = max(given, key=lambda key: given[key])
    given[first] += rest - sum(given.values())
    return {key: weight for key, weight in {**given, str(number): percent}.items() if weight}


class ServiceState(StrEnum):
    """The state of a service: of its revisions that get traffic."""

    DEPLOYING = "Deploying"
    READY = "Ready"
    DEGRADED = "Degraded"
    ASLEEP = "Asleep"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    FAILED = "Failed"
    UNKNOWN = "Unknown"


def state_of(on: bool, traffic: Mapping[str, int], states: Mapping[int, RevisionState]) -> ServiceState:
    """Return the state of a service from those of the revisions that get traffic, or, before one does, of the
    newest."""
    if not on:
        off = all(state.off for state in states.values())
        return ServiceState.STOPPED if off else ServiceState.STOPPING
    serving = [states[int(key)] for key, weight in traffic.items() if weight and int(key) in states]
    if not serving:
        serving = [states[max(states)]] if states else []
    if serving and all(state == RevisionState.READY for state in serving):
        return ServiceState.READY
    if any(state.answers for state in serving):
        return ServiceState.DEGRADED
    if serving and all(state == RevisionState.ASLEEP for state in serving):
        return ServiceState.ASLEEP
    if any(state == RevisionState.FAILED for state in serving):
        return ServiceState.FAILED
    return ServiceState.DEPLOYING


def pick(traffic: Sequence[tuple[int, int]], answers: Mapping[int, bool], dice: float) -> int | None:
    """The revision that gets a request, by weight, among those that answer; None when none does. `dice`: from
    0 to 1."""
    there = [(number, weight) for number, weight in traffic if weight > 0 and answers.get(number)]
    place = dice * sum(weight for _, weight in there)
    for number, weight in there:
        place -= weight
        if place < 0:
            return number
    return there[-1][0] if there else None
