"""Every root field × nobody, stranger, viewer, member, maintainer, owner, auditor, administrator: the answer,
and no side effect."""

import asyncio
import itertools
from dataclasses import replace

import httpx2
import pytest
import websockets
from sqlalchemy import func, select

from cubestudio.core.auth.viewer import Scope, Viewer
from cubestudio.core.graph.guard import PUBLIC
from cubestudio.images.model import Build, Image
from cubestudio.models.model import Alias, Model, ModelVersion
from cubestudio.notebooks.model import Notebook, Policy
from cubestudio.notifications.channels.model import Channel
from cubestudio.pipelines.model import Pipeline, Version
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.schedules.model import Schedule
from cubestudio.projects.invitations.model import Invitation
from cubestudio.projects.model import Group, GroupMember, GroupRole, Membership, Project
from cubestudio.projects.registries.model import Registry
from cubestudio.projects.secrets.model import Secret
from cubestudio.schema import schema
from cubestudio.searches.model import Search
from cubestudio.services.model import Key, Revision, Service
from cubestudio.templates.model import Template
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.users.model import Link, Pass, Token, User
from tests import specs

YAML = "name: x\nsteps: [{name: a, template: shell, args: {script: 'true'}}]\n"
TEMPLATE = "name: t\nversion: 1\ncommand: ['true']\n"
# operation, the least role that may, and "auditor" when they may too; they may look at whatever viewers may
OPERATIONS = {
    "project": ('{ project(key: "p") { id } }', "viewer"),
    "pipelines": ('{ pipelines(project: "p") { nodes { id } } }', "viewer"),
    "pipeline": ("{ pipeline(id: $pipeline) { id version { yaml } } }", "viewer"),
    "run": ("{ run(id: $run) { id steps { name } } }", "viewer"),
    "step": ("{ step(id: $step) { id } }", "viewer"),
    "pod": ("{ pod(id: $pod) { id } }", "viewer"),
    "log": ("{ log(pod: $pod) { text } }", "viewer"),
    "checkPipeline": ('{ checkPipeline(project: "p", yaml: "name: x") { faults { message } } }', "viewer"),
    "preflightRun": ("{ preflightRun(pipeline: $pipeline) { verdict } }", "viewer"),
    "planRun": ("{ planRun(pipeline: $pipeline) { step } }", "viewer"),
    "runs": ('{ runs(project: "p") { nodes { id } } }', "viewer"),
    "templates": ('{ templates(project: "p") { id } }', "viewer"),
    "savePipeline": (
        f'mutation {{ savePipeline(input: {{project: "p", yaml: """{YAML}"""}}) {{ __typename }} }}',
        "member",
    ),
    "saveTemplate": (
        f'mutation {{ saveTemplate(project: "p", yaml: """{TEMPLATE}""") {{ __typename }} }}',
        "member",
    ),
    "startRun": ("mutation { startRun(pipeline: $pipeline) { __typename } }", "member"),
    "retryRun": ("mutation { retryRun(id: $run) { __typename } }", "member"),
    "continueRun": ("mutation { continueRun(id: $run) { __typename } }", "member"),
    "moveRun": ('mutation { moveRun(id: $run, cluster: "local") { __typename } }', "member"),
    "cancelRun": ("mutation { cancelRun(id: $run) { __typename } }", "member"),
    "createGroup": ('mutation { createGroup(input: {name: "$random"}) { __typename } }', "boss"),
    "addGroupMember": ('mutation { addGroupMember(id: $group, user: "victim") { __typename } }', "boss"),
    "removeGroupMember": (
        'mutation { removeGroupMember(id: $group, user: "victim") { __typename } }',
        "boss",
    ),
    "updateGroup": ('mutation { updateGroup(input: {id: $group, name: "team"}) { __typename } }', "boss"),
    "deleteGroup": ("mutation { deleteGroup(id: $group) { __typename } }", "boss"),
    "setGroupRole": (
        'mutation { setGroupRole(project: "p", group: "team", role: VIEWER) { __typename } }',
        "owner",
    ),
    "schedule": ("{ schedule(id: $schedule) { id } }", "viewer"),
    "schedules": ("{ schedules(pipeline: $pipeline) { nodes { id } } }", "viewer"),
    "createSchedule": (
        'mutation { createSchedule(input: {pipelineId: $pipeline, name: "$random", spec: {cron: "0 0 1 1 '
        '*"}}) { __typename } }',
        "member",
    ),
    "updateSchedule": (
        'mutation { updateSchedule(input: {id: $schedule, name: "$random"}) { __typename } }',
        "member",
    ),
    "pauseSchedule": ("mutation { pauseSchedule(id: $schedule) { __typename } }", "member"),
    "resumeSchedule": ("mutation { resumeSchedule(id: $schedule) { __typename } }", "member"),
    "deleteSchedule": ("mutation { deleteSchedule(id: $schedule) { __typename } }", "member"),
    "projectContents": ('{ projectContents(key: "p") { running } }', "viewer"),
    "archiveProject": ("mutation { archiveProject(id: $project) { __typename } }", "owner"),
    "inviteToProject": ('mutation { inviteToProject(input: {project: "p"}) { __typename } }', "owner"),
    "revokeInvitation": ("mutation { revokeInvitation(id: $invitation) { __typename } }", "owner"),
    "identityProviders": ("{ identityProviders { name } }", "boss", "auditor"),
    "checkIdentityProvider": ('{ checkIdentityProvider(name: "corp") { what } }', "boss", "auditor"),
    "impersonateUser": ("mutation { impersonateUser(id: $user) { __typename } }", "boss"),
    "restoreProject": ("mutation { restoreProject(id: $project) { __typename } }", "owner"),
    "deleteProject": ('mutation { deleteProject(id: $project, name: "p") { __typename } }', "owner"),
    "updateProject": (
        'mutation { updateProject(input: {id: $project, description: "x"}) { __typename } }',
        "owner",
    ),
    "setMember": (
        'mutation { setMember(project: "p", user: "stranger", role: VIEWER) { __typename } }',
        "owner",
    ),
    "removeMember": ('mutation { removeMember(project: "p", user: "victim") { __typename } }', "owner"),
    "savePipelineDraft": (
        "mutation { savePipelineDraft(input: {pipelineId: $pipeline, definition: {a: 1}, baseVersion: 1})"
        " { __typename } }",
        "member",
    ),
    "discardPipelineDraft": (
        "mutation { discardPipelineDraft(pipeline: $pipeline) { __typename } }",
        "viewer",
    ),
    "setPipelineLayout": (
        'mutation { setPipelineLayout(input: {pipelineId: $pipeline, positions: [{step: "a", x: 1, y: 2}]})'
        " { __typename } }",
        "member",
    ),
    "notebook": ("{ notebook(id: $notebook) { id } }", "viewer"),
    "notebookUsage": ("{ notebookUsage(id: $notebook) { known } }", "maintainer"),
    "notebookPackages": ("{ notebookPackages(id: $notebook) }", "admin"),
    "notebooks": ('{ notebooks(project: "p") { nodes { id } } }', "viewer"),
    "preflightNotebook": (
        '{ preflightNotebook(project: "p", kind: JUPYTER, spec: {}) { verdict } }',
        "viewer",
    ),
    "image": ("{ image(id: $image) { id } }", "viewer"),
    "build": ("{ build(id: $build) { id } }", "viewer"),
    "images": ('{ images(project: "p") { nodes { id } } }', "viewer"),
    "saveImage": (
        'mutation { saveImage(input: {project: "p", name: "$random", '
        'source: {packages: {pip: ["six"]}}}) { __typename } }',
        "member",
    ),
    "cancelBuild": ("mutation { cancelBuild(id: $build) { __typename } }", "member"),
    "deleteImage": ("mutation { deleteImage(id: $image) { __typename } }", "member"),
    "createNotebookFromStep": (
        'mutation { createNotebookFromStep(run: $run, step: "a") { __typename } }',
        "member",
    ),
    "registryImage": ('{ registryImage(image: "127.0.0.1:1/x", project: "p") { problem } }', "member"),
    "registryCheck": ("{ registryCheck(id: $registry) { problem } }", "maintainer"),
    "saveRegistry": (
        'mutation { saveRegistry(input: {project: "p", name: "$random", prefix: "a.example"}) { '
        "__typename } }",
        "maintainer",
    ),
    "deleteRegistry": ("mutation { deleteRegistry(id: $registry) { __typename } }", "maintainer"),
    "quotas": ("{ quotas { scope } }", "boss", "auditor"),
    "setQuota": (
        'mutation { setQuota(input: {target: {project: "p"}, limits: {cpu: 100}}) { __typename } }',
        "boss",
    ),
    "saveImagePreset": (
        'mutation { saveImagePreset(input: {name: "$random", title: "x", source: {packages: {pip: '
        '["six"]}}}) { __typename } }',
        "boss",
    ),
    "deleteImagePreset": ('mutation { deleteImagePreset(name: "jupyter") { __typename } }', "boss"),
    "notificationChannels": ('{ notificationChannels(project: "p") { id } }', "maintainer"),
    "createNotificationChannel": (
        'mutation { createNotificationChannel(input: {project: "p", name: "$random", kind: WEBHOOK, '
        'address: "https://a.example/", kinds: []}) { __typename } }',
        "maintainer",
    ),
    "updateNotificationChannel": (
        "mutation { updateNotificationChannel(input: {id: $channel, kinds: []}) { __typename } }",
        "maintainer",
    ),
    "testNotificationChannel": (
        "mutation { testNotificationChannel(id: $channel) { __typename } }",
        "maintainer",
    ),
    "deleteNotificationChannel": (
        "mutation { deleteNotificationChannel(id: $channel) { __typename } }",
        "maintainer",
    ),
    "saveSecret": (
        'mutation { saveSecret(input: {project: "p", name: "$random", value: "a value"}) { __typename } }',
        "maintainer",
    ),
    "deleteSecret": ('mutation { deleteSecret(project: "p", name: "KEPT") { __typename } }', "maintainer"),
    "model": ("{ model(id: $model) { id } }", "viewer"),
    "models": ('{ models(project: "p") { nodes { id } } }', "viewer"),
    "registerModel": (
        'mutation { registerModel(input: {run: $run, step: "a", name: "$random"}) { __typename } }',
        "member",
    ),
    "uploadModel": (
        'mutation { uploadModel(input: {project: "p", name: "$random", files: [{path: "x", '
        'sha256: "$digest"}]}) { __typename } }',
        "member",
    ),
    "updateModel": ('mutation { updateModel(input: {id: $model, card: "x"}) { __typename } }', "member"),
    "updateModelVersion": (
        'mutation { updateModelVersion(input: {id: $version, tags: {a: "b"}}) { __typename } }',
        "member",
    ),
    "setModelAlias": (
        'mutation { setModelAlias(id: $version, alias: "a", force: true) { __typename } }',
        "member",
    ),
    "removeModelAlias": ('mutation { removeModelAlias(id: $model, alias: "a") { __typename } }', "member"),
    "deleteModelVersion": ("mutation { deleteModelVersion(id: $version) { __typename } }", "member"),
    "deleteModel": ("mutation { deleteModel(id: $model) { __typename } }", "member"),
    "service": ("{ service(id: $service) { id } }", "viewer"),
    "services": ('{ services(project: "p") { nodes { id } } }', "viewer"),
    "preflightService": ('{ preflightService(project: "p", spec: {kind: CUSTOM}) { verdict } }', "viewer"),
    "createService": (
        'mutation { createService(input: {project: "p", name: "$random", spec: {kind: CUSTOM, '
        'command: "sleep 60", resources: {cpu: 0.1}}}) { __typename } }',
        "member",
    ),
    "deployService": (
        "mutation { deployService(input: {id: $service, strategy: {kind: MANUAL}}) { __typename } }",
        "member",
    ),
    "activateRevision": ("mutation { activateRevision(id: $service, number: 1) { __typename } }", "member"),
    "setTraffic": (
        "mutation { setTraffic(id: $service, traffic: [{revision: 1, weight: 100}]) { __typename } }",
        "member",
    ),
    "abortRollout": ("mutation { abortRollout(id: $service) { __typename } }", "member"),
    "startService": ("mutation { startService(id: $service) { __typename } }", "member"),
    "updateService": (
        'mutation { updateService(input: {id: $service, description: "x"}) { __typename } }',
        "member",
    ),
    "createServiceKey": (
        'mutation { createServiceKey(input: {service: $service, name: "$random"}) { __typename } }',
        "member",
    ),
    "revokeServiceKey": ("mutation { revokeServiceKey(id: $key) { __typename } }", "member"),
    "openService": ("mutation { openService(id: $service) { __typename } }", "viewer"),
    "invokeService": (
        'mutation { invokeService(id: $service, path: "/", method: GET) { status } }',
        "viewer",
    ),
    "stopService": ("mutation { stopService(id: $service) { __typename } }", "member"),
    "deleteService": ("mutation { deleteService(id: $service) { __typename } }", "member"),
    "search": ("{ search(id: $search) { id } }", "viewer"),
    "searches": ('{ searches(project: "p") { nodes { id } } }', "viewer"),
    "createSearch": (
        'mutation { createSearch(input: {pipelineId: $numbered, name: "$random", spec: {objectives: '
        '[{metric: "y"}], parameters: [{name: "n", distribution: {categorical: {choices: [1, 2]}}}], '
        "trials: 1}}) { __typename } }",
        "member",
    ),
    "extendSearch": ("mutation { extendSearch(id: $search, trials: 0) { __typename } }", "member"),
    "pauseSearch": ("mutation { pauseSearch(id: $search) { __typename } }", "member"),
    "resumeSearch": ("mutation { resumeSearch(id: $search) { __typename } }", "member"),
    "retryTrials": ("mutation { retryTrials(id: $search, numbers: [0]) { __typename } }", "member"),
    "exploreAroundTrials": (
        "mutation { exploreAroundTrials(id: $search, numbers: [0], count: 1) { __typename } }",
        "member",
    ),
    "stopTrials": ("mutation { stopTrials(id: $search, numbers: [999]) { __typename } }", "member"),
    "stopSearch": ("mutation { stopSearch(id: $search) { __typename } }", "member"),
    "deleteSearch": ("mutation { deleteSearch(id: $search) { __typename } }", "member"),
    "user": ("{ user(id: $user) { id } }", "boss", "auditor"),
    "users": ("{ users { nodes { id } } }", "boss", "auditor"),
    "audit": ("{ audit { nodes { id } } }", "boss", "auditor"),
    "auditCheck": ("{ auditCheck { problem } }", "boss", "auditor"),
    "inviteUser": ('mutation { inviteUser(input: {name: "$random"}) { __typename } }', "boss"),
    "createSignInLink": ("mutation { createSignInLink(id: $user) { __typename } }", "boss"),
    "updateUser": ("mutation { updateUser(input: {id: $user, deactivated: false}) { __typename } }", "boss"),
    "createNotebook": (
        'mutation { createNotebook(input: {project: "p", name: "$random", start: false}) { __typename } }',
        "member",
    ),
    "cloneNotebook": ('mutation { cloneNotebook(id: $notebook, name: "$random") { __typename } }', "member"),
    "setNotebookPolicy": ('mutation { setNotebookPolicy(project: "p") { __typename } }', "maintainer"),
    "startNotebook": ("mutation { startNotebook(id: $notebook) { __typename } }", "admin"),
    "restartNotebook": ("mutation { restartNotebook(id: $notebook) { __typename } }", "admin"),
    "updateNotebook": (
        'mutation { updateNotebook(input: {id: $notebook, description: "x"}) { __typename } }',
        "admin",
    ),
    "revertNotebook": ("mutation { revertNotebook(id: $notebook) { __typename } }", "admin"),
    "extendNotebook": ("mutation { extendNotebook(id: $notebook) { __typename } }", "admin"),
    "openNotebook": ("mutation { openNotebook(id: $notebook) { __typename } }", "admin"),
    "stopNotebook": ("mutation { stopNotebook(id: $notebook) { __typename } }", "maintainer"),
    "deleteNotebook": ("mutation { deleteNotebook(id: $notebook) { __typename } }", "maintainer"),
    "setRunPinned": ("mutation { setRunPinned(id: $run, pinned: false) { __typename } }", "member"),
    "scheduledTasks": ("{ scheduledTasks { name } }", "boss", "auditor"),
    "runScheduledTask": ('mutation { runScheduledTask(name: "projects.sweep") { __typename } }', "boss"),
    "storageUsage": ('{ storageUsage(project: "p") { totalBytes } }', "viewer"),
    "retentionPolicy": ('{ retentionPolicy(project: "p") { inherited } }', "viewer"),
    "previewRetention": (
        '{ previewRetention(input: {project: "p", rule: {keepDays: 1}}) { runs bytes } }',
        "viewer",
    ),
    "updateRetentionPolicy": (
        'mutation { updateRetentionPolicy(input: {project: "p", rule: {keepDays: 30}}) { __typename } }',
        "owner",
    ),
    "deleteRuns": ("mutation { deleteRuns(ids: [$run]) { __typename } }", "member"),
    "deletePipeline": ("mutation { deletePipeline(id: $pipeline) { __typename } }", "member"),
}
"""`admin` made the notebook: what only they may do is refused to every other administrator, `boss`, too."""
OF_ONESELF = {
    "mailConfigured",
    "notification",
    "notifications",
    "notificationSettings",
    "unreadNotificationCount",
    "markNotificationsRead",
    "updateNotificationSettings",
    "find",
    "node",
    "nodes",
    "links",
    "sshKeys",
    "setSshKeys",
    "myQuota",
    "checkImage",
    "endSession",
    "sessions",
    "signInProviders",
    "checkSearch",
    "searchEngines",
    "previewSchedule",
    "imagePresets",
    "impersonator",
    "stopImpersonating",
    "projectInvitation",
    "acceptInvitation",
    "notebookKinds",
    "serviceKinds",
    "viewer",
    "health",
    "tokens",
    "projects",
    "groups",
    "clusters",
    "createProject",
    "createToken",
    "revokeToken",
    "signOut",
    "template",
}
OF_ENGINES = {"suggestTrial", "suggestedTrial", "discardTrial"}
"""For the run of a search's engine alone: tests/searches/test_engine.py."""
SUBSCRIPTIONS = {
    "notificationsChanged",
    "changed",
    "modelChanged",
    "modelsChanged",
    "serviceChanged",
    "serviceRequestsChanged",
    "servicesChanged",
    "searchChanged",
    "searchesChanged",
    "imageChanged",
    "imagesChanged",
    "notebookChanged",
    "notebooksChanged",
    "clusterHealth",
    "logs",
    "podChanged",
    "podUsed",
    "runChanged",
    "runUsage",
    "runsChanged",
}
RANK = ["nobody", "stranger", "viewer", "member", "maintainer", "owner", "boss", "admin"]


