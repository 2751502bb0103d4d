"""Control groups: what counts and bounds everything that a pod started, whatever it forked.

Version 2 is used where its controllers are available; on machines where the controllers are still mounted as
version 1 these are used, together with the version 2 tree if there is one, which then only names members and
kills them. Without any of them `find` returns None, and the supervisor counts by /proc (see `processes`).
"""

import contextlib
import errno
import os
import signal
import time

ROOT = "/sys/fs/cgroup"
NAME = "cubestudio"
LIVES = "forkserver"
"""The group of the process that asks for groups: while it has a member, the installation lives."""
SWEEP = 0.5
"""Seconds that a start may take to look at the groups of other installations in one tree."""
_LIMITS = {
    "memory": ("memory.max", "memory.limit_in_bytes"),
    "pids": ("pids.max", "pids.max"),
    "cpu": ("cpu.weight", ""),
}


def _mounts() -> dict[str, str]:
    """{controller: mount point} of version 1, and {"": mount point} of version 2."""
    found = {}
    with open("/proc/self/mounts") as file:
        for line in file:
            _, point, kind, options, *_ = line.split()
            if kind == "cgroup2":
                found.setdefault("", point)
            elif kind == "cgroup":
                found |= {name: point for name in options.split(",") if name in ("memory", "pids", "cpuacct")}
    return found


def _own() -> dict[str, str]:
    """{controller: our own group}, as `_mounts`."""
    found = {}
    with open("/proc/self/cgroup") as file:
        for line in file:
            number, names, path = line.rstrip("\n").split(":", 2)
            found |= {"": path} if number == "0" else dict.fromkeys(names.split(","), path)
    return found


def _read(folder: int, name: str) -> str:
    descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=folder)
    try:
        return os.read(descriptor, 65536).decode()
    finally:
        os.close(descriptor)


def _write(folder: int, name: str, text: str) -> None:
    descriptor = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=folder)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _folder(path: str) -> int:
    os.makedirs(path, mode=0o755, exist_ok=True)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _unified(point: str, own: str) -> str:
    """Where our groups are in version 2, with the controllers that can be had switched on there. A group with
    processes cannot hand controllers on, so that we first move into a group below it where we are alone (a
    service with Delegate=yes)."""
    parents = [own] if own != "/" else []
    for parent in [*parents, "/"] if os.geteuid() == 0 else parents:
        path = point + parent.rstrip("/")
        try:
            if parent == own and own != "/":
                with open(path + "/cgroup.procs") as file:
                    if not {int(pid) for pid in file.read().split()} <= {os.getpid(), os.getppid()}:
                        continue
                os.makedirs(path + "/platform", exist_ok=True)
                for pid in (os.getppid(), os.getpid()):
                    with open(path + "/platform/cgroup.procs", "w") as file:
                        file.write(str(pid))
            base = f"{path}/{NAME}"
            os.makedirs(base, mode=0o755, exist_ok=True)
            for each in (path, base):
                for name in _LIMITS:
                    with contextlib.suppress(OSError), open(each + "/cgroup.subtree_control", "w") as file:
                        file.write(f"+{name}")
            return base
        except OSError:
            continue
    raise OSError(errno.EACCES, "no control group may be made here")


def most_processes() -> int:
    """Processes and threads that all pods together may have: the machine goes on when they fork without an
    end."""
    bounds = []
    for name in ("pid_max", "threads-max"):
        with open(f"/proc/sys/kernel/{name}") as file:
            bounds.append(int(file.read()))
    return min(bounds) * 3 // 4


def find(installation: str) -> "Cgroups | None":
    """The groups of this installation, if this process may make any. The process becomes a member of one of
    them, by which others see that the installation lives; those of installations that have ended are removed,
    for nobody else would."""
    try:
        mounts, own = _mounts(), _own()
    except OSError:
        return None
    found: dict[str, int] = {}
    if "" in mounts:
        with contextlib.suppress(OSError):
            found[""] = _settle(_unified(mounts[""], own.get("", "/")), installation)
            for name in _LIMITS:
                with contextlib.suppress(OSError):
                    _write(found[""], "cgroup.subtree_control", f"+{name}")
    for name in (
        ("memory", "pids") if "" in found else ("memory", "pids", "cpuacct")
    ):  # each tree costs every pod a little
        if name in mounts:
            with contextlib.suppress(OSError):
                found[name] = _settle(f"{mounts[name]}{own.get(name, '/').rstrip('/')}/{NAME}", installation)
    return Cgroups(found) if found else None


def _settle(root: str, installation: str) -> int:
    """The folder of an installation in one tree, with this process in a group below it."""
    for _ in range(10):
        try:
            base = _folder(f"{root}/{installation}")
            with contextlib.suppress(FileExistsError):
                os.mkdir(LIVES, 0o755, dir_fd=base)
            with contextlib.suppress(PermissionError):
                _write(base, f"{LIVES}/cgroup.procs", "0")
        except FileNotFoundError:  # removed by one that starts at the same moment, and saw nobody in it
            continue
        _sweep(root, installation)
        return base
    raise FileNotFoundError(root)


def _sweep(root: str, installation: str) -> None:
    """Remove the groups of installations that have ended, but for those in which something runs still: the
    kernel keeps these."""
    until = time.monotonic() + SWEEP
    for name in sorted(os.listdir(root), reverse=True):
        if time.monotonic() > until:
            return
        if name == installation or not os.path.isdir(f"{root}/{name}"):
            continue
        with contextlib.suppress(OSError), os.scandir(f"{root}/{name}") as entries:
            if _lives(f"{root}/{name}"):
                continue  # it may have made a group this moment whose member is still to come
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    with contextlib.suppress(OSError):
                        os.rmdir(entry.path)
            os.rmdir(f"{root}/{name}")


