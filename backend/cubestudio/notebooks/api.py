"""Notebooks in the graph."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import strawberry

from cubestudio.clusters import actions as clusters
from cubestudio.clusters.api import Pod, PreflightVerdict, Restart, restart_of
from cubestudio.core import clock
from cubestudio.core.cluster.port import Cluster as Port
from cubestudio.core.errors import Conflict, NotFound, Unavailable
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Long, Time
from cubestudio.core.graph.typed import from_mapping, to_mapping
from cubestudio.core.graph.workload_spec import (
    Environment,
    EnvironmentInput,
    EnvVar,
    EnvVarInput,
    Resources,
    ResourcesInput,
    SecretEnvVar,
    SecretEnvVarInput,
)
from cubestudio.core.inputs.grouping import flattened, grouped
from cubestudio.notebooks import access, actions, listing, messages, plan, spec
from cubestudio.notebooks.activity import ask as notebook_says
from cubestudio.notebooks.activity import save as save_notebook
from cubestudio.notebooks.activity import use as usage_of
from cubestudio.notebooks.activity import watched
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notebooks.model import NotebookKind
from cubestudio.notebooks.model import NotebookState as State
from cubestudio.notebooks.model import Sharing as SharingName
from cubestudio.notebooks.spec import KINDS, Facts, workload
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project, ProjectFilter
from cubestudio.projects.model import Role
from cubestudio.projects.quotas import actions as quotas
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.users.api import User
from cubestudio.workloads import listing as workloads
from cubestudio.workloads.api import StartStage, stages

Info = strawberry.Info[Context]
NotebookState = State
enum(
    NotebookState,
    "The state of a notebook.",
    {
        "REQUESTED": "Its start was requested.",
        "BUILDING": "Its Python environment is built.",
        "PENDING": "It waits for resources.",
        "STARTING": "Its process runs and does not answer yet.",
        "RUNNING": "It answers.",
        "STOPPING": "It stops.",
        "STOPPED": "It was stopped.",
        "FAILED": "It cannot run, or ended by itself.",
        "UNKNOWN": "Its cluster does not answer.",
    },
)
Sharing = SharingName
enum(
    Sharing,
    "What other members of the project may do with a notebook.",
    {"NONE": "Nothing.", "VIEW": "Read it.", "EDIT": "Work in it."},
    name="NotebookSharing",
)


enum(
    NotebookKind,
    "The program that a notebook runs.",
    {
        "JUPYTER": "JupyterLab.",
        "VSCODE": "Visual Studio Code in the browser (code-server).",
        "RSTUDIO": "RStudio Server.",
        "THEIA": "Eclipse Theia.",
        "MATLAB": "MATLAB in the browser.",
        "CUSTOM": "Any command that answers HTTP.",
    },
)
enum(
    plan.SignalName,
    "What shows whether a notebook is in use.",
    {
        "KERNELS": "Its kernels run code.",
        "TERMINALS": "Something runs in its terminals.",
        "CPU": "It uses CPU.",
        "GPU": "It uses GPUs.",
        "EDITS": "Somebody changed or requested something in it.",
        "CONNECTIONS": "A page of it is open.",
        "UNKNOWN": "It does not say what runs in it, so it is not taken for idle.",
    },
    name="NotebookSignalName",
)
enum(
    plan.Due,
    "What follows from how long a notebook has been idle.",
    {"WARN": "Its owner is warned.", "STOP": "It is stopped."},
    name="NotebookDue",
)


@strawberry.type(description="A kind of notebook, and whether it can run on a cluster.")
class NotebookKindInfo:
    kind: NotebookKind = strawberry.field(description="The kind.")
    title: str = strawberry.field(description="Name of the kind as people read it.")
    description: str = strawberry.field(description="What the kind is for.")
    image: str | None = strawberry.field(
        description="What Kubernetes uses unless the notebook says otherwise."
    )
    requirements: list[str] = strawberry.field(
        description="Python packages that it brings along on this machine."
    )
    supports_view_only: bool = strawberry.field(description="Whether it can be shared for looking only.")
    ssh_user: str = strawberry.field(
        description="What its image calls the user that it runs as, for SSH; empty: that is not known."
    )
    unavailable_reason: str | None = strawberry.field(
        description="Why it cannot run on the cluster that was asked for, and the way out."
    )


@strawberry.type(description="Whether a notebook can start on a cluster now, and why.")
class NotebookPreflight:
    verdict: PreflightVerdict = strawberry.field(description="Whether it can start.")
    message: str = strawberry.field(name="explanation", description="The reason in a sentence.")
    problems: list[str] = strawberry.field(description="Why the notebook would never fit; empty otherwise.")


@strawberry.type(description="What stopping a notebook would end or lose, as it says at this moment.")
class NotebookUsage:
    known: bool = strawberry.field(
        description="Whether it says so: a JupyterLab that runs and answers. Of other kinds nothing is known "
        "but whether a page is open."
    )
    busy_kernels: list[str] = strawberry.field(
        description="Paths of the documents whose kernels are busy, 100 at most; empty for a kernel without "
        "one, and each is empty for those who may not open the notebook."
    )
    busy_terminals: int = strawberry.field(description="Terminals in which something runs.")
    open_pages: int = strawberry.field(description="Pages of it that people have open.")
    unsaved_documents: list[str] = strawberry.field(
        description="Paths of the documents that are unsaved in an open page, 100 at most; each is empty for "
        "those who may not open the notebook. They are in the browser's page alone until that saves "
        "them."
    )


@strawberry.type(description="The way in to a notebook.")
class NotebookLink:
    url: str = strawberry.field(description="Good for one browser, once, within a minute.")


@strawberry.type(description="When idle notebooks of a project are stopped, in minutes; 0: never.")
class NotebookPolicy:
    idle_minutes: int = strawberry.field(
        description="After how many idle minutes a notebook without GPUs is stopped; 0: never."
    )
    gpu_idle_minutes: int = strawberry.field(
        description="For notebooks with cards; 0: the same as the others."
    )
    warn_minutes: int = strawberry.field(description="How long before the end its owner is warned.")


@strawberry.type(description="What a notebook is made of. It can be sent back as NotebookSpecInput.")
class NotebookSpec:
    resources: Resources = strawberry.field(description="What it requests.")
    environment: Environment = strawberry.field(
        description="The software that it runs with, beside what its kind brings along."
    )
    size: Long = strawberry.field(description="The size of its folder on Kubernetes in bytes.")
    env: list[EnvVar] = strawberry.field(
        description="Environment variables; empty for those who may not open it."
    )
    secrets: list[SecretEnvVar] = strawberry.field(
        description="Environment variables whose values are never returned; empty for those who may not open "
        "it."
    )
    project_secrets: list[str] = strawberry.field(
        description="Secrets of the project that it gets as environment variables."
    )
    volumes: list[str] = strawberry.field(description="Volumes beside its folder, as source(kind):/path.")
    repo: str | None = strawberry.field(
        description="The URL of the Git repository that is cloned into its folder at the first start."
    )
    repo_secret: str | None = strawberry.field(
        description="The secret of the project that is the token for the repository."
    )
    branch: str | None = strawberry.field(
        description="The branch of the repository; null: its default branch."
    )
    script: str | None = strawberry.field(
        description="Lines of sh that run before it starts; null for those who may not open it."
    )
    command: str | None = strawberry.field(description="The command of a CUSTOM notebook.")
    port: int | None = strawberry.field(
        description="The port at which a CUSTOM notebook answers HTTP; null: 8888."
    )
    path: str | None = strawberry.field(
        description="The path of the page of a CUSTOM notebook; null: the root."
    )


@strawberry.input(
    description="What a notebook is made of. In createNotebook a field that is left out has its default, in "
    "updateNotebook the value that there is."
)
class NotebookSpecInput:
    resources: ResourcesInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="What it requests. Default: 0.5 CPU cores, 2 GiB of memory, no GPU.",
    )
    environment: EnvironmentInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="The software that it runs with. Default: what its kind brings along.",
    )
    size: Long | None = strawberry.field(
        default=strawberry.UNSET,
        description="The size of its folder on Kubernetes in bytes, 128 MiB to 1 PiB. Default: 10 GiB.",
    )
    env: list[EnvVarInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Environment variables. The list replaces the one before."
    )
    secrets: list[SecretEnvVarInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Environment variables whose values are kept encrypted. The list replaces the one "
        "before; a value of null is kept.",
    )
    project_secrets: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Names of secrets of the project that it gets as environment variables.",
    )
    volumes: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Volumes beside its folder, as source(kind):/path, such as data(pvc):/mnt, 20 at most.",
    )
    repo: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The URL of a Git repository (https, http, ssh or git) that is cloned into its folder at "
        "the first start, 500 characters at most.",
    )
    repo_secret: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The name of a secret of the project that is the token for the repository.",
    )
    branch: str | None = strawberry.field(
        default=strawberry.UNSET, description="The branch of the repository. Default: its default branch."
    )
    script: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Lines of sh that run before each start, 100000 characters at most.",
    )
    command: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The command of a CUSTOM notebook, which answers HTTP on port $CUBE_PORT, 10000 "
        "characters at most.",
    )
    port: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The port at which a CUSTOM notebook answers HTTP, 1024 to 65535. Default: 8888.",
    )
    path: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The path of the page of a CUSTOM notebook, 500 characters at most. Default: the root.",
    )


def _shown(stored: Mapping[str, Any], inside: bool) -> NotebookSpec:
    """Return a stored spec, without what only those see who may open the notebook unless the viewer may."""
    hidden = {} if inside else {"env": {}, "secrets": {}, "script": None}
    return from_mapping(NotebookSpec, grouped({**stored, **hidden}))


def _given(input: NotebookSpecInput) -> dict[str, Any]:
    """Return an input as `spec.NotebookSpec` reads it."""
    return flattened(to_mapping(input))


@strawberry.input(description="Input of createNotebook.")
class CreateNotebookInput:
    project: str = strawberry.field(description="The name or id of the project.")
    name: str = strawberry.field(
        description="The name, unique in the project: lowercase letters, digits and hyphens."
    )
    kind: NotebookKind = strawberry.field(
        default=NotebookKind.JUPYTER, description="The program that it runs. Default: JUPYTER."
    )
    spec: NotebookSpecInput = strawberry.field(
        default_factory=NotebookSpecInput, description="What it is made of."
    )
    description: str = strawberry.field(default="", description="What it is for, 500 characters at most.")
    sharing: Sharing = strawberry.field(
        default=SharingName.NONE,
        description="What other members of the project may do with it. Default: NONE.",
    )
    cluster: str | None = strawberry.field(
        default=None, description="The cluster. Default: that of the project."
    )
    start: bool = strawberry.field(
        default=True, description="Whether to start it immediately. Default: true."
    )


@strawberry.input(description="Input of updateNotebook. A field that is left out or null keeps its value.")
class UpdateNotebookInput:
    id: strawberry.ID = strawberry.field(description="The id of the notebook.")
    name: str | None = strawberry.field(
        default=None, description="The name, unique in the project: lowercase letters, digits and hyphens."
    )
    description: str | None = strawberry.field(
        default=None, description="What it is for, 500 characters at most."
    )
    sharing: Sharing | None = strawberry.field(
        default=None, description="What other members of the project may do with it."
    )
    spec: NotebookSpecInput | None = strawberry.field(
        default=None, description="What changes of what it is made of, from the next start on."
    )
    restart: bool = strawberry.field(
        default=False, description="Whether to apply the change immediately by a restart. Default: false."
    )


@strawberry.type(description="A sign of whether a notebook is in use.")
class NotebookSignal:
    name: plan.SignalName = strawberry.field(description="What was looked at.")
    active: bool = strawberry.field(description="Whether it shows use now.")
    last_active_at: Time | None = strawberry.field(description="When it last showed use; null: never seen.")
    detail: str = strawberry.field(description="What was seen, in words.")
    counts: bool = strawberry.field(description="Whether it keeps the notebook from being stopped.")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "NotebookSignal":
        return cls(
            name=plan.SignalName(stored["name"]),
            active=stored["active"],
            last_active_at=_time(stored["last"]),
            detail=stored["detail"],
            counts=stored["counts"],
        )


@strawberry.type(description="Whether a notebook is in use, as the last activity check found it.")
class NotebookActivity:
    at: Time = strawberry.field(description="When it was checked.")
    idle_since: Time | None = strawberry.field(description="Since when it is idle; null: it is in use.")
    warn_at: Time | None = strawberry.field(
        description="When its owner is warned if it stays idle; null: never."
    )
    stop_at: Time | None = strawberry.field(description="When it is stopped if it stays idle; null: never.")
    due: plan.Due | None = strawberry.field(description="Which of both is due; null: neither.")
    signals: list[NotebookSignal] = strawberry.field(description="What was looked at.")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "NotebookActivity":
        return cls(
            at=datetime.fromisoformat(stored["at"]),
            idle_since=_time(stored["since"]),
            warn_at=_time(stored["warnAt"]),
            stop_at=_time(stored["stopAt"]),
            due=plan.Due(stored["due"]) if stored["due"] else None,
            signals=[NotebookSignal.of(each) for each in stored["signals"]],
        )


@strawberry.type(description="Why a notebook was stopped for being idle.")
class NotebookIdleStop:
    at: Time = strawberry.field(description="When it was stopped.")
    idle_since: Time = strawberry.field(description="Since when it was idle.")
    gpu_hours: float = strawberry.field(description="GPU hours that it reserved while it was idle.")
    signals: list[NotebookSignal] = strawberry.field(description="What was looked at.")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "NotebookIdleStop":
        return cls(
            at=datetime.fromisoformat(stored["at"]),
            idle_since=datetime.fromisoformat(stored["since"]),
            gpu_hours=stored["gpuHours"],
            signals=[NotebookSignal.of(each) for each in stored["signals"]],
        )


def _time(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


@strawberry.type(description="A workspace of one person, started and stopped at will; its files stay.")
class Notebook(Node):
    name: str = strawberry.field(description="Name of the notebook, unique in its project.")
    description: str = strawberry.field(description="What the notebook is for.")
    kind: NotebookKind = strawberry.field(description="The program that it runs.")
    cluster: str = strawberry.field(description="Name of the cluster on which it runs.")
    project_id: strawberry.ID = strawberry.field(description="Id of its project.")
    state: NotebookState = strawberry.field(description="State of the notebook.")
    reason: str | None = strawberry.field(
        description="One word: Unschedulable, Environment, EnvironmentFailed, OOMKilled, Lost …"
    )
    message: str | None = strawberry.field(
        name="explanation", description="The sentence that a person needs."
    )
    spec: NotebookSpec = strawberry.field(description="What it is made of.")
    sharing: Sharing = strawberry.field(description="What other members of the project may do with it.")
    folder: str = strawberry.field(description="Name of the folder of the project that holds its files.")
    changed: bool = strawberry.field(
        description="Whether it was changed and has not answered since: there is a way back."
    )
    previous_spec: NotebookSpec | None = strawberry.field(
        description="What it was made of before the last change, until it answers with the new; "
        "revertNotebook brings it back. Null when there is no way back."
    )
    activity: NotebookActivity | None = strawberry.field(
        description="Whether it is in use, as the last check since its start found it; null before the first."
    )
    idle_stop: NotebookIdleStop | None = strawberry.field(
        description="Why it was stopped for being idle; null when it was not."
    )
    extended_until: Time | None = strawberry.field(
        description="Until when it is not stopped for being idle; null when that was not requested."
    )
    created_at: Time = strawberry.field(description="When the notebook was created.")
    user_id: strawberry.Private[str]
    workload: strawberry.Private[str]
    role: strawberry.Private[Role]
    mine: bool = strawberry.field(description="Whether the viewer owns it.")

    @classmethod
    def of(cls, row: Any, role: Role, viewer: str, port: Port | None) -> "Notebook":
        state = State(row.state)
        mine = row.created_by == viewer
        inside = access.may_open(mine, role, SharingName(row.sharing)) != SharingName.NONE
        if not state.off and (port is None or not port.health().reachable):
            state = State.UNKNOWN
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            kind=NotebookKind(row.kind),
            cluster=row.cluster,
            project_id=row.project_id,
            state=state,
            reason=row.reason,
            message=row.message,
            spec=_shown(row.spec, inside),
            sharing=SharingName(row.sharing),
            folder=spec.folder(row.id),
            changed=row.former is not None,
            previous_spec=row.former and _shown(row.former, inside),
            activity=NotebookActivity.of(row.activity) if row.activity else None,
            idle_stop=row.evidence and NotebookIdleStop.of(row.evidence),
            extended_until=row.extended_until,
            created_at=row.created_at,
            user_id=row.created_by,
            role=role,
            mine=mine,
            workload=spec.workload_name(row.id, row.starts),
        )

    async def _started(self, info: Info) -> Any:
        """Its newest start; None when there was none."""
        return await info.context.load(workloads.newest_by_owner, self.id)

    @strawberry.field(description="The stages of its last start, in order.")
    async def stages(self, info: Info) -> list[StartStage]:
        return stages(await self._started(info))

    @strawberry.field(description="When it was last asked to start.")
    async def requested_at(self, info: Info) -> Time | None:
        started = await self._started(info)
        return started and started.requested_at

    @strawberry.field(description="When it first answered after that.")
    async def ready_at(self, info: Info) -> Time | None:
        started = await self._started(info)
        return started and started.ready_at

    @strawberry.field(description="When it last stopped; null while it runs.")
    async def ended_at(self, info: Info) -> Time | None:
        started = await self._started(info)
        return started and started.ended_at

    @strawberry.field(description="Whose it is.")
    async def owner(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(description="Project of the notebook.")
    async def project(self, info: Info) -> Project:
        return Project.of(await info.context.load(project_actions.projects_by_id, self.project_id), self.role)

    @strawberry.field(
        description="Its pods, newest first, 20 at most: each has a log; none for those who may not open it."
    )
    async def pods(self, info: Info) -> list[Pod]:
        if access.may_open(self.mine, self.role, SharingName(self.sharing)) == SharingName.NONE:
            return []
        async with info.context.read() as conn:
            rows = await clusters.pods_of(conn, self.id)
        return [Pod.of(row) for row in reversed(rows[-20:])]

    @strawberry.field(
        description="Why it was last started again since somebody started it; null when it was not, or is "
        "off."
    )
    async def restarted(self, info: Info) -> Restart | None:
        return None if self.state.off else await restart_of(info, self.id, self.workload)

    @strawberry.field(description="When idle notebooks of its project are stopped.")
    async def policy(self, info: Info) -> NotebookPolicy:
        return await _policy_of(info, self.project_id)

    @strawberry.field(description="How far I may look inside.")
    def viewer_may_open(self) -> Sharing:
        return access.may_open(self.mine, self.role, SharingName(self.sharing))

    @strawberry.field(description="Whether I may start it and change it.")
    def viewer_can_change(self) -> bool:
        return self.mine and self.role.rank >= Role.MEMBER.rank

    @strawberry.field(description="Whether I may stop it and delete it.")
    def viewer_can_stop(self) -> bool:
        return self.viewer_can_change() or self.role.rank >= Role.MAINTAINER.rank


@strawberry.type(description="A notebook that changed; null: it is gone.")
class NotebookChange:
    cursor: str = strawberry.field(description="Position in the stream of changes.")
    id: strawberry.ID = strawberry.field(description="Id of the notebook.")
    notebook: Notebook | None = strawberry.field(
        description="The notebook as it is now; null when it was deleted."
    )


async def _policy_of(info: Info, project: str) -> NotebookPolicy:
    idle, gpu, warn = await info.context.load(listing.policies_by_project, project)
    return NotebookPolicy(idle_minutes=idle, gpu_idle_minutes=gpu, warn_minutes=warn)


def _of(info: Info, row: Any, role: Role) -> Notebook:
    return Notebook.of(row, role, info.context.who.id, info.context.ctx.clusters.get(row.cluster))


async def load(info: Info, id: str) -> Notebook:
    """A notebook that the viewer may see."""
    async with info.context.read() as conn:
        held = await access.notebook(conn, info.context.who, id)
        row = (await listing.notebooks_by_id(conn, [held.id]))[held.id]
    return _of(info, row, held.role)


async def fresh(info: Info, id: str) -> Notebook:
    """A notebook as the running mutation has it."""
    tx = info.context.writing
    held = await access.notebook(tx, info.context.who, id)
    return _of(info, (await listing.notebooks_by_id(tx.connection, [held.id]))[held.id], held.role)


async def kinds_on(port: Port | None) -> list[NotebookKindInfo]:
    """The kinds, and what is missing for each on a cluster."""
    there = {each.name: each for each in await port.components()} if port and port.kind == "local" else {}
    found = []
    for kind in KINDS.values():
        missing = None
        program = there.get(kind.program or "")
        if port and port.kind == "local" and kind.program and (program is None or program.state != "ready"):
            way = f" Install it: {program.install}." if program else ""
            missing = f"This machine has no {kind.program}; on Kubernetes it comes as an image.{way}"
        found.append(
            NotebookKindInfo(
                kind=kind.name,
                title=kind.title,
                description=kind.description,
                image=kind.image,
                requirements=list(kind.requirements),
                supports_view_only=kind.supports_view_only,
                ssh_user=kind.ssh_user,
                unavailable_reason=missing,
            )
        )
    return found


def address_of(info: Info, notebook: str) -> str:
    """The address of a notebook's base: of an origin of its own where that is possible, else of a second
    port."""
    settings = info.context.ctx.settings
    if settings.gateway_url:
        return settings.gateway_url.replace("*", notebook).rstrip("/") + spec.base(notebook)
    connection = info.context.connection
    asked = connection.headers.get("host", "") if connection else ""
    host = urlsplit(f"//{asked}").hostname or urlsplit(settings.public_url or "").hostname or "localhost"
    if host in ("localhost", "127.0.0.1", "::1"):
        host = f"{notebook}.localhost"
    elif ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{settings.gateway_port or settings.port + 1}{spec.base(notebook)}"


@strawberry.type
class Query:
    @strawberry.field(description="A notebook by id; null when there is none that I may see.")
    async def notebook(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")]
    ) -> Notebook | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(
        description="Notebooks, newest first: of all my projects or of one. `mine`: only my own; `search`: "
        "part of a name, or of its owner's."
    )
    async def notebooks(
        self,
        info: Info,
        project: ProjectFilter = None,
        states: Annotated[
            list[NotebookState] | None,
            strawberry.argument(description="Only notebooks in one of these states."),
        ] = None,
        mine: Annotated[
            bool, strawberry.argument(description="Only notebooks that the viewer owns.")
        ] = False,
        search: Annotated[
            str, strawberry.argument(description="Part of the name of the notebook or of its owner.")
        ] = "",
        after: str | None = None,
        first: int = 50,
    ) -> Connection[Notebook]:
        context = info.context
        wanted = [State(state) for state in states or []]
        async with context.read() as conn:
            rows, roles = await listing.notebooks_of(
                conn,
                context.who,
                project,
                states=wanted,
                mine=mine,
                search=search,
                after=after,
                first=first,
                most=context.ctx.settings.max_page_size,
            )
        return connection(rows, lambda row: _of(info, row, projects.Roles(roles).of(row.project_id)))

    @strawberry.field(description="The kinds of notebooks, and whether each can run on a cluster.")
    async def notebook_kinds(
        self,
        info: Info,
        cluster: Annotated[
            str | None,
            strawberry.argument(description="Name of the cluster for which to tell what is missing."),
        ] = None,
    ) -> list[NotebookKindInfo]:
        return await kinds_on(info.context.ctx.clusters.get(cluster or ""))

    @strawberry.field(
        description="The packages of a running JupyterLab that make it what it is, as lines such as "
        "pandas==2.2.3: those it was asked for, and those that people installed into its folder. "
        "What an image that is like it is made of."
    )
    async def notebook_packages(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")]
    ) -> list[str]:
        context = info.context
        async with context.read() as conn:
            held = await access.opening(conn, context.who, id, SharingName.EDIT)
            row = (await listing.notebooks_by_id(conn, [held.id]))[held.id]
        if not spec.KINDS[held.kind].reports or held.state != State.RUNNING:
            raise Conflict(messages.NOTEBOOK_PACKAGES_UNAVAILABLE(), field="id")
        names = [name for line in row.spec["requirements"] if (name := spec.package(line))]
        try:
            found = await notebook_says(
                context.ctx, row, "packages?" + urlencode([("name", name) for name in names])
            )
        except TimeoutError as error:
            raise Unavailable(messages.NOTEBOOK_NOT_ANSWERING()) from error
        return [f"{name}=={version}" for name, version in sorted(found.items())]

    @strawberry.field(
        description="What stopping a notebook would end or lose. The notebook itself is asked; for those who "
        "may open or stop it."
    )
    async def notebook_usage(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")]
    ) -> NotebookUsage:
        context = info.context
        async with context.read() as conn:
            held = await access.notebook(conn, context.who, id)
            if not held.may_stop:
                await access.opening(conn, context.who, id)
            row = (await listing.notebooks_by_id(conn, [held.id]))[held.id]
        found = await usage_of(context.ctx, row) if held.state == State.RUNNING else None
        if found is None:
            page = plan.connections(row.connected_at, clock.now(), False).active and not held.state.off
            return NotebookUsage(
                known=False, busy_kernels=[], busy_terminals=0, open_pages=int(page), unsaved_documents=[]
            )
        inside = held.may_open != SharingName.NONE
        named = [[path if inside else "" for path in paths] for paths in (found.kernels, found.unsaved)]
        return NotebookUsage(
            known=True,
            busy_kernels=named[0],
            busy_terminals=found.terminals,
            open_pages=found.pages,
            unsaved_documents=named[1],
        )

    @strawberry.field(description="Check whether a notebook can start on a cluster now. It changes nothing.")
    async def preflight_notebook(
        self,
        info: Info,
        project: Annotated[str, strawberry.argument(description="Name or id of the project.")],
        kind: Annotated[NotebookKind, strawberry.argument(description="The program that it runs.")],
        spec: Annotated[NotebookSpecInput, strawberry.argument(description="What it is made of.")],
        cluster: Annotated[
            str | None,
            strawberry.argument(description="Name of the cluster; the project's when it is left out."),
        ] = None,
    ) -> NotebookPreflight:
        context = info.context
        async with context.read() as conn:
            standing = await projects.project(conn, context.who, project)
            place = clusters.chosen_cluster(context.ctx, standing, cluster)
            made = actions.defined(kind, {"command": "true", **_given(spec)}, context.ctx, place)
            facts = Facts(
                id="",
                name="",
                kind=kind,
                project_id=standing.id,
                project="",
                user_id=context.who.id,
                user="",
                start=1,
                key="",
                unseal=lambda text: text,
            )
            whole = await clusters.equipped(conn, context.ctx, workload(made, facts))
            waits = await quotas.judged(conn, whole)
        found = await clusters.planned(context.ctx, place, whole, waits)
        problems = [problem.removeprefix("step main ") for problem in found.problems]
        return NotebookPreflight(
            verdict=PreflightVerdict(found.verdict), message=found.message, problems=problems
        )


async def _saved(context: Context, arguments: Mapping[str, Any]) -> None:
    """Before a notebook is stopped, when that was asked for."""
    if arguments.get("save"):
        await save_notebook(context.ctx, context.who, arguments["id"])


@strawberry.type
class Mutation:
    @mutation
    async def create_notebook(
        self,
        info: Info,
        input: Annotated[CreateNotebookInput, strawberry.argument(description="What to create.")],
    ) -> Notebook:
        """Create a notebook of the viewer's, and start it. Members of the project may."""
        context = info.context
        made = await actions.create(
            context.writing,
            context.ctx,
            context.who,
            project=input.project,
            name=input.name,
            kind=input.kind,
            told=_given(input.spec),
            description=input.description,
            sharing=SharingName(input.sharing),
            cluster=input.cluster,
            start=input.start,
        )
        return await fresh(info, made)

    @mutation
    async def start_notebook(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")]
    ) -> Notebook:
        """Start it; one that runs goes on."""
        await actions.start(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation(prepare=_saved)
    async def stop_notebook(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")],
        save: Annotated[
            bool, strawberry.argument(description="Whether open pages save first what is unsaved in them.")
        ] = False,
    ) -> Notebook:
        """End its processes; its files stay. With `save` the open pages of a JupyterLab save first what is
        unsaved in them, within 12 s; CONFLICT when something could not be saved, and then it is not
        stopped."""
        await actions.stop(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation(prepare=_saved)
    async def restart_notebook(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")],
        save: Annotated[
            bool, strawberry.argument(description="Whether open pages save first what is unsaved in them.")
        ] = False,
    ) -> Notebook:
        """Stop it and start it again; `save` as for stopNotebook."""
        await actions.restart(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation
    async def update_notebook(
        self,
        info: Info,
        input: Annotated[UpdateNotebookInput, strawberry.argument(description="What to change.")],
    ) -> Notebook:
        """Change what is given. A changed spec holds from the next start, or with `restart` immediately: it
        is stopped, changed and started as one act. Its owner may."""
        context = info.context
        await actions.change(
            context.writing,
            context.ctx,
            context.who,
            input.id,
            _given(input.spec) if input.spec else {},
            name=input.name,
            description=input.description,
            sharing=None if input.sharing is None else SharingName(input.sharing),
            restart=input.restart,
        )
        return await fresh(info, input.id)

    @mutation
    async def revert_notebook(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")]
    ) -> Notebook:
        """The way back from a change that did not work out: what it was made of before, started at once."""
        await actions.revert(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation
    async def clone_notebook(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook to copy.")],
        name: Annotated[str, strawberry.argument(description="Name of the new notebook.")],
    ) -> Notebook:
        """A notebook of mine made of the same, without its files; with its secrets only if it is mine."""
        context = info.context
        return await fresh(info, await actions.clone(context.writing, context.ctx, context.who, id, name))

    @mutation
    async def delete_notebook(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")],
        keep_files: Annotated[bool, strawberry.argument(description="Whether to keep its folder.")] = False,
    ) -> Done:
        """Delete a notebook that is off; its folder too, unless `keepFiles`."""
        await actions.remove(info.context.writing, info.context.who, id, keep_files)
        return Done(id=id)

    @mutation
    async def extend_notebook(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")],
        hours: Annotated[int, strawberry.argument(description="For how many hours, 1 to 72.")] = 2,
    ) -> Notebook:
        """Do not stop it for being idle in the next hours, 72 at most."""
        await actions.extend(info.context.writing, info.context.who, id, hours)
        return await fresh(info, id)

    @mutation
    async def open_notebook(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")]
    ) -> NotebookLink:
        """The address at which my browser gets in."""
        context = info.context
        held = await access.opening(context.writing, context.who, id)
        if held.state.off:
            raise Conflict(messages.NOTEBOOK_NOT_RUNNING(state=held.state), field="id")
        row = (await listing.notebooks_by_id(context.writing.connection, [held.id]))[held.id]
        secret = await credentials.ticket(context.writing, context.who, held.id)
        return NotebookLink(
            url=f"{address_of(info, held.id)}{spec.page(held.kind, row.spec)}?ticket={secret}"
        )

    @mutation
    async def set_notebook_policy(
        self,
        info: Info,
        project: Annotated[str, strawberry.argument(description="Name or id of the project.")],
        idle_minutes: Annotated[
            int,
            strawberry.argument(
                description="After how many idle minutes a notebook without GPUs is stopped; 0: never."
            ),
        ] = 180,
        gpu_idle_minutes: Annotated[
            int, strawberry.argument(description="The same for notebooks with GPUs.")
        ] = 60,
        warn_minutes: Annotated[
            int, strawberry.argument(description="How many minutes before that its owner is warned.")
        ] = 15,
    ) -> Project:
        """When idle notebooks of a project are stopped, in minutes; 0: never."""
        context = info.context
        await actions.set_policy(
            context.writing,
            context.who,
            project,
            idle=idle_minutes,
            gpu_idle=gpu_idle_minutes,
            warn=warn_minutes,
        )
        standing = await projects.project(context.writing, context.who, project)
        row = (await project_actions.projects_by_id(context.writing.connection, [standing.id]))[standing.id]
        return Project.of(row, standing.role)


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="A notebook now, then at each change; null and the end when it is deleted. While "
        "somebody follows it, it is asked every 15 s whether it is in use."
    )
    async def notebook_changed(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")]
    ) -> AsyncIterator[NotebookChange]:
        ctx, watching = info.context.ctx, False
        async with AsyncExitStack() as open_:
            news = follow.one(ctx.bus, [on(NotebookChanged, notebook_id=id)], lambda: load(info, id))
            async for cursor, found in await open_.enter_async_context(aclosing(news)):
                if not watching:  # only now is it known that the viewer may
                    watching = True
                    await open_.enter_async_context(watched(ctx, id))
                yield NotebookChange(cursor=cursor, id=id, notebook=found)

    @strawberry.subscription(
        description="Each notebook of a project (or of all mine) that changes from now on."
    )
    async def notebooks_changed(
        self, info: Info, project: ProjectFilter = None
    ) -> AsyncIterator[NotebookChange]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, NotebookChanged)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("notebook_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield NotebookChange(cursor=cursor, id=strawberry.ID(key), notebook=found)


async def _of_project(root: Project, info: Info) -> NotebookPolicy:
    return await _policy_of(info, root.id)


extend(
    Project,
    notebook_policy=strawberry.field(
        resolver=_of_project, description="When its idle notebooks are stopped."
    ),
)
