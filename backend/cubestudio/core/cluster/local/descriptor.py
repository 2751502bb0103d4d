"""The variables of a pod of this machine."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cubestudio.core.cluster.local.environment import passed
from cubestudio.core.cluster.local.folder import METRICS
from cubestudio.core.cluster.local.state import PodRow
from cubestudio.core.cluster.port import Task, Text
from cubestudio.core.templating import plain

USER = "cube"
"""What programs are told that ask for the name of their user, which the machine does not know."""


def env(  # noqa: PLR0913
    row: PodRow,
    task: Task,
    run: Path,
    home: Path,
    join: Callable[[Text], str],
    value: Any,
    gpus: tuple[int, ...],
    prefix: str | None,
    more: Mapping[str, str],
) -> dict[str, str]:
    """`run`: the folder of the pod's data; `home`: where it works; `join` puts values of other steps into
    texts; `value`: that of its item of a fan-out; `prefix`: its Python environment; `more`: what its room
    gave it. What is ours comes last: nobody says it otherwise."""
    found = passed() | {name: join(text) for name, text in task.env.items()}
    index = "-" if row.item is None else str(row.item)
    found |= {name: secret.replace("$(CUBE_ITEM_INDEX)", index) for name, secret in task.secrets.items()}
    if prefix is not None:
        found["PATH"] = f"{prefix}/bin:{found.get('PATH', '/usr/bin:/bin')}"
        found["VIRTUAL_ENV"] = prefix
    cards = ",".join(map(str, gpus))
    found |= {"USER": USER, "LOGNAME": USER, "TMPDIR": "/tmp", **more}
    found |= {
        "HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "CUBE_POD_ID": row.id,
        "CUBE_ATTEMPT": str(row.attempt),
        "CUBE_INPUT_DIR": str(run / "in"),
        "CUBE_INPUT_VALUES": str(run / "in" / "values.json"),
        "CUBE_OUTPUT_DIR": str(run / "out"),
        "CUBE_METRICS": str(run / METRICS),
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": cards,
        "NVIDIA_VISIBLE_DEVICES": cards or "none",
    }
    if row.item is not None:
        found |= {"CUBE_ITEM": plain(value), "CUBE_ITEM_INDEX": str(row.item)}
    return found
