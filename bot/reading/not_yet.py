"""What not to do yet: the tempting steps that would not help, in the order in which people read them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.reading.cell import CFR, POOR, REL, Cell, Condition, lead_cause, safe, slipping, sound
from bot.reading.reading import Match


def _failures_need_testing(cell: Cell) -> bool:
    return cell.level[CFR] is POOR or slipping(cell, CFR)


def _validation_waits(cell: Cell) -> bool:
    return lead_cause(cell) in ("review", "pipeline")


NOT_YET: Mapping[str, tuple[frozenset[str] | None, Condition]] = {
    # key: the headline rules it belongs to (None: any), and what has to hold of the cell
    "push_frequency": (None, lambda cell: not safe(cell)),
    "gates_rollback_caution": (None, _failures_need_testing),
    "skip_validation": (frozenset({"L2", "L3"}), _validation_waits),
    "slow_down": (frozenset({"S5"}), lambda cell: not sound(cell, REL)),
    "set_targets": (frozenset({"F1", "F3", "F4", "OK"}), safe),
}


def not_yet(headline: Match, cell: Cell) -> tuple[str, ...]:
    """The keys that apply. A checklist-style regression always says that gates would not lower the failures."""
    keys = [key for key, (rules, holds) in NOT_YET.items() if (rules is None or headline.rule in rules) and holds(cell)]
    if headline.rule == "X1" and "gates_rollback_caution" not in keys:
        keys.append("gates_rollback_caution")
    return tuple(keys)
