"""Gangs whose members have pods of their own, one kind after the other, on operators that behave as theirs
do: how they end, what is told of it, and what is left behind. The members are real processes; the controllers
are emulated (tests/kubernetes/operators)."""

import asyncio
import contextlib
import json
from dataclasses import replace

import pytest

from cubestudio.core.cluster.frameworks.contract import each as each_of
from cubestudio.core.cluster.frameworks.table import gang as gang_of
from cubestudio.core.cluster.kubernetes import startup
from cubestudio.core.cluster.port import (
    Graph,
    Image,
    Input,
    Node,
    NodeState,
    PodState,
    Ref,
    Retry,
    StepStatus,
    Workload,
)
from cubestudio.core.errors import NotFound
from cubestudio.core.store import Store
from tests.contract.test_cluster import LABELS, begun, over, pods, sh, states, steps, text, work
from tests.kubernetes.operators import USUAL
from tests.kubernetes.stand import stand

OWN_MPI = ("mpi-operator-0.8", *(each for each in USUAL if not each.startswith("training")))
OLDER = tuple("trainer-2.1" if each.startswith("trainer") else each for each in USUAL)
KINDS = [
    ("PyTorchJob", "pytorch", USUAL),
    ("TFJob", "tensorflow", USUAL),
    ("JAXJob", "jax", USUAL),
    ("XGBoostJob", "xgboost", USUAL),
    ("PaddleJob", "paddle", USUAL),
    ("MPIJob", "mpi", USUAL),
    ("MPIJob", "mpi", OWN_MPI),
    ("TrainJob", "pytorch", USUAL),
    ("TrainJob", "jax", USUAL),
    ("TrainJob", "pytorch", OLDER),
    ("VolcanoJob", "pytorch", USUAL),
    ("VolcanoJob", "tensorflow", USUAL),
    ("VolcanoJob", "mpi", USUAL),
    ("VolcanoJob", "plain", USUAL),
    ("RayJob", "ray", USUAL),
    ("SparkApplication", "spark", USUAL),
    ("Framework", "plain", USUAL),
]
each_kind = pytest.mark.parametrize(
    ("kind", "framework", "installed"), KINDS, ids=[f"{k}-{f}-{i[0]}-{i[1]}" for k, f, i in KINDS]
)
SCRIPT = """
echo "I am $CUBE_RANK of $CUBE_WORKERS, a $CUBE_ROLE"
if [ "$CUBE_RANK" = 0 ]; then printf '{"n": %s, "in": "%s"}' $CUBE_WORKERS "$IN" > $CUBE_OUTPUT_DIR/outputs.json; echo model > $CUBE_OUTPUT_DIR/model; sleep 2; fi
"""  # noqa: E501
OPEN = {"PyTorchJob", "MPIJob"}
"""Kinds whose operators put containers of their own into pods, which Pod Security "restricted" refuses."""


def level(kind, framework, installed):
    """The level of Pod Security that a namespace may have for a kind."""
    return (
        "privileged"
        if kind in OPEN or framework == "mpi" or (kind == "TrainJob" and installed is OLDER)
        else "restricted"
    )


ALONE = {"ray", "spark"}
"""Frameworks in which the command runs once."""
SAID = {
    "pytorch": ("MASTER_ADDR", "MASTER_PORT", "RANK", "WORLD_SIZE", "LOCAL_RANK"),
    "tensorflow": ("TF_CONFIG",),
    "xgboost": ("MASTER_ADDR",),
    "jax": ("JAX_COORDINATOR_ADDRESS", "JAX_NUM_PROCESSES", "JAX_PROCESS_ID"),
    "paddle": ("PADDLE_TRAINER_ID", "PADDLE_TRAINERS_NUM"),
    "mpi": ("OMPI_COMM_WORLD_RANK",),
    "ray": ("RAY_ADDRESS",),
    "spark": ("PYSPARK_GATEWAY_PORT",),
    "plain": ("CUBE_RANK",),
}
"""What members of a framework are told, whichever resource they belong to."""


@contextlib.asynccontextmanager
async def cluster(settings, installed=USUAL, kueue=None, level="privileged", **site):
    async with stand(Store.open(settings), installed, kueue) as here:
        here.server.enforces = level
        made = here.adapter(**site)
        await made.look()
        try:
            yield here, made
        finally:
            await made.close()


