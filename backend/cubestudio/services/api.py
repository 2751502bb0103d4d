"""Services, their revisions and keys in the graph."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Annotated, Any
from urllib.parse import urlsplit

import strawberry

from cubestudio.clusters import actions as clusters
from cubestudio.clusters.api import Pod, PreflightVerdict, Restart, restart_of
from cubestudio.core import clock
from cubestudio.core.cluster.port import Cluster as Port
from cubestudio.core.errors import Conflict, Invalid, NotFound, Unavailable
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Json, Long, Time
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
from cubestudio.core.relay import fetch
from cubestudio.models.api import ModelSignature
from cubestudio.models.spec import Framework
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.projects.quotas import actions as quotas
from cubestudio.services import access, actions, listing, messages, plan, spec
from cubestudio.services.events import ServiceChanged
from cubestudio.services.model import Access, RevisionState
from cubestudio.services.spec import Facts, workload
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.users.api import User
from cubestudio.workloads import listing as workloads
from cubestudio.workloads.api import StartStage, stages

Info = strawberry.Info[Context]
enum(
    Access,
    "Who may send requests to a service.",
    {
        "PROJECT": "Members of the project.",
        "KEY": "Members of the project, and whoever has a key of the service.",
        "PUBLIC": "Everybody who reaches its address.",
    },
    name="ServiceAccess",
)
enum(
    RevisionState,
    "The state of a revision.",
    {
        "REQUESTED": "It was requested and has not started.",
        "DEPLOYING": "It starts and does not answer yet.",
        "READY": "All its replicas answer.",
        "DEGRADED": "It answers with fewer replicas than requested.",
        "STOPPING": "It stops.",
        "STOPPED": "It was stopped.",
        "ASLEEP": "It was stopped because it got no requests; the next request starts it.",
        "FAILED": "It cannot run.",
    },
    name="ServiceRevisionState",
)
enum(
    plan.ServiceState,
    "The state of a service: of its revisions that get traffic.",
    {
        "DEPLOYING": "It starts and does not answer yet.",
        "READY": "All its replicas answer.",
        "DEGRADED": "It answers with fewer replicas than requested.",
        "ASLEEP": "It was stopped because it got no requests; the next request starts it.",
        "STOPPING": "It stops.",
        "STOPPED": "It was stopped.",
        "FAILED": "It cannot run.",
        "UNKNOWN": "Its cluster cannot be reached.",
    },
)
enum(
    spec.ServiceKind,
    "The server that answers the requests of a service.",
    {
        "MODEL": "The platform's own server for registered models.",
        "FUNCTION": "A Python function of your own, with or without a model.",
        "TRITON": "NVIDIA Triton.",
        "VLLM": "vLLM, for language models.",
        "CUSTOM": "Any program that answers HTTP.",
    },
)
enum(
    spec.ScaleMetric,
    "The measurement by which the number of replicas changes.",
    {
        "CPU": "CPU utilization in percent of what is requested.",
        "MEMORY": "Memory utilization in percent of what is requested.",
        "GPU": "GPU utilization in percent.",
        "REQUESTS": "The number of concurrent requests of each replica.",
    },
)
enum(
    spec.NonFinite,
    "How NaN and infinities in a response are written, which JSON has no form for.",
    {"NULL": "As null, with the header X-Cube-Warning.", "ERROR": "The response is an error 500."},
)
enum(
    plan.RolloutKind,
    "How a new revision gets the traffic.",
    {
        "IMMEDIATE": "All of it as soon as it is ready.",
        "CANARY": "In steps while it stays within the gates; otherwise it is rolled back automatically.",
        "MANUAL": "None until you set the traffic.",
    },
)
enum(
    plan.RolloutState,
    "The state of a rollout.",
    {
        "PENDING": "The revision is not ready yet.",
        "PROGRESSING": "The canary has a part of the traffic and is compared with the other revisions.",
        "PAUSED": "It waits until you set the traffic.",
        "COMPLETED": "The revision has all the traffic.",
        "ROLLED_BACK": "The revisions that had the traffic before have it again.",
        "ENDED": "Another revision or a change of the traffic took its place.",
    },
)
enum(
    plan.Gate,
    "What a canary is compared by with the revisions that have the traffic.",
    {
        "ERROR_RATE": "The share of valid requests that fail (status 500 and above).",
        "REJECTION_RATE": "The share of requests that are rejected (status 400 to 499).",
        "LATENCY": "The share of responses that are slower than nine in ten of the others.",
        "DIFFERENCE_RATE": "The share of mirrored requests whose response differs.",
    },
    name="RolloutGate",
)
enum(
    plan.Verdict,
    "What a gate found.",
    {
        "PENDING": "More requests are needed.",
        "PASSED": "The canary is within the gate.",
        "FAILED": "The canary is rolled back.",
    },
    name="RolloutVerdict",
)
TRY_BODY = 2**20
TRY_ANSWER = 2**20
SPANS = {10: (600, 10), 60: (3600, 60), 1440: (86_400, 600), 10_080: (604_800, 3600)}
"""Of a plot, by minutes: how many seconds it shows, and how many one point stands for."""


@strawberry.enum(description="A method of HTTP.")
class HttpMethod(Enum):
    GET = strawberry.enum_value("GET", description="GET.")
    POST = strawberry.enum_value("POST", description="POST.")
    PUT = strawberry.enum_value("PUT", description="PUT.")
    PATCH = strawberry.enum_value("PATCH", description="PATCH.")
    DELETE = strawberry.enum_value("DELETE", description="DELETE.")


@strawberry.type(description="A kind of server, and whether it can run on a cluster.")
class ServiceKindInfo:
    kind: spec.ServiceKind = strawberry.field(description="The kind.")
    title: str = strawberry.field(description="Its name for people.")
    description: str = strawberry.field(description="What it is for.")
    requires_model: bool = strawberry.field(description="Whether it needs a model.")
    image: str | None = strawberry.field(description="The default container image on Kubernetes.")
    frameworks: list[Framework] = strawberry.field(
        description="The frameworks of the models that it serves; empty: all."
    )
    unavailable_reason: str | None = strawberry.field(
        description="Why it cannot run on the cluster, and what to do; null when it can."
    )


@strawberry.type(description="A minimum number of replicas from certain times on.")
class ReplicaSchedule:
    cron: str = strawberry.field(description="The times, as five fields of cron.")
    timezone: str = strawberry.field(description="The time zone, such as Europe/Berlin.")
    replicas: int = strawberry.field(description="The minimum number of replicas until the next schedule.")


@strawberry.input(description="A minimum number of replicas from certain times on.")
class ReplicaScheduleInput:
    cron: str = strawberry.field(description="The times, as five fields of cron.")
    timezone: str = strawberry.field(
        default="UTC", description="The time zone, such as Europe/Berlin. Default: UTC."
    )
    replicas: int = strawberry.field(
        description="The minimum number of replicas until the next schedule, 1 to 1000."
    )


@strawberry.type(description="What a revision is made of. It can be sent back as ServiceSpecInput.")
class ServiceSpec:
    kind: spec.ServiceKind = strawberry.field(description="The server that answers.")
    resources: Resources = strawberry.field(description="What each replica requests.")
    environment: Environment = strawberry.field(description="The software that it runs with.")
    env: list[EnvVar] = strawberry.field(description="Environment variables.")
    secrets: list[SecretEnvVar] = strawberry.field(
        description="Environment variables whose values are never returned."
    )
    project_secrets: list[str] = strawberry.field(
        description="Secrets of the project that it gets as environment variables."
    )
    volumes: list[str] = strawberry.field(description="Volumes, as source(kind):/path.")
    replicas: int = strawberry.field(description="The minimum number of replicas.")
    max_replicas: int | None = strawberry.field(description="The maximum; null: no automatic scaling.")
    scale_metric: spec.ScaleMetric = strawberry.field(description="By what the number of replicas changes.")
    target_value: int = strawberry.field(
        description="The value of the metric that is aimed at: percent, or concurrent requests."
    )
    schedules: list[ReplicaSchedule] = strawberry.field(description="Minimum numbers of replicas by time.")
    script: str | None = strawberry.field(description="The Python code of a FUNCTION.")
    command: str | None = strawberry.field(description="The command of a CUSTOM service.")
    port: int | None = strawberry.field(description="The port it listens on; null: that of its kind.")
    ready_path: str | None = strawberry.field(
        description="The path that answers when a replica is ready; null: that of its kind."
    )
    timeout_seconds: float = strawberry.field(description="The time in which a response must begin.")
    max_concurrency: int = strawberry.field(
        description="The maximum number of concurrent requests; 0: no limit."
    )
    idle_timeout_seconds: float = strawberry.field(
        description="It stops after this time without requests; 0: never."
    )
    non_finite: spec.NonFinite = strawberry.field(
        description="How a MODEL or FUNCTION writes NaN and infinities."
    )


@strawberry.input(
    description="What a revision is made of. In createService a field that is left out has its default, in "
    "deployService the value of the newest revision."
)
class ServiceSpecInput:
    kind: spec.ServiceKind | None = strawberry.field(
        default=strawberry.UNSET, description="The server that answers. Default: MODEL."
    )
    resources: ResourcesInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="What each replica requests. Default: 0.5 CPU cores, 1 GiB of memory, no GPU.",
    )
    environment: EnvironmentInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="The software that it runs with. Default: what the model or the kind needs.",
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
        description="Volumes, as source(kind):/path, such as data(pvc):/mnt, 20 at most.",
    )
    replicas: int | None = strawberry.field(
        default=strawberry.UNSET, description="The minimum number of replicas, 1 to 100. Default: 1."
    )
    max_replicas: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The maximum number of replicas, 1 to 1000. Default: null, no automatic scaling.",
    )
    scale_metric: spec.ScaleMetric | None = strawberry.field(
        default=strawberry.UNSET, description="By what the number of replicas changes. Default: CPU."
    )
    target_value: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The value of the metric that is aimed at: 1 to 100 percent, or 1 to 10000 concurrent "
        "requests. Default: 80.",
    )
    schedules: list[ReplicaScheduleInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Minimum numbers of replicas by time, 20 at most."
    )
    script: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The Python code of a FUNCTION: predict(model, inputs), 200000 characters at most.",
    )
    command: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The command of a CUSTOM service, which answers HTTP on port $CUBE_PORT, 10000 "
        "characters at most.",
    )
    port: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The port it listens on, 1024 to 65535. Default: that of its kind.",
    )
    ready_path: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The path that answers when a replica is ready. Default: that of its kind.",
    )
    timeout_seconds: float | None = strawberry.field(
        default=strawberry.UNSET,
        description="The time in which a response must begin, at most 3600. Default: 60.",
    )
    max_concurrency: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The maximum number of concurrent requests, at most 100000. Default: 0, no limit.",
    )
    idle_timeout_seconds: float | None = strawberry.field(
        default=strawberry.UNSET,
        description="It stops after this time without requests and starts again at the next one, at most "
        "2592000. Default: 0, never.",
    )
    non_finite: spec.NonFinite | None = strawberry.field(
        default=strawberry.UNSET,
        description="How a MODEL or FUNCTION writes NaN and infinities. Default: NULL.",
    )


@strawberry.type(description="The limits within which a canary gets more traffic.")
class RolloutGates:
    error_rate: float = strawberry.field(
        description="How much larger the share of valid requests that fail may be, 0 to 0.5."
    )
    rejection_rate: float = strawberry.field(
        description="How much larger the share of rejected requests may be, 0 to 0.9."
    )
    latency_factor: float = strawberry.field(
        description="How many times as often it may be slower than nine in ten of the other responses, 1 to "
        "20."
    )
    difference_rate: float | None = strawberry.field(
        description="The share of mirrored requests whose response may differ, 0 to 0.9; null: no mirroring."
    )
    sample_rate: float = strawberry.field(
        description="The share of requests that are mirrored to the canary, 0 to 1."
    )
    tolerance: float = strawberry.field(
        description="The relative difference up to which two numbers are equal, 0 to 1."
    )


@strawberry.input(description="The limits within which a canary gets more traffic.")
class RolloutGatesInput:
    error_rate: float = strawberry.field(
        default=0.02,
        description="How much larger the share of valid requests that fail may be, 0 to 0.5. Default: 0.02.",
    )
    rejection_rate: float = strawberry.field(
        default=0.05,
        description="How much larger the share of rejected requests may be, 0 to 0.9. Default: 0.05.",
    )
    latency_factor: float = strawberry.field(
        default=3.0,
        description="How many times as often it may be slower than nine in ten of the other responses, 1 to "
        "20. Default: 3.",
    )
    difference_rate: float | None = strawberry.field(
        default=None,
        description="The share of mirrored requests whose response may differ, 0 to 0.9. Requests are "
        "mirrored to the canary, so repeating a request must be harmless. Default: null, no mirroring.",
    )
    sample_rate: float = strawberry.field(
        default=0.1,
        description="The share of requests that are mirrored to the canary, 0 to 1. Default: 0.1.",
    )
    tolerance: float = strawberry.field(
        default=1e-6,
        description="The relative difference up to which two numbers are equal, 0 to 1. Default: 0.000001.",
    )


@strawberry.input(description="How a revision gets the traffic.")
class RolloutStrategyInput:
    kind: plan.RolloutKind = strawberry.field(
        default=plan.RolloutKind.IMMEDIATE, description="The strategy. Default: IMMEDIATE."
    )
    steps: list[int] = strawberry.field(
        default_factory=lambda: [1, 10, 50, 100],
        description="The percentages of a canary, rising, the last 100, 20 at most. Default: 1, 10, 50, 100.",
    )
    step_seconds: float = strawberry.field(
        default=30, description="The minimum time of a step of a canary, at most 86400. Default: 30."
    )
    gates: RolloutGatesInput = strawberry.field(
        default_factory=RolloutGatesInput, description="The limits of a canary."
    )


@strawberry.type(description="The share of the traffic that a revision gets.")
class TrafficWeight:
    revision: int = strawberry.field(description="The number of the revision.")
    weight: int = strawberry.field(description="Percent of the requests, 1 to 100.")


@strawberry.input(description="The share of the traffic that a revision gets.")
class TrafficWeightInput:
    revision: int = strawberry.field(description="The number of the revision.")
    weight: int = strawberry.field(description="Percent of the requests, 0 to 100.")


def weights(traffic: Mapping[str, int]) -> list[TrafficWeight]:
    """Return the traffic of a row, by number of the revision."""
    return [
        TrafficWeight(revision=number, weight=weight)
        for number, weight in sorted((int(key), weight) for key, weight in traffic.items())
    ]


@strawberry.type(description="What a gate found of a canary.")
class GateVerdict:
    gate: plan.Gate = strawberry.field(description="The gate.")
    verdict: plan.Verdict = strawberry.field(description="What it found.")
    count: int = strawberry.field(description="Requests of the canary that count against it.")
    total: int = strawberry.field(description="Requests of the canary that are compared.")
    share: float | None = strawberry.field(description="`count` of `total`; null without requests.")
    baseline: float | None = strawberry.field(
        description="The same share of the other revisions; null when there is none."
    )
    threshold_seconds: float | None = strawberry.field(
        description="For LATENCY: the response time from which a response is slow."
    )


@strawberry.type(description="An event of a rollout.")
class RolloutEvent:
    at: Time = strawberry.field(description="When.")
    message: str = strawberry.field(description="What happened.")


@strawberry.type(description="The last rollout of a service: how a revision got the traffic.")
class Rollout:
    revision: int = strawberry.field(description="The number of the revision.")
    kind: plan.RolloutKind = strawberry.field(description="The strategy.")
    steps: list[int] = strawberry.field(description="The percentages of a canary.")
    step_seconds: float = strawberry.field(description="The minimum time of a step.")
    gates: RolloutGates = strawberry.field(description="The limits of a canary.")
    state: plan.RolloutState = strawberry.field(description="Where it is.")
    step: int = strawberry.field(description="The index of the present step; -1 before the first.")
    step_started_at: Time = strawberry.field(description="When the present step began.")
    previous_traffic: list[TrafficWeight] = strawberry.field(
        description="The traffic before; it is restored when the rollout is rolled back."
    )
    verdicts: list[GateVerdict] = strawberry.field(description="What the gates found in this step.")
    events: list[RolloutEvent] = strawberry.field(description="What happened, 50 events at most.")

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Rollout":
        return cls(
            revision=row["revision"],
            kind=plan.RolloutKind(row["kind"]),
            steps=row["steps"],
            step_seconds=row["step_seconds"],
            gates=from_mapping(RolloutGates, row["gates"]),
            state=plan.RolloutState(row["state"]),
            step=row["step"],
            step_started_at=datetime.fromisoformat(row["since"]),
            previous_traffic=weights(row["was"]),
            verdicts=[
                GateVerdict(
                    gate=plan.Gate(each["gate"]),
                    verdict=plan.Verdict(each["verdict"]),
                    count=each["seen"],
                    total=each["of"],
                    share=each["share"],
                    baseline=each["others"],
                    threshold_seconds=each["milliseconds"] / 1000 if "milliseconds" in each else None,
                )
                for each in row["looked"]
            ],
            events=[
                RolloutEvent(at=datetime.fromisoformat(each["at"]), message=each["words"])
                for each in row["said"]
            ],
        )


@strawberry.type(description="The version of a model that a revision serves.")
class ServedModel:
    id: strawberry.ID = strawberry.field(description="The id of the version.")
    model_id: strawberry.ID = strawberry.field(description="The id of the model.")
    name: str = strawberry.field(description="The name of the model.")
    number: int = strawberry.field(description="The number of the version.")
    framework: Framework = strawberry.field(description="The format of its files.")
    signature: ModelSignature | None = strawberry.field(
        description="Its inputs and outputs; null when they are not known."
    )

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "ServedModel":
        return cls(
            id=row["id"],
            model_id=row["modelId"],
            name=row["name"],
            number=row["number"],
            framework=Framework(row["framework"]),
            signature=row["signature"] and from_mapping(ModelSignature, row["signature"]),
        )


@strawberry.type(description="What was counted of the requests to one revision.")
class ServiceRevisionMetrics:
    revision: int = strawberry.field(description="The number of the revision.")
    points: Json = strawberry.field(
        description="Packed: [[start in seconds since 1970, requests, failed, median response time in ms, "
        "99th percentile in ms, mirrored, different, rejected], …], one point for each interval with "
        "requests, 60 to 168 at most. Times are null without responses. ServiceOutcome defines failed and "
        "rejected."
    )


@strawberry.type(description="What was counted of the requests to a service.")
class ServiceMetrics:
    interval_seconds: float = strawberry.field(description="The time that a point stands for.")
    revisions: list[ServiceRevisionMetrics] = strawberry.field(description="By revision.")


@strawberry.input(description="Input of createService.")
class CreateServiceInput:
    project: str = strawberry.field(description="The name or id of the project.")
    name: str = strawberry.field(
        description="The name, unique in the project: lowercase letters, digits and hyphens. It is part of "
        "the address."
    )
    spec: ServiceSpecInput = strawberry.field(
        default_factory=ServiceSpecInput, description="What the first revision is made of."
    )
    model: str | None = strawberry.field(
        default=None,
        description="The model that it serves: name:3, name@production, name (the newest), or the id of a "
        "version.",
    )
    access: Access = strawberry.field(
        default=Access.PROJECT, description="Who may send requests. Default: PROJECT."
    )
    description: str = strawberry.field(default="", description="What it is for, 500 characters at most.")
    cluster: str | None = strawberry.field(
        default=None, description="The cluster. Default: that of the project."
    )


@strawberry.input(description="Input of deployService.")
class DeployServiceInput:
    id: strawberry.ID = strawberry.field(description="The id of the service.")
    spec: ServiceSpecInput = strawberry.field(
        default_factory=ServiceSpecInput, description="What changes against the newest revision."
    )
    model: str | None = strawberry.field(
        default=None,
        description="The model that it serves: name:3, name@production, name (the newest), or the id of a "
        "version. Default: that of the newest revision.",
    )
    strategy: RolloutStrategyInput = strawberry.field(
        default_factory=RolloutStrategyInput, description="How it gets the traffic."
    )
    force: bool = strawberry.field(
        default=False,
        description="Deploy it although its model has another signature than one that has the traffic.",
    )


@strawberry.input(description="Input of updateService. A field that is left out keeps its value.")
class UpdateServiceInput:
    id: strawberry.ID = strawberry.field(description="The id of the service.")
    description: str | None = strawberry.field(
        default=None, description="What it is for, 500 characters at most."
    )
    access: Access | None = strawberry.field(
        default=None, description="Who may send requests; it takes effect immediately."
    )


@strawberry.input(description="Input of createServiceKey.")
class CreateServiceKeyInput:
    service: strawberry.ID = strawberry.field(description="The id of the service.")
    name: str = strawberry.field(description="The name, unique in the service, 1 to 100 characters.")
    requests_per_minute: int | None = strawberry.field(
        default=None,
        description="The maximum number of requests per minute and process of the platform. Default: null, "
        "no limit.",
    )
    tokens_per_minute: int | None = strawberry.field(
        default=None,
        description="The maximum number of tokens of a language model, in prompts and completions, per "
        "minute and process of the platform. Default: null, no limit.",
    )


@strawberry.type(description="Whether a revision can start on a cluster now.")
class ServicePreflight:
    verdict: PreflightVerdict = strawberry.field(description="Whether it can start.")
    message: str = strawberry.field(name="explanation", description="Why, as a sentence.")
    problems: list[str] = strawberry.field(description="What prevents it.")
    warnings: list[str] = strawberry.field(
        description="What does not prevent it and may surprise, such as a missing metrics server."
    )


@strawberry.type(description="The response of a service.")
class ServiceResponse:
    status: int = strawberry.field(description="The HTTP status.")
    body: str = strawberry.field(description="The body as text, 1 MiB at most.")
    duration_seconds: float = strawberry.field(description="The time until the response was complete.")
    revision: int = strawberry.field(description="The number of the revision that answered.")


@strawberry.type(description="A link that opens a service in a browser.")
class ServiceLink:
    url: str = strawberry.field(description="The address. It works once, within one minute.")


@strawberry.type(description="The use of a key on one day.")
class ServiceKeyUsage:
    date: Time = strawberry.field(description="The beginning of the day in UTC.")
    requests: Long = strawberry.field(description="All requests.")
    failed: Long = strawberry.field(description="Requests that failed: status 500 and above.")
    rejected: Long = strawberry.field(description="Requests that were rejected: status 400 to 499.")
    tokens: Long = strawberry.field(description="Tokens of language models.")


@strawberry.type(description="A key that gives access to a service.")
class ServiceKey:
    id: strawberry.ID = strawberry.field(description="The id of the key.")
    name: str = strawberry.field(description="The name.")
    suffix: str = strawberry.field(description="The last four characters, to tell keys apart.")
    requests_per_minute: int | None = strawberry.field(
        description="The maximum number of requests per minute and process; null: no limit."
    )
    tokens_per_minute: int | None = strawberry.field(
        description="The maximum number of tokens of a language model per minute and process; null: no limit."
    )
    created_at: Time = strawberry.field(description="When it was created.")
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "ServiceKey":
        return cls(
            id=row.id,
            name=row.name,
            suffix=row.ending,
            requests_per_minute=row.per_minute,
            tokens_per_minute=row.tokens_per_minute,
            created_at=row.created_at,
            user_id=row.created_by,
        )

    @strawberry.field(description="Who created it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="A new key with its secret, which is returned only once.")
class NewServiceKey:
    id: strawberry.ID = strawberry.field(description="The id of the key.")
    secret: str = strawberry.field(
        description="The secret. Send it as `Authorization: Bearer <secret>` or `X-API-Key: <secret>`."
    )


@strawberry.type(description="A version of a service. Its spec never changes; it runs or does not.")
class ServiceRevision:
    id: strawberry.ID = strawberry.field(description="The id of the revision.")
    number: int = strawberry.field(description="1, 2, 3 … in the order of deployment.")
    state: RevisionState = strawberry.field(description="The state.")
    reason: str | None = strawberry.field(
        description="The reason for the state, such as Unschedulable, EnvironmentFailed, OOMKilled or Lost."
    )
    message: str | None = strawberry.field(name="explanation", description="The reason as a sentence.")
    spec: ServiceSpec = strawberry.field(description="What it is made of.")
    model: ServedModel | None = strawberry.field(description="The model that it serves; null: none.")
    desired_replicas: int = strawberry.field(description="The number of replicas that there should be now.")
    ready_replicas: int = strawberry.field(description="The number of replicas that are ready.")
    created_at: Time = strawberry.field(description="When it was deployed.")
    user_id: strawberry.Private[str]
    service_id: strawberry.Private[str]
    workload: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "ServiceRevision":
        return cls(
            id=row.id,
            number=row.number,
            state=RevisionState(row.state),
            reason=row.reason,
            message=row.message,
            spec=from_mapping(ServiceSpec, grouped(row.spec)),
            model=row.model and ServedModel.of(row.model),
            desired_replicas=row.wanted or row.spec["replicas"],
            ready_replicas=row.ready,
            created_at=row.created_at,
            user_id=row.created_by,
            service_id=row.service_id,
            workload=spec.workload_name(row.service_id, row.number, row.starts),
        )

    async def _started(self, info: Info) -> Any:
        """Its newest start; None when there was none."""
        return await info.context.load(workloads.newest_by_owner, self.id)

    @strawberry.field(description="The stages of its last start, in order.")
    async def stages(self, info: Info) -> list[StartStage]:
        return stages(await self._started(info))

    @strawberry.field(description="When its last start was requested.")
    async def requested_at(self, info: Info) -> Time | None:
        started = await self._started(info)
        return started and started.requested_at

    @strawberry.field(description="When it was ready first after its last start.")
    async def ready_at(self, info: Info) -> Time | None:
        started = await self._started(info)
        return started and started.ready_at

    @strawberry.field(
        description="The last restart of one of its replicas since its last start; null when there was none "
        "or it does not run."
    )
    async def restarted(self, info: Info) -> Restart | None:
        return None if self.state.off else await restart_of(info, self.service_id, self.workload)

    @strawberry.field(description="Who created it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="A replica of a revision.")
class ServiceReplica:
    revision: int = strawberry.field(description="The number of the revision.")
    pod: Pod = strawberry.field(description="The pod that it runs in.")


@strawberry.type(description="A model or a program that answers requests.")
class Service(Node):
    name: str = strawberry.field(description="The name, unique in its project.")
    description: str = strawberry.field(description="What it is for.")
    cluster: str = strawberry.field(description="The cluster that it runs on.")
    access: Access = strawberry.field(description="Who may send requests.")
    enabled: bool = strawberry.field(description="Whether it is started; false after stopService.")
    traffic: list[TrafficWeight] = strawberry.field(
        description="How requests are split between revisions, 100 percent in all; empty before one was "
        "ready."
    )
    mirror: int | None = strawberry.field(
        description="The number of the revision that gets mirrored requests; null: none."
    )
    rollout: Rollout | None = strawberry.field(description="The last rollout; null before the first.")
    latest_revision: int = strawberry.field(description="The number of the newest revision.")
    project_id: strawberry.ID = strawberry.field(description="The id of the project.")
    created_at: Time = strawberry.field(description="When it was created.")
    role: strawberry.Private[Role]
    user_id: strawberry.Private[str]
    weights: strawberry.Private[Mapping[str, int]]

    @classmethod
    def of(cls, row: Any, role: Role) -> "Service":
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            cluster=row.cluster,
            access=Access(row.access),
            enabled=row.on,
            traffic=weights(row.traffic),
            mirror=row.mirror,
            rollout=row.rollout and Rollout.of(row.rollout),
            latest_revision=row.latest,
            project_id=row.project_id,
            created_at=row.created_at,
            role=role,
            user_id=row.created_by,
            weights=row.traffic,
        )

    @strawberry.field(description="The project that it belongs to.")
    async def project(self, info: Info) -> Project:
        return Project.of(await info.context.load(project_actions.projects_by_id, self.project_id), self.role)

    @strawberry.field(description="Who created it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(description="The revisions, newest first.")
    async def revisions(self, info: Info) -> list[ServiceRevision]:
        return [
            ServiceRevision.of(row) for row in await info.context.load(listing.revisions_by_service, self.id)
        ]

    @strawberry.field(description="The state of the revisions that get traffic.")
    async def state(self, info: Info) -> plan.ServiceState:
        port = info.context.ctx.clusters.get(self.cluster)
        rows = await info.context.load(listing.revisions_by_service, self.id)
        states = {row.number: RevisionState(row.state) for row in rows}
        state = plan.state_of(self.enabled, self.weights, states)
        if (port is None or not port.health().reachable) and state not in (
            plan.ServiceState.STOPPED,
            plan.ServiceState.FAILED,
        ):
            return plan.ServiceState.UNKNOWN
        return state

    @strawberry.field(description="The address of the service; a path follows it.")
    async def url(self, info: Info) -> str:
        project = await info.context.load(project_actions.projects_by_id, self.project_id)
        return address(
            info, f"/serve/{project.name}/{self.name}", self.id if self.access == Access.PROJECT else None
        )

    @strawberry.field(description="The replicas of its revisions, newest first, 100 at most.")
    async def replicas(self, info: Info) -> list[ServiceReplica]:
        async with info.context.read() as conn:
            rows = await clusters.pods_of(conn, self.id)
        return [
            ServiceReplica(revision=spec.parsed(row.workload)[1], pod=Pod.of(row))
            for row in reversed(rows[-100:])
        ]

    @strawberry.field(description="The keys that give access to it; empty for viewers of the project.")
    async def keys(self, info: Info) -> list[ServiceKey]:
        if not self.viewer_can_change():
            return []
        async with info.context.read() as conn:
            return [ServiceKey.of(row) for row in await listing.keys_of(conn, self.id)]

    @strawberry.field(description="What was counted of the requests in the last minutes.")
    async def metrics(
        self,
        info: Info,
        minutes: Annotated[
            int, strawberry.argument(description="The time to now in minutes: 10, 60, 1440 or 10080.")
        ] = 60,
    ) -> ServiceMetrics:
        if minutes not in SPANS:
            raise Invalid(messages.SERVICE_SPAN_INVALID(spans=", ".join(map(str, SPANS))), field="minutes")
        seconds, width = SPANS[minutes]
        since = int(clock.now().timestamp()) - seconds
        async with info.context.read() as conn:
            found = await listing.series(conn, self.id, since - since % width, width)
        return ServiceMetrics(
            interval_seconds=width,
            revisions=[
                ServiceRevisionMetrics(
                    revision=number, points=[point(at, each) for at, each in sorted(pieces.items())]
                )
                for number, pieces in sorted(found.items())
            ],
        )

    @strawberry.field(
        description="Whether you may deploy, split the traffic, create keys, stop and delete: members of "
        "the project may."
    )
    def viewer_can_change(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank


def point(at: int, counts: plan.Counts) -> list[float | None]:
    """Return a point of `ServiceRevisionMetrics.points`."""
    return [
        at,
        counts.requests,
        counts.errors,
        plan.quantile(counts.times, 0.5),
        plan.quantile(counts.times, 0.99),
        counts.mirrored,
        counts.different,
        counts.rejected,
    ]


@strawberry.type(description="A service that changed.")
class ServiceChange:
    cursor: str = strawberry.field(description="The position in the stream of changes.")
    id: strawberry.ID = strawberry.field(description="The id of the service.")
    service: Service | None = strawberry.field(description="The service now; null when it was deleted.")


def address(info: Info, path: str, thing: str | None) -> str:
    """Return the address of a path at the gateway. `thing`: what has a separate origin there, where that is
    possible."""
    settings = info.context.ctx.settings
    if settings.gateway_url:
        return settings.gateway_url.replace("*", thing or "serve").rstrip("/") + path
    connection = info.context.connection
    asked = connection.headers.get("host", "") if connection else ""
    host = urlsplit(f"//{asked}").hostname or urlsplit(settings.public_url or "").hostname or "localhost"
    if ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{settings.gateway_port or settings.port + 1}{path}"


async def load(info: Info, id: str) -> Service:
    """A service that the viewer may see."""
    async with info.context.read() as conn:
        row, standing = await access.service(conn, info.context.who, id)
    return Service.of(row, standing.role)


async def fresh(info: Info, id: str) -> Service:
    """A service as the running mutation has it."""
    row, standing = await access.service(info.context.writing, info.context.who, id)
    return Service.of(row, standing.role)


async def kinds_on(port: Port | None) -> list[ServiceKindInfo]:
    """Return the kinds of servers, and what each lacks on a cluster."""
    there = {each.name: each for each in await port.components()} if port and port.kind == "local" else {}
    found = []
    for kind in spec.KINDS.values():
        program = there.get(kind.program or "")
        missing = None
        if port and port.kind == "local" and kind.program and (program is None or program.state != "ready"):
            missing = f"This machine has no {kind.program}; on Kubernetes it comes as an image."
        found.append(
            ServiceKindInfo(
                kind=kind.name,
                title=kind.title,
                description=kind.description,
                requires_model=kind.model,
                image=kind.image,
                frameworks=list(kind.frameworks),
                unavailable_reason=missing,
            )
        )
    return found


def _spec(given: ServiceSpecInput) -> dict[str, Any]:
    """Return an input as `spec.ServiceSpec` reads it."""
    return flattened(to_mapping(given))


@strawberry.type
class Query:
    @strawberry.field(description="Return a service by id; null when there is none that you may see.")
    async def service(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id.")]
    ) -> Service | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(description="List the services of your projects, or of one project, newest first.")
    async def services(
        self,
        info: Info,
        project: Annotated[
            str | None,
            strawberry.argument(description="The name or id of a project. Default: all your projects."),
        ] = None,
        search: Annotated[str, strawberry.argument(description="A part of the name.")] = "",
        after: Annotated[
            str | None, strawberry.argument(description="The `endCursor` of the page before.")
        ] = None,
        first: Annotated[int, strawberry.argument(description="The size of a page, 1 to 200.")] = 50,
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
                most=context.ctx.settings.max_page_size,
            )
        return connection(rows, lambda row: Service.of(row, projects.Roles(roles).of(row.project_id)))

    @strawberry.field(description="List the kinds of servers, and whether each can run on a cluster.")
    async def service_kinds(
        self,
        info: Info,
        cluster: Annotated[str | None, strawberry.argument(description="The name of the cluster.")] = None,
    ) -> list[ServiceKindInfo]:
        return await kinds_on(info.context.ctx.clusters.get(cluster or ""))

    @strawberry.field(description="Check whether a revision can start on a cluster now. It changes nothing.")
    async def preflight_service(
        self,
        info: Info,
        project: Annotated[str, strawberry.argument(description="The name or id of the project.")],
        spec: Annotated[ServiceSpecInput, strawberry.argument(description="What the revision is made of.")],
        model: Annotated[
            str | None, strawberry.argument(description="The model, as in createService.")
        ] = None,
        cluster: Annotated[
            str | None, strawberry.argument(description="The cluster. Default: that of the project.")
        ] = None,
    ) -> ServicePreflight:
        context = info.context
        made = actions.defined({"command": "true", "script": "def predict", **_spec(spec)})
        async with context.read() as conn:
            standing = await projects.project(conn, context.who, project)
            serves = await actions.served(conn, standing.id, made, model)
            place = clusters.chosen_cluster(context.ctx, standing, cluster)
            facts = Facts(
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
            whole = await clusters.equipped(conn, context.ctx, workload(made, facts))
            waits = await quotas.judged(conn, whole)
        found = await clusters.planned(context.ctx, place, whole, waits)
        problems = [problem.removeprefix("step main ") for problem in found.problems]
        return ServicePreflight(
            verdict=PreflightVerdict(found.verdict),
            message=found.message,
            problems=problems,
            warnings=list(found.warnings),
        )


@strawberry.type
class Mutation:
    @mutation
    async def create_service(
        self,
        info: Info,
        input: Annotated[CreateServiceInput, strawberry.argument(description="What to create.")],
    ) -> Service:
        """Create a service and start its first revision, which gets all requests as soon as it is ready.
        Members of the project may."""
        context = info.context
        made = await actions.create(
            context.writing,
            context.ctx,
            context.who,
            project=input.project,
            name=input.name,
            told=_spec(input.spec),
            model=input.model,
            who=input.access,
            description=input.description,
            cluster=input.cluster,
        )
        return await fresh(info, made)

    @mutation
    async def deploy_service(
        self,
        info: Info,
        input: Annotated[DeployServiceInput, strawberry.argument(description="What to deploy.")],
    ) -> Service:
        """Deploy a new revision. Members of the project may. CONFLICT at `force`: the signature of its model
        differs from that of a model that has the traffic. CONFLICT at `strategy.kind`: requests come by a
        route on which a canary cannot be judged."""
        context = info.context
        await actions.deploy(
            context.writing,
            context.ctx,
            context.who,
            service=input.id,
            told=_spec(input.spec),
            model=input.model,
            strategy=to_mapping(input.strategy),
            force=input.force,
        )
        return await fresh(info, input.id)

    @mutation
    async def activate_revision(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
        number: Annotated[int, strawberry.argument(description="The number of the revision.")],
        strategy: Annotated[
            RolloutStrategyInput | None,
            strawberry.argument(description="How it gets the traffic. Default: IMMEDIATE."),
        ] = None,
        force: Annotated[
            bool, strawberry.argument(description="Confirm a change of the signature, as in deployService.")
        ] = False,
    ) -> Service:
        """Give the traffic to a revision, or back to an earlier one. It is started when it does not run.
        Members of the project may."""
        context = info.context
        await actions.activate(
            context.writing,
            context.ctx,
            context.who,
            service=id,
            number=number,
            strategy=to_mapping(strategy) or {},
            force=force,
        )
        return await fresh(info, id)

    @mutation
    async def set_traffic(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
        traffic: Annotated[
            list[TrafficWeightInput],
            strawberry.argument(description="The weights of the revisions, 100 percent in all."),
        ],
        mirror: Annotated[
            int | None,
            strawberry.argument(
                description="The number of a revision that gets mirrored requests with bodies up to 1 MiB; "
                "its responses are compared and discarded. Default: none."
            ),
        ] = None,
        force: Annotated[
            bool, strawberry.argument(description="Confirm a change of the signature, as in deployService.")
        ] = False,
    ) -> Service:
        """Split the traffic between revisions. A rollout in progress ends. Members of the project may."""
        await actions.set_traffic(
            info.context.writing,
            info.context.who,
            id,
            traffic=[(each.revision, each.weight) for each in traffic],
            mirror=mirror,
            force=force,
        )
        return await fresh(info, id)

    @mutation
    async def abort_rollout(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
    ) -> Service:
        """End a rollout and give the traffic back to the revisions that had it before. Members of the project
        may."""
        await actions.abort(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation
    async def start_service(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
    ) -> Service:
        """Start the revisions that get traffic. Members of the project may."""
        await actions.start(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation
    async def stop_service(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
    ) -> Service:
        """Stop all revisions. The traffic weights are kept for the next start. Members of the project may."""
        await actions.stop(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation
    async def update_service(
        self,
        info: Info,
        input: Annotated[UpdateServiceInput, strawberry.argument(description="What to change.")],
    ) -> Service:
        """Change the description of a service, or who may send requests. Members of the project may."""
        await actions.change(
            info.context.writing,
            info.context.ctx,
            info.context.who,
            service=input.id,
            description=input.description,
            who=input.access,
        )
        return await fresh(info, input.id)

    @mutation
    async def delete_service(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
    ) -> Done:
        """Delete a stopped service with its revisions, keys and metrics. Members of the project may."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def create_service_key(
        self,
        info: Info,
        input: Annotated[CreateServiceKeyInput, strawberry.argument(description="What to create.")],
    ) -> NewServiceKey:
        """Create a key of a service. Its secret is returned only once. Members of the project may."""
        key, secret = await actions.make_key(
            info.context.writing,
            info.context.who,
            input.service,
            name=input.name,
            per_minute=input.requests_per_minute,
            tokens_per_minute=input.tokens_per_minute,
        )
        return NewServiceKey(id=strawberry.ID(key), secret=secret)

    @mutation
    async def revoke_service_key(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of the key.")]
    ) -> Service:
        """Delete a key. Requests with it are refused from now on. Members of the project may."""
        return await fresh(info, await actions.revoke_key(info.context.writing, info.context.who, id))

    @mutation
    async def open_service(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
    ) -> ServiceLink:
        """Create a link that opens a service in a browser. Members and viewers of the project may."""
        context = info.context
        row, standing = await access.service(context.writing, context.who, id)
        ticket = await credentials.ticket(context.writing, context.who, row.id)
        base = address(info, f"/serve/{standing.name}/{row.name}/", row.id)
        parts = urlsplit(base)
        if parts.hostname in ("localhost", "127.0.0.1", "::1"):
            base = base.replace(parts.netloc, f"{row.id}.localhost:{parts.port}", 1)
        return ServiceLink(url=f"{base}?ticket={ticket}")

    @strawberry.mutation(
        description="Send a request to a service, as the console does to try it. It does not count in the "
        "metrics. Members and viewers of the project may."
    )
    async def invoke_service(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
        path: Annotated[str, strawberry.argument(description="The path; it begins with /.")] = "/predict",
        method: Annotated[HttpMethod, strawberry.argument(description="The method.")] = HttpMethod.POST,
        body: Annotated[str, strawberry.argument(description="The body, 1 MiB at most.")] = "",
        revision: Annotated[
            int | None,
            strawberry.argument(description="The number of a revision. Default: one that gets traffic."),
        ] = None,
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
            async with asyncio.timeout(target.spec["timeout_seconds"]):
                link = await clusters.cluster_of(context.ctx, row.cluster).connect(name)
                try:
                    status, answer = await fetch(
                        link,
                        path,
                        [("content-type", "application/json")],
                        most=TRY_ANSWER,
                        method=method.name,
                        sent=body.encode(),
                    )
                finally:
                    await link.close()
        except TimeoutError as error:
            raise Unavailable(
                messages.SERVICE_TIMED_OUT(seconds=f"{target.spec['timeout_seconds']:g}")
            ) from error
        except OSError as error:
            raise Unavailable(messages.SERVICE_UNREACHABLE()) from error
        return ServiceResponse(
            status=status,
            body=answer.decode("utf-8", "replace"),
            duration_seconds=time.perf_counter() - began,
            revision=number,
        )


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Follow a service: the service now, then at each change of it or its revisions. The "
        "stream ends with null when the service is deleted."
    )
    async def service_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
    ) -> AsyncIterator[ServiceChange]:
        async with aclosing(
            follow.one(info.context.ctx.bus, [on(ServiceChanged, service_id=id)], lambda: load(info, id))
        ) as news:
            async for cursor, found in news:
                yield ServiceChange(cursor=cursor, id=id, service=found)

    @strawberry.subscription(
        description="Follow the services of your projects, or of one project: each that changes from now on."
    )
    async def services_changed(
        self,
        info: Info,
        project: Annotated[
            str | None,
            strawberry.argument(description="The name or id of a project. Default: all your projects."),
        ] = None,
    ) -> AsyncIterator[ServiceChange]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, ServiceChanged)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("service_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield ServiceChange(cursor=cursor, id=strawberry.ID(key), service=found)
