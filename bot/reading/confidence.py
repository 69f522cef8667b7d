"""How far a headline may be trusted: that of the weakest level, trend and count of failures that it uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.metrics.level import Level, LevelVerdict, Trend
from bot.metrics.measure import Metric
from bot.reading.cell import CFR, REL
from bot.reading.diagnoses import ABSORPTION
from bot.reading.patterns import PATTERNS
from bot.reading.picture import Picture
from bot.reading.reading import Claim, Confidence, Match
from bot.reading.rules import BY_KEY

SETTLED = 0.95  # a level this sure leaves high confidence
SURE_TREND = 0.985  # so does a trend
LEAST_SURE = 0.85  # below it a level leaves low confidence
MOST_INFERRED = 0.25  # of the failures, by time alone
ITEMS = 2  # that have to speak for it
QUESTIONS = frozenset({"F0", "U1", "U2", "U3", "U4", "U5"})  # they ask for data rather than judge
RANK = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


@dataclass(frozen=True, slots=True)
class Limit:
    """What keeps confidence from being higher than `at_most`."""

    at_most: Confidence
    why: Claim


def confidence(match: Match, picture: Picture, evidence: tuple[Claim, ...]) -> Confidence:
    """The lowest of what levels, trends, failures and evidence allow."""
    allowed = (limit.at_most for limit in limits(match, picture, evidence))
    return min(allowed, key=RANK.index, default=Confidence.HIGH)


def reasons(match: Match, picture: Picture, evidence: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """What holds confidence down to where it is."""
    found = limits(match, picture, evidence)
    lowest = confidence(match, picture, evidence)
    return tuple(limit.why for limit in found if limit.at_most is lowest)


def limits(match: Match, picture: Picture, evidence: tuple[Claim, ...]) -> tuple[Limit, ...]:
    """Everything that keeps a headline from high confidence."""
    if match.rule in QUESTIONS:
        return (Limit(Confidence.MEDIUM, Claim("asks_for_data")),)
    return (
        *(limit for metric in named_levels(match, picture) for limit in _level(metric, picture.levels[metric])),
        *_trends(match, picture),
        *_watched(match, picture),
        *_failures(match, picture),
        *_concentration(picture),
        *_pace(match, picture),
        *_items(evidence),
    )


def named_levels(match: Match, picture: Picture) -> tuple[Metric, ...]:
    """The known levels that a rule names, with those of its named pattern."""
    metrics = {*BY_KEY[match.rule].levels, *PATTERNS.get(match.pattern or "", {})}
    if match.pattern == ABSORPTION:
        metrics.update(Metric)
    return tuple(metric for metric in Metric if metric in metrics and _known(picture.levels[metric]))


def trend_groups(match: Match, picture: Picture) -> tuple[tuple[Metric, ...], ...]:
    """The trends that a rule rests on: of each group those that moved. A poor reliability needs no trend."""
    if match.rule == "S5" and picture.levels[REL].level is Level.POOR:
        return ()
    return tuple(
        tuple(metric for metric in group if picture.trends[metric].trend in (Trend.IMPROVING, Trend.WORSENING))
        for group in BY_KEY[match.rule].trends
    )


def uses_failures(match: Match, picture: Picture) -> bool:
    trends = {metric for group in trend_groups(match, picture) for metric in group}
    return CFR in {*named_levels(match, picture), *trends}


def _known(verdict: LevelVerdict) -> bool:
    return verdict.level is not Level.UNKNOWN


def _level(metric: Metric, verdict: LevelVerdict) -> Iterable[Limit]:
    certainty = 1.0 if verdict.certainty is None else verdict.certainty
    if verdict.untested:
        yield Limit(Confidence.LOW, Claim("level_untested", metric=metric))
    elif verdict.borderline:
        yield Limit(Confidence.LOW, Claim("level_borderline", metric=metric))
    elif verdict.low_confidence or certainty < LEAST_SURE:
        yield Limit(Confidence.LOW, Claim("level_weak", metric=metric))
    elif certainty < SETTLED:
        yield Limit(Confidence.MEDIUM, Claim("level_likely", metric=metric))


def _trends(match: Match, picture: Picture) -> Iterable[Limit]:
    """Of a group one move carries the condition, so the surest of it counts."""
    for group in trend_groups(match, picture):
        surest = max(group, key=lambda metric: picture.trends[metric].posterior or 0.0, default=None)
        if surest is not None and (picture.trends[surest].posterior or 0.0) < SURE_TREND:
            yield Limit(Confidence.MEDIUM, Claim("trend_likely", metric=surest))


def _watched(match: Match, picture: Picture) -> Iterable[Limit]:
    """A regression that the watch sees and no pair of trends shows is as sure as its score."""
    found = picture.lookout.found
    alone = match.rule == "X1" and picture.signs.watch_up and not all(trend_groups(match, picture))
    if alone and (found is None or found.score < SURE_TREND):
        yield Limit(Confidence.MEDIUM, Claim("watch_likely"))


def _failures(match: Match, picture: Picture) -> Iterable[Limit]:
    inferred = picture.signs.inferred_share or 0.0
    if inferred > MOST_INFERRED:
        yield Limit(Confidence.MEDIUM, Claim("failures_inferred", {"share": inferred}))
    if picture.visibility.low_confidence and uses_failures(match, picture):
        yield Limit(Confidence.LOW, Claim("failures_by_signs"))


def _concentration(picture: Picture) -> Iterable[Limit]:
    if picture.signs.one_service is not None:
        yield Limit(Confidence.LOW, Claim("one_service_explains", {"service": picture.signs.one_service}))
    if picture.signs.one_burst:
        yield Limit(Confidence.LOW, Claim("one_burst_explains"))


def _pace(match: Match, picture: Picture) -> Iterable[Limit]:
    """A pace that did not grow is hard to blame for exceeding what is absorbed."""
    if match.rule == "S5" and picture.trends[Metric.DEPLOYMENT_FREQUENCY].trend is not Trend.IMPROVING:
        yield Limit(Confidence.MEDIUM, Claim("pace_did_not_grow"))


def _items(evidence: tuple[Claim, ...]) -> Iterable[Limit]:
    if len(evidence) < ITEMS:
        yield Limit(Confidence.MEDIUM, Claim("few_items", {"n": len(evidence)}))
