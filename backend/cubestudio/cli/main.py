"""The command `cubestudio`."""

import asyncio
import contextlib
import gc
import json
import os
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cubestudio.client import Client, Failed, Refused
from cubestudio.client import logs as kept_logs
from cubestudio.client.client import UploadedFile
from cubestudio.client.follow import follow as follow_run
from cubestudio.client.pipe import pipe
from cubestudio.core import log, yaml_reader
from cubestudio.core.auth.viewer import Scope
from cubestudio.core.config import Settings
from cubestudio.core.errors import Refusal
from cubestudio.core.numeric import packed

cli = typer.Typer(
    help="Cube Studio: machine-learning work on one machine or on clusters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
models = typer.Typer(help="Models: register versions from files.", no_args_is_help=True)
cli.add_typer(models, name="model")
vaults = typer.Typer(help="The keys by which secrets are encrypted.", no_args_is_help=True)
cli.add_typer(vaults, name="secrets")
audits = typer.Typer(help="The ledger of who did what.", no_args_is_help=True)
cli.add_typer(audits, name="audit")
clusters = typer.Typer(help="The clusters of this installation.", no_args_is_help=True)
cli.add_typer(clusters, name="clusters")
Url = Annotated[
    str | None,
    typer.Option(help="The platform's address. Default: $CUBE_URL, else the platform of this machine."),
]
Token = Annotated[
    str | None, typer.Option(help="An API token. Default: $CUBE_TOKEN. Make one with `cubestudio token`.")
]


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


ALL = frozenset({"worker", "clock", "watch"})


def _machine():
    """What works on this machine itself, imported when it is wanted; with no look for garbage meanwhile, as
    there is none. The files that it makes are for the platform alone."""
    os.umask(0o077)
    gc.disable()
    from cubestudio.cli import serve

    gc.enable()
    return serve


def _settings() -> Settings:
    settings = Settings()
    log.setup(settings.log_level, settings.log_json)
    return settings


@cli.command()
def up() -> None:
    """Start the whole platform on this machine: web, jobs, clock and watcher in one process."""
    sys.exit(asyncio.run(_machine().serve(_settings(), ALL, "up")))


@cli.command()
def demo(
    exit: Annotated[
        bool, typer.Option("--exit", help="Stop after that; exit code 0 only if all succeeded.")
    ] = False,
) -> None:
    """Start the platform, run the example to a prediction of the model that it finds, then serve."""
    settings = _settings()
    log.setup("WARNING" if settings.log_level == "INFO" else settings.log_level, settings.log_json)
    sys.exit(asyncio.run(_machine().demonstrate(settings, ALL, exit)))


@cli.command()
def web() -> None:
    """Answer requests only; jobs, clock and watcher run in other processes."""
    sys.exit(asyncio.run(_machine().serve(_settings(), frozenset(), "web")))


@cli.command()
def worker() -> None:
    """Run jobs."""
    asyncio.run(_machine().work(_settings(), "worker"))


@cli.command()
def clock() -> None:
    """Send what is due; any number of replicas."""
    asyncio.run(_machine().work(_settings(), "clock"))


@cli.command()
def watch() -> None:
    """Follow clusters and collect logs; drives this machine's own cluster too."""
    asyncio.run(_machine().work(_settings(), "watch"))


@cli.command("init")
def init_() -> None:
    """Bring the database to this version."""
    asyncio.run(_machine().prepare(_settings()))
    print("The database is ready.")


@cli.command()
def schema() -> None:
    """Print the GraphQL schema."""
    from cubestudio.schema import schema as graph

    print(graph.as_str())


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
    settings = _settings()
    if link:
        print(f"{_address(settings)}/auth/link?token={asyncio.run(_machine().link(settings))}")
    else:
        print(asyncio.run(_machine().token(settings, name, days, scope)))


def _address(settings: Settings) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError):
        return json.loads((settings.home / "server.json").read_text())["url"]
    return settings.public_url or f"http://localhost:{settings.port}"


