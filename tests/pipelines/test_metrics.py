"""Numbers that steps report: each is kept as it is or named as left out, whatever came beside it; curves of
any length are drawn right."""

import math
import struct
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cubestudio.core.cluster.metrics import points, take
from cubestudio.core.numeric import packed, unpacked
from cubestudio.pipelines.metrics import spec


def kept(line: str) -> list[tuple]:
    return [
        (point["name"], point["value"], point["step"])
        for point in points(line.encode())
        if point["value"] is not None
    ]


def faults(line: str) -> list[str]:
    return [point["fault"] for point in points(line.encode()) if "fault" in point]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('{"step": 3, "loss": 0.5}', [("loss", 0.5, 3)]),
        ('{"name": "loss", "value": 0.25, "step": 1}', [("loss", 0.25, 1)]),
        ('{"loss": Infinity, "gain": -Infinity}', [("loss", math.inf, None), ("gain", -math.inf, None)]),
        (
            '{"loss": "Infinity", "phase": "train", "ok": true, "none": null, "more": [1]}',
            [("loss", math.inf, None)],
        ),
        ('{"step": 2.0, "x": 1}', [("x", 1.0, 2)]),
        ('{"step": 9223372036854775807, "x": 1}', [("x", 1.0, 2**63 - 1)]),
        ('{"x": 1152921504606846976}', [("x", 2.0**60, None)]),
        ('{\n  "accuracy": 0.97,\n  "f1": 0.9\n}', [("accuracy", 0.97, None), ("f1", 0.9, None)]),
        ('{\n  "a": 1\n}\n{"step": 4, "a": 2}', [("a", 1.0, None), ("a", 2.0, 4)]),
        ('[{"a": 1}, {"a": 2}]', [("a", 1.0, None), ("a", 2.0, None)]),
        ("", []),
        ("\n\n", []),
    ],
)
def test_what_is_a_number_is_kept(line, wanted):
    assert kept(line) == wanted and not faults(line)
    assert kept(line + "\n") == wanted


def test_nan_is_a_value_and_its_neighbours_stay():
    found = points(b'{"step": 3, "loss": NaN, "acc": 0.3}\n{"step": 4, "loss": "NaN", "acc": 0.4}\n')
    assert [(point["name"], point["step"]) for point in found] == [
        ("loss", 3),
        ("acc", 3),
        ("loss", 4),
        ("acc", 4),
    ]
    assert math.isnan(found[0]["value"]) and math.isnan(found[2]["value"]) and found[1]["value"] == 0.3


@pytest.mark.parametrize(
    ("line", "stays", "words"),
    [
        ('{"a": 1e400, "b": 2}', [("b", 2.0, None)], "a: 1e400 was left out"),
        ('{"a": 18446744073709551616, "b": 2}', [("b", 2.0, None)], "a: 18446744073709551616 was left out"),
        ('{"a": 9007199254740993, "b": 2}', [("b", 2.0, None)], "exact up to 2^53"),
        (
            '{"step": 9223372036854775808, "a": 1}\n{"a": 2}',
            [("a", 2.0, None)],
            "step 9223372036854775808 has more than 64 bits",
        ),
        ('{\n"a": 1,\n{"a": 2}\n{"a": 3}\n', [("a", 2.0, None), ("a", 3.0, None)], "is not JSON"),
        ('{\n{\n "a": 1\n}\n', [("a", 1.0, None)], "is not JSON"),
        ('{"step": 1e30, "a": 1}\n{"a": 2}', [("a", 2.0, None)], "step 1e+30 is not a whole number"),
        ('{"step": 0.5, "a": 1}\n{"a": 2}', [("a", 2.0, None)], "step 0.5 is not a whole number"),
        ('{"step": "one", "a": 1}\n{"a": 2}', [("a", 2.0, None)], "step one is not a whole number"),
        ('{"name": "a", "value": "much"}\n{"a": 2}', [("a", 2.0, None)], "much is not a number"),
        ("{'a': 1}\n{\"a\": 2}", [("a", 2.0, None)], "{'a': 1} is not JSON"),
        ('{"a": 0.\n{"a": 2}', [("a", 2.0, None)], "is not JSON"),
        ("7\n" + '{"a": 2}', [("a", 2.0, None)], "7 is not an object"),
        ('{"": 1, "a": 2}', [("a", 2.0, None)], "1 to 200 characters"),
        ('{"%s": 1, "a": 2}' % ("n" * 201), [("a", 2.0, None)], "1 to 200 characters"),
        ('{"\\ud800": NaN, "a": 2}', [("a", 2.0, None)], "it is not text"),
        ("[" * 100_000 + '\n{"a": 2}', [("a", 2.0, None)], "is not JSON"),
        ('{"a": ' * 5_000 + '\n{"a": 2}', [("a", 2.0, None)], "is not JSON"),
        ('{"a": %s}\n{"a": 2}' % ("9" * 10_000), [("a", 2.0, None)], "was left out"),
    ],
)
def test_what_is_odd_is_named_and_alone(line, stays, words):
    assert kept(line) == stays
    assert len(faults(line)) == 1 and words in faults(line)[0]


