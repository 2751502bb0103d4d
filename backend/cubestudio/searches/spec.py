"""What a search looks for, where, and how: ours, and the forms in which NNI, Katib and Optuna say the same.
Pure."""

import difflib
import math
import random
import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from cubestudio.core.expression import shown
from cubestudio.core.inputs.definition import At, Place, kind_of, matching
from cubestudio.core.inputs.strict import Strict
from cubestudio.core.numeric import packed, unpacked
from cubestudio.pipelines.metrics.spec import Reported

ALGORITHMS = ("tpe", "random", "grid", "qmc", "cmaes", "gp", "nsga2", "nsga3")
NEEDS = {"gp": ("torch", "scipy")}
"""Modules that an algorithm needs beside the platform, which does not bring them along because they are
large."""
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


NAME = r"[A-Za-z_][A-Za-z0-9_]{0,62}"
EXACT = 2**53
"""Below this, whole numbers and the places of a grid are exact as the 64-bit floating-point numbers that
samplers work with."""
NEAR = 1e-8
"""How far from a step of its range, in steps, a number may lie and be taken for that step; as Optuna has
it."""


class Parameter(Strict):
    """One dimension. `low` and `high` are included; `step`: only low, low+step, …; `log`: orders of magnitude
    alike. `when`: it is there only when other parameters, named before it, have these values."""

    name: Annotated[
        str,
        matching(
            NAME, "is not the name of a parameter; it has letters, digits and _, and begins with a letter"
        ),
    ]
    type: Literal["float", "int", "choice"]
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    choices: tuple[Any, ...] = ()
    when: dict[str, Any] = {}

    @model_validator(mode="after")
    def _bounds(self) -> "Parameter":
        if wrong := self._wrong(self.name):
            raise ValueError(wrong)
        return self

    def _wrong(self, name: str) -> str | None:
        if self.type == "choice":
            odd = next(
                (
                    place
                    for place, value in enumerate(self.choices)
                    if isinstance(value, Mapping | list | tuple)
                ),
                None,
            )
            if odd is not None:
                return (
                    f"{name}: choices[{odd}] is {kind_of(self.choices[odd])}; a choice is text, a "
                    "number, true/false or null"
                )
            return (
                None
                if 1 <= len(self.choices) <= 1000
                else f"{name}: choices has {len(self.choices)} values; write 1 to 1000"
            )
        if self.low is None or self.high is None:
            return f"{name}: {'low' if self.low is None else 'high'} is missing; a range has both"
        if not math.isfinite(self.high - self.low):
            return f"{name}: the range is too large; choose low and high closer together"
        if self.low > self.high:
            return f"{name}: low is above high; exchange them"
        if self.log and self.low <= 0:
            return f"{name}: log needs a low above 0"
        if self.log and self.step:
            return f"{name}: a range has log or step, not both; leave one of them out"
        if self.step is not None and self.step <= 0:
            return f"{name}: step must be greater than 0"
        if self.type == "int" and (self.low % 1 or self.high % 1 or (self.step or 1) % 1):
            return f"{name}: low, high and step of an int are whole numbers; write type: float for others"
        if self.type == "int" and max(-self.low, self.high) >= EXACT:
            return f"{name}: low and high of an int lie between -2^53 and 2^53, where whole numbers are exact"
        if self.step and (self.high - self.low) / self.step >= EXACT:
            return f"{name}: the range has 2^53 steps or more; make step larger"
        return None

    def there(self, params: Mapping[str, Any]) -> bool:
        """Whether it is there beside what was chosen before it."""
        return all(name in params and params[name] == value for name, value in self.when.items())

    def holds(self, value: Any) -> bool:
        """Whether a value lies in it."""
        if self.type == "choice":
            return any(
                each == value and isinstance(each, bool) == isinstance(value, bool) for each in self.choices
            )
        assert self.low is not None and self.high is not None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not self.low <= value <= self.high
        ):
            return False
        steps = (value - self.low) / self.step if self.step else 0.0
        return abs(steps - round(steps)) < NEAR and (self.type == "float" or value == int(value))

    def at(self, share: float) -> Any:
        """The value at a share (0 to 1) of its range."""
        if (values := self.points()) is not None:
            return values[min(int(share * len(values)), len(values) - 1)]
        assert self.low is not None and self.high is not None
        value = (
            self.low * (self.high / self.low) ** share
            if self.log
            else self.low + share * (self.high - self.low)
        )
        return int(min(max(round(value), self.low), self.high)) if self.type == "int" else value

    def share(self, value: float) -> float:
        """Where in its range a number lies, from 0 to 1."""
        assert self.low is not None and self.high is not None
        if self.high == self.low:
            return 0.0
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def points(self) -> list[Any] | None:
        """Its values when there are finitely many."""
        if self.type == "choice":
            return list(self.choices)
        assert self.low is not None and self.high is not None
        step = self.step or (1 if self.type == "int" and not self.log else None)
        if step is None:
            return None
        count = int((self.high - self.low) / step + 1e-9) + 1
        made = [self.low + index * step for index in range(min(count, 100_000))]
        return [int(value) for value in made] if self.type == "int" else made


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
                f"the algorithm {ours} needs {packages} beside the platform; its operator adds them "
                f"(pip install {packages}). There are {', '.join(there)}"
            )
        raise ValueError(
            f"there is no algorithm {value[:40]!r} here; nearest is {near}. There are {', '.join(there)}"
        )


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
                raise ValueError(
                    f"{name[:60]!r} is not the name of a setting; it has letters, digits and _, and "
                    "begins with a letter"
                )
            if isinstance(each, Mapping | list | tuple) or (
                isinstance(each, str) and not _SETTING.fullmatch(each)
            ):
                raise ValueError(
                    f"setting {name} is a number, true/false, null, or text of at most 200 letters, "
                    "digits, spaces and _ . , : + / -"
                )
        return value

    @model_validator(mode="after")
    def _known(self) -> "Engine":
        known = {each.lower(): each for each in ENGINES[self.name]}
        if self.algorithm.lower() not in {"", *known}:
            raise At(
                f"{self.name} has no algorithm {self.algorithm[:40]}; it has {', '.join(known.values())}",
                "algorithm",
            )
        if self.name == "katib" and self.image:
            raise At(
                "Katib is part of its cluster, and has no image to be chosen here; leave image out", "image"
            )
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
            raise ValueError(f"there is no pruner {value[:40]!r} here; there are {', '.join(PRUNERS)}")
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
    trials: int = Field(20, ge=1, le=10_000)
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
        names = [parameter.name for parameter in self.space]
        if len(set(names)) < len(names):
            raise At("two parameters of the space have the same name; rename one of them", "space")
        for place, parameter in enumerate(self.space):
            for other in parameter.when:
                if other not in names[:place]:
                    raise At(
                        f"{parameter.name} depends on {other}, which is not a parameter before it",
                        "space",
                        place,
                        "when",
                    )
            if parameter.name in self.params:
                raise At(
                    f"{parameter.name} is in the space too; leave it out of params", "params", parameter.name
                )
        known = dict(zip(names, self.space, strict=True))
        for number, point in enumerate(self.start):
            for name, value in point.items():
                if name not in known:
                    raise At(
                        f"a starting point names {name[:60]}, which is not in the space",
                        "start",
                        number,
                        name,
                    )
                if not known[name].holds(value):
                    raise At(
                        f"{shown(value)} is not in the range of {name}; a starting point lies in the space",
                        "start",
                        number,
                        name,
                    )
        if len(self.objectives) > 1 and self.pruner:
            raise At("with several objectives nothing can be pruned; leave the pruner out", "pruner")
        if self.algorithm.name == "gp" and any(parameter.when for parameter in self.space):
            raise At("gp has no parameters that depend on others; tpe has", "algorithm", "name")
        if len(self.objectives) > 1 and self.algorithm.name == "cmaes":
            raise At("cmaes has one objective; nsga2, nsga3 and tpe take several", "algorithm", "name")
        if self.engine and len(self.objectives) > 1:
            raise At(f"{self.engine.name} has one objective; the platform itself takes several", "objectives")
        if self.engine and any(parameter.when for parameter in self.space):
            raise At(
                f"{self.engine.name} is told no parameters that depend on others; tpe of the "
                "platform itself takes them",
                "engine",
            )
        if self.engine and len(self.start) >= self.trials:
            raise At(
                f"the starting points are all {self.trials} trials, and nothing is left for "
                f"{self.engine.name} to suggest",
                "start",
            )
        if self.algorithm.name == "grid" and self.engine is None:
            for place, parameter in enumerate(self.space):
                if parameter.points() is None:
                    raise At(f"a grid needs a step for {parameter.name}", "space", place, "step")
        return self

    @property
    def most(self) -> int:
        """Trials in all: a grid has an end of its own."""
        return (
            min(self.trials, grid_size(self.space))
            if self.algorithm.name == "grid" and self.engine is None
            else self.trials
        )


