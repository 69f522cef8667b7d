"""Of how many events each fact is known that a reading turns on; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.calendar import WEEK
from bot.metrics.facts import ChangeFact, DeploymentFact, Facts, IncidentFact

LOOKED_AT = 26 * WEEK  # as far back as a level looks

Fact = TypeVar("Fact", DeploymentFact, ChangeFact, IncidentFact)


@dataclass(frozen=True, slots=True)
class Known:
    """`known` of `of` events tell the fact; `sources` are those of the events that don't, by how many."""

    fact: str
    known: int
    of: int
    sources: tuple[str, ...] = ()


DEPLOYMENTS: Mapping[str, Callable[[DeploymentFact], bool]] = {
    "commits": lambda fact: fact.event.sha is not None or bool(fact.event.commits),
    "rollout_start": lambda fact: fact.started_at is not None,
}
CHANGES: Mapping[str, Callable[[ChangeFact], bool]] = {
    "first_commit": lambda fact: fact.event.first_commit_at is not None and not fact.event.first_commit_inferred,
    "opened": lambda fact: fact.event.opened_at is not None,
    "first_review": lambda fact: fact.event.first_review_at is not None or fact.event.reviews == 0,
}
DELIVERED: Mapping[str, Callable[[ChangeFact], bool]] = {"delivery": lambda fact: not fact.delivery_inferred}
INCIDENTS: Mapping[str, Callable[[IncidentFact], bool]] = {
    "incident_start": lambda fact: fact.event.started_at is not None,
    "detection": lambda fact: fact.event.detected_at is not None,
    "severity": lambda fact: fact.event.severity is not None,
}
ENDED: Mapping[str, Callable[[IncidentFact], bool]] = {"resolution": lambda fact: fact.ended_at is not None}
CAUSED: Mapping[str, Callable[[IncidentFact], bool]] = {
    "cause": lambda fact: fact.cause is not None and not fact.cause_inferred
}
# What not every event has: it is missing only where none has it.
SEEN_AT_ALL: Mapping[str, Callable[[DeploymentFact], bool]] = {
    "gate_waits": lambda fact: bool(fact.event.gate_waits),
    "rollbacks": lambda fact: not fact.planned,
}


def decisive(facts: Facts) -> tuple[Known, ...]:
    """Of the last 26 weeks: deployments that reached users, changes by people, incidents that count."""
    since = facts.as_of - LOOKED_AT
    deployments = [fact for fact in facts.deployments if fact.successful and fact.finished_at >= since]
    changes = [fact for fact in facts.changes if fact.merged_at >= since and not fact.event.automated]
    incidents = [fact for fact in facts.incidents if fact.started_at >= since and not fact.stale]
    delivered = [fact for fact in changes if fact.delivered_at is not None]
    ended = [fact for fact in incidents if not fact.open]
    caused = [fact for fact in incidents if fact.event.change_caused is not False]
    return (
        *_known(DEPLOYMENTS, deployments),
        *_known(SEEN_AT_ALL, deployments),
        *_known(CHANGES, changes),
        *_known(DELIVERED, delivered),
        *_known(INCIDENTS, incidents),
        *_known(ENDED, ended),
        *_known(CAUSED, caused),
    )


def _known(tells: Mapping[str, Callable[[Fact], bool]], events: Iterable[Fact]) -> Iterator[Known]:
    all_of = tuple(events)
    for fact, is_told in tells.items() if all_of else ():
        without = [each.event.source for each in all_of if not is_told(each)]
        yield Known(fact, len(all_of) - len(without), len(all_of), tuple(sorted(set(without), key=without.count)[::-1]))


def missing(known: Known) -> bool:
    """Whether something is left to mend."""
    return known.known == 0 if known.fact in SEEN_AT_ALL else known.known < known.of
