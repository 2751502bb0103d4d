"""Channels beyond the console: what receivers get, how it is signed, and what a dead one does to others."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import subprocess
import threading
from collections.abc import Iterator
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from pydantic import ValidationError
from sqlalchemy import select

from cubestudio.cli import reencrypt
from cubestudio.core.config import Settings
from cubestudio.core.jobs.declare import Failure
from cubestudio.notifications import jobs as notifications
from cubestudio.notifications.channels import actions, jobs, spec
from cubestudio.notifications.channels.events import DeliveryRequested
from cubestudio.notifications.channels.model import Channel, ChannelKind, Delivery
from cubestudio.notifications.model import NotificationKind
from cubestudio.pipelines.runs.events import RunFinished
from cubestudio.users.model import User
from tests.conftest import started
from tests.notifications.conftest import arrived
from tests.notifications.test_console import MEMBER, YAML
from tests.parts import free_port

FIELDS = """id name kind address hasSecret kinds deliveredAt failedAt error
  deliveries { id kind message state attempts error endedAt }"""
CREATE = f"""mutation($i: CreateNotificationChannelInput!) {{ createNotificationChannel(input: $i) {{
  ... on NotificationChannel {{ {FIELDS} }} ... on Problem {{ code reason message path }} }} }}"""
UPDATE = f"""mutation($i: UpdateNotificationChannelInput!) {{ updateNotificationChannel(input: $i) {{
  ... on NotificationChannel {{ {FIELDS} }} ... on Problem {{ code reason message path }} }} }}"""
TEST = """mutation($i: ID!) { testNotificationChannel(id: $i) { ... on NotificationDelivery { id state }
  ... on Problem { code reason message } } }"""
DELETE = """mutation($i: ID!) { deleteNotificationChannel(id: $i) { ... on Done { id }
  ... on Problem { code reason } } }"""
SEE = f"query($p: String) {{ notificationChannels(project: $p) {{ {FIELDS} }} }}"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    """An HTTP server that keeps what it gets. `answers`: (status, body) of the next requests; then 200 ok."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, bytes]] = []
        self.usual: tuple[int, bytes] = (200, b'{"errcode": 0, "code": 0}')
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.got.append((self.path, headers, body))
                status, said = outer.answers.pop(0) if outer.answers else outer.usual
                self.send_response(status)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    with contextlib.closing(made):
        yield made


async def create(platform, kind="WEBHOOK", viewer=None, **given):
    told = {"name": kind.lower(), "kind": kind, "kinds": ["RUN_FAILED"], **given}
    return (await platform.ask(CREATE, viewer, i=told))["createNotificationChannel"]


async def channels(platform, project=None, viewer=None):
    return (await platform.ask(SEE, viewer, p=project))["notificationChannels"]


async def until(platform, wanted, project=None, seconds: float = 30):
    """The only channel when it is as wanted."""
    async with asyncio.timeout(seconds):
        while True:
            found = (await channels(platform, project))[0]
            if wanted(found):
                return found
            await asyncio.sleep(0.05)


def delivered(count: int = 1):
    return lambda found: (
        found["deliveredAt"] and sum(each["state"] == "DELIVERED" for each in found["deliveries"]) >= count
    )


def openssl(key: bytes, text: bytes) -> str:
    """HMAC-SHA256 in Base64, as another program computes it."""
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary"]
    done = subprocess.run(command, input=text, capture_output=True, check=True)
    return base64.b64encode(done.stdout).decode()


def message(**given) -> spec.Message:
    told = {
        "id": "d",
        "kind": NotificationKind.RUN_FAILED,
        "title": "Run #1 of <!channel> failed",
        "detail": "<at user_id='all'> & [x](y)",
        "url": "https://cube.example/runs/1",
        "project": "p",
        "subject_id": "1",
        "created_at": "2026-11-30T00:00:00+00:00",
    }
    return spec.Message(**{**told, **given})


