"""The cluster port's contract on this machine, below the platform."""

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cubestudio.core import ids
from cubestudio.core.cluster.local import agents
from cubestudio.core.cluster.local import folder as folders
from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.local.graph import Runner
from cubestudio.core.cluster.local.runtime.cgroups import LIVES, NAME, most_processes
from cubestudio.core.cluster.local.runtime.forkserver import STANDBYS
from cubestudio.core.cluster.local.spawn import Forkserver
from cubestudio.core.cluster.port import (
    Graph,
    Image,
    Node,
    PodState,
    PodStatus,
    Retry,
    StepStatus,
    Synced,
    Task,
    Workload,
    WorkloadStatus,
)
from cubestudio.core.store import Store
from tests.contract.test_cluster import asked, over, pods, served, sh, text, whole
from tests.parts import folder


def words(*parts):
    return tuple((part,) for part in parts)


async def test_the_end_of_a_graph_is_told_after_that_of_its_steps(cluster):
    await cluster.apply(
        Workload(
            name="w",
            body=Graph((Node(name="a", task=sh("true")), Node(name="b", task=sh("true"), needs=("a",)))),
        )
    )
    for seen in (await over(cluster, "w"), await over(cluster, "w")):
        kinds = [type(observation) for observation in seen]
        last = max(index for index, kind in enumerate(kinds) if kind is StepStatus)
        assert max(index for index, kind in enumerate(kinds) if kind is WorkloadStatus) > last


def test_what_fails_while_everything_stops_is_not_tried_again():
    """Else a run that was cancelled, or a server that was stopped, would never be over."""
    for each in (None, (1, 2)):
        runner = Runner(
            "w", Graph((Node(name="a", task=sh("false"), each=each, retry=Retry(3, 60, 1)),)), [], time.time
        )
        runner.begin()
        keys = list(runner.ready)
        for number, key in enumerate(keys):
            runner.placed(key, f"pod{number}")
            runner.started(key)
        assert runner.stop() == [f"pod{number}" for number in range(len(keys))]
        for key in keys:
            runner.ended(key, PodState.FAILED, "Error", "it ended with exit code 1", None)
        assert runner.over and not runner.retries and runner.verdict()[0] == PodState.FAILED


async def test_a_folder_that_is_emptied_twice_at_once_is_gone(cluster, monkeypatch):
    """The end of a pod gives its space back, and so does the end of its workload, which may come while a
    large tree is being deleted."""
    monkeypatch.setattr(agents, "AT_ONCE", 20)
    owner = cluster.site.owner("p")
    for round_ in range(20):
        place = cluster.site.pods / f"p{round_}" / "data" / "out"
        (place / "/".join(["deep"] * 200)).mkdir(parents=True)
        if owner.uid is not None:
            subprocess.run(["chown", "-R", str(owner.uid), place], check=True)
        await asyncio.gather(*(cluster.site.tidy(f"p{round_}", owner) for _ in range(2)))
        assert not place.parent.exists(), round_


async def test_apply_is_idempotent_and_delete_of_the_absent_succeeds(cluster):
    work = Workload(name="w", body=Graph((Node(name="a", task=sh("echo once")),)))
    for _ in range(3):
        await cluster.apply(work)
    seen = await over(cluster, "w")
    await cluster.apply(work)
    assert len(pods(seen)) == 1
    await cluster.delete("w")
    await cluster.delete("w")
    async with contextlib.aclosing(cluster.watch()) as observations:
        assert await anext(observations) == Synced(frozenset())


