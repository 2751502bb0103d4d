"""A cluster of this machine, below the platform."""

import pytest

from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.store import Store


@pytest.fixture
async def cluster(settings):
    made = LocalCluster("local", settings, Store.open(settings))
    await made.drive()
    yield made
    await made.close()
