"""Engines of others (Katib, NNI, Ray Tune) that suggest points: each runs as a run of the project, and its
trials only wait for those that the platform begins for it. Pure."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cubestudio.searches.space import Parameter
from cubestudio.searches.spec import Engine, SearchSpec

RUNTIME = Path(__file__).parent / "runtime"
WAITER = (RUNTIME / "waiter.py").read_text()
TITLES = {"katib": "Katib", "nni": "NNI", "ray": "Ray Tune"}
REQUIREMENTS = {
    "nni": ("nni==3.0", "setuptools<80"),
    "ray": ("ray[tune]>=2.40,<3", "optuna>=4", "hyperopt>=0.2.7", "setuptools<80"),
}
MOST_POINTS = 1000
"""A range with a step is told as its values when there are no more of them."""


def pipeline(engine: Engine) -> dict[str, Any]:
    """The document of the pipeline that an engine runs as: it is saved with the first search that has it, and
    may be changed there like any other until the next."""
    title = TITLES[engine.name]
    step: dict[str, Any] = {"name": "engine", "resources": {"cpu": 0.5, "memory": "1Gi"}}
    if engine.name == "katib":
        step |= {
            "template": "katib",
            "args": {"waiter": WAITER, "search": "{{ params.search }}"},
            "resources": {"cpu": 0.1, "memory": "64Mi"},
        }
    else:
        script = f"WAITER = {json.dumps(WAITER)}\n{(RUNTIME / f'{engine.name}_engine.py').read_text()}"
        more = {"workers": 1, "kind": "RayJob"} if engine.name == "ray" else {}
        environment: dict[str, Any] = {"python": "3", "requirements": list(REQUIREMENTS[engine.name])}
        step |= {
            "template": "ray-run" if engine.name == "ray" else "python",
            "args": {"script": script, "params": "{{ params.search }}", **more},
            "environment": environment | ({"image": engine.image} if engine.image else {}),
        }
    return {
        "name": f"engine-{engine.name}",
        "description": (
            f"{title}, which suggests the points of searches. It was made by the first search "
            f"that has {title} as its engine."
        ),
        "parameters": [
            {"name": "search", "type": "json", "describe": "What is searched, in the words of the engine."}
        ],
        "steps": [step],
    }


def told(spec: SearchSpec, name: str) -> dict[str, Any]:
    """What an engine is told of a search."""
    engine, objective = spec.engine, spec.objectives[0]
    assert engine
    spaces = {"katib": _katib, "nni": _nni, "ray": _plain}
    dimensions = [spaces[engine.name](parameter) for parameter in spec.parameters]
    return {
        "name": name,
        "direction": objective.direction,
        "goal": objective.goal,
        "space": dict(zip([parameter.name for parameter in spec.parameters], dimensions, strict=True))
        if engine.name == "nni"
        else dimensions,
        "algorithm": engine.algorithm,
        "settings": engine.settings,
        "trials": spec.trials - len(spec.starting_points),
        "parallel": spec.parallelism,
        "failed": spec.max_failed_trials,
        "seed": spec.seed,
    }


def _values(parameter: Parameter) -> list[Any] | None:
    """Its values when they are to be told one by one: choices, and ranges with a step of their own."""
    if (
        parameter.type == "categorical"
        or parameter.step not in (None, 1.0)
        or (parameter.type == "float" and parameter.step)
    ):
        values = parameter.points()
        return values if values and len(values) <= MOST_POINTS else None
    return None


def _plain(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "low": parameter.low,
        "high": parameter.high,
        "log": parameter.log,
        "values": _values(parameter),
    }


def _nni(parameter: Parameter) -> dict[str, Any]:
    if (values := _values(parameter)) is not None:
        return {"_type": "choice", "_value": values}
    low, high = parameter.low, parameter.high
    assert low is not None and high is not None
    if parameter.type == "int":
        if parameter.log:
            return {"_type": "qloguniform", "_value": [int(low), int(high), 1]}
        return {"_type": "randint", "_value": [int(low), int(high) + 1]}
    return {"_type": "loguniform" if parameter.log else "uniform", "_value": [low, high]}


def _katib(parameter: Parameter) -> dict[str, Any]:
    """Choices are told by their places: what people write stays out of the manifest."""
    if parameter.type == "categorical":
        places = [str(place) for place in range(len(parameter.choices))]
        return {"name": parameter.name, "parameterType": "categorical", "feasibleSpace": {"list": places}}
    if (values := _values(parameter)) is not None:
        return {
            "name": parameter.name,
            "parameterType": "discrete",
            "feasibleSpace": {"list": [json.dumps(each) for each in values]},
        }
    assert parameter.low is not None and parameter.high is not None
    whole = parameter.type == "int"
    low, high = (int(parameter.low), int(parameter.high)) if whole else (parameter.low, parameter.high)
    space = {"min": json.dumps(low), "max": json.dumps(high)}
    space |= {"distribution": "logUniform"} if parameter.log else {}
    return {"name": parameter.name, "parameterType": "int" if whole else "double", "feasibleSpace": space}


def point(spec: SearchSpec, params: Mapping[str, Any]) -> dict[str, Any]:
    """A point as an engine gives it, in values of the space; ValueError with a sentence when it does not lie
    there."""
    known = {parameter.name: parameter for parameter in spec.parameters}
    if unknown := sorted(set(params) ^ set(known)):
        raise ValueError(
            f"a point names each parameter of the space and no other; it is about {', '.join(unknown)[:200]}"
        )
    places = spec.engine is not None and spec.engine.name == "katib"
    return {name: _read(parameter, params[name], places) for name, parameter in known.items()}


def _read(parameter: Parameter, value: Any, places: bool) -> Any:
    if parameter.type == "categorical":
        if places and str(value).isdecimal() and int(value) < len(parameter.choices):
            return parameter.choices[int(value)]
        for choice in () if places else parameter.choices:
            if type(choice) is type(value) and choice == value:
                return choice
        raise ValueError(f"{parameter.name} has no choice {str(value)[:60]}")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{parameter.name} is a number, not {str(value)[:60]!r}") from None
    assert parameter.low is not None and parameter.high is not None
    slack = 1e-6 * (parameter.high - parameter.low)  # what rounding in another program may make of a bound
    if parameter.low - slack <= number <= parameter.high + slack:
        number = min(max(number, parameter.low), parameter.high)
    made = round(number) if parameter.type == "int" and abs(number) < 1e300 else number
    if not parameter.holds(made):
        raise ValueError(
            f"{parameter.name} is from {parameter.low:g} to {parameter.high:g}, not {str(value)[:60]}"
        )
    return made
