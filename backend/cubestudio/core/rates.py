"""How often somebody may ask in a minute: by the secret that they show, or by their address when they show none."""

import hashlib
import time as stdtime
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter

from cubestudio.core.config import Settings


@dataclass(frozen=True)
class Over:
    """It was too often: how many are let through in a minute, and in how many seconds the next may come."""

    most: int
    seconds: int


class Rates:
    """Counts in this process, or in Redis for all of them. Of a secret only a digest is remembered, for a minute."""

    def __init__(self, settings: Settings):
        url = settings.redis_url
        storage = RedisStorage(f"async+{url}", implementation="redispy") if url else MemoryStorage()
        self._limiter = FixedWindowRateLimiter(storage)
        self._known = RateLimitItemPerMinute(settings.rate_known)
        self._strangers = RateLimitItemPerMinute(settings.rate_strangers)
        self._signing = RateLimitItemPerMinute(settings.rate_signing_in)

    async def take(self, address: str, secret: str | None, signing_in: bool) -> Over | None:
        """Count one; None when it is let through."""
        if signing_in:
            item, key = self._signing, f"in:{address}"
        elif secret:
            item, key = self._known, f"by:{hashlib.sha256(secret.encode()).hexdigest()[:32]}"
        else:
            item, key = self._strangers, f"at:{address}"
        if await self._limiter.hit(item, key):
            return None
        stats = await self._limiter.get_window_stats(item, key)
        return Over(item.amount, max(1, round(stats.reset_time - stdtime.time())))