def grid_size(space: Sequence[Parameter]) -> int:
    size = 1
    for parameter in space:
        size = min(size * len(parameter.points() or [None]), 10**9)
    return size


def grid_point(space: Sequence[Parameter], number: int) -> dict[str, Any]:
    """The point of a grid by its number: the last parameter changes fastest."""
    params: dict[str, Any] = {}
    for parameter in reversed(space):
        values = parameter.points() or [None]
        number, at = divmod(number, len(values))
        params[parameter.name] = values[at]
    kept: dict[str, Any] = {}
    for parameter in space:
        if parameter.there(kept):
            kept[parameter.name] = params[parameter.name]
    return kept


def around(
    space: Sequence[Parameter], point: Mapping[str, Any], count: int, seed: int
) -> list[dict[str, Any]]:
    """Points near one: each parameter up to a tenth of its range away, a choice now and then another."""
    chance = random.Random(f"{seed}:{sorted(point.items(), key=str)}")
    found: list[dict[str, Any]] = []
    for _ in range(count):
        params: dict[str, Any] = {}
        for parameter in space:
            if not parameter.there(params):
                continue
            value = point.get(parameter.name)
            if parameter.type == "choice":
                params[parameter.name] = (
                    value
                    if parameter.holds(value) and chance.random() < 0.8
                    else chance.choice(parameter.choices)
                )
            else:
                share = (
                    parameter.share(value)
                    if value is not None and parameter.holds(value)
                    else chance.random()
                )
                params[parameter.name] = parameter.at(min(max(share + chance.uniform(-0.1, 0.1), 0.0), 1.0))
        found.append(params)
    return found


