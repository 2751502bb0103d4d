"""Every argument of the schema × odd values, by variables and inline: an answer or a refusal that names the
argument, never a bug."""

import asyncio
import itertools
import json
import math

import httpx2
import pytest
import websockets
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)
from sqlalchemy import select

from cubestudio.core import audit
from cubestudio.core.audit import Entry
from cubestudio.core.graph.arguments import decode, encode
from cubestudio.schema import schema
from tests.test_server import Socket, connect

NESTED: list = []
for _ in range(100_000):
    NESTED = [NESTED]
OBJECTS: dict = {}
for _ in range(100_000):
    OBJECTS = {"a": OBJECTS}
ODD = {
    "an integer of 65 bits": 2**64,
    "a negative one": -(2**63) - 1,
    "one of 3000 digits": 10**3000,
    "NaN": math.nan,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "100,000 lists": NESTED,
    "100,000 objects": OBJECTS,
    "half a pair": "a\ud800",
    "the other half": "\udfff",
    "NUL": "a\0b",
    "a key with NUL": {"a\0": 1},
    "a key with half a pair": {"\udc00": 1},
    "inside": {"a": [{"b": [1, "\0"]}]},
    "an integer inside": [{"a": [2**64]}],
    "NaN inside": {"a": {"b": math.nan}},
}
"""Values that no argument takes."""
VALID = {
    "nothing": "",
    "none": None,
    "an empty list": [],
    "an empty object": {},
    "the largest": 2**63 - 1,
    "the least": -(2**63),
    "of 32 bits": 2**31 - 1,
    "least of 32": -(2**31),
    "large": 1e308,
    "small": 5e-324,
    "minus nothing": -0.0,
    "true": True,
    "letters": "x" * 5000,
    "an emoji": "\U0001f600",
    "a line": "a\nb",
    "right to left": "\u202e",
    "lists": [[[[[[1]]]]]],
    "odd keys": {"": 1, "__proto__": 2, "a.b[0]": 3},
    "zero": 0,
    "a percent": "%s{}$1'\";--",
}
"""Values that JSON has: fields may take or refuse them."""
INLINE = {
    "an integer of 65 bits": "18446744073709551616",
    "one of 3000 digits": "1" + "0" * 3000,
    "infinity": "1e999",
    "NUL": r'"a\u0000b"',
    "a deep list": "[" * 120 + "]" * 120,
    "an integer inside": "{a: [18446744073709551616]}",
    "NUL inside": r'{a: ["\u0000"]}',
}
UNREADABLE = {
    "half a pair": r'"\uD800"',
    "1,900 lists": "[" * 1900 + "]" * 1900,
    "NUL itself": '"\0"',
    "no number": "NaN1 :",
}
"""What GraphQL itself does not read."""
TEXT = {"String", "ID"}


def fields():
    for type_ in schema._schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                for argument, each in field.args.items():
                    yield type_, name, field, argument, each.type


ROOTS = {"Query", "Mutation", "Subscription"}


def usual(kind, depth=0):
    """A value that fits a type, for the arguments that are not odd."""
    if isinstance(kind, GraphQLNonNull):
        return usual(kind.of_type, depth)
    if isinstance(kind, GraphQLList):
        return []
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return {
            name: usual(each.type)
            for name, each in kind.fields.items()
            if isinstance(each.type, GraphQLNonNull)
        }
    return {
        "Int": 1,
        "Long": 1,
        "Float": 1.0,
        "Boolean": False,
        "DateTime": "2026-11-29T00:00:00Z",
        "JSON": {},
    }.get(kind.name, "x")


def selection(field):
    return (
        "{ __typename }"
        if hasattr(get_named_type(field.type), "fields") or hasattr(get_named_type(field.type), "types")
        else ""
    )


def operation(type_, name, field, inline=None):
    """(document, variables) that ask for a root field with each required argument."""
    needed = {each: arg.type for each, arg in field.args.items() if isinstance(arg.type, GraphQLNonNull)}
    odd = {} if inline is None else inline
    shown = {**needed, **{each: field.args[each].type for each in odd if each in field.args}}
    declared = ", ".join(
        f"${each}: {kind}" for each, kind in shown.items() if each not in odd or odd[each] is None
    )
    given = ", ".join(f"{each}: {f'${each}' if odd.get(each) is None else odd[each]}" for each in shown)
    head = type_.name.lower() + (f"({declared})" if declared else "")
    return f"{head} {{ {name}{f'({given})' if given else ''} {selection(field)} }}", {
        each: usual(kind) for each, kind in needed.items() if odd.get(each) is None
    }


