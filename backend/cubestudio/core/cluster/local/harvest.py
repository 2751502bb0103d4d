"""What a pod left: its values, and its files, which are put into the store."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from cubestudio.core import log
from cubestudio.core.cluster.local import folder as folders
from cubestudio.core.cluster.port import Artifact, Outcome, artifact_key
from cubestudio.core.store import Store

logger = log.get(__name__)


async def collect(store: Store, project: str, place: Path, outputs: Sequence[str]) -> Outcome:
    """All of it, of a pod that ended well. Raises folders.Refused, also when it did not write one of `outputs`."""
    values = folders.read_outputs(place)
    missing = [name for name in outputs if name not in values]
    if missing:
        raise folders.Refused(f"it ended well but did not write {', '.join(missing)} to outputs.json in CUBE_OUTPUT_DIR")
    return Outcome(values, await _keep(store, project, place, patient=True))


async def salvage(store: Store, project: str, place: Path) -> Outcome:
    """The files of a pod that did not end well: a notebook as far as it came, a core of a report. Never its values."""
    try:
        return Outcome({}, await _keep(store, project, place, patient=False))
    except folders.Refused as error:
        logger.warning("the files of a failed pod are not kept", pod=place.name, reason=str(error))
        return Outcome()


async def _keep(store: Store, project: str, place: Path, *, patient: bool) -> tuple[Artifact, ...]:
    """`patient`: wait until the store takes them. What failed is not waited for, because it may be what fills the disk."""
    if not (place / "out").exists() or not any((place / "out").iterdir()):
        return ()
    artifacts = []
    for file in await asyncio.to_thread(folders.collect, place):
        key = artifact_key(project, file.sha256)
        while True:
            try:
                if not await store.has(key):
                    await store.put_file(key, file.file)
                break
            except Exception as error:  # a full disk or an absent store delays the end of a step and loses nothing
                if not patient:
                    logger.warning("the files of a failed pod are not kept", pod=place.name, error=str(error)[:200])
                    return tuple(artifacts)
                logger.warning("an artifact cannot be stored yet", key=key, error=str(error)[:200])
                await asyncio.sleep(2)
        artifacts.append(Artifact(file.path, file.size, file.sha256, file.media_type, key))
    return tuple(artifacts)
