"""System calls that Python's standard library does not offer. Each raises OSError with the kernel's reason.

Everything here works with `ctypes` alone, because the processes that use it are forked for each pod and must
import little. On systems other than Linux `LIBC` is None and nothing else in this module may be called.
"""

import ctypes
import os
import platform
import signal
import struct
import sys

LINUX = sys.platform == "linux"
LIBC = ctypes.PyDLL(None, use_errno=True) if LINUX else None
"""PyDLL, not CDLL: the interpreter lock is held across a call, so that a child made by `clone` finds it as a
fork would leave it."""

NEWNS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
MNT_DETACH = 2
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV = 1, 2, 4

_NUMBERS = {
    "x86_64": {"clone": 56, "pivot_root": 155, "capset": 126, "mount_setattr": 442, "seccomp": 317},
    "aarch64": {"clone": 220, "pivot_root": 41, "capset": 91, "mount_setattr": 442, "seccomp": 277},
}
NUMBERS = _NUMBERS.get(platform.machine(), {})
"""System call numbers of this machine; empty on an architecture that has not been tried, which then has no
sandbox."""


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _call(name: str, *args: object) -> int:
    if name not in NUMBERS:
        raise OSError(38, f"{name}: not available on {platform.machine()}")
    return _check(LIBC.syscall(ctypes.c_long(NUMBERS[name]), *args), name)


def mount(
    source: str | None, target: str, kind: str | None = None, flags: int = 0, data: str | None = None
) -> None:
    """mount(2); paths are bytes of the file system, also when they are not UTF-8."""
    words = (None if word is None else os.fsencode(word) for word in (source, target, kind))
    _check(
        LIBC.mount(*words, ctypes.c_ulong(flags), None if data is None else data.encode()), f"mount {target}"
    )


def bind(source: str, target: str, *, read_only: bool = False, recursive: bool = False) -> None:
    """Show a file or folder at another path; never with set-user-id programs or device files that work."""
    mount(source, target, None, MS_BIND | (MS_REC if recursive else 0))
    restrict(target, ATTR_NOSUID | ATTR_NODEV | (ATTR_RDONLY if read_only else 0), recursive=recursive)


def restrict(target: str, attributes: int, *, recursive: bool = False) -> None:
    """Add attributes (ATTR_*) to a mount, and with `recursive` to those below it."""
    told = struct.pack("QQQQ", attributes, 0, 0, 0)
    _call(
        "mount_setattr",
        -100,
        os.fsencode(target),
        ctypes.c_uint(0x8000 if recursive else 0),
        told,
        ctypes.c_size_t(len(told)),
    )


def unmount(target: str) -> None:
    """Detach a mount and what is below it."""
    _check(LIBC.umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")


def pivot_root(folder: str) -> None:
    """Make a mount point the root of this mount namespace and forget the old root."""
    os.chdir(folder)
    _call("pivot_root", b".", b".")
    unmount(".")
    os.chdir("/")


def unshare(flags: int) -> None:
    _check(LIBC.unshare(ctypes.c_int(flags)), "unshare")


def setns(descriptor: int, flags: int) -> None:
    _check(LIBC.setns(ctypes.c_int(descriptor), ctypes.c_int(flags)), "setns")


def clone(flags: int) -> int:
    """fork(2) into new namespaces: 0 in the child, its process id in the parent. Only for a process with one
    thread."""
    pid = _call("clone", ctypes.c_ulong(flags | signal.SIGCHLD), None, None, None, None)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
    return pid


def prctl(option: int, argument: int = 0) -> None:
    unused = ctypes.c_ulong(0)
    _check(LIBC.prctl(ctypes.c_int(option), ctypes.c_ulong(argument), unused, unused, unused), "prctl")


def drop_capabilities() -> None:
    """Give up every capability, now and for whatever is executed."""
    header = struct.pack("Ii", 0x20080522, 0)
    _call("capset", header, struct.pack("IIIIII", 0, 0, 0, 0, 0, 0))


PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = (
    1,
    4,
    36,
    38,
    24,
)
