"""Whether more is reported, rather than more fails: tickets, their severity, and rollbacks that need no ticket."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from bot.calendar import Window
from bot.metrics.facts import Facts, IncidentFact
from bot.reading.cell import CFR
from bot.reading.claims import checked, claim, unclear
from bot.reading.picture import Picture
from bot.reading.places import failed_in
from bot.reading.reading import Alternative
from bot.regression.eras import Eras, eras
from bot.regression.shares import Share, rise_probability, share
from bot.regression.slices import deployed, merged, released

WIDER = 1.25  # tickets for each failed deployment, against before
SHIFT = 0.20  # of all incidents, in the share of one severity
ROSE = 1.10
CHANCE = 0.05  # of calling something changed that is not
LEAST = 3  # incidents with a severity on either side, or rollbacks and reverts in all
LEAST_FAILED = 5  # failed deployments on either side


def reporting(picture: Picture) -> Alternative:
    """Tickets for each failed deployment."""
    spans = _spans(picture)
    now, before = (_tickets(picture.facts, era) for era in (spans.recent, spans.baseline))
    if now.of < LEAST_FAILED or before.of < LEAST_FAILED or not (now.part and before.part):
        return unclear(claim("reporting_unknown", metric=CFR))
    each, earlier = now.part / now.of, before.part / before.of
    holds = each > WIDER * earlier
    keys = [fact.key for fact in reversed(picture.facts.incidents) if fact.started_at in spans.recent and fact.cause]
    key = "reporting_likely" if holds else "reporting_unlikely"
    figures = {"now": each, "before": earlier, "tickets": now.part, "failed": now.of}
    return checked(claim(key, metric=CFR, value=each, events=keys, **figures), holds=holds)


def _tickets(facts: Facts, era: Window | None) -> Share:
    """Incidents that failed deployments of an era caused, and how many failed."""
    if era is None:
        return Share()
    failed = failed_in(facts, era)
    keys = {key for whole in failed for key in whole.keys}
    return Share(sum(fact.cause in keys for fact in facts.incidents), len(failed))


def rollbacks(picture: Picture) -> Alternative:
    """Rollbacks and reverts beside the planned deployments: they do not depend on who writes tickets."""
    spans = _spans(picture)
    now, before = (_undone(picture.facts, era) for era in (spans.recent, spans.baseline))
    (undone, of), (undone_before, of_before) = (len(now[0]), now[1]), (len(before[0]), before[1])
    if not of or not of_before or undone + undone_before < LEAST:
        return unclear(claim("rollbacks_unknown", metric=CFR))
    shares = Share(min(undone, of), of), Share(min(undone_before, of_before), of_before)
    flat = rise_probability(*shares, factor=ROSE) < 1 - CHANCE
    figures = {"part": undone, "of": of, "part_before": undone_before, "of_before": of_before}
    found = claim(
        "rollbacks_flat" if flat else "rollbacks_rose", metric=CFR, value=undone / of, events=now[0], **figures
    )
    return checked(found, holds=flat and _risen(picture))


def _risen(picture: Picture) -> bool:
    """Whether the failure rate rose at all, so that there is a rise to explain."""
    verdict = picture.trends.get(CFR)
    return verdict is not None and verdict.effect is not None and verdict.effect.ratio > ROSE


def _undone(facts: Facts, era: Window | None) -> tuple[list[str], int]:
    """Rollbacks and reverts of an era, the newest first, and how many planned deployments it holds."""
    back = [fact.key for fact in reversed(deployed(facts, era)) if fact.event.rollback_of is not None]
    reverts = [change.key for change in reversed(merged(facts, era)) if change.event.reverts is not None]
    return [*back, *reverts], len(released(facts, era))


def severity(picture: Picture) -> Alternative:
    """The mix of severities: a wider net catches more of one kind."""
    spans = _spans(picture)
    now, before = (_graded(picture.facts, era) for era in (spans.recent, spans.baseline))
    if len(now) < LEAST or len(before) < LEAST:
        return unclear(claim("severity_unknown", metric=CFR))
    recent, earlier = (_mix(graded) for graded in (now, before))
    name = max({*recent, *earlier}, key=lambda each: (abs(recent[each] - earlier[each]), each))
    holds = abs(recent[name] - earlier[name]) > SHIFT and _surely_moved(name, now, before)
    figures = {"severity": name, "now": recent[name], "before": earlier[name], "n": len(now), "n_before": len(before)}
    key = "severity_likely" if holds else "severity_unlikely"
    keys = [fact.key for fact in reversed(now)]
    return checked(claim(key, metric=CFR, value=recent[name], events=keys, **figures), holds=holds)


def _graded(facts: Facts, era: Window | None) -> list[IncidentFact]:
    if era is None:
        return []
    return [fact for fact in facts.incidents if fact.started_at in era and fact.event.severity is not None]


def _mix(graded: list[IncidentFact]) -> Mapping[str, float]:
    """The share of each severity."""
    counts = Counter(fact.event.severity or "" for fact in graded)
    return defaultdict(float, {name: count / len(graded) for name, count in counts.items()})


def _surely_moved(name: str, now: list[IncidentFact], before: list[IncidentFact]) -> bool:
    """Whether the share of a severity surely moved, up or down: a few incidents are mixed by chance.

    The one that moved most is looked at, so chance has two ways for each severity to bring it about.
    """
    kinds = {fact.event.severity for fact in (*now, *before)}
    here, there = (share(fact.event.severity == name for fact in graded) for graded in (now, before))
    return max(rise_probability(here, there), rise_probability(there, here)) >= 1 - CHANCE / (2 * len(kinds))


def _spans(picture: Picture) -> Eras:
    return eras(picture.facts, picture.team, picture.trends, CFR)
