"""How many connections and subscriptions one person or one address may hold at once in this process.

Each of them costs memory and, at every change that it follows, work; without a bound one member slows
everybody."""

import contextlib
from collections import Counter
from collections.abc import Iterator

from cubestudio.core import messages
from cubestudio.core.config import Settings
from cubestudio.core.errors import TooMany


class Bounds:
    """Counts what is held; a bound that is reached refuses the next one and leaves those that are open
    alone."""

    def __init__(self, settings: Settings):
        self._person = settings.max_connections
        self._address = settings.max_connections_per_address
        self._subscriptions = settings.max_subscriptions
        self._held: Counter[tuple[str, str]] = Counter()

    def address(self, address: str) -> contextlib.AbstractContextManager[None]:
        """Hold one connection of an address."""
        refusal = TooMany(messages.ADDRESS_CONNECTIONS_EXCEEDED(limit=self._address))
        return self._one("address", address, self._address, refusal)

    def person(self, user: str) -> contextlib.AbstractContextManager[None]:
        """Hold one connection of a person."""
        refusal = TooMany(messages.USER_CONNECTIONS_EXCEEDED(limit=self._person))
        return self._one("person", user, self._person, refusal)

    def subscription(self, user: str) -> contextlib.AbstractContextManager[None]:
        """Hold one subscription of a person."""
        refusal = TooMany(messages.SUBSCRIPTIONS_EXCEEDED(limit=self._subscriptions))
        return self._one("subscription", user, self._subscriptions, refusal)

    @contextlib.contextmanager
    def _one(self, kind: str, who: str, most: int, refusal: TooMany) -> Iterator[None]:
        key = (kind, who)
        if self._held[key] >= most:
            raise refusal
        self._held[key] += 1
        try:
            yield
        finally:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]
