"""Metrics as pods write them: lines of JSON, or one JSON document.

What a pod writes is hostile input, and a metric that is changed on its way is worse than one that is refused.
Every number is therefore kept exactly, or left out with a sentence that names it: NaN and the infinities are
kept, a whole number that a 64-bit floating-point number cannot hold is not, and an odd number never takes its
neighbours with it. What was left out has a place in the count of points too, because points are told apart by
their place in the file.
"""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from cubestudio.core.numeric import INT64, unpacked

EXACT = 2**53
"""Every whole number up to here is a 64-bit floating-point number."""
MOST_NAME = 200
MOST_LINE = 2**20
"""Bytes of a line, or of a document over several lines."""
LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999."""


Point = dict[str, Any]
"""One number: `name`, `value`, `step` as it was given or None, `at` in milliseconds since 1970 or None. With
`fault` a sentence: why there is none (`value` is None), or what was changed about it."""


class Unkept(str):
    """The text of a number that no type of ours holds."""


def points(data: bytes) -> list[Point]:
    """The points of a whole file, or of whole lines of one."""
    return take(data, last=True)[0]


def take(data: bytes, *, last: bool = False, most: int = MOST_LINE) -> tuple[list[Point], int]:
    """The points at the beginning of `data`, and how many bytes they are made of. A line that has not ended
    yet, and a document over several lines that has not been closed yet, are left for the next time unless
    this is the `last`, or they are longer than `most` bytes: then they are left out."""
    found: list[Point] = []
    names: set[str] = set()
    at = 0
    while at < len(data):
        end = _end(data, at, last)
        if end is None:
            if len(data) - at <= most:
                break
            found.append(_fault(f"a line of more than {most} bytes was left out"))
            return found, len(data)
        text = data[at:end]
        if len(text) > most:
            found.append(_fault(f"a line of more than {most} bytes was left out"))
        elif text := text.strip():
            plain = _plain(text, names)
            found += _read(text) if plain is None else plain
        at = end
    return found, at


def _end(data: bytes, at: int, last: bool) -> int | None:
    """Where the line that begins at `at` ends, or the document that it opens; None when that is not there
    yet. A line that is only a brace or a bracket opens one, which ends with the first line that begins with
    the closing one, as all that indents JSON writes it. An object also ends before a line that opens another
    one: it was never closed, and takes nothing with it."""
    end = data.find(b"\n", at)
    if end < 0:
        return len(data) if last else None
    opening = data[at:end].strip()
    closing = {b"{": b"}", b"[": b"]"}.get(opening)
    if closing is None:
        return end + 1
    close = data.find(b"\n" + closing, at)
    other = data.find(b"\n{", end, close if close >= 0 else len(data)) if opening == b"{" else -1
    if other >= 0:
        return other + 1
    if close < 0:
        return len(data) if last else None
    end = data.find(b"\n", close + 1)
    return end + 1 if end >= 0 else (len(data) if last else None)


def _plain(text: bytes, names: set[str]) -> list[Point] | None:
    """The points of a line as nearly all are: names and finite numbers, perhaps a whole step. None when it is
    another, which `_read` reads. `names`: those that are known to be right."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if type(value) is not dict or "time" in value or "name" in value:
        return None
    step = value.pop("step", None)
    if step is not None and (type(step) is not int or abs(step) > INT64[1]):
        return None
    found = []
    for name, each in value.items():
        if type(each) not in (int, float) or not -EXACT < each < EXACT:
            return None
        if name not in names:
            if _misnamed(name):
                return None
            names.add(name)
        found.append({"name": name, "value": float(each), "step": step, "at": None})
    return found


def _misnamed(name: str) -> str | None:
    if not 0 < len(name) <= MOST_NAME:
        return f"a name has 1 to {MOST_NAME} characters"
    return (
        "it is not text" if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in name) else None
    )


def _read(text: bytes) -> list[Point]:
    try:
        value = _parsed(text)
    except (ValueError, RecursionError):
        return [_fault(f"{_quoted(text)} is not JSON")]
    return [point for each in (value if isinstance(value, list) else [value]) for point in _flat(each, text)]


