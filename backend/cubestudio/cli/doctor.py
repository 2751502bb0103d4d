"""Looking at this machine: what works, what does not, and the way out."""

import sqlite3

import uv

from cubestudio.cluster_registry import adapter, site
from cubestudio.core import db as database
from cubestudio.core.cluster.kubernetes.config import read_clusters
from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.port import Cluster
from cubestudio.core.config import Settings
from cubestudio.core.errors import Refusal
from cubestudio.core.store import Store


async def cluster(settings: Settings, name: str) -> int:
    """Print whether a cluster answers, its nodes, and one line for each component; 0 when the cluster takes
    what we make and its clock is right, and nothing that pipelines need is down."""
    store = Store.open(settings)
    known = read_clusters(
        settings.kubeconfig_folder, settings.kubeconfig_contexts, settings.direct_pod_access
    )
    if name != "local" and name not in known:
        print(
            f"FAIL no cluster is named {name}: {', '.join(['local', *known])}. A file "
            f"{settings.kubeconfig_folder}/{name}-kubeconfig makes one."
        )
        return 1
    port: Cluster = (
        LocalCluster("local", settings, store)
        if name == "local"
        else adapter()(known[name], site(settings, name), store)
    )
    try:
        has = await port.capacity()
        health = port.health()
        print(
            f"ok   {name}: {health.version or 'this machine'}, {has.cpu:g} cores, "
            f"{has.memory / 2**30:.1f} GiB, {has.gpu} GPUs"
        )
        for machine in has.machines:
            state = "ok  " if machine.ready else "FAIL"
            print(
                f"{state} node {machine.name}: {machine.cpu:g} cores, {machine.memory / 2**30:.1f} "
                f"GiB, {machine.gpu} GPUs {'; '.join(machine.problems)}"
            )
        for note in has.notes:
            print(f"note {note}")
        rows = await port.components()
        for row in rows:
            mark = {"ready": "ok  ", "not ready": "FAIL", "absent": "--  "}[row.state]
            hint = f". Needed for {row.needed}. To have it: {row.install}" if row.state != "ready" else ""
            print(f"{mark} {row.group}/{row.name} {row.version or ''}: {row.message}{hint}")
    except Refusal as error:
        print(f"FAIL {name}: {error.message}")
        return 1
    finally:
        await port.close()
    return int(
        any(
            row.state == "not ready"
            for row in rows
            if row.group == "kubernetes" or row.name == "workflow-controller"
        )
    )


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
        say(
            "data folder",
            False,
            f"{settings.home} cannot be written: {error.strerror}. Set CUBE_HOME to a folder of yours.",
        )
        return 1
    db = database.Database(settings.database)
    try:
        async with db.read() as conn:
            await conn.exec_driver_sql("select 1")
        say(
            "database",
            True,
            f"SQLite {sqlite3.sqlite_version}" if db.sqlite else settings.database.split("@")[-1],
        )
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
        try:
            local.site.examine()
        except Refusal as error:
            say("isolation", False, f"{error.message} {error.hint}")
            await local.close()
            return 1
        here = local.machine
        say(
            "this machine",
            True,
            f"{here.cpu:g} cores, {here.memory / 2**30:.1f} GiB, {len(here.cards)} GPUs"
            + (f" ({here.gpu_note})" if here.gpu_note else "".join(f", {card.name}" for card in here.cards)),
        )
        kept = [
            words
            for have, words in (
                (here.isolated, "a user id for each project"),
                (here.sandbox.namespaces, "files, processes and /tmp of its own for each pod"),
                (here.sandbox.memory, "memory counted and bounded by the kernel"),
            )
            if have
        ]
        say("isolation", True, "; ".join(kept) or "none")
        for note in here.notes:
            say("isolation", True, note)
        await local.close()
    return 1 if bad else 0
