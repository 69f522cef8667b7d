"""Which pattern and diagnosis a rule gives where it gives more than one."""

from __future__ import annotations

from collections.abc import Callable

from bot.reading.cell import CFR, DF, LT, POOR, RECOVERY, UNKNOWN, Cell, lead_cause, too_few_deployments
from bot.reading.investments import OBSERVABILITY
from bot.reading.patterns import FAST_AND_FAILING, RARE_AND_FAILING, SLOW_RECOVERY, SLOW_RELEASES, matching

ABSORPTION = "pace_exceeds_absorption"


def named(*patterns: str) -> Callable[[Cell], str | None]:
    """The levels' own pattern where it is one of these."""

    def pattern(cell: Cell) -> str | None:
        match = matching(cell.level)
        return match if match in patterns else None

    return pattern


failing = named(FAST_AND_FAILING, RARE_AND_FAILING)
slow_to_recover = named(SLOW_RECOVERY)
slow_to_release = named(SLOW_RELEASES)


def absorption(cell: Cell) -> str | None:
    """Named only where all four others are known and none is poor."""
    return ABSORPTION if all(cell.level[metric] not in (POOR, UNKNOWN) for metric in (DF, LT, CFR, RECOVERY)) else None


def reliability(cell: Cell) -> str:
    """A slow team does not outrun what its system absorbs."""
    return "reliability_low" if POOR in (cell.level[DF], cell.level[LT]) else ABSORPTION


def recovery(cell: Cell) -> str:
    """Observability at the named pattern, unless another capability measured clearly weaker."""
    by_pattern = slow_to_recover(cell) is not None and cell.signs.weaker.capability == OBSERVABILITY
    return OBSERVABILITY if by_pattern else "slow_recovery"


def failures(cell: Cell) -> str:
    return "too_few_deployments" if too_few_deployments(cell) else "failures_unknown"


def stage(cell: Cell) -> str:
    return lead_cause(cell) or "lead_time_cause_unknown"
