"""Amounts as Kubernetes writes them. Pure."""

import re
from typing import Any

_UNITS = {
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    "": 1,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "P": 1e15,
    "E": 1e18,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "Pi": 2**50,
    "Ei": 2**60,
}
_QUANTITY = re.compile(r"^([+-]?[0-9.]+(?:[eE][+-]?\d+)?)([A-Za-z]{0,2})$")


def quantity(text: Any) -> float:
    """A Kubernetes quantity as a number: cores, bytes, cards. What is none counts as 0."""
    found = _QUANTITY.match(str(text if text is not None else "0").strip())
    return float(found[1]) * _UNITS.get(found[2], 0) if found else 0


def format_bytes(count: float) -> str:
    """Return a number of bytes for people, such as "1.5 GiB"."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.4g} {unit}"
        count /= 1024
    return f"{count:.4g} TiB"
