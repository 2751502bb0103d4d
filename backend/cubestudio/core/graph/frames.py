"""A message to many sockets is made into a frame once, and written by each without a way through tasks and
queues."""

WRITE_NOW = "cube.write_now"
"""In the scope of a WebSocket: takes a frame and writes it; False when it has to wait, or when the connection
is at its end."""


def framed(message: bytes) -> bytes:
    """A message of text as a server sends it (RFC 6455, section 5.2)."""
    size = len(message)
    if size < 126:
        return bytes((0x81, size)) + message
    if size < 2**16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + message
    return b"\x81\x7f" + size.to_bytes(8, "big") + message
