"""The parent of every command that runs on this machine: one small process for each pod, which needs nobody.

It starts the command, writes its output with time stamps, samples its use, holds it to its limits, and leaves
the end in a file. The control plane may be killed meanwhile; it adopts what it finds in the folder when it is
back. Where the kernel allows, the supervisor is the first process of a process namespace of its own: whatever
the command starts dies with it, and sees nothing else.

A supervisor is begun before its pod is known (see `forkserver`): what is the same for every pod is ready by
then, and the process of the command waits in its control group, to join which takes a grace period of the
kernel, some milliseconds.

The supervisor keeps the rights of the platform and therefore acts only in the pod's own folder, which belongs
to the platform. What is in `data` belongs to whoever runs there: it is laid out by the child, after it gave
up all rights and before it becomes the command.

Files of the folder: pod.json (what to run), claim (made once: never two supervisors), pid ("pid start-ticks
group boot-id"), control (a socket for terminals and connections), log (raw bytes), log.idx (16 bytes a piece:
position, microseconds), usage (lines "time cpu-seconds bytes"), exit.json (the end),
data/{work,in,out,tmp,metrics.jsonl}. The control plane adds cards (lines "time busy-cards bytes").
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import struct
import termios
import time

from cubestudio.core.cluster.local.runtime import confine, processes, rootfs, syscalls
from cubestudio.core.cluster.local.runtime.cgroups import Cgroup, Cgroups
from cubestudio.core.cluster.local.runtime.control import Control
from cubestudio.core.cluster.local.runtime.processes import BOOT, LINUX, ticks

PIECE = 65536
AT_ONCE = 1.0
"""Seconds in which a supervisor that is begun for a pod has heard for which."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where an image's programs are that does not say it."""
MOST_VARIABLES = 64 * 1024
"""Bytes of the variables of an image."""
LOOK = 2**20
"""Bytes of log after which the disk is looked at again."""


def spacing(age: float) -> float:
    """Seconds between two samples that are kept of a pod that is `age` seconds old: a file of them stays
    small for months."""
    return min(max(1.0, age / 1000), 30.0)


def execute(command: list[str], env: dict[str, str]) -> None:
    """Become the command, found on its own PATH; nothing is imported here, because our library may be out of
    reach."""
    name = command[0]
    places = (
        [name]
        if "/" in name
        else [f"{place}/{name}" for place in env.get("PATH", "/usr/bin:/bin").split(":")]
    )
    problem = FileNotFoundError(2, "not found on PATH" if "/" not in name else "no such file")
    for place in places:
        try:
            os.execve(place, command, env)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            problem = error
    raise problem


def lay(spec: dict) -> None:
    """As the user that runs the command: make the folders it was promised and write its small files into the
    working folder."""
    for path in spec["folders"]:
        os.makedirs(path, exist_ok=True)
    for name, text in spec["files"].items():
        path = os.path.join(spec["work"], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)


def variables() -> dict[str, str]:
    """As the user that runs the command: what the image that is its root sets, without what cannot be a
    variable."""
    try:
        with open(f"/{rootfs.VARIABLES}", "rb") as file:
            told = json.loads(file.read(MOST_VARIABLES).decode())
    except (OSError, ValueError, RecursionError):
        return {}
    return (
        {name: value for name, value in told.items() if variable(name, value)}
        if isinstance(told, dict)
        else {}
    )


def variable(name: str, value: object) -> bool:
    """Whether the kernel takes it as one."""
    if not isinstance(value, str) or not name or "=" in name or "\0" in name + value:
        return False
    try:
        os.fsencode(name + value)
    except UnicodeEncodeError:
        return False
    return True


