"""Bring a database to this version's tables.

SQLite takes all migrations in one transaction, so that a failure leaves the database as it was. Foreign keys
are not enforced meanwhile, because a table is changed there by copying it and dropping the old one, which
would delete or refuse what refers to it; at the end every reference is checked. A copy of the file is kept
before the first change. An empty SQLite database gets the newest tables at once, instead of those of every
version one after the other. MariaDB commits each change of a table at once and offers none of this: an
operator makes a backup there.
"""

import contextlib
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from cubestudio.core import clock, log
from cubestudio.core.errors import Conflict
from cubestudio.migrations.revision import known, newest

logger = log.get(__name__)
NEWEST = "newest"
"""Attribute of the configuration: whether the newest tables are wanted."""
BACKUPS = 3
"""How many copies of the database are kept, the newest."""


def config(url: str) -> Config:
    """Return Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def upgrade(url: str, to: str = "head") -> None:
    """Bring the tables from whatever revision to another. Raises Conflict when the database is of a newer
    program."""
    before = _sqlite_revision(url)
    if before is not None and before not in known():
        raise Conflict(
            f"The database has the revision {before}, which this version of the platform (revision "
            f"{newest()}) does not know.",
            hint="Install the version that wrote it, or a later one.",
        )
    if before is not None and before != (newest() if to == "head" else to):
        kept = backup(url, before)
        logger.info("database backed up before its upgrade", revision=before, file=str(kept))
    made = config(url)
    made.attributes[NEWEST] = to == "head"
    command.upgrade(made, to)


def downgrade(url: str, to: str = "base") -> None:
    command.downgrade(config(url), to)


def check(url: str) -> None:
    """Raise when the tables differ from what the program expects."""
    command.check(config(url))


def backup(url: str, revision: str) -> Path:
    """Copy a SQLite database beside itself and delete older copies; return the copy."""
    file = _file(url)
    assert file is not None
    folder = file.parent / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    made = folder / f"{file.stem}-{clock.now():%Y%m%dT%H%M%S}-{revision}.db"
    new = made.with_suffix(".new")
    new.touch(mode=0o600)
    with (
        contextlib.closing(sqlite3.connect(file)) as source,
        contextlib.closing(sqlite3.connect(new)) as target,
    ):
        source.backup(target)
    new.replace(made)
    for old in sorted(folder.glob(f"{file.stem}-*.db"))[:-BACKUPS]:
        old.unlink()
    return made


def _file(url: str) -> Path | None:
    address = make_url(url)
    return Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None


def _sqlite_revision(url: str) -> str | None:
    """The revision of a SQLite database that exists and has tables."""
    file = _file(url)
    if file is None or not file.exists():
        return None
    with (
        contextlib.closing(sqlite3.connect(file)) as connection,
        contextlib.suppress(sqlite3.OperationalError),
    ):
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return row[0] if row else None
    return None
