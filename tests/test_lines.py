"""Where the lines of a log are, and what a terminal shows of those that carriage returns start again and
again."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cubestudio.clusters import lines


def seen(log: bytes, cuts: list[int]) -> lines.Index:
    """The index of a log that came in pieces."""
    index, at = lines.Index(), 0
    for cut in [*sorted({cut for cut in cuts if 0 < cut < len(log)}), len(log)]:
        index.add(at, log[at:cut])
        at = cut
    return index


def last(line: bytes) -> bytes:
    """What a terminal shows of a line: text after text replaces it, and a carriage return alone leaves it."""
    return next((part for part in reversed(line.split(b"\r")) if part), b"")


@given(
    st.lists(st.sampled_from([b"\n", b"\r", b"a", b"bb", b"\r\n"]), max_size=60).map(b"".join),
    st.lists(st.integers(0, 90), max_size=8),
)
@example(b"1%\r2%\n", [3])
@example(b"1%\r\n", [3])
@example(b"1%\r2%\r\r\r\n", [4, 6, 7])
@pytest.mark.parametrize("block", [7, 64])
def test_what_is_shown_of_a_line_is_found_over_any_borders(block, log, cuts):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK", block)
        index = seen(log, cuts)
    assert index.size == len(log) and index.lines == log.count(b"\n")
    assert index.marks == [[at, log[:at].count(b"\n")] for at, _ in index.marks]
    whole, across = log.split(b"\n"), dict(index.across)
    at = 0
    for number, line in enumerate(whole):
        goes_over = any(at < mark < at + len(line) + 1 and mark < len(log) for mark, _ in index.marks)
        assert (number in across) == goes_over, (number, across)
        if goes_over:
            assert last(log[across[number] :].split(b"\n")[0]) == last(line)
            assert b"\r" not in log[across[number] : at + len(line)].rstrip(b"\r")
        at += len(line) + 1


@pytest.mark.parametrize("count", [2_000, 200_000])
def test_a_bar_of_any_length_is_shown_as_it_ended(count):
    """As tqdm writes it: one line of up to 17 MB, of which the last 88 bytes are shown."""
    bar = b"".join(
        b"\r%3d%%|%-70s| %d" % (n * 100 // count, b"#" * (n * 70 // count), n) for n in range(1, count + 1)
    )
    log = b"begin\n" + bar + b"\ndone\n"
    index = seen(log, [100_000 * n for n in range(200)])
    [(number, byte)] = index.across
    assert number == 1 and log[byte:].split(b"\n")[0] == b"100%%|%s| %d" % (b"#" * 70, count)
