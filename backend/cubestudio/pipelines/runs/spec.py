"""What the cluster sees of a run: its pipeline version as a graph of tasks. Pure."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cubestudio.core import expression, templating
from cubestudio.core.cluster import port
from cubestudio.core.cluster.frameworks.table import gang
from cubestudio.core.cluster.port import Outcome, Ref, Text
from cubestudio.core.errors import Invalid
from cubestudio.core.templating import Name, plain
from cubestudio.pipelines import messages
from cubestudio.pipelines.runs.model import RunState
from cubestudio.pipelines.spec import SEALED, Around, Definition, Step, condition
from cubestudio.pipelines.steps.spec import digest
from cubestudio.templates.spec import Body, Gang, Kind
from cubestudio.workloads.lifecycle import stopped
from cubestudio.workloads.model import WorkloadState

MOST_IMAGE = 500


@dataclass(kw_only=True, frozen=True)
class Facts:
    """What a run is, as its steps are told. `unseal` opens secrets; `sign` gives a digest that does not tell
    them."""

    id: str
    number: int
    pipeline_id: str
    pipeline: str
    project_id: str
    project: str
    user: str
    created_at: datetime
    params: Mapping[str, Any]
    environment: str
    unseal: Callable[[str], str]
    sign: Callable[[str], str]
    secrets: Mapping[str, str]
    """Values of the project's secrets that its steps are given."""

    def lookup(self, name: Name) -> Any:  # noqa: C901
        """The value of a name, or a Ref when only the graph will know it."""
        match name.path:
            case ("params", parameter):
                return self.params[parameter]
            case ("run", "id"):
                return self.id
            case ("run", "number"):
                return self.number
            case ("run", "date"):
                return self.created_at.strftime("%Y-%m-%d")
            case ("run", "datetime"):
                return self.created_at.isoformat()
            case ("run", "pipeline"):
                return self.pipeline
            case ("run", "project"):
                return self.project
            case ("run", "user"):
                return self.user
            case ("item", *path):
                return Ref(None, ".".join(path))
            case ("steps", step, "outputs", output):
                return Ref(step, output)
        raise KeyError(str(name))


def text(value: Any, lookup: Callable[[Name], Any]) -> Text:
    """A JSON value as text: a string as it is, anything else as JSON; what the graph will know stays a
    reference."""
    if not isinstance(value, str):
        return _joined(_json(value, lookup))
    pieces: list[str | Ref] = []
    for piece in templating.parse(value):
        found = lookup(piece) if isinstance(piece, Name) else piece
        pieces.append(found if isinstance(found, Ref) else plain(found))
    return _joined(pieces)


def _json(value: Any, lookup: Callable[[Name], Any]) -> list[str | Ref]:
    if isinstance(value, str):
        pieces = templating.parse(value)
        if len(pieces) == 1 and isinstance(pieces[0], Name):
            found = lookup(pieces[0])
            return [replace(found, form="json") if isinstance(found, Ref) else _dump(found)]
        inner: list[str | Ref] = ['"']
        for piece in pieces:
            found = lookup(piece) if isinstance(piece, Name) else piece
            inner.append(
                replace(found, form="inside") if isinstance(found, Ref) else _dump(plain(found))[1:-1]
            )
        return [*inner, '"']
    if isinstance(value, list | tuple):
        parts: list[str | Ref] = ["["]
        for index, member in enumerate(value):
            parts += [", "] if index else []
            parts += _json(member, lookup)
        return [*parts, "]"]
    if isinstance(value, dict):
        parts = ["{"]
        for index, (key, member) in enumerate(value.items()):
            parts.append(f"{', ' if index else ''}{_dump(str(key))}: ")
            parts += _json(member, lookup)  # ty: ignore
        return [*parts, "}"]
    return [_dump(value)]


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _joined(pieces: list[str | Ref]) -> Text:
    """Neighbouring literals made one."""
    whole: list[str | Ref] = []
    for piece in pieces:
        if isinstance(piece, str) and whole and isinstance(whole[-1], str):
            whole[-1] += piece
        elif piece != "":
            whole.append(piece)
    return tuple(whole)


