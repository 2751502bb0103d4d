"""The next trial, whether one that runs is to be ended, and what mattered: Optuna on a study of what our rows
say, so that the same seed and the same results in the same order give the same suggestions. Slow enough for a
thread."""

import copy
import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from cubestudio.searches.space import grid_point, spread_point
from cubestudio.searches.spec import SearchSpec
from cubestudio.searches.studies import Past, Studies, Study

STUDIES = Studies()
ASKED = "asked"
"""In the memory of a trial whose point people wanted tried: it takes no place in what the search tries by
itself."""


def seed_of(seed: int, number: int) -> int:
    """Every trial has a seed of its own, so that nothing depends on how often the platform was started."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{number}".encode()).digest()[:4]) % 2**31


def sampler(spec: SearchSpec, number: int) -> Any:
    import optuna

    seed, start = seed_of(spec.seed, number), spec.sampler.startup_trials
    match spec.sampler.name:
        case "random":
            return optuna.samplers.RandomSampler(seed=seed)
        case "cmaes":
            return optuna.samplers.CmaEsSampler(
                seed=seed, n_startup_trials=start, warn_independent_sampling=False
            )
        case "gp":
            return optuna.samplers.GPSampler(seed=seed, n_startup_trials=start)
        case "nsga2":
            return optuna.samplers.NSGAIISampler(seed=seed, population_size=max(start, 2))
        case "nsga3":
            return optuna.samplers.NSGAIIISampler(seed=seed, population_size=max(start, 2))
    return optuna.samplers.TPESampler(
        seed=seed, n_startup_trials=start, multivariate=True, group=True, constant_liar=True
    )


def pruner(spec: SearchSpec) -> Any:
    import optuna

    told = spec.pruner
    if told is None:
        return optuna.pruners.NopPruner()
    match told.name:
        case "median":
            return optuna.pruners.MedianPruner(told.startup_trials, told.warmup_steps, told.interval_steps)
        case "percentile":
            return optuna.pruners.PercentilePruner(
                told.percentile, told.startup_trials, told.warmup_steps, told.interval_steps
            )
        case "halving":
            return optuna.pruners.SuccessiveHalvingPruner(
                min_resource=max(told.warmup_steps, 1), reduction_factor=told.reduction_factor
            )
        case "hyperband":
            return optuna.pruners.HyperbandPruner(
                max(told.warmup_steps, 1), told.max_steps, told.reduction_factor
            )
    return optuna.pruners.WilcoxonPruner(n_startup_steps=max(told.startup_trials, 2))


def study(key: str | None, spec: SearchSpec, past: Sequence[Past], number: int) -> Study:
    """Everything that is known, as the algorithm for trial `number` wants it."""
    made = STUDIES.take(key, spec, past)
    made.optuna.sampler, made.optuna.pruner = sampler(spec, number), pruner(spec)
    return made


def asked(past: Sequence[Past]) -> int:
    """How many trials were of points that people wanted."""
    return sum(bool(each.memory.get(ASKED)) for each in past)


def left(spec: SearchSpec, past: Sequence[Past]) -> bool:
    """Whether the search has points of its own left to try: a grid has an end."""
    return len(past) - asked(past) < spec.most


def suggest(
    spec: SearchSpec, past: Sequence[Past], number: int, key: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(parameters of trial `number`, what the algorithm wants to remember of it). `key`: the search, whose
    study is kept for the next one."""
    place = number - asked(past)
    if spec.sampler.name == "grid":
        return grid_point(spec.parameters, place), {}
    if spec.sampler.name == "qmc" and place >= len(spec.starting_points):
        return spread_point(spec.parameters, place - len(spec.starting_points), spec.seed), {}
    known = study(key, spec, past, number)
    if place < len(spec.starting_points):
        known.optuna.enqueue_trial(dict(spec.starting_points[place]))
    trial = known.optuna.ask()
    params: dict[str, Any] = {}
    for parameter in spec.parameters:
        if not parameter.there(params):
            continue
        if parameter.type == "categorical":
            params[parameter.name] = trial.suggest_categorical(parameter.name, list(parameter.choices))
        elif parameter.type == "int":
            assert parameter.low is not None and parameter.high is not None
            params[parameter.name] = trial.suggest_int(
                parameter.name,
                int(parameter.low),
                int(parameter.high),
                step=int(parameter.step or 1),
                log=parameter.log,
            )
        else:
            assert parameter.low is not None and parameter.high is not None
            params[parameter.name] = trial.suggest_float(
                parameter.name, parameter.low, parameter.high, step=parameter.step, log=parameter.log
            )
    memory = known.asked(number, params)
    STUDIES.put(key, known)
    return params, memory


def hopeless(
    spec: SearchSpec, past: Sequence[Past], known: Mapping[int, int | None], key: str | None = None
) -> dict[int, tuple[bool, dict[str, Any]]]:
    """Of trials that run, by number, with the step up to which the points of each were looked at before:
    whether it is to be ended, and what the pruner wants to remember of it. Every point is looked at once, as
    if the trial had asked after each."""
    made = study(key, spec, past, 0)
    places = {each.number: place for place, each in enumerate(made.told)}
    found = {}
    for number, seen in known.items():
        end = False
        trial = copy.deepcopy(made.trial(places[number]))
        points = sorted(trial.intermediate_values.items())
        before = 0 if seen is None else bisect_right(points, seen, key=itemgetter(0))
        for count in range(before + 1, len(points) + 1):
            trial.intermediate_values = dict(points[:count])
            if end := made.optuna.pruner.prune(made.optuna, trial):
                break
        found[number] = (bool(end), dict(made.trial(places[number]).system_attrs))
    STUDIES.put(key, made)
    return found


def importance(spec: SearchSpec, past: Sequence[Past]) -> dict[str, float]:
    """How much each parameter mattered for the first objective, 1 in all; {} when too little is known."""
    done = [each for each in past if each.state == "Succeeded"]
    if len(done) < 4 or len(spec.parameters) < 2:
        return {}
    import optuna

    known = study(None, spec, done, 0).optuna
    sign = 1 if spec.objectives[0].direction == "minimize" else -1
    try:
        found = optuna.importance.get_param_importances(
            known,
            evaluator=optuna.importance.PedAnovaImportanceEvaluator(),
            target=lambda trial: sign * (trial.values or [0.0])[0],
        )
    except (ValueError, RuntimeError):
        return {}
    total = sum(found.values())
    return {name: value / total for name, value in found.items()} if total > 0 else {}


def front(spec: SearchSpec, past: Sequence[Past]) -> list[int]:
    """Numbers of the trials that no other is better than in every objective."""
    signs = [1 if objective.direction == "minimize" else -1 for objective in spec.objectives]
    points = [
        (each.number, [sign * value for sign, value in zip(signs, each.values, strict=True)])
        for each in past
        if each.state == "Succeeded" and each.values
    ]
    points.sort(key=lambda point: point[1])
    kept: list[tuple[int, list[float]]] = []
    for number, values in points:
        if not any(
            all(a <= b for a, b in zip(other, values, strict=True)) and other != values for _, other in kept
        ):
            kept.append((number, values))
    return sorted(number for number, _ in kept)
