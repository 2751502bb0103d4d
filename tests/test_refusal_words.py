"""Every sentence with which the server refuses something is known to the console in Chinese."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import cubestudio

ROOT = Path(cubestudio.__file__).parent
WORDS = Path(__file__).parents[1] / "web/src/locales/refusals.json"
REFUSALS = {
    "Unreadable",
    "Fault",
    "TooMany",
    "Invalid",
    "Conflict",
    "Raced",
    "NotFound",
    "Forbidden",
    "QuotaExceeded",
    "Unavailable",
    "SignedOut",
}
FOR_OPERATORS = {
    "cli/admin.py",
    "core/loops.py",
    "cli/instance.py",
    "core/http/listeners.py",
    "cli/doctor.py",
    "core/db.py",
    "core/vault.py",
    "core/store.py",
    "core/graph/extend.py",
}
PURE = {
    "spec.py",
    "formats.py",
    "conda.py",
    "cron.py",
    "yaml_reader.py",
    "plan.py",
    "space.py",
    "space_formats.py",
}
"""Modules whose ValueErrors people read."""
RULES = {
    "_bool",
    "_text",
    "_enum",
    "_multiple",
    "_list",
    "_dict",
    "_date",
    "_wrong_choices",
    "_wrong_range",
    "_inexact",
    "wrong",
    "_wrong",
    "_wrong_text",
    "_wrong_number",
    "_of_type",
    "_of_limit",
    "_misplaced",
    "_odd",
    "_number",
    "_unread",
    "problem",
    "_problem",
    "_words",
    "_hint",
    "_stray",
}
"""Functions that return why a value is wrong."""


def texts(node: ast.AST | None) -> Iterator[str]:
    """What an expression may say, {} where a value stands."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text))):
            yield re.sub("%[sdrg]", "{}", text)
        case ast.Tuple():
            for part in node.elts:
                yield from texts(part)
        case ast.JoinedStr():
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        case ast.IfExp():
            yield from texts(node.body)
            yield from texts(node.orelse)


def said() -> set[str]:
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        if str(path.relative_to(ROOT)) in FOR_OPERATORS or {"client", "local", "migrations"} & set(
            path.parts
        ):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in REFUSALS:
                    for argument in (
                        node.args[:1]
                        + node.args[2:3]
                        + [word.value for word in node.keywords if word.arg == "hint"]
                    ):
                        found |= set(texts(argument))
                elif name in ("_wrong", "_refusal"):
                    for argument in [*node.args[1:], *(word.value for word in node.keywords)]:
                        found |= set(texts(argument))
                elif name == "matching":
                    found |= {f"{{}} {text}" for text in texts(node.args[1])}
                elif name == "_all":
                    found |= {f"{{}} {text}" for text in texts(node.args[2])}
                elif name == "checked" and len(node.args) > 2:
                    found |= {f"{text}: {{}}" for text in texts(node.args[2])}
                elif name == "many":
                    found |= {f"{text}: {{}}" for text in texts(node.args[1])}
                elif name in ("ValueError", "At") and (path.name in PURE or path.parent.name == "inputs"):
                    found |= set(texts(node.args[0]))
            elif isinstance(node, ast.FunctionDef) and node.name in RULES:
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return):
                        found |= set(texts(inner.value))
    return {text for text in found if any(letter.isalpha() for letter in text.replace("{}", ""))} | {
        "{} (and {} more)"
    }


def test_every_refusal_has_its_chinese():
    known = json.loads(WORDS.read_text())
    lacking, idle = sorted(said() - set(known)), sorted(set(known) - said())
    assert not lacking and not idle, json.dumps({"lacking": lacking, "said no more": idle}, indent=1)
    for text, chinese in known.items():
        assert all(f"{{{n}}}" in chinese for n in range(text.count("{}"))), text


def test_explanations_in_chinese_keep_their_values():
    known = json.loads(WORDS.with_name("explanations.json").read_text())
    for text, chinese in known.items():
        assert all(f"{{{n}}}" in chinese for n in range(text.count("{}"))), text
