"""Commands for notebooks."""

import asyncio
import os
import shlex
import sys
from typing import Annotated

import typer

from cubestudio.cli.kinds import failure, lookup, named
from cubestudio.cli.options import connected, environment
from cubestudio.cli.pipe import pipe
from cubestudio.client import Client

cli = typer.Typer()
KINDS = "query($c: String) { notebookKinds(cluster: $c) { kind sshUser } }"


@cli.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
@connected
def ssh(
    client: Client,
    context: typer.Context,
    notebook: Annotated[str, typer.Argument(help="A notebook of yours on Kubernetes, by name or id.")],
    login: Annotated[
        str | None,
        typer.Option(
            help="As whom; default: root for one that runs as root, else the user of images of its kind."
        ),
    ] = None,
    stdio: Annotated[
        bool, typer.Option("--stdio", help="Be the ProxyCommand of ssh: bytes in and out.")
    ] = False,
) -> None:
    """Go to a notebook by SSH, through the platform. What follows is handed on to ssh: cubestudio ssh lab --
    -L 6006:localhost:6006."""
    found = lookup(client, named("notebook"), notebook)
    if stdio:
        sys.exit(asyncio.run(pipe(client.url, client.token, found["id"])))
    kinds = client.execute(KINDS, {"c": found["cluster"]})["notebookKinds"]
    user = login or (
        "root"
        if found["spec"]["environment"]["root"]
        else next(kind["sshUser"] for kind in kinds if kind["kind"] == found["kind"])
    )
    if not user:
        raise failure(
            "INVALID", f"Name the user with --login: the log of {found['name']} says for whom SSH is open."
        )
    proxy = shlex.join(
        [sys.executable, "-m", "cubestudio.cli.main", "ssh", "--stdio", found["id"], "--url", client.url]
    )
    alias = f"cube-{found['id']}"
    known = ["-o", f"HostKeyAlias={alias}", "-o", "StrictHostKeyChecking=accept-new"]
    os.execvpe(
        "ssh",
        ["ssh", "-o", f"ProxyCommand={proxy}", *known, "-l", user, alias, *context.args],
        environment(client),
    )