def _parsed(text: bytes) -> Any:
    """JSON, with NaN and Infinity as Python writes them; numbers that are not kept are `Unkept`."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text, parse_int=_whole, parse_float=_real)
    # Larger whole numbers may have been rounded on the way.
    large = isinstance(value, dict) and any(
        isinstance(each, int | float) and abs(each) >= EXACT for each in value.values()
    )
    return (
        json.loads(text, parse_int=_whole, parse_float=_real) if large or isinstance(value, list) else value
    )


def _whole(text: str) -> int | Unkept:
    value = int(text) if len(text) <= 20 else None
    return value if value is not None and INT64[0] <= value <= INT64[1] else Unkept(text)


def _real(text: str) -> float | Unkept:
    value = float(text)
    return value if math.isfinite(value) else Unkept(text)


def _flat(value: Any, text: bytes) -> list[Point]:
    """{name: number, …} or {"name": …, "value": …}, either with "step" and "time", as points. What is text, a
    list, an object, true, false or null is no number and is passed over."""
    if not isinstance(value, dict):
        return [_fault(f"{_quoted(text)} is not an object of names and numbers")]
    members = {name: each for name, each in value.items() if name not in ("step", "time")}
    named = isinstance(members.get("name"), str) and "value" in members
    if named:
        members = {members["name"]: members["value"]}
    step = _step(value.get("step"))
    if isinstance(step, str):
        return [_fault(f"{_quoted(text)} was left out: {step}")]
    at, late = _at(value.get("time"))
    found = []
    for name, each in members.items():
        number = each if isinstance(each, Unkept) else unpacked(each)
        if number is None and not named:
            continue
        point = _point(name, each, number, step, at)
        if late and "fault" not in point:
            point["fault"], late = late, None  # said once a line
        found.append(point)
    return found


def _point(name: str, given: Any, number: float | Unkept | None, step: int | None, at: int | None) -> Point:
    shown = _quoted(name)
    if number is None:
        return _fault(f"{shown}: {_quoted(given)} is not a number")
    if words := _misnamed(name):
        return _fault(f"the name {shown} was left out: {words}")
    if isinstance(number, Unkept):
        return _fault(f"{shown}: {number[:40]} was left out: a metric is a 64-bit floating-point number")
    if isinstance(given, int) and int(number) != given:
        return _fault(
            f"{shown}: {given} was left out: whole numbers are exact up to 2^53; write {number!r} if "
            "the nearest will do"
        )
    return {"name": name, "value": number, "step": step, "at": at}


def _step(given: Any) -> int | str | None:
    """A step, or why it is none."""
    if given is None:
        return None
    if isinstance(given, float) and given.is_integer() and abs(given) <= EXACT:
        return int(given)
    if isinstance(given, Unkept) and not any(letter in given for letter in ".eE"):
        return f"step {given[:40]} has more than 64 bits"
    if isinstance(given, int) and not isinstance(given, bool):
        return given if given > INT64[0] else f"step {given} has more than 64 bits"
    return f"step {_quoted(given)} is not a whole number"


def _at(given: Any) -> tuple[int | None, str | None]:
    """(milliseconds since 1970 of a time in seconds or in ISO 8601 with a zone, why it is none)."""
    try:
        if isinstance(given, str) and not isinstance(given, Unkept):
            moment = datetime.fromisoformat(given)
            if moment.tzinfo is None:
                return None, f"time {_quoted(given)} has no time zone; the time at which it arrived was taken"
            given = moment.timestamp()
        elif isinstance(given, bool):
            given = math.nan
        millis = None if given is None else int(float(given) * 1000)
    except (TypeError, ValueError, OverflowError):
        return None, f"time {_quoted(given)} is no time; the time at which it arrived was taken"
    if millis is not None and not 0 <= millis <= LATEST:
        hint = (
            " (nanoseconds?)"
            if 1e18 < abs(millis / 1000) < 1e20
            else " (milliseconds?)"
            if 1e12 < abs(millis / 1000) < 1e14
            else ""
        )
        return (
            None,
            f"time {_quoted(given)} is not in seconds since 1970{hint}; the time at which it "
            "arrived was taken",
        )
    return millis, None


def _fault(words: str) -> Point:
    return {"name": "", "value": None, "step": None, "at": None, "fault": words}


def _quoted(given: Any) -> str:
    """A bit of what was given, as text that can be stored and shown."""
    text = (
        given.decode(errors="replace")
        if isinstance(given, bytes)
        else given
        if isinstance(given, str)
        else repr(given)
    )
    text = "".join(
        letter if letter.isprintable() and not "\ud800" <= letter <= "\udfff" else "\ufffd"
        for letter in text[:61]
    )
    return f"{text[:60]}…" if len(text) > 60 else text


def numbered(found: list[Point], first: int = 0) -> tuple[Mapping[str, Any], ...]:
    """Points with their places in their file, from `first` on."""
    for place, point in enumerate(found, first):
        point["line"] = place
    return tuple(found)
