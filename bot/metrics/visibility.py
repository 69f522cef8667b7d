"""Since when, and how well, failures could have been seen: zero failures count as zero only where they could."""

from __future__ import annotations

from collections.abc import Iterable
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
    """How well the failures that facts tell of could have been seen."""
    starts = (each.started_at for each in facts.incidents if not each.stale)
    return sight(facts.as_of, starts, len(facts.signs), facts.loaded_from, configured_since)


def sight(
    as_of: float,
    incidents: Iterable[float],
    signs: int,
    loaded_from: float | None = None,
    configured_since: float | None = None,
) -> Visibility:
    """By an incident source: one that is configured, since when it records, or enough incidents; else by signs.

    `incidents` are the starts of those that are not stale, `signs` the others of the last 104 weeks. Of what is not
    loaded yet nothing can be seen.
    """
    begin = as_of - SIGHT_WEEKS * WEEK
    starts = [at for at in incidents if at >= begin]
    every = len(starts) + signs
    configured = configured_since is not None and configured_since < as_of
    elsewhere = sum(at < configured_since for at in starts) if configured_since is not None else len(starts)
    if elsewhere >= INCIDENTS_NEEDED:
        return Visibility(visible=True, since=loaded_from, signs=every)
    if configured:
        since = max(filter(None, (configured_since, loaded_from)))
        return Visibility(visible=True, since=since, signs=every)
    visible = every >= SIGNS_NEEDED
    return Visibility(visible=visible, since=loaded_from, low_confidence=visible, signs=every)