def test_no_root_field_is_forgotten():
    names = {
        field
        for name in ("Query", "Mutation", "Subscription")
        for field in schema._schema.type_map[name].fields
    }
    assert names == set(OPERATIONS) | OF_ONESELF | OF_ENGINES | SUBSCRIPTIONS


async def count(platform):
    async with platform.ctx.db.read() as conn:
        tables = (
            Project,
            Membership,
            Pipeline,
            Version,
            Run,
            Template,
            Token,
            Notebook,
            Policy,
            Pass,
            Image,
            Build,
            Registry,
            Secret,
            Search,
            Model,
            ModelVersion,
            Alias,
            Service,
            Revision,
            Key,
            Schedule,
            Channel,
            Group,
            GroupMember,
            GroupRole,
            User,
            Link,
            Invitation,
        )
        return [
            (await conn.execute(select(func.count()).select_from(table))).scalar_one() for table in tables
        ]


@pytest.fixture
async def world(platform):
    people = {"admin": platform.admin, "nobody": None, "boss": await platform.person("boss", admin=True)}
    for name in ("stranger", "viewer", "member", "maintainer", "owner", "auditor"):
        people[name] = await platform.person(name)
    people["auditor"] = replace(people["auditor"], auditor=True)
    victim = await platform.person("victim")
    await platform.ask(
        'mutation { saveSecret(input: {project: "p", name: "KEPT", value: "a value"}) { __typename } }'
    )
    await platform.ask('mutation { setMember(project: "p", user: "victim", role: VIEWER) { __typename } }')
    for name in ("viewer", "member", "maintainer", "owner"):
        query = (
            f'mutation {{ setMember(project: "p", user: "{name}", role: {name.upper()}) {{ ... on '
            f"Project {{ id }} }} }}"
        )
        await platform.ask(query)
    run = await platform.run(
        "name: y\nsteps: [{name: a, template: shell, args: {script: 'echo hi'}}, {name: b, template: "
        "shell, args: {script: 'echo hi > $CUBE_OUTPUT_DIR/x'}}]\n"
    )
    ids = await platform.ask(
        "query($r: ID!) { run(id: $r) { id pipelineId projectId steps { id podId } } }", r=run["id"]
    )
    step = ids["run"]["steps"][0]
    made = (
        'mutation { createNotebook(input: {project: "p", name: "lab", kind: CUSTOM, spec: {command: '
        '"exec sleep 60", resources: {cpu: 0.1}}, start: false}) { ... on Notebook { id } } }'
    )
    image = (
        await platform.ask(
            'mutation { saveImage(input: {project: "p", name: "i", '
            'source: {packages: {pip: ["six"]}}}) { ... on '
            "SavedImage { image { id } build { id } } } }"
        )
    )["saveImage"]
    registry = await platform.ask(
        'mutation { saveRegistry(input: {project: "p", name: "r", prefix: "127.0.0.1:9", insecure: true}) { '
        "... on Registry { id } } }"
    )
    channel = await platform.ask(
        'mutation { createNotificationChannel(input: {project: "p", name: "c", kind: WEBHOOK, '
        'address: "http://127.0.0.1:9/", kinds: []}) { ... on NotificationChannel { id } } }'
    )
    numbered = (
        "name: numbered\nparameters: [{name: n, type: int, default: 1}]\nsteps: [{name: a, template: "
        "shell, args: {script: 'sleep 60'}}]\n"
    )
    told = specs.search({"objectives": [{"metric": "y"}], "parameters": {"n": [1, 2]}, "trials": 1})
    begun = (
        'mutation($p: ID!, $d: SearchSpecInput!) { createSearch(input: {pipelineId: $p, name: "s", '
        "spec: $d}) { ... on Search { id } ... on Problem { message } } }"
    )
    numbered = await platform.save(numbered)
    search = (await platform.ask(begun, p=numbered, d=told))["createSearch"]["id"]
    async for data in platform.listen(
        f'subscription {{ searchChanged(id: "{search}") {{ search {{ trials }} }} }}'
    ):
        if data["searchChanged"]["search"]["trials"]:
            break  # what it begins is there before anything is counted
    about = (
        'mutation { registerModel(input: {run: $run, step: "b", name: "m"}) { '
        "... on RegisteredModel { model { id } version { id } } } }"
    )
    model = (await platform.ask(about.replace("$run", f'"{run["id"]}"')))["registerModel"]
    service = (
        'mutation { createService(input: {project: "p", name: "s", spec: {kind: CUSTOM, command: '
        '"exec sleep 60", resources: {cpu: 0.1}}}) { ... on Service { id } } }'
    )
    service = (await platform.ask(service))["createService"]["id"]
    key = f"""mutation {{ createServiceKey(input: {{service: "{service}", name: "k"}}) {{
        ... on NewServiceKey {{ id }} }} }}"""
    planned = (
        'mutation($p: ID!) { createSchedule(input: {pipelineId: $p, name: "yearly", '
        'spec: {cron: "0 0 1 1 *"}})'
        " { ... on Schedule { id } } }"
    )
    values = {
        "group": (
            await platform.ask('mutation { createGroup(input: {name: "team"}) { ... on Group { id } } }')
        )["createGroup"]["id"],
        "schedule": (await platform.ask(planned, p=ids["run"]["pipelineId"]))["createSchedule"]["id"],
        "model": model["model"]["id"],
        "version": model["version"]["id"],
        "service": service,
        "invitation": (
            await platform.ask(
                'mutation { inviteToProject(input: {project: "p"}) { ... on NewProjectInvitation { id } } }'
            )
        )["inviteToProject"]["id"],
        "key": (await platform.ask(key))["createServiceKey"]["id"],
        "search": search,
        "user": victim.id,
        "numbered": numbered,
        "image": image["image"]["id"],
        "build": image["build"]["id"],
        "registry": registry["saveRegistry"]["id"],
        "channel": channel["createNotificationChannel"]["id"],
        "notebook": (await platform.ask(made))["createNotebook"]["id"],
        "run": run["id"],
        "pipeline": ids["run"]["pipelineId"],
        "project": ids["run"]["projectId"],
        "step": step["id"],
        "pod": step["podId"],
    }
    return platform, people, values


