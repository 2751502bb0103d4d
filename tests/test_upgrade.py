"""Databases of earlier versions come up to date with all that is in them, or stay as they were."""

import contextlib
import re
import sqlite3
import stat
import textwrap
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cubestudio.core.errors import Conflict
from cubestudio.migrations import run as migrations
from cubestudio.migrations.revision import VERSIONS, known, newest

REVISIONS = sorted(known())
LATER = 9000
"""Number of the first migration that a test makes after the newest."""


def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def value(column: sa.Column, name: str):
    """Something that the column may hold."""
    kind = column.type
    if isinstance(kind, sa.DateTime | sa.TIMESTAMP):
        return datetime(2026, 1, 2, 3, 4, 5)
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, sa.Float | sa.Numeric | sa.Integer):
        return 1
    if isinstance(kind, sa.LargeBinary | sa.BLOB):
        return b"x"
    if isinstance(kind, sa.JSON) or not isinstance(kind, sa.String):
        return "{}"
    return f"{name}-{column.name}"[: getattr(kind, "length", None) or 1000]


def fill(file: Path) -> None:
    """Put a row into every table that has none, with the rows that it refers to."""
    engine = sa.create_engine(f"sqlite:///{file}")
    tables = sa.MetaData()
    tables.reflect(engine)
    rows: dict[str, dict] = {}
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name == "alembic_version":
                continue
            if found := connection.execute(sa.select(table)).mappings().first():  # a migration put it there
                rows[table.name] = dict(found)
                continue
            row = {}
            for column in table.columns:
                parent = next((key for key in column.foreign_keys), None)
                if parent is not None and parent.column.table.name in rows:
                    row[column.name] = rows[parent.column.table.name][parent.column.name]
                elif (
                    parent is None
                    and (column.primary_key or not column.nullable)
                    and column.server_default is None
                ):
                    row[column.name] = value(column, table.name)
            connection.execute(table.insert().values(row))
            found = connection.execute(sa.select(table)).mappings().first()
            assert found is not None
            rows[table.name] = dict(found)
    engine.dispose()


def counted(file: Path) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        names = [row[0] for row in connection.execute("select name from sqlite_master where type='table'")]
        return {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}


def test_a_filled_database_keeps_everything_through_every_version(tmp_path):
    file = tmp_path / "cube.db"
    migrations.upgrade(url(file), REVISIONS[0])
    for revision in sorted({*REVISIONS[3::3], *REVISIONS[-2:]}):
        fill(file)  # so that every migration meets full tables
        before = counted(file)
        migrations.upgrade(url(file), revision)
        after = counted(file)
        lost = {name for name, rows in before.items() if after.get(name, rows) < rows}
        assert not lost, f"the migration to {revision} loses rows of {lost}"
        with contextlib.closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], revision
    migrations.check(url(file))
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def described(file: Path) -> dict:
    """{table: (columns, indexes, references, keys, rows)}."""
    engine = sa.create_engine(f"sqlite:///{file}")
    look = sa.inspect(engine)
    found = {}
    for table in look.get_table_names():
        columns = {
            each["name"]: (str(each["type"]), each["nullable"], each["primary_key"])
            for each in look.get_columns(table)
        }
        indexes = sorted(
            (str(each["name"]), tuple(each["column_names"]), each["unique"])
            for each in look.get_indexes(table)
        )
        unique = sorted(tuple(each["column_names"]) for each in look.get_unique_constraints(table))
        parents = sorted(
            (tuple(each["constrained_columns"]), each["referred_table"], str(each["options"]))
            for each in look.get_foreign_keys(table)
        )
        with engine.begin() as connection:
            rows = [tuple(row) for row in connection.execute(sa.text(f'select * from "{table}"'))]
        found[table] = (columns, indexes, unique, parents, rows)
    engine.dispose()
    return found