def _bases(count: int) -> list[int]:
    """The first primes."""
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found if prime * prime <= number):
            found.append(number)
        number += 1
    return found


def spread_point(space: Sequence[Parameter], number: int, seed: int) -> dict[str, Any]:
    """The point of a scrambled Halton sequence by its number: points spread evenly, however many there are in
    the end."""
    params: dict[str, Any] = {}
    for parameter, base in zip(space, _bases(len(space)), strict=True):
        chance = random.Random(f"{seed}:{base}")
        digits = [0, *chance.sample(range(1, base), base - 1)]
        place, share, rest = 0.0, 1.0, number + 1
        while rest:
            rest, digit = divmod(rest, base)
            share /= base
            place += digits[digit] * share
        if parameter.there(params):
            params[parameter.name] = parameter.at((place + chance.random()) % 1.0)
    return params


def space_of(told: Any) -> Any:
    """A space as ours, from ours (an object by name, or a list), NNI's `_type` and `_value`, Katib's
    `feasibleSpace` or Optuna's distributions."""
    if isinstance(told, Mapping):
        return [
            made
            for name, each in told.items()
            for made in (_nested(name, each["_value"]) if _nests(each) else [_one(name, each)])
        ]
    if isinstance(told, list | tuple):
        return [
            _katib(each)
            if isinstance(each, Mapping) and ("feasibleSpace" in each or "parameterType" in each)
            else each
            for each in told
        ]
    return told


def _one(name: str, told: Any) -> Any:
    name = name[:100]
    if not isinstance(told, Mapping):
        return {"name": name, "type": "choice", "choices": told if isinstance(told, list | tuple) else [told]}
    if "_type" in told or "_value" in told:
        return _nni(name, told.get("_type"), told.get("_value"))
    if "attributes" in told:
        if not isinstance(told["attributes"], Mapping) or not str(told.get("name", "")).endswith(
            "Distribution"
        ):
            raise ValueError(
                f"{name}: a distribution of Optuna is an object such as {{name: FloatDistribution, "
                f"attributes: {{low, high}}}}"
            )
        return _optuna(name, told["name"], told["attributes"])
    return {"name": name, **told}


def _nests(told: Any) -> bool:
    """Whether this is a choice of NNI between spaces."""
    values = told.get("_value") if isinstance(told, Mapping) and told.get("_type") == "choice" else None
    return isinstance(values, list | tuple) and any(isinstance(each, Mapping) for each in values)