def member(script, kind, framework, workers=2, **more):
    task = sh(
        script,
        gang=gang_of(framework, workers, 0, kind),
        cpu=0.1,
        memory=64 * 2**20,
        image=Image(name="image"),
    )
    return replace(task, **more)


def resource(here):
    """Every resource of a gang that is there."""
    return [
        body
        for (version, name), operator in here.operators.gangs.items()
        for body in here.server.all((version, operator.plural))
    ]


@each_kind
async def test_a_gang_of_each_kind_runs_and_hands_on_what_its_leader_left(
    settings, kind, framework, installed
):
    """Its members are told of each other in the words of their framework, all have logs, and values and files
    go on from the leader."""
    told = "; ".join(f'[ -n "${name}" ] || echo {name} lacks' for name in SAID[framework])
    first = sh(
        'echo \'{"t": "a {{b}} $(HOME) $$"}\' > $CUBE_OUTPUT_DIR/outputs.json'.replace("$(HOME) $$", "x"),
        outputs=("t",),
    )
    gang = member(f"{told}\n{SCRIPT}", kind, framework, outputs=("n",), env={"IN": (Ref("first", "t"),)})
    last = sh(
        ("cat $CUBE_INPUT_DIR/all/model; echo $N",),
        env={"N": (Ref("all", "n"), " ", Ref("all", "in"))},
        inputs=(Input("all"),),
    )
    async with cluster(settings, installed, level=level(kind, framework, installed)) as (_here, made):
        graph = work(
            Node(name="first", task=first),
            Node(name="all", task=gang, needs=("first",)),
            Node(name="last", task=last, needs=("all",)),
        )
        assert await made.preview(graph) == []
        await made.apply(graph)
        seen = await over(made)
        assert states(seen) == {"first": "Succeeded", "all": "Succeeded", "last": "Succeeded"}, steps(seen)
        size, roles = 3 if framework in ALONE else 2, each_of(gang.gang.roles)
        assert steps(seen)["all", None].outcome.values == {"n": size, "in": "a {{b}} x"}
        assert await text(made, steps(seen)["last", None].pod) == f"model\n{size} a {{{{b}}}} x\n".encode()
        members = [pod for pod in pods(seen).values() if pod.node == "all" and pod.role != "keeper"]
        logs = {}
        for pod in members:
            with contextlib.suppress(NotFound):  # an operator deletes what only served the command
                logs[pod.role, pod.rank] = (await text(made, pod.id)).decode()
        said = "".join(logs.values())
        assert "lacks" not in said, said
        for rank in range(1 if framework in ALONE else 2):
            role = "worker" if framework == "mpi" else roles[rank][0]
            assert f"I am {rank} of {size}, a {role}\n" in said, logs
        assert steps(seen)["all", None].pod == min(members, key=lambda pod: pod.rank or 0).id


@each_kind
async def test_a_gang_of_each_kind_fails_with_the_first_of_its_members(settings, kind, framework, installed):
    """The end comes though the others would go on, it names the member, its exit code and its last line, and
    nothing goes on running."""
    script = 'if [ "$CUBE_RANK" = FIRST ]; then echo boom; exit 7; fi; echo begun; sleep 300'.replace(
        "FIRST", "0" if framework in ALONE else "1"
    )
    async with cluster(settings, installed, level=level(kind, framework, installed)) as (here, made):
        await made.apply(work(Node(name="a", task=member(script, kind, framework))))
        seen = await over(made)
        assert states(seen) == {"a": "Failed"}
        message = steps(seen)["a", None].message
        assert "exit code 7" in message and message.startswith("member "), message
        if framework != "mpi":
            assert message.endswith("its last line: boom"), message

        def live() -> list[dict]:
            pods = here.server.all(("v1", "pods"))
            return [pod for pod in pods if (pod.get("status") or {}).get("phase") in ("Pending", "Running")]

        async with asyncio.timeout(60):
            while live():
                await here.server._news.wait()


