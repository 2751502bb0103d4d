"""What MLflow's client asks for when it searches: `metrics.loss < 0.5 and params.kind = 'tree' and name LIKE
'w%'`. Pure."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

MOST = 4000
"""Characters of a filter."""
CLAUSE = re.compile(
    r"""\s*(?:(?P<kind>[A-Za-z_]+)\s*\.\s*)?(?P<key>`[^`]+`|"[^"]+"|[\w./-]+)\s*
    (?P<sign>!=|<=|>=|=|<|>|(?:NOT\s+)?IN\b|I?LIKE\b)\s*
    (?P<value>'[^']*'|"[^"]*"|\([^()]*\)|-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?|[-+]?(?:inf|nan)\b)\s*(?P<more>\bAND\b|$)""",
    re.IGNORECASE | re.VERBOSE,
)
TEXT = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)")\s*(?:,|$)""")
KINDS = {
    "metric": "metrics",
    "metrics": "metrics",
    "param": "params",
    "params": "params",
    "parameter": "params",
    "parameters": "params",
    "tag": "tags",
    "tags": "tags",
    "attribute": "attributes",
    "attributes": "attributes",
    "attr": "attributes",
    "run": "attributes",
}
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "IN": lambda a, b: a in b,
    "NOT IN": lambda a, b: a not in b,
    "LIKE": lambda a, b: like(a, b),
    "ILIKE": lambda a, b: like(a.lower(), b.lower()),
}

Thing = Mapping[str, Mapping[str, Any]]
"""{metrics, params, tags, attributes: {name: value}} of what is searched."""
Clause = tuple[str, str, str, Any]


def like(text: str, pattern: str) -> bool:
    """Whether a text is of a pattern of SQL: % stands for any text, _ for one character. Each piece between %
    is taken where it comes first, which no pattern makes slow."""
    first, *rest = (
        re.compile(re.escape(piece).replace("_", "."), re.DOTALL) for piece in re.split("%+", pattern)
    )
    if not rest:
        return bool(first.fullmatch(text))
    *middle, last = rest
    found = first.match(text)
    at = found.end() if found else -1
    for piece in middle:
        found = piece.search(text, at) if found else None
        at = found.end() if found else -1
    length = len(re.split("%+", pattern)[-1])
    return bool(found) and len(text) - length >= at and bool(last.fullmatch(text, len(text) - length))


def parse(text: Any) -> list[Clause]:
    """(kind, name, sign, value) of each condition of a filter; ValueError when it is none that is served."""
    if text is None or text == "":
        return []
    if not isinstance(text, str) or len(text) > MOST:
        raise ValueError(f"a filter is text of at most {MOST} characters")
    found: list[Clause] = []
    at, more = 0, True
    while more and text[at:].strip():
        match = CLAUSE.match(text, at)
        if match is None:
            raise ValueError(
                f"the filter is not understood from {text[at : at + 60]!r} on; write conditions joined by AND"
            )
        kind = KINDS.get((match["kind"] or "attributes").lower())
        if kind is None:
            raise ValueError(
                f"a filter names metrics, params, tags or attributes, not {match['kind'][:60]!r}"
            )
        sign = " ".join(match["sign"].upper().split())
        found.append((kind, match["key"].strip('`"'), sign, _value(sign, match["value"])))
        at, more = match.end(), bool(match["more"])
    if more and found:
        raise ValueError("the filter ends with AND")
    return found


def _value(sign: str, word: str) -> Any:
    if sign in ("IN", "NOT IN"):
        if not word.startswith("("):
            raise ValueError("IN wants a list of texts: ('a', 'b')")
        return _texts(word[1:-1])
    if word[0] in "'\"":
        return word[1:-1]
    if word.startswith("(") or "LIKE" in sign:
        raise ValueError(f"{sign} does not go with {word[:60]!r}")
    return float(word)


def _texts(inside: str) -> list[str]:
    found, at = [], 0
    while inside[at:].strip():
        match = TEXT.match(inside, at)
        if match is None:
            raise ValueError("IN wants a list of texts: ('a', 'b')")
        found.append(match[1] if match[1] is not None else match[2])
        at = match.end()
    return found


def matches(thing: Thing, clauses: list[Clause]) -> bool:
    """Whether all conditions hold. What a thing does not have fulfils none."""
    return all(_holds(thing.get(kind, {}).get(name), sign, value) for kind, name, sign, value in clauses)


def _holds(has: Any, sign: str, value: Any) -> bool:
    if has is None:
        return False
    if isinstance(has, int | float):
        try:
            value = float(value) if isinstance(value, str) else value
        except ValueError as error:
            raise ValueError(f"a number is compared with a number, not {str(value)[:60]!r}") from error
        if isinstance(value, list) or "LIKE" in sign:
            raise ValueError(f"{sign} does not go with a number")
        return SIGNS[sign](has, value) if not math.isnan(has) else sign == "!="
    if not isinstance(value, str | list):
        raise ValueError("a text is compared with a text in quotes")
    return SIGNS[sign](str(has), value)
