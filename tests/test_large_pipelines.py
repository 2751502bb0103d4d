"""Large pipelines cost in proportion to their arrows: reading, checking, planning, quotas and the runner of
this machine."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cubestudio.core.cluster.local.graph import Runner
from cubestudio.core.cluster.port import Graph, Node, Outcome, PodState, Task, Workload
from cubestudio.core.inputs.definition import checked
from cubestudio.pipelines import actions, messages
from cubestudio.pipelines.runs import plan, spec
from cubestudio.pipelines.spec import Definition, check, order
from cubestudio.projects.quotas.spec import Amount, demand
from cubestudio.templates import actions as templates


def mesh(steps: int) -> str:
    """Steps that each need all before them."""
    return "name: mesh\nsteps:\n" + "".join(
        f"- {{name: s{n}, template: shell, args: {{script: 'true'}}, needs: "
        f"[{', '.join(f's{m}' for m in range(n))}]}}\n"
        for n in range(steps)
    )


def bodies():
    body = templates.read((templates.BUILTIN / "shell.yaml").read_text())
    return {(body.name, None): body, (body.name, body.version): body}


FACTS = spec.Facts(
    id="r",
    number=1,
    pipeline_id="p",
    pipeline="p",
    project_id="q",
    project="q",
    user="u",
    created_at=datetime.now(UTC),
    params={},
    environment="test",
    unseal=str,
    sign=str,
    secrets={},
)


def whole(steps: int) -> dict[str, float]:
    """Seconds of the CPU that each part takes."""
    took: dict[str, float] = {}

    def timed(name, function, *args):
        began = time.thread_time()
        made = function(*args)
        took[name] = time.thread_time() - began
        return made

    known = bodies()
    data = timed("yaml", actions.from_yaml, mesh(steps))
    definition = timed("model", checked, Definition, data, messages.PIPELINE_NOT_SAVED)
    assert timed("check", check, definition, known) == []
    timed("order", order, definition)

    def planned():
        with pytest.raises(StopIteration):
            next(plan.plan(definition, known, FACTS, None, False))

    timed("plan", planned)
    workload = timed("workload", spec.workload, "run", definition, known, FACTS, {}, {}, 1, 0, "u")
    timed("quotas", demand, workload)

    def run():
        runner = Runner("x", workload.body, [], time.time)
        runner.begin()
        while not runner.over:
            key = runner.ready.pop()
            runner.placed(key, "pod")
            runner.ended(key, PodState.SUCCEEDED, None, None, Outcome())

    timed("runner", run)
    return took


def test_each_part_takes_as_long_as_there_are_arrows():
    small, large = whole(200), whole(800)  # 16 times the arrows
    for name, seconds in large.items():
        assert seconds < 40 * max(small[name], 0.005), (name, small, large)


async def test_a_mesh_of_a_thousand_steps_is_checked_while_the_loop_turns(platform):
    """It took 18 s in which nothing of the platform answered."""
    text, worst, over = mesh(1000), 0.0, asyncio.Event()

    async def beat():
        nonlocal worst
        while not over.is_set():
            began = time.monotonic()
            await asyncio.sleep(0.005)
            worst = max(worst, time.monotonic() - began)

    beating = asyncio.create_task(beat())
    query = 'query($y: String!) { checkPipeline(project: "p", yaml: $y) { faults { message } } }'
    assert (await platform.ask(query, y=text))["checkPipeline"]["faults"] == []
    over.set()
    await beating
    assert worst < 1.0, "what holds the interpreter at once is short"


@pytest.mark.parametrize("text", ["[" * 50_000, "{a: " * 50_000, "- " * 50_000, "a: " + "[" * 50_000])
async def test_brackets_are_refused_at_once(platform, text):
    query = 'query($y: String!) { checkPipeline(project: "p", yaml: $y) { faults { message path } } }'
    began = time.monotonic()
    (fault,) = (await platform.ask(query, y=text))["checkPipeline"]["faults"]
    assert "nested more than 64 deep" in fault["message"] and fault["path"] == ["yaml"]
    assert time.monotonic() - began < 5


async def test_fan_outs_of_ten_thousand_items_are_counted_and_not_listed():
    nodes = tuple(
        Node(name=f"s{n}", task=Task(command=(("true",),), cpu=1), each=tuple(range(10_000)))
        for n in range(500)
    )
    began = time.thread_time()
    assert (
        demand(Workload(name="w", body=Graph(nodes))).cpu == 5_000_000
        and demand(Workload(name="w", body=Graph(nodes, 7))).cpu == 7
    )
    assert time.thread_time() - began < 2


def listed(nodes, parallelism) -> float:
    """The cores of a graph, as they were counted: each copy by itself, every level looked for anew."""
    chains: list[float] = []
    ends: dict[str, int] = {}
    left, placed = list(nodes), set()
    while left:
        for node in [node for node in left if all(need in placed for need in node.needs)]:
            left.remove(node)
            placed.add(node.name)
            copies = len(node.each) if node.each is not None else 1
            if not copies:
                continue
            before = next((need for need in node.needs if need in ends), None)
            if before is not None:
                place = ends.pop(before)
                chains[place] = max(chains[place], node.task.cpu)
                chains += [node.task.cpu] * (copies - 1)
                ends[node.name] = place
            else:
                chains += [node.task.cpu] * copies
                ends[node.name] = len(chains) - 1
        placed |= {node.name for node in nodes if node not in left}
    chains.sort(reverse=True)
    return sum(chains[:parallelism] if parallelism else chains)


@given(
    st.lists(
        st.tuples(st.sets(st.integers(0, 7)), st.sampled_from([1, 2, 4]), st.sampled_from([None, 0, 1, 3])),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 4),
)
def test_quotas_count_as_before(steps, parallelism):
    nodes = tuple(
        Node(
            name=f"s{place}",
            task=Task(command=(("true",),), cpu=cpu),
            needs=tuple(f"s{need}" for need in sorted(needs) if need < place),
            each=None if each is None else tuple(range(each)),
        )
        for place, (needs, cpu, each) in enumerate(steps)
    )
    found = demand(Workload(name="w", body=Graph(nodes, parallelism)))
    assert isinstance(found, Amount) and found.cpu == listed(nodes, parallelism)