def test_the_signature_of_a_webhook_is_that_of_standard_webhooks():
    """The example that the specification publishes."""
    signed = spec.webhook_signature(
        SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_signatures_of_robots_are_those_that_their_documentation_describes():
    secret, seconds = "SECthis is secret", 1_700_000_000
    assert spec.dingtalk_signature(secret, seconds * 1000) == openssl(
        secret.encode(), f"{seconds * 1000}\n{secret}".encode()
    )
    assert spec.feishu_signature(secret, seconds) == openssl(f"{seconds}\n{secret}".encode(), b"")


@pytest.mark.parametrize("kind", [each for each in ChannelKind if each != ChannelKind.EMAIL])
def test_no_receiver_takes_what_users_wrote_for_markup_or_mentions(kind):
    sent = spec.request(kind, "https://a.example/x?key=1", None, message(), 1_700_000_000.5)
    body = json.loads(sent.body)
    if kind == ChannelKind.SLACK:
        assert "<!channel>" not in body["text"] and "&lt;!channel&gt;" in body["text"]
    elif kind == ChannelKind.TEAMS:
        blocks = body["attachments"][0]["content"]["body"]
        assert {each["type"] for each in blocks} == {"RichTextBlock"}
    elif kind in (ChannelKind.DINGTALK, ChannelKind.WECOM):
        assert body["msgtype"] == "text" and "at" not in body
    elif kind == ChannelKind.FEISHU:
        tags = [part["tag"] for line in body["content"]["post"]["en_us"]["content"] for part in line]
        assert tags == ["text", "a"] and body["msg_type"] == "post"
    else:
        assert body["type"] == "run_failed" and body["data"]["url"] == "https://cube.example/runs/1"


@pytest.mark.parametrize(
    ("kind", "status", "body", "problem"),
    [
        (ChannelKind.WEBHOOK, 204, b"", None),
        (ChannelKind.WEBHOOK, 503, b"", "HTTP 503"),
        (ChannelKind.WEBHOOK, 302, b"", "HTTP 302"),
        (ChannelKind.DINGTALK, 200, b'{"errcode":0,"errmsg":"ok"}', None),
        (
            ChannelKind.DINGTALK,
            200,
            b'{"errcode":310000,"errmsg":"sign not match"}',
            "310000: sign not match",
        ),
        (ChannelKind.FEISHU, 200, b'{"code":19021,"msg":"sign match fail"}', "19021: sign match fail"),
        (ChannelKind.FEISHU, 200, b'{"StatusCode":0,"StatusMessage":"success"}', None),
        (ChannelKind.WECOM, 200, b"<html>", "the answer is not JSON"),
        (ChannelKind.WECOM, 200, b"[]", "the answer is not an object"),
    ],
)
def test_what_a_receiver_answers(kind, status, body, problem):
    assert spec.answer_problem(kind, status, body) == problem


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("webhook", ""),
        ("webhook", "ftp://a.example/"),
        ("webhook", "https://"),
        ("webhook", "https://user:word@a.example/"),
        ("slack", "https://a.example/\r\nhost: b"),
        ("slack", "https://a.example:99999/"),
        ("email", "a@b\r\nBcc: c@d.example"),
        ("email", "nobody"),
    ],
)
def test_an_address_that_is_none_is_refused(kind, address):
    assert spec.address_problem(ChannelKind(kind), address) is not None


def test_the_header_of_an_e_mail_has_one_line():
    made = spec.email("Cube <a@b.example>", "c@d.example", message(title="one\r\nBcc: two"))
    assert made["Subject"] == "one Bcc: two" and made["Bcc"] is None


