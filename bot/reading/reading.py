"""What a reading is made of: keys and figures, no sentences. `words` says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.metrics.measure import Metric


class Confidence(StrEnum):
    """How far a reading may be trusted: that of the weakest level it uses."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement with its figure and the keys of the events behind it. `key` has its sentence in `words`."""

    key: str
    figures: Mapping[str, float | int | str | None] = field(default_factory=dict[str, float | int | str | None])
    metric: Metric | None = None
    value: float | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another explanation: looked at (`checked`) and whether it holds (`supports`), or not computable."""

    claim: Claim
    checked: bool
    supports: bool | None = None


@dataclass(frozen=True, slots=True)
class Investment:
    """What to invest in next. `why` and `first_step` are claims: the step names the place that holds the evidence."""

    key: str
    why: Claim
    first_step: Claim


@dataclass(frozen=True, slots=True)
class Nearest:
    """The named pattern that the levels come nearest to, and the metrics in which they differ from it."""

    pattern: str
    differs_in: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that holds: its number, the pattern and diagnosis it gives, and the investment it asks for."""

    rule: str
    pattern: str | None
    diagnosis: str
    investment: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The five metrics read as one system."""

    headline: Match
    then: tuple[Match, ...]
    level_pattern: str | None
    nearest: Nearest | None
    confidence: Confidence
    says: Claim
    relationships: tuple[str, ...]
    evidence: tuple[Claim, ...]
    against: tuple[Alternative, ...]
    investment: Investment
    not_yet: tuple[str, ...]  # keys
    would_change_our_mind: Claim
    watch: tuple[Claim, ...] = ()  # worth an eye, no ping
    notes: tuple[Claim, ...] = ()  # signs of gaming, stated without accusation
    confidence_why: tuple[Claim, ...] = ()  # what keeps confidence from being higher
