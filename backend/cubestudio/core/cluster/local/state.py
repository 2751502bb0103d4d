"""What the local cluster remembers, in a file of its own: to it what etcd is to Kubernetes."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter

from cubestudio.core.cluster.port import NodeState, Outcome, PodState, Server, Workload

_workload = TypeAdapter(Workload)
_outcome = TypeAdapter(Outcome)

_TABLES = """
create table if not exists workload (
    name text primary key, spec blob not null, generation integer not null, stop integer not null default 0,
    deleted integer not null default 0, state text not null, reason text, message text,
    started real, finished real, seq integer not null, replicas integer);
create table if not exists step (
    workload text not null, node text not null, item integer not null, state text not null, attempt integer not null,
    pod text, reason text, message text, value blob, outcome blob, items integer, due real, started real,
    finished real, seq integer not null, primary key (workload, node, item)) without rowid;
create table if not exists pod (
    id text primary key, workload text not null, node text not null, item integer not null, attempt integer not null,
    state text not null, data blob not null, seq integer not null);
create index if not exists pod_workload on pod (workload);
create table if not exists uid (project text primary key, uid integer not null unique);
"""  # noqa: E501


@dataclass(kw_only=True, frozen=True)
class WorkloadRow:
    name: str
    spec: Workload
    state: PodState
    stop: bool = False
    deleted: bool = False
    reason: str | None = None
    message: str | None = None
    started: float | None = None
    finished: float | None = None
    seq: int = 0
    replicas: int | None = None
    """Of a server: how many it is to have now, when that is not what it was applied with."""


@dataclass(kw_only=True, frozen=True)
class StepRow:
    """`item` is None for a node itself; `due` is when a retry starts (seconds since 1970)."""

    workload: str
    node: str
    item: int | None
    state: NodeState = NodeState.WAITING
    attempt: int = 0
    pod: str | None = None
    reason: str | None = None
    message: str | None = None
    value: Any = None
    outcome: Outcome | None = None
    items: int | None = None
    due: float | None = None
    started: float | None = None
    finished: float | None = None
    seq: int = 0


@dataclass(kw_only=True, frozen=True)
class PodRow:
    """`data` holds what is only shown: reason, message, times, use, exit."""

    id: str
    workload: str
    node: str
    item: int | None
    attempt: int
    state: PodState
    data: dict
    seq: int = 0

    def into(self, state: PodState, **data: Any) -> "PodRow":
        return replace(self, state=state, data=self.data | data)


Row = WorkloadRow | StepRow | PodRow


def _pod(row: Sequence[Any]) -> PodRow:
    """A pod, from a whole row of its table."""
    key, workload, node, item, attempt, state, data, seq = row
    return PodRow(
        id=key,
        workload=workload,
        node=node,
        item=None if item < 0 else item,
        attempt=attempt,
        state=PodState(state),
        data=orjson.loads(data),
        seq=seq,
    )


class State:
    """Small synchronous transactions: a commit here costs less than handing it to a thread."""

    def __init__(self, path: Path):
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_TABLES)
        if not any(column[1] == "replicas" for column in self._db.execute("pragma table_info(workload)")):
            self._db.execute("alter table workload add column replicas integer")
        self._seq = max(
            self._db.execute(f"select coalesce(max(seq), 0) from {table}").fetchone()[0]
            for table in ("workload", "step", "pod")
        )

    def close(self) -> None:
        self._db.close()

    @property
    def version(self) -> int:
        """Changes when another process has written."""
        return self._db.execute("pragma data_version").fetchone()[0]

    @contextlib.contextmanager
    def _write(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def put(self, rows: Iterable[Row]) -> list[Row]:
        """Store rows in one transaction; the same rows with their new sequence numbers."""
        done: list[Row] = []
        with self._write():
            for row in rows:
                self._seq += 1
                row = replace(row, seq=self._seq)
                done.append(row)
                if isinstance(row, StepRow):
                    self._db.execute(
                        "insert or replace into step values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                        (
                            row.workload,
                            row.node,
                            -1 if row.item is None else row.item,
                            row.state,
                            row.attempt,
                            row.pod,
                            row.reason,
                            row.message,
                            None if row.value is None else orjson.dumps(row.value),
                            None if row.outcome is None else _outcome.dump_json(row.outcome),
                            row.items,
                            row.due,
                            row.started,
                            row.finished,
                            row.seq,
                        ),
                    )
                elif isinstance(row, PodRow):
                    self._db.execute(
                        "insert or replace into pod values (?,?,?,?,?,?,?,?)",
                        (
                            row.id,
                            row.workload,
                            row.node,
                            -1 if row.item is None else row.item,
                            row.attempt,
                            row.state,
                            orjson.dumps(row.data),
                            row.seq,
                        ),
                    )
                else:
                    self._db.execute(
                        "update workload set state=?, reason=?, message=?, started=?, finished=?, "
                        "seq=? where name=?",
                        (row.state, row.reason, row.message, row.started, row.finished, row.seq, row.name),
                    )
        return done

    def apply(self, workload: Workload) -> bool:
        """Record what is wanted; False when this generation (or a later one) is already recorded."""
        with self._write():
            found = self._db.execute(
                "select generation from workload where name=?", (workload.name,)
            ).fetchone()
            if found is None:
                self._seq += 1
                self._db.execute(
                    "insert into workload (name, spec, generation, stop, state, seq) values (?,?,?,?,?,?)",
                    (
                        workload.name,
                        _workload.dump_json(workload),
                        workload.generation,
                        workload.stop,
                        "Pending",
                        self._seq,
                    ),
                )
                return True
            if found[0] >= workload.generation:
                return False
            self._db.execute(
                "update workload set generation=?, stop=? where name=?",
                (workload.generation, workload.stop, workload.name),
            )
            if isinstance(workload.body, Server) and not workload.stop:
                self._db.execute(
                    "update workload set spec=?, replicas=null where name=?",
                    (_workload.dump_json(workload), workload.name),
                )
            return True

    def scale(self, name: str, replicas: int) -> bool:
        """Record how many replicas a server is to have; False when that is so already, or when it is over."""
        changed = self._db.execute(
            "update workload set replicas=? where name=? and stop=0 and replicas is not ?",
            (replicas, name, replicas),
        )
        return changed.rowcount == 1

    def restart(self, name: str) -> None:
        """Forget the steps of a workload, which begins anew."""
        with self._write():
            self._db.execute("delete from step where workload=?", (name,))

    def mark_deleted(self, name: str) -> None:
        with self._write():
            self._db.execute("update workload set deleted=1, stop=1 where name=?", (name,))

    def purge(self, name: str) -> None:
        with self._write():
            for table, column in (("workload", "name"), ("step", "workload"), ("pod", "workload")):
                self._db.execute(f"delete from {table} where {column}=?", (name,))

    def workload(self, name: str) -> WorkloadRow:
        return self.workloads(name)[0]

    def workloads(self, name: str | None = None) -> list[WorkloadRow]:
        rows = self._db.execute(
            "select name, spec, state, stop, deleted, reason, message, started, finished, seq, "
            "replicas from workload" + (" where name=?" if name else " order by seq"),
            (name,) if name else (),
        )
        return [
            WorkloadRow(
                name=name,
                spec=_workload.validate_json(spec),
                state=PodState(state),
                stop=bool(stop),
                deleted=bool(deleted),
                reason=reason,
                message=message,
                started=started,
                finished=finished,
                seq=seq,
                replicas=replicas,
            )
            for name, spec, state, stop, deleted, reason, message, started, finished, seq, replicas in rows
        ]

    def wanted(self) -> list[tuple[str, bool, bool, bool, int, int | None]]:
        """(name, stop, deleted, final, generation, replicas) of every workload, without reading what it
        is."""
        return [
            (name, bool(stop), bool(deleted), PodState(state).final, generation, replicas)
            for name, stop, deleted, state, generation, replicas in self._db.execute(
                "select name, stop, deleted, state, generation, replicas from workload order by seq"
            )
        ]

    def steps(self, workload: str) -> list[StepRow]:
        rows = self._db.execute("select * from step where workload=?", (workload,))
        names = [each.name for each in fields(StepRow)]
        found = []
        for row in rows:
            told = dict(zip(names, row, strict=True))
            told["item"] = None if told["item"] < 0 else told["item"]
            told["state"] = NodeState(told["state"])
            told["value"] = None if told["value"] is None else orjson.loads(told["value"])
            told["outcome"] = None if told["outcome"] is None else _outcome.validate_json(told["outcome"])
            found.append(StepRow(**told))
        return found

    def pods(self, workload: str | None = None) -> list[PodRow]:
        where, values = ("where workload=?", (workload,)) if workload else ("", ())
        rows = self._db.execute(f"select * from pod {where} order by id", values)
        return [_pod(row) for row in rows]

    def pod(self, pod: str) -> PodRow | None:
        row = self._db.execute("select * from pod where id=?", (pod,)).fetchone()
        return None if row is None else _pod(row)

    def uid(self, project: str, blocks: Sequence[range]) -> int | None:
        """The user id that runs a project's work, the same for ever; None when those of the blocks are all
        given. The first of each block is nobody's."""
        with self._write():
            found = self._db.execute("select uid from uid where project=?", (project,)).fetchone()
            if found and any(found[0] in block for block in blocks):
                return found[0]
            given = {row[0] for row in self._db.execute("select uid from uid")}
            uid = next((uid for block in blocks for uid in block[1:] if uid not in given), None)
            if uid is not None:
                self._db.execute("insert or replace into uid values (?, ?)", (project, uid))
            return uid
