"""Folders of projects that outlive what uses them: those of notebooks, volumes and caches."""

import os
import re
from pathlib import Path

from cubestudio.core.cluster.local.folder import Refused

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}")


class Homes:
    """Below one root: a folder for each project, and in it one for each name."""

    def __init__(self, root: Path):
        self._root = root

    def of(self, project: str, name: str | None = None) -> Path:
        """Where it is, or would be. Refused when a name could lead elsewhere."""
        if not all(_PLAIN.fullmatch(each) for each in (project, name) if each is not None):
            raise Refused(f"folder {name!r} of project {project!r} has no plain name")
        return self._root / project / name if name is not None else self._root / project

    @staticmethod
    def name(project: str, name: str) -> str:
        """Its path below the platform's folder."""
        return f"folders/{project}/{name}"

    def made(self, project: str, name: str, uid: int | None) -> Path:
        """The folder, which is there afterwards and is its user's alone. It lies in folders of ours, so that
        nobody can put something else in its place; what is below it is no business of ours."""
        path = self.of(project, name)
        for each in (path.parent.parent, path.parent):
            each.mkdir(exist_ok=True)
            each.chmod(0o711)
        path.mkdir(exist_ok=True, mode=0o700)
        if uid is not None:
            os.chown(path, uid, uid, follow_symlinks=False)
        return path