@pytest.mark.parametrize(
    "time",
    [
        "1.7e18",
        "1700000000000000000",
        "1700000000000",
        "-5",
        "1e400",
        "NaN",
        "true",
        '"yesterday"',
        '"2026-11-01T00:00:00"',
        "18446744073709551616",
    ],
)
def test_an_odd_time_costs_the_time_alone(time):
    found = points(f'{{"step": 1, "loss": 0.5, "acc": 1, "time": {time}}}'.encode())
    assert [(point["name"], point["value"], point["at"]) for point in found] == [
        ("loss", 0.5, None),
        ("acc", 1.0, None),
    ]
    assert ["fault" in point for point in found] == [
        True,
        False,
    ] and "the time at which it arrived was taken" in found[0]["fault"]


def test_times_that_are_times():
    at = datetime(2026, 11, 1, tzinfo=UTC)
    for text in (str(at.timestamp()), f'"{at.isoformat()}"', str(int(at.timestamp()))):
        assert [point["at"] for point in points(f'{{"a": 1, "time": {text}}}'.encode())] == [
            int(at.timestamp() * 1000)
        ]


def test_what_has_not_ended_waits_and_what_never_ends_does_not():
    assert take(b'{"a": 1}\n{"a": 2') == ([{"name": "a", "value": 1.0, "step": None, "at": None}], 9)
    assert take(b'{\n  "a": 1,\n') == ([], 0)
    assert take(b'{\n  "a": 1\n}\n')[1] == 13
    found, used = take(b"x" * 100, most=50)
    assert used == 100 and "more than 50 bytes" in found[0]["fault"]
    found, used = take(b"{\n" + b"x" * 100, most=50)
    assert used == 102 and len(found) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(st.binary() | JSON.map(lambda value: __import__("json").dumps(value).encode())))
def test_nothing_that_a_pod_writes_harms_what_comes_after(lines):
    good = b'{"step": 7, "good": 0.125}'
    found = points(b"\n".join([*(line.replace(b"\n", b" ").strip(b" {[") for line in lines), good]))
    assert found[-1] == {"name": "good", "value": 0.125, "step": 7, "at": None}
    for point in found:
        assert (point["value"] is not None) or point["fault"]
        orjson.dumps(point)


NUMBER = st.floats(width=64) | st.sampled_from(
    [math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308]
)
WHOLE = st.integers(-(2**63) + 1, 2**63 - 1)
ONE = st.tuples(st.none() | WHOLE, st.integers(0, 2**62), NUMBER)


def bits(value: float) -> bytes:
    return struct.pack("<d", value)


@given(st.lists(ONE, min_size=1, max_size=spec.PIECE))
def test_what_is_packed_comes_back_as_it_was(made):
    data = spec.pack(made)
    assert spec.unpress(spec.press(data)) == data
    back = spec.unpack(data, 1024)
    assert [(number, at) for _, number, at, _ in back] == [
        (1024 + place, at) for place, (_, at, _) in enumerate(made)
    ]
    assert [bits(value) for *_, value in back] == [bits(value) for *_, value in made]
    assert [x for x, *_ in back] == [
        1024 + place if step is None else step for place, (step, _, _) in enumerate(made)
    ]
    drawn = spec.outlined(spec.outline(back), 1024)
    assert set(drawn) <= set(back) or any(math.isnan(value) for *_, value in made)


@given(st.lists(ONE, min_size=1, max_size=400), st.integers(1, 60))
def test_a_curve_that_is_thinned_keeps_its_heights_and_its_ends(made, columns):
    points_ = spec.unpack(spec.pack(made))
    thin = spec.thin(points_, columns)
    assert [point[:2] for point in thin] == sorted(point[:2] for point in thin)
    assert len(thin) <= max(columns * 7, columns)
    heights = [value for *_, value in made if math.isfinite(value)]
    shown = [value for *_, value in thin if math.isfinite(value)]
    if heights:
        assert min(shown) == min(heights) and max(shown) == max(heights)
    for odd in (math.isnan, lambda value: value == math.inf, lambda value: value == -math.inf):
        assert any(odd(value) for *_, value in made) == any(odd(value) for *_, value in thin)
    assert thin[-1][0] == max(point[0] for point in points_)


@given(NUMBER)
def test_a_number_comes_through_json(value):
    back = unpacked(orjson.loads(orjson.dumps(packed(value))))
    assert back is not None and (back == value or (math.isnan(back) and math.isnan(value)))


def test_long_curves_of_trials_have_places_in_common():
    short, long = ([(n, n, 0, float(n)) for n in range(count)] for count in (3_000, 60_000))
    a, b = spec.sparse(short), spec.sparse(long)
    assert len(a) <= spec.MOST_CURVE and len(b) <= spec.MOST_CURVE and b[-1] == (59_999, 59_999.0)
    assert len({x for x, _ in a} & {x for x, _ in b}) >= 90
