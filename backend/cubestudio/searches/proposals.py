"""Points that somebody else's engine wants tried: proposed by the run in which it thinks, and asked after by
it until they have ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, update

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid
from cubestudio.searches import access, actions, engine, listing, messages
from cubestudio.searches.model import Search, SearchState, TrialState
from cubestudio.searches.spec import SearchSpec


@dataclass(kw_only=True, frozen=True)
class Proposal:
    """How a point stands: the trial that it became, by number; None while it waits for its turn."""

    number: int | None
    state: TrialState | None = None
    values: Sequence[float] | None = None
    curve: Sequence[Sequence[Any]] = ()
    reason: str | None = None


async def propose(tx: Tx, viewer: Viewer, key: str, params: Mapping[str, Any]) -> Proposal:
    """A point that the engine of a search wants tried, by the name that the engine has for it. It waits for
    its turn; said again, it is the same one."""
    row = await actions.held(tx, (await access.engine(tx, viewer)).id)
    if found := await _proposal(tx, row, key):
        return found
    if not SearchState(row.state).going or row.state == SearchState.STOPPING.value:
        raise Conflict(messages.SEARCH_TAKES_NO_POINTS(state=row.state), field="key")
    if not 1 <= len(key) <= 200:
        raise Invalid(messages.POINT_NAME_INVALID(), field="key")
    try:
        point = engine.point(SearchSpec.model_validate(row.spec), params)
    except ValueError as error:
        raise Invalid(messages.POINT_INVALID(problem=error), field="params") from error
    if len(row.suggested or ()) >= actions.MOST_QUEUED:
        raise Conflict(messages.PROPOSALS_QUEUED_TOO_MANY(most=actions.MOST_QUEUED), field="key")
    waiting = [*(row.suggested or ()), {"key": key, "params": point}]
    await tx.execute(update(Search).where(Search.id == row.id).values(suggested=waiting))
    actions.tell(tx, row.id, row.project_id)
    return Proposal(number=None)


async def proposal(conn: Reader, viewer: Viewer, key: str) -> Proposal | None:
    """How such a point stands; None when the search has none of that name any more."""
    return await _proposal(conn, await access.engine(conn, viewer), key)


async def _proposal(conn: Reader, row: Row, key: str) -> Proposal | None:
    if trial := await listing.trial_of_engine(conn, row.id, key):
        return Proposal(
            number=trial.number,
            state=TrialState(trial.state),
            values=trial.values,
            curve=trial.curve,
            reason=trial.reason,
        )
    over = not SearchState(row.state).going
    return (
        Proposal(number=None)
        if not over and any(each["key"] == key for each in row.suggested or ())
        else None
    )


async def withdraw(tx: Tx, viewer: Viewer, key: str) -> None:
    """The engine wants no more of a point: it does not begin, or is ended early."""
    row = await actions.held(tx, (await access.engine(tx, viewer)).id)
    left = [each for each in row.suggested or () if each["key"] != key]
    if len(left) < len(row.suggested or ()):
        await tx.execute(update(Search).where(Search.id == row.id).values(suggested=left))
    trial = await listing.trial_of_engine(tx, row.id, key)
    if trial and trial.state == TrialState.RUNNING.value:
        await actions.end_trial(tx, await actions.author(tx, row), trial, TrialState.PRUNING)
    actions.tell(tx, row.id, row.project_id)
