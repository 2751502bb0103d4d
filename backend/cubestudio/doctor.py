"""Looking at this machine: what works, what does not, and the way out."""

import sqlite3

import uv

from cubestudio.core import db as database
from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.config import Settings
from cubestudio.core.errors import Refusal
from cubestudio.core.store import Store


async def examine(settings: Settings) -> int:
    """Print one line per part; 0 when everything that is needed works."""
    bad = 0

    def say(name: str, good: bool, words: str) -> None:
        nonlocal bad
        bad += not good
        print(f"{'ok  ' if good else 'FAIL'} {name}: {words}")

    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        (settings.home / ".probe").write_text("x")
        (settings.home / ".probe").unlink()
        say("data folder", True, str(settings.home))
    except OSError as error:
        say("data folder", False, f"{settings.home} cannot be written: {error.strerror}. Set CUBE_HOME to a folder of yours.")
        return 1
    db = database.Database(settings.database)
    try:
        async with db.read() as conn:
            await conn.exec_driver_sql("select 1")
        say("database", True, f"SQLite {sqlite3.sqlite_version}" if db.sqlite else settings.database.split("@")[-1])
    except (Refusal, OSError) as error:
        say("database", False, str(error))
    await db.close()
    store = Store.open(settings)
    try:
        await store.put("doctor", b"x")
        await store.delete("doctor")
        say("store", True, settings.store)
    except Exception as error:
        say("store", False, f"{settings.store}: {error}")
    try:
        say("environments", True, f"uv at {uv.find_uv_bin()}")
    except FileNotFoundError as error:
        say("environments", False, str(error))
    if settings.local:
        local = LocalCluster("local", settings, store)
        here = local.machine
        say(
            "this machine",
            True,
            f"{here.cpu:g} cores, {here.memory / 2**30:.1f} GiB, {len(here.gpus)} GPUs" + (f" ({here.gpu_note})" if here.gpu_note else ""),
        )
        say("isolation", True, "a user id for each project" if here.isolated else here.notes[0])
        await local.close()
    return 1 if bad else 0
