"""What a value may be that people or their code send: plain data that JSON, the database and every cluster keep as it is. Pure."""

import math
from typing import Any

DEPTH = 64
"""Lists and objects inside each other, the outermost counted."""
LOWEST, HIGHEST = -(2**63), 2**63 - 1
"""Whole numbers have 64 bits."""


def problem(value: Any) -> tuple[str, str] | None:
    """Why a value cannot be kept as it is: (the place inside it, such as [2].rate or "", the rule that it breaks). None when it can.
    Takes as long as the value is large, and goes no deeper than it may be."""
    stack: list[tuple[Any, int, Any]] = [(value, 1, None)]
    while stack:
        found, depth, place = stack.pop()
        match found:
            case None | bool():
                continue
            case str():
                if not found.isascii() and any("\ud800" <= letter <= "\udfff" for letter in found):
                    return _path(place), "has half of a Unicode surrogate pair, which is no text; remove it"
            case int():
                if not LOWEST <= found <= HIGHEST:
                    return _path(place), "does not fit into 64 bits; write it as text, in quotes"
            case float():
                if not math.isfinite(found):
                    return _path(place), f"is {_shown(found)}, which JSON does not have; write it as text, in quotes"
            case list() | tuple():
                if depth > DEPTH:
                    return _path(place), f"is nested more than {DEPTH} deep; put it into a file"
                stack += [(member, depth + 1, (place, index)) for index, member in enumerate(found)]
            case dict():
                if depth > DEPTH:
                    return _path(place), f"is nested more than {DEPTH} deep; put it into a file"
                for key, member in found.items():
                    if not isinstance(key, str):
                        return _path(place), f"has the key {key!r}, which is not text; put it in quotes"
                    stack.append((key, depth, (place, key)))
                    stack.append((member, depth + 1, (place, key)))
            case _:
                return _path(place), f"is a {type(found).__name__}, which is not plain data; write it as text"
    return None


def _shown(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _path(place: Any) -> str:
    """Where a value stands, such as steps[2].args."""
    names: list[str] = []
    while place is not None and len(names) < 100:
        place, key = place
        names.append(f"[{key}]" if isinstance(key, int) else f".{key[:60]}")
    text = "".join(reversed(names)).removeprefix(".")
    return text if len(text) <= 200 else "…" + text[-199:]