async def answer(platform, text, variables):
    """(codes, messages, paths) of what refuses an operation; none when it was answered."""
    async with asyncio.timeout(20):
        if not text.startswith("subscription"):
            result = (
                await platform.raw(text, platform.admin, **{})
                if not variables
                else await schema.execute(text, variables, context_value=platform.context(platform.admin))
            )
        else:
            stream = await schema.subscribe(
                text, variables, context_value=platform.context(platform.admin, True)
            )
            if not hasattr(stream, "__aiter__"):
                result = stream
            else:
                try:
                    async with asyncio.timeout(0.05):
                        result = await anext(stream)
                except (TimeoutError, StopAsyncIteration):
                    return None
                finally:
                    await stream.aclose()
    if result.errors:
        return [((each.extensions or {}).get("code"), each.message) for each in result.errors]
    return None


async def problems(platform, text, variables):
    """The refusals of a mutation that answers them as data, and of everything else."""
    text = (
        text.replace("{ __typename }", "{ __typename ... on Problem { code message path } }")
        if text.startswith("mutation") and "invokeService" not in text
        else text
    )
    async with asyncio.timeout(20):
        result = await schema.execute(text, variables, context_value=platform.context(platform.admin))
    if result.errors:
        return [((each.extensions or {}).get("code"), each.message) for each in result.errors]
    found = next(iter((result.data or {}).values()), None)
    return (
        [(found["code"], f"{'.'.join(found['path'])} {found['message']}")]
        if isinstance(found, dict) and found.get("__typename") == "Problem"
        else None
    )


async def ask(platform, text, variables):
    return await (answer if text.startswith("subscription") else problems)(platform, text, variables)


def sound(told, where):
    for code, message in told or ():
        assert code not in (None, "INTERNAL"), (where, code, message)
        json.dumps(message)


def accepts(kind, value):
    """Whether an odd value is a valid one for this type: an ID is text, of a whole number too, and a Float
    has 308 digits before the point."""
    name = get_named_type(kind).name
    return (name == "ID" and isinstance(value, int)) or (
        name == "Float" and isinstance(value, int) and abs(value) < 1e308
    )


async def test_odd_values_by_variables_are_refused_by_name(platform):
    asked, turns = 0, itertools.cycle(ODD.items())
    for type_, name, field, argument, kind in fields():
        if type_.name not in ROOTS:
            continue
        for what, value in itertools.islice(turns, 5):
            if accepts(kind, value):
                continue
            text, variables = operation(type_, name, field, {argument: None})
            told = await ask(platform, text, {**variables, argument: value})
            where = (name, argument, what)
            assert told, where
            sound(told, where)
            assert any(argument in message for _, message in told), (where, told)
            asked += 1
    assert asked > 1000


async def test_odd_values_inline_are_refused_by_name(platform):
    turns = itertools.cycle(INLINE.items())
    for type_, name, field, argument, kind in fields():
        if type_.name not in ROOTS:
            continue
        for what, value in itertools.islice(turns, 2):  # each document is validated anew, which takes long
            if value.isdecimal() and accepts(kind, int(value)):
                continue
            text, variables = operation(type_, name, field, {argument: value})
            told = await ask(platform, text, variables)
            assert told, (name, argument, what)
            sound(told, (name, argument, what))
            assert any(argument in message for _, message in told), (name, argument, what, told)
    for what, value in UNREADABLE.items():
        told = await ask(
            platform, f"mutation {{ createProject(input: {{name: {value}}}) {{ __typename }} }}", {}
        )
        assert told and told[0][0] in ("BAD_REQUEST", "INVALID"), (what, told)


async def test_values_that_json_has_are_never_a_bug(platform):
    turns = itertools.cycle(VALID.items())
    for type_, name, field, argument, _ in fields():
        if type_.name not in ROOTS or name in ("impersonateUser", "signOut"):
            continue
        for what, value in itertools.islice(turns, 3):
            text, variables = operation(type_, name, field, {argument: None})
            sound(await ask(platform, text, {**variables, argument: value}), (name, argument, what))


def test_the_fields_of_types_refuse_odd_values_too():
    inner = [(type_, name, field) for type_, name, field, _, _ in fields() if type_.name not in ROOTS]
    assert len(inner) > 10
    for type_, name, field in inner:
        with pytest.raises(Exception, match="has the character NUL"):
            field.resolve(None, None, **{next(iter(field.args)): "\0"})
        assert type_ and name