def shown(value: Text) -> str:
    """A text for a person: what only the graph knows stays a name in braces."""
    return "".join(piece if isinstance(piece, str) else f"{{{{ {_name(piece)} }}}}" for piece in value)


def _name(ref: Ref) -> str:
    return (
        f"steps.{ref.node}.outputs.{ref.output}"
        if ref.node
        else f"item.{ref.output}"
        if ref.output
        else "item"
    )


def arguments(step: Step, body: Body) -> dict[str, Any]:
    """A step's arguments with the defaults of its template."""
    values = {argument.name: argument.default for argument in body.arguments if argument.default is not None}
    values |= {
        argument.name: argument.nothing
        for argument in body.arguments
        if argument.name not in values and not argument.require
    }
    return values | step.args


def image(step: Step, body: Body, facts: Facts) -> port.Image:
    """The step's environment, else its template's; Invalid when the name of its image comes to none."""
    chosen = step.own or body.environment
    if step.environment and step.environment.python is None and step.environment.requirements:
        chosen = Around(
            python=body.environment.python,
            requirements=step.environment.requirements,
            image=step.environment.image,
        )
    python = None if chosen.python in (None, "3") else chosen.python
    root = bool(step.environment and step.environment.root) or body.environment.root
    return port.Image(
        host=chosen.host,
        python=python,
        requirements=chosen.requirements,
        name=_image_name(step, body, chosen.image, facts),
        root=root,
    )


def _image_name(step: Step, body: Body, template: str | None, facts: Facts) -> str | None:
    if not template or "{{" not in template:
        return template
    pieces: list[str | Ref] = []
    for piece in templating.parse(template):
        if isinstance(piece, Name) and piece.path[0] == "args":
            pieces += text(arguments(step, body)[piece.path[1]], facts.lookup)
        else:
            pieces.append(plain(facts.lookup(piece)) if isinstance(piece, Name) else piece)
    name = shown(tuple(pieces)).strip()
    if re.search(r"[\s{}\0]", name) or len(name) > MOST_IMAGE:
        raise Invalid(
            messages.STEP_IMAGE_INVALID(step=step.name, image=repr(name[:80]), template=template),
            field="environment.image",
        )
    return name or None


def items(step: Step, facts: Facts) -> tuple[Any, ...] | Ref | None:
    """What a step fans out over: a list, a reference to one, or None."""
    if step.for_each is None:
        return None
    value = (
        templating.fill(list(step.for_each), _known(facts))
        if isinstance(step.for_each, list | tuple)
        else step.for_each
    )
    if isinstance(value, str):
        (name,) = templating.parse(value)
        assert isinstance(name, Name)
        value = facts.lookup(name)
    return value if isinstance(value, Ref) else tuple(value) if isinstance(value, list | tuple) else (value,)


def _known(facts: Facts) -> Callable[[Name], Any]:
    def lookup(name: Name) -> Any:
        value = facts.lookup(name)
        if isinstance(value, Ref):
            raise KeyError(str(name))
        return value

    return lookup


def parts(step: Step, body: Body, facts: Facts) -> dict[str, Any]:
    """Digests of what a step is made of, apart from its inputs: equal parts and equal inputs give equal
    results."""
    told: dict[str, str] = {}
    for name, value in arguments(step, body).items():
        secret = isinstance(value, dict) and set(value) == {SEALED}
        told[name] = (
            facts.sign(facts.unseal(value[SEALED]))
            if secret
            else digest([_plain(piece) for piece in text(value, facts.lookup)])
        )
    where = image(step, body, facts)
    return {
        "template": body.digest,
        "environment": digest([where.host, where.python, sorted(where.requirements), where.name]),
        "arguments": told,
        "outputs": digest(sorted({*step.outputs, *(output.name for output in body.outputs)})),
        **({"secrets": digest(sorted(step.secrets))} if step.secrets else {}),
        **({"volumes": digest(sorted(step.volumes))} if step.volumes else {}),
    }


