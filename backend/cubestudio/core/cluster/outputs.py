"""What a pod left in its output folder, read without trusting any of it.

This module runs where the pod ran: in the agent of a project on this machine, and beside the launcher in a
pod on Kubernetes. It therefore needs Python 3.8 and its standard library only. Whoever runs here may have
left anything: links, pipes, folders where files are expected, a hundred thousand files, names that are none.
Everything is opened relative to a descriptor of its folder, without following links and without waiting; what
cannot be taken is named with its reason, and costs nothing else.
"""

import errno
import json
import os
import stat
import tarfile

MOST_FILES = 1000000
MOST_DEPTH = 64
MOST_PATH = 500
MOST_VALUES = 2**20
MOST_LINK = 4096
MOST_METRICS = 4 * 2**20
MOST_NAMED = 50
"""How many of the entries that were left out are named one by one."""
PACK_FROM = 2000
"""With more files than this, those of a folder are kept together as one archive."""
PACKED = "application/vnd.cubestudio.folder+tar"
FOLDER, LINK = "inode/directory", "inode/symlink"
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a link"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class Refused(Exception):
    """It cannot be taken; the message says what and why."""


def kind(mode):
    return next((words for test, words in _KINDS if test(mode)), "a file")


def open_file(name, folder=None):
    """A descriptor of a regular file, and its status. Below `folder`, no folder on the way is followed if it
    is a link, for it may have become one since it was listed. Raises FileNotFoundError, or Refused when it is
    something else."""
    if folder is not None and "/" in name:
        above, _, name = name.rpartition("/")
        inner = _below(above, folder)
        try:
            return open_file(name, inner)
        finally:
            os.close(inner)
    try:
        descriptor = os.open(name, _FLAGS, dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refused("is a link, not a file")
        if error.errno == errno.ENXIO:
            raise Refused("is a socket, not a file")
        raise Refused("cannot be read: %s" % error.strerror)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise Refused("is %s, not a file" % kind(status.st_mode))
    if status.st_nlink > 1 and status.st_uid != os.geteuid() and os.geteuid() != 0:
        os.close(descriptor)
        raise Refused("is a second name of a file that belongs to somebody else")
    return descriptor, status


def _opened(name, folder):
    """The size of a file that can be read. Raises Refused when it cannot, before it is listed as one of no
    bytes."""
    descriptor, status = open_file(name, folder)
    os.close(descriptor)
    return status.st_size


def open_folder(name, folder=None):
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)


def _below(path, folder):
    """A descriptor of a folder below another."""
    found = os.dup(folder)
    for name in path.split("/"):
        above = found
        try:
            found = open_folder(name, above)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Refused("lies in what is no folder any more: %s" % error.strerror)
        finally:
            os.close(above)
    return found


def read(name, most, folder=None):
    """The bytes of a file of at most `most` bytes."""
    descriptor, _ = open_file(name, folder)
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Refused("has more than %s" % size(most))
    return data


def size(number):
    """Bytes as people read them."""
    number = float(number)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if number < 1024:
            return "%.4g %s" % (number, unit)
        number /= 1024
    return "%.4g TiB" % number


# metrics -----------------------------------------------------------------------------------------


def lines(data):
    """The numbers of a `metrics.json`, in whatever form of JSON they are (lines, an object, a list of
    objects), as lines. Numbers stay as they are written, so that whoever reads the lines sees which of them
    cannot be kept."""
    try:
        text = data.decode(json.detect_encoding(data)).lstrip("\ufeff")
        objects = [each for each in _members(text) if each.startswith("{")]
    except (ValueError, RecursionError):
        return data if data.endswith(b"\n") else data + b"\n"
    return "".join(each.replace("\r", " ").replace("\n", " ") + "\n" for each in objects).encode(
        "utf-8", "surrogatepass"
    )


def _members(text):
    """The texts of the members of the list that a JSON text is, or that text alone. Raises ValueError when it
    is no JSON."""
    found = json.loads(text)
    if not isinstance(found, list):
        return [text.strip()]
    decoder, members, at = json.JSONDecoder(), [], text.index("[") + 1
    for _ in found:
        start = len(text) - len(text[at:].lstrip())
        _, at = decoder.raw_decode(text, start)
        members.append(text[start:at])
        at = text.find(",", at) + 1
    return members


# files -------------------------------------------------------------------------------------------


class Entry:
    """One thing that was left: `path` below the output folder, `media` its media type or None for a plain
    file, `size` in bytes (of a plain file), `target` of a link to a folder, `name` what is opened for it
    relative to the output folder."""

    __slots__ = ("media", "name", "path", "size", "target")

    def __init__(self, path, media=None, size=0, target="", name=None):
        self.path, self.media, self.size, self.target = path, media, size, target
        self.name = name or path


