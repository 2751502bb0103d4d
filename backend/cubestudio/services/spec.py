"""What a revision of a service is made of, the servers there are, and what a cluster is asked to run.
Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from cubestudio.core import cron as ticks
from cubestudio.core.cluster.port import Artifact, Image, Scale, Server, Task, Text, Workload, artifact_key
from cubestudio.core.inputs.definition import At, matching
from cubestudio.core.inputs.environment import Environment
from cubestudio.core.inputs.resources import Resources
from cubestudio.core.inputs.strict import Strict
from cubestudio.core.inputs.variables import Variables
from cubestudio.core.inputs.volumes import Volumes
from cubestudio.models.spec import Framework
from cubestudio.services import messages
from cubestudio.services.model import RevisionState
from cubestudio.workloads.lifecycle import stopped
from cubestudio.workloads.model import WorkloadState

RUNTIME = Path(__file__).parent / "runtime"
SCRIPTS = {path.name: path.read_text() for path in sorted(RUNTIME.glob("*.py"))}
"""What runs in a service and not here: serve.py and the modules beside it."""
PACKAGES = {
    "mlflow": ("mlflow",),
    "sklearn": ("scikit-learn", "joblib", "pandas"),
    "xgboost": ("xgboost", "pandas"),
    "lightgbm": ("lightgbm", "pandas"),
    "onnx": ("onnxruntime",),
    "torchscript": ("torch", "numpy"),
    "other": ("joblib",),
}
"""What serves a framework when the version of the model does not say what it needs."""


class ServiceKind(StrEnum):
    """The server that answers requests."""

    MODEL = "model"
    FUNCTION = "function"
    TRITON = "triton"
    VLLM = "vllm"
    CUSTOM = "custom"


class ScaleMetric(StrEnum):
    """The measurement by which the number of replicas changes."""

    CPU = "cpu"
    MEMORY = "memory"
    GPU = "gpu"
    REQUESTS = "requests"


class NonFinite(StrEnum):
    """How NaN and infinities in a response are written as JSON, which has neither."""

    NULL = "null"
    ERROR = "error"


@dataclass(kw_only=True, frozen=True)
class Kind:
    """A kind of server. `model`: whether it needs one; `run`: the command, as sh; `image`: what Kubernetes
    uses unless the service says otherwise; `program`: what this machine must have; `frameworks`: those of
    the models that it serves, all when empty."""

    name: ServiceKind
    title: str
    description: str
    run: str = ""
    model: bool = False
    image: str | None = None
    program: str | None = None
    port: int = 8080
    ready: str = "/"
    frameworks: tuple[Framework, ...] = ()


TRITON = r"""repo="$TMPDIR/models"; mkdir -p "$repo/$CUBE_MODEL/1"
cp -R "$CUBE_MODEL_DIR/." "$repo/$CUBE_MODEL/1/"
cd "$repo/$CUBE_MODEL/1" || exit 1
if [ -f ../1/config.pbtxt ]; then mv config.pbtxt ..; else
  case "$CUBE_FRAMEWORK" in
    onnx) mv ./*.onnx model.onnx 2>/dev/null; platform=onnxruntime_onnx ;;
    torchscript) mv ./*.pt model.pt 2>/dev/null; platform=pytorch_libtorch ;;
    tensorflow) mkdir -p model.savedmodel; find . -maxdepth 1 ! -name . ! -name model.savedmodel -exec mv {} model.savedmodel/ \; ; platform=tensorflow_savedmodel ;;
  esac
  printf 'name: "%s"\nplatform: "%s"\n' "$CUBE_MODEL" "$platform" > ../config.pbtxt
fi
exec tritonserver --model-repository="$repo" --http-port="$CUBE_PORT" --http-address="$CUBE_HOST" --allow-grpc=false --allow-metrics=false
"""  # noqa: E501
VLLM = r"""exec vllm serve "$CUBE_MODEL_DIR" --served-model-name "$CUBE_MODEL" --host "$CUBE_HOST" --port "$CUBE_PORT" --disable-log-requests
"""  # noqa: E501
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name=ServiceKind.MODEL,
            title="Registered model",
            description="Answers predictions of a registered model: JSON, and the open inference protocol.",
            run='exec python3 "$CUBE_FILES/serve.py"',
            model=True,
            ready="/v2/health/ready",
            frameworks=(
                Framework.MLFLOW,
                Framework.SKLEARN,
                Framework.XGBOOST,
                Framework.LIGHTGBM,
                Framework.ONNX,
                Framework.TORCHSCRIPT,
                Framework.OTHER,
            ),
        ),
        Kind(
            name=ServiceKind.FUNCTION,
            title="Python function",
            description="predict(model, inputs) of your own, with the files of a model if you choose one.",
            run='exec python3 "$CUBE_FILES/serve.py"',
            ready="/v2/health/ready",
        ),
        Kind(
            name=ServiceKind.TRITON,
            title="Triton",
            description="NVIDIA Triton, for ONNX, TorchScript and TensorFlow models on cards. On Kubernetes "
            "name its image.",
            run=TRITON,
            model=True,
            image=None,
            program="tritonserver",
            port=8000,
            ready="/v2/health/ready",
            frameworks=(Framework.ONNX, Framework.TORCHSCRIPT, Framework.TENSORFLOW),
        ),
        Kind(
            name=ServiceKind.VLLM,
            title="vLLM",
            description="Language models with the API of OpenAI.",
            run=VLLM,
            model=True,
            image="vllm/vllm-openai:v0.6.6",
            program="vllm",
            port=8000,
            ready="/health",
            frameworks=(Framework.SAFETENSORS,),
        ),
        Kind(
            name=ServiceKind.CUSTOM,
            title="Custom program",
            description="A command that answers HTTP on the port it is told.",
        ),
    )
}
"""What people can choose, in the order in which it is shown. TensorFlow Serving and Ollama are `custom`, from
their images."""


class ReplicaSchedule(Strict):
    """From each tick of `cron` (five fields, read in `timezone`) on there are at least so many replicas,
    until the next tick of a schedule of the revision."""

    cron: str = Field(max_length=100)
    timezone: str = Field("UTC", max_length=64)
    replicas: int = Field(ge=1, le=1000)

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        return ticks.zone(value)

    @field_validator("cron")
    @classmethod
    def _fields(cls, value: str) -> str:
        return ticks.cron(value)


class ServiceSpec(Variables, Volumes, Environment, Resources):
    """What a revision is made of. The descriptions of its fields are in `api.ServiceSpecInput`."""

    kind: ServiceKind = ServiceKind.MODEL
    cpu: float = Field(0.5, gt=0, le=1024)
    memory: int = Field(2**30, ge=2**26, le=2**50)
    replicas: int = Field(1, ge=1, le=100)
    max_replicas: int | None = Field(None, ge=1, le=1000)
    scale_metric: ScaleMetric = ScaleMetric.CPU
    target_value: int = Field(80, ge=1, le=10_000)
    schedules: tuple[ReplicaSchedule, ...] = Field((), max_length=20)
    script: str | None = Field(None, max_length=200_000)
    command: str | None = Field(None, max_length=10_000)
    port: int | None = Field(None, ge=1024, le=65535)
    ready_path: (
        Annotated[str, matching(r"/[A-Za-z0-9_./~?=&-]{0,499}", messages.SERVICE_PATH_INVALID)] | None
    ) = None
    timeout_seconds: float = Field(60, gt=0, le=3600)
    max_concurrency: int = Field(0, ge=0, le=100_000)
    idle_timeout_seconds: float = Field(0, ge=0, le=2_592_000)
    non_finite: NonFinite = NonFinite.NULL

    @model_validator(mode="after")
    def _whole(self) -> "ServiceSpec":
        if self.kind == ServiceKind.CUSTOM and not (self.command or "").strip():
            raise At(messages.SERVICE_COMMAND_MISSING(), "command")
        if self.kind == ServiceKind.FUNCTION and "def predict" not in (self.script or ""):
            raise At(messages.SERVICE_SCRIPT_INVALID(), "script")
        if self.max_replicas is not None and self.max_replicas < self.replicas:
            raise At(messages.SERVICE_REPLICAS_INVALID(), "max_replicas")
        if self.scale_metric != ScaleMetric.REQUESTS and self.target_value > 100:
            raise At(messages.SERVICE_TARGET_INVALID(), "target_value")
        if self.non_finite != NonFinite.NULL and self.kind not in (ServiceKind.MODEL, ServiceKind.FUNCTION):
            raise At(messages.NON_FINITE_UNSUPPORTED(), "non_finite")
        if self.scale_metric == ScaleMetric.GPU and not self.gpu:
            raise At(messages.SERVICE_SCALES_WITHOUT_GPU(), "gpu")
        return self

    @property
    def ceiling(self) -> int:
        """The most replicas that there may ever be."""
        return max(self.max_replicas or 0, self.replicas, *(each.replicas for each in self.schedules), 1)

    @property
    def scale(self) -> Scale | None:
        """Whether the number of replicas changes, and whether Kubernetes itself may choose it."""
        least, most = min([self.replicas, *(each.replicas for each in self.schedules)]), self.ceiling
        plain = self.scale_metric in (ScaleMetric.CPU, ScaleMetric.MEMORY) and not self.schedules
        return (
            Scale(least=least, most=most, by=self.scale_metric.value, target=self.target_value, itself=plain)
            if most > least or self.schedules
            else None
        )

    @property
    def counted(self) -> bool:
        """Whether the platform must see every request: it sleeps when there are none, or has as many replicas
        as they need."""
        return self.idle_timeout_seconds > 0 or (
            self.scale_metric == ScaleMetric.REQUESTS and self.scale is not None
        )


@dataclass(kw_only=True, frozen=True)
class Facts:
    """A revision as its server is told."""

    service_id: str
    service: str
    number: int
    start: int
    project_id: str
    project: str
    user_id: str
    token: str
    model: Mapping[str, Any] | None
    """As `model.Revision.model` has it."""
    private: bool
    unseal: Callable[[str], str]
    given: Mapping[str, str] = field(default_factory=dict)
    """The secrets of the project that it is given."""
    user: str = ""


def signature_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What is different for callers and readers when one model, as `model.Revision.model` has it, replaces
    another: a sentence for each input and output. Inputs count in their order too, because a row may be a
    list. Nothing is compared with a model that does not say its inputs; a model that says none in place of
    one that does is a change."""
    before, after = old["signature"] or {}, new["signature"] or {}
    if not before.get("inputs"):
        return []
    if not after.get("inputs"):
        return ["the new model does not say its inputs"]
    found: list[str] = []
    for side, name in (("inputs", "input"), ("outputs", "output")):
        was = {each["name"]: _typed(each) for each in before.get(side) or ()}
        becomes = {each["name"]: _typed(each) for each in after.get(side) or ()}
        if side == "outputs" and not (was and becomes):
            continue  # one of them does not say its outputs
        found += [f"{name} {each} is missing" for each in was if each not in becomes]
        found += [f"{name} {each} is new" for each in becomes if each not in was]
        changed = [each for each in was if each in becomes and was[each] != becomes[each]]
        found += [f"{name} {each} is {becomes[each]} instead of {was[each]}" for each in changed]
        if not found and list(was) != list(becomes):
            found.append(f"the {side} are in another order")
    return found


def _typed(field: Mapping[str, Any]) -> str:
    kind = field.get("type", "number")
    return f"{kind} of {field['size']}" if field.get("size") else kind


def state_of(row: Any, sleeps: bool) -> RevisionState:
    """The state of a revision, from the row of its newest workload. `sleeps`: it was to stop because it got
    no requests."""
    state = WorkloadState(row.state)
    if stopped(row) or state == WorkloadState.SUCCEEDED:
        return RevisionState.ASLEEP if sleeps and row.stopping_at is not None else RevisionState.STOPPED
    match state:
        case WorkloadState.FAILED | WorkloadState.LOST:
            return RevisionState.FAILED
        case WorkloadState.STOPPING:
            return RevisionState.STOPPING
        case WorkloadState.READY if row.ready >= row.replicas:
            return RevisionState.READY
        case WorkloadState.PENDING | WorkloadState.RUNNING | WorkloadState.READY:
            return RevisionState.DEPLOYING if row.ready_at is None else RevisionState.DEGRADED
    return RevisionState.REQUESTED


def workload_name(service: str, number: int, start: int) -> str:
    return f"service-{service}-{number}-{start}"


def parsed(name: str) -> tuple[str, int, int]:
    """(service, number, start) of the name of a workload."""
    rest, number, start_ = name.removeprefix("service-").rsplit("-", 2)
    return rest, int(number), int(start_)


def requirements(definition: ServiceSpec, model: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The packages of its environment: those that it names, else those of the model, else those that serve
    the framework."""
    if definition.kind not in ("model", "function") or definition.requirements:
        return definition.requirements
    if model is None:
        return ()
    return tuple(model["requirements"]) or (
        PACKAGES.get(model["framework"], ()) if definition.kind == "model" else ()
    )


def workload(definition: ServiceSpec, facts: Facts) -> Workload:
    """The server of one start of a revision."""
    kind, model = KINDS[definition.kind], facts.model
    packages = requirements(definition, model)
    image = Image(
        host=not packages and definition.python is None,
        python=definition.python,
        requirements=packages,
        name=definition.image or kind.image,
        root=definition.root,
    )
    env = {
        "CUBE_SERVICE": facts.service,
        "CUBE_REVISION": str(facts.number),
        "CUBE_PROJECT": facts.project,
        **definition.env,
    }
    files: dict[str, Text] = {
        "run.sh": (f"{definition.command}\n" if definition.kind == "custom" else kind.run + "\n",)
    }
    placed: tuple[Artifact, ...] = ()
    if model:
        told = {name: value for name, value in (model["signature"] or {}).items() if value}
        env |= {
            "CUBE_MODEL": model["name"],
            "CUBE_MODEL_VERSION": str(model["number"]),
            "CUBE_FRAMEWORK": model["framework"],
        }
        files["signature.json"] = (json.dumps(told),)
        placed = tuple(
            Artifact(
                path=f"model/{path}",
                size=size,
                sha256=sha256,
                media_type=media,
                key=artifact_key(facts.project_id, sha256),
            )
            for path, size, sha256, media in model["files"]
        )
    if definition.kind in ("model", "function"):
        files |= {name: (text,) for name, text in SCRIPTS.items()}
        env["CUBE_NON_FINITE"] = definition.non_finite.value
    if definition.kind == "function":
        files["predict.py"] = (definition.script or "",)
    extra = 'export CUBE_PREDICT="$CUBE_FILES/predict.py"; ' if definition.kind == "function" else ""
    start = f'export CUBE_MODEL_DIR="$CUBE_INPUT_DIR/model"; {extra}. "$CUBE_FILES/run.sh"'
    task = Task(
        command=(("sh",), ("-c",), (start,)),
        env={name: (value,) for name, value in env.items()},
        secrets={name: facts.unseal(value) for name, value in definition.secrets.items()}
        | {name: facts.given[name] for name in definition.project_secrets if name in facts.given}
        | {"CUBE_TOKEN": facts.token},
        files=files,
        image=image,
        **definition.requests,
        placed=placed,
        volumes=definition.mounted(facts.user),
    )
    server = Server(
        task=task,
        port=definition.port or kind.port,
        ready=definition.ready_path or kind.ready,
        replicas=definition.replicas,
        scale=definition.scale,
        private=facts.private,
        drain=definition.timeout_seconds,
    )
    labels = {
        "cubestudio/kind": "service",
        "cubestudio/id": facts.service_id,
        "cubestudio/project": facts.project_id,
        "cubestudio/user": facts.user_id,
    }
    return Workload(
        name=workload_name(facts.service_id, facts.number, facts.start), body=server, labels=labels
    )
