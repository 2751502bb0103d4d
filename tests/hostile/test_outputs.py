"""R3, R4: whatever is in an output folder, listing it never fails, names nothing outside, and what is taken
arrives as it was."""

import contextlib
import io
import os
import shutil
import socket
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cubestudio.core.cluster import outputs

OUTSIDE = b"what lies outside"
NAMES = st.one_of(
    st.sampled_from(
        [
            b"a",
            b"b",
            b"outputs.json",
            b"metrics.json",
            b"...",
            b"-",
            b" ",
            b"\\",
            b"\xff",
            b"a\nb",
            b"\x7f",
            b"x" * 255,
            "ü".encode(),
            b"c:d",
            b"*",
        ]
    ),
    st.binary(min_size=1, max_size=12)
    .map(lambda name: name.replace(b"/", b"_").replace(b"\0", b"_"))
    .filter(lambda name: name not in (b".", b"..")),
)
TARGETS = st.sampled_from(
    [
        b"a",
        b"b",
        b".",
        b"..",
        b"../outside",
        b"../outside/a",
        b"a/..",
        b"a/../..",
        b"nowhere",
        b"/etc/passwd",
        b"OUT",
        b"OUT/a",
        b"OUT/../outside/a",
        b"OUTSIDE",
        b"a/b",
        b"./a",
        b"//",
        b"",
        b"\xff",
    ]
)
LEAF = st.one_of(
    st.tuples(st.just("file"), st.binary(max_size=2000)),
    st.tuples(st.just("sparse"), st.sampled_from([0, 1, 511, 512, 513, 70_000, 2**31, 2**42])),
    st.tuples(st.just("link"), TARGETS),
    st.tuples(st.sampled_from(["pipe", "socket", *(["closed"] if os.geteuid() == 0 else [])]), st.none()),
)
FOLDERS = st.recursive(
    LEAF, lambda inner: st.tuples(st.just("folder"), st.dictionaries(NAMES, inner, max_size=5)), max_leaves=15
)
TREES = st.dictionaries(NAMES, FOLDERS, max_size=7)


def make(folder: bytes, tree: dict, top: bytes) -> None:
    for name, (kind, what) in tree.items():
        path = folder + b"/" + name
        with contextlib.suppress(FileExistsError):
            if kind == "folder":
                os.mkdir(path)
                make(path, what, top)
            elif kind == "link":
                target = what.replace(b"OUTSIDE", top + b"/outside").replace(b"OUT", top + b"/out")
                with contextlib.suppress(FileNotFoundError):  # a link to nothing at all cannot be made
                    os.symlink(target, path)
            elif kind == "pipe":
                os.mkfifo(path)
            elif kind == "socket":
                with socket.socket(socket.AF_UNIX) as made:
                    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                    with contextlib.suppress(OSError):
                        made.bind(f"/proc/self/fd/{here}/".encode() + name)
                    os.close(here)
            else:
                with open(path, "wb") as file:
                    file.write(what if kind == "file" else b"")
                    file.truncate(what if kind == "sparse" else None)
                os.chmod(path, 0 if kind == "closed" else 0o600)


@given(TREES, st.sampled_from([3000, 2**20]), st.sampled_from([2, 1000]))
@settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_whatever_is_left_can_be_listed_and_what_is_taken_arrives(tree, most_bytes, most_files):
    top = Path(tempfile.mkdtemp(prefix="left-"))
    try:
        out = top / "out"
        out.mkdir()
        (top / "outside").mkdir()
        (top / "outside" / "a").write_bytes(OUTSIDE)
        make(os.fsencode(out), tree, os.fsencode(top))
        descriptor, changed = outputs.open_folder(out), []
        listing = outputs.Listing(descriptor, str(out), most_bytes, most_files)
        assert listing.files <= most_files and listing.bytes <= most_bytes
        assert len(listing.omitted) <= outputs.MOST_NAMED
        for path, reason in listing.omitted:
            (path + reason).encode()
            assert path.isprintable() and reason
        paths = [entry.path for entry in listing.entries]
        assert paths == sorted(paths) and len(set(paths)) == len(paths)
        for path in paths:
            assert (
                outputs.impossible(path) is None and not path.startswith("/") and ".." not in path.split("/")
            )
        assert sorted(entry.path for _, entries in listing.parts() for entry in entries) == paths
        written = io.BytesIO()
        outputs.archive(descriptor, ".", listing.entries, written.write, lambda *words: changed.append(words))
        assert OUTSIDE not in written.getvalue() and not changed
        written.seek(0)
        layout = outputs.Layout(str(top / "arrived"))
        layout.unpack(".", written)
        layout.finish()
        for entry in listing.entries:
            arrived = top / "arrived" / entry.path
            if entry.media == outputs.FOLDER:
                assert arrived.is_dir()
            elif entry.media == outputs.LINK:
                assert arrived.is_symlink() and arrived.resolve().is_relative_to(top / "arrived")
            else:
                data = b"".join(outputs.contents(descriptor, entry, lambda *words: changed.append(words)))
                assert len(data) == entry.size and arrived.read_bytes() == data and not changed
        os.close(descriptor)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def test_what_became_a_link_since_it_was_listed_is_not_followed(tmp_path):
    """A file, and a folder above one, that become links between the listing and the reading."""
    out, outside = tmp_path / "out", tmp_path / "outside"
    for place in (out / "d" / "e", outside / "e"):
        place.mkdir(parents=True)
    for path in ("a", "e/a"):
        (outside / path).write_bytes(OUTSIDE)
    for path in ("a", "d/a", "d/e/a", "kept"):
        (out / path).write_bytes(b"x" * len(OUTSIDE))
    (out / "link").symlink_to("d/e/a")
    descriptor, said = outputs.open_folder(out), []
    listing = outputs.Listing(descriptor, str(out), 2**30)
    assert [entry.path for entry in listing.entries] == ["a", "d/a", "d/e/a", "kept", "link"]
    for name, target in (("a", outside / "a"), ("d", outside)):
        (out / name).rename(tmp_path / f"was-{name}")
        (out / name).symlink_to(target)
    written: list[bytes] = []
    for entry in listing.entries:
        written += outputs.contents(descriptor, entry, lambda *words: said.append(words))
    assert b"".join(written) == b"x" * len(OUTSIDE) and [path for path, _ in said] == [
        "a",
        "d/a",
        "d/e/a",
        "link",
    ]
    outputs.archive(descriptor, ".", listing.entries, written.append, listing.omit)
    os.close(descriptor)
    assert OUTSIDE not in b"".join(written) and len(listing.omitted) == 4


def test_numbers_that_are_not_read_are_named(tmp_path):
    for name in ("linked", "large", "plain"):
        (tmp_path / name).mkdir()
    (tmp_path / "linked" / "real.json").write_text('{"loss": 1}')
    (tmp_path / "linked" / "metrics.json").symlink_to("real.json")
    (tmp_path / "large" / "metrics.json").write_bytes(b" " * (outputs.MOST_METRICS + 1))
    (tmp_path / "plain" / "metrics.json").write_text('{"loss": 1}')
    said = {}
    for name in ("linked", "large", "plain"):
        descriptor = outputs.open_folder(tmp_path / name)
        said[name] = outputs.Listing(descriptor, str(tmp_path / name), 2**30).warnings()
        os.close(descriptor)
    assert said == {
        "linked": ["metrics.json is a link, and its numbers are not read"],
        "large": ["metrics.json has 4 MiB, and its numbers are not read; the most is 4 MiB"],
        "plain": [],
    }
