"""Commands for pipelines and their runs."""

import contextlib
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cubestudio.cli import logs as pod_logs
from cubestudio.cli.follow import follow as follow_run
from cubestudio.cli.kinds import lookup, named
from cubestudio.cli.options import Project, connected
from cubestudio.client import Client
from cubestudio.core import yaml_reader
from cubestudio.core.errors import Refusal

cli = typer.Typer()
IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _apply(client: Client, path: Path, project: str) -> dict[str, Any]:
    """Save a pipeline from a file, in a project that is created if it does not exist."""
    if client.project(project) is None:
        client.create_project(project)
    saved = client.save_pipeline(project, yaml=path.read_text())
    outcome = "saved as" if saved["changed"] else "unchanged at"
    print(f"pipeline {saved['pipeline']['name']} {outcome} version {saved['pipeline']['latest']}")
    return dict(saved["pipeline"])


def _params(definition: dict[str, Any], given: list[str]) -> dict[str, Any]:
    """Return the parameters in `name=value` texts, read by the type that the pipeline declares."""
    types = {parameter["name"]: parameter["type"] for parameter in definition.get("parameters", ())}
    values: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"{text}: write name=value")
        values[name] = value
        if value and types.get(name) not in ("str", "text", "file", "date", "datetime", None):
            with contextlib.suppress(Refusal):
                values[name] = yaml_reader.read(value, name)
    return values


def _print_plan(found: Mapping[str, Any]) -> int:
    """Print what a run would create and whether it can run; return the exit code."""
    if found["objects"]:
        print("---\n".join(map(yaml_reader.write, found["objects"])), end="")
    print(f"{found['cluster']}: {found['verdict'].lower()}. {found['explanation']}", file=sys.stderr)
    for message in (*found["problems"], *found["warnings"]):
        print(f"- {message}", file=sys.stderr)
    if found["lastRunNumber"] is not None:
        print(
            f"Against run #{found['lastRunNumber']}: {'; '.join(found['changes']) or 'nothing differs'}.",
            file=sys.stderr,
        )
    return 1 if found["verdict"] == "NEVER" else 0


@cli.command()
@connected
def apply(
    client: Client,
    file: Annotated[
        Path, typer.Option("-f", "--file", help="A pipeline in YAML.", exists=True, dir_okay=False)
    ],
    project: Project = "default",
) -> None:
    """Save a pipeline from YAML as its newest version."""
    _apply(client, file, project)


@cli.command()
@connected
def run(
    client: Client,
    file: Annotated[Path, typer.Argument(help="A pipeline in YAML.", exists=True, dir_okay=False)],
    param: Annotated[
        list[str] | None, typer.Option(help="A parameter as name=value; may be repeated.")
    ] = None,
    project: Project = "default",
    follow: Annotated[
        bool, typer.Option("--follow", help="Show progress; the exit code tells how the run ended.")
    ] = False,
    cache: Annotated[bool, typer.Option(help="Take results of equal steps from before.")] = True,
    cluster: Annotated[
        str | None,
        typer.Option(help="Where to run, if the project allows it. Default: the project's cluster."),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what would happen; exit code 0 only if it could run.")
    ] = False,
) -> None:
    """Save a pipeline from YAML and run it."""
    pipeline = _apply(client, file, project)
    version = client.execute(
        "query($id: ID!) { pipeline(id: $id) { version { definition } } }", {"id": pipeline["id"]}
    )
    params = _params(version["pipeline"]["version"]["definition"], param or [])
    if plan:
        found = client.preflight_run(pipeline["id"], params=params, cache=cache, cluster=cluster)
        sys.exit(_print_plan(found))
    started = client.start_run(pipeline["id"], params=params, cache=cache, cluster=cluster)
    print(f"run #{started['number']} of {pipeline['name']}: {started['id']}", flush=True)
    if follow:
        sys.exit(0 if follow_run(client, started["id"]) == "SUCCEEDED" else 1)


@cli.command()
@connected
def logs(
    client: Client,
    target: Annotated[str, typer.Argument(help="A run, as run/train#3 or by id, or a pod, as pod/ID.")],
    step: Annotated[str | None, typer.Option(help="Only the pods of this step of the run.")] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the pod, or the run, has ended.")
    ] = False,
    project: Annotated[str | None, typer.Option("--project", "-p", help="The project, by name.")] = None,
) -> None:
    """Print the log of a pod, or of the pods of a run."""
    pod_logs.show(client, _pod_or_run(client, target, project), step, follow)


def _pod_or_run(client: Client, target: str, project: str | None) -> str:
    """Return the id of a pod or run."""
    kind, slash, name = target.rpartition("/")
    if kind in ("pod", "pods") or (not slash and IDS.fullmatch(name)):
        return name
    if slash and named(kind).name != "run":
        raise typer.BadParameter(f"Only runs and pods have logs: {target}.")
    return lookup(client, named("run"), name, project)["id"]