def _plain(piece: str | Ref) -> Any:
    return piece if isinstance(piece, str) else [piece.node, piece.output, piece.form]


def environment_of(step: Step, body: Body, facts: Facts, resources: Any) -> dict[str, Text]:
    """What every step is told, with the incumbent's KFJ_* names beside ours so that existing images work."""
    ours = {
        "CUBE_RUN_ID": facts.id,
        "CUBE_RUN_NUMBER": str(facts.number),
        "CUBE_PIPELINE": facts.pipeline,
        "CUBE_STEP": step.name,
        "CUBE_PROJECT": facts.project,
        "CUBE_USER": facts.user,
        "KFJ_PIPELINE_ID": facts.pipeline_id,
        "KFJ_PIPELINE_NAME": facts.pipeline,
        "KFJ_RUN_ID": facts.id,
        "KFJ_CREATOR": facts.user,
        "KFJ_RUNNER": facts.user,
        "KFJ_NAMESPACE": "pipeline",
        "KFJ_ENVIRONMENT": facts.environment,
        "KFJ_TASK_ID": f"{facts.id}/{step.name}",
        "KFJ_TASK_NAME": step.name,
        "KFJ_TASK_IMAGES": (image(step, body, facts).name or ""),
        "KFJ_TASK_RESOURCE_CPU": f"{resources.cpu:g}",
        "KFJ_TASK_RESOURCE_MEMORY": f"{resources.memory // 2**20}M",
        "KFJ_TASK_RESOURCE_GPU": resources.gpu_share or str(resources.gpu),
        "KFJ_TASK_PROJECT_NAME": facts.project,
        "USERNAME": facts.user,
    }
    return {name: (value,) for name, value in ours.items()}


def _gang(step: Step, asked: Gang, written: Callable[[str], Text]) -> port.Gang:
    """The gang that a template asks for, its numbers filled in; Invalid when they are not known before the
    run starts."""

    def known(template: int | str, what: str) -> str:
        pieces = written(str(template))
        if any(isinstance(piece, Ref) for piece in pieces):
            raise Invalid(messages.STEP_VALUE_UNKNOWN(what=what, step=step.name), field="gang")
        return "".join(map(str, pieces))

    def number(template: int | str, what: str) -> int:
        told = known(template, what)
        if not told.isdecimal():
            raise Invalid(
                messages.STEP_COUNT_INVALID(what=what, step=step.name, value=repr(told[:40])), field="gang"
            )
        return int(told)

    try:
        settings = json.loads(known(asked.settings, "settings") or "{}")
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        raise Invalid(messages.STEP_SETTINGS_NOT_AN_OBJECT(step=step.name), field="gang.settings")
    return gang(
        known(asked.framework, "framework"),
        number(asked.workers, "workers"),
        number(asked.servers, "servers"),
        known(asked.kind, "kind"),
        settings,
    )


def _when(step: Step, facts: Facts) -> list[Any] | None:
    """A step's condition with what is known before the run starts."""

    def known(path: Sequence[str]) -> list[Any]:
        found = facts.lookup(Name(tuple(path)))
        return ["ref", found.node, found.output] if isinstance(found, Ref) else ["value", found]

    tree = condition(step)
    return None if tree is None else expression.bind(tree, known)


