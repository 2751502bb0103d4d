"""GraphQL over HTTP: which form an answer has, by what a client lists in its Accept header."""

import httpx2
import pytest

from cubestudio.core.graph.arguments import encode
from cubestudio.users import credentials
from cubestudio.web import negotiation
from cubestudio.web.app import build

URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, "
    "multipart/mixed"
)
QUERY = "{ viewer { name } }"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("", negotiation.JSON),
        ("*/*", negotiation.JSON),
        ("application/json", negotiation.JSON),
        ("application/graphql-response+json", negotiation.RESPONSE),
        (
            "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
            negotiation.RESPONSE,
        ),
        ("application/graphql-response+json;q=0.5, application/json", negotiation.JSON),
        ("application/graphql-response+json;q=0", negotiation.JSON),
        ("application/json;q=high", negotiation.JSON),
        ("application/graphql-response+json;q=nan", negotiation.JSON),
        ("\0, ;;q=, \u00e9/*;q=1e999", negotiation.JSON),
        (URQL, negotiation.RESPONSE),
        (",".join(["x/y"] * 1000), negotiation.JSON),
    ],
)
def test_the_form_of_an_answer(header, kind):
    assert negotiation.json_type(header) == kind


@pytest.mark.parametrize(
    ("sent", "subscribes"),
    [
        ({"query": "subscription { a }"}, True),
        ({"query": "query { a }"}, False),
        ({"query": "query Q { a } subscription S { a }", "operationName": "S"}, True),
        ({"query": "query Q { a } subscription S { a }", "operationName": "Q"}, False),
        ({"query": "query Q { a } subscription S { a }"}, False),
        ({"query": "subscription {"}, False),
        ({"query": "{ a " * 5000}, False),
        ({"query": 5}, False),
        ({}, False),
        ([], False),
        (None, False),
    ],
)
def test_whether_a_body_is_that_of_a_subscription(sent, subscribes):
    assert negotiation.subscribes(encode(sent), 2000) is subscribes


def test_what_is_no_json_is_no_subscription():
    assert not negotiation.subscribes(b"\xff{", 2000)


@pytest.fixture
async def post(platform):
    transport = httpx2.ASGITransport(app=build(platform.app))
    async with platform.ctx.db.write() as tx:
        _, token = await credentials.make_token(tx, platform.admin, "test", 1)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://localhost", headers={"authorization": f"Bearer {token}"}
    ) as http:
        yield http.post


@pytest.fixture
async def get(platform):
    transport = httpx2.ASGITransport(app=build(platform.app))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        yield http.get


@pytest.mark.parametrize("accept", [None, "application/json", negotiation.RESPONSE, URQL, "*/*"])
async def test_a_query_gets_json_whatever_else_a_client_could_read(post, accept):
    answer = await post("/graphql", json={"query": QUERY}, headers={"accept": accept} if accept else {})
    assert answer.status_code == 200 and answer.json()["data"]["viewer"]["name"]
    kind = negotiation.RESPONSE if accept in (negotiation.RESPONSE, URQL) else negotiation.JSON
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query($x: Int!) { viewer { name } }"])
@pytest.mark.parametrize(("accept", "status"), [(negotiation.JSON, 200), (negotiation.RESPONSE, 400)])
async def test_a_request_that_cannot_be_executed(post, query, accept, status):
    answer = await post("/graphql", json={"query": query}, headers={"accept": accept})
    assert answer.status_code == status
    assert answer.json()["errors"] and "data" not in answer.json()


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ('{"query": 5}', "application/json", 400),
        ('{"query": "{ viewer { name } }", "variables": 5}', "application/json", 400),
        ("{ viewer { name } }", "text/plain", 415),
        ("query={ viewer { name } }", "application/x-www-form-urlencoded", 415),
    ],
)
async def test_a_request_that_is_none_is_refused_in_json(post, content, kind, status):
    answer = await post("/graphql", content=content, headers={"content-type": kind})
    assert answer.status_code == status and answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("query", "kind"), [(QUERY, negotiation.JSON), ("subscription { nothing }", negotiation.EVENTS)]
)
async def test_two_headers_are_one_list(post, query, kind):
    headers = [("accept", negotiation.JSON), ("accept", negotiation.EVENTS)]
    answer = await post("/graphql", json={"query": query}, headers=headers)
    assert answer.headers["content-type"].startswith(kind), answer.text


async def test_a_subscription_gets_events_also_from_a_client_that_could_read_json(post):
    body = {"query": "subscription { nothing }"}
    answer = await post("/graphql", json=body, headers={"accept": URQL})
    assert answer.headers["content-type"].startswith("text/event-stream"), answer.text


MUTATION = 'mutation { createProject(input: {name: "by-get"}) { __typename } }'


@pytest.mark.parametrize(
    ("accept", "params", "status", "kind"),
    [
        ("application/json", {"query": QUERY}, 200, "application/json"),
        (negotiation.RESPONSE, {"query": QUERY, "variables": "{}"}, 200, negotiation.RESPONSE),
        ("*/*", {"query": QUERY}, 200, "application/json"),
        ("application/json", {"query": MUTATION}, 405, "application/json"),
        ("application/json", {"query": QUERY, "variables": "{"}, 400, "application/json"),
        ("application/json", {}, 400, "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", {}, 401, "text/html"),
        ("text/html", {"query": QUERY}, 401, "text/html"),
        ("*/*", {}, 401, "text/html"),
    ],
)
async def test_a_get_is_the_explorer_for_browsers_and_json_for_programs(get, accept, params, status, kind):
    answer = await get("/graphql", params=params, headers={"accept": accept})
    assert answer.status_code == status and answer.headers["content-type"].startswith(kind)
    if status == 405:
        assert answer.headers["allow"] == "POST" and answer.json()["errors"]