NUMBERS = itertools.count()


def filled(text, values):
    for name, value in values.items():
        text = text.replace(f"${name}", f'"{value}"')
    if text.startswith("mutation"):
        text = text.replace("{ __typename }", "{ __typename ... on Problem { code } }")
    return text.replace("$random", f"n{next(NUMBERS)}").replace("$digest", "0" * 64)


async def test_who_may_not_is_refused(world):
    platform, people, values = world
    for name, (text, least, *also) in OPERATIONS.items():
        for role in [*RANK[: RANK.index(least)], *([] if least == "viewer" or also else ["auditor"])]:
            before = await count(platform)
            result = await platform.raw(filled(text, values), people[role])
            if role == "nobody":
                assert result.errors and result.errors[0].extensions["code"] == "SIGNED_OUT", (name, role)
            elif result.errors:
                codes = (
                    {"FORBIDDEN"} if name == "checkIdentityProvider" else {"NOT_FOUND", "FORBIDDEN"}
                )  # there is none to be found
                assert {error.extensions["code"] for error in result.errors} <= codes, (
                    name,
                    role,
                    result.errors,
                )
            else:
                answer = result.data[name]
                denied = isinstance(answer, dict) and answer.get("code") in ("NOT_FOUND", "FORBIDDEN")
                assert answer is None or denied, (name, role, answer)
            assert await count(platform) == before, f"{name} as {role} left something"


