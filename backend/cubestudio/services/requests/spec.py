"""One request as it is written down, and how many tokens of a language model an answer says it took. Pure."""

import re
from dataclasses import dataclass

TAIL = 16 * 1024
"""Bytes of the end of an answer in which its tokens are looked for."""
_TOTAL = re.compile(rb'"total_tokens"\s*:\s*(\d{1,12})')
_OLLAMA = re.compile(rb'"(?:prompt_)?eval_count"\s*:\s*(\d{1,12})')
_EVENT = re.compile(rb"^data: ?\{", re.MULTILINE)


@dataclass(kw_only=True, frozen=True)
class Line:
    """A request that was answered. `key`: the id of the key that it came with."""

    id: str
    service: str
    number: int | None
    caller: str
    key: str | None
    method: str
    path: str
    status: int
    milliseconds: float
    size: int
    tokens: int | None
    at: float
    """Seconds since 1970."""

    @property
    def day(self) -> int:
        return int(self.at) // 86_400


class Heard:
    """An answer as it passes: its bytes are counted, and of JSON and streams of events the tokens that it
    says it took: the `usage` of OpenAI's protocol or Ollama's counts. A stream that does not say counts one
    for each of its events."""

    def __init__(self) -> None:
        self.size = 0
        self.speaks = self.streams = False
        self._tail = b""
        self._events = 0

    def head(self, kind: str) -> None:
        """The answer begins, with this content type."""
        self.streams = kind.startswith("text/event-stream")
        self.speaks = self.streams or "json" in kind

    def piece(self, data: bytes) -> None:
        self.size += len(data)
        if self.speaks:
            if self.streams:
                self._events += len(_EVENT.findall(data))
            self._tail = (self._tail + data)[-TAIL:]

    @property
    def tokens(self) -> int | None:
        if found := _TOTAL.findall(self._tail):
            return int(found[-1])
        if found := _OLLAMA.findall(self._tail):
            return sum(map(int, found[-2:]))
        return self._events if self.streams and b'"choices"' in self._tail else None
