"""Commands for administrators, who can read the platform's data folder."""

import asyncio
import sys
from typing import Annotated

import typer

from cubestudio.cli.machine import load
from cubestudio.core.auth.viewer import Scope

cli = typer.Typer()
secrets = typer.Typer(help="The keys by which secrets are encrypted.", no_args_is_help=True)
audit = typer.Typer(help="The ledger of who did what.", no_args_is_help=True)
clusters = typer.Typer(help="The clusters of this installation.", no_args_is_help=True)


@cli.command()
def init() -> None:
    """Bring the database to this version."""
    asyncio.run(load("admin").prepare(load("local").settings()))
    print("The database is ready.")


@cli.command()
def schema() -> None:
    """Print the GraphQL schema."""
    print(load("schema", "cubestudio").schema.as_str())


@cli.command()
def token(
    name: Annotated[str, typer.Option(help="What the token is called in the list.")] = "command line",
    days: Annotated[int | None, typer.Option(help="Days until it ends; default: it does not.")] = None,
    scope: Annotated[
        Scope,
        typer.Option(
            help="How far it goes: read (look), run (also start, stop and steer work), manage (everything)."
        ),
    ] = Scope.MANAGE,
    link: Annotated[bool, typer.Option("--link", help="A one-time sign-in link instead.")] = False,
) -> None:
    """Make an API token, or a sign-in link, of the first administrator; for whoever may read the platform's
    data folder."""
    local = load("local").settings()
    if link:
        print(f"{load('local').address(local)}/auth/link?token={asyncio.run(load('admin').link(local))}")
    else:
        print(asyncio.run(load("admin").token(local, name, days, scope)))


@cli.command()
def doctor(
    cluster: Annotated[
        str | None, typer.Option(help="Look at this cluster instead, and at what is installed there.")
    ] = None,
) -> None:
    """Look at this machine, or at a cluster, and say what works and what does not."""
    checks, local = load("doctor"), load("local").settings()
    sys.exit(asyncio.run(checks.cluster(local, cluster) if cluster else checks.examine(local)))


@secrets.command()
def rotate() -> None:
    """Put a new key before the others and encrypt everything anew; the platform may run meanwhile. With
    CUBE_SECRET_KEYS, put the new key before the others there, in all processes, first."""
    count = asyncio.run(load("admin").rotate(load("local").settings()))
    print(f"encrypted anew: {count} rows", flush=True)


@audit.command()
def verify() -> None:
    """Go through the ledger; exit code 1 and the first thing that is wrong, when it is not as it was
    written."""
    sys.exit(asyncio.run(load("admin").verify(load("local").settings())))


@audit.command()
def export() -> None:
    """The whole ledger as lines of JSON, oldest first."""
    asyncio.run(load("admin").export(load("local").settings()))


@clusters.command()
def accept(name: Annotated[str, typer.Argument(help="The cluster, as its kubeconfig is named.")]) -> None:
    """Take the cluster that answers under a name from now on for the one of that name. What ran on the one
    before is then lost."""
    asyncio.run(load("clusters").accept(load("local").settings(), name))
    print(f"The next cluster that answers as {name} is taken for it.")
