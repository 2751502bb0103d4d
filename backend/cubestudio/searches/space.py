"""The space of a search: its parameters, and points of it by a grid, a sequence or near another. Pure."""

import math
import random
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import model_validator

from cubestudio.core.inputs.definition import kind_of, matching
from cubestudio.core.inputs.strict import Strict
from cubestudio.searches import messages

NAME = r"[A-Za-z_][A-Za-z0-9_]{0,62}"
EXACT = 2**53
"""Below this, whole numbers and the places of a grid are exact as the 64-bit floating-point numbers that
samplers work with."""
NEAR = 1e-8
"""How far from a step of its range, in steps, a number may lie and be taken for that step; as Optuna has
it."""


class Parameter(Strict):
    """One dimension. `low` and `high` are included; `step`: only low, low+step, …; `log`: orders of magnitude
    alike. `conditions`: it exists only when other parameters, named before it, have these values."""

    name: Annotated[str, matching(NAME, messages.SEARCH_PARAMETER_NAME_INVALID)]
    type: Literal["float", "int", "categorical"]
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    choices: tuple[Any, ...] = ()
    conditions: dict[str, Any] = {}

    @model_validator(mode="after")
    def _bounds(self) -> "Parameter":
        if wrong := self._wrong(self.name):
            raise ValueError(wrong)
        return self

    def _wrong(self, name: str) -> str | None:
        if self.type == "categorical":
            return self._wrong_choices(name)
        if self.low is None or self.high is None:
            return messages.RANGE_BOUND_MISSING(name=name, bound="low" if self.low is None else "high")
        return self._wrong_range(name, self.low, self.high) or self._inexact(name, self.low, self.high)

    def _wrong_choices(self, name: str) -> str | None:
        for place, value in enumerate(self.choices):
            if isinstance(value, Mapping | list | tuple):
                return messages.CHOICE_INVALID(name=name, place=place, kind=kind_of(value))
        if not 1 <= len(self.choices) <= 1000:
            return messages.CHOICES_COUNT_INVALID(name=name, count=len(self.choices))
        return None

    def _wrong_range(self, name: str, low: float, high: float) -> str | None:
        if not math.isfinite(high - low):
            return messages.RANGE_TOO_LARGE(name=name)
        if low > high:
            return messages.RANGE_REVERSED(name=name)
        if self.log and low <= 0:
            return messages.RANGE_LOG_NOT_POSITIVE(name=name)
        if self.log and self.step:
            return messages.RANGE_LOG_AND_STEP(name=name)
        if self.step is not None and self.step <= 0:
            return messages.RANGE_STEP_NOT_POSITIVE(name=name)
        return None

    def _inexact(self, name: str, low: float, high: float) -> str | None:
        """Return why its values would not be exact as 64-bit floating-point numbers."""
        if self.type == "int" and (low % 1 or high % 1 or (self.step or 1) % 1):
            return messages.RANGE_NOT_WHOLE(name=name)
        if self.type == "int" and max(-low, high) >= EXACT:
            return messages.RANGE_NOT_EXACT(name=name)
        if self.step and (high - low) / self.step >= EXACT:
            return messages.RANGE_STEP_TOO_SMALL(name=name)
        return None

    def there(self, params: Mapping[str, Any]) -> bool:
        """Whether it is there beside what was chosen before it."""
        return all(name in params and params[name] == value for name, value in self.conditions.items())

    def holds(self, value: Any) -> bool:
        """Whether a value lies in it."""
        if self.type == "categorical":
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
        if self.type == "categorical":
            return list(self.choices)
        assert self.low is not None and self.high is not None
        step = self.step or (1 if self.type == "int" and not self.log else None)
        if step is None:
            return None
        count = int((self.high - self.low) / step + 1e-9) + 1
        made = [self.low + index * step for index in range(min(count, 100_000))]
        return [int(value) for value in made] if self.type == "int" else made


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
            if parameter.type == "categorical":
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
