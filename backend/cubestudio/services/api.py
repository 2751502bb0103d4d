"""Services, their revisions and keys in the graph."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

import strawberry

from cubestudio.clusters import actions as clusters
from cubestudio.clusters.api import Pod, Restart, restart_of
from cubestudio.core import clock
from cubestudio.core.cluster.port import Cluster as Port
from cubestudio.core.errors import Conflict, Invalid, NotFound, Unavailable
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Json, Time
from cubestudio.core.relay import fetch
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.projects.quotas import actions as quotas
from cubestudio.services import access, actions, listing, messages, plan, spec
from cubestudio.services.events import ServiceChanged
from cubestudio.services.model import Access, RevisionState
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.users.api import User
from cubestudio.workloads import listing as workloads
from cubestudio.workloads.lifecycle import stages

Info = strawberry.Info[Context]
ServiceAccess = strawberry.enum(
    Access,
    name="ServiceAccess",
    description="Who may send it requests: members of the project; also whoever has one of its keys; "
    "everybody.",
)
ServiceRevisionState = strawberry.enum(
    RevisionState,
    name="ServiceRevisionState",
    description="Requested, Deploying, Ready, Degraded (fewer replicas answer than were asked for), "
    "Stopping, Stopped, Asleep (it starts at the next request), Failed.",
)
TRY_BODY = 2**20
TRY_ANSWER = 2**20
SPANS = {10: (600, 10), 60: (3600, 60), 1440: (86_400, 600), 10_080: (604_800, 3600)}
"""Of a plot, by minutes: how many seconds it shows, and how many one point stands for."""


@strawberry.type(description="A way to answer, and whether it can run on a cluster.")
class ServiceKind:
    name: str
    title: str
    description: str
    model: bool = strawberry.field(description="Whether it needs a model.")
    image: str | None = strawberry.field(
        description="What Kubernetes uses unless the service says otherwise."
    )
    takes: list[str] = strawberry.field(description="Frameworks of models that it serves; empty: any.")
    missing: str | None = strawberry.field(
        description="Why it cannot run on the cluster that was asked for, and the way out."
    )


@strawberry.type(description="A step on the way to an answer.")
class ServiceStage:
    name: str = strawberry.field(description="asked, placed, started, answers.")
    at: Time | None = strawberry.field(description="When it was reached; null: not yet.")


@strawberry.type(description="Whether a revision would fit now: now, waits, never or unknown, and why.")
class ServicePreflight:
    verdict: str
    message: str = strawberry.field(name="explanation")
    problems: list[str]
    warnings: list[str] = strawberry.field(
        description="What would not stop it and may surprise, such as that nothing measures what it goes by."
    )


@strawberry.type(description="What a service answered to a request that was tried.")
class ServiceResponse:
    status: int = strawberry.field(description="Of HTTP.")
    body: str
    seconds: float
    revision: int = strawberry.field(description="The revision that answered.")


@strawberry.type(description="The way in to a service for a browser.")
class ServiceLink:
    url: str = strawberry.field(description="Good for one browser, once, within a minute.")


@strawberry.type(description="A key that opens a service. Its secret is shown once, when it is made.")
class ServiceKey:
    id: strawberry.ID
    name: str
    ending: str = strawberry.field(description="Its last characters.")
    per_minute: int | None = strawberry.field(description="The most requests a minute; null: no limit.")
    tokens_per_minute: int | None = strawberry.field(
        description="The most tokens of a language model a minute, questions and answers together; null: no "
        "limit."
    )
    created_at: Time
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "ServiceKey":
        return cls(
            id=row.id,
            name=row.name,
            ending=row.ending,
            per_minute=row.per_minute,
            tokens_per_minute=row.tokens_per_minute,
            created_at=row.created_at,
            user_id=row.created_by,
        )

    @strawberry.field
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="A new key, and the secret, which is not kept.")
class NewServiceKey:
    id: strawberry.ID
    secret: str


@strawberry.type(
    description="One state of what a service is made of; it never changes, only whether it runs."
)
class ServiceRevision:
    id: strawberry.ID
    number: int
    state: ServiceRevisionState
    reason: str | None = strawberry.field(
        description="One word: Unschedulable, Environment, EnvironmentFailed, OOMKilled, Lost …"
    )
    message: str | None = strawberry.field(
        name="explanation", description="The sentence that a person needs."
    )
    kind: str
    definition: Json = strawberry.field(
        description="{cpu, memory, gpu, replicas, most, by, target, hours, python, requirements, image, env, "
        "script, command, port, ready, timeout, concurrency, sleep_minutes, non_finite}."
    )
    secrets: list[str] = strawberry.field(description="Names of variables whose values are never shown.")
    model: Json | None = strawberry.field(
        description="What it serves: {id, modelId, name, number, framework, signature}; null when it serves "
        "no model."
    )
    replicas: int = strawberry.field(description="How many are wanted now.")
    ready: int = strawberry.field(description="How many answer.")
    created_at: Time
    user_id: strawberry.Private[str]
    service_id: strawberry.Private[str]
    workload: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "ServiceRevision":
        told = dict(row.spec)
        names = sorted(told.pop("secrets"))
        kind = told.pop("kind")
        model = row.model and {
            name: row.model[name] for name in ("id", "modelId", "name", "number", "framework", "signature")
        }
        return cls(
            id=row.id,
            number=row.number,
            state=RevisionState(row.state),
            reason=row.reason,
            message=row.message,
            kind=kind,
            definition=told,
            secrets=names,
            model=model,
            replicas=row.wanted or row.spec["replicas"],
            ready=row.ready,
            created_at=row.created_at,
            user_id=row.created_by,
            service_id=row.service_id,
            workload=spec.workload_name(row.service_id, row.number, row.starts),
        )

    async def _started(self, info: Info) -> Any:
        """Its newest start; None when there was none."""
        return await info.context.load(workloads.newest_by_owner, self.id)

    @strawberry.field(description="The way of its last start, in order.")
    async def stages(self, info: Info) -> list[ServiceStage]:
        return [ServiceStage(name=name, at=at) for name, at in stages(await self._started(info))]

    @strawberry.field
    async def requested_at(self, info: Info) -> Time | None:
        started = await self._started(info)
        return started and started.requested_at

    @strawberry.field(description="When it first answered after it was last started.")
    async def ready_at(self, info: Info) -> Time | None:
        started = await self._started(info)
        return started and started.ready_at

    @strawberry.field(
        description="Why one of its replicas was last started again since the revision was started; null "
        "when none was, or it is off."
    )
    async def restarted(self, info: Info) -> Restart | None:
        return None if self.state.off else await restart_of(info, self.service_id, self.workload)

    @strawberry.field
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="A pod of a revision.")
class ServiceReplica:
    revision: int
    pod: Pod


@strawberry.type(description="A program or a model that answers requests.")
class Service(Node):
    name: str
    description: str
    cluster: str
    access: ServiceAccess
    on: bool = strawberry.field(description="Whether it is wanted to answer.")
    traffic: Json = strawberry.field(
        description="{number of a revision: percent}, 100 in all; {} before the first answered."
    )
    mirror: int | None = strawberry.field(description="The revision that gets copies of requests.")
    rollout: Json | None = strawberry.field(
        description="The last way of a revision to the traffic: {revision, kind, steps: [percent], step, "
        "seconds, gates, state: waiting, going, held, done, back or ended, since, was: {number: "
        "percent}, looked: [{gate, verdict, seen, of, share, others}], said: [{at, words}]}."
    )
    latest: int
    project_id: strawberry.ID
    created_at: Time
    role: strawberry.Private[Role]
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any, role: Role) -> "Service":
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            cluster=row.cluster,
            access=Access(row.access),
            on=row.on,
            traffic=row.traffic,
            mirror=row.mirror,
            rollout=row.rollout,
            latest=row.latest,
            project_id=row.project_id,
            created_at=row.created_at,
            role=role,
            user_id=row.created_by,
        )

    @strawberry.field
    async def project(self, info: Info) -> Project:
        return Project.of(await info.context.load(project_actions.projects_by_id, self.project_id), self.role)

    @strawberry.field(description="Who made it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(description="Its revisions, newest first.")
    async def revisions(self, info: Info) -> list[ServiceRevision]:
        return [
            ServiceRevision.of(row) for row in await info.context.load(listing.revisions_by_service, self.id)
        ]

    @strawberry.field(
        description="Deploying, Ready, Degraded, Asleep, Stopping, Stopped, Failed; Unknown: its cluster "
        "does not answer. Of the revisions that get traffic."
    )
    async def state(self, info: Info) -> str:
        port = info.context.ctx.clusters.get(self.cluster)
        rows = await info.context.load(listing.revisions_by_service, self.id)
        state = plan.whole(self.on, self.traffic, {row.number: RevisionState(row.state) for row in rows})
        if (port is None or not port.health().reachable) and state not in ("Stopped", "Failed"):
            return "Unknown"
        return state

    @strawberry.field(description="Where requests go to: this address and a path.")
    async def url(self, info: Info) -> str:
        project = await info.context.load(project_actions.projects_by_id, self.project_id)
        return address(
            info, f"/serve/{project.name}/{self.name}", self.id if self.access == Access.PROJECT else None
        )

    @strawberry.field(description="The pods of its revisions, newest first, 100 at most: each has a log.")
    async def replicas(self, info: Info) -> list[ServiceReplica]:
        async with info.context.read() as conn:
            rows = await clusters.pods_of(conn, self.id)
        return [
            ServiceReplica(revision=spec.parsed(row.workload)[1], pod=Pod.of(row))
            for row in reversed(rows[-100:])
        ]

    @strawberry.field(description="The keys that open it; none for those who may only look.")
    async def keys(self, info: Info) -> list[ServiceKey]:
        if not self.viewer_can_change():
            return []
        async with info.context.read() as conn:
            return [ServiceKey.of(row) for row in await listing.keys_of(conn, self.id)]

    @strawberry.field(
        description="What was counted in the last 10, 60, 1440 or 10080 minutes: {width in seconds, "
        "revisions: {number: [[seconds since 1970, requests, failed, p50 ms, p99 ms, mirrored, "
        "different, rejected], …]}}. Failed and rejected as ServiceOutcome says."
    )
    async def load(self, info: Info, minutes: int = 60) -> Json:
        if minutes not in SPANS:
            raise Invalid(messages.SERVICE_SPAN_INVALID(spans=", ".join(map(str, SPANS))), field="minutes")
        seconds, width = SPANS[minutes]
        since = int(clock.now().timestamp()) - seconds
        async with info.context.read() as conn:
            found = await listing.series(conn, self.id, since - since % width, width)
        return {
            "width": width,
            "revisions": {
                str(number): [
                    [
                        at,
                        each.requests,
                        each.errors,
                        plan.quantile(each.times, 0.5),
                        plan.quantile(each.times, 0.99),
                        each.mirrored,
                        each.different,
                        each.rejected,
                    ]
                    for at, each in sorted(pieces.items())
                ]
                for number, pieces in found.items()
            },
        }

    @strawberry.field(description="Whether I may deploy, share traffic out, make keys, stop and delete.")
    def viewer_can_change(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank


@strawberry.type(description="A service that changed; null: it is gone.")
class ServiceNews:
    cursor: str
    id: strawberry.ID
    service: Service | None


def address(info: Info, path: str, thing: str | None) -> str:
    """The address of a path at the way in. `thing`: what has an origin of its own there, where that is
    possible."""
    settings = info.context.ctx.settings
    if settings.open_url:
        return settings.open_url.replace("*", thing or "serve").rstrip("/") + path
    connection = info.context.connection
    asked = connection.headers.get("host", "") if connection else ""
    host = urlsplit(f"//{asked}").hostname or urlsplit(settings.public_url or "").hostname or "localhost"
    if ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{settings.open_port or settings.port + 1}{path}"


async def load(info: Info, id: str) -> Service:
    """A service that the viewer may see."""
    async with info.context.read() as conn:
        row, standing = await access.service(conn, info.context.who, id)
    return Service.of(row, standing.role)


async def fresh(info: Info, id: str) -> Service:
    """A service as the running mutation has it."""
    row, standing = await access.service(info.context.writing, info.context.who, id)
    return Service.of(row, standing.role)


async def kinds_on(port: Port | None) -> list[ServiceKind]:
    """The kinds, and what is missing for each on a cluster."""
    there = {each.name: each for each in await port.components()} if port and port.kind == "local" else {}
    found = []
    for kind in spec.KINDS.values():
        program = there.get(kind.program or "")
        missing = None
        if port and port.kind == "local" and kind.program and (program is None or program.state != "ready"):
            missing = f"This machine has no {kind.program}; on Kubernetes it comes as an image."
        found.append(
            ServiceKind(
                name=kind.name,
                title=kind.title,
                description=kind.description,
                model=kind.model,
                image=kind.image,
                takes=list(kind.takes),
                missing=missing,
            )
        )
    return found


def _told(definition: Any, field: str = "definition") -> dict[str, Any]:
    if definition is None:
        return {}
    if not isinstance(definition, dict):
        raise Invalid(messages.SERVICE_INPUT_NOT_AN_OBJECT(), field=field)
    return definition


@strawberry.type
class Query:
    @strawberry.field(description="A service by id; null when there is none that I may see.")
    async def service(self, info: Info, id: strawberry.ID) -> Service | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(
        description="Services, newest first: of all my projects or of one. `search`: part of a name."
    )
    async def services(
        self,
        info: Info,
        project: str | None = None,
        search: str = "",
        after: str | None = None,
        first: int = 50,
    ) -> Connection[Service]:
        context = info.context
        async with context.read() as conn:
            rows, roles = await listing.services_of(
                conn,
                context.who,
                project,
                search=search,
                after=after,
                first=first,
                most=context.ctx.settings.max_page,
            )
        return connection(rows, lambda row: Service.of(row, projects.Roles(roles).of(row.project_id)))

    @strawberry.field(description="The ways to answer, and whether each can run on a cluster.")
    async def service_kinds(self, info: Info, cluster: str | None = None) -> list[ServiceKind]:
        return await kinds_on(info.context.ctx.clusters.get(cluster or ""))

    @strawberry.field(
        description="Whether a revision would fit on a cluster of a project now. `definition` and `model` as "
        "for createService. Changes nothing."
    )
    async def preflight_service(
        self, info: Info, project: str, definition: Json, model: str | None = None, cluster: str | None = None
    ) -> ServicePreflight:
        context = info.context
        made = actions.defined({"command": "true", "script": "def predict", **_told(definition)})
        async with context.read() as conn:
            standing = await projects.project(conn, context.who, project)
            serves = await actions.served(conn, standing.id, made, model)
            place = clusters.chosen_cluster(context.ctx, standing, cluster)
            facts = spec.Facts(
                service_id="",
                service="",
                number=1,
                start=1,
                project_id=standing.id,
                project="",
                user_id=context.who.id,
                token="",
                model=serves,
                private=True,
                unseal=lambda text: text,
            )
            whole = await clusters.equipped(conn, context.ctx, spec.workload(made, facts))
            waits = await quotas.judged(conn, whole)
        found = await clusters.planned(context.ctx, place, whole, waits)
        problems = [problem.removeprefix("step main ") for problem in found.problems]
        return ServicePreflight(
            verdict=found.verdict, message=found.message, problems=problems, warnings=list(found.warnings)
        )


@strawberry.type
class Mutation:
    @mutation
    async def create_service(
        self,
        info: Info,
        project: str,
        name: str,
        definition: Json | None = None,
        model: str | None = None,
        access: ServiceAccess = Access.PROJECT,
        description: str = "",
        cluster: str | None = None,
    ) -> Service:
        """Make a service and start its first revision, which gets all requests as soon as it answers.
        `definition`: {kind (model, function, triton, vllm, custom), cpu cores, memory as bytes or 2Gi, gpu,
        gpu_type, gpu_share (0.5, 8Gi), devices {name: count}, claims {device class: count}, replicas, most,
        by, target, hours, python, requirements, image, env {name: value}, secrets {name: value},
        project_secrets [name], volumes ["source(kind):/path"], script, command, port, ready, timeout seconds,
        concurrency, sleep_minutes, non_finite (null or error: NaN in answers of models and functions)}; what
        is left out has a default. `model`: name:3, name@production, name (the newest), or the id of a
        version."""
        context = info.context
        made = await actions.create(
            context.writing,
            context.ctx,
            context.who,
            project=project,
            name=name,
            told=_told(definition),
            model=model,
            who=access,
            description=description,
            cluster=cluster,
        )
        return await fresh(info, made)

    @mutation
    async def deploy_service(
        self,
        info: Info,
        id: strawberry.ID,
        definition: Json | None = None,
        model: str | None = None,
        strategy: Json | None = None,
        force: bool = False,
    ) -> Service:
        """Start a new revision. What is left out of `definition` (and `model`) is as in the newest.
        `strategy`: {kind: roll (all the traffic as soon as it answers), canary (step by step while it does
        well) or hold (none), steps [percent], seconds the least time of a step, gates {errors, rejected,
        difference, sample, tolerance: shares from 0 to 1, slow: a factor}}. `difference` has copies of
        requests sent to the canary, so that repeating a request must be harmless. CONFLICT with the field
        `force`: the signature of its model differs from that of one that has the traffic; `force` confirms
        it. CONFLICT with the field `strategy.kind`: requests come by a route on which the platform cannot
        judge a canary."""
        context = info.context
        await actions.deploy(
            context.writing,
            context.ctx,
            context.who,
            service=id,
            told=_told(definition),
            model=model,
            strategy=_told(strategy, "strategy"),
            force=force,
        )
        return await fresh(info, id)

    @mutation
    async def activate_revision(
        self, info: Info, id: strawberry.ID, number: int, strategy: Json | None = None, force: bool = False
    ) -> Service:
        """Have the revision `number` take the traffic, or take it back: it is started if it does not run.
        `strategy` and `force` as for deployService."""
        context = info.context
        await actions.activate(
            context.writing,
            context.ctx,
            context.who,
            service=id,
            number=number,
            strategy=_told(strategy, "strategy"),
            force=force,
        )
        return await fresh(info, id)

    @mutation
    async def set_traffic(
        self, info: Info, id: strawberry.ID, traffic: Json, mirror: int | None = None, force: bool = False
    ) -> Service:
        """Share the traffic out by hand: {number of a revision: percent}, 100 in all; `mirror`: a revision
        that gets copies of requests with bodies up to 1 MiB, and whose answers are compared and thrown away.
        `force` as for deployService."""
        await actions.set_traffic(
            info.context.writing,
            info.context.who,
            id,
            traffic=_told(traffic, "traffic"),
            mirror=mirror,
            force=force,
        )
        return await fresh(info, id)

    @mutation
    async def abort_rollout(self, info: Info, id: strawberry.ID) -> Service:
        """End a rollout that is under way; the revisions that had the traffic before have it again."""
        await actions.abort(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation
    async def start_service(self, info: Info, id: strawberry.ID) -> Service:
        """Start the revisions that get traffic."""
        await actions.start(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation
    async def stop_service(self, info: Info, id: strawberry.ID) -> Service:
        """Stop all revisions; how traffic is shared out is kept."""
        await actions.stop(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation
    async def update_service(
        self,
        info: Info,
        id: strawberry.ID,
        description: str | None = None,
        access: ServiceAccess | None = None,
    ) -> Service:
        """Change what is given; who may ask holds at once."""
        await actions.change(
            info.context.writing,
            info.context.ctx,
            info.context.who,
            service=id,
            description=description,
            who=access,
        )
        return await fresh(info, id)

    @mutation
    async def delete_service(self, info: Info, id: strawberry.ID) -> Done:
        """Delete a service that is stopped, with its revisions, keys and counts."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def create_service_key(
        self,
        info: Info,
        id: strawberry.ID,
        name: str,
        per_minute: int | None = None,
        tokens_per_minute: int | None = None,
    ) -> NewServiceKey:
        """Make a key that opens the service `id` to whoever has it, as `Authorization: Bearer <key>` or
        `X-API-Key: <key>`. `perMinute`, `tokensPerMinute`: the most requests, and tokens of a language model,
        that each process of the platform lets through in a minute."""
        key, secret = await actions.make_key(
            info.context.writing,
            info.context.who,
            id,
            name=name,
            per_minute=per_minute,
            tokens_per_minute=tokens_per_minute,
        )
        return NewServiceKey(id=strawberry.ID(key), secret=secret)

    @mutation
    async def revoke_service_key(self, info: Info, id: strawberry.ID) -> Service:
        """Have a key open nothing any more."""
        return await fresh(info, await actions.revoke_key(info.context.writing, info.context.who, id))

    @mutation
    async def open_service(self, info: Info, id: strawberry.ID) -> ServiceLink:
        """The address of a service for a browser: with a ticket that is good once, within a minute."""
        context = info.context
        row, standing = await access.service(context.writing, context.who, id)
        ticket = await credentials.ticket(context.writing, context.who, row.id)
        base = address(info, f"/serve/{standing.name}/{row.name}/", row.id)
        parts = urlsplit(base)
        if parts.hostname in ("localhost", "127.0.0.1", "::1"):
            base = base.replace(parts.netloc, f"{row.id}.localhost:{parts.port}", 1)
        return ServiceLink(url=f"{base}?ticket={ticket}")

    @strawberry.mutation(
        description="Send a service a request, as the console does to try it; it counts as no other. `path` "
        "begins with /; `revision`: another than the traffic goes to; the body has 1 MiB at most."
    )
    async def invoke_service(
        self,
        info: Info,
        id: strawberry.ID,
        path: str = "/predict",
        method: str = "POST",
        body: str = "",
        revision: int | None = None,
    ) -> ServiceResponse:
        context = info.context
        async with context.read() as conn:
            row, _ = await access.service(conn, context.who, id)
            rows = {
                each.number: each for each in (await listing.revisions_by_service(conn, [row.id]))[row.id]
            }
        if (
            not path.startswith("/")
            or len(path) > 2000
            or any(ord(each) < 33 or ord(each) > 126 for each in path)
        ):
            raise Invalid(messages.INVOKE_PATH_INVALID(), field="path")
        if method not in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            raise Invalid(messages.INVOKE_METHOD_INVALID(), field="method")
        if len(body.encode()) > TRY_BODY:
            raise Invalid(messages.INVOKE_BODY_TOO_LARGE(), field="body")
        answers = {number: RevisionState(each.state).answers for number, each in rows.items()}
        traffic = [(int(key), weight) for key, weight in row.traffic.items()] or [(max(rows), 100)]
        number = plan.pick(traffic, answers, 0.0) if revision is None else revision
        if number is None:
            raise Conflict(messages.SERVICE_NOT_READY(), field="id")
        if not answers.get(number):
            raise Conflict(messages.REVISION_NOT_READY(number=number), field="revision")
        target = rows[number]
        name = spec.workload_name(row.id, number, target.starts)
        began = time.perf_counter()
        try:
            async with asyncio.timeout(target.spec["timeout"]):
                link = await clusters.cluster_of(context.ctx, row.cluster).connect(name)
                try:
                    status, answer = await fetch(
                        link,
                        path,
                        [("content-type", "application/json")],
                        most=TRY_ANSWER,
                        method=method,
                        sent=body.encode(),
                    )
                finally:
                    await link.close()
        except TimeoutError as error:
            raise Unavailable(messages.SERVICE_TIMED_OUT(seconds=f"{target.spec['timeout']:g}")) from error
        except OSError as error:
            raise Unavailable(messages.SERVICE_UNREACHABLE()) from error
        return ServiceResponse(
            status=status,
            body=answer.decode("utf-8", "replace"),
            seconds=time.perf_counter() - began,
            revision=number,
        )


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="A service now, then at each change of it or its revisions; null and the end when it is "
        "deleted."
    )
    async def service_changed(self, info: Info, id: strawberry.ID) -> AsyncIterator[ServiceNews]:
        async with aclosing(
            follow.one(info.context.ctx.bus, [on(ServiceChanged, service_id=id)], lambda: load(info, id))
        ) as news:
            async for cursor, found in news:
                yield ServiceNews(cursor=cursor, id=id, service=found)

    @strawberry.subscription(
        description="Each service of a project (or of all mine) that changes from now on."
    )
    async def services_changed(self, info: Info, project: str | None = None) -> AsyncIterator[ServiceNews]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, ServiceChanged)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("service_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield ServiceNews(cursor=cursor, id=strawberry.ID(key), service=found)
