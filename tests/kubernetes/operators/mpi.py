"""How mpirun gets into the pods of workers, in small: a program of that name which starts the command in each
of the hosts that it is told, by whatever agent the operator named, and ends them all with the first that
fails."""

import os
import stat
import sys
from pathlib import Path

from tests.kubernetes.kubelet import Kubelet

MPIRUN = f"""#!{sys.executable}
import os, signal, subprocess, sys
words, size, exported, hosts = sys.argv[1:], 0, {{}}, None
while words[0].startswith("-"):
    name = words.pop(0)
    if name == "-n": size = int(words.pop(0))
    elif name == "--host": hosts = [each.split(":")[0] for each in words.pop(0).split(",")]
    elif name == "-x":
        key, has, value = words.pop(0).partition("=")
        exported[key] = value if has else os.environ[key]
hosts = hosts or [line.split()[0] for line in open(os.environ["OMPI_MCA_orte_default_hostfile"])]
agent = os.environ["OMPI_MCA_plm_rsh_agent"]
quoted = lambda text: "'" + text.replace("'", "'\\\\''") + "'"
members = []
for rank in range(size):
    told = {{**exported, "OMPI_COMM_WORLD_RANK": str(rank), "OMPI_COMM_WORLD_SIZE": str(size)}}
    line = "exec env " + " ".join(quoted(each) for each in [*(k + "=" + v for k, v in told.items()), *words])
    members.append(subprocess.Popen([agent, hosts[rank % len(hosts)], line], start_new_session=True))
def end(*_):
    for each in members:
        try: os.killpg(each.pid, signal.SIGTERM)
        except ProcessLookupError: pass
signal.signal(signal.SIGTERM, end)
code = 0
while members:
    pid, status = os.wait()
    left = os.waitstatus_to_exitcode(status)
    if left and not code:
        code = left if left > 0 else 128 - left
        end()
    members = [each for each in members if each.pid != pid]
sys.exit(code)
"""
AGENT = f"""#!{sys.executable}
import json, os, sys
by, mine = os.environ["EMULATED_BY"], os.environ["CUBE_POD_HOME"]
if by == "kubectl refused": sys.exit("error: You must be logged in to the server (Unauthorized)")
name = os.environ["K8S_POD_NAMESPACE"] + "." + sys.argv[-2].split(".")[0]
try: host = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hosts", name)))
except OSError: sys.exit("ssh: Could not resolve hostname " + name)
if by != "kubectl" and not host["ssh"]: sys.exit("ssh: connect to host " + name + " port 22: Connection refused")
# RAN with mpi-operator v0.8: keys in a folder of mode 1777 are refused; its own images are set up otherwise (build/base/Dockerfile).
if by == "ssh with a secret" and host["strict"]: sys.exit("root@" + name + ": Permission denied (publickey,password).")
# RAN: a kubelet opens files of a volume to the group of the pod (Kubernetes v1.36, pkg/volume/volume_linux.go, changeFilePermission: 0600
# becomes 0640), and ssh takes no key that others than its owner may read (OpenSSH, authfile.c, sshkey_perm_ok).
own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hosts", os.environ["K8S_POD_NAMESPACE"] + "." + os.environ["K8S_POD_NAME"])
if by.startswith("ssh") and json.load(open(own))["group"]: sys.exit("root@" + name + ": Permission denied (publickey,password).")
env = dict(host["env"]) if by == "kubectl" else {{"PATH": host["env"]["PATH"]}}  # whoever comes by ssh finds no variable of the container
line = sys.argv[-1].replace(mine, host["root"] + "/cube")
os.chdir(host["root"])
os.execvpe("sh", ["sh", "-c", line], env)
"""  # noqa: E501


def enter(kubelet: Kubelet, by: str, token: bool) -> dict[str, str]:
    """The variables of a launcher that is to enter others: `by` kubectl, with the token of its account, or
    ssh."""
    folder = kubelet.home / "mpi"
    folder.mkdir(exist_ok=True)
    for name, text in (("mpirun", MPIRUN), ("agent", AGENT)):
        (folder / name).write_text(text)
        (folder / name).chmod(stat.S_IRWXU)
    return {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "OMPI_MCA_plm_rsh_agent": str(folder / "agent"),
        "EMULATED_BY": by if token or by != "kubectl" else "kubectl refused",
    }


def hostfile(kubelet: Kubelet, hosts: list[str]) -> str:
    file = Path(kubelet.home, "mpi", f"{hosts[0]}.hosts")
    file.write_text("".join(f"{host} slots=1\n" for host in hosts))
    return str(file)
