"""Models and versions of the project's registry in the JSON of MLflow's client. Pure."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from cubestudio.core import ids
from cubestudio.web.mlflow import payload
from cubestudio.web.mlflow.request import ROOT


def created(key: str) -> int:
    """Return when the row with an id was created, in milliseconds since 1970."""
    return int(ids.when(key).timestamp() * 1000)


def model_version(model: Row, row: Row, aliases: Sequence[Row]) -> dict[str, Any]:
    """Return a version as MLflow's ModelVersion."""
    at = created(row.id)
    return {
        "name": model.name,
        "version": str(row.number),
        "creation_timestamp": at,
        "last_updated_timestamp": at,
        "current_stage": "None",
        "description": row.description,
        "source": f"{ROOT}registered/{row.id}",
        "run_id": "",
        "status": "READY",
        "tags": payload.pairs(row.tags),
        "aliases": [each.name for each in aliases if each.number == row.number],
    }


def registered_model(model: Row, latest: Row | None, aliases: Sequence[Row]) -> dict[str, Any]:
    """Return a model as MLflow's RegisteredModel."""
    at = created(model.id)
    return {
        "name": model.name,
        "creation_timestamp": at,
        "last_updated_timestamp": at,
        "description": model.description,
        "tags": [],
        "latest_versions": [model_version(model, latest, aliases)] if latest else [],
        "aliases": [{"alias": each.name, "version": str(each.number)} for each in aliases],
    }
