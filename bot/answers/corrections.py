"""What a digest told about weeks that are known otherwise by now; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.digest_report import DigestTold, WeekTold
from bot.metrics.history import Week
from bot.metrics.measure import Metric
from bot.words import digest as words

MOST_NAMED = 2
# A median that moved by less is not worth a word.
NOTABLE = 0.1

Change = tuple[str, str]  # what is known now, and what was told


def corrections(told: DigestTold, known: Sequence[Week]) -> tuple[str, ...]:
    """One sentence a week, the newest first, and how many more weeks have changed."""
    by_now = {week.week: week for week in known}
    pairs = [(by_now[then.week], then) for then in reversed(told.weeks) if then.week in by_now]
    found = [(now.week, changes) for now, then in pairs if (changes := tuple(_changes(now, then)))]
    rest = len(found) - MOST_NAMED
    named = (words.corrected(week, changes) for week, changes in found[:MOST_NAMED])
    return (*named, *(words.corrected_too(rest) for _ in found[MOST_NAMED : MOST_NAMED + 1]))


def _changes(now: Week, then: WeekTold) -> Iterator[Change]:
    if (now.failed, now.deployments) != (then.failed, then.deployments):
        yield words.failures(now.failed, now.deployments), words.failures(then.failed, then.deployments)
    if _moved(now.lead_time, then.lead_time):
        yield words.duration(Metric.LEAD_TIME, now.lead_time), words.duration(Metric.LEAD_TIME, then.lead_time)
    if _moved(now.recovery_time, then.recovery_time):
        yield (
            words.duration(Metric.RECOVERY_TIME, now.recovery_time),
            words.duration(Metric.RECOVERY_TIME, then.recovery_time),
        )


def _moved(now: float | None, then: float | None) -> bool:
    if now is None or then is None:
        return now is not then
    return abs(now - then) > NOTABLE * max(now, then)
