"""Settings of what the platform keeps and where."""

import re

from pydantic import BaseModel, Field, field_validator


class Storage(BaseModel):
    """Database, Redis and object store"""

    database_url: str | None = Field(
        None,
        description="SQLAlchemy URL of the database, such as mysql+aiomysql://user:password@host/name. "
        "Default: SQLite in the data folder.",
    )
    redis_url: str | None = Field(
        None,
        description="URL of Redis for jobs and events: redis://, rediss:// (TLS) or unix://. Required when "
        "several processes serve one installation. Default: jobs and events stay in the process.",
    )
    store_url: str | None = Field(
        None,
        description="Where artifacts and logs are stored: s3://bucket/prefix or a folder. Default: a folder "
        "in "
        "the data folder.",
    )
    store_endpoint: str | None = Field(
        None, description="Endpoint of an S3-compatible object store, such as MinIO."
    )
    store_key: str | None = Field(None, description="Access key ID of the object store.")
    store_secret: str | None = Field(None, description="Secret access key of the object store.")
    store_region: str = Field("us-east-1", description="Region of the object store.")
    secret_keys: tuple[str, ...] = Field(
        (),
        description="Fernet keys that encrypt secrets, newest first. All processes need the same keys. "
        "Default: a key file in the data folder.",
    )

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str | None) -> str | None:
        if value and not re.match(r"(rediss?://[^/]|unix:///)", value):
            raise ValueError(
                "It must be redis://host:port/number, rediss://host:port/number for TLS, or "
                "unix:///path/to/socket?db=number."
            )
        return value
