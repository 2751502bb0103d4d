"""Importing what runs on the platform's own machine, which takes seconds, and which an installation without
the extra `server` does not have."""

import gc
import importlib
import importlib.util
import os
from types import ModuleType

from cubestudio.cli.kinds import failure


def has_server() -> bool:
    """Return whether the packages of the server are installed."""
    return importlib.util.find_spec("pydantic_settings") is not None


def load(name: str, package: str = "cubestudio.cli") -> ModuleType:
    """Import a module of a package. The garbage collector is off meanwhile, as imports leave no
    garbage; files that the process creates are for the platform's user alone. Raises Failed."""
    if not has_server():
        raise failure(
            "UNAVAILABLE",
            "This command runs the platform itself, and only the client is installed. Install the rest with "
            "`pip install 'cubestudio[server]'`.",
        )
    os.umask(0o077)
    gc.disable()
    try:
        return importlib.import_module(f"{package}.{name}")
    finally:
        gc.enable()
