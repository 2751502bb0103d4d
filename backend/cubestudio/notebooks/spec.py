"""What a notebook is made of, the kinds of workspace there are, and the server that a cluster is asked to
run. Pure."""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from cubestudio.core.cluster.port import Artifact, Image, Server, Task, Workload, artifact_key
from cubestudio.core.inputs.definition import matching
from cubestudio.core.inputs.environment import Environment
from cubestudio.core.inputs.git import BRANCH, git_token
from cubestudio.core.inputs.resources import Resources, size
from cubestudio.core.inputs.strict import Strict
from cubestudio.core.inputs.variables import Variables
from cubestudio.core.inputs.volumes import Volumes
from cubestudio.notebooks import messages
from cubestudio.notebooks.model import NotebookKind, NotebookState
from cubestudio.workloads.lifecycle import stopped
from cubestudio.workloads.model import WorkloadState

RUNTIME = Path(__file__).parent / "runtime"
"""What runs in a notebook and not here."""
START = (RUNTIME / "start.sh").read_text()
LAB = (RUNTIME / "cube_lab.py").read_text()
STAGE = (RUNTIME / "stage.py").read_text()
MOST_FILES = 500_000
SSH = 2222
"""Where sshd listens, in the pod alone."""


@dataclass(kw_only=True, frozen=True)
class Kind:
    """A sort of workspace. `run`: lines of sh that become it; `ready` and `page`: paths below its base, the
    first answers without a secret when it is up, the second is what people open. `strip`: it does not know
    its base, so the proxy takes it away. `secret`: the header by which the proxy is let in, {} being the
    secret. `program`: what this machine must have, when there is no Python package for it; `image`: what
    Kubernetes uses unless the notebook says otherwise. `reports`: it tells what goes on in it, so that an
    open page alone is no sign of use. `supports_view_only`: it can be shared for looking only."""

    name: NotebookKind
    title: str
    description: str
    run: str = ""
    image: str | None = None
    requirements: tuple[str, ...] = ()
    program: str | None = None
    port: int = 8888
    ready: str = ""
    page: str = ""
    strip: bool = False
    secret: tuple[str, str] | None = None
    reports: bool = False
    supports_view_only: bool = False
    ssh_user: str = ""
    """What its image calls the user that it runs as, for SSH; empty: that is not known."""


