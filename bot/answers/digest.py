"""The weekly digest of a team: its week, how it stands to what was told before, and the report at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.answers.compose import NAME, moved
from bot.answers.corrections import corrections
from bot.answers.course import EARLIER_WEEKS, Named, course_since, named, named_as_told
from bot.answers.past import Past, past
from bot.answers.precision import is_first_of_quarter, precision
from bot.answers.quiet import is_quiet
from bot.answers.report import composed, with_sources
from bot.answers.said_since import Said, changes, links, said_since
from bot.answers.week_figures import week_figures
from bot.answers.weekly_watch import gaps, watched
from bot.calendar import local_date, week_start
from bot.digest_report import Course, Digest, DigestTold, WeekTold
from bot.metrics.history import history
from bot.reading.picture import Picture
from bot.reading.read import read
from bot.schedule import Kind
from bot.store.database import Database
from bot.store.told import Told, last_told, normal_since, pings_told
from bot.teams import Team
from bot.words import digest as words
from bot.words.visible import cut, visible

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Before:
    """What the channel was told last, and of which week; and the week of a ping that ended as the team's normal.

    `said` is what people said of events since then, `pings` those about the team, where it is time to tell of them.
    """

    week: date | None = None
    digest: DigestTold | None = None
    normal_since: date | None = None
    said: Said = field(default_factory=Said)
    pings: Sequence[Told] = ()


def last_complete_week(team: Team, now: datetime) -> date:
    """The Monday of the newest week that is over in the team's zone."""
    return local_date(week_start(now.timestamp(), team.zone), team.zone) - WEEK


def digest(
    database: Database,
    team: Team,
    now: datetime,
    week: date | None = None,
    *,
    channel: str | None = None,
    zone: ZoneInfo | None = None,
) -> Digest:
    """What a channel is told of a week, named by any day of it; by default of the last complete one.

    Everything in it is as of the Monday after that week. `channel` is the team's own unless given, and `zone` that of
    its clocks.

    Raises:
        StoreError: when the database can't be read.
    """
    monday = last_complete_week(team, now) if week is None else week - timedelta(days=week.weekday())
    posted_to = team.channel if channel is None else channel
    known = past(database, team, monday + WEEK)
    before = _before(database, known, posted_to, monday)
    return digest_of(known, before, monday, posted_to, zone or team.zone)


def told_of(digest: Digest) -> DigestTold:
    """What the next digest will be held against."""
    reading, course = digest.report.reading, digest.course
    return DigestTold(
        rule=reading.rule,
        pattern=reading.pattern,
        diagnosis=reading.diagnosis,
        investment=reading.next_investment.key,
        title=reading.title,
        streak_weeks=course.streak_weeks,
        streak_whole=course.streak_whole,
        gaps=digest.gaps,
        weeks=tuple(WeekTold(**each.model_dump(exclude={"failure_hours"})) for each in digest.report.history),
    )


def _before(database: Database, known: Past, channel: str | None, week: date) -> Before:
    keys = known.team.keys
    with database.reading() as connection:
        told = None if channel is None else last_told(connection, Kind.DIGEST, keys, channel, week)
        normal = normal_since(connection, keys, week)
        due = is_first_of_quarter(week, None if told is None else told.period)
        pings = pings_told(connection, keys) if due else ()
    return Before(
        week=None if told is None else told.period,
        digest=None if told is None else DigestTold.model_validate_json(told.body),
        normal_since=normal,
        said=said_since(database, known, told),
        pings=pings,
    )


def digest_of(known: Past, before: Before, week: date, channel: str | None, zone: ZoneInfo) -> Digest:
    """The same of what is known, and of what was told before; pure."""
    picture = known.at(week + WEEK)
    reading = read(picture)
    report = with_sources(composed(picture, reading), known.heard, known.feeds)
    course = _course(known, named(reading.headline), before, week)
    watch, missing = watched(picture, reading, report, before.normal_since), gaps(picture, report)
    new = before.digest is not None and not {*missing} <= {*before.digest.gaps}
    return Digest(
        team=known.team.key,
        name=cut(visible(known.team.name), NAME),
        channel=channel,
        zone=zone.key,
        week=week,
        course=course,
        figures=week_figures(picture),
        movers=moved(picture, weeks=1),
        said=links(before.said),
        watch=watch,
        corrections=(*changes(before.said, picture), *_corrections(known, picture, before)),
        precision=precision(before.pings, week),
        gaps=missing,
        quiet=not watch and not new and is_quiet(picture, reading, course),
        report=report,
    )


def _course(known: Past, now: Named, before: Before, week: date) -> Course:
    """Against what was told last; of the weeks since then, as many as are read again, against what was known then."""
    untold = EARLIER_WEEKS + 1 if before.week is None else (week - before.week) // WEEK - 1
    mondays = (week - back * WEEK for back in range(min(untold, EARLIER_WEEKS)))
    loaded = [monday for monday in mondays if known.loaded_before(monday)]
    told = before.digest if len(loaded) == untold else None
    return course_since(now, told, (_read_then(known, monday) for monday in loaded))


def _read_then(known: Past, monday: date) -> Named | None:
    return named(known.headline(monday)) if known.began_before(monday) else None


def _corrections(known: Past, picture: Picture, before: Before) -> tuple[str, ...]:
    """What is known otherwise by now of the weeks that were told, and whether the reading would have been another."""
    if before.digest is None or before.week is None:
        return ()
    found = corrections(before.digest, history(picture.facts, picture.team, picture.visibility))
    if not found:
        return ()
    told, now = named_as_told(before.digest), _read_then(known, before.week + WEEK)
    if now is None or now.same_as(told):
        return found
    return (*found, words.would_read(before.week, now.title, told.title))
