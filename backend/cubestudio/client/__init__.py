"""The Python client: `from cubestudio.client import Client`."""

from cubestudio.client.client import Client, Failed, Refused

__all__ = ["Client", "Failed", "Refused"]
