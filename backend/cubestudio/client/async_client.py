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
        """Ways to sign in beside the one-time link. Needs nobody to be signed in."""
        return await self._run("signInProviders", {})

    async def providers(self) -> list[types.Provider]:
        """The providers of sign-in as they are configured; for administrators and auditors."""
        return await self._run("providers", {})

    async def provider_check(self, name: str) -> list[types.ProviderCheck]:
        """Asks a provider of sign-in whether it answers as it should; for administrators and auditors."""
        return await self._run("providerCheck", {"name": name})

    async def people(
        self, *, search: str = UNSET, after: str | None = UNSET, first: int = UNSET
    ) -> types.PersonConnection:
        """All accounts, newest first; for administrators and auditors. `search`: part of a name or address."""
        return await self._run("people", {"search": search, "after": after, "first": first})

    def each_person(self, *, search: str = UNSET) -> AsyncIterator[types.PersonItem]:
        """All accounts, newest first; for administrators and auditors. `search`: part of a name or address."""
        return self._each("people", {"search": search})

    async def person(self, id: str) -> types.Person | None:
        """An account by id; for administrators and auditors."""
        return await self._run("person", {"id": id})

    async def sessions(self) -> list[types.MySession]:
        """The browsers in which I am signed in, the last used first."""
        return await self._run("sessions", {})

    async def viewer(self) -> types.User | None:
        """Who is signed in; null when nobody is."""
        return await self._run("viewer", {})

    async def viewing(self) -> str | None:
        """The name of the administrator who sees what this person sees, by viewAs; null: nobody does."""
        return await self._run("viewing", {})

    async def ssh_keys(self) -> list[str]:
        """My public keys of SSH."""
        return await self._run("sshKeys", {})

    async def tokens(self) -> list[types.ApiToken]:
        """My API tokens, newest first, revoked ones too."""
        return await self._run("tokens", {})

    async def audit(
        self,
        *,
        actor: str = UNSET,
        operation: str = UNSET,
        target: str = UNSET,
        outcome: str = UNSET,
        since: str | None = UNSET,
        until: str | None = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.AuditEntryConnection:
        """What was done, newest first; for administrators and auditors. `actor`: a name; `operation`: how its name begins; `target`: an id; `outcome`: done or refused."""
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
        outcome: str = UNSET,
        since: str | None = UNSET,
        until: str | None = UNSET,
    ) -> AsyncIterator[types.AuditEntry]:
        """What was done, newest first; for administrators and auditors. `actor`: a name; `operation`: how its name begins; `target`: an id; `outcome`: done or refused."""
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
        """Go through the whole ledger and say whether an entry was changed, taken out, put in or cut off; for administrators and auditors."""
        return await self._run("auditCheck", {})

    async def project(self, key: str) -> types.Project | None:
        """A project by id or name; null when there is none that I may see."""
        return await self._run("project", {"key": key})

    async def projects(
        self, *, after: str | None = UNSET, first: int = UNSET, archived: bool = UNSET, search: str = UNSET
    ) -> types.ProjectConnection:
        """My projects, newest first: those that are archived, or those that are not. `search`: part of their name."""
        return await self._run(
            "projects", {"after": after, "first": first, "archived": archived, "search": search}
        )

    def each_project(
        self, *, archived: bool = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.ProjectItem]:
        """My projects, newest first: those that are archived, or those that are not. `search`: part of their name."""
        return self._each("projects", {"archived": archived, "search": search})

    async def project_contents(self, key: str) -> types.Contents:
        """What is in a project, as it would go with it."""
        return await self._run("projectContents", {"key": key})

    async def registry_check(self, id: str) -> types.RegistryCheck:
        """Asks a registry of my project whether it lets us in."""
        return await self._run("registryCheck", {"id": id})

    async def registry_image(self, image: str, *, project: str | None = UNSET) -> types.RegistryImage:
        """Asks the registry of an image whether it has it. With a project (for its members) its registries are asked with their passwords; else the site's and public ones only."""
        return await self._run("registryImage", {"image": image, "project": project})

    async def groups(self, *, after: str | None = UNSET, first: int = UNSET) -> types.GroupConnection:
        """All groups of people, newest first."""
        return await self._run("groups", {"after": after, "first": first})

    def each_group(self) -> AsyncIterator[types.GroupItem]:
        """All groups of people, newest first."""
        return self._each("groups", {})

    async def project_invitation(self, secret: str) -> types.ProjectInvitationShown:
        """What an invitation is about, by the secret of its link. Needs nobody to be signed in. INVALID when this is no such secret, NOT_FOUND when it lets nobody in (any more); the message says why."""
        return await self._run("projectInvitation", {"secret": secret})

    async def my_quota(self) -> types.Quota:
        """What I may have at work at once, over all projects, and have."""
        return await self._run("myQuota", {})

    async def quotas(self) -> list[types.QuotaRow]:
        """All limits there are; for administrators and auditors."""
        return await self._run("quotas", {})

    async def clusters(self) -> list[types.Cluster]:
        """Where work can run, and how much is free there."""
        return await self._run("clusters", {})

    async def links(self) -> list[types.Link]:
        """What stands beside the platform, such as Grafana, by CUBE_LINKS."""
        return await self._run("links", {})

    async def pod(self, id: str) -> types.Pod | None:
        """A pod by id; null when there is none that I may see."""
        return await self._run("pod", {"id": id})

    async def log(self, pod: str, *, since: int = UNSET, first: int = UNSET) -> types.LogChunk | None:
        """A pod's log from byte `since`; at most `first` bytes."""
        return await self._run("log", {"pod": pod, "since": since, "first": first})

    async def templates(self, *, project: str | None = UNSET, mine: bool = UNSET) -> list[types.Template]:
        """The platform's templates and, with a project named, that project's; without, but `mine`, those of all my projects."""
        return await self._run("templates", {"project": project, "mine": mine})

    async def template(self, id: str) -> types.Template | None:
        """A template by id; null when there is none that I may see."""
        return await self._run("template", {"id": id})

    async def image(self, id: str) -> types.Image | None:
        """An image by id; null when there is none that I may see."""
        return await self._run("image", {"id": id})

    async def build(self, id: str) -> types.Build | None:
        """A version of an image by id; null when there is none that I may see."""
        return await self._run("build", {"id": id})

    async def images(
        self,
        *,
        project: str | None = UNSET,
        search: str = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.ImageConnection:
        """Images, newest first: of all my projects or of one. `search`: part of a name."""
        return await self._run(
            "images", {"project": project, "search": search, "after": after, "first": first}
        )

    def each_image(
        self, *, project: str | None = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.ImageItem]:
        """Images, newest first: of all my projects or of one. `search`: part of a name."""
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
        """A notebook by id; null when there is none that I may see."""
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
        """Notebooks, newest first: of all my projects or of one. `mine`: only my own; `search`: part of a name, or of its owner's."""
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
        """Notebooks, newest first: of all my projects or of one. `mine`: only my own; `search`: part of a name, or of its owner's."""
        return self._each("notebooks", {"project": project, "states": states, "mine": mine, "search": search})

    async def notebook_kinds(self, *, cluster: str | None = UNSET) -> list[types.NotebookKind]:
        """The kinds of notebooks, and whether each can run on a cluster."""
        return await self._run("notebookKinds", {"cluster": cluster})

    async def notebook_packages(self, id: str) -> list[str]:
        """The packages of a running JupyterLab that make it what it is, as lines such as pandas==2.2.3: those it was asked for, and those that people installed into its folder. What an image that is like it is made of."""
        return await self._run("notebookPackages", {"id": id})

    async def notebook_usage(self, id: str) -> types.NotebookUsage:
        """What stopping a notebook would end or lose. The notebook itself is asked; for those who may open or stop it."""
        return await self._run("notebookUsage", {"id": id})

    async def preflight_notebook(
        self, project: str, kind: str, definition: Any, *, cluster: str | None = UNSET
    ) -> types.NotebookPreflight:
        """Whether a notebook would fit on a cluster of a project now. `definition`: as for createNotebook. Changes nothing."""
        return await self._run(
            "preflightNotebook",
            {"project": project, "kind": kind, "definition": definition, "cluster": cluster},
        )

    async def model(self, id: str) -> types.Model | None:
        """A model by id; null when there is none that I may see."""
        return await self._run("model", {"id": id})

    async def models(
        self,
        *,
        project: str | None = UNSET,
        search: str = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.ModelConnection:
        """Models, newest first: of all my projects or of one. `search`: part of a name."""
        return await self._run(
            "models", {"project": project, "search": search, "after": after, "first": first}
        )

    def each_model(
        self, *, project: str | None = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.ModelItem]:
        """Models, newest first: of all my projects or of one. `search`: part of a name."""
        return self._each("models", {"project": project, "search": search})

    async def service(self, id: str) -> types.Service | None:
        """A service by id; null when there is none that I may see."""
        return await self._run("service", {"id": id})

    async def services(
        self,
        *,
        project: str | None = UNSET,
        search: str = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.ServiceConnection:
        """Services, newest first: of all my projects or of one. `search`: part of a name."""
        return await self._run(
            "services", {"project": project, "search": search, "after": after, "first": first}
        )

    def each_service(
        self, *, project: str | None = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.ServiceItem]:
        """Services, newest first: of all my projects or of one. `search`: part of a name."""
        return self._each("services", {"project": project, "search": search})

    async def service_kinds(self, *, cluster: str | None = UNSET) -> list[types.ServiceKind]:
        """The ways to answer, and whether each can run on a cluster."""
        return await self._run("serviceKinds", {"cluster": cluster})

    async def preflight_service(
        self, project: str, definition: Any, *, model: str | None = UNSET, cluster: str | None = UNSET
    ) -> types.ServicePreflight:
        """Whether a revision would fit on a cluster of a project now. `definition` and `model` as for createService. Changes nothing."""
        return await self._run(
            "preflightService",
            {"project": project, "definition": definition, "model": model, "cluster": cluster},
        )

    async def pipeline(self, id: str) -> types.Pipeline | None:
        """A pipeline by id; null when there is none that I may see."""
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
        """Pipelines of all my projects or of one; `search`: part of their name or description; `sort`: their order."""
        return await self._run(
            "pipelines", {"project": project, "search": search, "sort": sort, "after": after, "first": first}
        )

    def each_pipeline(
        self, *, project: str | None = UNSET, search: str = UNSET, sort: types.PipelineSort = UNSET
    ) -> AsyncIterator[types.PipelineItem]:
        """Pipelines of all my projects or of one; `search`: part of their name or description; `sort`: their order."""
        return self._each("pipelines", {"project": project, "search": search, "sort": sort})

    async def check_pipeline(
        self, project: str, *, yaml: str | None = UNSET, definition: Any = UNSET
    ) -> types.Check:
        """What would be refused if this YAML, or this definition, were saved: everything at once."""
        return await self._run("checkPipeline", {"project": project, "yaml": yaml, "definition": definition})

    async def run(self, id: str) -> types.Run | None:
        """A run by id; null when there is none that I may see."""
        return await self._run("run", {"id": id})

    async def step(self, id: str) -> types.Step | None:
        """A step by id; null when there is none that I may see."""
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
        """Runs, newest first: of all my projects, of one project, or of one pipeline. `search`: part of the pipeline's name, or #number; `author`: a user's name; `since` and `until`: when they were made; `params`: {name: value} that they had."""
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
        """Runs, newest first: of all my projects, of one project, or of one pipeline. `search`: part of the pipeline's name, or #number; `author`: a user's name; `since` and `until`: when they were made; `params`: {name: value} that they had."""
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
        """Which steps a run started now would keep, and why. `run`: continue that one."""
        return await self._run("planRun", {"pipeline": pipeline, "params": params, "run": run})

    async def preflight(
        self,
        pipeline: str,
        *,
        params: Any = UNSET,
        version: int | None = UNSET,
        cache: bool = UNSET,
        cluster: str | None = UNSET,
    ) -> types.Preflight:
        """What would happen if a pipeline were run now: asked of its cluster, without anything being made. Refused like startRun."""
        return await self._run(
            "preflight",
            {"pipeline": pipeline, "params": params, "version": version, "cache": cache, "cluster": cluster},
        )

    async def schedule(self, id: str) -> types.Schedule | None:
        """A schedule; null when there is none that I may see."""
        return await self._run("schedule", {"id": id})

    async def schedules(
        self,
        *,
        project: str | None = UNSET,
        pipeline: str | None = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.ScheduleConnection:
        """The schedules of a pipeline, of a project or of all my projects, newest first."""
        return await self._run(
            "schedules", {"project": project, "pipeline": pipeline, "after": after, "first": first}
        )

    def each_schedule(
        self, *, project: str | None = UNSET, pipeline: str | None = UNSET
    ) -> AsyncIterator[types.ScheduleItem]:
        """The schedules of a pipeline, of a project or of all my projects, newest first."""
        return self._each("schedules", {"project": project, "pipeline": pipeline})

    async def check_schedule(self, definition: Any) -> types.ScheduleCheck:
        """When a schedule would run; refused like saveSchedule when its definition is not right."""
        return await self._run("checkSchedule", {"definition": definition})

    async def search(self, id: str) -> types.Search | None:
        """A search by id; null when there is none that I may see."""
        return await self._run("search", {"id": id})

    async def searches(
        self,
        *,
        project: str | None = UNSET,
        search: str = UNSET,
        after: str | None = UNSET,
        first: int = UNSET,
    ) -> types.SearchConnection:
        """Searches, newest first: of all my projects or of one. `search`: part of a name."""
        return await self._run(
            "searches", {"project": project, "search": search, "after": after, "first": first}
        )

    def each_search(
        self, *, project: str | None = UNSET, search: str = UNSET
    ) -> AsyncIterator[types.SearchItem]:
        """Searches, newest first: of all my projects or of one. `search`: part of a name."""
        return self._each("searches", {"project": project, "search": search})

    async def search_engines(self) -> list[types.SearchEngine]:
        """Engines of others that a search may have."""
        return await self._run("searchEngines", {})

    async def suggested_trial(self, key: str) -> types.SuggestedTrial | None:
        """For the run of an engine: how a point stands that it suggested; null when there is none of that name."""
        return await self._run("suggestedTrial", {"key": key})

    async def check_search(self, definition: Any) -> types.SearchCheck:
        """What a definition comes to; changes nothing. `space` may be ours, or NNI's, Katib's or Optuna's."""
        return await self._run("checkSearch", {"definition": definition})

    async def find(self, text: str, *, first: int = UNSET) -> list[types.Found]:
        """Things of every kind that have `text` (1 to 100 characters) in their name and that I may see, at most `first` (1 to 20) of each kind: exact matches first, then those that begin so. Runs are found as train #3, #3, by their pipeline's name, or like everything by id; accounts and groups by administrators and auditors only."""
        return await self._run("find", {"text": text, "first": first})

    async def link_person(self, id: str) -> types.Invitation:
        """A fresh sign-in link for somebody who has lost their way in; for administrators."""
        return await self._run("linkPerson", {"id": id})

    async def update_person(
        self,
        id: str,
        *,
        admin: bool | None = UNSET,
        closed: bool | None = UNSET,
        auditor: bool | None = UNSET,
    ) -> types.Person:
        """Make somebody an administrator or an auditor (who may look at everything) or not, close an account
        or open it again; for administrators."""
        return await self._run(
            "updatePerson", {"id": id, "admin": admin, "closed": closed, "auditor": auditor}
        )

    async def view_as(self, id: str) -> types.Person:
        """See what somebody sees, in this browser, until stopViewing; nothing can be changed meanwhile. For
        administrators; it is written down."""
        return await self._run("viewAs", {"id": id})

    async def stop_viewing(self) -> types.Done:
        """Be oneself again after viewAs."""
        return await self._run("stopViewing", {})

    async def set_ssh_keys(self, keys: list[str]) -> types.Done:
        """Say by which public keys I come in to my notebooks on Kubernetes (`cubestudio ssh`), from their
        next start on; these take the place of those that I had."""
        return await self._run("setSshKeys", {"keys": keys})

    async def end_session(self, id: str) -> types.Done:
        """Sign out one of my browsers, or, as an administrator, anybody's."""
        return await self._run("endSession", {"id": id})

    async def revoke_token(self, id: str) -> types.Done:
        """End a token of mine at once, or, as an administrator, anybody's."""
        return await self._run("revokeToken", {"id": id})

    async def sign_out(self, *, everywhere: bool = UNSET) -> types.Done:
        """End this session, or every session of mine."""
        return await self._run("signOut", {"everywhere": everywhere})

    async def create_project(self, name: str, *, description: str = UNSET) -> types.Project:
        """Make a project that I own."""
        return await self._run("createProject", {"name": name, "description": description})

    async def update_project(
        self,
        id: str,
        *,
        description: str | None = UNSET,
        name: str | None = UNSET,
        cluster: str | None = UNSET,
        clusters: list[str] | None = UNSET,
        spaces: Any = UNSET,
        node_group: str | None = UNSET,
        placement: types.Placement | None = UNSET,
    ) -> types.Project:
        """Change a project's description, name, the cluster where its work runs unless a run says otherwise,
        the further clusters that a run may choose, in their order, or where runs go that name no cluster
        (`placement`); what is not given stays. Administrators also say its namespaces on Kubernetes
        (`spaces`: {kind: namespace}, kinds are run, build, notebook, service) and the group of its nodes
        (`nodeGroup`, "-" for the installation's)."""
        return await self._run(
            "updateProject",
            {
                "id": id,
                "description": description,
                "name": name,
                "cluster": cluster,
                "clusters": clusters,
                "spaces": spaces,
                "nodeGroup": node_group,
                "placement": placement,
            },
        )

    async def archive_project(self, id: str) -> types.Project:
        """Put a project away in which nothing is at work: it can be looked at, and nothing in it changed or
        started."""
        return await self._run("archiveProject", {"id": id})

    async def restore_project(self, id: str) -> types.Project:
        """Take an archived project back."""
        return await self._run("restoreProject", {"id": id})

    async def delete_project(self, id: str, name: str) -> types.Done:
        """Delete an archived project with all that is in it, for good; `name` is its name once more. What it
        has on clusters and in the store is taken away after this was answered."""
        return await self._run("deleteProject", {"id": id, "name": name})

    async def create_token(
        self,
        name: str,
        *,
        days: int | None = UNSET,
        scope: types.TokenScope = UNSET,
        project: str | None = UNSET,
    ) -> types.NewToken:
        """Make an API token of mine that is good for `days` days, or until it is revoked. `scope`: how far it
        goes; `project`: the one that it is for."""
        return await self._run(
            "createToken", {"name": name, "days": days, "scope": scope, "project": project}
        )

    async def set_member(self, project: str, user: str, role: types.Role) -> types.Project:
        """Add a user by name to a project, or change their role."""
        return await self._run("setMember", {"project": project, "user": user, "role": role})

    async def remove_member(self, project: str, user: str) -> types.Project:
        """End a membership; anybody may end their own."""
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
        """Add a registry to a project, or change the one of that name. A null password keeps the one that is
        there."""
        return await self._run(
            "saveRegistry",
            {
                "project": project,
                "name": name,
                "prefix": prefix,
                "username": username,
                "password": password,
                "insecure": insecure,
            },
        )

    async def delete_registry(self, id: str) -> types.Done:
        """Take a registry away from its project; the images that are there stay there."""
        return await self._run("deleteRegistry", {"id": id})

    async def save_group(
        self, name: str, *, description: str = UNSET, provider: str | None = UNSET, id: str | None = UNSET
    ) -> types.Group:
        """Make a group of people, or change one (`id`); for administrators. With `provider`, a configured way
        to sign in, its members are those who sign in by it and of whom it says that they are in a group of
        this name."""
        return await self._run(
            "saveGroup", {"name": name, "description": description, "provider": provider, "id": id}
        )

    async def delete_group(self, id: str) -> types.Done:
        """Delete a group: what its members were by it they are no more; for administrators."""
        return await self._run("deleteGroup", {"id": id})

    async def join_group(self, id: str, user: str, *, inside: bool = UNSET) -> types.Group:
        """Take somebody into a group by user name, or out of it; for administrators."""
        return await self._run("joinGroup", {"id": id, "user": user, "inside": inside})

    async def set_group(self, project: str, group: str, *, role: types.Role | None = UNSET) -> types.Project:
        """Give a group a role in a project, change it, or (null) take it away."""
        return await self._run("setGroup", {"project": project, "group": group, "role": role})

    async def invite_to_project(
        self, project: str, *, role: types.Role = UNSET, email: str | None = UNSET, days: int = UNSET
    ) -> types.NewProjectInvitation:
        """Make a link by which one person comes into a project. With `email`, only whoever has that address
        (as a provider of sign-in verified it, or an administrator wrote it down), who also comes in by just
        signing in. No e-mail is sent."""
        return await self._run(
            "inviteToProject", {"project": project, "role": role, "email": email, "days": days}
        )

    async def invite_person(
        self, name: str, *, email: str | None = UNSET, project: str | None = UNSET, role: types.Role = UNSET
    ) -> types.Invitation:
        """Make an account and a link by which its owner signs in; for administrators. With `project` they are
        in it at once, with `role`, and the link leads there."""
        return await self._run(
            "invitePerson", {"name": name, "email": email, "project": project, "role": role}
        )

    async def withdraw_invitation(self, id: str) -> types.Done:
        """Have an invitation let nobody in any more."""
        return await self._run("withdrawInvitation", {"id": id})

    async def accept_invitation(self, secret: str) -> types.Project:
        """Come into a project by the secret of an invitation's link."""
        return await self._run("acceptInvitation", {"secret": secret})

    async def set_quota(
        self,
        *,
        project: str | None = UNSET,
        user: str | None = UNSET,
        everybody: str | None = UNSET,
        cpu: float | None = UNSET,
        memory: int | None = UNSET,
        gpu: int | None = UNSET,
        pods: int | None = UNSET,
        notebooks: int | None = UNSET,
        cards: Any = UNSET,
        storage: int | None = UNSET,
        queue: bool = UNSET,
    ) -> types.Quota:
        """Set what a project or a person may have at work at once, or (`everybody`: project or user) all who
        have no limits of their own. What is left out has no limit; nothing at all takes the limits away.
        `cards`: {kind: most} of cards that are asked for by their kind; `storage`: bytes that a project
        keeps, above which nothing new begins. `queue`: what does not fit now waits, else it is refused. For
        administrators."""
        return await self._run(
            "setQuota",
            {
                "project": project,
                "user": user,
                "everybody": everybody,
                "cpu": cpu,
                "memory": memory,
                "gpu": gpu,
                "pods": pods,
                "notebooks": notebooks,
                "cards": cards,
                "storage": storage,
                "queue": queue,
            },
        )

    async def save_secret(
        self, project: str, name: str, *, value: str | None = UNSET, description: str | None = UNSET
    ) -> types.Secret:
        """Write a secret of a project, new or in place of the one of that name; a null value keeps the one
        that is there. What starts from then on is given the new value."""
        return await self._run(
            "saveSecret", {"project": project, "name": name, "value": value, "description": description}
        )

    async def delete_secret(self, project: str, name: str, *, force: bool = UNSET) -> types.Done:
        """Take a secret away from a project; unless `force`, only when nothing uses it."""
        return await self._run("deleteSecret", {"project": project, "name": name, "force": force})

    async def save_template(self, project: str, yaml: str) -> types.Template:
        """Add a version of a template to a project, from YAML; an existing version is never changed."""
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
        """Stop a build; one that has ended stays as it is."""
        return await self._run("cancelBuild", {"id": id})

    async def delete_image(self, id: str) -> types.Done:
        """Delete an image that nothing uses, with its versions. What was pushed to a registry stays there."""
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
        """Take a starting point out of the catalogue; images that began with it stay. For administrators."""
        return await self._run("deleteImagePreset", {"name": name})

    async def create_notebook(
        self,
        project: str,
        name: str,
        *,
        kind: str = UNSET,
        definition: Any = UNSET,
        description: str = UNSET,
        sharing: types.NotebookSharing = UNSET,
        cluster: str | None = UNSET,
        start: bool = UNSET,
    ) -> types.Notebook:
        """Make a notebook of mine. `definition`: {cpu cores, memory and size as bytes or 2Gi, gpu, gpu_type,
        gpu_share (0.5, 8Gi), devices {name: count}, claims {device class: count}, python, requirements,
        image, env {name: value}, secrets {name: value}, project_secrets [name], volumes
        ["source(kind):/path"], repo, repo_secret, branch, script, command, port, path}; what is left out has
        a default."""
        return await self._run(
            "createNotebook",
            {
                "project": project,
                "name": name,
                "kind": kind,
                "definition": definition,
                "description": description,
                "sharing": sharing,
                "cluster": cluster,
                "start": start,
            },
        )

    async def start_notebook(self, id: str) -> types.Notebook:
        """Start it; one that runs goes on."""
        return await self._run("startNotebook", {"id": id})

    async def stop_notebook(self, id: str, *, save: bool = UNSET) -> types.Notebook:
        """End its processes; its files stay. With `save` the open pages of a JupyterLab save first what is
        unsaved in them, within 12 s; CONFLICT when something could not be saved, and then it is not
        stopped."""
        return await self._run("stopNotebook", {"id": id, "save": save})

    async def restart_notebook(self, id: str, *, save: bool = UNSET) -> types.Notebook:
        """Stop it and start it again; `save` as for stopNotebook."""
        return await self._run("restartNotebook", {"id": id, "save": save})

    async def update_notebook(
        self,
        id: str,
        *,
        name: str | None = UNSET,
        description: str | None = UNSET,
        sharing: types.NotebookSharing | None = UNSET,
        definition: Any = UNSET,
        restart: bool = UNSET,
    ) -> types.Notebook:
        """Change what is given. A changed `definition` holds from the next start, or with `restart` at once:
        it is stopped, changed and started as one act. In `secrets` a null keeps the value that is there."""
        return await self._run(
            "updateNotebook",
            {
                "id": id,
                "name": name,
                "description": description,
                "sharing": sharing,
                "definition": definition,
                "restart": restart,
            },
        )

    async def revert_notebook(self, id: str) -> types.Notebook:
        """The way back from a change that did not work out: what it was made of before, started at once."""
        return await self._run("revertNotebook", {"id": id})

    async def clone_notebook(self, id: str, name: str) -> types.Notebook:
        """A notebook of mine made of the same, without its files; with its secrets only if it is mine."""
        return await self._run("cloneNotebook", {"id": id, "name": name})

    async def delete_notebook(self, id: str, *, keep_files: bool = UNSET) -> types.Done:
        """Delete a notebook that is off; its folder too, unless `keepFiles`."""
        return await self._run("deleteNotebook", {"id": id, "keepFiles": keep_files})

    async def extend_notebook(self, id: str, *, hours: int = UNSET) -> types.Notebook:
        """Do not stop it for being idle in the next hours, 72 at most."""
        return await self._run("extendNotebook", {"id": id, "hours": hours})

    async def open_notebook(self, id: str) -> types.NotebookLink:
        """The address at which my browser gets in."""
        return await self._run("openNotebook", {"id": id})

    async def set_notebook_policy(
        self,
        project: str,
        *,
        idle_minutes: int = UNSET,
        gpu_idle_minutes: int = UNSET,
        warn_minutes: int = UNSET,
    ) -> types.Project:
        """When idle notebooks of a project are stopped, in minutes; 0: never."""
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
        self, project: str, name: str, files: list[types.ModelFileInput], *, about: Any = UNSET
    ) -> types.RegisteredModel:
        """Register a version of a model from files that were put into the project's store before. `about`:
        {description, framework, signature {inputs, outputs, example}, requirements, metrics {name: number},
        tags {name: text}}; what is left out is found out or empty. An MLflow model folder says its signature
        and requirements itself; one that cannot be read is INVALID, unless `framework` is said."""
        return await self._run(
            "uploadModel", {"project": project, "name": name, "files": files, "about": about}
        )

    async def update_model(
        self, id: str, *, description: str | None = UNSET, card: str | None = UNSET
    ) -> types.Model:
        """Say what a model is; what is left out stays."""
        return await self._run("updateModel", {"id": id, "description": description, "card": card})

    async def update_model_version(self, id: str, about: Any) -> types.ModelVersion:
        """Say more of a version; its files stay. `about` as for uploadModel; what is left out stays."""
        return await self._run("updateModelVersion", {"id": id, "about": about})

    async def set_model_alias(self, id: str, alias: str, *, force: bool = UNSET) -> types.Model:
        """Have a name such as production point to the version `id`. Refused when something on the check list
        does not hold, unless `force`."""
        return await self._run("setModelAlias", {"id": id, "alias": alias, "force": force})

    async def remove_model_alias(self, id: str, alias: str) -> types.Model:
        """Take a name away from the model `id`; no version changes."""
        return await self._run("removeModelAlias", {"id": id, "alias": alias})

    async def delete_model_version(self, id: str) -> types.Model:
        """Delete a version that nothing uses and no name points to."""
        return await self._run("deleteModelVersion", {"id": id})

    async def delete_model(self, id: str) -> types.Done:
        """Delete a model with all its versions, if nothing uses one of them."""
        return await self._run("deleteModel", {"id": id})

    async def create_service(
        self,
        project: str,
        name: str,
        *,
        definition: Any = UNSET,
        model: str | None = UNSET,
        access: types.ServiceAccess = UNSET,
        description: str = UNSET,
        cluster: str | None = UNSET,
    ) -> types.Service:
        """Make a service and start its first revision, which gets all requests as soon as it answers.
        `definition`: {kind (model, function, triton, vllm, custom), cpu cores, memory as bytes or 2Gi, gpu,
        gpu_type, gpu_share (0.5, 8Gi), devices {name: count}, claims {device class: count}, replicas, most,
        by, target, hours, python, requirements, image, env {name: value}, secrets {name: value},
        project_secrets [name], volumes ["source(kind):/path"], script, command, port, ready, timeout seconds,
        concurrency, sleep_minutes, non_finite (null or error: NaN in answers of models and functions)}; what
        is left out has a default. `model`: name:3, name@production, name (the newest), or the id of a
        version."""
        return await self._run(
            "createService",
            {
                "project": project,
                "name": name,
                "definition": definition,
                "model": model,
                "access": access,
                "description": description,
                "cluster": cluster,
            },
        )

    async def deploy_service(
        self,
        id: str,
        *,
        definition: Any = UNSET,
        model: str | None = UNSET,
        strategy: Any = UNSET,
        force: bool = UNSET,
    ) -> types.Service:
        """Start a new revision. What is left out of `definition` (and `model`) is as in the newest.
        `strategy`: {kind: roll (all the traffic as soon as it answers), canary (step by step while it does
        well) or hold (none), steps [percent], seconds the least time of a step, gates {errors, rejected,
        difference, sample, tolerance: shares from 0 to 1, slow: a factor}}. `difference` has copies of
        requests sent to the canary, so that repeating a request must be harmless. CONFLICT with the field
        `force`: the signature of its model differs from that of one that has the traffic; `force` confirms
        it. CONFLICT with the field `strategy.kind`: requests come by a route on which the platform cannot
        judge a canary."""
        return await self._run(
            "deployService",
            {"id": id, "definition": definition, "model": model, "strategy": strategy, "force": force},
        )

    async def activate_revision(
        self, id: str, number: int, *, strategy: Any = UNSET, force: bool = UNSET
    ) -> types.Service:
        """Have the revision `number` take the traffic, or take it back: it is started if it does not run.
        `strategy` and `force` as for deployService."""
        return await self._run(
            "activateRevision", {"id": id, "number": number, "strategy": strategy, "force": force}
        )

    async def set_traffic(
        self, id: str, traffic: Any, *, mirror: int | None = UNSET, force: bool = UNSET
    ) -> types.Service:
        """Share the traffic out by hand: {number of a revision: percent}, 100 in all; `mirror`: a revision
        that gets copies of requests with bodies up to 1 MiB, and whose answers are compared and thrown away.
        `force` as for deployService."""
        return await self._run("setTraffic", {"id": id, "traffic": traffic, "mirror": mirror, "force": force})

    async def abort_rollout(self, id: str) -> types.Service:
        """End a rollout that is under way; the revisions that had the traffic before have it again."""
        return await self._run("abortRollout", {"id": id})

    async def start_service(self, id: str) -> types.Service:
        """Start the revisions that get traffic."""
        return await self._run("startService", {"id": id})

    async def stop_service(self, id: str) -> types.Service:
        """Stop all revisions; how traffic is shared out is kept."""
        return await self._run("stopService", {"id": id})

    async def update_service(
        self, id: str, *, description: str | None = UNSET, access: types.ServiceAccess | None = UNSET
    ) -> types.Service:
        """Change what is given; who may ask holds at once."""
        return await self._run("updateService", {"id": id, "description": description, "access": access})

    async def delete_service(self, id: str) -> types.Done:
        """Delete a service that is stopped, with its revisions, keys and counts."""
        return await self._run("deleteService", {"id": id})

    async def create_service_key(
        self, id: str, name: str, *, per_minute: int | None = UNSET, tokens_per_minute: int | None = UNSET
    ) -> types.NewServiceKey:
        """Make a key that opens the service `id` to whoever has it, as `Authorization: Bearer <key>` or
        `X-API-Key: <key>`. `perMinute`, `tokensPerMinute`: the most requests, and tokens of a language model,
        that each process of the platform lets through in a minute."""
        return await self._run(
            "createServiceKey",
            {"id": id, "name": name, "perMinute": per_minute, "tokensPerMinute": tokens_per_minute},
        )

    async def revoke_service_key(self, id: str) -> types.Service:
        """Have a key open nothing any more."""
        return await self._run("revokeServiceKey", {"id": id})

    async def open_service(self, id: str) -> types.ServiceLink:
        """The address of a service for a browser: with a ticket that is good once, within a minute."""
        return await self._run("openService", {"id": id})

    async def invoke_service(
        self,
        id: str,
        *,
        path: str = UNSET,
        method: str = UNSET,
        body: str = UNSET,
        revision: int | None = UNSET,
    ) -> types.ServiceResponse:
        """Send a service a request, as the console does to try it; it counts as no other. `path` begins with /; `revision`: another than the traffic goes to; the body has 1 MiB at most."""
        return await self._run(
            "invokeService", {"id": id, "path": path, "method": method, "body": body, "revision": revision}
        )

    async def save_pipeline(
        self, project: str, *, yaml: str | None = UNSET, definition: Any = UNSET, expected: int | None = UNSET
    ) -> types.SavedPipeline:
        """Save a document, as YAML or as a definition, as the newest version of the pipeline that it names,
        making the pipeline when there is none. `expected` is the version that the author began with (0:
        none)."""
        return await self._run(
            "savePipeline", {"project": project, "yaml": yaml, "definition": definition, "expected": expected}
        )

    async def save_draft(self, pipeline: str, definition: Any, base: int) -> types.Pipeline:
        """Keep what I have changed in a pipeline, right or wrong, without making a version. `base`: the
        version that I began with. Saving the pipeline ends the draft."""
        return await self._run("saveDraft", {"pipeline": pipeline, "definition": definition, "base": base})

    async def discard_draft(self, pipeline: str) -> types.Pipeline:
        """Forget what I have changed in a pipeline and not saved."""
        return await self._run("discardDraft", {"pipeline": pipeline})

    async def save_layout(self, pipeline: str, layout: Any) -> types.Pipeline:
        """Put the steps of a pipeline to places on the canvas: {step: [x, y]}. It makes no version."""
        return await self._run("saveLayout", {"pipeline": pipeline, "layout": layout})

    async def start_run(
        self,
        pipeline: str,
        *,
        params: Any = UNSET,
        version: int | None = UNSET,
        cache: bool = UNSET,
        priority: int = UNSET,
        cluster: str | None = UNSET,
        plan: str | None = UNSET,
    ) -> types.Run:
        """Run a pipeline: its newest version or `version`, with `params` {name: value}. `cache`: take results
        of equal steps from before. Runs of higher priority (-100 to 100) start first. `cluster`: another than
        the project's, if the project allows it. `plan`: the digest of a preflight; when what would run is no
        longer that, nothing starts."""
        return await self._run(
            "startRun",
            {
                "pipeline": pipeline,
                "params": params,
                "version": version,
                "cache": cache,
                "priority": priority,
                "cluster": cluster,
                "plan": plan,
            },
        )

    async def retry_run(self, id: str, *, cluster: str | None = UNSET) -> types.Run:
        """Run the same version again, keeping the steps that succeeded, with their values and files.
        `cluster`: another than the run's, if the project allows it."""
        return await self._run("retryRun", {"id": id, "cluster": cluster})

    async def continue_run(self, id: str, *, cluster: str | None = UNSET) -> types.Run:
        """Fix and continue: run the newest version, keeping the steps that succeeded and have not changed.
        `cluster`: another than the run's, if the project allows it."""
        return await self._run("continueRun", {"id": id, "cluster": cluster})

    async def create_notebook_from_step(
        self, run: str, step: str, *, item: int | None = UNSET, name: str | None = UNSET
    ) -> types.Notebook:
        """Open a step of a run in a notebook of mine: with its environment, its code in a folder of its name
        (run.sh runs it as it was run), and the files that it read. `item`: the place in its fan-out; `name`:
        of the notebook. It starts at once."""
        return await self._run(
            "createNotebookFromStep", {"run": run, "step": step, "item": item, "name": name}
        )

    async def move_run(self, id: str, cluster: str) -> types.Run:
        """Give a run to another cluster of its project while no step of it has started. It stays the same
        run, queued there once the cluster where it was has forgotten it. CONFLICT when a step has started, or
        when its cluster may have it and does not answer."""
        return await self._run("moveRun", {"id": id, "cluster": cluster})

    async def cancel_run(self, id: str) -> types.Run:
        """Ask a run to end: its processes get SIGTERM, and SIGKILL after the grace."""
        return await self._run("cancelRun", {"id": id})

    async def register_model(
        self,
        run: str,
        step: str,
        name: str,
        *,
        paths: list[str] | None = UNSET,
        item: int | None = UNSET,
        about: Any = UNSET,
    ) -> types.RegisteredModel:
        """Register files that a step left (all, or those at or below `paths`) as a version of the model
        `name`, which is made when it is not there. `item`: the place in a fan-out. `about` as for
        uploadModel; the numbers that the step gave or reported are its metrics. The same files of the same
        run are registered once."""
        return await self._run(
            "registerModel",
            {"run": run, "step": step, "name": name, "paths": paths, "item": item, "about": about},
        )

    async def delete_pipeline(self, id: str) -> types.Done:
        """Delete a pipeline with its versions, runs, logs and files. Refused while one of its runs is going
        on."""
        return await self._run("deletePipeline", {"id": id})

    async def save_schedule(
        self, pipeline: str, name: str, definition: Any, *, id: str | None = UNSET
    ) -> types.Schedule:
        """Have a pipeline run by itself in my name, or change (`id`) how it does. `definition`: {cron, five
        fields; timezone, such as Europe/Berlin (UTC); params, of each run, where `{{ tick }}`, `{{ tick.date
        }}`, `{{ tick.time }}` and `{{ tick.yesterday }}` stand for the moment; cluster; cache (false: each
        run runs all its steps); missed, what becomes of moments at which the platform did not run: none, last
        (a run for the last of them) or all; parallel, how many runs may go on at once (1); full, what becomes
        of a moment when as many do: wait or skip; begins_at, ends_at: one that begins in the past makes up
        for what came since, as `missed` says}."""
        return await self._run(
            "saveSchedule", {"pipeline": pipeline, "name": name, "definition": definition, "id": id}
        )

    async def pause_schedule(self, id: str, *, paused: bool = UNSET) -> types.Schedule:
        """Stop a schedule, or have it go on; what passes meanwhile is not made up for."""
        return await self._run("pauseSchedule", {"id": id, "paused": paused})

    async def delete_schedule(self, id: str) -> types.Done:
        """Delete a schedule; its runs stay."""
        return await self._run("deleteSchedule", {"id": id})

    async def create_search(
        self, pipeline: str, name: str, definition: Any, *, cluster: str | None = UNSET
    ) -> types.Search:
        """Begin a search. `definition`: {objectives: [{metric, direction: minimize or maximize, goal, take:
        last, min or max}], space: {name: {type: float, int or choice, low, high, step, log, choices, when}},
        algorithm: {name: tpe, random, grid, cmaes qmc, nsga2 or nsga3, startup}, pruner: {name: median,
        percentile, halving, hyperband or wilcoxon, …}, trials, parallel, failed, minutes, engine: {name:
        katib, nni or ray, algorithm, settings, image} (somebody else suggests the points; Katib where it is
        installed), seed, params, start (points to try first), warm (the id of a search whose best points are
        tried first), best (how many)}."""
        return await self._run(
            "createSearch", {"pipeline": pipeline, "name": name, "definition": definition, "cluster": cluster}
        )

    async def pause_search(self, id: str) -> types.Search:
        """Begin no more trials; those that run go on."""
        return await self._run("pauseSearch", {"id": id})

    async def resume_search(self, id: str) -> types.Search:
        """Let a paused search go on."""
        return await self._run("resumeSearch", {"id": id})

    async def stop_search(self, id: str) -> types.Search:
        """End it and the trials that run. It can be extended later."""
        return await self._run("stopSearch", {"id": id})

    async def extend_search(self, id: str, trials: int, *, parallel: int | None = UNSET) -> types.Search:
        """More trials, also after its end; `parallel`: how many at the same time from now on."""
        return await self._run("extendSearch", {"id": id, "trials": trials, "parallel": parallel})

    async def stop_trials(self, id: str, numbers: list[int]) -> types.Search:
        """End some trials of a search; it goes on."""
        return await self._run("stopTrials", {"id": id, "numbers": numbers})

    async def try_trials(self, id: str, numbers: list[int], *, around: int = UNSET) -> types.Search:
        """Try the points of some trials once more (those that failed, say), or, with `around`, so many points
        near each; before what the search would try itself, and also after its end."""
        return await self._run("tryTrials", {"id": id, "numbers": numbers, "around": around})

    async def suggest_trial(self, key: str, params: Any) -> types.SuggestedTrial:
        """For the run of an engine: have a point of its search tried, {parameter: value}, under the engine's
        own name for it. Saying it again changes nothing."""
        return await self._run("suggestTrial", {"key": key, "params": params})

    async def drop_trial(self, key: str) -> types.Done:
        """For the run of an engine: a point that it suggested is not to begin, or is to end early."""
        return await self._run("dropTrial", {"key": key})

    async def delete_search(self, id: str) -> types.Done:
        """Delete a search that has ended; the runs of its trials stay."""
        return await self._run("deleteSearch", {"id": id})

    def changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.Change]:
        """Whatever changes from now on in a project (or in all of mine), but for runs, by kind and id: one stream for all lists, for browsers hold six to a server."""
        return self._subscribe("changed", {"project": project})

    def cluster_health(self) -> AsyncIterator[list[types.ClusterHealth]]:
        """Which clusters there are and whether they answer: now, then whenever that changes."""
        return self._subscribe("clusterHealth", {})

    def logs(self, pod: str, *, since: int = UNSET) -> AsyncIterator[types.LogChunk]:
        """A pod's log from byte `since` on, as it grows; ends with the chunk that is `done`."""
        return self._subscribe("logs", {"pod": pod, "since": since}, resumes=True, lasting=True)

    def pod_used(self, id: str) -> AsyncIterator[Any]:
        """What a pod uses from now on, as Pod.usage has it: each time the samples since the last; ends with the pod."""
        return self._subscribe("podUsed", {"id": id})

    def pod_updated(self, id: str) -> AsyncIterator[types.Pod]:
        """A pod now, then at each change; ends when it has ended and its log is kept."""
        return self._subscribe("podUpdated", {"id": id})

    def image_changed(self, id: str) -> AsyncIterator[types.ImageNews]:
        """An image now, then at each change of its builds; null and the end when it is deleted."""
        return self._subscribe("imageChanged", {"id": id})

    def images_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.ImageNews]:
        """Each image of a project (or of all mine) whose builds change from now on."""
        return self._subscribe("imagesChanged", {"project": project})

    def notebook_changed(self, id: str) -> AsyncIterator[types.NotebookNews]:
        """A notebook now, then at each change; null and the end when it is deleted. While somebody follows it, it is asked every 15 s whether it is in use."""
        return self._subscribe("notebookChanged", {"id": id})

    def notebooks_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.NotebookNews]:
        """Each notebook of a project (or of all mine) that changes from now on."""
        return self._subscribe("notebooksChanged", {"project": project})

    def model_changed(self, id: str) -> AsyncIterator[types.ModelNews]:
        """A model now, then at each change of it or of its versions; null and the end when it is deleted."""
        return self._subscribe("modelChanged", {"id": id})

    def models_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.ModelNews]:
        """Each model of a project (or of all mine) that changes from now on."""
        return self._subscribe("modelsChanged", {"project": project})

    def service_changed(self, id: str) -> AsyncIterator[types.ServiceNews]:
        """A service now, then at each change of it or its revisions; null and the end when it is deleted."""
        return self._subscribe("serviceChanged", {"id": id})

    def services_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.ServiceNews]:
        """Each service of a project (or of all mine) that changes from now on."""
        return self._subscribe("servicesChanged", {"project": project})

    def service_requests_changed(self, id: str) -> AsyncIterator[types.ServiceRequestsChange]:
        """Tells, when and whenever requests to a service were written down: read them again."""
        return self._subscribe("serviceRequestsChanged", {"id": id})

    def run_updated(self, id: str, *, since: str | None = UNSET) -> AsyncIterator[types.RunNews]:
        """A run now (unless nothing changed after `since`), then at each change of it or its steps; ends when it has ended."""
        return self._subscribe("runUpdated", {"id": id, "since": since}, resumes=True)

    def run_usage(self, id: str) -> AsyncIterator[types.RunUsage]:
        """What the running pods of a run use now, every two seconds: {pod: [cores, bytes, bytes asked for]}; ends with the run."""
        return self._subscribe("runUsage", {"id": id})

    def runs_changed(
        self, *, project: str | None = UNSET, since: str | None = UNSET
    ) -> AsyncIterator[types.RunNews]:
        """Each run of a project (or of all mine) that changes from now on, or after `since`."""
        return self._subscribe("runsChanged", {"project": project, "since": since}, resumes=True)

    def search_updated(self, id: str) -> AsyncIterator[types.SearchNews]:
        """A search now, then at each change of it or of its trials; null and the end when it is deleted."""
        return self._subscribe("searchUpdated", {"id": id})

    def searches_changed(self, *, project: str | None = UNSET) -> AsyncIterator[types.SearchNews]:
        """Each search of a project (or of all mine) that changes from now on."""
        return self._subscribe("searchesChanged", {"project": project})
