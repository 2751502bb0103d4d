"""Pages by keyset: newest first, a cursor is the id of the last row, nothing is counted."""

from typing import Any

from cubestudio.core import ids
from cubestudio.core.errors import Invalid


def cut(statement: Any, key: Any, after: str | None, first: int, most: int) -> Any:
    """The rows of one page and one more, which tells that there is a next."""
    if not 1 <= first <= most:
        raise Invalid(f"first must be from 1 to {most}.", field="first")
    if after is not None:
        if not ids.is_id(after):
            raise Invalid("after is not a cursor that a page gave.", field="after")
        statement = statement.where(key < after)
    return statement.order_by(key.desc()).limit(first + 1)
