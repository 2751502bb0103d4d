"""The examples of docs/api.md run on a platform, in their order, as they are written."""

import json
import re
from pathlib import Path

from graphql import OperationType, parse

PAGE = Path(__file__).parents[1] / "docs" / "api.md"
EXAMPLE = re.compile(r"```graphql\n(.*?)```(?:\s*```json\n(.*?)```)?", re.DOTALL)
IDS = {"PIPELINE_ID": ("savePipeline", "pipeline", "id"), "RUN_ID": ("startRun", "id")}
"""The names in variables, and where the results of earlier examples have them."""


async def test_the_examples_run_as_they_are_written(platform):
    results = {}
    for text, variables in EXAMPLE.findall(PAGE.read_text()):
        for name, (field, *path) in IDS.items():
            if f'"{name}"' in variables:
                value = results[field]
                for key in path:
                    value = value[key]
                variables = variables.replace(name, value)
        given = json.loads(variables) if variables else {}
        (operation,) = parse(text).definitions
        if operation.operation is OperationType.SUBSCRIPTION:  # ty: ignore
            async for data in platform.listen(text, **given):
                run = data["runChanged"]["run"]
                if run["state"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                    assert run["state"] == "SUCCEEDED", run
                    break
            continue
        data = await platform.ask(text, **given)
        assert '"Problem"' not in json.dumps(data) and '"message"' not in json.dumps(data), data
        results |= data
    assert len(results["run"]["steps"]) == 1 and results["run"]["steps"][0]["outputs"] == {"total": 5}
    assert results["clusters"] and results["createService"]["url"]
