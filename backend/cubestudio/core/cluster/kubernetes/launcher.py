"""The program that runs in a pod: it fills in what only the graph knew, fetches inputs, runs the command,
sends what it left.

It comes in a ConfigMap and needs nothing but Python 3.8, the image's own or one that `bring.py` put into the
pod, and what lies beside it there: `expression.py`, which decides conditions, `values.py`, which says what a
value may be, and `outputs.py`, which reads what a command left. What to do is in `spec` (gzipped JSON beside
it), what the steps before left is in the variables CUBE_RESULT_<n>; how it ended is written to the
termination message and, for the steps after it, to `result.json`. What carries that on reads JSON and
templates in it and writes them anew, so that it is base64. It leaves with the command's exit code.
"""

import base64
import contextlib
import gzip
import hashlib
import json
import mimetypes
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
import urllib.error
import urllib.request

try:
    import pwd
except ImportError:  # that which is brought may be without it
    pwd = None
try:
    import ssl
except ImportError:  # a Python that was made without it reaches no https either
    ssl = None

sys.path.insert(
    0, os.path.dirname(os.path.abspath(__file__))
)  # an image may switch off that Python does so by itself

import expression  # ty: ignore[import-not-found]
import outputs  # ty: ignore[import-not-found]
import values as plain_values  # ty: ignore[import-not-found]

HOME = os.environ["CUBE_POD_HOME"]
SPEC = os.environ["CUBE_POD_SPEC"]
SAY = os.environ.get("CUBE_POD_SAY", "/dev/termination-log")
RUN = os.path.join(HOME, "run")
BROUGHT = os.path.join(HOME, "python")
"""Where the Python is that runs this, when it is none of the image's."""
GANG = ["python3", "-u", ".gang/gang.py"]
"""How a gang's processes are started: by a program of ours, which any Python runs."""
MOST_INLINE = 100 * 1000
"""Bytes of values that can be handed on where files can not: a variable has 128 KiB at most."""
SHORT, SHORT_ITEM = 1500, 60
"""Results of more bytes than this are handed on as the name of a file; those of items come together in one
variable."""
MOST_ITEMS = 1500
MOST_RESULT = 1 << 26
"""Bytes of a result that are read."""
METRICS = "metrics.jsonl"
EACH = 2
"""Seconds between two looks at the metrics of a command that runs."""
MOST_LINES = 256 * 1024
"""Bytes of metrics that are sent at once."""


class Ended(Exception):
    """It ends here: with a reason, a sentence, and an exit code."""

    def __init__(self, reason, message, code=1):
        Exception.__init__(self, message)
        self.reason, self.message, self.code = reason, message, code


class Skipped(Exception):
    """It is not to run: with a reason and a sentence."""

    def __init__(self, reason, message):
        Exception.__init__(self, message)
        self.reason, self.message = reason, message


# values ------------------------------------------------------------------------------------------


plain = expression.written


def written(value, form):
    if form == "json":
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(plain(value), ensure_ascii=False)[1:-1] if form == "inside" else plain(value)


class Upstream:
    """What the steps before left: results of pods, and outcomes that were known before."""

    def __init__(self, spec):
        self.given = spec["given"]
        self.fans = spec["fans"]
        self.results = {}
        for place, node in enumerate(spec["upstream"]):
            told = os.environ.get("CUBE_RESULT_%d" % place, "")
            self.results[node] = (
                [read(spec, node, each) for each in listed(node, told)]
                if told and node in self.fans
                else read(spec, node, told)
            )

    def items(self, node):
        """The results of a fan-out by item."""
        known = {int(item): outcome for item, outcome in self.given.get(node, {}).get("items", {}).items()}
        for each in self.results.get(node) or ():
            if each.get("item") is not None and each["item"] >= 0:
                known[each["item"]] = each
        return [known[item] for item in sorted(known)]

    def skipped(self, node):
        if node in self.given:
            return self.given[node].get("skipped")
        result = self.results.get(node)
        if isinstance(result, list):
            return bool(result) and all(each.get("skipped") for each in result)
        return bool(result and result.get("skipped"))

    def values(self, node):
        if node in self.fans:
            rows = self.items(node)
            names = sorted({name for row in rows for name in row.get("values") or ()})
            if not rows:
                return {name: [] for name in self.fans[node]}
            return {name: [(row.get("values") or {}).get(name) for row in rows] for name in names}
        told = self.given.get(node) or self.results.get(node)
        return told.get("values") or {} if isinstance(told, dict) else {}