def test_an_empty_database_gets_at_once_what_all_versions_make(tmp_path):
    once, all_ = tmp_path / "once.db", tmp_path / "all.db"
    migrations.upgrade(url(once))
    for revision in REVISIONS[0], "head":
        migrations.upgrade(url(all_), revision)
    assert described(once) == described(all_)
    migrations.check(url(once))


@pytest.fixture
def further(tmp_path, monkeypatch):
    """Make migrations after the newest, in a folder of their own."""
    script = tmp_path / "script"
    (script / "versions").mkdir(parents=True)
    (script / "env.py").write_text((VERSIONS.parent / "env.py").read_text())
    for path in VERSIONS.glob("*.py"):
        (script / "versions" / path.name).write_text(path.read_text())
    config = migrations.config

    def elsewhere(address):
        made = config(address)
        made.set_main_option("script_location", str(script))
        return made

    def make(body: str, number: int = LATER) -> None:
        text = (
            f"import sqlalchemy as sa\nfrom alembic import op\nrevision = '{number}'\ndown_revision = "
            f"'{made[-1]}'\n\n\ndef upgrade():\n"
        )
        (script / f"versions/{number}_further.py").write_text(text + textwrap.indent(body, "    "))
        made.append(str(number))

    made = [newest()]
    monkeypatch.setattr(migrations, "config", elsewhere)
    monkeypatch.setattr(migrations, "known", lambda: {*known(), *made})
    monkeypatch.setattr(migrations, "newest", lambda: made[-1])
    return make


def test_a_copy_of_before_is_kept_for_the_owner_alone(tmp_path, further):
    file = tmp_path / "cube.db"
    migrations.upgrade(url(file), REVISIONS[0])
    for number in range(LATER, LATER + migrations.BACKUPS + 2):
        further("pass", number)
        migrations.upgrade(url(file))
    copies = sorted((tmp_path / "backups").iterdir())
    assert len(copies) == migrations.BACKUPS and all(
        re.fullmatch(r"cube-\d{8}T\d{6}-\d{4}\.db", copy.name) for copy in copies
    )
    with contextlib.closing(sqlite3.connect(copies[-1])) as connection:
        assert connection.execute("select version_num from alembic_version").fetchone() == (str(number - 1),)
    assert stat.S_IMODE(copies[-1].stat().st_mode) == 0o600
    migrations.upgrade(url(file))
    assert len(list((tmp_path / "backups").iterdir())) == migrations.BACKUPS, "nothing to do needs no copy"


def test_a_table_that_others_refer_to_is_changed_and_keeps_them(tmp_path, further):
    file = tmp_path / "cube.db"
    migrations.upgrade(url(file), REVISIONS[-1])
    fill(file)
    before = counted(file)
    further(
        "with op.batch_alter_table('user', recreate='always') as batch:\n    "
        "batch.add_column(sa.Column('shoe_size', sa.Integer(), nullable=True))"
    )
    migrations.upgrade(url(file))
    assert counted(file) == before
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute('select shoe_size from "user"').fetchone() == (None,)


@pytest.mark.parametrize(
    "body",
    ["op.execute('DELETE FROM user')", "op.execute('DROP TABLE step')\nraise ValueError('a fault')"],
    ids=["orphans", "a fault"],
)
def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path, further, body):
    file = tmp_path / "cube.db"
    migrations.upgrade(url(file), REVISIONS[-1])
    fill(file)
    before = counted(file)
    further(body)
    with pytest.raises((RuntimeError, ValueError), match=r"without the row|a fault"):
        migrations.upgrade(url(file))
    assert counted(file) == before
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("select version_num from alembic_version").fetchone() == (REVISIONS[-1],)


def test_a_database_of_a_later_version_is_refused(tmp_path):
    file = tmp_path / "cube.db"
    migrations.upgrade(url(file))
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("update alembic_version set version_num='9998'")
    with pytest.raises(Conflict, match="9998, which this version"):
        migrations.upgrade(url(file))
