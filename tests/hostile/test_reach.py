"""R7: a pod sees and reaches what is its own."""

import contextlib
import os
import socket
import threading

import httpx2
import pytest

from tests.hostile.conftest import SECRET, VICTIM_PORT, python, until


def test_files_of_the_platform_cannot_be_read(hall):
    paths = [
        hall.home / name
        for name in (
            "keys",
            "cube.db",
            "cube.db-wal",
            "local/state.db",
            "local/state.db-wal",
            "local/installation",
        )
    ]
    assert all(path.exists() for path in paths[:4])
    hall.hostile.run(
        python(f"""
        for path in {[str(path) for path in paths]!r}:
            for root in ("", "/proc/1/root", "/proc/self/root/..", "/.cube/local/../.."):
                refused(root + path, lambda: read(root + path))
        for place in ({str(hall.home)!r}, {str(hall.home / "local")!r}, "/.cube", "/cube", "/cube/..", "/root/.ssh", "/proc/1", "/proc/1/fd"):
            try:
                names = os.listdir(place)
            except OSError:
                continue
            if set(names) & {{"keys", "cube.db", "state.db", "pods", "folders", "environments", "local", "id_rsa"}}:
                print("LEAK", place, names)
        for path in ("/etc/shadow", "/etc/gshadow", "/proc/kcore", "/proc/kmem", "/dev/mem", "/dev/vda", "/dev/sda"):
            refused(path, lambda: read(path))
        """)  # noqa: E501
    ).held()


def test_what_another_project_has_cannot_be_found(sandboxed):
    hall = sandboxed
    pod = hall.victim()
    wanted = hall.home / "local" / "pods" / pod / "data"
    assert (wanted / "work" / "theirs").read_text() == SECRET and (
        wanted / "tmp" / "theirs"
    ).read_text() == SECRET
    hall.hostile.run(
        python(f"""
        for path in ({str(wanted)!r}, "/cube/run/../../.cube/local/pods/{pod}/data", "/proc/1/cwd", "/proc/1/root{wanted}"):
            for name in ("work/theirs", "tmp/theirs", "out"):
                refused(path, lambda: read(path + "/" + name))
        for top, folders, files in os.walk("/"):
            folders[:] = [name for name in folders if top != "/" or name not in ("proc", "sys", "usr", "etc", "opt", "nix")]
            for name in files:
                if name == "theirs" or name.startswith(("state.db", "cube.db")):
                    print("LEAK", top, name)
        pids = [name for name in os.listdir("/proc") if name.isdigit()]
        if len(pids) > 3:
            print("LEAK others are seen", pids)
        for number in [*range(1, 40000, 7), {hall.supervisor(pod)}, {hall.server.process.pid}]:
            for name in ("environ", "cmdline", "maps"):
                try:
                    data = read("/proc/%d/%s" % (number, name))
                except OSError:
                    continue
                if str(number) not in pids:
                    print("LEAK", number, name, data[:200])
        """)  # noqa: E501
    ).held()
    assert hall.running(pod, hall.innocent)


@pytest.mark.parametrize("place", ["/tmp", "/dev/shm", "/var/tmp"])
def test_temporary_files_are_seen_by_their_pod_alone(sandboxed, place):
    """Those of other users, of the machine, and of the next pod of the same project."""
    sandboxed.victim()
    first = sandboxed.hostile.run(
        f"umask 0; echo first > {place}/first; chmod 666 {place}/first; ls -A {place}"
    )
    assert first.log.strip() == "first"
    assert sandboxed.hostile.run(f"ls -A {place}; echo DONE").log == "DONE\n"


def test_the_kernel_is_told_nothing(hall):
    """Open for writing is enough to be a leak; nothing is written."""
    hall.hostile.run(
        python("""
        names = ["/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/drop_caches", "/sys/kernel/uevent_helper",
                 "/sys/power/state", "/proc/1/mem", "/proc/1/oom_score_adj", "/proc/1/uid_map", "/proc/bus/pci", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        for top in ("/proc/sys", "/sys/kernel", "/sys/module", "/sys/fs"):
            for folder, _, files in os.walk(top):
                names += [folder + "/" + name for name in files]
                if len(names) > 4000:
                    break
        names = [name for name in names if not name.endswith("/ns_last_pid")]  # open to all, and writing asks for a capability
        for name in names:
            refused(name, lambda: os.close(os.open(name, os.O_WRONLY | os.O_NONBLOCK)))
        """)  # noqa: E501
    ).held()