def _client(url: str | None, token: str | None) -> Client:
    return Client(url or os.environ.get("CUBE_URL") or _address(Settings()), token)


def _params(client: Client, definition: dict[str, Any], given: list[str]) -> dict[str, Any]:
    """`name=value` texts, read by the type of each parameter."""
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


Project = Annotated[str, typer.Option(help="The project, by name; made when there is none.")]


def _apply(client: Client, path: Path, project: str) -> dict[str, Any]:
    if client.project(project) is None:
        client.create_project(project)
    saved = client.save_pipeline(project, yaml=path.read_text())
    words = "saved as" if saved["changed"] else "unchanged at"
    print(f"pipeline {saved['pipeline']['name']} {words} version {saved['pipeline']['latest']}")
    return dict(saved["pipeline"])


@cli.command()
def apply(
    file: Annotated[
        Path, typer.Option("-f", "--file", help="A pipeline in YAML.", exists=True, dir_okay=False)
    ],
    project: Project = "default",
    url: Url = None,
    token: Token = None,
) -> None:
    """Save a pipeline from YAML as its newest version."""
    with _client(url, token) as client:
        _apply(client, file, project)


@cli.command()
def run(
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
    url: Url = None,
    token: Token = None,
) -> None:
    """Save a pipeline from YAML and run it."""
    with _client(url, token) as client:
        pipeline = _apply(client, file, project)
        version = client.execute(
            "query($id: ID!) { pipeline(id: $id) { version { definition } } }", {"id": pipeline["id"]}
        )
        params = _params(client, version["pipeline"]["version"]["definition"], param or [])
        if plan:
            found = client.preflight(pipeline["id"], params=params, cache=cache, cluster=cluster)
            if found["objects"]:
                print("---\n".join(map(yaml_reader.write, found["objects"])), end="")
            print(f"{found['cluster']}: {found['verdict'].lower()}. {found['explanation']}", file=sys.stderr)
            for words in (*found["problems"], *found["warnings"]):
                print(f"- {words}", file=sys.stderr)
            if found["last"] is not None:
                print(
                    f"Against run #{found['last']}: {'; '.join(found['changes']) or 'nothing differs'}.",
                    file=sys.stderr,
                )
            sys.exit(1 if found["verdict"] == "NEVER" else 0)
        started = client.start_run(pipeline["id"], params=params, cache=cache, cluster=cluster)
        assert started
        print(f"run #{started['number']} of {pipeline['name']}: {started['id']}", flush=True)
        if follow:
            sys.exit(0 if follow_run(client, started["id"]) == "SUCCEEDED" else 1)


@cli.command()
def logs(
    id: Annotated[str, typer.Argument(help="A run or a pod, by id.")],
    step: Annotated[str | None, typer.Argument(help="Of a run: only the pods of this step.")] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the pod, or the run, has ended.")
    ] = False,
    url: Url = None,
    token: Token = None,
) -> None:
    """Print the log of a pod, or of the pods of a run."""
    with _client(url, token) as client:
        kept_logs.show(client, id, step, follow)


@models.command()
def upload(
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
    url: Url = None,
    token: Token = None,
) -> None:
    """Register a version of a model from files of this machine."""
    found = [
        (str(file.relative_to(path)) if path.is_dir() else path.name, file)
        for path in paths
        for file in _files(path)
    ]
    metrics = {key: packed(float(value)) for key, _, value in (text.partition("=") for text in metric or [])}
    with _client(url, token) as client:
        there = client.project(project) or client.create_project(project)
        files: list[UploadedFile] = []
        for path, file in found:
            print(f"{path}: {file.stat().st_size} bytes", flush=True)
            files.append({"path": path, "sha256": client.put(there["id"], file)})
        about = {"description": description, "metrics": metrics, "requirements": requirement or []}
        made = client.upload_model(project, name, files, about=about)
        print(f"model {name}, version {made['version']['number']}: {made['version']['framework']}")


