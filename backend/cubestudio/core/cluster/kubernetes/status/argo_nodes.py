"""The nodes in an Argo Workflow's status: how Argo packs them, and which of them says why something failed.
Pure.

A step is a node of type Retry, which never says more than "No more retries left": the reason is in its last
child. Whatever was refused before a pod existed (a quota, an admission webhook, a manifest) is told there and
nowhere else.
"""

import base64
import gzip
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import brotli
import zstandard

from cubestudio.core.cluster import messages
from cubestudio.core.errors import Invalid

MOST = 256 * 2**20
"""Bytes of a status when it is unpacked."""
_ZSTD, _GZIP = b"\x28\xb5\x2f\xfd", b"\x1f\x8b"
_HOLDERS = ("Retry", "Steps", "StepGroup", "DAG", "TaskGroup")
_SILENT = ("No more retries left", "child '")
"""How messages begin that only point to another node."""


def offloaded(status: Mapping[str, Any]) -> bool:
    """Whether Argo keeps the nodes of a workflow in a database of its own, where we do not see them."""
    return (
        bool(status.get("offloadNodeStatusVersion"))
        and not status.get("nodes")
        and not status.get("compressedNodes")
    )


def unpacked(data: bytes) -> bytes:
    """A compressed status as Argo reads it: zstd and gzip by their first bytes, everything else is brotli,
    which has none. Raises Invalid when it is none of them, or larger than anything that a cluster takes."""
    try:
        if data.startswith(_ZSTD):
            found = zstandard.ZstdDecompressor().stream_reader(data).read(MOST + 1)
        elif data.startswith(_GZIP):
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                found = file.read(MOST + 1)
        else:
            found = brotli.Decompressor().process(data, output_buffer_limit=MOST + 1)
    except (OSError, EOFError, zstandard.ZstdError, brotli.error) as error:
        raise Invalid(messages.ARGO_STATUS_PACKED(problem=error)) from error
    if len(found) > MOST:
        raise Invalid(messages.ARGO_STATUS_TOO_LARGE(most=MOST))
    return found


def nodes(status: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The nodes of a workflow's status by their ids. Raises Invalid when they cannot be read."""
    if packed := status.get("compressedNodes"):
        try:
            return json.loads(unpacked(base64.b64decode(packed)))
        except ValueError as error:
            raise Invalid(messages.ARGO_STATUS_UNREADABLE(problem=error)) from error
    return status.get("nodes") or {}


def attempts(node: Mapping[str, Any], all_nodes: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The children of a step's node in their order, those that are known."""
    return [all_nodes[child] for child in node.get("children") or () if child in all_nodes]


def message(node: Mapping[str, Any], all_nodes: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return what Argo says of a node, from the innermost node with a message; None when none has one."""
    seen: set[str] = set()
    found: str | None = None
    while True:
        text = node.get("message")
        if text and not str(text).startswith(_SILENT):
            found = str(text)
        seen.add(str(node.get("id")))
        below = [each for each in attempts(node, all_nodes) if str(each.get("id")) not in seen]
        bad = [each for each in below if each.get("phase") in ("Failed", "Error", "Pending")]
        if node.get("type") not in _HOLDERS or not below:
            return found
        node = (bad or below)[-1]


def pending(said: str | None) -> tuple[str | None, str | None]:
    """(reason, sentence) of a step whose pod is not made yet, from what Argo says of it."""
    if not said or said.startswith("Backoff for "):
        return None, None
    return (
        "Quota" if "exceeded quota" in said else "Held"
    ), f"its pod cannot be made yet: {strip_prefix(said)}"


def refused(said: str | None, node: Mapping[str, Any]) -> tuple[str, str]:
    """(reason, sentence) of a step whose last attempt failed and whose pod we do not know, from what Argo
    says of it and from the node of that attempt: one that was on a machine had a pod, of which the news is
    late or which is gone."""
    if not said:
        return "Error", "no reason given"
    if said == "pod deleted":
        return "Deleted", "its pod was deleted from the cluster"
    if node.get("phase") != "Error" or node.get("hostNodeName"):
        return "Error", strip_prefix(said)
    return "Refused", f"its pod could not be made: {strip_prefix(said)}"


def strip_prefix(said: str) -> str:
    """What the API server said, without what its clients put around it."""
    found = re.sub(r'^(?:pods|admission) "[^"]*" is forbidden: ', "", said.strip())
    return found[:1000]
