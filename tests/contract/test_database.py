"""The database port on SQLite and on MariaDB: migrations, transactions, lost updates, the outbox, cron over
replicas."""

import asyncio
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from cubestudio.core import clock
from cubestudio.core.bus.local import LocalBus
from cubestudio.core.db import Database, Message, Outbox
from cubestudio.core.errors import Unavailable
from cubestudio.core.events import Event
from cubestudio.core.jobs import cron
from cubestudio.core.jobs.declare import Job, declared
from cubestudio.core.jobs.outbox import Delivery
from cubestudio.migrations import run as migrations
from cubestudio.migrations.revision import newest, present
from cubestudio.users.model import User


@pytest.fixture
async def db(url):
    await asyncio.to_thread(migrations.upgrade, url)
    made = Database(url)
    yield made
    await made.close()


async def test_migrations_go_up_and_back_and_match_the_program(url):
    assert await present(url) is None
    await asyncio.to_thread(migrations.upgrade, url)
    await asyncio.to_thread(migrations.check, url)
    assert await present(url) == newest()
    await asyncio.to_thread(migrations.downgrade, url)
    assert await present(url) is None
    await asyncio.to_thread(migrations.upgrade, url)
    await asyncio.to_thread(migrations.check, url)


async def test_no_update_is_lost(db):
    async with db.write() as tx:
        await tx.execute(insert(Outbox).values(id="counter", body=[0], attempts=0))

    async def add(tx):
        attempts = (
            await tx.execute(select(Outbox.attempts).where(Outbox.id == "counter").with_for_update())
        ).scalar_one()
        await tx.execute(update(Outbox).where(Outbox.id == "counter").values(attempts=attempts + 1))

    await asyncio.gather(*(db.transact(add) for _ in range(25)))
    async with db.read() as conn:
        assert (await conn.execute(select(Outbox.attempts))).scalar_one() == 25


async def test_values_come_back_as_they_were(db):
    now = clock.now()
    body = [1, 1.5, "1", None, {"ключ": "👍", "deep": [True, [2**53]]}]
    async with db.write() as tx:
        await tx.execute(insert(Outbox).values(id="a", body=body, attempts=0, send_at=now))
    async with db.read() as conn:
        row = (await conn.execute(select(Outbox.body, Outbox.send_at))).one()
    assert row.body == body and row.send_at == now


class Happened(Event):
    pass


async def test_what_is_not_committed_is_not_told(db):
    told = []

    async def deliver(tx):
        told.append(tx)

    db.deliver = deliver
    with pytest.raises(ZeroDivisionError):
        async with db.write() as tx:
            await tx.execute(insert(User).values(id="u", name="u", admin=False, created_at=clock.now()))
            tx.send("job")
            _ = 1 / 0
    async with db.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(User))).scalar_one() == 0
        assert (await conn.execute(select(func.count()).select_from(Outbox))).scalar_one() == 0
    assert not told


async def test_a_message_that_was_not_settled_is_sent_again(db):
    sent: list[Message] = []
    delivery = Delivery(db, LocalBus(), sent.extend)
    async with db.write() as tx:
        tx.send("job", 1)
        tx.send("later", 2, delay=timedelta(minutes=5))
    assert await delivery.sweep() == 0
    clock.travel(timedelta(seconds=31))
    await delivery.sweep()
    assert [message.job for message in sent] == ["job"]
    clock.travel(timedelta(minutes=5))
    await delivery.sweep()
    assert sorted(message.job for message in sent) == ["job", "job", "later"]


async def test_ticks_happen_once_over_replicas(db):
    async def nothing(ctx):
        pass

    declared["test.tick"] = Job(name="test.tick", run=nothing, cron="* * * * *")
    try:
        await cron.tick(db)
        for _ in range(10):
            clock.travel(timedelta(minutes=1))
            await asyncio.gather(*(cron.tick(db) for _ in range(3)))
        async with db.read() as conn:
            rows = (await conn.execute(select(Outbox.job).where(Outbox.job == "test.tick"))).all()
        assert len(rows) == 10
    finally:
        del declared["test.tick"]


async def test_a_locked_database_says_so_and_loses_nothing(tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path}/cube.db"
    await asyncio.to_thread(migrations.upgrade, url)
    db = Database(url)
    other = sqlite3.connect(tmp_path / "cube.db", isolation_level=None)
    raw = await db._writer.raw_connection()
    await raw.driver_connection.execute("pragma busy_timeout=100")
    raw.close()
    other.execute("begin immediate")
    with pytest.raises(Unavailable, match="locked"):
        async with db.write() as tx:
            tx.send("job")
    other.execute("rollback")
    async with db.write() as tx:
        tx.send("job")
    async with db.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(Outbox))).scalar_one() == 1
    other.close()
    await db.close()
