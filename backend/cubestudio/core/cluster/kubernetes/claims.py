"""Objects that the pods of workloads name and that outlive them: pull secrets and templates of device
claims."""

from cubestudio.core.cluster import messages
from cubestudio.core.cluster.frameworks.table import single
from cubestudio.core.cluster.kubernetes import devices, gpus
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.task import INSTALLATION, Site, pull_secret
from cubestudio.core.cluster.port import Workload
from cubestudio.core.errors import Conflict, NotFound


async def apply_pull_secret(client: Client, workload: Workload, site: Site) -> None:
    """Create the secret with which images of a project are pulled; all pods of the project name it."""
    if workload.pull:
        body = pull_secret(workload, site)
        await client.apply(path("v1", "secrets", site.namespace, body["metadata"]["name"]), body)


async def apply_claims(client: Client, workload: Workload, site: Site, dry: bool = False) -> None:
    """Create the templates of the device claims of a workload's pods; others that claim the same name them
    too. Raises Conflict when the cluster has no such claims."""
    owned = {INSTALLATION: site.installation, "app.kubernetes.io/managed-by": "cubestudio"}
    pods = [task if task.gang and task.gang.kind else single(task) for task in gpus.tasks(workload.body)]
    for version, plural, body in devices.templates(pods, site, owned):
        try:
            await client.apply(path(version, plural, site.namespace, body["metadata"]["name"]), body, dry=dry)
        except NotFound as error:
            raise Conflict(
                messages.DEVICE_CLAIMS_UNSUPPORTED(cluster=client.name, problem=error.message)
            ) from error
