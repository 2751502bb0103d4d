"""What the files of a model say of it by their content: boosters whose endings other files have too, and
MLflow's model folders. Pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from cubestudio.core import yaml_reader
from cubestudio.core.errors import Invalid
from cubestudio.core.inputs.requirements import read_lines
from cubestudio.models import messages
from cubestudio.models.spec import File, framework_of

HEAD = 1000
"""Bytes by which a booster is recognised."""
MOST = 2**20
"""Bytes of a file that describes a model."""
MOST_LOOKED = 20
"""Files are looked into, of those that could be boosters."""
BEGINS = {
    ".json": ("xgboost", re.compile(rb'\s*\{\s*("version"\s*:\s*\[[\d\s,]*\]\s*,\s*)?"learner"\s*:')),
    ".txt": ("lightgbm", re.compile(rb"tree\s+version=v\d")),
}
"""By ending: whose models begin how."""
COLUMNS = {
    "boolean": "boolean",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "string": "text",
}
"""The types of MLflow's columns that a signature has; all others are `any`."""


def wanted(files: Sequence[File]) -> list[tuple[str, str, int]]:
    """(path, sha256, bytes) of the files that tell more than their names do, by their first bytes."""
    if flavored := described(files):
        beside = str(PurePosixPath(flavored).with_name("requirements.txt"))
        return [
            (path, sha256, min(size, MOST + 1))
            for path, size, sha256, _ in files
            if path in (flavored, beside)
        ]
    if framework_of([path for path, *_ in files]) != "other":
        return []
    could = [
        (path, sha256, min(size, HEAD))
        for path, size, sha256, _ in files
        if path.lower().endswith(tuple(BEGINS))
    ]
    return could[:MOST_LOOKED]


def described(files: Sequence[File]) -> str | None:
    """Where the MLmodel file of a folder of MLflow's is; of several, the one that is least deep."""
    paths = [path for path, *_ in files if PurePosixPath(path).name == "MLmodel"]
    return min(paths, key=lambda path: (path.count("/"), path), default=None)


def recognised(files: Sequence[File], texts: Mapping[str, bytes]) -> dict[str, Any]:
    """What is said of a version by `texts`, the beginnings of the files that are `wanted`: {framework,
    signature, requirements, tags}, of these what is known. Raises Invalid where a file of MLflow's cannot be
    read."""
    if flavored := described(files):
        return {"framework": "mlflow", **_flavored(flavored, texts)}
    for path, text in texts.items():
        framework, pattern = BEGINS[PurePosixPath(path).suffix.lower()]
        if pattern.match(text):
            return {"framework": framework}
    return {}


def _flavored(path: str, texts: Mapping[str, bytes]) -> dict[str, Any]:
    beside = str(PurePosixPath(path).with_name("requirements.txt"))
    at = path
    try:
        found = _told(yaml_reader.read(_text(texts[path]), "files"))
        if beside in texts:
            at = beside
            found["requirements"] = list(read_lines(_text(texts[beside]).splitlines()))
    except (Invalid, ValueError) as error:
        words = error.message if isinstance(error, Invalid) else str(error)
        raise Invalid(
            messages.MLFLOW_MODEL_UNREADABLE(file=at[:100], problem=words), field="files"
        ) from error
    return found


def _told(told: Any) -> dict[str, Any]:
    """What an MLmodel file says. Raises ValueError."""
    if not isinstance(told, dict) or not isinstance(told.get("flavors"), dict) or not told["flavors"]:
        raise ValueError(messages.MLFLOW_NO_FLAVORS())
    found: dict[str, Any] = {}
    if flavors := [str(each) for each in told["flavors"] if each != "python_function"]:
        found["tags"] = {"flavor": ", ".join(flavors)[:500]}
    if told.get("signature") is not None:
        found["signature"] = _signature(told["signature"])
    return found


def _text(text: bytes) -> str:
    if len(text) > MOST:
        raise ValueError(messages.MLFLOW_FILE_TOO_LARGE(most=MOST))
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(messages.MLFLOW_FILE_NOT_UTF_EIGHT()) from None


def _signature(told: Any) -> dict[str, Any]:
    found = {}
    for side in ("inputs", "outputs"):
        text = told.get(side) if isinstance(told, dict) else ""
        if text is None:
            continue
        try:
            if not isinstance(text, str) or not isinstance(fields := json.loads(text), list):
                raise TypeError
            found[side] = list(_fields(fields, side[:-1]))
        except (TypeError, ValueError, RecursionError):
            raise ValueError(messages.MLFLOW_SIGNATURE_INVALID(side=side)) from None
    return found


def _fields(fields: Sequence[Any], side: str) -> Iterator[dict[str, Any]]:
    """Columns or tensors of MLflow's as those of a signature. Raises TypeError."""
    for place, each in enumerate(fields):
        if not isinstance(each, dict) or not isinstance(each.get("type"), str):
            raise TypeError
        name = each.get("name")
        made: dict[str, Any] = {"name": str(name) if isinstance(name, str | int) else f"{side}-{place}"}
        if each["type"] != "tensor":
            optional = each.get("required", True) is False  # it may be null, which no other type is
            yield {**made, "type": "any" if optional else COLUMNS.get(each["type"], "any")}
            continue
        spec = each.get("tensor-spec")
        if not isinstance(spec, dict) or not isinstance(spec.get("shape"), list):
            raise TypeError
        yield {**made, **_tensor(str(spec.get("dtype")), spec["shape"])}


def _tensor(dtype: str, shape: Sequence[Any]) -> dict[str, Any]:
    number = re.fullmatch(r"(float|u?int)\d+", dtype)
    if len(shape) == 1:
        kind = (
            {"bool": "boolean", "str": "text"}.get(dtype, "any")
            if number is None
            else "number"
            if number[1] == "float"
            else "integer"
        )
        return {"type": kind}
    if len(shape) == 2 and number:
        size = shape[1]
        return {"type": "vector", "size": size if isinstance(size, int) and 0 < size <= 10_000_000 else None}
    return {"type": "any"}
