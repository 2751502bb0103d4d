"""Environment variables as people write them, in the clear and secret. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from pydantic import field_validator, model_validator

from cubestudio.core import messages
from cubestudio.core.errors import Invalid
from cubestudio.core.inputs.definition import At
from cubestudio.core.inputs.strict import Strict

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


class Variables(Strict):
    """Variables that people set for what runs: `env` in the clear, `secrets` sealed where they are kept,
    `project_secrets` by their names in the project, whose values they have when it starts."""

    taken: ClassVar[tuple[str, ...]] = ("CUBE_", "HOME", "PATH", "TMPDIR")
    """What a name must not begin with."""
    env: dict[str, str] = {}
    secrets: dict[str, str] = {}
    project_secrets: tuple[str, ...] = ()

    @field_validator("env", "secrets", "project_secrets")
    @classmethod
    def _names(cls, value: Any) -> Any:
        for name in value:
            if not _VARIABLE.fullmatch(name) or name.upper().startswith(cls.taken):
                raise ValueError(messages.VARIABLE_NAME_INVALID(name=repr(name[:60])))
        return value

    @property
    def given(self) -> frozenset[str]:
        """The secrets of the project that it needs when it starts."""
        return frozenset(self.project_secrets)

    @model_validator(mode="after")
    def _twice(self) -> Self:
        if both := sorted(set(self.env) & set(self.secrets)):
            raise At(messages.VARIABLE_IS_SECRET_TOO(name=both[0]), "secrets", both[0])
        if both := sorted(set(self.project_secrets) & {*self.env, *self.secrets}):
            raise At(messages.VARIABLE_IS_PROJECT_SECRET_TOO(name=both[0]), "project_secrets")
        return self

    def sealed(self, seal: Callable[[str], str]) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump(mode="json") | {
            "secrets": {name: seal(value) for name, value in self.secrets.items()}
        }


def amended(kept: Mapping[str, Any], told: Mapping[str, Any], unseal: Callable[[str], str]) -> dict[str, Any]:
    """What was `sealed`, with what is said now in its place; in `secrets`, null keeps the value that is
    there. In the clear."""
    secrets = {name: unseal(value) for name, value in kept["secrets"].items()}
    whole = {**kept, "secrets": secrets, **told}
    if "secrets" in told:
        if not isinstance(told["secrets"], dict):
            raise Invalid(messages.SECRETS_NOT_AN_OBJECT(), field="secrets")
        whole["secrets"] = {
            name: secrets.get(name, "") if value is None else value for name, value in told["secrets"].items()
        }
    return whole
