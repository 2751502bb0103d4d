"""Runs inside a build: what is in a tree of files, found without running anything of it. Standard library
only."""

import json
import os
import re

VARIABLES = ".cube-image.json"
"""A file at the root of an image's files that are kept for steps: the variables that it sets."""


def size(root):
    """Bytes of its files, each counted once."""
    total, seen = 0, set()
    for folder, _, names in os.walk(root):
        for name in names:
            try:
                found = os.lstat(os.path.join(folder, name))
            except OSError:
                continue
            if (found.st_dev, found.st_ino) not in seen:
                seen.add((found.st_dev, found.st_ino))
                total += found.st_size
    return total


def python(root):
    """{name: version} of Python packages."""
    found = {}
    for _, names, _ in os.walk(root):
        names[:] = [name for name in names if name not in ("proc", "sys", "dev")]
        for name in names:
            match = re.fullmatch(r"(.+)-([^-]+)\.(?:dist|egg)-info", name)
            if match:
                found[match[1].replace("_", "-").lower()] = match[2]
    return found


def debian(root):
    """{name: version} of Debian packages."""
    found = {}
    try:
        with open(os.path.join(root, "var/lib/dpkg/status"), encoding="utf-8", errors="replace") as file:
            for block in file.read().split("\n\n"):
                fields = dict(re.findall(r"^(Package|Version|Status): (.*)$", block, re.MULTILINE))
                if "installed" in fields.get("Status", ""):
                    found[fields["Package"]] = fields.get("Version", "")
    except OSError:
        pass
    return found


def variables(inspected):
    """{name: value} of the variables that an image sets, by what buildah says of it."""
    try:
        listed = json.loads(inspected)["OCIv1"]["config"].get("Env") or []
    except (ValueError, LookupError, AttributeError, TypeError):
        return {}
    return dict(each.split("=", 1) for each in listed if isinstance(each, str) and "=" in each)
