"""Points of metrics as they are packed, and curves as they are drawn. Pure.

A curve is drawn by the first, lowest, highest and last point of each column of pixels (the M4 algorithm): the
line through these looks exactly like the line through all. NaN and the infinities have no height; of each
kind the first in a column is given too, so that a drawing can mark where they were.
"""

import hashlib
import math
import struct
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter, sub

PIECE = 512
"""Points of a piece of a curve."""
RECORD = struct.Struct("<qqd")
NONE = -(2**63)
"""Stands for a point without a step."""
_OUTLINED = struct.Struct("<Hqqd")

Drawn = tuple[int, int, int, float]
"""(place on the x axis, place in the order reported, milliseconds since 1970, value)"""
X, NUMBER, AT, VALUE = map(itemgetter, range(4))


def key_of(name: str) -> str:
    """What a curve is found by."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def pack(points: Iterable[tuple[int | None, int, float]]) -> bytes:
    """(step, milliseconds since 1970, value) of each point."""
    return b"".join(RECORD.pack(NONE if step is None else step, at, value) for step, at, value in points)


def unpack(data: bytes, first: int = 0) -> list[Drawn]:
    """Points that were packed, the first of which is point `first` of its curve. One without a step is at its
    own number."""
    return [
        (first + place if step == NONE else step, first + place, at, value)
        for place, (step, at, value) in enumerate(RECORD.iter_unpack(data))
    ]


def press(data: bytes) -> bytes:
    """Packed points in less room: by columns, of steps and times what each adds to the one before."""
    whole = array("q", data)  # of values the same bits, which nothing is done to
    steps, times, values = whole[0::3], whole[1::3], whole[2::3]
    try:
        body = b"\1" + _added(steps).tobytes() + _added(times).tobytes() + values.tobytes()
    except OverflowError:
        body = b"\0" + steps.tobytes() + times.tobytes() + values.tobytes()
    return zlib.compress(body, 1)


def _added(column: array) -> array:
    return array("q", [column[0], *map(sub, column[1:], column)])


def unpress(data: bytes) -> bytes:
    """Points as they were packed before they were pressed."""
    body = zlib.decompress(data)
    columns = array("q", body[1:])
    size = len(columns) // 3
    whole = array("q", bytes(len(columns) * 8))
    for place in range(3):
        column = columns[place * size : (place + 1) * size]
        whole[place::3] = array("q", accumulate(column)) if body[0] and place < 2 else column
    return whole.tobytes()


def outline(points: Sequence[Drawn]) -> bytes:
    """The points of a piece that a coarse drawing needs."""
    first = points[0][1]
    return b"".join(_OUTLINED.pack(number - first, x, at, value) for x, number, at, value in column(points))


def outlined(data: bytes, first: int) -> list[Drawn]:
    """Those that `outline` gave, of a piece whose first point is point `first` of its curve."""
    return [(x, first + place, at, value) for place, x, at, value in _OUTLINED.iter_unpack(data)]


def column(points: Sequence[Drawn]) -> list[Drawn]:
    """The first, lowest, highest and last of points that share a column of pixels, and the first of each that
    is no height, in order."""
    kept = {}
    heights = [point for point in points if math.isfinite(point[3])]
    if heights:
        for point in (heights[0], min(heights, key=VALUE), max(heights, key=VALUE), heights[-1]):
            kept[point[1]] = point
    if len(heights) < len(points):
        for odd in (math.isnan, lambda value: value == math.inf, lambda value: value == -math.inf):
            if (point := next((point for point in points if odd(point[3])), None)) is not None:
                kept[point[1]] = point
        kept[points[-1][1]] = points[-1]
    return sorted(kept.values(), key=lambda point: point[:2])


def thin(points: list[Drawn], columns: int) -> list[Drawn]:
    """Points in order of x, as many as are needed to draw them `columns` pixels wide; all when there are no
    more than that."""
    ordered = sorted(points, key=lambda point: (point[0], point[1]))
    if len(ordered) <= columns:
        return ordered
    low, span = ordered[0][0], ordered[-1][0] - ordered[0][0] + 1
    found: list[Drawn] = []
    start = 0
    for place in range(1, len(ordered) + 1):
        if (
            place == len(ordered)
            or (ordered[place][0] - low) * columns // span != (ordered[start][0] - low) * columns // span
        ):
            found += column(ordered[start:place])
            start = place
    return found


MOST_CURVE = 2048
"""Points of a curve that a search looks at."""


@dataclass(frozen=True)
class Reported:
    """What a run reported of one metric: the last value, the lowest and the highest that are numbers (None:
    none is), and its curve [(x, value), …] by which trials are compared."""

    last: float
    least: float | None
    most: float | None
    curve: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, points: Sequence[Drawn]) -> "Reported":
        """Of all points in the order reported."""
        heights = [point[3] for point in points if math.isfinite(point[3])]
        return cls(
            points[-1][3], min(heights, default=None), max(heights, default=None), tuple(sparse(points))
        )


def sparse(points: Iterable[Drawn]) -> list[tuple[int, float]]:
    """(x, value) of a curve, of one x the value reported last: at most 2,048 of them, and the last. Those
    that stay lie on multiples of a power of two, so that long curves of different trials have places in
    common."""
    found = {x: value for x, _, _, value in points}
    stride = 1
    while len(found) > MOST_CURVE:
        stride *= 2
        end = max(found)
        found = {x: value for x, value in found.items() if x % stride == 0 or x == end}
    return sorted(found.items())
