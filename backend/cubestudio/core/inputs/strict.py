"""The base of every definition that people write."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A model that refuses unknown fields, so that a typing error is found and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)
