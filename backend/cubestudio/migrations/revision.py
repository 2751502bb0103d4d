"""Which tables a database has and which it should have, known without what brings it from the one to the
other."""

import contextlib
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cubestudio.core.db import make_engine

VERSIONS = Path(__file__).parent / "versions"


def known() -> set[str]:
    """Return every revision that this program can bring up to date."""
    return {path.name.partition("_")[0] for path in VERSIONS.glob("*.py")}


def newest() -> str:
    """Return the revision that a database of this program has."""
    return max(known())


async def present(url: str) -> str | None:
    """The revision of a database; None where that cannot be read, as in one that is empty."""
    engine = make_engine(url, writer=False)
    try:
        with contextlib.suppress(DBAPIError):
            async with engine.connect() as connection:
                return (
                    await connection.execute(text("SELECT version_num FROM alembic_version"))
                ).scalar_one_or_none()
    finally:
        await engine.dispose()
    return None
