"""The catalogue of messages to people, and where the code uses each entry."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cubestudio
from cubestudio.core import errors
from cubestudio.core.errors import ProblemCode, Refusal
from cubestudio.core.message import Message

ROOT = Path(cubestudio.__file__).parent
CLASSES = {
    name: each for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Refusal)
}


def read() -> dict[str, Message]:
    """Return the entries of all `messages` modules by reason. Raises ValueError when a reason stands twice or
    is not the name of its entry."""
    entries: dict[str, Message] = {}
    for path in sorted(ROOT.rglob("messages.py")):
        module = importlib.import_module(_module(path))
        for name, entry in vars(module).items():
            if isinstance(entry, Message):
                if entry.reason != name or name in entries:
                    raise ValueError(
                        f"{module.__name__}.{name}: the reason {entry.reason} differs or is taken"
                    )
                entries[name] = entry
    return entries


def _module(path: Path) -> str:
    return ".".join(("cubestudio", *path.relative_to(ROOT).with_suffix("").parts))


@dataclass(frozen=True)
class Use:
    """One place in the code that names an entry. `parameters`: None when it is not rendered there."""

    where: str
    reason: str
    parameters: frozenset[str] | None
    code: ProblemCode | None


def uses() -> Iterator[Use]:
    """Yield each use of an entry: `messages.REASON` or `shared.REASON`."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text())
        rendered: dict[int, frozenset[str]] = {}
        codes: dict[int, ProblemCode] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                if _entry(node.func):
                    rendered[id(node.func)] = frozenset(str(each.arg) for each in node.keywords)
                if getattr(node.func, "attr", "") == "many" and _entry(node.args[1]):
                    given = {str(each.arg) for each in node.keywords}
                    rendered[id(node.args[1])] = frozenset(given | {"problem"})
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                if name in CLASSES and node.args:
                    codes |= {id(inner): CLASSES[name].code for inner in ast.walk(node.args[0])}
        for node in ast.walk(tree):
            if reason := _entry(node):
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield Use(where, reason, rendered.get(id(node)), codes.get(id(node)))


def _entry(node: ast.AST) -> str | None:
    match node:
        case ast.Attribute(value=ast.Name(id="messages" | "shared"), attr=str(name)) if name.isupper():
            return name
    return None


def codes(found: Mapping[str, Message]) -> dict[str, list[str]]:
    """Return the codes with which each entry is raised; INVALID for a rule about a value."""
    known: dict[str, set[str]] = {reason: set() for reason in found}
    for use in uses():
        if use.code:
            known[use.reason].add(use.code.value)
    return {reason: sorted(each) or [ProblemCode.INVALID.value] for reason, each in known.items()}


def document() -> str:
    """Return docs/errors.md."""
    entries = read()
    code = codes(entries)
    lines = [
        "# Errors",
        "",
        "Every refusal carries a `code` (its class), a stable `reason`, an English `message` and `hint`,",
        "the `path` of the input that is meant and `params`, the values in the message. Translate by",
        "`reason` and `params`; a message inside another one is an object of `reason`, `message`, `params`.",
        "`make generate` writes this page from the catalogue.",
        "",
        "| Reason | Code | Message | Parameters | Hint |",
        "| --- | --- | --- | --- | --- |",
    ]
    for reason, entry in sorted(entries.items()):
        cells = (
            f"`{reason}`",
            ", ".join(code[reason]),
            _cell(entry.text),
            ", ".join(f"`{name}`" for name in sorted(entry.parameters)),
            _cell(entry.hint or ""),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
