"""Runs an experiment of NNI whose trials are waiters: NNI suggests, the platform tries. params.json says what
for."""

import json
import os
import socket
import sys

os.environ["NNI_CONFIG_DIR"] = os.path.abspath(
    "config"
)  # beside its packages, where it would write, nothing may be written

from nni.experiment import Experiment

with open("params.json") as file:
    asked = json.load(file)
with open("waiter.py", "w") as file:
    file.write(WAITER)  # noqa: F821  it is put before this text

experiment = Experiment("local")
config = experiment.config
config.experiment_name = asked["name"]
config.experiment_working_directory = "nni"
config.trial_command = sys.executable + " -u waiter.py nni"
config.trial_code_directory = "."
config.trial_concurrency = asked["parallel"]
config.max_trial_number = asked["trials"]
config.search_space = asked["space"]
config.tuner.name = asked["algorithm"]
config.tuner.class_args = dict({"optimize_mode": asked["direction"]}, **asked["settings"])
config.training_service.use_active_gpu = False
with socket.socket() as held:
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]
print("NNI suggests by", asked["algorithm"], flush=True)
try:
    fine = experiment.run(port, wait_completion=True)
    states = [each.status for each in experiment.list_trial_jobs()]
finally:
    experiment.stop()
print("NNI is through:", {state: states.count(state) for state in sorted(set(states))}, flush=True)
sys.exit(0 if fine else "NNI gave up")
