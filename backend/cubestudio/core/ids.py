"""Identifiers: UUID version 7, so that ordering by id is ordering by creation and a page's cursor is an
id."""

import re
from datetime import UTC, datetime

from uuid_utils import uuid7

_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new() -> str:
    """A fresh identifier, 36 characters, larger than all that this process made before."""
    return str(uuid7())


def is_id(text: str) -> bool:
    """Whether `text` has the form of an identifier, so that a lookup by it makes sense."""
    return _FORM.fullmatch(text) is not None


def when(key: str) -> datetime:
    """When an identifier was made, exact to a millisecond."""
    return datetime.fromtimestamp(int(key[:8] + key[9:13], 16) / 1000, UTC)


def earliest(at: datetime) -> str:
    """A text that sorts before every identifier made at `at` or later, and after every earlier one."""
    digits = f"{int(at.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"
