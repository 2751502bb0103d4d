"""A platform behind a real server, whose address its steps know."""

import asyncio

import pytest
import uvicorn

from cubestudio.web.app import build
from tests.parts import free_port


@pytest.fixture
async def settings(settings):
    return settings.model_copy(update={"port": free_port()})


@pytest.fixture
async def address(platform):
    """Where the steps of a run find the platform."""
    server = uvicorn.Server(
        uvicorn.Config(
            build(platform.app), port=platform.ctx.settings.port, log_config=None, timeout_graceful_shutdown=1
        )
    )
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{platform.ctx.settings.port}"
    server.should_exit = True
    await serving
