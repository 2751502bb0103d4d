"""What each kind of channel accepts as an address, and what it sends. Pure.

A message has parts that users wrote: names, and the cause of a failure, which may quote a log. No receiver
may take these for markup or mentions, so each gets them in the form that it shows as they are."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from cubestudio.core.message import Text
from cubestudio.notifications import messages
from cubestudio.notifications.channels.model import ChannelKind
from cubestudio.notifications.model import NotificationKind, SubjectKind
from cubestudio.notifications.spec import SUBJECTS

EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
PREFIX = "whsec_"
"""Before the Base64 of a key, as Standard Webhooks writes it."""
SIGNED = frozenset({ChannelKind.WEBHOOK, ChannelKind.DINGTALK, ChannelKind.FEISHU})
"""Kinds that take a secret."""
PERSONAL = frozenset(
    {NotificationKind.NOTEBOOK_IDLE, NotificationKind.NOTEBOOK_STOPPED, NotificationKind.PROJECT_JOINED}
)
"""Kinds that concern one user and are not sent by channels of projects."""


@dataclass(kw_only=True, frozen=True)
class Message:
    """What is sent: a sentence, its cause, and the page of the object. `id` is the same at each attempt."""

    id: str
    kind: NotificationKind | None
    title: str
    detail: str | None
    url: str
    project: str | None
    subject_id: str
    created_at: str

    @property
    def text(self) -> str:
        return "\n".join(filter(None, (self.title, self.detail, self.url)))


@dataclass(frozen=True)
class Request:
    """A POST."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def address_problem(kind: ChannelKind, address: str) -> Text | None:
    """Return why an address is not one of its kind; None when it is."""
    if kind == ChannelKind.EMAIL:
        good = len(address) <= 254 and EMAIL.fullmatch(address)
        return None if good else messages.CHANNEL_EMAIL_INVALID()
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("https", "http") and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        good = False
    clean = len(address) <= 2000 and address.isprintable() and " " not in address
    return None if good and clean else messages.CHANNEL_URL_INVALID()


def secret_problem(kind: ChannelKind, secret: str) -> Text | None:
    """Return why a secret cannot be used with a kind; None when it can."""
    if kind not in SIGNED:
        return messages.CHANNEL_SECRET_UNSUPPORTED(kind=kind.value)
    if not 1 <= len(secret) <= 500 or not secret.isprintable():
        return messages.CHANNEL_SECRET_INVALID()
    return None


def masked(kind: ChannelKind, address: str) -> str:
    """Return an address as it may be shown: of a URL the host alone, because its path may be a credential."""
    return address if kind == ChannelKind.EMAIL else f"{urlsplit(address).hostname}/…"


def page(kind: NotificationKind | None, subject_id: str, project: str | None) -> str:
    """Return the path of the page of the object that a message is about."""
    match kind and SUBJECTS[kind]:
        case None:
            return "/notifications?tab=channels"
        case SubjectKind.SCHEDULE:
            return f"/schedules?project={quote(project or '', safe='')}"
        case SubjectKind.PROJECT:
            return f"/projects/{quote(project or '', safe='')}"
        case SubjectKind.SEARCH:
            return f"/searches/{subject_id}"
        case subject:
            return f"/{subject}s/{subject_id}"


