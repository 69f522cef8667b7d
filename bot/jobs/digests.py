"""The job `digest`: each channel's weekly digest, at its hour or as soon as the bot is there again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.answers.digest import digest, told_of
from bot.answers.organisation import organisation_digest
from bot.blocks.digest import digest_messages
from bot.blocks.message import Message
from bot.blocks.organisation import organisation_messages
from bot.calendar import midnight, moment
from bot.jobs.asked import asked_until
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, Job, nothing
from bot.schedule import ORGANISATION, Kind, Subscription, composed, due_digests, reported_week
from bot.store.ledger import Turn, settle, settled
from bot.store.outbox import Outgoing, enqueue
from bot.store.replies import snoozed_until
from bot.store.subscriptions import kept_subscriptions
from bot.store.told import Told, tell
from bot.teams import Team

_WEEK = timedelta(weeks=1)


def _due(deps: Deps, now: float) -> Iterator[Turn]:
    """The newest week of each subscription, when all sources were asked since it ended.

    The first time that there is a subscription, the next slot is the first to count.
    """
    wanted = [each for each in _subscriptions(deps) if Kind.DIGEST in each.kinds]
    teams = deps.teams()
    with deps.database.reading() as connection:
        weeks = _under_present_keys(settled(connection, "digest"), teams)
    _enrol(deps, [each for each in wanted if _subject(each) not in weeks], now)
    known = [each for each in wanted if _subject(each) in weeks]
    done = {(each.team, each.channel): weeks[_subject(each)] for each in known}
    zones, asked = _zones(teams, now), asked_until(deps)
    return (
        _turn(due.subscription, due.week)
        for due in due_digests(known, zones, done, now)
        if midnight(due.week + _WEEK, zones[due.subscription.team]) <= asked
    )


def _under_present_keys(weeks: Mapping[str, Collection[str]], teams: Iterable[Team]) -> Mapping[str, set[date]]:
    """By subject, the weeks that are settled, whatever key the team had then."""
    present = {key: team.key for team in teams for key in team.keys}
    found: dict[str, set[date]] = {}
    for subject, slots in weeks.items():
        team, channel = subject.split(" ", 1)
        found.setdefault(f"{present.get(team, team)} {channel}", set()).update(map(date.fromisoformat, slots))
    return found


def _run(deps: Deps, turn: Turn) -> Effect:
    week, now = date.fromisoformat(turn.slot), deps.clock()
    wanted = next((each for each in _subscriptions(deps) if _subject(each) == turn.subject), None)
    keys = () if wanted is None else keys_of(wanted, deps.teams())
    made = None if wanted is None or _snoozed(deps, wanted, keys, now) else _made(deps, wanted, week)
    if wanted is None or made is None:  # snoozed, or gone since it became due
        return nothing
    told = Told(Kind.DIGEST, wanted.team, wanted.channel, week, now, made.body)
    outgoing = tuple(_outgoing(told, made.messages))

    def effect(connection: Connection) -> None:
        if tell(connection, told, keys):
            enqueue(connection, outgoing, now)

    return effect


@dataclass(frozen=True, slots=True)
class _Made:
    body: str
    """What is kept of it."""
    messages: tuple[Message, tuple[Message, ...]]


def _made(deps: Deps, wanted: Subscription, week: date) -> _Made | None:
    """One team's digest, or that of all; None for a team that there is no more."""
    teams, now = deps.teams(), deps.clock.moment()
    if wanted.team == ORGANISATION:
        everyone = organisation_digest(deps.database, teams, now, week, wanted.channel)
        return _Made(everyone.model_dump_json(), organisation_messages(everyone))
    team = next((each for each in teams if each.key == wanted.team), None)
    if team is None:
        return None
    one = digest(deps.database, team, now, week, channel=wanted.channel, zone=wanted.slot.zone)
    return _Made(told_of(one).model_dump_json(), digest_messages(one))


def keys_of(wanted: Subscription, teams: Iterable[Team]) -> tuple[str, ...]:
    """Under which its team was told anything."""
    return next((team.keys for team in teams if team.key == wanted.team), (wanted.team,))


def _snoozed(deps: Deps, wanted: Subscription, keys: Collection[str], now: float) -> bool:
    with deps.database.reading() as connection:
        until = snoozed_until(connection, Kind.DIGEST, keys, wanted.channel)
    return until is not None and until > now


def _subscriptions(deps: Deps) -> Sequence[Subscription]:
    with deps.database.reading() as connection:
        return composed(deps.subscriptions, kept_subscriptions(connection, deps.teams()))


def _enrol(deps: Deps, new: Sequence[Subscription], now: float) -> None:
    if not new:
        return
    with deps.database.writing() as connection:
        settle(connection, (_turn(each, reported_week(each.slot, now)) for each in new), now)


def _zones(teams: Sequence[Team], now: float) -> Mapping[str, ZoneInfo]:
    """Whose week ends when; that of all teams together where the day begins last."""
    zones = {team.key: team.zone for team in teams}
    today = moment(now).date()
    return {**zones, ORGANISATION: max(zones.values(), key=lambda zone: midnight(today, zone), default=ZoneInfo("UTC"))}


def _outgoing(told: Told, messages: tuple[Message, tuple[Message, ...]]) -> Iterator[Outgoing]:
    main, thread = messages
    yield Outgoing(told.key, 0, told.channel, "post", main)
    for part, reply in enumerate(thread, start=1):
        yield Outgoing(told.key, part, told.channel, "reply", reply, parent=0)


def _subject(wanted: Subscription) -> str:
    """A team's key has no space, so that this names one subscription."""
    return f"{wanted.team} {wanted.channel}"


def _turn(wanted: Subscription, week: date) -> Turn:
    return Turn("digest", _subject(wanted), week.isoformat())


DIGEST = Job("digest", _due, _run)
