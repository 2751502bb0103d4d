"""Dagster: a job of ops under its multiprocess executor."""

import time

from dagster import DagsterInstance, execute_job, job, multiprocess_executor, op, reconstructable


@op
def first():
    return 0


@op
def nothing(before):
    return before


@job(executor_def=multiprocess_executor.configured({"max_concurrent": 2}))
def chain():
    last = first()
    for _ in range(9):
        last = nothing(last)


@job(executor_def=multiprocess_executor.configured({"max_concurrent": 2}))
def fan():
    start = first()
    for _ in range(19):
        nothing(start)


if __name__ == "__main__":
    with DagsterInstance.local_temp() as instance:
        for made, count in ((chain, 10), (fan, 20)):
            began = time.perf_counter()
            result = execute_job(reconstructable(made), instance=instance)
            assert result.success
            print(f"{made.name}: {(time.perf_counter() - began) * 1000 / count:.2f}", flush=True)
