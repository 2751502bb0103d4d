"""What a pipeline says: its form, its rules, and every fault of it at once. Pure."""

import contextlib
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any

import orjson
from pydantic import Field, field_validator

from cubestudio.core import expression, templating
from cubestudio.core.errors import Fault
from cubestudio.core.inputs.definition import matching
from cubestudio.core.inputs.environment import Environment
from cubestudio.core.inputs.resources import Resources
from cubestudio.core.inputs.strict import Strict
from cubestudio.core.inputs.volumes import Volumes
from cubestudio.core.templating import Name
from cubestudio.pipelines import messages
from cubestudio.projects.secrets.spec import fit
from cubestudio.templates.spec import IDENTIFIER, Argument, Body, Kind, wrong

MOST_STEPS = 2_000
MOST_ITEMS = 10_000
RUN_NAMES = {"id", "number", "date", "datetime", "pipeline", "project", "user"}
_STEP = re.compile(r"[a-z]([a-z0-9-]{0,48}[a-z0-9])?")
_TEMPLATE = re.compile(r"([a-z][a-z0-9-]{0,49})(?:@(\d{1,6}))?")
SEALED = "sealed"
"""Key of a secret argument as it is kept: {"sealed": cipher}; shown as {"sealed": ""}."""


class Parameter(Argument):
    """A parameter of the whole pipeline; the same types and rules as an argument of a template."""

    require: bool = False


class Retry(Strict):
    """Further attempts after a failure: `limit` of them, the first after `pause` seconds, each `factor` times
    later."""

    limit: int = Field(0, ge=0, le=20)
    pause: float = Field(1.0, ge=0, le=86_400)
    factor: float = Field(2.0, ge=1, le=10)


class Around(Environment):
    """The environment of a step; its image may be a parameter's."""

    named = ("params", "run")


class Step(Volumes):
    """One step: a template with values for its arguments."""

    name: str
    template: str
    args: dict[str, Any] = Field(default_factory=dict)
    needs: tuple[str, ...] = ()
    for_each: Any = None
    when: str | None = Field(None, max_length=2000)
    retry: Retry = Retry()
    timeout: float | None = Field(None, gt=0, le=31_536_000)
    resources: Resources | None = None
    environment: Around | None = None
    outputs: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    """Names of secrets of the project, given to it as variables."""
    skip: bool = False
    cache: bool | None = None
    """Whether an equal result is taken from before; None: as its template says (`pure`)."""

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        if not _STEP.fullmatch(value):
            raise ValueError(messages.STEP_NAME_INVALID())
        return value

    @field_validator("template")
    @classmethod
    def _template(cls, value: str) -> str:
        if not _TEMPLATE.fullmatch(value):
            raise ValueError(messages.TEMPLATE_REFERENCE_INVALID())
        return value

    @field_validator("secrets")
    @classmethod
    def _secrets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not fit(name):
                raise ValueError(messages.PIPELINE_SECRET_NAME_INVALID(name=repr(name[:60])))
        return tuple(dict.fromkeys(value))

    @property
    def own(self) -> Around | None:
        """Its environment instead of the template's: one that says only that it runs as root is the
        template's."""
        return None if self.environment == Around(root=True) else self.environment

    @property
    def wanted(self) -> tuple[str, int | None]:
        """(name, version) of its template; no version: the latest."""
        match = _TEMPLATE.fullmatch(self.template)
        assert match
        return match[1], int(match[2]) if match[2] else None


class Definition(Strict):
    """A pipeline as written in YAML."""

    name: Annotated[str, matching(r"[a-z]([a-z0-9-]{0,48}[a-z0-9])?", messages.PIPELINE_NAME_INVALID)]
    description: str = Field("", max_length=500)
    parameters: tuple[Parameter, ...] = Field((), max_length=200)
    parallelism: int = Field(0, ge=0, le=10_000)
    steps: tuple[Step, ...] = Field((), max_length=MOST_STEPS)

    @property
    def digest(self) -> str:
        """The same for definitions that say the same."""
        told = self.model_dump(mode="json")
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()

    @property
    def secrets(self) -> frozenset[str]:
        """The secrets of the project that its steps are given."""
        return frozenset(name for step in self.steps for name in step.secrets)

    @property
    def volumes(self) -> list[str]:
        """The places that its steps mount, as they say them."""
        return [text for step in self.steps for text in step.volumes]

    def needs(self, step: Step) -> tuple[str, ...]:
        """The steps before a step: those it names, and those whose outputs it uses."""
        used = [
            name.path[1] for _, name in references(step) if name.path[0] == "steps" and len(name.path) > 1
        ]
        return tuple(dict.fromkeys([*step.needs, *used]))


def references(step: Step) -> Iterable[tuple[str, Name]]:
    """(path, name) of every name that a step uses."""
    for part in ("args", "for_each"):
        for path, name in templating.names(getattr(step, part)):
            yield (f"{part}{path}" if path.startswith("[") else f"{part}.{path}" if path else part), name
    for _, name in templating.names(step.environment.image if step.environment else None):
        yield "environment.image", name
    with contextlib.suppress(expression.Unreadable):  # `check` says what is wrong with it
        for path in expression.names(condition(step) or ["value", True]):
            yield "when", Name(tuple(path))


