"""What a search optimizes, in which space and how. Pure."""

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from cubestudio.core.expression import shown
from cubestudio.core.inputs.definition import At, Place
from cubestudio.core.inputs.strict import Strict
from cubestudio.core.numeric import packed, unpacked
from cubestudio.pipelines.metrics.spec import Reported
from cubestudio.searches import messages
from cubestudio.searches.space import NAME, Parameter, grid_size
from cubestudio.searches.space_formats import space_of

ALGORITHMS = ("tpe", "random", "grid", "qmc", "cmaes", "gp", "nsga2", "nsga3")
NEEDS = {"gp": ("torch", "scipy")}
"""Modules that an algorithm needs beside the platform, which does not bring them along because they are
large."""
MOST_TRIALS = 10_000
PRUNERS = ("median", "percentile", "halving", "hyperband", "wilcoxon")
OTHERS = {
    "gridsearch": "grid",
    "grid_search": "grid",
    "batch": "grid",
    "evolution": "nsga2",
    "multivariate-tpe": "tpe",
    "sobol": "qmc",
    "quasirandom": "qmc",
    "quasi-random": "qmc",
    "bayesianoptimization": "gp",
}
"""Names of NNI, Katib and Optuna: ours for the same."""
ENGINES = {
    "katib": ("tpe", "multivariate-tpe", "random", "grid", "bayesianoptimization", "cmaes", "sobol"),
    "nni": ("TPE", "Random", "Anneal", "Evolution", "GridSearch", "GP", "Metis"),
    "ray": ("random", "optuna", "hyperopt"),
}
"""Software of others that can suggest points, and its own names of what it knows; the first is what it does
unasked."""
NEAREST = {
    "hyperband": "tpe with the pruner hyperband",
    "bohb": "tpe with the pruner hyperband",
    "pbt": "tpe with a pruner",
}
"""Names that nothing here is the same as, and what comes near."""


class Objective(Strict):
    """A number that runs report: as a metric, or as an output of a step. `take`: which of the points that are
    reported counts."""

    metric: str = Field(min_length=1, max_length=200)
    direction: Literal["minimize", "maximize"] = "maximize"
    goal: float | None = None
    take: Literal["last", "min", "max"] = "last"


def lacking(algorithm: str) -> str:
    """The modules that an algorithm needs and that are not there, apart by spaces. Looking for one walks
    through all installed packages."""
    return " ".join(each for each in NEEDS.get(algorithm, ()) if find_spec(each) is None)


class Algorithm(Strict):
    name: str = "tpe"
    startup: int = Field(10, ge=1, le=10_000)
    """Trials by chance before it learns."""

    @field_validator("name")
    @classmethod
    def _known(cls, value: str) -> str:
        low = value.lower().removesuffix("tuner").removesuffix("sampler")
        ours = low if low in ALGORITHMS else OTHERS.get(low)
        if ours and not lacking(ours):
            return ours
        there = [name for name in ALGORITHMS if not lacking(name)]
        near = NEAREST.get(low) or next(iter(difflib.get_close_matches(low, there, 1, 0.4)), "tpe")
        if ours:
            packages = lacking(ours)
            raise ValueError(
                messages.ALGORITHM_NEEDS_PACKAGES(name=ours, packages=packages, known=", ".join(there))
            )
        raise ValueError(messages.ALGORITHM_UNKNOWN(name=repr(value[:40]), near=near, known=", ".join(there)))


_SETTING = re.compile(r"[A-Za-z0-9_.,:+/ -]{0,200}")


