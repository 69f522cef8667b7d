"""The named patterns of levels, in the order in which ties between them are settled (docs/reading.md, "Patterns")."""

from __future__ import annotations

from collections.abc import Mapping

from bot.metrics.level import Level, LevelVerdict
from bot.metrics.measure import Metric
from bot.reading.cell import CFR, DF, HEALTHY, LT, POOR, RECOVERY, REL
from bot.reading.reading import Nearest

Levels = Mapping[Metric, Level]

FAST_AND_FAILING = "fast_delivery_poor_reliability"
RARE_AND_FAILING = "rare_and_failing"
SLOW_RECOVERY = "reliable_delivery_slow_recovery"
SLOW_RELEASES = "high_quality_slow_releases"
BALANCED = "balanced"

PATTERNS: Mapping[str, Levels] = {
    FAST_AND_FAILING: {DF: HEALTHY, LT: HEALTHY, CFR: POOR, RECOVERY: POOR},
    RARE_AND_FAILING: {DF: POOR, CFR: POOR},
    SLOW_RECOVERY: {DF: HEALTHY, LT: HEALTHY, CFR: HEALTHY, RECOVERY: POOR},
    SLOW_RELEASES: {DF: POOR, LT: HEALTHY, CFR: HEALTHY, RECOVERY: HEALTHY},
    BALANCED: {DF: HEALTHY, LT: HEALTHY, CFR: HEALTHY, RECOVERY: HEALTHY, REL: HEALTHY},
}


def level_pattern(levels: Mapping[Metric, LevelVerdict]) -> str | None:
    """The named pattern that the levels match exactly, whatever the headline."""
    return matching({metric: verdict.level for metric, verdict in levels.items()})


def matching(levels: Levels) -> str | None:
    return next((pattern for pattern in PATTERNS if not _differences(pattern, levels)), None)


def nearest(levels: Mapping[Metric, LevelVerdict]) -> Nearest | None:
    """The named pattern with the fewest metrics that differ, where none matches; an unknown level differs.

    Ties go to a pattern that shares a poor level, then to balanced, then to the order of the table. A pattern that
    the levels agree with in nothing is not near, nor is one of two metrics that says that deployments often fail,
    unless they do; where no pattern is near, balanced stands for what is still open.
    """
    known = {metric: verdict.level for metric, verdict in levels.items()}
    if matching(known) is not None:
        return None
    near = [
        pattern
        for pattern in PATTERNS
        if len(_differences(pattern, known)) < len(PATTERNS[pattern])
        and (pattern != RARE_AND_FAILING or known[CFR] is POOR)
    ]
    pattern = min(near or [BALANCED], key=lambda name: (len(_differences(name, known)), _tie(name, known)))
    return Nearest(pattern, _differences(pattern, known))


def _differences(pattern: str, levels: Levels) -> tuple[Metric, ...]:
    return tuple(metric for metric, level in PATTERNS[pattern].items() if levels[metric] is not level)


def _tie(pattern: str, levels: Levels) -> int:
    if any(level is POOR and levels[metric] is POOR for metric, level in PATTERNS[pattern].items()):
        return 0
    return 1 if pattern == BALANCED else 2
