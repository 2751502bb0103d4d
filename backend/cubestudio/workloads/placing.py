"""On which of several clusters a workload is placed."""

from collections.abc import Awaitable, Callable, Sequence

from cubestudio.core.cluster.port import Plan, Workload
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Conflict, Invalid, Unavailable
from cubestudio.workloads import messages

Passed = list[list[str]]
"""[[cluster, why the workload is not there], …]."""


async def choose(
    ctx: AppContext, names: Sequence[str], make: Callable[[str], Awaitable[Workload]]
) -> tuple[str | None, Passed, dict[str, Plan]]:
    """(the first cluster on which a workload starts now, else the first on which it waits; why not those
    before it; what each said that was asked). None when it can run on none of them; Unavailable when none of
    them answers. `make`: the workload for a cluster."""
    passed: Passed = []
    plans: dict[str, Plan] = {}
    waiting: str | None = None
    for name in names:
        if name not in ctx.clusters:
            passed.append([name, "It is not configured here."])
            continue
        try:
            plan = plans[name] = await ctx.clusters[name].plan(await make(name))
        except (Invalid, Conflict) as error:
            plan = plans[name] = Plan(verdict="never", message=error.message, problems=(error.message,))
        if plan.verdict == "now":
            return name, passed, plans
        if plan.verdict == "waits" and waiting is None:
            waiting = name
        passed.append([name, "; ".join(plan.problems[:3]) or plan.message])
    if waiting is not None:
        return waiting, [each for each in passed if each[0] != waiting], plans
    if plans and all(plan.verdict == "unknown" for plan in plans.values()):
        raise Unavailable(messages.CLUSTERS_NOT_ANSWERING(clusters=", ".join(names)))
    return None, passed, plans
