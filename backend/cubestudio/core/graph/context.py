"""What every resolver receives: the viewer, the application context and a loader for each batch function."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import HTTPConnection
from strawberry.dataloader import DataLoader

from cubestudio.core import messages
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.context import AppContext
from cubestudio.core.db import Tx
from cubestudio.core.errors import SignedOut

Batch = Callable[[AsyncConnection, Sequence[Any]], Awaitable[Mapping[Any, Any]]]


@dataclass(kw_only=True)
class Context:
    """One per operation over HTTP; over a socket one per connection, so nothing that must be fresh is kept in
    it."""

    ctx: AppContext
    connection: HTTPConnection
    viewer: Viewer | None
    live: bool = False
    """For subscriptions: loaders do not keep what they have loaded, so that each look is a new one."""
    tx: Tx | None = None
    prepared: Any = None
    """What the mutation that runs read before its transaction began."""
    connection_params: Any = None
    _loaders: dict[Batch, DataLoader] = field(default_factory=dict)

    @property
    def who(self) -> Viewer:
        """The asker; SignedOut when there is none."""
        if self.viewer is None:
            raise SignedOut(messages.SIGN_IN_REQUIRED())
        return self.viewer

    @property
    def writing(self) -> Tx:
        """The transaction of the mutation that runs."""
        if self.tx is None:
            raise RuntimeError("no mutation is running")
        return self.tx

    def read(self):
        return self.ctx.db.read()

    async def load(self, batch: Batch, key: Hashable) -> Any:
        """What `batch` finds for a key, or None; all keys asked for in one turn go into one call."""
        loader = self._loaders.get(batch)
        if loader is None:

            async def fetch(keys: list[Any]) -> list[Any]:
                async with self.ctx.db.read() as conn:
                    found = await batch(conn, keys)
                return [found.get(key) for key in keys]

            loader = self._loaders[batch] = DataLoader(fetch, cache=not self.live)
        return await loader.load(key)