def condition(step: Step) -> list[Any] | None:
    """The tree of a step's condition; None when it has none. Raises expression.Unreadable."""
    return expression.parse(step.when) if step.when and step.when.strip() else None


def check(definition: Definition, templates: Mapping[tuple[str, int | None], Body]) -> list[Fault]:
    """Return every rule that a definition breaks, each with the path of its step and field."""
    faults: list[Fault] = []
    _parameters(definition, faults)
    steps: dict[str, Step] = {}
    for index, step in enumerate(definition.steps):
        if step.name in steps:
            faults.append(Fault(messages.STEP_NAME_TWICE(name=step.name), f"steps[{index}].name"))
        steps.setdefault(step.name, step)
    for index, step in enumerate(definition.steps):
        at = f"steps[{index}]"
        body = templates.get(step.wanted)
        if body is None:
            faults.append(
                Fault(
                    messages.STEP_TEMPLATE_NOT_FOUND(step=step.name, template=step.template), f"{at}.template"
                )
            )
        else:
            _arguments(step, body, at, faults)
        _names(definition, steps, step, templates=templates, at=at, faults=faults)
        _links(steps, step, at, faults)
        _each(step, at, faults)
    if loop := cycle({name: definition.needs(step) for name, step in steps.items()}):
        index = next(index for index, step in enumerate(definition.steps) if step.name == loop[0])
        faults.append(Fault(messages.STEPS_IN_A_CYCLE(steps=" → ".join(loop)), f"steps[{index}].needs"))
    return faults


def _links(steps: Mapping[str, Step], step: Step, at: str, faults: list[Fault]) -> None:
    """Check what a step needs and leaves, and its condition."""
    for need in step.needs:
        if need not in steps:
            faults.append(Fault(messages.STEP_NEED_UNKNOWN(step=step.name, need=need), f"{at}.needs"))
        elif need == step.name:
            faults.append(Fault(messages.STEP_NEEDS_ITSELF(step=step.name), f"{at}.needs"))
    for output in step.outputs:
        if not IDENTIFIER.fullmatch(output):
            faults.append(
                Fault(messages.STEP_OUTPUT_INVALID(step=step.name, output=repr(output[:60])), f"{at}.outputs")
            )
    try:
        condition(step)
    except expression.Unreadable as error:
        faults.append(
            Fault(
                messages.STEP_CONDITION_INVALID(step=step.name, position=error.place, problem=error.rule),
                f"{at}.when",
            )
        )


def _parameters(definition: Definition, faults: list[Fault]) -> None:
    known: set[str] = set()
    for index, parameter in enumerate(definition.parameters):
        if parameter.name in known:
            faults.append(
                Fault(messages.PARAMETER_NAME_TWICE(name=parameter.name), f"parameters[{index}].name")
            )
        known.add(parameter.name)
        if parameter.type == Kind.SECRET:
            faults.append(
                Fault(messages.PARAMETER_IS_SECRET(name=parameter.name), f"parameters[{index}].type")
            )


def _arguments(step: Step, body: Body, at: str, faults: list[Fault]) -> None:
    for name, value in step.args.items():
        if fault := _argument(step, body, f"{at}.args.{name}", name, value):
            faults.append(fault)
    for argument in () if step.own else body.chooses:
        late = [
            name
            for _, name in templating.names(step.args.get(argument.name))
            if name.path[0] in ("steps", "item")
        ]
        if late:
            faults.append(
                Fault(
                    messages.STEP_IMAGE_UNKNOWN(step=step.name, argument=argument.name, name=late[0]),
                    f"{at}.args.{argument.name}",
                )
            )
    for argument in body.arguments:
        if argument.require and argument.default is None and argument.name not in step.args:
            label = argument.label or argument.name
            faults.append(
                Fault(
                    messages.ARGUMENT_MISSING(step=step.name, name=argument.name, label=label),
                    f"{at}.args.{argument.name}",
                )
            )


def _argument(step: Step, body: Body, at: str, name: str, value: Any) -> Fault | None:
    """Return what is wrong with an argument, None when nothing is."""
    argument = body.argument(name)
    if argument is None:
        known = ", ".join(known.name for known in body.arguments) or "none"
        return Fault(
            messages.ARGUMENT_UNKNOWN(step=step.name, template=body.name, name=name, known=known), at
        )
    secret = argument.type == Kind.SECRET
    if secret and isinstance(value, dict) and set(value) == {SEALED}:
        if value[SEALED]:
            return None
        return Fault(messages.SECRET_ARGUMENT_MISSING(step=step.name, name=name), at)
    if any(True for _ in templating.names(value)):
        return Fault(messages.SECRET_ARGUMENT_INVALID(step=step.name, name=name), at) if secret else None
    if problem := wrong(argument, value):
        return Fault(messages.ARGUMENT_INVALID(step=step.name, name=name, problem=problem), at)
    return None


