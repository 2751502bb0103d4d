"""Bringing a database to this version's tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def config(url: str) -> Config:
    """Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def upgrade(url: str, to: str = "head") -> None:
    command.upgrade(config(url), to)


def downgrade(url: str, to: str = "base") -> None:
    command.downgrade(config(url), to)


def check(url: str) -> None:
    """Raise when the tables differ from what the program expects."""
    command.check(config(url))
