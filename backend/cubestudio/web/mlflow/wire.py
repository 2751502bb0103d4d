"""What MLflow's client writes and reads, as JSON: every value that comes in is checked, and refused in plain
words. Pure."""

import hashlib
import math
import re
from typing import Any

from cubestudio.core.cluster.metrics import LATEST, MOST_NAME
from cubestudio.core.numeric import INT64, packed, unpacked
from cubestudio.pipelines.metrics.spec import Drawn

MOST_POINTS, MOST_TEXTS = 1000, 100
"""Numbers, and parameters or tags, of one request, as MLflow's own server bounds them."""
MOST = 8 * 2**20
"""Bytes of a request that is not a file."""
MOST_KEY, MOST_PARAM, MOST_TAG = 250, 6000, 8000
"""Characters of a name and of the values of a parameter and a tag, as MLflow bounds them."""
NUMBER, WHOLE = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"), re.compile("-?[0-9]+")
MOST_DIGITS = 400
"""Digits of a number as text; the largest that is kept has 309."""


class Lacking(Exception):
    """What is not served here: MLflow's ENDPOINT_NOT_FOUND."""


class Exists(Exception):
    """What is there already: MLflow's RESOURCE_ALREADY_EXISTS."""


class Absent(Exception):
    """What is not there: MLflow's RESOURCE_DOES_NOT_EXIST."""


def objects(told: Any, name: str) -> list[dict[str, Any]]:
    """The list of objects that a request has under a name; an empty one when it has none."""
    found = told.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError(f"{name} is a list of objects")
    return found


def key_of(told: dict[str, Any], most: int) -> str:
    key = told.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= most or "\0" in key:
        raise ValueError(f"a key is text of 1 to {most} characters, not {str(key)[:60]!r}")
    return key


def text_of(told: dict[str, Any], most: int) -> tuple[str, str]:
    """(key, value) of a parameter or a tag. What is longer than it may be is refused, not cut."""
    key, value = key_of(told, MOST_KEY), told.get("value") or ""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"the value of {key[:60]} is text; write numbers and others in quotes")
    if len(value) > most:
        raise ValueError(f"the value of {key[:60]} has {len(value)} characters; the limit is {most}")
    return key, value


def number(name: str, value: Any) -> float:
    """A value as MLflow's JSON has it: a number or its text. NaN and the infinities come as text, and are
    values like others."""
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
        value = int(value) if WHOLE.fullmatch(value) and len(value) <= MOST_DIGITS else value
    if isinstance(value, int) and int(found) != value:
        raise ValueError(f"the value of metric {name[:60]}, {value}, is not a 64-bit floating-point number")
    return found


def between(what: str, value: Any, least: int, most: int) -> int:
    """A whole number as MLflow's JSON has it, a number or its text; 0 when it is left out."""
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    if not (
        value is None
        or value == ""
        or whole
        or (isinstance(value, str) and WHOLE.fullmatch(value) and len(value) <= MOST_DIGITS)
    ):
        raise ValueError(f"{what} is a whole number, not {str(value)[:60]!r}")
    found = int(value or 0)
    if not least <= found <= most:
        raise ValueError(f"{what} is from {least} to {most}, not {str(found)[:60]}")
    return found


def point_of(told: dict[str, Any]) -> tuple[str, float, int, int | None]:
    """(name, value, step, milliseconds since 1970) of a number that is logged."""
    name = key_of(told, MOST_NAME)
    step = between(f"the step of metric {name[:60]}", told.get("step"), INT64[0] + 1, INT64[1])
    at = between(f"the timestamp of metric {name[:60]}", told.get("timestamp"), 0, LATEST)
    return name, number(name, told.get("value")), step, at or None


def shown(name: str, point: Drawn) -> dict[str, Any]:
    """A point as MLflow's JSON has it."""
    x, _, at, value = point
    return {"key": name, "value": packed(value), "timestamp": at, "step": x}


class Place:
    """The step that a request is about."""

    def __init__(self, run: str, step: str, item: int, project: str):
        self.run, self.step, self.item, self.project = run, step, item, project
        self.id = hashlib.sha256(f"{run}/{step}/{item}".encode()).hexdigest()[:32]

    @property
    def root(self) -> str:
        return "mlflow-artifacts:/mlflow"

    def info(self, **more: Any) -> dict[str, Any]:
        return {
            "run_id": self.id,
            "run_uuid": self.id,
            "run_name": self.step,
            "experiment_id": "0",
            "user_id": "",
            "status": "RUNNING",
            "start_time": 0,
            "artifact_uri": self.root,
            "lifecycle_stage": "active",
            **more,
        }
