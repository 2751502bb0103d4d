"""What is said of a version of a model: its files, its framework, what goes in and what comes out. Pure."""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

import orjson
from pydantic import Field, field_serializer, field_validator

from cubestudio.core.inputs.requirements import read_lines
from cubestudio.core.inputs.strict import Strict
from cubestudio.core.numeric import packed, unpacked
from cubestudio.models import messages


class Framework(StrEnum):
    """The format of a model's files."""

    MLFLOW = "mlflow"
    SKLEARN = "sklearn"
    XGBOOST = "xgboost"
    LIGHTGBM = "lightgbm"
    ONNX = "onnx"
    TORCHSCRIPT = "torchscript"
    TENSORFLOW = "tensorflow"
    SAFETENSORS = "safetensors"
    OTHER = "other"


class FieldType(StrEnum):
    """The type of an input or an output of a model."""

    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TEXT = "text"
    VECTOR = "vector"
    IMAGE = "image"
    ANY = "any"


SUFFIXES = {
    Framework.SKLEARN: (".joblib", ".pkl", ".pickle"),
    Framework.XGBOOST: (".ubj", ".xgb"),
    Framework.LIGHTGBM: (".lgb",),
    Framework.ONNX: (".onnx",),
    Framework.TORCHSCRIPT: (".pt", ".pth"),
    Framework.TENSORFLOW: (".pb", ".keras", ".h5"),
    Framework.SAFETENSORS: (".safetensors", ".gguf"),
}
"""The endings by which files of a framework are recognized; `formats` looks into the files besides."""
MOST_FILES = 10_000
MOST_CARD = 100_000
ALIAS = re.compile(r"[a-z][a-z0-9-]{0,49}")
DIGEST = re.compile(r"[0-9a-f]{64}")


class Field_(Strict):
    """One thing that goes in or comes out: `size` is the length of a vector."""

    name: str = Field(min_length=1, max_length=100)
    type: FieldType = FieldType.NUMBER
    size: int | None = Field(None, ge=1, le=10_000_000)


class Signature(Strict):
    """What goes in and what comes out, in order; `example`: rows of inputs that can be tried."""

    inputs: list[Field_] = Field(default=[], max_length=10_000)
    outputs: list[Field_] = Field(default=[], max_length=1_000)
    example: list[Any] = Field(default=[], max_length=100)


class VersionSpec(Strict):
    """What is known of a version besides its files."""

    description: str = Field("", max_length=500)
    framework: Framework | None = None
    signature: Signature | None = None
    requirements: list[str] = Field(default=[], max_length=100)
    metrics: dict[str, float] = Field(default={}, max_length=500)
    tags: dict[str, str] = Field(default={}, max_length=100)

    @field_serializer("metrics")
    def _packed(self, value: dict[str, float]) -> dict[str, float | str]:
        return {name: packed(number) for name, number in value.items()}

    @field_validator("requirements")
    @classmethod
    def _plain(cls, value: list[str]) -> list[str]:
        return list(read_lines(value))

    @field_validator("tags")
    @classmethod
    def _short(cls, value: dict[str, str]) -> dict[str, str]:
        if any(not 0 < len(name) <= 100 or len(text) > 500 for name, text in value.items()):
            raise ValueError(messages.MODEL_TAG_INVALID())
        return value


File = tuple[str, int, str, str]
"""(path, size, sha256, media type)"""


def fault_of(path: str) -> str | None:
    """Why a path cannot be that of a file of a model."""
    pure = PurePosixPath(path)
    if (
        not path
        or len(path) > 500
        or re.search(r"[\x00-\x1f\\]", path)
        or pure.is_absolute()
        or ".." in pure.parts
        or str(pure) != path
    ):
        return f"{path[:100]!r} is not a plain path below a folder"
    return None


def framework_of(paths: Sequence[str]) -> Framework:
    """Return the framework that the endings of the files indicate."""
    for framework, suffixes in SUFFIXES.items():
        if any(path.lower().endswith(suffixes) for path in paths):
            return framework
    return Framework.OTHER


def digest(files: Sequence[File]) -> str:
    return hashlib.sha256(orjson.dumps(sorted((path, sha256) for path, _, sha256, _ in files))).hexdigest()


def common(files: Sequence[File]) -> list[File]:
    """Files with the folder that all of them are in taken off: models/rf.joblib alone is rf.joblib."""
    while len({path.partition("/")[0] for path, *_ in files}) == 1 and all("/" in path for path, *_ in files):
        files = [(path.partition("/")[2], *rest) for path, *rest in files]  # ty: ignore
    return list(files)


def checks(
    version: Mapping[str, Any], card: str, current: Mapping[str, Any] | None
) -> list[tuple[str, bool, str]]:
    """(name, whether it holds, a sentence) of what should be so before a version is promoted; `current`: the
    version that the name points to now."""
    told = version["signature"] or {}
    found = [
        (
            "card",
            bool(card.strip()),
            "people can read what it is for" if card.strip() else "the model has no card",
        ),
        (
            "signature",
            bool(told.get("inputs")),
            "its inputs are known" if told.get("inputs") else "nobody said what goes in",
        ),
        (
            "lineage",
            bool(version["run_id"]),
            "a run made it" if version["run_id"] else "it was uploaded: where it came from is not known",
        ),
        (
            "metrics",
            bool(version["metrics"]),
            "it was measured" if version["metrics"] else "it was never measured",
        ),
    ]
    if current is not None:
        for name in sorted(set(version["metrics"]) & set(current["metrics"])):
            new, old = unpacked(version["metrics"][name]), unpacked(current["metrics"][name])
            if new is not None and old is not None:
                found.append(
                    (
                        name,
                        no_worse(name, new, old),
                        f"{shown(new)}, version {current['number']} has {shown(old)}",
                    )
                )
    return found


def shown(number: float) -> str:
    return f"{number:.6g}" if math.isfinite(number) else str(packed(number))


def no_worse(metric: str, new: float, old: float) -> bool:
    """Whether a number is as good as the one before; NaN is worse than any other."""
    if math.isnan(new) or math.isnan(old):
        return math.isnan(old)
    return new == old or (new > old) != smaller_is_better(metric)


def smaller_is_better(metric: str) -> bool:
    return bool(
        re.search(
            r"(^|[_./-])(loss|error|rmse|mse|mae|mape|perplexity|latency|seconds|time)([_./-]|$)",
            metric.lower(),
        )
    )
