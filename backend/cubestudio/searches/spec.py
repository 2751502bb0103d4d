"""What a search optimizes, in which space and how. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from importlib.util import find_spec
from typing import Any

from pydantic import Field, field_validator, model_validator

from cubestudio.core.expression import shown
from cubestudio.core.inputs.definition import At
from cubestudio.core.inputs.strict import Strict
from cubestudio.core.numeric import packed, unpacked
from cubestudio.pipelines.metrics.spec import Reported
from cubestudio.searches import messages
from cubestudio.searches.space import NAME, Parameter, grid_size
from cubestudio.searches.space_formats import parameters_of

MOST_TRIALS = 10_000
IMPORTED = "imported_parameters"


class Direction(StrEnum):
    """Which values of an objective are better."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"


class ReportedValue(StrEnum):
    """Which of the values that a run reported of an objective is used."""

    LAST = "last"
    MIN = "min"
    MAX = "max"


class SamplerName(StrEnum):
    """Algorithms of the platform that suggest points."""

    TPE = "tpe"
    RANDOM = "random"
    GRID = "grid"
    QMC = "qmc"
    CMAES = "cmaes"
    GP = "gp"
    NSGA2 = "nsga2"
    NSGA3 = "nsga3"


class PrunerName(StrEnum):
    """Rules by which trials are stopped early."""

    MEDIAN = "median"
    PERCENTILE = "percentile"
    HALVING = "halving"
    HYPERBAND = "hyperband"
    WILCOXON = "wilcoxon"


class EngineName(StrEnum):
    """External software that can suggest points."""

    KATIB = "katib"
    NNI = "nni"
    RAY = "ray"


NEEDS = {SamplerName.GP: ("torch", "scipy")}
"""Modules that a sampler needs beside the platform, which does not bring them along because they are
large."""
ENGINES = {
    EngineName.KATIB: ("tpe", "multivariate-tpe", "random", "grid", "bayesianoptimization", "cmaes", "sobol"),
    EngineName.NNI: ("TPE", "Random", "Anneal", "Evolution", "GridSearch", "GP", "Metis"),
    EngineName.RAY: ("random", "optuna", "hyperopt"),
}
"""The algorithms of each engine by its own names; the first is the default."""


class Objective(Strict):
    """A number that runs report: as a metric, or as an output of a step. `take`: which of its values is
    used."""

    metric: str = Field(min_length=1, max_length=200)
    direction: Direction = Direction.MAXIMIZE
    goal: float | None = None
    take: ReportedValue = ReportedValue.LAST


def lacking(sampler: SamplerName) -> str:
    """Return the modules that a sampler needs and that are not installed, separated by spaces. Looking for
    one walks through all installed packages."""
    return " ".join(each for each in NEEDS.get(sampler, ()) if find_spec(each) is None)


class Sampler(Strict):
    """Suggests points. `startup_trials`: random trials before it learns."""

    name: SamplerName = SamplerName.TPE
    startup_trials: int = Field(10, ge=1, le=10_000)

    @field_validator("name")
    @classmethod
    def _installed(cls, value: SamplerName) -> SamplerName:
        if packages := lacking(value):
            known = ", ".join(name for name in SamplerName if not lacking(name))
            raise ValueError(messages.SAMPLER_NEEDS_PACKAGES(name=value, packages=packages, known=known))
        return value


_SETTING = re.compile(r"[A-Za-z0-9_.,:+/ -]{0,200}")


class Engine(Strict):
    """External software that suggests the points. It runs as a run of the project, and so do its trials.
    `algorithm`: by its own name; `settings`: options of the algorithm; `image`: on Kubernetes, where it is
    installed."""

    name: EngineName
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
        if self.name == EngineName.KATIB and self.image:
            raise At(messages.KATIB_TAKES_NO_IMAGE(), "image")
        return self.model_copy(update={"algorithm": known.get(self.algorithm.lower(), ENGINES[self.name][0])})


class Pruner(Strict):
    """Stops trials early by the values that they report meanwhile. `warmup_steps`: never before this step;
    `interval_steps`: only at multiples of it; `startup_trials`: not before so many trials have succeeded;
    `max_steps`: steps of a full trial, for hyperband."""

    name: PrunerName
    warmup_steps: int = Field(0, ge=0)
    interval_steps: int = Field(1, ge=1)
    startup_trials: int = Field(5, ge=0)
    percentile: float = Field(25.0, ge=0, le=100)
    reduction_factor: int = Field(3, ge=2)
    max_steps: int = Field(100, ge=1)


class WarmStart(Strict):
    """Another search whose best points run first: as many as `trials`, as far as they lie in the space."""

    search_id: str
    trials: int = Field(5, ge=1, le=100)


