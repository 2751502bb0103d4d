"""What may be asked of a cluster: resources and what the code finds around it, as people write it. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cubestudio.core.errors import Fault, Invalid

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]i?)?B?", re.IGNORECASE)


class Strict(BaseModel):
    """Nothing unknown is accepted, so that a typing error is found and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def size(value: Any) -> int:
    """Bytes from a number or from text such as 512Mi, 2G, 1.5Gi (G and Gi are both 2**30, as the incumbent has it)."""
    if isinstance(value, bool) or value is None:
        raise ValueError("memory is a number of bytes or text such as 512Mi or 2Gi")
    if isinstance(value, int | float):
        return int(value)
    match = _SIZE.fullmatch(str(value).strip())
    if not match:
        raise ValueError("memory is a number of bytes or text such as 512Mi or 2Gi")
    power = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}[(match[2] or "")[:1].upper()]
    return int(float(match[1]) * 2 ** (10 * power))


class Resources(Strict):
    """What a pod asks for and may use: cores, bytes, cards."""

    cpu: float = Field(0.25, gt=0, le=1024)
    memory: int = Field(256 * 2**20, ge=2**20, le=2**50)
    gpu: int = Field(0, ge=0, le=1024)

    @field_validator("memory", mode="before")
    @classmethod
    def _memory(cls, value: Any) -> int:
        return size(value)


class Environment(Strict):
    """What the code finds around it: on this machine Python with packages (or the bare machine when nothing is said),
    on Kubernetes the container image."""

    python: str | None = Field(None, pattern=r"^3(\.\d{1,2}){0,2}$")
    requirements: tuple[str, ...] = ()
    image: str | None = Field(None, max_length=500)

    @field_validator("requirements")
    @classmethod
    def _plain(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for line in value:
            if line.lstrip().startswith("-") or "\n" in line or len(line) > 500 or "://" in line or "@" in line:
                raise ValueError(f"{line[:60]!r} is not a plain requirement such as pandas>=2; options and addresses are not taken")
        return value

    @property
    def host(self) -> bool:
        return self.python is None and not self.requirements


class Variables(Strict):
    """Variables that people set for what runs: `env` in the clear, `secrets` sealed where they are kept."""

    taken: ClassVar[tuple[str, ...]] = ("CUBE_", "HOME", "PATH", "TMPDIR")
    """What a name must not begin with."""
    env: dict[str, str] = {}
    secrets: dict[str, str] = {}

    @field_validator("env", "secrets")
    @classmethod
    def _names(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if not _VARIABLE.fullmatch(name) or name.upper().startswith(cls.taken):
                raise ValueError(
                    f"{name[:60]!r} cannot be the name of a variable here: letters, digits and _, and none of the platform's own"
                )
        return value

    @model_validator(mode="after")
    def _twice(self) -> Self:
        if both := sorted(set(self.env) & set(self.secrets)):
            raise ValueError(f"{both[0]} is both a variable and a secret")
        return self

    def sealed(self, seal: Callable[[str], str]) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump(mode="json") | {"secrets": {name: seal(value) for name, value in self.secrets.items()}}


def amended(kept: Mapping[str, Any], told: Mapping[str, Any], unseal: Callable[[str], str]) -> dict[str, Any]:
    """What was `sealed`, with what is said now in its place; in `secrets`, null keeps the value that is there. In the clear."""
    secrets = {name: unseal(value) for name, value in kept["secrets"].items()}
    whole = {**kept, "secrets": secrets, **told}
    if "secrets" in told:
        if not isinstance(told["secrets"], dict):
            raise Invalid("secrets is an object of names and values.", field="secrets")
        whole["secrets"] = {name: secrets.get(name, "") if value is None else value for name, value in told["secrets"].items()}
    return whole


def faults_of(error: Any, at: str = "") -> list[Fault]:
    """A pydantic error as faults with paths such as steps[2].args."""
    faults = []
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        path = at
        for part in detail["loc"]:
            path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
        message = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "extra_forbidden":
            message = f"{detail['loc'][-1]} is not known here"
        elif detail["type"] == "missing":
            message = f"{detail['loc'][-1]} is missing"
        faults.append(Fault(message, path or None))
    return faults
