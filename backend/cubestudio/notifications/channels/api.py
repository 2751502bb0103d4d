"""Channels in the graph."""

from typing import Annotated, Any

import strawberry
from strawberry import argument

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.notifications.channels import access, actions, listing, spec
from cubestudio.notifications.channels.model import ChannelKind, DeliveryState
from cubestudio.notifications.model import NotificationKind
from cubestudio.notifications.spec import title

Info = strawberry.Info[Context]
ADDRESS = (
    "Where messages go: an e-mail address, or the URL of the receiver, up to 2000 characters. E-mail of a "
    "user goes to the address of the account only. The platform connects to public addresses only, unless an "
    "administrator allows others (`CUBE_ALLOWED_PRIVATE_NETWORKS`)."
)
SECRET = (
    "Key of the signatures of WEBHOOK, DINGTALK and FEISHU, 1–500 characters; other kinds take none. One "
    "that begins with `whsec_` is the Base64 of a key."
)
KINDS = "The events that it is sent. A channel of a project takes none that concern one user alone."

enum(
    ChannelKind,
    "How the messages of a channel are sent.",
    {
        "EMAIL": "E-mail, by the mail server of the platform.",
        "WEBHOOK": "A JSON object by POST, signed as the specification Standard Webhooks says.",
        "SLACK": "An incoming webhook of Slack.",
        "TEAMS": "A workflow of Microsoft Teams that posts when a webhook request is received.",
        "DINGTALK": "A custom robot of DingTalk.",
        "FEISHU": "A custom bot of Feishu or Lark.",
        "WECOM": "A group robot of WeCom.",
    },
    name="NotificationChannelKind",
)
enum(
    DeliveryState,
    "What became of a delivery.",
    {
        "WAITING": "It is sent soon, or again after an attempt that failed.",
        "DELIVERED": "The receiver accepted it.",
        "FAILED": "All attempts failed.",
    },
    name="NotificationDeliveryState",
)


@strawberry.type(description="One message by a channel. It is deleted after 90 days.")
class NotificationDelivery:
    id: strawberry.ID = strawberry.field(
        description="Its id; a webhook gets it as `webhook-id`, the same at each attempt."
    )
    kind: NotificationKind | None = strawberry.field(description="What it is about; null: a test message.")
    message: str = strawberry.field(description="What it says, in English.")
    state: DeliveryState = strawberry.field(description="What became of it.")
    attempts: int = strawberry.field(description="Number of attempts that have ended, 0–13.")
    error: str | None = strawberry.field(
        description="Why the last attempt failed, in the words of the receiver where there are any; null "
        "when it did not."
    )
    created_at: Time = strawberry.field(description="When it was requested.")
    ended_at: Time | None = strawberry.field(description="When it was delivered or given up; null before.")

    @classmethod
    def of(cls, row: Any) -> "NotificationDelivery":
        kind = NotificationKind(row.kind) if row.kind else None
        return cls(
            id=row.id,
            kind=kind,
            message=title(kind, row.name, row.number) if kind else "Test message",
            state=DeliveryState(row.state),
            attempts=row.attempts,
            error=row.error,
            created_at=row.created_at,
            ended_at=row.ended_at,
        )


@strawberry.type(description="Where notifications go beside the console. Its secret is never shown.")
class NotificationChannel:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Name, unique among the channels of its user or project.")
    kind: ChannelKind = strawberry.field(description="How its messages are sent.")
    address: str = strawberry.field(
        description="Where they go: the e-mail address, or of a URL the host alone, because the rest may be "
        "a credential."
    )
    has_secret: bool = strawberry.field(description="Whether its messages are signed.")
    kinds: list[NotificationKind] = strawberry.field(description="The events that it is sent.")
    delivered_at: Time | None = strawberry.field(description="The last delivery; null: none yet.")
    failed_at: Time | None = strawberry.field(description="The last attempt that failed; null: none.")
    error: str | None = strawberry.field(
        description="Why the last attempt failed; null when it succeeded, or when there was none."
    )

    @classmethod
    def of(cls, row: Any, ctx: Any) -> "NotificationChannel":
        kind = ChannelKind(row.kind)
        return cls(
            id=row.id,
            name=row.name,
            kind=kind,
            address=spec.masked(kind, ctx.vault.unseal(row.sealed_address)),
            has_secret=row.sealed_secret is not None,
            kinds=[NotificationKind(each) for each in row.kinds],
            delivered_at=row.delivered_at,
            failed_at=row.failed_at,
            error=row.error,
        )

    @strawberry.field(description="Its last 20 deliveries, newest first.")
    async def deliveries(self, info: Info) -> list[NotificationDelivery]:
        rows = await info.context.load(listing.deliveries_by_channel, self.id) or []
        return [NotificationDelivery.of(row) for row in rows]


