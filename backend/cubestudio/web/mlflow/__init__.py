"""MLflow's tracking API, as far as its client needs it to log parameters, metrics, tags, files and models,
and to use the project's registry of models.

Why it is mounted at `/mlflow/{run}/{step}/{item or -}`: a step finds that address as MLFLOW_TRACKING_URI,
with the token of its run, in its environment. What MLflow calls a run is the step itself, so that code which
creates a run, or resumes one after a kill, logs to the same step."""

from cubestudio.web.mlflow.app import build

__all__ = ["build"]
