"""Does what must be done in folders that belong to a project, with the rights of that project and no others.

The control plane never reads, measures or deletes what people's code left: it asks an agent, over a socket,
and takes what comes as it would take anything from outside. An agent sees paths relative to the platform's
folder ("pods/<id>/data/out"). It answers one request after the other and ends when the socket closes, which
is also how a request is cancelled.

Requests are lines of JSON; answers are frames: kind (one byte), length (four bytes, big-endian), payload.
Kinds: J a result in JSON, D bytes of a file, E an error in JSON {"error": words}, which ends the request.

  {"do": "survey", "pod", "most"}               → {"values": base64 or null, "problem": words or null,
  "metrics": base64 or null, "files": bool} {"do": "collect", "pod", "shown", "most_bytes", "most_files"} → J
  {"files", "bytes"}, then for each part J {"path", "media"}, D …,
                                                  J {"end": true}; at last J {"warnings": […]}
  {"do": "clear", "paths": […], "most": n or null} → {"more": bool}: whether something is left in these
  folders, because there were more
                                                  than `most` entries; absolute paths are removed altogether
"""

import base64
import contextlib
import json
import os
import socket
import stat
import struct

from cubestudio.core.cluster import outputs

OUT = "data/out"


class Agent:
    def __init__(self, link: socket.socket):
        self.link = link

    def frame(self, kind: bytes, data: bytes) -> None:
        self.link.sendall(kind + struct.pack(">I", len(data)))
        self.link.sendall(data)

    def result(self, value: dict) -> None:
        self.frame(b"J", json.dumps(value).encode())

    def do(self, asked: dict) -> None:
        try:
            getattr(self, "do_" + asked.pop("do"))(**asked)
        except outputs.Refused as error:
            self.frame(b"E", json.dumps({"error": str(error)}).encode())
        except (OSError, ValueError, RecursionError) as error:
            if isinstance(error, (BrokenPipeError, ConnectionResetError)):
                raise
            self.frame(b"E", json.dumps({"error": str(error)}).encode())

    def do_survey(self, pod: str, most: int) -> None:
        """All that a pod left which is small: for most it is all there is."""
        found = {"values": None, "problem": None, "metrics": None, "files": False}
        folder = outputs.open_folder(f"pods/{pod}/{OUT}")
        try:
            try:
                found["values"] = _text(outputs.read("outputs.json", outputs.MOST_VALUES, folder))
            except FileNotFoundError:
                pass
            except outputs.Refused as error:
                found["problem"] = f"outputs.json {error}"
            with contextlib.suppress(OSError, outputs.Refused):
                found["metrics"] = _text(outputs.read("metrics.json", most, folder))
            with os.scandir(folder) as entries:
                found["files"] = any(entry.name != "outputs.json" for entry in entries)
        finally:
            os.close(folder)
        self.result(found)

    def do_collect(self, pod: str, shown: str, most_bytes: int, most_files: int) -> None:
        folder = outputs.open_folder(f"pods/{pod}/{OUT}")
        listing = outputs.Listing(folder, shown, most_bytes, most_files)
        self.result({"files": listing.files, "bytes": listing.bytes})
        for path, entries in listing.parts():
            if path == "outputs.json":  # these are values, which the survey told
                continue
            entry = entries[0]
            packed = len(entries) > 1 or entry.path != path
            media = outputs.PACKED if packed else entry.media
            self.result({"path": path, "media": media})
            if packed:
                outputs.archive(folder, path, entries, self._data, listing.omit)
            else:
                for data in outputs.contents(folder, entry, listing.omit):
                    self._data(data)
            self.result({"end": True})
        self.result({"warnings": listing.warnings()})
        os.close(folder)

    def _data(self, data: bytes) -> None:
        self.frame(b"D", data)

    def do_clear(self, paths: list[str], most: int | None) -> None:
        budget = Budget(most)
        for path in paths:
            try:
                folder = outputs.open_folder(path)
            except FileNotFoundError:
                continue
            try:
                empty(folder, budget)
            finally:
                os.close(folder)
            if os.path.isabs(path) and not budget.spent:
                os.rmdir(path)
        self.result({"more": budget.spent})


class Budget:
    """How many entries may still be deleted."""

    def __init__(self, most: int | None):
        self.left = most

    @property
    def spent(self) -> bool:
        return self.left is not None and self.left <= 0

    def take(self) -> None:
        if self.left is not None:
            self.left -= 1


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def empty(folder: int, budget: Budget) -> None:  # noqa: C901
    """Delete what is in a folder. However deep it is nested, two descriptors and no recursion are enough:
    folders below the first level are first moved up to it. What cannot be deleted is left, and raises at the
    end; what somebody else deleted meanwhile (an agent that was given up because it was slow goes on until it
    sees that) is no problem."""
    problem: OSError | None = None
    moved = 0
    waiting = _names(folder)
    while waiting and not budget.spent:
        name = waiting.pop()
        try:
            inner = _entered(name, folder, budget)
            if inner is None:
                continue
        except FileNotFoundError:
            continue
        except OSError as error:
            problem = error
            continue
        try:
            for below in _names(inner):
                if budget.spent:
                    return
                if _entered(below, inner, budget, stay=True) is not None:
                    moved += 1
                    above = f".cube-{moved}-{os.getpid()}"
                    os.rename(below, above, src_dir_fd=inner, dst_dir_fd=folder)
                    waiting.append(above)
            os.rmdir(name, dir_fd=folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            problem = error
        finally:
            os.close(inner)
    if problem and not budget.spent:
        raise problem


def _entered(name: str, folder: int, budget: Budget, *, stay: bool = False) -> int | None:
    """A descriptor of a folder in `folder`, opened for us even where its owner, who we are, had closed it
    (`stay`: 0 instead). What is no folder is deleted instead: None."""
    budget.take()
    mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if not stat.S_ISDIR(mode):
        os.unlink(name, dir_fd=folder)
        return None
    if mode & 0o700 != 0o700:
        os.chmod(name, 0o700, dir_fd=folder)
    return 0 if stay else outputs.open_folder(name, folder)


def _names(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def serve(link: socket.socket) -> None:
    agent = Agent(link)
    waiting = b""
    while True:
        data = link.recv(65536)
        if not data:
            return
        waiting += data
        *lines, waiting = waiting.split(b"\n")
        for line in lines:
            agent.do(json.loads(line))