async def test_binary_rubbish_and_long_lines_are_kept_byte_for_byte(cluster):
    script = (
        "head -c 3000000 /dev/urandom | tee $CUBE_OUTPUT_DIR/copy; head -c 10000000 /dev/zero | tr "
        "'\\0' x | tee -a $CUBE_OUTPUT_DIR/copy"
    )
    await cluster.apply(
        Workload(name="w", body=Graph((Node(name="a", task=sh(script)),)), labels={"cubestudio/project": "p"})
    )
    seen = await over(cluster, "w")
    (pod,) = pods(seen).values()
    data = await text(cluster, pod.id)
    (artifact,) = next(s.outcome for s in seen if isinstance(s, StepStatus) and s.outcome).artifacts
    assert len(data) == 13_000_000 == pod.log_size
    assert hashlib.sha256(data).hexdigest() == artifact.sha256


async def test_a_log_over_its_cap_ends_with_a_clear_line(settings):
    cluster = LocalCluster(
        "local", settings.model_copy(update={"max_log_bytes": 100_000}), Store.open(settings)
    )
    await cluster.drive()
    await cluster.apply(
        Workload(name="w", body=Graph((Node(name="a", task=sh("head -c 5000000 /dev/zero | tr '\\0' x")),)))
    )
    (pod,) = pods(await over(cluster, "w")).values()
    data = await text(cluster, pod.id)
    assert data[:100_000] == b"x" * 100_000 and b"4900000 further bytes were not kept" in data
    await cluster.close()


def test_metrics_are_read_in_small_pieces_and_not_for_ever(home):
    """Each piece is parsed while others wait; and a file without an end may take no room at all."""
    (home / "data").mkdir()
    file = home / "data" / folders.METRICS
    file.write_bytes(b'{"loss": 0.5}\n' * 20_000)
    pieces = list(folders.metrics(home))
    assert (
        b"".join(pieces) == file.read_bytes()
        and max(map(len, pieces)) <= 2**16
        and folders.metrics_size(home) <= folders.MOST_READ
    )
    os.truncate(file, 2**42)
    assert (
        sum(map(len, folders.metrics(home))) <= folders.MOST_READ + folders.MOST_METRICS
        and folders.metrics_size(home) > folders.MOST_READ
    )


async def test_one_build_of_an_environment_for_ten_tasks(cluster):
    task = Task(
        command=words("python", "-c", "import six; print(six.__version__)"),
        image=Image(host=False, requirements=("six==1.17.0",)),
        cpu=0.1,
    )
    await cluster.apply(
        Workload(name="w", body=Graph(tuple(Node(name=f"n{number}", task=task) for number in range(10))))
    )
    seen = pods(await over(cluster, "w", 120)).values()
    logs = [await text(cluster, pod.id) for pod in seen]
    assert {pod.state for pod in seen} == {PodState.SUCCEEDED}
    assert sum(b"installing six" in log for log in logs) == 1 and all(
        log.endswith(b"1.17.0\n") for log in logs
    )


@pytest.mark.parametrize("begun", [False, True])
async def test_a_build_that_nobody_waits_for_ends_and_leaves_nothing(cluster, begun):
    """Whoever needs the same environment meanwhile waits for that end and has it built anew."""
    task = Task(
        command=words("python", "-c", "import six"),
        image=Image(host=False, requirements=("six==1.16.0",)),
        cpu=0.1,
    )
    first = Workload(name="w", body=Graph((Node(name="a", task=task),)))
    places = cluster.site.pods.glob
    async with asyncio.timeout(60), contextlib.aclosing(cluster.watch()) as observations:
        await cluster.apply(first)
        async for observation in observations:
            if isinstance(observation, StepStatus) and observation.reason == "Environment":
                break
        while begun and not list(places("environment-*/pid")):
            await asyncio.sleep(0)
    await cluster.apply(replace(first, generation=2, stop=True))
    if begun:
        await cluster.apply(replace(first, name="again"))
        assert {pod.state for pod in pods(await over(cluster, "again", 120)).values()} == {PodState.SUCCEEDED}
    assert {pod.state for pod in pods(await over(cluster, "w", 60)).values()} == {PodState.CANCELLED}
    async with asyncio.timeout(60):
        while list(places("environment-*")):
            await asyncio.sleep(0.05)
    made = cluster.site.local / "environments"
    assert (
        len(list(made.glob("*.ready")))
        == len([each for each in made.iterdir() if each.is_dir() and not each.name.startswith("cache")])
        == begun
    )