def read(spec, node, told):
    """A result as it was handed on: in base64, or @ and the name of a file; None where there is none. What a
    step hands on its code may have written in the launcher's place, so it ends this one with a sentence when
    it makes no sense."""
    if not told:
        return None
    try:
        if told.startswith("@"):
            with ask("GET", address(spec, told[1:])) as answer:
                data = answer.read(MOST_RESULT)
        else:
            data = base64.b64decode(told, validate=True)
        result = json.loads(data.decode())
    except (ValueError, RecursionError, AttributeError, TypeError):
        raise odd(node)
    if not sound(result):
        raise odd(node)
    return result


def listed(node, told):
    """The results of a fan-out, as Argo puts them together."""
    try:
        results = json.loads(told)
    except (ValueError, RecursionError):
        raise odd(node)
    if not isinstance(results, list):
        raise odd(node)
    return results


def sound(result):
    """Whether this has the form of a result."""
    return (
        isinstance(result, dict)
        and isinstance(result.get("values") or {}, dict)
        and isinstance(result.get("item") or 0, int)
        and all(isinstance(result.get(name) or "", str) for name in ("files", "skipped", "message"))
    )


def odd(node):
    return Ended(
        "BadValue", "what step %s left makes no sense: something else than the launcher wrote it" % node
    )


def value(ref, upstream, item):
    if ref["node"] is None:
        found = item
        for part in [part for part in ref["output"].split(".") if part]:
            if not isinstance(found, dict) or part not in found:
                raise Ended("MissingValue", "the item has no member %r" % ref["output"])
            found = found[part]
        return found
    if upstream.skipped(ref["node"]):
        raise Skipped(
            "UpstreamSkipped",
            "it needs output %s of step %s, which was skipped" % (ref["output"], ref["node"]),
        )
    values = upstream.values(ref["node"])
    if ref["output"] not in values:
        raise Ended("MissingValue", "step %s gave no output %s" % (ref["node"], ref["output"]))
    return values[ref["output"]]


def join(text, upstream, item):
    return "".join(
        piece if isinstance(piece, str) else written(value(piece, upstream, item), piece["form"])
        for piece in text
    )


def argument(text, upstream, item):
    """A text that a program is started with."""
    joined = join(text, upstream, item)
    if "\0" in joined:
        raise Ended("BadValue", "a value that its command is given has a NUL character; pass it in a file")
    return joined


def decide(when, upstream):
    """Skip a step whose condition does not hold."""

    def output(step, name):
        return value({"node": step, "output": name}, upstream, None)

    try:
        if when is not None and not expression.holds(when, output):
            raise Skipped("Condition", "its condition does not hold: %s" % expression.said(when, output))
    except expression.Undecided as error:
        raise Ended("ConditionFailed", "its condition cannot be decided: %s" % error)


# files -------------------------------------------------------------------------------------------


def brought():
    """Whether the Python that runs this is none of the image's."""
    return sys.executable.startswith(BROUGHT + os.sep)


def trust():
    """Whose certificates are believed: those that the image believes, and those that came with a Python of
    ours."""
    known = ssl.create_default_context()  # ty: ignore
    with contextlib.suppress(OSError):
        if brought():
            known.load_verify_locations(os.path.join(BROUGHT, "certificates.pem"))
    return known


TRUST = []


def once(method, address, body=None, headers=None, timeout=60):
    """One request to the platform."""
    request = urllib.request.Request(address, data=body, method=method, headers=dict(headers or {}))
    request.add_header("authorization", "Bearer " + os.environ.get("CUBE_TOKEN", ""))
    if ssl and not TRUST:
        TRUST.append(trust())
    return urllib.request.urlopen(request, timeout=timeout, context=TRUST[0] if TRUST else None)


def ask(method, address, data=None, headers=None):
    """One request to the platform; tried again while it does not answer, because a restart of it must not
    cost a step."""
    pause = 0.5
    while True:
        body = open(data, "rb") if data else None
        try:
            return once(method, address, body, headers)
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise Ended(
                    "FilesRefused",
                    "the platform refused a file: %s" % error.read(500).decode(errors="replace"),
                )
            problem = error
        except OSError as error:
            problem = error
        finally:
            if body:
                body.close()
        say("the platform does not take or give files yet (%s); trying again in %g s" % (problem, pause))
        time.sleep(pause)
        pause = min(pause * 2, 30)


def say(words):
    print("[cubestudio] " + words, file=sys.stderr, flush=True)


def address(spec, digest):
    if not spec.get("files_url"):
        raise Ended(
            "NoWayBack",
            "this installation has no address at which pods reach it; its operator sets CUBE_PODS_API_URL",
        )
    return spec["files_url"] + "/" + digest


