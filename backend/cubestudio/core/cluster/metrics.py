"""Lines of metrics as pods write them."""

import orjson


def points(data: bytes) -> list[dict]:
    """Lines of JSON flattened to {name, value, step, at}; what is no metric is passed over."""
    found: list[dict] = []
    for line in data.splitlines():
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if not isinstance(value, dict):
            continue
        step, at = value.pop("step", None), value.pop("time", None)
        if isinstance(value.get("name"), str) and "value" in value:
            value = {value["name"]: value["value"]}
        found += [
            {"name": name[:200], "value": float(number), "step": step if isinstance(step, int) else None, "at": at}
            for name, number in value.items()
            if isinstance(number, int | float) and not isinstance(number, bool)
        ]
    return found
