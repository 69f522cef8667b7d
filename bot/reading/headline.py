"""The figures that the first line of an answer, and the lines after it, may need."""

from __future__ import annotations

from collections.abc import Iterator

from bot.calendar import DAY, HOUR
from bot.metrics.measure import Metric
from bot.reading.cell import RECOVERY, SPEED, STABILITY
from bot.reading.picture import Picture
from bot.reading.reading import Claim, Match

Figure = float | int | str | None


def says(headline: Match, picture: Picture) -> Claim:
    """The headline's claim: its rule, and every figure that its sentence or those of the later rules may use."""
    return Claim(headline.rule, {name: figure for name, figure in _figures(picture) if figure is not None})


def would_change_our_mind(headline: Match) -> Claim:
    """What would change the answer depends on the rule; for a long lead time, on the stage."""
    return Claim(f"L2.{headline.diagnosis}" if headline.rule == "L2" else headline.rule)


def _figures(picture: Picture) -> Iterator[tuple[str, Figure]]:
    for metric in Metric:
        yield from _metric(metric, picture)
    yield from _counts(picture)
    yield from _flow(picture)
    yield from _silence(picture)
    if picture.lookout.up:
        yield from _watched(picture)


def _metric(metric: Metric, picture: Picture) -> Iterator[tuple[str, Figure]]:
    level, trend = picture.levels[metric], picture.trends[metric]
    yield metric.value, getattr(picture.measures, metric.value).value
    yield f"{metric}_level", level.level.value
    yield f"{metric}_trend", trend.trend.value
    yield f"{metric}_borderline", "yes" if level.borderline else None
    yield f"{metric}_before", trend.baseline_value
    yield f"{metric}_now", trend.recent_value
    yield f"{metric}_why", level.why_unknown.reason if level.why_unknown else None


def _watched(picture: Picture) -> Iterator[tuple[str, Figure]]:
    """Since when, and by how much each of the four moved, whether or not its trend is clear."""
    found = picture.lookout.found
    yield "watch_since", None if found is None or found.since is None else found.since.isoformat()
    for metric in (*SPEED, *STABILITY):
        effect = picture.trends[metric].effect
        if effect is not None:
            yield f"{metric}_ratio", effect.ratio
            yield f"{metric}_low", effect.interval[0]
            yield f"{metric}_high", effect.interval[1]


def _counts(picture: Picture) -> Iterator[tuple[str, Figure]]:
    measures, signs = picture.measures, picture.signs
    failures, recovery = measures.change_failure_rate, measures.recovery_time
    yield "failed", failures.failed
    yield "deployments", failures.n
    yield "releases", measures.deployment_frequency.n
    yield "changes", measures.lead_time.n
    yield "recoveries", recovery.n
    yield "recovery_band", picture.team.bands.recovery_hours * HOUR
    yield "untested", "yes" if picture.levels[RECOVERY].untested else None
    yield "open", len(signs.open_beyond_band) or None
    yield "oldest_open", recovery.oldest_open if signs.open_beyond_band else None
    yield "objective", measures.reliability.objective
    yield "deployments_known", signs.deployments_known
    yield "failures_visible", "yes" if signs.failures_visible else None
    yield "failure_signs", picture.visibility.signs or None
    yield "capability", signs.weaker.capability


def _flow(picture: Picture) -> Iterator[tuple[str, Figure]]:
    signs = picture.signs
    for rank, cause in zip(("first", "second"), signs.lead_causes, strict=False):
        yield f"{rank}_cause", cause.key
        yield f"{rank}_share", cause.share
    if signs.gate_blocks:
        yield "gate_blocked", signs.gate_blocked
        yield "gate_attempts", signs.gate_attempts
    yield "backlog", signs.waiting_backlog


def _silence(picture: Picture) -> Iterator[tuple[str, Figure]]:
    since, gap = picture.signs.days_since_deployment, picture.signs.longest_gap_days
    yield "silent", None if since is None else since * DAY
    yield "longest_gap", None if gap is None else gap * DAY
