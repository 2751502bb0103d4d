"""Alembic's way into the database: the platform's own engine and tables. See `run` for what is special about
SQLite."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, event, inspect, text

from cubestudio.core import audit
from cubestudio.core.db import Base, make_engine
from cubestudio.migrations import tables  # noqa: F401
from cubestudio.migrations.run import NEWEST


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=not sqlite,
        compare_type=True,
        compare_server_default=True,
    )
    new = sqlite and context.config.attributes.get(NEWEST) and not inspect(connection).get_table_names()
    with context.begin_transaction():
        if new:
            Base.metadata.create_all(connection)
            audit.begin(connection)
            context.get_context().stamp(context.script, "head")
        else:
            context.run_migrations()
        if sqlite:
            for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")):
                raise RuntimeError(
                    f"the migration would leave row {row} of {table} without the row of {parent} "
                    "that it refers to"
                )


async def main(url: str) -> None:
    engine = make_engine(url, writer=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def _connect(dbapi: Any, record: Any) -> None:
            cursor = dbapi.cursor()
            cursor.execute("PRAGMA foreign_keys=OFF")  # it does nothing inside a transaction
            cursor.close()

    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
    finally:
        await engine.dispose()


asyncio.run(main(context.config.get_main_option("sqlalchemy.url") or ""))
