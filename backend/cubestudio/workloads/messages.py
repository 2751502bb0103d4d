"""Messages of the workloads package."""

from cubestudio.core.message import Message

RACED_WORKLOAD = Message("RACED_WORKLOAD", "The workload changed at the same moment.", hint="Try again.")
WORKLOAD_OWNER_DELETED = Message(
    "WORKLOAD_OWNER_DELETED", "The object that this work belongs to was deleted."
)
CLUSTERS_NOT_ANSWERING = Message("CLUSTERS_NOT_ANSWERING", "None of the clusters answers: {clusters}.")