def fetch(spec, digest, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with ask("GET", address(spec, digest)) as answer, open(path + ".part", "wb") as file:
        while True:
            data = answer.read(1 << 20)
            if not data:
                break
            file.write(data)
    os.replace(path + ".part", path)


def send(spec, digest, path, size):
    ask(
        "PUT",
        address(spec, digest),
        path,
        {"content-type": "application/octet-stream", "content-length": str(size)},
    ).close()


def digest_of(path):
    found = hashlib.sha256()
    with open(path, "rb") as file:
        for data in iter(lambda: file.read(1 << 20), b""):
            found.update(data)
    return found.hexdigest()


def inputs(spec, upstream, root):
    """Lay the files of the steps before below the input folder, and their values into one file."""
    values = {}
    layout = outputs.Layout(root)
    for node in spec["inputs"]:
        values[node] = upstream.values(node)
        rows = (
            [("%s/%d" % (node, place), row) for place, row in enumerate(upstream.items(node))]
            if node in upstream.fans
            else [(node, upstream.given.get(node) or upstream.results.get(node) or {})]
        )
        for name, row in rows:
            layout.folder(name)
            lay(spec, layout, name, manifest(spec, node, row))
    with open(os.path.join(root, "values.json"), "w") as file:
        json.dump(values, file, ensure_ascii=False)
    lay(spec, layout, ".", spec["placed"])
    layout.finish()


def lay(spec, layout, below, artifacts):
    """Put artifacts below a folder."""
    for path, _, digest, media in artifacts:
        name = path if below == "." else below if path == "." else below + "/" + path
        place = os.path.join(RUN, "fetched")
        if media == outputs.FOLDER:
            layout.folder(name)
        elif media == outputs.PACKED:
            fetch(spec, digest, place)
            with open(place, "rb") as stream:
                layout.unpack(name, stream)
        elif media == outputs.LINK:
            fetch(spec, digest, place)
            with open(place) as text:
                layout.link(name, text.read(outputs.MOST_LINK + 1))
        elif not os.path.lexists(layout.path(name)):
            fetch(spec, digest, layout.path(name))


def manifest(spec, node, row):
    """[[path, size, digest, media type], ...] of what a pod left."""
    if row.get("artifacts") is not None:
        return row["artifacts"]
    if not row.get("files"):
        return []
    with ask("GET", address(spec, row["files"])) as answer:
        try:
            files = json.loads(answer.read(MOST_RESULT).decode())["files"]
            if all(
                isinstance(part, str) for path, _, digest, media in files for part in (path, digest, media)
            ):
                return files
        except (ValueError, RecursionError, TypeError, LookupError):
            pass
    raise odd(node)


def values_of(out, wanted, most):
    """The output values."""
    try:
        data = outputs.read(os.path.join(out, "outputs.json"), most)
    except FileNotFoundError:
        data = None
    except outputs.Refused as error:
        raise Ended("OutputRefused", "outputs.json %s" % error)
    try:
        return plain_values.outputs(data, wanted)
    except ValueError as error:
        raise Ended("OutputRefused", str(error))


def left(root):
    """Whether there is anything in a folder."""
    with os.scandir(root) as entries:
        return any(True for _ in entries)


def deliver(spec, root):
    """Send every file that was left, and the list of them with what could not be taken; the digest of the
    list, or None."""
    folder = outputs.open_folder(root)
    listing = outputs.Listing(folder, root, spec["output_bytes"])
    listed = []
    for path, entries in listing.parts():
        if path == "outputs.json":
            continue
        entry = entries[0]
        packed = len(entries) > 1 or entry.path != path
        media = (
            outputs.PACKED
            if packed
            else entry.media or mimetypes.guess_type(path)[0] or "application/octet-stream"
        )
        file = os.path.join(root, entry.name)
        if packed or entry.media:
            file = os.path.join(RUN, "sent")
            with open(file, "wb") as made:
                if packed:
                    outputs.archive(folder, path, entries, made.write, listing.omit)
                else:
                    made.writelines(outputs.contents(folder, entry, listing.omit))
        digest, size = digest_of(file), os.path.getsize(file)
        send(spec, digest, file, size)
        listed.append([path, size, digest, media])
    os.close(folder)
    warnings = listing.warnings()
    for words in warnings:
        say("not kept: " + words)
    if not listed and not warnings:
        return None
    return keep(spec, "files.json", json.dumps({"files": listed, "warnings": warnings}, ensure_ascii=False))


def keep(spec, name, text):
    """Send a small file of ours; its digest."""
    path = os.path.join(RUN, name)
    with open(path, "w") as file:
        file.write(text)
    digest = digest_of(path)
    send(spec, digest, path, os.path.getsize(path))
    return digest


# the command ---------------------------------------------------------------------------------------


class Command:
    """The person's command in a session of its own; asked to stop when we are."""

    def __init__(self, spec):
        self.process = None
        self.asked = False
        self.late = False
        self.grace = spec["grace"]
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, *_):
        self.asked = True
        self.end()

    def end(self):
        if self.process and self.process.poll() is None:
            self.kill(signal.SIGTERM)
            timer = threading.Timer(self.grace, self.kill, [signal.SIGKILL])
            timer.daemon = True
            timer.start()

    def kill(self, number):
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def expire(self):
        self.late = True
        self.end()

    def run(self, words, env, folder, timeout):
        try:
            self.process = subprocess.Popen(words, env=env, cwd=folder, start_new_session=True)
        except OSError as error:
            raise Ended(
                "CannotStart", "its command cannot be started: %s: %s" % (words[0], error.strerror), 127
            )
        show(self.process.pid, folder)
        if self.asked:
            self.end()
        timer = threading.Timer(timeout, self.expire) if timeout else None
        if timer:
            timer.daemon = True
            timer.start()
        code = self.process.wait()
        if timer:
            timer.cancel()
        self.kill(signal.SIGKILL)
        if self.late:
            raise Ended("Timeout", "it ran longer than %g s" % timeout, 124)
        if self.asked:
            raise Ended("Cancelled", "it was asked to stop", 143)
        if code < 0 and starved():
            raise Ended("OOMKilled", "it used more memory than its limit", 137)
        if code < 0:
            raise Ended("Error", "it was killed by signal %d" % -code, 128 - code)
        if code:
            raise Ended("Error", "it ended with exit code %d" % code, code)


