"""Several processes of one training in one pod: all start or none, and when one fails the others are ended.

It runs alone, beside `gang.json`: {"members": [{"env", "command", "helper"}, ...], "program": [name, how to
have it] or null}. `@n@` in what a member is told is a free port, the same for all. Everyone gets CUBE_RANK
and CUBE_WORKERS too; the cards of the pod are shared out between them. Lines of output begin with the rank
when there are several members.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

GRACE = 5


def ports(count):
    """Ports of this machine that are free now."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def told(members, command):
    """[(words, environment), ...]: who each member is, with ports and cards filled in."""
    text = json.dumps(members)
    places = ports(max([len(members), *(int(number) + 1 for number in re.findall(r"@(\d+)@", text))]))
    members = json.loads(re.sub(r"@(\d+)@", lambda match: str(places[int(match[1])]), text))
    cards = [card for card in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if card]
    share = len(cards) // len(members)
    found = []
    for rank, member in enumerate(members):
        env = dict(member["env"], CUBE_RANK=str(rank), CUBE_WORKERS=str(len(members)))
        env.setdefault(
            "OMP_NUM_THREADS",
            os.environ.get("OMP_NUM_THREADS") or str(max(1, (os.cpu_count() or 1) // len(members))),
        )
        if share:
            env["CUDA_VISIBLE_DEVICES"] = ",".join(cards[rank * share : (rank + 1) * share])
            if "LOCAL_RANK" in env:
                env["LOCAL_RANK"] = "0"
        found.append((member["command"] + command, env))
    return found


class Gang:
    def __init__(self, helpers):
        self.members = []
        self.helpers = helpers
        self.ending = False
        self.done = False
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, *_):
        self.end()

    def end(self):
        """Ask all to stop, and kill what is left after the grace."""
        if self.ending:
            return
        self.ending = True
        self.signal(signal.SIGTERM)
        timer = threading.Timer(GRACE, self.signal, [signal.SIGKILL])
        timer.daemon = True
        timer.start()

    def signal(self, number):
        """To each member and what it started, also when the member itself has ended already."""
        for member in self.members:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(member.pid, number)

    def start(self, plans):
        several = len(plans) > 1
        try:
            for words, env in plans:
                out = subprocess.PIPE if several else None
                err = subprocess.STDOUT if several else None
                self.members.append(
                    subprocess.Popen(
                        words, env=dict(os.environ, **env), stdout=out, stderr=err, start_new_session=True
                    )
                )
        except OSError as error:
            self.signal(signal.SIGKILL)
            sys.exit(f"[gang] not every member could start, so none does: {error}")

    def run(self):
        """Wait until all have ended. Return the exit code of the first that failed."""
        speakers = self.speakers()
        failed = self.wait()
        self.signal(signal.SIGKILL)  # what members left behind would hold their output open
        for speaker in speakers:
            speaker.join()
        if failed:
            rank, code = failed
            how = "exit code %d" % code if code > 0 else "signal %d" % -code
            if len(self.members) > 1:
                print("[gang] member %d ended with %s; the others were ended" % (rank, how), flush=True)
            return code if code > 0 else 128 - code
        return 143 if self.ending and not self.done else 0

    def speakers(self):
        """Start a thread for each of several members: it prints the lines of its output after its rank."""
        lock = threading.Lock()

        def speak(rank, stream):
            for line in iter(stream.readline, b""):
                with lock:
                    sys.stdout.buffer.write(b"[%d] " % rank + line)
                    sys.stdout.buffer.flush()

        speakers = [
            threading.Thread(target=speak, args=(rank, each.stdout))
            for rank, each in enumerate(self.members)
            if each.stdout
        ]
        for speaker in speakers:
            speaker.start()
        return speakers

    def wait(self):
        """Wait until all have ended, and end the others when one fails. Return (rank, return code) of the
        first that failed, None when none did."""
        failed = None
        while any(member.poll() is None for member in self.members):
            failed = failed or self.failure()
            if failed:
                self.end()
            elif not self.ending and self.finished():
                self.done = True
                self.end()
            time.sleep(0.02)
        return failed or self.failure()

    def failure(self):
        """Return (rank, return code) of a member that has failed before the others were asked to end."""
        if self.ending:
            return None
        return next(
            (
                (rank, member.returncode)
                for rank, member in enumerate(self.members)
                if member.poll() not in (None, 0)
            ),
            None,
        )

    def finished(self):
        """Whether all members that are no helpers have ended well."""
        return all(member.poll() == 0 for rank, member in enumerate(self.members) if rank not in self.helpers)


def main():
    with open(sys.argv[1]) as file:
        plan = json.load(file)
    if plan["program"] and not shutil.which(plan["program"][0]):
        program, remedy = plan["program"]
        sys.exit(f"[gang] {program} is not here; {remedy}")
    members = plan["members"]
    gang = Gang({rank for rank, member in enumerate(members) if member["helper"]})
    gang.start(told(members, sys.argv[2:]))
    sys.exit(gang.run())


if __name__ == "__main__":
    main()