async def test_a_failed_build_says_what_the_resolver_said(cluster):
    task = Task(command=words("python", "-c", "1"), image=Image(host=False, requirements=("six==0.0.0.1",)))
    await cluster.apply(Workload(name="w", body=Graph((Node(name="a", task=task),))))
    (pod,) = pods(await over(cluster, "w", 120)).values()
    assert pod.reason == "EnvironmentFailed" and "six==0.0.0.1" in pod.message


async def test_what_waits_says_for_what_and_priority_goes_first(settings, marks):
    settings = settings.model_copy(update={"local_cpu": 1})
    cluster = LocalCluster("local", settings, Store.open(settings))
    await cluster.drive()
    gate = marks / "gate"
    await cluster.apply(
        Workload(
            name="first",
            body=Graph((Node(name="a", task=sh(f"until [ -e {gate} ]; do sleep 0.02; done", cpu=1)),)),
        )
    )
    await cluster.apply(Workload(name="low", body=Graph((Node(name="a", task=sh("true", cpu=1)),))))
    await cluster.apply(
        Workload(name="high", body=Graph((Node(name="a", task=sh("true", cpu=1)),)), priority=5)
    )
    async with asyncio.timeout(60), contextlib.aclosing(cluster.watch()) as observations:
        async for observation in observations:
            if (
                isinstance(observation, StepStatus)
                and observation.workload == "low"
                and observation.reason == "Unschedulable"
            ):
                assert observation.message == "1 CPU cores are needed and 0 of 1 are free"
                break
    gate.touch()
    low, high = await over(cluster, "low"), await over(cluster, "high")
    assert next(iter(pods(high).values())).started_at < next(iter(pods(low).values())).started_at
    await cluster.close()


async def test_a_tree_that_hides_is_ended_too(cluster, marks):
    mark = marks / "begun"
    script = (
        f"(trap '' TERM; setsid sh -c 'trap \"\" TERM; touch {mark}; sleep 98754') & until [ -e {mark} "
        "]; do sleep 0.02; done; exit 0"
    )
    await cluster.apply(Workload(name="w", body=Graph((Node(name="a", task=sh(script)),))))
    await over(cluster, "w")
    assert not any(each.info["cmdline"] == ["sleep", "98754"] for each in psutil.process_iter(["cmdline"]))


@pytest.fixture
def forkserver(home):
    made = forking(home)
    yield made
    made.close()


def forking(home):
    """A forkserver without a cluster above it."""
    for name in ("pods", "root"):
        (home / name).mkdir()
    told = {"local": str(home), "installation": ids.new(), "sandbox": True, "readable": [], "writable": []}
    return Forkserver(home / "log", told)


def supervised(forkserver, place):
    """A supervisor of a long sleep, as soon as it is found: its process id."""
    folders.lay(place, None)
    spec = {
        "command": ["sleep", "300"],
        "env": {"PATH": os.environ["PATH"]},
        "cwd": "/",
        "work": "/",
        "files": {},
        "folders": [],
        "uid": None,
        "ids": None,
        "readable": [],
        "writable": [],
        "devices": [],
        "resolver": None,
        "cpu": 1,
        "pids": 100,
        "grace": 0.1,
        "timeout": None,
        "log_cap": 1000,
        "memory": 2**30,
        "floor": 0,
    }
    (place / "pod.json").write_text(json.dumps(spec))
    forkserver.start(place.name)
    while not (place / "pid").exists():
        pass
    return int((place / "pid").read_text().split()[0])


