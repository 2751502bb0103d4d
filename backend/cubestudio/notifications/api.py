"""Notifications in the graph."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

import strawberry
from strawberry import argument

from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import After, Connection, First, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.notifications import actions, listing
from cubestudio.notifications.events import NotificationsChanged
from cubestudio.notifications.model import NotificationKind, SubjectKind
from cubestudio.notifications.spec import ON, SUBJECTS, title
from cubestudio.projects import actions as projects
from cubestudio.users.access import whole

Info = strawberry.Info[Context]

enum(
    NotificationKind,
    "What a notification is about.",
    {
        "RUN_FAILED": "A run that you or your schedule started failed. Trials of searches do not count.",
        "RUN_SUCCEEDED": "Such a run succeeded. Off by default.",
        "RUN_RECOVERED": "Such a run succeeded, and your last run of the pipeline before it had failed.",
        "SEARCH_FINISHED": "A search that you started succeeded or failed.",
        "NOTEBOOK_IDLE": "A notebook of yours is idle and will be stopped soon.",
        "NOTEBOOK_STOPPED": "A notebook of yours was stopped because it was idle.",
        "SERVICE_FAILED": "A revision of a service that you created cannot run.",
        "SERVICE_ROLLED_BACK": "The rollout of such a revision was rolled back by the platform.",
        "CANARY_COMPLETED": "The canary of such a revision passed its gates and has all the traffic.",
        "BUILD_FAILED": "The build of an image that you started failed.",
        "SCHEDULE_MISSED": "A tick of a schedule that you saved was skipped, or its run could not start.",
        "PROJECT_JOINED": "Somebody added you to a project.",
    },
)
enum(
    SubjectKind,
    "The kind of object that a notification is about.",
    {
        "RUN": "A run.",
        "SEARCH": "A search.",
        "NOTEBOOK": "A notebook.",
        "SERVICE": "A service.",
        "IMAGE": "An image.",
        "SCHEDULE": "A schedule.",
        "PROJECT": "A project.",
    },
    name="NotificationSubjectKind",
)


@strawberry.type(description="The object that a notification is about, as it was named then.")
class NotificationSubject:
    kind: SubjectKind = strawberry.field(description="Its kind.")
    id: strawberry.ID = strawberry.field(description="Its id; the object may have been deleted since.")
    name: str = strawberry.field(
        description="Its name; of a run, the name of its pipeline; of a schedule, with that of its pipeline."
    )
    number: int | None = strawberry.field(
        description="Number of the run, of the version of the image, or of the revision of the service; null "
        "for other kinds."
    )
    project: str = strawberry.field(description="Name of its project.")


@strawberry.type(description="A notification of a user. It is deleted after 90 days.")
class Notification(Node):
    kind: NotificationKind = strawberry.field(description="What it is about.")
    message: str = strawberry.field(description="What happened, in English.")
    detail: str | None = strawberry.field(
        description="Why it happened or what follows, in English, up to 1000 characters; null when there is "
        "nothing to say."
    )
    unread: bool = strawberry.field(description="Whether you have not marked it as read.")
    created_at: Time = strawberry.field(description="When it was written.")
    row: strawberry.Private[Any]

    @classmethod
    def of(cls, row: Any) -> "Notification":
        kind = NotificationKind(row.kind)
        return cls(
            id=row.id,
            kind=kind,
            message=title(kind, row.name, row.number),
            detail=row.detail,
            unread=row.unread,
            created_at=row.created_at,
            row=row,
        )

    @strawberry.field(description="The object that it is about.")
    async def subject(self, info: Info) -> NotificationSubject:
        project = await info.context.load(projects.projects_by_id, self.row.project_id)
        return NotificationSubject(
            kind=SUBJECTS[self.kind],
            id=self.row.subject_id,
            name=self.row.name,
            number=self.row.number,
            project=project.name if project else "",
        )


@strawberry.input(description="Which notifications a list contains.")
class NotificationFilter:
    unread: bool = strawberry.field(default=False, description="Only those that are unread.")


@strawberry.type(description="Whether you get one kind of notification.")
class NotificationSetting:
    kind: NotificationKind = strawberry.field(description="The kind.")
    console: bool = strawberry.field(description="Whether you get it in the console.")
    default: bool = strawberry.field(description="Whether users get it in the console unless they choose.")


@strawberry.type(description="Which notifications you get.")
class NotificationSettings:
    settings: list[NotificationSetting] = strawberry.field(description="One for each kind.")


@strawberry.input(description="Whether you get one kind of notification.")
class NotificationSettingInput:
    kind: NotificationKind = strawberry.field(description="The kind.")
    console: bool = strawberry.field(description="Whether you get it in the console.")


@strawberry.input(description="Input of `updateNotificationSettings`.")
class UpdateNotificationSettingsInput:
    settings: list[NotificationSettingInput] = strawberry.field(
        description="The kinds to change; others stay as they are. Of a kind that is given twice, the last "
        "one counts."
    )


@strawberry.input(description="Input of `markNotificationsRead`.")
class MarkNotificationsReadInput:
    ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Ids of the notifications to mark, up to 200; null: all that are unread."
    )


@strawberry.type(description="How many of your notifications are unread.")
class UnreadNotifications:
    unread_count: int = strawberry.field(description="Number of unread notifications.")


@strawberry.type(description="Your notifications changed.")
class NotificationsChange:
    cursor: str = strawberry.field(description="Position in the stream of changes.")
    unread_count: int = strawberry.field(description="Number of unread notifications now.")


async def _settings(info: Info, conn: Any) -> NotificationSettings:
    wanted = await listing.kinds_on(conn, whole(info.context.who).id)
    return NotificationSettings(
        settings=[
            NotificationSetting(kind=kind, console=kind in wanted, default=ON[kind])
            for kind in NotificationKind
        ]
    )


@strawberry.type
class Query:
    @strawberry.field(
        description="Your notifications, newest first. FORBIDDEN with a token that is limited to a project."
    )
    async def notifications(
        self,
        info: Info,
        filter: Annotated[
            NotificationFilter | None, argument(description="Which of them; null: all.")
        ] = None,
        after: After = None,
        first: First = 50,
    ) -> Connection[Notification]:
        context, unread = info.context, bool(filter and filter.unread)
        async with context.read() as conn:
            most = context.ctx.settings.max_page_size
            rows = await listing.notifications_of(
                conn, context.who, unread, after=after, first=first, most=most
            )
        return connection(rows, Notification.of)

    @strawberry.field(description="A notification of yours by id; null when you have no such notification.")
    async def notification(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="Id of the notification.")]
    ) -> Notification | None:
        async with info.context.read() as conn:
            row = await listing.notification(conn, info.context.who, id)
        return Notification.of(row) if row else None

    @strawberry.field(description="How many of your notifications are unread.")
    async def unread_notification_count(self, info: Info) -> int:
        async with info.context.read() as conn:
            return await listing.unread_of(conn, info.context.who)

    @strawberry.field(description="Which notifications you get.")
    async def notification_settings(self, info: Info) -> NotificationSettings:
        async with info.context.read() as conn:
            return await _settings(info, conn)


@strawberry.type
class Mutation:
    @mutation
    async def mark_notifications_read(
        self,
        info: Info,
        input: Annotated[MarkNotificationsReadInput, argument(description="Which notifications.")],
    ) -> UnreadNotifications:
        """Mark notifications of yours as read. Ids of other users' notifications change nothing. INVALID when
        there are more than 200 ids."""
        context = info.context
        await actions.mark_read(context.writing, context.who, input.ids)
        count = await listing.unread_of(context.writing, context.who)
        return UnreadNotifications(unread_count=count)

    @mutation
    async def update_notification_settings(
        self,
        info: Info,
        input: Annotated[UpdateNotificationSettingsInput, argument(description="What to change.")],
    ) -> NotificationSettings:
        """Choose which notifications you get."""
        context = info.context
        chosen = {each.kind: each.console for each in input.settings}
        await actions.choose(context.writing, context.who, chosen)
        return await _settings(info, context.writing)


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="The number of your unread notifications now, then at each change of your notifications."
    )
    async def notifications_changed(self, info: Info) -> AsyncIterator[NotificationsChange]:
        context = info.context
        topics = [on(NotificationsChanged, user_id=whole(context.who).id)]

        async def count() -> int:
            async with context.read() as conn:
                return await listing.unread_of(conn, context.who)

        async with aclosing(follow.one(context.ctx.bus, topics, count)) as news:
            async for cursor, unread in news:
                yield NotificationsChange(cursor=cursor, unread_count=unread or 0)