class SearchSpec(Strict):
    """What a search optimizes and how. `trials`: number of all; `parallelism`: at the same time;
    `max_failed_trials`: the search fails after so many; `timeout_seconds`: no new trial after that. `engine`:
    external software that suggests the points in place of `sampler`. `fixed_params`: parameters that are
    equal in every trial; `starting_points`: points that run first. `imported_parameters`, which is read and
    not stored: `parameters` in the format of NNI, Katib or Optuna."""

    objectives: tuple[Objective, ...] = Field(min_length=1, max_length=4)
    parameters: tuple[Parameter, ...] = Field(min_length=1, max_length=200)
    sampler: Sampler = Sampler()
    engine: Engine | None = None
    pruner: Pruner | None = None
    trials: int = Field(20, ge=1, le=MOST_TRIALS)
    parallelism: int = Field(2, ge=1, le=256)
    max_failed_trials: int = Field(5, ge=1)
    timeout_seconds: float | None = Field(None, ge=1, le=1e9)
    seed: int = Field(0, ge=0, lt=2**31)
    fixed_params: dict[str, Any] = {}
    starting_points: tuple[dict[str, Any], ...] = ()
    warm_start: WarmStart | None = None

    @model_validator(mode="before")
    @classmethod
    def _imported(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or IMPORTED not in value:
            return value
        if value.get("parameters"):
            raise At(messages.PARAMETERS_GIVEN_TWICE(), IMPORTED)
        try:
            parameters = parameters_of(value[IMPORTED])
        except ValueError as wrong:
            raise At(wrong.args[0], IMPORTED) from None
        return {name: each for name, each in value.items() if name != IMPORTED} | {"parameters": parameters}

    @model_validator(mode="after")
    def _whole(self) -> "SearchSpec":
        self._check_parameters()
        self._check_starting_points()
        self._check_sampler()
        self._check_engine()
        return self

    def _check_parameters(self) -> None:
        names = [parameter.name for parameter in self.parameters]
        if len(set(names)) < len(names):
            raise At(messages.SPACE_NAME_TWICE(), "parameters")
        for place, parameter in enumerate(self.parameters):
            for other in parameter.conditions:
                if other not in names[:place]:
                    raise At(
                        messages.PARAMETER_DEPENDS_ON_LATER(name=parameter.name, other=other),
                        "parameters",
                        place,
                        "conditions",
                    )
            if parameter.name in self.fixed_params:
                raise At(messages.PARAMETER_IN_SPACE(name=parameter.name), "fixed_params", parameter.name)

    def _check_starting_points(self) -> None:
        known = {parameter.name: parameter for parameter in self.parameters}
        for number, point in enumerate(self.starting_points):
            for name, value in point.items():
                if name not in known:
                    raise At(messages.STARTING_POINT_UNKNOWN(name=name[:60]), "starting_points", number, name)
                if not known[name].holds(value):
                    raise At(
                        messages.STARTING_POINT_OUT_OF_RANGE(value=shown(value), name=name),
                        "starting_points",
                        number,
                        name,
                    )

    def _check_sampler(self) -> None:
        depends = any(parameter.conditions for parameter in self.parameters)
        if len(self.objectives) > 1 and self.pruner:
            raise At(messages.PRUNER_WITH_OBJECTIVES(), "pruner")
        if self.sampler.name == SamplerName.GP and depends:
            raise At(messages.GP_WITHOUT_CONDITIONS(), "sampler", "name")
        if len(self.objectives) > 1 and self.sampler.name == SamplerName.CMAES:
            raise At(messages.CMAES_ONE_OBJECTIVE(), "sampler", "name")
        if self.sampler.name == SamplerName.GRID and self.engine is None:
            for place, parameter in enumerate(self.parameters):
                if parameter.points() is None:
                    raise At(messages.GRID_STEP_MISSING(name=parameter.name), "parameters", place, "step")

    def _check_engine(self) -> None:
        if self.engine is None:
            return
        if len(self.objectives) > 1:
            raise At(messages.ENGINE_ONE_OBJECTIVE(engine=self.engine.name), "objectives")
        if any(parameter.conditions for parameter in self.parameters):
            raise At(messages.ENGINE_WITHOUT_CONDITIONS(engine=self.engine.name), "engine")
        if len(self.starting_points) >= self.trials:
            raise At(
                messages.STARTING_POINTS_ARE_ALL(count=self.trials, engine=self.engine.name),
                "starting_points",
            )

    @property
    def most(self) -> int:
        """Trials in all: a grid has an end of its own."""
        return (
            min(self.trials, grid_size(self.parameters))
            if self.sampler.name == SamplerName.GRID and self.engine is None
            else self.trials
        )


def value_of(
    objective: Objective, reported: Reported | None, outputs: Sequence[Mapping[str, Any]]
) -> tuple[float | None, str | None]:
    """(what an objective came to, why it came to nothing): by what was reported of its metric, else by the
    steps' outputs. With `last` the last value counts, whatever it is; with `min` and `max` the lowest and the
    highest that are finite."""
    name = objective.metric
    if reported is not None:
        value = {
            ReportedValue.LAST: reported.last,
            ReportedValue.MIN: reported.least,
            ReportedValue.MAX: reported.most,
        }[objective.take]
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


def better(direction: Direction, value: float, than: float | None) -> bool:
    return than is None or (value > than if direction == Direction.MAXIMIZE else value < than)
