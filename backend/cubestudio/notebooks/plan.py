"""Whether a notebook is in use, from several signals, and what follows when it is not. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

IDLE_MINUTES, GPU_IDLE_MINUTES, WARN_MINUTES = 180, 60, 15
"""What holds where a project says nothing; 0 idle minutes: never."""
CPU_BUSY = 0.1
"""Cores above which its processes are at work; an idle JupyterLab uses about a hundredth."""
GPU_BUSY = 0.02
"""Cards at work above which they are in use: one that only holds a model in its memory is at 0."""
OPEN = timedelta(seconds=90)
"""How long after the last sight of an open connection it counts as open."""


class SignalName(StrEnum):
    """What shows whether a notebook is in use."""

    KERNELS = "kernels"
    TERMINALS = "terminals"
    CPU = "cpu"
    GPU = "gpu"
    EDITS = "edits"
    CONNECTIONS = "connections"
    UNKNOWN = "unknown"


class Due(StrEnum):
    """What follows now from how long a notebook has been idle."""

    WARN = "warn"
    STOP = "stop"


@dataclass(kw_only=True, frozen=True)
class Signal:
    """One sign of use: whether it says so now, when it last did (ISO, None: never seen), and a sentence.
    `counts`: whether it keeps the notebook going; what does not is shown all the same."""

    name: SignalName
    active: bool
    last: str | None
    detail: str
    counts: bool = True


@dataclass(frozen=True)
class Judgement:
    """Since when it is idle (None: in use), when its owner is warned, when it is stopped, and which of both
    is due (None: neither)."""

    since: datetime | None
    warn_at: datetime | None
    stop_at: datetime | None
    due: Due | None


def _last(times: Sequence[float]) -> str | None:
    return datetime.fromtimestamp(max(times), UTC).isoformat() if times else None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def kernels(told: Sequence[Mapping[str, Any]]) -> Signal:
    busy = sum(each["busy"] for each in told)
    words = f"{_count(len(told), 'kernel')}, {busy} at work" if told else "no kernels"
    return Signal(
        name=SignalName.KERNELS, active=busy > 0, last=_last([each["last"] for each in told]), detail=words
    )


def terminals(told: Sequence[Mapping[str, Any]]) -> Signal:
    busy = sum(each["busy"] for each in told)
    words = f"{_count(len(told), 'terminal')}, {busy} with a job" if told else "no terminals"
    return Signal(
        name=SignalName.TERMINALS, active=busy > 0, last=_last([each["last"] for each in told]), detail=words
    )


def cpu(cores: float | None) -> Signal | None:
    return (
        None
        if cores is None
        else Signal(name=SignalName.CPU, active=cores >= CPU_BUSY, last=None, detail=f"{cores:.2f} cores")
    )


def edits(touched: datetime | None) -> Signal:
    return Signal(
        name=SignalName.EDITS,
        active=False,
        last=touched.isoformat() if touched else None,
        detail="changes and requests by people",
    )


def connections(connected: datetime | None, now: datetime, counts: bool, pages: int | None = None) -> Signal:
    """An open page is a sign of use only where nothing better is told. `pages`: how many there are, where
    that is told."""
    open_ = bool(pages) or (connected is not None and now - connected < OPEN)
    words = (
        f"{pages} pages are open" if pages and pages > 1 else "a page is open" if open_ else "no page is open"
    )
    return Signal(
        name=SignalName.CONNECTIONS,
        active=open_,
        last=connected.isoformat() if connected else None,
        detail=words,
        counts=counts,
    )


@dataclass(frozen=True)
class Use:
    """What stopping a notebook would end or lose: the documents whose kernels are busy ("" for a kernel
    without one), terminals with a job, how many pages are open, and what is unsaved in them."""

    kernels: tuple[str, ...]
    terminals: int
    pages: int
    unsaved: tuple[str, ...]


MOST_NAMES, MOST_LETTERS = 100, 200


def use(told: Mapping[str, Any]) -> Use:
    """From what a notebook says of itself, which is not to be trusted; KeyError, TypeError or ValueError when
    it is not as it should be."""
    busy = [str(each.get("path") or "")[:MOST_LETTERS] for each in told["kernels"] if each["busy"]]
    terminals = sum(bool(each["busy"]) for each in told["terminals"])
    return Use(tuple(busy[:MOST_NAMES]), terminals, len(told["pages"]), unsaved(told))


def unsaved(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths that are unsaved in some open page, each once."""
    paths = [str(path)[:MOST_LETTERS] for page in told["pages"] for path in page["unsaved"]]
    return tuple(dict.fromkeys(paths))[:MOST_NAMES]


def silent(why: str) -> list[Signal]:
    """What cannot be seen is not taken for idle; and what was seen of it before is not forgotten."""
    return [
        Signal(name=SignalName.UNKNOWN, active=True, last=None, detail=why),
        *(
            Signal(name=name, active=False, last=None, detail="not told now")
            for name in (SignalName.KERNELS, SignalName.TERMINALS)
        ),
    ]


def gpu(cards: float | None) -> Signal | None:
    return (
        None
        if cards is None
        else Signal(
            name=SignalName.GPU, active=cards >= GPU_BUSY, last=None, detail=f"{cards:.2f} cards at work"
        )
    )


def remembered(signal: Signal, before: str | None, now: datetime) -> Signal:
    """The signal with the latest that is known of its use: what it tells, what a look has seen, and what was
    known `before`. A job that was silent for hours and has ended was use until the look that saw it last."""
    if signal.name == SignalName.UNKNOWN:
        return signal
    times = [now.isoformat() if signal.active else None, signal.last, before]
    return replace(
        signal, last=max((moment for moment in times if moment), key=datetime.fromisoformat, default=None)
    )


def judge(
    signals: Sequence[Signal],
    now: datetime,
    began: datetime,
    gpu: int,
    idle_minutes: int,
    gpu_idle_minutes: int,
    warn_minutes: int,
    extended_until: datetime | None,
) -> Judgement:
    """`began`: when it became ready; nothing is idle longer than it is there."""
    minutes = gpu_idle_minutes if gpu and gpu_idle_minutes else idle_minutes
    if any(signal.active and signal.counts for signal in signals):
        return Judgement(None, None, None, None)
    lasts = [datetime.fromisoformat(signal.last) for signal in signals if signal.last and signal.counts]
    since = max([began, *lasts])
    if not minutes:
        return Judgement(since, None, None, None)
    stop_at = max(since + timedelta(minutes=minutes), extended_until or since)
    warn_at = stop_at - timedelta(minutes=min(warn_minutes, minutes))
    due = Due.STOP if now >= stop_at else Due.WARN if now >= warn_at else None
    return Judgement(since, warn_at, stop_at, due)


def told(signals: Sequence[Signal], judgement: Judgement, now: datetime) -> dict[str, Any]:
    """A look at a notebook as it is kept."""
    return {
        "at": now.isoformat(),
        "since": judgement.since.isoformat() if judgement.since else None,
        "warnAt": judgement.warn_at.isoformat() if judgement.warn_at else None,
        "stopAt": judgement.stop_at.isoformat() if judgement.stop_at else None,
        "due": judgement.due,
        "signals": [asdict(signal) for signal in signals],
    }
