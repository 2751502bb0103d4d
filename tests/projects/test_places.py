"""Where a project's work is: its namespaces, its nodes, the volumes that it may use."""

import json

import pytest

from cubestudio.core.cluster.kubernetes.task import Site, pod
from cubestudio.core.cluster.port import Task, Workload
from cubestudio.core.errors import Invalid
from cubestudio.core.inputs.resources import Resources
from cubestudio.core.inputs.volumes import allowed, wanted

UPDATE = """mutation($i: ID!, $s: ProjectNamespacesInput, $g: String) {
    updateProject(input: {id: $i, namespaces: $s, nodeGroup: $g}) {
    ... on Project { namespaces { run notebook } nodeGroup } ... on Problem { code message path hint } } }"""


async def test_an_administrator_says_where_and_nobody_else(platform):
    owner = await platform.person("owner")
    await platform.ask('mutation { setMember(project: "p", user: "owner", role: OWNER) { __typename } }')
    key = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    assert (await platform.ask(UPDATE, owner, i=key, s={"run": "mine"}))["updateProject"][
        "code"
    ] == "FORBIDDEN"
    made = (await platform.ask(UPDATE, i=key, s={"run": "team-p", "notebook": ""}, g="a100"))["updateProject"]
    assert made == {"namespaces": {"run": "team-p", "notebook": None}, "nodeGroup": "a100"}
    for spaces, words in (({"run": "kube-system"}, "kube-"), ({"run": "No"}, "namespace")):
        refused = (await platform.ask(UPDATE, i=key, s=spaces))["updateProject"]
        assert refused["code"] == "INVALID" and words in refused["message"]
    assert (await platform.ask(UPDATE, i=key, g="-"))["updateProject"] == {
        "namespaces": {"run": "team-p", "notebook": None},
        "nodeGroup": None,
    }


def test_volumes_are_read_as_people_write_them():
    of_mine = wanted("kubeflow-user-workspace(pvc):/mnt").volume("mei")
    assert (of_mine.source, of_mine.path, of_mine.sub, of_mine.variable) == (
        "kubeflow-user-workspace",
        "/mnt/mei",
        "mei",
        "CUBE_VOLUME_MNT",
    )
    assert (
        wanted("data(storage):/data:ro").volume("mei").read_only
        and wanted("data(pvc-share):/data").volume("mei").sub == ""
    )
    assert wanted("2G(memory):/scratch").volume("mei").source == str(2 * 2**30)
    for text in (
        "data:/mnt",
        "data(disk):/mnt",
        "data(pvc):mnt",
        "data(pvc):/",
        "data(pvc):/cube/bin",
        "data(pvc):/mnt/../etc",
        "../x(hostpath):/m",
        "/a/../b(hostpath):/m",
    ):
        with pytest.raises(ValueError):
            wanted(text)


def test_only_allowed_volumes_and_none_of_the_platforms_own():
    allowed(["data(pvc):/mnt", "1G(memory):/m"], ["data(pvc)", "*(memory)"])
    for text in ("other(pvc):/mnt", "/etc-x(hostpath):/m"):
        with pytest.raises(Invalid, match="not among"):
            allowed([text], ["data(pvc)"])
    with pytest.raises(Invalid, match="belongs to the platform"):
        allowed(["run-1(secret):/m"], ["*"])


def test_they_become_volumes_of_a_pod():
    told = (
        "a(pvc):/mnt",
        "b(storage):/data:ro",
        "10.0.0.1/x/y(nfs):/nfs",
        "/srv(hostpath):/srv2",
        "c(configmap):/conf",
        "d(secret):/secret",
        "1G(memory):/fast",
    )
    task = Task(command=(("true",),), volumes=tuple(wanted(text).volume("mei") for text in told))
    body, _ = pod(
        Workload(name="w", body=task, labels={"cubestudio/kind": "run", "cubestudio/project": "p"}), Site()
    )
    volumes = {each["name"]: each for each in body["spec"]["volumes"] if each["name"].startswith("volume-")}
    (main,) = body["spec"]["containers"]
    mounts = [each for each in main["volumeMounts"] if each["name"] in volumes]
    assert (
        mounts[0] == {"name": "volume-0", "mountPath": "/mnt/mei", "subPath": "mei"} and mounts[1]["readOnly"]
    )
    kinds = [next(key for key in volumes[f"volume-{place}"] if key != "name") for place in range(len(told))]
    assert kinds == [
        "persistentVolumeClaim",
        "persistentVolumeClaim",
        "nfs",
        "hostPath",
        "configMap",
        "secret",
        "emptyDir",
    ]
    assert volumes["volume-2"]["nfs"] == {"server": "10.0.0.1", "path": "/x/y"}
    assert {"name": "CUBE_VOLUME_FAST", "value": "/fast"} in main["env"]


async def test_on_this_machine_a_claim_is_a_folder_of_the_project(platform):
    def yaml(script, volumes):
        return json.dumps(
            {
                "name": "x",
                "steps": [
                    {
                        "name": "a",
                        "template": "shell",
                        "args": {"script": script},
                        "volumes": volumes,
                        "cache": False,
                    }
                ],
            }
        )

    claim = ["kubeflow-user-workspace(pvc):/mnt"]
    assert (await platform.run(yaml('echo kept > "$CUBE_VOLUME_MNT/note"', claim)))["state"] == "SUCCEEDED"
    again = await platform.run(
        yaml('cat "$CUBE_VOLUME_MNT/note"; ls -d "$CUBE_VOLUME_FAST"', [*claim, "1G(memory):/fast"])
    )
    assert (await platform.log(again["steps"][0]["pod"]["id"])).startswith("kept\n")
    start = (
        "mutation($p: ID!) { startRun(pipeline: $p) { ... on Run { id } ... on Problem { message faults "
        "{ message } hint } } }"
    )
    refused = (await platform.ask(start, p=await platform.save(yaml("true", ["secrets(pvc):/mnt"]))))[
        "startRun"
    ]
    assert (
        "secrets(pvc) is not among those" in refused["message"] and "CUBE_ALLOWED_VOLUMES" in refused["hint"]
    )


def test_cards_of_a_kind_are_asked_for_by_the_label_of_nodes():
    told = Resources.model_validate({"gpu": "2(A100)"})
    assert (told.gpu, told.gpu_type) == (2, "A100") and Resources.model_validate({"gpu": "1"}).gpu == 1
    for text in ("x", "1(", "1(a b)", "-1"):
        with pytest.raises(ValueError):
            Resources.model_validate({"gpu": text})
    task = Task(command=(("true",),), gpu=told.gpu, gpu_type=told.gpu_type)
    work = Workload(name="w", body=task, labels={"cubestudio/kind": "run", "cubestudio/project": "p"})
    body, _ = pod(work, Site(gpu_label="example.com/card"))
    (rule,) = body["spec"]["affinity"]["nodeAffinity"].values()
    told = [each for term in rule["nodeSelectorTerms"] for each in term["matchExpressions"]]
    assert [(each["key"], each["values"]) for each in told] == [
        ("example.com/card", ["A100"]),
        ("nvidia.com/gpu.product", ["A100"]),
    ]
    assert pod(work, Site(node_org="ml"))[0]["spec"]["nodeSelector"] == {
        "gpu": "true",
        "train": "true",
        "org": "ml",
    }
    assert (
        "nodeSelector"
        not in pod(Workload(name="w", body=Task(command=(("true",),)), labels=work.labels), Site())[0]["spec"]
    )