def show(process, folder):
    """Say how a terminal gets to where the work is: see `enter.py`."""
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "enter.py")
    words = [*interpreter(), here, str(process), folder]
    with open(os.path.join(RUN, "enter.new"), "w", encoding="utf-8") as file:
        file.write("exec %s\n" % " ".join(map(shlex.quote, words)))
    os.replace(os.path.join(RUN, "enter.new"), os.path.join(RUN, "enter"))


def starved():
    """Whether the kernel killed something of this container for want of memory."""
    try:
        with open("/sys/fs/cgroup/memory.events") as file:
            return any(line.split()[0] == "oom_kill" and int(line.split()[1]) for line in file)
    except (OSError, ValueError, IndexError):
        return False


def environment(spec, command):
    """A Python environment with the packages that were asked for, on top of the image's own; its folder."""
    place = os.path.join(HOME, "env")
    say("installing " + ", ".join(spec["requirements"]))
    base = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", HOME=RUN)
    for words in (
        [sys.executable, "-m", "venv", "--system-site-packages", place],
        [os.path.join(place, "bin", "python"), "-m", "pip", "install", "--quiet", "--no-cache-dir"]
        + spec["requirements"],
    ):
        try:
            command.run(words, base, RUN, None)
        except Ended as error:
            if error.reason in ("Cancelled", "OOMKilled"):
                raise
            raise Ended(
                "EnvironmentFailed", "its Python environment cannot be built; the log says why", error.code
            )
    return place


def interpreter():
    """The words that start the Python that runs this."""
    if not brought():
        return [sys.executable or "python3"]
    loader = [os.path.join(BROUGHT, "ld.so"), "--library-path", os.path.join(BROUGHT, "shared")]
    return [*loader, sys.executable, "-I", "-S", "-X", "utf8"]


def started(words):
    """The words of a command; programs of ours run by the Python that runs this, where the image has none."""
    if words[:3] != GANG or not brought() or shutil.which(words[0]):
        return words
    return [*interpreter(), *words[1:]]


def surroundings():
    """The variables of the container; in the C locale a Python says in one of its own which letters there
    are."""
    env = dict(os.environ)
    if brought():
        with contextlib.suppress(OSError), open("/proc/self/environ", "rb") as file:
            if not any(each.startswith(b"LC_CTYPE=") for each in file.read().split(b"\0")):
                env.pop("LC_CTYPE", None)
    return env


class Folders:
    """The folders of a task, all below the run folder of the pod."""

    def __init__(self):
        self.work, self.inputs, self.outputs, self.temporary = (
            os.path.join(RUN, name) for name in ("work", "in", "out", "tmp")
        )
        for folder in (self.work, self.inputs, self.outputs, self.temporary):
            os.makedirs(folder, exist_ok=True)


