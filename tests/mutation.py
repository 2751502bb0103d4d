"""Takes each check of who may away in turn, and sees whether the tests of access notice: prints the score,
and what they missed.

    python tests/mutation.py [part of a path …]

A call of a function of an access module is given somebody who may do everything in place of whoever asks. The
source gets a switch at every check, once (`mutants.py`); the tests then run with all checks in place, to see
which of them come by which check, and for each check only those run again, without it."""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "backend" / "cubestudio"
TESTS = [
    "tests/test_access.py",
    "tests/users",
    "tests/projects",
    "tests/models/test_registry.py",
    "tests/services/test_way.py",
    "tests/test_server.py",
    "tests/test_holes.py",
    "tests/notebooks/test_life.py",
    "tests/searches/test_engine.py",
    "tests/test_schedules.py",
]
TIMEOUT = 900
"""Seconds for a run of the tests."""

ANSWER = "the answer to a mutation that asked already, with no less a role"
EQUIVALENT = {
    (
        "images/api.py",
        "save_image",
        "access.image",
    ): "the answer to what was saved, by somebody who was found to be a member",
    ("pipelines/runs/api.py", "fresh", "access.run"): ANSWER,
    (
        "pipelines/runs/actions.py",
        "retry",
        "pipelines.pipeline",
    ): "the run's own pipeline, after the run was asked for with this role",
    ("images/api.py", "fresh", "access.image"): ANSWER,
    ("models/api.py", "fresh", "access.model"): ANSWER,
    ("models/api.py", "registered", "access.version"): ANSWER,
    ("models/api.py", "update_model_version", "access.version"): ANSWER,
    ("models/api.py", "set_model_alias", "access.version"): ANSWER,
    ("notebooks/api.py", "fresh", "access.notebook"): ANSWER,
    ("notebooks/api.py", "set_notebook_policy", "projects.project"): ANSWER,
    ("pipelines/schedules/api.py", "fresh", "access.schedule"): ANSWER,
    ("projects/api.py", "fresh", "access.project"): ANSWER,
    ("projects/api.py", "remove_member", "access.project"): "what is answered when the room itself has asked",
    ("searches/api.py", "fresh", "access.search"): ANSWER,
    ("services/api.py", "fresh", "access.service"): ANSWER,
    (
        "notebooks/actions.py",
        "clone",
        "access.notebook",
    ): "the copy is made in the same project, and that asks for more",
    (
        "pipelines/runs/api.py",
        "runs_changed",
        "mine",
    ): "each run that changed is asked for again before it is told",
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
    return (isinstance(node, ast.Name) and node.id == "viewer") or (
        isinstance(node, ast.Attribute) and node.attr == "who"
    )


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
                found.append(
                    (
                        argument.lineno,
                        argument.col_offset,
                        argument.end_lineno,
                        argument.end_col_offset,
                        ast.unparse(called),
                    )
                )
    return found


def mutated(text: str, found: list[tuple[int, tuple[int, int, int, int, str]]]) -> str:
    """A source with a switch at each of its checks; the numbers of the checks are those of the switches."""
    lines = [line.encode() for line in text.split("\n")]
    for number, (line, start, _, end, _) in sorted(found, key=lambda each: each[1], reverse=True):
        row = lines[line - 1]
        lines[line - 1] = (
            row[:start] + f"__import__('mutants').who({number}, ".encode() + row[start:end] + b")" + row[end:]
        )
    return b"\n".join(lines).decode()


def tests(kept: Path, which: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-W",
        "ignore",
        "-p",
        "mutants",
        "-p",
        "no:cacheprovider",
        *which,
    ]
    env = {**os.environ, "PYTHONPATH": f"{kept}:{kept / 'tests'}", **more}
    return subprocess.run(command, cwd=kept, env=env, capture_output=True, text=True, timeout=TIMEOUT)


def noticed(kept: Path, number: int, reached: list[list[str]]) -> bool:
    """Whether one of the tests that come by a check fails without it."""
    operations = ",".join(sorted({name for _, name in reached if name}))
    which = sorted({test for test, _ in reached}, key=lambda test: "may_not" not in test)  # it finds most
    try:
        done = tests(kept, ["-n", "0", *which], CUBE_MUTANT=str(number), CUBE_OPERATIONS=operations)
    except subprocess.TimeoutExpired:
        return True  # whoever runs the tests sees that, too
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the tests cannot run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1


def within(path: Path, line: int) -> str:
    """The function that a line is in."""
    spans = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return max(
        (node for node in spans if node.lineno <= line <= (node.end_lineno or 0)),
        key=lambda node: node.lineno,
    ).name


def main() -> int:
    wanted = sys.argv[1:]
    every = [
        (path, place)
        for path in sorted(SOURCE.rglob("*.py"))
        if path.name != "access.py"
        for place in places(path)
    ]
    with (
        tempfile.TemporaryDirectory(prefix="cube-source-") as folder,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        kept = Path(folder)
        for each, name in (
            (SOURCE, "cubestudio"),
            (ROOT / "tests", "tests"),
        ):  # who works on may go on; none is importable as it was
            shutil.copytree(
                each, kept / name, ignore=shutil.ignore_patterns("__pycache__", "static", "browser")
            )
        for name in ("pyproject.toml", "schema.graphql"):
            shutil.copy(ROOT / name, kept)
        shutil.copytree(ROOT / "install", kept / "install")
        for path in {path for path, _ in every}:
            target = kept / "cubestudio" / path.relative_to(SOURCE)
            target.write_text(
                mutated(
                    target.read_text(),
                    [(n, place) for n, (where, place) in enumerate(every) if where == path],
                )
            )
        (kept / "reached").mkdir()
        whole = tests(kept, ["-n", str(os.cpu_count()), *TESTS], CUBE_REACHED=str(kept / "reached"))
        if whole.returncode:
            print(
                whole.stdout[-5000:],
                whole.stderr[-2000:],
                "the tests fail with every check in its place",
                sep="\n",
            )
            return 2
        reached: dict[int, list[list[str]]] = {}
        for each in (kept / "reached").glob("*.json"):
            for number, told in json.loads(each.read_text()).items():
                reached.setdefault(int(number), []).extend(told)
        asked = [
            number
            for number, (path, place) in enumerate(every)
            if (str(path.relative_to(SOURCE)), within(path, place[0]), place[4]) not in EQUIVALENT
            and (not wanted or any(part in str(path) for part in wanted))
        ]

        def one(number: int) -> bool:
            return number in reached and noticed(kept, number, reached[number])

        score = 0
        for number, seen in zip(asked, pool.map(one, asked), strict=True):
            score += seen
            if not seen:
                path, place = every[number]
                why = "not noticed" if number in reached else "no test comes by"
                print(f"{why}: {path.relative_to(ROOT)}:{place[0]} {place[4]}", flush=True)
    print(f"{score} of {len(asked)} noticed ({100 * score / max(len(asked), 1):.0f} %)")
    return 0 if score == len(asked) else 1


if __name__ == "__main__":
    sys.exit(main())
