"""What a framework of distributed training is to us: who belongs to a gang, what each member is told when
all of them are processes of one pod, and which resource of Kubernetes gives every member a pod of its own.
Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Roles = tuple[tuple[str, int], ...]
"""(role, members), the leader's first."""


@dataclass(frozen=True)
class Told:
    """What one process of a gang in one pod is told. In `env` and `command`, `@n@` stands for a free port,
    the same in all members. `command`: put before the task's own. `helper`: ended when the others have; it
    leaves nothing."""

    env: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    helper: bool = False


@dataclass(kw_only=True, frozen=True)
class Framework:
    """`roles(workers, servers)`: who belongs to a gang of that size. `told(roles)`: one entry for each
    process in one pod, the leader's first. `program`: what the machine must have, and how to have it."""

    name: str
    title: str
    roles: Callable[[int, int], Roles]
    told: Callable[[Roles], list[Told]]
    program: tuple[str, str] | None = None


@dataclass(kw_only=True, frozen=True)
class Asked:
    """What a resource is made from. `pod(role, container, index)`: the template of a role's pods, its one
    container with that name; `index` is the label that numbers the members of a role. `scheduler`: volcano,
    kube-batch, kueue or none. `settings`: what else the resource is told. `fields`: those that the cluster's
    own schema has in the resource's `spec`; empty when that is not known."""

    name: str
    labels: Mapping[str, str]
    roles: Roles
    pod: Callable[[str, str, str | None], dict[str, Any]]
    scheduler: str = ""
    queue: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()


@dataclass(kw_only=True, frozen=True)
class Ends:
    """How a resource says that it has ended, below its `status`. `path` leads to a word, which is one of
    `success` or `failure` then, or to conditions, of which one with such a type is true. `words`: where it
    says why, the first that is there. `code`: an expression that finds in them what the leader's command
    ended with, where no container ends so."""

    path: str
    success: tuple[str, ...]
    failure: tuple[str, ...]
    words: tuple[str, ...] = ()
    code: str = ""


CONDITIONS = Ends(path="conditions", success=("Succeeded",), failure=("Failed",))


@dataclass(kw_only=True, frozen=True)
class Kind:
    """A resource of Kubernetes that runs gangs. `more`: pods beside the members' that it has before the work
    begins. `needs` is the component that must be installed; `space`: labels without which it does nothing in
    a namespace; `image`: the program that its pods start with beside ours, so that the step must name an
    image; `queued`: whether Kueue can hold it back. `group(roles)`: how many pods a gang scheduler waits for,
    0 where the operator sees to that itself. `account`: that of the leader's pod, with its rights, where it
    makes pods itself. `strict`: whether its operator starts members that failed again, so that our keeper
    ends the gang. `varies`: whether what is made depends on the fields that the cluster's version of it has.
    `rooted`: the frameworks whose pods run as root. `adds(roles, fields)`: the containers that its operator
    makes with rights that Pod Security "restricted" refuses, and how an administrator changes that, or ""
    where nobody can."""

    name: str
    version: str
    plural: str
    frameworks: tuple[str, ...]
    needs: str
    make: Callable[[Asked], dict[str, Any]]
    ends: Ends = CONDITIONS
    space: Mapping[str, str] = field(default_factory=dict)
    image: str = ""
    queued: bool = True
    group: Callable[[Roles], int] = lambda roles: count(roles)
    account: tuple[str, tuple[Mapping[str, Any], ...]] | None = None
    strict: bool = False
    more: int = 0
    varies: bool = False
    rooted: tuple[str, ...] = ()
    adds: Callable[[Roles, frozenset[str]], tuple[str, str] | None] = lambda _roles, _fields: None


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
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": "@0@",
                "RANK": str(rank),
                "WORLD_SIZE": size,
                "LOCAL_RANK": str(rank),
                "LOCAL_WORLD_SIZE": size,
                "GROUP_RANK": "0",
            }
        )
        for rank in range(count(roles))
    ]


def titled(role: str) -> str:
    return role[:1].upper() + role[1:]


def queued(asked: Asked) -> dict[str, Any]:
    """The metadata of a resource: its labels, and that of the queue which admits it."""
    labels = dict(asked.labels)
    if asked.scheduler == "kueue" and asked.queue:
        labels[QUEUE] = asked.queue
    return {"name": asked.name, "labels": labels}


def scheduled(asked: Asked, template: dict[str, Any]) -> dict[str, Any]:
    """A pod's template, placed by the gang scheduler where there is one, as one of the resource's group."""
    if asked.scheduler in GROUPING:
        template["spec"]["schedulerName"] = asked.scheduler
        template["metadata"].setdefault("annotations", {})[GROUP] = asked.name
    return template


SERVES = "cubestudio/serves"
"""The label of pods that only serve the command: their operator ends them after it, and they end in their own
way."""
QUEUE = "kueue.x-k8s.io/queue-name"
GROUP = "scheduling.k8s.io/group-name"
GROUPING = {"volcano": "scheduling.volcano.sh/v1beta1", "kube-batch": "scheduling.incubator.k8s.io/v1alpha1"}
"""Schedulers that start the pods of a PodGroup all at once, and the API version of theirs."""
