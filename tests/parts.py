"""Real parts for tests: programs of the machine, ports."""

import contextlib
import os
import shutil
import socket
import subprocess
import time as stdtime

import pytest

PATH = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def needs(program: str) -> str:
    found = shutil.which(program, path=PATH)
    if not found:
        pytest.skip(f"{program} is not on this machine")
    return found


def wait_port(port: int, process: subprocess.Popen, seconds: float = 40) -> None:
    end = stdtime.monotonic() + seconds
    while stdtime.monotonic() < end:
        assert process.poll() is None, "the server ended at once"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        stdtime.sleep(0.05)
    raise TimeoutError(f"nothing answers at {port}")
