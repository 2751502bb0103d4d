"""Every module with tables, imported so that their metadata is whole."""

from cubestudio.clusters import model as clusters
from cubestudio.core import audit
from cubestudio.core.jobs import cron
from cubestudio.housekeeping.retention import model as retention
from cubestudio.images import model as builds
from cubestudio.models import model as models
from cubestudio.notebooks import model as notebooks
from cubestudio.pipelines import model as pipelines
from cubestudio.pipelines.metrics import model as metrics
from cubestudio.pipelines.runs import model as runs
from cubestudio.pipelines.schedules import model as schedules
from cubestudio.pipelines.steps import model as steps
from cubestudio.projects import model as projects
from cubestudio.projects.invitations import model as invitations
from cubestudio.projects.quotas import model as quotas
from cubestudio.projects.registries import model as registries
from cubestudio.projects.secrets import model as secrets
from cubestudio.projects.storage import model as storage
from cubestudio.searches import model as searches
from cubestudio.services import model as services
from cubestudio.services.requests import model as requests
from cubestudio.templates import model as templates
from cubestudio.users import model as users
from cubestudio.workloads import model as workloads

ALL = (
    builds,
    clusters,
    cron,
    retention,
    audit,
    metrics,
    models,
    notebooks,
    pipelines,
    runs,
    schedules,
    searches,
    services,
    requests,
    steps,
    projects,
    invitations,
    quotas,
    registries,
    secrets,
    storage,
    templates,
    users,
    workloads,
)
