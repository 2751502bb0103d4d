"""YAML as people write it: the core schema of YAML 1.2, with the exact place of everything that is refused.
Pure.

libyaml (by PyYAML) finds the tokens and their places; what they mean is decided here, because PyYAML itself
reads YAML 1.1, in which `1e-5` is text, `12:30:45` a number and a key may stand twice
(docs/decisions/0017-yaml.md). Hostile documents cost little: size, depth, what aliases expand to and the time
to read are bounded, and nothing here takes longer than in proportion to the text.
"""

import json
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from cubestudio.core import messages
from cubestudio.core.errors import Invalid
from cubestudio.core.inputs.values import DEPTH, HIGHEST, LOWEST, problem
from cubestudio.core.message import Text

MOST = 4 * 2**20
"""Characters of a document."""
MOST_EXPANDED = 100_000
"""Values that aliases may stand for, all together."""
MOST_DIRECTIVES = 10
SECONDS = 10.0
"""Time to read a document."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("[\x85\u2028\u2029]")
"""Line breaks in YAML 1.1 and to libyaml, plain characters in YAML 1.2."""
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = (
    dict.fromkeys(("", "~", "null", "Null", "NULL"))
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
    | {sign + word: float(f"{sign}inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")}
    | dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan)
)
_TAG = "tag:yaml.org,2002:"


def read(text: str, field: str = "yaml") -> Any:
    """The one document in a text, as plain data; the keys of objects are text as it is written. Raises
    Invalid with line and column."""
    if len(text) > MOST:
        raise Invalid(messages.DOCUMENT_TOO_LONG(count=len(text), limit=MOST), field=field)
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", '"'):
        try:
            return _json(text)
        except (ValueError, RecursionError):
            pass  # it is no JSON, or none that is accepted: YAML knows the place
    if found := _UNPRINTABLE.search(text, 1 if text.startswith("\ufeff") else 0):
        raise _refusal(
            _place(text, found.start()), messages.YAML_CHARACTER_FORBIDDEN(code=f"{ord(found[0]):04X}"), field
        )
    if len(_DIRECTIVE.findall(text, 0, 100_000)) > MOST_DIRECTIVES:
        raise Invalid(messages.YAML_DIRECTIVES_TOO_MANY(), field=field)
    return _Reader(text, field).read()


class _NotJson(ValueError):
    """A document is not JSON that is accepted here."""


def _json(text: str) -> Any:
    """A document that is JSON. The escapes of characters beyond U+FFFF are pairs there, which libyaml does
    not read. Raises ValueError."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise _NotJson
        return found

    value = json.loads(text, object_pairs_hook=unique)
    if problem(value):
        raise _NotJson
    return value


def resolve(text: str) -> Any:
    """What unquoted text is: null, true, false, a number, or the text itself. Raises ValueError for a number
    that nothing can hold."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _INT.fullmatch(text):
        return _whole(int(text) if len(text) < 30 else 2**64, text)
    if _FLOAT.fullmatch(text):
        value = float(text)
        if math.isinf(value):
            raise ValueError(messages.YAML_NUMBER_TOO_LARGE(value=_cut(text)))
        return value
    if _BASED.fullmatch(text):
        return _whole(int(text[2:], 8 if text[1] == "o" else 16) if len(text) < 30 else 2**64, text)
    return text


def _whole(value: int, text: str) -> int:
    if not LOWEST <= value <= HIGHEST:
        raise ValueError(messages.YAML_INTEGER_TOO_LARGE(value=_cut(text)))
    return value


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _place(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1."""
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _refusal(place: tuple[int, int], problem: Text, field: str) -> Invalid:
    line, column = place
    return Invalid(
        messages.YAML_AT(line=line, column=column, problem=problem), field=field, hint=problem.hint
    )


_OPEN_QUOTE = ("found unexpected end of stream", "found unexpected document indicator")


def _problem(said: str, character: str, begun: int) -> Text:
    """Return what libyaml finds wrong with a document, for a person. `character`: that at the place; `begun`:
    the line on which what is being read begins."""
    if words := _misplaced(said, begun):
        return words
    match said:
        case "found character that cannot start any token" if character == "\t":
            return messages.YAML_TAB()
        case "found character that cannot start any token":
            return messages.YAML_TEXT_UNQUOTED(character=repr(character))
        case (
            "found unknown escape character"
            | "did not find expected hexdecimal number"
            | "found invalid Unicode character escape code"
        ):
            return messages.YAML_ESCAPE_UNKNOWN()
        case "did not find expected alphabetic or numeric character":
            return messages.YAML_ANCHOR_UNQUOTED()
        case (
            "found a tab character where an indentation space is expected"
            | "found a tab character that violates indentation"
        ):
            return messages.YAML_TAB()
        case "did not find expected whitespace or line break":
            return messages.YAML_SPACE_MISSING()
    if "tag" in said or "URI" in said or "'>'" in said:
        return messages.YAML_TAG_UNREADABLE()
    if "directive" in said or "version" in said or "incompatible" in said:
        return messages.YAML_DIRECTIVE_UNREADABLE()
    return messages.YAML_UNREADABLE()


