"""With which versions the platform was tested, and what is said of others. Pure; docs/kubernetes.md quotes
the table."""

import re

TESTED = {
    "api-server": ("1.23", "1.36"),
    "workflow-controller": ("3.4", "4.1"),
    "training-operator": ("1.7", "1.9"),
    "mpi-operator": ("0.8", "0.8"),
    "trainer": ("2.0", "2.3"),
    "volcano": ("1.9", "1.9"),
    "kuberay": ("1.6", "1.6"),
    "spark-operator": ("2.5", "2.5"),
    "katib": ("0.18", "0.18"),
}
"""(first, last) version by the name of the row."""
_NUMBER = re.compile(r"v?(\d{1,6})\.(\d{1,6})")


def _number(version: str) -> tuple[int, int] | None:
    found = _NUMBER.match(version)
    return (int(found[1]), int(found[2])) if found else None


def remark(name: str, version: str | None) -> str | None:
    """What to say of the version of a part: nothing of one that was tested, or of a part without a row in the
    table."""
    if name not in TESTED:
        return None
    first, last = TESTED[name]
    span = first if first == last else f"{first} to {last}"
    here = _number(version or "")
    if here is None:
        return f"its version cannot be told from {version[:60] if version else 'its image'}; tested: {span}"
    if here < (_number(first) or here):
        return f"{version} is older than what was tested ({span}): upgrade it"
    if here > (_number(last) or here):
        return f"{version} is newer than what was tested ({span})"
    return None