def perform(spec, upstream, item, command):
    """Run a task, from its condition to its results. Return the values and the digest of the list of files.

    Raises Skipped and Ended."""
    decide(spec["when"], upstream)
    words = started([argument(text, upstream, item) for text in spec["command"]])
    env = requested_variables(spec, upstream, item)
    folders = Folders()
    write_files(spec, upstream, item, folders.work)
    try:
        inputs(spec, upstream, folders.inputs)
    except (outputs.Refused, tarfile.TarError, UnicodeDecodeError) as error:
        raise Ended("InputRefused", "its inputs cannot be laid out: %s" % error)
    if spec["requirements"]:
        place = environment(spec, command)
        env["PATH"] = os.path.join(place, "bin") + ":" + env.get("PATH", "/usr/local/bin:/usr/bin:/bin")
        env["VIRTUAL_ENV"] = place
    env.update(platform_variables(spec, item, folders))
    for name in ("USER", "LOGNAME") if nameless() else ():
        env.setdefault(name, "cube")
    if spec.get("server"):
        serve(spec, words, env, folders, command)
        return {}
    return run_to_results(spec, words, env, folders, command)


def requested_variables(spec, upstream, item):
    """Return the container's variables without the launcher's own, and those that the task asks for."""
    env = {
        name: text
        for name, text in surroundings().items()
        if not name.startswith(("CUBE_POD_H", "CUBE_POD_S", "CUBE_RESULT_"))
    }
    env.update({name: argument(text, upstream, item) for name, text in spec["env"].items()})
    place = "-" if spec["index"] is None else str(spec["index"])
    env.update(
        {name: secret.replace("$(CUBE_ITEM_INDEX)", place) for name, secret in spec["secrets"].items()}
    )
    return env


def platform_variables(spec, item, folders):
    """Return the variables by which a command finds its folders, its item and the members of its gang."""
    env = {
        "HOME": folders.work,
        "TMPDIR": folders.temporary,
        "PYTHONUNBUFFERED": "1",
        "CUBE_INPUT_DIR": folders.inputs,
        "CUBE_INPUT_VALUES": os.path.join(folders.inputs, "values.json"),
        "CUBE_OUTPUT_DIR": folders.outputs,
        "CUBE_METRICS": os.path.join(RUN, METRICS),
        "CUBE_ATTEMPT": str(spec["attempt"]),
    }
    if not spec["gpu"]:
        env["NVIDIA_VISIBLE_DEVICES"] = "none"
    if spec["index"] is not None:
        env.update(CUBE_ITEM=plain(item), CUBE_ITEM_INDEX=str(spec["index"]))
    env.update(spec["member"])
    if os.environ.get("CUBE_POD_INTRODUCED"):
        env.update(introduced(spec))
    return env


