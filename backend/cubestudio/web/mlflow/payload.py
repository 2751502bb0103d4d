"""Values in the JSON of MLflow's client: every value of a request is checked here before it is used. Pure.

Why so strict: code of a run sends what it likes, JSON has no 64-bit integers and no NaN, and what is stored
wrong once is wrong in every curve. All functions raise ValueError with a message that names the value."""

import math
import re
from collections.abc import Mapping
from typing import Any

from cubestudio.core.cluster.metrics import LATEST, MOST_NAME
from cubestudio.core.numeric import INT64, packed, unpacked
from cubestudio.pipelines.metrics.spec import Drawn

MAX_POINTS, MAX_TEXTS = 1000, 100
"""Points, and parameters or tags, in one request: the limits of MLflow's own server."""
MAX_BYTES = 8 * 2**20
"""Bytes of a request with JSON."""
MAX_KEY, MAX_PARAM, MAX_TAG = 250, 6000, 8000
"""Characters of a name, and of the values of a parameter and a tag: the limits of MLflow."""
NUMBER, INTEGER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"), re.compile("-?[0-9]+")
MAX_DIGITS = 400
"""Digits of a number as text; the largest that is kept has 309."""


def objects(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the list of objects in a field; an empty one when the field is absent."""
    found = body.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError(f"{name} is a list of objects")
    return found


def key_of(entry: dict[str, Any], most: int) -> str:
    """Return the key of a parameter, tag or metric, which has `most` characters at most."""
    key = entry.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= most or "\0" in key:
        raise ValueError(f"a key is text of 1 to {most} characters, not {str(key)[:60]!r}")
    return key


def text_of(entry: dict[str, Any], most: int) -> tuple[str, str]:
    """Return the key and the value of a parameter or a tag. A value of more than `most` characters is
    refused, not cut."""
    key, value = key_of(entry, MAX_KEY), entry.get("value") or ""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"the value of {key[:60]} is text; write numbers and others in quotes")
    if len(value) > most:
        raise ValueError(f"the value of {key[:60]} has {len(value)} characters; the limit is {most}")
    return key, value


def number(name: str, value: Any) -> float:
    """Return the value of a metric, which is a number or its text. NaN and the infinities are text."""
    found = unpacked(value)
    if found is None:
        if not isinstance(value, str) or not NUMBER.fullmatch(value):
            raise ValueError(f"the value of metric {name[:60]} is a number, not {str(value)[:60]!r}")
        found = float(value)
        if math.isinf(found):
            raise ValueError(
                f"the value of metric {name[:60]}, {value[:60]}, is larger than any 64-bit "
                "floating-point number"
            )
        value = int(value) if INTEGER.fullmatch(value) and len(value) <= MAX_DIGITS else value
    if isinstance(value, int) and int(found) != value:
        raise ValueError(f"the value of metric {name[:60]}, {value}, is not a 64-bit floating-point number")
    return found


def between(what: str, value: Any, least: int, most: int) -> int:
    """Return an integer, which is a number or its text; 0 when it is absent. `what` names it in messages."""
    integral = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    if not (
        value is None
        or value == ""
        or integral
        or (isinstance(value, str) and INTEGER.fullmatch(value) and len(value) <= MAX_DIGITS)
    ):
        raise ValueError(f"{what} is a whole number, not {str(value)[:60]!r}")
    found = int(value or 0)
    if not least <= found <= most:
        raise ValueError(f"{what} is from {least} to {most}, not {str(found)[:60]}")
    return found


def point_of(entry: dict[str, Any]) -> tuple[str, float, int, int | None]:
    """Return the name, value, step and time (milliseconds since 1970) of a point of a metric."""
    name = key_of(entry, MOST_NAME)
    step = between(f"the step of metric {name[:60]}", entry.get("step"), INT64[0] + 1, INT64[1])
    at = between(f"the timestamp of metric {name[:60]}", entry.get("timestamp"), 0, LATEST)
    return name, number(name, entry.get("value")), step, at or None


def metric(name: str, point: Drawn) -> dict[str, Any]:
    """Return a point of a metric as MLflow's Metric."""
    x, _, at, value = point
    return {"key": name, "value": packed(value), "timestamp": at, "step": x}


def pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Return parameters or tags as MLflow's list of keys and values."""
    return [{"key": key, "value": value} for key, value in values.items()]


def optional_text(body: dict[str, Any], name: str, most: int) -> str:
    """Return a text of at most `most` characters; an empty one when the field is absent."""
    found = body.get(name)
    if found is not None and (not isinstance(found, str) or len(found) > most or "\0" in found):
        raise ValueError(f"{name} is text of at most {most} characters")
    return found or ""


def page(name: str, found: list[dict[str, Any]], after: int, first: int) -> dict[str, Any]:
    """Return a page of what was found, below `name`, and the token of the next page if there is one."""
    end = after + first
    return {name: found[after:end]} | ({"next_page_token": str(end)} if end < len(found) else {})
