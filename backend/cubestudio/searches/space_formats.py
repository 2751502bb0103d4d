"""Parameters of a search as NNI, Katib and Optuna write them. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cubestudio.searches import messages


def parameters_of(told: Any) -> list[dict[str, Any]]:
    """Return the parameters of a search space of NNI (`_type` and `_value` by name), Katib (a list with
    `feasibleSpace`) or Optuna (distributions by name) as `Parameter` reads them. Raises ValueError with a
    message when it is none of them."""
    if isinstance(told, Mapping):
        return [
            made
            for name, each in told.items()
            for made in (_nested(name, each["_value"]) if _nests(each) else [_one(name, each)])
        ]
    if isinstance(told, list | tuple):
        return [_katib(each) for each in told]
    raise ValueError(messages.SPACE_FORMAT_UNKNOWN())


def _one(name: str, told: Any) -> dict[str, Any]:
    name = name[:100]
    if isinstance(told, Mapping) and ("_type" in told or "_value" in told):
        return _nni(name, told.get("_type"), told.get("_value"))
    if isinstance(told, Mapping) and "attributes" in told:
        if not isinstance(told["attributes"], Mapping) or not str(told.get("name", "")).endswith(
            "Distribution"
        ):
            raise ValueError(messages.OPTUNA_DISTRIBUTION_INVALID(name=name))
        return _optuna(name, told["name"], told["attributes"])
    raise ValueError(messages.SPACE_FORMAT_UNKNOWN())


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
        raise ValueError(messages.NNI_NESTED_CHOICE_INVALID(name=name))
    inside = [key for branch in branches for key in branch if key != "_name"]
    for branch in branches:
        for key, told in branch.items():
            if key == "_name":
                continue
            if _nests(told):
                raise ValueError(messages.NNI_CHOICE_TOO_DEEP(name=name))
            whole = f"{name}_{key}" if inside.count(key) == 1 else f"{name}_{branch['_name']}_{key}"
            made = _one(whole, told)
            found.append({**made, "conditions": {name: branch["_name"]}})
    return [
        {"name": name, "type": "categorical", "choices": [branch["_name"] for branch in branches]},
        *found,
    ]


def _nni(name: str, kind: Any, value: Any) -> dict[str, Any]:
    if kind == "choice":
        if not isinstance(value, list | tuple):
            raise ValueError(messages.NNI_CHOICE_NOT_A_LIST(name=name))
        return {"name": name, "type": "categorical", "choices": value}
    if kind not in ("randint", "uniform", "loguniform", "quniform"):
        raise ValueError(messages.NNI_TYPE_UNKNOWN(name=name, type=repr(str(kind)[:40])))
    wanted = 3 if kind == "quniform" else 2
    found = (
        [each for each in map(_real, value) if each is not None] if isinstance(value, list | tuple) else []
    )
    if len(found) != wanted or len(found) != len(value):
        raise ValueError(messages.NNI_VALUE_INVALID(name=name, kind=kind, count=wanted))
    low, high, *step = found
    if kind == "randint":
        return {"name": name, "type": "int", "low": low, "high": high - 1}
    if kind == "quniform":
        whole = all(float(each).is_integer() for each in (low, high, *step))
        return {"name": name, "type": "int" if whole else "float", "low": low, "high": high, "step": step[0]}
    return {"name": name, "type": "float", "low": low, "high": high, "log": kind == "loguniform"}


def _katib(told: Any) -> dict[str, Any]:
    """The name as a parameter of a pipeline can have it: without the dashes of an option of a command."""
    if not isinstance(told, Mapping) or not ("feasibleSpace" in told or "parameterType" in told):
        raise ValueError(messages.SPACE_FORMAT_UNKNOWN())
    space, kind, name = told.get("feasibleSpace"), str(told.get("parameterType", "")), told.get("name")
    name = name[:200].lstrip("-").replace("-", "_") if isinstance(name, str) else name
    shown = str(name)[:60]
    if not isinstance(space, Mapping):
        raise ValueError(messages.KATIB_SPACE_INVALID(name=shown))
    if kind in ("categorical", "discrete"):
        values = space.get("list")
        values = (
            values
            if kind == "categorical" or not isinstance(values, list | tuple)
            else [_real(each) for each in values]
        )
        if not isinstance(values, list | tuple) or (kind == "discrete" and None in values):
            raise ValueError(
                messages.KATIB_LIST_INVALID(name=shown, kind="values" if kind == "categorical" else "numbers")
            )
        return {"name": name, "type": "categorical", "choices": values}
    bounds = {
        key: _real(space.get(key)) for key in ("min", "max", "step") if key != "step" or space.get("step")
    }
    if odd := next((key for key, value in bounds.items() if value is None), None):
        raise ValueError(messages.KATIB_NUMBER_INVALID(name=shown, field=odd))
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
            raise ValueError(messages.OPTUNA_CHOICES_NOT_A_LIST(name=name))
        return {"name": name, "type": "categorical", "choices": list(told["choices"])}
    if odd := next((key for key in ("low", "high") if _real(told.get(key)) is None), None):
        raise ValueError(messages.OPTUNA_NUMBER_INVALID(name=name, field=odd))
    made = {
        "name": name,
        "type": "int" if kind.startswith("Int") else "float",
        "low": told["low"],
        "high": told["high"],
    }
    step = told.get("step")
    return made | {"log": bool(told.get("log"))} | ({"step": step} if step and not told.get("log") else {})
