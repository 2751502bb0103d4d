"""Definitions of people held to their models: every rule that is broken at once, in our own words. Pure.

Models are pydantic's, and its sentences are written for programmers: "Input should be a valid integer, unable
to parse string as an integer". What people read is made here from the kind of each error: the field, the
rule, and what to do. One mistake is one fault, also where pydantic tells several consequences of it.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from cubestudio.core import messages
from cubestudio.core.errors import Fault, Invalid
from cubestudio.core.inputs import values
from cubestudio.core.message import Message, Text

MOST_FAULTS = 100
"""Faults that are told of one definition."""
_PLAIN = re.compile(r"[^.\[\]\"\\]+")
"""A name that needs no quotes in a path."""
M = TypeVar("M", bound=BaseModel)


Place = tuple[str | int, ...]
"""Where a value stands: names and numbers from the outermost on."""


class At(ValueError):
    """A rule that a validator of a whole object finds broken, and the field that breaks it."""

    def __init__(self, message: Text, *field: str | int):
        super().__init__(message)
        self.field = field


def checked(
    model: type[M], told: Any, what: Message, at: str = "", sent: Callable[[Place], Place] = lambda loc: loc
) -> M:
    """A definition that was sent, as its model. Raises Invalid with all that is wrong. `what`: the sentence
    that comes first; `at`: where the definition stands in what was sent; `sent`: where something stands in
    what was sent, by where the model has it, in which a last "[key]" means the name itself."""
    if not isinstance(told, Mapping):
        raise Invalid(messages.DEFINITION_NOT_AN_OBJECT(), field=at or "definition")
    if wrong := values.problem(dict(told)):
        place, rule = wrong
        raise Invalid.many(
            [
                Fault(
                    messages.VALUE_UNSOUND(place=place or "the definition", rule=rule),
                    ".".join(filter(None, (at, place))) or None,
                )
            ],
            what,
        )
    try:
        return model.model_validate(told)
    except ValidationError as error:
        raise Invalid.many(faults_of(error, model, at, sent), what) from error


def input_path(model: type[BaseModel]) -> Callable[[Place], Place]:
    """Return a function from the path of a value in a model to its path in the input of the graph, which has
    the same fields in camelCase; keys of free mappings stay as they are."""

    def sent(loc: Place) -> Place:
        found: list[str | int] = []
        kind: type[BaseModel] | None = model
        for part in loc:
            field = kind.model_fields.get(part) if kind and isinstance(part, str) else None
            found.append(to_camel(str(part)) if field else part)
            if isinstance(part, str):
                kind = _inner(field.annotation) if field else None
        return tuple(found)

    return sent


def faults_of(
    error: ValidationError, model: type[BaseModel], at: str, sent: Callable[[Place], Place]
) -> list[Fault]:
    """A validation error as faults with paths such as steps[2].args."""
    details = error.errors(include_url=False)
    deeper = {tuple(detail["loc"][:length]) for detail in details for length in range(len(detail["loc"]))}
    meant = {(*detail["loc"][:-1], near) for detail in details if (near := _near(detail, model))}
    faults: list[Fault] = []
    for detail in details:
        loc = tuple(part for part in detail["loc"] if part != "[key]")
        if detail["type"] == "too_short" and loc in deeper:
            continue  # the list was not empty: its members are wrong, and each says so itself
        if detail["type"] == "missing" and loc in meant:
            continue  # it is there, misspelled
        cause = (detail.get("ctx") or {}).get("error")
        whole = (*detail["loc"], *cause.field) if isinstance(cause, At) else tuple(detail["loc"])
        place = tuple(part for part in sent(whole) if part != "[key]")
        faults.append(Fault(_message(detail, _label(place), model), field_path(at, place) or None))
    if len(faults) > MOST_FAULTS:
        more = len(faults) - MOST_FAULTS
        faults = [*faults[:MOST_FAULTS], Fault(messages.FAULTS_LEFT_OUT(count=more), at or None)]
    return faults


def field_path(at: str, loc: Iterable[str | int]) -> str:
    """Return the path of a value as text such as steps[2].args, below `at`."""
    path = at
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif _PLAIN.fullmatch(part):
            path += f".{part[:100]}" if path else part[:100]
        else:
            path += f"[{json.dumps(part[:100], ensure_ascii=False)}]"
    return path


def _label(loc: Place) -> str:
    """How a field is called in a sentence: its own name, with its place in a list."""
    start = next((place for place in range(len(loc) - 1, -1, -1) if isinstance(loc[place], str)), 0)
    return field_path("", loc[start:]) or "the definition"


_KINDS: tuple[tuple[type | tuple[type, ...], Text], ...] = (
    (type(None), messages.KIND_NULL()),
    (bool, messages.KIND_BOOLEAN()),
    ((int, float), messages.KIND_NUMBER()),
    (str, messages.KIND_TEXT()),
    ((list, tuple), messages.KIND_LIST()),
    (Mapping, messages.KIND_OBJECT()),
)


def kind_of(value: Any) -> str:
    """Return what a value is, for a person."""
    return next((name for kinds, name in _KINDS if isinstance(value, kinds)), type(value).__name__)


def _message(detail: Any, name: str, model: type[BaseModel]) -> Text:
    """Return the rule that is broken, beginning with the field."""
    match detail["type"]:
        case "value_error" | "assertion_error":
            return detail["ctx"]["error"].args[0]
        case "extra_forbidden":
            if near := _near(detail, model):
                return messages.FIELD_MISSPELLED(name=name, near=near)
            known = sorted(_model_at(model, detail["loc"][:-1]).model_fields)
            return messages.FIELD_UNKNOWN(name=name, known=known)
        case "missing":
            return messages.FIELD_MISSING(name=name)
        case "enum" | "literal_error":
            return messages.FIELD_NOT_ONE_OF(name=name, options=_options(detail["ctx"]["expected"]))
    if rule := _of_type(detail, name) or _of_limit(detail, name):
        return rule
    return messages.FIELD_NOT_ACCEPTED(name=name, sent=kind_of(detail.get("input")))


def _of_limit(detail: Any, name: str) -> Text | None:
    """Return the sentence about a bound that a value exceeds; None when that is not what is wrong."""
    context = detail.get("ctx") or {}
    match detail["type"]:
        case "greater_than_equal":
            return messages.FIELD_TOO_SMALL(name=name, least=_number(context["ge"]))
        case "greater_than":
            return messages.FIELD_NOT_ABOVE(name=name, bound=_number(context["gt"]))
        case "less_than_equal":
            return messages.FIELD_TOO_LARGE(name=name, most=_number(context["le"]))
        case "less_than":
            return messages.FIELD_NOT_BELOW(name=name, bound=_number(context["lt"]))
        case "string_too_short":
            return messages.FIELD_EMPTY(name=name)
        case "string_too_long":
            return messages.FIELD_TOO_LONG(name=name, count=len(detail["input"]), limit=context["max_length"])
        case "too_short":
            return messages.FIELD_TOO_FEW(
                name=name, count=context["actual_length"], least=context["min_length"]
            )
        case "too_long":
            return messages.FIELD_TOO_MANY(name=name, most=context["max_length"])
    return None


def _of_type(detail: Any, name: str) -> Text | None:
    """Return the sentence about a value of the wrong type; None when that is not what is wrong."""
    value = detail.get("input")
    sent = kind_of(value)
    match detail["type"]:
        case "string_type" | "string_sub_type" | "string_unicode":
            if detail["type"] == "string_type" and isinstance(value, int | float):
                return messages.FIELD_NOT_QUOTED(name=name, sent=sent)
            return messages.FIELD_NOT_TEXT(name=name, sent=sent)
        case "bool_type" | "bool_parsing":
            return messages.FIELD_NOT_BOOLEAN(name=name, value=_shown(value))
        case "int_from_float":
            return messages.FIELD_NOT_WHOLE(name=name, sent=_shown(value))
        case "int_type" | "int_parsing" | "int_parsing_size":
            return messages.FIELD_NOT_WHOLE(name=name, sent=sent)
        case "float_type" | "float_parsing" | "finite_number":
            return messages.FIELD_NOT_NUMBER(name=name, sent=sent)
        case "tuple_type" | "list_type" | "set_type" | "frozen_set_type" | "iterable_type":
            return messages.FIELD_NOT_LIST(name=name, sent=sent)
        case "dict_type" | "model_type" | "model_attributes_type" | "mapping_type" | "dataclass_type":
            return messages.FIELD_NOT_OBJECT(name=name, sent=sent)
        case "datetime_type" | "datetime_parsing" | "datetime_from_date_parsing" | "datetime_object_invalid":
            return messages.FIELD_NOT_TIME(name=name)
    return None


def _near(detail: Any, model: type[BaseModel]) -> str | None:
    """The field that somebody meant who named one that is not known."""
    if detail["type"] != "extra_forbidden":
        return None
    known = sorted(_model_at(model, detail["loc"][:-1]).model_fields)
    return next(iter(difflib.get_close_matches(str(detail["loc"][-1]), known, 1, 0.6)), None)


def _number(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str | int | float) else kind_of(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _options(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", ", ")


def _model_at(model: type[BaseModel], loc: Iterable[str | int]) -> type[BaseModel]:
    """The model that a path leads to."""
    for part in loc:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        model = (_inner(field.annotation) if field else None) or model
    return model


def _inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for argument in get_args(annotation) if (found := _inner(argument))), None)


def matching(pattern: str, rule: Message) -> AfterValidator:
    """Return a validator of text by its pattern; `rule` is the message about a `value` that breaks it."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(rule(value=_shown(value)))
        return value

    return AfterValidator(check)
