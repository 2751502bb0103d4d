"""What a run would be if it started now: which steps it would keep, what its cluster and its registries say,
how it differs from the last."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import Plan, Workload
from cubestudio.core.context import AppContext
from cubestudio.core.db import Database, Reader
from cubestudio.core.errors import Invalid, NotFound, Unavailable
from cubestudio.core.http.client import Network
from cubestudio.core.inputs.resources import Resources
from cubestudio.core.inputs.volumes import allowed
from cubestudio.core.offload import offload
from cubestudio.pipelines import access as pipelines
from cubestudio.pipelines import messages
from cubestudio.pipelines.actions import version as read_version
from cubestudio.pipelines.model import Pipeline, Version
from cubestudio.pipelines.preflight.spec import Last, changes, images
from cubestudio.pipelines.runs import access, lookup, placing, spec
from cubestudio.pipelines.runs.actions import MASK, facts_of, fill, fingerprint, outcomes_of
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.spec import Definition
from cubestudio.pipelines.steps.model import Step
from cubestudio.projects.quotas import actions as quotas
from cubestudio.projects.registries import actions as registries
from cubestudio.projects.registries.lookup import find
from cubestudio.projects.registries.spec import Door, Name
from cubestudio.projects.secrets import actions as secrets
from cubestudio.templates import actions as templates
from cubestudio.workloads.placing import Passed, choose


@dataclass(kw_only=True, frozen=True)
class Preflight:
    """`digest` changes with what would run; whoever starts with it gets that or nothing. `last`: the number
    of the run that `changes` compares with, None when there was none; `warnings`: what may stop it, each in a
    sentence."""

    cluster: str
    passed: Passed
    """Why it would not go to the clusters before that, where the project's rule chooses: [[cluster, why],
    …]."""
    plan: Plan
    digest: str
    last: int | None
    changes: list[str]
    warnings: list[str]


async def preflight(
    db: Database,
    ctx: AppContext,
    viewer: Viewer,
    pipeline: str,
    params: Mapping[str, Any],
    number: int | None,
    cache: bool,
    cluster: str | None,
) -> Preflight:
    """What would run, and what its cluster says to it. The cluster is asked with no transaction open."""
    async with db.read() as conn:
        held = await pipelines.pipeline(conn, viewer, pipeline)
        options = placing.candidates(ctx, held.project, cluster) or [
            clusters.chosen_cluster(ctx, held.project, cluster)
        ]
        chosen = await read_version(conn, held.id, number or held.latest)
        if chosen is None:
            raise Invalid(
                messages.PIPELINE_VERSION_NOT_FOUND(pipeline=held.name, version=number), field="version"
            )
        definition = Definition.model_validate(chosen.definition)
        values = fill(definition, params)
        bodies = await templates.named(conn, held.project.id, [step.wanted for step in definition.steps])
        allowed(definition.volumes, ctx.settings.allowed_volumes)
        known = dict.fromkeys(await secrets.given(conn, ctx.vault, held.project.id, definition.secrets), MASK)
        facts = _facts(ctx, held, viewer, run="preview", values=values, known=known)
        planned = await lookup.planned(
            conn, definition, bodies, facts=facts, pipeline=held.id, former=None, cache=cache
        )
        last = await _last(conn, held.id)
        kept = outcomes_of(planned)
        workload = await offload(
            spec.workload,
            "run-preview",
            definition,
            bodies,
            facts,
            kept,
            {"CUBE_TOKEN": MASK},
            1,
            0,
            viewer.id,
        )
        wholes = {
            place: await _whole(
                conn, ctx, held.project.id, place=place, workload=workload, several=len(options) > 1
            )
            for place in options
        }
        waits = await quotas.judged(conn, workload)
        local = {place for place in options if ctx.clusters[place].kind == "local"}
        named = images(workload, ctx.settings.default_image) if local != set(options) else []
        doors = await registries.looked(conn, ctx.vault, held.project.id, named, ctx.settings.image_registry)
    (place, passed, plan), warnings = await asyncio.gather(
        _planned(ctx, wholes, waits), lacking(doors, ctx.settings.allowed_private_networks)
    )
    async with db.read() as conn:
        plan = replace(plan, message=await _named(conn, viewer, plan.message))
    told = changes(last, chosen.number, place, values, planned) if last else []
    return Preflight(
        cluster=place,
        passed=passed,
        plan=plan,
        digest=fingerprint(chosen.id, values, ",".join(options), planned),
        last=last.number if last else None,
        changes=told,
        warnings=[*plan.warnings, *(() if place in local else warnings)],
    )


async def _whole(
    conn: Reader, ctx: AppContext, project: str, place: str, workload: Workload, several: bool
) -> Workload | Invalid:
    """A workload as it is on a cluster; where there are several to choose from, why it cannot be there."""
    try:
        housed = await lookup.housed(conn, project, ctx.clusters[place].kind == "local", workload)
        return await clusters.equipped(conn, ctx, housed)
    except Invalid as error:
        if not several:
            raise
        return error


async def _planned(
    ctx: AppContext, wholes: Mapping[str, Workload | Invalid], waits: str | None
) -> tuple[str, Passed, Plan]:
    """(cluster, why not those before it, what it says); where it can run on none, the first of them and what
    all say."""
    places = list(wholes)

    async def make(place: str) -> Workload:
        whole = wholes[place]
        if isinstance(whole, Invalid):
            raise whole
        return whole

    if len(places) == 1:
        return places[0], [], await clusters.planned(ctx, places[0], await make(places[0]), waits)
    try:
        chosen, passed, plans = await choose(ctx, places, make)
    except Unavailable as error:
        return places[0], [], Plan(verdict="unknown", message=error.message)
    if chosen is None:
        said = tuple(f"{place}: {why}" for place, why in passed)
        return (
            places[0],
            passed,
            Plan(verdict="never", message="It can run on none of its clusters.", problems=said),
        )
    return chosen, passed, clusters.held_back(plans[chosen], waits)


async def lacking(doors: Mapping[str, tuple[Door | None, Name]], allowed: Sequence[Network]) -> list[str]:
    """What registries say against images, each in a sentence. A node may still have one that its registry has
    not."""
    asked = [(image, door, name) for image, (door, name) in doors.items() if door is not None]
    told = await asyncio.gather(*(find(door, name, allowed) for _, door, name in asked))
    found = [
        f"image {image}: {door.where} has no such image"
        if each.absent
        else f"image {image} was not looked for: {each.problem}"
        for (image, door, _), each in zip(asked, told, strict=True)
        if each.digest is None
    ]
    return found + [
        f"image {image} was not looked for: {name.host} is no registry of the project"
        for image, (door, name) in doors.items()
        if door is None
    ]


async def _last(conn: Reader, pipeline: str) -> Last | None:
    """The newest run of a pipeline, as far as it can be compared."""
    row = (
        await conn.execute(
            select(Run.id, Run.number, Run.cluster, Run.params, Version.number.label("version"))
            .join(Version, Version.id == Run.version_id)
            .where(Run.pipeline_id == pipeline)
            .order_by(Run.number.desc())
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return None
    steps = await conn.execute(select(Step.name, Step.parts).where(Step.run_id == row.id, Step.item < 0))
    return Last(
        number=row.number,
        version=row.version,
        cluster=row.cluster,
        params=row.params,
        parts={step.name: step.parts for step in steps},
    )


_RUN = re.compile(r"run ([0-9a-f-]{36})")


async def _named(conn: Reader, viewer: Viewer, words: str) -> str:
    """Words of a cluster with its ids of runs as the viewer knows them; runs of others stay unnamed."""
    for run in set(_RUN.findall(words)):
        try:
            held = await access.run(conn, viewer, run)
            row = (
                await conn.execute(
                    select(Run.number, Pipeline.name)
                    .join(Pipeline, Pipeline.id == Run.pipeline_id)
                    .where(Run.id == held.id)
                )
            ).one()
            name = f"run #{row.number} of {row.name}"
        except NotFound:
            name = "a run of another project"
        words = words.replace(f"run {run}", name)
    return words


def _facts(
    ctx: AppContext,
    held: pipelines.Held,
    viewer: Viewer,
    *,
    run: str,
    values: Mapping[str, Any],
    known: Mapping[str, str],
) -> spec.Facts:
    """What a run that would start now is."""
    return facts_of(
        ctx,
        run,
        0,
        pipeline_id=held.id,
        pipeline=held.name,
        project_id=held.project.id,
        project=held.project.name,
        user=viewer.name,
        created_at=clock.now(),
        params=values,
        known=known,
    )


async def preview(
    conn: Reader,
    ctx: AppContext,
    viewer: Viewer,
    pipeline: str,
    params: Mapping[str, Any],
    former: str | None,
) -> list[tuple[str, bool, str, Resources]]:
    """(step, whether it would be kept, why, what it asks for) for each step of a run that would start now."""
    held = await pipelines.pipeline(conn, viewer, pipeline)
    if former is not None:
        await access.run(conn, viewer, former)
    chosen = await read_version(conn, held.id, held.latest)
    assert chosen is not None
    definition = Definition.model_validate(chosen.definition)
    bodies = await templates.named(conn, held.project.id, [step.wanted for step in definition.steps])
    values = fill(definition, params)
    known = dict.fromkeys(definition.secrets, MASK)
    facts = _facts(ctx, held, viewer, run=ids.new(), values=values, known=known)
    planned = await lookup.planned(
        conn, definition, bodies, facts=facts, pipeline=held.id, former=former, cache=True
    )
    return [
        (
            here.step.name,
            here.whole is not None,
            here.why,
            here.step.resources or bodies[here.step.wanted].resources,
        )
        for here in planned
    ]
