"""The whole graph: every room's fields joined."""

from collections.abc import AsyncIterator

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from cubestudio import __version__
from cubestudio.audit import api as audit
from cubestudio.clusters import api as clusters
from cubestudio.core.events import Event
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.executor import build
from cubestudio.find import api as find
from cubestudio.find.api import FoundKind
from cubestudio.find.listing import Kind
from cubestudio.housekeeping.retention import api as retention
from cubestudio.housekeeping.storage import api as storage
from cubestudio.housekeeping.tasks import api as tasks
from cubestudio.images import api as builds
from cubestudio.images.events import BuildChanged, ImageDeleted
from cubestudio.models import api as models
from cubestudio.models.events import ModelChanged
from cubestudio.notebooks import api as notebooks
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notifications import api as notifications
from cubestudio.notifications.channels import api as channels
from cubestudio.pipelines import api as pipelines
from cubestudio.pipelines.preflight import api as preflight
from cubestudio.pipelines.runs import api as runs
from cubestudio.pipelines.schedules import api as schedules
from cubestudio.pipelines.schedules.events import ScheduleChanged
from cubestudio.projects import access
from cubestudio.projects import api as projects
from cubestudio.projects.groups import api as groups
from cubestudio.projects.invitations import api as invitations
from cubestudio.projects.quotas import api as quotas
from cubestudio.projects.registries import api as registries
from cubestudio.projects.secrets import api as secrets
from cubestudio.searches import api as searches
from cubestudio.searches.events import SearchChanged
from cubestudio.services import api as services
from cubestudio.services.events import ServiceChanged
from cubestudio.services.requests import api as requests
from cubestudio.templates import api as templates
from cubestudio.users import api as users

CHANGES: dict[type[Event], tuple[Kind, str]] = {
    NotebookChanged: (Kind.NOTEBOOK, "notebook_id"),
    BuildChanged: (Kind.IMAGE, "image_id"),
    ImageDeleted: (Kind.IMAGE, "image_id"),
    SearchChanged: (Kind.SEARCH, "search_id"),
    ModelChanged: (Kind.MODEL, "model_id"),
    ServiceChanged: (Kind.SERVICE, "service_id"),
    ScheduleChanged: (Kind.SCHEDULE, "schedule_id"),
}
"""The events that change lists: the kind of object of each, and the attribute with its id."""


@strawberry.type(description="An object of your projects that changed or was deleted. Read it again.")
class Change:
    cursor: str = strawberry.field(description="Position in the stream of changes.")
    kind: FoundKind = strawberry.field(
        description="Kind of the object: NOTEBOOK, IMAGE, SEARCH, MODEL, SERVICE or SCHEDULE."
    )
    id: strawberry.ID = strawberry.field(description="Id of the object.")


@strawberry.type
class Changes:
    @strawberry.subscription(
        description="Follow the objects of your projects, or of one project, except runs: the kind and id of "
        "each that changes from now on. One subscription keeps all lists current."
    )
    async def changed(
        self, info: strawberry.Info[Context], project: projects.ProjectFilter = None
    ) -> AsyncIterator[Change]:
        context = info.context
        async with context.read() as conn:
            topics = await access.topics(conn, context.who, project, *CHANGES)
        async with context.ctx.bus.listen(topics) as news:
            async for item in news:
                if item.event is not None:
                    kind, field = CHANGES[type(item.event)]
                    yield Change(cursor=item.cursor, kind=kind, id=strawberry.ID(getattr(item.event, field)))


@strawberry.type
class Root:
    @strawberry.field(description="The version of the platform that answers.")
    def health(self) -> str:
        return __version__


Query = merge_types(
    "Query",
    (
        Root,
        users.Query,
        audit.Query,
        projects.Query,
        registries.Query,
        groups.Query,
        invitations.Query,
        quotas.Query,
        clusters.Query,
        templates.Query,
        builds.Query,
        notebooks.Query,
        models.Query,
        services.Query,
        pipelines.Query,
        runs.Query,
        preflight.Query,
        schedules.Query,
        searches.Query,
        notifications.Query,
        channels.Query,
        find.Query,
        retention.Query,
        storage.Query,
        tasks.Query,
    ),
)
Mutation = merge_types(
    "Mutation",
    (
        users.Mutation,
        projects.Mutation,
        registries.Mutation,
        groups.Mutation,
        invitations.Mutation,
        quotas.Mutation,
        secrets.Mutation,
        templates.Mutation,
        builds.Mutation,
        notebooks.Mutation,
        models.Mutation,
        services.Mutation,
        pipelines.Mutation,
        runs.Mutation,
        schedules.Mutation,
        searches.Mutation,
        notifications.Mutation,
        channels.Mutation,
        retention.Mutation,
        tasks.Mutation,
    ),
)
Subscription = merge_types(
    "Subscription",
    (
        Changes,
        clusters.Subscription,
        builds.Subscription,
        notebooks.Subscription,
        models.Subscription,
        services.Subscription,
        requests.Subscription,
        runs.Subscription,
        searches.Subscription,
        notifications.Subscription,
    ),
)

schema = build(Query, Mutation, Subscription, StrawberryConfig(auto_camel_case=True))
