"""What a pod sees of this machine.

`enter_base` is called once, by the forkserver: it leaves the machine's own tree of files for one that holds
the base system (read only), and the platform's own folder at `/.cube`, which only root may enter. `enter_pod`
is called for each pod, in a child that has namespaces of its own: it adds what belongs to that pod, an own
/proc, /tmp, /dev/shm and /dev/pts, and takes `/.cube` away. The base costs some milliseconds and is therefore
made once; a pod pays for about eight mounts, and for a copy of each mount of the base, which is why there are
few. What is the same for every pod is done by `prepare_pod`, before it is known for which.

A pod sees its own folders below `/cube/run`, as on Kubernetes, and what it shares with others of its project,
such as its Python environment, below `/cube`, where the machine has them below the platform's folder. The
paths are short, always the same, and do not depend on where that folder is: it may be below /tmp or a closed
home.
"""

import fcntl
import os
import socket
import stat
import struct

from cubestudio.core.cluster.local.runtime import rootfs, syscalls
from cubestudio.core.cluster.local.runtime.syscalls import (
    ATTR_RDONLY,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    bind,
    mount,
)

SEEN = "/cube"
"""Where a pod sees its part of the platform's folder."""
HIDDEN = "/.cube"
_BASE = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "opt", "nix")
_EMPTY = (
    ".image",
    "dev",
    "dev/shm",
    "dev/pts",
    "home",
    "media",
    "mnt",
    "proc",
    "root",
    "run",
    "run/lock",
    "srv",
    "sys",
    "tmp",
    "var",
    "var/lib",
)
_LINKS = {
    "var/tmp": "/tmp",
    "var/run": "/run",
    "var/lock": "/run/lock",
    "dev/fd": "/proc/self/fd",
    "dev/stdin": "/proc/self/fd/0",
    "dev/stdout": "/proc/self/fd/1",
    "dev/stderr": "/proc/self/fd/2",
    "dev/ptmx": "pts/ptmx",
}
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_RESOLVER = ("/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager")
"""Folders that /etc/resolv.conf may lead to."""


def become_root_of_own_users() -> None:
    """For a platform without root: enter a user namespace in which the same user may mount."""
    uid, gid = os.geteuid(), os.getegid()
    syscalls.unshare(syscalls.NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def enter_base(local: str, readable: list[str], writable: list[str]) -> None:
    """Leave the machine's tree of files for the base view. `local`: the platform's folder; `readable` and
    `writable`: further folders of the machine that every pod may have."""
    syscalls.unshare(syscalls.NEWNS)
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    root = local + "/root"
    mount("tmpfs", root, "tmpfs", MS_NOSUID, "size=16m,mode=755")
    _base_system(root)
    unprivileged = os.geteuid() != 0
    bind(
        "/sys", f"{root}/sys", read_only=True, recursive=unprivileged
    )  # without root, mounts below others must not be uncovered
    _base_devices(root, unprivileged=unprivileged)
    for path in (*filter(os.path.isdir, _RESOLVER), *readable):
        _show(root, path, read_only=True)
    for path in writable:
        _show(root, path, read_only=False)
    os.mkdir(root + SEEN)
    if unprivileged:  # the kernel lets nobody mount a /proc of their own who sees none
        mount("/proc", f"{root}/proc", None, syscalls.MS_BIND | MS_REC)
    _platform_folder(root + HIDDEN, local)
    syscalls.pivot_root(root)
    syscalls.restrict("/", ATTR_RDONLY)


def _base_system(root: str) -> None:
    """Fill the base view with empty folders, the machine's programs (read only), and links."""
    for name in _EMPTY:
        os.mkdir(f"{root}/{name}")
    for name in _BASE:
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}"), f"{root}/{name}")
        elif os.path.isdir(f"/{name}"):
            os.mkdir(f"{root}/{name}")
            bind(f"/{name}", f"{root}/{name}", read_only=True, recursive=True)
    for name, target in _LINKS.items():
        os.symlink(target, f"{root}/{name}")


def _base_devices(root: str, *, unprivileged: bool) -> None:
    """Add the devices that every pod has, and places for those of GPUs."""
    for name in _DEVICES:
        if unprivileged:
            _device(f"/dev/{name}", f"{root}/dev/{name}")
        else:
            _node(f"/dev/{name}", f"{root}/dev/{name}")
    for name in _accelerators():
        _point(f"{root}/dev/{name}", folder=False)


