"""The command `cubestudio`: its commands are in `commands`, by subject."""

import sys

import httpx2
import typer

from cubestudio.cli.commands import admin, models, notebooks, runs, server, sign_in, things
from cubestudio.client import Failed, Refused
from cubestudio.core.errors import Refusal

SIGN_IN = (
    "Make a token in the console, or on the platform's machine with `cubestudio token`; then sign in with "
    "`cubestudio login URL`, or give the token as --token or $CUBE_TOKEN."
)
cli = typer.Typer(
    help="Cube Studio: machine learning on one machine or on clusters. Exit codes: 0 when all went well, "
    "1 when a run that was followed did not succeed, 2 when a command failed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for each in (server.cli, sign_in.cli, things.cli, runs.cli, notebooks.cli, admin.cli):
    cli.add_typer(each)
for name, group in (
    ("model", models.cli),
    ("secrets", admin.secrets),
    ("audit", admin.audit),
    ("clusters", admin.clusters),
    ("config", admin.config),
):
    cli.add_typer(group, name=name)


def main() -> None:
    """Run a command. Refusals and lost connections are messages on standard error, not traces."""
    try:
        cli()
    except (Refusal, Refused, Failed) as refusal:
        reason = getattr(refusal, "reason", None)
        print(f"error: {refusal}" + (f" ({reason})" if reason else ""), file=sys.stderr)
        if hint := getattr(refusal, "hint", None):
            print(f"hint: {hint}", file=sys.stderr)
        elif getattr(refusal, "code", None) == "SIGNED_OUT":
            print(f"hint: {SIGN_IN}", file=sys.stderr)
        sys.exit(2)
    except httpx2.HTTPError as error:
        print(f"error: The platform cannot be reached: {error}", file=sys.stderr)
        print("hint: Check its address: --url, $CUBE_URL or `cubestudio login URL`.", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
