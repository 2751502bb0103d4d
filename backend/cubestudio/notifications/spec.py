"""What notifications say, and which kinds are on by default. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cubestudio.notifications.model import NotificationKind, SubjectKind

MOST_DETAIL = 1000
"""Characters of a cause."""
ON: Mapping[NotificationKind, bool] = {
    kind: kind != NotificationKind.RUN_SUCCEEDED for kind in NotificationKind
}
"""Whether users get each kind unless they choose otherwise. Success is what is expected of a run."""
SUBJECTS: Mapping[NotificationKind, SubjectKind] = {
    NotificationKind.RUN_FAILED: SubjectKind.RUN,
    NotificationKind.RUN_SUCCEEDED: SubjectKind.RUN,
    NotificationKind.RUN_RECOVERED: SubjectKind.RUN,
    NotificationKind.SEARCH_FINISHED: SubjectKind.SEARCH,
    NotificationKind.NOTEBOOK_IDLE: SubjectKind.NOTEBOOK,
    NotificationKind.NOTEBOOK_STOPPED: SubjectKind.NOTEBOOK,
    NotificationKind.SERVICE_FAILED: SubjectKind.SERVICE,
    NotificationKind.SERVICE_ROLLED_BACK: SubjectKind.SERVICE,
    NotificationKind.CANARY_COMPLETED: SubjectKind.SERVICE,
    NotificationKind.BUILD_FAILED: SubjectKind.IMAGE,
    NotificationKind.SCHEDULE_MISSED: SubjectKind.SCHEDULE,
    NotificationKind.PROJECT_JOINED: SubjectKind.PROJECT,
}
TITLES: Mapping[NotificationKind, str] = {
    NotificationKind.RUN_FAILED: "Run #{number} of {name} failed",
    NotificationKind.RUN_SUCCEEDED: "Run #{number} of {name} succeeded",
    NotificationKind.RUN_RECOVERED: "Run #{number} of {name} succeeded after a failure",
    NotificationKind.SEARCH_FINISHED: "Search {name} finished",
    NotificationKind.NOTEBOOK_IDLE: "Notebook {name} is idle and will be stopped soon",
    NotificationKind.NOTEBOOK_STOPPED: "Notebook {name} was stopped because it was idle",
    NotificationKind.SERVICE_FAILED: "Revision {number} of service {name} failed",
    NotificationKind.SERVICE_ROLLED_BACK: "Revision {number} of service {name} was rolled back",
    NotificationKind.CANARY_COMPLETED: "Revision {number} of service {name} has all the traffic",
    NotificationKind.BUILD_FAILED: "Build of version {number} of image {name} failed",
    NotificationKind.SCHEDULE_MISSED: "Schedule {name} did not start a run",
    NotificationKind.PROJECT_JOINED: "You were added to project {name}",
}


@dataclass(kw_only=True, frozen=True)
class Notice:
    """One event as users are notified of it. `kinds`: what it is, the most specific first; a user gets the
    first of them that is on. `event` is the same whenever the event is read again."""

    event: str
    kinds: Sequence[NotificationKind]
    user_id: str
    """Who started what it is about, or is concerned."""
    project_id: str
    subject_id: str
    name: str
    number: int | None = None
    detail: str | None = None

    def chosen(self, on: Collection[NotificationKind]) -> NotificationKind | None:
        """Return the kind as which somebody gets it, None when all its kinds are off."""
        return next((kind for kind in self.kinds if kind in on), None)


def title(kind: NotificationKind, name: str, number: int | None) -> str:
    """Return what happened, in a sentence without a period."""
    return TITLES[kind].format(name=name, number=number)


def shortened(detail: str | None) -> str | None:
    """Return a cause with at most `MOST_DETAIL` characters, None when there is none."""
    text = (detail or "").strip()
    short = text if len(text) <= MOST_DETAIL else f"{text[: MOST_DETAIL - 1]}…"
    return short or None