LAB_DEFAULTS = {
    "@jupyterlab/docmanager-extension:plugin": {
        "autosave": True,
        "autosaveInterval": 30,
        "renameUntitledFileOnSave": False,
    },
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
"""Settings of JupyterLab that hold until somebody changes them in its settings editor. It saves after 30 s
instead of 120, for what is not saved is in the browser's page alone."""
JUPYTER = r"""export PIP_TARGET="$HOME/.packages" PIP_UPGRADE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p "$PIP_TARGET"
export CUBE_PYTHONPATH="$PIP_TARGET${PYTHONPATH:+:$PYTHONPATH}" PYTHONPATH="$CUBE_FILES${PYTHONPATH:+:$PYTHONPATH}" JUPYTER_RUNTIME_DIR="$TMPDIR/jupyter"
mkdir -p "$TMPDIR/jupyter-defaults/labconfig"
cp "$CUBE_FILES/lab.json" "$TMPDIR/jupyter-defaults/labconfig/default_setting_overrides.json"
export JUPYTER_CONFIG_PATH="$TMPDIR/jupyter-defaults${JUPYTER_CONFIG_PATH:+:$JUPYTER_CONFIG_PATH}"
command -v jupyter-lab >/dev/null || python3 -m pip install --quiet 'jupyterlab>=4.4,<5' || exit 5
exec jupyter-lab --no-browser --ServerApp.ip="$CUBE_HOST" --ServerApp.port="$CUBE_PORT" --ServerApp.port_retries=0 \
  --ServerApp.base_url="$CUBE_BASE" --ServerApp.root_dir="$HOME" --ServerApp.allow_root=True --ServerApp.allow_remote_access=True \
  --ServerApp.quit_button=False --ServerApp.jpserver_extensions=cube_lab=True --ServerApp.identity_provider_class=cube_lab.Bearer --LabApp.news_url=None \
  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate --LabApp.extension_manager=readonly --LabApp.expose_app_in_browser=True
"""  # noqa: E501
CODE = r"""command -v code-server >/dev/null || { say "there is no code-server here"; exit 5; }
HASHED_PASSWORD="$CUBE_KEY" exec code-server --bind-addr "$CUBE_HOST:$CUBE_PORT" --auth password --disable-telemetry --disable-update-check \
  --user-data-dir "$HOME/.vscode" "$HOME"
"""  # noqa: E501
RSTUDIO = r"""command -v rserver >/dev/null || PATH="/usr/lib/rstudio-server/bin:$PATH"
command -v rserver >/dev/null || { say "there is no RStudio server here"; exit 5; }
exec rserver --server-daemonize=0 --auth-none=1 --www-address="$CUBE_HOST" --www-port="$CUBE_PORT" --www-root-path="$CUBE_BASE" \
  --server-user="$(id -un)" --server-data-dir="$TMPDIR"
"""  # noqa: E501

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name=NotebookKind.JUPYTER,
            title="JupyterLab",
            description="Notebooks, terminals, and files. Kernels run in a separate environment.",
            run=JUPYTER,
            image="quay.io/jupyter/base-notebook:python-3.11",
            requirements=("jupyterlab>=4.4,<5", "pip"),
            ready="api",
            page="lab",
            secret=("authorization", "token {}"),
            reports=True,
            supports_view_only=True,
            ssh_user="jovyan",
        ),
        Kind(
            name=NotebookKind.VSCODE,
            title="VS Code",
            description="Visual Studio Code in the browser (code-server).",
            run=CODE,
            image="codercom/code-server:4.96.4",
            program="code-server",
            port=8443,
            ready="healthz",
            strip=True,
            secret=("cookie", "code-server-session={}"),
            ssh_user="coder",
        ),
        Kind(
            name=NotebookKind.RSTUDIO,
            title="RStudio",
            description="RStudio Server for R.",
            run=RSTUDIO,
            image="rocker/rstudio:4.4",
            program="rserver",
            port=8787,
            ssh_user="rstudio",
        ),
        Kind(
            name=NotebookKind.THEIA,
            title="Theia",
            description="Eclipse Theia, an editor that is compatible with VS Code extensions.",
            run='exec node /home/theia/src-gen/backend/main.js "$HOME" --hostname="$CUBE_HOST" '
            '--port="$CUBE_PORT"',
            image="theiaide/theia:1.18.0",
            program="theia",
            port=3000,
            strip=True,
            ssh_user="theia",
        ),
        Kind(
            name=NotebookKind.MATLAB,
            title="MATLAB",
            description="MATLAB in the browser. Requires a license.",
            run='export MWI_APP_PORT="$CUBE_PORT" MWI_APP_HOST="$CUBE_HOST" '
            'MWI_BASE_URL="${CUBE_BASE%/}" MWI_ENABLE_TOKEN_AUTH=false\nexec matlab-proxy-app',
            image="mathworks/matlab:r2024b",
            program="matlab-proxy-app",
            port=8888,
            page="index.html",
            ssh_user="matlab",
        ),
        Kind(
            name=NotebookKind.CUSTOM,
            title="Custom web application",
            description="A command that serves HTTP on $CUBE_PORT, such as marimo or Streamlit.",
            strip=True,
        ),
    )
}
"""What people can choose, in the order in which it is shown."""


class Staged(Strict):
    """A file of the project's store that a notebook finds below $CUBE_INPUT_DIR."""

    path: str = Field(min_length=1, max_length=500)
    size: int = Field(ge=0)
    sha256: Annotated[str, matching(r"[0-9a-f]{64}", messages.DIGEST_INVALID)]
    media_type: str = Field("", max_length=200)

    @field_validator("path")
    @classmethod
    def _inside(cls, value: str) -> str:
        return _below(value)


