"""The program of the container that comes first: it copies the Python that runs it into a folder of the pod,
so that it starts in any image, also in one of another libc or with no file at all.

It needs Python 3.8. What it copies: the interpreter, its dynamic loader under the name ld.so, every shared
library that the interpreter and its modules need, the standard library without what no launcher needs, and
the certificates of authorities. It ends by starting the copy: what that reads from outside of the folder
would be missing elsewhere.
"""

import glob
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import sysconfig

LEFT_OUT = {
    "__pycache__",
    "config",
    "dist-packages",
    "distutils",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "site-packages",
    "test",
    "tests",
    "tkinter",
    "turtledemo",
    "venv",
}
"""Folders of the standard library that no launcher needs."""
NO_MODULES = re.compile(
    r"(_test|_xx|xx|_tkinter|_curses|readline|_sqlite3|_dbm|_gdbm|_ctypes|nis|ossaudiodev|_interp|audioop)"
)
"""Modules of the standard library, written in C, that no launcher needs and that need libraries of their
own."""
ALONE = ("libgcc_s.so.1", "libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2")
"""Libraries that a libc opens by name and that nothing lists: to end a thread, and, when it is an older one,
to look hosts up."""
AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
TRIAL = """
import os, sys
sys.path.insert(0, %r)
os.environ.update(CUBE_POD_HOME="/cube", CUBE_POD_SPEC="/cube/spec/spec.gz")
import launcher, ssl, zlib, socket, http.client, encodings.idna, encodings.ascii, encodings.latin_1, importlib.util
for name in ("bz2", "lzma"):
    importlib.util.find_spec(name) and __import__(name)
with open("/proc/self/maps") as maps:
    print("\\n".join(sorted({line.split(None, 5)[5].strip() for line in maps if "x" in line.split()[1] and "/" in line})))
"""  # noqa: E501


class Unfit(Exception):
    """This Python cannot be copied: with the sentence why."""


def loader_of(path):
    """The dynamic loader that a program names. Raises Unfit for what names none."""
    try:
        with open(path, "rb") as file:
            return named_loader(file)
    except (struct.error, LookupError):
        raise Unfit("%s is no program that a loader starts" % path) from None


def named_loader(file):
    """The text of the segment PT_INTERP, by the headers of an ELF file. Raises struct.error or LookupError
    where there is none."""
    head = file.read(64)
    if head[:4] != b"\x7fELF":
        raise LookupError
    wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
    number, places = ("Q", (32, 54, 8, 32)) if wide else ("I", (28, 42, 4, 16))
    (start,) = struct.unpack_from(order + number, head, places[0])
    size, count = struct.unpack_from(order + "HH", head, places[1])
    for place in range(count):
        file.seek(start + place * size)
        entry = file.read(size)
        if struct.unpack_from(order + "I", entry)[0] == 3:
            (offset,), (length,) = (struct.unpack_from(order + number, entry, each) for each in places[2:])
            file.seek(offset)
            return file.read(min(length, 4096)).rstrip(b"\0").decode()
    raise LookupError


def libraries(loader, path):
    """{name: file} of the libraries that a file needs, as its loader finds them; None when one is not
    found."""
    done = subprocess.run([loader, "--list", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={})
    text = done.stdout.decode(errors="replace")
    if done.returncode or "not found" in text:
        return None
    return {
        os.path.basename(name): file
        for name, file in re.findall(r"^\s*(\S+) => (/.*?)(?: \(0x[0-9a-f]+\))?$", text, re.MULTILINE)
    }


def copy(source, target, mode=0o644):
    """A file, whatever the mode of the one it is copied from: the program that it is for may be another
    user's."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copyfile(source, target)
    os.chmod(target, mode)


def standard_library(loader, source, target):
    """Copy the standard library; the libraries that its modules need, as `libraries` gives them."""
    found = {}
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name not in LEFT_OUT and not name.startswith("config-")]
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.isfile(path):  # a link into a package that is not installed
                continue
            if name.endswith(".so") and not NO_MODULES.match(name):
                needed = libraries(loader, path)
                if needed is None:
                    continue
                found.update(needed)
            elif not name.endswith((".py", ".pyc")):
                continue
            copy(path, os.path.join(target, os.path.relpath(path, source)))
    return found


def bring(target):
    """Copy this Python into a folder, and try the copy. Raises Unfit."""
    program = os.path.realpath(sys.executable)
    loader = loader_of(program)
    needed = libraries(loader, program)
    if needed is None:
        raise Unfit("the libraries of %s cannot be told" % program)
    home = os.path.join(target, sys.platlibdir if sys.version_info >= (3, 9) else "lib")
    for kind in ("stdlib", "platstdlib"):
        source = os.path.realpath(sysconfig.get_path(kind))
        needed.update(standard_library(loader, source, os.path.join(home, os.path.basename(source))))
    for name, file in {**unlisted(needed), **needed}.items():
        copy(file, os.path.join(target, "shared", name))
    copy(loader, os.path.join(target, "ld.so"), 0o755)
    copy(program, os.path.join(target, "bin", "python3"), 0o755)
    authorities = next(filter(os.path.isfile, AUTHORITIES), None)
    if authorities:
        copy(authorities, os.path.join(target, "certificates.pem"))
    attempt(target)
    open_to_all(target)


def unlisted(needed):
    """Return {name: file} of the libraries that a libc opens by name, from the folders of the others."""
    found = {}
    for name in ALONE:
        for folder in {os.path.dirname(file) for file in needed.values()}:
            for file in glob.glob(os.path.join(folder, name)):
                found.setdefault(name, file)
    return found


def open_to_all(target):
    """Let every user read what is below a folder; the folder itself is the pod's, and is open to all."""
    for folder, folders, files in os.walk(target):
        for name in folders:
            os.chmod(os.path.join(folder, name), 0o755)
        for name in files:
            path = os.path.join(folder, name)
            os.chmod(path, os.stat(path).st_mode | 0o444)


def words(target):
    """How the copy is started."""
    return [
        os.path.join(target, "ld.so"),
        "--library-path",
        os.path.join(target, "shared"),
        os.path.join(target, "bin", "python3"),
        "-I",
        "-S",
        "-X",
        "utf8",
    ]


def attempt(target):
    """Start the copy with all that the launcher uses; what it has compiled on the way stays there. Raises
    Unfit."""
    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(
        [*words(target), "-c", TRIAL % here], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={}, cwd="/"
    )
    if done.returncode:
        raise Unfit("the copy does not start: %s" % done.stderr.decode(errors="replace").strip()[-600:])
    inside = os.path.realpath(target) + os.sep
    outside = [
        line
        for line in done.stdout.decode().splitlines()
        if line.startswith("/") and not os.path.realpath(line).startswith(inside)
    ]
    if outside:
        raise Unfit("the copy still uses %s" % ", ".join(outside[:5]))


def main():
    try:
        bring(sys.argv[1])
    except (Unfit, OSError, subprocess.SubprocessError) as error:
        sys.exit(
            "the Python %s of this image cannot be copied for other images: %s"
            % (sys.version.split()[0], error)
        )
    print(json.dumps({"python": sys.version.split()[0]}))


if __name__ == "__main__":
    main()
