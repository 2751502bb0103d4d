"""The catalogue of messages: each entry is used with its parameters and has a Chinese text in the console."""

import json
import re
from pathlib import Path

import pytest

from cubestudio.core.errors import Fault, Invalid, path_of
from cubestudio.core.graph.problem import Problem
from cubestudio.core.message import Message
from tests import catalogue

CHINESE = Path(__file__).parents[1] / "web/src/locales/problems.zh.json"
TAKEN = Message("TAKEN", "Name {name} is taken.", hint="Choose another name in {place}.")
NOT_SAVED = Message("NOT_SAVED", "It cannot be saved: {problem}")


def parameters(text: str) -> set[str]:
    return set(re.findall(r"\{([a-z_]+)\}", text))


def inherited(entry: Message) -> frozenset[str]:
    """Return the one parameter that a validator or a check of a definition fills in."""
    return entry.parameters if entry.parameters in ({"value"}, {"problem"}) else frozenset()


def test_each_entry_is_used_with_its_parameters():
    entries = catalogue.read()
    used = list(catalogue.uses())
    unknown = [f"{use.where} {use.reason}" for use in used if use.reason not in entries]
    wrong = [
        f"{use.where} {use.reason} takes {sorted(entries[use.reason].parameters)}"
        for use in used
        if use.reason in entries
        and entries[use.reason].parameters
        != (use.parameters if use.parameters is not None else inherited(entries[use.reason]))
    ]
    idle = sorted(set(entries) - {use.reason for use in used})
    assert not unknown and not wrong and not idle, json.dumps([unknown, wrong, idle], indent=1)


def test_each_entry_is_known_in_chinese():
    entries, chinese = catalogue.read(), json.loads(CHINESE.read_text())
    assert set(entries) == set(chinese), sorted(set(entries) ^ set(chinese))
    for reason, entry in entries.items():
        told = chinese[reason]
        assert bool(entry.hint) == ("hint" in told), reason
        assert parameters(f"{told['text']} {told.get('hint', '')}") == entry.parameters, reason


def test_a_message_takes_its_parameters_and_no_others():
    text = TAKEN(name="a", place="p")
    assert (text, text.hint, text.reason) == ("Name a is taken.", "Choose another name in p.", "TAKEN")
    for wrong in ({"name": "a"}, {"name": "a", "place": "p", "more": 1}):
        with pytest.raises(TypeError, match="TAKEN"):
            TAKEN(**wrong)


def test_a_problem_carries_the_reasons_and_parameters_of_messages_inside_it():
    taken = TAKEN(name="a", place=["p", "q"])
    faults = [Fault(taken, "steps[2].args.rate"), Fault(taken)]
    problem = Problem.of(Invalid.many(faults, NOT_SAVED))
    inner = {"reason": "TAKEN", "message": "Name a is taken.", "params": {"name": "a", "place": ["p", "q"]}}
    assert problem.message == "It cannot be saved: Name a is taken. (and 1 more)"
    assert problem.params["problem"]["params"] == {"problem": inner, "count": 1}
    assert (problem.reason, problem.path) == ("NOT_SAVED", ["steps", "2", "args", "rate"])
    assert problem.faults[1].path == [] and problem.faults[0].params == inner["params"]
    assert problem.faults[0].hint == "Choose another name in p, q."


@pytest.mark.parametrize(
    ("field", "path"),
    [
        (None, []),
        ("name", ["name"]),
        ("steps[2].args.rate", ["steps", "2", "args", "rate"]),
        ('files["a.b"].text', ["files", "a.b", "text"]),
        ('env["say \\"x\\""]', ["env", 'say "x"']),
    ],
)
def test_the_path_of_a_field(field, path):
    assert path_of(field) == path