def test_system_calls_that_reach_far_are_refused(hall):
    """Each with arguments that would do nothing if it were not."""
    said = hall.hostile.run(
        python("""
        import ctypes, errno, platform
        libc = ctypes.CDLL(None, use_errno=True)
        if platform.machine() == "x86_64":
            table = {"pivot_root": 155, "chroot": 161, "acct": 163, "mount": 165, "umount2": 166, "swapon": 167, "reboot": 169, "sethostname": 170,
                     "iopl": 172, "init_module": 175, "delete_module": 176, "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250,
                     "unshare": 272, "perf_event_open": 298, "open_by_handle_at": 304, "setns": 308, "finit_module": 313, "kexec_file_load": 320,
                     "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425, "open_tree": 428, "move_mount": 429, "fanotify_init": 300, "memfd_secret": 447, "open_tree_attr": 467, "fsopen": 430, "mount_setattr": 442}
            for name, number in table.items():
                ctypes.set_errno(0)
                result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
                code = errno.errorcode.get(ctypes.get_errno())
                if result != -1 or code not in ("EPERM", "ENOSYS"):
                    print("LEAK", name, result, code)
            for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
                ctypes.set_errno(0)
                result = libc.syscall(ctypes.c_long(56), ctypes.c_ulong(flag | 17), *[ctypes.c_long(0)] * 4)
                if result == 0:
                    os._exit(0)
                if result > 0:
                    print("LEAK clone", hex(flag))
                result = libc.unshare(ctypes.c_int(flag))
                if result == 0:
                    print("LEAK unshare", hex(flag))
            libc.syscall(ctypes.c_long(0x40000000 + 165), *[ctypes.c_long(0)] * 6)
            if ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM):
                print("LEAK the other numbers of this processor", ctypes.get_errno())
        for request in (16, 0x4206):
            ctypes.set_errno(0)
            if libc.ptrace(request, 1, None, None) == 0:
                print("LEAK ptrace", request)
        import stat
        for kind, device in ((stat.S_IFBLK, os.makedev(254, 0)), (stat.S_IFCHR, os.makedev(1, 1))):
            refused("mknod", lambda: os.mknod("/tmp/node", kind | 0o600, device))
        import socket
        refused("vsock", lambda: socket.socket(40, socket.SOCK_STREAM))
        for family, kind in ((socket.AF_INET, socket.SOCK_STREAM), (socket.AF_UNIX, socket.SOCK_DGRAM), (socket.AF_NETLINK, socket.SOCK_RAW)):
            socket.socket(family, kind).close()
        refused("kill", lambda: os.kill(1, 9))
        for uid in (0, 1, 700000):
            refused("setuid", lambda: os.setuid(uid))
            refused("chown", lambda: os.chown("/tmp", uid, -1))
        """)  # noqa: E501
    )
    said.held()


def test_programs_that_set_a_user_give_nothing(hall):
    hall.hostile.run(
        python("""
        import glob, stat, subprocess
        status = dict(line.split(":", 1) for line in open("/proc/self/status"))
        if int(status["CapEff"], 16) or int(status["CapPrm"], 16) or int(status["CapInh"], 16) or int(status["CapAmb"], 16):
            print("LEAK capabilities", status["CapEff"], status["CapPrm"])
        if status["NoNewPrivs"].strip() != "1" or status["Seccomp"].strip() != "2":
            print("LEAK", status["NoNewPrivs"], status["Seccomp"])
        found = [path for top in ("/usr/bin", "/usr/sbin", "/usr/lib") for path in glob.glob(top + "/*") if os.path.isfile(path)]
        set_user = [path for path in found if os.stat(path).st_mode & (stat.S_ISUID | stat.S_ISGID)]
        for path in set_user:
            if not os.statvfs(path).f_flag & os.ST_NOSUID:
                print("LEAK", path)
        for place in ("/tmp", "/dev/shm", "/cube/run/work", "/cube/run/out"):
            if os.path.isdir(place) and not os.statvfs(place).f_flag & (os.ST_NOSUID | 4):
                print("LEAK", place)
        for words in (["su", "-c", "id -u"], ["mount", "-t", "tmpfs", "x", "/tmp"], ["umount", "/tmp"], ["unshare", "-r", "true"], ["sudo", "-n", "id", "-u"]):
            try:
                done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
            except FileNotFoundError:
                continue
            if done.returncode == 0:
                print("LEAK", words, done.stdout)
        """)  # noqa: E501
    ).held()


def test_signals_reach_nobody_else(sandboxed):
    """`kill -9 -1` ends the pod itself: not the platform, not another project's pod, not another of its own
    project."""
    hall = sandboxed
    pod = hall.victim()
    own = hall.hostile.begin("echo begun; sleep 600")
    beside = hall.hostile.says(own, "begun")
    numbers = [hall.server.process.pid, hall.supervisor(pod), hall.supervisor(beside), os.getpid()]
    hall.hostile.run(
        python(f"""
        for number in {numbers!r}:
            for signal in (0, 9, 15):
                refused(number, lambda: os.kill(number, signal))
                refused(number, lambda: os.killpg(number, signal))
        """)
    ).held()
    ended = hall.hostile.run("kill -9 -1; echo still here; sleep 600")
    assert ended.state == "FAILED"
    assert (
        hall.running(pod, hall.innocent)
        and hall.running(beside, hall.hostile)
        and hall.server.process.poll() is None
    )
    hall.hostile.cancel(own)
    assert hall.hostile.ended(own).state == "CANCELLED"


