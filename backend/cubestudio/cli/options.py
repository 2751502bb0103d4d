"""Options that many commands have, and the client that they lead to."""

import inspect
import os
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from cubestudio.cli.machine import has_server, load
from cubestudio.client import Client, credentials

Url = Annotated[
    str | None,
    typer.Option(
        help="The platform's address. Default: $CUBE_URL, else where you signed in, else this machine."
    ),
]
Token = Annotated[
    str | None, typer.Option(help="An API token. Default: $CUBE_TOKEN, else that of `cubestudio login`.")
]
Project = Annotated[
    str, typer.Option("--project", "-p", help="The project, by name; created when there is none.")
]


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
        url = url or os.environ.get("CUBE_URL") or credentials.current()
        if url is None and has_server():
            url = load("local").address()
        with Client(url, token) as client:
            command(client, **arguments)

    parameters = [*own, *options]
    run.__signature__ = inspect.Signature(parameters)  # ty: ignore
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
