"""Since when, and how well, failures could have been seen: zero failures count as zero only where they could."""

from __future__ import annotations

from dataclasses import dataclass


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
