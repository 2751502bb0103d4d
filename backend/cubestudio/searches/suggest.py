"""The next trial, whether one that runs is to be ended, and what mattered: Optuna on a study that is made again from our rows each
time, so that the same seed and the same results in the same order give the same suggestions. Pure; slow enough for a thread."""

import hashlib
import math
import warnings
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from cubestudio.core.numbers import unpacked
from cubestudio.pipelines.metrics.spec import MOST_CURVE
from cubestudio.searches.spec import Definition, Parameter, grid_point, spread_point

ASKED = "asked"
"""In the memory of a trial whose point people wanted tried: it takes no place in what the search tries by itself."""


@dataclass(frozen=True)
class Past:
    """A trial as the algorithm knows it."""

    number: int
    params: Mapping[str, Any]
    state: str
    values: Sequence[float] | None
    curve: Sequence[Sequence[Any]]
    memory: Mapping[str, Any]


def seed_of(seed: int, number: int) -> int:
    """Every trial has a seed of its own, so that nothing depends on how often the platform was started."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{number}".encode()).digest()[:4]) % 2**31


def distribution(parameter: Parameter) -> Any:
    import optuna

    known = optuna.distributions
    if parameter.type == "choice":
        return known.CategoricalDistribution(list(parameter.choices))
    assert parameter.low is not None and parameter.high is not None
    if parameter.type == "int":
        return known.IntDistribution(int(parameter.low), int(parameter.high), log=parameter.log, step=int(parameter.step or 1))
    return known.FloatDistribution(parameter.low, parameter.high, log=parameter.log, step=parameter.step)


def sampler(definition: Definition, number: int) -> Any:
    import optuna

    seed, start = seed_of(definition.seed, number), definition.algorithm.startup
    match definition.algorithm.name:
        case "random":
            return optuna.samplers.RandomSampler(seed=seed)
        case "cmaes":
            return optuna.samplers.CmaEsSampler(seed=seed, n_startup_trials=start, warn_independent_sampling=False)
        case "gp":
            return optuna.samplers.GPSampler(seed=seed, n_startup_trials=start)
        case "nsga2":
            return optuna.samplers.NSGAIISampler(seed=seed, population_size=max(start, 2))
        case "nsga3":
            return optuna.samplers.NSGAIIISampler(seed=seed, population_size=max(start, 2))
    return optuna.samplers.TPESampler(seed=seed, n_startup_trials=start, multivariate=True, group=True, constant_liar=True)


def pruner(definition: Definition) -> Any:
    import optuna

    told = definition.pruner
    if told is None:
        return optuna.pruners.NopPruner()
    match told.name:
        case "median":
            return optuna.pruners.MedianPruner(told.startup, told.warmup, told.every)
        case "percentile":
            return optuna.pruners.PercentilePruner(told.percentile, told.startup, told.warmup, told.every)
        case "halving":
            return optuna.pruners.SuccessiveHalvingPruner(min_resource=max(told.warmup, 1), reduction_factor=told.reduction)
        case "hyperband":
            return optuna.pruners.HyperbandPruner(max(told.warmup, 1), told.longest, told.reduction)
    return optuna.pruners.WilcoxonPruner(n_startup_steps=max(told.startup, 2))


def study(definition: Definition, past: Sequence[Past], number: int) -> Any:
    """Everything that is known, as the algorithm for trial `number` wants it."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    states = optuna.trial.TrialState
    named = {"Succeeded": states.COMPLETE, "Pruned": states.PRUNED, "Running": states.RUNNING, "Pruning": states.RUNNING}
    space = {parameter.name: distribution(parameter) for parameter in definition.space}
    made = optuna.create_study(
        directions=[objective.direction for objective in definition.objectives],
        sampler=sampler(definition, number),
        pruner=pruner(definition),
    )
    stride = max((stride_of(each.curve) for each in past), default=1)
    for each in sorted(past, key=lambda each: each.number):
        state = named.get(each.state, states.FAIL)
        made.add_trial(
            optuna.trial.create_trial(
                state=state, values=list(each.values) if state == states.COMPLETE and each.values else None, params=dict(each.params),
                distributions={name: space[name] for name in each.params if name in space}, system_attrs=dict(each.memory),
                intermediate_values=comparable(each.curve, stride),
            )
        )  # fmt: skip
    return made


def stride_of(curve: Sequence[Sequence[Any]]) -> int:
    """Of which power of two the steps of a curve are multiples, when it is one that was thinned out; its last point lies anywhere."""
    if len(curve) <= MOST_CURVE // 2:
        return 1
    together = math.gcd(*(step for step, _ in curve[:-1]))
    return together & -together or 1


