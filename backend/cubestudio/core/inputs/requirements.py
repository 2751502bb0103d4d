"""Python requirements, read the way pip reads the lines of a requirements file, and sorted by what installing
them can run. Pure.

Installing a wheel from a package index runs nothing; installing a direct reference (a URL or a repository)
may run code of whoever wrote it. Who builds environments must tell the two apart, so every requirement that
is accepted can be classified here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from packaging.requirements import InvalidRequirement, Requirement

MOST_LINES = 1_000
LONGEST = 1_000
"""Characters of one requirement."""
SCHEMES = ("https", "http", "git+https", "git+http", "git+ssh")
"""Where a direct reference may lead; file: and git+file: would read the machine that builds."""
_COMMENT = re.compile(r"(^|\s)#.*$")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_OPTION = re.compile(r"-[A-Za-z]|--[A-Za-z][\w-]*")
_INLINE_OPTION = re.compile(r"\s(--[A-Za-z][\w-]*)")
_PATH = re.compile(r"[./~\\]|[A-Za-z]:\\|file:", re.IGNORECASE)
_FILE = re.compile(r"\.(whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz|txt)$", re.IGNORECASE)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_TURNED = re.compile(r"(?<![=<>!~])=[<>](?!=)")
_FOREIGN = re.compile(r"[^\x20-\x7e]")
"""Nothing of a requirement has such characters, but text in the marks after a semicolon, which is not refused
for them."""
_ONE_EQUALS = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]]*\])?)\s*=\s*(?P<version>[^=\s].*)")


@dataclass(frozen=True)
class Sorted:
    """Requirements by what they are installed from: `indexed` come from a package index by name, so wheels
    alone may do; `direct` name a URL or a repository themselves, and may run code when they are built."""

    indexed: tuple[str, ...]
    direct: tuple[str, ...]


def classify(requirements: Iterable[str]) -> Sorted:
    """Sort requirements. A line that cannot be read counts as direct: it gets the stricter treatment."""
    indexed: list[str] = []
    direct: list[str] = []
    for line in requirements:
        try:
            (direct if Requirement(line).url else indexed).append(line)
        except (InvalidRequirement, RecursionError):
            direct.append(line)
    return Sorted(tuple(indexed), tuple(direct))


def read(line: str) -> str:
    """One line without its comment, "" when nothing else is in it. Raises ValueError with the rule that it
    breaks."""
    if found := _CONTROL.search(line):
        raise ValueError(
            f"requirement {_shown(line)} has the control character {found[0]!r} at position "
            f"{found.start() + 1}; write one requirement a line"
        )
    text = _COMMENT.sub("", line).strip()
    if not text:
        return ""
    if len(text) > LONGEST:
        raise ValueError(f"requirement {_shown(text)} has {len(text)} characters; the limit is {LONGEST}")
    _plain(text)
    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        raise ValueError(_unread(text, error)) from None
    if found.url:
        _reference(text, found.url)
    return text


def read_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """The requirements in these lines, without comments and empty lines. Raises ValueError with the first
    rule that is broken."""
    if len(lines) > MOST_LINES:
        raise ValueError(f"there are {len(lines)} requirements; the limit is {MOST_LINES}")
    return tuple(text for line in lines if (text := read(line)))


def _plain(text: str) -> None:
    """Refuse what pip understands and this platform does not take."""
    if option := _OPTION.match(text):
        if option[0].startswith(("-r", "--requirement")):
            raise ValueError(
                f"requirement {_shown(text)} names another file, which does not exist here; put its "
                "lines into this list"
            )
        if option[0].startswith(("-e", "--editable")):
            raise ValueError(
                f"requirement {_shown(text)} is an editable install; write name @ git+https://… instead"
            )
        raise ValueError(
            f"requirement {_shown(text)} begins with the option {option[0]}, and options are not "
            "accepted; an administrator sets the package index"
        )
    if option := _INLINE_OPTION.search(text):
        raise ValueError(
            f"requirement {_shown(text)} has the option {option[1]}, and options are not accepted; remove it"
        )
    if "${" in text:
        raise ValueError(
            f"requirement {_shown(text)} has ${{…}}, and variables are not filled in here; write the value"
        )
    if text.endswith("\\"):
        raise ValueError(
            f"requirement {_shown(text)} ends with a backslash; write each requirement on one line"
        )
    if _URL.match(text) and not text.lower().startswith("file:"):
        raise ValueError(
            f"requirement {_shown(text)} is an address without a name; write name @ "
            f"{_shown(text, 60, quote=False)}"
        )
    if _PATH.match(text) or (_FILE.search(text) and "@" not in text):
        raise ValueError(
            f"requirement {_shown(text)} is a local path, which does not exist here; write a package "
            "name, or name @ https://…"
        )


def _reference(text: str, url: str) -> None:
    scheme = urlsplit(url).scheme.lower()
    if scheme not in SCHEMES or not urlsplit(url).netloc:
        kind = f"the scheme {scheme}:" if scheme else "a local path"
        raise ValueError(
            f"requirement {_shown(text)} leads to {kind}; an address begins with one of {', '.join(SCHEMES)}"
        )


def _unread(text: str, error: Exception) -> str:
    """What is wrong with a requirement that cannot be read, with the character."""
    if found := _TURNED.search(text):
        return f"requirement {_shown(text)} has {found[0]}; write {found[0][::-1]}"
    if found := _ONE_EQUALS.fullmatch(text):
        version = found["version"].partition("=")[0]  # conda writes name=version=build
        return (
            f"requirement {_shown(text)} has one =; write "
            f"{_shown(found['name'] + '==' + version, quote=False)} for an exact version"
        )
    if found := _FOREIGN.search(text):
        return (
            f"requirement {_shown(text)} cannot be read from character {found.start() + 1} "
            f"({found[0]!r}) on; "
            "write it like pandas>=2 or pandas[excel]>=2; python_version < '3.13'"
        )
    span = getattr(error.__cause__, "span", None)
    place = min(span[0], len(text)) if span else 0
    while place < len(text) and text[place].isspace():
        place += 1
    if place >= len(text):
        return (
            f"requirement {_shown(text)} ends too early; write it like pandas>=2 or pandas[excel]>=2; "
            "python_version < '3.13'"
        )
    return (
        f"requirement {_shown(text)} cannot be read from character {place + 1} ({text[place]!r}) on; "
        "write it like pandas>=2 or pandas[excel]>=2; python_version < '3.13'"
    )


def _shown(text: str, most: int = 80, *, quote: bool = True) -> str:
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return repr(cut) if quote else cut
