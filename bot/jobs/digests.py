"""The job `digest`: each channel's weekly digest, at its hour or as soon as the bot is there again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.answers.digest import digest, told_of
from bot.answers.organisation import organisation_digest
from bot.blocks.digest import digest_messages
from bot.blocks.message import Message
from bot.blocks.organisation import organisation_messages
from bot.calendar import midnight, moment
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, Job, nothing
from bot.schedule import ORGANISATION, Kind, Subscription, composed, due_digests, reported_week
from bot.store.ledger import Turn, settle, settled
from bot.store.outbox import Outgoing, enqueue
from bot.store.replies import snoozed_until
from bot.store.subscriptions import kept_subscriptions
from bot.store.told import Told, tell
from bot.teams import Team


def _due(deps: Deps, now: float) -> Iterator[Turn]:
    """The newest week of each subscription; the first time that there is one, the next slot is the first to count."""
    wanted = [each for each in _subscriptions(deps) if Kind.DIGEST in each.kinds]
    with deps.database.reading() as connection:
        weeks = settled(connection, "digest")
    _enrol(deps, [each for each in wanted if _subject(each) not in weeks], now)
    known = [each for each in wanted if _subject(each) in weeks]
    done = {(each.team, each.channel): set(map(date.fromisoformat, weeks[_subject(each)])) for each in known}
    return (_turn(due.subscription, due.week) for due in due_digests(known, _zones(deps.teams(), now), done, now))


def _run(deps: Deps, turn: Turn) -> Effect:
    week, now = date.fromisoformat(turn.slot), deps.clock()
    wanted = next((each for each in _subscriptions(deps) if _subject(each) == turn.subject), None)
    made = None if wanted is None or _snoozed(deps, wanted, now) else _made(deps, wanted, week)
    if wanted is None or made is None:  # snoozed, or gone since it became due
        return nothing
    told = Told(Kind.DIGEST, wanted.team, wanted.channel, week, now, made.body)
    outgoing = tuple(_outgoing(wanted, week, made.messages))

    def effect(connection: Connection) -> None:
        if tell(connection, told):
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


def _snoozed(deps: Deps, wanted: Subscription, now: float) -> bool:
    with deps.database.reading() as connection:
        until = snoozed_until(connection, Kind.DIGEST, wanted.team, wanted.channel)
    return until is not None and until > now


def _subscriptions(deps: Deps) -> Sequence[Subscription]:
    with deps.database.reading() as connection:
        return composed(deps.subscriptions, kept_subscriptions(connection))


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


def _outgoing(wanted: Subscription, week: date, messages: tuple[Message, tuple[Message, ...]]) -> Iterator[Outgoing]:
    main, thread = messages
    key = f"digest:{wanted.team}:{wanted.channel}:{week}"
    yield Outgoing(key, 0, wanted.channel, "post", main)
    for part, reply in enumerate(thread, start=1):
        yield Outgoing(key, part, wanted.channel, "reply", reply, parent=0)


def _subject(wanted: Subscription) -> str:
    """A team's key has no space, so that this names one subscription."""
    return f"{wanted.team} {wanted.channel}"


def _turn(wanted: Subscription, week: date) -> Turn:
    return Turn("digest", _subject(wanted), week.isoformat())


DIGEST = Job("digest", _due, _run)
