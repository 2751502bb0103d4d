"""Encrypting everything that is sealed anew, with the newest key; the platform may run meanwhile."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from cubestudio.core.db import Database
from cubestudio.core.vault import Vault
from cubestudio.notebooks.model import Notebook
from cubestudio.notifications.channels.model import Channel
from cubestudio.pipelines.model import Draft, Version
from cubestudio.pipelines.spec import SEALED
from cubestudio.projects.registries.model import Registry
from cubestudio.projects.secrets.model import Secret
from cubestudio.services.model import Revision

PIECE = 200


def _variables(value: Any, turn: Callable[[str], str]) -> Any:
    """What a notebook or a revision is made of."""
    return value and {**value, "secrets": {name: turn(cipher) for name, cipher in value["secrets"].items()}}


def _arguments(value: Any, turn: Callable[[str], str]) -> Any:
    """What a version of a pipeline says: secret arguments, wherever they are."""
    if isinstance(value, dict):
        if set(value) == {SEALED} and isinstance(value[SEALED], str):
            return {SEALED: turn(value[SEALED])} if value[SEALED] else value
        return {name: _arguments(each, turn) for name, each in value.items()}
    return [_arguments(each, turn) for each in value] if isinstance(value, list) else value


def _text(value: Any, turn: Callable[[str], str]) -> Any:
    return value and turn(value)


PLACES: tuple[tuple[Any, str, Callable[[Any, Callable[[str], str]], Any]], ...] = (
    (Secret, "sealed", _text),
    (Registry, "password", _text),
    (Draft, "sealed", _text),
    (Channel, "sealed_address", _text),
    (Channel, "sealed_secret", _text),
    (Notebook, "spec", _variables),
    (Notebook, "former", _variables),
    (Revision, "spec", _variables),
    (Version, "definition", _arguments),
)
"""Tables, their columns with sealed values, and how these are found in them."""


async def rotate(db: Database, vault: Vault) -> int:
    """How many rows were written anew. A row that somebody changes meanwhile is sealed with the newest key by
    them."""
    count = 0
    for table, name_, turned in PLACES:
        column, keys = getattr(table, name_), list(table.__table__.primary_key.columns)
        async with db.read() as conn:
            names = (await conn.execute(select(*keys))).all()
        for start in range(0, len(names), PIECE):
            async with db.write() as tx:
                for name in names[start : start + PIECE]:
                    here = [key == value for key, value in zip(keys, name, strict=True)]
                    value = (await tx.execute(select(column).where(*here))).scalar_one_or_none()
                    new = turned(value, vault.rotate)
                    if new != value:
                        await tx.execute(update(table).where(*here).values({name_: new}))
                        count += 1
    return count
