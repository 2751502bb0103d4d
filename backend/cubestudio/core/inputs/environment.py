"""The environment of code as people write it: a Python with packages, or a container image. Pure."""

import re
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator

from cubestudio.core import messages, templating
from cubestudio.core.inputs.definition import matching
from cubestudio.core.inputs.requirements import read_lines
from cubestudio.core.inputs.strict import Strict
from cubestudio.core.templating import Name

PYTHON = Annotated[str, matching(r"3(\.[0-9]{1,2}){0,2}", messages.PYTHON_VERSION_INVALID)]


class Environment(Strict):
    """What the code finds around it: on this machine Python with packages (or the bare machine when nothing
    is said), on Kubernetes the container image."""

    named: ClassVar[tuple[str, ...]] = ()
    """What names in its image may begin with, such as args in {{ args.image }}; they are filled in before a
    run starts."""
    python: PYTHON | None = None
    requirements: tuple[str, ...] = ()
    image: str | None = Field(None, max_length=500)
    root: bool = False
    """On Kubernetes it runs as root, for images that need it."""

    @field_validator("image")
    @classmethod
    def _image(cls, value: str | None) -> str | None:
        for piece in templating.parse(value or ""):
            if isinstance(piece, Name) and piece.path[0] not in cls.named:
                allowed = " and ".join(cls.named)
                raise ValueError(
                    messages.IMAGE_REFERENCE_UNKNOWN(name=piece, allowed=allowed)
                    if allowed
                    else messages.IMAGE_REFERENCE_UNSUPPORTED(name=piece)
                )
            if isinstance(piece, str) and re.search(r"[\s{}\0]", piece.strip()):
                raise ValueError(messages.IMAGE_PART_INVALID(part=repr(piece.strip()[:60])))
        return value and (value.strip() or None)

    @field_validator("requirements", mode="before")
    @classmethod
    def _lines(cls, value: Any) -> Any:
        """The text of a requirements file is its lines."""
        return value.splitlines() if isinstance(value, str) else value

    @field_validator("requirements")
    @classmethod
    def _read(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return read_lines(value)

    @property
    def host(self) -> bool:
        return self.python is None and not self.requirements
