"""Who is asking."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """A person by session or token, or (when `run` is set) the code of one run, which may see that run only."""

    id: str
    name: str
    admin: bool = False
    session: str | None = None
    token: str | None = None
    run: str | None = None
