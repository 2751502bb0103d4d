"""The house rules that import-linter cannot see."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cubestudio

ROOT = Path(cubestudio.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if "versions" not in path.parts)
HEAVY = {
    "psutil",
    "kubernetes_asyncio",
    "optuna",
    "authlib.integrations.starlette_client",
    "authlib.integrations.base_client",
    "dramatiq.brokers.redis",
    "cubestudio.core.bus.redis",
    "cubestudio.core.cluster.kubernetes.cluster",
    "cubestudio.migrations.run",
}
"""What costs time and memory, and many installations never need."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_hides_no_import(path):
    tree = ast.parse(path.read_text())
    if path.read_text().strip():
        assert ast.get_docstring(tree), "a module opens with one sentence of purpose"
    assert path.stem not in {"utils", "helpers", "manager", "base", "common"}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node) if path.parent.name != "runtime" else ():
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    names = (
                        {inner.module}
                        if isinstance(inner, ast.ImportFrom)
                        else {alias.name for alias in inner.names}
                    )
                    assert names <= HEAVY, f"import of {names} inside {node.name}"
        if isinstance(node, ast.Name):
            assert node.id != "TYPE_CHECKING"
        if ast.unparse(node) == "os.environ":
            allowed = {
                "config.py",
                "environment.py",
                "spawn.py",
                "transport.py",
                "credentials.py",
                "options.py",
                "demo.py",
                "launcher.py",
                "keeper.py",
                "apiserver.py",
                "gang.py",
                "bring.py",
                "enter.py",
            }
            assert path.name in allowed or path.parent.name in ("runtime", "settings"), (
                "only config.py reads the environment"
            )


OUTER = {"select", "struct.pack", "asyncio.to_thread", "partial", "offload", "self._send", "_at", "_call"}
"""Functions of others, and those that take any number of values."""


def in_a_row(tree: ast.AST) -> list[str]:
    """Calls that pass more than five values by their places, and dataclasses of more than four fields that
    can be made so."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and sum(not isinstance(each, ast.Starred) for each in node.args) > 5:
            name = ast.unparse(node.func)
            if name not in OUTER and not name.startswith(("select(", "{")):
                found.append(f"line {node.lineno}: {name}")
        if isinstance(node, ast.ClassDef) and any(
            "dataclass" in ast.unparse(each) for each in node.decorator_list
        ):
            fields = sum(isinstance(each, ast.AnnAssign) for each in node.body)
            if (
                fields > 4
                and not node.bases
                and not any("kw_only=True" in ast.unparse(each) for each in node.decorator_list)
            ):
                found.append(f"line {node.lineno}: {node.name}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_many_values_are_named(path):
    assert not in_a_row(ast.parse(path.read_text())), "strings in a row are swapped without a type error"


def test_values_in_a_row_are_found():
    assert in_a_row(ast.parse("f(1, 2, 3, 4, 5, 6)")) and not in_a_row(ast.parse("f(1, 2, 3, 4, 5, a=6)"))
    fields = "".join(f"    a{n}: int" + chr(10) for n in range(5))
    assert in_a_row(ast.parse("@dataclass" + chr(10) + "class C:" + chr(10) + fields))
    assert not in_a_row(ast.parse("@dataclass(kw_only=True)" + chr(10) + "class C:" + chr(10) + fields))


@pytest.mark.parametrize(
    ("module", "later"),
    [
        ("cubestudio.cli.main", ("strawberry", "sqlalchemy", "starlette")),
        ("cubestudio.cli.serve", ("optuna", "kubernetes_asyncio", "aiohttp", "redis", "authlib", "alembic")),
    ],
)
def test_what_is_heavy_is_loaded_when_it_is_needed(module, later):
    """A command that only asks a platform answers soon, and a platform without clusters carries no client of
    theirs."""
    code = f"import sys, {module}; print(*sorted({set(later)} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "\n"
    )


def test_every_root_field_is_described():
    from cubestudio.schema import schema

    for name in ("Query", "Mutation", "Subscription"):
        for field, definition in schema._schema.type_map[name].fields.items():
            assert definition.description, f"{name}.{field} has no description"
