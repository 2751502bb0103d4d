"""Logs that a node cannot give any more."""

import contextlib

from cubestudio.core.cluster.kubernetes.logs import Cursor, micros
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
            assert (
                said
                == (
                    "--- its node has no more of this log: unable to retrieve container logs "
                    f"for containerd://{pod.id}\n"
                ).encode()
            )
            rest = [piece async for piece in cluster.logs(pod.id, since=4)]
            assert [piece.start for piece in rest] == [4] and rest[0].data.startswith(
                b"\n--- its node has no more of this log: "
            )
        finally:
            here.kubelet.containers[pod.id] = kept


async def test_what_a_node_dropped_while_nobody_looked_is_marked_with_its_time(settings):
    async with stand(Store.open(settings)) as here, contextlib.AsyncExitStack() as stack:
        cluster = here.adapter()
        stack.push_async_callback(cluster.close)
        await cluster.apply(alone(sh("for n in 1 2 3 4 5 6; do echo line $n; sleep 0.3; done")))
        (pod,) = pods(await over(cluster)).values()
        whole = b"".join([piece.data async for piece in cluster.logs(pod.id)])
        container = here.kubelet.containers[pod.id]
        times = [micros(at) for at, _ in container.lines]
        kept = list(container.lines)

        async def resumed(lines: int) -> bytes:
            """What comes after so many lines, of which the last is where we are."""
            anchor = (7 * (lines - 1), times[lines - 1])
            return b"".join([piece.data async for piece in cluster.logs(pod.id, 7 * lines, anchor=anchor)])

        assert await resumed(2) == whole[14:]
        del container.lines[:1]  # the line where we are is still there
        assert await resumed(2) == whole[14:]
        del container.lines[:3]
        gap = (times[4] - times[1]) / 1e6
        assert (
            await resumed(2)
            == f"\n--- output of up to {gap:.3g} s is missing here: the node no longer has it\n".encode()
            + whole[28:]
        )
        container.lines[:] = kept


def test_a_gap_is_told_once_and_not_after_a_remark():
    def stamped(second, text):
        return f"2026-11-29T10:00:{second:02}.500000000Z {text}\n".encode()

    start = micros(b"2026-11-29T10:00:01.500000Z")
    cursor = Cursor(4, (0, start))
    assert cursor.begin() == "2026-11-29T10:00:01Z"
    assert "up to 8 s" in cursor.missing(stamped(9, "x")) and cursor.missing(stamped(9, "x")) is None
    cursor = Cursor(4, (0, start))
    cursor.remark("started again", None)
    cursor.begin()
    assert cursor.missing(stamped(9, "x")) is None  # another life of the container
    cursor = Cursor(4, (0, start))
    cursor.begin()
    cursor.take(b"2026-11-29T10:00:01.100000000Z a\n")
    assert cursor.missing(stamped(9, "x")) is None  # older lines are there
    cursor = Cursor(4, (0, start // 1_000_000 * 1_000_000))
    cursor.begin()
    assert cursor.missing(stamped(9, "x")) is None  # a time of ours
