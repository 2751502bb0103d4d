"""Runs in a pod of its own: builds one image with buildah, without a daemon and without rights outside its
namespace, says what is in it, and pushes it or leaves it as an archive. Standard library only."""

import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys

import report

told = json.load(open("build.json"))
cache = os.environ.get("CUBE_CACHE") or os.path.join(os.environ["TMPDIR"], "cache")
out = os.environ["CUBE_OUTPUT_DIR"]
auth = os.path.join(os.environ["TMPDIR"], "auth.json")
with os.fdopen(os.open(auth, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
    file.write(os.environ.pop("CUBE_AUTH", "") or '{"auths": {}}')
os.environ |= {
    "REGISTRY_AUTH_FILE": auth,
    "BUILDAH_ISOLATION": "chroot",
    "XDG_RUNTIME_DIR": os.environ["TMPDIR"],
}
os.environ["HOME"] = os.path.join(os.environ["TMPDIR"], "home")
settings = os.path.join(os.environ["HOME"], ".config", "containers", "registries.conf.d")
os.makedirs(settings, exist_ok=True)
with open(
    os.path.join(settings, "insecure.conf"), "w"
) as file:  # what is based on an image of theirs, and what is pushed to them
    file.writelines(
        f"[[registry]]\nlocation = {json.dumps(host)}\ninsecure = true\n" for host in told["insecure"]
    )
TOOL = [
    "buildah",
    "--root",
    os.path.join(cache, "storage"),
    "--runroot",
    os.path.join(os.environ["TMPDIR"], "run"),
    "--storage-driver",
    "vfs",
]
NAME = "localhost/" + os.environ["CUBE_POD_ID"]


def stop(words, code=1):
    print(f"cubestudio: {words}", flush=True)
    sys.exit(code)


def ask(*words):
    """The output of a command of the tool that must succeed."""
    done = subprocess.run([*TOOL, *words], capture_output=True, text=True)
    if done.returncode != 0:
        stop(f"buildah {words[0]} failed: {done.stderr.strip()[-1500:]}")
    return done.stdout.strip()


def share():
    """A lock on the layers of earlier builds, which builds that run at the same time share. Whoever is alone
    with them removes them first when they are too many."""
    lock = open(os.path.join(cache, "lock"), "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if report.size(os.path.join(cache, "storage")) > told["layers"]:
            print(
                "cubestudio: beginning anew, because earlier builds left more than "
                f"{told['layers'] / 2**30:.3g} GiB of layers",
                flush=True,
            )
            shutil.rmtree(os.path.join(cache, "storage"))
    except BlockingIOError:
        pass
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def keep(root, variables):
    """Keep the files of the image for steps of this machine, whose root they are; the oldest of others go
    when they are too many."""
    roots = os.path.join(cache, "roots")
    place = os.path.join(roots, told["keep"])
    os.makedirs(roots, exist_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    done = subprocess.run(["cp", "-a", "--", root, place], capture_output=True, text=True)
    if done.returncode != 0:
        shutil.rmtree(place, ignore_errors=True)
        print(
            f"cubestudio: steps of this machine cannot have it as their image: {done.stderr.strip()[-500:]}",
            flush=True,
        )
        return
    os.chmod(place, 0o755)
    with contextlib.suppress(FileExistsError):
        os.mkdir(os.path.join(place, "etc"), 0o755)
    for path in ("etc/resolv.conf", "etc/hosts", report.VARIABLES):
        path = os.path.join(place, path)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        with contextlib.suppress(OSError), open(path, "x") as file:  # its /etc may be a link
            file.write(json.dumps(variables) if path.endswith(report.VARIABLES) else "")
            os.chmod(path, 0o644)
    others = [os.path.join(roots, name) for name in os.listdir(roots) if name != told["keep"]]
    for old in sorted(others, key=lambda path: os.lstat(path).st_ctime):
        if report.size(roots) <= told["layers"]:
            break
        with contextlib.suppress(OSError):
            held = os.open(old, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while a step runs in it
                print(
                    f"cubestudio: the files of an older image ({os.path.basename(old)}) are no "
                    "longer kept for steps of this machine",
                    flush=True,
                )
                shutil.rmtree(old, ignore_errors=True)
            finally:
                os.close(held)


def context():
    """(folder, Dockerfile) to build from."""
    if told["repo"]:
        if not shutil.which("git"):
            stop("the repository cannot be cloned: there is no git here")
        print(f"cubestudio: cloning {told['repo']}", flush=True)
        branch = ["--branch", told["branch"]] if told["branch"] else []
        done = subprocess.run(
            ["git", "clone", "--depth", "1", *branch, "--", told["repo"], "source"],
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        )
        if done.returncode != 0:
            stop("the repository cannot be cloned")
        where = os.path.join("source", told["path"] or "Dockerfile")
        if os.path.isdir(where):
            where = os.path.join(where, "Dockerfile")
        if not os.path.isfile(where):
            stop(f"the repository has no {os.path.relpath(where, 'source')}")
        return os.path.dirname(where), where
    os.makedirs("context", exist_ok=True)
    for path, text in told["files"].items():
        place = os.path.join("context", "files", path.lstrip("/"))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w") as file:
            file.write(text)
    with open("Dockerfile", "w") as file:
        file.write(told["dockerfile"])
    return "context", "Dockerfile"


if not shutil.which("buildah"):
    stop("there is no buildah here; on Debian: apt-get install buildah", 127)
os.makedirs(cache, exist_ok=True)
held = share()
folder, recipe = context()
build = subprocess.Popen(
    [
        *TOOL,
        "build",
        "--isolation",
        "chroot",
        "--layers",
        "--format",
        "docker",
        "--tag",
        NAME,
        "--file",
        recipe,
        folder,
    ],
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
    errors="replace",
)
step = None
for line in build.stdout:
    sys.stdout.write(line)
    sys.stdout.flush()
    if re.match(r"STEP \d+/\d+:", line):
        step = line.strip()
if build.wait() != 0:
    stop(f"failed at {step}" if step else "it could not begin")

container = ask("from", "--pull-never", NAME)
root = ask("mount", container)
packages = {"python": report.python(root), "debian": report.debian(root)}
bytes_ = report.size(root)
if told["keep"]:
    keep(root, report.variables(ask("inspect", "--type", "image", NAME)))
ask("umount", container)
ask("rm", container)
digestfile = os.path.join(os.environ["TMPDIR"], "digest")
target = f"docker://{told['push']}" if told["push"] else f"oci-archive:{os.path.join(out, 'image.tar')}"
print(
    f"cubestudio: {'pushing to ' + told['push'] if told['push'] else 'leaving it as an archive'}", flush=True
)
if subprocess.run([*TOOL, "push", "--quiet", "--digestfile", digestfile, NAME, target]).returncode != 0:
    stop("the image was built and could not be pushed")
with open(digestfile) as file:
    digest = file.read().strip()
subprocess.run([*TOOL, "rmi", NAME], capture_output=True)
with open(os.path.join(out, "outputs.json"), "w") as file:
    json.dump(
        {
            "digest": digest,
            "size": bytes_,
            "packages": {kind: each for kind, each in packages.items() if each},
        },
        file,
    )
print(f"cubestudio: {digest}", flush=True)
