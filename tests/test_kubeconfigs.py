"""Kubeconfigs that cannot be used, and credentials that a cluster no longer takes: each is said, and none
ends a loop."""

import asyncio
import base64
import json

import pytest

from cubestudio import cluster_registry
from cubestudio.cluster_registry import ClusterRegistry
from cubestudio.core.cluster.kubernetes.client import Client, expired
from cubestudio.core.cluster.kubernetes.config import read_clusters
from cubestudio.core.errors import Unavailable
from cubestudio.core.store import Store
from tests.kubernetes.server import Server


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"clusters: [\ntoken: s3cret", "it is not valid YAML, line 2, column 14"),
        (b"\xff\xfe", "it is not valid YAML"),
        (b"just text", "it names no clusters"),
        (b"clusters: 7", "it names no clusters"),
        (b"[" * 100_000, "it is not valid YAML"),
    ],
)
async def test_a_kubeconfig_that_cannot_be_used_is_a_cluster_that_says_so(tmp_path, text, words):
    (tmp_path / "east-kubeconfig").write_bytes(text)
    (tmp_path / "west-kubeconfig").write_text("")
    found = read_clusters(tmp_path)
    assert sorted(found) == ["east", "west"] and found["west"].problem is None
    assert found["east"].problem == f"The kubeconfig of cluster east cannot be used: {words}"
    client = Client("east", found["east"].config, None, None, found["east"].problem)
    with pytest.raises(Unavailable, match="cannot be used") as raised:
        await client.get("/version")
    assert "s3cret" not in raised.value.message


class Closing:
    """A cluster whose end takes as long as the test wants."""

    def __init__(self, config, *_):
        self.config, self.closing, self.closed = config, asyncio.Event(), asyncio.Event()
        self.tended = asyncio.Event()

    async def tend(self):
        self.tended.set()
        await asyncio.Event().wait()

    async def close(self):
        self.closing.set()
        await self.closed.wait()


async def test_a_cluster_whose_kubeconfig_changes_never_leaves_the_list(settings, monkeypatch):
    settings.kubeconfig_folder.mkdir(parents=True, exist_ok=True)
    (file := settings.kubeconfig_folder / "far-kubeconfig").write_text("clusters: [{name: a}]")
    monkeypatch.setattr(cluster_registry, "adapter", lambda: Closing)
    monkeypatch.setattr(cluster_registry, "EVERY", 0)
    registry = ClusterRegistry(settings, Store.open(settings))
    former = registry.clusters["far"]
    loop = asyncio.create_task(registry.run())
    try:
        (changed := file.with_suffix(".new")).write_text("clusters: [{name: b}]")
        changed.replace(file)  # at once: the registry may read it at any moment
        await former.closing.wait()
        assert registry.clusters["far"].config.config == {"clusters": [{"name": "b"}]}, (
            "while the old one ends"
        )
        await registry.clusters["far"].tended.wait()
        former.closed.set()
        registry.clusters["far"].closed.set()
        file.unlink()
        while "far" in registry.clusters:
            await asyncio.sleep(0)
    finally:
        loop.cancel()
        await registry.quiet()


async def test_a_refused_token_ends_no_other_request(settings):
    """Requests share a connection, and the first that is refused has the credentials read again."""
    server = Server()
    await server.start()
    client = Client("east", server.kubeconfig)
    try:
        await client.get("/version")
        for _ in range(5):
            server.token = "another"
            asked = await asyncio.gather(
                *(client.get(f"/version?{n}") for n in range(50)), return_exceptions=True
            )
            assert {type(each) for each in asked} == {Unavailable}, asked
            assert {each.message for each in asked} == {
                "Cluster east does not accept the platform's credentials; its kubeconfig must be renewed."
            }
            server.token = "emulated"
            assert (await client.get("/version"))["major"] == "1"
        assert not client._sending
    finally:
        await client.close()
        await server.stop()


def token(claims) -> dict:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    user = {"name": "u", "user": {"token": f"e30.{part}.x"}}
    return {"current-context": "c", "contexts": [{"name": "c", "context": {"user": "u"}}], "users": [user]}


@pytest.mark.parametrize(
    ("config", "ended"),
    [
        (token({"exp": 0}), "1970-01-01 00:00 UTC"),
        (token({"exp": 4e9}), None),
        (token({"exp": "odd"}), None),
        (token({"exp": 1e300}), None),
        (token([1]), None),
        ({"current-context": "c", "contexts": 7}, None),
        (None, None),
    ],
)
def test_a_token_that_has_expired_says_when(config, ended):
    assert expired(config, None) == ended
