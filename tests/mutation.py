"""Takes each check of who may away in turn, and sees whether the tests of access notice: prints the score, and what they missed.

    python tests/mutation.py [part of a path …]

A call of a function of an access module is given somebody who may do everything in place of whoever asks."""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "backend" / "cubestudio"
TESTS = ["tests/test_access.py", "tests/users/test_scopes.py", "tests/users/test_roles.py"]
ALMIGHTY = "__import__('cubestudio.core.auth.viewer', fromlist=['Viewer']).Viewer('00000000-0000-7000-8000-000000000000', 'mutant', True)"
AT_ONCE = 3


EQUIVALENT = {
    ("builds/api.py", "save_image", "access.image"): "the answer to what was saved, by somebody who was found to be a member",
    ("pipelines/runs/api.py", "fresh", "access.run"): "the answer to a mutation that asked already, with no less a role",
    ("pipelines/runs/actions.py", "retry", "pipelines.pipeline"): "the run's own pipeline, after the run was asked for with this role",
    ("projects/quotas/actions.py", "_target", "projects.project"): "by its callers for administrators only",
}
"""(file, function, call) of checks that change nothing when they are gone, and why."""


def guards(tree: ast.Module) -> set[str]:
    """The names by which a module calls access modules and what is taken from them."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if alias.name == "access" or node.module.endswith(".access"):
                    found.add(alias.asname or alias.name)
    return found


def asks(node: ast.expr) -> bool:
    """Whether an argument is whoever asks."""
    return (isinstance(node, ast.Name) and node.id == "viewer") or (isinstance(node, ast.Attribute) and node.attr == "who")


def places(path: Path) -> list[tuple[int, int, int, int, str]]:
    """(line, column, last line, last column, call) of each argument to be replaced."""
    tree = ast.parse(path.read_text())
    names = guards(tree)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        root = called.value if isinstance(called, ast.Attribute) else called
        if not (isinstance(root, ast.Name) and root.id in names):
            continue
        for argument in node.args:
            if asks(argument):
                assert argument.end_lineno is not None and argument.end_col_offset is not None
                found.append((argument.lineno, argument.col_offset, argument.end_lineno, argument.end_col_offset, ast.unparse(called)))
    return found


def mutated(text: str, place: tuple[int, int, int, int, str]) -> str:
    lines = text.split("\n")
    line, start, _, end, _ = place
    row = lines[line - 1].encode()
    lines[line - 1] = (row[:start] + ALMIGHTY.encode() + row[end:]).decode()
    return "\n".join(lines)


def noticed(kept: Path, path: Path, place: tuple[int, int, int, int, str]) -> bool:
    with tempfile.TemporaryDirectory(prefix="cube-mutant-") as folder:
        shutil.copytree(kept / "source", Path(folder) / "cubestudio")
        target = Path(folder) / "cubestudio" / path.relative_to(SOURCE)
        target.write_text(mutated(target.read_text(), place))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-W", "ignore", "-p", "no:cacheprovider", *TESTS],
            cwd=kept, env={**os.environ, "PYTHONPATH": folder}, capture_output=True,
        )  # fmt: skip
        return done.returncode != 0


def within(path: Path, line: int) -> str:
    """The function that a line is in."""
    spans = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return max((node for node in spans if node.lineno <= line <= (node.end_lineno or 0)), key=lambda node: node.lineno).name


def main() -> int:
    wanted = sys.argv[1:]
    every = [
        (path, place)
        for path in sorted(SOURCE.rglob("*.py"))
        if path.name != "access.py" and "client" not in path.parts and (not wanted or any(part in str(path) for part in wanted))
        for place in places(path)
        if (str(path.relative_to(SOURCE)), within(path, place[0]), place[4]) not in EQUIVALENT
    ]
    with tempfile.TemporaryDirectory(prefix="cube-source-") as kept, ThreadPoolExecutor(AT_ONCE) as pool:
        for each, name in ((SOURCE, "source"), (ROOT / "tests", "tests")):  # who works on may go on; none is importable as it was
            shutil.copytree(each, Path(kept) / name, ignore=shutil.ignore_patterns("__pycache__", "static", "browser"))
        shutil.copy(ROOT / "pyproject.toml", kept)
        results = []
        for (path, place), seen in zip(every, pool.map(lambda each: noticed(Path(kept), *each), every), strict=True):
            results.append(seen)
            if not seen:
                print(f"not noticed: {path.relative_to(ROOT)}:{place[0]} {place[4]}", flush=True)
    print(f"{sum(results)} of {len(results)} noticed ({100 * sum(results) / max(len(results), 1):.0f} %)")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
