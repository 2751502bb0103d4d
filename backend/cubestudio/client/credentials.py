"""The platforms that the user of this machine is signed in to: `cubestudio login` writes them down, and the
command line and the client read them. The file has tokens, and only its owner may read it."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any


def path() -> Path:
    """Return the file, in the user's configuration folder."""
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "cubestudio" / "credentials.json"


def current() -> str | None:
    """Return the address of the platform that the user signed in to last."""
    return _read()["current"]


def token(url: str) -> str | None:
    """Return the token for a platform. Others never see it."""
    return _read()["tokens"].get(url)


def save(url: str, token: str) -> None:
    """Store the token for a platform, which becomes the current one."""
    stored = _read()
    _write({"current": url, "tokens": stored["tokens"] | {url: token}})


def forget(url: str) -> bool:
    """Delete the token for a platform; return whether there was one."""
    stored = _read()
    found = stored["tokens"].pop(url, None)
    current = stored["current"] if stored["current"] != url else next(iter(stored["tokens"]), None)
    if found:
        _write({"current": current, "tokens": stored["tokens"]})
    return found is not None


def _read() -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(path().read_text())
        if isinstance(found, dict) and isinstance(found.get("tokens"), dict):
            return {"current": found.get("current"), "tokens": found["tokens"]}
    return {"current": None, "tokens": {}}


def _write(stored: dict[str, Any]) -> None:
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(stored, out, indent=2)
    fresh.replace(file)
