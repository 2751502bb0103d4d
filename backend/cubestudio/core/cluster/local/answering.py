"""Whether a server of this machine answers."""

import asyncio
from pathlib import Path

from cubestudio.core.cluster.local.reach import Stream
from cubestudio.core.errors import NotFound

SECONDS = 3.0
MOST = 65536


async def answers(port: int, path: str, pod: Path | None = None) -> bool:
    """Whether GET `path` on a port of this machine (or of a pod that has a network of its own) is answered
    with 2xx or 3xx."""
    try:
        async with asyncio.timeout(SECONDS):
            stream = await Stream.open(port, pod)
            try:
                await stream.send(
                    f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n".encode()
                )
                head = b""
                while b"\r\n" not in head and len(head) < MOST and (data := await stream.receive()):
                    head += data
            finally:
                await stream.close()
    except (OSError, TimeoutError, NotFound):
        return False
    words = head.split(b"\r\n")[0].split()
    return len(words) > 1 and words[0].startswith(b"HTTP/") and words[1][:1] in (b"2", b"3")
