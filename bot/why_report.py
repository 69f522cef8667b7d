"""Why: the walk from a pattern to its claims, and from each claim to the events behind it; frozen."""

from __future__ import annotations

from bot.events.verdict import Verdict
from bot.team_report import Moment, Part


class Behind(Part):
    """An event behind a claim. `verdict` is what people said of it; `may`: what they can say."""

    source: str
    kind: str
    id: str
    says: str
    url: str | None
    verdict: Verdict | None = None
    may: Verdict | None = None


class Claimed(Part):
    """A claim and the events that it rests on, and how many `more` there are of those that nobody could judge."""

    says: str
    events: tuple[Behind, ...]
    more: int = 0


class Why(Part):
    team: str
    as_of: Moment
    title: str
    says: str
    claims: tuple[Claimed, ...]
