"""Services behind the way in: who may ask, which revision answers, copies for the one that is only watched,
and what is counted.

A program shows a key of the service, or the token of a person or a run; a browser comes with a ticket and
gets a cookie for one service. None of these is handed on."""

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass
from functools import partial

import h11
import orjson

from cubestudio.core import clock, ids, log
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Unavailable
from cubestudio.core.events import on
from cubestudio.core.rate_limit import Meter
from cubestudio.core.relay import Broken, hand_on, passed
from cubestudio.gateway.connection import COOKIE, OURS, SAFE, Answer, Call, Visit, end, page, redeem
from cubestudio.gateway.counters import Counting
from cubestudio.gateway.mirror import COMPARED, Copies
from cubestudio.pipelines.runs import actions as runs
from cubestudio.projects.events import ProjectChanged
from cubestudio.services import life
from cubestudio.services.entrance import Entrance, Target, entrance, key_of, member
from cubestudio.services.events import ServiceChanged
from cubestudio.services.model import Access, RevisionState
from cubestudio.services.plan import Outcome, pick
from cubestudio.services.requests.spec import Heard, Line
from cubestudio.users import credentials
from cubestudio.users.events import AccessEnded

logger = log.get(__name__)
REMEMBER = 5.0
"""Seconds for which an answer to "who may" is taken again, unless news says otherwise."""
HOLD = 60.0
"""Seconds for which a request waits for a revision that sleeps to wake."""
PATIENCE = 5.0
"""Seconds for which another replica is looked for when one cannot be reached."""
HELD = 2**20
"""Bytes of a request's body that are read before it is handed on: it can be handed on again, and copied."""
FLUSH = 2.0
SANDBOX = b"sandbox allow-scripts allow-forms allow-downloads allow-modals allow-popups"


@dataclass(kw_only=True)
class Caller:
    """Who asks: as the list of requests names them, by which key, the most requests and tokens a minute, and
    whether by a cookie."""

    name: str
    key: str | None = None
    per_minute: int | None = None
    tokens: int | None = None
    by_cookie: bool = False
    named: bool = True


def refusal(status: int, message: str, headers: list[tuple[str, str]] | None = None) -> Answer:
    return Answer(status, orjson.dumps({"error": message}), "application/json", headers)


class Missed(Answer):
    """What is said for a revision that was to answer and did not."""

    def __init__(
        self, revision: int, status: int, message: str, retry: int | None = None, seconds: float = 0.0
    ):
        said = refusal(status, message, [("retry-after", str(retry))] if retry else None)
        super().__init__(said.status, said.body, said.kind, said.headers)
        self.revision, self.seconds = revision, seconds


