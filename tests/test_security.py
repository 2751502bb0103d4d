"""As whom pods run on Kubernetes, and what a namespace with a level of Pod Security refuses of them."""

from datetime import UTC, datetime

import pytest
import yaml

from cubestudio.core.cluster.frameworks.table import gang as gang_of
from cubestudio.core.cluster.kubernetes import security
from cubestudio.core.cluster.kubernetes.task import Site, pod, rooted
from cubestudio.core.cluster.port import Graph, Image, Node, PodState, Server, Task, Workload
from cubestudio.core.config import Settings
from cubestudio.core.inputs.volumes import Volume
from cubestudio.core.store import Store
from cubestudio.notebooks import spec as notebooks
from cubestudio.pipelines.runs import spec as runs
from cubestudio.pipelines.spec import Definition, Step
from cubestudio.services import spec as services
from cubestudio.templates.spec import Body
from tests.conftest import started
from tests.contract.test_cluster import LABELS, over, pods, sh, states, steps, work
from tests.kubernetes import security as admission
from tests.kubernetes.stand import stand
from tests.parts import free_port

PODS = ("v1", "pods")
ROOT = Image(name="needs-root:1", root=True)
BARE = {
    "containers": [{"name": "a"}, {"name": "b", "securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}}]
}
WORDS = (
    'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (containers "a", '
    '"b" must set '
    'securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (containers "a", "b" '
    "must set "
    'securityContext.capabilities.drop=["ALL"]; container "b" must not include "SYS_ADMIN" in '
    "securityContext.capabilities.add), "
    'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), '
    "seccompProfile (pod or containers "
    '"a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
)
"""As kube-apiserver v1.36 says it."""


def alone(task: Task, name: str = "t") -> Workload:
    return Workload(name=name, body=task, labels=LABELS | {"cubestudio/kind": "task"})


@pytest.mark.parametrize(
    ("level", "spec", "words"),
    [
        ("privileged", BARE, None),
        (
            "baseline",
            BARE,
            'violates PodSecurity "baseline:latest": non-default capabilities (container "b" must '
            'not include "SYS_ADMIN" in securityContext.capabilities.add)',
        ),
        ("restricted", BARE, WORDS),
        (
            "baseline",
            {"containers": [], "volumes": [{"name": "v", "hostPath": {"path": "/"}}]},
            'violates PodSecurity "baseline:latest": hostPath volumes (volume "v")',
        ),
        (
            "baseline",
            {"containers": [], "hostNetwork": True},
            'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
        ),
    ],
)
def test_the_emulated_admission_speaks_as_the_real_one(level, spec, words):
    assert admission.refusal(level, spec) == words


@pytest.mark.parametrize("user", ["1000", "cluster", "image"])
@pytest.mark.parametrize("root", [False, True])
def test_as_whom_a_pod_runs(user, root):
    """A number and the cluster's choice satisfy "restricted"; the image's own user and root do not, and each
    says what it is."""
    site = Site(user=user, root_images=("*/needs-root:*",))
    body, _ = pod(
        alone(Task(command=("true",), image=Image(name="hub.example/needs-root:1" if root else "plain:1"))),
        site,
    )
    context, refused = body["spec"]["securityContext"], admission.refusal("restricted", body["spec"])
    assert (refused is None) == (not root and user != "image")
    assert context.get("runAsUser") == (0 if root else 1000 if user == "1000" else None)
    assert context.get("runAsNonRoot") == (None if root or user == "image" else True)
    assert ("fsGroup" in context) == (user != "cluster"), (
        "OpenShift chooses it from the range of the namespace"
    )


def test_patterns_of_images_are_those_that_run_as_root():
    site = Site(image="usual:1", root_images=("usual:*", "hub/*"))
    assert [
        rooted(Task(command=("true",), image=Image(name=name)), site) for name in (None, "hub/a:1", "other")
    ] == [True, True, False]
    assert not rooted(Task(command=("true",), image=Image(name="hub/a:1"), builder=True), site), (
        "a builder has rights of its own"
    )


@pytest.mark.parametrize(
    ("level", "task", "words"),
    [
        (
            "restricted",
            Task(command=("true",), image=ROOT),
            [
                (
                    "it runs as root, which namespace pipeline refuses to every pod "
                    "(pod-security.kubernetes.io/enforce: restricted): switch off root for it and use an "
                    "image whose files its user may read and write, or use another namespace for it, or "
                    "have an administrator of the cluster change that label"
                )
            ],
        ),
        ("baseline", Task(command=("true",), image=ROOT), []),
        ("privileged", Task(command=("true",), image=ROOT, builder=True), []),
        (
            "baseline",
            Task(command=("true",), builder=True),
            [
                (
                    "it builds an image, for which it is root of a user namespace with capabilities of "
                    "its own, which namespace pipeline refuses to every pod "
                    "(pod-security.kubernetes.io/enforce: baseline): use another namespace for it, or "
                    "have an administrator of the cluster change that label"
                )
            ],
        ),
        (
            "restricted",
            Task(command=("true",), volumes=(Volume(kind="nfs", source="10.0.0.1/share", path="/share"),)),
            [
                (
                    "it mounts /share, a volume of kind nfs, which namespace pipeline refuses to every "
                    "pod (pod-security.kubernetes.io/enforce: restricted): have a persistent volume and "
                    "a claim made for 10.0.0.1/share and mount the claim, or use another namespace for "
                    "it, or have an administrator of the cluster change that label"
                )
            ],
        ),
        ("odd", Task(command=("true",), image=ROOT), []),
    ],
)
def test_what_a_namespace_refuses_is_said_with_the_way_out(level, task, words):
    assert security.refused(level, "pipeline", {"it": (task, rooted(task, Site()), "")}) == words


def labelled(here, level: str, *spaces: str) -> None:
    for space in spaces:
        meta = {"name": space, "labels": {admission.LABEL: level}}
        here.server.put(("v1", "namespaces"), "", {"apiVersion": "v1", "kind": "Namespace", "metadata": meta})


TEMPLATE = {
    "name": "t",
    "command": ["true"],
    "environment": {"image": "{{ args.image }}"},
    "arguments": [{"name": "image", "default": "a:1"}],
}
FACTS = runs.Facts(
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


@pytest.mark.parametrize(
    ("template", "environment", "image"),
    [
        ({}, None, ("a:1", False)),
        ({}, {"root": True}, ("a:1", True)),
        ({"root": True}, None, ("a:1", True)),
        ({"root": True}, {"image": "b:2"}, ("b:2", True)),
        ({}, {"image": "b:2", "root": True}, ("b:2", True)),
        ({}, {"image": "b:2"}, ("b:2", False)),
        ({}, {}, (None, False)),
    ],
)
def test_a_step_or_its_template_says_that_it_runs_as_root(template, environment, image):
    """A step that says nothing else of its environment keeps its template's."""
    body = Body.model_validate(TEMPLATE | {"environment": TEMPLATE["environment"] | template})
    step = Step.model_validate({"name": "s", "template": "t", "environment": environment})
    made = runs.image(step, body, FACTS)
    assert (made.name, made.root) == image


def test_what_was_saved_before_keeps_its_digest():
    """Versions are told apart by their digests, and caching goes by those of templates."""
    digests = {
        Body.model_validate(TEMPLATE | {"environment": {"image": "a:1", **more}} | {"arguments": []}).digest
        for more in ({}, {"root": False})
    }
    assert len(digests) == 1
    assert (
        Body.model_validate(
            TEMPLATE | {"environment": {"image": "a:1", "root": True}} | {"arguments": []}
        ).digest
        not in digests
    )
    steps_ = [
        {"name": "s", "template": "t", "environment": {"image": "a:1", **more}}
        for more in ({}, {"root": False}, {"root": True})
    ]
    plain, same, other = (Definition.model_validate({"name": "p", "steps": [step]}) for step in steps_)
    assert plain.digest == same.digest != other.digest
    kept = plain.model_dump(mode="json")
    del kept["steps"][0]["environment"]["root"]
    assert Definition.model_validate(kept).digest == plain.digest


@pytest.mark.parametrize("root", [False, True])
def test_notebooks_and_services_say_it_too(root):
    notebook = notebooks.workload(
        notebooks.NotebookSpec.model_validate({"root": root}),
        notebooks.Facts(
            id="n1",
            name="lab",
            kind="jupyter",
            project_id="p1",
            project="vision",
            user_id="u1",
            user="mei",
            start=2,
            key="KEY",
            unseal=str,
        ),
    )
    service = services.workload(
        services.ServiceSpec.model_validate({"kind": "custom", "command": "true", "root": root}),
        services.Facts(
            service_id="s1",
            service="wine",
            number=4,
            start=1,
            project_id="p1",
            project="vision",
            user_id="u1",
            token="TOKEN",
            model=None,
            private=False,
            unseal=str,
        ),
    )
    assert [isinstance(each.body, Server) and each.body.task.image.root for each in (notebook, service)] == [
        root,
        root,
    ]


async def test_what_needs_root_runs_where_it_may_and_is_refused_before_where_it_may_not(settings):
    """A single task, a step beside others that do not, a server, a build; the emulator's admission
    decides."""
    async with stand(Store.open(settings)) as here:
        labelled(here, "privileged", "open")
        labelled(here, "restricted", "pipeline")
        made = here.adapter()
        await made.look()
        graph = Graph((Node(name="plain", task=sh("true")), Node(name="root", task=sh("true", image=ROOT))))
        server = Server(task=sh("sleep 100", image=ROOT), port=8080)
        for body, name in ((graph, "step root"), (sh("true", image=ROOT), "it"), (server, "it")):
            words = f"{name} runs as root, which namespace pipeline refuses to every pod"
            (problem,) = await made.preview(Workload(name="w", body=body, labels=LABELS))
            assert problem.startswith(words)
            plan = await made.plan(Workload(name="w", body=body, labels=LABELS))
            assert plan.verdict == "never" and any(each.startswith(words) for each in plan.problems)
            assert (
                await made.plan(Workload(name="w", body=body, labels=LABELS, space="open"))
            ).problems == ()
        await made.apply(Workload(name="w", body=graph, labels=LABELS, space="open"))
        seen = await over(made)
        assert states(seen) == {"plain": "Succeeded", "root": "Succeeded"}
        users = {
            pod["metadata"]["labels"]["cubestudio/step"]: pod["spec"]["securityContext"]["runAsUser"]
            for pod in here.server.all(PODS)
        }
        assert users == {"plain": 1000, "root": 0}
        await made.apply(
            Workload(name="v", body=graph, labels=LABELS)
        )  # nobody looked before: the cluster's words are the step's
        seen = await over(made, "v")
        assert states(seen) == {"plain": "Succeeded", "root": "Failed"}
        assert 'violates PodSecurity "restricted:latest"' in steps(seen)["root", None].message
        await made.close()


async def test_a_gang_whose_operator_adds_open_containers_is_told(settings):
    """What nobody can change is refused; what an administrator of the operator may have changed is a
    warning."""
    async with stand(Store.open(settings)) as here:
        labelled(here, "restricted", "pipeline")
        made = here.adapter()
        await made.look()
        for kind, framework in (("MPIJob", "mpi"), ("PyTorchJob", "pytorch"), ("JAXJob", "jax")):
            task = sh("true", gang=gang_of(framework, 2, 0, kind), image=Image(name="i"))
            plan = await made.plan(work(Node(name="a", task=task)))
            assert [each for each in plan.problems if "kubectl-delivery" in each] == list(plan.problems)
            assert bool(plan.problems) == (kind == "MPIJob")
            assert any("init-pytorch" in each for each in plan.warnings) == (kind == "PyTorchJob")
        await made.close()


async def test_a_gang_that_is_root_by_its_kind_is_refused_with_another_way_out(settings):
    async with stand(Store.open(settings), installed=("volcano-1.9",)) as here:
        labelled(here, "restricted", "pipeline")
        made = here.adapter()
        await made.look()
        task = sh("true", gang=gang_of("mpi", 2, 0, "VolcanoJob"), image=Image(name="i"))
        (problem,) = (await made.plan(work(Node(name="a", task=task)))).problems
        assert problem.startswith(
            "step a runs as root, as mpi in a VolcanoJob does, which namespace pipeline refuses to every pod"
        )
        assert ": choose another kind, or use another namespace for it" in problem
        await made.close()


async def test_a_cluster_whose_nodes_give_no_user_namespaces_builds_no_images(settings):
    """Their kubelets would try again until the time for starting is over, and say why in events alone."""
    async with stand(Store.open(settings), nodes=2) as here:
        here.server.enforces = "privileged"
        made, build = (
            here.adapter(start_seconds=2, grace=1),
            alone(Task(command=(("true",),), builder=True, timeout=1)),
        )
        await made.look()
        assert (await made.plan(build)).problems == ()
        for node, handlers in zip(
            here.server.all(("v1", "nodes")),
            (None, [{"name": ""}, {"name": "x", "features": {"userNamespaces": True}}]),
            strict=True,
        ):
            node["status"]["runtimeHandlers"] = handlers
            here.server.put(("v1", "nodes"), "", node)
        await made.look()
        (problem,) = (await made.plan(build)).problems
        assert problem.startswith(
            "it builds an image, for which it needs a user namespace of its own, and no node of emulated says"
        )
        await made.apply(build)
        (pod,) = pods(await over(made, "t")).values()
        assert (pod.state, pod.reason) == (PodState.FAILED, "StartTimeout")
        await made.close()


async def test_an_image_is_refused_by_the_namespace_of_builds_and_no_other(home):
    async with stand(Store.open(Settings(home=home / "unused"))) as here:
        labelled(here, "restricted", "pipeline", "closed")
        labelled(here, "privileged", "jupyter")
        (home / "far-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
        settings = Settings(
            home=home,
            environment="test",
            kubeconfig_folder=home,
            local=False,
            port=free_port(),
            builder_image="buildah:1",
        )
        async with started(settings) as platform:
            await platform.ask(
                'mutation { saveRegistry(input: {project: "p", name: "hub", prefix: '
                '"hub.example/p"}) { __typename } }'
            )
            await platform.ctx.clusters["far"].look()
            change = (
                'mutation($s: ProjectNamespacesInput!) { updateProject(input: {id: "p", cluster: '
                '"far", namespaces: $s}) { ... on '
                "Problem { message } } }"
            )
            save = """mutation { saveImage(input: {project: "p", name: "i", source: {dockerfile: "FROM scratch"}, registry: "hub"}) {
                __typename ... on Problem { message } } }"""  # noqa: E501
            assert not (await platform.ask(change, s={"build": "closed"}))["updateProject"]
            told = (await platform.ask(save))["saveImage"]
            assert (
                "This can never be built on cluster far: it builds an image" in told["message"]
                and "namespace closed" in told["message"]
            )
            assert not (await platform.ask(change, s={}))["updateProject"]
            assert (await platform.ask(save))["saveImage"] == {"__typename": "SavedImage"}


async def test_a_user_that_only_the_cluster_could_choose_is_missed_in_words(settings):
    """Where no user is named and nobody chooses one, a node refuses an image whose user is root, or has only
    a name."""
    async with stand(Store.open(settings)) as here:
        for user, words in (
            ("", "image will run as root"),
            ("app", "image has non-numeric user (app)"),
            ("7", None),
        ):
            here.kubelet.users = lambda _, user=user: user
            made = here.adapter(user="cluster", start_seconds=2, grace=1)
            await made.apply(alone(sh("true", timeout=1), f"t{user}"))
            seen = await over(made, f"t{user}")
            (found,) = [pod for pod in pods(seen).values() if pod.workload == f"t{user}"]
            assert (found.state == PodState.SUCCEEDED) == (words is None), found
            assert words is None or (words in found.message and "CUBE_RUN_AS_USER" in found.message), (
                found.message
            )
            await made.close()


async def test_a_cluster_that_gives_users_to_namespaces_is_asked_for_none(settings):
    async with stand(Store.open(settings)) as here:
        here.server.kinds["security.openshift.io/v1", "securitycontextconstraints"] = (
            "SecurityContextConstraints",
            False,
        )
        here.kubelet.users = lambda _: "1000680000"
        made = here.adapter()
        await made.look()
        await made.apply(work(Node(name="a", task=sh("true"))))
        assert states(await over(made)) == {"a": "Succeeded"}
        (body,) = here.server.all(PODS)
        assert (
            "runAsUser" not in body["spec"]["securityContext"]
            and body["spec"]["securityContext"]["runAsNonRoot"]
        )
        await made.close()
