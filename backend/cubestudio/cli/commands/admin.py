"""Commands for administrators, who can read the platform's data folder."""

import asyncio
import json
import sys
from typing import Annotated

import typer

from cubestudio.cli.machine import load
from cubestudio.cli.output import table
from cubestudio.core.auth.viewer import Scope

cli = typer.Typer()
secrets = typer.Typer(help="The keys that encrypt secrets.", no_args_is_help=True)
audit = typer.Typer(help="The audit log.", no_args_is_help=True)
clusters = typer.Typer(help="The clusters of this installation.", no_args_is_help=True)
config = typer.Typer(help="The settings of this installation.", no_args_is_help=True)


@cli.command()
def init() -> None:
    """Create the database or upgrade it to this version."""
    asyncio.run(load("admin").prepare(load("local").settings()))
    print("The database is ready.")


@cli.command()
def schema() -> None:
    """Print the GraphQL schema."""
    print(load("schema", "cubestudio").schema.as_str())


@cli.command()
def token(
    name: Annotated[str, typer.Option(help="Name of the token in the list.")] = "command line",
    days: Annotated[
        int | None, typer.Option(help="Days until the token expires. Default: it does not expire.")
    ] = None,
    scope: Annotated[
        Scope, typer.Option(help="read: queries only; run: also start and stop work; manage: everything.")
    ] = Scope.MANAGE,
    link: Annotated[bool, typer.Option("--link", help="Create a one-time sign-in link instead.")] = False,
) -> None:
    """Create an API token, or a sign-in link, of the first administrator. This needs access to the platform's
    data folder."""
    local = load("local").settings()
    if link:
        print(f"{load('local').address(local)}/auth/link?token={asyncio.run(load('admin').link(local))}")
    else:
        print(asyncio.run(load("admin").token(local, name, days, scope)))


@cli.command()
def doctor(
    cluster: Annotated[
        str | None, typer.Option(help="Check this cluster, and what is installed on it, instead.")
    ] = None,
) -> None:
    """Check this machine, or a cluster, and report what works and what does not."""
    checks, local = load("doctor"), load("local").settings()
    sys.exit(asyncio.run(checks.cluster(local, cluster) if cluster else checks.examine(local)))


@config.command("show")
def show_config(
    json_output: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Print all settings, their values without secrets, and whether each comes from the environment, the file
    or the default."""
    found = list(load("settings").current(load("local").quiet()))
    if json_output:
        print(json.dumps([vars(each) for each in found], indent=2, ensure_ascii=False))
    else:
        table(["SETTING", "SOURCE", "VALUE"], [[each.variable, each.source, each.value] for each in found])


@secrets.command()
def rotate() -> None:
    """Add a new key and re-encrypt all secrets with it, while the platform runs. With CUBE_SECRET_KEYS, first
    put the new key before the others there, in all processes."""
    count = asyncio.run(load("admin").rotate(load("local").settings()))
    print(f"Re-encrypted {count} rows.", flush=True)


@audit.command()
def verify() -> None:
    """Verify that the audit log is complete and unchanged. Otherwise print the first entry that is not, and
    exit with code 1."""
    sys.exit(asyncio.run(load("admin").verify(load("local").settings())))


@audit.command()
def export() -> None:
    """Print the audit log as JSON lines, oldest entry first."""
    asyncio.run(load("admin").export(load("local").settings()))


@clusters.command()
def accept(name: Annotated[str, typer.Argument(help="Name of the cluster.")]) -> None:
    """Accept that another cluster now answers under the name of a cluster. What ran on the former one is then
    lost."""
    asyncio.run(load("clusters").accept(load("local").settings(), name))
    print(f"The next cluster that answers as {name} is accepted.")
