"""A container's output by byte position, though Kubernetes finds it by time alone.

The server puts a time before every line and can begin at a second. We count bytes without those times; to
resume, we ask from the second of the last line that is kept, and pass over what is kept already: lines with
an earlier time, and as many bytes of the lines with the same time as there are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from cubestudio.core.cluster.kubernetes import emissary
from cubestudio.core.cluster.kubernetes.client import Client
from cubestudio.core.cluster.port import LogSegment


def micros(stamp: bytes) -> int | None:
    """RFC 3339 with up to nine digits of a second, as microseconds since 1970; None when it is no time."""
    try:
        text = stamp.decode("ascii")
        whole, _, rest = text.partition(".")
        digits = (
            "".join(letter for letter in rest if letter.isdigit())
            if not ("+" in rest or "-" in rest)
            else rest.split("+")[0].split("-")[0]
        )
        zone = text[len(whole) + 1 + len(digits) :] if rest else ""
        base = datetime.fromisoformat(whole.removesuffix("Z") + (zone if zone not in ("", "Z") else "+00:00"))
    except (UnicodeDecodeError, ValueError):
        return None
    return int(base.timestamp()) * 1_000_000 + int((digits + "000000")[:6])


class Cursor:
    """Where in the output we are: `position` counts bytes; `anchor` is (position, microseconds) of the first
    byte that bears the latest time seen; `filtered` leaves out the lines of Argo's executor, which count
    nowhere. Times of two streams may be out of order by a little, so bytes are counted from the anchor."""

    def __init__(self, since: int, anchor: tuple[int, int] | None, filtered: bool = False):
        self.position = since
        self._filter = emissary.Filter() if filtered else None
        self.anchor = anchor
        self._skip = 0
        self._sought: int | None = None
        self._unsure = False
        """Whether a line that is not there is no sign of lines that were dropped."""
        self._open = since > 0
        """Whether the last line has no end yet, as far as is known."""

    def begin(self) -> str | None:
        """A stream begins: the second from which to ask; None: from the start."""
        if self.anchor is None:
            self._skip, self._sought = self.position, None
            return None
        self._skip, self._sought = self.position - self.anchor[0], self.anchor[1]
        return datetime.fromtimestamp(self.anchor[1] // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def take(self, line: bytes) -> tuple[bytes, int | None]:
        """(bytes that are new, their time or None) of one line as the server sent it."""
        head, _, rest = line.partition(b" ")
        at = micros(head)
        if at is None:
            rest = line
        if self._filter and not (rest := self._filter.left(rest)):
            return b"", None
        if self._sought is not None and at is not None:
            if at < self._sought:
                self._unsure = True  # older lines are there: what we have last was not dropped
                return b"", None
            if at > self._sought:  # the server no longer has what we kept last
                self._skip = 0
            self._sought = None
        if self._skip:
            passed = min(self._skip, len(rest))
            self._skip -= passed
            rest = rest[passed:]
            if not rest:
                return b"", None
        if at is not None and (self.anchor is None or at > self.anchor[1]):
            self.anchor = (self.position, at)
        self.position += len(rest)
        self._unsure = False
        self._open = not rest.endswith(b"\n")
        return rest, at

    def missing(self, line: bytes) -> str | None:
        """Words for what is gone before a line, once: a node keeps some 50 MiB of a container's output and
        drops the oldest. We ask from the second of a line that we have; when even that is not there any more,
        others may be gone too. Times of whole seconds are of remarks of ours, not of lines."""
        at = micros(line.partition(b" ")[0])
        if (
            self._sought is None
            or at is None
            or at <= self._sought
            or self._unsure
            or not self._sought % 1_000_000
        ):
            return None
        since, self._sought, self._skip = self._sought, None, 0
        return f"output of up to {(at - since) / 1e6:.3g} s is missing here: the node no longer has it"

    def remark(self, words: str, at: int | None) -> LogSegment:
        """A line of ours, of what happened at a time (microseconds): what is read next comes after it."""
        line = ("\n" if self._open else "").encode() + f"--- {words}\n".encode()
        start, last = self.position, self.anchor[1] if self.anchor else 0
        if at is not None and at > last:
            self.anchor = (start, at)
        self.position += len(line)
        self._open, self._unsure = False, True  # after it may come another life of the container
        return LogSegment(start, line, ((start, max(at or 0, last)),))


class Piece:
    """New bytes of whole lines, from `start` on, with the times at which lines begin."""

    def __init__(self, start: int):
        self.start = start
        self.data: list[bytes] = []
        self.stamps: list[tuple[int, int]] = []

    def add(self, position: int, fresh: bytes, at: int | None) -> None:
        """Append the new bytes of a line, which begin at `position`."""
        self.data.append(fresh)
        if at is not None and (not self.stamps or self.stamps[-1][1] != at):
            self.stamps.append((position, at))

    def log(self) -> LogSegment:
        return LogSegment(self.start, b"".join(self.data), tuple(self.stamps))


async def read(
    client: Client,
    path: str,
    container: str,
    cursor: Cursor,
    follow: bool,
    seconds: float | None,
    former: bool = False,
) -> AsyncIterator[LogSegment]:
    """Yield what the server has after the cursor, in pieces of whole lines; with `former`, the output of the
    container's previous run. `seconds`: how long the server may be silent.

    A line that breaks off is not taken: it comes again; the last line of a container that has ended may lack
    its end. A line without a time is not of the container: with status 200 its node says there why it has no
    log to give, and that is yielded as a remark."""
    query = {
        "container": container,
        "timestamps": "true",
        **({"follow": "true"} if follow else {}),
        **({"previous": "true"} if former else {}),
    }
    if begin := cursor.begin():
        query["sinceTime"] = begin
    refused = b""
    async for lines in client.lines(path, query, silence=seconds):
        piece = Piece(cursor.position)
        for line in lines:
            if follow and not line.endswith(b"\n"):
                continue
            if words := cursor.missing(line):
                yield cursor.remark(words, None)
                piece.start = cursor.position
            if micros(line.partition(b" ")[0]) is None:
                refused = line.strip() or refused
                continue
            position = cursor.position
            fresh, at = cursor.take(line)
            if fresh:
                piece.add(position, fresh, at)
        if piece.data:
            yield piece.log()
    if refused and not follow:
        yield cursor.remark(
            f"its node has no more of this log: {refused[:300].decode(errors='replace')}", None
        )
