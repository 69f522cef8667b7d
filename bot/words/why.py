"""What is said on the way from a pattern to the events behind it."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.events import BaseEvent
from bot.events.verdict import Verdict
from bot.metrics.facts import ChangeFact, DeploymentFact, IncidentFact
from bot.words import doctor_events, figures
from bot.words.letters import stopped
from bot.words.visible import cut, visible

JUDGED = "What people said of events in Slack, the newest first"
NEWEST = "The newest deployments and incidents, whatever they say"
CONTINUED = "{claim} (continued)"
MORE = "And {more} more."
NO_EVENTS = "This is a figure over the whole window; no single event stands behind it."
PAGE = "Page {page} of {of} · figures to {as_of}"
SAY_SO = "Where an event counts wrongly, say so: it counts at once, for everybody, and can be taken back."
SAID = {
    Verdict.FAILED: "Said in Slack on {day}: it failed.",
    Verdict.NOT_FAILED: "Said in Slack on {day}: it did not fail.",
    Verdict.NOT_CAUSED: "Said in Slack on {day}: no change caused it.",
}
LABELS = {
    Verdict.FAILED: "This failed",
    Verdict.NOT_FAILED: "This did not fail",
    Verdict.NOT_CAUSED: "Not caused by a change",
}
TAKE_BACK = "Take back"
BACK, FURTHER = "Back", "Further"
_NAME = 80

Named = Mapping[str, str]


def deployment(fact: DeploymentFact, named: Named, zone: ZoneInfo) -> str:
    """When it was, what it was, and whether and why it counts as failed."""
    failed = "" if fact.failure is None else f"; failed: {doctor_events.failure(fact.failure, named)}"
    return stopped(f"{figures.clock(fact.finished_at, zone)}: {doctor_events.deployment(fact)}{failed}")


def incident(fact: IncidentFact, named: Named, zone: ZoneInfo) -> str:
    """When it began, what it was, and what it counts for."""
    caused = fact.event.change_caused is not False
    cause = doctor_events.cause(fact, named) if caused else "no change caused it"
    return stopped(f"{figures.clock(fact.started_at, zone)}: {doctor_events.incident(fact)}; {cause}")


def change(fact: ChangeFact, zone: ZoneInfo) -> str:
    """When it was merged, and its name."""
    return stopped(f"{figures.clock(fact.merged_at, zone)}: change {cut(visible(fact.event.id), _NAME)}, merged")


def other(event: BaseEvent, zone: ZoneInfo) -> str:
    """Any other event by its time and name."""
    kind = event.kind.replace("_", " ")
    return stopped(f"{figures.clock(event.at, zone)}: {kind} {cut(visible(event.id), _NAME)}")


def said(verdict: Verdict, at: float, zone: ZoneInfo) -> str:
    """What people said of an event, and when."""
    return SAID[verdict].format(day=figures.short_day(at, zone))
