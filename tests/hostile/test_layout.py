"""What is laid out for a pod goes below its input folder and nowhere else, whatever names, types and contents
it has."""

import hashlib
import io
import json
import os
import tarfile

import pytest

from cubestudio.core.cluster import outputs


def tar(*members: tuple[str, str, bytes]) -> io.BytesIO:
    """An archive of (kind, name, content or target)."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for kind, name, content in members:
            info = tarfile.TarInfo(name)
            if kind == "link":
                info.type, info.linkname = tarfile.SYMTYPE, content.decode()
            elif kind == "hard":
                info.type, info.linkname = tarfile.LNKTYPE, content.decode()
            elif kind == "pipe":
                info.type = tarfile.FIFOTYPE
            else:
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    made.seek(0)
    return made


def everything(folder) -> set[str]:
    return {
        os.path.relpath(os.path.join(parent, name), folder)
        for parent, folders, files in os.walk(folder)
        for name in folders + files
    }


@pytest.mark.parametrize(
    "name",
    ["../a", "/a", "a/../../b", "a//b", "a/", "", ".", "..", "a/./b", "a\0b", "a\nb", "x" * 501, "\udcff"],
    ids=repr,
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    layout = outputs.Layout(str(tmp_path / "in"))
    for act in (
        layout.path,
        layout.folder,
        lambda each: layout.link(each, "a"),
        lambda each: layout.unpack("d", tar(("file", "../x" + each, b""))),
    ):
        with pytest.raises((outputs.Refused, ValueError)):
            act(name)
    assert not [each for each in everything(tmp_path) if not each.startswith("in")]


@pytest.mark.parametrize("target", ["/etc", "../../outside", "a/../../..", "..", "x" * 5000, "a\0b"])
def test_a_link_that_leads_out_is_refused(tmp_path, target):
    layout = outputs.Layout(str(tmp_path / "in"))
    with pytest.raises(outputs.Refused, match="leads out"):
        layout.link("l", target)
    if "\0" not in target:
        with pytest.raises(outputs.Refused, match="leads out"):
            layout.unpack("d", tar(("link", "../l" if target == ".." else "l", target.encode())))


def test_nothing_is_written_through_a_link(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    layout = outputs.Layout(str(tmp_path / "in"))
    layout.folder("real")
    layout.unpack("d", tar(("link", "x", b"../real"), ("file", "x/evil", b"bytes")))
    layout.link("l", "real")
    layout.link("l/second", "../real")
    with open(layout.path("d/x/more"), "w") as file:
        file.write("more")
    layout.finish()
    assert not list(outside.iterdir()) and not list((tmp_path / "in/real").iterdir())
    assert (tmp_path / "in/d/x/evil").read_bytes() == b"bytes" and not (tmp_path / "in/d/x").is_symlink()


def test_a_folder_that_became_a_link_is_not_followed_at_the_end(tmp_path):
    layout = outputs.Layout(str(tmp_path / "in"))
    layout.link("d/l", "x")
    (tmp_path / "in/d").rmdir()
    (tmp_path / "in/d").symlink_to(tmp_path)
    with pytest.raises(outputs.Refused):
        layout.finish()
    assert not (tmp_path / "l").is_symlink()


@pytest.mark.parametrize("kind", ["hard", "pipe"])
def test_an_archive_with_something_else_is_refused(tmp_path, kind):
    layout = outputs.Layout(str(tmp_path / "in"))
    with pytest.raises(outputs.Refused, match="neither a file nor a folder nor a link"):
        layout.unpack("d", tar((kind, "x", b"/etc/passwd")))


async def test_a_model_cannot_have_the_types_of_the_platform(platform):
    await platform.ask('mutation { createProject(input: {name: "p"}) { __typename } }')
    data = b"/etc"
    sha256 = hashlib.sha256(data).hexdigest()
    await platform.ctx.store.put(f"files/p/{sha256}", data)
    upload = """mutation($f: [ModelFileInput!]!) { uploadModel(input: {project: "p", name: "m", files: $f}) { __typename ... on Problem { faults { path message } } } }"""  # noqa: E501
    for media in ("inode/symlink", "Inode/Directory", "application/vnd.cubestudio.folder+tar"):
        answer = (await platform.ask(upload, f=[{"path": "l", "sha256": sha256, "mediaType": media}]))[
            "uploadModel"
        ]
        assert answer["__typename"] == "Problem" and "media type of the platform" in json.dumps(answer), (
            answer
        )
