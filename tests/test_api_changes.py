"""The gate for breaking changes of the graph.

`docs/released.graphql` is the schema of the last release; there is none before the first. A change that
breaks what was written for it fails here, unless `docs/api-changes.md` lists it under the version that will
bring it, as one line: `- ` and the words of the failure.
"""

from pathlib import Path

import pytest
from graphql import build_schema, find_breaking_changes

from cubestudio.schema import schema

DOCS = Path(__file__).parent.parent / "docs"
RELEASED = DOCS / "released.graphql"
LISTED = DOCS / "api-changes.md"
OLD = "type Query { run(id: ID!): Run, health: String! } type Run { id: ID!, state: String }"


def unlisted(old: str, new: str, listed: str) -> list[str]:
    """Breaking changes from one schema to another that are not listed."""
    lines = {line.removeprefix("- ").strip() for line in listed.splitlines() if line.startswith("- ")}
    found = find_breaking_changes(build_schema(old), build_schema(new))
    return [change.description for change in found if change.description not in lines]


def test_nothing_that_was_released_breaks_without_notice():
    released = RELEASED.read_text() if RELEASED.exists() else schema.as_str()
    assert unlisted(released, schema.as_str(), LISTED.read_text()) == []


@pytest.mark.parametrize(
    ("new", "breaks"),
    [
        (OLD, []),
        (OLD.replace("state: String", "state: String, name: String"), []),
        (OLD.replace(", state: String", ""), ["Field Run.state was removed."]),
        (OLD.replace("id: ID!)", "id: ID!, of: ID!)"), ["A required argument Query.run(of:) was added."]),
        (
            OLD.replace("health: String!", "health: Int!"),
            ["Field Query.health changed type from String! to Int!."],
        ),
    ],
)
def test_what_breaks_is_found_and_may_be_listed(new, breaks):
    assert unlisted(OLD, new, "") == breaks
    assert unlisted(OLD, new, "".join(f"- {each}\n" for each in breaks)) == []