def comparable(curve: Sequence[Sequence[Any]], stride: int) -> dict[int, float]:
    """The points of a curve that others have too, by step. What is no finite number is NaN, for which a pruner ends a trial."""
    found = {step: unpacked(value) for step, value in curve if step % stride == 0}
    return {step: value if value is not None and math.isfinite(value) else math.nan for step, value in found.items()}


def asked(past: Sequence[Past]) -> int:
    """How many trials were of points that people wanted."""
    return sum(bool(each.memory.get(ASKED)) for each in past)


def left(definition: Definition, past: Sequence[Past]) -> bool:
    """Whether the search has points of its own left to try: a grid has an end."""
    return len(past) - asked(past) < definition.most


def suggest(definition: Definition, past: Sequence[Past], number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """(parameters of trial `number`, what the algorithm wants to remember of it)."""
    place = number - asked(past)
    if definition.algorithm.name == "grid":
        return grid_point(definition.space, place), {}
    if definition.algorithm.name == "qmc" and place >= len(definition.start):
        return spread_point(definition.space, place - len(definition.start), definition.seed), {}
    known = study(definition, past, number)
    if place < len(definition.start):
        known.enqueue_trial(dict(definition.start[place]))
    trial = known.ask()
    params: dict[str, Any] = {}
    for parameter in definition.space:
        if not parameter.there(params):
            continue
        if parameter.type == "choice":
            params[parameter.name] = trial.suggest_categorical(parameter.name, list(parameter.choices))
        elif parameter.type == "int":
            assert parameter.low is not None and parameter.high is not None
            params[parameter.name] = trial.suggest_int(
                parameter.name, int(parameter.low), int(parameter.high), step=int(parameter.step or 1), log=parameter.log
            )
        else:
            assert parameter.low is not None and parameter.high is not None
            params[parameter.name] = trial.suggest_float(
                parameter.name, parameter.low, parameter.high, step=parameter.step, log=parameter.log
            )
    return params, dict(known.trials[-1].system_attrs)


def hopeless(definition: Definition, past: Sequence[Past], known: Mapping[int, int | None]) -> dict[int, tuple[bool, dict[str, Any]]]:
    """Of trials that run, by number, with the step up to which the points of each were looked at before: whether it is to be ended, and
    what the pruner wants to remember of it. Every point is looked at once, as if the trial had asked after each."""
    made = study(definition, past, 0)
    places = {each.number: place for place, each in enumerate(sorted(past, key=lambda each: each.number))}
    found = {}
    for number, seen in known.items():
        end = False
        points = sorted(made.trials[places[number]].intermediate_values.items())
        before = 0 if seen is None else bisect_right(points, seen, key=itemgetter(0))
        for count in range(before + 1, len(points) + 1):
            trial = made.trials[places[number]]
            trial.intermediate_values = dict(points[:count])
            if end := made.pruner.prune(made, trial):
                break
        found[number] = (bool(end), dict(made.trials[places[number]].system_attrs))
    return found


def importance(definition: Definition, past: Sequence[Past]) -> dict[str, float]:
    """How much each parameter mattered for the first objective, 1 in all; {} when too little is known."""
    done = [each for each in past if each.state == "Succeeded"]
    if len(done) < 4 or len(definition.space) < 2:
        return {}
    import optuna

    known = study(definition, done, 0)
    sign = 1 if definition.objectives[0].direction == "minimize" else -1
    try:
        found = optuna.importance.get_param_importances(
            known, evaluator=optuna.importance.PedAnovaImportanceEvaluator(), target=lambda trial: sign * (trial.values or [0.0])[0]
        )
    except (ValueError, RuntimeError):
        return {}
    total = sum(found.values())
    return {name: value / total for name, value in found.items()} if total > 0 else {}


def front(definition: Definition, past: Sequence[Past]) -> list[int]:
    """Numbers of the trials that no other is better than in every objective."""
    signs = [1 if objective.direction == "minimize" else -1 for objective in definition.objectives]
    points = [
        (each.number, [sign * value for sign, value in zip(signs, each.values, strict=True)])
        for each in past
        if each.state == "Succeeded" and each.values
    ]
    points.sort(key=lambda point: point[1])
    kept: list[tuple[int, list[float]]] = []
    for number, values in points:
        if not any(all(a <= b for a, b in zip(other, values, strict=True)) and other != values for _, other in kept):
            kept.append((number, values))
    return sorted(number for number, _ in kept)