def _nested(name: str, branches: Sequence[Any]) -> list[Any]:
    """A choice between spaces as one by their names, and what each has as parameters that are there only with
    it: `layer` between `conv` and `pool` with a `size` each comes to layer, layer_conv_size and
    layer_pool_size; with one `size` to layer and layer_size."""
    name, found = name[:100], []
    if not all(isinstance(each, Mapping) and isinstance(each.get("_name"), str) for each in branches):
        raise ValueError(
            f"{name}: each of the nested choices of NNI is an object with a _name, which is text"
        )
    inside = [key for branch in branches for key in branch if key != "_name"]
    for branch in branches:
        for key, told in branch.items():
            if key == "_name":
                continue
            if _nests(told):
                raise ValueError(
                    f"{name}: a nested choice of NNI inside another is not read; write it with when"
                )
            whole = f"{name}_{key}" if inside.count(key) == 1 else f"{name}_{branch['_name']}_{key}"
            made = _one(whole, told)
            found.append({**made, "when": {name: branch["_name"]}} if isinstance(made, Mapping) else made)
    return [{"name": name, "type": "choice", "choices": [branch["_name"] for branch in branches]}, *found]


def _nni(name: str, kind: Any, value: Any) -> dict[str, Any]:
    if kind == "choice":
        if not isinstance(value, list | tuple):
            raise ValueError(f"{name}: _value of a choice is a list of values")
        return {"name": name, "type": "choice", "choices": value}
    if kind not in ("randint", "uniform", "loguniform", "quniform"):
        raise ValueError(
            f"{name}: _type {str(kind)[:40]!r} of NNI is not known here; there are choice, randint, "
            "uniform, quniform, loguniform"
        )
    wanted = 3 if kind == "quniform" else 2
    found = (
        [each for each in map(_real, value) if each is not None] if isinstance(value, list | tuple) else []
    )
    if len(found) != wanted or len(found) != len(value):
        raise ValueError(f"{name}: _value of {kind} is a list of {wanted} numbers")
    low, high, *step = found
    if kind == "randint":
        return {"name": name, "type": "int", "low": low, "high": high - 1}
    if kind == "quniform":
        whole = all(float(each).is_integer() for each in (low, high, *step))
        return {"name": name, "type": "int" if whole else "float", "low": low, "high": high, "step": step[0]}
    return {"name": name, "type": "float", "low": low, "high": high, "log": kind == "loguniform"}


def _katib(told: Mapping[str, Any]) -> dict[str, Any]:
    """The name as a parameter of a pipeline can have it: without the dashes of an option of a command."""
    space, kind, name = told.get("feasibleSpace"), str(told.get("parameterType", "")), told.get("name")
    name = name[:200].lstrip("-").replace("-", "_") if isinstance(name, str) else name
    shown = str(name)[:60]
    if not isinstance(space, Mapping):
        raise ValueError(f"{shown}: feasibleSpace is an object with list, or with min and max")
    if kind in ("categorical", "discrete"):
        values = space.get("list")
        values = (
            values
            if kind == "categorical" or not isinstance(values, list | tuple)
            else [_real(each) for each in values]
        )
        if not isinstance(values, list | tuple) or (kind == "discrete" and None in values):
            raise ValueError(
                f"{shown}: list in feasibleSpace is a list of "
                f"{'values' if kind == 'categorical' else 'numbers'}"
            )
        return {"name": name, "type": "choice", "choices": values}
    bounds = {
        key: _real(space.get(key)) for key in ("min", "max", "step") if key != "step" or space.get("step")
    }
    if odd := next((key for key, value in bounds.items() if value is None), None):
        raise ValueError(f"{shown}: {odd} in feasibleSpace is a number")
    made = {
        "name": name,
        "type": "int" if kind == "int" else "float",
        "low": bounds["min"],
        "high": bounds["max"],
    }
    return (
        made
        | ({"step": bounds["step"]} if "step" in bounds else {})
        | ({"log": True} if "log" in str(space.get("distribution", "")).lower() else {})
    )


def _real(value: Any) -> float | int | None:
    """A number, also from its text; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return None if not math.isfinite(found) else int(found) if found.is_integer() else found


def _optuna(name: str, kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "CategoricalDistribution":
        if not isinstance(told.get("choices"), list | tuple):
            raise ValueError(f"{name}: choices in attributes is a list of values")
        return {"name": name, "type": "choice", "choices": list(told["choices"])}
    if odd := next((key for key in ("low", "high") if _real(told.get(key)) is None), None):
        raise ValueError(f"{name}: {odd} in attributes is a number")
    made = {
        "name": name,
        "type": "int" if kind.startswith("Int") else "float",
        "low": told["low"],
        "high": told["high"],
    }
    step = told.get("step")
    return made | {"log": bool(told.get("log"))} | ({"step": step} if step and not told.get("log") else {})


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
