"""Notebooks in the graph."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing
from operator import attrgetter
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import strawberry

from cubestudio.clusters import actions as clusters
from cubestudio.clusters.api import Pod, Restart, restart_of
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
from cubestudio.core.graph.scalars import Json, Long, Time, described
from cubestudio.notebooks import access, actions, listing, messages, plan, spec
from cubestudio.notebooks.activity import ask as notebook_says
from cubestudio.notebooks.activity import save as save_notebook
from cubestudio.notebooks.activity import use as usage_of
from cubestudio.notebooks.activity import watched
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notebooks.model import NotebookState as State
from cubestudio.notebooks.model import Sharing as SharingName
from cubestudio.notebooks.spec import KINDS
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project, ProjectFilter
from cubestudio.projects.model import Role
from cubestudio.projects.quotas import actions as quotas
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.users.api import User
from cubestudio.workloads import listing as workloads
from cubestudio.workloads.lifecycle import stages

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


@strawberry.type(description="A step on the way to an open notebook.")
class NotebookStage:
    name: str = strawberry.field(description="One of asked, placed, started and answers, in this order.")
    at: Time | None = strawberry.field(description="When it was reached; null: not yet.")


@strawberry.type(description="A sort of workspace, and whether it can run on a cluster.")
class NotebookKind:
    name: str = strawberry.field(description="Name of the kind, such as jupyter.")
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


@strawberry.type(description="Whether a notebook would fit now: now, waits, never or unknown, and why.")
class NotebookPreflight:
    verdict: str = strawberry.field(description="One of now, waits, never and unknown.")
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


@strawberry.type(description="A workspace of one person, started and stopped at will; its files stay.")
class Notebook(Node):
    name: str = strawberry.field(description="Name of the notebook, unique in its project.")
    description: str = strawberry.field(description="What the notebook is for.")
    kind: str = strawberry.field(description="Name of its kind; see notebookKinds.")
    cluster: str = strawberry.field(description="Name of the cluster on which it runs.")
    project_id: strawberry.ID = strawberry.field(description="Id of its project.")
    state: NotebookState = strawberry.field(description="State of the notebook.")
    reason: str | None = strawberry.field(
        description="One word: Unschedulable, Environment, EnvironmentFailed, OOMKilled, Lost …"
    )
    message: str | None = strawberry.field(
        name="explanation", description="The sentence that a person needs."
    )
    python: str | None = strawberry.field(
        description="Version of Python on this machine; null: the platform's own."
    )
    requirements: list[str] = strawberry.field(
        description="Python packages of its environment on this machine, beside the kind's own."
    )
    image: str | None = strawberry.field(description="Image on Kubernetes; null: the kind's.")
    root: bool = strawberry.field(
        description="Whether it runs as root on Kubernetes; else as a user that is not."
    )
    cpu: float = strawberry.field(description="Cores.")
    memory: Long = strawberry.field(description="Bytes.")
    gpu: int = strawberry.field(description="Cards.")
    gpu_type: str = strawberry.field(description="Of which kind, by the label of nodes; empty: any.")
    gpu_share: str = strawberry.field(
        description="What of each GPU: a part (`0.5`) or an amount of memory (`8Gi`); empty: all of it."
    )
    devices: Json = strawberry.field(
        description="{name: how many} of further devices, by their names in the table of the installation."
    )
    claims: Json = strawberry.field(description="{device class of the cluster: how many}.")
    size: Long = strawberry.field(description="Bytes of its folder, on Kubernetes.")
    env: Json = strawberry.field(description="{name: value}; empty for those who may not open it.")
    secrets: list[str] = strawberry.field(
        description="Names of further variables whose values are never shown."
    )
    project_secrets: list[str] = strawberry.field(
        description="Secrets of the project that it is given by their names."
    )
    volumes: list[str] = strawberry.field(description="Places beside its folder, as source(kind):/path.")
    repo: str | None = strawberry.field(
        description="URL of the Git repository that is cloned into its folder at the first start."
    )
    repo_secret: str | None = strawberry.field(
        description="The secret of the project that is the token for the repository."
    )
    branch: str | None = strawberry.field(description="Branch of the repository; null: its default branch.")
    script: str | None = strawberry.field(description="Lines of sh that run before it starts.")
    command: str | None = strawberry.field(description="Of the kind custom: what answers HTTP.")
    port: int | None = strawberry.field(description="Of the kind custom: port at which it answers HTTP.")
    path: str | None = strawberry.field(description="Of the kind custom: path of the page that is opened.")
    sharing: Sharing = strawberry.field(description="What other members of the project may do with it.")
    folder: str = strawberry.field(description="Name of the folder of the project that holds its files.")
    changed: bool = strawberry.field(
        description="Whether it was changed and has not answered since: there is a way back."
    )
    former: Json | None = strawberry.field(
        description="What it was before: {cpu, memory, gpu, requirements, image}; null when there is no way "
        "back."
    )
    activity: Json = strawberry.field(
        description="The last look: {at, since: idle since (null: in use), warnAt, stopAt, due: '', warn or "
        "stop, signals: [{name, active, last, detail, counts}]}; {} before the first."
    )
    evidence: Json | None = strawberry.field(
        description="Why it was stopped for being idle: {since, at, signals, gpuHours}; null when it was not."
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
        told = row.spec
        state = State(row.state)
        mine = row.created_by == viewer
        inside = access.may_open(mine, role, SharingName(row.sharing)) != SharingName.NONE
        if not state.off and (port is None or not port.health().reachable):
            state = State.UNKNOWN
        former = row.former and {
            name: row.former[name] for name in ("cpu", "memory", "gpu", "requirements", "image")
        }
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            kind=row.kind,
            cluster=row.cluster,
            project_id=row.project_id,
            state=state,
            reason=row.reason,
            message=row.message,
            python=told["python"],
            requirements=told["requirements"],
            image=told["image"],
            root=told.get("root", False),
            cpu=told["cpu"],
            memory=told["memory"],
            gpu=told["gpu"],
            gpu_type=told.get("gpu_type", ""),
            gpu_share=told.get("gpu_share", ""),
            devices=told.get("devices", {}),
            claims=told.get("claims", {}),
            size=told["size"],
            env=told["env"] if inside else {},
            secrets=sorted(told["secrets"]) if inside else [],
            repo=told["repo"],
            branch=told["branch"],
            project_secrets=told.get("project_secrets", []),
            volumes=told.get("volumes", []),
            repo_secret=told.get("repo_secret"),
            script=told["script"] if inside else None,
            command=told["command"],
            port=told["port"],
            path=told["path"],
            sharing=SharingName(row.sharing),
            folder=spec.folder(row.id),
            changed=row.former is not None,
            former=former,
            activity=row.activity or {},
            evidence=row.evidence,
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

    @strawberry.field(description="The way of its last start, in order.")
    async def stages(self, info: Info) -> list[NotebookStage]:
        return [NotebookStage(name=name, at=at) for name, at in stages(await self._started(info))]

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
class NotebookNews:
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


async def kinds_on(port: Port | None) -> list[NotebookKind]:
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
            NotebookKind(
                name=kind.name,
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
    if settings.open_url:
        return settings.open_url.replace("*", notebook).rstrip("/") + spec.base(notebook)
    connection = info.context.connection
    asked = connection.headers.get("host", "") if connection else ""
    host = urlsplit(f"//{asked}").hostname or urlsplit(settings.public_url or "").hostname or "localhost"
    if host in ("localhost", "127.0.0.1", "::1"):
        host = f"{notebook}.localhost"
    elif ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{settings.open_port or settings.port + 1}{spec.base(notebook)}"


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
                most=context.ctx.settings.max_page,
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
    ) -> list[NotebookKind]:
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

    @strawberry.field(
        description="Whether a notebook would fit on a cluster of a project now. `definition`: as for "
        "createNotebook. Changes nothing."
    )
    async def preflight_notebook(
        self,
        info: Info,
        project: Annotated[str, strawberry.argument(description="Name or id of the project.")],
        kind: Annotated[str, strawberry.argument(description="Name of the kind of the notebook.")],
        definition: Annotated[
            Json, strawberry.argument(description="What it is made of, as for createNotebook.")
        ],
        cluster: Annotated[
            str | None,
            strawberry.argument(description="Name of the cluster; the project's when it is left out."),
        ] = None,
    ) -> NotebookPreflight:
        context = info.context
        async with context.read() as conn:
            standing = await projects.project(conn, context.who, project)
            place = clusters.chosen_cluster(context.ctx, standing, cluster)
            made = actions.defined(kind, {"command": "true", **described(definition)}, context.ctx, place)
            facts = spec.Facts(
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
            whole = await clusters.equipped(conn, context.ctx, spec.workload(made, facts))
            waits = await quotas.judged(conn, whole)
        plan = await clusters.planned(context.ctx, place, whole, waits)
        problems = [problem.removeprefix("step main ") for problem in plan.problems]
        return NotebookPreflight(verdict=plan.verdict, message=plan.message, problems=problems)


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
        project: Annotated[str, strawberry.argument(description="Name or id of the project.")],
        name: Annotated[
            str,
            strawberry.argument(
                description="Name, unique in the project: lowercase letters, digits and hyphens."
            ),
        ],
        kind: Annotated[
            str, strawberry.argument(description="Name of the kind; see notebookKinds.")
        ] = "jupyter",
        definition: Annotated[
            Json | None,
            strawberry.argument(description="What it is made of; see the description of the mutation."),
        ] = None,
        description: Annotated[str, strawberry.argument(description="What the notebook is for.")] = "",
        sharing: Annotated[
            Sharing, strawberry.argument(description="What other members of the project may do with it.")
        ] = SharingName.NONE,
        cluster: Annotated[
            str | None,
            strawberry.argument(description="Name of the cluster; the project's when it is left out."),
        ] = None,
        start: Annotated[bool, strawberry.argument(description="Whether to start it at once.")] = True,
    ) -> Notebook:
        """Make a notebook of mine. `definition`: {cpu cores, memory and size as bytes or 2Gi, gpu, gpu_type,
        gpu_share (0.5, 8Gi), devices {name: count}, claims {device class: count}, python, requirements,
        image, env {name: value}, secrets {name: value}, project_secrets [name], volumes
        ["source(kind):/path"], repo, repo_secret, branch, script, command, port, path}; what is left out has
        a default."""
        context = info.context
        made = await actions.create(
            context.writing,
            context.ctx,
            context.who,
            project=project,
            name=name,
            kind=kind,
            told=described(definition or {}),
            description=description,
            sharing=SharingName(sharing),
            cluster=cluster,
            start=start,
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
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the notebook.")],
        name: Annotated[
            str | None, strawberry.argument(description="New name; unchanged when it is left out.")
        ] = None,
        description: Annotated[
            str | None, strawberry.argument(description="New description; unchanged when it is left out.")
        ] = None,
        sharing: Annotated[
            Sharing | None, strawberry.argument(description="New sharing; unchanged when it is left out.")
        ] = None,
        definition: Annotated[
            Json | None,
            strawberry.argument(description="Fields of the definition to change, as for createNotebook."),
        ] = None,
        restart: Annotated[
            bool, strawberry.argument(description="Whether to apply the change at once by a restart.")
        ] = False,
    ) -> Notebook:
        """Change what is given. A changed `definition` holds from the next start, or with `restart` at once:
        it is stopped, changed and started as one act. In `secrets` a null keeps the value that is there."""
        context = info.context
        await actions.change(
            context.writing,
            context.ctx,
            context.who,
            id,
            described(definition or {}),
            name=name,
            description=description,
            sharing=None if sharing is None else SharingName(sharing),
            restart=restart,
        )
        return await fresh(info, id)

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
    ) -> AsyncIterator[NotebookNews]:
        ctx, watching = info.context.ctx, False
        async with AsyncExitStack() as open_:
            news = follow.one(ctx.bus, [on(NotebookChanged, notebook_id=id)], lambda: load(info, id))
            async for cursor, found in await open_.enter_async_context(aclosing(news)):
                if not watching:  # only now is it known that the viewer may
                    watching = True
                    await open_.enter_async_context(watched(ctx, id))
                yield NotebookNews(cursor=cursor, id=id, notebook=found)

    @strawberry.subscription(
        description="Each notebook of a project (or of all mine) that changes from now on."
    )
    async def notebooks_changed(
        self, info: Info, project: ProjectFilter = None
    ) -> AsyncIterator[NotebookNews]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, NotebookChanged)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("notebook_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield NotebookNews(cursor=cursor, id=strawberry.ID(key), notebook=found)


async def _of_project(root: Project, info: Info) -> NotebookPolicy:
    return await _policy_of(info, root.id)


extend(
    Project,
    notebook_policy=strawberry.field(
        resolver=_of_project, description="When its idle notebooks are stopped."
    ),
)
