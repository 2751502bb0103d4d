"""Restricted substitution: `{{ root.path }}` is looked up by name, once; nothing is ever evaluated."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cubestudio.core.expression import braced

_PATTERN = re.compile(
    r"\{\{\s*(?:(?P<path>[A-Za-z_][\w-]*(?:\.[\w-]+)*)|(?P<literal>\"(?:[^\"\\]|\\.)*\"))\s*\}\}"
)


@dataclass(frozen=True)
class Name:
    """A dotted path that stands for a value."""

    path: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.path)


Pieces = tuple[str | Name, ...]


def parse(text: str) -> Pieces:
    """A text as literal pieces and names. `{{ "{{" }}` gives two braces; braces around anything else stay as
    they are."""
    pieces: list[str | Name] = []
    end = 0
    for match in _PATTERN.finditer(text):
        if match.start() > end:
            pieces.append(text[end : match.start()])
        if match["path"]:
            pieces.append(Name(tuple(match["path"].split("."))))
        else:
            pieces.append(match[0] if (literal := braced(match["literal"])) is None else literal)
        end = match.end()
    if end < len(text):
        pieces.append(text[end:])
    return tuple(pieces)


def walk(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of every text inside a JSON value."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from walk(member, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from walk(member, f"{path}.{key}" if path else str(key))


def names(value: Any) -> Iterator[tuple[str, Name]]:
    """(path, name) of every name inside a JSON value."""
    for path, text in walk(value):
        for piece in parse(text):
            if isinstance(piece, Name):
                yield path, piece


def fill(value: Any, lookup: Callable[[Name], Any]) -> Any:
    """A JSON value with the names that `lookup` knows replaced by what it gives. A text that is one name
    alone becomes the value itself, with its type; inside a longer text a value is written as text. What
    `lookup` raises, passes."""
    if isinstance(value, str):
        pieces = parse(value)
        if len(pieces) == 1 and isinstance(pieces[0], Name):
            return lookup(pieces[0])
        return "".join(piece if isinstance(piece, str) else plain(lookup(piece)) for piece in pieces)
    if isinstance(value, list):
        return [fill(member, lookup) for member in value]
    if isinstance(value, dict):
        return {key: fill(member, lookup) for key, member in value.items()}
    return value


def plain(value: Any) -> str:
    """A value as text: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
