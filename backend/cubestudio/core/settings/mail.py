"""Settings of outgoing e-mail."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, model_validator


class Mail(BaseModel):
    """Outgoing e-mail"""

    smtp_url: str | None = Field(
        None,
        description="Mail server, as smtp://user:password@host:587 or smtps://…:465. smtp uses STARTTLS when "
        "the server offers it, and requires it when there is a user. Without it no e-mail is sent.",
    )
    mail_from: str | None = Field(
        None, description="Sender of e-mail, such as Cube Studio <cube@example.com>; needed with `smtp_url`."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.smtp_url:
            parts = urlsplit(self.smtp_url)
            if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
                raise ValueError("CUBE_SMTP_URL must be smtp://host or smtps://host.")
            if not self.mail_from:
                raise ValueError("CUBE_SMTP_URL needs CUBE_MAIL_FROM.")
        return self
