"""The settings of this machine's platform, with where each comes from, and their page in the
documentation."""

import json
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from cubestudio.core.config import SECTIONS, Settings, variable
from cubestudio.core.settings.sign_in import Provider

SECRET = {"store_secret", "secret_keys", "metrics_token", "providers"}
"""Settings whose values are not printed."""
_PASSWORD = re.compile(r'(://[^:/@\s"]*:)[^\s"]*@')
"""The password of a URL, in whatever setting it stands."""
TYPES = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "true or false",
    tuple: "JSON list",
    dict: "JSON object",
    Path: "path",
}


@dataclass(frozen=True)
class Setting:
    """One setting as it is shown."""

    variable: str
    source: str
    value: str


def current(settings: Settings) -> Iterator[Setting]:
    """Return all settings, in the order of the documentation, without secrets."""
    sources = settings.sources()
    for section in SECTIONS:
        for name in section.model_fields:
            yield Setting(variable(name), sources[name], _shown(name, getattr(settings, name)))


def _shown(name: str, value: Any) -> str:
    if value in (None, "", ()):
        return ""
    return "***" if name in SECRET else _PASSWORD.sub(r"\1***@", _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool | tuple | dict):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)


def page() -> str:
    """Return the page docs/settings.md."""
    parts = [HEAD]
    for section in SECTIONS:
        parts.append(
            f"## {section.__doc__}\n\n| Setting | Type | Default | Description |\n|---|---|---|---|\n"
        )
        parts.extend(_row(variable(name), field) for name, field in section.model_fields.items())
        parts.append("\n")
    parts.append(
        "## Identity providers\n\n"
        "`CUBE_PROVIDERS` is a JSON list of objects with these fields. [Running the "
        "platform](operating.md) has "
        "an example for each kind.\n\n"
        "| Field | Type | Default | Description |\n|---|---|---|---|\n"
    )
    parts.extend(_row(name, field) for name, field in Provider.model_fields.items())
    return "".join(parts)


HEAD = """# Settings

Set these as environment variables of the platform, or in a TOML file that `CUBE_CONFIG_FILE` names, in lower
case and without `CUBE_`; a variable overrides the file. Lists and objects are JSON in variables.
A variable that begins with `CUBE_` and is no setting is refused, with the name of the nearest setting.

```toml
port = 9000
public_url = "https://cube.example.com"
allowed_volumes = ["data(pvc-share)"]
```

`cubestudio config show` prints all settings of a machine and where each value comes from.

"""


def _row(name: str, field: FieldInfo) -> str:
    if field.is_required():
        default = "required"
    elif field.default_factory is not None or field.default in (None, "", ()):
        default = ""
    else:
        default = f"`{_text(field.default)}`"
    cells = (f"`{name}`", _type(field.annotation), default, field.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _type(annotation: Any) -> str:
    kind = get_origin(annotation) or annotation
    if kind in (Union, types.UnionType):
        return _type(next(each for each in get_args(annotation) if each is not type(None)))
    if kind is Literal:
        return " or ".join(f"`{each}`" for each in get_args(annotation) if each)
    return TYPES[kind]
