"""What notebooks, services and steps request of a cluster, in the graph: resources, environment, variables.

The rules are in the specs (`core.inputs`), which are flat; `core.inputs.grouping` converts both ways."""

import strawberry

from cubestudio.core.graph.scalars import Long


@strawberry.type(description="A number of devices of one kind.")
class DeviceCount:
    name: str = strawberry.field(description="The name of the kind of device.")
    count: int = strawberry.field(description="How many.")


@strawberry.input(description="A number of devices of one kind.")
class DeviceCountInput:
    name: str = strawberry.field(description="The name of the kind of device.")
    count: int = strawberry.field(description="How many, at least 1.")


@strawberry.type(description="What each replica or session requests of a cluster, and may use.")
class Resources:
    cpu: float = strawberry.field(description="CPU in cores.")
    memory: Long = strawberry.field(description="Memory in bytes.")
    gpu: int = strawberry.field(description="The number of GPUs.")
    gpu_type: str = strawberry.field(description="The type of the GPUs, such as A100; empty: any.")
    gpu_share: str = strawberry.field(
        description="The share of each GPU: a part such as 0.5, or memory such as 8Gi; empty: the whole GPU."
    )
    devices: list[DeviceCount] = strawberry.field(description="Other devices, by their names here.")
    claims: list[DeviceCount] = strawberry.field(
        description="Devices by the device classes of a Kubernetes cluster (dynamic resource allocation)."
    )


@strawberry.input(
    description="What each replica or session requests of a cluster, and may use. A field that is left out "
    "has its default, or keeps its value in an update."
)
class ResourcesInput:
    cpu: float | None = strawberry.field(
        default=strawberry.UNSET, description="CPU in cores, more than 0, at most 1024."
    )
    memory: Long | None = strawberry.field(default=strawberry.UNSET, description="Memory in bytes.")
    gpu: int | None = strawberry.field(
        default=strawberry.UNSET, description="The number of GPUs, 0 to 1024. Default: 0."
    )
    gpu_type: str | None = strawberry.field(
        default=strawberry.UNSET, description="The type of the GPUs, such as A100. Default: any."
    )
    gpu_share: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The share of each GPU: a part from 0.01 to 0.99, or memory such as 8Gi. Default: the "
        "whole GPU.",
    )
    devices: list[DeviceCountInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Other devices, by their names here, 16 kinds at most."
    )
    claims: list[DeviceCountInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Devices by the device classes of a Kubernetes cluster (dynamic resource allocation), 16 "
        "classes at most.",
    )


@strawberry.type(description="The software that code runs with.")
class Environment:
    python: str | None = strawberry.field(
        description="The version of Python, such as 3.11; null: that of the machine or the image."
    )
    requirements: list[str] = strawberry.field(description="Python packages, as in a requirements file.")
    image: str | None = strawberry.field(description="The container image on Kubernetes; null: the default.")
    root: bool = strawberry.field(description="Whether it runs as root on Kubernetes.")


@strawberry.input(
    description="The software that code runs with. A field that is left out has its default, or keeps its "
    "value in an update."
)
class EnvironmentInput:
    python: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The version of Python, such as 3.11. Default: that of the machine or the image.",
    )
    requirements: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Python packages, as in a requirements file. Default: none."
    )
    image: str | None = strawberry.field(
        default=strawberry.UNSET, description="The container image on Kubernetes, 500 characters at most."
    )
    root: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether it runs as root on Kubernetes, for images that need it. Default: false.",
    )


@strawberry.type(description="An environment variable.")
class EnvVar:
    name: str = strawberry.field(description="The name.")
    value: str = strawberry.field(description="The value.")


@strawberry.input(description="An environment variable.")
class EnvVarInput:
    name: str = strawberry.field(
        description="The name: letters, digits and underscores; not CUBE_…, HOME…, PATH… or TMPDIR…."
    )
    value: str = strawberry.field(description="The value.")


@strawberry.type(description="An environment variable whose value is kept encrypted and never returned.")
class SecretEnvVar:
    name: str = strawberry.field(description="The name.")
    value: str | None = strawberry.field(description="Always null: sent back, it keeps the value.")


@strawberry.input(description="An environment variable whose value is kept encrypted and never returned.")
class SecretEnvVarInput:
    name: str = strawberry.field(
        description="The name: letters, digits and underscores; not CUBE_…, HOME…, PATH… or TMPDIR…."
    )
    value: str | None = strawberry.field(
        default=None, description="The value. Null keeps the value that there is; without one, it is empty."
    )
