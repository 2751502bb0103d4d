"""The settings of an installation: one frozen object. Nothing else reads the environment."""

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from cubestudio.core import messages
from cubestudio.core.errors import Invalid
from cubestudio.core.settings.kubernetes import Kubernetes
from cubestudio.core.settings.limits import Limits
from cubestudio.core.settings.local import Local
from cubestudio.core.settings.mail import Mail
from cubestudio.core.settings.server import Server
from cubestudio.core.settings.sign_in import SignIn
from cubestudio.core.settings.storage import Storage

SECTIONS = (Server, Storage, Limits, SignIn, Kubernetes, Local, Mail)
PREFIX = "CUBE_"
FILE = "CUBE_CONFIG_FILE"
"""The variable that names a TOML file of settings."""
OTHERS = {FILE, "CUBE_URL", "CUBE_TOKEN", "CUBE_DEMO_CACHE"}
"""Variables with the prefix that are not settings."""
_SERVICE_LINK = re.compile(r"(CUBE_\w+?)_(SERVICE_HOST|SERVICE_PORT\w*|PORT|PORT_[0-9]+_\w+)")
"""Variables by which Kubernetes tells pods of a service, here one whose name begins with cube-."""


class Settings(*SECTIONS, BaseSettings):
    """Read from `CUBE_*` variables, then from the file that CUBE_CONFIG_FILE names. Every setting has a
    default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment override the file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, _from_file())

    @classmethod
    def read(cls) -> Self:
        """Return the settings of this process. Raises Invalid, which names the variable that is unknown or
        has a wrong value."""
        variables = {name for name in os.environ if name.startswith(PREFIX)}
        _check_names(variables | {variable(name) for name in _from_file()})
        try:
            return cls()
        except SettingsError as error:
            # Its message names the field in quotes.
            name = next((each for each in cls.model_fields if f'"{each}"' in str(error)), "")
            raise Invalid(messages.SETTING_NOT_JSON(variable=variable(name))) from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            problem = first["msg"].removeprefix("Value error, ")
            if not first["loc"]:  # a rule about several settings, which names them
                raise Invalid(messages.SETTINGS_INCONSISTENT(problem=problem)) from None
            name, *path = map(str, first["loc"])
            where = variable(name) + "".join(f"[{part}]" for part in path)
            raise Invalid(messages.SETTING_VALUE_INVALID(variable=where, problem=problem)) from None

    @classmethod
    def sources(cls) -> dict[str, str]:
        """Return where the value of each setting comes from: environment, file or default."""
        file = _from_file()
        return {
            name: "environment" if variable(name) in os.environ else "file" if name in file else "default"
            for name in cls.model_fields
        }

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.home / 'cube.db'}"

    @property
    def store(self) -> str:
        return self.store_url or str(self.home / "store")


def variable(name: str) -> str:
    """Return the variable of a setting."""
    return PREFIX + name.upper()


def _from_file() -> dict[str, Any]:
    """Return the settings of the file that CUBE_CONFIG_FILE names: {} without one. Raises Invalid."""
    path = os.environ.get(FILE)
    if not path:
        return {}
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise OSError("It is not a regular file.")
        return tomllib.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise Invalid(messages.SETTINGS_FILE_UNREADABLE(path=path, problem=str(error))) from None


def _check_names(variables: set[str]) -> None:
    """Raise Invalid when a variable is no setting. In a pod all are let pass: steps have variables of their
    own with the prefix."""
    if "CUBE_PROJECT" in variables:
        return
    known = {variable(name) for name in Settings.model_fields}
    for name in sorted(variables - known - OTHERS):
        link = _SERVICE_LINK.fullmatch(name)
        if not name.startswith("CUBE_TEST_") and not (link and f"{link[1]}_SERVICE_HOST" in variables):
            near = difflib.get_close_matches(name, sorted(known), n=1)
            raise Invalid(
                messages.SETTING_UNKNOWN_NEAR(variable=name, near=near[0])
                if near
                else messages.SETTING_UNKNOWN(variable=name)
            )


def handed_sockets() -> list[tuple[str, int]]:
    """(name, descriptor) of the sockets that a service manager hands to this process (systemd: a socket
    unit), once: the processes that it starts are not told of them."""
    names = os.environ.pop("LISTEN_FDNAMES", "").split(":")
    count, pid = os.environ.pop("LISTEN_FDS", ""), os.environ.pop("LISTEN_PID", "")
    if pid != str(os.getpid()) or not count.isascii() or not count.isdecimal() or int(count) > 64:
        return []
    return [(names[place] if place < len(names) else "", 3 + place) for place in range(int(count))]
