"""Commands that sign in to a platform and out of it."""

import sys
from typing import Annotated

import typer

from cubestudio.cli.kinds import failure
from cubestudio.cli.options import Token, connected
from cubestudio.client import Client, credentials

cli = typer.Typer()


@cli.command()
def login(url: Annotated[str, typer.Argument(help="The platform's address.")], token: Token = None) -> None:
    """Sign in to a platform: store an API token for it in your configuration folder. Without --token, the
    token is read from the terminal or from standard input. Later commands use this platform by default."""
    if token is None:
        token = typer.prompt("API token", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    with Client(url, token.strip()) as client:
        viewer = client.viewer()
        if viewer is None:
            raise failure("SIGNED_OUT", f"{client.url} does not accept this token.")
        credentials.save(client.url, token.strip())
        print(f"Signed in to {client.url} as {viewer['name']}.")


@cli.command()
@connected
def logout(client: Client) -> None:
    """Delete the stored API token of a platform. The token itself stays valid: revoke it in the console."""
    if not credentials.forget(client.url):
        raise failure("NOT_FOUND", f"You are not signed in to {client.url}.")
    print(f"Signed out of {client.url}.")


@cli.command()
@connected
def whoami(client: Client) -> None:
    """Show who you are, and on which platform."""
    viewer = client.viewer()
    if viewer is None:
        raise failure("SIGNED_OUT", f"You are not signed in to {client.url}.")
    roles = [role for role in ("admin", "auditor") if viewer[role]]
    print(viewer["name"] + (f" <{viewer['email']}>" if viewer["email"] else ""))
    print(f"platform: {client.url}\nroles: {', '.join(roles) or 'none'}")