class Pod:
    """One supervised command."""

    folder: int
    """A descriptor of the pod's folder."""
    spec: dict

    def __init__(self, group: Cgroup | None, *, sandboxed: bool):
        """`group`: what counts and bounds it. `sandboxed`: whether this is the first process of a process
        namespace."""
        self.group = group
        self.sandboxed = sandboxed
        self.command = 0
        self.gate = self.output = -1
        """Descriptors: where the process of the command waits to hear what to run, and what it prints."""
        self.reason = None
        self.message = None
        self.missing = {}
        """What a full disk cost ("log", "samples"), each with its sentence; the log's is told first, it says
        more."""
        self.cpu = 0.0
        self.peak_cpu = 0.0
        self.peak_memory = 0
        self.full = False
        self.deadline = None
        self.kill_at = None

    def open(self, name: str, flags: int) -> int:
        return os.open(name, flags | os.O_CREAT | os.O_CLOEXEC, 0o600, dir_fd=self.folder)

    def write(self, name: str, text: str) -> None:
        """A small file, whole or not at all; into the room that `hold` took for it, if it did."""
        with os.fdopen(self.open(name + ".new", os.O_RDWR), "r+") as file:
            file.write(text)
            file.truncate()
        os.rename(name + ".new", name, src_dir_fd=self.folder, dst_dir_fd=self.folder)

    def hold(self, name: str) -> None:
        """Take room for a small file, so that a disk which is full by then can have it nevertheless."""
        with os.fdopen(self.open(name + ".new", os.O_RDWR), "r+") as file:
            file.write(" " * 4096)

    def prepare(self) -> None:
        """Fork the process of the command, which joins the control group and waits."""
        self.output, into = os.pipe()
        waits, self.gate = os.pipe()
        streams = (os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), into, into)
        self.command = self.spawn(streams, [], {}, gate=waits)
        for descriptor in (into, waits, streams[0]):
            os.close(descriptor)

    def run(self) -> None:
        spec = self.spec
        self.log = self.open("log", os.O_WRONLY | os.O_APPEND)
        self.index = self.open("log.idx", os.O_WRONLY | os.O_APPEND)
        self.size = os.fstat(self.log).st_size
        self.cap = spec["log_cap"]
        self.dropped = 0
        self.looked = 0
        """Size of the log when the disk was last looked at."""
        self.hold("exit.json")
        wake, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self.cancel)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        self.poll = select.poll()
        self.control = Control(self.folder, self.spawn, self.poll)
        self.started = time.time()
        if self.group:
            self.group.limit(spec["memory"], spec["pids"], spec["cpu"])
        status = usage = None
        if self.reason:  # it was asked to stop before it began
            os.close(self.gate)
            os.waitpid(self.command, 0)
        else:
            with (
                contextlib.suppress(BrokenPipeError),
                os.fdopen(self.gate, "wb") as gate,
            ):  # it was asked to stop at this moment
                gate.write(json.dumps(spec).encode())
            if spec["timeout"]:
                self.deadline = time.monotonic() + spec["timeout"]
            status, usage = self.follow(self.output, wake)
        self.finish(status, usage)

    def spawn(  # noqa: C901
        self,
        streams: tuple[int, int, int],
        command: list[str],
        env: dict[str, str],
        *,
        gate: int | None = None,
    ) -> int:
        """Start a process that has what the pod has, and no more: a terminal's shell, or the command itself,
        which hears at its `gate` what it is."""
        pid = os.fork()
        if pid:
            return pid
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGINT, signal.SIGPIPE, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
            if gate is None:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if self.group:
                self.group.join()
            if gate is not None:
                os.close(self.gate)
                with os.fdopen(gate, "rb") as told:
                    text = told.read()
                if not text:
                    os._exit(0)
                self.spec = json.loads(text)
                if self.spec.get("image"):
                    rootfs.import_nothing()
                command, env = self.spec["command"], self.spec["env"]
            spec = self.spec
            os.closerange(3, 256)
            if spec["ids"]:
                confine.enclose(spec["uid"], *spec["ids"])
            else:
                confine.become(spec["uid"])
            if LINUX:
                syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)  # no command without its supervisor
            os.umask(0o077)
            if self.sandboxed:
                confine.filter_system_calls(confine.BUILDER if spec["ids"] else confine.PROGRAM)
            if spec.get("image"):
                env = {"PATH": PATH, **variables(), **env}
            if gate is not None:
                lay(spec)
            os.chdir(spec["cwd"])
            execute(command, env)
        except OSError as error:
            os.write(2, f"cannot start {command[0]!r}: {error.strerror or error}\n".encode())
        except BaseException as error:
            os.write(2, f"cannot start: {error!r}\n".encode())
        os._exit(127)

    def members(self) -> list[int]:
        """Every process of the pod but this one."""
        return processes.others() if self.sandboxed else processes.descendants(os.getpid())

    def sample(self) -> tuple[float, int]:
        """CPU seconds and bytes of memory of all of it together."""
        cpu = self.group.cpu_seconds() if self.group else None
        if cpu is None:
            cpu = processes.cpu_seconds(self.members())
        if self.group and self.group.counts_memory:
            return cpu, self.group.memory()
        shared = 0
        if self.sandboxed:
            shm = os.statvfs("/dev/shm")
            shared = (shm.f_blocks - shm.f_bfree) * shm.f_frsize
        return cpu, processes.memory(self.members(), shared)

    def follow(self, out: int, wake: int) -> tuple:  # noqa: C901, PLR0915
        """Until the command has ended: read what it prints, sample it, hold it to its limits, answer the
        control plane."""
        poll = self.poll
        poll.register(out, select.POLLIN | select.POLLHUP)
        poll.register(wake, select.POLLIN)
        pause = 0.1
        began = time.monotonic()
        next_sample = began + pause
        last = (began, 0.0)
        kept = 0.0
        while True:
            now = time.monotonic()
            until = min(next_sample, self.deadline or next_sample, self.kill_at or next_sample)
            for descriptor, _ in poll.poll(max(0, (until - now) * 1000)):
                if descriptor == out:
                    data = os.read(out, PIECE)
                    if data:
                        self.take(data)
                    else:
                        poll.unregister(out)
                elif descriptor == wake:
                    os.read(wake, 512)
                else:
                    self.control.serve(descriptor)
            status, usage = self.reap()
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
                cpu, memory = self.sample()
                self.peak_memory = max(self.peak_memory, memory)
                if now - last[0] > 0.05:
                    self.peak_cpu = max(self.peak_cpu, (cpu - last[1]) / (now - last[0]))
                last = (now, cpu)
                self.cpu = max(self.cpu, cpu)
                if pause < 1 or now - kept > spacing(now - began) - 0.1:
                    kept = now
                    self.note(cpu, memory)
                self.hold_to_memory(memory)
                if (
                    os.fstat(self.folder).st_nlink == 0 and self.reason is None
                ):  # nobody will ever ask for it again
                    self.end("Deleted", "its folder was deleted")
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

    def hold_to_memory(self, used: int) -> None:
        """End the pod when it uses more than its limit, or when the kernel ended a part of it for that."""
        limit = self.spec["memory"]
        starved = self.group is not None and self.group.starved()
        if self.reason == "OOMKilled" or not (starved or used > limit):
            return
        self.reason = "OOMKilled"
        words = (
            f"it used {used / 2**20:,.0f} MiB of memory"
            if used > limit
            else "it needed more memory than it may use"
        )
        self.message = f"{words}, its limit is {limit / 2**20:,.0f} MiB"
        self.signal(signal.SIGKILL)
        self.kill_at = time.monotonic() + 0.2

    def note(self, cpu: float, memory: int) -> None:
        try:
            with os.fdopen(self.open("usage", os.O_WRONLY | os.O_APPEND), "a") as file:
                file.write(f"{time.time():.3f} {cpu:.2f} {memory}\n")
        except OSError:  # a full disk costs a sample, not the work
            self.missing["samples"] = "samples of its use are missing: the disk was full"

    def reap(self) -> tuple:
        """The end of the command, once it has ended; orphans that came to us and shells of terminals are
        buried on the way."""
        while True:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == self.command:
                return status, usage
            if not pid:
                return None, None
            self.control.ended(pid)

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
            disk = os.fstatvfs(self.log)
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
        if self.sandboxed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, number)  # everybody in this process namespace but its first process
            return
        if number == signal.SIGKILL and self.group:
            self.group.kill()
        for pid in processes.descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def sweep(self) -> None:
        """The command has ended: nothing that it or a terminal started may stay."""
        self.control.close()
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                if self.sandboxed or not self.group or not self.group.members():
                    return
                pid = 0
            if not pid:
                self.signal(signal.SIGKILL)
                time.sleep(0.001)

    def finish(self, status: int | None, usage) -> None:
        """Leave how it ended."""
        if self.group and self.group.starved() and self.reason in (None, "OOMKilled"):
            self.hold_to_memory(0)
        if self.dropped:
            why = "the disk is nearly full" if self.full else f"limit {self.cap}"
            self.put(
                (
                    f"\n[cubestudio] the log was cut here: {self.dropped} further bytes were "
                    f"not kept ({why})\n"
                ).encode()
            )
        code = None if status is None else os.waitstatus_to_exitcode(status)
        if usage is not None:
            self.cpu = max(self.cpu, usage.ru_utime + usage.ru_stime)
            self.peak_memory = max(self.peak_memory, usage.ru_maxrss * (1024 if LINUX else 1))
        finished = time.time()
        seconds = max(finished - self.started, 1e-3)
        self.leave(
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

    def leave(self, end: dict) -> None:
        text = json.dumps(end)
        while True:
            try:
                return self.write("exit.json", text)
            except FileNotFoundError:  # its folder is gone, and with it everybody who could read this
                return
            except OSError:  # a full disk: how it ended must not be lost, so wait for room
                time.sleep(0.5)


def supervise(order: int, local: int, proc: int, groups: Cgroups | None, sandbox) -> None:
    """In a new process: get ready for any pod, read at `order` for which, and become its supervisor; end when
    nobody says. `local` and `proc`: descriptors of the platform's folder and of the machine's /proc;
    `sandbox`: two functions, which prepare the view of a pod and enter it (pod, spec), or None."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGTERM}
    )  # who finds us may ask us to stop before we listen to it
    if LINUX and not sandbox:
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)  # whoever daemonises below us stays ours
    pod = Pod(None, sandboxed=sandbox is not None)
    problem = None
    try:
        try:
            pod.group = groups.make() if groups else None
            pod.prepare()
            if sandbox:
                sandbox[0]()
        except Exception as error:  # told to the pod that waits for it; whoever comes later has another try
            problem = error
            if not select.select([order], [], [], AT_ONCE)[0]:
                return
        name = os.read(order, PIECE).decode()
        os.close(order)
        if name and begin(pod, name, local, proc):
            run_pod(pod, problem, sandbox and (lambda: sandbox[1](name, pod.spec)))
    finally:
        if pod.group:
            pod.group.remove()


def begin(pod: Pod, name: str, local: int, proc: int) -> bool:
    """Claim the pod and say who we are; False when another has it."""
    pod.folder = os.open(f"pods/{name}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=local)
    try:
        os.close(os.open("claim", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=pod.folder))
    except FileExistsError:
        return False
    with os.fdopen(os.open("pod.json", os.O_RDONLY | os.O_CLOEXEC, dir_fd=pod.folder)) as file:
        pod.spec = json.load(file)
    pod.started = time.time()
    pid = int(os.readlink("self", dir_fd=proc)) if LINUX else os.getpid()
    pod.write(
        "pid", f"{pid} {started(proc) if LINUX else ticks(pid)} {pod.group.name if pod.group else '-'} {BOOT}"
    )
    return True


def run_pod(pod: Pod, problem: Exception | None, enter) -> None:
    """Run it, unless there was a problem; an end is left in any case."""
    try:
        if problem:
            raise problem
        if enter:
            enter()
        os.chdir("/")
        pod.run()
    except Exception as error:
        now = time.time()
        words = f"what it needs on this machine could not be set up: {error}"
        pod.leave(
            {
                "code": None,
                "signal": None,
                "reason": "CannotStart",
                "message": words,
                "started": now,
                "finished": now,
                "cpu_seconds": 0,
                "peak_cpu": 0,
                "peak_memory": 0,
                "log": 0,
            }
        )
        raise


def started(proc: int) -> str:
    """When this process started, in ticks, as the machine's own /proc tells."""
    with os.fdopen(os.open("self/stat", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)) as file:
        return file.read().rpartition(")")[2].split()[19]
