"""A shell on a pseudo-terminal, as the runtime of a node has it for `kubectl exec`."""

import asyncio
import contextlib
import fcntl
import os
import pty
import shutil
import struct
import termios
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import psutil

PIECE = 65536


def _control() -> None:
    """In the child: the terminal is its own, so that Ctrl-C reaches what runs in it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A running shell on a pseudo-terminal."""

    def __init__(self, master: int, process: asyncio.subprocess.Process):
        self._master = master
        self._process = process
        self._open = True

    @classmethod
    async def start(cls, env: Mapping[str, str], folder: Path, uid: int | None, rows: int, columns: int) -> "Terminal":
        master, slave = pty.openpty()
        who: dict[str, Any] = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
        try:
            if uid is not None:
                os.fchown(slave, uid, uid)
            process = await asyncio.create_subprocess_exec(
                *(("bash", "--norc", "--noprofile") if shutil.which("bash") else ("/bin/sh",)), "-i", stdin=slave, stdout=slave, stderr=slave, cwd=folder, start_new_session=True,
                env={**env, "TERM": "xterm-256color", "PS1": "$ "}, preexec_fn=_control, **who,
            )  # fmt: skip
        except BaseException:
            os.close(master)
            raise
        finally:
            os.close(slave)
        os.set_blocking(master, False)
        made = cls(master, process)
        await made.resize(rows, columns)
        return made

    async def send(self, data: bytes) -> None:
        view = memoryview(data)
        while view and self._open:
            try:
                view = view[os.write(self._master, view) :]
            except BlockingIOError:
                await asyncio.sleep(0.01)
            except OSError:
                return

    async def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    async def output(self) -> AsyncIterator[bytes]:
        """What it writes, until it ends."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._master, ready.set)
        try:
            while True:
                await ready.wait()
                ready.clear()
                try:
                    data = os.read(self._master, PIECE)
                except BlockingIOError:
                    continue
                except OSError:  # Linux says so when the last one at the other side has left
                    return
                if not data:
                    return
                yield data
        finally:
            loop.remove_reader(self._master)

    async def close(self) -> None:
        """End the shell and what it started."""
        if not self._open:
            return
        self._open = False
        with contextlib.suppress(psutil.NoSuchProcess):
            shell = psutil.Process(self._process.pid)
            for process in [*shell.children(recursive=True), shell]:  # jobs of a shell have groups of their own
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        await self._process.wait()
        os.close(self._master)
