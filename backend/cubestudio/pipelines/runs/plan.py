"""Which steps of a new run need not run, and why the others must. Pure: what must be looked up is asked for
by yielding."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cubestudio.core.cluster.port import Outcome, Ref
from cubestudio.pipelines.runs import spec
from cubestudio.pipelines.runs.spec import Facts
from cubestudio.pipelines.spec import Definition, Step, order
from cubestudio.pipelines.steps.spec import key as key_of
from cubestudio.pipelines.steps.spec import left_by_items
from cubestudio.templates.spec import Body


@dataclass(kw_only=True, frozen=True)
class Result:
    """What a former step left: found by key, or by name in the run that is continued."""

    step_id: str
    run: str
    """How a person calls the run, such as #12."""
    outcome: Outcome
    digest: str
    parts: Mapping[str, Any]
    key: str | None = None
    value: Any = None
    ending: str | None = None
    """How the step ended, in words, when it left nothing that could be taken."""


@dataclass(frozen=True)
class Former:
    """The run that is continued: its good results by (step, item), and the state in words of the steps that
    have none."""

    run: str
    results: Mapping[tuple[str, int | None], Result]
    others: Mapping[str, str]
    parts: Mapping[str, Mapping[str, Any]]


@dataclass(kw_only=True)
class Planned:
    """One step of the new run."""

    step: Step
    parts: dict[str, Any]
    needs: tuple[str, ...]
    why: str
    """Why it is, or is not, taken from before."""
    kept: dict[int | None, Result] = field(default_factory=dict)
    values: dict[int, Any] = field(default_factory=dict)

    @property
    def whole(self) -> Result | None:
        return self.kept.get(None)


@dataclass(frozen=True)
class Ask:
    """Results wanted: of these keys, and the newest of this step whatever its key (to say what differs)."""

    keys: tuple[str, ...]
    newest: str


@dataclass(frozen=True)
class Answer:
    by_key: Mapping[str, Result]
    newest: Result | None


def plan(
    definition: Definition,
    bodies: Mapping[tuple[str, int | None], Body],
    facts: Facts,
    former: Former | None,
    cache: bool,
) -> Generator[Ask, Answer, list[Planned]]:
    """Go through the steps in order; a step can be kept only when everything it reads is kept."""
    known: dict[str, str] = {}
    outputs: dict[str, Mapping[str, Any]] = {}
    planned: list[Planned] = []
    for step in order(definition):
        body = bodies[step.wanted]
        here = Planned(step=step, parts=spec.parts(step, body, facts), needs=definition.needs(step), why="")
        planned.append(here)
        missing = [need for need in here.needs if need not in known]
        if step.skip:
            here.why = "it is switched off"
        elif missing:
            here.why = f"step {missing[0]} runs again, so its input may differ"
        elif former is not None and (result := _from_former(former, step, here)):
            here.why = result
        elif not cache or not (body.pure if step.cache is None else step.cache):
            here.why = _off(cache, step)
            if former is not None:
                here.why = _not_kept(former, step, here)
        else:
            yield from _from_cache(step, here, facts, known=known, outputs=outputs, former=former)
        if None in here.kept:
            known[step.name] = here.kept[None].digest
            outputs[step.name] = here.kept[None].outcome.values
    return planned


def _from_former(former: Former, step: Step, here: Planned) -> str | None:
    """Take a step over from the run that is continued; the words for it, or None."""
    result = former.results.get((step.name, None))
    if result is None or former.parts.get(step.name) != here.parts:
        return None
    here.kept = {item: found for (name, item), found in former.results.items() if name == step.name}
    here.values = {item: found.value for item, found in here.kept.items() if item is not None}
    return f"kept from run {former.run}: nothing about it has changed"


def _off(cache: bool, step: Step) -> str:
    if not cache:
        return "caching is off for this run"
    if step.cache is None:
        return f"template {step.template} says that its results differ from time to time"
    return "caching is off for this step"


def _not_kept(former: Former, step: Step, here: Planned) -> str:
    if step.name not in former.parts:
        return f"it was not in run {former.run}"
    if former.parts[step.name] != here.parts:
        return f"{difference(former.parts[step.name], here.parts)} since run {former.run}"
    return f"in run {former.run} it {former.others.get(step.name, 'did not succeed')}"


def _from_cache(  # noqa: C901
    step: Step,
    here: Planned,
    facts: Facts,
    known: Mapping[str, str],
    outputs: Mapping[str, Mapping[str, Any]],
    former: Former | None,
) -> Generator[Ask, Answer, None]:
    inputs = {need: known[need] for need in here.needs}
    values = spec.items(step, facts)
    if isinstance(values, Ref):
        found = outputs.get(values.node or "", {}).get(values.output)
        values = tuple(found) if isinstance(found, list) else ()
    fanned = step.for_each is not None
    wanted = {
        item: key_of(here.parts, inputs, value, fanned)
        for item, value in (enumerate(values or ()) if fanned else ((None, None),))
    }
    answer = yield Ask(tuple(wanted.values()), step.name)
    for item, key in wanted.items():
        if key in answer.by_key:
            here.kept[item] = answer.by_key[key]
            if item is not None and values is not None:
                here.values[item] = values[item]
    if fanned and wanted and len(here.kept) == len(wanted):
        results = [here.kept[item] for item in sorted(wanted, key=lambda item: item or 0)]
        names = sorted({name for result in results for name in result.outcome.values})
        together = Outcome({name: [result.outcome.values.get(name) for result in results] for name in names})
        digest = left_by_items([result.digest for result in results])
        here.kept[None] = Result(
            step_id=results[0].step_id, run=results[0].run, outcome=together, digest=digest, parts=here.parts
        )
    if None in here.kept:
        here.why = (
            f"the same step with the same arguments, environment and inputs ran in run {here.kept[None].run}"
        )
    elif here.kept:
        here.why = f"{len(here.kept)} of {len(wanted)} items ran before; the others are new"
    elif former is not None:
        here.why = _not_kept(former, step, here)
    elif answer.newest is None:
        here.why = "it has not run before"
    elif answer.newest.ending and answer.newest.parts == here.parts:
        here.why = f"in run {answer.newest.run} it {answer.newest.ending}"
    else:
        here.why = f"{difference(answer.newest.parts, here.parts)} since run {answer.newest.run}"


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """The first thing that differs between two steps' parts, in words."""
    if before.get("template") != now["template"]:
        return "its template changed"
    if before.get("environment") != now["environment"]:
        return "its environment changed"
    old, new = before.get("arguments", {}), now["arguments"]
    changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    if changed:
        return f"argument {', '.join(changed)} changed"
    if before.get("outputs") != now["outputs"]:
        return "its declared outputs changed"
    if before.get("secrets") != now.get("secrets"):
        return "the secrets that it is given changed"
    if before.get("volumes") != now.get("volumes"):
        return "its volumes changed"
    return "its inputs changed"
