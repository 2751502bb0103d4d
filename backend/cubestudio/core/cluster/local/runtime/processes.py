"""Processes as /proc tells of them: who descends from whom, what they use, and names that are not given
twice."""

import os
import sys

LINUX = sys.platform == "linux"
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")


def boot() -> str:
    """Names this start of the machine: a process id means nothing after the next."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return "boot"


BOOT = boot()


def _fields(pid: int | str) -> list[str]:
    """The fields of /proc/<pid>/stat after the name: state, parent, …"""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()


def ticks(pid: int | str) -> str:
    """When a process started, so that a reused id is told apart; "" when it is gone or cannot be told."""
    try:
        fields = _fields(pid)
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def descendants(pid: int) -> list[int]:
    """The living descendants of a process, nearest first."""
    if not LINUX:
        import psutil  # only where there is no /proc; never reached on Linux

        try:
            return [child.pid for child in psutil.Process(pid).children(recursive=True)]
        except psutil.Error:
            return []
    found = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        try:
            threads = os.listdir(f"/proc/{parent}/task")
        except OSError:
            continue
        for thread in threads:
            try:
                with open(f"/proc/{parent}/task/{thread}/children") as file:
                    below = [int(child) for child in file.read().split()]
            except OSError:
                continue
            found += below
            waiting += below
    return found


def others() -> list[int]:
    """All processes of this process namespace but its first, which is ours."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]


def cpu_seconds(pids: list[int]) -> float:
    total = 0.0
    for pid in pids:
        try:
            fields = _fields(pid)
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / _TICK
    return total


def memory(pids: list[int], shared: int = 0) -> int:
    """Bytes that processes use together. Pages that several map are counted once, by proportional shares;
    what is mapped of shared memory, and `shared` (what lies in their /dev/shm) with the files of memory that
    they hold open, are two views of much the same, of which the larger counts."""
    own = mapped = 0
    held: dict[int, int] = {}
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                for line in file:
                    if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                        size = int(line.split()[1]) * 1024
                        own, mapped = (
                            (own + size, mapped) if line.startswith("Pss_Anon") else (own, mapped + size)
                        )
        except OSError:
            own += _resident(pid)
        held |= _memory_files(pid)
    return own + max(mapped, shared + sum(held.values()))


def _resident(pid: int) -> int:
    try:
        return int(_fields(pid)[21]) * _PAGE
    except (OSError, ValueError):
        return 0


def _memory_files(pid: int) -> dict[int, int]:
    """{inode: bytes} of files without a name that live in memory (memfd_create) and are open."""
    found = {}
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return found
    for name in names:
        path = f"/proc/{pid}/fd/{name}"
        try:
            if os.readlink(path).startswith("/memfd:"):
                status = os.stat(path)
                found[status.st_ino] = status.st_blocks * 512
        except OSError:
            continue
    return found
