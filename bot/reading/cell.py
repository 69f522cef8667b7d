"""A cell of the decision table: five levels, five trends and the signs that decide between causes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.metrics.level import Level, LevelVerdict, Trend, TrendVerdict
from bot.metrics.measure import Metric
from bot.reading.signs import Signs

DF, LT, CFR, RECOVERY, REL = Metric
SPEED = (DF, LT)
STABILITY = (CFR, RECOVERY)
STOPPED_AFTER_DAYS = 28
FEWEST_DEPLOYMENTS = 5  # below it a failure rate says nothing

HEALTHY, POOR, UNKNOWN = Level.HEALTHY, Level.POOR, Level.UNKNOWN
IMPROVING, WORSENING = Trend.IMPROVING, Trend.WORSENING


@dataclass(frozen=True, slots=True)
class Cell:
    level: Mapping[Metric, Level]
    trend: Mapping[Metric, Trend]
    signs: Signs


Condition = Callable[[Cell], bool]


def cell(levels: Mapping[Metric, LevelVerdict], trends: Mapping[Metric, TrendVerdict], signs: Signs) -> Cell:
    """What the rules look at, out of how it was settled."""
    return Cell(
        {metric: verdict.level for metric, verdict in levels.items()},
        {metric: verdict.trend for metric, verdict in trends.items()},
        signs,
    )


def poor(metric: Metric) -> Condition:
    return lambda cell: cell.level[metric] is POOR


def unknown(metric: Metric) -> Condition:
    return lambda cell: cell.level[metric] is UNKNOWN


def slipping(cell: Cell, metric: Metric) -> bool:
    """Healthy and worsening. Reliability also where no objective gives it a level: users feel it all the same."""
    if cell.trend[metric] is not WORSENING:
        return False
    return cell.level[metric] is HEALTHY or (metric is REL and cell.level[metric] is UNKNOWN)


def sound(cell: Cell, metric: Metric) -> bool:
    return cell.level[metric] is HEALTHY and cell.trend[metric] is not WORSENING


def safe(cell: Cell) -> bool:
    """More deployments would not bring more harm: failure rate and recovery are healthy and hold, by the watch too."""
    return sound(cell, CFR) and sound(cell, RECOVERY) and not cell.signs.watch_up


def speed_for_stability(cell: Cell) -> bool:
    """By the trends, or because the watch has told so and it is not over: the two never disagree."""
    return cell.signs.watch_up or _traded(cell, gained=SPEED, lost=STABILITY)


def stability_for_speed(cell: Cell) -> bool:
    return _traded(cell, gained=STABILITY, lost=SPEED)


def recovery_for_prevention(cell: Cell) -> bool:
    return cell.trend[RECOVERY] is IMPROVING and cell.trend[CFR] is WORSENING


def stopped(cell: Cell) -> bool:
    """No deployment for four weeks, and for three times the longest gap of the half-year before, freezes apart."""
    since, gap = cell.signs.days_since_deployment, cell.signs.longest_gap_days
    if since is None or gap is None:
        return False
    return since - cell.signs.frozen_days_since >= max(STOPPED_AFTER_DAYS, 3 * gap)


def too_few_deployments(cell: Cell) -> bool:
    """Failures could be seen, but of so few deployments that their share says nothing."""
    return cell.signs.failures_visible and cell.signs.deployments_known < FEWEST_DEPLOYMENTS


def validation_slips(cell: Cell) -> bool:
    return slipping(cell, CFR) and not speed_for_stability(cell) and not recovery_for_prevention(cell)


def recovery_slips(cell: Cell) -> bool:
    return slipping(cell, RECOVERY) and not speed_for_stability(cell)


def reliability_falls(cell: Cell) -> bool:
    return cell.level[REL] is POOR or slipping(cell, REL)


def lead_cause(cell: Cell) -> str | None:
    """The group of stages with the most hours; None while over half of the hours have no stage."""
    unplaced, causes = cell.signs.lead_unknown_share, cell.signs.lead_causes
    if unplaced is None or unplaced > 0.5 or not causes:
        return None
    return causes[0].key


def slow_without_stages(cell: Cell) -> bool:
    return cell.level[LT] is POOR and lead_cause(cell) is None


def gate_may_protect(cell: Cell) -> bool:
    """The wait is a gate that stops little, while failures or recovery are not known to be sound."""
    return lead_cause(cell) == "gate" and not cell.signs.gate_blocks and not safe(cell)


def slow_at_protecting_gate(cell: Cell) -> bool:
    return cell.level[LT] is POOR and gate_may_protect(cell)


def slow_at_stage(cell: Cell) -> bool:
    return cell.level[LT] is POOR and lead_cause(cell) is not None and not gate_may_protect(cell)


def nothing_waits(cell: Cell) -> bool:
    backlog, batch = cell.signs.waiting_backlog, cell.signs.changes_per_deployment
    return backlog is not None and backlog < 1 and batch is not None and batch <= 1


def rare(cell: Cell) -> bool:
    """Few deployments, by the team's own pace: where they have stopped, that is another question."""
    return cell.level[DF] is POOR and not stopped(cell)


def rare_with_friction(cell: Cell) -> bool:
    return rare(cell) and safe(cell) and not nothing_waits(cell)


def rare_with_little_to_ship(cell: Cell) -> bool:
    return rare(cell) and safe(cell) and nothing_waits(cell)


def rare_and_unsafe(cell: Cell) -> bool:
    return rare(cell) and not safe(cell)


def queue_grows(cell: Cell) -> bool:
    return slipping(cell, LT)


def cadence_falls(cell: Cell) -> bool:
    return slipping(cell, DF) and not stopped(cell)


def balanced(cell: Cell) -> bool:
    return all(sound(cell, metric) for metric in Metric) and not stopped(cell) and not cell.signs.watch_up


def _traded(cell: Cell, *, gained: tuple[Metric, Metric], lost: tuple[Metric, Metric]) -> bool:
    """One side improved and no part of it worsened; the other worsened and no part of it improved."""
    up = {cell.trend[metric] for metric in gained}
    down = {cell.trend[metric] for metric in lost}
    return IMPROVING in up and WORSENING not in up and WORSENING in down and IMPROVING not in down
