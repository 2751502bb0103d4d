"""Clusters, pods and logs in the graph."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import strawberry

from cubestudio.clusters import access, actions, lines, messages
from cubestudio.clusters.events import LogGrew, PodChanged
from cubestudio.core import clock
from cubestudio.core.cluster import port as port_
from cubestudio.core.cluster.port import Cluster as Port
from cubestudio.core.cluster.port import Machine, PodState
from cubestudio.core.errors import Invalid, NotFound, Refusal, Unavailable
from cubestudio.core.events import on
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.scalars import Json, Long, Time

Info = strawberry.Info[Context]
PodId = Annotated[strawberry.ID, strawberry.argument(description="Id of the pod.")]
enum(
    PodState,
    "The state of a pod.",
    {
        "PENDING": "It was created, and its process has not started.",
        "RUNNING": "Its process runs.",
        "SUCCEEDED": "Its process ended with exit code 0.",
        "FAILED": "It ended with an error, or could not start.",
        "CANCELLED": "It was stopped on request.",
        "UNKNOWN": "Its cluster does not answer.",
    },
)
MOST_LOG = 1 * 2**20


class PreflightVerdict(StrEnum):
    """Whether something can start on a cluster now, as `Plan` says it."""

    NOW = "now"
    WAITS = "waits"
    NEVER = "never"
    UNKNOWN = "unknown"


enum(
    PreflightVerdict,
    "Whether something can start on a cluster now.",
    {
        "NOW": "It starts immediately.",
        "WAITS": "It waits for quota or for free resources; `explanation` says for which.",
        "NEVER": "It cannot run as it is; `problems` says why.",
        "UNKNOWN": "Its cluster does not answer.",
    },
)


@strawberry.type(description="Resources of a cluster, and how much no running pod has asked for.")
class Capacity:
    cpu: float = strawberry.field(description="Cores.")
    memory: Long = strawberry.field(description="Bytes.")
    gpu: int = strawberry.field(description="Cards.")
    free_cpu: float = strawberry.field(description="Cores that no running pod has requested.")
    free_memory: Long = strawberry.field(description="Memory that no running pod has requested, in bytes.")
    free_gpu: int = strawberry.field(description="GPUs that no running pod has requested.")
    gpu_note: str | None = strawberry.field(description="Why there are no cards.")
    notes: list[str] = strawberry.field(
        description="What an operator should know, such as who can read whose files."
    )


@strawberry.type(description="One machine of a cluster.")
class ClusterNode:
    name: str = strawberry.field(description="Name of the node.")
    ready: bool = strawberry.field(description="Whether the node takes pods and they run.")
    cordoned: bool = strawberry.field(description="Nothing new is put there.")
    cpu: float = strawberry.field(description="Cores that pods may have.")
    memory: Long = strawberry.field(description="Bytes that pods may have.")
    gpu: int = strawberry.field(description="GPUs that pods may have.")
    used_cpu: float = strawberry.field(description="Cores that its pods have asked for.")
    used_memory: Long = strawberry.field(description="Memory that its pods have requested, in bytes.")
    used_gpu: int = strawberry.field(description="GPUs that its pods have requested.")
    labels: Json = strawberry.field(description="{name: value}.")
    taints: list[str] = strawberry.field(
        description="Taints as key=value:effect; only pods that tolerate them run there."
    )
    problems: list[str] = strawberry.field(description="What is wrong with it, in the cluster's words.")
    version: str | None = strawberry.field(
        description="Version of Kubernetes on the node; null on this machine."
    )

    @classmethod
    def of(cls, machine: Machine) -> "ClusterNode":
        return cls(
            name=machine.name,
            ready=machine.ready,
            cordoned=machine.cordoned,
            cpu=machine.cpu,
            memory=machine.memory,
            gpu=machine.gpu,
            used_cpu=round(machine.used_cpu, 3),
            used_memory=machine.used_memory,
            used_gpu=machine.used_gpu,
            labels=dict(machine.labels),
            taints=list(machine.taints),
            problems=list(machine.problems),
            version=machine.version,
        )


@strawberry.type(
    description="Something that stands beside the platform on a cluster: an operator, a monitor, a program."
)
class Component:
    group: str = strawberry.field(
        description="The namespace where it usually lives; kubernetes: the cluster itself."
    )
    name: str = strawberry.field(description="Name of the component.")
    state: str = strawberry.field(description="One of ready, not ready and absent.")
    version: str | None = strawberry.field(
        description="Version that is installed; null when it is not known."
    )
    message: str = strawberry.field(name="explanation", description="Where it is, or what is wrong.")
    needed: str = strawberry.field(description="What of the platform uses it.")
    install: str = strawberry.field(description="How to have it.")


@strawberry.type(description="A place where work runs.")
class Cluster:
    name: str = strawberry.field(description="Name of the cluster.")
    kind: str = strawberry.field(
        description="One of local (processes of this machine) and kubernetes (pods)."
    )
    reachable: bool = strawberry.field(description="Whether the cluster answers.")
    since: Time = strawberry.field(description="Since when it answers, or does not.")
    problem: str | None = strawberry.field(description="Why it cannot be reached.")
    version: str | None = strawberry.field(description="Version of Kubernetes; null on this machine.")
    latency: float | None = strawberry.field(description="Seconds that its last answer took.")
    capacity: Capacity | None = strawberry.field(
        description="Resources of the cluster; null when it does not answer."
    )
    nodes: list[ClusterNode] = strawberry.field(
        description="Its machines as they were last seen; empty when it was never reached."
    )

    @strawberry.field(
        description="What is installed there beside the platform, and whether the cluster takes what the "
        "platform makes, by dry runs; null when the cluster does not answer or does not let us look."
    )
    async def components(self, info: Info) -> list[Component] | None:
        try:
            found = await info.context.ctx.clusters[self.name].components()
        except (KeyError, Refusal):
            return None
        return [
            Component(
                group=each.group,
                name=each.name,
                state=each.state,
                version=each.version,
                message=each.message,
                needed=each.needed,
                install=each.install,
            )
            for each in found
        ]

    @classmethod
    async def of(cls, port: Port) -> "Cluster":
        problem: str | None = None
        has: port_.Capacity | None = None
        try:
            has = await port.capacity()
        except Unavailable as error:
            problem = error.message
        health = port.health()
        told = {
            "name": port.name,
            "kind": port.kind,
            "since": health.since,
            "version": health.version,
            "latency": health.latency,
        }
        if has is None:
            return cls(**told, reachable=False, problem=problem, capacity=None, nodes=[])
        capacity = Capacity(
            cpu=has.cpu,
            memory=has.memory,
            gpu=has.gpu,
            free_cpu=has.free_cpu,
            free_memory=has.free_memory,
            free_gpu=has.free_gpu,
            gpu_note=has.gpu_note,
            notes=list(has.notes),
        )
        nodes = [ClusterNode.of(machine) for machine in has.machines]
        return cls(**told, reachable=True, problem=None, capacity=capacity, nodes=nodes)


@strawberry.type(description="Something that a cluster says happened to a pod.")
class PodEvent:
    at: Time | None = strawberry.field(description="When it happened last.")
    bad: bool = strawberry.field(description="Whether it is a warning.")
    reason: str = strawberry.field(
        description="Reason in one word, as Kubernetes reports it, such as FailedScheduling."
    )
    message: str = strawberry.field(name="explanation", description="The message of the cluster.")
    count: int = strawberry.field(description="How many times it happened.")


@strawberry.type(description="One attempt to run something; kept after it is gone from its cluster.")
class Pod(Node):
    cluster: str = strawberry.field(description="Name of the cluster on which the pod runs.")
    step: str | None = strawberry.field(
        description="Name of the step of a run that the pod belongs to; null for pods of other workloads."
    )
    item: int | None = strawberry.field(
        description="Index of the item of a step that runs for each item of a list, from 0; null otherwise."
    )
    attempt: int = strawberry.field(description="Number of the attempt, from 1.")
    role: str | None = strawberry.field(
        description="Of a member of a gang that has pods of its own: worker, master, ps …"
    )
    rank: int | None = strawberry.field(description="Its number among the members of the gang; 0 leads.")
    state: PodState = strawberry.field(description="State of the pod.")
    reason: str | None = strawberry.field(
        description="One word: OOMKilled, Timeout, Error, EnvironmentFailed, Lost …"
    )
    message: str | None = strawberry.field(
        name="explanation", description="The sentence that a person needs."
    )
    machine: str | None = strawberry.field(
        description="Name of the node on which the pod runs; null before it is scheduled."
    )
    runtime: str = strawberry.field(
        description="One of process (it ran as a process of the machine) and container (from an image)."
    )
    cpu: float = strawberry.field(description="Cores asked for.")
    memory: Long = strawberry.field(description="Bytes asked for, which is also the limit.")
    gpus: list[int] = strawberry.field(description="Indexes of the cards it got.")
    created_at: Time | None = strawberry.field(description="When the pod was created.")
    started_at: Time | None = strawberry.field(description="When its process started.")
    finished_at: Time | None = strawberry.field(description="When its process ended.")
    exit_code: int | None = strawberry.field(
        description="Exit code of the process; null while it runs and when a signal ended it."
    )
    signal: int | None = strawberry.field(
        description="Number of the signal that ended the process; null when none did."
    )
    cpu_seconds: float | None = strawberry.field(
        description="CPU time that the pod used, in seconds of one core."
    )
    peak_cpu: float | None = strawberry.field(description="Cores, between two samples.")
    peak_memory: Long | None = strawberry.field(description="Bytes, its children counted.")
    log_size: Long = strawberry.field(description="Bytes of log that are kept.")
    log_done: bool = strawberry.field(description="Whether that is all there will be.")

    @classmethod
    def of(cls, row: Any) -> "Pod":
        return cls(
            id=row.id,
            cluster=row.cluster,
            step=row.step,
            item=row.item,
            attempt=row.attempt,
            role=row.role,
            rank=row.rank,
            state=PodState(row.state),
            reason=row.reason,
            message=row.message,
            machine=row.machine,
            runtime=row.runtime,
            cpu=row.cpu,
            memory=row.memory,
            gpus=row.gpus,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            exit_code=row.exit_code,
            signal=row.signal,
            cpu_seconds=row.cpu_seconds,
            peak_cpu=row.peak_cpu,
            peak_memory=row.peak_memory,
            log_size=row.log_size,
            log_done=row.log_done,
        )

    @strawberry.field(
        description="What it used: [[milliseconds since 1970, cores, bytes], …]; where its cards are "
        "measured each has two more, [… cards at work, bytes in use on them]. A thousand at most; "
        "live while it runs."
    )
    async def usage(self, info: Info) -> Json:
        if PodState(self.state).final:
            async with info.context.read() as conn:
                return await actions.usage_of(conn, self.id)
        try:
            points = await info.context.ctx.clusters[self.cluster].usage(self.id)
        except (KeyError, Unavailable):
            return []
        return [actions.told(point) for point in points]

    @strawberry.field(
        description="What happened to it in its cluster's own words, oldest first; clusters keep them for an "
        "hour or so."
    )
    async def events(self, info: Info) -> list[PodEvent]:
        try:
            notes = await info.context.ctx.clusters[self.cluster].notes(self.id)
        except (KeyError, Refusal):
            return []
        return [
            PodEvent(at=note.at, bad=note.bad, reason=note.reason, message=note.message, count=note.count)
            for note in notes
        ]

    @strawberry.field(
        description="It as Kubernetes has it, without secrets; null on this machine and when it is gone."
    )
    async def manifest(self, info: Info) -> Json | None:
        try:
            found = await info.context.ctx.clusters[self.cluster].manifest(self.id)
        except (KeyError, Refusal):
            return None
        return dict(found) if found is not None else None

    @strawberry.field(
        description="Where the lines of its log are: {size: bytes, lines: number of line ends, marks: "
        "[[byte, line ends before it], …], across: [[line from 0, byte], …]: of each line that "
        "begins before a mark and ends after it, where what a terminal shows of it begins: after its "
        "last carriage return}, of what is kept now."
    )
    async def log_index(self, info: Info) -> Json:
        ctx = info.context.ctx
        return await lines.index(ctx.db, ctx.store, self.id)

    @strawberry.field(
        description="The lines of its log with a text in them, whatever its case, or with `errors` those "
        "that speak of errors: {count, lines: [[line from 0, byte], …]}; `first` of them at most."
    )
    async def log_search(
        self,
        info: Info,
        text: Annotated[
            str,
            strawberry.argument(
                description="Text to find, 1 to 1,000 characters without a line break; not "
                "needed with `errors`."
            ),
        ] = "",
        errors: Annotated[
            bool, strawberry.argument(description="Whether to find the lines that speak of errors instead.")
        ] = False,
        first: Annotated[
            int, strawberry.argument(description="How many lines to return, at most 10,000.")
        ] = 1000,
    ) -> Json:
        ctx = info.context.ctx
        if not errors and not text:
            raise Invalid(messages.LOG_SEARCH_TEXT_MISSING(), field="text")
        if "\n" in text or len(text) > 1000:
            raise Invalid(messages.LOG_SEARCH_TEXT_TOO_LONG(), field="text")
        wanted = lines.errors if errors else lines.text(text.encode())
        return await lines.search(ctx.db, ctx.store, self.id, wanted, min(max(first, 0), 10_000))


@strawberry.type(
    description="Why a server that ended by itself was started again, the last time that it was."
)
class Restart:
    at: Time | None = strawberry.field(
        description="When it had ended, or where a container is started again in its pod, when it began "
        "again."
    )
    reason: str = strawberry.field(description="One word: OOMKilled, Error, Completed, Lost …")
    message: str = strawberry.field(name="explanation", description="The sentence that a person needs.")


async def restart_of(info: Info, owner: str, workload: str) -> Restart | None:
    """Why a workload of a notebook or a service was last started again; None when it was not."""
    row = await info.context.load(actions.restarts_by_workload, (owner, workload))
    if row is None:
        return None
    reason = row.reason or ("Completed" if row.state == PodState.SUCCEEDED.value else "Error")
    return Restart(
        at=row.finished_at or row.started_at, reason=reason, message=row.message or "it ended by itself"
    )


@strawberry.type(description="Part of a pod's log.")
class LogChunk:
    start: Long = strawberry.field(description="Position of its first byte.")
    cursor: Long = strawberry.field(description="Position after its last byte: `since` of the next.")
    text: str = strawberry.field(description="The bytes as UTF-8; what is not is shown as U+FFFD.")
    stamps: Json = strawberry.field(
        description="[[position, microseconds since 1970], …]: when the output from there on came."
    )
    done: bool = strawberry.field(description="Whether the log ends here.")

    @classmethod
    def of(cls, chunk: actions.Chunk) -> "LogChunk":
        return cls(
            start=chunk.start,
            cursor=chunk.cursor,
            text=chunk.data.decode(errors="replace"),
            stamps=chunk.stamps,
            done=chunk.done,
        )


def whole(chunk: actions.Chunk) -> actions.Chunk:
    """A chunk that does not end within a character: up to three bytes are left for the next."""
    if chunk.done or not chunk.data:
        return chunk
    for back in range(1, min(4, len(chunk.data)) + 1):
        byte = chunk.data[-back]
        if byte >= 0xC0:
            long = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            if long > back and len(chunk.data) > back:
                return actions.Chunk(
                    chunk.start,
                    chunk.data[:-back],
                    [stamp for stamp in chunk.stamps if stamp[0] < chunk.cursor - back],
                    False,
                )
            break
        if byte < 0x80:
            break
    return chunk


async def pod_of(info: Info, id: str) -> Pod:
    """A pod that the viewer may see."""
    async with info.context.read() as conn:
        row = await access.pod(conn, info.context.who, id)
    return Pod.of(await info.context.load(actions.pods_by_id, row.id))


@strawberry.type(description="A page of something that stands beside the platform.")
class Link:
    name: str = strawberry.field(description="Title of the link.")
    url: str = strawberry.field(description="Address of the page.")


@strawberry.type
class Query:
    @strawberry.field(description="Where work can run, and how much is free there.")
    async def clusters(self, info: Info) -> list[Cluster]:
        return list(await asyncio.gather(*(Cluster.of(port) for port in info.context.ctx.clusters.values())))

    @strawberry.field(description="What stands beside the platform, such as Grafana, by CUBE_LINKS.")
    async def links(self, info: Info) -> list[Link]:
        return [Link(name=name, url=url) for name, url in info.context.ctx.settings.links.items()]

    @strawberry.field(description="A pod by id; null when there is none that I may see.")
    async def pod(self, info: Info, id: PodId) -> Pod | None:
        try:
            return await pod_of(info, id)
        except NotFound:
            return None

    @strawberry.field(description="A pod's log from byte `since`; at most `first` bytes.")
    async def log(
        self,
        info: Info,
        pod: PodId,
        since: Annotated[
            Long, strawberry.argument(description="Position in the log from which to read, in bytes.")
        ] = 0,
        first: Annotated[
            int, strawberry.argument(description="How many bytes to return, at most 1 MiB.")
        ] = 262_144,
    ) -> LogChunk | None:
        try:
            async with info.context.read() as conn:
                await access.pod(conn, info.context.who, pod)
        except NotFound:
            return None
        most = min(max(first, 1), MOST_LOG)
        return LogChunk.of(
            whole(
                await actions.read_log(info.context.ctx.db, info.context.ctx.store, pod, max(since, 0), most)
            )
        )


@strawberry.type(description="Whether a cluster answers.")
class ClusterHealth:
    name: str = strawberry.field(description="Name of the cluster.")
    reachable: bool = strawberry.field(description="Whether the cluster answers.")
    since: Time = strawberry.field(description="When it began to answer, or stopped.")
    problem: str | None = strawberry.field(description="Why it cannot be reached; null when it answers.")


FIRST = timedelta(seconds=30)
"""How far back the first samples go that somebody who comes is told."""
LOOK = 1.0
"""Seconds between looks at whether a cluster that answered does so still; nobody is asked for it."""


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Which clusters there are and whether they answer: now, then whenever that changes."
    )
    async def cluster_health(self, info: Info) -> AsyncIterator[list[ClusterHealth]]:
        before: list[ClusterHealth] | None = None
        while True:
            now = [
                ClusterHealth(
                    name=name, reachable=health.reachable, since=health.since, problem=health.problem
                )
                for name, port in info.context.ctx.clusters.items()
                for health in (port.health(),)
            ]
            if now != before:
                before = now
                yield now
            await asyncio.sleep(LOOK)

    @strawberry.subscription(
        description="A pod's log from byte `since` on, as it grows; ends with the chunk that is `done`."
    )
    async def logs(
        self,
        info: Info,
        pod: PodId,
        since: Annotated[
            Long, strawberry.argument(description="Position in the log from which to read, in bytes.")
        ] = 0,
    ) -> AsyncIterator[LogChunk]:
        context = info.context
        async with context.read() as conn:
            await access.pod(conn, context.who, pod)
        async with context.ctx.bus.listen([on(LogGrew, pod_id=pod)]) as news:
            position = max(since, 0)
            while True:
                chunk = whole(
                    await actions.read_log(context.ctx.db, context.ctx.store, pod, position, MOST_LOG)
                )
                if chunk.data or chunk.done:
                    position = chunk.cursor
                    yield LogChunk.of(chunk)
                    if chunk.done:
                        return
                else:
                    await anext(news)

    @strawberry.subscription(
        description="What a pod uses from now on, as Pod.usage has it: each time the samples since the last; "
        "ends with the pod."
    )
    async def pod_used(self, info: Info, id: PodId) -> AsyncIterator[Json]:
        pod = await pod_of(info, id)
        since = clock.now() - FIRST
        while not PodState(pod.state).final:
            with contextlib.suppress(KeyError, Unavailable, NotFound):
                if points := await info.context.ctx.clusters[pod.cluster].usage(pod.id, since):
                    since = points[-1].at
                    yield [actions.told(point) for point in points]
            await asyncio.sleep(LOOK)
            pod = await pod_of(info, id)

    @strawberry.subscription(
        description="A pod now, then at each change; ends when it has ended and its log is kept."
    )
    async def pod_changed(self, info: Info, id: PodId) -> AsyncIterator[Pod]:
        context = info.context
        async with context.ctx.bus.listen([on(PodChanged, pod_id=id), on(LogGrew, pod_id=id)]) as news:
            while True:
                pod = await pod_of(info, id)
                yield pod
                if PodState(pod.state).final and pod.log_done:
                    return
                await anext(news)
