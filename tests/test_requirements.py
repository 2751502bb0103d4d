"""Requirements are read as pip reads the lines of a requirements file, and each refusal names the character
and the way out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cubestudio.core.inputs.requirements import Sorted, classify, read, read_lines


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("six", "six"),
        ("  pandas >= 2, <3  ", "pandas >= 2, <3"),
        ("pandas[excel,html]>=2; python_version < '3.13'", "pandas[excel,html]>=2; python_version < '3.13'"),
        ("six  # for old code", "six"),
        ("# only a comment", ""),
        ("", ""),
        ("six==1.0+local", "six==1.0+local"),
        ("six\t>=1", "six\t>=1"),
        ("p @ git+https://host/p.git@main#egg=p", "p @ git+https://host/p.git@main#egg=p"),
        (
            "p @ https://host/p-1.0-py3-none-any.whl#sha256=00",
            "p @ https://host/p-1.0-py3-none-any.whl#sha256=00",
        ),
    ],
)
def test_what_pip_reads_is_read(line, text):
    assert read(line) == text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("six=1.16.0", "write six==1.16.0 for an exact version"),
        ("six=1.16.0=py_0", "write six==1.16.0 for an exact version"),
        ("six=>1", "has =>; write >="),
        ("six>=1,=<2", "has =<; write <="),
        ("pändas", "from character 2 ('ä') on"),
        ("six==\uff11.0", "from character 6"),
        ("a && b", "from character 3 ('&') on"),
        ("six\r-f http://x", r"the control character '\r' at position 4"),
        ("six\u2028numpy", r"the control character '\u2028' at position 4"),
        ("six\nnumpy", "write one requirement per line"),
        ("-r base.txt", "put its lines into this list"),
        ("--requirement=base.txt", "put its lines into this list"),
        ("-e .", "write name @ git+https://"),
        ("--index-url https://x", "an administrator sets the package index"),
        ("-f https://x", "begins with the option -f"),
        ("six==1.0 --hash=sha256:00", "has the option --hash"),
        ("./package", "a local path"),
        ("../package", "a local path"),
        ("/package", "a local path"),
        ("~/package", "a local path"),
        ("C:\\package", "a local path"),
        ("six-1.0.tar.gz", "a local path"),
        ("file:///package", "a local path"),
        ("p @ file:///package", "leads to the scheme file:"),
        ("p @ git+file:///package", "leads to the scheme git+file:"),
        ("p @ /package", "leads to a local path"),
        ("p @ https:///package", "leads to the scheme https:"),
        ("git+https://host/p.git", "write name @ git+https://host/p.git"),
        ("p @ https://host/${SECRET}", "variables are not filled in here"),
        ("six \\", "ends with a backslash"),
        ("six>=", "from character 4 ('>') on"),
        ("six; python_version", "ends too early"),
        ("six;", "ends too early"),
        ("日本", "from character 1 ('日') on"),
        ("six; " + "(" * 900, "six; ((("),
        ("x" * 2000, "has 2000 characters; the limit is 1000"),
    ],
)
def test_what_is_not_taken_says_why_and_what_to_do(line, words):
    with pytest.raises(ValueError) as refusal:
        read(line)
    assert words in str(refusal.value) and str(refusal.value).startswith("requirement ")


def test_lines_of_a_file_lose_their_comments():
    assert read_lines(["# packages", "six", "", "pandas>=2 # tables"]) == ("six", "pandas>=2")
    with pytest.raises(ValueError, match="there are 1001 requirements; the limit is 1000"):
        read_lines(["six"] * 1001)


def test_direct_references_are_told_from_names():
    found = classify(
        ["six", "pandas[excel]>=2; python_version < '4'", "p @ git+https://host/p.git", "a && b", "./x"]
    )
    assert found == Sorted(
        ("six", "pandas[excel]>=2; python_version < '4'"), ("p @ git+https://host/p.git", "a && b", "./x")
    )


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_smuggles_a_line_or_an_option(line):
    try:
        text = read(line)
    except ValueError:
        return
    assert (
        not any(mark in text for mark in "\n\r\u2028\u2029\0")
        and not text.startswith("-")
        and not text.startswith((".", "/"))
    )
    assert len((*classify([text]).indexed, *classify([text]).direct)) == 1
