"""The graphics cards of this machine as NVML, the library of NVIDIA's driver, tells of them."""

import contextlib
from dataclasses import dataclass

import pynvml


@dataclass(frozen=True)
class Card:
    """One card: its number as CUDA counts in the order of the bus, its name (`NVIDIA H100 80GB HBM3`), bytes
    of its memory, and the number of its device file (/dev/nvidia<minor>)."""

    index: int
    name: str
    memory: int
    minor: int = 0

    def of(self, kind: str) -> bool:
        """Whether it is of a kind, told by a part of its name whatever its case and spaces: H100,
        Tesla-V100."""
        return _plain(kind) in _plain(self.name)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def find() -> tuple[tuple[Card, ...], str | None]:
    """The cards, or why there are none. Found once: a card does not come or go while a machine runs."""
    try:
        pynvml.nvmlInit()
        found = []
        for index in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            found.append(
                Card(
                    index,
                    str(pynvml.nvmlDeviceGetName(handle)),
                    int(pynvml.nvmlDeviceGetMemoryInfo(handle).total),
                    _minor(handle, index),
                )
            )
        return tuple(found), None
    except pynvml.NVMLError as error:
        return (), f"no GPU is offered: NVML says {error}"


def _minor(handle: object, index: int) -> int:
    try:
        return int(pynvml.nvmlDeviceGetMinorNumber(handle))
    except pynvml.NVMLError:
        return index


def sample(indexes: set[int]) -> dict[int, tuple[float, int]]:
    """What cards do now: the share of the last second in which they worked (0 to 1), and the bytes in use on
    them. A card that cannot be measured (one that is divided by MIG) is left out."""
    found = {}
    for index in indexes:
        with contextlib.suppress(pynvml.NVMLError):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            busy = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
            found[index] = (busy, int(pynvml.nvmlDeviceGetMemoryInfo(handle).used))
    return found
