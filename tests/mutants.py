"""The half of the mutation test that is inside: a plugin of pytest, and what stands at each check of a
changed source.

CUBE_MUTANT: the number of the check that is taken away; without it, which tests come by which check is
written to the folder CUBE_REACHED, a file for each process. CUBE_OPERATIONS: of the table of operations only
these."""

import json
import os
from collections import defaultdict

from cubestudio.core.auth.viewer import Viewer

ACTIVE = int(os.environ.get("CUBE_MUTANT", "-1"))
WANTED = os.environ.get("CUBE_OPERATIONS")
reached: dict[int, set[tuple[str, str]]] = defaultdict(set)
place: tuple[str, str] | None = None
almighty: Viewer | None = None
"""The administrator of a test, who also made what only its maker may change."""


def who(number, asked):
    """Whoever asks, or, where this check is taken away, somebody who may do everything."""
    global almighty
    if almighty is None and asked is not None and asked.admin and asked.name == "admin":
        almighty = asked
    if number == ACTIVE:
        return almighty or Viewer(id="00000000-0000-7000-8000-000000000000", name="mutant", admin=True)
    if place:
        reached[number].add(place)
    return asked


class Operations(dict):
    """The table of operations, which tells which of them is being asked."""

    def items(self):
        global place
        for name, told in super().items():
            if WANTED is None or name in WANTED.split(","):
                if place:
                    place = (place[0], name)
                yield name, told


def pytest_collection_modifyitems(items):
    for module in {item.module for item in items if hasattr(item.module, "OPERATIONS")}:
        module.OPERATIONS = Operations(module.OPERATIONS)


def pytest_runtest_call(item):
    global place
    place = (item.nodeid, "")


def pytest_runtest_teardown(item):
    global place, almighty
    place = almighty = None


def pytest_sessionfinish():
    if to := os.environ.get("CUBE_REACHED"):
        with open(os.path.join(to, f"{os.getpid()}.json"), "w") as file:
            json.dump({number: sorted(places) for number, places in reached.items()}, file)