async def test_what_is_stopped_before_it_has_begun_says_so(forkserver, home):
    """A supervisor that is found may be asked to stop at once, before it listens to that."""
    places = [home / "pods" / str(number) for number in range(40)]
    for place in places:
        os.kill(supervised(forkserver, place), signal.SIGTERM)
    async with asyncio.timeout(60):
        while not all((place / "exit.json").exists() for place in places):
            await asyncio.sleep(0.02)
    ends = [json.loads((place / "exit.json").read_text()) for place in places]
    assert [end for end in ends if end["reason"] != "Cancelled"] == []


async def until(true):
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.02)


def standing_by(forkserver, *busy):
    """Supervisors that wait for a pod."""
    return [each for each in psutil.Process(forkserver.pid).children() if each.pid not in busy]


def listening(forkserver):
    """Whether it waits for the next request, so that it has done all that it does before."""
    number = Path(f"/proc/{forkserver.pid}/syscall").read_text().split()[0]
    return number in ("47", "212")  # recvmsg, of x86-64 and of aarch64


async def test_supervisors_that_stand_by_are_few_and_end_with_the_warm_process(forkserver, home):
    pids = [supervised(forkserver, home / "pods" / str(number)) for number in range(10)]
    await until(lambda: len(standing_by(forkserver, *pids)) == STANDBYS)
    waiting = standing_by(forkserver, *pids)
    forkserver.close()
    await until(lambda: not any(each.is_running() for each in waiting))
    assert all(psutil.pid_exists(pid) for pid in pids)
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    await until(lambda: not any(psutil.pid_exists(pid) for pid in pids))
    assert all(
        json.loads((home / "pods" / str(number) / "exit.json").read_text())["reason"] == "Cancelled"
        for number in range(10)
    )


async def test_the_processes_of_all_pods_together_are_bounded(forkserver, home):
    """Each may have thousands, and a machine may have no more than some ten thousands."""
    pid = supervised(forkserver, home / "pods" / "pod")
    if not forkserver.sandbox.pids:
        pytest.skip("this kernel does not bound the number of processes")
    name = (home / "pods" / "pod" / "pid").read_text().split()[2]
    bounds = [
        int((group.parent / "pids.max").read_text())
        for group in Path("/sys/fs/cgroup").rglob(name)
        if (group / "pids.max").exists()
    ]
    assert bounds == [most_processes()] and bounds[0] < int(Path("/proc/sys/kernel/pid_max").read_text())
    os.kill(pid, signal.SIGTERM)


async def test_a_pod_begins_though_all_that_stood_by_were_killed(forkserver, home):
    first = supervised(forkserver, home / "pods" / "first")
    await until(lambda: len(standing_by(forkserver, first)) == STANDBYS)
    for each in standing_by(forkserver, first):
        each.kill()
        await until(lambda gone=each: not gone.is_running())
    second = supervised(forkserver, home / "pods" / "second")
    for pid in (first, second):
        os.kill(pid, signal.SIGTERM)


async def test_what_could_not_be_made_ready_once_fails_no_later_pod(forkserver, home):
    """A supervisor that stands by, and failed at that, is not given to the pod after."""
    pids = [supervised(forkserver, home / "pods" / "0")]
    await until(lambda: len(standing_by(forkserver, *pids)) == STANDBYS)
    installation = forkserver._configuration["installation"]
    group = next(
        (
            path
            for path in Path("/sys/fs/cgroup").glob(f"**/{installation}")
            if (path / "cgroup.max.descendants").exists()
        ),
        None,
    )
    if group is None:
        pytest.skip("there are no control groups of version 2 here")
    (group / "cgroup.max.descendants").write_text(str(2 + STANDBYS))
    pids.append(supervised(forkserver, home / "pods" / "1"))
    await until(lambda: listening(forkserver))  # the last one that stands by was begun
    await until(lambda: len(standing_by(forkserver, *pids)) == STANDBYS - 1)
    (group / "cgroup.max.descendants").write_text("max")
    pids += [supervised(forkserver, home / "pods" / str(number)) for number in range(2, 6)]
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    await until(lambda: all((home / "pods" / str(number) / "exit.json").exists() for number in range(6)))
    assert {
        json.loads((home / "pods" / str(number) / "exit.json").read_text())["reason"] for number in range(6)
    } == {"Cancelled"}