@strawberry.input(description="Input of `createNotificationChannel`.")
class CreateNotificationChannelInput:
    project: str | None = strawberry.field(
        default=None, description="Id or name of the project that it belongs to; null: it is your own."
    )
    name: str = strawberry.field(description="Name, 1–60 characters.")
    kind: ChannelKind = strawberry.field(description="How its messages are sent; it never changes.")
    address: str = strawberry.field(description=ADDRESS)
    secret: str | None = strawberry.field(default=None, description=f"{SECRET} Null: none.")
    kinds: list[NotificationKind] = strawberry.field(description=KINDS)


@strawberry.input(description="Input of `updateNotificationChannel`; what is null stays as it is.")
class UpdateNotificationChannelInput:
    id: strawberry.ID = strawberry.field(description="Id of the channel.")
    name: str | None = strawberry.field(default=None, description="Name, 1–60 characters.")
    address: str | None = strawberry.field(default=None, description=ADDRESS)
    secret: str | None = strawberry.field(default=None, description=f"{SECRET} Empty: removes it.")
    kinds: list[NotificationKind] | None = strawberry.field(default=None, description=KINDS)


Key = Annotated[strawberry.ID, argument(description="Id of the channel.")]


@strawberry.type
class Query:
    @strawberry.field(
        description="Your own channels, or those of a project for its maintainers, by name, at most 20."
    )
    async def notification_channels(
        self,
        info: Info,
        project: Annotated[
            str | None, argument(description="Id or name of a project; null: your own.")
        ] = None,
    ) -> list[NotificationChannel]:
        context = info.context
        async with context.read() as conn:
            rows = await listing.channels_of(conn, context.who, project)
        return [NotificationChannel.of(row, context.ctx) for row in rows]

    @strawberry.field(description="Whether the platform can send e-mail.")
    async def mail_configured(self, info: Info) -> bool:
        return bool(info.context.who and info.context.ctx.settings.smtp_url)


async def _shown(info: Info, key: str) -> NotificationChannel:
    row = await access.channel(info.context.writing, info.context.who, key)
    return NotificationChannel.of(row, info.context.ctx)


@strawberry.type
class Mutation:
    @mutation
    async def create_notification_channel(
        self,
        info: Info,
        input: Annotated[CreateNotificationChannelInput, argument(description="The channel to create.")],
    ) -> NotificationChannel:
        """Create a channel of yours, or of a project as its maintainer. CONFLICT when the name is taken, when
        there are 20 channels, or when the platform has no mail server."""
        context = info.context
        key = await actions.create(
            context.writing,
            context.ctx,
            context.who,
            project=input.project,
            kind=input.kind,
            given=actions.Given(
                name=input.name, address=input.address, secret=input.secret, kinds=input.kinds
            ),
        )
        return await _shown(info, key)

    @mutation
    async def update_notification_channel(
        self,
        info: Info,
        input: Annotated[UpdateNotificationChannelInput, argument(description="The change.")],
    ) -> NotificationChannel:
        """Change a channel. What waits is sent with the change."""
        context = info.context
        await actions.change(
            context.writing,
            context.ctx,
            context.who,
            input.id,
            actions.Given(name=input.name, address=input.address, secret=input.secret, kinds=input.kinds),
        )
        return await _shown(info, input.id)

    @mutation
    async def delete_notification_channel(self, info: Info, id: Key) -> Done:
        """Delete a channel and its deliveries; what waits is not sent."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def test_notification_channel(self, info: Info, id: Key) -> NotificationDelivery:
        """Send a test message by a channel, at most 10 a minute; `deliveries` of the channel says what became
        of it."""
        key = await actions.test(info.context.writing, info.context.who, id)
        row = await listing.delivery(info.context.writing, key)
        return NotificationDelivery.of(row)
