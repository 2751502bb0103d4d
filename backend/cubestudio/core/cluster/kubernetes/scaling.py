"""Whether a cluster has what it takes to choose the number of a server's replicas. Pure."""

from cubestudio.core.cluster.port import Scale

METRICS = "https://github.com/kubernetes-sigs/metrics-server"
EXPORTER = "https://github.com/NVIDIA/dcgm-exporter"


def lacking(
    scale: Scale, cluster: str, metrics: bool | None, exporters: bool | None, blind: str | None
) -> tuple[str, ...]:
    """Why there would stay as many replicas as at first, in sentences. `metrics`: whether a metrics server
    answers, `exporters`: whether something measures cards, both None where that is not known; `blind`: why
    cards cannot be seen."""
    if scale.most <= scale.least or scale.by == "requests":  # requests the platform counts itself
        return ()
    stays = f"The number of replicas stays at {scale.least}"
    if metrics is False:
        return (
            f"{stays}: no metrics server answers on cluster {cluster}. Install metrics-server: {METRICS}",
        )
    if scale.by == "gpu" and blind:
        return (f"{stays}: what cards do cannot be seen: {blind}",)
    if scale.by == "gpu" and exporters is False:
        return (f"{stays}: nothing measures cards on cluster {cluster}. Install dcgm-exporter: {EXPORTER}",)
    return ()
