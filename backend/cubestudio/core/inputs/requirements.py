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

from cubestudio.core import messages

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
            messages.REQUIREMENT_CONTROL_CHARACTER(
                requirement=_shown(line), character=repr(found[0]), position=found.start() + 1
            )
        )
    text = _COMMENT.sub("", line).strip()
    if not text:
        return ""
    if len(text) > LONGEST:
        raise ValueError(
            messages.REQUIREMENT_TOO_LONG(requirement=_shown(text), count=len(text), limit=LONGEST)
        )
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
        raise ValueError(messages.REQUIREMENTS_TOO_MANY(count=len(lines), limit=MOST_LINES))
    return tuple(text for line in lines if (text := read(line)))


def _plain(text: str) -> None:
    """Refuse what pip understands and this platform does not take."""
    if option := _OPTION.match(text):
        if option[0].startswith(("-r", "--requirement")):
            raise ValueError(messages.REQUIREMENT_FILE(requirement=_shown(text)))
        if option[0].startswith(("-e", "--editable")):
            raise ValueError(messages.REQUIREMENT_EDITABLE(requirement=_shown(text)))
        raise ValueError(messages.REQUIREMENT_STARTS_WITH_OPTION(requirement=_shown(text), option=option[0]))
    if option := _INLINE_OPTION.search(text):
        raise ValueError(messages.REQUIREMENT_HAS_OPTION(requirement=_shown(text), option=option[1]))
    if "${" in text:
        raise ValueError(messages.REQUIREMENT_HAS_VARIABLE(requirement=_shown(text)))
    if text.endswith("\\"):
        raise ValueError(messages.REQUIREMENT_CONTINUED(requirement=_shown(text)))
    if _URL.match(text) and not text.lower().startswith("file:"):
        raise ValueError(
            messages.REQUIREMENT_WITHOUT_NAME(requirement=_shown(text), address=_shown(text, 60, quote=False))
        )
    if _PATH.match(text) or (_FILE.search(text) and "@" not in text):
        raise ValueError(messages.REQUIREMENT_LOCAL(requirement=_shown(text)))


def _reference(text: str, url: str) -> None:
    scheme = urlsplit(url).scheme.lower()
    if scheme not in SCHEMES or not urlsplit(url).netloc:
        kind = f"the scheme {scheme}:" if scheme else "a local path"
        raise ValueError(
            messages.REQUIREMENT_SCHEME_UNSUPPORTED(
                requirement=_shown(text), kind=kind, schemes=", ".join(SCHEMES)
            )
        )


def _unread(text: str, error: Exception) -> str:
    """What is wrong with a requirement that cannot be read, with the character."""
    if found := _TURNED.search(text):
        return messages.REQUIREMENT_OPERATOR_TURNED(
            requirement=_shown(text), found=found[0], replacement=found[0][::-1]
        )
    if found := _ONE_EQUALS.fullmatch(text):
        version = found["version"].partition("=")[0]  # conda writes name=version=build
        return messages.REQUIREMENT_ONE_EQUALS(
            requirement=_shown(text), replacement=_shown(found["name"] + "==" + version, quote=False)
        )
    if found := _FOREIGN.search(text):
        return messages.REQUIREMENT_UNREADABLE(
            requirement=_shown(text), position=found.start() + 1, character=repr(found[0])
        )
    span = getattr(error.__cause__, "span", None)
    place = min(span[0], len(text)) if span else 0
    while place < len(text) and text[place].isspace():
        place += 1
    if place >= len(text):
        return messages.REQUIREMENT_TRUNCATED(requirement=_shown(text))
    return messages.REQUIREMENT_UNREADABLE(
        requirement=_shown(text), position=place + 1, character=repr(text[place])
    )


def _shown(text: str, most: int = 80, *, quote: bool = True) -> str:
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return repr(cut) if quote else cut