def _platform_folder(hidden: str, local: str) -> None:
    """Mount the platform's own folder and the machine's devices where only root may enter."""
    os.mkdir(hidden)
    mount("tmpfs", hidden, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,mode=700")
    for name, source in (("local", local), ("dev", "/dev")):
        if name == "local" or _accelerators():
            os.mkdir(f"{hidden}/{name}")
            mount(source, f"{hidden}/{name}", None, syscalls.MS_BIND | MS_REC)


def _show(root: str, path: str, *, read_only: bool) -> None:
    real = os.path.realpath(path)
    _point(root + real, folder=os.path.isdir(real))
    bind(real, root + real, read_only=read_only, recursive=True)
    if real != path and not os.path.lexists(root + path):
        _point(os.path.dirname(root + path), folder=True)
        os.symlink(real, root + path)


def _point(path: str, *, folder: bool) -> None:
    """Have a place to mount on, with the folders above it."""
    if folder:
        os.makedirs(path, mode=0o755, exist_ok=True)
    elif not os.path.exists(path):
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o444))


def _device(source: str, target: str) -> None:
    _point(target, folder=False)
    mount(source, target, None, syscalls.MS_BIND)
    syscalls.restrict(target, syscalls.ATTR_NOSUID)


def _node(source: str, target: str) -> None:
    os.mknod(target, stat.S_IFCHR | 0o666, os.stat(source).st_rdev)
    os.chmod(target, 0o666)


def _accelerators(folder: str = "/dev") -> list[str]:
    """Device files of graphics cards, below /dev."""
    found = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if name.startswith("nvidia"):
            path = f"{folder}/{name}"
            found += (
                [f"{name}/{each}" for each in sorted(os.listdir(path))] if os.path.isdir(path) else [name]
            )
    return found


def prepare_pod(*, unprivileged: bool) -> None:
    """In a child with namespaces of its own: add what is the same for every pod."""
    mount("tmpfs", SEEN, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755")
    os.mkdir(f"{SEEN}/run")
    mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    mount(
        "proc",
        "/proc",
        "proc",
        MS_NOSUID | MS_NODEV | MS_NOEXEC,
        "hidepid=invisible" if not unprivileged else None,
    )


def enter_pod(pod: str, spec: dict) -> None:
    """After `prepare_pod`: add what this pod may have and hide the rest. `spec`: see `supervisor.Pod`."""
    run = f"{SEEN}/run"
    bind(f"{HIDDEN}/local/pods/{pod}/data", run)
    if spec["uid"] is None:  # else inputs belong to somebody else
        bind(f"{run}/in", f"{run}/in", read_only=True)
    for path, read_only in [(path, True) for path in spec["readable"]] + [
        (path, False) for path in spec["writable"]
    ]:
        os.makedirs(f"{SEEN}/{path}", mode=0o755, exist_ok=True)
        bind(f"{HIDDEN}/local/{path}", f"{SEEN}/{path}", read_only=read_only)
    bind(f"{run}/tmp", "/tmp")
    mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, f"size={spec['memory']},mode=1777")
    for name in _accelerators(f"{HIDDEN}/dev") if spec["devices"] else ():
        number = name.removeprefix("nvidia")
        if not number.isdigit() or int(number) in spec["devices"]:
            _device(f"{HIDDEN}/dev/{name}", f"/dev/{name}")
    if spec["resolver"]:
        bind(f"{HIDDEN}/local/{spec['resolver']}", os.path.realpath("/etc/resolv.conf"), read_only=True)
    syscalls.restrict(SEEN, ATTR_RDONLY)
    if image := spec.get("image"):
        resolver = f"{HIDDEN}/local/{spec['resolver']}" if spec["resolver"] else "/etc/resolv.conf"
        return rootfs.enter(f"{HIDDEN}/local/{image['folder']}", image["path"], resolver)
    syscalls.unmount(HIDDEN)


def bring_up_loopback() -> None:
    """In a new network namespace: have 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14s", b"lo", 0x1 | 0x40, b"")  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(control, 0x8914, request)  # SIOCSIFFLAGS
