"""Options that many commands have, and the client that they lead to."""

import contextlib
import inspect
import json
import os
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from cubestudio.client import Client
from cubestudio.core import log
from cubestudio.core.config import Settings

Url = Annotated[
    str | None,
    typer.Option(help="The platform's address. Default: $CUBE_URL, else the platform of this machine."),
]
Token = Annotated[
    str | None, typer.Option(help="An API token. Default: $CUBE_TOKEN. Make one with `cubestudio token`.")
]
Project = Annotated[str, typer.Option(help="The project, by name; made when there is none.")]


def settings() -> Settings:
    """Return the settings of this machine's platform, with logging set up by them."""
    found = Settings()
    log.setup(found.log_level, found.log_json)
    return found


def address(local: Settings) -> str:
    """Return the address of this machine's platform."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        return json.loads((local.home / "server.json").read_text())["url"]
    return local.public_url or f"http://localhost:{local.port}"


def environment(client: Client) -> dict[str, str]:
    """Return the environment of a program that acts with the token of a client."""
    return {**os.environ, **({"CUBE_TOKEN": client.token} if client.token else {})}


def connected(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options `--url` and `--token`, and as its first argument the client for them."""
    _, *own = inspect.signature(command).parameters.values()
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in (("url", Url), ("token", Token))
    ]

    @wraps(command)
    def run(*, url: str | None, token: str | None, **arguments: Any) -> None:
        with Client(url or os.environ.get("CUBE_URL") or address(Settings()), token) as client:
            command(client, **arguments)

    parameters = [*own, *options]
    run.__signature__ = inspect.Signature(parameters)  # ty: ignore
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
