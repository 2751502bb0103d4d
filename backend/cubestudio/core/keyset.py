"""Pages by keyset: newest first, a cursor is the id of the last row, nothing is counted."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, union_all

from cubestudio.core import ids
from cubestudio.core.errors import Invalid

MOST_CASES = 200
"""Ordered parts of an index that one page is put together from; a statement of SQLite has 500 parts at most."""


def cut(statement: Any, key: Any, after: str | None, first: int, most: int) -> Any:
    """The rows of one page and one more, which tells that there is a next."""
    if not 1 <= first <= most:
        raise Invalid(f"first must be from 1 to {most}.", field="first")
    if after is not None:
        if not ids.is_id(after):
            raise Invalid("after is not a cursor that a page gave.", field="after")
        statement = statement.where(key < after)
    return statement.order_by(key.desc()).limit(first + 1)


def among(
    columns: Iterable[Any], key: Any, values: Mapping[Any, Sequence[Any]], rest: Sequence[Any], after: str | None, first: int, most: int,
    *, by: Any = None,
) -> Any:  # fmt: skip
    """One page of the rows that have one of the `values` of each column, and satisfy `rest`; both speak of the table of the column `by`,
    which holds keys of such rows, when it is given.

    `values` are for columns that begin an index which ends with `key`. Neither database reads such an index in order for more than one
    value: asked with IN, both sort all that these values have, or look at every row of the table. So each case is a page of its own,
    and the newest of all of them are the page."""
    sets = {column: list(dict.fromkeys(each)) for column, each in values.items()}
    if not 2 <= math.prod(map(len, sets.values())) <= MOST_CASES:
        narrow = [column == each[0] if len(each) == 1 else column.in_(each) for column, each in sets.items()]
        if by is None:
            return cut(select(*columns).where(*narrow, *rest), key, after, first, most)
        page = cut(select(by.label("id")).where(*narrow, *rest), by, after, first, most).subquery("page")
    else:
        tops = []
        for case in itertools.product(*sets.values()):
            narrow = [column == value for column, value in zip(sets, case, strict=True)]
            found = key if by is None else by
            top = cut(select(found.label("id")).where(*narrow, *rest), found, after, first, most).subquery()
            tops.append(select(top.c.id))
        page = union_all(*tops).subquery("page")
    return select(*columns).join_from(key.table, page, page.c.id == key).order_by(key.desc()).limit(first + 1)
