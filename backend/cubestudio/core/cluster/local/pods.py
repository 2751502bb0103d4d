"""One pod from its place to its end: what it needs is fetched and built, it is started, followed, and what it
left is stored.

Each pod has one task at a time. An exception in it is the end of that pod, with a message; nothing here may
stop the driver.
"""

import asyncio
import os
import socket
import tarfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import orjson

from cubestudio.core import clock, disk_reserve, log, tasks
from cubestudio.core.cluster import outputs
from cubestudio.core.cluster.local import answering, descriptor, environment, harvest, images
from cubestudio.core.cluster.local import folder as folders
from cubestudio.core.cluster.local.graph import Unresolved
from cubestudio.core.cluster.local.live import Holding, Live
from cubestudio.core.cluster.local.networks import RESOLV
from cubestudio.core.cluster.local.runtime.processes import BOOT, LINUX, ticks
from cubestudio.core.cluster.local.site import Site, temporary
from cubestudio.core.cluster.local.spawn import Watched, bury
from cubestudio.core.cluster.local.state import PodRow
from cubestudio.core.cluster.metrics import points
from cubestudio.core.cluster.port import Artifact, Outcome, PodState, Server

logger = log.get(__name__)
METRICS_CUT = (
    f"{folders.METRICS} has more than {outputs.size(folders.MOST_READ)}, of which the rest is not read"
)
AGAIN = 10.0
"""Seconds after which a pod of which nothing is heard is started again."""


class Driver(Protocol):
    """What single pods need of what drives them all; `driver.Driver` says what each does."""

    site: Site
    live: dict[str, Live]
    holding: dict[str, Holding]

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task: ...
    def settle(self) -> None: ...
    def publish(self, rows: list[Any]) -> dict[str, PodRow]: ...
    def answering(self, workload: str) -> int: ...
    def report_metrics(self, holding: Holding, found: list[dict[str, Any]]) -> None: ...
    def ended(
        self, holding: Holding, state: PodState, reason: str | None, message: str | None, outcome: Any = None
    ) -> None: ...


