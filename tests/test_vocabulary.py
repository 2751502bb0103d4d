"""Words that are not the field's: no identifier uses them. A word enters the list when the code is free of
it, and stays."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cubestudio

ROOT = Path(cubestudio.__file__).parent
INSTEAD = {
    "ballast": "disk reserve",
    "careful": "limits",
    "duplex": "websocket",
    "fleet": "cluster registry",
    "ledger": "audit log",
    "lend": "share",
    "mattered": "parameter importance",
    "moments": "cron, schedule ticks",
    "sighting": "observation",
    "wire": "protocol, payload",
}
"""A word of the first version: what it is called."""
ALLOWED: set[str] = set()
"""Identifiers that have such a word by right."""
FILES = [path for path in ROOT.rglob("*.py") if "versions" not in path.parts]


def defined(tree: ast.AST) -> Iterator[str]:
    """The identifiers that a module defines."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name


def words(identifier: str) -> set[str]:
    """The words of an identifier, in lowercase."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_identifiers_use_the_words_of_the_field(path):
    names = {path.stem, *defined(ast.parse(path.read_text()))} - ALLOWED
    found = {
        f"{name}: {word} is called {INSTEAD[word]}" for name in names for word in words(name) & INSTEAD.keys()
    }
    assert not found


def test_a_word_of_the_list_is_found():
    assert words("LedgerEntry") & INSTEAD.keys() and words("_read_ledger") & INSTEAD.keys()
    assert not words("ledgers_of") & {"ledger"}


PHRASES = re.compile(
    r"\b(asked for|good (?:until|for)|(?:the )?way in|on its way|come(?:s)? in|turn(?:ed)? back"
    r"|somebody|nobody|whoever|told|anew|mend|ledger|by itself|goes on|taken from before"
    r"|(?<!model )cards?|people|small letters)\b",
    re.IGNORECASE,
)
"""What the first version of the console and of the pages wrote instead of the words of the field."""


def test_texts_of_the_console_use_the_words_of_the_field():
    texts = json.loads((ROOT.parent.parent / "web/src/locales/en.json").read_text())
    assert not {id: text for id, text in texts.items() if PHRASES.search(text)}
    assert PHRASES.search("GPU cards at work") and not PHRASES.search("Edit model card…")


PROSE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)", re.DOTALL)
"""What is not prose on a page: code and the targets of links."""
GENERATED = {"cli.md", "errors.md", "settings.md"}
"""Pages made from the texts of the code."""
REPOSITORY = ROOT.parent.parent
PAGES = [
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted(path for path in (REPOSITORY / "docs").glob("*.md") if path.name not in GENERATED),
]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_use_the_words_of_the_field(path):
    text = PROSE.sub("", path.read_text())
    assert not [match[0] for match in PHRASES.finditer(text)]


def test_code_on_a_page_is_not_prose():
    assert not PHRASES.search(PROSE.sub("", "`ledger` and [x](ledger.md)\n```\nledger\n```"))
    assert PHRASES.search(PROSE.sub("", "the ledger of `x`"))


def _slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _leads_somewhere(link: str, page: Path) -> bool:
    file, _, anchor = link.partition("#")
    target = page.parent / file if file else page
    if not target.exists() or not anchor:
        return target.exists()
    return anchor in map(_slug, re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_of_a_page_lead_somewhere(path):
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()) if "://" not in link]
    assert not [link for link in links if not _leads_somewhere(link, path)]


def test_a_link_that_leads_nowhere_is_found():
    page = REPOSITORY / "README.md"
    assert _leads_somewhere("docs/services.md#errors", page)
    assert not _leads_somewhere("docs/services.md#no-such-heading", page)
    assert not _leads_somewhere("docs/no-such-page.md", page)
