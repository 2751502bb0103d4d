"""Moving routes, judging canaries, choosing numbers of replicas, and putting to sleep what gets no
requests."""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, log
from cubestudio.core.cluster.port import Cluster, PodState, Route
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.jobs.declare import Failure, job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.projects import actions as projects
from cubestudio.services import actions, life, listing, plan, rollout, spec
from cubestudio.services.events import CanaryBegun, RevisionScales, ServiceDeleted, ServiceMoved
from cubestudio.services.model import RevisionState
from cubestudio.workloads import listing as workloads
from cubestudio.workloads.jobs import delete

logger = log.get(__name__)
DRAIN = timedelta(seconds=10)
"""How long a revision that gets no traffic any more goes on answering what it was asked: longer than any
process takes to hear of it."""
LOOK = timedelta(seconds=3)
"""How often a canary is looked at."""
WEIGH = timedelta(seconds=10)
"""How often it is looked at how many replicas are right."""
QUIET = 60
"""Seconds that it must have been quiet before there are fewer."""
KEEP = timedelta(days=7)
"""How long counts are kept."""


@job(on=ServiceDeleted)
async def forget(ctx: AppContext, event: ServiceDeleted) -> None:
    """What a cluster has of a deleted service goes."""
    async with ctx.db.read() as conn:
        rows = await workloads.unreleased_by(conn, event.revisions.split(","))
        space = await clusters.space_of(conn, ctx, event.project_id, "service")
    await delete(ctx, rows)
    await clusters.cluster_of(ctx, event.cluster).route(route_name(event.service_id), {}, None, space)


def route_name(service: str) -> str:
    return f"service-{service}"


@job(on=ServiceMoved)
async def lead(ctx: AppContext, event: ServiceMoved) -> None:
    """Have the way in from outside, where there is one, lead where the traffic goes."""
    async with ctx.db.read() as conn:
        row = (await listing.services_by_id(conn, [event.service_id])).get(event.service_id)
        if row is None:
            return
        project = (await projects.projects_by_id(conn, [row.project_id]))[row.project_id]
        space = await clusters.space_of(conn, ctx, row.project_id, "service")
        revisions = {
            each.number: each for each in (await listing.revisions_by_service(conn, [row.id]))[row.id]
        }
        starts = {number: each.starts for number, each in revisions.items()}
        counted = any(
            spec.ServiceSpec.model_validate(revisions[int(key)].spec).counted for key in row.traffic
        )
    way = None
    if ctx.settings.services_host and row.traffic and actions.bypassed(ctx, row, row.access, counted):
        to = tuple(
            (spec.workload_name(row.id, int(key), starts[int(key)]), weight)
            for key, weight in row.traffic.items()
        )
        mirror = (
            spec.workload_name(row.id, row.mirror, starts[row.mirror]) if row.mirror is not None else None
        )
        way = Route(ctx.settings.services_host, f"/serve/{project.name}/{row.name}/", to, mirror)
    marks = {"cubestudio/kind": "service", "cubestudio/id": row.id, "cubestudio/project": row.project_id}
    cluster = clusters.cluster_of(ctx, row.cluster)
    try:
        await cluster.route(route_name(row.id), marks, way, space)
    except (
        Invalid
    ) as refusal:  # its gateway cannot do that; through the platform the service is reached all the same
        logger.warning(
            "a service has no way in from outside its cluster", service=row.id, reason=refusal.message
        )
        await cluster.route(route_name(row.id), marks, None, space)


@job(on=ServiceMoved, delay=DRAIN)
async def retire(ctx: AppContext, event: ServiceMoved) -> None:
    """Stop revisions that get no traffic and are not on their way to it, when what they were asked is
    answered."""
    async with ctx.db.write() as tx:
        row = (await listing.services_by_id(tx.connection, [event.service_id])).get(event.service_id)
        if row is None or not row.traffic:
            return
        wanted = {int(key) for key in row.traffic} | {row.mirror}
        if row.rollout and rollout.going(row.rollout):
            wanted |= {row.rollout["revision"], *map(int, row.rollout["was"])}
        for revision in (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]:
            if revision.number not in wanted and not RevisionState(revision.state).off:
                await life.halt(tx, revision.id)


async def unjudged(ctx: AppContext, event: CanaryBegun, failure: Failure) -> None:
    """A canary that cannot be judged does not keep its share of the traffic."""
    if failure.last:
        async with ctx.db.write() as tx:
            await rollout.failed(tx, event.service_id, int(event.number), failure.message)


@job(on=CanaryBegun, delay=LOOK, failed=unjudged)
async def judge(ctx: AppContext, event: CanaryBegun) -> None:
    """Look at a canary, and again as long as it is on its way."""
    number = int(event.number)
    async with ctx.db.read() as conn:
        row = (await listing.services_by_id(conn, [event.service_id])).get(event.service_id)
        told = row.rollout if row else None
        if (
            row is None
            or not told
            or told["revision"] != number
            or told["state"] != plan.RolloutState.PROGRESSING
        ):
            return
        revision = await listing.revision(conn, row.id, number)
        since = datetime.fromisoformat(told["since"]).timestamp()
        # From the beginning of the ten seconds in which the step began: a little of what was before counts
        # too.
        counted = await listing.counts(conn, row.id, since - since % plan.WIDTH)
    others = plan.Counts()
    for other, counts in counted.items():
        if other != number:
            others += counts
    verdict, looked = plan.judge(
        counted.get(number, plan.Counts()), others, plan.Gates.model_validate(told["gates"])
    )
    async with ctx.db.write() as tx:
        if revision is None or not revision.ready:
            words = (revision and revision.message) or "no replica of it is left"
            await rollout.failed(tx, row.id, number, words)
            return
        await rollout.judged(tx, row.id, number, step=told["step"], verdict=verdict, looked=looked)
        tx.send(judge.name, event.pack(), delay=LOOK)


