"""Several processes of one training as one step: all start or none, and when one fails the others are ended.

Each worker is told who it is in the way its framework expects:
  torch       MASTER_ADDR, MASTER_PORT, RANK, LOCAL_RANK, WORLD_SIZE, LOCAL_WORLD_SIZE
  tensorflow  TF_CONFIG
  jax         JAX_COORDINATOR_ADDRESS, JAX_NUM_PROCESSES, JAX_PROCESS_ID
  mpi         whatever mpirun tells its processes
All get CUBE_RANK and CUBE_WORKERS. The cards of the step are shared out between them. Lines of output begin with the rank.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time


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


def contract(framework, rank, count, addresses):
    """What one worker is told. `addresses`: a port for each worker."""
    told = {"CUBE_RANK": rank, "CUBE_WORKERS": count}
    if framework == "torch":
        told.update(
            MASTER_ADDR="127.0.0.1", MASTER_PORT=addresses[0], RANK=rank, LOCAL_RANK=rank, WORLD_SIZE=count, LOCAL_WORLD_SIZE=count,
            GROUP_RANK=0, OMP_NUM_THREADS=max(1, (os.cpu_count() or 1) // count),
        )  # fmt: skip
    elif framework == "tensorflow":
        workers = ["127.0.0.1:%d" % port for port in addresses]
        told["TF_CONFIG"] = json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": rank}})
    elif framework == "jax":
        told.update(JAX_COORDINATOR_ADDRESS="127.0.0.1:%d" % addresses[0], JAX_NUM_PROCESSES=count, JAX_PROCESS_ID=rank)
    cards = [card for card in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if card]
    if len(cards) >= count:
        share = len(cards) // count
        told["CUDA_VISIBLE_DEVICES"] = ",".join(cards[rank * share : (rank + 1) * share])
        if framework == "torch":
            told["LOCAL_RANK"] = 0
    return {name: str(value) for name, value in told.items()}


class Gang:
    def __init__(self, grace):
        self.workers = []
        self.grace = grace
        self.ending = False
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, *_):
        self.end()

    def end(self):
        """Ask all to stop, and kill what is left after the grace."""
        if self.ending:
            return
        self.ending = True
        self.signal(signal.SIGTERM)
        timer = threading.Timer(self.grace, self.signal, [signal.SIGKILL])
        timer.daemon = True
        timer.start()

    def signal(self, number):
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(number)

    def start(self, command, environments):
        try:
            for env in environments:
                self.workers.append(
                    subprocess.Popen(command, env=dict(os.environ, **env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                )
        except OSError as error:
            self.signal(signal.SIGKILL)
            sys.exit(f"[gang] not every worker could start, so none does: {error}")

    def run(self):
        """Until all have ended; the exit code of the first that failed."""
        lock = threading.Lock()

        def speak(rank, stream):
            for line in iter(stream.readline, b""):
                with lock:
                    sys.stdout.buffer.write(b"[%d] " % rank + line)
                    sys.stdout.buffer.flush()

        speakers = [threading.Thread(target=speak, args=(rank, worker.stdout)) for rank, worker in enumerate(self.workers)]
        for speaker in speakers:
            speaker.start()
        failed = None
        while any(worker.poll() is None for worker in self.workers):
            for rank, worker in enumerate(self.workers):
                if failed is None and not self.ending and worker.poll() not in (None, 0):
                    failed = (rank, worker.returncode)
                    self.end()
            time.sleep(0.02)
        for rank, worker in enumerate(self.workers):
            if failed is None and worker.returncode and not self.ending:
                failed = (rank, worker.returncode)
        for speaker in speakers:
            speaker.join()
        if failed:
            rank, code = failed
            how = "exit code %d" % code if code > 0 else "signal %d" % -code
            print("[gang] worker %d ended with %s; the others were ended" % (rank, how), flush=True)
            return code if code > 0 else 128 - code
        return 143 if self.ending else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("framework", choices=["torch", "tensorflow", "jax", "mpi"])
    parser.add_argument("workers", type=int)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    if not 1 <= asked.workers <= 256:
        sys.exit("[gang] workers is a number from 1 to 256")
    gang = Gang(5)
    if asked.framework == "mpi":
        if not shutil.which("mpirun"):
            sys.exit("[gang] mpirun is not here; install Open MPI (on Debian: apt-get install openmpi-bin)")
        extra = ["--allow-run-as-root"] if os.geteuid() == 0 else []
        command = ["mpirun", "-n", str(asked.workers), "--oversubscribe", *extra, *asked.command]
        gang.start(command, [{"CUBE_WORKERS": str(asked.workers)}])
    else:
        addresses = ports(asked.workers)
        gang.start(asked.command, [contract(asked.framework, rank, asked.workers, addresses) for rank in range(asked.workers)])
    sys.exit(gang.run())


if __name__ == "__main__":
    main()
