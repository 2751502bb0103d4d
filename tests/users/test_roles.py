"""Maintainers and auditors; and refusals that say who may."""

from dataclasses import replace


async def joined(platform, name, role):
    viewer = await platform.person(name)
    await platform.ask(
        f'mutation {{ setMember(project: "p", user: "{name}", role: {role}) {{ __typename }} }}'
    )
    return viewer


async def test_a_refusal_says_who_may(platform):
    member = await joined(platform, "member", "MEMBER")
    await joined(platform, "mei", "MAINTAINER")
    save = (
        'mutation { saveSecret(input: {project: "p", name: "X", value: "v"}) { ... on Secret { id } ... on '
        "Problem { code message hint } } }"
    )
    refused = (await platform.ask(save, member))["saveSecret"]
    assert refused["message"] == "You have the role member in project p; this needs the role maintainer."
    assert refused["hint"] == "Ask admin, mei, who may do it."
    stranger = (await platform.ask(save, await platform.person("stranger")))["saveSecret"]
    assert stranger["code"] == "NOT_FOUND" and "mei" not in str(stranger)


async def test_a_maintainer_keeps_and_an_owner_decides(platform):
    mei = await joined(platform, "mei", "MAINTAINER")
    see = '{ project(key: "p") { viewerRole viewerCanRun viewerCanMaintain viewerCanManage } }'
    assert (await platform.ask(see, mei))["project"] == {
        "viewerRole": "MAINTAINER",
        "viewerCanRun": True,
        "viewerCanMaintain": True,
        "viewerCanManage": False,
    }
    for text, name in (
        ('updateProject(input: {id: "$p", description: "x"})', "updateProject"),
        ('setMember(project: "p", user: "mei", role: OWNER)', "setMember"),
    ):
        key = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
        told = await platform.ask(
            f"mutation {{ {text.replace('$p', key)} {{ ... on Problem {{ code }} }} }}", mei
        )
        assert told[name]["code"] == "FORBIDDEN"


async def test_an_auditor_sees_all_projects_and_changes_nothing(platform):
    """Also projects of which they are no member; and a token for one project sees that one only."""
    await platform.ask(
        'mutation { createProject(input: {name: "other"}) { __typename } }', await platform.person("somebody")
    )
    pipeline = await platform.save("name: x\nsteps: [{name: a, template: shell, args: {script: 'true'}}]\n")
    made = await platform.person("auditor")
    key = "mutation($u: ID!) { updateUser(input: {id: $u, auditor: true}) { ... on User { name auditor } } }"
    assert (await platform.ask(key, u=made.id))["updateUser"] == {"name": "auditor", "auditor": True}
    auditor = replace(made, auditor=True)
    seen = await platform.ask(
        "{ projects { nodes { name viewerRole } } users { nodes { name } } audit { nodes { "
        "operation } } viewer { auditor } }",
        auditor,
    )
    assert {each["name"]: each["viewerRole"] for each in seen["projects"]["nodes"]} == {
        "p": "VIEWER",
        "other": "VIEWER",
    }
    assert seen["viewer"]["auditor"] and len(seen["users"]["nodes"]) == 3 and seen["audit"]["nodes"]
    assert (
        await platform.ask("query($p: ID!) { pipeline(id: $p) { id viewerCanRun } }", auditor, p=pipeline)
    )["pipeline"] == {"id": pipeline, "viewerCanRun": False}
    told = (
        await platform.ask(
            "mutation($p: ID!) { startRun(pipeline: $p) { ... on Problem { code message hint } } }",
            auditor,
            p=pipeline,
        )
    )["startRun"]
    assert (
        told["code"] == "FORBIDDEN"
        and told["message"].startswith("You are an auditor")
        and "admin" in told["hint"]
    )
    for text in (
        'inviteUser(input: {name: "x"})',
        'setQuota(input: {target: {project: "p"}, limits: {cpu: 1}})',
        'updateUser(input: {id: "x", admin: true})',
    ):
        answer = await platform.ask(f"mutation {{ {text} {{ ... on Problem {{ code }} }} }}", auditor)
        assert next(iter(answer.values()))["code"] == "FORBIDDEN", text
    bound = replace(
        auditor, project=(await platform.ask('{ project(key: "other") { id } }'))["project"]["id"]
    )
    assert (await platform.ask('{ project(key: "p") { id } }', bound))["project"] is None
