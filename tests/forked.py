"""The command `cubestudio` in a process of its own that is copied from one which has imported everything:
what takes seconds is done once for all tests. What the command does then is what it always does, and kill -9
ends it as any process."""

import faulthandler
import io
import multiprocessing
import os
import signal
import sys
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["cubestudio.cli.main", "cubestudio.cli.serve"])


class Forked:
    """A process of the command, with those parts of `subprocess.Popen` that tests use."""

    def __init__(self, words: tuple[str, ...], env: dict[str, str], out: Path, umask: int = 0o022):
        self._process = CONTEXT.Process(target=_command, args=(words, env, out, umask), daemon=True)
        self._process.start()
        self.pid: int = self._process.pid  # ty: ignore

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"process {self.pid} goes on after {timeout} s")
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _command(words: tuple[str, ...], env: dict[str, str], out: Path, umask: int) -> None:
    from cubestudio.__main__ import main

    os.umask(umask)
    os.environ.clear()
    os.environ.update(env)
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number in (1, 2):
        os.dup2(file, number)
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(open(number, "wb", closefd=False), write_through=True) for number in (1, 2)
    )
    faulthandler.enable(2)
    sys.argv = ["cubestudio", *words]
    main()
