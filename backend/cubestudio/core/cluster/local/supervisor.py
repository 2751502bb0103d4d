"""The parent of every process that runs here: a warm process that forks one small supervisor for each pod.

It is run as a program (`python -I -S supervisor.py`) and imports little, because what it imports is paid at each start.
The control plane writes one folder per pod and names it on our standard input; a supervisor starts the command in a
session of its own, writes its output with time stamps, samples its use, holds it to its limits, and leaves the end in a
file. It needs nobody: the control plane may be killed and adopts what it finds in the folder.

Folder: pod.json (what to run), claim (made once: never two supervisors), pid ("pid start-ticks boot-id"), log (raw
bytes), log.idx (16 bytes a piece: position, microseconds), usage (lines "time cpu-seconds rss"), exit.json (the end). The control
plane adds cards (lines "time cards-at-work bytes").
"""

import ctypes
import json
import os
import select
import signal
import socket
import struct
import sys
import time

LINUX = sys.platform == "linux"
PIECE = 65536


def spacing(age: float) -> float:
    """Seconds between two samples that are kept of a pod that is `age` seconds old: a file of them stays small for months."""
    return min(max(1.0, age / 1000), 30.0)


def boot() -> str:
    """Names this start of the machine: a process id means nothing after the next."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return "boot"


def ticks(pid: int) -> str:
    """When a process started, so that a reused id is told apart; "" when it is gone or cannot be told."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def children(pid: int) -> list[int]:
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


_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")


def sample(pids: list[int]) -> tuple[float, int]:
    """CPU seconds and resident bytes of some processes together (shared pages are counted in each)."""
    cpu = 0.0
    memory = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        cpu += (int(fields[11]) + int(fields[12])) / _TICK
        memory += int(fields[21]) * _PAGE
    return cpu, memory


LOOK = 2**20
"""Bytes of log after which the disk is looked at again."""


def write(path: str, text: str) -> None:
    """A small file, whole or not at all; into the room that `hold` took for it, if it did."""
    with open(path + ".new", "r+" if os.path.exists(path + ".new") else "w") as file:
        file.write(text)
        file.truncate()
    os.rename(path + ".new", path)


def hold(path: str) -> None:
    """Take room for a small file, so that a disk which is full by then can have it nevertheless."""
    with open(path + ".new", "w") as file:
        file.write(" " * 4096)


def execute(command: list[str], env: dict[str, str]) -> None:
    """Become the command, found on its own PATH; nothing is imported here, because our library may be out of reach."""
    name = command[0]
    places = [name] if "/" in name else [f"{place}/{name}" for place in env.get("PATH", "/usr/bin:/bin").split(":")]
    problem = FileNotFoundError(2, "not found on PATH" if "/" not in name else "no such file")
    for place in places:
        try:
            os.execve(place, command, env)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            problem = error
    raise problem


