"""What became of the bot's own pings, told once a quarter; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from bot.digest_report import Precision
from bot.reply import Stance
from bot.store.told import Told

WEEK = timedelta(weeks=1)
# No ping before that can count: four quarters, and what has passed of the present one.
A_YEAR_AND_MORE = timedelta(weeks=67)


def is_first_of_quarter(week: date, told: date | None) -> bool:
    """Whether the digest of a week is a channel's first of a calendar quarter; `told`: the week that it was told last.

    A digest is of the day after its week, the Monday on which it may first be made.
    """
    before = week - WEEK if told is None else told
    return quarter(before + WEEK) != quarter(week + WEEK)


def precision(pings: Iterable[Told], week: date) -> Precision | None:
    """Of the pings told in the four quarters that ended before the digest of a week; None where none was told.

    A ping that came to several channels counts in each, for each may answer.
    """
    until = quarter(week + WEEK)
    since = until.replace(year=until.year - 1)
    answers = Counter(each.outcome for each in pings if since <= each.period + WEEK < until)
    told = answers.total()
    right, known, wrong = (answers[stance.value] for stance in (Stance.RIGHT, Stance.KNOWN, Stance.WRONG))
    if not told:
        return None
    return Precision(
        since=since,
        until=until,
        told=told,
        right=right,
        known=known,
        wrong=wrong,
        unanswered=told - right - known - wrong,
    )


def quarter(day: date) -> date:
    """The first day of the calendar quarter that holds a day."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
