"""What a pod of this machine used, as files in its folder tell: the supervisor's samples, and ours of its
cards."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cubestudio.core import clock
from cubestudio.core.cluster.local.runtime.supervisor import spacing
from cubestudio.core.cluster.port import Usage

FINE, COARSE = 200, 800
"""How many of the last samples are told one by one, and into how many the older ones are drawn together."""
TAIL = 16384
"""Bytes of some hundred samples."""
STALE = 60.0
"""Seconds after which what a card did says nothing any more."""


def read(folder: Path, since: datetime | None = None) -> list[Usage]:
    """The samples of a pod, oldest first, a thousand at most; those after a moment are looked for at the end
    of the files only."""
    cards = _lines(folder / "cards", since is not None)
    points = []
    before: list[float] | None = None
    place = 0
    for sample in _lines(folder / "usage", since is not None):
        at, cpu, memory = sample
        if before and at > before[0]:
            while place + 1 < len(cards) and cards[place + 1][0] <= at:
                place += 1
            near = bool(cards) and abs(cards[place][0] - at) < STALE
            gpu, gpu_memory = (cards[place][1], int(cards[place][2])) if near else (None, None)
            rate = max(cpu - before[1], 0) / (at - before[0])
            points.append(
                Usage(
                    at=clock.from_micros(int(at * 1e6)),
                    cpu=rate,
                    memory=int(memory),
                    gpu=gpu,
                    gpu_memory=gpu_memory,
                )
            )
        before = sample
    return thinned([point for point in points if since is None or point.at > since])


def note(folder: Path, at: float, since: float, last: float, busy: float, used: int) -> float:
    """Note down what its cards do, unless the last note is young enough for its age; the moment of the last
    note."""
    if at - last < spacing(at - since) - 0.1:
        return last
    with (folder / "cards").open("a") as file:
        file.write(f"{at:.3f} {busy:.2f} {used}\n")
    return at


def thinned(points: Sequence[Usage]) -> list[Usage]:
    """The last ones as they are; of the older ones the mean of what is a rate and the most of what is
    held."""
    old, new = points[:-FINE], points[-FINE:]
    if len(old) <= COARSE:
        return list(points)
    groups = [old[len(old) * place // COARSE : len(old) * (place + 1) // COARSE] for place in range(COARSE)]
    return [*map(_together, groups), *new]


def _together(group: Sequence[Usage]) -> Usage:
    gpu = [point.gpu for point in group if point.gpu is not None]
    gpu_memory = [point.gpu_memory for point in group if point.gpu_memory is not None]
    return Usage(
        at=group[-1].at,
        cpu=sum(point.cpu for point in group) / len(group),
        memory=max(point.memory for point in group),
        gpu=sum(gpu) / len(gpu) if gpu else None,
        gpu_memory=max(gpu_memory, default=None),
    )


def _lines(file: Path, end: bool) -> list[list[float]]:
    """Lines of three numbers, of its `end` only or all; a last one that is being written is left for the next
    time."""
    try:
        with file.open("rb") as opened:
            if end and (more := os.fstat(opened.fileno()).st_size - TAIL) > 0:
                opened.seek(more)
                opened.readline()
            lines = opened.read().decode("ascii", "replace").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    return [
        [float(word) for word in line.split()]
        for line in lines
        if line.endswith("\n") and line.count(" ") == 2
    ]