async def entries(platform, operation):
    async with platform.ctx.db.read() as conn:
        rows = await conn.execute(
            select(Entry.outcome, Entry.detail, Entry.target)
            .where(Entry.operation == operation)
            .order_by(Entry.number)
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
async def test_a_refused_mutation_is_in_the_audit_log(platform, value):
    text = (
        'mutation($d: JSON!) { startRun(pipeline: "n", params: $d) { __typename ... on '
        "Problem { code path } } }"
    )
    told = (await platform.ask(text, d=value))["startRun"]
    assert told["code"] == "INVALID" and told["path"][:1] == ["params"]
    ((outcome, detail, _),) = await entries(platform, "startRun")
    assert outcome == "INVALID" and detail["pipeline"] == "n"
    async with platform.ctx.db.read() as conn:
        assert (await audit.verify(conn, platform.ctx.vault)).problem is None


async def test_a_mutation_that_could_not_begin_is_in_the_audit_log_without_its_values(platform):
    text = (
        'mutation($n: Int!, $w: String) { activateRevision(id: "x", number: $n) { __typename } '
        'saveSecret(input: {project: "p", name: "A", value: $w}) { __typename } }'
    )
    assert (await platform.raw(text, platform.admin, n=2**40, w="hunter2")).errors
    for name in ("activateRevision", "saveSecret"):
        ((outcome, detail, _),) = await entries(platform, name)
        assert outcome == "BAD_REQUEST" and detail["variables"] == ["n", "w"] and "hunter2" not in str(detail)


BODIES = {
    "an integer of 65 bits": "[18446744073709551616]",
    "a large one": "1" + "0" * 1000,
    "NaN": '{"a": NaN}',
    "infinity": "Infinity",
    "1e400": "1e400",
    "half a pair": r'"\ud800"',
    "NUL": r'"\u0000"',
    "100 lists": "[" * 100 + "]" * 100,
    "500 lists": "[" * 500 + "]" * 500,
}
BROKEN = {
    "100,000 lists": "[" * 100_000 + "]" * 100_000,
    "5,000 digits": "1" * 5000,
    "half": "[",
    "bytes": "\ud800",
}
RUN = (
    'mutation($d: JSON!) { startRun(pipeline: "n", params: $d) { __typename ... on '
    "Problem { code path message } } }"
)


async def test_over_http_and_a_socket_odd_values_are_refused_and_the_socket_goes_on(web):
    headers = {"authorization": f"Bearer {web[1]}", "content-type": "application/json"}
    async with httpx2.AsyncClient(base_url=f"http://{web[0]}", headers=headers) as http, connect(web) as raw:
        socket = Socket(raw)
        await socket.say(type="connection_init", payload={"authorization": f"Bearer {web[1]}"})
        assert (await socket.hear())["type"] == "connection_ack"
        for what, value in BODIES.items():
            body = f'{{"query": {json.dumps(RUN)}, "variables": {{"d": {value}}}}}'
            answer = (await http.post("/graphql", content=body)).json()["data"]["startRun"]
            assert answer["code"] == "INVALID" and answer["path"][:1] == ["params"], what
            await raw.send(f'{{"type": "subscribe", "id": "{what}", "payload": {body}}}')
            assert (await socket.hear())["payload"]["data"]["startRun"] == answer, what
            assert (await socket.hear())["type"] == "complete"
            listen = (
                f'{{"query": "subscription($d: ID!) {{ runChanged(id: $d) {{ __typename }} }}", '
                f'"variables": {{"d": {value}}}}}'
            )
            await raw.send(f'{{"type": "subscribe", "id": "s {what}", "payload": {listen}}}')
            heard = await socket.hear()
            assert heard["type"] in ("error", "next", "complete") and "INTERNAL" not in str(heard), (
                what,
                heard,
            )
            while heard["type"] == "next":
                heard = await socket.hear()
        for what, value in BROKEN.items():
            body = f'{{"query": {json.dumps(RUN)}, "variables": {{"d": {value}}}}}'.encode(
                "utf-8", "surrogatepass"
            )
            answer = await http.post("/graphql", content=body)
            assert answer.status_code == 400, what
        await raw.send("[" * 100_000)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await raw.recv()
        assert closed.value.rcvd.code == 4400


def test_whole_numbers_are_read_as_they_are():
    for value in (2**63, 2**64, -(2**63) - 1, 10**30, 1, 2**53 + 1):
        assert decode(str(value)) == value and isinstance(decode(str(value)), int)
    assert decode('{"a": "12345678901234567890123"}') == {"a": "12345678901234567890123"}
    assert json.loads(encode({"a": "\ud800"})) == {"a": "\ud800"}
