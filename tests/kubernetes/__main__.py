"""An emulated cluster for a person to look at: `python -m tests.kubernetes FOLDER` writes
FOLDER/emulated-kubeconfig."""

import asyncio
import sys
from pathlib import Path

import yaml

from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from tests.kubernetes.stand import stand


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    async with stand(Store.open(Settings(home=folder)), nodes=3, gpu=2) as here:
        (folder / "emulated-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
        print(f"emulated cluster at port {here.server.port}", flush=True)
        await asyncio.Event().wait()


asyncio.run(main(Path(sys.argv[1])))