def _below(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/") or "\0" in path or not path.strip("/"):
        raise ValueError(messages.NOTEBOOK_FILE_OUTSIDE(path=repr(path[:60])))
    return path


class NotebookSpec(Variables, Volumes, Environment, Resources):
    """What a notebook is made of. The descriptions of its fields are in `api.NotebookSpecInput`; `files` and
    `inputs`, which only a step of a run gives it, are not in the graph: the first are put into its folder at
    its first start, the second are there at every start."""

    taken = (*Variables.taken, "HASHED_PASSWORD")
    cpu: float = Field(0.5, gt=0, le=1024)
    memory: int = Field(2 * 2**30, ge=2**27, le=2**50)
    size: int = Field(10 * 2**30, ge=2**27, le=2**50)
    repo: str | None = Field(None, max_length=500)
    repo_secret: str | None = Field(None, max_length=100)
    branch: BRANCH | None = None
    script: str | None = Field(None, max_length=100_000)
    command: str | None = Field(None, max_length=10_000)
    port: int | None = Field(None, ge=1024, le=65535)
    path: Annotated[str, matching(r"[A-Za-z0-9_./~-]{0,500}", messages.NOTEBOOK_PATH_INVALID)] | None = None

    files: dict[str, str] = {}
    inputs: tuple[Staged, ...] = Field((), max_length=5000)

    @field_validator("files")
    @classmethod
    def _texts(cls, value: dict[str, str]) -> dict[str, str]:
        for path in value:
            _below(path)
        if sum(map(len, value.values())) > MOST_FILES:
            raise ValueError(messages.NOTEBOOK_FILES_TOO_LARGE(most=MOST_FILES))
        return value

    @field_validator("size", mode="before")
    @classmethod
    def _bytes(cls, value: Any) -> int:
        return size(value)

    @field_validator("repo")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"(https?|ssh|git)://[^\s'\"\\]+", value):
            raise ValueError(messages.NOTEBOOK_REPOSITORY_INVALID())
        return value or None

    @property
    def given(self) -> frozenset[str]:
        return super().given | ({self.repo_secret} if self.repo_secret else set())


@dataclass(kw_only=True, frozen=True)
class Facts:
    """A notebook as its server is told: `key` is the secret between it and the proxy; `given` the secrets of
    the project."""

    id: str
    name: str
    kind: NotebookKind
    project_id: str
    project: str
    user_id: str
    user: str
    start: int
    key: str
    unseal: Callable[[str], str]
    given: Mapping[str, str] = field(default_factory=dict)
    keys: str = ""
    """Public keys of its owner, a line each."""
    token: str = ""
    """With which its inputs are fetched."""


def package(requirement: str) -> str | None:
    """The name in a requirement such as pandas[excel]>=2."""
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement)
    return found[0] if found else None


def folder(notebook: str) -> str:
    """The folder that outlives every start of it."""
    return f"notebook-{notebook}"


STATES = {
    WorkloadState.RUNNING: NotebookState.STARTING,
    WorkloadState.READY: NotebookState.RUNNING,
    WorkloadState.STOPPING: NotebookState.STOPPING,
    WorkloadState.SUCCEEDED: NotebookState.STOPPED,
    WorkloadState.FAILED: NotebookState.FAILED,
    WorkloadState.LOST: NotebookState.FAILED,
}


def state_of(row: Any) -> NotebookState:
    """The state of a notebook, from the row of its newest workload."""
    if stopped(row):
        return NotebookState.STOPPED
    if row.state == WorkloadState.PENDING:
        return NotebookState.BUILDING if row.reason == "Environment" else NotebookState.PENDING
    return STATES.get(WorkloadState(row.state), NotebookState.REQUESTED)


