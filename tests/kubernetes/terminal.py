"""A shell on a pseudo-terminal, as the runtime of a node has it for `kubectl exec`."""

import asyncio
import contextlib
import fcntl
import os
import pty
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from cubestudio.core.cluster.local.reach import Pty


def _control() -> None:
    """In the child: the terminal is its own, so that Ctrl-C reaches what runs in it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal(Pty):
    """A running shell on a pseudo-terminal."""

    def __init__(self, master: int, process: asyncio.subprocess.Process):
        super().__init__(master)
        self._process = process

    @classmethod
    async def start(
        cls, env: Mapping[str, str], folder: Path, words: Sequence[str], rows: int, columns: int
    ) -> "Terminal":
        master, slave = pty.openpty()
        try:
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                cwd=folder,
                start_new_session=True,
                env={**env, "TERM": "xterm-256color", "PS1": "$ "},
                preexec_fn=_control,
            )
        except BaseException:
            os.close(master)
            raise
        finally:
            os.close(slave)
        made = cls(master, process)
        await made.resize(rows, columns)
        return made

    async def close(self) -> None:
        """End the shell and what it started."""
        if not self._open:
            return
        self._open = False
        with contextlib.suppress(psutil.NoSuchProcess):
            shell = psutil.Process(self._process.pid)
            for process in [
                *shell.children(recursive=True),
                shell,
            ]:  # jobs of a shell have groups of their own
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        await self._process.wait()
        os.close(self._controlling)
