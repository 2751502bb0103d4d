"""Importing what runs on the platform's own machine, which takes seconds."""

import gc
import importlib
import os
from types import ModuleType


def load(name: str) -> ModuleType:
    """Import a module of `cubestudio.cli`. The garbage collector is off meanwhile, as imports leave no
    garbage; files that the process creates are for the platform's user alone."""
    os.umask(0o077)
    gc.disable()
    try:
        return importlib.import_module(f"cubestudio.cli.{name}")
    finally:
        gc.enable()