@contextlib.contextmanager
def answering(port: int, data: bytes):
    """Something of this machine that answers at its loopback."""
    with socket.create_server(("127.0.0.1", port)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    with listener.accept()[0] as link:
                        link.sendall(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def test_ports_of_others_and_of_the_machine_do_not_answer(sandboxed):
    """Only the platform's own do, with the token of the step."""
    hall = sandboxed
    hall.victim()
    with answering(0, b"of the machine") as port:
        addresses = [
            "127.0.0.1",
            "127.0.0.2",
            "10.0.2.2",
            "10.0.2.3",
            "10.0.2.100",
            "localhost",
            "::1",
            socket.gethostname(),
            *_addresses(),
        ]
        hall.hostile.run(
            python(f"""
            import json, socket, urllib.request
            for address in {addresses!r}:
                for port in ({port}, {VICTIM_PORT}):
                    refused((address, port), lambda: socket.create_connection((address, port), 1).recv(100))
            known = {[hall.server.port, hall.server.port + 1, hall.sdists]!r}
            for name in ("tcp", "tcp6", "udp", "udp6"):
                for line in open("/proc/net/" + name).read().splitlines()[1:]:
                    _, local, remote, state = line.split()[:4]
                    if state in ("0A", "07") and int(local.rpartition(":")[2], 16) not in known:
                        print("LEAK", name, line)
            with socket.socket(socket.AF_UNIX) as link:
                for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/systemd/private", "/run/dbus/system_bus_socket"):
                    refused(path, lambda: link.connect(path))
            query = "{{ run(id: \\"" + os.environ["CUBE_RUN_ID"] + "\\") {{ state }} }}"
            asked = urllib.request.Request(os.environ["CUBE_API_URL"] + "/graphql", json.dumps({{"query": query}}).encode(),
                {{"authorization": "Bearer " + os.environ["CUBE_TOKEN"], "content-type": "application/json"}})
            assert json.load(urllib.request.urlopen(asked, timeout=20))["data"]["run"]["state"] == "RUNNING"
            """)  # noqa: E501
        ).held()


def test_other_addresses_of_the_machine_and_link_local_ones_are_closed(sandboxed):
    """Where more may listen than is meant for pods, and where clouds hand out credentials."""
    hall = sandboxed
    with socket.create_server(("0.0.0.0", 0)) as listening:
        port = listening.getsockname()[1]
        for address in _addresses():
            socket.create_connection((address, port), 5).close()
        targets = [(address, port) for address in _addresses()] + [("169.254.169.254", 80)]
        hall.hostile.run(
            python(f"""
            import socket
            for target in {targets!r}:
                refused(target, lambda: socket.create_connection(target, 5))
            """)
        ).held()


def _addresses() -> list[str]:
    """This machine's own, at which what listens at 127.0.0.1 must not be found either."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link, contextlib.suppress(OSError):
        link.connect(("192.0.2.1", 9))
        return [link.getsockname()[0]]
    return []


def test_a_step_does_not_answer_in_the_place_of_the_platform(sandboxed):
    """While the platform is away, the step binds the port of the console as often as it can."""
    hall = sandboxed
    run = hall.hostile.begin(
        python(f"""
        import socket, threading, time
        def answer(listener):
            while True:
                link, _ = listener.accept()
                link.sendall(b"HTTP/1.1 200 OK\\r\\ncontent-length: 6\\r\\n\\r\\nstolen")
                link.close()
        print("begun", flush=True)
        bound, end = set(), time.monotonic() + 60
        while time.monotonic() < end:
            for address in ("0.0.0.0", "127.0.0.1", "10.0.2.100"):
                for port in ({hall.server.port}, {hall.server.port + 1}):
                    if (address, port) in bound:
                        continue
                    listener = socket.socket()
                    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
                        listener.setsockopt(socket.SOL_SOCKET, option, 1)
                    try:
                        listener.bind((address, port))
                        listener.listen()
                    except OSError:
                        listener.close()
                        continue
                    bound.add((address, port))
                    print("bound", address, port, flush=True)
                    threading.Thread(target=answer, args=(listener,), daemon=True).start()
            time.sleep(0.02)
        """)
    )
    hall.hostile.says(run, "begun")
    hall.server.kill()
    heard = []
    try:
        for _ in range(40):
            for port in (hall.server.port, hall.server.port + 1):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2) as link:
                    link.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
                    link.settimeout(0.5)
                    heard.append(link.recv(200))
    finally:
        hall.server.start()
    assert heard == []
    until(hall.ready)
    for _ in range(5):
        assert b"stolen" not in httpx2.get(f"{hall.server.url}/health").content
    hall.hostile.cancel(run)
    assert hall.hostile.ended(run).state == "CANCELLED"
