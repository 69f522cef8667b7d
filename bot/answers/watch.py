"""What the regression watch sees of a team, with its evidence: from the store, or from events at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answers.looks import lookout
from bot.answers.parts import evidence_part
from bot.answers.picture import picture
from bot.answers.report import READ_WEEKS, end_of_windows
from bot.calendar import WEEK, moment, week_start
from bot.metrics.attribution import attribute
from bot.metrics.facts import TeamEvents
from bot.metrics.level import TrendVerdict
from bot.metrics.measure import Metric
from bot.metrics.reach import Reach, reach
from bot.metrics.visibility import visibility
from bot.reading.cell import cell
from bot.reading.evidence import evidence
from bot.reading.first_step import first_step
from bot.reading.not_yet import not_yet
from bot.reading.picture import Picture
from bot.reading.rules import decide
from bot.regression.lookout import Lookout
from bot.regression.looks import LOOKS, Finding
from bot.regression.relationships import relationships
from bot.regression.trends import trends
from bot.regression.watch import State
from bot.regression.watch_score import FASTER
from bot.regression_report import LookPart, Moved, Speed, Stability, TeamWatch
from bot.store.database import Database
from bot.store.events import team_events
from bot.store.sight import Sight
from bot.team_report import Evidence
from bot.teams import Team
from bot.words import readings, regressions
from bot.words.evidence import sentence

# States in which there is something to act on.
SEEN = frozenset({State.PINGING, State.RE_ARMING, State.WATCHING})


def watched(
    database: Database, team: Team, now: datetime, as_of: datetime | None = None, weeks: int = LOOKS
) -> TeamWatch:
    """What the watch sees after so many weekly looks, the last one on the Monday at or before `as_of`.

    Raises:
        StoreError: when the database can't be read.
    """
    at = end_of_windows(team, now, as_of)
    monday = week_start(at, team.zone)
    with database.reading() as connection:
        within = reach(Sight().of(connection, team), at)
        begin = max(monday - READ_WEEKS * WEEK, within.loaded_from or 0.0)
        events = team_events(connection, team, begin, monday)
    return team_watch(events, team, at, lookout(database, team, at, within, weeks), within)


def team_watch(events: TeamEvents, team: Team, at: float, seen: Lookout, within: Reach) -> TeamWatch:
    """What some looks have come to, beside what the events say as they were known at the newest of them. Pure."""
    newest = seen.looks[-1]
    facts = replace(attribute(events, team, newest.at), loaded_from=within.loaded_from)
    sight = visibility(facts, within.seen_since)
    moved = trends(facts, team, sight)
    state = seen.state(unread=bool(within.silent))
    found = seen.found if seen.up else newest.found
    told = _grounds(picture(events, team, newest.at, None, within, lookout=seen)) if state in SEEN else Grounds()
    return TeamWatch(
        team=team.key,
        name=team.name,
        timezone=team.zone.key,
        as_of=moment(at),
        week=newest.week.isoformat(),
        state=state.value,
        score=newest.score,
        since=_since(found),
        speed=_speed(found, moved),
        stability=_stability(found, moved),
        relationships=relationships(facts, team, moved, sight),
        evidence=told.evidence,
        first=told.first,
        not_yet=told.not_yet,
        why_silent=regressions.why_silent(seen, within.silent, team),
        needs=regressions.needs(newest.why),
        looks=_looks(seen),
    )


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for a regression, and what to do about it; nothing where none is seen."""

    evidence: tuple[Evidence, ...] = ()
    first: str | None = None
    not_yet: str | None = None


def _grounds(known: Picture) -> Grounds:
    """As the reading has them while the watch is up, whether or not it is."""
    told = replace(known, signs=replace(known.signs, watch_up=True))
    match = decide(told.levels, told.trends, told.signs)[0]
    keys = not_yet(match, cell(told.levels, told.trends, told.signs))
    return Grounds(
        evidence=tuple(map(evidence_part, evidence(match, told))),
        first=sentence(first_step(match, told)),
        not_yet=" ".join(readings.not_yet(key)[0] for key in keys),
    )


def _since(found: Finding | None) -> str | None:
    """Of a speed-up that is not seen there is no beginning."""
    if found is None or found.since is None or found.faster < FASTER:
        return None
    return found.since.isoformat()


def _speed(found: Finding | None, trends: Mapping[Metric, TrendVerdict]) -> Speed:
    return Speed(
        probability=None if found is None else found.faster,
        deployment_frequency=_moved(trends[Metric.DEPLOYMENT_FREQUENCY]),
        lead_time=_moved(trends[Metric.LEAD_TIME]),
    )


def _stability(found: Finding | None, trends: Mapping[Metric, TrendVerdict]) -> Stability:
    return Stability(
        probability=None if found is None else found.worse,
        change_failure_rate=_moved(trends[Metric.CHANGE_FAILURE_RATE]),
        recovery_time=_moved(trends[Metric.RECOVERY_TIME]),
    )


def _moved(trend: TrendVerdict) -> Moved:
    if trend.effect is None:
        return Moved(ratio=None, interval=None)
    return Moved(ratio=trend.effect.ratio, interval=trend.effect.interval)


def _looks(seen: Lookout) -> tuple[LookPart, ...]:
    return tuple(
        LookPart(week=look.week.isoformat(), score=look.score, ping=watch.pings)
        for look, watch in zip(seen.looks, seen.watches, strict=True)
    )