async def test_who_may_is_answered(world):
    platform, people, values = world
    for name, (text, least, *also) in OPERATIONS.items():
        if name in (
            "archiveProject",  # a run goes on
            "deleteProject",  # it is not archived
            "checkIdentityProvider",  # none is configured: tests/users/test_plain.py
            "revokeInvitation",  # after the first it is gone
            "impersonateUser",  # it needs a browser's session: tests/users/test_viewing.py
            "deletePipeline",
            "deleteRuns",
            "deleteSchedule",
            "deleteGroup",
            "removeMember",
            "retryRun",
            "continueRun",
            "moveRun",  # it is there already
            "cancelRun",
            "revertNotebook",
            "openNotebook",
            "deleteNotebook",
            "deleteImage",
            "deleteRegistry",
            "deleteNotificationChannel",  # after the first it is gone
            "deleteSecret",  # after the first it is gone
            "deleteImagePreset",  # after the first it is gone
            "notebookPackages",
            "registerModel",  # the step left nothing
            "uploadModel",  # nothing was put there
            "setTraffic",
            "deleteModel",
            "deleteModelVersion",
            "deleteService",
            "abortRollout",
            "invokeService",
            "revokeServiceKey",
            "pauseSearch",
            "resumeSearch",
            "deleteSearch",
        ):
            continue
        for role in [*RANK[RANK.index(least) :], *(["auditor"] if least == "viewer" or also else [])]:
            result = await platform.raw(filled(text, values), people[role])
            assert not result.errors, (name, role, result.errors)
            answer = result.data[name]
            assert answer is not None and not (
                isinstance(answer, dict) and answer.get("__typename") == "Problem"
            ), (name, role, answer)