async def test_a_webhook_gets_a_signed_message_of_what_its_user_started(platform, receiver):
    made = await create(platform, address=f"{receiver.url}/hook?token=hidden", secret=SECRET)
    assert made["address"] == "127.0.0.1/…" and made["hasSecret"] and made["kinds"] == ["RUN_FAILED"]
    await platform.run(YAML)
    run = await platform.run(YAML, params={"end": 3})
    found = await until(platform, delivered())
    (only,) = found["deliveries"]
    assert only["message"] == f"Run #{run['number']} of one failed" and only["attempts"] == 1
    assert found["deliveredAt"] and found["error"] is None
    ((path, headers, body),) = receiver.got
    assert path == "/hook?token=hidden" and headers["webhook-id"] == only["id"]
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{only['id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    told = json.loads(body)
    assert told["type"] == "run_failed" and told["data"]["project"] == "p"
    assert told["data"]["url"].endswith(f"/runs/{run['id']}") and "3" in told["data"]["detail"]


async def test_a_receiver_that_fails_is_asked_again_and_its_error_is_shown(platform, receiver):
    receiver.answers = [(500, b""), (200, b'{"errcode": 310000, "errmsg": "sign not match"}')]
    made = await create(
        platform, "DINGTALK", address=f"{receiver.url}/robot/send?access_token=x", secret="SECx"
    )
    assert (await platform.ask(TEST, i=made["id"]))["testNotificationChannel"]["state"] == "WAITING"
    failing = await until(platform, lambda found: found["error"] == "310000: sign not match")
    assert failing["deliveries"][0]["state"] == "WAITING" and failing["failedAt"]
    found = await until(platform, delivered())
    assert found["deliveries"][0]["attempts"] == 3 and found["error"] is None
    given = parse_qs(urlsplit(receiver.got[-1][0]).query)
    assert given["sign"] == [spec.dingtalk_signature("SECx", int(given["timestamp"][0]))]
    assert given["access_token"] == ["x"]


async def test_it_is_given_up_at_last_with_the_error(platform, receiver):
    receiver.usual = (503, b"")
    made = await create(platform, address=receiver.url)
    key = (await platform.ask(TEST, i=made["id"]))["testNotificationChannel"]["id"]
    await until(platform, lambda found: found["error"] == "HTTP 503")
    await jobs.failed(platform.ctx, DeliveryRequested(key), Failure("HTTP 503", True))
    (only,) = (await channels(platform))[0]["deliveries"]
    assert only["state"] == "FAILED" and only["error"] == "HTTP 503" and only["endedAt"]
    sent = len(receiver.got)
    await jobs.deliver.run(platform.ctx, DeliveryRequested(key))
    assert len(receiver.got) == sent, "what is given up is not sent"


async def test_one_event_is_one_delivery_and_a_delivered_one_is_not_sent_again(platform, receiver):
    await create(platform, address=receiver.url)
    run = await platform.run(YAML, params={"end": 1})
    found = await until(platform, delivered())
    async with platform.ctx.db.read() as conn:
        event = (await conn.execute(select(Delivery.event))).scalar_one()
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    again = RunFinished(run["id"], project)
    await asyncio.gather(*(notifications.notify.run(platform.ctx, again) for _ in range(6)))
    requested = DeliveryRequested(found["deliveries"][0]["id"])
    await asyncio.gather(*(jobs.deliver.run(platform.ctx, requested) for _ in range(4)))
    assert len(receiver.got) == 1 and event.startswith("RunFinished:")
    assert len((await channels(platform))[0]["deliveries"]) == 1


async def test_a_receiver_at_a_private_address_is_not_asked(settings, receiver):
    closed = settings.model_copy(update={"allowed_private_networks": ()})
    async with started(closed) as platform:
        made = await create(platform, address=f"{receiver.url}/admin")
        await platform.ask(TEST, i=made["id"])
        found = await until(platform, lambda found: found["error"] is not None)
        assert "is a loopback address" in found["error"] and receiver.got == []


async def test_a_dead_channel_does_not_delay_another(platform, receiver):
    """One that accepts connections and never answers, with ten messages."""
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(60), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    dead = await create(platform, name="dead", address=f"http://127.0.0.1:{port}/")
    good = await create(platform, name="good", address=receiver.url)
    for _ in range(10):
        await platform.ask(TEST, i=dead["id"])
    assert (await platform.ask(TEST, i=dead["id"]))["testNotificationChannel"]["code"] == "RATE_LIMITED"
    await platform.ask(TEST, i=good["id"])
    async with asyncio.timeout(8):  # less than the dead one is waited for
        while not receiver.got:
            await asyncio.sleep(0.05)
    silent.close()


async def test_channels_of_a_project(platform, receiver):
    """Maintainers manage them; they get what anybody of the project starts, and nothing personal."""
    member, other = await platform.person("member"), await platform.person("other")
    await platform.ask(MEMBER, u="member", r="MEMBER")
    await platform.ask(MEMBER, u="other", r="MAINTAINER")
    refused = await create(platform, viewer=member, project="p", address=receiver.url)
    assert refused["code"] == "FORBIDDEN"
    personal = await create(platform, project="p", address=receiver.url, kinds=["NOTEBOOK_IDLE"])
    assert personal["reason"] == "CHANNEL_KIND_PERSONAL" and personal["path"] == ["kinds"]
    made = await create(platform, "SLACK", viewer=other, project="p", address=receiver.url)
    assert (await platform.ask(DELETE, member, i=made["id"]))["deleteNotificationChannel"][
        "code"
    ] == "FORBIDDEN"
    await platform.run(YAML, params={"end": 1})
    found = await until(platform, delivered(), project="p")
    assert [each["kind"] for each in found["deliveries"]] == ["RUN_FAILED"]
    assert json.loads(receiver.got[0][2])["text"].startswith("*Run #")
    assert await channels(platform) == [], "it is nobody's own"
    assert (await platform.ask(DELETE, other, i=made["id"]))["deleteNotificationChannel"]["id"] == made["id"]


async def test_what_is_refused_by_field_and_what_is_a_users_own(platform, receiver):
    stranger = await platform.person("stranger")
    for given, reason in (
        ({"address": "nonsense"}, "CHANNEL_URL_INVALID"),
        ({"address": receiver.url, "name": " "}, "CHANNEL_NAME_INVALID"),
        ({"address": receiver.url, "secret": "x" * 501}, "CHANNEL_SECRET_INVALID"),
        ({"address": receiver.url, "secret": "x", "kind": "SLACK"}, "CHANNEL_SECRET_UNSUPPORTED"),
        ({"address": "a@b.example", "kind": "EMAIL"}, "MAIL_NOT_CONFIGURED"),
    ):
        assert (await create(platform, **{"kind": "WEBHOOK", **given}))["reason"] == reason, given
    made = await create(platform, address=receiver.url, secret="one")
    assert (await create(platform, address=receiver.url))["reason"] == "CHANNEL_NAME_TAKEN"
    for text in (TEST, DELETE):
        answer = await platform.ask(text, stranger, i=made["id"])
        assert next(iter(answer.values()))["reason"] == "CHANNEL_NOT_FOUND"
    same = {"id": made["id"], "name": "webhook", "secret": "", "kinds": ["BUILD_FAILED", "RUN_FAILED"]}
    changed = (await platform.ask(UPDATE, i=same))["updateNotificationChannel"]
    assert not changed["hasSecret"] and changed["kinds"] == ["RUN_FAILED", "BUILD_FAILED"]
    for number in range(actions.MOST - 1):
        assert "id" in await create(platform, name=f"n{number}", address=receiver.url)
    assert (await create(platform, name="one more", address=receiver.url))["reason"] == "TOO_MANY_CHANNELS"


async def test_addresses_and_secrets_are_sealed_masked_in_the_log_and_rotated(platform, receiver):
    made = await create(platform, address=f"{receiver.url}/hidden-token", secret="a-secret")
    async with platform.ctx.db.read() as conn:
        row = (await conn.execute(select(Channel.sealed_address, Channel.sealed_secret))).one()
    assert "hidden" not in row.sealed_address and "secret" not in row.sealed_secret
    log = await platform.ask('{ audit(operation: "createNotificationChannel") { nodes { detail } } }')
    assert "hidden-token" not in json.dumps(log) and "a-secret" not in json.dumps(log)
    platform.ctx.vault.add()
    await reencrypt.rotate(platform.ctx.db, platform.ctx.vault)
    async with platform.ctx.db.read() as conn:
        turned = (await conn.execute(select(Channel.sealed_address))).scalar_one()
    assert turned != row.sealed_address
    await platform.ask(TEST, i=made["id"])
    await until(platform, delivered())
    assert receiver.got[0][0] == "/hidden-token"


class Mailbox:
    """Keeps the e-mail that an SMTP server gets."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.got.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


async def test_e_mail_goes_to_the_address_of_the_account_or_of_a_project(settings):
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    told = {"smtp_url": f"smtp://127.0.0.1:{controller.port}", "mail_from": "Cube Studio <cube@b.example>"}
    try:
        async with started(settings.model_copy(update=told)) as platform:
            async with platform.ctx.db.write() as tx:
                await tx.execute(User.__table__.update().values(email="me@b.example"))
            other = await create(platform, "EMAIL", address="boss@b.example")
            assert other["reason"] == "CHANNEL_EMAIL_NOT_YOURS"
            made = await create(platform, "EMAIL", address="me@b.example")
            assert made["address"] == "me@b.example"
            assert "id" in await create(platform, "EMAIL", project="p", address="team@b.example")
            await platform.run(YAML, params={"end": 2})
            await until(platform, delivered())
            await until(platform, delivered(), project="p")
            assert sorted(to[0] for to, _ in mailbox.got) == ["me@b.example", "team@b.example"]
            letter = message_from_bytes(mailbox.got[0][1])
            assert letter["Subject"] == "Run #1 of one failed" and letter["From"] == told["mail_from"]
            assert letter["Auto-Submitted"] == "auto-generated" and "/runs/" in str(letter.get_payload())
            await arrived(platform, 1)
    finally:
        controller.stop()


@pytest.mark.parametrize("told", [{"smtp_url": "smtp://a"}, {"smtp_url": "http://a", "mail_from": "a@b"}])
def test_settings_of_e_mail_that_are_incomplete_are_refused(told):
    with pytest.raises(ValidationError):
        Settings(**told)
