"""What a template says, and the rules that its arguments put on values: pure."""

import hashlib
import json
import math
import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Literal

import orjson
from pydantic import BeforeValidator, Field, field_validator, model_validator

from cubestudio.core import templating
from cubestudio.core.inputs.definition import At, matching
from cubestudio.core.inputs.environment import Environment
from cubestudio.core.inputs.resources import Resources
from cubestudio.core.inputs.strict import Strict
from cubestudio.templates import messages

MOST_TEXT = 1 * 2**20
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


class Kind(StrEnum):
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    STR = "str"
    TEXT = "text"
    ENUM = "enum"
    MULTIPLE = "multiple"
    LIST = "list"
    DICT = "dict"
    FILE = "file"
    JSON = "json"
    DATE = "date"
    DATETIME = "datetime"
    SECRET = "secret"


class Argument(Strict):
    """One typed argument of a template; the form is made from it and the server holds values to it."""

    name: str
    type: Kind = Kind.STR
    item_type: Literal["int", "str", "text", "float", "dict"] = "str"
    label: str = ""
    describe: str = ""
    placeholder: str = ""
    language: str | None = None
    require: bool = True
    default: Any = None
    choice: tuple[Any, ...] = ()
    range: Annotated[tuple[float | None, float | None], Field()] | None = None
    editable: bool = True
    sub_args: tuple["Argument", ...] = ()

    @property
    def nothing(self) -> Any:
        """Its value where none is given, and none is required."""
        return None if self.type == Kind.JSON else ""

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        if not IDENTIFIER.fullmatch(value):
            raise ValueError(messages.ARGUMENT_NAME_INVALID())
        return value

    @model_validator(mode="after")
    def _whole(self) -> "Argument":
        if self.type in (Kind.ENUM, Kind.MULTIPLE) and not self.choice:
            raise At(messages.ARGUMENT_CHOICES_MISSING(name=self.name, type=self.type), "choice")
        if self.default is not None and (problem := wrong(self, self.default)):
            raise At(messages.ARGUMENT_DEFAULT_INVALID(name=self.name, problem=problem), "default")
        return self


def _number(argument: Argument, value: Any, whole: bool) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return (messages.VALUE_NOT_WHOLE if whole else messages.VALUE_NOT_NUMBER)()
    if whole and value != int(value):
        return messages.VALUE_NOT_WHOLE()
    low, high = argument.range or (None, None)
    if low is not None and value < low:
        return messages.VALUE_TOO_SMALL(least=f"{low:g}")
    if high is not None and value > high:
        return messages.VALUE_TOO_LARGE(most=f"{high:g}")
    return None


_ITEMS = {"int": Kind.INT, "float": Kind.FLOAT, "str": Kind.STR, "text": Kind.TEXT, "dict": Kind.DICT}


def wrong(argument: Argument, value: Any) -> str | None:
    """Return why a value does not suit an argument, None when it does."""
    return _RULES[argument.type](argument, value)


def _bool(argument: Argument, value: Any) -> str | None:
    return None if isinstance(value, bool) else messages.VALUE_NOT_BOOLEAN()


def _text(argument: Argument, value: Any) -> str | None:
    if not isinstance(value, str):
        return messages.VALUE_NOT_TEXT()
    if "\0" in value:
        return messages.VALUE_HAS_NUL()
    if len(value.encode(errors="surrogatepass")) > MOST_TEXT:
        return messages.VALUE_TOO_LONG(most=MOST_TEXT)
    return None


def _enum(argument: Argument, value: Any) -> str | None:
    if value in argument.choice:
        return None
    return messages.VALUE_NOT_ONE_OF(options=", ".join(map(templating.plain, argument.choice)))


def _multiple(argument: Argument, value: Any) -> str | None:
    if not isinstance(value, list | tuple):
        return messages.VALUE_NOT_CHOICES()
    odd = [member for member in value if member not in argument.choice]
    known = ", ".join(map(str, argument.choice))
    return messages.VALUE_CHOICE_UNKNOWN(value=repr(odd[0]), options=known) if odd else None


def _list(argument: Argument, value: Any) -> str | None:
    if not isinstance(value, list | tuple):
        return messages.VALUE_NOT_LIST()
    inner = Argument(
        name="item", type=_ITEMS[argument.item_type], sub_args=argument.sub_args, range=argument.range
    )
    for index, member in enumerate(value):
        if problem := wrong(inner, member):
            return messages.VALUE_ITEM_INVALID(index=index, problem=problem)
    return None


def _dict(argument: Argument, value: Any) -> str | None:
    if not isinstance(value, dict):
        return messages.VALUE_NOT_OBJECT()
    for sub in argument.sub_args:
        if sub.name in value and (problem := wrong(sub, value[sub.name])):
            return messages.VALUE_FIELD_INVALID(name=sub.name, problem=problem)
        if sub.name not in value and sub.require and sub.default is None:
            return messages.VALUE_FIELD_MISSING(name=sub.name)
    return None


