"""What commands print: tables, JSON, YAML and names."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import yaml

from cubestudio.cli.kinds import Kind, Row

UNITS = ((86400, "d"), (3600, "h"), (60, "m"))


class Format(StrEnum):
    """How things are printed."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    YAML = "yaml"
    NAME = "name"


def show(
    kind: Kind, rows: Iterable[Row], format: Format, *, single: bool = False, titles: bool = True
) -> None:
    """Print things. JSON and YAML of a single thing are an object, of others a list."""
    if format in (Format.JSON, Format.YAML):
        found: Any = next(iter(rows)) if single else list(rows)
        print(to_yaml(found) if format is Format.YAML else json.dumps(found, indent=2, ensure_ascii=False))
    elif format is Format.NAME:
        for row in rows:
            print(f"{kind.name}/{kind.label(row)}")
    else:
        columns = kind.columns | (kind.wide if format is Format.WIDE else {})
        cells = [[cell(kind, row, *column) for column in columns.items()] for row in rows]
        if cells:
            table(list(columns), cells, titles)
        else:
            print(f"No {kind.plural} found.", file=sys.stderr)


def to_yaml(value: Any) -> str:
    """Return plain data as YAML."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110).rstrip()


class _Dumper(yaml.SafeDumper):
    """YAML without anchors, which people would have to resolve."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def cell(kind: Kind, row: Row, title: str, path: str) -> str:
    """Return the text of a value in a table."""
    if title == "NAME":
        return kind.label(row)
    value: Any = row
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return age(value) if title == "AGE" else str(value).replace("\n", " ")


def age(time: str) -> str:
    """Return how long ago a time was, as kubectl writes it."""
    seconds = int((datetime.now(UTC) - datetime.fromisoformat(time)).total_seconds())
    for size, unit in UNITS:
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{max(seconds, 0)}s"


def table(titles: list[str], rows: list[list[str]], shown: bool = True) -> None:
    """Print rows, below titles if these are `shown`."""
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    for row in (titles, *rows) if shown else rows:
        print(
            "   ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip(),
            flush=True,
        )
