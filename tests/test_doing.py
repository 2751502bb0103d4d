"""What the doctor of a cluster tries: an emulated one that takes all that we make, and what is said of one
that does not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cubestudio.core.cluster.kubernetes.component_checks import clock, warnings
from cubestudio.core.cluster.kubernetes.tested import TESTED, remark
from cubestudio.core.cluster.kubernetes.trials import Trial, refused
from cubestudio.core.cluster.port import ClusterEvent
from cubestudio.core.store import Store
from tests.kubernetes.operators import USUAL
from tests.kubernetes.stand import stand

pytestmark = pytest.mark.xdist_group("kubernetes")
NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
SPACE = ("v1", "namespaces")


def space(name):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


async def rows(here, **site):
    cluster = here.adapter(**site)
    try:
        return {row.name: row for row in await cluster.components()}
    finally:
        await cluster.close()


@pytest.fixture
async def here(settings):
    async with stand(Store.open(settings), nodes=1) as made:
        made.server.put(SPACE, "", space("pipeline"))
        yield made


@pytest.mark.parametrize("installed", [USUAL, ("mpi-operator-0.8", "trainer-2.1"), ()])
async def test_each_kind_is_tried_and_none_is_made(settings, installed):
    async with stand(Store.open(settings), installed, nodes=1) as here:
        here.claim({"gpu.example.com": {"node-0": 1}})
        for name in ("pipeline", "service"):
            here.server.put(SPACE, "", space(name))
        before = {kind: set(found) for kind, found in here.server.objects.items() if found}
        found = await rows(here, spaces=("service",))
        assert {kind: set(found) for kind, found in here.server.objects.items() if found} == before
    assert (
        found["objects"].state
        == found["clock"].state
        == found["api-server"].state
        == found["workflow-controller"].state
        == "ready"
    )
    assert found["workflow-controller"].message == "argo/workflow-controller"
    told = " ".join(row.message for row in found.values())
    assert "refused" not in told and "does not know what" not in told, told
    tried = {
        each.split("?")[0]
        for each in here.server.requests
        if each.startswith("POST") and "dryRun=All" in each
    }
    kinds = {each.rpartition("/")[2] for each in tried}
    assert {
        "workflows",
        "pods",
        "secrets",
        "configmaps",
        "roles",
        "deployments",
        "services",
        "persistentvolumeclaims",
    } <= kinds
    assert {
        "networkpolicies",
        "poddisruptionbudgets",
        "horizontalpodautoscalers",
        "ingresses",
        "resourceclaimtemplates",
    } <= kinds
    assert ("trainjobs" in kinds) == any("trainer" in each for each in installed) and (
        "rayjobs" in kinds
    ) == ("kuberay-1.6" in installed)


async def test_what_refuses_stands_on_its_row_with_the_way_out(here):
    here.server.silent = {
        "trainjobs": "validator.trainjob.trainer.kubeflow.org",
        "services": "policy.example.com",
    }
    here.server.lacks = {("create", "networkpolicies")}
    known = here.server.schemas["ray.io/v1", "RayJob"]
    older = {name: each for name, each in known["spec"].items() if name != "entrypoint"}
    here.server.schemas["ray.io/v1", "RayJob"] = {**known, "spec": older}
    here.server.rules["argoproj.io/v1alpha1", "workflows"] = lambda _: [
        {"field": "spec", "message": "not on Sundays"}
    ]
    found = await rows(here)
    assert (
        "TrainJob: its webhook does not answer" in found["trainer"].message
        and "validator.trainjob" in found["trainer"].message
    )
    assert (
        "RayJob: its definition does not know what the platform sets; upgrade it" in found["kuberay"].message
    )
    assert found["workflow-controller"].state == "not ready"
    assert "Workflow in pipeline would be refused" in found["workflow-controller"].message
    assert "not on Sundays" in found["workflow-controller"].message
    assert (
        found["objects"].state == "not ready"
        and "Service: its webhook does not answer" in found["objects"].message
    )
    assert (
        "NetworkPolicy in pipeline: the platform's account lacks a right of install/kubernetes/rbac.yaml"
        in found["objects"].message
    )


async def test_an_operator_for_which_nothing_can_be_built_says_so(settings):
    async with stand(Store.open(settings), ("trainer-2.0",), nodes=1) as here:
        here.server.put(SPACE, "", space("pipeline"))
        found = await rows(here)
    assert (
        "TrainJob: The TrainJob of this cluster is that of Kubeflow Trainer 2.0, which can give its "
        "pods no labels" in found["trainer"].message
    )
    assert found["objects"].state == "ready"


async def test_kueue_that_would_be_passed_is_said_on_the_row_of_the_kind(settings):
    async with stand(Store.open(settings), kueue=("PyTorchJob",), nodes=1) as here:
        here.server.put(SPACE, "", space("pipeline"))
        found = await rows(here, scheduler="kueue", queue="team")
    assert "Kueue does not take RayJob from its queue" in found["kuberay"].message
    assert "Kueue does not take PyTorchJob" not in found["training-operator"].message


async def test_a_clock_a_version_warnings_and_a_namespace_that_is_not_there_are_told(settings):
    async with stand(Store.open(settings), nodes=1) as here:
        here.server.skew = 3600
        here.server.version = "v1.20.3"
        here.argo.live(False)
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "type": "Warning",
            "reason": "FailedMount",
            "message": "no such claim",
        }
        event["involvedObject"] = {"kind": "Pod", "name": "p"}
        late = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        here.server.put(SPACE, "", space("service"))
        here.server.put(
            ("v1", "events"), "service", {**event, "metadata": {"name": "a"}, "lastTimestamp": late}
        )
        here.server.put(
            ("v1", "events"), "service", {**event, "metadata": {"name": "b"}, "lastTimestamp": "odd"}
        )
        found = await rows(here, spaces=("service",))
    assert found["clock"].state == "not ready" and "ahead of this machine's" in found["clock"].message
    assert (
        found["api-server"].state == "not ready"
        and "v1.20.3 is older than what was tested (1.23 to 1.36)" in found["api-server"].message
    )
    assert found["workflow-controller"].state == "not ready"
    assert (
        "1 warning in the last hour: service: FailedMount: no such claim; one of service cannot be read"
        in found["events"].message
    )
    assert "not tried in pipeline" in found["objects"].message


@pytest.mark.parametrize(
    ("name", "version", "words"),
    [
        ("workflow-controller", "v4.1.2", None),
        ("workflow-controller", "v3.3.9", "v3.3.9 is older than what was tested (3.4 to 4.1)"),
        ("workflow-controller", "v10.0.0", "newer"),
        ("workflow-controller", "latest", "cannot be told from latest"),
        ("workflow-controller", None, "cannot be told from its image"),
        ("volcano", "1.9.0", None),
        ("volcano", "9" * 5000 + ".1", "cannot be told"),
        ("grafana", "0.1", None),
    ],
)
def test_a_version_is_set_against_the_table(name, version, words):
    found = remark(name, version)
    assert found is None if words is None else words in (found or "")


def test_the_page_quotes_the_table():
    page = (Path(__file__).parents[1] / "docs" / "kubernetes.md").read_text()
    assert "\n".join(f"| {name} | {first} | {last} |" for name, (first, last) in TESTED.items()) in page


@pytest.mark.parametrize(
    ("off", "took", "state"),
    [
        (0, 0.1, "ready"),
        (-10.9, 0.1, "ready"),
        (10, 0, "ready"),
        (11, 0, "not ready"),
        (-14, 1, "not ready"),
        (-30, 25, "ready"),
    ],
)
def test_a_clock_may_be_off_by_ten_seconds(off, took, state):
    assert clock(NOW + timedelta(seconds=off), took, NOW)[0] == state


def test_warnings_are_those_of_the_last_hour_the_newest_first():
    notes = [
        (
            "p",
            ClusterEvent(at=NOW - timedelta(minutes=n * 20), bad=True, reason=f"R{n}", message="m" * 10_000),
        )
        for n in range(6)
    ]
    told = warnings([*notes, ("p", ClusterEvent(at=None, bad=True, reason="none", message=""))], NOW)
    assert (
        told.startswith("4 warnings in the last hour: p: R0: mmm")
        and told.endswith("and 1 more")
        and len(told) < 700
    )
    assert warnings([], NOW) == "no warning in the last hour"


def test_a_webhook_that_may_not_be_tried_says_nothing_against_real_ones():
    trial = Trial(part="objects", version="v1", plural="pods", space="p", body={"kind": "Pod"})
    assert refused(trial, 'admission webhook "a" does not support dry run') is None
    assert len(refused(trial, "x" * 100_000) or "") < 700
