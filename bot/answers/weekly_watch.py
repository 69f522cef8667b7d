"""What a digest asks to keep an eye on, and what data it lacks; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain

from bot.metrics.unknowns import Reason
from bot.reading.picture import Picture
from bot.reading.reading import Reading
from bot.regression.aftermath import Ending, ending
from bot.team_report import TeamReport
from bot.words import digest as words

# Trades of one side of delivery for the other that hold where another reading comes first.
MIRRORS = frozenset({"X2", "X3"})
# Relationships that are worth an eye, and the rules that tell of the same.
TOLD_BY: Mapping[str, frozenset[str]] = {
    "frequency_without_testing": frozenset({"X1", "T2", "X3"}),
    "fewer_failures_by_shipping_less": frozenset({"X2"}),
}


def watched(picture: Picture, reading: Reading, report: TeamReport, normal_since: date | None) -> tuple[str, ...]:
    """One sentence each. `normal_since`: the week of a regression that was told and ended as the team's normal."""
    normal = _normal(picture, reading, normal_since)
    return tuple(chain(report.watch, _mirrors(report), _relationships(reading), normal))


def gaps(picture: Picture, report: TeamReport) -> tuple[str, ...]:
    """What the data lack, the most damaging first, and at last what the watch waits for."""
    return (*(f"{each.missing} {each.effect} {each.fix}" for each in report.data), *_waits(picture))


def silent(picture: Picture) -> bool:
    """Whether a source has not been read lately, or nothing comes any more."""
    newest = picture.lookout.newest
    pushed = newest is not None and newest.why is not None and newest.why.reason == Reason.DATA_SILENT
    return pushed or bool(picture.reach.silent)


def _mirrors(report: TeamReport) -> Iterator[str]:
    return (each.says for each in report.reading.then if each.rule in MIRRORS)


def _relationships(reading: Reading) -> Iterator[str]:
    told = {reading.headline.rule, *(match.rule for match in reading.then)}
    for key in reading.relationships:
        if key in TOLD_BY and not TOLD_BY[key] & told:
            yield words.RELATIONSHIPS[key]


def _normal(picture: Picture, reading: Reading, since: date | None) -> Iterator[str]:
    """Named as long as failures and recovery are not back where they were, and no reading tells of it."""
    if since is not None and reading.headline.rule != "X1" and ending(picture.trends) is Ending.NORMAL:
        yield words.NORMAL.format(week=words.week_of(since))


def _waits(picture: Picture) -> Iterator[str]:
    if picture.reach.silent:
        yield words.SUSPENDED
        return
    newest = picture.lookout.newest
    if newest is not None and newest.why is not None and (line := words.watch_waits(newest.why)):
        yield line
