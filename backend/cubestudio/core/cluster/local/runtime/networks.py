"""A network of its own for each project: a loopback that nobody else reaches, and a way out through `pasta`,
a translator of connections that runs without rights.

A holder is a process that does nothing but keep the network namespace alive; pods join it. It belongs to
nobody, in a user namespace of its own, which is what pasta may join without rights. Holder and pasta outlive
the control plane, as pods do: a server that is adopted still has its network. The holder ends when neither a
control plane nor a pod of its project is there any more.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import struct
import time

from cubestudio.core.cluster.local.runtime import syscalls
from cubestudio.core.cluster.local.runtime.namespaces import bring_up_loopback

NOBODY = 65534
ADDRESS, NETMASK, GATEWAY, RESOLVER = "10.0.2.100", "255.255.255.0", "10.0.2.2", "10.0.2.3"
"""As pods of a network see themselves, their way out, and the resolver that stands for the machine's."""
SECONDS = 10.0
"""In which pasta must have set up its side."""
EVERY = 30.0
"""Seconds between two looks at whether the network is still needed."""


def begin(link: socket.socket, folder: int, proc: int, told: dict) -> None:
    """Fork a holder, which reports {"network": name, "pid": its process id, "problem": words or null} on
    `link` when pods may join. `folder`: a descriptor of the platform's folder; `told`: {"network": name,
    "pasta": program, "ports": those of the machine's loopback that are reached at that of the network,
    "closed": networks that are not reached, such as 169.254.0.0/16}."""
    if os.fork():
        return
    name = told["network"]
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        root = os.geteuid() == 0
        lock = os.open(f"networks/{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600, dir_fd=folder)
        driver = os.open("drive.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600, dir_fd=folder)
        go, come = os.pipe()
        me = int(os.readlink("self", dir_fd=proc))
        child = os.fork()
        if child == 0:
            os.close(come)
            _translate(go, me, root, told)
        os.close(go)
        if root:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # so that pasta, which is nobody too, may join
        uid, gid = os.geteuid(), os.getegid()
        syscalls.unshare(syscalls.NEWUSER | syscalls.NEWNET)
        for file, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
            descriptor = os.open(f"self/{file}", os.O_WRONLY, dir_fd=proc)
            os.write(descriptor, text.encode())
            os.close(descriptor)
        bring_up_loopback()
        os.write(come, b"x")
        os.close(come)
        problem = _wait(child, told["ports"])
        if problem is None:
            for network in told["closed"]:
                refuse(network)
        link.sendall(json.dumps({"network": name, "pid": me, "problem": problem}).encode())
        link.close()
        if problem is None:
            _hold(folder, lock, driver, child)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    except BaseException as error:
        os.write(2, f"network of {name}: {error!r}\n".encode())
        with contextlib.suppress(OSError):
            link.sendall(json.dumps({"network": name, "pid": 0, "problem": str(error)}).encode())
    os._exit(0)


def _translate(go: int, holder: int, root: bool, told: dict) -> None:
    """Become pasta for the network namespace of the holder."""
    try:
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        if not os.read(go, 1):
            os._exit(1)
        if root:  # the machine's devices may be closed to nobody, and our view of the machine has no /proc
            syscalls.unshare(syscalls.NEWNS)
            syscalls.mount("proc", "/proc", "proc")
            syscalls.mount("tmpfs", "/dev", "tmpfs", 0, "size=64k,mode=755")
            os.umask(0)
            os.mkdir("/dev/net", 0o755)
            os.mknod("/dev/net/tun", 0o020666, os.makedev(10, 200))
            os.mknod("/dev/null", 0o020666, os.makedev(1, 3))
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        for number in (signal.SIGPIPE, signal.SIGINT):  # Python ignores them, which pasta takes for a failure
            signal.signal(number, signal.SIG_DFL)
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.closerange(3, 256)
        ports = ",".join(map(str, told["ports"])) or "none"
        options = (
            f"-f -q -4 -a {ADDRESS} -n {NETMASK} -g {GATEWAY} --dns-forward {RESOLVER} -T {ports} -U "
            "none -t none -u none"
        )
        words = [
            told["pasta"],
            "--config-net",
            "--no-map-gw",
            *options.split(),
            "--no-dhcp",
            "--no-dhcpv6",
            "--no-ndp",
            "--no-ra",
        ]
        os.execve(told["pasta"], [*words, str(holder)], {"PATH": "/usr/bin:/bin"})
    except BaseException as error:
        os.write(2, f"pasta: {error!r}\n".encode())
        os._exit(1)


def _wait(child: int, ports: list[int]) -> str | None:
    """Until the network has its address and its ports; why it has not."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            return "pasta ended at once"
        if _addressed() and all(_listening(port) for port in ports):
            return None
        time.sleep(0.005)
    return "pasta did not set up the network in time"


def refuse(network: str) -> None:
    """Have a network be unreachable, by a message to the kernel as `ip route replace unreachable` sends
    it."""
    address, _, bits = network.partition("/")
    route = struct.pack(
        "=BBBBBBBBI", socket.AF_INET, int(bits), 0, 0, 254, 4, 0, 7, 0
    )  # the main table, static, RTN_UNREACHABLE
    route += struct.pack("=HH4s", 8, 1, socket.inet_aton(address))  # RTA_DST
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as control:
        control.send(
            struct.pack("=IHHII", 16 + len(route), 24, 0x1 | 0x4 | 0x100 | 0x400, 1, 0) + route
        )  # RTM_NEWROUTE, acknowledged
        (error,) = struct.unpack_from("=i", control.recv(4096), 16)
    if error:
        raise OSError(-error, f"{network} cannot be closed: {os.strerror(-error)}")


def _addressed() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                found = fcntl.ioctl(control, 0x8915, struct.pack("16s24s", name.encode(), b""))  # SIOCGIFADDR
                if socket.inet_ntoa(found[20:24]) == ADDRESS:
                    return True
    return False


def _listening(port: int) -> bool:
    with socket.socket() as link:
        return link.connect_ex(("127.0.0.1", port)) == 0


def _hold(folder: int, lock: int, driver: int, child: int) -> None:
    """While a control plane or a pod wants the network, and pasta lives."""
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(EVERY)
        if os.fstat(folder).st_nlink == 0:  # the installation was deleted
            return
        if _free(driver) and _free(lock):
            return


def _free(descriptor: int) -> bool:
    """Whether nobody holds a lock on a file."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True


def join(name: str, holder: int, folder: int, proc: int) -> None:
    """In the process of a supervisor: enter the network, and keep its holder from ending while this process
    lives."""
    lock = os.open(f"networks/{name}", os.O_RDWR | os.O_CREAT, 0o600, dir_fd=folder)
    fcntl.flock(lock, fcntl.LOCK_SH)
    namespace = os.open(f"{holder}/ns/net", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    syscalls.setns(namespace, syscalls.NEWNET)
    os.close(namespace)
