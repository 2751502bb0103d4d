"""Documents are YAML 1.2: what they say, where they are wrong, and that hostile ones cost nothing."""

import json
import math
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cubestudio.core import yaml_reader
from cubestudio.core.errors import Invalid


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-5", 1e-5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1.5E+3", -1500.0),
        ("+7", 7),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("2026-11-23", "2026-11-23"),
        ("2026-11-23T20:42:00Z", "2026-11-23T20:42:00Z"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("True", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("Null", None),
        ("nULL", "nULL"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("0b11", "0b11"),
        ("1e", "1e"),
        (".", "."),
        ("-", [None]),
        ("=", "="),
        ("1.2.3", "1.2.3"),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("'1'", "1"),
        ('"true"', "true"),
        ("!!str 1", "1"),
        ("!!int '1'", 1),
        ("!!float 1", 1.0),
        ("|\n a\n b\n", "a\nb\n"),
        (">-\n a\n b\n", "a b"),
        ('"a\\u00e9\\/"', "aé/"),
    ],
)
def test_the_core_schema(text, value):
    found = yaml_reader.read(text)
    assert found == value and type(found) is type(value)


def test_not_a_number_is_one():
    assert math.isnan(yaml_reader.read(".nan")) and math.isnan(yaml_reader.read("{a: .NaN}")["a"])


def test_keys_are_text_as_it_is_written():
    assert yaml_reader.read("1: a\ntrue: b\n~: c\n1.50: d") == {"1": "a", "true": "b", "~": "c", "1.50": "d"}


def test_aliases_stand_for_what_they_name():
    assert yaml_reader.read("a: &x {k: [1, 2]}\nb: *x\nc: &y text\nd: [*y, *y]") == {
        "a": {"k": [1, 2]},
        "b": {"k": [1, 2]},
        "c": "text",
        "d": ["text", "text"],
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3", "Line 3, column 1: the key a already stands on line 1"),
        ("s:\n  - {x: 1, y: 2, x: 3}", "Line 2, column 18: the key x already stands on line 2"),
        ("a: 1\n'a': 2", "Line 2, column 1: the key a already stands"),
        ("a:\n  b: 9223372036854775808", "Line 2, column 6: 9223372036854775808 does not fit into 64 bits"),
        ("a: -9223372036854775809", "Line 1, column 4: -9223372036854775809 does not fit into 64 bits"),
        ("a: 0x10000000000000000", "Line 1, column 4: 0x10000000000000000 does not fit into 64 bits"),
        ("a: " + "9" * 5000, "Line 1, column 4: " + "9" * 39 + "… does not fit into 64 bits"),
        ("a: 1e400", "Line 1, column 4: 1e400 is larger than any number here"),
        ("a:\n\t- 1", "Line 2, column 1: a tab stands where the indentation is"),
        ("a: b: c", "Line 1, column 5: a colon is not expected here"),
        ("a: {b: 1", "Line 1, column 9: the object that begins on line 1 is not closed"),
        ("a:\n- [1, 2\nb: 1", "the list that begins on line 2 is not closed"),
        ("x: 'abc\n\n", "Line 1, column 4: the quote that begins here is not closed"),
        ("é: @x", "Line 1, column 4: text cannot begin with '@' here"),
        ("a: 1\n b: 2", "Line 2, column 3: a colon is not expected here"),
        ("a:\n   b: 1\n  c: 2", "Line 3, column 3: the indentation does not fit"),
        ("a: \x01", "Line 1, column 4: the character U+0001 is not allowed"),
        ("a\r\nb: \ud800", "Line 2, column 4: the character U+D800 is not allowed"),
        ("a: 'x\u2028y'\nb: @", "Line 2, column 4: text cannot begin"),
        ("a: &x [*x]", "Line 1, column 8: the alias x stands inside what it stands for"),
        ("a: *x", "Line 1, column 4: nothing before this is called x"),
        ("[a]: 1", "a key is text, not a list or an object"),
        ("a: &x 1\n*x : 2", "a key is text, not an alias"),
        ("<<: {a: 1}", "merge keys (<<) are not part of YAML 1.2"),
        ("a: !!python/object/apply:os.system [x]", "Line 1, column 4: the tag"),
        ("a: !!binary aGk=", "the tag tag:yaml.org,2002:binary is not accepted"),
        ("a: !!int x", "x is not of the type int that its tag names"),
        ("a: & b", "Line 1, column 5: & and * begin the name of an anchor or an alias here"),
        ("%YAML x\na: 1", "this directive cannot be read; remove the line that begins with %"),
        ("a: !<x", "this tag cannot be read"),
        ("a: |0\n x", "nothing but a comment may follow here"),
        ("a: 1\n---\nb: 2", "Line 2, column 1: a second document begins here"),
    ],
)
def test_what_is_refused_is_refused_with_its_place(text, words):
    with pytest.raises(Invalid) as refusal:
        yaml_reader.read(text)
    assert words in refusal.value.message and refusal.value.field == "yaml"


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "? " * 50_000,
        "[a: " * 50_000,
        "a: &a [" * 10_000,
        "!a " * 20_000,
        "&a " * 20_000,
        "*a " * 20_000,
        "'" * 50_001,
        '"' * 50_001,
        "%TAG !a! b\n" * 50_000,
        "--- a\n" * 50_000,
        "...\n" * 50_000,
        "a:\n" * 50_000,
        "{" + "a," * 25_000,
        "[" + "{a: 1}," * 10_000,
        "a: |\n" + " " * 50_000 + "\t",
        "\n".join(" " * n + "a:" for n in range(300)),
        "\n".join(" " * n + "-" for n in range(300)),
        BOMB,
        "x: &x " + "[" * 40 + "]" * 40 + "\ny: " + "[" * 40 + "*x" + "]" * 40,
        "x" * (4 * 2**20 + 1),
        "\ufeff" * 1000,
        "#" * 50_000 + "\n[",
        "a: >" + "\n  b\n\n" * 20_000 + "c: [",
    ],
)
def test_hostile_documents_are_refused_at_once(text):
    began = time.process_time()
    with pytest.raises(Invalid):
        yaml_reader.read(text)
    assert time.process_time() - began < 1


