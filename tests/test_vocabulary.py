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
"""What the first version of the console wrote instead of the words of the field."""


def test_texts_of_the_console_use_the_words_of_the_field():
    texts = json.loads((ROOT.parent.parent / "web/src/locales/en.json").read_text())
    assert not {id: text for id, text in texts.items() if PHRASES.search(text)}
    assert PHRASES.search("GPU cards at work") and not PHRASES.search("Edit model card…")