@pytest.mark.parametrize(
    ("kind", "framework"),
    [("PyTorchJob", "pytorch"), ("TrainJob", "pytorch"), ("RayJob", "ray"), ("VolcanoJob", "mpi")],
)
async def test_stopping_ends_a_gang_and_its_resource(settings, kind, framework):
    async with cluster(settings) as (here, made):
        task = member("echo begun; sleep 300 & wait", kind, framework)
        await made.apply(work(Node(name="a", task=task)))
        await begun(made) if framework == "pytorch" else await until(made, PodState.RUNNING, 3)
        await made.apply(work(Node(name="a", task=task), generation=2, stop=True))
        seen = await over(made)
        assert states(seen) == {"a": "Cancelled"}
        async with asyncio.timeout(30):
            while resource(here):
                await here.server._news.wait()


async def test_what_only_served_a_command_did_not_fail_when_it_is_ended_after_it(settings):
    """The pods of Ray's cluster end with code 1 when their operator takes them away."""
    async with cluster(settings) as (_here, made):
        await made.apply(work(Node(name="a", task=member("true", "RayJob", "ray"))))
        await until(made, PodState.CANCELLED, 3)
        assert states(await over(made)) == {"a": "Succeeded"}


async def test_a_gang_that_does_not_start_is_given_up_with_the_reason(settings):
    """A member that has a node and no image; waiting for a node has no limit."""
    async with cluster(settings, start_seconds=2) as (here, made):
        here.kubelet.fates = lambda body: (
            {"pull": "manifest unknown"}
            if body["metadata"]["labels"].get("cubestudio/role") == "worker"
            else {}
        )
        await made.apply(work(Node(name="a", task=member("sleep 300", "JAXJob", "jax"))))
        seen = await over(made)
        assert steps(seen)["a", None].reason == "StartTimeout" and states(seen) == {"a": "Failed"}
        message = steps(seen)["a", None].message
        assert message.startswith("it did not start within 2 s: member ") and message.endswith(
            "(worker): ImagePullBackOff: manifest unknown"
        )
        async with asyncio.timeout(30):
            while resource(here):
                await here.server._news.wait()


class Pod:
    """A member as the keeper knows it."""

    def __init__(self, name, placed=True, began=False, leaves=False, phase="Pending"):
        self.name, self.placed, self.began, self.leaves, self.phase = name, placed, began, leaves, phase
        self.rank, self.role, self.waits = (
            1,
            "worker",
            startup.waits({"containerStatuses": [{"state": {"waiting": {"reason": "ErrImagePull"}}}, 7]}),
        )


@pytest.mark.parametrize(
    ("grouped", "looks", "words"),
    [
        (False, [(0, False, []), (9, False, []), (11, False, [])], "its operator has made no pods"),
        (True, [(0, False, []), (99, False, [])], None),
        (False, [(0, True, []), (99, True, []), (105, False, []), (114, False, [])], None),
        (False, [(0, False, [Pod("a", placed=False)]), (99, False, [Pod("a", placed=False)])], None),
        (
            False,
            [(0, False, [Pod("a")]), (9, False, [Pod("a", began=True)]), (20, False, [Pod("a", began=True)])],
            None,
        ),
        (False, [(0, False, [Pod("a")]), (9, False, [Pod("b")]), (18, False, [Pod("b")])], None),
        (
            False,
            [(0, False, [Pod("a"), Pod("b", began=True)]), (11, False, [Pod("a"), Pod("b", began=True)])],
            "member 1 (worker): ErrImagePull",
        ),
        (False, [(0, False, [Pod("a", leaves=True)]), (11, False, [Pod("a", phase="Failed")])], None),
    ],
)
def test_what_has_no_room_waits_and_what_does_not_start_is_late(grouped, looks, words):
    known = startup.Startup(10, grouped)
    assert [known.late(held, pods_, now) for now, held, pods_ in looks][-1] == words
    assert startup.Startup(None, grouped).late(False, [], 10**9) is None


async def until(made, state, count):
    """That so many pods are in a state."""
    found = {}
    async with asyncio.timeout(100), contextlib.aclosing(made.watch()) as observations:
        async for observation in observations:
            if hasattr(observation, "restarts"):
                found[observation.id] = observation.state
            if sum(each == state for each in found.values()) >= count:
                return