class Listing:
    """All that is below a folder: `entries` that can be taken, in order of their paths, and `omitted`:
    [(path, reason)]."""

    def __init__(self, folder, shown, most_bytes, most_files=MOST_FILES):
        """`folder`: a descriptor of the output folder. `shown`: the path by which whoever filled it knew it,
        with which its absolute links begin. `most_bytes`: of all its files together."""
        self.folder = folder
        self.shown = shown
        self.entries = []
        self.omitted = []
        self.unnamed = 0
        self.files = 0
        self.bytes = 0
        self.most_bytes, self.most_files = most_bytes, most_files
        self.seen = 0
        self._folder(folder, "", 1)
        self.entries.sort(key=lambda entry: entry.path)

    def omit(self, path, reason):
        if len(self.omitted) < MOST_NAMED:
            self.omitted.append((readable(path), reason))
        else:
            self.unnamed += 1

    def _folder(self, folder, above, depth):
        empty = True
        with os.scandir(folder) as listed:
            for found in listed:
                empty = False
                self.seen += 1
                if self.seen > 2 * self.most_files:
                    self.omit(
                        above or ".",
                        "there are more than %d entries; the rest of them is not even listed"
                        % (2 * self.most_files),
                    )
                    return
                path = above + found.name
                problem = impossible(path)
                if problem:
                    self.omit(path, problem)
                    continue
                try:
                    self._entry(folder, found.name, path, depth)
                except FileNotFoundError:  # gone meanwhile
                    continue
                except Refused as error:
                    self.omit(path, str(error))
                except OSError as error:
                    self.omit(path, "cannot be read: %s" % error.strerror)
        if empty and above:
            self.entries.append(Entry(above[:-1], FOLDER))

    def _entry(self, folder, name, path, depth):
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            if depth >= MOST_DEPTH:
                raise Refused("lies deeper than %d folders" % MOST_DEPTH)
            below = open_folder(name, folder)
            try:
                self._folder(below, path + "/", depth + 1)
            finally:
                os.close(below)
        elif stat.S_ISLNK(status.st_mode):
            self._link(path)
        elif stat.S_ISREG(status.st_mode):
            self._file(Entry(path, size=_opened(name, folder)))
        else:
            raise Refused("is %s, not a file" % kind(status.st_mode))

    def _link(self, path):
        """A link that stays inside is kept: to a file as that file, to a folder as a link."""
        real = self._resolved(path)
        try:
            status = os.stat(real, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            raise Refused("is a link that leads nowhere")
        if stat.S_ISDIR(status.st_mode):
            self.entries.append(
                Entry(path, LINK, target=os.path.relpath("/" + real, "/" + os.path.dirname(path)))
            )
        elif stat.S_ISREG(status.st_mode):
            self._file(Entry(path, size=_opened(real, self.folder), name=real))
        else:
            raise Refused("is a link to %s" % kind(status.st_mode))

    def _resolved(self, path):
        """Where a path leads after all its links, relative to the output folder."""
        waiting, found, links = path.split("/")[::-1], [], 0
        while waiting:
            name = waiting.pop()
            if name in ("", "."):
                continue
            if name == "..":
                if not found:
                    raise Refused("is a link that leads out of the output folder")
                found.pop()
                continue
            try:
                target = os.readlink("/".join([*found, name]), dir_fd=self.folder)
            except OSError:  # no link
                found.append(name)
                continue
            links += 1
            if links > 40:
                raise Refused("is a link that leads in a circle")
            if target.startswith("/"):
                if not (target + "/").startswith(self.shown + "/"):
                    raise Refused("is a link that leads out of the output folder")
                target, found = target[len(self.shown) :], []
            waiting += target.split("/")[::-1]
        return "/".join(found) or "."

    def _file(self, entry):
        if self.files >= self.most_files:
            raise Refused("is one of more than %d files" % self.most_files)
        if self.bytes + entry.size > self.most_bytes:
            raise Refused(
                "has %s, with which the files would have more than %s"
                % (size(entry.size), size(self.most_bytes))
            )
        self.files += 1
        self.bytes += entry.size
        self.entries.append(entry)

    def warnings(self):
        """Sentences about what was left out, or not read as what it is."""
        said = ["%s %s" % (path, reason) for path, reason in self.omitted]
        for entry in self.entries:
            if entry.path == "metrics.json" and entry.name != entry.path:
                said.append("metrics.json is a link, and its numbers are not read")
            elif entry.path == "metrics.json" and entry.size > MOST_METRICS:
                said.append(
                    "metrics.json has %s, and its numbers are not read; the most is %s"
                    % (size(entry.size), size(MOST_METRICS))
                )
        if self.unnamed:
            said.append("%d more entries" % self.unnamed)
        return said

    def parts(self):
        """(path, entries) of what becomes one file in the store each: an entry alone, or, with many, all that
        is below a folder of the first level ("." for what lies beside those)."""
        if self.files <= PACK_FROM:
            return [(entry.path, [entry]) for entry in self.entries]
        groups = {}
        for entry in self.entries:
            groups.setdefault(entry.path.partition("/")[0] if "/" in entry.path else "", []).append(entry)
        found = []
        for top in sorted(groups):
            entries = groups[top]
            if len(entries) <= 100:
                found += [(entry.path, [entry]) for entry in entries]
            else:
                found.append((top or ".", entries))
        return found


def impossible(path):
    """Why a path cannot be the name of a file that is kept; None when it can."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "has a name that is not UTF-8"
    if len(path) > MOST_PATH:
        return "has a path of more than %d characters" % MOST_PATH
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in path):
        return "has control characters in its name"
    return None


def readable(path):
    """A name that can be shown whatever is in it."""
    text = path.encode("utf-8", "backslashreplace").decode()
    text = "".join(letter if letter.isprintable() else "\\x%02x" % ord(letter) for letter in text)
    return text if len(text) <= 120 else text[:117] + "…"


def archive(folder, top, entries, write, changed):
    """Write a tar archive of `entries` (paths below `top` of `folder`, a descriptor) with `write(bytes)`; the
    same entries give the same bytes. `changed(path, reason)` hears of files that could not be read as they
    were listed; they are padded with zeros."""
    prefix = "" if top == "." else top + "/"
    for entry in entries:
        info = tarfile.TarInfo(entry.path[len(prefix) :] if entry.path != top else ".")
        info.mode = 0o644
        if entry.media == FOLDER:
            info.type, info.mode = tarfile.DIRTYPE, 0o755
        elif entry.media == LINK:
            info.type, info.linkname = tarfile.SYMTYPE, entry.target
        else:
            info.size = entry.size
        write(info.tobuf(tarfile.PAX_FORMAT))
        if info.size:
            left = info.size
            for data in contents(folder, entry, changed):
                data = data[:left]
                left -= len(data)
                write(data)
            while left:
                data = bytes(min(left, 2**20))
                left -= len(data)
                write(data)
            if info.size % 512:
                write(bytes(512 - info.size % 512))
    write(bytes(1024))


def contents(folder, entry, changed, piece=2**20):
    """The bytes of a listed file, in pieces, as many as it was listed with. `changed` as for `archive`."""
    if entry.media == LINK:
        yield entry.target.encode()
        return
    if entry.media == FOLDER:
        return
    try:
        descriptor, _ = open_file(entry.name, folder)
    except (Refused, OSError) as error:
        changed(entry.path, str(error))
        return
    left = entry.size
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        while left:
            data = file.read(min(piece, left))
            if not data:
                changed(entry.path, "became shorter while it was read")
                return
            left -= len(data)
            yield data


# laying out --------------------------------------------------------------------------------------


def inside(path):
    """Raise Refused unless a path names something below the folder that it is relative to."""
    problem = impossible(path)
    if problem is None and (path.startswith("/") or any(part in ("", ".", "..") for part in path.split("/"))):
        problem = "leads out of the folder"
    if problem:
        raise Refused("%s %s" % (readable(path), problem))


class Layout:
    """Puts files below a folder that is ours and empty. Whoever chose their names, types and contents may be
    hostile: links are kept back until everything else is there, and each is then made in a folder that is
    reached without following any. So nothing is ever written through a link, whatever leads to whatever."""

    def __init__(self, root):
        self.root = root
        self.links = []
        os.makedirs(root, exist_ok=True)

    def path(self, name):
        """Where a file may be written. Its folder is there afterwards."""
        inside(name)
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def folder(self, name):
        os.makedirs(self.path(name), exist_ok=True)

    def link(self, name, target):
        """A link that `finish` makes; it has to stay below the folder."""
        self.path(name)
        if len(target) > MOST_LINK or "\0" in target or target.startswith("/"):
            raise Refused("%s is a link that leads out of the folder" % readable(name))
        if os.path.normpath(os.path.join(os.path.dirname(name), target)).split("/")[0] == "..":
            raise Refused("%s is a link that leads out of the folder" % readable(name))
        self.links.append((name, target))

    def unpack(self, name, stream):
        """Lay out an archive that `archive` wrote; "." puts it into the folder itself."""
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for info in tar:
                each = info.name.rstrip("/")
                whole = name if each in ("", ".") else each if name == "." else name + "/" + each
                if info.isdir():
                    if whole != ".":
                        self.folder(whole)
                elif info.issym():
                    self.link(whole, info.linkname)
                elif info.isreg() and not info.issparse():
                    self._copy(tar.extractfile(info), self.path(whole))
                else:
                    raise Refused(
                        "an archive holds %s, which is neither a file nor a folder nor a link"
                        % readable(whole)
                    )

    @staticmethod
    def _copy(source, path):
        try:
            file = open(path, "xb")
        except FileExistsError:  # two things of one name: the first stays
            return
        with file:
            while True:
                data = source.read(2**20)
                if not data:
                    break
                file.write(data)
        os.chmod(path, 0o444)

    def finish(self):
        root = open_folder(self.root)
        try:
            for name, target in self.links:
                above, _, last = name.rpartition("/")
                folder = _below(above, root) if above else os.dup(root)
                try:
                    os.symlink(target, last, dir_fd=folder)
                except FileExistsError:  # two things of one name: the first stays
                    pass
                finally:
                    os.close(folder)
        finally:
            os.close(root)
