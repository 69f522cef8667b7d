"""The ledger: which run of which job is claimed, failed or done. Two clocks on one database never run one twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, insert, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.calendar import HOUR, moment
from bot.errors import StoreError
from bot.store.subjects import instant, microseconds
from bot.store.work_tables import ledger

_FIRST_WAIT = 60.0  # seconds after a first failure; twice as long after each further one
_LONGEST_WAIT = HOUR


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
    whose = (getattr(ledger.c, name).in_({getattr(turn, name) for turn in turns}) for name in ("job", "subject"))
    matters = (ledger.c.slot.in_({turn.slot for turn in turns})) | (ledger.c.claimed_until > at)
    known = select(ledger).where(*whose, matters)
    taken: set[Turn] = set()
    busy: set[tuple[str, str]] = set()
    for row in connection.execute(known):
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
    before = connection.execute(select(ledger.c.attempts).where(_is(turn))).scalar_one_or_none()
    taken = Claim(turn, (before or 0) + 1)
    begun = {"started_at": _stored(now), "ended_at": None, "next_try": None}
    values = {"claimed_until": _stored(now + seconds), "attempts": taken.attempts, **begun}
    if before is None:
        connection.execute(insert(ledger).values(**_key(turn), **values))
    else:
        connection.execute(update(ledger).where(_is(turn)).values(values))
    return taken


def hold_on(connection: Connection, claims: Iterable[Claim], now: float, seconds: float) -> None:
    """Whoever runs them is alive, and goes on."""
    for each in claims:
        connection.execute(update(ledger).where(_held(each)).values(claimed_until=_stored(now + seconds)))


def finish(connection: Connection, held: Claim, now: float) -> None:
    """It is done, with all else that this transaction changes; LostClaimError where the claim is no longer held."""
    at = _stored(now)
    done = {"done_at": at, "ended_at": at, "claimed_until": None, "next_try": None, "failure": None}
    if not connection.execute(update(ledger).where(_held(held)).values(done)).rowcount:
        raise LostClaimError


def fail(connection: Connection, held: Claim, failure: str, now: float, chance: float) -> None:
    """Try again later: after twice the last wait, a little more or less by `chance`, from 0 to 1."""
    wait = min(_FIRST_WAIT * 2 ** min(held.attempts - 1, 16), _LONGEST_WAIT) * (0.75 + chance / 2)
    failed = {"failure": failure, "ended_at": _stored(now), "claimed_until": None, "next_try": _stored(now + wait)}
    connection.execute(update(ledger).where(_held(held)).values(failed))


def give_back(connection: Connection, held: Claim) -> None:
    """It was stopped half-way, by nobody's fault: anyone may take it at once."""
    returned = {"claimed_until": None, "attempts": held.attempts - 1}
    connection.execute(update(ledger).where(_held(held)).values(returned))


def settle(connection: Connection, turns: Iterable[Turn], now: float) -> None:
    """Turns that count as done though nothing was done: what was before the first one of its subject."""
    insert_or_leave = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [{**_key(turn), "attempts": 0, "done_at": _stored(now)} for turn in turns]
    if rows:
        connection.execute(insert_or_leave(ledger).on_conflict_do_nothing(), rows)


def settled(connection: Connection, job: str) -> Mapping[str, Collection[str]]:
    """The slots of a job that are done, by subject; none of a subject that was only begun."""
    slots: dict[str, set[str]] = {}
    known = select(ledger.c.subject, ledger.c.slot, ledger.c.done_at).where(ledger.c.job == job)
    for subject, slot, done_at in connection.execute(known):
        slots.setdefault(subject, set()).update(() if done_at is None else (slot,))
    return slots


def ended(connection: Connection, job: str) -> Mapping[str, str]:
    """The newest slot of a job of which a run ended, well or not, by subject."""
    which = and_(ledger.c.job == job, ledger.c.ended_at.is_not(None))
    newest = select(ledger.c.subject, func.max(ledger.c.slot).label("slot")).where(which).group_by(ledger.c.subject)
    return {row.subject: row.slot for row in connection.execute(newest)}


def newest_runs(connection: Connection, job: str | None = None) -> tuple[Run, ...]:
    """Of each job, or of one, and of each of its subjects the run that was begun last, in order of their names."""
    begun = func.row_number().over(
        partition_by=(ledger.c.job, ledger.c.subject), order_by=(ledger.c.started_at.desc(), ledger.c.slot.desc())
    )
    which = true() if job is None else ledger.c.job == job
    ranked = select(ledger, begun.label("rank")).where(which, ledger.c.started_at.is_not(None)).subquery()
    newest = select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.job, ranked.c.subject)
    return tuple(map(_run, connection.execute(newest)))


def last_done(connection: Connection, job: str) -> float | None:
    """When a run of a job was done last, for whomever."""
    return _instant(connection.execute(select(func.max(ledger.c.done_at)).where(ledger.c.job == job)).scalar())


def forget(connection: Connection, before: Mapping[str, float], otherwise: float) -> int:
    """Runs that ended, or were last begun, before an instant of their job's own, else before the other one."""
    last = func.coalesce(ledger.c.done_at, ledger.c.started_at)
    instants = {job: _stored(at) for job, at in before.items()}
    limit = case(instants, value=ledger.c.job, else_=_stored(otherwise)) if instants else _stored(otherwise)
    return connection.execute(delete(ledger).where(last < limit)).rowcount


def _is(turn: Turn) -> ColumnElement[bool]:
    return and_(*(ledger.c[name] == value for name, value in _key(turn).items()))


def _runs(row: Row[tuple[object, ...]], at: int) -> bool:
    return row.claimed_until is not None and row.claimed_until > at


def _is_open(row: Row[tuple[object, ...]], at: int) -> bool:
    """Neither done nor waiting to be tried again."""
    return row.done_at is None and (row.next_try is None or row.next_try <= at)


def _held(held: Claim) -> ColumnElement[bool]:
    return and_(
        _is(held.turn),
        ledger.c.attempts == held.attempts,
        ledger.c.claimed_until.is_not(None),
        ledger.c.done_at.is_(None),
    )


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
