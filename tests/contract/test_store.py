"""The store port, in a folder and in an S3 server."""

import filecmp
import os
import shutil

import boto3
import pytest
from moto.server import ThreadedMotoServer

from cubestudio.core import disk_reserve
from cubestudio.core.config import Settings
from cubestudio.core.errors import Unavailable
from cubestudio.core.store import STAGING, STALE, Store


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path):
    if request.param == "folder":
        yield Store.open(Settings(home=tmp_path))
        return
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    told = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=url, **told).create_bucket(Bucket="cube")
    yield Store.open(
        Settings(home=tmp_path, store_url="s3://cube/at", store_endpoint=url, store_key="k", store_secret="s")
    )
    server.stop()


def test_what_a_killed_process_left_on_its_way_goes(tmp_path):
    def left():
        return {each.name for each in (tmp_path / "store" / STAGING).iterdir()}

    Store.open(Settings(home=tmp_path))
    for name, age in (("young", 0), ("old", 2 * STALE)):
        path = tmp_path / "store" / STAGING / name
        path.write_bytes(b"half")
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    Store.open(Settings(home=tmp_path))
    assert left() == {"young"}


async def test_objects(store, tmp_path):
    await store.put("a/b", b"0123456789")
    assert await store.get("a/b") == b"0123456789"
    assert await store.part("a/b", 2, 5) == b"234"
    assert await store.has("a/b") and not await store.has("a/c")
    with pytest.raises(FileNotFoundError):
        await store.get("a/c")
    big = tmp_path / "big"
    big.write_bytes(bytes(range(256)) * 40_000)
    await store.put_file("a/big", big)
    back = tmp_path / "back"
    await store.get_file("a/big", back)
    assert filecmp.cmp(back, big, shallow=False)
    assert b"".join([chunk async for chunk in store.stream("a/big")]) == big.read_bytes()
    assert await store.keys("a") == ["a/b", "a/big"]
    await store.delete("a/b", "a/never")
    assert await store.keys("a") == ["a/big"]


async def test_the_last_room_of_the_disk_is_left_to_the_database(tmp_path, monkeypatch):
    store = Store.open(Settings(home=tmp_path))
    await store.put("a", b"x")
    usage = shutil.disk_usage(tmp_path)
    floor = disk_reserve.floor(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=floor + 10))
    await store.put("b", b"0123456789")
    with pytest.raises(Unavailable, match="nearly full"):
        await store.put("c", b"01234567890")
    assert await store.keys("") == ["a", "b"]