def _names(
    definition: Definition,
    steps: Mapping[str, Step],
    step: Step,
    templates: Mapping[tuple[str, int | None], Body],
    at: str,
    faults: list[Fault],
) -> None:
    """Check every name between braces and in the condition of a step."""
    parameters = {parameter.name for parameter in definition.parameters}
    for path, name in references(step):
        where = f"{at}.{path}"
        match name.path:
            case ("params", *_):
                fault = _parameter(parameters, step, path=path, name=name, where=where)
            case ("run", *rest):
                fault = None
                if len(rest) != 1 or rest[0] not in RUN_NAMES:
                    fault = Fault(
                        messages.RUN_NAME_UNKNOWN(
                            step=step.name, path=path, name=name, names=", ".join(sorted(RUN_NAMES))
                        ),
                        where,
                    )
            case ("item", *_):
                fault = _item(step, path, name, where)
            case ("steps", *rest):
                fault = _output(steps, templates, step, path=path, name=name, rest=rest, where=where)
            case _:
                fault = Fault(messages.REFERENCE_UNKNOWN(step=step.name, path=path, name=name), where)
        if fault:
            faults.append(fault)


def _parameter(parameters: Collection[str], step: Step, *, path: str, name: Name, where: str) -> Fault | None:
    """Return what is wrong with a name of a parameter."""
    if len(name.path) == 2 and name.path[1] in parameters:
        return None
    known = ", ".join(sorted(parameters)) or "none"
    return Fault(
        messages.REFERENCE_PARAMETER_UNKNOWN(step=step.name, path=path, name=name, parameters=known), where
    )


def _item(step: Step, path: str, name: Name, where: str) -> Fault | None:
    """Return what is wrong with a name of the item of a fan-out."""
    if step.for_each is None:
        return Fault(messages.REFERENCE_WITHOUT_FOR_EACH(step=step.name, path=path, name=name), where)
    if path.startswith(("for_each", "when")):
        return Fault(messages.REFERENCE_SCOPE_UNKNOWN(step=step.name, name=name, path=path), where)
    return None


def _output(
    steps: Mapping[str, Step],
    templates: Mapping[tuple[str, int | None], Body],
    step: Step,
    *,
    path: str,
    name: Name,
    rest: Sequence[str],
    where: str,
) -> Fault | None:
    """Return what is wrong with a name of an output of another step."""
    match rest:
        case (other, "outputs", _) if other not in steps:
            return Fault(
                messages.REFERENCE_STEP_UNKNOWN(step=step.name, path=path, name=name, other=other), where
            )
        case (other, "outputs", output):
            body = templates.get(steps[other].wanted)
            if body is None:
                return None
            has = [known.name for known in body.outputs] + list(steps[other].outputs)
            if output in has:
                return None
            message = (
                messages.REFERENCE_OUTPUT_UNKNOWN(
                    step=step.name, path=path, name=name, other=other, outputs=has
                )
                if has
                else messages.REFERENCE_OUTPUT_UNDECLARED(
                    step=step.name, path=path, name=name, other=other, output=output
                )
            )
            return Fault(message, where)
    return Fault(messages.REFERENCE_INCOMPLETE(step=step.name, path=path, name=name), where)


def _each(step: Step, at: str, faults: list[Fault]) -> None:
    each = step.for_each
    if each is None:
        return
    if isinstance(each, str):
        pieces = templating.parse(each)
        if len(pieces) != 1 or not isinstance(pieces[0], Name):
            faults.append(Fault(messages.FOR_EACH_INVALID(step=step.name), f"{at}.for_each"))
    elif not isinstance(each, list | tuple):
        faults.append(Fault(messages.FOR_EACH_NOT_A_LIST(step=step.name), f"{at}.for_each"))
    elif len(each) > MOST_ITEMS:
        faults.append(
            Fault(
                messages.FOR_EACH_TOO_LONG(step=step.name, count=len(each), most=MOST_ITEMS), f"{at}.for_each"
            )
        )


def cycle(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Steps that wait for each other, the first repeated at the end; empty when there are none."""
    done: set[str] = set()
    for start in needs:
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                on_path.discard(path.pop())
                done.add(name)
            elif name in on_path:
                return [*path[path.index(name) :], name][::-1]
            elif name not in done:
                path.append(name)
                on_path.add(name)
                stack.append((name, True))
                stack += [(need, False) for need in needs[name] if need in needs]
    return []


def order(definition: Definition) -> list[Step]:
    """The steps so that each comes after those that it needs; in the order written where there is a
    choice."""
    steps = {step.name: step for step in definition.steps}
    needs = {step.name: definition.needs(step) for step in definition.steps}
    sorted_: list[Step] = []
    placed: set[str] = set()
    for step in definition.steps:
        stack = [(step.name, False)]
        while stack:
            name, ready = stack.pop()
            if name in placed:
                continue
            if ready:
                placed.add(name)
                sorted_.append(steps[name])
            else:
                stack.append((name, True))
                stack += [(need, False) for need in reversed(needs[name]) if need not in placed]
    return sorted_