async def test_control_groups_of_installations_that_ended_are_removed_and_no_others(tmp_path):
    def groups(installation):
        # others come and go while one looks
        return [
            Path(found)
            for found, _, _ in os.walk("/sys/fs/cgroup")
            if found.endswith(f"/{NAME}/{installation}")
        ]

    with folder() as one, folder() as two, folder() as three:
        first, idle = forking(one), forking(two)
        ended, lives = (each._configuration["installation"] for each in (first, idle))
        if not groups(ended):
            pytest.skip("no control groups can be made here")
        first.close()
        await until(
            lambda: not any((path / LIVES / "cgroup.procs").read_text().strip() for path in groups(ended))
        )
        last = forking(three)
        assert not groups(ended) and groups(lives)
        last.close()
        pid = supervised(idle, two / "pods" / "pod")  # it still can
        os.kill(pid, signal.SIGTERM)
        await until(lambda: (two / "pods" / "pod" / "exit.json").exists())
        idle.close()


async def test_a_supervisor_whose_folder_is_gone_ends(forkserver, home):
    """By itself: what runs for an installation that was deleted must not stay on the machine."""
    place = home / "pods" / "pod"
    supervisor = psutil.Process(supervised(forkserver, place))
    async with asyncio.timeout(60):
        while not supervisor.children():
            await asyncio.sleep(0.02)
    while place.exists():  # it writes meanwhile
        shutil.rmtree(place, ignore_errors=True)
    async with asyncio.timeout(60):
        while supervisor.is_running() and supervisor.status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.02)


async def test_a_warm_process_that_is_killed_takes_no_pod_with_it(cluster, monkeypatch):
    monkeypatch.setattr("cubestudio.core.cluster.local.pods.AGAIN", 0.1)
    problem, warm = cluster.site.networks.problem, cluster.site.forkserver.pid
    os.kill(warm, signal.SIGSTOP)  # it hears, and does nothing
    await cluster.apply(Workload(name="w", body=Graph((Node(name="a", task=sh("echo all the same")),))))
    os.kill(warm, signal.SIGKILL)
    (pod,) = pods(await over(cluster, "w")).values()
    assert pod.state == PodState.SUCCEEDED and await text(cluster, pod.id) == b"all the same\n"
    assert cluster.site.networks.problem == problem, "projects lost their networks"


async def test_whoever_finds_the_warm_process_dead_deafens_nobody(cluster):
    """A request finds it dead before the loop that listens to it does, and has the next one begun."""
    warm = psutil.Process(cluster.site.forkserver.pid)
    await asyncio.sleep(0)  # somebody listens
    warm.kill()
    while warm.is_running() and warm.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)  # nobody else gets a turn
    cluster.site.forkserver.agent(None, None).close()
    assert cluster.site.forkserver.pid != warm.pid
    await cluster.apply(Workload(name="w", body=Graph((Node(name="a", task=sh("echo heard")),))))
    (pod,) = pods(await over(cluster, "w")).values()
    assert pod.state == PodState.SUCCEEDED and await text(cluster, pod.id) == b"heard\n"


async def test_a_pod_whose_supervisor_began_unheard_is_followed(monkeypatch, settings):
    """The word of its start was lost with the warm process; the claim says that it runs."""
    monkeypatch.setattr("cubestudio.core.cluster.local.pods.AGAIN", 0.1)
    monkeypatch.setattr("cubestudio.core.cluster.local.pods.Pods.replied", lambda *_: None)
    cluster = LocalCluster("local", settings, Store.open(settings))
    await cluster.drive()
    await cluster.apply(Workload(name="w", body=Graph((Node(name="a", task=sh("echo found")),))))
    (pod,) = pods(await over(cluster, "w")).values()
    assert pod.state == PodState.SUCCEEDED and await text(cluster, pod.id) == b"found\n"
    await cluster.close()


