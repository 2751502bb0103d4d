"""The notifications of a user, as the console sees them."""

import asyncio

SEE = """query($u: Boolean! = false) { notifications(filter: {unread: $u}) { totalCount
  nodes { id kind message detail unread subject { kind id name number project } } } }"""
HEAR = "subscription { notificationsChanged { cursor unreadCount } }"


async def inbox(platform, viewer=None, unread=False) -> list[dict]:
    """The notifications of a user, newest first."""
    return (await platform.ask(SEE, viewer, u=unread))["notifications"]["nodes"]


async def arrived(platform, count: int, viewer=None, seconds: float = 30) -> list[dict]:
    """The notifications of a user when so many are unread."""
    async with asyncio.timeout(seconds):
        async for data in platform.listen(HEAR, viewer):
            if data["notificationsChanged"]["unreadCount"] >= count:
                return await inbox(platform, viewer)
    raise AssertionError("the subscription ended")


def kinds(found) -> list[str]:
    return [each["kind"] for each in found]
