"""R6: all that a pod uses is counted, its number of processes is bounded, and nothing of it stays."""

import asyncio
import json
import os
import signal

import pytest
import websockets

from tests.hostile.conftest import PIDS, living, python, until

HIDDEN = {
    "/dev/shm": """
        with open("/dev/shm/held", "wb") as file:
            for _ in range(400):
                file.write(b"x" * 2**20)
        """,
    "memfd": """
        held = os.memfd_create("held")
        for _ in range(400):
            os.write(held, b"x" * 2**20)
        """,
    "a shared mapping": """
        import mmap
        held = mmap.mmap(-1, 400 * 2**20)
        for place in range(0, 400 * 2**20, 4096):
            held[place] = 1
        """,
    "many files of memory, each of another process": """
        import time
        for _ in range(8):
            if os.fork() == 0:
                held = os.memfd_create("held")
                for _ in range(50):
                    os.write(held, b"x" * 2**20)
                time.sleep(60)
                os._exit(0)
        os.wait()
        """,
    "a pipe and sockets that nobody reads": """
        import socket, time
        held = []
        while True:
            here, there = socket.socketpair()
            here.setblocking(False)
            here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**20)
            held.append((here, there))
            try:
                while True:
                    here.send(b"x" * 65536)
            except OSError:
                pass
            if len(held) > 480:
                bytearray(400 * 2**20)  # what sockets hold is bounded by the kernel
        """,
}


@pytest.mark.parametrize("place", HIDDEN)
def test_memory_without_a_process_is_counted(hall, place):
    ended = hall.hostile.run(python(HIDDEN[place]), resources={"cpu": 0.1, "memory": "128M"}, timeout=50)
    assert ended.state == "FAILED" and (
        ended.reason == "OOMKilled" or "No space left on device" in ended.log
    ), ended


def test_files_in_tmp_are_no_memory(hall):
    """They are on the disk, like all its files: no limit of memory ends work that has large temporary
    files."""
    hall.hostile.run(
        python("""
        with open("/tmp/large", "wb") as file:
            for _ in range(300):
                file.write(b"x" * 2**20)
        """),
        resources={"cpu": 0.1, "memory": "128M"},
    ).held()


def test_what_many_share_is_counted_once(hall):
    """Forked workers over one shared mapping, one file and one inherited heap."""
    hall.innocent.run(
        python("""
        import mmap, time
        shared = mmap.mmap(-1, 60 * 2**20)
        shared.write(b"x" * len(shared))
        with open("file", "wb") as file:
            file.write(b"y" * (40 * 2**20))
        heap = bytes(40 * 2**20)
        workers = []
        for _ in range(12):
            pid = os.fork()
            if pid == 0:
                mapped = mmap.mmap(os.open("file", os.O_RDONLY), 0, prot=mmap.PROT_READ)
                assert sum(mapped[::4096]) and sum(shared[::4096]) and not any(heap[::4096])
                time.sleep(1.5)
                os._exit(0)
            workers.append(pid)
        assert all(os.waitpid(pid, 0)[1] == 0 for pid in workers)
        """),
        resources={"cpu": 0.1, "memory": "256M"},
    ).held()


def test_a_bomb_of_forks_is_bounded(hall):
    counted = hall.hostile.run(
        python("""
        import time
        started = 0
        try:
            for _ in range(2000):
                if os.fork() == 0:
                    time.sleep(600)
                    os._exit(0)
                started += 1
        except OSError as error:
            print("stopped", started, error.errno, flush=True)
        """)
    )
    counted.held()
    assert int(counted.log.split()[1]) <= PIDS
    bomb = hall.hostile.run(
        ":(){ : | : & }; trap '' TERM; while :; do : & : | : & done 2> /dev/null",
        timeout=3,
        resources={"cpu": 0.1, "memory": "64M"},
    )
    assert bomb.state == "FAILED" and bomb.reason in ("Timeout", "OOMKilled", "Error"), bomb


MARKS = {name: f"9876{place}.{os.getpid()}" for place, name in enumerate(("step", "supervisor", "terminal"))}
"""By which what stays of one run of the tests is told from what others left."""
DAEMON = """
import os, signal, sys
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
os.closerange(0, 256)
os.execve("/bin/sleep", ["sleep", "MARK"], {})
"""


def daemon(mark: str) -> str:
    return f"python3 - <<'END'\n{DAEMON.replace('MARK', mark)}\nEND\n"


def test_daemons_end_with_their_step(hall):
    ended = hall.hostile.run(
        f"{daemon(MARKS['step'])}\nuntil grep -q {MARKS['step']} /proc/[0-9]*/cmdline; do :; done; echo DONE"
    )
    ended.held()
    assert not living(MARKS["step"])


def test_daemons_end_with_a_killed_supervisor(sandboxed):
    """Also those without an environment, by which they could be found."""
    hall = sandboxed
    run = hall.hostile.begin(
        f"{daemon(MARKS['supervisor'])}\nuntil grep -q {MARKS['supervisor']} /proc/[0-9]*/cmdline; "
        "do :; done; echo begun; sleep 600"
    )
    pod = hall.hostile.says(run, "begun")
    assert len(living(MARKS["supervisor"])) == 1
    os.kill(hall.supervisor(pod), signal.SIGKILL)
    ended = hall.hostile.ended(run)
    assert (ended.state, ended.reason) == ("FAILED", "Lost")
    until(lambda: not living(MARKS["supervisor"]), 10)


def test_daemons_of_a_terminal_end_with_the_step(hall):
    run = hall.hostile.begin("echo begun; until [ -e over ]; do sleep 0.05; done")
    pod = hall.hostile.says(run, "begun")

    async def type_(words: str, over) -> None:
        """Type into a terminal, which is open until something is so."""
        address = hall.server.url.replace("http", "ws") + f"/pods/{pod}/terminal"
        async with websockets.connect(
            address, additional_headers={"authorization": f"Bearer {hall.hostile.client.token}"}
        ) as terminal:
            await terminal.send(json.dumps({"rows": 20, "columns": 70}))
            await terminal.send(words.encode())
            async with asyncio.timeout(30):
                while not over():
                    await asyncio.sleep(0.05)

    asyncio.run(type_(daemon(MARKS["terminal"]), lambda: living(MARKS["terminal"])))
    assert hall.running(pod, hall.hostile)
    asyncio.run(type_("touch over\n", lambda: hall.hostile.ask(run)[0]["state"] != "RUNNING"))
    assert hall.hostile.ended(run).state == "SUCCEEDED"
    assert not living(MARKS["terminal"])
