"""Logs that a node cannot give any more."""

import contextlib

from cubestudio.core.store import Store
from tests.contract.test_cluster import alone, over, pods, sh, text
from tests.kubernetes.stand import stand


async def test_what_a_node_says_instead_of_a_log_is_told_and_not_kept_as_output(settings):
    async with stand(Store.open(settings)) as here, contextlib.AsyncExitStack() as stack:
        cluster = here.adapter()
        stack.push_async_callback(cluster.close)
        await cluster.apply(alone(sh("echo one")))
        (pod,) = pods(await over(cluster)).values()
        kept = here.kubelet.containers.pop(pod.id)
        try:
            said = await text(cluster, pod.id)
            assert said == f"--- its node has no more of this log: unable to retrieve container logs for containerd://{pod.id}\n".encode()
            rest = [piece async for piece in cluster.logs(pod.id, since=4)]
            assert [piece.start for piece in rest] == [4] and rest[0].data.startswith(b"\n--- its node has no more of this log: ")
        finally:
            here.kubelet.containers[pod.id] = kept