def test_the_time_to_read_grows_with_the_text():
    def seconds(steps: int) -> float:
        text = "steps:\n" + "".join(
            f"- {{name: s{n}, needs: [a, b, c, d], args: {{script: 'echo {n}'}}}}\n" for n in range(steps)
        )
        return min(timed(text) for _ in range(3))

    def timed(text: str) -> float:
        began = time.process_time()
        yaml_reader.read(text)
        return time.process_time() - began

    assert seconds(4000) < 8 * seconds(1000)


def test_reading_ends_when_its_time_is_over(monkeypatch):
    monkeypatch.setattr(yaml_reader, "SECONDS", 0.0)
    with pytest.raises(Invalid, match="takes longer than 0 s to read"):
        yaml_reader.read("- a\n" * 10_000)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(
        [
            "1e-5",
            "017",
            "1_000",
            "12:30:45",
            "yes",
            "no",
            "on",
            "null",
            "~",
            "",
            "2026-11-23",
            ".nan",
            "=",
            "<<",
            "0o17",
            "- a",
            "a: b",
            "#",
            "|",
        ]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=10), VALUES, max_size=5))
@example(
    {
        "a": "\n",
        "b": " x\ny",
        "c": "x\n\n",
        "d": "x \n y\t\n",
        "e": "\u2028",
        "f": "a\x85\nb",
        "g": "\r\n",
        "h": "\x7f",
        "i": "\ufeff\n",
    }
)
@example({"\u2028": {"a\nb": 1}, "1e-5": 1e-5, "big": 1e308, "small": 5e-324, "zero": -0.0})
def test_what_is_written_reads_back(data):
    assert same(yaml_reader.read(yaml_reader.write(data)), data)


@given(VALUES)
@example("\U00010000")
def test_json_is_yaml(value):
    assert same(yaml_reader.read(json.dumps(value)), value)
    assert same(yaml_reader.read(json.dumps({"a": value}, ensure_ascii=False)), {"a": value})


def same(one, other):
    return json.dumps(one) == json.dumps(other)