def _lives(base: str) -> bool:
    """Whether the process that asks for the groups of an installation is there."""
    try:
        with open(f"{base}/{LIVES}/cgroup.procs") as file:
            return bool(file.read().strip())
    except FileNotFoundError:
        return False


class Cgroups:
    """`memory`: whether memory is counted and bounded by the kernel; `pids`: whether the number of processes
    is."""

    def __init__(self, bases: dict[str, int]):
        self._bases = bases
        controllers = _read(bases[""], "cgroup.subtree_control").split() if "" in bases else []
        self.controllers = {*controllers, *(name for name in bases if name)}
        self.memory = "memory" in self.controllers
        self.pids = "pids" in self.controllers
        self.version = 2 if "memory" in controllers else 1
        for name in ("pids", ""):
            with contextlib.suppress(OSError):
                _write(bases.get(name, -1), "pids.max", str(most_processes()))
        for base in bases.values():
            for name in os.listdir(base):
                with contextlib.suppress(OSError):  # still at work
                    os.rmdir(name, dir_fd=base)

    def make(self) -> "Cgroup":
        """A group for a pod; it has a name of its own, because it is made before it is known for which
        pod."""
        group = os.urandom(8).hex()
        folders = {}
        for name, base in self._bases.items():
            os.mkdir(group, 0o755, dir_fd=base)
            folders[name] = os.open(group, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=base)
        return Cgroup(group, self._bases, folders, self.version if self.memory else None)


class Cgroup:
    """The groups of one pod, one for each tree."""

    def __init__(self, name: str, bases: dict[str, int], folders: dict[str, int], version: int | None):
        self.name = name
        self._bases = bases
        self._folders = folders
        self._version = version

    def _set(self, controller: str, value: str) -> None:
        new, old = _LIMITS[controller]
        with contextlib.suppress(OSError):
            if controller in self._folders:
                _write(self._folders[controller], old, value)
            else:
                _write(self._folders.get("", -1), new, value)

    def limit(self, memory: int, pids: int, cpu: float) -> None:
        """`memory` in bytes, `pids` processes and threads, `cpu`: the share of the cores when they are wanted
        by more than there are."""
        self._set("memory", str(memory))
        for name, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
            with contextlib.suppress(OSError):
                _write(self._folders.get("", -1), name, value)
        if "memory" in self._folders:
            with contextlib.suppress(OSError):
                _write(self._folders["memory"], "memory.memsw.limit_in_bytes", str(memory))
        self._set("pids", str(pids))
        self._set("cpu", str(max(1, min(10_000, int(cpu * 100)))))

    def join(self) -> None:
        """Have the calling process, and whatever it starts, belong to it."""
        for folder in self._folders.values():
            _write(folder, "cgroup.procs", "0")

    @property
    def counts_memory(self) -> bool:
        return self._version is not None

    def memory(self) -> int:
        """Bytes in use, without the file cache that the kernel gives back when asked."""
        folder = self._folders["" if self._version == 2 else "memory"]
        current, idle = (
            ("memory.current", "inactive_file")
            if self._version == 2
            else ("memory.usage_in_bytes", "total_inactive_file")
        )
        used = int(_read(folder, current))
        for line in _read(folder, "memory.stat").splitlines():
            name, _, value = line.partition(" ")
            if name == idle:
                return max(used - int(value), 0)
        return used

    def starved(self) -> bool:
        """Whether the kernel killed something of it for want of memory."""
        if self._version is None:
            return False
        folder, name = (
            (self._folders[""], "memory.events")
            if self._version == 2
            else (self._folders["memory"], "memory.oom_control")
        )
        with contextlib.suppress(OSError):
            return any(
                line.startswith("oom_kill ") and line.split()[1] != "0"
                for line in _read(folder, name).splitlines()
            )
        return False

    def cpu_seconds(self) -> float | None:
        """Of all that belongs or belonged to it; None where nothing counts them."""
        with contextlib.suppress(OSError):
            if "" in self._folders:
                for line in _read(self._folders[""], "cpu.stat").splitlines():
                    if line.startswith("usage_usec "):
                        return int(line.split()[1]) / 1e6
            if "cpuacct" in self._folders:
                return int(_read(self._folders["cpuacct"], "cpuacct.usage")) / 1e9
        return None

    def members(self) -> list[int]:
        """Process ids as the caller's process namespace has them."""
        for folder in self._folders.values():
            with contextlib.suppress(OSError):
                return [int(pid) for pid in _read(folder, "cgroup.procs").split() if pid != "0"]
        return []

    def kill(self) -> None:
        """End every member, also those that fork meanwhile."""
        with contextlib.suppress(OSError):
            _write(self._folders.get("", -1), "cgroup.kill", "1")
            return
        for _ in range(100):
            pids = self.members()
            if not pids:
                return
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        """Forget it, once its last member is gone."""
        for name, base in self._bases.items():
            for _ in range(50):
                try:
                    os.rmdir(self.name, dir_fd=base)
                except FileNotFoundError:
                    break
                except OSError as error:
                    if error.errno != errno.EBUSY:
                        break
                    time.sleep(0.002)
                else:
                    break
            os.close(self._folders[name])