class Engine(Strict):
    """Software of others that suggests the points in place of ours. It runs as a run of the project, and so
    do its trials. `algorithm`: its own name of it; `settings`: what that is told beside, in its own words;
    `image`: on Kubernetes, where it is installed."""

    name: Literal["katib", "nni", "ray"]
    algorithm: str = ""
    settings: dict[str, Any] = {}
    image: str | None = Field(None, min_length=1, max_length=300)

    @field_validator("settings")
    @classmethod
    def _plain(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name, each in value.items():
            if not re.fullmatch(NAME, name):
                raise ValueError(messages.SETTING_NAME_INVALID(name=repr(name[:60])))
            if isinstance(each, Mapping | list | tuple) or (
                isinstance(each, str) and not _SETTING.fullmatch(each)
            ):
                raise ValueError(messages.SETTING_INVALID(name=name))
        return value

    @model_validator(mode="after")
    def _known(self) -> "Engine":
        known = {each.lower(): each for each in ENGINES[self.name]}
        if self.algorithm.lower() not in {"", *known}:
            raise At(
                messages.ENGINE_ALGORITHM_UNKNOWN(
                    engine=self.name, name=self.algorithm[:40], known=", ".join(known.values())
                ),
                "algorithm",
            )
        if self.name == "katib" and self.image:
            raise At(messages.KATIB_TAKES_NO_IMAGE(), "image")
        return self.model_copy(update={"algorithm": known.get(self.algorithm.lower(), ENGINES[self.name][0])})


class Pruner(Strict):
    """Ends trials early by what they report meanwhile. `warmup`: never before this step; `every`: at these
    steps only."""

    name: str
    warmup: int = Field(0, ge=0)
    every: int = Field(1, ge=1)
    startup: int = Field(5, ge=0)
    percentile: float = Field(25.0, ge=0, le=100)
    reduction: int = Field(3, ge=2)
    longest: int = Field(100, ge=1)
    """Steps of a whole trial, for hyperband."""

    @field_validator("name")
    @classmethod
    def _known(cls, value: str) -> str:
        if value.lower() not in PRUNERS:
            raise ValueError(messages.PRUNER_UNKNOWN(name=repr(value[:40]), known=", ".join(PRUNERS)))
        return value.lower()


class Definition(Strict):
    """A search. `trials`: how many in all; `parallel`: at the same time; `failed`: it is given up after so
    many; `minutes`: no new trial after that. `engine`: somebody else suggests, and `algorithm` is not asked.
    `params`: parameters that are the same in every trial; `start`: points to try first; `warm`: a search, by
    id, whose best points, `best` of them, are tried first too, as far as they lie in this space."""

    objectives: tuple[Objective, ...] = Field(min_length=1, max_length=4)
    space: tuple[Parameter, ...] = Field(min_length=1, max_length=200)
    algorithm: Algorithm = Algorithm()
    engine: Engine | None = None
    pruner: Pruner | None = None
    trials: int = Field(20, ge=1, le=MOST_TRIALS)
    parallel: int = Field(2, ge=1, le=256)
    failed: int = Field(5, ge=1)
    minutes: int | None = Field(None, ge=1)
    seed: int = Field(0, ge=0, lt=2**31)
    params: dict[str, Any] = {}
    start: tuple[dict[str, Any], ...] = ()
    warm: str | None = None
    best: int = Field(5, ge=1, le=100)

    @field_validator("space", mode="before")
    @classmethod
    def _any(cls, value: Any) -> Any:
        return space_of(value)

    @model_validator(mode="after")
    def _whole(self) -> "Definition":
        self._check_space()
        self._check_start()
        self._check_algorithm()
        self._check_engine()
        return self

    def _check_space(self) -> None:
        names = [parameter.name for parameter in self.space]
        if len(set(names)) < len(names):
            raise At(messages.SPACE_NAME_TWICE(), "space")
        for place, parameter in enumerate(self.space):
            for other in parameter.when:
                if other not in names[:place]:
                    raise At(
                        messages.PARAMETER_DEPENDS_ON_LATER(name=parameter.name, other=other),
                        "space",
                        place,
                        "when",
                    )
            if parameter.name in self.params:
                raise At(messages.PARAMETER_IN_SPACE(name=parameter.name), "params", parameter.name)

    def _check_start(self) -> None:
        known = {parameter.name: parameter for parameter in self.space}
        for number, point in enumerate(self.start):
            for name, value in point.items():
                if name not in known:
                    raise At(messages.STARTING_POINT_UNKNOWN(name=name[:60]), "start", number, name)
                if not known[name].holds(value):
                    raise At(
                        messages.STARTING_POINT_OUT_OF_RANGE(value=shown(value), name=name),
                        "start",
                        number,
                        name,
                    )

    def _check_algorithm(self) -> None:
        depends = any(parameter.when for parameter in self.space)
        if len(self.objectives) > 1 and self.pruner:
            raise At(messages.PRUNER_WITH_OBJECTIVES(), "pruner")
        if self.algorithm.name == "gp" and depends:
            raise At(messages.GP_WITHOUT_CONDITIONS(), "algorithm", "name")
        if len(self.objectives) > 1 and self.algorithm.name == "cmaes":
            raise At(messages.CMAES_ONE_OBJECTIVE(), "algorithm", "name")
        if self.algorithm.name == "grid" and self.engine is None:
            for place, parameter in enumerate(self.space):
                if parameter.points() is None:
                    raise At(messages.GRID_STEP_MISSING(name=parameter.name), "space", place, "step")

    def _check_engine(self) -> None:
        if self.engine is None:
            return
        if len(self.objectives) > 1:
            raise At(messages.ENGINE_ONE_OBJECTIVE(engine=self.engine.name), "objectives")
        if any(parameter.when for parameter in self.space):
            raise At(messages.ENGINE_WITHOUT_CONDITIONS(engine=self.engine.name), "engine")
        if len(self.start) >= self.trials:
            raise At(messages.STARTING_POINTS_ARE_ALL(count=self.trials, engine=self.engine.name), "start")

    @property
    def most(self) -> int:
        """Trials in all: a grid has an end of its own."""
        return (
            min(self.trials, grid_size(self.space))
            if self.algorithm.name == "grid" and self.engine is None
            else self.trials
        )


def place_of(told: Mapping[str, Any], loc: Place) -> Place:
    """Where something stands in a search that was sent, by where `Definition` has it: parameters are a list
    there, and in most searches an object by name."""
    space = told.get("space")
    if isinstance(space, Mapping) and len(loc) > 1 and loc[0] == "space" and isinstance(loc[1], int):
        return ("space", list(space)[loc[1]], *loc[2:])
    return loc


def value_of(
    objective: Objective, reported: Reported | None, outputs: Sequence[Mapping[str, Any]]
) -> tuple[float | None, str | None]:
    """(what an objective came to, why it came to nothing): by what was reported of its metric, else by the
    steps' outputs. With `last` the last value counts, whatever it is; with `min` and `max` the lowest and the
    highest that are finite."""
    name = objective.metric
    if reported is not None:
        value = {"last": reported.last, "min": reported.least, "max": reported.most}[objective.take]
        if value is None:
            return None, f"none of the values that it reported of {name} is a finite number"
        if not math.isfinite(value):
            return (
                None,
                f"the last value that it reported of {name} is {packed(value)}, which is no finite number",
            )
        return value, None
    for told in reversed(outputs):
        if name in told:
            value = unpacked(told[name])
            if value is None or not math.isfinite(value):
                return None, f"its output {name} is {str(told[name])[:60]}, which is no finite number"
            return value, None
    return None, f"it reported no {name}, neither as a metric nor as an output"


def curve_of(reported: Reported | None) -> list[list[Any]]:
    """[[step, value], …] as it is kept: NaN and the infinities as text."""
    return [[step, packed(value)] for step, value in reported.curve] if reported else []


def better(direction: str, value: float, than: float | None) -> bool:
    return than is None or (value > than if direction == "maximize" else value < than)
