"""The limits of service keys: requests and tokens of language models a minute."""

from cubestudio.core import log
from cubestudio.core.config import Settings
from cubestudio.core.errors import Unavailable
from cubestudio.core.rate_limit import Meter
from cubestudio.gateway.service_access import Caller
from cubestudio.gateway.service_responses import refusal

logger = log.get(__name__)


class KeyLimits:
    """Counts what keys with limits used in the current minute."""

    def __init__(self, settings: Settings):
        self._meter = Meter(settings)

    async def admit(self, caller: Caller) -> None:
        """Count a request. Raises DirectResponse when a limit of its key is reached."""
        key = caller.key
        if key is None:
            return
        exceeded = None
        try:
            if caller.tokens is not None and await self._meter.used(key, "tokens") >= caller.tokens:
                exceeded = f"use {caller.tokens} tokens"
            elif caller.per_minute is not None and await self._meter.add(key, "requests") > caller.per_minute:
                exceeded = f"ask {caller.per_minute} times"
        except Unavailable as error:
            raise refusal(503, error.message, [("retry-after", "5")]) from error
        if exceeded:
            retry = [("retry-after", str(self._meter.left))]
            raise refusal(429, f"This key may {exceeded} a minute.", retry)

    async def spend(self, caller: Caller, tokens: int | None) -> None:
        """Count the tokens of a response."""
        if caller.key and caller.tokens is not None and tokens:
            try:
                await self._meter.add(caller.key, "tokens", amount=tokens)
            except Unavailable as error:
                logger.warning(
                    "tokens of a key are not counted", key=caller.key, tokens=tokens, error=error.message
                )
