"""What Optuna knows of a search, kept between two questions: a study is told only what is new since the last
one. Made anew it costs a tenth of a millisecond for each trial, which is most of a suggestion once a thousand
are known.

A study that is kept holds what one that is made from our rows would hold, so that a restart changes no
suggestion: where the rows say something that cannot follow from what is kept, it is made again. Whoever uses
one takes it out and puts it back; two who ask at once have one each."""

import math
import threading
import warnings
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cubestudio.core.numeric import unpacked
from cubestudio.pipelines.metrics.spec import MOST_CURVE
from cubestudio.searches.space import Parameter
from cubestudio.searches.spec import SearchSpec

NAME = "search"
"""Of every study: Hyperband chooses a trial's bracket by it."""
GENERATIONS = ("nsga2", "nsga3")
"""Algorithms that write into the study which trials the next generation comes from; what came in since then,
only one that is made anew considers. They are quick enough with that."""
MOST = 50_000
"""Trials that are kept in all studies together."""


@dataclass(kw_only=True, frozen=True)
class Past:
    """A trial as the algorithm knows it."""

    number: int
    params: Mapping[str, Any]
    state: str
    values: Sequence[float] | None
    curve: Sequence[Sequence[Any]]
    memory: Mapping[str, Any]


def distribution(parameter: Parameter) -> Any:
    import optuna

    known = optuna.distributions
    if parameter.type == "categorical":
        return known.CategoricalDistribution(list(parameter.choices))
    assert parameter.low is not None and parameter.high is not None
    if parameter.type == "int":
        return known.IntDistribution(
            int(parameter.low), int(parameter.high), log=parameter.log, step=int(parameter.step or 1)
        )
    return known.FloatDistribution(parameter.low, parameter.high, log=parameter.log, step=parameter.step)


def stride_of(curve: Sequence[Sequence[Any]]) -> int:
    """Of which power of two the steps of a curve are multiples, when it is one that was thinned out; its last
    point lies anywhere."""
    if len(curve) <= MOST_CURVE // 2:
        return 1
    together = math.gcd(*(step for step, _ in curve[:-1]))
    return together & -together or 1


def comparable(curve: Sequence[Sequence[Any]], stride: int) -> dict[int, float]:
    """The points of a curve that others have too, by step. What is no finite number is NaN, for which a
    pruner ends a trial."""
    found = {step: unpacked(value) for step, value in curve if step % stride == 0}
    return {
        step: value if value is not None and math.isfinite(value) else math.nan
        for step, value in found.items()
    }


class Changed(Exception):
    """What is kept is not the beginning of what is known now."""


class Study:
    """A study and what it was told."""

    def __init__(self, spec: SearchSpec, stride: int):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        states = optuna.trial.TrialState
        self._states = {
            "Succeeded": states.COMPLETE,
            "Pruned": states.PRUNED,
            "Running": states.RUNNING,
            "Pruning": states.RUNNING,
        }
        self._failed = states.FAIL
        self.spec, self.stride = spec, stride
        self.told: list[Past] = []
        self._space = {parameter.name: distribution(parameter) for parameter in spec.parameters}
        self._storage = optuna.storages.InMemoryStorage()
        directions = [optuna.study.StudyDirection[each.direction.name] for each in spec.objectives]
        self.optuna = optuna.create_study(storage=self._storage, study_name=NAME, directions=directions)
        self._id = self._storage.get_study_id_from_name(NAME)

    def trial(self, place: int) -> Any:
        """The trial at a place, in Optuna's form; not to be changed."""
        return self.optuna.get_trials(deepcopy=False)[place]

    def learn(self, past: Sequence[Past]) -> None:
        """Be told everything that is known, sorted by number; Changed when what was told before is not part
        of it."""
        if len(past) < len(self.told):
            raise Changed
        for place, (before, now) in enumerate(zip(self.told, past, strict=False)):
            if before != now:
                self._follow(place, before, now)
        for each in past[len(self.told) :]:
            self._storage.create_new_trial(self._id, self._made(each))
        self.told = list(past)

    def asked(self, number: int, params: Mapping[str, Any]) -> dict[str, Any]:
        """Take the trial that was just asked for as told; what the algorithm wants to remember of it."""
        memory = dict(self.trial(len(self.told)).system_attrs)
        self.told.append(
            Past(number=number, params=params, state="Running", values=None, curve=[], memory=memory)
        )
        return memory

    def _made(self, each: Past) -> Any:
        import optuna

        state = self._states.get(each.state, self._failed)
        return optuna.trial.create_trial(
            state=state,
            values=list(each.values) if state.name == "COMPLETE" and each.values else None,
            params=dict(each.params),
            distributions={name: self._space[name] for name in each.params if name in self._space},
            system_attrs=dict(each.memory),
            intermediate_values=comparable(each.curve, self.stride),
        )

    def _follow(self, place: int, before: Past, now: Past) -> None:
        """Tell what became of a trial that was running."""
        trial, state = self.trial(place), self._states.get(now.state, self._failed)
        points = comparable(now.curve, self.stride)
        if trial.state.is_finished() or (before.number, before.params) != (now.number, now.params):
            raise Changed
        if not set(trial.intermediate_values) <= set(points) or not set(trial.system_attrs) <= set(
            now.memory
        ):
            raise Changed
        for name, value in now.memory.items():
            if name not in trial.system_attrs or trial.system_attrs[name] != value:
                self._storage.set_trial_system_attr(trial._trial_id, name, value)
        for step, value in points.items():
            if repr(trial.intermediate_values.get(step)) != repr(value):  # NaN is itself
                self._storage.set_trial_intermediate_value(trial._trial_id, step, value)
        if state.is_finished():
            values = list(now.values) if state.name == "COMPLETE" and now.values else None
            self._storage.set_trial_state_values(trial._trial_id, state, values)


class Studies:
    """The studies that were used last, by search."""

    def __init__(self, most: int = MOST):
        self._most = most
        self._kept: OrderedDict[str, Study] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str | None, spec: SearchSpec, past: Sequence[Past]) -> Study:
        """One that knows all of this; `key`: the search, None where none is to be kept."""
        ordered = sorted(past, key=lambda each: each.number)
        stride = max((stride_of(each.curve) for each in past), default=1)
        with self._lock:
            found = self._kept.pop(key, None) if key else None
        if found and found.spec == spec and found.stride == stride:
            try:
                found.learn(ordered)
                return found
            except Changed:
                pass
        made = Study(spec, stride)
        made.learn(ordered)
        return made

    def put(self, key: str | None, study: Study) -> None:
        """Keep it for the next question."""
        if not key or study.spec.sampler.name in GENERATIONS:
            return
        with self._lock:
            self._kept[key] = study
            while len(self._kept) > 1 and sum(len(each.told) for each in self._kept.values()) > self._most:
                self._kept.popitem(last=False)
