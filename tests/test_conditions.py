"""Conditions of steps: what they mean, what is refused with its place, and that pods decide as this machine
does."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cubestudio.core import expression, templating
from cubestudio.core.cluster.kubernetes.task import LAUNCHER
from cubestudio.core.expression import Undecided, Unreadable, bind, holds, names, parse, said

KNOWN = {
    "params.s": "salt and pepper",
    "params.n": 5,
    "params.f": 0.5,
    "params.t": "5",
    "params.yes": True,
    "params.no": False,
    "params.none": None,
    "params.list": [1, "a", None, [2]],
    "params.o": {"k": 1},
    "params.nan": math.nan,
    "params.big": 2**62 + 1,
    "params.word": "true",
    "params.quote": 'it\'s "x" \\',
    "params.braces": "{{ params.s }}",
    "params.empty": "",
}


def value(path):
    return ["value", KNOWN[".".join(path)]]


def decided(text: str) -> bool:
    return holds(bind(parse(text), value), lambda step, output: pytest.fail("nothing is to be looked up"))


@pytest.mark.parametrize(
    ("text", "holds_"),
    [
        # numbers, text, and text that is a number
        ("{{ params.n }} == 5", True),
        ("{{ params.n }} == 5.0", True),
        ("params.n == '5'", True),
        ("params.t == 5", True),
        ("params.t == '5'", True),
        ("params.t == '5.0'", False),
        ("params.t == 5.0", True),
        ("params.s == 5", False),
        ("params.s != 5", True),
        ("params.t < 10", True),
        ("params.t < '10'", False),
        ("params.n >= 5 and params.f < 1e0", True),
        ("params.big == 4611686018427387905", True),
        ("params.big == 4611686018427387904", False),
        ("params.nan == params.nan", False),
        ("params.nan != params.nan", True),
        ("params.nan < 1", False),
        ("params.n == 0000000000000000000000005", True),
        ("'12345678901234567890123' == 12345678901234567890123.0", True),
        # true, false and null are their own kinds
        ("params.yes", True),
        ("params.no", False),
        ("not params.no", True),
        ("params.yes == true", True),
        ("params.yes == 1", False),
        ("params.yes == 'true'", True),
        ("params.word", True),
        ("params.word == true", True),
        ("params.none == null", True),
        ("params.none == ''", False),
        ("params.none == 'null'", False),
        ("params.empty == null", False),
        ("params.none == 0", False),
        # text in quotes keeps what is in it
        ("{{ params.s }} == 'salt and pepper'", True),
        ('params.s == "salt and pepper"', True),
        ("params.s != 'a or b in c'", True),
        ("'{{ params.s }}!' == 'salt and pepper!'", True),
        ("'n{{ params.n }}' == 'n5'", True),
        ("params.quote == 'it\\'s \"x\" \\\\'", True),
        ("params.braces == '{{ \"{{\" }} params.s }}'", True),
        ("'a' < 'b'", True),
        ("'' == params.empty", True),
        # membership
        ("params.n in [1, 5]", True),
        ("params.n in ['5']", True),
        ("params.n not in [1, 2]", True),
        ("'a' in params.list", True),
        ("[2] in params.list", True),
        ("null in params.list", True),
        ("'pepper' in params.s", True),
        ("'x' not in params.s", True),
        ("'k' in params.o", True),
        ("1 in []", False),
        ("params.list == [1, 'a', null, [2]]", True),
        ("params.list == [1]", False),
        # and, or, not, parentheses: and before or, not before and
        ("true or false and false", True),
        ("(true or false) and false", False),
        ("not true or true", True),
        ("not (true or true)", False),
        ("not not true", True),
        ("params.n == 5 and params.f == 0.5 and params.yes", True),
        ("params.no or params.n == 5", True),
        ("(params.n) == 5", True),
        # what is not needed is not decided
        ("false and params.s", False),
        ("true or params.s < 5", True),
    ],
)
def test_what_conditions_mean(text, holds_):
    assert decided(text) is holds_


@pytest.mark.parametrize(
    "step",
    [
        "check-in",
        "sign-in",
        "opt-in",
        "built-in",
        "in-house",
        "not-and-or",
        "in",
        "and-then",
        "or",
        "x-not-in-y",
        "true-ish",
    ],
)
@pytest.mark.parametrize(
    "form", ["{{{{ steps.{}.outputs.ok }}}}", "steps.{}.outputs.ok", "{{{{steps.{}.outputs.ok}}}}"]
)
def test_names_are_read_before_anything_is_split(step, form):
    name = form.format(step)
    tree = parse(f"{name} == true and not {name} in [1] or {name}")
    assert list(names(tree)) == [["steps", step, "outputs", "ok"]] * 3
    bound = bind(parse(f"{name} == true"), lambda path: ["ref", path[1], path[3]])
    assert holds(bound, lambda step_, output: (step_, output) == (step, "ok"))


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("", 1, "a value is missing at the end"),
        ("params.n ==", 12, "a value is missing at the end"),
        ("params.n == fast", 13, "put text in quotes: 'fast'"),
        ("params.n = 1", 10, "= is not known; write =="),
        ("params.n && true", 10, "& is not known; write and"),
        ("a.b == 1", 1, "a.b is not known"),
        ("params.n || true", 10, "| is not known; write or"),
        ("!params.yes", 1, "! is not known; write not"),
        ("1 < 2 < 3", 7, "join comparisons by and"),
        ("params.n + 1 == 2", 10, "+ is not part of a condition"),
        ("1 + 1", 3, "it compares, and does not calculate"),
        ("len(params.s) == 1", 1, "len is not known"),
        ("params.s.__class__ == 1", 0, ""),
        ("(params.n == 1", 1, "the ( that begins here is not closed"),
        ("params.n == 1)", 14, "a ) without its ("),
        ("params.n in [1, 2", 13, "the [ that begins here is not closed"),
        ("params.s == 'x", 13, "the quote that begins here is not closed"),
        ("{{ params.n == 1", 1, "a name in braces is not closed"),
        ("{{ evil() }} == 1", 1, "a name in braces is not closed"),
        ("params.n not 5", 14, "not is followed by in"),
        ("params.n == 99999999999999999999999", 13, "whole numbers have 64 bits"),
        ("params.n in [-10000000000000000000000]", 14, "whole numbers have 64 bits"),
        ("params.n in (1, 5)", 14, "a list is written in square brackets, such as [1, 5]"),
        ("(params.a, 2) == 1", 2, "a list is written in square brackets"),
        ("params.n in 5", 10, "after in comes a list, text or a name"),
        ("5", 1, "a value alone is neither true nor false"),
        ("'yes'", 1, "a value alone"),
        ("[1] and true", 1, "a value alone"),
        ("params.n == 1e400", 13, "1e400 is too large"),
        ("params.n == 9223372036854775808", 13, "whole numbers have 64 bits"),
        ("params.n == 1 params.n", 15, "something does not belong here"),
        ("params.n == 1 and", 18, "a value is missing at the end"),
        ("and", 1, "not and"),
        ("(" * 50 + "true" + ")" * 50, 33, "nested more than 32 deep"),
        ("not " * 50 + "true", 129, "nested more than 32 deep"),
        ("[" * 1000, 33, "nested more than 32 deep"),
        ("params.n == é", 13, "is not part of a condition"),
        ("params.n == 1;", 14, "is not part of a condition"),
        ("lambda: 1", 1, "lambda is not known"),
        ("params.n == 12abc", 13, "this is no number"),
        ("TRUE", 1, "TRUE is not known"),
    ],
)
def test_anything_else_is_refused_with_its_place(text, place, rule):
    if not place:
        assert list(names(parse(text))) == [
            ["params", "s", "__class__"]
        ]  # a name like any other, which nothing has
        return
    with pytest.raises(Unreadable) as refusal:
        parse(text)
    assert refusal.value.place == place and rule in refusal.value.rule


@pytest.mark.parametrize("inner", ["\\x", "a\nb", "\\ud800", "\\u12", "\\udc00\\ud800"])
def test_braces_around_what_is_no_text_stay_as_they_are(inner):
    text = f'{{{{ "{inner}" }}}}'
    found = parse(f"'{text}' == params.s")[1]
    assert found == ["value", text.replace("\\\\", "\\")]
    assert templating.parse(text) == (text,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("params.s < 5", "'salt and pepper' and 5 have no order"),
        ("params.none < 1", "null and 1 have no order"),
        ("params.yes < 2", "true and 2 have no order"),
        ("params.list > 1", "have no order"),
        ("params.n", "5 is neither true nor false"),
        ("params.s and true", "is neither true nor false"),
        ("5 in params.s", "5 cannot be in 'salt and pepper'"),
        ("1 in params.n", "1 cannot be in 5"),
        ("not params.none", "null is neither"),
    ],
)
def test_what_has_no_answer_says_so(text, words):
    with pytest.raises(Undecided, match=words):
        decided(text)


def test_a_condition_is_told_with_its_values():
    text = "steps.a.outputs.n > 10 and not (steps.s.outputs.t == 'x' or steps.b.outputs.m in [1, 'z'])"
    tree = bind(parse(text), lambda path: ["ref", path[1], path[3]])
    known = {("a", "n"): 3, ("s", "t"): "salt"}
    told = said(tree, lambda step, output: known[step, output])
    assert told == "3 > 10 and not ('salt' == 'x' or steps.b.outputs.m in [1, \"z\"])"


TERMS = st.sampled_from(
    [
        *KNOWN,
        "1",
        "-2.5",
        "'a'",
        "'5'",
        "true",
        "false",
        "null",
        "[1, 'a']",
        "[]",
        "'{{ params.n }}x'",
        "'true'",
    ]
)
CONDITIONS = st.recursive(
    st.builds(
        lambda left, op, right: f"{left} {op} {right}",
        TERMS,
        st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in"]),
        TERMS,
    ),
    lambda inner: st.one_of(
        st.builds("({}) and {}".format, inner, inner),
        st.builds("{} or ({})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
)


def answer(text: str) -> str:
    try:
        tree = json.loads(json.dumps(bind(parse(text), value)))
    except Unreadable as error:
        return f"unreadable {error.place} {error.rule}"
    try:
        return str(holds(tree, dict))
    except Undecided as error:
        return f"undecided {error}"


def test_pods_decide_as_this_machine_does(tmp_path):
    """The file that comes beside the launcher, in a Python of its own without this package, gives the same
    for the same trees."""
    (tmp_path / "expression.py").write_text(LAUNCHER["expression.py"])
    asked: list[str] = []

    @given(CONDITIONS)
    def collect(text):
        asked.append(text)

    collect()
    code = (
        "import sys, json, expression\nknown = json.load(sys.stdin)\nout = []\n"
        "for tree in known:\n"
        "    try: out.append(str(expression.holds(tree, dict)))\n"
        "    except expression.Undecided as error: out.append('undecided %s' % error)\n"
        "print(json.dumps(out))"
    )
    trees, expected = [], []
    for text in dict.fromkeys(asked):
        if not (found := answer(text)).startswith("unreadable"):
            trees.append(bind(parse(text), value))
            expected.append(found)
    run = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{code}"],
        input=json.dumps(trees),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == expected and len(expected) > 20
    assert LAUNCHER["expression.py"] == Path(expression.__file__).read_text()


@given(st.text(alphabet="params.n steps'\"()[]{},=<>!&|0123456789ein not and or true \\é-", max_size=60))
def test_any_text_is_a_condition_or_refused(text):
    try:
        tree = parse(text)
    except Unreadable as error:
        assert 1 <= error.place <= len(text) + 1
        return
    assert parse(text) == tree and json.loads(json.dumps(tree)) == tree


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    )
)
def test_a_value_equals_itself_unless_it_is_no_number(found):
    assert expression.same(found, found) or "nan" in repr(found)
    assert expression.shown(found)