async def test_a_failed_gang_is_tried_again_as_a_new_resource(settings):
    script = (
        "if [ $CUBE_ATTEMPT = 1 ] && [ $CUBE_RANK = 1 ]; then exit 7; fi; [ $CUBE_ATTEMPT = 2 ] || sleep 300"
    )
    async with cluster(settings) as (_here, made):
        await made.apply(
            work(Node(name="a", task=member(script, "TrainJob", "pytorch"), retry=Retry(1, 1, 1)))
        )
        seen = await over(made)
        assert states(seen) == {"a": "Succeeded"} and steps(seen)["a", None].attempt == 2
        assert {pod.attempt for pod in pods(seen).values()} == {1, 2}


async def test_what_the_cluster_refuses_is_told(settings):
    """A webhook, or an account that may not: the words are the step's."""
    async with cluster(settings) as (here, made):
        here.operators.gangs["trainer.kubeflow.org/v1alpha1", "TrainJob"].runtimes = ()
        await made.apply(work(Node(name="a", task=member("true", "TrainJob", "pytorch"))))
        seen = await over(made)
        assert 'ClusterTrainingRuntime "torch-distributed" not found' in steps(seen)["a", None].message
        assert steps(seen)["a", None].reason == "GangRefused"
        role = here.server.get(("rbac.authorization.k8s.io/v1", "roles"), "pipeline", "cubestudio-gang")
        role["rules"] = [rule for rule in role["rules"] if rule["resources"] != ["trainjobs"]]
        here.server.put(("rbac.authorization.k8s.io/v1", "roles"), "pipeline", role)
        await made.delete("w")
        await made.apply(work(Node(name="a", task=member("true", "TrainJob", "pytorch"))))
        seen = await over(made)
        assert 'cannot create resource "trainjobs"' in steps(seen)["a", None].message


async def test_a_condition_that_does_not_hold_costs_no_gang(settings):
    async with cluster(settings) as (here, made):
        task = member("true", "PyTorchJob", "pytorch")
        await made.apply(work(Node(name="a", task=task, when=[">", ["value", 1], ["value", 2]])))
        seen = await over(made)
        assert states(seen) == {"a": "Skipped"} and steps(seen)["a", None].reason == "Condition"
        assert resource(here) == []


async def test_items_are_gangs_of_their_own(settings):
    async with cluster(settings) as (_here, made):
        task = member(SCRIPT.replace("$IN", "$CUBE_ITEM"), "PyTorchJob", "pytorch", outputs=("in",))
        await made.apply(work(Node(name="a", task=task, each=("x", "y"))))
        seen = await over(made)
        assert states(seen) == {"a[0]": "Succeeded", "a[1]": "Succeeded", "a": "Succeeded"}
        assert steps(seen)["a", None].outcome.values["in"] == ["x", "y"]


async def test_kueue_holds_a_gang_back_and_what_it_does_not_take_is_refused(settings):
    async with cluster(settings, kueue=("PyTorchJob",), scheduler="kueue", queue="team") as (here, made):
        here.operators.kueue.full = True
        await made.apply(work(Node(name="a", task=member(SCRIPT, "PyTorchJob", "pytorch"))))
        async with asyncio.timeout(60), contextlib.aclosing(made.watch()) as observations:
            async for observation in observations:
                if isinstance(observation, StepStatus) and observation.reason == "Waiting":
                    assert observation.state == NodeState.PENDING and "queue" in observation.message
                    break
        here.operators.kueue.full = False
        here.server._tell(("v1", "events"), "MODIFIED", {"metadata": {"name": "n"}})
        seen = await over(made)
        assert states(seen) == {"a": "Succeeded"}
        await made.delete("w")
        await made.apply(work(Node(name="a", task=member(SCRIPT, "JAXJob", "jax"))))
        seen = await over(made)
        assert (
            steps(seen)["a", None].reason == "NoQueue"
            and "Kueue does not take resources of kind JAXJob" in steps(seen)["a", None].message
        )
        assert not [body for body in resource(here) if body["kind"] == "JAXJob"]


