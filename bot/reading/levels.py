"""A metric's level: settled by the shortest window that is sure enough, else by what it last was, else by its side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Protocol

from bot.calendar import week_start, week_starts
from bot.metrics.facts import Facts
from bot.metrics.level import Level, LevelVerdict
from bot.metrics.measure import Metric
from bot.metrics.visibility import Visibility
from bot.reading.posteriors import POSTERIORS, Posterior
from bot.reading.reliability_level import reliability_level
from bot.reading.settling import Rung, Settled, ladder, settle
from bot.reading.sight import Sight
from bot.reading.unsettled import LEAST, ever_known, missing, times_missing, untested
from bot.teams import Team

WEEKS_BACK = 26  # how far back the level that was last settled is looked for


class Recall(Protocol):
    """What the levels of some metrics look at, as it was known at an earlier instant."""

    def __call__(self, at: float, asked: AbstractSet[Metric], /) -> Facts: ...


def settle_levels(
    facts: Facts, team: Team, visibility: Visibility, known_at: Recall, window_days: int | None = None
) -> Mapping[Metric, LevelVerdict]:
    """The five levels. Of earlier week ends is asked as little as can be: newest first, while a level waits for it."""
    rungs = ladder(window_days)
    sight = Sight(facts, team, visibility, rungs[-1].days)
    verdicts = {metric: _now(metric, sight, rungs) for metric in POSTERIORS}
    waiting = tuple(metric for metric, verdict in verdicts.items() if verdict is None)
    earlier = _last_settled(waiting, sight, known_at, rungs)
    settled = {
        metric: verdict or _borderline(metric, sight, rungs[-1], earlier.get(metric))
        for metric, verdict in verdicts.items()
    }
    fixed = None if window_days is None else sight.window(window_days)
    return settled | {Metric.RELIABILITY: reliability_level(facts, team, visibility, fixed)}


def _now(metric: Metric, sight: Sight, rungs: tuple[Rung, ...]) -> LevelVerdict | None:
    """What today's facts alone say; None where only the past or the side of the band can tell."""
    settled = settle(metric, sight, rungs)
    if settled is not None:
        return _capped(metric, sight, _stated(metric, sight, settled), settled.posterior)
    window = sight.window(rungs[-1].days)
    if metric is Metric.RECOVERY_TIME and untested(sight):
        return LevelVerdict(Level.HEALTHY, window, low_confidence=True, untested=True)
    if not ever_known(metric, sight) or (metric is Metric.RECOVERY_TIME and times_missing(sight, window)):
        return LevelVerdict(Level.UNKNOWN, window, why_unknown=missing(metric, sight, window))
    return None


def _stated(metric: Metric, sight: Sight, settled: Settled) -> LevelVerdict:
    return LevelVerdict(
        level=settled.level,
        window=sight.window(settled.rung.days),
        certainty=settled.certainty,
        low_confidence=settled.few or _told_by_signs(metric, sight),
    )


def _told_by_signs(metric: Metric, sight: Sight) -> bool:
    """Whether failures are seen only by what deployments and changes themselves show."""
    return metric is Metric.CHANGE_FAILURE_RATE and sight.visibility.low_confidence


def _capped(metric: Metric, sight: Sight, verdict: LevelVerdict, posterior: Posterior) -> LevelVerdict:
    """At most borderline: failures mostly told by time, or a healthy recovery while one lasts beyond the band.

    An incident that lasts so long speaks for a poor recovery, so it can't make that one less sure.
    """
    inferred = metric is Metric.CHANGE_FAILURE_RATE and posterior.mostly_inferred
    healthy = verdict.level is Level.HEALTHY
    lasting = metric is Metric.RECOVERY_TIME and healthy and sight.open_beyond_band
    return replace(verdict, borderline=True) if inferred or lasting else verdict


def _last_settled(
    metrics: Iterable[Metric], sight: Sight, known_at: Recall, rungs: tuple[Rung, ...]
) -> Mapping[Metric, Level]:
    """The level that each metric had at the newest of the preceding week ends at which it was settled."""
    waiting, found = set(metrics), dict[Metric, Level]()
    for end in _week_ends(sight):
        if not waiting:
            break
        then = Sight(known_at(end, waiting), sight.team, sight.visibility, sight.days)
        settled = {metric: settle(metric, then, rungs) for metric in waiting}
        found |= {metric: each.level for metric, each in settled.items() if each is not None}
        waiting -= found.keys()
    return found


def _week_ends(sight: Sight) -> Iterable[float]:
    """The 26 Mondays before `as_of`, newest first, as far back as there was something to know."""
    first, zone = sight.history_start or sight.as_of, sight.team.zone
    ends = (*week_starts(sight.as_of, WEEKS_BACK, zone), week_start(sight.as_of, zone))
    before = [end for end in ends if end < sight.as_of][-WEEKS_BACK:]
    return (end for end in reversed(before) if end > first)


def _borderline(metric: Metric, sight: Sight, longest: Rung, earlier: Level | None) -> LevelVerdict:
    """What it last was; else the side of the band on which its value lies; else unknown."""
    window = sight.window(longest.days)
    posterior = POSTERIORS[metric](sight, window)
    if earlier is None and (posterior is None or posterior.n < LEAST[metric]):
        return LevelVerdict(Level.UNKNOWN, window, why_unknown=missing(metric, sight, window))
    level = earlier or (Level.POOR if posterior is not None and posterior.poor else Level.HEALTHY)
    return LevelVerdict(
        level=level,
        window=window,
        borderline=True,
        certainty=None if posterior is None else max(0.5, posterior.of(level)),
        low_confidence=earlier is None or _told_by_signs(metric, sight),
        held=earlier is not None and (posterior is None or posterior.poor != (earlier is Level.POOR)),
    )
