"""Prefect: a flow of tasks in processes, on its own temporary server."""

import time

from prefect import flow, task
from prefect.settings import PREFECT_LOGGING_LEVEL, temporary_settings
from prefect.task_runners import ProcessPoolTaskRunner
from prefect.testing.utilities import prefect_test_harness


@task
def nothing(_=None):
    return None


@flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
def chain():
    last = None
    for _ in range(20):
        last = nothing.submit(last)
    last.wait()


@flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
def fan():
    for future in [nothing.submit(n) for n in range(100)]:
        future.wait()


if __name__ == "__main__":
    with prefect_test_harness(), temporary_settings({PREFECT_LOGGING_LEVEL: "ERROR"}):
        for flow_, count in ((chain, 20), (fan, 100)):
            began = time.perf_counter()
            flow_()
            print(f"{flow_.name}: {(time.perf_counter() - began) * 1000 / count:.2f}", flush=True)