def _misplaced(said: str, begun: int) -> Text | None:
    """Return what is missing or stands where it may not; None when libyaml says something else."""
    match said:
        case "mapping values are not allowed in this context":
            return messages.YAML_COLON_UNEXPECTED()
        case "did not find expected ',' or '}'":
            return messages.YAML_OBJECT_NOT_CLOSED(line=begun)
        case "did not find expected ',' or ']'":
            return messages.YAML_LIST_NOT_CLOSED(line=begun)
        case (
            "did not find expected key"
            | "did not find expected '-' indicator"
            | "block sequence entries are not allowed in this context"
        ):
            return messages.YAML_INDENTATION_WRONG()
        case "could not find expected ':'":
            return messages.YAML_COLON_MISSING()
        case "found unexpected end of stream" | "found unexpected document indicator":
            return messages.YAML_QUOTE_NOT_CLOSED()
        case "did not find expected <document start>":
            return messages.YAML_TEXT_AFTER_END()
        case "did not find expected node content":
            return messages.YAML_VALUE_MISSING()
        case "found an indentation indicator equal to 0" | "did not find expected comment or line break":
            return messages.YAML_TEXT_AFTER_VALUE()
    return None


@dataclass(kw_only=True, slots=True)
class _Frame:
    """A list or an object that is being read: its line for each key, how deep it goes, and what it is called
    by aliases."""

    value: Any
    lines: dict[str, int] | None
    anchor: str | None
    first: int
    """How many values were read when it began."""
    deepest: int
    key: str | None = None

    def put(self, value: Any) -> None:
        if self.lines is None:
            self.value.append(value)
        else:
            self.value[self.key] = value
            self.key = None


