"""What a framework of distributed training is to us: who belongs to a gang, what each member is told when all of them are
processes of one pod, and which resource of Kubernetes gives every member a pod of its own. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Roles = tuple[tuple[str, int], ...]
"""(role, members), the leader's first."""


@dataclass(frozen=True)
class Told:
    """What one process of a gang in one pod is told. In `env` and `command`, `@n@` stands for a free port, the same in all
    members. `command`: put before the task's own. `helper`: ended when the others have; it leaves nothing."""

    env: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    helper: bool = False


@dataclass(frozen=True)
class Framework:
    """`roles(workers, servers)`: who belongs to a gang of that size. `told(roles)`: one entry for each process in one pod, the
    leader's first. `program`: what the machine must have, and how to have it."""

    name: str
    title: str
    roles: Callable[[int, int], Roles]
    told: Callable[[Roles], list[Told]]
    program: tuple[str, str] | None = None


@dataclass(frozen=True)
class Asked:
    """What a resource is made from. `pod(role, container, index)`: the template of a role's pods, its one container with that
    name; `index` is the label that numbers the members of a role. `scheduler`: volcano, kube-batch, kueue or none. `settings`: what
    else the resource is told."""

    name: str
    labels: Mapping[str, str]
    roles: Roles
    pod: Callable[[str, str, str | None], dict[str, Any]]
    scheduler: str = ""
    queue: str = ""
    timeout: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A resource of Kubernetes that runs gangs. `success` and `failure` are conditions on it as Argo reads them: all of the
    first, any of the second. `needs` is the component that must be installed; `space`: labels without which it does nothing in a
    namespace."""

    name: str
    version: str
    plural: str
    frameworks: tuple[str, ...]
    needs: str
    make: Callable[[Asked], dict[str, Any]]
    success: Callable[[Roles], str]
    failure: Callable[[Roles], str]
    space: Mapping[str, str] = field(default_factory=dict)


def rank_of(roles: Roles, role: str, index: int) -> int:
    """The number of a member among all."""
    rank = 0
    for name, members in roles:
        if name == role:
            return rank + index
        rank += members
    raise ValueError(f"no role {role}")


def count(roles: Roles) -> int:
    return sum(members for _, members in roles)


def each(roles: Roles) -> list[tuple[str, int]]:
    """(role, index) of every member, by rank."""
    return [(name, index) for name, members in roles for index in range(members)]


def workers(count_: int, _servers: int) -> Roles:
    """Members that are all the same."""
    return (("worker", count_),)


def led(count_: int, _servers: int) -> Roles:
    """A master, which works too, and workers."""
    return (("master", 1), ("worker", count_ - 1)) if count_ > 1 else (("master", 1),)


def rendezvous(roles: Roles) -> list[Told]:
    """MASTER_ADDR, MASTER_PORT, RANK, WORLD_SIZE: the way of torch.distributed, which others follow."""
    size = str(count(roles))
    return [
        Told(
            {
                "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "@0@", "RANK": str(rank), "WORLD_SIZE": size, "LOCAL_RANK": str(rank),
                "LOCAL_WORLD_SIZE": size, "GROUP_RANK": "0",
            }
        )
        for rank in range(count(roles))
    ]  # fmt: skip


def titled(role: str) -> str:
    return role[:1].upper() + role[1:]


def queued(asked: Asked) -> dict[str, Any]:
    """The metadata of a resource: its labels, and that of the queue which admits it."""
    labels = dict(asked.labels)
    if asked.scheduler == "kueue" and asked.queue:
        labels["kueue.x-k8s.io/queue-name"] = asked.queue
    return {"generateName": asked.name, "labels": labels}


def scheduled(asked: Asked, template: dict[str, Any]) -> dict[str, Any]:
    """A pod's template, placed by the gang scheduler where there is one."""
    if asked.scheduler in ("volcano", "kube-batch"):
        template["spec"]["schedulerName"] = asked.scheduler
    return template
