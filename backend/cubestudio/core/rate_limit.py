"""How often somebody may ask in a minute, by the secret that they show, or by their address when they show
none; and what was used in a minute. Counted in this process, or in Redis for all of them."""

import hashlib
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError

from cubestudio.core import clock, messages
from cubestudio.core.config import Settings
from cubestudio.core.errors import Unavailable


@dataclass(frozen=True)
class Over:
    """It was too often: how many are let through in a minute, and in how many seconds the next may come."""

    most: int
    seconds: int


def _storage(settings: Settings) -> Storage:
    if not settings.redis_url:
        return MemoryStorage()
    url = settings.redis_url
    return RedisStorage(
        f"async+{'redis+' if url.startswith('unix:') else ''}{url}",
        implementation="redispy",
        wrap_exceptions=True,
    )


class Meter:
    """How much of something somebody used in the present minute. Raises Unavailable when Redis does not
    answer."""

    def __init__(self, settings: Settings):
        self._storage = _storage(settings)

    @property
    def left(self) -> int:
        """Seconds until the next minute."""
        return 60 - int(clock.now().timestamp()) % 60

    async def used(self, *what: str) -> int:
        try:
            return await self._storage.get(self._key(what))
        except StorageError as error:
            raise Unavailable(messages.RATE_NOT_READ()) from error

    async def add(self, *what: str, amount: int = 1) -> int:
        """How much it is with that."""
        try:
            return await self._storage.incr(self._key(what), 120, amount)
        except StorageError as error:
            raise Unavailable(messages.RATE_NOT_WRITTEN()) from error

    @staticmethod
    def _key(what: tuple[str, ...]) -> str:
        return "/".join(("cube-meter", *what, str(int(clock.now().timestamp()) // 60)))


class Rates:
    """Of a secret only a digest is remembered, for a minute."""

    def __init__(self, settings: Settings):
        self._limiter = FixedWindowRateLimiter(_storage(settings))
        self._known = RateLimitItemPerMinute(settings.rate_limit)
        self._strangers = RateLimitItemPerMinute(settings.rate_limit_anonymous)
        self._signing = RateLimitItemPerMinute(settings.rate_limit_sign_in)

    async def take(self, address: str, secret: str | None, signing_in: bool) -> Over | None:
        """Count one; None when it is let through. Raises Unavailable when Redis does not answer."""
        if signing_in:
            item, key = self._signing, f"in:{address}"
        elif secret:
            item, key = self._known, f"by:{hashlib.sha256(secret.encode()).hexdigest()[:32]}"
        else:
            item, key = self._strangers, f"at:{address}"
        try:
            if await self._limiter.hit(item, key):
                return None
            stats = await self._limiter.get_window_stats(item, key)
        except StorageError as error:
            raise Unavailable(messages.RATE_NOT_CHECKED()) from error
        return Over(item.amount, max(1, round(stats.reset_time - time.time())))