class _Reader:
    """One document while it is read, an event at a time and without recursion."""

    def __init__(self, text: str, field: str):
        self._field = field
        self._ours: dict[int, str] = {}
        if _BREAKS.search(text):
            free = (chr(code) for code in range(0xF0000, 0x10FFFE) if chr(code) not in text)
            pairs = dict(zip("\x85\u2028\u2029", free, strict=False))
            text = text.translate(str.maketrans(pairs))
            self._ours = {ord(other): mark for mark, other in pairs.items()}
        self._text = text
        self._parser = yaml.CSafeLoader(text)
        self._begun = False
        self._until = time.monotonic() + SECONDS
        self._stack: list[_Frame] = []
        self._root: Any = None
        self._made = 0
        self._expanded = 0
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        """What an alias stands for: the value, of how many values it consists, and how deep it is."""
        self._known: dict[str, Any] = {}
        """Short unquoted texts that were resolved."""

    def read(self) -> Any:
        handlers = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceEndEvent: self._close,
            yaml.MappingEndEvent: self._close,
        }
        try:
            while (event := self._parser.get_event()) is not None:
                if handler := handlers.get(event.__class__):
                    handler(event)
        except yaml.MarkedYAMLError as error:
            begun = error.context_mark.index if error.context_mark else 0
            index = min(error.problem_mark.index if error.problem_mark else begun, len(self._text))
            if error.problem in _OPEN_QUOTE:
                index = begun
            words = _problem(str(error.problem), self._text[index : index + 1], _place(self._text, begun)[0])
            raise _refusal(_place(self._text, index), words, self._field) from None
        except yaml.YAMLError as error:  # every character was looked at before; it is not known to happen
            raise Invalid(messages.YAML_INVALID(), field=self._field) from error
        finally:
            self._parser.dispose()
        return self._root

    def _document(self, event: Any) -> None:
        if self._begun:
            raise self._wrong(event, messages.YAML_SECOND_DOCUMENT())
        self._begun = True

    def _wrong(self, event: Any, problem: Text) -> Invalid:
        return _refusal((event.start_mark.line + 1, event.start_mark.column + 1), problem, self._field)

    def _scalar(self, event: Any) -> None:
        self._made += 1
        if not self._made % 4096 and time.monotonic() > self._until:
            raise Invalid(messages.YAML_TOO_SLOW(seconds=f"{SECONDS:g}"), field=self._field)
        text = event.value
        if self._ours:
            text = text.translate(self._ours)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.lines is not None and frame.key is None:
            self._key(event, frame, text)
            return
        value = text
        if event.implicit[0] or event.tag:
            value = (
                self._known[text] if event.tag is None and text in self._known else self._value(event, text)
            )
        if event.anchor:
            self._anchors[event.anchor] = (value, 1, 0)
        if frame is None:
            self._root = value
        else:
            frame.put(value)

    def _key(self, event: Any, frame: _Frame, text: str) -> None:
        assert frame.lines is not None
        if text in frame.lines:
            raise self._wrong(event, messages.YAML_KEY_TWICE(key=_cut(text), line=frame.lines[text]))
        if text == "<<" and event.implicit[0]:
            raise self._wrong(event, messages.YAML_MERGE_UNSUPPORTED())
        if event.anchor:
            self._anchors[event.anchor] = (text, 1, 0)
        frame.lines[text] = event.start_mark.line + 1
        frame.key = text

    def _value(self, event: Any, text: str) -> Any:
        """What a scalar is that is unquoted or has a tag."""
        kind = (event.tag or "").removeprefix(_TAG)
        if kind in ("str", "!"):
            return text
        if event.tag and kind not in ("int", "float", "bool", "null"):
            raise self._wrong(event, messages.YAML_TAG_UNSUPPORTED(tag=_cut(event.tag)))
        try:
            value = resolve(text)
        except ValueError as error:
            raise self._wrong(event, error.args[0]) from None
        if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if event.tag and {"int": int, "float": float, "bool": bool, "null": type(None)}[kind] is not type(
            value
        ):
            raise self._wrong(event, messages.YAML_TAG_MISMATCH(value=_cut(text), type=kind))
        if len(text) <= 20 and len(self._known) < 50_000 and not event.tag:
            self._known[text] = value
        return value

    def _open(self, event: Any) -> None:
        self._made += 1
        frame = self._stack[-1] if self._stack else None
        if len(self._stack) >= DEPTH:
            raise self._wrong(event, messages.YAML_TOO_DEEP(most=DEPTH))
        if frame is not None and frame.lines is not None and frame.key is None:
            raise self._wrong(event, messages.YAML_KEY_NOT_TEXT())
        mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", _TAG + ("map" if mapping else "seq")):
            raise self._wrong(event, messages.YAML_TAG_UNSUPPORTED(tag=_cut(event.tag)))
        value: Any = {} if mapping else []
        if frame is None:
            self._root = value
        else:
            frame.put(value)
        self._stack.append(
            _Frame(
                value=value,
                lines={} if mapping else None,
                anchor=event.anchor,
                first=self._made,
                deepest=len(self._stack) + 1,
            )
        )

    def _close(self, _: Any) -> None:
        frame = self._stack.pop()
        if self._stack:
            self._stack[-1].deepest = max(self._stack[-1].deepest, frame.deepest)
        if frame.anchor:
            self._anchors[frame.anchor] = (
                frame.value,
                self._made - frame.first + 1,
                frame.deepest - len(self._stack),
            )

    def _alias(self, event: Any) -> None:
        if any(frame.anchor == event.anchor for frame in self._stack):
            raise self._wrong(event, messages.YAML_ALIAS_RECURSIVE(alias=_cut(event.anchor)))
        if event.anchor not in self._anchors:
            raise self._wrong(event, messages.YAML_ALIAS_UNKNOWN(alias=_cut(event.anchor)))
        value, size, depth = self._anchors[event.anchor]
        self._made += size
        self._expanded += size
        if self._expanded > MOST_EXPANDED:
            raise self._wrong(event, messages.YAML_ALIASES_TOO_MANY(most=MOST_EXPANDED))
        frame = self._stack[
            -1
        ]  # an alias cannot be all of a document, for nothing before it could have its name
        frame.deepest = max(frame.deepest, len(self._stack) + depth)
        if frame.deepest > DEPTH:
            raise self._wrong(event, messages.YAML_TOO_DEEP(most=DEPTH))
        if frame.lines is not None and frame.key is None:
            raise self._wrong(event, messages.YAML_KEY_IS_ALIAS())
        frame.put(value)


class _Dumper(yaml.CSafeDumper):
    """Plain data as YAML that reads back as the same here, and in programs that read YAML 1.1."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, value: str) -> Any:
    style = None
    if _BREAKS.search(value) or value.startswith("\ufeff"):
        style = '"'
    elif "\n" in value and value[0] not in " \t\n" and not _UNPRINTABLE.search(value) and "\r" not in value:
        style = "|"
    return dumper.represent_scalar(_TAG + "str", value, style=style)


def _float(dumper: Any, value: float) -> Any:
    if math.isfinite(value):
        text = repr(value).lower()
        text = (
            text if "." in text else text.replace("e", ".0e")
        )  # without a point, YAML 1.1 takes it for text
        return dumper.represent_scalar(_TAG + "float", text)
    return dumper.represent_scalar(
        _TAG + "float", ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    )


_Dumper.add_representer(str, _text)
_Dumper.add_representer(float, _float)
_Dumper.add_implicit_resolver(
    _TAG + "int", re.compile(r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"), list("-+0123456789")
)
_Dumper.add_implicit_resolver(
    _TAG + "float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)


def write(data: Mapping[str, Any]) -> str:
    """Plain data as YAML that `read` gives back."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
