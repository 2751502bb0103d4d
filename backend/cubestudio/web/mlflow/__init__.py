"""MLflow's tracking API, as much as its client needs to log: parameters, numbers, tags, files and models of
the step that it runs in.

A step finds MLFLOW_TRACKING_URI and its token in its environment. Whatever MLflow calls a run is the step
itself, so that code which makes one, or goes on with one after a kill, logs to the same place."""

from cubestudio.web.mlflow.server import build

__all__ = ["build"]
