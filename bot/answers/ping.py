"""The ping of one team, and how things stand when it is over or lasts; from the same picture as the digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.answers.compose import NAME, at_first_step
from bot.answers.past import past
from bot.answers.report import composed
from bot.ping_report import Ping, Since
from bot.reading.cell import SPEED
from bot.reading.picture import Picture
from bot.reading.read import read
from bot.regression.aftermath import WITHIN, Ending, ending
from bot.regression.watch_score import ENDED
from bot.store.database import Database
from bot.team_report import Mover, TeamReport
from bot.teams import Team
from bot.words import ping as words
from bot.words.visible import cut, visible

WEEK = timedelta(weeks=1)
MOST_LINKED = 3


def ping(database: Database, team: Team, week: date, zone: ZoneInfo | None = None) -> Ping:
    """What is told at the look of a week, named by its Monday; `zone` is that of the channel's clocks.

    Raises:
        StoreError: when the database can't be read.
    """
    known = past(database, team, week + WEEK)
    picture = known.at(week + WEEK)
    reading = read(picture)
    there = at_first_step(picture, reading)
    return ping_of(picture, composed(picture, reading), week, zone or team.zone, there)


def since_ping(database: Database, told: Ping, team: Team, week: date) -> Since:
    """How things stand at the look of a later week.

    Raises:
        StoreError: when the database can't be read.
    """
    return since_of(past(database, team, week + WEEK).at(week + WEEK), told.week, week)


def ping_of(picture: Picture, report: TeamReport, week: date, zone: ZoneInfo, at_first: Sequence[Mover] = ()) -> Ping:
    """The ping of a picture and its report; pure. Of `at_first`, failures at the place to begin with, one is linked."""
    found, name = picture.lookout.found, cut(visible(picture.team.name), NAME)
    since = None if found is None else found.since
    reading = report.reading
    lines = (words.moves(picture.trends), words.looks_like(reading.relationships), words.overall(picture.net))
    return Ping(
        team=report.team,
        zone=zone.key,
        week=week,
        as_of=report.as_of,
        score=None if found is None else found.score,
        since=since,
        relationships=reading.relationships,
        says=words.told(name, since),
        figures=tuple(line for line in lines if line is not None),
        first=reading.next_investment.first_step,
        not_yet=" ".join(each.what for each in reading.not_yet),
        movers=_linked(report.movers, at_first[:1]),
        said=words.had_told(name, week, since),
    )


def _linked(movers: Sequence[Mover], begin: Sequence[Mover]) -> tuple[Mover, ...]:
    """What moved most, after that with which to begin."""
    return (*begin, *(each for each in movers if each not in begin))[:MOST_LINKED]


def since_of(picture: Picture, told: date, week: date) -> Since:
    """How a picture at the look of a week stands to what was told at that of an earlier one; pure."""
    on, trends, found = week + WEEK, picture.trends, picture.lookout.found
    if found is not None and found.score >= ENDED:
        return Since(on=on, state="still", says=words.still(on, (week - told).days // 7, trends))
    if ending(trends) is Ending.NORMAL:
        return Since(on=on, state="normal", says=words.normal(on, trends))
    return Since(on=on, state="over", says=words.over(on, trends, faster=_faster(picture)))


def _faster(picture: Picture) -> bool:
    """Whether the speed has stayed."""
    often, lead = (picture.trends[metric].effect for metric in SPEED)
    return (often is not None and often.ratio >= WITHIN) or (lead is not None and lead.ratio <= 1 / WITHIN)
