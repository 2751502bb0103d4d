"""Kubeflow Pipelines: its local runner of subprocesses, one task after the other."""

import logging
import time

from kfp import dsl, local

logging.disable(logging.CRITICAL)
local.init(runner=local.SubprocessRunner(use_venv=False), raise_on_error=True)


@dsl.component(install_kfp_package=False)
def nothing():
    pass


if __name__ == "__main__":
    nothing()
    for shape, count in (("chain", 20), ("fan", 100)):
        began = time.perf_counter()
        for _ in range(count):
            nothing()
        print(f"{shape}: {(time.perf_counter() - began) * 1000 / count:.2f}", flush=True)
