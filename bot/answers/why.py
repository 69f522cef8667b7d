"""From a team's pattern to its claims, and from each to the events behind it, with what people may say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from heapq import nlargest
from itertools import chain

from bot.answers.looks import lookout_now
from bot.answers.picture import picture
from bot.answers.report import READ_WEEKS, end_of_windows
from bot.calendar import WEEK, moment
from bot.events import BaseEvent
from bot.events.verdict import Verdict
from bot.metrics.facts import ChangeFact, DeploymentFact, Facts, IncidentFact, TeamEvents
from bot.metrics.reach import reach
from bot.reading.picture import Picture
from bot.reading.read import read
from bot.reading.reading import Reading
from bot.store.database import Database
from bot.store.events import team_events
from bot.store.sight import Sight
from bot.store.verdicts import EventName, Given, in_force_from
from bot.teams import Team
from bot.why_report import Behind, Claimed, Why
from bot.words import doctor_events, headlines, readings
from bot.words import why as words
from bot.words.evidence import sentence
from bot.words.visible import cut, visible

NEWEST = 10
# Of one claim, those of which nobody can say anything.
MOST_UNJUDGED = 6
_NAME = 80

Fact = DeploymentFact | ChangeFact | IncidentFact | BaseEvent


def why(database: Database, team: Team, now: datetime, as_of: datetime | None = None) -> Why:
    """The walk of the answer that was given as of an instant, with what is known of it now.

    Raises:
        StoreError: when the database can't be read.
    """
    at = end_of_windows(team, now, as_of)
    with database.reading() as connection:
        within = reach(Sight().of(connection, team), at)
        events = team_events(connection, team, max(at - READ_WEEKS * WEEK, within.loaded_from or 0.0), at)
    known = picture(events, team, at, None, within, lookout=lookout_now(database, team, at, within))
    reading = read(known)
    every = _every(known.facts, events)
    with database.reading() as connection:
        said = in_force_from(connection, {_event(fact).source for fact in every.values()})
    given = {name: each for name, each in said.items() if name.key in every}
    return _why(reading, tuple(_claims(reading, known, given)), Walk(known, every, given))


@dataclass(frozen=True, slots=True)
class Walk:
    """What the events behind claims are told from."""

    known: Picture
    every: Mapping[str, Fact]
    given: Mapping[EventName, Given]

    def behind(self, key: str) -> Behind:
        fact = self.every[key]
        event = _event(fact)
        given = self.given.get(_name(event))
        zone = self.known.team.zone
        said = "" if given is None else f" {words.said(given.verdict, given.at, zone)}"
        return Behind(
            source=event.source,
            kind=event.kind,
            id=event.id,
            says=f"{self._says(fact)}{said}",
            url=event.url,
            verdict=None if given is None else given.verdict,
            may=_may(fact),
        )

    def _says(self, fact: Fact) -> str:
        zone = self.known.team.zone
        match fact:
            case DeploymentFact():
                return words.deployment(fact, self._named(fact.failure.evidence if fact.failure else ()), zone)
            case IncidentFact():
                return words.incident(fact, self._named([fact.cause] if fact.cause else ()), zone)
            case ChangeFact():
                return words.change(fact, zone)
            case _:
                return words.other(fact, zone)

    def _named(self, keys: Iterable[str]) -> Mapping[str, str]:
        zone = self.known.team.zone
        facts = ((key, self.every.get(key)) for key in keys)
        return {
            key: doctor_events.named(fact, zone)
            for key, fact in facts
            if isinstance(fact, DeploymentFact | ChangeFact | IncidentFact)
        }


def _why(reading: Reading, claims: Iterable[tuple[str, tuple[str, ...]]], walk: Walk) -> Why:
    team = walk.known.team
    return Why(
        team=team.key,
        as_of=moment(walk.known.facts.as_of),
        title=readings.title(reading.headline),
        says=headlines.says(reading, cut(visible(team.name), _NAME)),
        claims=tuple(claimed(says, [walk.behind(key) for key in keys if key in walk.every]) for says, keys in claims),
    )


def claimed(says: str, behind: Sequence[Behind]) -> Claimed:
    """All that people may judge, or did; of the rest, such as changes, the first ones stand for all."""
    places = [place for place, each in enumerate(behind) if each.may is None and each.verdict is None]
    left_out = frozenset(places[MOST_UNJUDGED:])
    shown = tuple(each for place, each in enumerate(behind) if place not in left_out)
    return Claimed(says=says, events=shown, more=len(left_out))


def _claims(
    reading: Reading, known: Picture, given: Mapping[EventName, Given]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The claims with the keys behind them, what is newest, and at last what people said.

    What was judged may be missing from every claim for that very reason, and is taken back nowhere else. It comes last,
    so that a verdict moves nothing to another page that stands before it.
    """
    for claim in reading.evidence:
        yield sentence(claim), claim.events
    if newest := _newest(known.facts):
        yield words.NEWEST, newest
    if judged := _judged(given):
        yield words.JUDGED, judged


def _judged(given: Mapping[EventName, Given]) -> tuple[str, ...]:
    newest_first = sorted(given.values(), key=lambda each: (-each.at, each.event))
    return tuple(each.event.key for each in newest_first)


def _newest(facts: Facts) -> tuple[str, ...]:
    judged = [(fact.finished_at, fact.key) for fact in facts.deployments if fact.successful and fact.planned]
    begun = [(fact.started_at, fact.key) for fact in facts.incidents]
    return tuple(key for _, key in nlargest(NEWEST, [*judged, *begun]))


def _every(facts: Facts, events: TeamEvents) -> Mapping[str, Fact]:
    told = chain.from_iterable(getattr(events, each.name) for each in fields(events))
    known = (*facts.deployments, *facts.changes, *facts.incidents)
    return {event.key: event for event in told} | {fact.key: fact for fact in known}


def _event(fact: Fact) -> BaseEvent:
    return fact if isinstance(fact, BaseEvent) else fact.event


def _name(event: BaseEvent) -> EventName:
    return EventName(event.source, event.kind, event.id)


def _may(fact: Fact) -> Verdict | None:
    """Only what reached users as planned can fail; what was said already is taken back."""
    match fact:
        case DeploymentFact() if fact.successful and fact.planned:
            return Verdict.FAILED if fact.failure is None else Verdict.NOT_FAILED
        case IncidentFact() if fact.event.change_caused is not False:
            return Verdict.NOT_CAUSED
        case _:
            return None