def _date(argument: Argument, value: Any) -> str | None:
    only_date = argument.type == Kind.DATE
    try:
        (date if only_date else datetime).fromisoformat(value)
    except (TypeError, ValueError):
        example = "2026-11-23" if only_date else "2026-11-23T20:42:00+00:00"
        return messages.VALUE_NOT_DATE(type=argument.type, example=example)
    return None


_RULES: dict[Kind, Callable[[Argument, Any], str | None]] = {
    Kind.INT: partial(_number, whole=True),
    Kind.FLOAT: partial(_number, whole=False),
    Kind.BOOL: _bool,
    Kind.STR: _text,
    Kind.TEXT: _text,
    Kind.FILE: _text,
    Kind.SECRET: _text,
    Kind.ENUM: _enum,
    Kind.MULTIPLE: _multiple,
    Kind.LIST: _list,
    Kind.DICT: _dict,
    Kind.JSON: lambda argument, value: None,
    Kind.DATE: _date,
    Kind.DATETIME: _date,
}


class Output(Strict):
    """A value that a step leaves to those after it."""

    name: str
    describe: str = ""

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        if not IDENTIFIER.fullmatch(value):
            raise ValueError(messages.OUTPUT_NAME_INVALID())
        return value


def _count(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(messages.TEMPLATE_WORKERS_INVALID())
    return value


Count = Annotated[int | str, BeforeValidator(_count)]


class Gang(Strict):
    """Several members that run the command together. Each is a number, text, or `{{ args.x }}`: `workers` and
    `servers` (parameter servers) are how many, `kind` the resource of Kubernetes that gives each a pod;
    empty: processes of one pod; `settings` JSON that such a resource is told."""

    framework: str = Field(max_length=100)
    workers: Count
    servers: Count = 0
    kind: str = Field("", max_length=100)
    settings: str = Field("", max_length=100)


class Around(Environment):
    """The environment of a template; its image may be an argument's."""

    named = ("args", "run")


class Body(Strict):
    """A template as written in YAML. In `command`, `env`, `files` and the image, `{{ args.x }}` is an
    argument; a file is put in the working folder before the command starts."""

    name: Annotated[str, matching(r"[a-z]([a-z0-9-]{0,48}[a-z0-9])?", messages.TEMPLATE_NAME_INVALID)]
    version: int = Field(1, ge=1)
    category: str = Field("basic", max_length=50)
    title: str = Field("", max_length=100)
    description: str = Field("", max_length=500)
    environment: Around = Around()
    command: tuple[str, ...] = Field(min_length=1, max_length=100)
    env: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    arguments: tuple[Argument, ...] = ()
    outputs: tuple[Output, ...] = ()
    resources: Resources = Resources()
    gang: Gang | None = None
    pure: bool = True
    """Whether equal arguments, environments and inputs give equal results, so that one may be taken from
    before; not so of what looks at the time or fetches what changes."""

    @field_validator("files")
    @classmethod
    def _inside(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name.startswith("/") or ".." in name.split("/") or not name or "\0" in name or len(name) > 200:
                raise ValueError(messages.FILE_OUTSIDE_FOLDER(name=repr(name[:60])))
        return value

    @model_validator(mode="after")
    def _names(self) -> "Body":
        known = [argument.name for argument in self.arguments]
        if len(set(known)) != len(known):
            raise At(messages.ARGUMENT_NAME_TWICE(), "arguments")
        for part in ("command", "env", "files", "gang", "environment"):
            value = getattr(self, part)
            for _, name in templating.names(
                json.loads(json.dumps(value.model_dump() if isinstance(value, Strict) else value))
            ):
                if name.path[0] == "args" and (len(name.path) != 2 or name.path[1] not in known):
                    raise At(messages.TEMPLATE_NAME_UNKNOWN(part=part, name=name), part)
                if name.path[0] not in ("args", "run"):
                    raise At(messages.TEMPLATE_SCOPE_UNKNOWN(part=part, name=name), part)
        for argument in self.chooses:
            if argument.type == Kind.SECRET:
                raise At(messages.IMAGE_NAMES_SECRET(name=argument.name), "environment", "image")
        return self

    @property
    def digest(self) -> str:
        """What the template does, apart from how it is presented."""
        told = self.model_dump(mode="json", exclude={"title", "description", "category", "version", "pure"})
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()

    @property
    def chooses(self) -> list[Argument]:
        """The arguments that its image names."""
        found = {
            name.path[1] for _, name in templating.names(self.environment.image) if name.path[0] == "args"
        }
        return [argument for argument in self.arguments if argument.name in found]

    def argument(self, name: str) -> Argument | None:
        return next((argument for argument in self.arguments if argument.name == name), None)
