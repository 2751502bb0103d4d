"""The table of what a cluster has, from what its API server answers. Pure."""

import pytest

from cubestudio.core.cluster.kubernetes.components import rows

# The group that several operators share, and whose version is whose: kubeflow/training-operator v1.9
# manifests/base/crds (v1), kubeflow/mpi-operator v0.8 manifests/base (v2beta1), kubeflow/katib v0.18
# manifests/v1beta1/components/crd (v1beta1).
OWNERS = {
    "kubeflow.org/v1": "training-operator",
    "kubeflow.org/v2beta1": "mpi-operator",
    "kubeflow.org/v1beta1": "katib",
}


@pytest.mark.parametrize("served", OWNERS)
def test_a_version_of_a_shared_group_speaks_of_its_own_operator_only(served):
    found = {row.name: row.state for row in rows([], {"kubeflow.org", served}) if row.name in OWNERS.values()}
    assert {name for name, state in found.items() if state != "absent"} == {OWNERS[served]}


@pytest.mark.parametrize(
    ("spec", "status", "state", "words"),
    [
        ({"replicas": 1}, {"readyReplicas": 1}, "ready", "v/volcano-scheduler"),
        ({"replicas": 0}, {}, "not ready", "scaled to 0 replicas"),
        ({"replicas": 2}, {"readyReplicas": 1}, "not ready", "1 of 2"),
        ({}, {"desiredNumberScheduled": 0, "numberReady": 0}, "ready", "v/volcano"),
    ],
)
def test_a_part_without_pods_does_nothing(spec, status, state, words):
    body = {"metadata": {"name": "volcano-scheduler", "namespace": "v"}, "spec": spec, "status": status}
    row = next(row for row in rows([body], set()) if row.name == "volcano")
    assert row.state == state and words in row.message
