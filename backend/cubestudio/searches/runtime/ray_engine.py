"""Runs Ray Tune with trials that wait: Ray Tune suggests, the platform tries. params.json says what for."""

import json
import sys
import types

import ray
from ray import tune

with open("params.json") as file:
    asked = json.load(file)


def range_of(told):
    """A dimension as Ray Tune has it."""
    if told["values"] is not None:
        return tune.choice(told["values"])
    if told["type"] == "int":
        return (tune.lograndint if told["log"] else tune.randint)(int(told["low"]), int(told["high"]) + 1)
    return (tune.loguniform if told["log"] else tune.uniform)(told["low"], told["high"])


def attempt(point):
    waiter = types.ModuleType("waiter")
    exec(WAITER, waiter.__dict__)  # noqa: F821, S102  it is put before this text
    key = tune.get_context().get_trial_id()
    heard = []

    def report(value):
        heard.append(value)
        tune.report({"value": value, "training_iteration": len(heard)})

    try:
        report(waiter.trial("%s-%s" % (asked["name"], key), point, report))
    except waiter.Failed as problem:
        raise RuntimeError(str(problem)) from None


def algorithm():
    told = dict({"metric": "value", "mode": asked["direction"][:3]}, **asked["settings"])
    if asked["algorithm"] == "optuna":
        from ray.tune.search.optuna import OptunaSearch

        return OptunaSearch(**dict({"seed": asked["seed"]}, **told))
    if asked["algorithm"] == "hyperopt":
        from ray.tune.search.hyperopt import HyperOptSearch

        return HyperOptSearch(**dict({"random_state_seed": asked["seed"]}, **told))
    from ray.tune.search.basic_variant import BasicVariantGenerator

    return BasicVariantGenerator(random_state=asked["seed"])


ray.init()
print("Ray Tune suggests by", asked["algorithm"], flush=True)
waiting = tune.with_resources(attempt, {"cpu": 0.01})  # it only waits
config = tune.TuneConfig(
    metric="value",
    mode=asked["direction"][:3],
    search_alg=algorithm(),
    num_samples=asked["trials"],
    max_concurrent_trials=asked["parallel"],
)
results = tune.Tuner(
    waiting, tune_config=config, param_space={each["name"]: range_of(each) for each in asked["space"]}
).fit()
print("Ray Tune is through:", len(results), "trials,", results.num_errors, "without a number", flush=True)
sys.exit("no trial came to a number" if results.num_errors == len(results) else 0)
