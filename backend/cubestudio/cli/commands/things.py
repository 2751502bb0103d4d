"""Commands for things of every kind, in the manner of kubectl."""

import webbrowser
from typing import Annotated

import typer

from cubestudio.cli.kinds import KINDS, Kind, lookup, named
from cubestudio.cli.options import connected
from cubestudio.cli.output import Format, show, to_yaml
from cubestudio.cli.watch import changed
from cubestudio.client import Client

cli = typer.Typer()
PAST = {"start": "started", "stop": "stopped", "cancel": "cancelled", "retry": "retried", "delete": "deleted"}
"""The verbs, and what has happened when one has succeeded."""


def having(verb: str | None) -> list[Kind]:
    """Return the kinds that have a verb."""
    return [kind for kind in KINDS if verb is None or verb in kind.acts]


def kinds(verb: str | None = None) -> typer.models.ArgumentInfo:
    """Return the argument KIND of a command."""
    words = [each.plural if verb is None else each.name for each in having(verb)]

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return typer.Argument(metavar="KIND", help=f"One of {', '.join(words)}.", autocompletion=complete)


Names = Annotated[
    list[str],
    typer.Argument(help="Names or ids; of a run, its pipeline and number: train#3.", metavar="NAME…"),
]
Name = Annotated[str, typer.Argument(help="A name or an id; of a run, its pipeline and number: train#3.")]
InProject = Annotated[str | None, typer.Option("--project", "-p", help="The project, by name.")]


@cli.command()
@connected
def get(
    client: Client,
    kind: Annotated[str, kinds()],
    name: Annotated[str | None, typer.Argument(help="A name or an id. Default: all.")] = None,
    project: InProject = None,
    output: Annotated[Format, typer.Option("--output", "-o", help="The format.")] = Format.TABLE,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Then print each one that changes, until you interrupt.")
    ] = False,
) -> None:
    """List things of a kind, or show one."""
    found = named(kind)
    if watch and found.changes is None:
        raise typer.BadParameter(f"{found.plural.capitalize()} cannot be watched.")
    rows = [lookup(client, found, name, project)] if name else list(found.each(client, project))
    show(found, rows, output, single=name is not None)
    if watch:
        only = found.id(rows[0]) if name else None
        for row in changed(client, found, project, rows):
            if only in (None, found.id(row)):
                show(found, [row], output, single=True, titles=False)


@cli.command()
@connected
def describe(client: Client, kind: Annotated[str, kinds()], name: Name, project: InProject = None) -> None:
    """Show everything about a thing, as YAML."""
    print(to_yaml(lookup(client, named(kind), name, project)))


@cli.command("open")
@connected
def open_(
    client: Client,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="One of notebook, service.")],
    name: Name,
    project: InProject = None,
    browser: Annotated[bool, typer.Option(help="Open the link in a browser.")] = True,
) -> None:
    """Print a link to a notebook or service, and open it in a browser. The link works once."""
    found = named(kind)
    if found.url is None:
        raise typer.BadParameter(f"A {found.name} cannot be opened.")
    url = found.url(client, found.id(lookup(client, found, name, project)))
    print(url, flush=True)
    if browser:
        webbrowser.open(url)


def _add(verb: str) -> None:
    """Add the command of a verb."""

    def run(client: Client, kind: str, names: list[str], project: str | None = None) -> None:
        found = named(kind)
        if verb not in found.acts:
            raise typer.BadParameter(f"You cannot {verb} a {found.name}.")
        for name in names:
            row = lookup(client, found, name, project)
            made = found.acts[verb](client, found.id(row), row.get("name", ""))
            anew = (found.name == "pipeline" and verb == "start") or verb == "retry"
            shown, row = (named("run"), made) if anew else (found, row)
            print(f"{shown.name}/{shown.label(row)} {PAST[verb if verb != 'retry' else 'start']}")

    run.__annotations__ |= {"kind": Annotated[str, kinds(verb)], "names": Names, "project": InProject}
    words = ", ".join(each.name for each in having(verb))
    run.__doc__ = f"{verb.capitalize()} things of a kind: {words}."
    cli.command(verb)(connected(run))


for _verb in PAST:
    _add(_verb)