async def test_a_gang_scheduler_is_told_the_whole_group(settings):
    """Whether or not the operator was started for gangs: the group bears the job's name, and its pods say
    that they are of it."""
    async with cluster(settings, scheduler="volcano", queue="team") as (here, made):
        await made.apply(work(Node(name="a", task=member(SCRIPT, "PyTorchJob", "pytorch"))))
        seen = await over(made)
        assert states(seen) == {"a": "Succeeded"}
        (job,) = resource(here)
        (group,) = here.server.all(("scheduling.volcano.sh/v1beta1", "podgroups"))
        assert group["metadata"]["name"] == job["metadata"]["name"] and group["spec"] == {
            "minMember": 2,
            "queue": "team",
        }
        assert group["metadata"]["ownerReferences"][0]["uid"] == job["metadata"]["uid"]
        mine = [
            pod
            for pod in here.server.all(("v1", "pods"))
            if pod["metadata"]["labels"].get("cubestudio/role") in ("master", "worker")
        ]
        assert {pod["metadata"]["annotations"]["scheduling.k8s.io/group-name"] for pod in mine} == {
            job["metadata"]["name"]
        }
        assert {pod["spec"]["schedulerName"] for pod in mine} == {"volcano"}


async def test_a_keeper_that_is_lost_does_not_double_the_gang(settings):
    """Its pod is made again by the retry of the step; the resource of the attempt before is that of another
    attempt, and of the same attempt there is one."""
    async with cluster(settings) as (here, made):
        task = member(
            "echo begun; while [ ! -e /tmp/never ]; do sleep 1; done", "PyTorchJob", "pytorch", timeout=5
        )
        await made.apply(work(Node(name="a", task=task)))
        seen = await over(made)
        assert states(seen) == {"a": "Failed"} and steps(seen)["a", None].reason == "Timeout", steps(seen)
        assert len(resource(here)) == 1


async def test_roles_are_those_of_every_kind_that_is_installed(settings):
    """Whichever process asks: two of them with different work give the same rights."""
    async with cluster(settings) as (here, _made):
        kind = ("rbac.authorization.k8s.io/v1", "roles")
        given = []
        for name, framework in (("PyTorchJob", "pytorch"), ("RayJob", "ray")):
            other = here.adapter()
            graph = Graph((Node(name="a", task=member("true", name, framework)),))
            await other.apply(Workload(name=f"w-{framework}", body=graph, labels=LABELS))
            given.append(json.dumps(here.server.get(kind, "pipeline", "cubestudio-gang")["rules"]))
            await other.close()
        assert given[0] == given[1] and "rayjobs" in given[0] and "pytorchjobs" in given[0]
        left = [
            each
            for each in here.server.all(("v1", "serviceaccounts"))
            if each["metadata"]["namespace"] == "pipeline"
        ]
        assert {"cubestudio-run", "cubestudio-gang"} <= {each["metadata"]["name"] for each in left}


async def test_what_the_cluster_would_refuse_is_said_before_the_run(settings):
    """A dry run of each resource: its operator's webhook, and whether the queue takes it."""
    async with cluster(settings, kueue=("PyTorchJob",), scheduler="kueue", queue="team") as (here, made):
        await made.apply(work(Node(name="a", task=sh("true")), name="first"))
        assert (
            await made.plan(work(Node(name="a", task=member("true", "PyTorchJob", "pytorch"))))
        ).verdict == "now"
        plan = await made.plan(work(Node(name="a", task=member("true", "JAXJob", "jax"))))
        assert plan.verdict == "never" and "does not take resources of kind JAXJob" in plan.problems[0]
        assert [each["kind"] for each in plan.objects] == ["Workflow", "Secret", "JAXJob"]
        here.operators.gangs["trainer.kubeflow.org/v1alpha1", "TrainJob"].runtimes = ()
        plan = await made.plan(work(Node(name="a", task=member("true", "TrainJob", "pytorch"))))
        assert 'ClusterTrainingRuntime "torch-distributed" not found' in plan.problems[0]
        plan = await made.plan(work(Node(name="a", task=member("true", "RayJob", "ray", image=Image()))))
        assert plan.problems == (
            "step a runs as RayJob, whose pods start with ray of their image; name an image that has it",
        )
        assert not resource(here)