def workload_name(notebook: str, start: int) -> str:
    return f"notebook-{notebook}-{start}"


def base(notebook: str) -> str:
    """The path below which it is reached."""
    return f"/open/{notebook}/"


def page(kind: NotebookKind, definition: Mapping[str, Any]) -> str:
    """What people open, below the base."""
    return (definition.get("path") or "").lstrip("/") if kind == NotebookKind.CUSTOM else KINDS[kind].page


def secret_header(kind: NotebookKind, key: str) -> tuple[str, str] | None:
    """The header by which the proxy is let in."""
    told = KINDS[kind].secret
    return (told[0], told[1].format(key)) if told else None


def workload(definition: NotebookSpec, facts: Facts) -> Workload:
    """The server of one start of a notebook."""
    kind = KINDS[facts.kind]
    host = not (kind.requirements or definition.requirements) and definition.python is None
    image = Image(
        host=host,
        python=definition.python,
        requirements=definition.requirements,
        name=definition.image or kind.image,
        brought=kind.requirements,
        root=definition.root,
    )
    run = (
        f"exec sh -c {shlex.quote(definition.command or '')}\n"
        if facts.kind == NotebookKind.CUSTOM
        else kind.run
    )
    env = {
        "CUBE_NOTEBOOK": facts.name,
        "CUBE_PROJECT": facts.project,
        "CUBE_USER": facts.user,
        "CUBE_BASE": base(facts.id),
        **({"CUBE_REPO": definition.repo} if definition.repo else {}),
        **({"CUBE_BRANCH": definition.branch} if definition.repo and definition.branch else {}),
        **({"CUBE_SSH_PORT": str(SSH)} if facts.keys else {}),
        **definition.env,
    }
    files = {"start.sh": START, "run.sh": run, "script.sh": definition.script or "", "cube_lab.py": LAB}
    if facts.kind == NotebookKind.JUPYTER:
        files["lab.json"] = json.dumps(LAB_DEFAULTS)
    if facts.keys:
        files["authorized_keys"] = facts.keys + "\n"
    secrets = {name: facts.unseal(value) for name, value in definition.secrets.items()} | {
        "CUBE_KEY": facts.key
    }
    secrets |= {name: facts.given[name] for name in definition.project_secrets if name in facts.given}
    if definition.repo_secret and definition.repo_secret in facts.given:
        secrets |= git_token(definition.repo, facts.given[definition.repo_secret])
    if definition.files or definition.inputs:
        files |= {
            "stage.py": STAGE,
            "staged.json": json.dumps({"files": definition.files, "inputs": len(definition.inputs)}),
        }
    if definition.inputs and facts.token:
        secrets["CUBE_TOKEN"] = facts.token
    placed = tuple(
        Artifact(
            path=each.path,
            size=each.size,
            sha256=each.sha256,
            media_type=each.media_type,
            key=artifact_key(facts.project_id, each.sha256),
        )
        for each in definition.inputs
    )
    task = Task(
        command=(("sh",), ("-c",), ('exec sh "$CUBE_FILES/start.sh"',)),
        placed=placed,
        env={name: (value,) for name, value in env.items()},
        secrets=secrets,
        files={name: (text,) for name, text in files.items()},
        image=image,
        **definition.requests,
        volumes=definition.mounted(facts.user),
    )
    ready = (
        "/" + (definition.path or "").lstrip("/")
        if facts.kind == NotebookKind.CUSTOM
        else ("/" if kind.strip else base(facts.id)) + kind.ready
    )
    server = Server(
        task=task,
        port=definition.port or kind.port,
        ready=ready,
        folder=folder(facts.id),
        size=definition.size,
        private=True,
    )
    labels = {
        "cubestudio/kind": "notebook",
        "cubestudio/id": facts.id,
        "cubestudio/project": facts.project_id,
        "cubestudio/user": facts.user_id,
    }
    return Workload(name=workload_name(facts.id, facts.start), body=server, labels=labels)