async def test_strangers_hear_nothing(world):
    platform, people, values = world
    for text in (
        "subscription { runChanged(id: $run) { cursor } }",
        "subscription { logs(pod: $pod) { text } }",
        "subscription { podChanged(id: $pod) { id } }",
        "subscription { podUsed(id: $pod) }",
        "subscription { notebookChanged(id: $notebook) { id } }",
        "subscription { imageChanged(id: $image) { id } }",
        "subscription { searchChanged(id: $search) { id } }",
        "subscription { serviceChanged(id: $service) { id } }",
        "subscription { serviceRequestsChanged(id: $service) { cursor } }",
        "subscription { serviceChanged(id: $service) { id } }",
    ):
        stream = await schema.subscribe(
            filled(text, values), context_value=platform.context(people["stranger"], True)
        )
        result = await asyncio.wait_for(anext(stream), 20)  # what may be heard says nothing for long
        assert result.errors[0].extensions["code"] == "NOT_FOUND"


async def test_what_is_ones_own_is_for_people_only(platform):
    """What needs no project is refused to nobody at all, too."""
    texts = {
        "checkImage": '{ checkImage(input: {source: {packages: {pip: ["six"]}}}) { pythonOnly } }',
        "notification": '{ notification(id: "x") { id } }',
        "notifications": "{ notifications { nodes { id } } }",
        "mailConfigured": "{ mailConfigured }",
        "notificationSettings": "{ notificationSettings { settings { kind } } }",
        "unreadNotificationCount": "{ unreadNotificationCount }",
        "markNotificationsRead": "mutation { markNotificationsRead(input: {}) { ... on Problem { code } } }",
        "updateNotificationSettings": (
            "mutation { updateNotificationSettings(input: {settings: []}) { ... on Problem { code } } }"
        ),
        "checkSearch": "{ checkSearch(spec: {objectives: []}) { trialCount } }",
        "searchEngines": "{ searchEngines { name } }",
        "previewSchedule": '{ previewSchedule(spec: {cron: "0 2 * * *"}) { catchUpRuns } }',
        "imagePresets": "{ imagePresets { name } }",
        "stopImpersonating": "mutation { stopImpersonating { ... on Problem { code } } }",
        "acceptInvitation": 'mutation { acceptInvitation(secret: "x") { ... on Problem { code } } }',
        "notebookKinds": "{ notebookKinds { kind } }",
        "serviceKinds": "{ serviceKinds { kind } }",
        "links": "{ links { name } }",
        "sshKeys": "{ sshKeys }",
        "myQuota": "{ myQuota { own } }",
        "sessions": "{ sessions { id } }",
        "tokens": "{ tokens { id } }",
        "projects": "{ projects { nodes { id } } }",
        "find": '{ find(text: "x") { id } }',
        "node": '{ node(id: "x") { id } }',
        "nodes": '{ nodes(ids: ["x"]) { id } }',
        "groups": "{ groups { nodes { id } } }",
        "clusters": "{ clusters { name } }",
        "template": '{ template(id: "x") { name } }',
        "setSshKeys": "mutation { setSshKeys(keys: []) { ... on Problem { code } } }",
        "endSession": 'mutation { endSession(id: "x") { ... on Problem { code } } }',
        "createProject": 'mutation { createProject(input: {name: "x"}) { ... on Problem { code } } }',
        "createToken": 'mutation { createToken(input: {name: "x"}) { ... on Problem { code } } }',
        "revokeToken": 'mutation { revokeToken(id: "x") { ... on Problem { code } } }',
        "signOut": "mutation { signOut { ... on Problem { code } } }",
    }
    assert set(texts) == OF_ONESELF - {
        "health",
        "viewer",
        "impersonator",
        "signInProviders",
        "projectInvitation",
    }
    for name, text in texts.items():
        result = await platform.raw(text, None)
        assert result.errors and result.errors[0].extensions["code"] == "SIGNED_OUT", (name, result)
        code = await platform.raw(text, Viewer(id="run:x", name="run 1", run="x"))
        assert code.errors and code.errors[0].extensions["code"] == "FORBIDDEN", (name, code)


async def test_lists_show_ones_own_projects_only(world):
    """Lists of all projects, what templates tell of their use, and what is filtered by somebody else's
    thing."""
    platform, people, values = world
    await platform.ask(
        'mutation { createProject(input: {name: "theirs"}) { __typename } }', people["stranger"]
    )
    for text in (
        "{ runs { nodes { id } } }",
        "{ notebooks { nodes { id } } }",
        "{ schedules { nodes { id } } }",
        "{ images { nodes { id } } }",
        "{ searches { nodes { id } } }",
        "{ models { nodes { id } } }",
        "{ services { nodes { id } } }",
        "{ pipelines { nodes { id } } }",
    ):
        (seen,) = (await platform.ask(text, people["viewer"])).values()
        (other,) = (await platform.ask(text, people["stranger"])).values()
        assert seen["nodes"] and other["nodes"] == [], text
    used = "{ templates { name statistics { endedCount } usedBy { id } } }"
    seen, other = [
        next(each for each in (await platform.ask(used, people[who]))["templates"] if each["name"] == "shell")
        for who in ("viewer", "stranger")
    ]
    assert (
        seen["statistics"]["endedCount"]
        and seen["usedBy"]
        and not other["statistics"]["endedCount"]
        and other["usedBy"] == []
    )
    for text in (
        "{ runs(pipeline: $pipeline) { nodes { id } } }",
        "{ schedules(pipeline: $pipeline) { nodes { id } } }",
        '{ schedules(project: "p") { nodes { id } } }',
    ):
        refused = await platform.raw(filled(text, values), people["stranger"])
        assert refused.errors[0].extensions["code"] == "NOT_FOUND", text


