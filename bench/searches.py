"""What a search costs: a suggestion when much is known, and a trial above the process that it runs."""

import tempfile
import time
from pathlib import Path

from bench.steps import floor
from cubestudio.app import init, running
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.core.graph.context import Context
from cubestudio.schema import schema
from cubestudio.searches import suggest
from cubestudio.searches.spec import SearchSpec
from cubestudio.searches.studies import Past, Study
from cubestudio.users import actions as users
from tests import specs

SPACE = {
    "x": {"type": "float", "low": -5, "high": 5},
    "k": {"type": "categorical", "choices": ["a", "b"]},
    "n": {"type": "int", "low": 1, "high": 9},
}
YAML = """name: s
parameters: [{name: x, type: float, default: 0}]
steps: [{name: a, template: shell, outputs: [y], args: {script: 'echo "{\\"y\\": {{ params.x }}}" > $CUBE_OUTPUT_DIR/outputs.json'}}]
"""  # noqa: E501
SAVE = (
    'mutation($y: String!) { savePipeline(input: {project: "p", yaml: $y}) { ... on SavedPipeline '
    "{ pipeline { id "
    "} } ... on Problem { message } } }"
)
CREATE = (
    "mutation($p: ID!, $n: String!, $d: SearchSpecInput!) { createSearch(input: {pipelineId: $p, name: $n, "
    "spec: $d}) { ... on Search { id } ... on Problem { message } } }"
)
ENDED = "subscription($i: ID!) { searchChanged(id: $i) { search { state counts { state count } } } }"


def suggestions() -> None:
    spec = SearchSpec.model_validate({"objectives": [{"metric": "y"}], "parameters": specs.named(SPACE)})
    for count in (100, 1000, 5000):
        past = []
        for number in range(count):
            params = {"x": (number % 97) / 10 - 4.8, "k": "ab"[number % 2], "n": number % 9 + 1}
            past.append(
                Past(
                    number=number,
                    params=params,
                    state="Succeeded",
                    values=[float(number % 13)],
                    curve=[],
                    memory={},
                )
            )
        ours = best(lambda past=past: grown(spec, past))
        study = Study(spec, 1)
        study.learn(past)
        study.optuna.sampler = suggest.sampler(spec, count)
        floor = best(lambda study=study: asked(study))
        print(
            f"next suggestion with {count:,} trials known: {ours:.1f} ms, {ours / floor:.2f} times "
            "Optuna in memory (target: 1.3)"
        )


def grown(spec: SearchSpec, past: list[Past]) -> None:
    params, memory = suggest.suggest(spec, past, len(past), "s")
    past.append(
        Past(number=len(past), params=params, state="Succeeded", values=[1.0], curve=[], memory=memory)
    )


def best(function) -> float:
    """Milliseconds of the quickest of five calls, after one."""
    function()
    took = []
    for _ in range(5):
        began = time.perf_counter()
        function()
        took.append((time.perf_counter() - began) * 1000)
    return min(took)


def asked(study: Study) -> None:
    trial = study.optuna.ask()
    trial.suggest_float("x", -5, 5), trial.suggest_categorical("k", ["a", "b"]), trial.suggest_int("n", 1, 9)
    study.optuna.tell(trial, 1.0)


async def trials() -> None:
    bare = floor(100)
    with tempfile.TemporaryDirectory(prefix="cube-bench-") as folder:
        Path(folder).chmod(0o755)
        settings = Settings(home=Path(folder))
        await init(settings)
        async with running(settings) as app:
            async with app.ctx.db.write() as tx:
                viewer = Viewer(id=await users.administrator(tx), name="admin", admin=True)

            def context(live: bool = False) -> Context:
                return Context(ctx=app.ctx, connection=None, viewer=viewer, live=live)

            await schema.execute(
                'mutation { createProject(input: {name: "p"}) { __typename } }', context_value=context()
            )
            saved = await schema.execute(SAVE, {"y": YAML}, context_value=context())
            pipeline = saved.data["savePipeline"]["pipeline"]["id"]
            for parallel in (2, 8):
                told = {
                    "objectives": [{"metric": "y"}],
                    "parameters": [{"name": "x", "distribution": {"float": {"low": -5, "high": 5}}}],
                    "trials": 60,
                    "parallelism": parallel,
                    "sampler": {"name": "RANDOM"},
                    "seed": parallel,
                }
                began = time.perf_counter()
                made = await schema.execute(
                    CREATE, {"p": pipeline, "n": f"s{parallel}", "d": told}, context_value=context()
                )
                stream = await schema.subscribe(
                    ENDED, {"i": made.data["createSearch"]["id"]}, context_value=context(True)
                )
                async for item in stream:
                    if item.data["searchChanged"]["search"]["state"] == "SUCCEEDED":
                        break
                each = (time.perf_counter() - began) * 1000 / 60
                print(
                    f"60 trials, {parallel} at a time: {each:.1f} ms a trial, {each / bare:.0f} "
                    "times a process that does nothing"
                )


async def main() -> None:
    suggestions()
    await trials()
