"""What a step's result is found again by: digests of what it was made of, read and left. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from cubestudio.core.cluster.port import Outcome


def digest(value: Any) -> str:
    """32 hex characters that are equal for equal JSON values."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def key(made: Mapping[str, Any], inputs: Mapping[str, str], item: Any, fanned: bool) -> str:
    """What a result is found again by: the step's parts, the digests of what it reads, and its item."""
    return digest([made, inputs, item if fanned else None, fanned])


def left(outcome: Outcome) -> str:
    """The digest of what a step left."""
    return digest(
        [dict(outcome.values), sorted((artifact.path, artifact.sha256) for artifact in outcome.artifacts)]
    )


def left_by_items(digests: list[str]) -> str:
    """The digest of what a fan-out left."""
    return digest(digests)
