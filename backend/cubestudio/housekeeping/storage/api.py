"""What takes the space of projects, in the graph."""

from typing import Annotated

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.scalars import Long
from cubestudio.housekeeping.storage import listing
from cubestudio.housekeeping.storage.listing import StorageKind
from cubestudio.projects import access as projects

Info = strawberry.Info[Context]
enum(
    StorageKind,
    "What takes space in the store.",
    {
        "RUN_FILES": "Files of runs; the same content counts once.",
        "LOGS": "Logs of runs, builds, notebooks and services.",
        "MODELS": "Uploaded models; files of models that a run left count as files of runs.",
        "IMAGES": "Images that are in no registry.",
        "DISCARDED": "Deleted objects that the store deletes within the hour.",
    },
)


@strawberry.type(description="What one kind of thing takes of the store.")
class StoragePart:
    kind: StorageKind = strawberry.field(description="What takes the space.")
    bytes: Long = strawberry.field(description="How much it takes, in bytes.")


@strawberry.type(
    description="What a project takes of the store. Folders of notebooks and volumes are not in the store."
)
class StorageUsage:
    parts: list[StoragePart] = strawberry.field(description="Each kind once.")
    total_bytes: Long = strawberry.field(description="All together, in bytes.")


@strawberry.type
class Query:
    @strawberry.field(description="What takes the space of a project in the store.")
    async def storage_usage(
        self,
        info: Info,
        project: Annotated[str, strawberry.argument(description="Id or name of the project.")],
    ) -> StorageUsage:
        async with info.context.read() as conn:
            standing = await projects.project(conn, info.context.who, project)
            found = await listing.usage(conn, standing.id)
        return StorageUsage(
            parts=[StoragePart(kind=part.kind, bytes=part.bytes) for part in found],
            total_bytes=sum(part.bytes for part in found),
        )
