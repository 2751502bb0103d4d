"""The platform of this machine, as its settings have it."""

import contextlib
import json

from cubestudio.core import log
from cubestudio.core.config import Settings


def settings() -> Settings:
    """Return the settings of this machine's platform, with logging set up by them."""
    found = Settings.read()
    log.setup(found.log_level, found.log_json)
    return found


def quiet() -> Settings:
    """Return the same for commands whose output is not that of a service: warnings only, unless more is
    wanted."""
    found = settings()
    log.setup("WARNING" if found.log_level == "INFO" else found.log_level, found.log_json)
    return found


def address(local: Settings | None = None) -> str:
    """Return the address of this machine's platform."""
    local = local or Settings.read()
    with contextlib.suppress(OSError, ValueError, KeyError):
        return json.loads((local.home / "server.json").read_text())["url"]
    return local.public_url or f"http://localhost:{local.port}"
