"""Sending one message by one channel over the network."""

import asyncio
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx2

from cubestudio.core import clock
from cubestudio.core.context import AppContext
from cubestudio.core.http.client import Guarded, Refused
from cubestudio.core.settings.mail import Mail
from cubestudio.notifications.channels import spec
from cubestudio.notifications.channels.model import ChannelKind

SECONDS = 10.0
"""How long a receiver has to answer."""
MOST = 2**16
"""Bytes of an answer."""


async def send(
    ctx: AppContext, kind: ChannelKind, address: str, secret: str | None, message: spec.Message
) -> str | None:
    """Send a message; return why it was not delivered, None when it was."""
    if kind == ChannelKind.EMAIL:
        return await mail(ctx.settings, address, message)
    wanted = spec.request(kind, address, secret, message, clock.now().timestamp())
    try:
        async with Guarded(ctx.settings.allowed_private_networks, seconds=SECONDS, most=MOST) as http:
            answer = await http.request("POST", wanted.url, headers=wanted.headers, content=wanted.body)
    except Refused as error:
        return str(error)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return f"no answer: {type(error).__name__}"
    return spec.answer_problem(kind, answer.status, answer.body)


async def mail(settings: Mail, recipient: str, message: spec.Message) -> str | None:
    """Send an e-mail by the server that the administrator configured."""
    if not settings.smtp_url or not settings.mail_from:
        return "the platform has no mail server any more"
    server = urlsplit(settings.smtp_url)
    user = unquote(server.username) if server.username else None
    try:
        async with asyncio.timeout(3 * SECONDS):  # each command has its own of SECONDS
            await aiosmtplib.send(
                spec.email(settings.mail_from, recipient, message),
                hostname=server.hostname,
                port=server.port,
                username=user,
                password=unquote(server.password or "") if user else None,
                use_tls=server.scheme == "smtps",
                start_tls=True if user and server.scheme == "smtp" else None,
                timeout=SECONDS,
            )
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:500]
    return None
