"""Alembic's way into the database: the platform's own engine and tables."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from cubestudio.core.db import Base, make_engine
from cubestudio.migrations import tables  # noqa: F401


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main(url: str) -> None:
    engine = make_engine(url, writer=True)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(main(context.config.get_main_option("sqlalchemy.url") or ""))
