"""Pages by keyset: newest first, a cursor is the id of the last row, and a count of the whole list is a
statement that runs only when somebody requests it."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, literal, select, tuple_, union_all

from cubestudio.core import ids, messages
from cubestudio.core.db import Reader
from cubestudio.core.errors import Invalid

MOST_CASES = 200
"""Ordered parts of an index that one page is put together from; a statement of SQLite has 500 parts at
most."""


@dataclass(frozen=True)
class Order:
    """An order by a column and, where that is equal, by the key. `last`: the column's value in the row that
    the cursor names."""

    column: Any
    descending: bool
    last: Any = None
    distinct: bool = False
    """Whether no two rows of one case have the same value; then their order needs no key, which a unique
    index does not end with."""


@dataclass(frozen=True)
class Cut:
    """One page of a list: the statement that selects its rows and one more, which tells that there is a next
    page, and the statement that counts the whole list."""

    statement: Any
    total: Select
    after: str | None
    first: int


class Rows(list[Row]):
    """The rows of a `Cut`, the one that tells of a next page included."""

    def __init__(self, rows: Iterable[Row], cut: Cut):
        super().__init__(rows)
        self.total, self.after, self.first = cut.total, cut.after, cut.first

    @property
    def page(self) -> list[Row]:
        return self[: self.first]

    @property
    def more(self) -> bool:
        return len(self) > self.first


async def fetch(conn: Reader, cut: Cut) -> Rows:
    return Rows(await conn.execute(cut.statement), cut)


def _count(statement: Any) -> Select:
    return select(func.count()).select_from(statement.order_by(None).subquery())


def _sorted(statement: Any, key: Any, order: Order | None, case: bool) -> Any:
    if order is None:
        return statement.order_by(key.desc())
    columns = (order.column,) if order.distinct and case else (order.column, key)
    return statement.order_by(*(column.desc() if order.descending else column for column in columns))


def cut(
    statement: Any,
    key: Any,
    after: str | None,
    first: int,
    most: int,
    order: Order | None = None,
    case: bool = False,
) -> Cut:
    """Return one page of the rows of a statement. `case`: the statement is of one case of `among`."""
    if not 1 <= first <= most:
        raise Invalid(messages.FIRST_OUT_OF_RANGE(most=most), field="first")
    total = _count(statement.with_only_columns(key))
    if after is not None:
        if not ids.is_id(after):
            raise Invalid(messages.CURSOR_INVALID(), field="after")
        if order is None:
            statement = statement.where(key < after)
        elif order.last is not None:
            place, last = tuple_(order.column, key), tuple_(literal(order.last), literal(after))
            statement = statement.where(place < last if order.descending else place > last)
    return Cut(_sorted(statement, key, order, case).limit(first + 1), total, after, first)


def among(  # noqa: PLR0913
    columns: Iterable[Any],
    key: Any,
    values: Mapping[Any, Sequence[Any]],
    rest: Sequence[Any],
    after: str | None,
    first: int,
    most: int,
    *,
    by: Any = None,
    order: Order | None = None,
) -> Cut:
    """Return one page of the rows that have one of the `values` of each column, and satisfy `rest`; both
    speak of the table of the column `by`, which holds keys of such rows, when it is given.

    `values` are for columns that begin an index which ends with `key`, or with the column of its `order`.
    Neither database reads such an index in order for more than one value: asked with IN, both sort all that
    these values have, or look at every row of the table. So each case is a page of its own, and the first of
    all of them are the page."""
    sets = {column: list(dict.fromkeys(each)) for column, each in values.items()}
    if not 2 <= math.prod(map(len, sets.values())) <= MOST_CASES:
        narrow = [column == each[0] if len(each) == 1 else column.in_(each) for column, each in sets.items()]
        one = bool(sets) and all(len(each) == 1 for each in sets.values())
        if by is None:
            return cut(
                select(*columns).where(*narrow, *rest),
                key,
                after,
                first=first,
                most=most,
                order=order,
                case=one,
            )
        narrowed = cut(select(by.label("id")).where(*narrow, *rest), by, after, first, most)
        page, total = narrowed.statement.subquery("page"), narrowed.total
    else:
        tops = []
        for case in itertools.product(*sets.values()):
            narrow = [column == value for column, value in zip(sets, case, strict=True)]
            found = key if by is None else by
            top = cut(
                select(found.label("id")).where(*narrow, *rest),
                found,
                after,
                first=first,
                most=most,
                order=order,
                case=True,
            ).statement.subquery()
            tops.append(select(top.c.id))
        page = union_all(*tops).subquery("page")
        found = key if by is None else by
        total = _count(select(found).where(*(column.in_(each) for column, each in sets.items()), *rest))
    statement = _sorted(select(*columns).join_from(key.table, page, page.c.id == key), key, order, False)
    return Cut(statement.limit(first + 1), total, after, first)
