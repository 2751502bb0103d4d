"""Work of the CPU on what people send, beside the event loop: in threads of its own, few at once, with a
bound on the time.

The pool is nobody else's, so that a heavy document never delays what collects files or asks a database. A
thread cannot be ended: everything that is handed over here is bounded by itself (size, depth, number of
values), and the time limit only keeps the person from waiting for ever.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from cubestudio.core import messages
from cubestudio.core.errors import Unavailable

SECONDS = 30.0
_POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="offload")
P = ParamSpec("P")
T = TypeVar("T")


async def offload(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a pure function gives, computed beside the loop. Raises what it raises, and Unavailable when it
    takes too long."""
    future = asyncio.get_running_loop().run_in_executor(_POOL, partial(function, *args, **kwargs))
    try:
        async with asyncio.timeout(SECONDS):
            return await future
    except TimeoutError:
        raise Unavailable(messages.REQUEST_TOO_SLOW(seconds=f"{SECONDS:g}")) from None