FIND = "query($t: String!) { find(text: $t, first: 20) { kind id name exact project detail runState } }"
NAMES = {
    "PROJECT": "p",
    "PIPELINE": "y",
    "RUN": "y #1",
    "SCHEDULE": "yearly",
    "NOTEBOOK": "lab",
    "IMAGE": "i",
    "SEARCH": "s",
    "MODEL": "m",
    "SERVICE": "s",
    "TEMPLATE": "t",
    "GROUP": "team",
    "USER": "victim",
}
"""A thing of each kind that a project or the platform has, by its name."""


async def test_nobody_finds_what_they_may_not_see(world):
    """By name, by part of it, and by id; as members of the project, of another one, and with a token that is
    for one project."""
    platform, people, values = world
    stranger = people["stranger"]
    for project, viewer in (("theirs", stranger), ("other", platform.admin)):
        await platform.ask(
            "mutation($p: String!) { createProject(input: {name: $p}) { __typename } }", viewer, p=project
        )
    other = (await platform.ask('{ project(key: "other") { id } }'))["project"]["id"]
    await platform.ask(
        'mutation { setMember(project: "other", user: "member", role: VIEWER) { __typename } }'
    )
    saved = await platform.ask(
        f'mutation {{ saveTemplate(project: "p", yaml: """{TEMPLATE}""") {{ ... on Template {{ id }} }} }}'
    )
    keys = {kind: values.get(kind.lower()) for kind in NAMES} | {"TEMPLATE": saved["saveTemplate"]["id"]}
    theirs = ("GROUP", "USER")

    async def found(viewer, text):
        return {
            (each["kind"], each["id"]): each for each in (await platform.ask(FIND, viewer, t=text))["find"]
        }

    for kind, name in NAMES.items():
        for role in ("viewer", "member", "maintainer", "owner", "auditor", "boss", "admin"):
            may = kind not in theirs or role in ("auditor", "boss", "admin")
            for text in (name, name[:2], keys[kind]):
                one = (await found(people[role], text)).get((kind, keys[kind]))
                assert (one is not None) == may, (kind, role, text)
                if one:
                    assert one["exact"] or text == name[:2] != name, (kind, text)
                    assert one["project"] == (None if kind in ("PROJECT", *theirs) else "p"), kind
        bound = (
            replace(people["member"], token="x", project=other),
            replace(people["boss"], token="x", project=other),
        )
        for viewer in (stranger, *bound):
            for text in (name, name[0], keys[kind]):
                seen = await found(viewer, text)
                assert (kind, keys[kind]) not in seen, (kind, viewer, text)
                assert {each["project"] for each in seen.values()} <= {
                    None,
                    "theirs" if viewer is stranger else "other",
                }
                assert not {each["kind"] for each in seen.values()} & set(theirs)
    await platform.ask('mutation { removeMember(project: "p", user: "member") { __typename } }')
    assert ("PIPELINE", keys["PIPELINE"]) not in await found(people["member"], "y")
    assert ("CLUSTER", "local") in await found(stranger, "loc")


async def test_templates_of_all_my_projects(world):
    platform, people, _ = world
    await platform.ask(f'mutation {{ saveTemplate(project: "p", yaml: """{TEMPLATE}""") {{ __typename }} }}')
    asked = "{ templates(mine: true) { name builtin project { name } } }"
    for role, there in (("viewer", True), ("stranger", False), ("admin", True), ("auditor", True)):
        told = (await platform.ask(asked, people[role]))["templates"]
        assert any(each["builtin"] and each["project"] is None for each in told)
        own = [each["project"]["name"] for each in told if not each["builtin"]]
        assert own == (["p"] if there else []), role


async def test_strangers_cannot_listen_to_a_project(world):
    platform, people, _ = world
    for name in (
        "imagesChanged { id }",
        "notebooksChanged { id }",
        "runsChanged { cursor }",
        "searchesChanged { id }",
        "modelsChanged { id }",
        "servicesChanged { id }",
        "changed { id }",
    ):
        field, _, rest = name.partition(" ")
        stream = await schema.subscribe(
            f'subscription {{ {field}(project: "p") {rest} }}',
            context_value=platform.context(people["stranger"], True),
        )
        result = await asyncio.wait_for(anext(stream), 20)  # what may be heard says nothing for long
        assert result.errors[0].extensions["code"] == "NOT_FOUND", name


async def test_all_runs_that_change_are_those_of_ones_projects(world):
    platform, people, values = world
    await platform.ask(
        'mutation { createProject(input: {name: "theirs"}) { __typename } }', people["stranger"]
    )
    yaml = "name: z\nsteps: [{name: a, template: shell, args: {script: 'true'}}]\n"
    save = (
        'mutation($y: String!) { savePipeline(input: {project: "theirs", yaml: $y}) { ... on SavedPipeline { '
        "pipeline { id } } } }"
    )
    pipeline = (await platform.ask(save, people["stranger"], y=yaml))["savePipeline"]["pipeline"]["id"]
    bus, before = platform.ctx.bus, platform.ctx.bus.listeners
    heard = platform.listen("subscription { runsChanged { run { id } } }", people["stranger"])
    first = asyncio.ensure_future(anext(heard))
    while bus.listeners == before:
        await asyncio.sleep(0)
    await platform.start(values["pipeline"])
    start = "mutation($p: ID!) { startRun(pipeline: $p) { ... on Run { id } } }"
    own = (await platform.ask(start, people["stranger"], p=pipeline))["startRun"]["id"]
    assert (await first)["runsChanged"]["run"]["id"] == own
    await heard.aclose()


async def test_each_room_asks_for_itself(world):
    """Checks that others made already on the way: what a room gives away it does not give on the word of
    another."""
    from cubestudio.core.errors import Forbidden, NotFound
    from cubestudio.models import actions as models
    from cubestudio.notebooks.endpoint import endpoint_of
    from cubestudio.pipelines import actions as pipelines
    from cubestudio.pipelines.preflight.actions import _named
    from cubestudio.projects.invitations import actions as invitations

    platform, people, values = world
    stranger = people["stranger"]
    await platform.ask('mutation { createProject(input: {name: "own"}) { __typename } }', stranger)
    async with platform.ctx.db.write() as tx:
        with pytest.raises(NotFound):
            await models.register(
                tx, stranger, values["project"], name="n", files=[], told=models.version_spec({})
            )
        ready = [("x", 1, "0" * 64, "text/plain")]
        made, _ = await models.register(
            tx, stranger, "own", name="mine", files=ready, told=models.version_spec({})
        )
        own = (await tx.execute(select(ModelVersion.model_id).where(ModelVersion.id == made))).scalar_one()
        for work in (credentials.sessions_of, credentials.tokens_of):
            with pytest.raises(Forbidden):
                await work(tx, stranger, values["user"])
        with pytest.raises(Forbidden):
            await invitations.read(tx, replace(stranger, project=values["project"]), "x")
    told = await platform.raw(
        filled("{ model(id: $own) { checks(version: $version) { passed } } }", values | {"own": own}),
        stranger,
    )
    assert told.errors and told.errors[0].extensions["code"] == "NOT_FOUND"
    async with platform.ctx.db.read() as conn:
        for work in (
            lambda: pipelines.pipelines_of(conn, stranger, values["project"], after=None, first=10, most=10),
            lambda: pipelines.by_name(conn, stranger, values["project"], "y"),
            lambda: endpoint_of(conn, platform.ctx, stranger, values["notebook"]),
        ):
            with pytest.raises(NotFound):
                await work()
        words = f"waits for 1 GPU, held by run {values['run']}"
        assert await _named(conn, stranger, words) == "waits for 1 GPU, held by a run of another project"
        assert await _named(conn, people["viewer"], words) == "waits for 1 GPU, held by run #1 of y"
    again = "mutation { %s { ... on Problem { message } } }"
    for text in ("retryRun(id: $run)", 'createNotebookFromStep(run: $run, step: "a")'):
        (refused,) = (await platform.ask(filled(again % text, values), stranger)).values()
        assert refused["message"].startswith("Run not found"), "the run itself is what does not exist"
    placed = 'mutation { updateProject(input: {id: $project, nodeGroup: "x"}) { ... on Problem { code } } }'
    assert (await platform.ask(filled(placed, values), people["owner"]))["updateProject"][
        "code"
    ] == "FORBIDDEN"


