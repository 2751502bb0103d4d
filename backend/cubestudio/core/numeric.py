"""Numbers that JSON has no word for. NaN and the infinities are values like others; where a value becomes
JSON they are the texts "NaN", "Infinity" and "-Infinity", so that they are neither lost nor mistaken for
null. Pure."""

import math
from typing import Any

INT64 = (-(2**63), 2**63 - 1)
"""The smallest and the largest whole number of 64 bits."""
_TEXTS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def packed(value: float) -> float | str:
    """A number as JSON carries it."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def unpacked(value: Any) -> float | None:
    """The number that `packed` gave, or that JSON has as a number; None when it is neither."""
    if isinstance(value, str):
        return _TEXTS.get(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