class Pod:
    """One supervised command."""

    def __init__(self, folder: str):
        self.folder = folder
        with open(folder + "/pod.json") as file:
            self.spec = json.load(file)
        self.reason = None
        self.message = None
        self.missing = {}
        """What a full disk cost ("log", "samples"), each with its sentence; the log's is told first, it says more."""
        self.cpu = 0.0
        self.peak_cpu = 0.0
        self.peak_memory = 0
        self.full = False
        self.deadline = None
        self.kill_at = None

    def file(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def run(self) -> None:
        spec = self.spec
        self.log = os.open(self.file("log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.index = os.open(self.file("log.idx"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.size = os.fstat(self.log).st_size
        self.cap = spec["log_cap"]
        self.dropped = 0
        self.looked = 0
        """Size of the log when the disk was last looked at."""
        hold(self.file("exit.json"))
        wake, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self.cancel)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        out, into = os.pipe()
        self.started = time.time()
        command = None if self.reason else self.start(into)
        os.close(into)
        status = usage = None
        if command:
            if spec["timeout"]:
                self.deadline = time.monotonic() + spec["timeout"]
            status, usage = self.follow(command, out, wake)
        self.finish(status, usage)

    def start(self, into: int) -> int:
        spec = self.spec
        command = os.fork()
        if command:
            return command
        try:
            os.setsid()
            if LINUX:
                LIBC.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: no command without its supervisor
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGINT, signal.SIGPIPE, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.dup2(into, 1)
            os.dup2(into, 2)
            os.closerange(3, 64)
            os.chdir(spec["cwd"])
            if spec.get("ids"):
                self.enclose(spec["uid"], *spec["ids"])
            elif spec.get("uid") is not None:
                os.setgroups([])
                os.setgid(spec["uid"])
                os.setuid(spec["uid"])
            if LINUX and spec.get("uid") is not None:
                LIBC.prctl(1, signal.SIGKILL, 0, 0, 0)
            os.umask(0o077)
            execute(spec["command"], spec["env"])
        except OSError as error:
            os.write(2, f"cannot start {spec['command'][0]!r}: {error.strerror}\n".encode())
        except BaseException as error:
            os.write(2, f"cannot start: {error!r}\n".encode())
        os._exit(127)

    def enclose(self, uid: int, first: int, count: int) -> None:
        """Become root of a user namespace of its own: its root is `uid` outside, its other users are `first` and those after it.
        A child that stayed outside writes the maps, which takes the rights of the real root."""
        inside, outside = os.pipe(), os.pipe()
        me = os.getpid()
        writer = os.fork()
        if writer == 0:
            try:
                os.read(inside[0], 1)
                for name in ("uid_map", "gid_map"):
                    with open(f"/proc/{me}/{name}", "w") as file:
                        file.write(f"0 {uid} 1\n1 {first} {count}\n")
                os.write(outside[1], b"x")
            finally:
                os._exit(0)
        os.close(outside[1])
        os.setgroups([])
        if LIBC.unshare(0x10000000) != 0:  # CLONE_NEWUSER
            raise OSError(1, "this machine allows no user namespaces, which building images needs")
        os.write(inside[1], b"x")
        if not os.read(outside[0], 1):
            raise OSError(1, "the user namespace could not be laid out")
        os.waitpid(writer, 0)
        for end in (*inside, outside[0]):
            os.close(end)
        os.setgid(0)
        os.setuid(0)

    def follow(self, command: int, out: int, wake: int) -> tuple:
        """Until the command has ended: read what it prints, sample it, hold it to its limits."""
        poll = select.poll()
        poll.register(out, select.POLLIN | select.POLLHUP)
        poll.register(wake, select.POLLIN)
        pause = 0.1
        began = time.monotonic()
        next_sample = began + pause
        last = (began, 0.0)
        kept = 0.0
        while True:
            now = time.monotonic()
            until = next_sample
            if self.deadline:
                until = min(until, self.deadline)
            if self.kill_at:
                until = min(until, self.kill_at)
            for descriptor, _ in poll.poll(max(0, (until - now) * 1000)):
                if descriptor == out:
                    data = os.read(out, PIECE)
                    if data:
                        self.take(data)
                    else:
                        poll.unregister(out)
                else:
                    os.read(wake, 512)
            status, usage = self.reap(command)
            if usage:
                break
            now = time.monotonic()
            if self.deadline and now >= self.deadline:
                self.deadline = None
                self.end("Timeout", f"it ran longer than its limit of {self.spec['timeout']:g} s")
            if self.kill_at and now >= self.kill_at:
                self.kill_at = now + 0.2
                self.signal(signal.SIGKILL)
            if now >= next_sample:
                cpu, memory = sample([command, *children(command)])
                self.peak_memory = max(self.peak_memory, memory)
                if now - last[0] > 0.05:
                    self.peak_cpu = max(self.peak_cpu, (cpu - last[1]) / (now - last[0]))
                last = (now, cpu)
                self.cpu = max(self.cpu, cpu)
                if pause < 1 or now - kept > spacing(now - began) - 0.1:
                    kept = now
                    self.note(cpu, memory)
                if memory > self.spec["memory"] and self.reason != "OOMKilled":
                    used, limit = memory / 2**20, self.spec["memory"] / 2**20
                    self.reason = "OOMKilled"
                    self.message = f"it used {used:,.0f} MiB of memory, its limit is {limit:,.0f} MiB"
                    self.signal(signal.SIGKILL)
                    self.kill_at = now + 0.2
                pause = min(pause * 1.5, 1.0)
                next_sample = now + pause
        self.sweep()
        os.set_blocking(out, False)
        while True:
            try:
                data = os.read(out, PIECE)
            except BlockingIOError:
                break
            if not data:
                break
            self.take(data)
        return status, usage

    def note(self, cpu: float, memory: int) -> None:
        try:
            with open(self.file("usage"), "a") as file:
                file.write(f"{time.time():.3f} {cpu:.2f} {memory}\n")
        except OSError:  # a full disk costs a sample, not the work
            self.missing["samples"] = "samples of its use are missing: the disk was full"

    def reap(self, command: int) -> tuple:
        """The end of the command, once it has ended; orphans that came to us are buried on the way."""
        while True:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == command:
                return status, usage
            if not pid:
                return None, None

    def take(self, data: bytes) -> None:
        room = self.cap - self.size
        if room <= 0:
            self.dropped += len(data)
            return
        if len(data) > room:
            self.dropped += len(data) - room
            data = data[:room]
        if self.size - self.looked >= LOOK:
            self.looked = self.size
            disk = os.statvfs(self.folder)
            if disk.f_bavail * disk.f_frsize < self.spec["floor"]:  # what is left of the disk is for others
                self.cap = self.size
                self.full = True
        self.put(data)

    def put(self, data: bytes) -> None:
        stamp = struct.pack("<QQ", self.size, time.time_ns() // 1000)
        view = memoryview(data)
        while view:
            try:
                if stamp:
                    os.write(self.index, stamp)
                    stamp = b""
                done = os.write(self.log, view)
            except OSError as error:  # a full disk must not end the command: say it later, keep going
                self.missing["log"] = f"its log is incomplete: {error.strerror}"
                self.dropped += len(view)
                break
            self.size += done
            view = view[done:]

    def cancel(self, *_: object) -> None:
        self.end("Cancelled", "it was asked to stop")

    def end(self, reason: str, message: str) -> None:
        """Ask the whole tree to stop; kill what is left after the grace."""
        if self.reason is None:
            self.reason, self.message = reason, message
        self.signal(signal.SIGTERM)
        if self.kill_at is None:
            self.kill_at = time.monotonic() + self.spec["grace"]

    def signal(self, number: int) -> None:
        for pid in children(os.getpid()):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def sweep(self) -> None:
        """The command has ended: nothing that it started may stay."""
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                self.signal(signal.SIGKILL)
                time.sleep(0.001)

    def finish(self, status, usage) -> None:
        if self.dropped:
            last = f"\n[cubestudio] the log was cut here: {self.dropped} further bytes were not kept ({'the disk is nearly full' if self.full else f'limit {self.cap}'})\n"
            self.put(last.encode())
        code = None if status is None else os.waitstatus_to_exitcode(status)
        if usage is not None:
            self.cpu = max(self.cpu, usage.ru_utime + usage.ru_stime)
            self.peak_memory = max(self.peak_memory, usage.ru_maxrss * (1024 if LINUX else 1))
        finished = time.time()
        seconds = max(finished - self.started, 1e-3)
        end = json.dumps(
            {
                "code": code if code is not None and code >= 0 else None,
                "signal": -code if code is not None and code < 0 else None,
                "reason": self.reason,
                "message": self.message or self.missing.get("log") or self.missing.get("samples"),
                "started": self.started,
                "finished": finished,
                "cpu_seconds": round(self.cpu, 4),
                "peak_cpu": round(max(self.peak_cpu, self.cpu / seconds), 3),
                "peak_memory": self.peak_memory,
                "log": self.size,
            }
        )
        while True:
            try:
                return write(self.file("exit.json"), end)
            except FileNotFoundError:  # its folder is gone, and with it everybody who could read this
                return
            except OSError:  # a full disk: how it ended must not be lost, so wait for room
                time.sleep(0.5)


def supervise(folder: str) -> None:
    """In the forked child: become the supervisor of one pod."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        os.close(os.open(folder + "/claim", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    if LINUX:
        LIBC.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: whoever daemonises below us stays ours
    pid = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # who finds us may ask us to stop before we listen to it
    write(folder + "/pid", f"{pid} {ticks(pid)} {BOOT}")
    Pod(folder).run()


def main() -> None:
    """Fork a supervisor for each folder named on standard input; end when it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    link = socket.socket(fileno=0)
    waiting = b""
    while True:
        data = link.recv(65536)
        if not data:
            return
        waiting += data
        *folders, waiting = waiting.split(b"\n")
        for folder in folders:
            child = os.fork()
            if child == 0:
                try:
                    link.close()
                    supervise(folder.decode())
                except BaseException as error:
                    os.write(2, f"supervisor of {folder.decode()}: {error!r}\n".encode())
                os._exit(0)
            link.sendall(f"{os.path.basename(folder.decode())} {child}\n".encode())


LIBC = ctypes.CDLL(None, use_errno=True)
BOOT = boot()

if __name__ == "__main__":
    main()
