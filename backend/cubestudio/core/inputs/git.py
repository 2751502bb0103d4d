"""Git repositories as people name them, and how git fetches from private ones. Pure."""

import base64
from typing import Annotated
from urllib.parse import urlsplit

from cubestudio.core import messages
from cubestudio.core.inputs.definition import matching

BRANCH = Annotated[str, matching(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}", messages.BRANCH_INVALID)]


def git_token(repo: str | None, token: str) -> dict[str, str]:
    """Variables by which git fetches from the host of a repository with a token, which stands in no
    command."""
    place = urlsplit(repo or "")
    if place.scheme not in ("http", "https"):
        return {}
    pair = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    name = f"http.{place.scheme}://{place.netloc.rpartition('@')[2]}/.extraHeader"
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": name,
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {pair}",
    }
