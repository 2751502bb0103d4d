"""Definitions of people held to their models: every rule that is broken at once, in our own words. Pure.

Models are pydantic's, and its sentences are written for programmers: "Input should be a valid integer, unable
to parse string as an integer". What people read is made here from the kind of each error: the field, the
rule, and what to do. One mistake is one fault, also where pydantic tells several consequences of it.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ValidationError

from cubestudio.core.errors import Fault, Invalid
from cubestudio.core.inputs import values

MOST_FAULTS = 100
"""Faults that are told of one definition."""
M = TypeVar("M", bound=BaseModel)


Place = tuple[str | int, ...]
"""Where a value stands: names and numbers from the outermost on."""


class At(ValueError):
    """A rule that a validator of a whole object finds broken, and the field that breaks it."""

    def __init__(self, message: str, *field: str | int):
        super().__init__(message)
        self.field = field


def checked(
    model: type[M], told: Any, what: str, at: str = "", sent: Callable[[Place], Place] = lambda loc: loc
) -> M:
    """A definition that was sent, as its model. Raises Invalid with all that is wrong. `what`: the sentence
    that comes first; `at`: where the definition stands in what was sent; `sent`: where something stands in
    what was sent, by where the model has it."""
    if not isinstance(told, Mapping):
        raise Invalid("A definition is an object of names and values.", field=at or "definition")
    if wrong := values.problem(dict(told)):
        place, rule = wrong
        raise Invalid.many(
            [Fault(f"{place or 'the definition'}: it {rule}", ".".join(filter(None, (at, place))) or None)],
            what,
        )
    try:
        return model.model_validate(told)
    except ValidationError as error:
        raise Invalid.many(faults_of(error, model, at, sent), what) from error


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
        place = sent((*loc, *cause.field) if isinstance(cause, At) else loc)
        faults.append(Fault(_words(detail, _label(place)), _path(at, place) or None, _hint(detail, model)))
    if len(faults) > MOST_FAULTS:
        more = len(faults) - MOST_FAULTS
        faults = [
            *faults[:MOST_FAULTS],
            Fault(f"{more} further faults are left out; repair these first", at or None),
        ]
    return faults


def _path(at: str, loc: Iterable[str | int]) -> str:
    path = at
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part[:100]}" if path else part[:100]
    return path


def _label(loc: Place) -> str:
    """How a field is called in a sentence: its own name, with its place in a list."""
    start = next((place for place in range(len(loc) - 1, -1, -1) if isinstance(loc[place], str)), 0)
    return _path("", loc[start:]) or "the definition"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "text"),
    ((list, tuple), "a list"),
    (Mapping, "an object"),
)


def kind_of(value: Any) -> str:
    """What a value is, for a person."""
    return (
        "null"
        if value is None
        else next((name for kinds, name in _KINDS if isinstance(value, kinds)), type(value).__name__)
    )


def _words(detail: Any, name: str) -> str:
    """Return the rule that is broken, beginning with the field."""
    match detail["type"]:
        case "value_error" | "assertion_error":
            return str(detail["ctx"]["error"])
        case "extra_forbidden":
            return f"{name} is not known here"
        case "missing":
            return f"{name} is missing"
        case "enum" | "literal_error":
            return f"{name} must be one of {_options(detail['ctx']['expected'])}"
    if rule := _of_type(detail, name) or _of_limit(detail, name):
        return rule
    return f"{name} is not accepted: it is {kind_of(detail.get('input'))}"


def _of_limit(detail: Any, name: str) -> str | None:
    """Return the sentence about a bound that a value exceeds; None when that is not what is wrong."""
    context = detail.get("ctx") or {}
    match detail["type"]:
        case "greater_than_equal":
            return f"{name} must be at least {_number(context['ge'])}"
        case "greater_than":
            return f"{name} must be greater than {_number(context['gt'])}"
        case "less_than_equal":
            return f"{name} must be at most {_number(context['le'])}"
        case "less_than":
            return f"{name} must be less than {_number(context['lt'])}"
        case "string_too_short":
            return f"{name} must not be empty"
        case "string_too_long":
            return f"{name} has {len(detail['input'])} characters; the limit is {context['max_length']}"
        case "too_short":
            return f"{name} has {context['actual_length']} entries; the least is {context['min_length']}"
        case "too_long":
            return f"{name} has more than {context['max_length']} entries"
    return None


def _of_type(detail: Any, name: str) -> str | None:
    """Return the sentence about a value of the wrong type; None when that is not what is wrong."""
    value = detail.get("input")
    sent = kind_of(value)
    match detail["type"]:
        case "string_type" | "string_sub_type" | "string_unicode":
            return f"{name} must be text, not {sent}"
        case "bool_type" | "bool_parsing":
            return f"{name} must be true or false, not {_shown(value)}"
        case "int_from_float":
            return f"{name} must be a whole number, not {_shown(value)}"
        case "int_type" | "int_parsing" | "int_parsing_size":
            return f"{name} must be a whole number, not {sent}"
        case "float_type" | "float_parsing" | "finite_number":
            return f"{name} must be a number, not {sent}"
        case "tuple_type" | "list_type" | "set_type" | "frozen_set_type" | "iterable_type":
            return f"{name} must be a list, not {sent}"
        case "dict_type" | "model_type" | "model_attributes_type" | "mapping_type" | "dataclass_type":
            return f"{name} must be an object of names and values, not {sent}"
        case "datetime_type" | "datetime_parsing" | "datetime_from_date_parsing" | "datetime_object_invalid":
            return f"{name} must be a time such as 2026-01-31T08:00:00+01:00"
    return None


def _near(detail: Any, model: type[BaseModel]) -> str | None:
    """The field that somebody meant who named one that is not known."""
    if detail["type"] != "extra_forbidden":
        return None
    known = sorted(_model_at(model, detail["loc"][:-1]).model_fields)
    return next(iter(difflib.get_close_matches(str(detail["loc"][-1]), known, 1, 0.6)), None)


def _hint(detail: Any, model: type[BaseModel]) -> str | None:
    """The way out, where the rule alone does not say it."""
    match detail["type"]:
        case "extra_forbidden":
            near = _near(detail, model)
            return (
                f"Did you mean {near}?"
                if near
                else f"Known here: {', '.join(sorted(_model_at(model, detail['loc'][:-1]).model_fields))}."
            )
        case "string_type" if isinstance(detail.get("input"), int | float):
            return "Put it in quotes."
        case "bool_type" | "bool_parsing":
            return "Write true or false, without quotes."
    return None


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


def matching(pattern: str, rule: str) -> AfterValidator:
    """Text of a form: its pattern for the machine, and the rule in words for people, which follows the text
    itself."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(f"{_shown(value)} {rule}")
        return value

    return AfterValidator(check)
