"""What is worth an eye and calls for nothing yet."""

from __future__ import annotations

from bot.metrics.level import Effect, Trend
from bot.metrics.measure import Metric
from bot.reading.cell import CFR, RECOVERY
from bot.reading.claims import claim
from bot.reading.picture import Picture
from bot.reading.reading import Claim
from bot.regression.effects import effect
from bot.regression.eras import eras
from bot.regression.validation import (
    DEBT_CERTAIN,
    DEBT_POINTS,
    checks_compared,
    merged_by_people,
    review_debt,
    reviews_compared,
    unreviewed,
)

SURE = 0.99


def watch(picture: Picture) -> tuple[Claim, ...]:
    """A regression that is likely, validation debt, which shows before failures do, and stability that worsens."""
    found = (_regression(picture), *watched_speed(picture), _stability(picture))
    return tuple(claim for claim in found if claim is not None)


def watched_speed(picture: Picture) -> tuple[Claim, ...]:
    """Validation debt alone: for a headline that tells of the stability itself."""
    return tuple(claim for claim in (_review_debt(picture), _check_debt(picture)) if claim is not None)


def _regression(picture: Picture) -> Claim | None:
    """Stability that likely got worse in step with a speed-up, and not surely enough to tell anybody."""
    found = picture.lookout.found
    if found is None or found.since is None or not picture.lookout.worth_an_eye:
        return None
    return claim("regression_likely", metric=CFR, value=found.score, score=found.score, since=found.since.isoformat())


def _review_debt(picture: Picture) -> Claim | None:
    spans = eras(picture.facts, picture.team, picture.trends)
    if not _trend(picture, Metric.LEAD_TIME, Trend.IMPROVING) or not review_debt(picture.facts, spans):
        return None
    compared = reviews_compared(picture.facts, spans)
    return claim(
        "validation_debt",
        metric=Metric.LEAD_TIME,
        value=compared.recent.value,
        events=(change.key for change in reversed(merged_by_people(picture.facts, spans.recent)) if unreviewed(change)),
        now=compared.recent.value,
        before=compared.before.value,
        part=compared.recent.part,
        of=compared.recent.of,
        part_before=compared.before.part,
        of_before=compared.before.of,
        moved=_moved(picture),
    )


def _check_debt(picture: Picture) -> Claim | None:
    spans = eras(picture.facts, picture.team, picture.trends)
    compared = checks_compared(picture.facts, spans)
    faster = _trend(picture, Metric.LEAD_TIME, Trend.IMPROVING)
    if not faster or not compared.rose(DEBT_CERTAIN, points=DEBT_POINTS):
        return None
    return claim(
        "check_debt",
        metric=Metric.LEAD_TIME,
        value=compared.recent.value,
        now=compared.recent.value,
        before=compared.before.value,
        part=compared.recent.part,
        of=compared.recent.of,
        part_before=compared.before.part,
        of_before=compared.before.of,
        moved=_moved(picture),
    )


def _moved(picture: Picture) -> str:
    """Whether failures moved yet, as far as it is known."""
    verdict = picture.trends.get(CFR)
    if verdict is None or verdict.trend is Trend.UNKNOWN:
        return "unknown"
    return "yes" if verdict.trend is Trend.WORSENING else "no"


def _stability(picture: Picture) -> Claim | None:
    """Failure rate, or failure rate and recovery together, clearly up without any speed gained."""
    if any(_trend(picture, metric, Trend.IMPROVING) for metric in (Metric.DEPLOYMENT_FREQUENCY, Metric.LEAD_TIME)):
        return None
    failing, recovering = _effect(picture, CFR), _effect(picture, RECOVERY)
    if failing is not None and failing.p_up >= SURE:
        return _rise("failures_rise", failing, picture)
    if failing is None or recovering is None:
        return None
    both = effect((failing.estimate + recovering.estimate), failing.variance + recovering.variance)
    return _rise("failure_time_rises", both, picture) if both.p_up >= SURE else None


def _rise(key: str, rise: Effect, picture: Picture) -> Claim:
    keys = reversed(picture.measures.change_failure_rate.events)
    low, high = rise.interval
    return claim(key, metric=CFR, value=rise.ratio, events=keys, ratio=rise.ratio, low=low, high=high)


def _effect(picture: Picture, metric: Metric) -> Effect | None:
    verdict = picture.trends.get(metric)
    return None if verdict is None or verdict.trend is Trend.UNKNOWN else verdict.effect


def _trend(picture: Picture, metric: Metric, trend: Trend) -> bool:
    verdict = picture.trends.get(metric)
    return verdict is not None and verdict.trend is trend