@cli.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def ssh(
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
    url: Url = None,
    token: Token = None,
) -> None:
    """Go to a notebook by SSH, through the platform. What follows is handed on to ssh: cubestudio ssh lab --
    -L 6006:localhost:6006."""
    with _client(url, token) as client:
        found = _notebook(client, notebook)
        if stdio:
            sys.exit(asyncio.run(pipe(client.url, client.token, found["id"])))
        kinds = client.execute(
            "query($c: String) { notebookKinds(cluster: $c) { name login } }", {"c": found["cluster"]}
        )["notebookKinds"]
        user = login or (
            "root"
            if found["root"]
            else next(kind["login"] for kind in kinds if kind["name"] == found["kind"])
        )
        if not user:
            words = f"Say as whom with --login NAME: the log of {found['name']} says for whom SSH is open."
            raise Failed([{"message": words, "extensions": {"code": "INVALID"}}])
        proxy = shlex.join(
            [sys.executable, "-m", "cubestudio.cli.main", "ssh", "--stdio", found["id"], "--url", client.url]
        )
        environment = {**os.environ, **({"CUBE_TOKEN": client.token} if client.token else {})}
    alias = f"cube-{found['id']}"
    known = ["-o", f"HostKeyAlias={alias}", "-o", "StrictHostKeyChecking=accept-new"]
    os.execvpe(
        "ssh", ["ssh", "-o", f"ProxyCommand={proxy}", *known, "-l", user, alias, *context.args], environment
    )


def _notebook(client: Client, wanted: str) -> dict[str, Any]:
    query = (
        "query($s: String!) { notebooks(mine: true, search: $s, first: 100) { nodes { id name kind "
        "cluster root } } }"
    )
    if "-" in wanted and len(wanted) == 36:
        found = client.execute(
            "query($i: ID!) { notebook(id: $i) { id name kind cluster root } }", {"i": wanted}
        )["notebook"]
        named_ = [found] if found else []
    else:
        named_ = [
            each
            for each in client.execute(query, {"s": wanted})["notebooks"]["nodes"]
            if each["name"] == wanted
        ]
    if len(named_) != 1:
        words = (
            f"There are {len(named_)} notebooks of yours named {wanted}: say its id."
            if named_
            else f"There is no notebook {wanted} of yours."
        )
        raise Failed([{"message": words, "extensions": {"code": "NOT_FOUND"}}])
    return named_[0]


@vaults.command()
def rotate() -> None:
    """Put a new key before the others and encrypt everything anew; the platform may run meanwhile. With
    CUBE_SECRET_KEYS, put the new key before the others there, in all processes, first."""
    print(f"encrypted anew: {asyncio.run(_machine().rotate(_settings()))} rows", flush=True)


@clusters.command()
def accept(name: Annotated[str, typer.Argument(help="The cluster, as its kubeconfig is named.")]) -> None:
    """Take the cluster that answers under a name from now on for the one of that name. What ran on the one
    before is then lost."""
    from cubestudio.core.cluster.kubernetes.identity import Identity
    from cubestudio.core.store import Store

    asyncio.run(Identity(name, Store.open(_settings())).forget())
    typer.echo(f"The next cluster that answers as {name} is taken for it.")


@audits.command()
def verify() -> None:
    """Go through the ledger; exit code 1 and the first thing that is wrong, when it is not as it was
    written."""
    sys.exit(asyncio.run(_machine().verify(_settings())))


@audits.command()
def export() -> None:
    """The whole ledger as lines of JSON, oldest first."""
    asyncio.run(_machine().export(_settings()))


def _files(path: Path) -> list[Path]:
    return sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]


@cli.command()
def doctor(
    cluster: Annotated[
        str | None, typer.Option(help="Look at this cluster instead, and at what is installed there.")
    ] = None,
) -> None:
    """Look at this machine, or at a cluster, and say what works and what does not."""
    from cubestudio.cli import doctor as doctors

    os.umask(0o077)
    sys.exit(asyncio.run(doctors.cluster(_settings(), cluster) if cluster else doctors.examine(_settings())))


if __name__ == "__main__":
    main()
