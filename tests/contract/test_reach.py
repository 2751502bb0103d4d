"""How the platform reaches replicas: at their own addresses or through the API server, while it is away,
while they end."""

import asyncio
import contextlib

import pytest

from cubestudio.core.cluster.kubernetes import config, replicas, server
from cubestudio.core.cluster.kubernetes.reach import Direct
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.port import Scale
from cubestudio.core.config import Settings
from cubestudio.core.errors import NotFound, Unavailable
from cubestudio.core.peers import peer
from cubestudio.core.store import Store
from tests.contract.test_cluster import asked, served, whole
from tests.contract.test_nodes import seen_of, until
from tests.kubernetes.kubelet import PODS
from tests.kubernetes.stand import stand

HERE = ("infra",)


@pytest.fixture
async def here(settings):
    async with stand(Store.open(settings), nodes=2) as made:
        yield made


@pytest.fixture(params=[(), HERE], ids=["forwarded", "direct"])
async def cluster(here, request):
    made = here.adapter(peers=request.param)
    yield made
    await made.close()


def away(here):
    """The API server is away: streams are cut, and nothing is answered."""
    here.server.down = True
    here.server.cut()


def pods_asked(here):
    """How often pods were listed."""
    return sum(
        each.startswith("GET") and "/pods?" in each and "watch=1" not in each for each in here.server.requests
    )


async def up(cluster, work):
    await cluster.apply(work)
    await whole(cluster, work.name, lambda seen: seen.ready == work.body.replicas)


async def known(cluster, workload, count=1):
    """Wait until its own watch knows so many replicas of a server."""
    async with asyncio.timeout(30):
        while not cluster._reach._listed or len(cluster._reach._replicas.of(workload)) != count:
            await asyncio.sleep(0.02)


async def test_connections_ask_the_api_server_for_no_pods(here, cluster):
    await up(cluster, served())
    for following in (False, True):  # a process of the web alone, and one that follows the cluster as well
        async with seen_of(cluster) if following else contextlib.nullcontext():
            await asked(cluster, "s")
            await known(cluster, "s")
            before = pods_asked(here)
            for _ in range(5):
                assert await asked(cluster, "s") == "1 times, hello you"
            assert pods_asked(here) == before


async def test_servers_answer_while_the_api_server_is_away(here, settings):
    inside, outside = here.adapter(peers=HERE), here.adapter("outside")
    await up(inside, served(replicas=2))
    for cluster in (inside, outside):
        await asked(cluster, "s")
        await known(cluster, "s", 2)
    away(here)
    for _ in range(10):
        assert await asked(inside, "s") == "1 times, hello you"
    with pytest.raises(
        Unavailable,
        match="No replica of s on cluster outside can be reached: Cluster outside does not answer",
    ):
        await asked(outside, "s")
    here.server.down = False
    assert await asked(outside, "s") == "1 times, hello you"
    new = here.adapter(peers=HERE)
    away(here)
    with pytest.raises(Unavailable, match="does not say where s is"):
        await asked(new, "s")
    for each in (inside, outside, new):
        await each.close()


async def test_a_replica_that_is_gone_is_passed_over(here):
    """What is known is a moment behind: another one is asked, or it is said that there is none."""
    cluster = here.adapter(peers=HERE)
    await up(cluster, served(replicas=2))
    await asked(cluster, "s")
    await known(cluster, "s", 2)
    away(here)
    first, second = here.server.all(PODS)
    for gone, left in ((first, 1), (second, 0)):
        here.kubelet.containers[gone["metadata"]["uid"]].signal(9)
        await here.kubelet.containers[gone["metadata"]["uid"]].process.wait()
        here.kubelet._tasks[gone["metadata"]["uid"]].cancel()
        for _ in range(10 if left else 0):
            assert await asked(cluster, "s") == "1 times, hello you"
    with pytest.raises(Unavailable, match=r"cannot be reached at 127.*Connection refused"):
        await asked(cluster, "s")
    await cluster.close()


async def test_an_address_that_does_not_respond_is_not_waited_for_again(here, monkeypatch):
    """A network policy or a firewall drops what is sent: requests go through the API server, at once from the
    second on."""
    cluster = here.adapter(peers=HERE)
    await up(cluster, served())
    tries = []

    async def dropped(*place):
        tries.append(place)
        raise TimeoutError

    monkeypatch.setattr(Direct, "open", dropped)
    for _ in range(3):
        assert await asked(cluster, "s") == "1 times, hello you"
    assert len(tries) == 1
    assert "go through the API server" in " ".join((await cluster.capacity()).notes)
    await cluster.close()


async def test_a_replica_that_is_to_end_is_not_chosen_and_its_open_connections_are_left(here, cluster):
    work = served(scale=Scale(least=1, most=2), replicas=2)
    await up(cluster, work)
    async with seen_of(cluster) as seen:
        await known(cluster, "s", 2)
        links = [await cluster.connect("s") for _ in range(20)]
        assert not any(link.leaving for link in links)
        await cluster.scale("s", 1)
        await until(
            seen,
            lambda each: (
                getattr(each, "ready", None) == 1 and each.workload == "s" and hasattr(each, "generation")
            ),
        )
        left = [link for link in links if not link.leaving]
        assert 0 < len(left) < 20
        for link in links:
            await link.close()
        for _ in range(10):
            assert await asked(cluster, "s") == "1 times, hello you"