class Pods:
    """What is done with single pods for the driver."""

    def __init__(self, driver: Driver):
        self._driver = driver
        self._site = driver.site

    def folder(self, holding: Holding) -> Path:
        return self._site.pods / holding.row.id

    def live(self, holding: Holding) -> Live:
        return self._driver.live[holding.row.workload]

    def _let(self, holding: Holding, work: Callable[[], Awaitable[None]], name: str) -> None:
        """Let something go on for a pod; what it raises ends the pod."""

        async def guarded() -> None:
            try:
                await work()
            except (folders.Refused, Unresolved, OSError) as error:
                self._driver.ended(holding, PodState.FAILED, "CannotStart", str(error))
            except Exception as error:
                logger.exception("a pod could not be carried on", pod=holding.row.id)
                self._driver.ended(
                    holding,
                    PodState.FAILED,
                    "InternalError",
                    f"the platform made an error while it ran this: {error!r}"[:500],
                )

        holding.following = self._driver.spawn(guarded(), f"{name} {holding.row.id}")

    # starting ------------------------------------------------------------------------------------

    def hold(self, live: Live, row: PodRow) -> None:
        """Take up a pod of an earlier life that has not ended."""
        task = live.runner.nodes[row.node].task
        owner = self._site.owner(live.project, builder=task.builder)
        holding = self._driver.holding[row.id] = Holding(
            row=row, task=task, gpus=tuple(row.data["gpus"]), owner=owner, stop=live.row.stop
        )
        if not (self._site.pods / row.id / "claim").exists():
            self.launch(holding)
        else:
            self._let(holding, partial(self._watch, holding, None), "pod")

    def launch(self, holding: Holding) -> None:
        """Lay out the folder and start: at once when nothing must be fetched or built, else in a task."""
        task = holding.task
        if task.inputs or task.placed or not task.image.host or not self._networked(holding):
            holding.interruptible = True
            self._let(holding, partial(self._prepare, holding), "prepare")
            return
        try:
            self._start(holding, None)
        except (folders.Refused, Unresolved, OSError) as error:
            self._driver.ended(holding, PodState.FAILED, "CannotStart", str(error))
        except Exception as error:
            logger.exception("a pod could not be started", pod=holding.row.id)
            self._driver.ended(
                holding,
                PodState.FAILED,
                "InternalError",
                f"the platform made an error while it started this: {error!r}"[:500],
            )

    def stop(self, holding: Holding) -> None:
        """Ask a pod to end, whatever it is doing."""
        holding.stop = True
        if holding.watched:
            holding.watched.terminate()
        elif holding.interruptible and holding.following:
            holding.following.cancel()

    async def _prepare(self, holding: Holding) -> None:
        place, site = self.folder(holding), self._site
        prefix = None
        try:
            folders.lay(place, holding.owner.uid, site.shelf(self.live(holding).project))
            if not holding.task.image.host:
                prefix = await self._environment(holding)
            await self._fetch(holding)
            await site.networks.ready(self.live(holding).project)
        except asyncio.CancelledError:
            if not holding.stop:
                raise
            self._driver.ended(holding, PodState.CANCELLED, "Cancelled", "it was asked to stop")
            return
        except environment.Failed as error:
            self._driver.ended(
                holding,
                PodState.FAILED,
                "EnvironmentFailed",
                f"its Python environment cannot be built: {error}",
            )
            return
        holding.interruptible = False
        self._start(holding, None if prefix is None else site.environments.prefix(prefix), prefix)

    def _networked(self, holding: Holding) -> bool:
        """Whether its network is ready, or there is none to wait for."""
        return bool(self._site.networks.problem or self._site.networks.found(self.live(holding).project))

    async def _environment(self, holding: Holding) -> environment.Place:
        """The Python environment of a pod, which waits for it with that reason."""
        environments, live, image = self._site.environments, self.live(holding), holding.task.image
        if found := environments.found(image, live.project):
            return found
        live.runner.waits(
            (holding.row.node, holding.row.item), "Environment", "its Python environment is being built"
        )
        self._driver.settle()
        place = self.folder(holding)
        told = 0

        def tell(data: bytes) -> None:
            nonlocal told
            if data and told < self._site.settings.max_log_bytes:
                folders.append_log(place, data, clock.micros())
                told += len(data)

        return await environments.ready(image, live.project, holding.owner, tell)

    async def _fetch(self, holding: Holding) -> None:
        """Put the artifacts of the steps before it, and the files that it names, into its input folder, which
        is ours."""
        runner, folder = self.live(holding).runner, self.folder(holding)
        root = await asyncio.to_thread(folders.empty_inputs, folder)
        layout = outputs.Layout(str(root))
        values: dict[str, Any] = {}
        wanted: list[tuple[str, Artifact]] = []
        for source in holding.task.inputs:
            row = runner.rows[source.node, None]
            values[source.node] = dict(row.outcome.values) if row.outcome else {}
            items = (
                [(source.node, row)]
                if row.items is None
                else [(f"{source.node}/{each.item}", each) for each in runner.items(source.node)]
            )
            for name, step in items:
                layout.folder(name)
                wanted += [(name, artifact) for artifact in (step.outcome.artifacts if step.outcome else ())]
        folders.give(root / "values.json", orjson.dumps(values))
        wanted += [(".", artifact) for artifact in holding.task.placed]
        try:
            for below, artifact in wanted:
                await self._put(layout, below, artifact)
            await asyncio.to_thread(layout.finish)
        except (outputs.Refused, tarfile.TarError, UnicodeDecodeError) as error:
            raise folders.Refused(f"its inputs cannot be laid out: {error}") from error
        await asyncio.to_thread(folders.close_inputs, folder, holding.owner.uid)

    async def _put(self, layout: outputs.Layout, below: str, artifact: Artifact) -> None:
        """One artifact. Its path and type may come from whoever left it, or uploaded it."""
        path, store = artifact.path, self._site.store
        name = path if below == "." else below if path == "." else f"{below}/{path}"
        if artifact.media_type == outputs.PACKED:
            archive = Path(layout.root).with_name("archive")
            archive.unlink(missing_ok=True)
            await store.get_file(artifact.key, archive)
            try:
                with archive.open("rb") as stream:
                    await asyncio.to_thread(layout.unpack, name, stream)
            finally:
                archive.unlink(missing_ok=True)
        elif artifact.media_type == outputs.FOLDER:
            layout.folder(name)
        elif artifact.media_type == outputs.LINK:
            if (await store.size(artifact.key) or 0) > outputs.MOST_LINK:
                raise outputs.Refused(
                    f"{outputs.readable(name)} is a link of more than {outputs.MOST_LINK} bytes"
                )
            layout.link(name, (await store.get(artifact.key)).decode())
        elif not os.path.lexists(file := layout.path(name)):
            await store.get_file(artifact.key, Path(file))

    def _start(self, holding: Holding, prefix: str | None, built: environment.Place | None = None) -> None:
        """Write what to run and have it run. The claim file makes sure that it is run once."""
        live, site = self.live(holding), self._site
        task, row = holding.task, holding.row
        place, run = self.folder(holding), site.run(row.id)
        folders.lay(place, holding.owner.uid, site.shelf(self.live(holding).project))
        if live.server is None and (words := images.ignored(task, site.machine)):
            folders.append_log(place, f"[cubestudio] {words}\n".encode(), clock.micros())
        value = live.runner.rows[row.node, row.item].value
        join = partial(live.runner.join, item=value)
        network = site.networks.found(live.project)
        holding.row = holding.row.into(holding.row.state, network=network and network.name)
        home, more, made, shown = self._folders(holding, live, run)
        row = holding.row
        if built is not None:
            shown["readable"].append(f"environments/{built.name}")
        if not site.machine.sandbox.namespaces:
            more["TMPDIR"] = temporary(row.id)
            made.append(more["TMPDIR"])
        rooted = images.rooted(task, site.machine)
        enclosed = task.builder and holding.owner.uid is not None
        if enclosed:
            more["_CONTAINERS_USERNS_CONFIGURED"] = "done"  # how buildah is told that it need not make one
        told = {
            "command": [join(text) for text in task.command],
            "env": descriptor.env(
                row, task, run, home=home, join=join, value=value, gpus=holding.gpus, prefix=prefix, more=more
            ),
            "work": str(run / "work"),
            "cwd": str(home),
            "files": {folders.plain(name): join(text) for name, text in task.files.items()},
            "folders": made,
            "uid": holding.owner.uid,
            "ids": holding.owner.ids if enclosed else None,
            "timeout": task.timeout,
            "memory": task.memory,
            "cpu": task.cpu,
            "pids": site.settings.local_max_processes,
            "grace": max(site.settings.stop_grace_seconds, live.server.drain if live.server else 0.0),
            "log_cap": site.settings.max_log_bytes,
            "floor": disk_reserve.floor(site.local),
            "devices": [card.minor for card in site.machine.cards if card.index in holding.gpus],
            "resolver": RESOLV if network else None,
            "image": images.place(site.homes.name(live.project, images.FOLDER), task) if rooted else None,
            **shown,
        }
        if rooted:
            told["env"] = images.environment(told["env"], task)
        written = place / "pod.json"
        written.touch(mode=0o600)
        written.write_bytes(orjson.dumps(told))
        holding.requested = time.time()
        site.forkserver.start(row.id, network)

    def _folders(
        self, holding: Holding, live: Live, run: Path
    ) -> tuple[Path, dict[str, str], list[str], dict[str, list[str]]]:
        """Where it works, the variables that lead to its folders, those that it makes itself, and what is
        shown to it of ours."""
        site, task, uid, project = self._site, holding.task, holding.owner.uid, live.project
        home, more, made = run / "work", {}, []
        shown: dict[str, list[str]] = {"readable": [], "writable": []}

        def folder(name: str) -> Path:
            site.homes.made(project, name, uid)
            path = site.homes.name(project, name)
            shown["writable"].append(path)
            return site.seen(path)

        if server := live.server:
            holding.row = holding.row.into(holding.row.state, port=_free(), ready=False)
            more |= {
                "CUBE_HOST": "127.0.0.1",
                "CUBE_PORT": str(holding.row.data["port"]),
                "CUBE_FILES": str(home),
            }
            if server.folder:
                home = folder(server.folder)
        for volume in task.volumes:
            if volume.kind == "pvc":
                where = folder(f"volume-{volume.source}")
                if volume.sub:
                    where = where / folders.plain(volume.sub)
                    made.append(str(where))
            else:
                where = run / "tmp" / f"volume-{volume.path.rstrip('/').rpartition('/')[2]}"
                made.append(str(where))
            more[volume.variable] = str(where)
        if task.cache:
            more["CUBE_CACHE"] = str(folder(task.cache))
        return home, more, made, shown

    def request_again(self, holding: Holding) -> None:
        """Have a supervisor for a pod whose request for one was lost with the forkserver that heard it; one
        that began, and of which only the word was lost, is followed."""
        if not holding.requested or time.time() - holding.requested <= AGAIN:
            return
        if (self.folder(holding) / "claim").exists():
            holding.requested = 0
            self._let(holding, partial(self._watch, holding, None), "pod")
            return
        logger.warning("nothing came of starting a pod; it is started again", pod=holding.row.id)
        holding.requested = time.time()
        network = self._site.networks.found(holding.row.data.get("network") or "")
        self._site.forkserver.start(holding.row.id, network)

    def replied(self, pod: str, pid: int) -> None:
        """The supervisor of a pod is there: follow it."""
        holding = self._driver.holding.get(pod)
        if holding is not None and holding.requested:
            holding.requested = 0
            self._let(holding, partial(self._watch, holding, pid), "pod")

    # following -----------------------------------------------------------------------------------

    async def _watch(self, holding: Holding, pid: int | None) -> None:
        """From the start of a supervisor, which is process `pid` or (None) is adopted, to its end."""
        place, adopted = self.folder(holding), pid is None
        for _ in range(200 if adopted else 10_000):
            if (place / "pid").exists() or (pid and LINUX and not ticks(pid)):
                break
            await asyncio.sleep(0.01 if adopted else 0.002)
        watched = Watched(place)
        if watched.find():
            holding.watched = watched
            if holding.row.state == PodState.PENDING:
                runner = self.live(holding).runner
                runner.started((holding.row.node, holding.row.item))
                holding.row = holding.row.into(PodState.RUNNING, started=time.time())
                holding.row = self._driver.publish([holding.row, *runner.take()])[holding.row.id]
            elif adopted:
                logger.info(
                    "a running pod was adopted", pod=holding.row.id, step=holding.row.node, pid=watched.pid
                )
            if holding.stop:
                watched.terminate()
            if server := self.live(holding).server:
                holding.probing = self._driver.spawn(
                    self._probe(holding, server), f"answers {holding.row.id}"
                )
            await watched.ended()
            watched.close()
            if holding.probing:
                await tasks.end([holding.probing])
        await self._finish(holding)

    async def _probe(self, holding: Holding, server: Server) -> None:
        """Ask a replica whether it answers, often until it does, then now and then; three silences are one
        too many."""
        silent = 0
        while True:
            answers = not holding.stop and await answering.answers(
                holding.row.data["port"], server.ready, self.network_of(holding)
            )
            silent = 0 if answers else silent + 1
            if answers != holding.row.data.get("ready") and (answers or silent >= 3):
                holding.row = holding.row.into(holding.row.state, ready=answers)
                live = self.live(holding)
                count = self._driver.answering(live.row.name)
                live.row = replace(live.row, state=PodState.RUNNING if count else PodState.PENDING)
                if count:
                    live.row = replace(live.row, reason=None, message=None)
                holding.row = self._driver.publish([holding.row, live.row])[holding.row.id]
            await asyncio.sleep(5 if holding.row.data.get("ready") and not silent else 0.2)

    def network_of(self, holding: Holding) -> Path | None:
        """The folder of a pod that is reached in a network of its own."""
        return self.folder(holding) if holding.row.data.get("network") else None

    # ending --------------------------------------------------------------------------------------

    async def _finish(self, holding: Holding) -> None:
        """It has ended: read how, take what it left, free its room."""
        place, ended = self.folder(holding), self._driver.ended
        end = folders.read_end(place)
        if end is None:
            buried = bury(place)
            words = (
                "its supervisor ended without a word"
                if _same_boot(place)
                else "the machine was restarted while it ran"
            )
            logger.warning("a pod was lost", pod=holding.row.id, processes_killed=buried)
            return ended(holding, PodState.FAILED, "Lost", words)
        holding.row = holding.row.into(
            holding.row.state,
            started=end["started"],
            finished=end["finished"],
            exit_code=end["code"],
            signal=end["signal"],
            cpu_seconds=end["cpu_seconds"],
            peak_cpu=end["peak_cpu"],
            peak_memory=end["peak_memory"],
        )
        holding.watched = None
        holding.interruptible = True
        reason, message, well = end["reason"], end["message"], end["reason"] is None and end["code"] == 0
        if well and self.live(holding).server:
            return ended(holding, PodState.FAILED, "Ended", "it ended, although it is to stay")
        try:
            outcome = await self._take(holding, well=well)
        except folders.Refused as error:
            return ended(holding, PodState.FAILED, "OutputRefused", str(error))
        except asyncio.CancelledError:
            if not holding.stop:
                raise
            return ended(
                holding,
                PodState.CANCELLED,
                "Cancelled",
                "it was asked to stop while its files were being stored",
            )
        if well:
            ended(holding, PodState.SUCCEEDED, None, message, outcome)
        elif reason == "Cancelled" and holding.stop:
            ended(holding, PodState.CANCELLED, reason, message, outcome)
        elif reason is not None:
            ended(holding, PodState.FAILED, reason, message, outcome)
        else:
            words = (
                f"it ended with exit code {end['code']}"
                if end["code"] is not None
                else f"it was killed by signal {end['signal']}"
            )
            ended(holding, PodState.FAILED, "Error", f"{words}; {message}" if message else words, outcome)

    async def _take(self, holding: Holding, *, well: bool) -> Outcome:
        """What it left. Of a pod that ended well all of it, else what can be had of its files. Raises Refused
        in the first case."""
        site, pod = self._site, holding.row.id
        size = folders.metrics_size(self.folder(holding))
        while size and (
            data := await asyncio.to_thread(folders.read_metrics, self.folder(holding), holding.metrics_at)
        ):
            holding.metrics_at += len(data)
            self._driver.report_metrics(holding, await asyncio.to_thread(points, data))
        cut = (METRICS_CUT,) if size > folders.MOST_READ else ()
        if not (self.folder(holding) / "data" / "out").exists():
            return Outcome({}, (), cut)
        try:
            found = await harvest.survey(site.agents, holding.owner, pod)
        except folders.Refused as error:
            if well:
                raise
            return Outcome({}, (), (*cut, str(error)))
        if found.metrics:
            lines = await asyncio.to_thread(folders.keep_metrics, self.folder(holding), found.metrics)
            self._driver.report_metrics(holding, await asyncio.to_thread(points, lines))
        values = harvest.values(found, holding.task.outputs) if well else {}
        if not found.files:
            return Outcome(values, (), cut)
        collector = holding.collector = harvest.Collector(
            site.store, self.live(holding).project, patient=well, most_bytes=site.settings.max_output_bytes
        )
        outcome = await collector.collect(
            site.agents, holding.owner, pod, str(site.run(pod) / "out"), site.settings.output_timeout_seconds
        )
        return replace(outcome, values=values, warnings=(*cut, *outcome.warnings))

    def progress(self, holding: Holding) -> None:
        """Say how far the storing of its files has come."""
        if holding.collector and not self.live(holding).server:
            runner = self.live(holding).runner
            runner.waits(
                (holding.row.node, holding.row.item), "StoringFiles", str(holding.collector.progress)
            )


def _free() -> int:
    """A port of this machine that is free now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def _same_boot(place: Path) -> bool:
    try:
        return (place / "pid").read_text().endswith(BOOT)
    except FileNotFoundError:
        return True
