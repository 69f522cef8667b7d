"""The ledger: which run of which job is claimed, failed or done. Two clocks on one database never run one twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, delete, func, insert, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.calendar import HOUR, moment
from bot.errors import StoreError
from bot.store.subjects import instant, microseconds
from bot.store.work_tables import ledger

_FIRST_WAIT = 60.0  # seconds after a first failure; twice as long after each further one
_LONGEST_WAIT = HOUR

# Each is put together once: SQLAlchemy takes longer over that than the database over its answer.
_RUN = ledger.c
_THIS = and_(
    _RUN.job == bindparam("its_job"), _RUN.subject == bindparam("its_subject"), _RUN.slot == bindparam("its_slot")
)
_HELD = and_(_THIS, _RUN.attempts == bindparam("held"), _RUN.claimed_until.is_not(None), _RUN.done_at.is_(None))
_OF_THESE = select(ledger).where(
    _RUN.job.in_(bindparam("jobs", expanding=True)),
    _RUN.subject.in_(bindparam("subjects", expanding=True)),
    _RUN.slot.in_(bindparam("slots", expanding=True)) | (_RUN.claimed_until > bindparam("now")),
)
_ATTEMPTS = select(_RUN.attempts).where(_THIS)
_BEGIN, _BEGIN_AGAIN, _CHANGE = insert(ledger), update(ledger).where(_THIS), update(ledger).where(_HELD)
_OF_JOB = _RUN.job == bindparam("job")
_SETTLED = select(_RUN.subject, _RUN.slot, _RUN.done_at).where(_OF_JOB)
_ENDED = (
    select(_RUN.subject, func.max(_RUN.slot).label("slot"))
    .where(_OF_JOB, _RUN.ended_at.is_not(None))
    .group_by(_RUN.subject)
)
_LAST_DONE = select(func.max(_RUN.done_at)).where(_OF_JOB)


class LostClaimError(StoreError):
    """Another run took this one's place, because it took too long; what it would have changed is left to that one."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One run that has to happen once: of a job, for a subject, in a slot."""

    job: str
    subject: str
    slot: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run it, for a while and as long as it is held on to; `attempts` counts this one too."""

    turn: Turn
    attempts: int


@dataclass(frozen=True, slots=True)
class Run:
    """A turn as the ledger has it. Instants are POSIX seconds."""

    turn: Turn
    attempts: int
    started_at: float | None
    ended_at: float | None
    done_at: float | None
    claimed_until: float | None
    next_try: float | None
    failure: str | None


def free(connection: Connection, turns: Collection[Turn], now: float) -> tuple[Turn, ...]:
    """Those that could be taken now, as far as a look without any lock can tell."""
    at = _stored(now)
    names = {f"{name}s": {getattr(turn, name) for turn in turns} for name in ("job", "subject", "slot")}
    taken: set[Turn] = set()
    busy: set[tuple[str, str]] = set()
    for row in connection.execute(_OF_THESE, {**names, "now": at}):
        if _runs(row, at):
            busy.add((row.job, row.subject))
        elif not _is_open(row, at):
            taken.add(Turn(row.job, row.subject, row.slot))
    return tuple(turn for turn in turns if turn not in taken and (turn.job, turn.subject) not in busy)


def claim(connection: Connection, turn: Turn, now: float, seconds: float) -> Claim | None:
    """Take a turn; None where it is done, not to be tried yet, or another one of its job and subject still runs.

    Within `writing`: that door alone keeps two clocks apart.
    """
    if not free(connection, [turn], now):
        return None
    before = connection.execute(_ATTEMPTS, _this(turn)).scalar_one_or_none()
    taken = Claim(turn, (before or 0) + 1)
    begun = {"started_at": _stored(now), "ended_at": None, "next_try": None}
    values = {"claimed_until": _stored(now + seconds), "attempts": taken.attempts, **begun}
    if before is None:
        connection.execute(_BEGIN, _key(turn) | values)
    else:
        connection.execute(_BEGIN_AGAIN, _this(turn) | values)
    return taken


def hold_on(connection: Connection, claims: Iterable[Claim], now: float, seconds: float) -> None:
    """Whoever runs them is alive, and goes on."""
    for each in claims:
        _change(connection, each, {"claimed_until": _stored(now + seconds)})


def finish(connection: Connection, held: Claim, now: float) -> None:
    """It is done, with all else that this transaction changes; LostClaimError where the claim is no longer held."""
    at = _stored(now)
    done = {"done_at": at, "ended_at": at, "claimed_until": None, "next_try": None, "failure": None}
    if not _change(connection, held, done):
        raise LostClaimError


def fail(connection: Connection, held: Claim, failure: str, now: float, chance: float) -> None:
    """Try again later: after twice the last wait, a little more or less by `chance`, from 0 to 1."""
    wait = min(_FIRST_WAIT * 2 ** min(held.attempts - 1, 16), _LONGEST_WAIT) * (0.75 + chance / 2)
    failed = {"failure": failure, "ended_at": _stored(now), "claimed_until": None, "next_try": _stored(now + wait)}
    _change(connection, held, failed)


def give_back(connection: Connection, held: Claim) -> None:
    """It was stopped half-way, by nobody's fault: anyone may take it at once."""
    _change(connection, held, {"claimed_until": None, "attempts": held.attempts - 1})