async def test_a_replica_that_is_to_end_answers_until_that_is_known(here):
    """What tells senders of requests that it ends comes later than what tells its node."""
    cluster = here.adapter(peers=HERE, linger=5)
    await up(cluster, served(scale=Scale(least=1, most=2), replicas=2))
    await asked(cluster, "s")
    await known(cluster, "s", 2)
    here.server.lag = 60
    await cluster.scale("s", 1)
    async with asyncio.timeout(30):
        while not (
            ends := [pod for pod in here.server.all(PODS) if pod["metadata"].get("deletionTimestamp")]
        ):
            await asyncio.sleep(0.02)
    (replica,) = [each for each in cluster._reach._replicas.of("s") if each.uid == ends[0]["metadata"]["uid"]]
    link = await cluster._reach._straight(replica, replica.port)
    await link.send(b"GET /say HTTP/1.0\r\n\r\n")
    assert (await link.receive()).startswith(b"HTTP/1.0 200")
    await link.close()
    await cluster.close()


async def test_nothing_answers_where_there_is_nothing(here, cluster):
    with pytest.raises(NotFound):
        await cluster.connect("nothing")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("fd00::1", "fd00::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("169.254.169.254", None),
        ("::ffff:169.254.169.254", None),
        ("224.0.0.1", None),
        ("0.0.0.0", None),
        ("", None),
        (None, None),
        ("api.example", None),
        (7, None),
        ({}, None),
        ("10.1.2.3/8", None),
        ("fe80::1", None),
    ],
)
def test_what_is_an_address_of_a_pod(text, found):
    assert replicas.address(text) == found


@pytest.mark.parametrize(
    "odd",
    [
        {"status": {"conditions": 7}},
        {"spec": {"restartPolicy": "Always", "containers": [{"ports": 3}]}},
        {"metadata": {"labels": []}},
    ],
)
def test_a_pod_that_cannot_be_read_keeps_no_other_from_being_known(odd):
    def pod(uid, **more):
        status = {
            "podIP": "10.0.0.1",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [{"name": "main", "state": {"running": {"startedAt": None}}}],
        }
        meta = {"uid": uid, "name": uid, "namespace": "n", "labels": {"cubestudio/workload": "s"}}
        spec = {
            "restartPolicy": "Always",
            "containers": [{"name": "main", "ports": [{"containerPort": 2**63}, {"containerPort": 80}]}],
        }
        return {"metadata": meta, "spec": spec, "status": status} | more

    held = replicas.Replicas()
    bad = pod("bad")
    for key, value in odd.items():
        bad[key] |= value
    held.listed([bad, pod("good")])
    assert [(each.uid, each.port) for each in held.of("s")] == [("good", 80)]
    held.changed("MODIFIED", pod("good", status={"conditions": []}))
    assert held.of("s") == [] and not held.has("good")
    held.changed("DELETED", pod("unknown"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.1.0.0/24", {"ipBlock": {"cidr": "10.1.0.0/24"}}),
        ("10.1.0.1", {"ipBlock": {"cidr": "10.1.0.1/32"}}),
        ("fd00::/8", {"ipBlock": {"cidr": "fd00::/8"}}),
        ("infra", {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "infra"}}}),
        (
            "infra/app=cube,x.io/part=web",
            {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "infra"}},
                "podSelector": {"matchLabels": {"app": "cube", "x.io/part": "web"}},
            },
        ),
    ],
)
def test_where_connections_come_from(text, found):
    assert peer(text) == found


@pytest.mark.parametrize(
    "text",
    ["", "/", "Infra", "infra/", "infra/app", "infra/app=a b", "10.1.0.0/33", "10.1.0.1/24", "infra/=x"],
)
def test_what_says_not_where_connections_come_from_is_refused(text, tmp_path):
    with pytest.raises(ValueError, match=r"is no network such as 10\.0\.0\.0/24"):
        Settings(home=tmp_path, direct_pod_access={"east": (text,)})


def test_private_servers_let_the_platform_in_where_it_comes_by_itself():
    def policy(peers):
        made = {plural: body for _, plural, body in server.objects(served(private=True), Site(peers=peers))}
        return made["networkpolicies"]["spec"]["ingress"]

    assert policy(()) == []
    assert policy(("infra", "10.0.0.0/8")) == [{"from": [peer("infra"), peer("10.0.0.0/8")]}]


def test_the_cluster_that_we_run_in_is_reached_directly(tmp_path, monkeypatch):
    space = tmp_path / "namespace"
    space.write_text("infra\n")
    monkeypatch.setattr(config, "SPACE", space)
    (tmp_path / "here-kubeconfig").write_text("")
    told = "clusters: [{cluster: {server: 'https://127.0.0.1:6443'}}]"
    (tmp_path / "near-kubeconfig").write_text(told)
    (tmp_path / "far-kubeconfig").write_text(told.replace("127.0.0.1", "10.0.0.1"))
    (tmp_path / "odd-kubeconfig").write_text("clusters: [7]")
    found = config.read_clusters(tmp_path, direct={"far": ("10.0.0.0/8",)})
    assert {name: (place.peers, place.near) for name, place in found.items()} == {
        "here": (("infra",), False),
        "near": ((), True),
        "far": (("10.0.0.0/8",), False),
        "odd": ((), False),
    }
    assert config.read_clusters(tmp_path, direct={"here": ()})["here"].peers == ()
    space.unlink()
    assert config.read_clusters(tmp_path)["here"].peers == (), "outside of a cluster"
