"""What Argo's executor writes into the output of a step, between what the step wrote.

The executor starts the command of every pod of a workflow and logs to the same stream: lines of Go's slog or
logrus, as text or JSON, with the field argo=true, and, after a command that failed, the line `Error: exit
status N` of its own command line. They are told by their exact form and left out. Nothing relies on their
being there: which there are depends on the version."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

MOST = 16_384
"""Bytes of a line of the executor's."""
WORKFLOW = "workflows.argoproj.io/workflow"
_LEVELS = rb"(?:debug|info|warn(?:ing)?|error|DEBUG|INFO|WARN|ERROR)"
_FIELD = rb'(?: [A-Za-z_][\w.]*=(?:"(?:[^"\\]|\\.)*"|[^\s"]*))'
_TEXT = re.compile(rb'time="?[0-9T:.+Z-]+"? level=' + _LEVELS + _FIELD + rb"*? argo=true" + _FIELD + rb"*\s*")
_ERROR = re.compile(rb"Error: (?:exit status \d+|signal: [a-z ]+(?: \(core dumped\))?)\s*")


def marked(body: Mapping[str, Any]) -> bool:
    """Whether Argo's executor runs in a pod."""
    return WORKFLOW in (body["metadata"].get("labels") or {})


class Filter:
    """Tells the executor's lines from those of a step. An error's line counts as its own only right after one
    of the others."""

    def __init__(self) -> None:
        self._after = False

    def left(self, line: bytes) -> bytes:
        """What the step wrote of a line, with its end: all of it, nothing, or what it left without an end
        before the executor's."""
        head, mark, tail = line.rpartition(b"time=")
        if mark and len(tail) <= MOST and _TEXT.fullmatch(mark + tail):
            self._after = True
            return head
        own = _json(line) or (self._after and bool(_ERROR.fullmatch(line)))
        self._after = own and line.startswith(b"{")
        return b"" if own else line


def _json(line: bytes) -> bool:
    if not line.startswith(b"{") or b'"argo":true' not in line or len(line) > MOST:
        return False
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return isinstance(found, dict) and found.get("argo") is True and {"time", "level", "msg"} <= found.keys()
