"""Builds the console into the wheel, so that an installed package needs no node."""

import os
import shutil
import subprocess
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Console(BuildHookInterface):
    """Runs before a wheel or source archive is packed; an editable installation is left alone."""

    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        if (
            version == "editable"
            or os.environ.get("CUBE_SKIP_WEB")
            or (root / "backend/cubestudio/static/index.html").exists()
        ):
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(
                "The console must be built first: install node 20 or later, or run `make web`; "
                "CUBE_SKIP_WEB=1 leaves it out."
            )
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=root / "web", check=True)
        subprocess.run([npm, "run", "build"], cwd=root / "web", check=True)
