"""Who chooses the number of replicas, and what a cluster lacks for that."""

import pytest

from cubestudio.core.cluster.kubernetes import scaling, server
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.port import Scale
from cubestudio.core.store import Store
from cubestudio.services.spec import ServiceSpec
from tests.contract.test_cluster import served
from tests.kubernetes.stand import stand

HOURS = [{"cron": "0 8 * * *", "replicas": 2}]


@pytest.mark.parametrize(
    ("told", "scale", "counted"),
    [
        ({}, None, False),
        ({"scale_metric": "requests", "target_value": 4}, None, False),
        ({"max_replicas": 3}, Scale(least=1, most=3, by="cpu", target=80, itself=True), False),
        (
            {"max_replicas": 3, "scale_metric": "memory", "target_value": 70},
            Scale(least=1, most=3, by="memory", target=70, itself=True),
            False,
        ),
        ({"max_replicas": 3, "schedules": HOURS}, Scale(least=1, most=3, by="cpu", target=80), False),
        (
            {"max_replicas": 3, "scale_metric": "gpu", "gpu": 1},
            Scale(least=1, most=3, by="gpu", target=80),
            False,
        ),
        (
            {"max_replicas": 3, "scale_metric": "requests", "target_value": 4},
            Scale(least=1, most=3, by="requests", target=4),
            True,
        ),
        ({"idle_timeout_seconds": 300}, None, True),
    ],
)
def test_who_chooses_the_number_of_replicas(told, scale, counted):
    made = ServiceSpec.model_validate({"kind": "custom", "command": "true", **told})
    assert (made.scale, made.counted) == (scale, counted)
    objects = {plural: body for _, plural, body in server.objects(served(scale=made.scale), Site())}
    assert ("horizontalpodautoscalers" in objects) == bool(scale and scale.itself)
    if scale and scale.itself:
        (metric,) = objects["horizontalpodautoscalers"]["spec"]["metrics"]
        assert (metric["resource"]["name"], metric["resource"]["target"]["averageUtilization"]) == (
            scale.by,
            scale.target,
        )


@pytest.mark.parametrize(
    ("scale", "known", "words"),
    [
        (Scale(least=1, most=3, by="cpu"), (True, False, None), ""),
        (Scale(least=1, most=3, by="cpu"), (None, None, None), ""),
        (
            Scale(least=1, most=3, by="memory"),
            (False, None, None),
            "no metrics server answers on cluster far. Install metrics-server: https",
        ),
        (Scale(least=2, most=2, by="cpu"), (False, None, None), ""),
        (Scale(least=1, most=3, by="requests"), (False, False, None), ""),
        (Scale(least=1, most=3, by="gpu"), (True, True, None), ""),
        (
            Scale(least=1, most=3, by="gpu"),
            (True, False, None),
            "nothing measures cards on cluster far. Install dcgm-exporter: https",
        ),
        (
            Scale(least=1, most=3, by="gpu"),
            (True, False, "forbidden"),
            "what cards do cannot be seen: forbidden",
        ),
    ],
)
def test_what_keeps_the_number_of_replicas_from_changing(scale, known, words):
    found = " ".join(scaling.lacking(scale, "far", *known))
    assert (
        found.startswith("The number of replicas stays at 1: ") and words in found if words else found == ""
    )


async def test_a_cluster_without_a_metrics_server_says_so_before(settings):
    async with stand(Store.open(settings)) as here:
        cluster = here.adapter()
        work = served(scale=Scale(least=1, most=3, by="memory", target=80, itself=True))
        assert (await cluster.plan(work)).warnings == ()
        del here.server.kinds["metrics.k8s.io/v1beta1", "pods"]
        plan = await cluster.plan(work)
        assert plan.verdict == "now" and "Install metrics-server" in plan.warnings[0]
        await cluster.close()
