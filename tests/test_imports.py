"""Where each package may be imported: a table of all of them, so that what is not in it fails. The directions
between our own rooms are import-linter's (pyproject.toml)."""

import dis
import importlib.metadata
import re
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from types import CodeType

import pytest

import cubestudio

ROOT = Path(cubestudio.__file__).parent
BROUGHT = ("core/cluster", "core/cluster/kubernetes", "core", "core/inputs")
"""Where the files are that are copied into pods, where they import each other by their bare names."""
ANYWHERE = ("*",)
API = ("*/api.py", "searches/types.py", "core/graph/*", "schema.py", "web/graphql.py")
WEB = ("web/*",)
GATEWAY = ("gateway/*", "core/relay.py")
KUBERNETES = ("core/cluster/kubernetes/*",)
PURE = ("*/spec.py", "*/plan.py", "*/events.py", "core/cluster/*")
HOMES: dict[str, tuple[str, ...]] = {
    "aiohttp": KUBERNETES,
    "aiosmtplib": ("notifications/channels/sending.py",),
    "alembic": ("migrations/*",),
    "authlib": ("core/auth/*",),
    "brotli": KUBERNETES,
    "cronsim": ("core/jobs/cron.py", "core/cron.py", "pipelines/schedules/spec.py"),
    "cryptography": ("core/vault.py",),
    "dramatiq": ("core/jobs/dramatiq.py",),
    "cross_web": ("web/graphql.py",),
    "graphql": ("core/graph/*", "cli/codegen.py", "web/negotiation.py"),
    "h11": GATEWAY,
    "httpcore2": ("core/http/client.py",),
    "httpx2": (
        "core/http/client.py",
        "core/auth/*",
        "client/*",
        "cli/demo.py",
        "cli/main.py",
        "projects/registries/lookup.py",
        "notifications/channels/sending.py",
    ),
    "kubernetes_asyncio": KUBERNETES,
    "limits": ("core/rate_limit.py",),
    "obstore": ("core/store.py",),
    "optuna": ("searches/studies.py", "searches/suggest.py"),
    "orjson": ANYWHERE,
    "packaging": ("core/inputs/*",),
    "prometheus_client": ("web/*",),
    "psutil": ("core/cluster/local/*", "core/http/listeners.py"),
    "pydantic": ("*/spec.py", "cli/settings.py", "searches/space.py", "services/plan.py", "core/*"),
    "pydantic_settings": ("core/config.py",),
    "pynvml": ("core/cluster/local/cards.py",),
    "redis": ("core/bus/redis.py",),
    "sqlalchemy": ANYWHERE,
    "starlette": ("core/graph/*", "core/auth/*", *WEB),
    "strawberry": API,
    "structlog": ("core/log.py",),
    "typer": ("cli/main.py", "cli/options.py", "cli/kinds.py", "cli/commands/*"),
    "uuid_utils": ("core/ids.py",),
    "uv": ("core/cluster/local/machine.py", "cli/doctor.py"),
    "uvicorn": ("cli/serve.py", "web/http_limits.py"),
    "websockets": ("web/http_limits.py", "cli/pipe.py"),
    "yaml": ("core/yaml_reader.py", "cli/output.py", "core/cluster/kubernetes/config.py"),
    "zstandard": KUBERNETES,
    "cubestudio.core.bus": ("app.py", "core/bus/*"),
    "cubestudio.core.cluster.kubernetes": (
        "cluster_registry.py",
        "cli/clusters.py",
        "cli/doctor.py",
        *KUBERNETES,
    ),
    "cubestudio.core.cluster.local": ("cluster_registry.py", "cli/doctor.py", "core/cluster/local/*"),
    "cubestudio.core.jobs.dramatiq": ("app.py",),
}
"""By package, or part of ours that is an adapter: patterns of the modules that may import it."""
NOT = {"sqlalchemy": PURE}
"""And of those that may not although they would."""


def imported(text: str) -> set[str]:
    """The names that a module imports, in full."""
    found: set[str] = set()
    codes = [compile(text, "module", "exec")]
    while codes:
        code, module = codes.pop(), ""
        codes += [each for each in code.co_consts if isinstance(each, CodeType)]
        for each in dis.get_instructions(code):
            if each.opname == "IMPORT_NAME":
                module = each.argval
                found.add(module)
            elif each.opname == "IMPORT_FROM":
                found.add(f"{module}.{each.argval}")
    return found


def faults(path: str, text: str) -> list[str]:
    """What a module imports that has its place elsewhere. Code that runs in environments of its own
    (`runtime`) has what is there."""
    found = []
    for name in sorted(imported(text)):
        top = name.partition(".")[0]
        if (
            top in sys.stdlib_module_names
            or "/runtime/" in path
            or any(
                (ROOT / each / f"{top}.py").exists()
                for each in BROUGHT
                if path.startswith("core/cluster/kubernetes/")
            )
        ):
            continue
        homes = [home for home in HOMES if name == home or name.startswith(f"{home}.")]
        if not homes and top != "cubestudio":
            found.append(f"{path} imports {name}, of which the table does not say where it may be imported")
        for home in homes:
            if not any(fnmatch(path, each) for each in HOMES[home]) or any(
                fnmatch(path, each) for each in NOT.get(home, ())
            ):
                found.append(f"{path} imports {name}, which has its place elsewhere")
    return found


def modules() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py"))


def test_each_package_is_imported_where_it_may_be():
    assert not [fault for path in modules() for fault in faults(path, (ROOT / path).read_text())]


@pytest.mark.parametrize(
    "path, text",
    [
        ("projects/groups/actions.py", "import strawberry"),
        ("searches/jobs.py", "from redis.asyncio import Redis"),
        ("notebooks/spec.py", "from sqlalchemy import select"),
        ("audit/jobs.py", "from cubestudio.core.cluster.local import pods"),
        ("recorder.py", "from cubestudio.core import bus"),
        ("services/plan.py", "import something_new"),
        ("core/cluster/port.py", "def f():\n    import sqlalchemy.orm"),
    ],
)
def test_an_import_out_of_place_is_found(path, text):
    assert len(set(faults(path, text))) >= 1


def test_what_is_imported_is_declared_and_in_the_table_because_it_is_used():
    project = tomllib.loads((ROOT.parents[1] / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["server"]]
    names = {re.split(r"[\[<>=!~ ]", each)[0].lower().replace("_", "-") for each in declared}
    of = importlib.metadata.packages_distributions()
    packages = [home for home in HOMES if not home.startswith("cubestudio")]
    assert not [
        each for each in packages if not {name.lower().replace("_", "-") for name in of[each]} & names
    ]
    used = {name.partition(".")[0] for path in modules() for name in imported((ROOT / path).read_text())}
    assert not [each for each in packages if each not in used]
