"""What a digest told about weeks that are known otherwise by now; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.digest_report import DigestTold, WeekTold
from bot.metrics.history import Week
from bot.metrics.measure import Metric
from bot.words import digest as words
from bot.words import metrics

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
        yield words.failures(now.failed, now.deployments), words.failures_told(then.failed, then.deployments)
    durations = (
        (Metric.LEAD_TIME, now.lead_time, then.lead_time),
        (Metric.RECOVERY_TIME, now.recovery_time, then.recovery_time),
    )
    for metric, known, told in durations:
        if known is not None and told is not None and abs(known - told) > NOTABLE * max(known, told):
            yield f"{metrics.subject(metric)} {metrics.value(metric, known)}", metrics.value(metric, told)
