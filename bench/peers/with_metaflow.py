"""Metaflow: a chain of steps and a fan-out, run by its local scheduler."""

import os
import subprocess
import sys
import time

FLOW = """from metaflow import FlowSpec, step
class {name}(FlowSpec):
{steps}
if __name__ == "__main__":
    {name}()
"""


def chain(count: int) -> str:
    names = ["start", *(f"s{n}" for n in range(count - 2)), "end"]
    steps = [
        f"    @step\n    def {name}(self):\n        {f'self.next(self.{after})' if after else 'pass'}\n"
        for name, after in zip(names, [*names[1:], None], strict=True)
    ]
    return FLOW.format(name="Chain", steps="\n".join(steps))


def fan(count: int) -> str:
    steps = f"""    @step
    def start(self):
        self.items = list(range({count}))
        self.next(self.work, foreach='items')
    @step
    def work(self):
        self.next(self.join)
    @step
    def join(self, inputs):
        self.next(self.end)
    @step
    def end(self):
        pass
"""
    return FLOW.format(name="Fan", steps=steps)


for shape, text, count in (("chain", chain(20), 20), ("fan", fan(100), 100)):
    with open(f"{shape}.py", "w") as file:
        file.write(text)
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, f"{shape}.py", "--quiet", "run", "--max-workers", "2", "--max-num-splits", "200"],
        check=True,
        capture_output=True,
        env={**os.environ, "USERNAME": "bench"},
    )
    print(f"{shape}: {(time.perf_counter() - began) * 1000 / count:.2f}", flush=True)
