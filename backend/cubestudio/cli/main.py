"""The command `cubestudio`: its commands are in `commands`, by subject."""

import sys

import typer

from cubestudio.cli.commands import admin, models, notebooks, runs, server
from cubestudio.client import Failed, Refused
from cubestudio.core.errors import Refusal

cli = typer.Typer(
    help="Cube Studio: machine-learning work on one machine or on clusters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for each in (server.cli, admin.cli, runs.cli, notebooks.cli):
    cli.add_typer(each)
for name, group in (
    ("model", models.cli),
    ("secrets", admin.secrets),
    ("audit", admin.audit),
    ("clusters", admin.clusters),
):
    cli.add_typer(group, name=name)


def main() -> None:
    """Run a command; refusals are one line, not a trace."""
    try:
        cli()
    except (Refusal, Refused, Failed) as refusal:
        hint = getattr(refusal, "hint", None)
        print(f"error: {refusal}" + (f" {hint}" if hint else ""), file=sys.stderr)
        if isinstance(refusal, Failed) and refusal.code == "SIGNED_OUT":
            print(
                "Make a token on the platform's machine with `cubestudio token`, and give it as "
                "--token or $CUBE_TOKEN.",
                file=sys.stderr,
            )
        sys.exit(2)


if __name__ == "__main__":
    main()
