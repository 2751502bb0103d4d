"""Specs as tests write them, in the shape of the graph."""

from cubestudio.core.inputs.grouping import GROUPS, grouped
from cubestudio.core.inputs.resources import size


def counted(counts: list[dict]) -> dict[str, int]:
    """Return the counts of a run or a search by state."""
    return {each["state"]: each["count"] for each in counts}


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)


def service(told: dict) -> dict:
    """Return a ServiceSpecInput from the flat fields of `services.spec.ServiceSpec`. Memory may be text; the
    members of enums are their values."""
    enums = ("kind", "scale_metric", "non_finite")
    return _input(
        {
            name: each.upper() if name in enums and isinstance(each, str) else each
            for name, each in told.items()
        }
    )


def named(parameters: dict[str, dict | list]) -> list[dict]:
    """Return parameters of a search by name as a list of them; a list stands for its choices."""
    return [
        {"name": name, **(each if isinstance(each, dict) else {"type": "categorical", "choices": each})}
        for name, each in parameters.items()
    ]


def search(told: dict) -> dict:
    """Return a SearchSpecInput from the flat fields of `searches.spec.SearchSpec`. Its parameters may be by
    name; the members of enums are their values."""
    made = _camel(told)
    if "parameters" in told:
        flat = told["parameters"]
        made["parameters"] = [_parameter(each) for each in (named(flat) if isinstance(flat, dict) else flat)]
    if "objectives" in told:
        made["objectives"] = [_upper(each, "direction", "take") for each in told["objectives"]]
    for group in ("sampler", "pruner", "engine", "warm_start"):
        if isinstance(told.get(group), dict):
            made[camel(group)] = _upper(_camel(told[group]), "name")
    if settings := (told.get("engine") or {}).get("settings"):
        made["engine"]["settings"] = [{"name": name, "value": value} for name, value in settings.items()]
    return made


def _parameter(told: dict) -> dict:
    told = dict(told)
    name, kind, conditions = told.pop("name"), told.pop("type"), told.pop("conditions", {})
    pairs = [{"parameter": other, "value": value} for other, value in conditions.items()]
    return {"name": name, "distribution": {str(kind): told}, "conditions": pairs}


def _camel(told: dict) -> dict:
    return {camel(name): value for name, value in told.items()}


def _upper(told: dict, *names: str) -> dict:
    return {
        name: each.upper() if name in names and isinstance(each, str) else each for name, each in told.items()
    }


def notebook(told: dict) -> dict:
    """Return a NotebookSpecInput from the flat fields of `notebooks.spec.NotebookSpec`. Sizes may be text."""
    return _input({**told, **({"size": size(told["size"])} if "size" in told else {})})


def _input(told: dict) -> dict:
    told = {**told, **({"memory": size(told["memory"])} if "memory" in told else {})}
    secrets = told.pop("secrets", None)
    whole = grouped(told)
    made = {camel(name): value for name, value in whole.items() if value or name not in GROUPS}
    for group in GROUPS:
        if group in made:
            made[group] = {camel(name): value for name, value in made[group].items()}
    if secrets is not None:
        made["secrets"] = [{"name": name, "value": value} for name, value in secrets.items()]
    return made
