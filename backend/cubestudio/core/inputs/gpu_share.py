"""A share of a GPU as people write it: a part of each GPU, or an amount of its memory. Pure."""

import math
import re
from dataclasses import dataclass

from cubestudio.core import messages

_PART = re.compile(r"(?:0{0,3})\.(\d{1,2})0{0,9}")
_MEMORY = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([MGT])i?B?", re.IGNORECASE)
MOST = 2**24
"""MiB of one GPU; what divides GPUs counts in numbers of 32 bits."""


@dataclass(frozen=True)
class Share:
    """What is requested of each GPU: `percent` (1 to 99) of its memory and computing time, or `memory` in
    MiB; the other is 0."""

    percent: int = 0
    memory: int = 0

    def __str__(self) -> str:
        if self.percent:
            return f"{self.percent / 100:g}"
        return f"{self.memory // 1024}Gi" if self.memory % 1024 == 0 else f"{self.memory}Mi"

    @property
    def words(self) -> str:
        """For messages: `0.5 of a GPU`, `8Gi of a GPU's memory`."""
        return f"{self} of a GPU" if self.percent else f"{self} of a GPU's memory"


def read(text: str) -> Share:
    """The share that a text such as 0.5, 8Gi or 512Mi requests (8G and 8Gi are both 8 GiB); ValueError with
    the rule when it is none."""
    said = text.strip()
    if found := _PART.fullmatch(said):
        percent = int(found[1].ljust(2, "0"))
        if percent:
            return Share(percent=percent)
    elif found := _MEMORY.fullmatch(said):
        memory = math.ceil(float(found[1]) * {"M": 1, "G": 2**10, "T": 2**20}[found[2].upper()])
        if 1 <= memory <= MOST:
            return Share(memory=memory)
    raise ValueError(messages.GPU_SHARE_INVALID(value=repr(said[:40])))
