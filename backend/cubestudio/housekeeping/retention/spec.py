"""Which runs are kept."""

from dataclasses import dataclass

from cubestudio.core.errors import Fault, Invalid
from cubestudio.housekeeping.retention import messages

MOST_DAYS = 36_500
MOST_RUNS = 100_000


@dataclass(frozen=True)
class Rule:
    """A run is kept when it ended in the last `days` days, or is one of the last `last` runs of its pipeline.
    A limit that is None keeps nothing by itself; without any limit every run is kept."""

    days: int | None = None
    last: int | None = None

    @property
    def everything(self) -> bool:
        """Whether every run is kept."""
        return self.days is None and self.last is None

    def checked(self, field: str) -> "Rule":
        """Return it, if its limits are in their ranges; `field` is its path in the input. Raises Invalid."""
        faults = []
        if self.days is not None and not 1 <= self.days <= MOST_DAYS:
            faults.append(Fault(messages.KEEP_DAYS_OUT_OF_RANGE(most=MOST_DAYS), f"{field}.keepDays"))
        if self.last is not None and not 1 <= self.last <= MOST_RUNS:
            faults.append(Fault(messages.KEEP_LAST_OUT_OF_RANGE(most=MOST_RUNS), f"{field}.keepLast"))
        if faults:
            raise Invalid.many(faults, messages.RETENTION_POLICY_INVALID)
        return self