async def test_work_is_isolated_when_it_can_be(cluster, settings):
    task = sh(
        f"id -u; cat {settings.home}/local/state.db {settings.home}/keys && echo LEAK; ls "
        f"{settings.home}/local/pods && echo LEAK; true"
    )
    await cluster.apply(
        Workload(name="w", body=Graph((Node(name="a", task=task),)), labels={"cubestudio/project": "p"})
    )
    (pod,) = pods(await over(cluster, "w")).values()
    said = await text(cluster, pod.id)
    if cluster.machine.isolated:
        assert int(said.split()[0]) >= 700_000 and b"LEAK" not in said
    else:
        assert any("trust each other" in note for note in cluster.machine.notes)


async def test_the_platform_restarts_and_adopts(settings, marks):
    gate = marks / "gate"
    first = LocalCluster("local", settings, Store.open(settings))
    await first.drive()
    await first.apply(
        Workload(
            name="w",
            body=Graph(
                (Node(name="a", task=sh(f"echo begin; until [ -e {gate} ]; do sleep 0.02; done; echo end")),)
            ),
        )
    )
    async with asyncio.timeout(60), contextlib.aclosing(first.watch()) as observations:
        async for observation in observations:
            if isinstance(observation, PodStatus) and observation.state == PodState.RUNNING:
                break
    await first.close()
    second = LocalCluster("local", settings, Store.open(settings))
    await second.drive()
    gate.touch()
    seen = pods(await over(second, "w"))
    (pod,) = seen.values()
    assert (
        pod.state == PodState.SUCCEEDED and pod.attempt == 1 and await text(second, pod.id) == b"begin\nend\n"
    )
    await second.close()


async def test_what_a_full_disk_does_not_take_is_written_down_later(cluster, monkeypatch):
    real, refused = cluster.site.state.put, []

    def put(rows):
        if len(refused) < 4 and any(
            getattr(row, "finished", None) or getattr(row, "state", "") == "Succeeded" for row in rows
        ):
            refused.append(rows)
            raise sqlite3.OperationalError("database or disk is full")
        return real(rows)

    monkeypatch.setattr(cluster.site.state, "put", put)
    await cluster.apply(
        Workload(
            name="w",
            body=Graph((Node(name="a", task=sh("true")), Node(name="b", task=sh("true"), needs=("a",)))),
        )
    )
    seen = await over(cluster, "w")
    assert refused
    ends = {
        observation.node: observation.state for observation in seen if isinstance(observation, StepStatus)
    }
    assert ends == {"a": "Succeeded", "b": "Succeeded"}
    assert seen[-1].state == PodState.SUCCEEDED


async def test_a_server_outlives_the_platform_and_is_adopted_with_its_port(settings):
    first = LocalCluster("local", settings, Store.open(settings))
    await first.drive()
    await first.apply(served(folder="home"))
    await whole(first, "s", lambda seen: seen.ready == 1)
    (pod,) = first.site.state.pods("s")
    await first.close()
    second = LocalCluster("local", settings, Store.open(settings))
    try:
        await second.drive()
        await whole(second, "s", lambda seen: seen.ready == 1)
        assert await asked(second, "s") == "1 times, hello you" and [
            each.id for each in second.site.state.pods("s")
        ] == [pod.id]
        await second.apply(served(folder="home", generation=2, stop=True))
        await whole(second, "s", lambda seen: seen.state.final)
        await second.delete("s")
        with pytest.raises(Exception, match="has no plain name"):
            await second.discard("p", "../../state.db")
    finally:
        await second.close()
