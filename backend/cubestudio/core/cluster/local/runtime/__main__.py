"""Run as `python -I -S <this folder>`: start the forkserver with nothing on the path but the standard library
and this package."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[5])

from cubestudio.core.cluster.local.runtime import forkserver  # noqa: E402

forkserver.main()
