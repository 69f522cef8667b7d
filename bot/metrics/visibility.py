"""Since when, and how well, failures could have been seen: zero failures count as zero only where they could."""

from __future__ import annotations

from dataclasses import dataclass

from bot.calendar import WEEK
from bot.metrics.facts import Facts

SIGHT_WEEKS = 104
# So many incidents in that time are a source, wherever they come from.
INCIDENTS_NEEDED = 3
# Without a source, so many signs say at least that failures are not kept out of sight.
SIGNS_NEEDED = 3


@dataclass(frozen=True, slots=True)
class Visibility:
    """`visible`: zero failures mean zero. `since`: weeks before it are unknown, None is no such limit.

    `low_confidence`: seen only by signs in the deployments and changes themselves, without an incident source.
    `signs`: incidents, rollbacks, reverts, hotfixes and verdicts in 104 weeks.
    """

    visible: bool
    since: float | None = None
    low_confidence: bool = False
    signs: int = 0


def visibility(facts: Facts, configured_since: float | None = None) -> Visibility:
    """By an incident source: one that is configured, since when it records, or enough incidents; else by signs.

    Of what is not loaded yet nothing can be seen.
    """
    begin = facts.as_of - SIGHT_WEEKS * WEEK
    starts = [each.started_at for each in facts.incidents if not each.stale and each.started_at >= begin]
    signs = len(starts) + len(facts.signs)
    configured = configured_since is not None and configured_since < facts.as_of
    elsewhere = sum(at < configured_since for at in starts) if configured_since is not None else len(starts)
    if elsewhere >= INCIDENTS_NEEDED:
        return Visibility(visible=True, since=facts.loaded_from, signs=signs)
    if configured:
        since = max(filter(None, (configured_since, facts.loaded_from)))
        return Visibility(visible=True, since=since, signs=signs)
    visible = signs >= SIGNS_NEEDED
    return Visibility(visible=visible, since=facts.loaded_from, low_confidence=visible, signs=signs)