async def test_the_token_of_a_run_sees_that_run_only(world):
    from cubestudio.pipelines.runs import actions

    platform, _, values = world
    pipeline = await platform.save(
        "name: z\nsteps: [{name: a, template: shell, args: {script: 'sleep 60'}}]\n"
    )
    other = await platform.start(pipeline)
    async with platform.ctx.db.read() as conn:
        viewer = await actions.by_token(conn, platform.ctx.vault, actions.token(platform.ctx.vault, other))
        assert (
            await actions.by_token(conn, platform.ctx.vault, actions.token(platform.ctx.vault, values["run"]))
            is None
        )
        for forged in ("forged", "é"):
            assert await actions.by_token(conn, platform.ctx.vault, f"cuberun_{other}_{forged}") is None
    assert (await platform.raw("query($r: ID!) { run(id: $r) { id } }", viewer, r=other)).data["run"][
        "id"
    ] == other
    assert (await platform.raw("query($r: ID!) { run(id: $r) { id } }", viewer, r=values["run"])).data == {
        "run": None
    }
    for text in (
        "{ projects { nodes { id } } }",
        filled("mutation { cancelRun(id: $run) { __typename } }", values),
    ):
        assert (await platform.raw(text, viewer)).errors[0].extensions["code"] == "FORBIDDEN"
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=other)
    await platform.finish(other)


async def test_what_changes_is_told_to_those_who_may_know_it(platform):
    """One stream for all lists: of my projects, and of no other."""
    stranger, member = await platform.person("stranger"), await platform.person("member")
    await platform.ask('mutation { setMember(project: "p", user: "member", role: MEMBER) { __typename } }')
    await platform.ask('mutation { createProject(input: {name: "theirs"}) { __typename } }', stranger)
    bus = platform.ctx.bus
    before = bus.listeners
    heard = [platform.listen("subscription { changed { kind id } }", viewer) for viewer in (member, stranger)]
    first = [asyncio.ensure_future(anext(each)) for each in heard]
    while bus.listeners < before + 2:
        await asyncio.sleep(0)
    made = (
        'mutation { createNotebook(input: {project: "%s", name: "n", start: false}) '
        "{ ... on Notebook { id } } }"
    )
    mine = (await platform.ask(made % "p"))["createNotebook"]["id"]
    theirs = (await platform.ask(made % "theirs", stranger))["createNotebook"]["id"]
    assert [(await each)["changed"] for each in first] == [
        {"kind": "NOTEBOOK", "id": mine},
        {"kind": "NOTEBOOK", "id": theirs},
    ]
    for each in heard:
        await each.aclose()


def test_public_fields_are_few():
    assert {
        "health",
        "projectInvitation",
        "signInProviders",
        "viewer",
        "impersonator",
        "__typename",
    } == PUBLIC


async def test_what_is_named_beside_ones_own_is_asked_for_too(world):
    """A stranger is at home in a project of their own, and names there what is another's."""
    platform, people, values = world
    stranger = people["stranger"]
    await platform.ask('mutation { createProject(input: {name: "own"}) { __typename } }', stranger)
    saved = (
        'mutation($y: String!) { savePipeline(input: {project: "own", yaml: $y}) { ... on SavedPipeline { '
        "pipeline { id } } } }"
    )
    mine = (
        await platform.ask(
            saved, stranger, y=YAML.replace("steps", "parameters: [{name: n, type: int, default: 1}]\nsteps")
        )
    )["savePipeline"]["pipeline"]["id"]
    template = await platform.ask(
        f'mutation {{ saveTemplate(project: "p", yaml: """{TEMPLATE}""") {{ ... on Template {{ id }} }} }}'
    )
    token = await platform.ask('mutation { createToken(input: {name: "t"}) { ... on NewToken { id } } }')
    values = values | {
        "template": template["saveTemplate"]["id"],
        "token": token["createToken"]["id"],
        "mine": mine,
    }
    search = (
        '{objectives: [{metric: "y"}], parameters: [{name: "n", distribution: '
        "{categorical: {choices: [1]}}}], warmStart: {searchId: $search}}"
    )
    for name, text in {
        "createSearch": f'createSearch(input: {{pipelineId: $mine, name: "w", spec: {search}}})',
        "registerModel": 'registerModel(input: {run: $run, step: "b", name: "m"})',
        "cloneNotebook": 'cloneNotebook(id: $notebook, name: "c")',
        "createToken": 'createToken(input: {name: "x", project: "p"})',
        "revokeToken": "revokeToken(id: $token)",
        "updateSchedule": 'updateSchedule(input: {id: $schedule, spec: {cron: "0 0 1 1 *"}})',
        "planRun": None,
    }.items():
        if text is None:
            continue
        told = (
            await platform.ask(
                filled(f"mutation {{ {text} {{ ... on Problem {{ code }} }} }}", values), stranger
            )
        )[name]
        assert told == {"code": "NOT_FOUND"}, (name, told)
    serves = (
        'mutation { createService(input: {project: "own", name: "s", model: "m:1"}) '
        "{ ... on Problem { code } } }"
    )
    assert (await platform.ask(serves, stranger))["createService"]["code"] in ("INVALID", "NOT_FOUND")
    assert (await platform.ask(filled("{ template(id: $template) { id } }", values), stranger))[
        "template"
    ] is None
    assert (
        await platform.raw(filled("{ planRun(pipeline: $mine, run: $run) { step } }", values), stranger)
    ).errors[0].extensions["code"] == "NOT_FOUND"
    for text in (
        '{ templates(project: "p") { id } }',
        '{ models(project: "p") { nodes { id } } }',
        '{ checkPipeline(project: "p", yaml: "name: x") { faults { message } } }',
    ):
        assert (await platform.raw(text, stranger)).errors[0].extensions["code"] == "NOT_FOUND", text


