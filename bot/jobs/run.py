"""One turn of one job: claimed, run, and recorded as done, failed or given back."""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from bot.errors import QuintetError
from bot.jobs.deps import Deps
from bot.jobs.job import Job, StoppedError
from bot.store.ledger import Claim, LostClaimError, Turn, claim, fail, finish, free, give_back, hold_on

LEASE_SECONDS = 3 * 60.0  # two minutes' ticks may be missed, where the database is busy
_MOST_LINES = 3  # of what went wrong; a source says one sentence a stream
_BROKEN = "It failed in a way that this version cannot explain; the log has the reason."

How = Literal["done", "failed", "stopped", "lost"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended; `trace` is there for what should not happen at all."""

    turn: Turn
    how: How
    seconds: float
    at: float
    failure: str | None = None
    trace: str | None = None


def run_due(job: Job, deps: Deps) -> Iterator[Outcome]:
    """Every turn of a job that is due and free, one after the other, until it is time to stop."""
    for turn in due_turns(job, deps):
        if deps.stopped():
            return
        if outcome := run_turn(job, deps, turn):
            yield outcome


def due_turns(job: Job, deps: Deps) -> tuple[Turn, ...]:
    """What may be taken now; whoever takes it first has it."""
    now = deps.clock()
    turns = tuple(job.due(deps, now))
    if not turns:
        return ()
    with deps.database.reading() as connection:
        return free(connection, turns, now)


def run_turn(job: Job, deps: Deps, turn: Turn) -> Outcome | None:
    """How it ended; None where somebody else has it."""
    with deps.database.writing() as connection:
        held = claim(connection, turn, deps.clock(), LEASE_SECONDS)
    if held is None:
        return None
    began = monotonic()
    deps.claims.add(held)
    try:
        how, failure, trace = _attempt(job, deps, held)
    finally:
        deps.claims.discard(held)
    return Outcome(turn, how, monotonic() - began, deps.clock(), failure, trace)


def hold_on_to_claims(deps: Deps) -> None:
    """Called once a minute: only what was killed leaves a claim to expire."""
    if claims := tuple(deps.claims):
        with deps.database.writing() as connection:
            hold_on(connection, claims, deps.clock(), LEASE_SECONDS)


def _attempt(job: Job, deps: Deps, held: Claim) -> tuple[How, str | None, str | None]:
    try:
        effect = job.run(deps, held.turn)
        with deps.database.writing() as connection:
            effect(connection)
            finish(connection, held, deps.clock())
    except StoppedError:
        with deps.database.writing() as connection:
            give_back(connection, held)
        return "stopped", None, None
    except LostClaimError as lost:
        return "lost", str(lost), None
    except QuintetError as problem:
        return _failed(deps, held, _said(problem), problem.__cause__)
    except Exception as bug:  # noqa: BLE001 - one turn that fails must not end the others
        return _failed(deps, held, _BROKEN, bug)
    return "done", None, None


def _failed(deps: Deps, held: Claim, problem: str, cause: BaseException | None) -> tuple[How, str, str | None]:
    says = deps.redacted(problem)
    with deps.database.writing() as connection:
        fail(connection, held, says, deps.clock(), random.random())  # noqa: S311  spread, not secret
    return "failed", says, deps.redacted("".join(traceback.format_exception(cause))) if cause else None


def _said(problem: QuintetError) -> str:
    lines = problem.lines
    unsaid = len(lines) - _MOST_LINES + problem.unsaid
    return " ".join([*lines[:_MOST_LINES], *([f"And {unsaid} more."] if unsaid > 0 else [])])