def node(
    definition: Definition, step: Step, body: Body, facts: Facts, secrets: Mapping[str, str]
) -> port.Node:
    """One step as a node of the graph."""
    values = arguments(step, body)
    texts: dict[str, Text] = {}
    shown: dict[str, Any] = {}
    for argument in body.arguments:
        value = values[argument.name]
        if isinstance(value, dict) and set(value) == {SEALED}:
            texts[argument.name] = (facts.unseal(value[SEALED]),)
        else:
            texts[argument.name] = text(value, facts.lookup)
            if argument.type != Kind.SECRET:
                shown[argument.name] = value

    def written(template: str) -> Text:
        pieces: list[str | Ref] = []
        for piece in templating.parse(template):
            if isinstance(piece, Name) and piece.path[0] == "args":
                pieces += texts[piece.path[1]]
            else:
                pieces.append(plain(facts.lookup(piece)) if isinstance(piece, Name) else piece)
        return _joined(pieces)

    resources = step.resources or body.resources
    needs = definition.needs(step)
    env = {name: written(value) for name, value in body.env.items()} | environment_of(
        step, body, facts, resources
    )
    if "CUBE_API_URL" in secrets and "MLFLOW_TRACKING_URI" not in env:
        where = f"{secrets['CUBE_API_URL']}/mlflow/{facts.id}/{step.name}/$(CUBE_ITEM_INDEX)"
        secrets = {**secrets, "MLFLOW_TRACKING_URI": where, "MLFLOW_TRACKING_TOKEN": secrets["CUBE_TOKEN"]}
    env = {name: value for name, value in env.items() if name not in step.secrets}
    secrets = {**secrets, **{name: facts.secrets[name] for name in step.secrets}}
    return port.Node(
        name=step.name,
        task=port.Task(
            command=tuple(written(part) for part in body.command),
            env=env,
            secrets=secrets,
            files={name: written(value) for name, value in body.files.items()}
            | {"args.json": text(shown, facts.lookup)},
            image=image(step, body, facts),
            **resources.requests,
            timeout=step.timeout,
            volumes=step.mounted(facts.user),
            inputs=tuple(port.Input(need) for need in needs),
            outputs=tuple(dict.fromkeys([*(output.name for output in body.outputs), *step.outputs])),
            gang=_gang(step, body.gang, written) if body.gang else None,
        ),
        needs=needs,
        when=_when(step, facts),
        each=items(step, facts),
        retry=port.Retry(step.retry.limit, step.retry.pause, step.retry.factor),
        skip=step.skip,
    )


STATES = {
    WorkloadState.RUNNING: RunState.RUNNING,
    WorkloadState.STOPPING: RunState.CANCELLING,
    WorkloadState.SUCCEEDED: RunState.SUCCEEDED,
    WorkloadState.FAILED: RunState.FAILED,
    WorkloadState.LOST: RunState.FAILED,
}


def state_of(row: Any) -> RunState:
    """The state of a run, from the row of its workload."""
    if stopped(row):
        return RunState.CANCELLED
    return STATES.get(WorkloadState(row.state), RunState.QUEUED)


def workload_name(run: str) -> str:
    """What its cluster calls a run."""
    return f"run-{run}"


def workload(  # noqa: PLR0913
    name: str,
    definition: Definition,
    bodies: Mapping[tuple[str, int | None], Body],
    facts: Facts,
    kept: Mapping[tuple[str, int | None], Outcome],
    secrets: Mapping[str, str],
    generation: int,
    priority: int,
    user_id: str,
) -> port.Workload:
    """A run as the cluster is to have it."""
    given: dict[str, list[tuple[int | None, Outcome]]] = {}
    for (step, item), outcome in kept.items():
        given.setdefault(step, []).append((item, outcome))
    nodes = tuple(
        replace(
            node(definition, step, bodies[step.wanted], facts, secrets), given=tuple(given.get(step.name, ()))
        )
        for step in definition.steps
    )
    labels = {
        "cubestudio/kind": "run",
        "cubestudio/id": facts.id,
        "cubestudio/project": facts.project_id,
        "cubestudio/user": user_id,
    }
    return port.Workload(
        name=name,
        body=port.Graph(nodes, definition.parallelism),
        labels=labels,
        generation=generation,
        priority=priority,
    )
