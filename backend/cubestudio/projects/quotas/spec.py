"""What a workload takes at most at once, and whether that is within limits. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cubestudio.core.cluster import outputs
from cubestudio.core.cluster.port import Graph, Node, Server, Task, Workload

MANY = 1000
"""Items that a fan-out over a list which only the run will know counts as."""


FIELDS = ("cpu", "memory", "gpu", "pods", "notebooks")
KIND = "gpu "
"""Before the name of a kind of card, where amounts are named."""


@dataclass(kw_only=True, frozen=True)
class Amount:
    """Cores, bytes, cards, pods, notebooks; and of the cards how many of a kind that was asked for by
    name."""

    cpu: float = 0
    memory: int = 0
    gpu: int = 0
    pods: int = 0
    notebooks: int = 0
    cards: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Any) -> "Amount":
        return cls(**{name: getattr(row, name) or 0 for name in FIELDS}, cards=dict(row.cards or {}))

    @classmethod
    def made(cls, parts: Mapping[str, Any]) -> "Amount":
        """From amounts by name."""
        cards = {
            name.removeprefix(KIND): value for name, value in parts.items() if name.startswith(KIND) and value
        }
        return cls(**{name: parts.get(name, 0) for name in FIELDS}, cards=cards)

    @property
    def parts(self) -> dict[str, Any]:
        """Amounts by name; of a kind of card as `gpu KIND`."""
        return {name: getattr(self, name) for name in FIELDS} | {
            KIND + kind: count for kind, count in self.cards.items()
        }

    def __add__(self, other: "Amount") -> "Amount":
        mine, theirs = self.parts, other.parts
        return Amount.made({name: mine.get(name, 0) + theirs.get(name, 0) for name in mine | theirs})

    def times(self, count: int) -> "Amount":
        return Amount.made({name: value * count for name, value in self.parts.items()})


def caps(limits: Any) -> dict[str, Any]:
    """Limits by name, those that there are."""
    named = {name: getattr(limits, name) for name in FIELDS} | {
        KIND + kind: most for kind, most in (limits.cards or {}).items()
    }
    return {name: most for name, most in named.items() if most is not None}


def over(limits: Any, wanted: Amount) -> list[str]:
    """The names of what is more than the limits."""
    ctx = wanted.parts
    return [name for name, most in caps(limits).items() if ctx.get(name, 0) > most + 1e-9]


def _task(task: Task) -> Amount:
    members = sum(count for _, count in task.gang.roles) if task.gang else 1
    cards = Counter(
        {name: count * members for name, count in task.claims.items()}
    )  # devices that are claimed count as GPUs
    if task.gpu and task.gpu_type:
        cards[task.gpu_type] += task.gpu * members
    return Amount(
        cpu=task.cpu * members,
        memory=task.memory * members,
        gpu=(task.gpu + sum(task.claims.values())) * members,
        pods=members if task.gang and task.gang.kind else 1,
        cards=cards,
    )


def _copies(node: Node) -> int:
    """How many pods of a step may run at once."""
    if node.skip or (node.each is None and node.given):
        return 0
    return 1 if node.each is None else len(node.each) if isinstance(node.each, tuple) else MANY


Chains = list[tuple[Amount, int]]
"""What may run at once: amounts, each with how many of it there are. A fan-out of ten thousand items is one
entry."""


def _chains(nodes: Sequence[Node]) -> Chains:
    """Steps in chains of which one runs at a time, each as its largest: what may run at once, never less than
    it is."""
    chains: Chains = []
    ends: dict[str, int] = {}
    """Where the chain is that ends with a step."""
    for node in _levels(nodes):
        if not (copies := _copies(node)):
            continue
        amount = _task(node.task)
        before = next((need for need in node.needs if need in ends), None)
        if before is not None:
            ends[node.name] = place = ends.pop(before)
            chains[place] = _largest(chains[place][0], amount), 1
            copies -= 1
        else:
            ends[node.name] = len(chains)
            chains.append((amount, 1))
            copies -= 1
        if copies:
            chains.append((amount, copies))
    return chains


def _levels(nodes: Sequence[Node]) -> Iterable[Node]:
    """Steps without those before them first, then those that need only these, and so on; each level in the
    order written."""
    names = {node.name for node in nodes}
    waits = {node.name: len(names & set(node.needs)) for node in nodes}
    after: dict[str, list[str]] = {name: [] for name in names}
    for node in nodes:
        for need in names & set(node.needs):
            after[need].append(node.name)
    places = {node.name: place for place, node in enumerate(nodes)}
    level = [node.name for node in nodes if not waits[node.name]]
    while level:
        yield from (nodes[places[name]] for name in level)
        following: list[str] = []
        for name in level:
            for other in after[name]:
                waits[other] -= 1
                if not waits[other]:
                    following.append(other)
        level = sorted(following, key=places.__getitem__)


def _largest(one: Amount, other: Amount) -> Amount:
    mine, theirs = one.parts, other.parts
    return Amount.made({name: max(mine.get(name, 0), theirs.get(name, 0)) for name in mine | theirs})


def _together(chains: Chains, parallelism: int) -> Amount:
    """What the largest of them take, of each thing by itself."""
    known = [(chain.parts, count) for chain, count in chains]
    sums = {}
    for name in {name for parts, _ in known for name in parts}:
        left, total = parallelism or sum(count for _, count in known), 0
        for value, count in sorted(((parts.get(name, 0), count) for parts, count in known), reverse=True):
            total += value * min(count, left)
            left -= min(count, left)
        sums[name] = total
    return Amount.made(sums)


def demand(workload: Workload) -> Amount:
    """What a workload takes at most at once."""
    body = workload.body
    match body:
        case Task():
            return _task(body)
        case Server():
            most = body.scale.most if body.scale else body.replicas
            return _task(body.task).times(most) + Amount(
                notebooks=int(workload.labels.get("cubestudio/kind") == "notebook")
            )
        case Graph():
            return _together(_chains(body.nodes), body.parallelism)


def narrowed(workload: Workload, limits: Iterable[Any]) -> Workload:
    """A graph with so few steps at once that it can be within the limits; when even one at a time cannot, as
    it was."""
    body, known = workload.body, list(limits)
    if not isinstance(body, Graph) or not known:
        return workload
    chains = _chains(body.nodes)

    def fits(parallelism: int) -> bool:
        return not any(over(each, _together(chains, parallelism)) for each in known)

    if fits(body.parallelism) or not fits(1):
        return workload
    low, high = 1, body.parallelism or sum(count for _, count in chains)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return replace(workload, body=replace(body, parallelism=low))


def fitted(workload: Workload, limits: Iterable[Any]) -> tuple[Workload, Amount]:
    """A workload narrowed to the limits, and what it takes then."""
    made = narrowed(workload, limits)
    return made, demand(made)


def amount(name: str, value: float) -> str:
    """An amount for a person."""
    if name in ("memory", "storage"):
        return outputs.size(value)
    if name.startswith(KIND):
        return f"{value:.4g} {name.removeprefix(KIND)} GPU{'' if value == 1 else 's'}"
    unit = {"cpu": "cores", "gpu": "GPUs", "pods": "pods", "notebooks": "notebooks"}[name]
    return f"{value:.4g} {unit.removesuffix('s') if value == 1 else unit}"