def settle(connection: Connection, turns: Iterable[Turn], now: float) -> None:
    """Turns that count as done though nothing was done: what was before the first one of its subject."""
    insert_or_leave = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [{**_key(turn), "attempts": 0, "done_at": _stored(now)} for turn in turns]
    if rows:
        connection.execute(insert_or_leave(ledger).on_conflict_do_nothing(), rows)


def settled(connection: Connection, job: str) -> Mapping[str, Collection[str]]:
    """The slots of a job that are done, by subject; none of a subject that was only begun."""
    slots: dict[str, set[str]] = {}
    for subject, slot, done_at in connection.execute(_SETTLED, {"job": job}):
        slots.setdefault(subject, set()).update(() if done_at is None else (slot,))
    return slots


def ended(connection: Connection, job: str) -> Mapping[str, str]:
    """The newest slot of a job of which a run ended, well or not, by subject."""
    return {row.subject: row.slot for row in connection.execute(_ENDED, {"job": job})}


def newest_runs(connection: Connection, job: str | None = None) -> tuple[Run, ...]:
    """Of each job, or of one, and of each of its subjects the run that was begun last, in order of their names."""
    named = {} if job is None else {"job": job}
    return tuple(map(_run, connection.execute(_newest(of_one=job is not None), named)))


@cache
def _newest(*, of_one: bool) -> Select[Any]:
    begun = func.row_number().over(
        partition_by=(_RUN.job, _RUN.subject), order_by=(_RUN.started_at.desc(), _RUN.slot.desc())
    )
    which = _OF_JOB if of_one else true()
    ranked = select(ledger, begun.label("rank")).where(which, _RUN.started_at.is_not(None)).subquery()
    return select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.job, ranked.c.subject)


def last_done(connection: Connection, job: str) -> float | None:
    """When a run of a job was done last, for whomever."""
    return _instant(connection.execute(_LAST_DONE, {"job": job}).scalar())


def forget(connection: Connection, before: Mapping[str, float], otherwise: float) -> int:
    """Runs that ended, or were last begun, before an instant of their job's own, else before the other one."""
    last = func.coalesce(_RUN.done_at, _RUN.started_at)
    instants = {job: _stored(at) for job, at in before.items()}
    limit = case(instants, value=_RUN.job, else_=_stored(otherwise)) if instants else _stored(otherwise)
    return connection.execute(delete(ledger).where(last < limit)).rowcount


def _runs(row: Row[tuple[object, ...]], at: int) -> bool:
    return row.claimed_until is not None and row.claimed_until > at


def _is_open(row: Row[tuple[object, ...]], at: int) -> bool:
    """Neither done nor waiting to be tried again."""
    return row.done_at is None and (row.next_try is None or row.next_try <= at)


def _change(connection: Connection, held: Claim, values: Mapping[str, object]) -> int:
    """Of the run that is held; 0 where the claim is no longer."""
    return connection.execute(_CHANGE, {**_this(held.turn), "held": held.attempts, **values}).rowcount


def _this(turn: Turn) -> dict[str, object]:
    return {f"its_{name}": value for name, value in _key(turn).items()}


def _key(turn: Turn) -> dict[str, str]:
    return {"job": turn.job, "subject": turn.subject, "slot": turn.slot}


def _run(row: Row[tuple[object, ...]]) -> Run:
    return Run(
        turn=Turn(row.job, row.subject, row.slot),
        attempts=row.attempts,
        started_at=_instant(row.started_at),
        ended_at=_instant(row.ended_at),
        done_at=_instant(row.done_at),
        claimed_until=_instant(row.claimed_until),
        next_try=_instant(row.next_try),
        failure=row.failure,
    )


def _stored(at: float) -> int:
    return microseconds(moment(at))


def _instant(at: int | None) -> float | None:
    return None if at is None else instant(at)
