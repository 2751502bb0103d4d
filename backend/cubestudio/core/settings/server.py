"""Settings of the processes themselves: where they listen, what they log, what stands beside them."""

import os
import sys
from pathlib import Path

from pydantic import BaseModel, Field, field_validator


def _default_home() -> Path:
    if hasattr(os, "geteuid") and os.geteuid() == 0 and sys.platform == "linux":
        return Path("/var/lib/cubestudio")
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "cubestudio"


class Server(BaseModel):
    """Server"""

    home: Path = Field(
        default_factory=_default_home,
        description="The data folder: database, logs, artifacts, keys. Default: /var/lib/cubestudio for "
        "root, "
        "otherwise ~/.local/share/cubestudio.",
    )
    environment: str = Field(
        "dev",
        pattern=r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
        description="Name of this installation. It must be unique among the installations that share a "
        "Kubernetes cluster, because every object carries it as a label.",
    )
    host: str = Field("127.0.0.1", description="Address on which the console and the API listen.")
    port: int = Field(
        8000, ge=0, le=65535, description="Port of the console and the API. 0 selects a free port."
    )
    public_url: str | None = Field(
        None, description="URL at which people reach the console, when a proxy stands in front of it."
    )
    gateway_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port of the gateway to notebooks and services. Default: the port after `CUBE_PORT`.",
    )
    gateway_url: str | None = Field(
        None,
        pattern=r"^https?://[A-Za-z0-9*.:\[\]-]+$",
        description="URL at which people reach the gateway. A * in its host is replaced by the id of the "
        "notebook, so that each notebook has an origin of its own.",
    )
    allowed_origins: tuple[str, ...] = Field(
        (), description="Other origins whose pages may open WebSocket connections."
    )
    links: dict[str, str] = Field(
        {},
        description="Links that the console shows, by title: Grafana, a dashboard. Example: "
        '{"Grafana": "https://grafana.example.com"}.',
    )
    log_level: str = Field(
        "INFO", description="The lowest level that is logged: DEBUG, INFO, WARNING, ERROR."
    )
    log_json: bool = Field(False, description="Log one JSON object per line instead of text.")
    worker_concurrency: int = Field(
        8, ge=1, le=256, description="The number of jobs that one process runs at the same time."
    )
    metrics_token: str | None = Field(
        None,
        min_length=16,
        description="Bearer token with which Prometheus reads /metrics. Without it, only administrators and "
        "auditors can read it.",
    )

    @field_validator("links")
    @classmethod
    def _addresses(cls, value: dict[str, str]) -> dict[str, str]:
        for name, address in value.items():
            if not address.startswith(("http://", "https://")):
                raise ValueError(f"The link {name} must begin with http:// or https://.")
        return value

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()
