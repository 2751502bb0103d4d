"""Messages to people: an entry of the catalogue, and the text that it gives with its values.

Clients translate by `reason` and parameters and never match the English text. For that, the rendered text is
a `str` that remembers both: it can be raised, logged and put into another message like any other text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_PARAMETER = re.compile(r"\{([a-z_]+)\}")
"""Other braces are text; the console fills in its translations by the same rule."""


class Text(str):
    """English text that remembers the reason and the parameters that it was rendered from."""

    reason: str
    hint: str | None
    params: Mapping[str, Any]

    @classmethod
    def of(cls, text: str, reason: str, hint: str | None, params: Mapping[str, Any]) -> "Text":
        """Return a text with its origin."""
        made = cls(text)
        made.reason, made.hint, made.params = reason, hint, params
        return made


@dataclass(frozen=True)
class Message:
    """One entry of the catalogue: a stable reason, and the English text and hint with their {parameters}."""

    reason: str
    text: str
    hint: str | None = None
    parameters: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = _PARAMETER.findall(f"{self.text} {self.hint or ''}")
        object.__setattr__(self, "parameters", frozenset(names))

    def __call__(self, **params: Any) -> Text:
        """Render the message. Raises TypeError when a parameter is missing or unknown."""
        if params.keys() != self.parameters:
            raise TypeError(f"{self.reason} takes {sorted(self.parameters)}, not {sorted(params)}")
        hint = self.hint and _filled(self.hint, params)
        return Text.of(_filled(self.text, params), self.reason, hint, params)


def _filled(template: str, params: Mapping[str, Any]) -> str:
    return _PARAMETER.sub(lambda found: _written(params[found[1]]), template)


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON: a text inside a message keeps its own reason and parameters."""
    return {name: _plain(value) for name, value in params.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return {"reason": value.reason, "message": str(value), "params": plain(value.params)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)
