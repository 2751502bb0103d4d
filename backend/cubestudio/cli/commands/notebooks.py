"""Commands for notebooks."""

import asyncio
import os
import shlex
import sys
from typing import Annotated, Any

import typer

from cubestudio.cli.options import connected, environment
from cubestudio.client import Client, Failed
from cubestudio.client.pipe import pipe

cli = typer.Typer()
BY_ID = "query($i: ID!) { notebook(id: $i) { id name kind cluster root } }"
BY_NAME = """query($s: String!) { notebooks(mine: true, search: $s, first: 100) {
  nodes { id name kind cluster root } } }"""
KINDS = "query($c: String) { notebookKinds(cluster: $c) { name login } }"


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
    found = _notebook(client, notebook)
    if stdio:
        sys.exit(asyncio.run(pipe(client.url, client.token, found["id"])))
    kinds = client.execute(KINDS, {"c": found["cluster"]})["notebookKinds"]
    user = login or (
        "root" if found["root"] else next(kind["login"] for kind in kinds if kind["name"] == found["kind"])
    )
    if not user:
        message = f"Say as whom with --login NAME: the log of {found['name']} says for whom SSH is open."
        raise Failed([{"message": message, "extensions": {"code": "INVALID"}}])
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


def _notebook(client: Client, wanted: str) -> dict[str, Any]:
    """Return a notebook of the user by name or id. Raises Failed."""
    if "-" in wanted and len(wanted) == 36:
        notebook = client.execute(BY_ID, {"i": wanted})["notebook"]
        matches = [notebook] if notebook else []
    else:
        nodes = client.execute(BY_NAME, {"s": wanted})["notebooks"]["nodes"]
        matches = [each for each in nodes if each["name"] == wanted]
    if len(matches) != 1:
        message = (
            f"There are {len(matches)} notebooks of yours named {wanted}: say its id."
            if matches
            else f"There is no notebook {wanted} of yours."
        )
        raise Failed([{"message": message, "extensions": {"code": "NOT_FOUND"}}])
    return matches[0]
