"""Relationships between metrics that the trends show now, each a rule of its own; `words` says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.calendar import DAY, Window, days_before
from bot.metrics.facts import Facts
from bot.metrics.level import Trend, TrendVerdict
from bot.metrics.measure import Metric
from bot.metrics.visibility import Visibility
from bot.regression.eras import Eras, eras
from bot.regression.gates import gates
from bot.regression.shares import rise_probability
from bot.regression.slices import failure_share
from bot.regression.stage_growth import recovery_growth
from bot.regression.validation import (
    BEYOND,
    CERTAIN,
    DEBT_POINTS,
    checks_compared,
    evidence_of_tests,
    review_debt,
    reviews_compared,
)
from bot.teams import Team

LASTING_WEEKS = 26  # an improvement that lasts has not cost stability for half a year
DETECTION_FELL = 0.9  # of its earlier share of the recovery time
LEAST_TIMED = 3  # recoveries that know their stages


@dataclass(frozen=True)
class Seen:
    """What the rules ask, each computed once and only when asked."""

    facts: Facts
    team: Team
    trends: Mapping[Metric, TrendVerdict]
    visibility: Visibility

    def improving(self, metric: Metric) -> bool:
        return self._trend(metric) is Trend.IMPROVING

    def worsening(self, metric: Metric) -> bool:
        return self._trend(metric) is Trend.WORSENING

    def unknown(self, metric: Metric) -> bool:
        return self._trend(metric) is Trend.UNKNOWN

    def _trend(self, metric: Metric) -> Trend:
        verdict = self.trends.get(metric)
        return Trend.UNKNOWN if verdict is None else verdict.trend

    @cached_property
    def spans(self) -> Eras:
        return eras(self.facts, self.team, self.trends)

    @cached_property
    def half_year(self) -> Eras:
        """The last 26 weeks against the baseline weeks before them."""
        end, before = self.spans.recent.end, self.spans.baseline
        start = days_before(end, LASTING_WEEKS * 7, self.team.zone)
        recent = Window(start, end, LASTING_WEEKS * 7)
        if before is None or before.start >= start:
            return Eras(recent, None)
        until = min(before.end, start)
        return Eras(recent, Window(before.start, until, round((until - before.start) / DAY)))


def _frequency_without_testing(seen: Seen) -> bool:
    """More deployments fail more often, and no rise of test evidence went with them."""
    moved = seen.improving(Metric.DEPLOYMENT_FREQUENCY) and seen.worsening(Metric.CHANGE_FAILURE_RATE)
    return moved and evidence_of_tests(seen.facts, seen.spans) == "not_up"


def _review_skipped(seen: Seen) -> bool:
    """Lead time fell mainly in review while more is merged unreviewed."""
    return seen.improving(Metric.LEAD_TIME) and review_debt(seen.facts, seen.spans)


def _tolerance_for_failures(seen: Seen) -> bool:
    """Failures are mended sooner and happen more often."""
    return seen.improving(Metric.RECOVERY_TIME) and seen.worsening(Metric.CHANGE_FAILURE_RATE)


def _fewer_failures_by_shipping_less(seen: Seen) -> bool:
    """Fewer deployments fail, but fewer go out or gates stop more."""
    if not seen.improving(Metric.CHANGE_FAILURE_RATE):
        return False
    return seen.worsening(Metric.DEPLOYMENT_FREQUENCY) or gates_block_more(seen.facts, seen.spans)


def _genuine_improvement(seen: Seen) -> bool:
    """Faster, and for 26 weeks no less stable, with reviews and checks as before."""
    faster = seen.improving(Metric.DEPLOYMENT_FREQUENCY) or seen.improving(Metric.LEAD_TIME)
    return faster and _stability_kept(seen) and _validation_kept(seen)


def _recovery_supports_reliability(seen: Seen) -> bool:
    """Recovery fell after its share of detection did, and reliability rose."""
    both = seen.improving(Metric.RECOVERY_TIME) and seen.improving(Metric.RELIABILITY)
    return both and _detection_fell(seen)


RULES: Mapping[str, Callable[[Seen], bool]] = {
    "frequency_without_testing": _frequency_without_testing,
    "review_skipped": _review_skipped,
    "tolerance_for_failures": _tolerance_for_failures,
    "fewer_failures_by_shipping_less": _fewer_failures_by_shipping_less,
    "genuine_improvement": _genuine_improvement,
    "recovery_supports_reliability": _recovery_supports_reliability,
}


def relationships(
    facts: Facts, team: Team, trends: Mapping[Metric, TrendVerdict], visibility: Visibility
) -> tuple[str, ...]:
    """The keys of the relationships that hold at `facts.as_of`."""
    seen = Seen(facts, team, trends, visibility)
    return tuple(key for key, holds in RULES.items() if holds(seen))


def gates_block_more(facts: Facts, spans: Eras) -> bool:
    """Whether the share of attempts that gates stop rose by over a tenth."""
    if spans.baseline is None:
        return False
    now, before = gates(facts, spans.recent).blocked, gates(facts, spans.baseline).blocked
    return bool(now.of and before.of) and rise_probability(now, before, factor=BEYOND) >= CERTAIN


def _stability_kept(seen: Seen) -> bool:
    stability = (Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME)
    if not seen.visibility.visible or seen.unknown(Metric.CHANGE_FAILURE_RATE) or any(map(seen.worsening, stability)):
        return False
    recent, before = (failure_share(seen.facts, era) for era in (seen.half_year.recent, seen.half_year.baseline))
    if not before.of or rise_probability(recent, before, factor=BEYOND) >= CERTAIN:
        return False
    growth = recovery_growth(seen.facts, seen.half_year)
    return growth is None or growth.p_up < CERTAIN


def _validation_kept(seen: Seen) -> bool:
    reviews, checks = reviews_compared(seen.facts, seen.spans), checks_compared(seen.facts, seen.spans)
    return reviews.known and not any(each.rose(CERTAIN, points=DEBT_POINTS) for each in (reviews, checks))


def _detection_fell(seen: Seen) -> bool:
    """Recovery counts by its end, so detection that fell within the recent weeks fell no later than recovery did."""
    now, before = (_detection(seen.facts, era) for era in (seen.spans.recent, seen.spans.baseline))
    return now is not None and before is not None and now <= DETECTION_FELL * before


def _detection(facts: Facts, era: Window | None) -> float | None:
    timed = [
        fact.stages
        for fact in facts.recoveries
        if era is not None and fact.ended_at is not None and fact.ended_at in era and "detect" in fact.stages
    ]
    total = sum(sum(stages.values()) for stages in timed)
    return sum(stages["detect"] for stages in timed) / total if len(timed) >= LEAST_TIMED and total > 0 else None
