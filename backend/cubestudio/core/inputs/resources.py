"""Resources as people write them: cores, memory, GPUs and other devices. Pure."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from cubestudio.core import messages
from cubestudio.core.inputs.definition import At, matching
from cubestudio.core.inputs.gpu_share import read as gpu_share_of
from cubestudio.core.inputs.strict import Strict

_GPUS = re.compile(r"([0-9.]{1,30}\s*[A-Za-z]{0,3})(?:[(（]([A-Za-z0-9._-]{1,63})[)）])?")
_SIZE = re.compile(r"(\d{1,20}(?:\.\d{1,20})?)\s*([KMGT]i?)?B?", re.IGNORECASE)


def size(value: Any) -> int:
    """Bytes from a number or from text such as 512Mi, 2G, 1.5Gi (G and Gi are both 2**30, as the incumbent
    has it)."""
    if isinstance(value, bool) or value is None:
        raise ValueError(messages.MEMORY_INVALID())
    if isinstance(value, int | float):
        return int(value)
    match = _SIZE.fullmatch(str(value).strip())
    if not match:
        raise ValueError(messages.MEMORY_INVALID())
    power = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}[(match[2] or "")[:1].upper()]
    return int(float(match[1]) * 2 ** (10 * power))


class Resources(Strict):
    """What a pod requests and may use: cores, bytes, GPUs, of which kind these are (as nodes of Kubernetes
    are labelled), and what part of each (`0.5`, `8Gi`; empty: all of it); further devices by their names in
    the table of the installation, and devices of the device classes of a cluster."""

    cpu: float = Field(0.25, gt=0, le=1024)
    memory: int = Field(256 * 2**20, ge=2**20, le=2**50)
    gpu: int = Field(0, ge=0, le=1024)
    gpu_type: Annotated[
        str, matching(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?", messages.GPU_TYPE_INVALID)
    ] = ""
    gpu_share: str = ""
    devices: dict[
        Annotated[str, matching(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", messages.DEVICE_NAME_INVALID)],
        Annotated[int, Field(ge=1, le=1024)],
    ] = Field({}, max_length=16)
    claims: dict[
        Annotated[str, matching(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", messages.DEVICE_CLASS_INVALID)],
        Annotated[int, Field(ge=1, le=32)],
    ] = Field({}, max_length=16)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """Number and kind in one text, 2(A100), as the incumbent writes them; and a share in place of the
        number: 0.5, 8Gi(A100)."""
        if not isinstance(value, Mapping):
            return value
        told = value.get("gpu")
        if isinstance(told, float) and 0 < told < 1:
            return {**value, "gpu": 1, "gpu_share": f"{told:.12f}".rstrip("0")}
        if isinstance(told, str) and (found := _GPUS.fullmatch(told.strip())):
            kind = {"gpu_type": found[2]} if found[2] else {}
            whole = found[1].strip().isdecimal()
            return {
                **value,
                **({"gpu": int(found[1])} if whole else {"gpu": 1, "gpu_share": found[1]}),
                **kind,
            }
        return value

    @field_validator("gpu_share")
    @classmethod
    def _share(cls, value: str) -> str:
        return str(gpu_share_of(value)) if value.strip() else ""

    @model_validator(mode="after")
    def _of(self) -> Self:
        if self.gpu_share and not self.gpu:
            raise At(messages.GPU_SHARE_WITHOUT_GPU(share=self.gpu_share), "gpu")
        return self

    @property
    def requests(self) -> dict[str, Any]:
        """As a task has them."""
        parts = gpu_share_of(self.gpu_share) if self.gpu_share else None
        return {
            "cpu": self.cpu,
            "memory": self.memory,
            "gpu": self.gpu,
            "gpu_type": self.gpu_type,
            "gpu_share": parts,
            "devices": self.devices,
            "claims": self.claims,
        }

    @field_validator("memory", mode="before")
    @classmethod
    def _memory(cls, value: Any) -> int:
        return size(value)