def write_files(spec, upstream, item, work):
    """Write the small files of a task into its working folder."""
    for name, text in spec["files"].items():
        path = os.path.realpath(os.path.join(work, name))
        if not path.startswith(os.path.realpath(work) + os.sep):
            raise Ended("CannotStart", "file name %r leads out of the working folder" % name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(join(text, upstream, item))


def serve(spec, words, env, folders, command):
    """Run a replica of a server until it ends."""
    home = os.path.join(HOME, "home") if spec["server"]["home"] else folders.work
    if not os.access(home, os.W_OK):
        groups = ",".join(map(str, sorted({os.getgid(), *os.getgroups()})))
        raise Ended("CannotStart", CLOSED % (os.getuid(), groups))
    env.update(HOME=home, CUBE_FILES=folders.work)
    command.run(words, env, home, None)


def run_to_results(spec, words, env, folders, command):
    """Run a command that ends. Return its result; of a gang's member that does not lead, an empty one."""
    try:
        with Reporter(spec) if spec.get("files_url") and spec["leads"] else contextlib.nullcontext():
            command.run(words, env, folders.work, spec["timeout"])
        if not spec["leads"]:
            if left(folders.outputs):
                say("what it left is not kept: of a gang, only its leader's files are")
            return {}
        most = outputs.MOST_VALUES if spec.get("files_url") else MOST_INLINE
        values = values_of(folders.outputs, spec["outputs"], most)
    except Ended:
        if spec.get("files_url") and spec["leads"] and not command.asked:
            rescue(spec, folders.outputs)
        raise
    return dict(trace(spec, folders.outputs), values=values, files=deliver(spec, folders.outputs))


def rescue(spec, out):
    """Send what a step that failed has left: a report, a notebook as far as it came."""
    try:
        tell(dict(trace(spec, out), files=deliver(spec, out)))
    except Ended as error:
        say("what it left is not kept: " + error.message)


CLOSED = (
    "user %d (groups %s) may not write in its folder: have its volume made by a storage class that "
    "gives volumes to the group of a pod"
    " (fsGroup), or run it as root"
)


def nameless():
    """Whether the image has no name for the user that this runs as; programs that ask who they are look at
    variables first."""
    if pwd is None:
        return True
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return True
    return False


def trace(spec, out):
    """Its metrics, sent as a file: what it wrote to its metrics file, then what it left as `metrics.json`."""
    if not spec.get("files_url"):
        return {}
    file = os.path.join(RUN, "metrics-sent.jsonl")
    with open(file, "wb") as made:
        try:
            descriptor, _ = outputs.open_file(os.path.join(RUN, METRICS))
            with os.fdopen(descriptor, "rb") as source:
                shutil.copyfileobj(source, made)
        except (OSError, outputs.Refused):
            pass
        if made.tell() and not ended_line(file, made):
            made.write(b"\n")
        with contextlib.suppress(OSError, outputs.Refused):
            made.write(outputs.lines(outputs.read(os.path.join(out, "metrics.json"), outputs.MOST_METRICS)))
        size = made.tell()
    if not size:
        return {}
    digest = digest_of(file)
    send(spec, digest, file, size)
    return {"metrics": digest}


def ended_line(path, file):
    """Whether what was written so far ends with a line."""
    file.flush()
    with open(path, "rb") as written:
        written.seek(-1, os.SEEK_END)
        return written.read(1) == b"\n"


class Reporter(threading.Thread):
    """While the command runs: sends the lines that it adds to its metrics, so that people and searches see
    them at once.

    It never costs a step: what did not arrive is sent again, and the whole file comes at the end in any
    case."""

    def __init__(self, spec):
        threading.Thread.__init__(self, daemon=True)
        self.where = address(spec, "@metrics.%s." % os.environ.get("CUBE_POD_ID", ""))
        self.path = os.path.join(RUN, METRICS)
        self.position, self.points = 0, 0
        self.over = threading.Event()

    def __enter__(self):
        self.start()

    def __exit__(self, *_):
        self.over.set()

    def run(self):
        while not self.over.wait(EACH):
            try:
                self.look()
            except urllib.error.HTTPError as error:
                if error.code in (400, 401, 405):  # this platform takes none, or not from us
                    return
            except (OSError, ValueError):
                pass

    def look(self):
        """Send what is new, in whole lines. Raises OSError, which HTTPError is."""
        try:
            descriptor, _ = outputs.open_file(self.path)
        except (FileNotFoundError, outputs.Refused):
            return
        with os.fdopen(descriptor, "rb") as file:
            file.seek(self.position)
            data = file.read(MOST_LINES)
        lines = data[: data.rfind(b"\n") + 1]
        if lines:
            with once(
                "PUT", self.where + str(self.points), lines, {"content-type": "application/x-ndjson"}, 10
            ) as answer:
                self.points += int(answer.read())
            self.position += len(lines)


def member(spec):
    """Who this is in a gang: the variables that say so, and whether it leads."""
    if not spec.get("gang"):
        return {}, True
    role = os.environ["CUBE_GANG_ROLE"]
    size = sum(members for _, members in spec["gang"])
    if "OMPI_COMM_WORLD_RANK" in os.environ:  # one of the processes that mpirun started
        rank, size = int(os.environ["OMPI_COMM_WORLD_RANK"]), int(os.environ["OMPI_COMM_WORLD_SIZE"])
    else:
        rank = int(os.environ.get("CUBE_GANG_INDEX") or os.environ.get("FC_TASK_INDEX") or 0)
        for name, members in spec["gang"]:
            if name == role:
                break
            rank += members
        roles = [name for name, members in spec["gang"] for _ in range(members)]
        role = (
            roles[rank] if rank < len(roles) else role
        )  # one template may serve all the roles, its pods numbered through
    told = {"CUBE_ROLE": role, "CUBE_RANK": str(rank), "CUBE_WORKERS": str(size)}
    told.update(translated(os.environ, str(rank), str(size)))
    return told, rank == 0


def translated(env, rank, size):
    """What an operator tells in words of its own, in those that every way of running a gang has."""
    told = {}
    if "PET_MASTER_ADDR" in env:  # torchrun's words, and a member is one process
        told.update(
            MASTER_ADDR=env["PET_MASTER_ADDR"],
            MASTER_PORT=env.get("PET_MASTER_PORT", "29400"),
            RANK=rank,
            WORLD_SIZE=size,
        )
    if "MASTER_ADDR" in env or told:
        told.update(LOCAL_RANK="0", LOCAL_WORLD_SIZE="1", GROUP_RANK=rank)
    if "COORDINATOR_ADDRESS" in env:
        place = "%s:%s" % (env["COORDINATOR_ADDRESS"], env.get("COORDINATOR_PORT", "6666"))
        told.update(JAX_COORDINATOR_ADDRESS=place, JAX_NUM_PROCESSES=size, JAX_PROCESS_ID=rank)
    if "PADDLE_MASTER" in env:
        told.update(
            PADDLE_TRAINERS_NUM=size, PADDLE_TRAINER_ID=rank, TRAINING_ROLE="TRAINER", PADDLE_LOCAL_RANK="0"
        )
    return told


def introduced(spec):
    """The addresses of all members by rank, from the keeper of the gang, where no operator tells them; it
    knows them when all have begun."""
    said = False
    while True:
        try:
            with once("GET", mailbox(spec, "members")) as answer:
                members = sorted(json.loads(answer.read().decode()), key=lambda each: each[1])
                return {"CUBE_MEMBERS": ",".join(each[2] for each in members)}
        except urllib.error.HTTPError as error:
            if error.code not in (404, 429) and error.code < 500:
                raise Ended(
                    "FilesRefused",
                    "the platform does not say who the other members are: %s"
                    % error.read(500).decode(errors="replace"),
                )
        except OSError:
            pass
        if not said:
            say("waiting for the other members")
            said = True
        time.sleep(1)


SENT = ("CUBE_POD_HOME", "CUBE_POD_SPEC", "CUBE_POD_ATTEMPT", "CUBE_POD_ITEM", "K8S_POD_NAMESPACE")


def mpirun(spec, command, size):
    """The launcher of an MPI gang: mpirun starts this program once for each process, in the pods of the
    workers, with what it must know."""
    words = ["mpirun", "-n", size]
    names = [name for name in os.environ if name in SENT or name.startswith(("CUBE_RESULT_", "CUBE_VOLUME_"))]
    for each in [*sorted(names), "CUBE_GANG_ROLE=worker", "CUBE_POD_SAY=/dev/null"]:
        words += ["-x", each]
    hosts = (
        os.environ.get("MPI_HOST", "").split(",") if os.environ.get("MPI_HOST") else []
    )  # Volcano's way to name them
    if hosts:
        words += ["--host", ",".join("%s:1" % host for host in hosts)]
    env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    env["OMPI_MCA_plm_rsh_args"] = (
        env.get("OMPI_MCA_plm_rsh_args", "")
        + " -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
        if by_ssh(env)
        else ""
    )
    for host in hosts or hosts_in(env.get("OMPI_MCA_orte_default_hostfile", "")):
        enter(host, env, command)
    timeout = spec["timeout"] + 30 if spec["timeout"] else None  # each process keeps it itself
    command.run(
        [
            *words,
            *(interpreter() if not shutil.which("python3") else ["python3"]),
            os.path.join(HOME, "bin", "launcher.py"),
        ],
        env,
        RUN,
        timeout,
    )
    return {}


def by_ssh(env):
    return os.path.basename(env.get("OMPI_MCA_plm_rsh_agent", "ssh")) == "ssh"


def hosts_in(path):
    """The hosts in a file of Open MPI's form."""
    try:
        with open(path) as file:
            return [line.split()[0] for line in file if line.strip() and not line.startswith("#")]
    except OSError:
        return []


def enter(host, env, command):
    """Wait until a worker lets somebody in: it may begin later than this one, and mpirun would fail."""
    words = [env.get("OMPI_MCA_plm_rsh_agent", "ssh"), *env["OMPI_MCA_plm_rsh_args"].split(), host, "true"]
    until = time.time() + ENTRANCE
    while not command.asked:
        try:
            tried = subprocess.run(
                words, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            problem = tried.stderr.decode(errors="replace").strip().splitlines()[-1:]
        except OSError as error:
            raise Ended(
                "CannotStart",
                "the launcher's image has no %s, by which workers are entered: %s"
                % (words[0], error.strerror),
                127,
            )
        if not tried.returncode:
            return
        if time.time() > until:
            raise Ended(
                "CannotStart",
                "worker %s lets nobody in: %s"
                % (host, " ".join(problem) or "exit code %d" % tried.returncode),
            )
        time.sleep(1)
    raise Ended("Cancelled", "it was asked to stop", 143)


ENTRANCE = 600
"""Seconds that the launcher of an MPI gang waits for its workers."""


def mailbox(spec, of=""):
    """Where the leader of a gang leaves its result, and where it is found for the steps after it; `of`: a
    letter of another kind."""
    name = "%s.%s.%d" % (spec["step"], "" if spec["index"] is None else spec["index"], spec["attempt"])
    return address(spec, "@" + name + ("." + of if of else ""))


def post(spec, result):
    path = os.path.join(RUN, "posted.json")
    with open(path, "w") as file:
        json.dump(result, file)
    ask(
        "PUT",
        mailbox(spec),
        path,
        {"content-type": "application/json", "content-length": str(os.path.getsize(path))},
    ).close()


TOLD = {}


def tell(words):
    """Say on the pod how it ended, for the platform; what is too long for there stays in the result."""
    TOLD.update({key: value_ for key, value_ in words.items() if value_ is not None})
    text = json.dumps(TOLD)
    if len(text.encode()) > 4000:
        text = json.dumps({key: value_ for key, value_ in TOLD.items() if key != "values"})[:4000]
    try:
        with open(SAY, "w") as file:
            file.write(text)
    except OSError as error:
        say("how it ended cannot be said: %s" % error)


def leave(result, spec):
    """What the steps after it are told."""
    os.makedirs(RUN, exist_ok=True)
    text = json.dumps(result)
    if spec.get("files_url") and len(text) > (SHORT if spec["index"] is None else SHORT_ITEM):
        text = "@" + keep(spec, "whole.json", text)
    else:
        text = base64.b64encode(text.encode()).decode()
    with open(os.path.join(RUN, "result.json"), "w") as file:
        file.write(text)
    for name in spec["fanned"]:
        path = os.path.join(RUN, "fan-%s.json" % hashlib.sha256(name.encode()).hexdigest()[:12])
        listed = result.get("values", {}).get(name)
        # -1: whoever fans out over this says why it can not; -2: there is nothing to do; -3: it is too much.
        items = (
            [-1]
            if not isinstance(listed, list)
            else [-3]
            if len(listed) > MOST_ITEMS
            else list(range(len(listed))) or [-2]
        )
        with open(path, "w") as file:
            json.dump(items, file)


def read_spec():
    """What to do, with who this pod is."""
    with open(SPEC, "rb") as file:
        spec = json.loads(gzip.decompress(file.read()).decode())
    os.environ["CUBE_TOKEN"] = spec["secrets"].get("CUBE_TOKEN", "")
    told = os.environ.get("CUBE_POD_ITEM", "")
    spec["attempt"] = int(os.environ.get("CUBE_POD_ATTEMPT", "0")) + 1
    spec["index"] = int(told) if told else None
    return spec


def item_of(spec, upstream):
    """The item of a fan-out that this pod is for; None outside of one."""
    index = spec["index"]
    if index is None:
        return None
    if index == -3:
        raise Ended(
            "TooMany",
            (
                "for_each got more items than the %d that Kubernetes takes; have an earlier step put "
                "them into groups"
            )
            % MOST_ITEMS,
        )
    if index == -2:
        raise Skipped("Empty", "there is no item")
    each = value(spec["each"], upstream, None) if isinstance(spec["each"], dict) else spec["each"]
    if not isinstance(each, list):
        raise Ended("MissingValue", plain_values.unlisted(each))
    wrong = plain_values.uncarried(plain(each[index]))
    if wrong:
        raise Ended("BadValue", wrong)
    return each[index]


def attempt(spec, command):
    """Run what the spec says. Return the result for the steps after it. Raises Skipped and Ended."""
    upstream = Upstream(spec)
    item = item_of(spec, upstream)
    result = {}
    if os.environ.get("CUBE_POD_MPI"):
        decide(spec["when"], upstream)
        mpirun(spec, command, os.environ["CUBE_POD_MPI"])
        spec["leads"] = False  # the process of rank 0 does
    else:
        result = perform(spec, upstream, item, command)
    told = {key: result.get(key) for key in ("values", "files", "metrics")}
    if spec.get("files_url") and len(json.dumps(told)) > 3500:
        told["values"], told["result"] = None, keep(spec, "values.json", json.dumps(result))
    if spec["leads"]:
        tell(told)
    return result


def concluded(spec, command):
    """Run what the spec says and report how it ended. Return (exit code, result)."""
    try:
        return 0, attempt(spec, command)
    except Skipped as error:
        result = {"skipped": error.reason, "message": error.message}
        say(error.message)
        tell(result)
        return 0, result
    except Ended as error:
        tell({"reason": error.reason, "message": error.message})
        if error.reason not in ("Error", "Cancelled"):
            say(error.message)
        return error.code, {}


def hand_on(spec, result, code):
    """Leave the result where the steps after this one look for it."""
    if not spec.get("gang"):
        leave(result, spec)
    elif spec["leads"] and not code:
        post(spec, result)


def main():
    os.umask(0o002)  # what is left in a shared volume, another pod that is in its group may change
    spec = read_spec()
    command = Command(spec)
    spec["member"], spec["leads"] = member(spec)
    code, result = concluded(spec, command)
    if spec["index"] is not None:
        result["item"] = spec["index"]
    try:
        hand_on(spec, result, code)
    except Ended as error:
        say(error.message)
        code = code or error.code
    sys.stdout.flush()
    sys.exit(code)


if __name__ == "__main__":
    main()
