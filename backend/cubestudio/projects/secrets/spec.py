"""How secrets are named, and how they are taken out of what code prints: every byte of one becomes a star, so
that positions in a log stay what they are. Pure."""

import re
from collections.abc import Iterable

from cubestudio.core.cluster.port import LogSegment

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
TAKEN = ("CUBE_", "KFJ_", "HOME", "PATH", "TMPDIR", "LD_")
"""What a name must not begin with: it becomes a variable of what runs."""
SHORTEST = 6
"""Characters of a value, or of a line of one, below which it is not looked for: it would be found
everywhere."""


def fit(name: str) -> bool:
    """Whether it can be the name of a secret."""
    return bool(NAME.fullmatch(name)) and not name.upper().startswith(TAKEN)


class Mask:
    """Looks for these values, and for each line of those that have several."""

    def __init__(self, values: Iterable[str]):
        lines = {line.strip().encode() for value in values for line in value.splitlines()}
        self._wanted = sorted((line for line in lines if len(line) >= SHORTEST), key=len, reverse=True)
        self._pattern = re.compile(b"|".join(map(re.escape, self._wanted))) if self._wanted else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def bytes(self, data: bytes) -> bytes:
        """The same number of bytes without the values."""
        return self._pattern.sub(lambda found: b"*" * len(found[0]), data) if self._pattern else data

    def text(self, words: str | None) -> str | None:
        return self.bytes(words.encode()).decode(errors="replace") if words and self._pattern else words

    def ready(self, data: bytes) -> int:
        """How many bytes can be judged without what comes after them: at the end there may be the beginning
        of a value."""
        longest = len(self._wanted[0]) - 1 if self._wanted else 0
        cut = len(data)
        for size in range(min(longest, len(data)), 0, -1):
            end = data[-size:]
            if any(len(line) > size and line.startswith(end) for line in self._wanted):
                cut -= size
                break
        for found in self._pattern.finditer(data) if self._pattern else ():
            if found.start() < cut < found.end():
                return found.start()
        return cut


class Stream:
    """A log masked piece by piece: what cannot be judged yet waits for what comes after it."""

    def __init__(self, mask: Mask):
        self._mask = mask
        self._rest: LogSegment | None = None

    def next(self, pieces: list[LogSegment]) -> list[LogSegment]:
        """What can be kept of these pieces, which follow each other and the former ones."""
        if not self._mask:
            return pieces
        together = [self._rest, *pieces] if self._rest else pieces
        data = b"".join(piece.data for piece in together)
        stamps = tuple(stamp for piece in together for stamp in piece.stamps)
        start, cut = together[0].start, self._mask.ready(data)
        before = tuple(stamp for stamp in stamps if stamp[0] < start + cut)
        self._rest = LogSegment(start + cut, data[cut:], stamps[len(before) :]) if cut < len(data) else None
        return [LogSegment(start, self._mask.bytes(data[:cut]), before)] if cut else []

    def rest(self) -> list[LogSegment]:
        """What waits still, at the end."""
        rest, self._rest = self._rest, None
        return [LogSegment(rest.start, self._mask.bytes(rest.data), rest.stamps)] if rest else []
