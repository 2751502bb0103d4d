"""Whether schema.graphql, the Python client and the generated pages of docs/ are what the code gives;
`--write` makes them so."""

import re
import subprocess
import sys
from pathlib import Path

import typer
from catalogue import document
from typer.cli import get_docs_for_click

from cubestudio.cli import settings
from cubestudio.cli.codegen import generate
from cubestudio.cli.main import cli
from cubestudio.schema import schema

ROOT = Path(__file__).parents[1]


def formatted(path: str, text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "format", "--stdin-filename", path, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def commands() -> str:
    """The page of the command line."""
    command = typer.main.get_command(cli)
    context = typer.Context(command, info_name="cubestudio")
    text = get_docs_for_click(obj=command, ctx=context, name="cubestudio")
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).rstrip() + "\n"


def main() -> int:
    pages = {"docs/cli.md": commands(), "docs/errors.md": document(), "docs/settings.md": settings.page()}
    made = (
        {"schema.graphql": schema.as_str() + "\n"}
        | pages
        | {path: formatted(path, text) for path, text in generate(schema.as_str()).items()}
    )
    stale = [
        name for name, text in made.items() if not (ROOT / name).exists() or (ROOT / name).read_text() != text
    ]
    if "--write" in sys.argv:
        for name in stale:
            (ROOT / name).write_text(made[name])
        return 0
    for name in stale:
        print(f"{name} is out of date: run `make generate` and look at the difference")
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
