"""The Python that runs the launcher in images that may have none: whose it is, and how a pod comes to it.
Pure."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from cubestudio.core.cluster.kubernetes import security
from cubestudio.core.cluster.port import Task

NAME = "cube-python"
"""Of the container that comes first, and of the folder that it fills."""
PLACE = "/cube/python"
WORDS = (
    f"{PLACE}/ld.so",
    "--library-path",
    f"{PLACE}/shared",
    f"{PLACE}/bin/python3",
    "-I",
    "-S",
    "-X",
    "utf8",
)
"""How the Python that was brought is started; its loader is named, because images have another one or
none."""
OWN = ("RayJob", "SparkApplication", "TrainJob")
"""Resources whose pods are programs of a framework that is written in Python, or are made by a runtime that
takes no such container."""
VOLUME: dict[str, Any] = {"name": NAME, "emptyDir": {}}
MOUNT: dict[str, Any] = {"name": NAME, "mountPath": PLACE, "readOnly": True}


def brought(task: Task, usual: str, source: str, having: Sequence[str]) -> bool:
    """Whether a task's image gets a Python of ours. `usual`: the image of tasks that name none; `source`: the
    image that it would come from, "" for none; `having`: patterns of images that are known to have one.
    Whoever asks for packages needs a Python that is the image's own."""
    image = task.image
    if (
        not source
        or not image.name
        or image.name == usual
        or image.brought
        or image.requirements
        or task.builder
    ):
        return False
    if task.gang is not None and task.gang.kind in OWN:
        return False
    return not any(fnmatchcase(image.name, pattern) for pattern in having)


def container(source: str, policy: str, programs: dict[str, Any]) -> dict[str, Any]:
    """The container that brings it. `programs`: where the files of the launcher are mounted."""
    return {
        "name": NAME,
        "image": source,
        "imagePullPolicy": policy,
        "command": ["python3", f"{programs['mountPath']}/bring.py", PLACE],
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": security.CONTAINER,
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [programs, {**MOUNT, "readOnly": False}],
    }


def failed(body: Mapping[str, Any]) -> str | None:
    """Why a container that comes before ours failed, in words; None when none did."""
    for each in (body.get("status") or {}).get("initContainerStatuses") or ():
        ended = (
            (each.get("state") or {}).get("terminated")
            or (each.get("lastState") or {}).get("terminated")
            or {}
        )
        if ended.get("exitCode"):
            said = (
                str(ended.get("message") or "").strip()[-500:]
                or f"{ended.get('reason') or 'exit code'} {ended['exitCode']}"
            )
            if each.get("name") == NAME:
                return (
                    f"no Python could be brought to it from image {each.get('image') or '?'} "
                    f"(CUBE_PYTHON_IMAGE): {said}"
                )
            return f"what prepares it failed: {said}"
    return None