async def test_files_and_logs_are_for_members_only(world, web):
    """What is fetched beside the graph: files that steps left, files of models, whole logs."""
    platform, people, values = world
    told = await platform.ask(
        "query($r: ID!) { run(id: $r) { steps { artifacts { url } } } }", r=values["run"]
    )
    (artifact,) = [each["url"] for step in told["run"]["steps"] for each in step["artifacts"]]
    model = (await platform.ask("query($m: ID!) { model(id: $m) { versions { id } } }", m=values["model"]))[
        "model"
    ]["versions"][0]
    paths = (artifact, f"/model-files/{model['id']}/x", f"/pods/{values['pod']}/log")
    tokens = {}
    async with platform.ctx.db.write() as tx:
        for name in ("stranger", "viewer"):
            _, tokens[name] = await credentials.make_token(tx, people[name], "t", 1)
    async with httpx2.AsyncClient(base_url=f"http://{web[0]}") as http:
        for path in paths:
            for name, code in (("stranger", 404), ("viewer", 200), (None, 401)):
                headers = {"authorization": f"Bearer {tokens[name]}"} if name else {}
                assert (await http.get(path, headers=headers)).status_code == code, (path, name)


AUTHORIZATIONS = {
    "empty": ("",),
    "empty twice": ("", ""),
    "a scheme": ("Bearer",),
    "another scheme": ("Basic YTpi",),
    "no scheme": ("$token",),
    "two tokens": ("Bearer $token $token",),
    "a comma": ("Bearer $token, Bearer $token",),
    "empty before a token": ("", "Bearer $token"),
    "a token before empty": ("Bearer $token", ""),
    "a token twice": ("Bearer $token", "Bearer $token"),
    "a token of nobody": ("Bearer cube_nobody",),
    "not ASCII": ("Bearer \xe9",),
    "a run that is not": ("Bearer cuberun_x_y",),
}
"""Headers that are there and let nobody in; beside them a session's cookie counts for nothing."""


async def test_no_authorization_header_switches_the_guard_against_forgery_off(web):
    address, token, platform = web
    async with platform.ctx.db.write() as tx:
        session = await credentials.begin_session(tx, platform.ctx.settings, platform.admin.id, "test")
    body = {"query": 'mutation { createProject(input: {name: "forged"}) { ... on Project { id } } }'}
    asked = {"query": "{ viewer { name } }"}
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    async with httpx2.AsyncClient(base_url=f"http://{address}", cookies={"cube_session": session}) as http:
        for which, values in AUTHORIZATIONS.items():
            headers = [
                ("authorization", value.replace("$token", token).encode("latin-1")) for value in values
            ]
            for more in (
                [("origin", "http://evil.example")],
                [("sec-fetch-site", "cross-site")],
                [],
                [("x-cube-request", "1")],
            ):
                for content in (body, asked):
                    told = await http.post("/graphql", json=content, headers=[*headers, *more])
                    data = told.json().get("data") or {}
                    assert not data.get("viewer") and not data.get("createProject"), (which, more, told.text)
                for method, path in (
                    ("PUT", f"/files/{project}/{'0' * 64}"),
                    ("POST", "/mlflow/r/a/-/api/2.0/mlflow/runs/create"),
                ):
                    told = await http.request(method, path, content=b"", headers=[*headers, *more])
                    assert told.status_code in (400, 401, 403), (which, path)
            assert (await http.get("/artifacts/x", headers=headers)).status_code == 401, (
                which,
                "nor where nothing is changed",
            )
    assert (await platform.ask("{ projects { nodes { name } } }"))["projects"]["nodes"] == [{"name": "p"}]


async def test_a_token_is_taken_as_it_is_written_elsewhere_and_beside_a_cookie_it_alone_counts(web):
    address, token, platform = web
    async with platform.ctx.db.write() as tx:
        session = await credentials.begin_session(tx, platform.ctx.settings, platform.admin.id, "test")
        _, other = await credentials.make_token(tx, await platform_person(tx, "other"), "t", 1)
    async with httpx2.AsyncClient(base_url=f"http://{address}", cookies={"cube_session": session}) as http:
        for header, name in ((f"Bearer {token}", "admin"), (f"bearer  {other}", "other")):
            told = await http.post(
                "/graphql", json={"query": "{ viewer { name } }"}, headers={"authorization": header}
            )
            assert told.json()["data"]["viewer"]["name"] == name, header


async def platform_person(tx, name) -> Viewer:
    return Viewer(id=await users.create(tx, name), name=name)


async def test_only_a_token_that_goes_all_the_way_opens_terminals_and_ssh(world, web):
    """A terminal and SSH run any command, which a token of the scope `run` may not."""
    platform, _, values = world
    secrets = {}
    async with platform.ctx.db.write() as tx:
        for scope in Scope:
            _, secrets[scope] = await credentials.make_token(tx, platform.admin, "t", 1, scope)
        session = await credentials.begin_session(tx, platform.ctx.settings, platform.admin.id, "test")
    await platform.ask('mutation { createProject(input: {name: "theirs"}) { __typename } }')
    for path in (f"/pods/{values['pod']}/terminal", f"/notebooks/{values['notebook']}/ssh"):
        for headers, code, words in (
            ({"authorization": f"Bearer {secrets[Scope.READ]}"}, 4403, "token"),
            (
                {"authorization": f"Bearer {secrets[Scope.RUN]}"},
                4403,
                "A token with the scope run cannot open",
            ),
            (
                {"authorization": f"Bearer {secrets[Scope.MANAGE]}"},
                4404,
                "",
            ),  # it is let in, and nothing runs there
            ({"cookie": f"cube_session={session}"}, 4404, ""),
            ({"authorization": "", "cookie": f"cube_session={session}"}, 4401, "Sign in"),
            ({}, 4401, "Sign in"),
        ):
            async with websockets.connect(f"ws://{web[0]}{path}", additional_headers=headers) as socket:
                with pytest.raises(websockets.ConnectionClosed):
                    await asyncio.wait_for(socket.recv(), 20)
            assert socket.close_code == code and words in socket.close_reason, (
                path,
                headers,
                socket.close_reason,
            )


async def test_a_token_of_the_scope_run_does_not_open_a_notebook(world):
    platform, _, values = world
    admin = replace(platform.admin, token="x", scope=Scope.RUN)
    told = await platform.ask(
        filled("mutation { openNotebook(id: $notebook) { ... on Problem { code } } }", values), admin
    )
    assert told["openNotebook"] == {"code": "FORBIDDEN"}
