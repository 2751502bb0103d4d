"""A conda environment.yml, read into the parts of an image that it stands for. Pure.

What conda itself would pass over is refused by name here: an image without something that its author wrote
down would be a surprise.
"""

import re
from collections.abc import Mapping
from typing import Any

from cubestudio.core import yaml_reader
from cubestudio.core.errors import Invalid
from cubestudio.core.inputs.requirements import read_lines
from cubestudio.images import messages

FIELD = "environment_yml"
SENT = "source.packages.environmentYml"
"""Its path in what was sent."""
MOST = 1_000
"""Packages of one file."""
PACKAGE = re.compile(
    r"([a-z0-9][a-z0-9_./-]*::)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,98}([=<>!~]{1,2}[A-Za-z0-9.*,|<>=!_+~-]{1,99})?(\[[^\]\n'\"]{1,200}\])?"
)
CHANNEL = re.compile(r"(https?://)?[A-Za-z0-9][A-Za-z0-9_./-]{0,199}")
_AROUND = re.compile(r"\s*([=<>!~,|]+)\s*")
_IGNORED = ("name", "prefix")


def merged(told: Mapping[str, Any]) -> dict[str, Any]:
    """A definition with what its environment.yml says among its own parts, and without the file. Raises
    Invalid."""
    rest = {key: value for key, value in told.items() if key != FIELD}
    try:
        found = parts(told[FIELD])
    except ValueError as error:
        raise Invalid(messages.CONDA_FILE_INVALID(problem=error), field=SENT) from None
    for key, value in found.items():
        mine = rest.get(key)
        if isinstance(value, dict) and isinstance(mine, dict | None):
            rest[key] = {**value, **(mine or {})}
        elif isinstance(value, list) and isinstance(mine, list | None):
            rest[key] = list(dict.fromkeys([*(mine or []), *value]))
    return rest


def parts(text: Any) -> dict[str, Any]:
    """{"conda": packages, "channels", "pip": requirements, "env": variables} that a file names; only those
    that it has. Raises ValueError with the rule that is broken, or Invalid where it is no YAML."""
    if not isinstance(text, str):
        raise ValueError(messages.CONDA_FILE_NOT_TEXT())
    told = yaml_reader.read(text, SENT)
    if not isinstance(told, dict) or not isinstance(told.get("dependencies"), list):
        raise ValueError(messages.CONDA_FILE_NOT_AN_OBJECT())
    if unknown := [key for key in told if key not in (*_IGNORED, "channels", "dependencies", "variables")]:
        raise ValueError(messages.CONDA_KEY_UNKNOWN(name=repr(unknown[0][:60])))
    if len(told["dependencies"]) > MOST:
        raise ValueError(messages.CONDA_DEPENDENCIES_TOO_MANY(count=len(told["dependencies"]), most=MOST))
    found: dict[str, Any] = {
        "conda": [],
        "channels": _channels(told.get("channels")),
        "pip": [],
        "env": _variables(told.get("variables")),
    }
    for place, each in enumerate(told["dependencies"]):
        if isinstance(each, dict) and list(each) == ["pip"] and isinstance(each["pip"], list):
            found["pip"] += _pip(each["pip"])
        elif isinstance(each, str) and PACKAGE.fullmatch(name := _package(each)):
            found["conda"].append(name)
        else:
            raise ValueError(messages.CONDA_DEPENDENCY_INVALID(place=place, item=_shown(each)))
    return {key: value for key, value in found.items() if value}


def _package(text: str) -> str:
    """A package in the form without blanks; `numpy 2.1` and `numpy 2.1 py311_0` name a version, and a build,
    too."""
    match _AROUND.sub(r"\1", text).split():
        case [name, version]:
            return f"{name}={version}" if "*" in version else f"{name}=={version}"
        case [name, version, build]:
            return f"{name}={version}={build}"
        case words:
            return " ".join(words)


def _channels(told: Any) -> list[str]:
    if not isinstance(told, list | None):
        raise ValueError(messages.CONDA_CHANNELS_NOT_A_LIST())
    for each in told or []:
        if not isinstance(each, str) or not CHANNEL.fullmatch(each):
            raise ValueError(messages.CONDA_CHANNEL_INVALID(item=_shown(each)))
    return [each for each in told or [] if each != "nodefaults"]


def _variables(told: Any) -> dict[str, str]:
    if not isinstance(told, dict | None):
        raise ValueError(messages.CONDA_VARIABLES_NOT_AN_OBJECT())
    if odd := next(
        (
            name
            for name, value in (told or {}).items()
            if not isinstance(value, str | int | float) or isinstance(value, bool)
        ),
        None,
    ):
        raise ValueError(messages.CONDA_VARIABLE_NOT_TEXT(name=odd[:60]))
    return {name: str(value) for name, value in (told or {}).items()}


def _pip(lines: list[Any]) -> list[str]:
    if odd := next((line for line in lines if not isinstance(line, str)), None):
        raise ValueError(messages.CONDA_PIP_INVALID(item=_shown(odd)))
    return list(read_lines(lines))


def _shown(value: Any) -> str:
    return repr(value)[:80]
