"""The job `watch`: after each refresh, team by team, what the watch has to say now is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from bot.answers.looks import lookout
from bot.calendar import day_start
from bot.jobs.asked import asked_until
from bot.jobs.deps import Deps
from bot.jobs.job import Effect, Job, nothing
from bot.jobs.pings import Tidings, say
from bot.jobs.team_by_team import team_by_team
from bot.metrics.reach import reach
from bot.regression.looks import Look
from bot.regression.telling import ToTell, to_tell
from bot.schedule import Kind, Subscription, composed
from bot.store.ledger import Turn, newest_runs, settle, settled
from bot.store.sight import Sight
from bot.store.subscriptions import kept_subscriptions
from bot.store.told import Told, pings_told
from bot.teams import Team

# Of each team the week of the first live look that found anything: it tells nothing.
FIRST_LOOK = "first_look"


def _due(deps: Deps, _now: float) -> Iterator[Turn]:
    """Once for every refresh that ended, well or not: one team that fails keeps no other's ping back.

    And once more when all sources were asked: that may bring nothing new, and yet what is known is whole by then.
    """
    with deps.database.reading() as connection:
        refreshed = [run for run in newest_runs(connection, "refresh") if run.ended_at is not None]
    asked = asked_until(deps)
    return (Turn("watch", "", f"{run.turn.slot} {run.attempts} {asked:.0f}") for run in refreshed)


def _run(deps: Deps, _turn: Turn) -> Effect:
    """Each team's words are kept as soon as they are found, together with the record that they were told."""
    wanted, sight, asked = _by_team(deps), Sight(still=True), asked_until(deps)
    team_by_team(deps, lambda team: _look(deps, team, wanted.get(team.key, ()), sight, asked))
    return nothing


def _by_team(deps: Deps) -> Mapping[str, Sequence[Subscription]]:
    with deps.database.reading() as connection:
        every = composed(deps.subscriptions, kept_subscriptions(connection, deps.teams()))
    wanted: dict[str, list[Subscription]] = {}
    for each in every:
        if Kind.PING in each.kinds:
            wanted.setdefault(each.team, []).append(each)
    return wanted


def _look(deps: Deps, team: Team, wanted: Sequence[Subscription], sight: Sight, asked: float) -> None:
    """Nothing is told while what is known of the team is too little, not whole, or older than the newest look."""
    now = deps.clock()
    at = day_start(now, team.zone)
    with deps.database.reading() as connection:
        within = reach(sight.of(connection, team), at)
        told = pings_told(connection, team.keys)
        looked = settled(connection, FIRST_LOOK)
    live = {week for key in team.keys for week in looked.get(key, ())}
    seen = lookout(deps.database, team, at, within)
    if within.silent or within.loaded_from is not None or seen.newest is None or seen.newest.found is None:
        return
    if asked < seen.newest.at:
        return
    first = min(map(date.fromisoformat, live), default=seen.newest.week)
    if not live:
        with deps.database.writing() as connection:
            settle(connection, [Turn(FIRST_LOOK, team.key, first.isoformat())], now)
    say(deps.database, Tidings(team, _by_channel(seen.looks, told, wanted, first), told, tuple(wanted)), now)


def _by_channel(
    looks: Sequence[Look], told: Sequence[Told], wanted: Iterable[Subscription], first: date
) -> Mapping[str, ToTell]:
    """By what each was told: one that had snoozed hears later of what lasts, also where another one heard at once.

    One that was told nothing yet goes by what the others were before this look: it asks for no news of before, but may
    be told later in the same week, because its day begins later or the process was killed in between.
    """
    newest = max((each.period for each in told if each.period < looks[-1].week), default=None)
    own = {each.channel: each.period for each in told}  # the oldest come first
    return {
        channel: to_tell(looks, own.get(channel, newest), first)
        for channel in {*own, *(each.channel for each in wanted)}
    }


WATCH = Job("watch", _due, _run)