class Services:
    """Serves one process's share of the requests to services."""

    def __init__(self, ctx: AppContext):
        self._ctx = ctx
        self._known: dict[tuple[str, str], tuple[float, Entrance]] = {}
        self._callers: dict[tuple[str, str], tuple[float, Caller | None]] = {}
        self.counting = Counting(ctx.db)
        self._copies = Copies(ctx.clusters, self.counting)
        self._meter = Meter(ctx.settings)
        """How many requests and tokens keys that are limited had in this minute."""
        self._open: dict[asyncio.Task, tuple[Call, str, str]] = {}
        self._mark = 0
        """How many events were heard: what was read before one of them is not remembered after it."""
        self._closing: set[asyncio.Task] = set()

    # what is known -----------------------------------------------------------------------------

    async def listen(self) -> None:
        """Whatever changes about people, projects and services is taken into account at once."""
        async with self._ctx.bus.listen([on(AccessEnded), on(ProjectChanged), on(ServiceChanged)]) as news:
            await self._changed()
            async for _ in news:
                await self._changed()

    async def _changed(self) -> None:
        self._mark += 1
        self._known.clear()
        self._callers.clear()
        while not await self._recheck():
            await asyncio.sleep(0.5)

    async def _recheck(self) -> bool:
        """Close what is open and may no longer be, answers that are on their way too; False when somebody
        could not be asked."""
        sure = True
        for task, (call, project, name) in list(self._open.items()):
            try:
                way = await self._find(project, name)
                if way is None or await self._caller(way, call) is None:
                    end(self._closing, task)
            except Unavailable:
                sure = False
            except Answer:
                end(self._closing, task)
        return sure

    async def beat(self) -> None:
        """Write down what was counted, again and again."""
        rounds = 0
        while True:
            await asyncio.sleep(FLUSH)
            rounds += 1
            with contextlib.suppress(Unavailable):
                await self.counting.flush()
            if rounds % 8 == 0:
                self._callers.clear()
                await self._recheck()

    async def _find(self, project: str, name: str) -> Entrance | None:
        found = self._known.get((project, name))
        if found and found[0] > time.monotonic():
            return found[1]
        mark = self._mark
        async with self._ctx.db.read() as conn:
            way = await entrance(conn, project, name)
        if way is not None and mark == self._mark:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[project, name] = (time.monotonic() + REMEMBER, way)
        return way

    async def _caller(self, way: Entrance, call: Call) -> Caller | None:
        """Who asks, if they may."""
        said = call.headers.get(b"authorization", "")
        secret = (
            said[7:].strip() if said[:7].lower() == "bearer " else call.headers.get(b"x-api-key", "").strip()
        )
        cookie = call.cookies.get(f"{COOKIE}_{way.id}", "")
        proof = secret if secret.startswith("cube") else f"cookie {cookie}" if cookie else ""
        if proof:
            found = self._callers.get((way.id, proof))
            if found is None or found[0] <= time.monotonic():
                mark = self._mark
                found = (
                    time.monotonic() + REMEMBER,
                    await self._asked(way, secret if secret.startswith("cube") else "", cookie),
                )
                if mark == self._mark:
                    if len(self._callers) > 10_000:
                        self._callers.clear()
                    self._callers[way.id, proof] = found
            if found[1]:
                return found[1]
        return Caller(name="anyone", named=False) if way.access == Access.PUBLIC else None

    async def _asked(self, way: Entrance, secret: str, cookie: str) -> Caller | None:
        ctx = self._ctx
        async with ctx.db.read() as conn:
            if secret.startswith("cubekey_"):
                key = await key_of(conn, way.id, secret)
                if key is None or way.access == Access.PROJECT:
                    return None
                return Caller(
                    name=f"key {key.name}",
                    key=key.id,
                    per_minute=key.per_minute,
                    tokens=key.tokens_per_minute,
                )
            if secret.startswith("cuberun_"):
                viewer = await runs.by_token(conn, ctx.vault, secret)
                mine = (
                    viewer is not None
                    and viewer.run is not None
                    and await runs.project_of(conn, viewer.run) == way.project_id
                )
                return Caller(name=viewer.name) if viewer and mine else None
            held = (
                await credentials.by_token(conn, secret)
                if secret
                else await credentials.by_pass(conn, ctx.settings, cookie, way.id)
            )
            if held is None or not await member(conn, held[0], way.id):
                return None
        if held[1]:
            with contextlib.suppress(Unavailable):
                async with ctx.db.write() as tx:
                    await credentials.touch(tx, held[0])
        return Caller(name=held[0].name, by_cookie=not secret)

    # one request -------------------------------------------------------------------------------

    async def handle(self, visit: Visit, call: Call) -> bool:
        _, _, project, name, rest = [*call.path.split("/", 4), "", "", ""][:5]
        missing = refusal(404, "There is no such service, or it is not open to you.")
        mark = self._mark
        way = await self._find(project, name)
        if way is None or call.foreign(way.id):
            raise missing
        if "ticket=cubeopen_" in call.query:
            await redeem(self._ctx, way.id, way.base, call)
        caller = await self._caller(way, call)
        task = asyncio.current_task()
        assert task is not None
        if caller is not None:
            self._open[task] = (call, project, name)
        try:
            if caller is not None and mark != self._mark:  # something changed before it was known here
                caller = await self._caller(way, call)
            return await self._let_in(visit, call, way, caller=caller, rest=rest, missing=missing)
        except Answer as answer:
            if isinstance(answer, Missed):
                self._write(
                    way, answer.revision, call, caller=caller, status=answer.status, seconds=answer.seconds
                )
            elif answer.status >= 400:
                self._write(way, None, call, caller=caller, status=answer.status, seconds=0.0)
            raise
        finally:
            self._open.pop(task, None)

    async def _let_in(
        self, visit: Visit, call: Call, way: Entrance, caller: Caller | None, rest: str, missing: Answer
    ) -> bool:
        if caller is None:
            if way.access == Access.KEY:
                raise refusal(
                    401,
                    "Send a key of the service as Authorization: Bearer <key>.",
                    [("www-authenticate", "Bearer")],
                )
            if call.document:
                raise page(
                    404,
                    "There is no such service",
                    "<p>Or it is not open to you. Open it from Cube Studio.</p>",
                )
            raise missing
        if caller.by_cookie and call.forged:
            raise refusal(403, "This request comes from another site.")
        if call.path.count("/") < 4:
            if call.document:
                raise Answer(308, b"", headers=[("location", f"{call.path}/")])
            rest = ""
        await self._admit(caller)
        return await self._forward(visit, call, way, caller, rest)

    async def _admit(self, caller: Caller) -> None:
        """Refuse a key that had as much in this minute as it may have, and count that it asks."""
        if caller.key is None:
            return
        over = None
        try:
            if caller.tokens is not None and await self._meter.used(caller.key, "tokens") >= caller.tokens:
                over = f"use {caller.tokens} tokens"
            elif (
                caller.per_minute is not None
                and await self._meter.add(caller.key, "requests") > caller.per_minute
            ):
                over = f"ask {caller.per_minute} times"
        except Unavailable as refused:
            raise refusal(503, refused.message, [("retry-after", "5")]) from refused
        if over:
            raise refusal(429, f"This key may {over} a minute.", [("retry-after", str(self._meter.left))])

    async def _spend(self, caller: Caller, heard: Heard) -> None:
        """Count the tokens of an answer, which it has by now."""
        if caller.key and caller.tokens is not None and heard.tokens:
            try:
                await self._meter.add(caller.key, "tokens", amount=heard.tokens)
            except Unavailable as error:
                logger.warning(
                    "tokens of a key are not counted",
                    key=caller.key,
                    tokens=heard.tokens,
                    error=error.message,
                )

    def _write(
        self,
        way: Entrance,
        number: int | None,
        call: Call,
        caller: Caller | None,
        status: int,
        seconds: float,
        heard: Heard | None = None,
    ) -> None:
        """Note a request for the list of requests."""
        _, _, _, _, rest = [*call.path.split("/", 4), "", ""][:5]
        name, key = (caller.name, caller.key) if caller else ("nobody who may", None)
        size, tokens = (heard.size, heard.tokens) if heard else (0, None)
        method, at = call.method.decode("latin-1"), clock.now().timestamp()
        self.counting.note(
            Line(
                id=ids.new(),
                service=way.id,
                number=number,
                caller=name,
                key=key,
                method=method,
                path=f"/{rest}",
                status=status,
                milliseconds=seconds * 1000,
                size=size,
                tokens=tokens,
                at=at,
            )
        )

    async def _choose(self, way: Entrance, wanted: str, avoid: set[int]) -> tuple[Entrance, Target]:
        """The revision that is to answer, woken if it sleeps."""
        asked_for = int(wanted) if wanted.isdecimal() and len(wanted) < 9 else None
        began = time.monotonic()
        woken: set[int] = set()
        while True:
            answers = {
                number: target.answers and number not in avoid for number, target in way.targets.items()
            }
            if asked_for is not None:
                if not answers.get(asked_for):
                    words = f"Revision {asked_for} does not answer now."
                    raise Missed(asked_for, 503, words, 5) if asked_for in answers else refusal(503, words)
                return way, way.targets[asked_for]
            number = pick(way.traffic, answers, random.random())
            if number is not None:
                return way, way.targets[number]
            asked = [way.targets[key] for key, weight in way.traffic if weight]
            asleep = [target for target in asked if target.state == RevisionState.ASLEEP]
            # One that only broke off is back in a moment or not soon; one that starts may build its
            # environment first.
            patience = (
                PATIENCE
                if all(target.state == RevisionState.DEGRADED for target in asked if target.coming)
                and not asleep
                else HOLD
            )
            if (
                not way.on
                or time.monotonic() - began > patience
                or not (asleep or any(target.coming for target in asked))
            ):
                raise refusal(503, self._why(way), [("retry-after", "5")])
            for target in asleep:
                if target.number not in woken:
                    await self._ctx.db.transact(partial(life.wake, service=way.id, number=target.number))
                    woken.add(target.number)
            await asyncio.sleep(0.1)
            way = await self._find(way.project, way.name) or way

    @staticmethod
    def _why(way: Entrance) -> str:
        if not way.on:
            return f"Service {way.name} is stopped."
        if not way.traffic:
            newest = way.targets[max(way.targets)] if way.targets else None
            words = f": {newest.message}" if newest and newest.message else ""
            return f"Service {way.name} has not answered yet{words}."
        return f"No revision of service {way.name} answers now."

    async def _forward(self, visit: Visit, call: Call, way: Entrance, caller: Caller, rest: str) -> bool:
        held = await self._body(visit, call)
        wanted = call.headers.get(b"x-cube-revision", "") if caller.named else ""
        until = time.monotonic() + PATIENCE
        avoid: set[int] = set()
        while True:
            way, target = await self._choose(way, wanted, avoid)
            if target.concurrency and self.counting.busy(way.id, target.number) >= target.concurrency:
                self.counting.answered(way.id, target.number, 429, 0)
                raise Missed(
                    target.number,
                    429,
                    f"Revision {target.number} answers {target.concurrency} requests at once.",
                    1,
                )
            if not await visit.reach(way.cluster, target.workload):
                if time.monotonic() > until:
                    logger.warning(
                        "a revision cannot be reached",
                        service=way.id,
                        revision=target.number,
                        error=visit.why,
                    )
                    self.counting.answered(way.id, target.number, 503, 0)
                    raise Missed(target.number, 503, f"Revision {target.number} cannot be reached now.", 2)
                # Its state is a moment behind: another one answers, or this one again.
                if sum(way.targets[key].answers for key, weight in way.traffic if weight) > 1:
                    avoid = {target.number}
                else:
                    await asyncio.sleep(0.1)
                continue
            try:
                return await self._pass(visit, call, way, target=target, rest=rest, held=held, caller=caller)
            except Broken as error:
                await visit.close()
                if (
                    (held is not None or call.method in SAFE)
                    and not call.upgrade
                    and time.monotonic() < until
                ):
                    logger.info(
                        "a replica broke off, another is asked",
                        service=way.id,
                        revision=target.number,
                        error=str(error),
                    )
                    await asyncio.sleep(0.05)
                    continue
                self.counting.answered(way.id, target.number, 502, 0)
                if visit.down.http.our_state is not h11.SEND_RESPONSE:
                    self._write(way, target.number, call, caller=caller, status=502, seconds=0.0)
                    return False
                raise Missed(
                    target.number, 502, f"Revision {target.number} broke off before it had answered."
                ) from error

    async def _body(self, visit: Visit, call: Call) -> bytes | None:
        """The body of a request, if it is small and its length known."""
        length = call.headers.get(b"content-length")
        if call.upgrade or b"expect" in call.headers or b"transfer-encoding" in call.headers:
            return None
        if length is not None and (not length.isdecimal() or int(length) > HELD):
            return None
        pieces = []
        while isinstance(event := await visit.down.next(), h11.Data):
            pieces.append(bytes(event.data))
        return b"".join(pieces)

    async def _pass(
        self,
        visit: Visit,
        call: Call,
        way: Entrance,
        target: Target,
        rest: str,
        held: bytes | None,
        caller: Caller,
    ) -> bool:
        """Hand a request on to a replica, and a copy to the revision that is only watched."""
        assert visit.up
        where = "/" + rest + (f"?{call.query}" if call.query else "")
        head = h11.Request(method=call.method, target=where, headers=told(call, way, caller))
        began, status, took = time.perf_counter(), 0, 0.0
        mirrors = self._copies.wanted(way, target.number) if held is not None else []
        kept = bytearray()
        heard = Heard()
        self.counting.begin(way.id, target.number)
        limit = asyncio.timeout(None if call.upgrade else target.timeout)

        def answer(response: h11.Response) -> tuple[h11.Response, bytes]:
            nonlocal status, took
            status, took = response.status_code, time.perf_counter() - began
            limit.reschedule(None)
            heard.head(
                next(
                    (
                        value.decode("latin-1").lower()
                        for name, value in response.headers
                        if name == b"content-type"
                    ),
                    "",
                )
            )
            headers = [
                (name, value)
                for name, value in passed(response.headers.raw_items())
                if not (
                    name.lower() == b"set-cookie"
                    and value.lstrip().startswith(tuple(each.encode() for each in OURS))
                )
            ]
            headers.append((b"X-Cube-Revision", str(target.number).encode()))
            if not call.upgrade and call.label != way.id:
                # Where things share an origin, a page of a service may not act there as whoever looks at it.
                headers.append((b"Content-Security-Policy", SANDBOX))
            return h11.Response(
                status_code=response.status_code, headers=headers, reason=response.reason
            ), b""

        def listen(data: bytes) -> None:
            heard.piece(data)
            if mirrors and len(kept) <= COMPARED:
                kept.extend(data)

        try:
            async with limit:
                more = await hand_on(visit.down, visit.up, head, answer=answer, sent=held, heard=listen)
        except TimeoutError:
            await visit.close()
            self.counting.answered(way.id, target.number, 504, target.timeout)
            if visit.down.http.our_state is not h11.SEND_RESPONSE:
                self._write(way, target.number, call, caller=caller, status=504, seconds=target.timeout)
                return False
            words = f"Revision {target.number} did not answer within {target.timeout:g} s."
            raise Missed(target.number, 504, words, seconds=target.timeout) from None
        except Broken:
            raise
        except (OSError, h11.ProtocolError):
            # The head was handed on: either side ended within the answer.
            self.counting.answered(way.id, target.number, status or 502, took)
            self._write(
                way, target.number, call, caller=caller, status=status or 502, seconds=took, heard=heard
            )
            await self._spend(caller, heard)
            raise
        finally:
            self.counting.end(way.id, target.number)
        if status:
            self.counting.answered(way.id, target.number, status, took)
        self._write(
            way,
            target.number,
            call,
            caller=caller,
            status=status or 101,
            seconds=took or time.perf_counter() - began,
            heard=heard,
        )
        await self._spend(caller, heard)
        if held is not None and status and Outcome.of(status) != Outcome.FAILED and len(kept) <= COMPARED:
            for mirror in mirrors:
                self._copies.make(way, mirror, head, held, (status, bytes(kept)))
        await visit.rest(more)
        return more and visit.free


def told(call: Call, way: Entrance, caller: Caller) -> list[tuple[bytes, bytes]]:
    """The headers that the service gets: of what opened the way nothing."""
    made: list[tuple[bytes, bytes]] = []
    for name, value in passed(call.request.headers.raw_items()):
        low = name.lower()
        if low == b"cookie":
            value = b"; ".join(
                pair.strip()
                for pair in value.split(b";")
                if not pair.strip().startswith(tuple(each.encode() for each in OURS))
            )
            if not value:
                continue
        if low in (b"authorization", b"x-api-key") and caller.named and not caller.by_cookie:
            continue
        if low == b"forwarded" or low.startswith(b"x-forwarded-"):
            continue
        made.append((name, value))
    made.append((b"X-Forwarded-Prefix", way.base.encode()))
    if call.upgrade:
        made += [(b"Connection", b"Upgrade"), (b"Upgrade", dict(call.request.headers)[b"upgrade"])]
    return made
