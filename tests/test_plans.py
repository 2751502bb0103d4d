"""How the database answers each list when there is much: in the order of an index, and not by looking at
every row or by sorting."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

from sqlalchemy import JSON, Boolean, DateTime, Integer, LargeBinary, Numeric, String, event, text

from cubestudio.core.db import Base, Json
from cubestudio.pipelines.steps.spec import digest
from cubestudio.schema import schema

MANY = {
    "run": 200_000,
    "run_param": 200_000,
    "ledger": 200_000,
    "pipeline": 9_000,
    "version": 20_000,
    "notebook": 20_000,
    "model": 20_000,
    "service": 20_000,
    "search": 20_000,
    "image": 20_000,
    "pipeline_schedule": 20_000,
    "service_request": 20_000,
    "notification": 20_000,
}
"""Rows of each table beside the few that are there."""
FEW = 100
"""Rows that may be sorted: MariaDB likes to, where it expects hardly any."""

LISTS = {
    "runs": [
        "{}",
        "{project: $p}",
        "{pipeline: $l}",
        "{states: [RUNNING, FAILED]}",
        "{project: $p, states: [QUEUED]}",
        '{author: "root"}',
        '{project: $p, author: "root"}',
        '{search: "x17"}',
        '{search: "x17 #3"}',
        '{project: $p, search: "x"}',
        "{since: $t, until: $u}",
        "{project: $p, params: $j}",
        "{params: $j}",
        "{pipeline: $l, states: [FAILED], params: $j}",
        "{pipeline: $l, states: [FAILED]}",
        "{after: $a, first: 10}",
    ],
    "notebooks": [
        "{}",
        "{project: $p}",
        "{states: [RUNNING]}",
        "{project: $p, states: [RUNNING]}",
        "{mine: true}",
        '{search: "x1"}',
        "{after: $a, first: 9}",
    ],
    "images": ["{}", "{project: $p}", '{search: "x"}', "{after: $a, first: 9}"],
    "notifications": ["{}", "{filter: {unread: true}}", "{after: $a, first: 9}"],
    "models": ["{}", "{project: $p}", '{search: "x"}', "{after: $a, first: 9}"],
    "services": ["{}", "{project: $p}", '{search: "x"}', "{after: $a, first: 9}"],
    "searches": ["{}", "{project: $p}", '{search: "x"}', "{after: $a, first: 9}"],
    "schedules": ["{}", "{project: $p}", "{pipeline: $l}", "{after: $a, first: 9}"],
    "pipelines": [
        "{}",
        "{project: $p}",
        "{sort: NAME}",
        "{sort: CHANGED}",
        "{project: $p, sort: NAME}",
        "{project: $p, sort: CHANGED}",
        '{search: "x1"}',
        "{after: $a, first: 9}",
        "{after: $a, sort: NAME}",
        "{after: $a, sort: CHANGED}",
    ],
    "projects": ["{}", "{archived: true}", '{search: "p"}', "{after: $a, first: 9}"],
    "users": ["{}", '{search: "x"}', "{after: $a, first: 9}"],
    "groups": ["{}", "{after: $a, first: 9}"],
    "audit": [
        "{}",
        '{actor: "root"}',
        "{actor: $a}",
        '{operation: "save"}',
        "{target: $a}",
        '{target: "t", actor: "root"}',
        "{outcome: REFUSED}",
        "{since: $t, until: $u}",
        "{after: $a, first: 9}",
    ],
}
WITHIN = (
    "project(key: $p) { pipelines(%s) { nodes { id } } }",
    ["", "sort: NAME", "sort: CHANGED", 'search: "x"', "after: $a, first: 9"],
    "project(key: $p) { runs(%s) { nodes { id } } }",
    ["", "after: $a"],
    "pipeline(id: $l) { runs(%s) { nodes { id } } }",
    ["", "after: $a"],
    "pipeline(id: $l) { versions(%s) { nodes { id } } }",
    ["", "after: $a"],
    "service(id: $s) { requests(%s) { nodes { id } } }",
    ["", "outcome: FAILED", 'caller: "x"', "after: $a"],
)


FIND = ("x17", "x", "nothing", "#1003", "x17 #1003", "x17 3", "01900000-0000-7000-8000-000000001000")
"""What somebody types to find things of every kind."""


def queries() -> Iterator[str]:
    for name, each in LISTS.items():
        for arguments in each:
            inner = arguments[1:-1]
            yield f"{name}{f'({inner})' if inner else ''} {{ nodes {{ __typename }} }}"
    for form, each in zip(WITHIN[::2], WITHIN[1::2], strict=True):
        for arguments in each:
            yield (form % arguments).replace("()", "")
    for words in FIND:
        yield f'find(text: "{words}") {{ name }}'


def test_every_list_and_each_of_its_arguments_is_looked_at():
    pages = {
        name: field
        for name, field in schema._schema.query_type.fields.items()
        if str(field.type).endswith("Connection!")
    }
    assert set(pages) == set(LISTS)
    for name, field in pages.items():
        for argument in field.args:
            assert any(re.search(rf"\b{argument}:", each) for each in LISTS[name]), (name, argument)


def value(column, table: str) -> str:
    """An expression for a column of the row of a number."""
    if column.primary_key and isinstance(column.type, String):
        return KEY
    for key in column.foreign_keys:
        other = key.column.table.name
        return (
            f":{other}"
            if other in ("project", "user", "pipeline", "service")
            else ("NULL" if column.nullable else f":{other}")
        )
    if column.nullable:
        return "NULL"
    if column.name in ("name", "actor", "target"):
        return "'x' || i"
    kind = getattr(column.type, "impl", column.type)
    if column.name in ("number", "seq"):
        return "1000 + i"
    if isinstance(column.type, Json | JSON):
        return "'{}'"
    if isinstance(kind, DateTime):
        return "'2026-01-01 00:00:00'"
    if isinstance(kind, Boolean | Integer | Numeric):
        return "0"
    return "''" if isinstance(kind, LargeBinary) else "'succeeded'" if column.name == "state" else "'x'"


KEY = "'01900000-0000-7000-8000-' || SUBSTR('000000000000' || i, -12)"
SAID = {
    "run": {"state": "'Succeeded'"},
    "notebook": {"state": "'Stopped'", "share": "'none'"},
    "notification": {"event": "'x' || i", "kind": "'run_failed'"},
    "service": {"access": "'project'"},
    "run_param": {"digest": f"'{digest(['a', 1])}'", "run_id": KEY, "project_id": ":project"},
    "ledger": {"actor": "'x' || (i % 50)", "target": "'x' || (i % 5000)"},
}
"""Where a row of "x" and zeros would be none, or make the database believe that a name is of one row."""
ASKED: ContextVar[list | None] = ContextVar("asked", default=None)


async def fill(platform, table: str, count: int, **known: str) -> None:
    columns = Base.metadata.tables[table].columns
    quote = '"' if platform.ctx.db.sqlite else "`"
    values = [SAID.get(table, {}).get(column.name) or value(column, table) for column in columns]
    names = ", ".join(f"{quote}{column.name}{quote}" for column in columns)
    sql = (
        f"INSERT INTO {quote}{table}{quote} ({names}) WITH RECURSIVE numbers(i) AS "
        f"(SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {count}) SELECT "
        f"{', '.join(values)} FROM numbers"
    )
    async with platform.ctx.db.write() as tx:
        if not platform.ctx.db.sqlite:
            await tx.execute(
                text("SET SESSION max_recursive_iterations = 1000000, sql_mode = 'PIPES_AS_CONCAT'")
            )
        used = {name for name in known if f":{name}" in sql}
        await tx.execute(text(sql), {name: known[name] for name in used})


@asynccontextmanager
async def filled(platform) -> AsyncIterator[dict]:
    """Much of everything, in one of six projects, and what the queries name of it."""
    yaml = "name: one\nsteps:\n  - {name: a, template: shell, args: {script: 'true'}}\n"
    for number in range(6):
        await platform.ask(
            "mutation($n: String!) { createProject(input: {name: $n}) { __typename } }", n=f"p{number}"
        )
        await platform.save(yaml, f"p{number}")
    data = await platform.ask('{ project(key: "p0") { id pipelines { nodes { id } } } viewer { id } }')
    known = {
        "project": data["project"]["id"],
        "pipeline": data["project"]["pipelines"]["nodes"][0]["id"],
        "user": data["viewer"]["id"],
    }
    async with platform.ctx.db.read() as conn:
        known["version"] = (await conn.execute(text("SELECT id FROM version LIMIT 1"))).scalar_one()
    for table, count in MANY.items():
        await fill(platform, table, count, **known)
        if table == "service":
            async with platform.ctx.db.read() as conn:
                known["service"] = (await conn.execute(text("SELECT id FROM service LIMIT 1"))).scalar_one()
    async with platform.ctx.db.write() as tx:
        for table in MANY:
            await tx.execute(text(f"ANALYZE {'' if platform.ctx.db.sqlite else 'TABLE '}{table}"))
    yield known


@contextmanager
def recorded(database) -> Iterator[list]:
    """The statements that are executed here meanwhile, and not by what goes on in the background."""
    found: list = []

    def note(conn, cursor, statement, parameters, context, executemany):
        if ASKED.get() is found and statement.lstrip().startswith("SELECT"):
            found.append((statement, parameters))

    engine, token = database._reader.sync_engine, ASKED.set(found)
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
        ASKED.reset(token)


async def problems(database, statement: str, parameters) -> list[str]:
    """What in the plan of a statement grows with the number of rows."""
    async with database.read() as conn:
        if database.sqlite:
            rows = [
                row[3] for row in await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
            scanned = [row for row in rows if (found := re.match(r"SCAN (\w+)", row)) and found[1] in MANY]
            bad = [
                row for row in scanned if "USING" not in row and " LIKE " not in statement
            ]  # part of a name has no order
            return bad + [
                row for row in rows if "TEMP B-TREE FOR ORDER" in row and "AS page" not in statement
            ]
        rows = (await conn.exec_driver_sql(f"EXPLAIN {statement}", parameters)).mappings().all()
        bad = [
            str(dict(row))
            for row in rows
            if row["table"] in MANY and row["type"] == "ALL" and " LIKE " not in statement
        ]
        sorts = [row for row in rows if row["table"] in MANY and "filesort" in (row["Extra"] or "")]
        return bad + [str(dict(row)) for row in sorts if int(str(row["rows"]).split()[0]) > FEW]


async def test_no_list_looks_at_every_row_or_sorts(on_each_database):
    platform = on_each_database
    member = await platform.person("member")
    async with filled(platform) as known:
        for number in range(3):
            add = (
                'mutation($p: String!) { setMember(project: $p, user: "member", role: MEMBER) { '
                "__typename ... on Problem { message } } }"
            )
            assert (await platform.ask(add, p=f"p{number}"))["setMember"]["__typename"] != "Problem"
        given = {
            "p": "p0",
            "l": known["pipeline"],
            "s": known["service"],
            "a": "01900000-0000-7000-8000-000000001000",
            "t": "2026-01-01T00:00:00Z",
            "u": "2026-02-01T00:00:00Z",
            "j": {"a": 1},
        }
        kinds = {
            "p": "String!",
            "l": "ID!",
            "s": "ID!",
            "a": "String",
            "t": "DateTime",
            "u": "DateTime",
            "j": "JSON",
        }
        found = []
        for query in queries():
            used = {name for name in kinds if re.search(rf"\${name}\b", query)}
            head = f"query({', '.join(f'${name}: {kinds[name]}' for name in sorted(used))})" if used else ""
            for viewer in (platform.admin, member):
                with recorded(platform.ctx.db) as statements:
                    answer = await platform.raw(
                        f"{head} {{ {query} }}", viewer, **{name: given[name] for name in used}
                    )
                asked = [
                    error.extensions["code"] for error in answer.errors or ()
                ]  # rows that nobody made cannot all be shown
                assert (statements or "FORBIDDEN" in asked) and "BAD_REQUEST" not in asked, (
                    query,
                    answer.errors,
                )
                for statement, parameters in statements:
                    found += [
                        f"{query}: {each}: {statement.partition('FROM')[2][:500]}"
                        for each in await problems(platform.ctx.db, statement, parameters)
                    ]
        assert not found, "\n".join(dict.fromkeys(found))
