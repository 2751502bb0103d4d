"""Things as they change, for `cubestudio get --watch`."""

from collections.abc import Iterator, Sequence

from cubestudio.cli.kinds import Kind, Row
from cubestudio.cli.output import cell
from cubestudio.client import Client


def changed(client: Client, kind: Kind, project: str | None, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield each thing whose table cells differ from those of `rows`, at each change.

    All are listed again at the first event: nothing tells what changed between the list and the subscription.
    """
    assert kind.changes is not None
    known = {kind.id(row): _cells(kind, row) for row in rows}
    first = True
    for id in kind.changes(client, project):
        found = list(kind.each(client, project)) if first else [kind.get(client, id)]
        first = False
        for row in found:
            if row is not None and (cells := _cells(kind, row)) != known.get(kind.id(row)):
                known[kind.id(row)] = cells
                yield row


def _cells(kind: Kind, row: Row) -> list[str]:
    columns = kind.columns | kind.wide
    return [cell(kind, row, title, path) for title, path in columns.items() if title != "AGE"]
