"""What a launcher says of the end of its pod, in the form that it has, or not at all: a person's code runs
beside it, as the same user, and can write in its place. Pure."""

import json
import re
from collections.abc import Iterable
from typing import Any

from cubestudio.core.cluster import outputs
from cubestudio.core.cluster.port import Artifact, Outcome, artifact_key

DIGESTS = ("files", "metrics", "result")
TEXTS = ("reason", "message", "skipped")
MOST_TEXT = 10_000
"""Characters of a reason or a sentence."""
MOST_FILES = outputs.MOST_FILES
NO_LIST = "its files are not kept: the list of them is not there, or is none"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ODD = "?"
"""Stands for a digest that is none."""


def digest(text: Any) -> bool:
    """Whether this names a file: with anything else in its place, a name would lead elsewhere in the
    store."""
    return isinstance(text, str) and bool(_DIGEST.fullmatch(text))


def end(text: str | bytes) -> dict[str, Any]:
    """values, files, metrics, result, reason, message and skipped, as far as they are what they should be. A
    digest that is none is left as one of no file, for then something was to be there."""
    found = _object(text)
    kept = {name: found[name] if digest(found[name]) else _ODD for name in DIGESTS if found.get(name)}
    kept |= {name: found[name][:MOST_TEXT] for name in TEXTS if isinstance(found.get(name), str)}
    return kept | ({"values": found["values"]} if isinstance(found.get("values"), dict) else {})


def listed(project: str, data: bytes) -> Outcome:
    """The files in a list that a launcher sent, and what could not be taken, which is also what is odd in the
    list."""
    found = _object(data)
    files, warnings = found.get("files"), found.get("warnings")
    if not isinstance(files, list) or len(files) > MOST_FILES:
        return Outcome({}, (), (NO_LIST,))
    told = (
        [words[:1000] for words in warnings[: outputs.MOST_NAMED + 1] if isinstance(words, str)]
        if isinstance(warnings, list)
        else []
    )
    good = [each for each in files if _file(each)]
    if len(good) < len(files):
        told.append(
            f"{len(files) - len(good)} of its files are not kept: their entries in the list of its "
            "files make no sense"
        )
    return Outcome({}, tuple(_artifacts(project, good)), tuple(told))


def _artifacts(project: str, files: Iterable[Any]) -> Iterable[Artifact]:
    for path, size, sha256, media in files:
        yield Artifact(
            path=path, size=size, sha256=sha256, media_type=media[:100], key=artifact_key(project, sha256)
        )


def _file(each: Any) -> bool:
    if not isinstance(each, list) or len(each) != 4:
        return False
    path, size, sha256, media = each
    whole = isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**63
    return (
        isinstance(path, str)
        and bool(path)
        and not outputs.impossible(path)
        and whole
        and digest(sha256)
        and isinstance(media, str)
    )


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
