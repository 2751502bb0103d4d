"""The end of a server on a cluster is told and taken in whatever order the news of it and of its pods come,
also after a restart."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from cubestudio.core.cluster.kubernetes.observer import Observer
from cubestudio.core.cluster.kubernetes.status import starting
from cubestudio.core.cluster.port import PodState, WorkloadStatus

LABELS = {"cubestudio/workload": "w", "cubestudio/project": "p", "cubestudio/id": "n"}
MADE = "2026-01-01T00:00:00Z"


async def fetch(project, digest):
    raise AssertionError(digest)


def deployment(revision, *, stopped=False):
    notes = {"cubestudio/stop": "true", "cubestudio/generation": "2"} if stopped else {}
    meta = {
        "name": "w",
        "resourceVersion": str(revision),
        "labels": LABELS,
        "annotations": notes,
        "creationTimestamp": MADE,
    }
    return {"metadata": meta, "spec": {"replicas": 0 if stopped else 1}, "status": {}}


def pod(revision, **meta):
    meta = {
        "uid": "u",
        "name": "w-1",
        "resourceVersion": str(revision),
        "labels": LABELS | {"cubestudio/step": "main"},
    } | meta
    state = {"waiting": {"reason": "ImagePullBackOff", "message": "manifest unknown"}}
    return {
        "metadata": meta,
        "spec": {"nodeName": "node-0", "containers": [{"name": "main", "image": "i:1"}]},
        "status": {
            "phase": "Pending",
            "containerStatuses": [{"name": "main", "image": "i:1", "state": state}],
        },
    }


def told(seen):
    return [each for each in seen if isinstance(each, WorkloadStatus)]


async def drained(observer):
    return told(await observer.drain())


def begun(servers, pods):
    observer = Observer(fetch)
    observer.objects.list_workflows([])
    observer.objects.list_pods(pods)
    observer.objects.list_servers(servers)
    return observer


NEWS = {
    "asked": lambda observer: observer.objects.change_server("MODIFIED", deployment(12, stopped=True)),
    "leaving": lambda observer: observer.objects.change_pod("MODIFIED", pod(13, deletionTimestamp=MADE)),
    "left": lambda observer: observer.objects.change_pod("DELETED", pod(14, deletionTimestamp=MADE)),
}


@pytest.mark.parametrize(
    "order", [each for each in itertools.permutations(NEWS) if each.index("leaving") < each.index("left")]
)
async def test_an_end_is_later_than_all_that_was_told_before(order):
    observer = begun([deployment(10)], [pod(11)])
    seen = await drained(observer)
    for name in order:
        NEWS[name](observer)
        seen += await drained(observer)
    assert seen[-1].state == PodState.CANCELLED
    assert [each.sequence for each in seen] == sorted({each.sequence for each in seen})


async def test_an_end_is_news_after_a_restart():
    (before,) = await drained(begun([deployment(12, stopped=True)], [pod(13, deletionTimestamp=MADE)]))
    assert (before.state, before.sequence) == (PodState.PENDING, 13)
    (after,) = await drained(begun([deployment(12, stopped=True)], []))
    assert after.state == PodState.CANCELLED and after.newer(before.sequence)
    (same,) = await drained(begun([deployment(12)], []))
    assert not same.newer(before.sequence)


@pytest.mark.parametrize("age, late", [(timedelta(seconds=5), False), (timedelta(hours=1), True)])
def test_a_server_whose_pods_have_gone_has_its_time_from_then(age, late):
    now = datetime(2026, 2, 1, tzinfo=UTC)
    body = deployment(10)
    body["status"] = {
        "conditions": [
            {"type": "Available", "status": "False", "lastTransitionTime": (now - age).isoformat()}
        ]
    }
    stuck = starting.server(body, [], "/")
    assert stuck and (starting.due(stuck, 1800, None) <= now) is late
