"""The asynchronous client. Generated from schema.graphql by `make generate`; do not edit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from cubestudio.client import types
from cubestudio.client.async_transport import AsyncTransport
from cubestudio.client.protocol import UNSET


class AsyncClient(AsyncTransport):
    """Every operation of the platform as a method, with the fields that `types` lists. `execute` runs
    operations with other selections. Arguments that are not given are not sent. Methods raise Refused when the
    platform refuses, Failed when a request fails."""

    async def health(self) -> str:
        """The version of the platform that answers."""
        return await self._run("health", {})

    async def sign_in_providers(self) -> list[types.SignInProvider]:
        """Identity providers of the sign-in page. Available without signing in."""
        return await self._run("signInProviders", {})

    async def identity_providers(self) -> list[types.IdentityProvider]:
        """The identity providers as they are configured; for administrators and auditors."""
        return await self._run("identityProviders", {})

    async def check_identity_provider(self, name: str) -> list[types.IdentityProviderCheck]:
        """Check whether an identity provider answers as it should; for administrators and auditors. NOT_FOUND if none has this name.

        `name`: Name in the configuration."""
        return await self._run("checkIdentityProvider", {"name": name})

    async def users(
        self, *, search: str = UNSET, after: str | None = UNSET, first: int = UNSET
    ) -> types.UserConnection:
        """All user accounts, newest first; for administrators and auditors.

        `search`: Part of a user name or an e-mail address.
        `after`: Cursor of the last item of the page before; null for the first page.
        `first`: Number of items on a page, 1–200."""
        return await self._run("users", {"search": search, "after": after, "first": first})

    def each_user(self, *, search: str = UNSET) -> AsyncIterator[types.UserItem]:
        """All user accounts, newest first; for administrators and auditors.

        `search`: Part of a user name or an e-mail address."""
        return self._each("users", {"search": search})

    async def user(self, id: str) -> types.User | None:
        """A user account; null if there is none. For administrators and auditors; everybody may request their own.

        `id`: Id of the user."""
        return await self._run("user", {"id": id})

    async def sessions(self) -> list[types.Session]:
        """The browsers in which the viewer is signed in, the last used first, 200 at most."""
        return await self._run("sessions", {})

    async def viewer(self) -> types.User | None:
        """The signed-in user; null without a sign-in."""
        return await self._run("viewer", {})

    async def impersonator(self) -> str | None:
        """Name of the administrator who impersonates the viewer; null if nobody does."""
        return await self._run("impersonator", {})

    async def ssh_keys(self) -> list[str]:
        """The viewer's public SSH keys."""
        return await self._run("sshKeys", {})

    async def tokens(self) -> list[types.ApiToken]:
        """The viewer's API tokens, newest first, revoked ones included."""
        return await self._run("tokens", {})

    async def audit(
        self,
        *,
        actor: str = UNSET,
        operation: str = UNSET,
        target: str = UNSET,
        outcome: types.AuditOutcome | None = UNSET,
        since: str | None = UNSET,
        until: str | None = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.AuditEntryConnection:
        """Entries of the audit log, newest first; for administrators and auditors.

        `actor`: Id or user name of the actor; empty for all.
        `operation`: Name of the operation, or how it begins; empty for all.
        `target`: Id of the object; empty for all.
        `outcome`: Outcome of the operation; null for all.
        `since`: Only entries from this time on.
        `until`: Only entries up to this time.
        `after`: Cursor of the last item of the page before; null for the first page.
        `first`: Number of items on a page, 1–200."""
        return await self._run(
            "audit",
            {
                "actor": actor,
                "operation": operation,
                "target": target,
                "outcome": outcome,
                "since": since,
                "until": until,
                "after": after,
                "first": first,
            },
        )

    def each_audit_entry(
        self,
        *,
        actor: str = UNSET,
        operation: str = UNSET,
        target: str = UNSET,
        outcome: types.AuditOutcome | None = UNSET,
        since: str | None = UNSET,
        until: str | None = UNSET,
    ) -> AsyncIterator[types.AuditEntry]:
        """Entries of the audit log, newest first; for administrators and auditors.

        `actor`: Id or user name of the actor; empty for all.
        `operation`: Name of the operation, or how it begins; empty for all.
        `target`: Id of the object; empty for all.
        `outcome`: Outcome of the operation; null for all.
        `since`: Only entries from this time on.
        `until`: Only entries up to this time."""
        return self._each(
            "audit",
            {
                "actor": actor,
                "operation": operation,
                "target": target,
                "outcome": outcome,
                "since": since,
                "until": until,
            },
        )

    async def audit_check(self) -> types.AuditCheck:
        """Verify the hash chain of the whole audit log: whether an entry was changed, removed or inserted, or the end was cut off. For administrators and auditors."""
        return await self._run("auditCheck", {})

    async def project(self, key: str) -> types.Project | None:
        """A project; null if there is none that the viewer may see.

        `key`: Id or name of the project."""
        return await self._run("project", {"key": key})

    async def projects(
        self, *, after: str | None = UNSET, first: int = UNSET, archived: bool = UNSET, search: str = UNSET
    ) -> types.ProjectConnection:
        """The projects of the viewer, newest first.

        `after`: Cursor of the last item of the page before; null for the first page.
        `first`: Number of items on a page, 1–200.
        `archived`: Whether to list archived projects instead of the others.
        `search`: Part of a name."""
        return await self._run(
            "projects", {"after": after, "first": first, "archived": archived, "search": search}
        )

    def each_project(
        self, *, archived: bool = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.ProjectItem]:
        """The projects of the viewer, newest first.

        `archived`: Whether to list archived projects instead of the others.
        `search`: Part of a name."""
        return self._each("projects", {"archived": archived, "search": search})

    async def project_contents(self, key: str) -> types.ProjectContents:
        """What deleting a project would delete with it. NOT_FOUND if the viewer sees no such project.

        `key`: Id or name of the project."""
        return await self._run("projectContents", {"key": key})

    async def registry_check(self, id: str) -> types.RegistryCheck:
        """Check whether a registry of a project accepts its credentials.

        `id`: The registry."""
        return await self._run("registryCheck", {"id": id})

    async def registry_image(self, image: str, *, project: str | None = UNSET) -> types.RegistryImage:
        """Look an image up in its registry.

        `image`: Reference of the image, `host/path:tag`.
        `project`: Id or name of a project of which the viewer is a member: its registries are used with their credentials. Null: only public registries and those of the installation."""
        return await self._run("registryImage", {"image": image, "project": project})

    async def groups(self, *, after: str | None = UNSET, first: int = UNSET) -> types.GroupConnection:
        """All groups, newest first.

        `after`: Cursor of the last item of the page before; null for the first page.
        `first`: Number of items on a page, 1–200."""
        return await self._run("groups", {"after": after, "first": first})

    def each_group(self) -> AsyncIterator[types.GroupItem]:
        """All groups, newest first."""
        return self._each("groups", {})

    async def project_invitation(self, secret: str) -> types.InvitationPreview:
        """An invitation by the secret in its link. Available without signing in. INVALID if the secret has not the form of one, NOT_FOUND if the invitation expired, was revoked or was accepted by somebody else; the message says which.

        `secret`: The secret in the link of the invitation."""
        return await self._run("projectInvitation", {"secret": secret})

    async def my_quota(self) -> types.Quota:
        """What the viewer's workloads may use at once, over all projects, and use now."""
        return await self._run("myQuota", {})

    async def quotas(self) -> list[types.QuotaRow]:
        """All limits that were set; for administrators and auditors."""
        return await self._run("quotas", {})

    async def clusters(self) -> list[types.Cluster]:
        """Where work can run, and how much is free there."""
        return await self._run("clusters", {})

    async def links(self) -> list[types.Link]:
        """What stands beside the platform, such as Grafana, by CUBE_LINKS."""
        return await self._run("links", {})

    async def pod(self, id: str) -> types.Pod | None:
        """A pod by id; null when there is none that I may see.

        `id`: Id of the pod."""
        return await self._run("pod", {"id": id})

    async def log(self, pod: str, *, since: int = UNSET, first: int = UNSET) -> types.LogChunk | None:
        """A pod's log from byte `since`; at most `first` bytes.

        `pod`: Id of the pod.
        `since`: Position in the log from which to read, in bytes.
        `first`: How many bytes to return, at most 1 MiB."""
        return await self._run("log", {"pod": pod, "since": since, "first": first})

    async def templates(self, *, project: str | None = UNSET, mine: bool = UNSET) -> list[types.Template]:
        """The platform's templates and, with a project named, that project's; without, but `mine`, those of all my projects.

        `project`: Name or id of a project.
        `mine`: Without `project`: whether to return the templates of all projects of the viewer, too."""
        return await self._run("templates", {"project": project, "mine": mine})

    async def template(self, id: str) -> types.Template | None:
        """A template by id; null when there is none that I may see.

        `id`: Id of the template."""
        return await self._run("template", {"id": id})

    async def image(self, id: str) -> types.Image | None:
        """An image by id; null when there is none that I may see.

        `id`: Id of the image."""
        return await self._run("image", {"id": id})

    async def build(self, id: str) -> types.Build | None:
        """A version of an image by id; null when there is none that I may see.

        `id`: Id of the build."""
        return await self._run("build", {"id": id})

    async def images(
        self,
        *,
        project: str | None = UNSET,
        search: str = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.ImageConnection:
        """Images, newest first: of all my projects or of one. `search`: part of a name.

        `project`: Name or id of a project; all projects of the viewer when it is left out.
        `search`: Part of the name.
        `after`: Cursor after which the page begins; the first page when it is left out.
        `first`: How many nodes to return at most."""
        return await self._run(
            "images", {"project": project, "search": search, "after": after, "first": first}
        )

    def each_image(
        self, *, project: str | None = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.ImageItem]:
        """Images, newest first: of all my projects or of one. `search`: part of a name.

        `project`: Name or id of a project; all projects of the viewer when it is left out.
        `search`: Part of the name."""
        return self._each("images", {"project": project, "search": search})

    async def check_image(
        self, source: types.ImageSourceInput, *, resources: types.BuildResourcesInput | None = UNSET
    ) -> types.ImageCheck:
        """What a definition comes to, and everything that is wrong with it; changes nothing.

        `source`: What it is built from.
        `resources`: What the build may use."""
        return await self._run("checkImage", {"input": {"source": source, "resources": resources}})

    async def image_presets(self) -> list[types.ImagePreset]:
        """Starting points for images."""
        return await self._run("imagePresets", {})

    async def notebook(self, id: str) -> types.Notebook | None:
        """A notebook by id; null when there is none that I may see.

        `id`: Id of the notebook."""
        return await self._run("notebook", {"id": id})

    async def notebooks(
        self,
        *,
        project: str | None = UNSET,
        states: list[types.NotebookState] | None = UNSET,
        mine: bool = UNSET,
        search: str = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.NotebookConnection:
        """Notebooks, newest first: of all my projects or of one. `mine`: only my own; `search`: part of a name, or of its owner's.

        `project`: Name or id of a project; all projects of the viewer when it is left out.
        `states`: Only notebooks in one of these states.
        `mine`: Only notebooks that the viewer owns.
        `search`: Part of the name of the notebook or of its owner.
        `after`: Cursor after which the page begins; the first page when it is left out.
        `first`: How many nodes to return at most."""
        return await self._run(
            "notebooks",
            {
                "project": project,
                "states": states,
                "mine": mine,
                "search": search,
                "after": after,
                "first": first,
            },
        )

    def each_notebook(
        self,
        *,
        project: str | None = UNSET,
        states: list[types.NotebookState] | None = UNSET,
        mine: bool = UNSET,
        search: str = UNSET,
    ) -> AsyncIterator[types.NotebookItem]:
        """Notebooks, newest first: of all my projects or of one. `mine`: only my own; `search`: part of a name, or of its owner's.

        `project`: Name or id of a project; all projects of the viewer when it is left out.
        `states`: Only notebooks in one of these states.
        `mine`: Only notebooks that the viewer owns.
        `search`: Part of the name of the notebook or of its owner."""
        return self._each("notebooks", {"project": project, "states": states, "mine": mine, "search": search})

    async def notebook_kinds(self, *, cluster: str | None = UNSET) -> list[types.NotebookKindInfo]:
        """The kinds of notebooks, and whether each can run on a cluster.

        `cluster`: Name of the cluster for which to tell what is missing."""
        return await self._run("notebookKinds", {"cluster": cluster})

    async def notebook_packages(self, id: str) -> list[str]:
        """The packages of a running JupyterLab that make it what it is, as lines such as pandas==2.2.3: those it was asked for, and those that people installed into its folder. What an image that is like it is made of.

        `id`: Id of the notebook."""
        return await self._run("notebookPackages", {"id": id})

    async def notebook_usage(self, id: str) -> types.NotebookUsage:
        """What stopping a notebook would end or lose. The notebook itself is asked; for those who may open or stop it.

        `id`: Id of the notebook."""
        return await self._run("notebookUsage", {"id": id})

    async def preflight_notebook(
        self,
        project: str,
        kind: types.NotebookKind,
        spec: types.NotebookSpecInput,
        *,
        cluster: str | None = UNSET,
    ) -> types.NotebookPreflight:
        """Check whether a notebook can start on a cluster now. It changes nothing.

        `project`: Name or id of the project.
        `kind`: The program that it runs.
        `spec`: What it is made of.
        `cluster`: Name of the cluster; the project's when it is left out."""
        return await self._run(
            "preflightNotebook", {"project": project, "kind": kind, "spec": spec, "cluster": cluster}
        )

    async def model(self, id: str) -> types.Model | None:
        """Return a model by id; null when there is none that you may see.

        `id`: The id."""
        return await self._run("model", {"id": id})

    async def models(
        self,
        *,
        project: str | None = UNSET,
        search: str = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.ModelConnection:
        """List the models of your projects, or of one project, newest first.

        `project`: The name or id of a project. Default: all your projects.
        `search`: A part of the name.
        `after`: The `endCursor` of the page before.
        `first`: The size of a page, 1 to 200."""
        return await self._run(
            "models", {"project": project, "search": search, "after": after, "first": first}
        )

    def each_model(
        self, *, project: str | None = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.ModelItem]:
        """List the models of your projects, or of one project, newest first.

        `project`: The name or id of a project. Default: all your projects.
        `search`: A part of the name."""
        return self._each("models", {"project": project, "search": search})

    async def service(self, id: str) -> types.Service | None:
        """Return a service by id; null when there is none that you may see.

        `id`: The id."""
        return await self._run("service", {"id": id})

    async def services(
        self,
        *,
        project: str | None = UNSET,
        search: str = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.ServiceConnection:
        """List the services of your projects, or of one project, newest first.

        `project`: The name or id of a project. Default: all your projects.
        `search`: A part of the name.
        `after`: The `endCursor` of the page before.
        `first`: The size of a page, 1 to 200."""
        return await self._run(
            "services", {"project": project, "search": search, "after": after, "first": first}
        )

    def each_service(
        self, *, project: str | None = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.ServiceItem]:
        """List the services of your projects, or of one project, newest first.

        `project`: The name or id of a project. Default: all your projects.
        `search`: A part of the name."""
        return self._each("services", {"project": project, "search": search})

    async def service_kinds(self, *, cluster: str | None = UNSET) -> list[types.ServiceKindInfo]:
        """List the kinds of servers, and whether each can run on a cluster.

        `cluster`: The name of the cluster."""
        return await self._run("serviceKinds", {"cluster": cluster})

    async def preflight_service(
        self,
        project: str,
        spec: types.ServiceSpecInput,
        *,
        model: str | None = UNSET,
        cluster: str | None = UNSET,
    ) -> types.ServicePreflight:
        """Check whether a revision can start on a cluster now. It changes nothing.

        `project`: The name or id of the project.
        `spec`: What the revision is made of.
        `model`: The model, as in createService.
        `cluster`: The cluster. Default: that of the project."""
        return await self._run(
            "preflightService", {"project": project, "spec": spec, "model": model, "cluster": cluster}
        )

    async def pipeline(self, id: str) -> types.Pipeline | None:
        """A pipeline by id; null when there is none, or you cannot read its project.

        `id`: Id of the pipeline."""
        return await self._run("pipeline", {"id": id})

    async def pipelines(
        self,
        *,
        project: str | None = UNSET,
        search: str = UNSET,
        sort: types.PipelineSort = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.PipelineConnection:
        """Pipelines of a project or of all projects that you can read, newest first by default.

        `project`: Name or id of a project; null: all projects.
        `search`: Only pipelines with this text in their name or description; empty: all.
        `sort`: Order of the list.
        `after`: Cursor after which the page begins; null: the first page.
        `first`: Number of items on the page, 1–200."""
        return await self._run(
            "pipelines", {"project": project, "search": search, "sort": sort, "after": after, "first": first}
        )

    def each_pipeline(
        self, *, project: str | None = UNSET, search: str = UNSET, sort: types.PipelineSort = UNSET
    ) -> AsyncIterator[types.PipelineItem]:
        """Pipelines of a project or of all projects that you can read, newest first by default.

        `project`: Name or id of a project; null: all projects.
        `search`: Only pipelines with this text in their name or description; empty: all.
        `sort`: Order of the list."""
        return self._each("pipelines", {"project": project, "search": search, "sort": sort})

    async def check_pipeline(
        self, project: str, *, yaml: str | None = UNSET, definition: Any = UNSET
    ) -> types.PipelineCheck:
        """Validate a definition without saving it, by the rules of `savePipeline`. Requires the viewer role in the project.

        `project`: Name or id of the project.
        `yaml`: The definition as YAML; either this or `definition`.
        `definition`: The definition as an object of the shape of the YAML file."""
        return await self._run("checkPipeline", {"project": project, "yaml": yaml, "definition": definition})

    async def run(self, id: str) -> types.Run | None:
        """A run by id; null when there is none that you may see.

        `id`: Id of the run."""
        return await self._run("run", {"id": id})

    async def step(self, id: str) -> types.Step | None:
        """A step by id; null when there is none that you may see.

        `id`: Id of the step."""
        return await self._run("step", {"id": id})

    async def runs(
        self,
        *,
        project: str | None = UNSET,
        pipeline: str | None = UNSET,
        states: list[types.RunState] | None = UNSET,
        author: str | None = UNSET,
        search: str = UNSET,
        since: str | None = UNSET,
        until: str | None = UNSET,
        params: Any = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.RunConnection:
        """Runs that you may see, newest first.

        `project`: Only those of this project, by id or name.
        `pipeline`: Only those of this pipeline, by id.
        `states`: Only those in one of these states.
        `author`: Only those that this user started, by name.
        `search`: Part of the pipeline's name, or # and the run's number.
        `since`: Only those created at this time or later.
        `until`: Only those created before this time.
        `params`: Only those that were started with these values, {name: value}.
        `after`: Cursor of the last item of the page before; null for the first page.
        `first`: Number of items on a page, 1–200."""
        return await self._run(
            "runs",
            {
                "project": project,
                "pipeline": pipeline,
                "states": states,
                "author": author,
                "search": search,
                "since": since,
                "until": until,
                "params": params,
                "after": after,
                "first": first,
            },
        )

    def each_run(
        self,
        *,
        project: str | None = UNSET,
        pipeline: str | None = UNSET,
        states: list[types.RunState] | None = UNSET,
        author: str | None = UNSET,
        search: str = UNSET,
        since: str | None = UNSET,
        until: str | None = UNSET,
        params: Any = UNSET,
    ) -> AsyncIterator[types.RunItem]:
        """Runs that you may see, newest first.

        `project`: Only those of this project, by id or name.
        `pipeline`: Only those of this pipeline, by id.
        `states`: Only those in one of these states.
        `author`: Only those that this user started, by name.
        `search`: Part of the pipeline's name, or # and the run's number.
        `since`: Only those created at this time or later.
        `until`: Only those created before this time.
        `params`: Only those that were started with these values, {name: value}."""
        return self._each(
            "runs",
            {
                "project": project,
                "pipeline": pipeline,
                "states": states,
                "author": author,
                "search": search,
                "since": since,
                "until": until,
                "params": params,
            },
        )

    async def plan_run(
        self, pipeline: str, *, params: Any = UNSET, run: str | None = UNSET
    ) -> list[types.StepPlan]:
        """Which steps of a run that starts now would take a cached result, and why.

        `pipeline`: Id of the pipeline.
        `params`: Values of the pipeline's parameters, {name: value}. A parameter that is left out has its default. JSON, because each pipeline declares its own parameters.
        `run`: Id of a run that would be continued, as by continueRun."""
        return await self._run("planRun", {"pipeline": pipeline, "params": params, "run": run})

    async def preflight_run(
        self,
        pipeline: str,
        *,
        params: Any = UNSET,
        version: int | None = UNSET,
        cache: bool = UNSET,
        cluster: str | None = UNSET,
    ) -> types.RunPreflight:
        """What would happen if a pipeline were run now. Its cluster is consulted, and nothing is created. Refused for the same reasons as startRun.

        `pipeline`: Id of the pipeline.
        `params`: Values of the pipeline's parameters, {name: value}. A parameter that is left out has its default. JSON, because each pipeline declares its own parameters.
        `version`: Version of the pipeline; the newest when it is left out.
        `cache`: Whether steps may take results of equal steps of earlier runs.
        `cluster`: Name of a cluster that the project allows. When it is left out, the project's own, or the one that its placement rule chooses."""
        return await self._run(
            "preflightRun",
            {"pipeline": pipeline, "params": params, "version": version, "cache": cache, "cluster": cluster},
        )

    async def schedule(self, id: str) -> types.Schedule | None:
        """A schedule by id; null when there is none, or you cannot read its project.

        `id`: Id of the schedule."""
        return await self._run("schedule", {"id": id})

    async def schedules(
        self,
        *,
        project: str | None = UNSET,
        pipeline: str | None = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.ScheduleConnection:
        """Schedules of a pipeline, of a project or of all your projects, newest first.

        `project`: Name or id of a project; null: all projects.
        `pipeline`: Id of a pipeline; `project` is then ignored.
        `after`: Cursor after which the page begins.
        `first`: Number of schedules, 1–200."""
        return await self._run(
            "schedules", {"project": project, "pipeline": pipeline, "after": after, "first": first}
        )

    def each_schedule(
        self, *, project: str | None = UNSET, pipeline: str | None = UNSET
    ) -> AsyncIterator[types.ScheduleItem]:
        """Schedules of a pipeline, of a project or of all your projects, newest first.

        `project`: Name or id of a project; null: all projects.
        `pipeline`: Id of a pipeline; `project` is then ignored."""
        return self._each("schedules", {"project": project, "pipeline": pipeline})

    async def preview_schedule(self, spec: types.ScheduleSpecInput) -> types.SchedulePreview:
        """When a schedule with a spec would run. A spec that `createSchedule` would refuse is an error with the same faults; the pipeline's parameters are not checked.

        `spec`: The spec to preview."""
        return await self._run("previewSchedule", {"spec": spec})

    async def search(self, id: str) -> types.Search | None:
        """A search by id; null when there is none that you may see.

        `id`: Id of the search."""
        return await self._run("search", {"id": id})

    async def searches(
        self,
        *,
        project: str | None = UNSET,
        search: str = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.SearchConnection:
        """Searches that you may see, newest first.

        `project`: Only the searches of this project, by id or name; of all of yours when it is left out.
        `search`: Part of the name.
        `after`: Cursor of the last item of the page before; null for the first page.
        `first`: Number of items on a page, 1–200."""
        return await self._run(
            "searches", {"project": project, "search": search, "after": after, "first": first}
        )

    def each_search(
        self, *, project: str | None = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.SearchItem]:
        """Searches that you may see, newest first.

        `project`: Only the searches of this project, by id or name; of all of yours when it is left out.
        `search`: Part of the name."""
        return self._each("searches", {"project": project, "search": search})

    async def search_engines(self) -> list[types.SearchEngine]:
        """The external engines that a search may use."""
        return await self._run("searchEngines", {})

    async def suggested_trial(self, key: str) -> types.SuggestedTrial | None:
        """A point that an external engine suggested; null when there is none of that name. Only for the token of the engine's run.

        `key`: The engine's own name of the trial, 1–200 characters."""
        return await self._run("suggestedTrial", {"key": key})

    async def check_search(self, spec: types.SearchSpecInput) -> types.SearchCheck:
        """Validate the spec of a search without creating it.

        `spec`: As for createSearch."""
        return await self._run("checkSearch", {"spec": spec})

    async def notifications(
        self,
        *,
        filter: types.NotificationFilter | None = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.NotificationConnection:
        """Your notifications, newest first. FORBIDDEN with a token that is limited to a project.

        `filter`: Which of them; null: all.
        `after`: Cursor of the last item of the page before; null for the first page.
        `first`: Number of items on a page, 1–200."""
        return await self._run("notifications", {"filter": filter, "after": after, "first": first})

    def each_notification(
        self, *, filter: types.NotificationFilter | None = UNSET
    ) -> AsyncIterator[types.NotificationItem]:
        """Your notifications, newest first. FORBIDDEN with a token that is limited to a project.

        `filter`: Which of them; null: all."""
        return self._each("notifications", {"filter": filter})

    async def notification(self, id: str) -> types.Notification | None:
        """A notification of yours by id; null when you have no such notification.

        `id`: Id of the notification."""
        return await self._run("notification", {"id": id})

    async def unread_notification_count(self) -> int:
        """How many of your notifications are unread."""
        return await self._run("unreadNotificationCount", {})

    async def notification_settings(self) -> types.NotificationSettings:
        """Which notifications you get."""
        return await self._run("notificationSettings", {})

    async def notification_channels(self, *, project: str | None = UNSET) -> list[types.NotificationChannel]:
        """Your own channels, or those of a project for its maintainers, by name, at most 20.

        `project`: Id or name of a project; null: your own."""
        return await self._run("notificationChannels", {"project": project})

    async def mail_configured(self) -> bool:
        """Whether the platform can send e-mail."""
        return await self._run("mailConfigured", {})

    async def find(self, text: str, *, first: int = UNSET) -> list[types.Found]:
        """Objects of every kind that have a text in their name and that the viewer may see: exact matches first, then names that begin with it. Runs are found by “train #3”, “#3”, the name of their pipeline, or like all objects by id; users and groups by administrators and auditors only.

        `text`: Text to find, 1–100 characters.
        `first`: Objects of each kind, 1–20."""
        return await self._run("find", {"text": text, "first": first})

    async def node(self, id: str) -> types.NodeRef | None:
        """The object with a global id; null if the viewer may see none with it.

        `id`: Global id."""
        return await self._run("node", {"id": id})

    async def nodes(self, ids: list[str]) -> list[types.NodeRef | None]:
        """The objects with some global ids, in their order; null in place of each that the viewer may not see.

        `ids`: Global ids, 100 at most."""
        return await self._run("nodes", {"ids": ids})

    async def retention_policy(self, *, project: str | None = UNSET) -> types.RetentionPolicy:
        """The retention policy of a project, or the default of the platform.

        `project`: Id or name of the project; null: the default of the platform."""
        return await self._run("retentionPolicy", {"project": project})

    async def preview_retention(self, project: str, rule: types.RetentionRuleInput) -> types.RetentionPreview:
        """What a retention rule would delete from a project if it were applied now. Nothing is deleted.

        `project`: Id or name of the project.
        `rule`: Which runs are kept."""
        return await self._run("previewRetention", {"input": {"project": project, "rule": rule}})

    async def storage_usage(self, project: str) -> types.StorageUsage:
        """What takes the space of a project in the store.

        `project`: Id or name of the project."""
        return await self._run("storageUsage", {"project": project})

    async def scheduled_tasks(self) -> list[types.ScheduledTask]:
        """The periodic jobs of the platform, by name. For administrators and auditors."""
        return await self._run("scheduledTasks", {})

    async def create_sign_in_link(self, id: str) -> types.SignInLink:
        """Create a sign-in link for a user who cannot sign in any more. Earlier links of the user stop
        working. For administrators.

        `id`: The user."""
        return await self._run("createSignInLink", {"id": id})

    async def update_user(
        self,
        id: str,
        *,
        admin: bool | None = UNSET,
        auditor: bool | None = UNSET,
        deactivated: bool | None = UNSET,
    ) -> types.User:
        """Change what a user may do on the whole platform, deactivate an account or activate it again. For
        administrators.

        `id`: The user.
        `admin`: Whether the user administers the whole platform.
        `auditor`: Whether the user may read everything.
        `deactivated`: True signs the user out everywhere and refuses further sign-ins; their work is kept. False activates the account again."""
        return await self._run(
            "updateUser",
            {"input": {"id": id, "admin": admin, "auditor": auditor, "deactivated": deactivated}},
        )

    async def impersonate_user(self, id: str) -> types.User:
        """See in this browser what a user sees, until `stopImpersonating`; nothing can be changed meanwhile.
        For administrators with a browser session. The audit log records it.

        `id`: The user."""
        return await self._run("impersonateUser", {"id": id})

    async def stop_impersonating(self) -> types.Done:
        """End `impersonateUser`."""
        return await self._run("stopImpersonating", {})

    async def set_ssh_keys(self, keys: list[str]) -> types.Done:
        """Set the public keys with which the viewer connects to their notebooks on Kubernetes
        (`cubestudio ssh`). Running notebooks take them at their next start.

        `keys`: Public keys as in authorized_keys; they replace all others."""
        return await self._run("setSshKeys", {"keys": keys})

    async def end_session(self, id: str) -> types.Done:
        """Sign out one browser of the viewer; administrators also those of other users.

        `id`: The session."""
        return await self._run("endSession", {"id": id})

    async def revoke_token(self, id: str) -> types.Done:
        """Revoke a token of the viewer immediately; administrators also those of other users.

        `id`: The token."""
        return await self._run("revokeToken", {"id": id})

    async def sign_out(self, *, everywhere: bool = UNSET) -> types.Done:
        """End the session of this request, or every session of the viewer.

        `everywhere`: Whether to end every session of the viewer, not only this one."""
        return await self._run("signOut", {"everywhere": everywhere})

    async def create_project(self, name: str, *, description: str = UNSET) -> types.Project:
        """Create a project, of which the viewer becomes the owner. CONFLICT if the name is taken.

        `name`: Unique name: 2–50 lowercase letters, digits and hyphens. It is part of URLs.
        `description`: What it is for, 500 characters at most."""
        return await self._run("createProject", {"input": {"name": name, "description": description}})

    async def update_project(
        self,
        id: str,
        *,
        name: str | None = UNSET,
        description: str | None = UNSET,
        cluster: str | None = UNSET,
        clusters: list[str] | None = UNSET,
        placement: types.Placement | None = UNSET,
        namespaces: types.ProjectNamespacesInput | None = UNSET,
        node_group: str | None = UNSET,
    ) -> types.Project:
        """Change a project. For its owners; namespaces and node group for administrators.

        `id`: The project.
        `name`: New unique name.
        `description`: New description.
        `cluster`: Default cluster of its workloads.
        `clusters`: Further clusters that its runs may use, in order of preference.
        `placement`: Where runs go for which no cluster is selected.
        `namespaces`: Its namespaces on Kubernetes; all of them are replaced. For administrators.
        `node_group`: Resource group of the nodes for its pods; "-" for that of the installation. For administrators."""
        return await self._run(
            "updateProject",
            {
                "input": {
                    "id": id,
                    "name": name,
                    "description": description,
                    "cluster": cluster,
                    "clusters": clusters,
                    "placement": placement,
                    "namespaces": namespaces,
                    "nodeGroup": node_group,
                }
            },
        )

    async def archive_project(self, id: str) -> types.Project:
        """Archive a project: it becomes read-only. CONFLICT while a workload of it is running. For owners.

        `id`: The project."""
        return await self._run("archiveProject", {"id": id})

    async def restore_project(self, id: str) -> types.Project:
        """Restore an archived project. For owners.

        `id`: The project."""
        return await self._run("restoreProject", {"id": id})

    async def delete_project(self, id: str, name: str) -> types.Done:
        """Delete an archived project with everything in it, permanently. What it has on clusters and in the
        artifact store is deleted after the answer. For owners.

        `id`: The project.
        `name`: Name of the project again, as a confirmation."""
        return await self._run("deleteProject", {"id": id, "name": name})

    async def create_token(
        self,
        name: str,
        *,
        days: int | None = UNSET,
        scope: types.TokenScope = UNSET,
        project: str | None = UNSET,
    ) -> types.NewToken:
        """Create an API token of the viewer.

        `name`: What the token is for, 1–60 characters.
        `days`: Days until it expires; null if it does not expire.
        `scope`: What the token allows.
        `project`: Id or name of the only project that it gives access to; null for all projects."""
        return await self._run(
            "createToken", {"input": {"name": name, "days": days, "scope": scope, "project": project}}
        )

    async def set_member(self, project: str, user: str, role: types.Role) -> types.Project:
        """Add a user to a project, or change their role. For owners.

        `project`: Id or name of the project.
        `user`: User name.
        `role`: What the user may do in the project."""
        return await self._run("setMember", {"project": project, "user": user, "role": role})

    async def remove_member(self, project: str, user: str) -> types.Project:
        """Remove a user from a project. For owners; everybody may remove themselves.

        `project`: Id or name of the project.
        `user`: User name."""
        return await self._run("removeMember", {"project": project, "user": user})

    async def save_registry(
        self,
        project: str,
        name: str,
        prefix: str,
        *,
        username: str = UNSET,
        password: str | None = UNSET,
        insecure: bool = UNSET,
    ) -> types.Registry:
        """Add a registry to a project, or change the one of this name. For maintainers.

        `project`: Id or name of the project.
        `name`: Name within the project; an existing registry is changed.
        `prefix`: `host[:port][/path]` in front of the names of its images.
        `username`: User name; empty for anonymous access.
        `password`: Password or access token; null keeps the stored one.
        `insecure`: Whether it is reached by plain HTTP."""
        return await self._run(
            "saveRegistry",
            {
                "input": {
                    "project": project,
                    "name": name,
                    "prefix": prefix,
                    "username": username,
                    "password": password,
                    "insecure": insecure,
                }
            },
        )

    async def delete_registry(self, id: str) -> types.Done:
        """Remove a registry from its project. Its images stay in it. For maintainers.

        `id`: The registry."""
        return await self._run("deleteRegistry", {"id": id})

    async def create_group(
        self, name: str, *, description: str = UNSET, provider: str | None = UNSET
    ) -> types.Group:
        """Create a group of users. For administrators.

        `name`: Unique name.
        `description`: What the group is for.
        `provider`: A configured identity provider: those who sign in with it and are in its group of the same name are members. Null if administrators add members."""
        return await self._run(
            "createGroup", {"input": {"name": name, "description": description, "provider": provider}}
        )

    async def update_group(
        self, name: str, id: str, *, description: str = UNSET, provider: str | None = UNSET
    ) -> types.Group:
        """Change the name, description and provider of a group. For administrators.

        `name`: Unique name.
        `description`: What the group is for.
        `provider`: A configured identity provider: those who sign in with it and are in its group of the same name are members. Null if administrators add members.
        `id`: The group."""
        return await self._run(
            "updateGroup",
            {"input": {"name": name, "description": description, "provider": provider, "id": id}},
        )

    async def delete_group(self, id: str) -> types.Done:
        """Delete a group. Its members lose the roles that they had by it. For administrators.

        `id`: The group."""
        return await self._run("deleteGroup", {"id": id})

    async def add_group_member(self, id: str, user: str) -> types.Group:
        """Add a user to a group. For administrators.

        `id`: The group.
        `user`: User name."""
        return await self._run("addGroupMember", {"id": id, "user": user})

    async def remove_group_member(self, id: str, user: str) -> types.Group:
        """Remove a user from a group. For administrators.

        `id`: The group.
        `user`: User name."""
        return await self._run("removeGroupMember", {"id": id, "user": user})

    async def set_group_role(
        self, project: str, group: str, *, role: types.Role | None = UNSET
    ) -> types.Project:
        """Give a group a role in a project, change it, or remove the group from the project. For owners.

        `project`: Id or name of the project.
        `group`: Name of the group.
        `role`: The role; null removes the group."""
        return await self._run("setGroupRole", {"project": project, "group": group, "role": role})

    async def invite_to_project(
        self, project: str, *, role: types.Role = UNSET, email: str | None = UNSET, days: int = UNSET
    ) -> types.NewProjectInvitation:
        """Create a link with which one user joins a project. No e-mail is sent. For owners.

        `project`: Id or name of the project.
        `role`: Role of whoever accepts it.
        `email`: E-mail address of the only user who can accept it, as an identity provider verified it or an administrator entered it. That user also joins by signing in. Null: everybody with the link can.
        `days`: Days until it expires."""
        return await self._run(
            "inviteToProject", {"input": {"project": project, "role": role, "email": email, "days": days}}
        )

    async def invite_user(
        self, name: str, *, email: str | None = UNSET, project: str | None = UNSET, role: types.Role = UNSET
    ) -> types.SignInLink:
        """Create a user account, and the link with which the user signs in. For administrators.

        `name`: Unique user name: lowercase letters, digits and hyphens.
        `email`: E-mail address.
        `project`: Id or name of a project of which the user becomes a member immediately.
        `role`: Role in that project."""
        return await self._run(
            "inviteUser", {"input": {"name": name, "email": email, "project": project, "role": role}}
        )

    async def revoke_invitation(self, id: str) -> types.Done:
        """Revoke an invitation: nobody can accept it any more. For owners.

        `id`: The invitation."""
        return await self._run("revokeInvitation", {"id": id})

    async def accept_invitation(self, secret: str) -> types.Project:
        """Join a project with the secret of an invitation.

        `secret`: The secret in the link of the invitation."""
        return await self._run("acceptInvitation", {"secret": secret})

    async def set_quota(
        self,
        target: types.QuotaTargetInput,
        *,
        limits: types.QuotaLimitsInput | None = UNSET,
        queue: bool = UNSET,
    ) -> types.Quota:
        """Set what the workloads of a project or a user may use at once, or the default for all projects or
        users without limits of their own. For administrators.

        `target`: Whose limits are meant.
        `limits`: The limits; null, or no limit at all, removes them.
        `queue`: Whether a workload that exceeds them waits; otherwise it is refused."""
        return await self._run("setQuota", {"input": {"target": target, "limits": limits, "queue": queue}})

    async def save_secret(
        self, project: str, name: str, *, value: str | None = UNSET, description: str | None = UNSET
    ) -> types.Secret:
        """Add a secret to a project, or change the one of this name. Workloads that start from now on get the
        new value. For maintainers.

        `project`: Id or name of the project.
        `name`: Name of the environment variable that holds it; an existing secret is changed.
        `value`: The value; null keeps the stored one.
        `description`: What it is for; null keeps the description."""
        return await self._run(
            "saveSecret",
            {"input": {"project": project, "name": name, "value": value, "description": description}},
        )

    async def delete_secret(self, project: str, name: str, *, force: bool = UNSET) -> types.Done:
        """Delete a secret of a project. CONFLICT while something references it, unless `force`. For
        maintainers.

        `project`: Id or name of the project.
        `name`: Name of the secret.
        `force`: Whether to delete it although something references it."""
        return await self._run("deleteSecret", {"project": project, "name": name, "force": force})

    async def save_template(self, project: str, yaml: str) -> types.Template:
        """Add a version of a template to a project, from YAML; an existing version is never changed.

        `project`: Name or id of the project.
        `yaml`: The template as YAML; see the page on templates."""
        return await self._run("saveTemplate", {"project": project, "yaml": yaml})

    async def save_image(
        self,
        project: str,
        name: str,
        source: types.ImageSourceInput,
        *,
        resources: types.BuildResourcesInput | None = UNSET,
        description: str | None = UNSET,
        registry: str | None = UNSET,
        cluster: str | None = UNSET,
        rebuild: bool = UNSET,
    ) -> types.SavedImage:
        """Build a version of an image, and create the image when it is new. If the newest succeeded version
        was built from the same source, it is returned instead, unless `rebuild`. For members of the
        project.

        `project`: Id or name of the project.
        `name`: Name of the image, unique in the project.
        `source`: What it is built from.
        `resources`: What the build may use.
        `description`: Description of the image, at most 500 characters. Null keeps it.
        `registry`: Id or name of a registry of the project to push to. Default: it is stored here; on Kubernetes a registry is required.
        `cluster`: Cluster to build on. Default: the default cluster of the project.
        `rebuild`: Whether to build it again when the same source is built already."""
        return await self._run(
            "saveImage",
            {
                "input": {
                    "project": project,
                    "name": name,
                    "source": source,
                    "resources": resources,
                    "description": description,
                    "registry": registry,
                    "cluster": cluster,
                    "rebuild": rebuild,
                }
            },
        )

    async def cancel_build(self, id: str) -> types.Build:
        """Stop a build; one that has ended stays as it is.

        `id`: Id of the build."""
        return await self._run("cancelBuild", {"id": id})

    async def delete_image(self, id: str) -> types.Done:
        """Delete an image that nothing uses, with its versions. What was pushed to a registry stays there.

        `id`: Id of the image."""
        return await self._run("deleteImage", {"id": id})

    async def save_image_preset(
        self, name: str, title: str, source: types.ImageSourceInput, *, description: str = UNSET
    ) -> types.ImagePreset:
        """Create an image preset, or change the one of that name. For administrators.

        `name`: Name, unique on the platform.
        `title`: Title that people see, 1 to 100 characters.
        `source`: What images are built from that begin with it.
        `description`: Description, at most 500 characters."""
        return await self._run(
            "saveImagePreset",
            {"input": {"name": name, "title": title, "source": source, "description": description}},
        )

    async def delete_image_preset(self, name: str) -> types.Done:
        """Take a starting point out of the catalogue; images that began with it stay. For administrators.

        `name`: Name of the preset."""
        return await self._run("deleteImagePreset", {"name": name})

    async def create_notebook(
        self,
        project: str,
        name: str,
        *,
        kind: types.NotebookKind = UNSET,
        spec: types.NotebookSpecInput = UNSET,
        description: str = UNSET,
        sharing: types.NotebookSharing = UNSET,
        cluster: str | None = UNSET,
        start: bool = UNSET,
    ) -> types.Notebook:
        """Create a notebook of the viewer's, and start it. Members of the project may.

        `project`: The name or id of the project.
        `name`: The name, unique in the project: lowercase letters, digits and hyphens.
        `kind`: The program that it runs. Default: JUPYTER.
        `spec`: What it is made of.
        `description`: What it is for, 500 characters at most.
        `sharing`: What other members of the project may do with it. Default: NONE.
        `cluster`: The cluster. Default: that of the project.
        `start`: Whether to start it immediately. Default: true."""
        return await self._run(
            "createNotebook",
            {
                "input": {
                    "project": project,
                    "name": name,
                    "kind": kind,
                    "spec": spec,
                    "description": description,
                    "sharing": sharing,
                    "cluster": cluster,
                    "start": start,
                }
            },
        )

    async def start_notebook(self, id: str) -> types.Notebook:
        """Start it; one that runs goes on.

        `id`: Id of the notebook."""
        return await self._run("startNotebook", {"id": id})

    async def stop_notebook(self, id: str, *, save: bool = UNSET) -> types.Notebook:
        """End its processes; its files stay. With `save` the open pages of a JupyterLab save first what is
        unsaved in them, within 12 s; CONFLICT when something could not be saved, and then it is not
        stopped.

        `id`: Id of the notebook.
        `save`: Whether open pages save first what is unsaved in them."""
        return await self._run("stopNotebook", {"id": id, "save": save})

    async def restart_notebook(self, id: str, *, save: bool = UNSET) -> types.Notebook:
        """Stop it and start it again; `save` as for stopNotebook.

        `id`: Id of the notebook.
        `save`: Whether open pages save first what is unsaved in them."""
        return await self._run("restartNotebook", {"id": id, "save": save})

    async def update_notebook(
        self,
        id: str,
        *,
        name: str | None = UNSET,
        description: str | None = UNSET,
        sharing: types.NotebookSharing | None = UNSET,
        spec: types.NotebookSpecInput | None = UNSET,
        restart: bool = UNSET,
    ) -> types.Notebook:
        """Change what is given. A changed spec holds from the next start, or with `restart` immediately: it
        is stopped, changed and started as one act. Its owner may.

        `id`: The id of the notebook.
        `name`: The name, unique in the project: lowercase letters, digits and hyphens.
        `description`: What it is for, 500 characters at most.
        `sharing`: What other members of the project may do with it.
        `spec`: What changes of what it is made of, from the next start on.
        `restart`: Whether to apply the change immediately by a restart. Default: false."""
        return await self._run(
            "updateNotebook",
            {
                "input": {
                    "id": id,
                    "name": name,
                    "description": description,
                    "sharing": sharing,
                    "spec": spec,
                    "restart": restart,
                }
            },
        )

    async def revert_notebook(self, id: str) -> types.Notebook:
        """The way back from a change that did not work out: what it was made of before, started at once.

        `id`: Id of the notebook."""
        return await self._run("revertNotebook", {"id": id})

    async def clone_notebook(self, id: str, name: str) -> types.Notebook:
        """A notebook of mine made of the same, without its files; with its secrets only if it is mine.

        `id`: Id of the notebook to copy.
        `name`: Name of the new notebook."""
        return await self._run("cloneNotebook", {"id": id, "name": name})

    async def delete_notebook(self, id: str, *, keep_files: bool = UNSET) -> types.Done:
        """Delete a notebook that is off; its folder too, unless `keepFiles`.

        `id`: Id of the notebook.
        `keep_files`: Whether to keep its folder."""
        return await self._run("deleteNotebook", {"id": id, "keepFiles": keep_files})

    async def extend_notebook(self, id: str, *, hours: int = UNSET) -> types.Notebook:
        """Do not stop it for being idle in the next hours, 72 at most.

        `id`: Id of the notebook.
        `hours`: For how many hours, 1 to 72."""
        return await self._run("extendNotebook", {"id": id, "hours": hours})

    async def open_notebook(self, id: str) -> types.NotebookLink:
        """The address at which my browser gets in.

        `id`: Id of the notebook."""
        return await self._run("openNotebook", {"id": id})

    async def set_notebook_policy(
        self,
        project: str,
        *,
        idle_minutes: int = UNSET,
        gpu_idle_minutes: int = UNSET,
        warn_minutes: int = UNSET,
    ) -> types.Project:
        """When idle notebooks of a project are stopped, in minutes; 0: never.

        `project`: Name or id of the project.
        `idle_minutes`: After how many idle minutes a notebook without GPUs is stopped; 0: never.
        `gpu_idle_minutes`: The same for notebooks with GPUs.
        `warn_minutes`: How many minutes before that its owner is warned."""
        return await self._run(
            "setNotebookPolicy",
            {
                "project": project,
                "idleMinutes": idle_minutes,
                "gpuIdleMinutes": gpu_idle_minutes,
                "warnMinutes": warn_minutes,
            },
        )

    async def upload_model(
        self,
        project: str,
        name: str,
        files: list[types.ModelFileInput],
        *,
        description: str | None = UNSET,
        framework: types.ModelFramework | None = UNSET,
        signature: types.ModelSignatureInput | None = UNSET,
        requirements: list[str] | None = UNSET,
        metrics: Any = UNSET,
        tags: Any = UNSET,
    ) -> types.RegisteredModel:
        """Register a version of a model from files that were uploaded to the project's storage before.
        Members of the project may. The signature and the requirements of an MLflow folder are read from its
        files; when these cannot be read, the result is a problem unless you give `framework`.

        `description`: What is new in this version, 500 characters at most.
        `framework`: The format of the files. Default: detected from the files.
        `signature`: The inputs and outputs. Default: read from the files where they say so.
        `requirements`: The Python packages that are needed to load it, as in a requirements file, 100 at most.
        `metrics`: The metrics by name: {name: number}, 500 at most; "NaN", "Infinity" and "-Infinity" as text. JSON, because you choose the names.
        `tags`: Tags: {name: text}, 100 at most. JSON, because you choose the names.
        `project`: The name or id of the project.
        `name`: The name of the model. It gets a new version, or is created when there is none.
        `files`: The files, 1 to 10000."""
        return await self._run(
            "uploadModel",
            {
                "input": {
                    "description": description,
                    "framework": framework,
                    "signature": signature,
                    "requirements": requirements,
                    "metrics": metrics,
                    "tags": tags,
                    "project": project,
                    "name": name,
                    "files": files,
                }
            },
        )

    async def update_model(
        self, id: str, *, description: str | None = UNSET, card: str | None = UNSET
    ) -> types.Model:
        """Change the description or the card of a model. Members of the project may.

        `id`: The id of the model.
        `description`: What the model is for, 500 characters at most.
        `card`: The model card in Markdown, 100000 characters at most."""
        return await self._run("updateModel", {"input": {"id": id, "description": description, "card": card}})

    async def update_model_version(
        self,
        id: str,
        *,
        description: str | None = UNSET,
        framework: types.ModelFramework | None = UNSET,
        signature: types.ModelSignatureInput | None = UNSET,
        requirements: list[str] | None = UNSET,
        metrics: Any = UNSET,
        tags: Any = UNSET,
    ) -> types.ModelVersion:
        """Change what is known of a version; its files never change. Members of the project may.

        `description`: What is new in this version, 500 characters at most.
        `framework`: The format of the files. Default: detected from the files.
        `signature`: The inputs and outputs. Default: read from the files where they say so.
        `requirements`: The Python packages that are needed to load it, as in a requirements file, 100 at most.
        `metrics`: The metrics by name: {name: number}, 500 at most; "NaN", "Infinity" and "-Infinity" as text. JSON, because you choose the names.
        `tags`: Tags: {name: text}, 100 at most. JSON, because you choose the names.
        `id`: The id of the version."""
        return await self._run(
            "updateModelVersion",
            {
                "input": {
                    "description": description,
                    "framework": framework,
                    "signature": signature,
                    "requirements": requirements,
                    "metrics": metrics,
                    "tags": tags,
                    "id": id,
                }
            },
        )

    async def set_model_alias(self, id: str, alias: str, *, force: bool = UNSET) -> types.Model:
        """Set an alias to a version. The result is a problem when the version does not meet a condition of
        `Model.checks`, unless `force`. Members of the project may.

        `id`: The id of the version.
        `alias`: The alias: 1 to 50 lowercase letters, digits and hyphens, such as production.
        `force`: Set it although a condition is not met."""
        return await self._run("setModelAlias", {"id": id, "alias": alias, "force": force})

    async def remove_model_alias(self, id: str, alias: str) -> types.Model:
        """Remove an alias of a model; its versions stay. Members of the project may.

        `id`: The id of the model.
        `alias`: The alias."""
        return await self._run("removeModelAlias", {"id": id, "alias": alias})

    async def delete_model_version(self, id: str) -> types.Model:
        """Delete a version that nothing uses and no alias points to. Members of the project may.

        `id`: The id of the version."""
        return await self._run("deleteModelVersion", {"id": id})

    async def delete_model(self, id: str) -> types.Done:
        """Delete a model with all its versions, when nothing uses one of them. Members of the project may.

        `id`: The id of the model."""
        return await self._run("deleteModel", {"id": id})

    async def create_service(
        self,
        project: str,
        name: str,
        *,
        spec: types.ServiceSpecInput = UNSET,
        model: str | None = UNSET,
        access: types.ServiceAccess = UNSET,
        description: str = UNSET,
        cluster: str | None = UNSET,
    ) -> types.Service:
        """Create a service and start its first revision, which gets all requests as soon as it is ready.
        Members of the project may.

        `project`: The name or id of the project.
        `name`: The name, unique in the project: lowercase letters, digits and hyphens. It is part of the address.
        `spec`: What the first revision is made of.
        `model`: The model that it serves: name:3, name@production, name (the newest), or the id of a version.
        `access`: Who may send requests. Default: PROJECT.
        `description`: What it is for, 500 characters at most.
        `cluster`: The cluster. Default: that of the project."""
        return await self._run(
            "createService",
            {
                "input": {
                    "project": project,
                    "name": name,
                    "spec": spec,
                    "model": model,
                    "access": access,
                    "description": description,
                    "cluster": cluster,
                }
            },
        )

    async def deploy_service(
        self,
        id: str,
        *,
        spec: types.ServiceSpecInput = UNSET,
        model: str | None = UNSET,
        strategy: types.RolloutStrategyInput = UNSET,
        force: bool = UNSET,
    ) -> types.Service:
        """Deploy a new revision. Members of the project may. CONFLICT at `force`: the signature of its model
        differs from that of a model that has the traffic. CONFLICT at `strategy.kind`: requests come by a
        route on which a canary cannot be judged.

        `id`: The id of the service.
        `spec`: What changes against the newest revision.
        `model`: The model that it serves: name:3, name@production, name (the newest), or the id of a version. Default: that of the newest revision.
        `strategy`: How it gets the traffic.
        `force`: Deploy it although its model has another signature than one that has the traffic."""
        return await self._run(
            "deployService",
            {"input": {"id": id, "spec": spec, "model": model, "strategy": strategy, "force": force}},
        )

    async def activate_revision(
        self,
        id: str,
        number: int,
        *,
        strategy: types.RolloutStrategyInput | None = UNSET,
        force: bool = UNSET,
    ) -> types.Service:
        """Give the traffic to a revision, or back to an earlier one. It is started when it does not run.
        Members of the project may.

        `id`: The id of the service.
        `number`: The number of the revision.
        `strategy`: How it gets the traffic. Default: IMMEDIATE.
        `force`: Confirm a change of the signature, as in deployService."""
        return await self._run(
            "activateRevision", {"id": id, "number": number, "strategy": strategy, "force": force}
        )

    async def set_traffic(
        self,
        id: str,
        traffic: list[types.TrafficWeightInput],
        *,
        mirror: int | None = UNSET,
        force: bool = UNSET,
    ) -> types.Service:
        """Split the traffic between revisions. A rollout in progress ends. Members of the project may.

        `id`: The id of the service.
        `traffic`: The weights of the revisions, 100 percent in all.
        `mirror`: The number of a revision that gets mirrored requests with bodies up to 1 MiB; its responses are compared and discarded. Default: none.
        `force`: Confirm a change of the signature, as in deployService."""
        return await self._run("setTraffic", {"id": id, "traffic": traffic, "mirror": mirror, "force": force})

    async def abort_rollout(self, id: str) -> types.Service:
        """End a rollout and give the traffic back to the revisions that had it before. Members of the project
        may.

        `id`: The id of the service."""
        return await self._run("abortRollout", {"id": id})

    async def start_service(self, id: str) -> types.Service:
        """Start the revisions that get traffic. Members of the project may.

        `id`: The id of the service."""
        return await self._run("startService", {"id": id})

    async def stop_service(self, id: str) -> types.Service:
        """Stop all revisions. The traffic weights are kept for the next start. Members of the project may.

        `id`: The id of the service."""
        return await self._run("stopService", {"id": id})

    async def update_service(
        self, id: str, *, description: str | None = UNSET, access: types.ServiceAccess | None = UNSET
    ) -> types.Service:
        """Change the description of a service, or who may send requests. Members of the project may.

        `id`: The id of the service.
        `description`: What it is for, 500 characters at most.
        `access`: Who may send requests; it takes effect immediately."""
        return await self._run(
            "updateService", {"input": {"id": id, "description": description, "access": access}}
        )

    async def delete_service(self, id: str) -> types.Done:
        """Delete a stopped service with its revisions, keys and metrics. Members of the project may.

        `id`: The id of the service."""
        return await self._run("deleteService", {"id": id})

    async def create_service_key(
        self,
        service: str,
        name: str,
        *,
        requests_per_minute: int | None = UNSET,
        tokens_per_minute: int | None = UNSET,
    ) -> types.NewServiceKey:
        """Create a key of a service. Its secret is returned only once. Members of the project may.

        `service`: The id of the service.
        `name`: The name, unique in the service, 1 to 100 characters.
        `requests_per_minute`: The maximum number of requests per minute and process of the platform. Default: null, no limit.
        `tokens_per_minute`: The maximum number of tokens of a language model, in prompts and completions, per minute and process of the platform. Default: null, no limit."""
        return await self._run(
            "createServiceKey",
            {
                "input": {
                    "service": service,
                    "name": name,
                    "requestsPerMinute": requests_per_minute,
                    "tokensPerMinute": tokens_per_minute,
                }
            },
        )

    async def revoke_service_key(self, id: str) -> types.Service:
        """Delete a key. Requests with it are refused from now on. Members of the project may.

        `id`: The id of the key."""
        return await self._run("revokeServiceKey", {"id": id})

    async def open_service(self, id: str) -> types.ServiceLink:
        """Create a link that opens a service in a browser. Members and viewers of the project may.

        `id`: The id of the service."""
        return await self._run("openService", {"id": id})

    async def invoke_service(
        self,
        id: str,
        *,
        path: str = UNSET,
        method: types.HttpMethod = UNSET,
        body: str = UNSET,
        revision: int | None = UNSET,
    ) -> types.ServiceResponse:
        """Send a request to a service, as the console does to try it. It does not count in the metrics. Members and viewers of the project may.

        `id`: The id of the service.
        `path`: The path; it begins with /.
        `method`: The method.
        `body`: The body, 1 MiB at most.
        `revision`: The number of a revision. Default: one that gets traffic."""
        return await self._run(
            "invokeService", {"id": id, "path": path, "method": method, "body": body, "revision": revision}
        )

    async def save_pipeline(
        self,
        project: str,
        *,
        yaml: str | None = UNSET,
        definition: Any = UNSET,
        expected_version: int | None = UNSET,
    ) -> types.SavedPipeline:
        """Save a definition as the newest version of the pipeline of that name, and create the pipeline when
        there is none. Requires the member role in the project. INVALID lists every invalid value; CONFLICT
        when the newest version is not `expectedVersion`.

        `project`: Name or id of the project.
        `yaml`: The definition as YAML.
        `definition`: The definition as an object of the shape of the YAML file.
        `expected_version`: Number of the version that the definition is based on, 0 for a new pipeline; null: any."""
        return await self._run(
            "savePipeline",
            {
                "input": {
                    "project": project,
                    "yaml": yaml,
                    "definition": definition,
                    "expectedVersion": expected_version,
                }
            },
        )

    async def save_pipeline_draft(
        self, pipeline_id: str, definition: Any, base_version: int
    ) -> types.Pipeline:
        """Store your unsaved changes to a pipeline without creating a version. Saving the pipeline deletes
        the draft. Requires the member role in the project.

        `pipeline_id`: The pipeline that was changed.
        `definition`: The changed definition, an object of at most 8 MiB; it need not be valid.
        `base_version`: Number of the version that the changes are based on."""
        return await self._run(
            "savePipelineDraft",
            {"input": {"pipelineId": pipeline_id, "definition": definition, "baseVersion": base_version}},
        )

    async def discard_pipeline_draft(self, pipeline: str) -> types.Pipeline:
        """Delete your unsaved changes to a pipeline. Does nothing when there are none.

        `pipeline`: Id of the pipeline."""
        return await self._run("discardPipelineDraft", {"pipeline": pipeline})

    async def set_pipeline_layout(
        self, pipeline_id: str, positions: list[types.StepPositionInput]
    ) -> types.Pipeline:
        """Set the positions of the steps of a pipeline on the canvas of the editor. It creates no version.
        Requires the member role in the project.

        `pipeline_id`: The pipeline to lay out.
        `positions`: Positions of steps, at most 10000; they replace all positions that were set before."""
        return await self._run(
            "setPipelineLayout", {"input": {"pipelineId": pipeline_id, "positions": positions}}
        )

    async def start_run(
        self,
        pipeline: str,
        *,
        params: Any = UNSET,
        version: int | None = UNSET,
        cache: bool = UNSET,
        priority: int = UNSET,
        cluster: str | None = UNSET,
        preflight_digest: str | None = UNSET,
    ) -> types.Run:
        """Run a pipeline: its newest version or `version`, with `params` {name: value}. `cache`: take results
        of equal steps from before. Runs of higher priority (-100 to 100) start first. `cluster`: another than
        the project's, if the project allows it. `preflightDigest`: the digest of preflightRun; when what
        would run is no longer that, nothing starts.

        `pipeline`: Id of the pipeline.
        `params`: Values of the pipeline's parameters, {name: value}. A parameter that is left out has its default. JSON, because each pipeline declares its own parameters.
        `version`: Version of the pipeline; the newest when it is left out.
        `cache`: Whether steps may take results of equal steps of earlier runs.
        `priority`: -100 to 100; queued runs of higher priority start first.
        `cluster`: Name of a cluster that the project allows. When it is left out, the project's own, or the one that its placement rule chooses.
        `preflight_digest`: `RunPreflight.digest`: the run is refused with CONFLICT when what would run is no longer what the preflight showed."""
        return await self._run(
            "startRun",
            {
                "pipeline": pipeline,
                "params": params,
                "version": version,
                "cache": cache,
                "priority": priority,
                "cluster": cluster,
                "preflightDigest": preflight_digest,
            },
        )

    async def retry_run(self, id: str, *, cluster: str | None = UNSET) -> types.Run:
        """Run the same version again. Steps that succeeded are taken over with their outputs and files.

        Needs the role member. CONFLICT when the run has not ended.

        `id`: Id of the run.
        `cluster`: Name of a cluster that the project allows; the run's own when it is left out."""
        return await self._run("retryRun", {"id": id, "cluster": cluster})

    async def continue_run(self, id: str, *, cluster: str | None = UNSET) -> types.Run:
        """Run the newest version of the pipeline. Steps that succeeded and have not changed are taken over.

        Needs the role member. CONFLICT when the run has not ended.

        `id`: Id of the run.
        `cluster`: Name of a cluster that the project allows; the run's own when it is left out."""
        return await self._run("continueRun", {"id": id, "cluster": cluster})

    async def create_notebook_from_step(
        self, run: str, step: str, *, item: int | None = UNSET, name: str | None = UNSET
    ) -> types.Notebook:
        """Create a notebook with the environment, the code and the inputs of a step, and start it.

        The code is in a folder named after the step; run.sh in it runs the step as the run did. Needs the
        role member.

        `run`: Id of the run.
        `step`: Name of the step.
        `item`: Index of the item of the step's fan-out, from 0; null for a step without a fan-out.
        `name`: Name of the notebook; one is chosen when it is left out."""
        return await self._run(
            "createNotebookFromStep", {"run": run, "step": step, "item": item, "name": name}
        )

    async def move_run(self, id: str, cluster: str) -> types.Run:
        """Move a run to another cluster of its project before its first step starts.

        It stays the same run, and is queued there once its former cluster has released it. CONFLICT when a
        step has started, or when the former cluster may have it and does not answer.

        `id`: Id of the run.
        `cluster`: Name of another cluster that the project allows."""
        return await self._run("moveRun", {"id": id, "cluster": cluster})

    async def cancel_run(self, id: str) -> types.Run:
        """Cancel a run. Its processes receive SIGTERM, and SIGKILL after the grace period.

        `id`: Id of the run."""
        return await self._run("cancelRun", {"id": id})

    async def set_run_pinned(self, id: str, pinned: bool) -> types.Run:
        """Pin a run, so that neither members nor retention policies delete it, or unpin it. Needs the role
        member. Deleting its pipeline or its project deletes it all the same.

        `id`: Id of the run.
        `pinned`: True: keep the run; false: it may be deleted."""
        return await self._run("setRunPinned", {"id": id, "pinned": pinned})

    async def delete_runs(self, ids: list[str]) -> types.DeletedRuns:
        """Delete runs that have ended, with their steps, logs, metrics and files. Needs the role member.

        Files that another run, a version of a model, an image, a notebook or a service refers to are kept.
        A run that cannot be deleted is in `faults` and does not keep the others; when none can be deleted,
        the request is refused. CONFLICT when a run has not ended, or is a trial of a search that has not.

        `ids`: Ids of the runs, 1 to 100."""
        return await self._run("deleteRuns", {"ids": ids})

    async def register_model(
        self,
        run: str,
        step: str,
        name: str,
        *,
        description: str | None = UNSET,
        framework: types.ModelFramework | None = UNSET,
        signature: types.ModelSignatureInput | None = UNSET,
        requirements: list[str] | None = UNSET,
        metrics: Any = UNSET,
        tags: Any = UNSET,
        item: int | None = UNSET,
        paths: list[str] = UNSET,
    ) -> types.RegisteredModel:
        """Register artifacts of a step as a version of a model. The metrics and the numeric outputs of the
        step become metrics of the version. The same files of the same run are registered once. Members of the
        project may.

        `description`: What is new in this version, 500 characters at most.
        `framework`: The format of the files. Default: detected from the files.
        `signature`: The inputs and outputs. Default: read from the files where they say so.
        `requirements`: The Python packages that are needed to load it, as in a requirements file, 100 at most.
        `metrics`: The metrics by name: {name: number}, 500 at most; "NaN", "Infinity" and "-Infinity" as text. JSON, because you choose the names.
        `tags`: Tags: {name: text}, 100 at most. JSON, because you choose the names.
        `run`: The id of the run.
        `step`: The name of a step that succeeded.
        `item`: The index in a fan-out, from 0; null for a step without items.
        `name`: The name of the model. It gets a new version, or is created when there is none.
        `paths`: Artifacts of the step, or folders of artifacts. Default: all artifacts."""
        return await self._run(
            "registerModel",
            {
                "input": {
                    "description": description,
                    "framework": framework,
                    "signature": signature,
                    "requirements": requirements,
                    "metrics": metrics,
                    "tags": tags,
                    "run": run,
                    "step": step,
                    "item": item,
                    "name": name,
                    "paths": paths,
                }
            },
        )

    async def delete_pipeline(self, id: str) -> types.Done:
        """Delete a pipeline with its versions, runs, logs and files. Refused while one of its runs is going
        on. Files that a version of a model or a run of another pipeline refers to are kept.

        `id`: Id of the pipeline."""
        return await self._run("deletePipeline", {"id": id})

    async def create_schedule(
        self, pipeline_id: str, name: str, spec: types.ScheduleSpecInput
    ) -> types.Schedule:
        """Create a schedule of a pipeline. Its runs have your access. Requires the member role in the
        project. CONFLICT when the name is taken or the pipeline has 50 schedules; INVALID when no run could
        start with these parameters.

        `pipeline_id`: The pipeline to run.
        `name`: Name, unique among the schedules of the pipeline: 1–50 lowercase letters, digits and hyphens.
        `spec`: When to run the pipeline, and how."""
        return await self._run(
            "createSchedule", {"input": {"pipelineId": pipeline_id, "name": name, "spec": spec}}
        )

    async def update_schedule(
        self, id: str, *, name: str | None = UNSET, spec: types.ScheduleSpecInput | None = UNSET
    ) -> types.Schedule:
        """Change the name or the spec of a schedule. From then on its runs have your access. Requires the
        member role in the project.

        `id`: The schedule to change.
        `name`: Its new name.
        `spec`: Its new spec, which replaces the whole old one."""
        return await self._run("updateSchedule", {"input": {"id": id, "name": name, "spec": spec}})

    async def pause_schedule(self, id: str) -> types.Schedule:
        """Pause a schedule: ticks that wait are skipped, and no tick comes until it is resumed. Its runs
        continue. Does nothing when it is paused. Requires the member role in the project.

        `id`: Id of the schedule."""
        return await self._run("pauseSchedule", {"id": id})

    async def resume_schedule(self, id: str) -> types.Schedule:
        """Resume a paused schedule with its next tick; ticks that passed meanwhile are not caught up on. Does
        nothing when it is not paused. Requires the member role in the project.

        `id`: Id of the schedule."""
        return await self._run("resumeSchedule", {"id": id})

    async def delete_schedule(self, id: str) -> types.Done:
        """Delete a schedule; its runs are kept. Requires the member role in the project.

        `id`: Id of the schedule."""
        return await self._run("deleteSchedule", {"id": id})

    async def create_search(
        self, pipeline_id: str, name: str, spec: types.SearchSpecInput, *, cluster: str | None = UNSET
    ) -> types.Search:
        """Create and start a search over the parameters of a pipeline. Each trial is a run.

        Needs the role member. INVALID names what is wrong in the spec, CONFLICT when the name is taken.

        `pipeline_id`: Id of the pipeline.
        `name`: Name of the search, unique in its project.
        `spec`: What it optimizes and how.
        `cluster`: Name of a cluster that the project allows; null: the cluster of the project."""
        return await self._run(
            "createSearch",
            {"input": {"pipelineId": pipeline_id, "name": name, "spec": spec, "cluster": cluster}},
        )

    async def pause_search(self, id: str) -> types.Search:
        """Start no more trials. Those that run continue.

        `id`: Id of the search."""
        return await self._run("pauseSearch", {"id": id})

    async def resume_search(self, id: str) -> types.Search:
        """Resume a paused search.

        `id`: Id of the search."""
        return await self._run("resumeSearch", {"id": id})

    async def stop_search(self, id: str) -> types.Search:
        """Stop a search and its running trials. It can be extended later.

        `id`: Id of the search."""
        return await self._run("stopSearch", {"id": id})

    async def extend_search(self, id: str, trials: int, *, parallelism: int | None = UNSET) -> types.Search:
        """Add trials to a search, also after its end.

        `id`: Id of the search.
        `trials`: Number of trials to add, 0–10000.
        `parallelism`: Number of trials that run at the same time from now on, 1–256; unchanged when it is left out."""
        return await self._run("extendSearch", {"id": id, "trials": trials, "parallelism": parallelism})

    async def stop_trials(self, id: str, numbers: list[int]) -> types.Search:
        """Stop some running trials. The search continues.

        `id`: Id of the search.
        `numbers`: Numbers of the trials, from 0."""
        return await self._run("stopTrials", {"id": id, "numbers": numbers})

    async def retry_trials(self, id: str, numbers: list[int]) -> types.Search:
        """Run the points of some trials again, such as those that failed.

        They run before the points that the search suggests itself. A search that has ended continues.

        `id`: Id of the search.
        `numbers`: Numbers of the trials, from 0."""
        return await self._run("retryTrials", {"id": id, "numbers": numbers})

    async def explore_around_trials(self, id: str, numbers: list[int], count: int) -> types.Search:
        """Run `count` points near each of some trials.

        They run before the points that the search suggests itself. A search that has ended continues.

        `id`: Id of the search.
        `numbers`: Numbers of the trials, from 0.
        `count`: Number of points for each trial, 1–100."""
        return await self._run("exploreAroundTrials", {"id": id, "numbers": numbers, "count": count})

    async def suggest_trial(self, key: str, params: Any) -> types.SuggestedTrial:
        """Queue a point of the search. Only for the token of its external engine's run.

        Repeating it with the same key changes nothing.

        `key`: The engine's own name of the trial, 1–200 characters.
        `params`: The point, {parameter: value}."""
        return await self._run("suggestTrial", {"key": key, "params": params})

    async def discard_trial(self, key: str) -> types.Done:
        """Remove a suggested point from the queue, or prune its trial. Only for the token of the engine's
        run.

        `key`: The engine's own name of the trial, 1–200 characters."""
        return await self._run("discardTrial", {"key": key})

    async def delete_search(self, id: str) -> types.Done:
        """Delete a search that has ended, with the runs of its trials and of its engine, unless they are
        pinned. Files of these runs that a version of a model or another run refers to are kept.

        `id`: Id of the search."""
        return await self._run("deleteSearch", {"id": id})

    async def mark_notifications_read(self, *, ids: list[str] | None = UNSET) -> types.UnreadNotifications:
        """Mark notifications of yours as read. Ids of other users' notifications change nothing. INVALID when
        there are more than 200 ids.

        `ids`: Ids of the notifications to mark, up to 200; null: all that are unread."""
        return await self._run("markNotificationsRead", {"input": {"ids": ids}})

    async def update_notification_settings(
        self, settings: list[types.NotificationSettingInput]
    ) -> types.NotificationSettings:
        """Choose which notifications you get.

        `settings`: The kinds to change; others stay as they are. Of a kind that is given twice, the last one counts."""
        return await self._run("updateNotificationSettings", {"input": {"settings": settings}})

    async def create_notification_channel(
        self,
        name: str,
        kind: types.NotificationChannelKind,
        address: str,
        kinds: list[types.NotificationKind],
        *,
        project: str | None = UNSET,
        secret: str | None = UNSET,
    ) -> types.NotificationChannel:
        """Create a channel of yours, or of a project as its maintainer. CONFLICT when the name is taken, when
        there are 20 channels, or when the platform has no mail server.

        `project`: Id or name of the project that it belongs to; null: it is your own.
        `name`: Name, 1–60 characters.
        `kind`: How its messages are sent; it never changes.
        `address`: Where messages go: an e-mail address, or the URL of the receiver, up to 2000 characters. E-mail of a user goes to the address of the account only. The platform connects to public addresses only, unless an administrator allows others (`CUBE_ALLOWED_PRIVATE_NETWORKS`).
        `secret`: Key of the signatures of WEBHOOK, DINGTALK and FEISHU, 1–500 characters; other kinds take none. One that begins with `whsec_` is the Base64 of a key. Null: none.
        `kinds`: The events that it is sent. A channel of a project takes none that concern one user alone."""
        return await self._run(
            "createNotificationChannel",
            {
                "input": {
                    "project": project,
                    "name": name,
                    "kind": kind,
                    "address": address,
                    "secret": secret,
                    "kinds": kinds,
                }
            },
        )

    async def update_notification_channel(
        self,
        id: str,
        *,
        name: str | None = UNSET,
        address: str | None = UNSET,
        secret: str | None = UNSET,
        kinds: list[types.NotificationKind] | None = UNSET,
    ) -> types.NotificationChannel:
        """Change a channel. What waits is sent with the change.

        `id`: Id of the channel.
        `name`: Name, 1–60 characters.
        `address`: Where messages go: an e-mail address, or the URL of the receiver, up to 2000 characters. E-mail of a user goes to the address of the account only. The platform connects to public addresses only, unless an administrator allows others (`CUBE_ALLOWED_PRIVATE_NETWORKS`).
        `secret`: Key of the signatures of WEBHOOK, DINGTALK and FEISHU, 1–500 characters; other kinds take none. One that begins with `whsec_` is the Base64 of a key. Empty: removes it.
        `kinds`: The events that it is sent. A channel of a project takes none that concern one user alone."""
        return await self._run(
            "updateNotificationChannel",
            {"input": {"id": id, "name": name, "address": address, "secret": secret, "kinds": kinds}},
        )

    async def delete_notification_channel(self, id: str) -> types.Done:
        """Delete a channel and its deliveries; what waits is not sent.

        `id`: Id of the channel."""
        return await self._run("deleteNotificationChannel", {"id": id})

    async def test_notification_channel(self, id: str) -> types.NotificationDelivery:
        """Send a test message by a channel, at most 10 a minute; `deliveries` of the channel says what became
        of it.

        `id`: Id of the channel."""
        return await self._run("testNotificationChannel", {"id": id})

    async def update_retention_policy(
        self, *, project: str | None = UNSET, rule: types.RetentionRuleInput | None = UNSET
    ) -> types.RetentionPolicy:
        """Set which runs of a project are kept, or the default of the platform. Others are deleted with their
        steps, logs, metrics and files, from the next hour on. Owners of the project may; administrators set
        the default.

        `project`: Id or name of the project; null: the default for all projects that have no policy of their own.
        `rule`: Which runs are kept. Null: the project has the default of the platform; as the default, every run is kept."""
        return await self._run("updateRetentionPolicy", {"input": {"project": project, "rule": rule}})

    async def run_scheduled_task(self, name: str) -> types.ScheduledTask:
        """Run a periodic job of the platform now; when it already runs or waits, nothing changes. For
        administrators.

        `name`: Name of the task."""
        return await self._run("runScheduledTask", {"name": name})

    def changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.Change]:
        """Follow the objects of your projects, or of one project, except runs: the kind and id of each that changes from now on. One subscription keeps all lists current.

        `project`: Name or id of a project; all projects of the viewer when it is left out."""
        return self._subscribe("changed", {"project": project})

    def cluster_health(self) -> AsyncIterator[list[types.ClusterHealth]]:
        """Which clusters there are and whether they answer: now, then whenever that changes."""
        return self._subscribe("clusterHealth", {})

    def logs(self, pod: str, *, since: int = UNSET) -> AsyncIterator[types.LogChunk]:
        """A pod's log from byte `since` on, as it grows; ends with the chunk that is `done`.

        `pod`: Id of the pod.
        `since`: Position in the log from which to read, in bytes."""
        return self._subscribe("logs", {"pod": pod, "since": since}, resumes=True, lasting=True)

    def pod_used(self, id: str) -> AsyncIterator[Any]:
        """What a pod uses from now on, as Pod.usage has it: each time the samples since the last; ends with the pod.

        `id`: Id of the pod."""
        return self._subscribe("podUsed", {"id": id})

    def pod_changed(self, id: str) -> AsyncIterator[types.Pod]:
        """A pod now, then at each change; ends when it has ended and its log is kept.

        `id`: Id of the pod."""
        return self._subscribe("podChanged", {"id": id})

    def image_changed(self, id: str) -> AsyncIterator[types.ImageChange]:
        """An image now, then at each change of its builds; null and the end when it is deleted.

        `id`: Id of the image."""
        return self._subscribe("imageChanged", {"id": id})

    def images_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.ImageChange]:
        """Each image of a project (or of all mine) whose builds change from now on.

        `project`: Name or id of a project; all projects of the viewer when it is left out."""
        return self._subscribe("imagesChanged", {"project": project})

    def notebook_changed(self, id: str) -> AsyncIterator[types.NotebookChange]:
        """A notebook now, then at each change; null and the end when it is deleted. While somebody follows it, it is asked every 15 s whether it is in use.

        `id`: Id of the notebook."""
        return self._subscribe("notebookChanged", {"id": id})

    def notebooks_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.NotebookChange]:
        """Each notebook of a project (or of all mine) that changes from now on.

        `project`: Name or id of a project; all projects of the viewer when it is left out."""
        return self._subscribe("notebooksChanged", {"project": project})

    def model_changed(self, id: str) -> AsyncIterator[types.ModelChange]:
        """Follow a model: the model now, then at each change of it or its versions. The stream ends with null when the model is deleted.

        `id`: The id of the model."""
        return self._subscribe("modelChanged", {"id": id})

    def models_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.ModelChange]:
        """Each model of a project (or of all mine) that changes from now on.

        `project`: Name or id of a project; all projects of the viewer when it is left out."""
        return self._subscribe("modelsChanged", {"project": project})

    def service_changed(self, id: str) -> AsyncIterator[types.ServiceChange]:
        """Follow a service: the service now, then at each change of it or its revisions. The stream ends with null when the service is deleted.

        `id`: The id of the service."""
        return self._subscribe("serviceChanged", {"id": id})

    def services_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.ServiceChange]:
        """Follow the services of your projects, or of one project: each that changes from now on.

        `project`: The name or id of a project. Default: all your projects."""
        return self._subscribe("servicesChanged", {"project": project})

    def service_requests_changed(self, id: str) -> AsyncIterator[types.ServiceRequestsChange]:
        """Follow the requests to a service: an event now, and whenever there are new ones. Read `Service.requests` again then.

        `id`: The id of the service."""
        return self._subscribe("serviceRequestsChanged", {"id": id})

    def run_changed(self, id: str, *, since: str | None = UNSET) -> AsyncIterator[types.RunChange]:
        """A run as it is now (unless nothing changed after `since`), then again at each change of it or of its steps. Completes when the run has ended.

        `id`: Id of the run.
        `since`: A `cursor` that you received: the subscription resumes after it. When it is left out, it starts now."""
        return self._subscribe("runChanged", {"id": id, "since": since}, resumes=True)

    def run_usage(self, id: str) -> AsyncIterator[types.RunUsage]:
        """What the running pods of a run use now, every two seconds: {pod: [cores, bytes, bytes asked for]}; ends with the run.

        `id`: Id of the run."""
        return self._subscribe("runUsage", {"id": id})

    def runs_changed(
        self, *, project: str | None = UNSET, since: str | None = UNSET
    ) -> AsyncIterator[types.RunChange]:
        """Each run that changes from now on, or after `since`.

        `project`: Only the runs of this project, by id or name; of all of yours when it is left out.
        `since`: A `cursor` that you received: the subscription resumes after it. When it is left out, it starts now."""
        return self._subscribe("runsChanged", {"project": project, "since": since}, resumes=True)

    def search_changed(self, id: str) -> AsyncIterator[types.SearchChange]:
        """A search as it is now, then again at each change of it or of its trials. Completes when it is deleted.

        `id`: Id of the search."""
        return self._subscribe("searchChanged", {"id": id})

    def searches_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.SearchChange]:
        """Each search that changes from now on.

        `project`: Only the searches of this project, by id or name; of all of yours when it is left out."""
        return self._subscribe("searchesChanged", {"project": project})

    def notifications_changed(self) -> AsyncIterator[types.NotificationsChange]:
        """The number of your unread notifications now, then at each change of your notifications."""
        return self._subscribe("notificationsChanged", {})