@job(on=RevisionScales)
async def scale(ctx: AppContext, event: RevisionScales) -> None:
    """Have a revision run as many replicas as are right, and look again soon. Where Kubernetes chooses
    itself, nothing is done."""
    start, now = int(event.start), clock.now()
    async with ctx.db.write() as tx:
        if not await life.weigh(tx, event.revision_id, start, now - WEIGH / 2):
            return
        tx.send(scale.name, event.pack(), delay=WEIGH)
    async with ctx.db.read() as conn:
        row = await listing.whole(conn, event.revision_id)
        if row is None:
            return
        definition = spec.ServiceSpec.model_validate(row.spec)
        made, cluster = definition.scale, clusters.cluster_of(ctx, row.cluster)
        if made is None or (made.itself and cluster.kind != "local"):
            return
        since = now - timedelta(seconds=QUIET)
        busy = await listing.under_way(conn, row.service_id, row.number, since.timestamp())
        name = spec.workload_name(row.service_id, row.number, start)
        pods = [
            pod
            for pod in await clusters.pods_of(conn, row.service_id)
            if pod.workload == name and pod.state == PodState.RUNNING.value
        ]
        space = await clusters.space_of(conn, ctx, row.project_id, "service")
    needs = [each / definition.target_value for each in busy]
    if definition.scale_metric != "requests":
        needs = [
            used / (definition.target_value / 100)
            for used in await used_by(cluster, [pod.id for pod in pods], since, definition)
        ]
    least = plan.floor(
        definition.replicas, [(each.cron, each.timezone, each.replicas) for each in definition.schedules], now
    )
    wanted = plan.needed(least, max(definition.max_replicas or 0, least), needs)
    if wanted != (row.wanted or definition.replicas):
        async with ctx.db.write() as tx:
            if not await life.want(tx, row, wanted):
                return  # it is looked at again soon, if it still runs
        logger.info(
            "another number of replicas is right",
            service=row.service_id,
            revision=row.number,
            replicas=wanted,
        )
    elif row.ready == wanted:
        return
    await cluster.scale(name, wanted, space)


async def used_by(
    cluster: Cluster, pods: Sequence[str], since: datetime, definition: spec.ServiceSpec
) -> list[float]:
    """How many replicas' cores (or memory, or cards) were used in all, in each ten seconds from a time on."""
    found: dict[int, float] = {}
    for pod in pods:
        mine: dict[int, list[float]] = {}
        with contextlib.suppress(NotFound):
            for sample in await cluster.usage(pod, since):
                used = {"cpu": sample.cpu, "memory": sample.memory, "gpu": sample.gpu or 0.0}[
                    definition.scale_metric
                ]
                share = (
                    used
                    / {"cpu": definition.cpu, "memory": definition.memory, "gpu": definition.gpu}[
                        definition.scale_metric
                    ]
                )
                mine.setdefault(int(sample.at.timestamp()) // plan.WIDTH, []).append(share)
        for at, shares in mine.items():
            found[at] = found.get(at, 0.0) + sum(shares) / len(shares)
    return list(found.values())


@job(cron="* * * * *")
async def rescale(ctx: AppContext) -> None:
    """Scale services whose load was not measured lately."""
    async with ctx.db.read() as conn:
        left = await listing.scaling(conn, clock.now() - 3 * WEIGH)
    await send_again(ctx.db, {scale: [RevisionScales(row.id, str(row.starts)) for row in left]})


@job(cron="* * * * *")
async def rest(ctx: AppContext) -> None:
    """Scale services without requests to zero, and delete old request counts."""
    now = clock.now()
    async with ctx.db.read() as conn:
        rows = [row for row in await listing.answering(conn) if row.spec["idle_timeout_seconds"]]
        last = {row.id: await listing.last_asked(conn, row.service_id, row.number) for row in rows}
    for row in rows:
        since = max(row.ready_at.timestamp(), last[row.id] or 0)
        if now.timestamp() - since < row.spec["idle_timeout_seconds"] or row.mirror == row.number:
            continue
        try:
            async with ctx.db.write() as tx:
                revision = await listing.revision(tx, row.service_id, row.number)
                if revision is not None and RevisionState(revision.state).answers:
                    await life.halt(tx, revision.id, sleeps=True)
        except Exception:  # of this one; the others go to sleep
            logger.exception("a service could not be put to sleep", service=row.service_id)
    async with ctx.db.write() as tx:
        await actions.forget_counts(tx, (now - KEEP).timestamp())


@job(cron="*/10 * * * *")
async def sweep(ctx: AppContext) -> None:
    """Continue rollouts and canaries of services that have waited too long."""
    async with ctx.db.read() as conn:
        rolling = await listing.rolling(conn)
    canaries = [row for row in rolling if row.rollout["state"] == plan.RolloutState.PROGRESSING]
    await send_again(
        ctx.db,
        {
            retire: [ServiceMoved(row.id) for row in rolling],
            judge: [CanaryBegun(row.id, str(row.rollout["revision"])) for row in canaries],
        },
    )


async def clear(ctx: AppContext, project: str) -> None:
    """What clusters have of a project's services goes."""
    async with ctx.db.read() as conn:
        found = await listing.revisions_of(conn, project)
    for service, (cluster, revisions) in found.items():
        await forget.run(ctx, ServiceDeleted(service, project, cluster, ",".join(revisions)))
