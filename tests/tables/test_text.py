"""Templating, cron expressions, and numbers that JSON has no word for: tables."""

import math
from datetime import UTC, datetime

import pytest

from cubestudio.core import cron, numeric, templating
from cubestudio.core.inputs.resources import size
from cubestudio.core.templating import Name


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("{{ a }}", (Name(("a",)),)),
        ("{{a.b.c}}", (Name(("a", "b", "c")),)),
        ("x {{ a }} y", ("x ", Name(("a",)), " y")),
        ("{{ a }}{{ b }}", (Name(("a",)), Name(("b",)))),
        ("{{ steps.check-in.outputs.v }}", (Name(("steps", "check-in", "outputs", "v")),)),
        ('{{ "{{" }} stays', ("{{", " stays")),
        ("{{ 1 + 1 }}", ("{{ 1 + 1 }}",)),
        ("{{ a", ("{{ a",)),
        ("{{}}", ("{{}}",)),
        ("{{ a.__class__ }}", (Name(("a", "__class__")),)),
        ("{{ a() }}", ("{{ a() }}",)),
    ],
)
def test_a_text_as_pieces(text, pieces):
    assert templating.parse(text) == pieces


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{{ n }}", 3),
        ("n is {{ n }}", "n is 3"),
        ("{{ l }}", [1, 2]),
        ("{{ l }}!", "[1, 2]!"),
        (["{{ n }}", {"k": "{{ t }}"}], [3, {"k": "text"}]),
        ({"{{ n }}": "{{ n }}"}, {"{{ n }}": 3}),
        (7, 7),
        (None, None),
        ("{{ none }} and {{ yes }}", "null and true"),
    ],
)
def test_names_are_replaced_once_and_keep_their_type(value, filled):
    values = {"n": 3, "t": "text", "l": [1, 2], "none": None, "yes": True}
    assert templating.fill(value, lambda name: values[name.path[0]]) == filled


def test_what_a_value_contains_is_not_filled_again():
    assert templating.fill("{{ a }}", lambda _: "{{ b }}") == "{{ b }}"


@pytest.mark.parametrize("value", ["* * * * *", "*/10 8-18 * * MON-FRI", "0 0 29 2 *", "  5   4 * * * "])
def test_a_cron_expression_is_taken(value):
    assert cron.cron(value) == " ".join(value.split())


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("* * * *", "five fields"),
        ("* * * * * *", "five fields"),
        ("60 * * * *", "60 is not a minute"),
        ("* 24 * * *", "24 is not a hour"),
        ("* * 32 * *", "32 is not a day of month"),
        ("* * * 13 *", "13 is not a month"),
        ("* * * * 8", "8 is not a day of week"),
        ("0 0 30 2 *", "never comes"),
        ("@daily", "five fields"),
        ("", "five fields"),
    ],
)
def test_a_cron_expression_is_refused_by_its_field(value, rule):
    with pytest.raises(ValueError, match=rule):
        cron.cron(value)


@pytest.mark.parametrize("value", ["Nowhere/City", "", "../../etc/passwd", "\0", "Europe"])
def test_a_time_zone_that_does_not_exist_is_refused(value):
    with pytest.raises(ValueError, match="there is no time zone"):
        cron.zone(value)


@pytest.mark.parametrize(
    ("expression", "zone", "now", "last"),
    [
        ("0 * * * *", "UTC", "2026-11-30T08:30", "2026-11-30T08:00"),
        ("0 9 * * *", "Europe/Berlin", "2026-11-30T08:30", "2026-11-30T08:00"),
        ("0 9 * * *", "Europe/Berlin", "2026-07-01T08:30", "2026-07-01T07:00"),
        ("0 0 29 2 *", "UTC", "2026-11-30T08:30", "2024-02-29T00:00"),
        # the hour that does not exist when clocks go forward runs at the next that does
        ("30 2 * * *", "Europe/Berlin", "2026-03-29T12:00", "2026-03-29T01:00"),
    ],
)
def test_the_last_tick_of_an_expression(expression, zone, now, last):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert cron.last(expression, zone, moment) == datetime.fromisoformat(last).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "packed"), [(1.5, 1.5), (math.inf, "Infinity"), (-math.inf, "-Infinity"), (math.nan, "NaN")]
)
def test_a_number_survives_json(value, packed):
    assert numeric.packed(value) == packed
    back = numeric.unpacked(packed)
    assert back is not None and (back == value or (math.isnan(value) and math.isnan(back)))


@pytest.mark.parametrize("value", ["nan", "inf", "1.5", True, None, [], {}])
def test_what_is_no_number_is_not_taken_for_one(value):
    assert numeric.unpacked(value) is None


@pytest.mark.parametrize(
    ("value", "size_"),
    [
        (5, 5),
        ("512Mi", 512 * 2**20),
        ("2G", 2 * 2**30),
        ("1.5Gi", 3 * 2**29),
        ("1 k", 1024),
        ("7", 7),
        ("0.5T", 2**39),
        ("3gb", 3 * 2**30),
    ],
)
def test_a_size_in_bytes(value, size_):
    assert size(value) == size_


@pytest.mark.parametrize("value", ["", "-1Gi", "1e3", "Gi", "1 Gi i", True, None, "1" * 30, "1.2.3", "0x10"])
def test_what_is_no_size_is_refused(value):
    with pytest.raises(ValueError, match="512Mi"):
        size(value)
