"""Every question that the program itself asks of its own API is one that the API answers."""

import ast
import re
from pathlib import Path

import pytest
from graphql import parse, validate

import cubestudio
from cubestudio.schema import schema

ROOT = Path(cubestudio.__file__).parent
ASKING = (
    "cli/commands/notebooks.py",
    "cli/commands/runs.py",
    "cli/demo.py",
    "cli/follow.py",
    "cli/logs.py",
    "searches/runtime/waiter.py",
)
QUESTIONS = [
    pytest.param(node.value, id=f"{name}:{node.lineno}")
    for name in ASKING
    for node in ast.walk(ast.parse((ROOT / name).read_text()))
    if isinstance(node, ast.Constant)
    and isinstance(node.value, str)
    and "%s" not in node.value
    and re.match(r"\s*(query|mutation|subscription)\b[^{]*\{", node.value)
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_of_the_program_is_known(text):
    assert not validate(schema._schema, parse(text))
