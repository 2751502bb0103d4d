"""Invitations into projects: by a link, once; by an address of e-mail, for whoever has it."""

import asyncio
from datetime import timedelta

from sqlalchemy import update

from cubestudio.core import clock
from cubestudio.core.vault import token
from cubestudio.projects.invitations import actions as invitations
from cubestudio.users.model import User

INVITE = """mutation($r: Role!, $e: String, $d: Int!) { inviteToProject(input: {project: "p", role: $r, email: $e, days: $d}) {
    ... on NewProjectInvitation { id url } ... on Problem { code message path } } }"""  # noqa: E501
COME = (
    "mutation($s: String!) { acceptInvitation(secret: $s) { ... on Project { name viewerRole } ... on "
    "Problem { code message } } }"
)
SHOWN = "query($s: String!) { projectInvitation(secret: $s) { project role author email accepted signsUp } }"


async def invited(platform, role="MEMBER", email=None, days=14, viewer=None):
    made = (await platform.ask(INVITE, viewer, r=role, e=email, d=days))["inviteToProject"]
    return made["url"].partition("/join?invitation=")[2] if "url" in made else made


async def refused(platform, secret, viewer=None):
    """The code and the sentence by which a link is refused, to somebody without an account unless told
    otherwise."""
    (error,) = (await platform.raw(SHOWN, viewer, s=secret)).errors
    return error.extensions["code"], error.message


async def members(platform):
    found = (await platform.ask('{ project(key: "p") { members { user { name } role } } }'))["project"][
        "members"
    ]
    return {each["user"]["name"]: each["role"] for each in found}


async def test_a_link_lets_one_person_in_once(platform):
    ada, bob = await platform.person("ada"), await platform.person("bob")
    secret = await invited(platform)
    assert secret.startswith("cubejoin_")
    told = {
        "project": "p",
        "role": "MEMBER",
        "author": "admin",
        "email": None,
        "accepted": False,
        "signsUp": False,
    }
    for viewer in (ada, None):
        assert (await platform.raw(SHOWN, viewer, s=secret)).data["projectInvitation"] == told, (
            "with an account and without"
        )
    told = await asyncio.gather(*(platform.ask(COME, who, s=secret) for who in (ada, bob)))
    answers = [each["acceptInvitation"] for each in told]
    (one,) = [each for each in answers if "name" in each]
    (none,) = [each for each in answers if "code" in each]
    assert one["name"] == "p" and none["code"] == "NOT_FOUND" and "already been used" in none["message"]
    there = await members(platform)
    assert len(there) == 2 and set(there.values()) == {"OWNER", "MEMBER"}
    inside, outside = (ada, bob) if "ada" in there else (bob, ada)
    assert (await platform.ask(SHOWN, inside, s=secret))["projectInvitation"]["accepted"]
    assert (await platform.ask(COME, inside, s=secret))["acceptInvitation"]["name"] == "p", (
        "accepting twice changes nothing"
    )
    for other in (outside, None):
        assert await refused(platform, secret, other) == (
            "NOT_FOUND",
            "This invitation has already been used; each invitation is for one person.",
        )
    await platform.ask(f'mutation {{ removeMember(project: "p", user: "{inside.name}") {{ __typename }} }}')
    assert (await platform.ask(COME, inside, s=secret))["acceptInvitation"]["code"] == "NOT_FOUND", (
        "it does not bring anybody back"
    )


async def test_who_is_more_stays_so_and_who_is_less_becomes_more(platform):
    ada = await platform.person("ada")
    for role, then in (("MAINTAINER", "MAINTAINER"), ("VIEWER", "MAINTAINER"), ("OWNER", "OWNER")):
        await platform.ask(COME, ada, s=await invited(platform, role))
        assert (await members(platform))["ada"] == then
    owner = await invited(platform, "VIEWER", viewer=ada)
    assert owner.startswith("cubejoin_")


async def test_what_lets_nobody_in(platform):
    ada = await platform.person("ada")
    assert (await invited(platform, email="nobody"))["path"] == ["email"] and (
        await invited(platform, days=0)
    )["path"] == ["days"]
    assert (await invited(platform, viewer=ada))["code"] == "NOT_FOUND"
    old = await invited(platform, days=1)
    gone = (await platform.ask(INVITE, r="MEMBER", e=None, d=3))["inviteToProject"]
    listed = '{ project(key: "p") { invitations { id role email author { name } } } }'
    assert len((await platform.ask(listed))["project"]["invitations"]) == 2
    await platform.ask(f'mutation {{ revokeInvitation(id: "{gone["id"]}") {{ __typename }} }}')
    clock.travel(timedelta(days=1, seconds=1))
    withdrawn, foreign = gone["url"].partition("=")[2], token("cubejoin")
    for secret, code, words in (
        (old, "NOT_FOUND", "has expired"),
        (withdrawn, "NOT_FOUND", "nvitation not found"),
        (foreign, "NOT_FOUND", "nvitation not found"),
        (old[:-1], "INVALID", "may be missing"),
        ("", "INVALID", "may be missing"),
        ("cubejoin_' OR 1=1 --", "INVALID", "may be missing"),
        ("中" * 100_000, "INVALID", "may be missing"),
        (f"{old}\n", "INVALID", "may be missing"),
    ):
        assert (await platform.ask(COME, ada, s=secret))["acceptInvitation"]["code"] == code
        for viewer in (ada, None):
            said = await refused(platform, secret, viewer)
            assert said[0] == code and words in said[1]
    assert (await platform.ask(listed))["project"]["invitations"] == []
    kept = await invited(platform)
    await platform.ask('mutation { archiveProject(id: "p") { __typename } }')
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    await platform.ask(f'mutation {{ archiveProject(id: "{project}") {{ __typename }} }}')
    assert (await platform.ask(COME, ada, s=kept))["acceptInvitation"]["code"] == "NOT_FOUND", (
        "nobody comes into what is archived"
    )


async def test_an_address_is_for_whoever_has_it(platform):
    ada, bob = await platform.person("ada"), await platform.person("bob")
    secret = await invited(platform, email="Ada@Corp.example")
    refused = (await platform.ask(COME, bob, s=secret))["acceptInvitation"]
    assert refused == {
        "code": "FORBIDDEN",
        "message": "This invitation is for another e-mail address than yours.",
    }
    async with platform.ctx.db.write() as tx:
        assert await invitations.expects(tx, "ada@corp.example") and not await invitations.expects(
            tx, "bob@corp.example"
        )
        await tx.execute(update(User).where(User.id == ada.id).values(email="ada@corp.example"))
        await invitations.join(tx, ada.id, "ada@corp.example")
        assert not await invitations.expects(tx, "ada@corp.example")
    assert (await members(platform))["ada"] == "MEMBER"
    await invited(platform, "OWNER", email="ada@corp.example")
    assert (await members(platform))["ada"] == "OWNER", "who is here already comes in at once"
