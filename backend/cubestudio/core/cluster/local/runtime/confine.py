"""Take rights away from a process before it runs code that nobody has read.

The order matters: identity first (it needs rights), then capabilities, then `no_new_privs`, without which the
kernel takes no system call filter from a process without rights, and the filter last, because it forbids some
of the calls made here.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable

from cubestudio.core.cluster.local.runtime import syscalls

_DENIED = {
    "x86_64": (
        103,
        134,
        153,
        155,
        161,
        163,
        164,
        165,
        166,
        167,
        168,
        169,
        170,
        171,
        172,
        173,
        175,
        176,
        179,
        180,
        212,
        227,
        246,
        248,
        249,
        250,
        272,
        298,
        300,
        303,
        304,
        308,
        313,
        320,
        321,
        323,
        425,
        426,
        427,
        428,
        429,
        430,
        431,
        432,
        433,
        438,
        442,
        443,
        447,
        467,
    ),
    "aarch64": (
        18,
        39,
        40,
        41,
        51,
        58,
        60,
        89,
        97,
        104,
        105,
        106,
        112,
        116,
        142,
        161,
        162,
        170,
        217,
        218,
        219,
        224,
        225,
        241,
        262,
        264,
        265,
        268,
        273,
        280,
        282,
        294,
        425,
        426,
        427,
        428,
        429,
        430,
        431,
        432,
        433,
        438,
        442,
        443,
        447,
        467,
    ),
}
"""System calls that no workload needs and that reach far into the kernel: mounts and namespaces, modules,
kexec, swap, clocks, keys, bpf, perf, userfaultfd, io_uring, file handles, watching of whole file systems,
memory that is hidden from the kernel, the kernel's log. The selection follows the default profiles of
container engines."""
_MOUNTS = {
    "x86_64": {155, 161, 165, 166, 170, 171, 272, 428, 429, 430, 431, 432, 433, 442, 467},
    "aarch64": {39, 40, 41, 51, 97, 161, 162, 428, 429, 430, 431, 432, 433, 442, 467},
}
"""Of these, what building an image needs: mounts, chroot, unshare, the names of a machine."""
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": (56, 435), "aarch64": (220, 435)}
"""Numbers of clone and clone3."""
_UNSHARE = {"x86_64": 272, "aarch64": 97}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_VSOCK = 40
"""Sockets between a virtual machine and its host, which no namespace separates."""
_NEW_NAMESPACES = 0x7E020080
"""Every CLONE_NEW… flag."""
_NEW_USERS_OR_NETWORK = syscalls.NEWUSER | syscalls.NEWNET
"""Those that open much of the kernel to whoever is root within, and that building an image does without."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000


def _program(machine: str, denied: Iterable[int], flags: int) -> bytes:
    """The filter as the kernel reads it: instructions of eight bytes (code, jump if true, jump if false,
    operand). `flags`: namespaces that may not be made."""
    clone, clone3 = _CLONE[machine]
    refuse = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    body: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, _ARCHITECTURE[machine]),
        refuse,
        (_LOAD, 0, 0, 0),
    ]
    if machine == "x86_64":  # the numbers of the x32 interface are others
        body += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    # glibc takes ENOSYS of clone3 as a request to use clone, whose flags a filter can read
    body += [(_EQUAL, 0, 1, clone3), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    for number in denied:
        body += [(_EQUAL, 0, 1, number), refuse]
    allow = (_RETURN, 0, 0, _ALLOW)
    body += [(_EQUAL, 0, 4, _SOCKET[machine]), (_LOAD, 0, 0, 16), (_EQUAL, 0, 1, _VSOCK), refuse, allow]
    for number in (clone, _UNSHARE[machine]):
        body += [(_EQUAL, 0, 4, number), (_LOAD, 0, 0, 16), (_ANY_BIT, 0, 1, flags), refuse, allow]
    body.append(allow)
    return b"".join(struct.pack("HBBI", *each) for each in body)


def _programs(machine: str) -> tuple[bytes, bytes]:
    """The filters of whatever runs code, and of builds of images."""
    if machine not in _DENIED:
        return b"", b""
    denied = _DENIED[machine]
    some = [number for number in denied if number not in _MOUNTS[machine]]
    return _program(machine, denied, _NEW_NAMESPACES), _program(machine, some, _NEW_USERS_OR_NETWORK)


PROGRAM, BUILDER = _programs(platform.machine())


def filter_system_calls(program: bytes = PROGRAM) -> None:
    """Have the kernel refuse what the filter says from now on. Needs no_new_privs; does nothing on an
    architecture without a list."""
    if not program:
        return
    held = ctypes.create_string_buffer(program, len(program))
    told = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    syscalls._call("seccomp", ctypes.c_uint(1), ctypes.c_uint(0), told)


def become(uid: int | None) -> None:
    """Take the identity of a project; with None only the rights of the present one are given up."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if syscalls.NUMBERS:
        syscalls.drop_capabilities()
    if syscalls.LINUX:
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)


def enclose(uid: int, first: int, count: int, proc: int | None = None) -> None:
    """Become root of a new user namespace: its root is `uid` outside, its other users are `first` and those
    after it. For builds of images, which set owners of files. A child that stays outside writes the maps,
    which takes the rights of the real root. `proc`: a descriptor of /proc, where that is not to be found at
    its place."""
    inside, outside = os.pipe(), os.pipe()
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) if proc is None else proc
    me = os.readlink("self", dir_fd=proc)
    writer = os.fork()
    if writer == 0:
        try:
            os.read(inside[0], 1)
            for name in ("uid_map", "gid_map"):
                file = os.open(f"{me}/{name}", os.O_WRONLY, dir_fd=proc)
                os.write(file, f"0 {uid} 1\n1 {first} {count}\n".encode())
                os.close(file)
            os.write(outside[1], b"x")
        finally:
            os._exit(0)
    os.close(outside[1])
    os.setgroups([])
    syscalls.unshare(syscalls.NEWUSER)
    os.write(inside[1], b"x")
    if not os.read(outside[0], 1):
        raise OSError(errno.EPERM, "the user namespace could not be set up")
    os.waitpid(writer, 0)
    for end in (*inside, outside[0]):
        os.close(end)
    os.setgid(0)
    os.setuid(0)
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
