"""The jobs that run by themselves, as `quintet doctor` shows them: the last run of each, how it went, and the next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.calendar import DAY
from bot.doctor_report import Check, State
from bot.jobs.pulls import EVERY_SECONDS
from bot.jobs.stale_teams import AT_LEAST_EVERY_SECONDS
from bot.schedule import Kind, Subscription, composed
from bot.store.ledger import Run, newest_runs
from bot.store.outbox_standing import is_held, traffic
from bot.store.subscriptions import kept_subscriptions
from bot.teams import Team
from bot.words import doctor_jobs as words

_MOST_FAILURES = 5  # of one job; they mostly have one reason
_MISSED = 3  # so many times in a row, and it is no longer chance


@dataclass(frozen=True, slots=True)
class _Expected:
    """What should run: of one subject, or of any. `every` is none where weeks may pass between two runs."""

    job: str
    following: str
    subject: str | None = None
    every: float | None = None

    def is_of(self, run: Run) -> bool:
        return run.turn.job == self.job and self.subject in (None, run.turn.subject)

    @property
    def name(self) -> str:
        return words.name(self.job, self.subject or "")


def job_checks(
    connection: Connection,
    sources: Iterable[str],
    configured: Sequence[Subscription],
    teams: Iterable[Team],
    now: float,
) -> tuple[Check, ...]:
    """Job by job. What failed has to be mended, even where it is tried again."""
    runs = newest_runs(connection)
    if not runs:
        return (_check("note", *words.NOTHING_RAN),)
    known = tuple(teams)
    wanted = composed(configured, kept_subscriptions(connection, known))
    expected = (*_by_interval(sources, now), *_digests(wanted, now))
    found = [check for each in expected for check in _checks(each, [run for run in runs if each.is_of(run)], now)]
    nobody = _unheard(wanted, known) if expected[-1].job == "digest" else (_check("note", *words.NOBODY),)
    return (*found, *nobody, *_deliveries(connection))


def _unheard(wanted: Iterable[Subscription], teams: Iterable[Team]) -> Iterator[Check]:
    """Teams about which nothing comes to anybody; where it was switched off, somebody wanted it so."""
    named = {each.team for each in wanted}
    if unheard := [team.key for team in teams if team.key not in named]:
        yield _check("note", *words.unheard(unheard))


def failing(connection: Connection, sources: Collection[str]) -> tuple[str, ...]:
    """The names of jobs whose newest run failed, and of `deliver` where Slack takes nothing; not of sources gone."""
    failed = (run.turn for run in newest_runs(connection) if _failed(run))
    known = (turn for turn in failed if turn.job != "sync" or turn.subject in sources)
    held = ("deliver",) if is_held(connection) else ()
    return (*(words.name(turn.job, turn.subject) for turn in known), *held)


def _failed(run: Run) -> bool:
    return run.failure is not None and run.done_at is None


def _deliveries(connection: Connection) -> Iterator[Check]:
    """Not by the ledger: each message has a row of its own. What went wrong is told of them elsewhere."""
    seen = traffic(connection)
    if seen.waiting or seen.last is not None:
        yield _check("ok", words.delivered(seen.last, seen.waiting, seen.following))


def _by_interval(sources: Iterable[str], now: float) -> Iterator[_Expected]:
    intervals = (
        *(("sync", source, EVERY_SECONDS) for source in sources),
        ("refresh", "", AT_LEAST_EVERY_SECONDS),
        ("watch", "", AT_LEAST_EVERY_SECONDS),
        ("prepare", "", AT_LEAST_EVERY_SECONDS),
        ("prune", "", DAY),
    )
    for job, subject, every in intervals:
        yield _Expected(job, words.following((now // every + 1) * every), subject, every)


def _digests(subscriptions: Sequence[Subscription], now: float) -> Iterator[_Expected]:
    """All of them as one: there may be thousands."""
    wanted = [each for each in subscriptions if Kind.DIGEST in each.kinds]
    if wanted:
        first = min(wanted, key=lambda each: each.slot.following(now))
        at = words.following(first.slot.following(now), first.slot.zone, f"{first.team} {first.channel}")
        yield _Expected("digest", at)


def _checks(expected: _Expected, runs: Sequence[Run], now: float) -> Iterator[Check]:
    failed = [run for run in runs if _failed(run)]
    for run in failed[:_MOST_FAILURES]:
        began, ended = run.started_at or now, run.ended_at or now
        says = words.failed(words.name(run.turn.job, run.turn.subject), ended, ended - began, run.failure or "")
        yield _check("mend", says, words.again(run.next_try, run.attempts))
    if len(failed) == len(runs) and failed:
        return
    newest = max((run for run in runs if run not in failed), key=lambda run: run.started_at or 0.0, default=None)
    yield _newest(expected, newest, now)


def _newest(expected: _Expected, run: Run | None, now: float) -> Check:
    name, following = expected.name, expected.following
    if run is None or run.started_at is None:
        # A digest comes once a week: that none was due yet says nothing of `serve`; the other jobs do.
        do = None if expected.every is None else words.NEVER
        return _check("note", words.never(name, following), do)
    if expected.every is not None and now - run.started_at > _MISSED * expected.every:
        return _check("mend", words.late(name, run.started_at), words.NEVER)
    if run.done_at is not None:
        return _check("ok", words.done(name, run.done_at, run.done_at - run.started_at, following))
    if run.claimed_until is not None and run.claimed_until > now:
        return _check("ok", words.running(name, run.started_at))
    return _check("note", words.broken_off(name, run.started_at, following))


def _check(state: State, says: str, do: str | None = None) -> Check:
    return Check(about="jobs", state=state, says=says, do=do)
