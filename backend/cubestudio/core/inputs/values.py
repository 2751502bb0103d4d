"""What a value may be that people or their code send: plain data that JSON, the database and every cluster
keep as it is. Pure.

This file comes to pods on Kubernetes, too, beside the launcher: it needs nothing but Python 3.8."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

DEPTH = 64
"""Lists and objects inside each other, the outermost counted."""
MOST_ITEM = 100_000
"""Bytes of an item as text; Linux takes 131,071 for a variable of the environment, together with its name."""
LOWEST, HIGHEST = -(2**63), 2**63 - 1
"""Whole numbers have 64 bits."""


class _Twice(Exception):
    """A key stands twice in an object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(ascii(next(name for name in names if names.count(name) > 1))[:60])
    return found


def read(text: str | bytes) -> Any:
    """The value in a JSON text. Raises ValueError with what is wrong with it."""
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except _Twice as error:
        raise ValueError(f"the key {error} stands twice in one object; remove one of the two") from None
    except RecursionError:
        raise ValueError(f"it is nested more than {DEPTH} deep") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON from line {error.lineno}, column {error.colno} on") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 from byte {error.start + 1} on") from None
    except ValueError:
        raise ValueError(
            "it has a number of more digits than can be read; write it as text, in quotes"
        ) from None
    flaw = problem(value)
    if flaw:
        place, rule = flaw
        raise ValueError(f"{place or 'the value'}: it {rule}")
    return value


def outputs(data: bytes | None, wanted: Iterable[str] = ()) -> dict[str, Any]:
    """The output values in the bytes of an `outputs.json` (None: there is no such file). Raises ValueError
    with a sentence, also when one of `wanted` is missing."""
    found = {}
    if data is not None:
        try:
            found = read(data)
        except ValueError as error:
            raise ValueError(f"outputs.json: {error}") from None
        if not isinstance(found, dict):
            raise ValueError("outputs.json must hold an object of names and values")
    missing = [name for name in wanted if name not in found]
    if missing:
        raise ValueError(
            f"it ended well but did not write {', '.join(missing)} to outputs.json in CUBE_OUTPUT_DIR"
        )
    return found


def unlisted(value: Any) -> str:
    """Why a step cannot be repeated for a value that is no list."""
    kinds = ((bool, "true or false"), (str, "text"), ((int, float), "a number"), (dict, "an object"))
    return (
        "for_each needs a list, and got "
        f"{next((words for kind, words in kinds if isinstance(value, kind)), 'null')}"
    )


def uncarried(text: str) -> str | None:
    """Why the environment of a process cannot hold an item as CUBE_ITEM; None when it can."""
    if "\0" in text:
        return "the item has a NUL character; pass it in a file"
    if len(text.encode("utf-8", "surrogatepass")) > MOST_ITEM:
        return f"the item has more than {MOST_ITEM} bytes; pass it in a file"
    return None


def problem(value: Any, known: tuple[type, ...] = (), nul: bool = True) -> tuple[str, str] | None:
    """Why a value cannot be kept as it is: (the place inside it, such as [2].rate or "", the rule that it
    breaks). None when it can. Takes as long as the value is large, and goes no deeper than it may be.
    `known`: types besides those of JSON that are no flaw; `nul`: whether the character NUL may be in text,
    which no command line and no variable of the environment has."""
    stack: list[tuple[Any, int, Any]] = [(value, 1, None)]
    while stack:
        found, depth, place = stack.pop()
        if isinstance(found, (dict, list, tuple)):
            if depth > DEPTH:
                return _path(place), f"is nested more than {DEPTH} deep; put it into a file"
            members = found.items() if isinstance(found, dict) else enumerate(found)
            # most members are short text: they are not worth a place on the stack
            stack += [
                (member, depth + 1, (place, key))
                for key, member in members
                if type(member) is not str or not member.isascii() or (not nul and "\0" in member)
            ]
        if rule := _wrong(found, known, nul):
            return _path(place), rule
    return None


def _wrong(found: Any, known: tuple[type, ...], nul: bool) -> str | None:
    """Return the rule that a value breaks by itself, without its members; None when it breaks none."""
    if found is None or isinstance(found, (bool, list, tuple)):
        return None
    if isinstance(found, dict):
        odd = next((key for key in found if not _sound(key, nul)), None)
        return None if odd is None else f"has the key {odd!r}, which is not text; put it in quotes"
    if isinstance(found, str):
        return _wrong_text(found, nul)
    if isinstance(found, (int, float)):
        return _wrong_number(found)
    if isinstance(found, known):
        return None
    return f"is a {type(found).__name__}, which is not plain data; write it as text"


def _wrong_number(found: float) -> str | None:
    if isinstance(found, int):
        fits = LOWEST <= found <= HIGHEST
        return None if fits else "does not fit into 64 bits; write it as text, in quotes"
    if math.isfinite(found):
        return None
    return f"is {_shown(found)}, which JSON does not have; write it as text, in quotes"


def _wrong_text(text: str, nul: bool) -> str | None:
    if _broken(text):
        return "has half of a Unicode surrogate pair, which is not text; remove it"
    if not nul and "\0" in text:
        return "has the character NUL, which is not text; remove it"
    return None


def _sound(key: Any, nul: bool) -> bool:
    return isinstance(key, str) and not _broken(key) and (nul or "\0" not in key)


def _broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def _shown(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _path(place: Any) -> str:
    """Where a value stands, such as steps[2].args."""
    names: list[str] = []
    while place is not None and len(names) < 100:
        place, key = place
        names.append(f".{key[:60]}" if isinstance(key, str) else f"[{key}]")
    text = "".join(reversed(names))
    text = text[1:] if text.startswith(".") else text
    return text if len(text) <= 200 else "…" + text[-199:]
