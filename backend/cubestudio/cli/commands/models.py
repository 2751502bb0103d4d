"""Commands for models."""

from pathlib import Path
from typing import Annotated

import typer

from cubestudio.cli.options import Project, connected
from cubestudio.client import Client
from cubestudio.client.types import ModelFileInput
from cubestudio.core.numeric import packed

cli = typer.Typer(help="Models: register versions from files.", no_args_is_help=True)


def _files(path: Path) -> list[Path]:
    """Return the files in a folder, or the file itself."""
    return sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]


@cli.command()
@connected
def upload(
    client: Client,
    name: Annotated[str, typer.Argument(help="The model; made when there is none.")],
    paths: Annotated[
        list[Path], typer.Argument(help="Files, or folders with all that is in them.", exists=True)
    ],
    project: Project = "default",
    metric: Annotated[list[str] | None, typer.Option(help="A number as name=value; may be repeated.")] = None,
    requirement: Annotated[
        list[str] | None, typer.Option(help="A Python package that it needs; may be repeated.")
    ] = None,
    description: Annotated[str, typer.Option(help="What is new in this version.")] = "",
) -> None:
    """Register a version of a model from files of this machine."""
    found = [
        (str(file.relative_to(path)) if path.is_dir() else path.name, file)
        for path in paths
        for file in _files(path)
    ]
    metrics = {key: packed(float(value)) for key, _, value in (text.partition("=") for text in metric or [])}
    there = client.project(project) or client.create_project(project)
    files: list[ModelFileInput] = []
    for path, file in found:
        print(f"{path}: {file.stat().st_size} bytes", flush=True)
        files.append({"path": path, "sha256": client.put(there["id"], file)})
    made = client.upload_model(
        project, name, files, description=description, metrics=metrics, requirements=requirement or []
    )
    print(f"model {name}, version {made['version']['number']}: {made['version']['framework']}")
