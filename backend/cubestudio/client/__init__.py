"""The Python client: `from cubestudio.client import Client`, or `AsyncClient`. It needs httpx2 only."""

from cubestudio.client.async_client import AsyncClient
from cubestudio.client.client import Client
from cubestudio.client.errors import Failed, Refused
from cubestudio.client.protocol import UNSET

__all__ = ["UNSET", "AsyncClient", "Client", "Failed", "Refused"]
