"""The console's files: in the smallest form that a browser takes, and once."""

import gzip

import httpx2
import pytest

from cubestudio.web import console
from cubestudio.web.app import build
from cubestudio.web.static_files import accepted

SCRIPT = b"const words = 'again and again';" * 100
HASHED = "/assets/home-Clo4VJs4.js"


@pytest.fixture
def built(tmp_path, monkeypatch):
    tmp_path = tmp_path / "my-projects.git"  # a folder that is called as hashed files are
    (tmp_path / "assets").mkdir(parents=True)
    for name in ("index.html", HASHED[1:], "assets/cube.svg"):
        (tmp_path / name).write_bytes(SCRIPT)
    for name in ("index.html", HASHED[1:]):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / f"{HASHED[1:]}.br").write_bytes(b"in brotli")
    monkeypatch.setattr(console, "STATIC", tmp_path)


@pytest.fixture
async def http(built, platform):
    transport = httpx2.ASGITransport(app=build(platform.app))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", set()),
        ("gzip, deflate, br", {"gzip", "deflate", "br"}),
        ("GZIP;q=0.5,br;q=0", {"gzip"}),
        ("br ; q=0.000", set()),
        ("br;q=x", {"br"}),
        (";q=1,,", {""}),
    ],
)
def test_what_a_browser_takes(header, wanted):
    assert accepted(header) - {""} == wanted - {""}


@pytest.mark.parametrize(
    ("path", "takes", "encoding"),
    [
        (HASHED, "gzip, br", "br"),
        (HASHED, "gzip", "gzip"),
        (HASHED, "br;q=0, gzip", "gzip"),
        (HASHED, "identity", None),
        ("/", "gzip, br", "gzip"),
        ("/assets/cube.svg", "gzip, br", None),
        ("/runs/of/some/page", "gzip", "gzip"),
    ],
)
async def test_a_file_comes_in_the_smallest_form(http, path, takes, encoding):
    async with http.stream("GET", path, headers={"accept-encoding": takes}) as answer:
        data = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.status_code == 200 and answer.headers.get("content-encoding") == encoding
    assert (
        data == {"br": b"in brotli", "gzip": gzip.compress(SCRIPT, mtime=0), None: SCRIPT}[encoding]
        or gzip.decompress(data) == SCRIPT
    )
    assert answer.headers["vary"] == "accept-encoding" and int(answer.headers["content-length"]) == len(data)
    kinds = {".js": "text/javascript", ".svg": "image/svg+xml"}
    assert answer.headers["content-type"].split(";")[0] == kinds.get(
        path[-4:] if path.endswith("svg") else path[-3:], "text/html"
    )


async def test_a_file_is_sent_once(http):
    first = await http.get(HASHED, headers={"accept-encoding": "gzip"})
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/", "/assets/cube.svg"):
        first = await http.get(path)
        assert first.headers["cache-control"] == "no-cache"
        again = await http.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = await http.get(path, headers={"if-none-match": '"another"'})
        assert other.status_code == 200


async def test_a_platform_without_a_console_says_so(tmp_path, monkeypatch, platform):
    monkeypatch.setattr(console, "STATIC", tmp_path / "none")
    transport = httpx2.ASGITransport(app=build(platform.app))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert "Nobody is signed in" in (await client.get("/")).text
        assert (await client.get("/assets/x.js")).status_code == 200