def webhook_signature(secret: str, key: str, seconds: int, body: bytes) -> str:
    """Sign a message as the specification Standard Webhooks says: HMAC-SHA256 of `id.timestamp.body`. A
    secret that begins with `whsec_` is the Base64 of its key, any other is the key."""
    try:
        encoded = secret.removeprefix(PREFIX)
        raw = base64.b64decode(encoded, validate=True) if secret.startswith(PREFIX) else secret.encode()
    except binascii.Error:
        raw = secret.encode()
    digest = hmac.new(raw, f"{key}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def dingtalk_signature(secret: str, milliseconds: int) -> str:
    """Sign as DingTalk says: HMAC-SHA256 of `timestamp\\nsecret` with the secret as key."""
    text = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


def feishu_signature(secret: str, seconds: int) -> str:
    """Sign as Feishu says: HMAC-SHA256 of nothing with `timestamp\\nsecret` as key."""
    key = f"{seconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def request(kind: ChannelKind, address: str, secret: str | None, message: Message, now: float) -> Request:
    """Return what is posted to the address of a channel. `now`: seconds since 1970."""
    headers = {"content-type": "application/json; charset=utf-8", "user-agent": "CubeStudio"}
    seconds = int(now)
    body = orjson.dumps(_body(kind, secret, message, seconds))
    if kind == ChannelKind.WEBHOOK:
        headers |= {"webhook-id": message.id, "webhook-timestamp": str(seconds)}
        if secret:
            headers["webhook-signature"] = webhook_signature(secret, message.id, seconds, body)
    elif kind == ChannelKind.DINGTALK and secret:
        stamp = int(now * 1000)
        joint = "&" if "?" in address else "?"
        address += f"{joint}timestamp={stamp}&sign={quote(dingtalk_signature(secret, stamp), safe='')}"
    return Request(address, headers, body)


def _body(kind: ChannelKind, secret: str | None, message: Message, seconds: int) -> dict[str, Any]:
    match kind:
        case ChannelKind.SLACK:
            title, detail = _slack(message.title), _slack(message.detail or "")
            return {"text": "\n".join(filter(None, (f"*{title}*", detail, f"<{message.url}|Open>")))}
        case ChannelKind.TEAMS:
            return {"type": "message", "attachments": [_card(message)]}
        case ChannelKind.DINGTALK | ChannelKind.WECOM:
            return {"msgtype": "text", "text": {"content": message.text}}
        case ChannelKind.FEISHU:
            lines = [[{"tag": "text", "text": message.detail}]] if message.detail else []
            link = [{"tag": "a", "text": "Open", "href": message.url}]
            post = {"en_us": {"title": message.title, "content": [*lines, link]}}
            signed = {"timestamp": str(seconds), "sign": feishu_signature(secret, seconds)} if secret else {}
            return {**signed, "msg_type": "post", "content": {"post": post}}
    return {
        "type": message.kind.value if message.kind else "test",
        "timestamp": message.created_at,
        "data": {
            "message": message.title,
            "detail": message.detail,
            "url": message.url,
            "project": message.project,
            "subjectId": message.subject_id,
        },
    }


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _card(message: Message) -> dict[str, Any]:
    """A card of Teams whose texts are runs, which have no markup."""
    runs = [{"type": "TextRun", "text": message.title, "weight": "Bolder"}]
    blocks = [{"type": "RichTextBlock", "inlines": runs}]
    if message.detail:
        blocks.append({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": message.detail}]})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
        "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": message.url}],
    }
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}


def answer_problem(kind: ChannelKind, status: int, body: bytes) -> str | None:
    """Return why a receiver did not accept a message, in its own words; None when it did."""
    if not 200 <= status < 300:
        return f"HTTP {status}"
    if kind not in (ChannelKind.DINGTALK, ChannelKind.WECOM, ChannelKind.FEISHU):
        return None
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "the answer is not JSON"
    if not isinstance(told, dict):
        return "the answer is not an object"
    code = told.get("errcode", told.get("code", told.get("StatusCode")))
    words = told.get("errmsg") or told.get("msg") or told.get("StatusMessage") or ""
    return None if code == 0 else f"{code}: {words}"[:500]


def email(sender: str, recipient: str, message: Message) -> EmailMessage:
    """Return a message as an e-mail. Its id is the same at each attempt."""
    made = EmailMessage()
    made["From"], made["To"] = sender, recipient
    made["Subject"] = " ".join(message.title.split())
    made["Message-ID"] = f"<{message.id}@cubestudio>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(message.text + "\n")
    return made
