"""The whole graph: every room's fields joined."""

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from cubestudio import __version__
from cubestudio.audit import api as audit
from cubestudio.builds import api as builds
from cubestudio.clusters import api as clusters
from cubestudio.core.graph.executor import build
from cubestudio.models import api as models
from cubestudio.notebooks import api as notebooks
from cubestudio.pipelines import api as pipelines
from cubestudio.pipelines.preflight import api as preflight
from cubestudio.pipelines.runs import api as runs
from cubestudio.projects import api as projects
from cubestudio.searches import api as searches
from cubestudio.services import api as services
from cubestudio.templates import api as templates
from cubestudio.users import api as users


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
        clusters.Query,
        templates.Query,
        builds.Query,
        notebooks.Query,
        models.Query,
        services.Query,
        pipelines.Query,
        runs.Query,
        preflight.Query,
        searches.Query,
    ),
)
Mutation = merge_types(
    "Mutation",
    (
        users.Mutation,
        projects.Mutation,
        templates.Mutation,
        builds.Mutation,
        notebooks.Mutation,
        models.Mutation,
        services.Mutation,
        pipelines.Mutation,
        runs.Mutation,
        searches.Mutation,
    ),
)
Subscription = merge_types(
    "Subscription",
    (
        clusters.Subscription,
        builds.Subscription,
        notebooks.Subscription,
        models.Subscription,
        services.Subscription,
        runs.Subscription,
        searches.Subscription,
    ),
)

schema = build(Query, Mutation, Subscription, StrawberryConfig(auto_camel_case=True))
