"""What each team would get, and whether all that is set up works: store and answers of sources -> DoctorReport."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import chain
from typing import TypeVar

from bot.answers.decided import decided
from bot.answers.delivery import troubles
from bot.answers.doctor_sources import Asked, Stored, checks, feeds
from bot.answers.report import READ_WEEKS
from bot.calendar import WEEK, moment
from bot.doctor_report import Check, DecisiveFact, DoctorReport, LastEvent, MetricSources, TeamExamined
from bot.events import BaseEvent, Incident
from bot.metrics.attribution import attribute
from bot.metrics.decisive import decisive
from bot.metrics.facts import ChangeFact, DeploymentFact, Facts, IncidentFact, TeamEvents
from bot.metrics.feeds import Feed, Feeds
from bot.metrics.measure import Metric
from bot.metrics.reach import Reach, reach
from bot.metrics.visibility import visibility
from bot.store.condition import kept_by_reason, services_heard, volume
from bot.store.database import Database
from bot.store.events import team_events
from bot.store.faults import database_name
from bot.store.sight import team_feeds
from bot.store.streams import stream_states
from bot.teams import Team
from bot.words import doctor, doctor_events, doctor_facts, doctor_metrics, figures, metrics
from bot.words.visible import visible

Each = TypeVar("Each")

_LAST = 3  # events of each kind that a person looks through


def examined(
    database: Database, answers: Sequence[Asked], teams: Sequence[Team], now: datetime
) -> tuple[tuple[Check, ...], tuple[TeamExamined, ...]]:
    """The checks of the database and of each source, and what each team would get."""
    at = now.timestamp()
    with database.reading() as connection:
        stored = Stored(stream_states(connection), kept_by_reason(connection), services_heard(connection))
        filled = volume(database, connection)
        undelivered = troubles(connection, at)
        in_slack = tuple(decided(connection, teams))
        every = Feeds.of(feeds(answers, stored))
        fed = {team: (*team_feeds(connection, every, team), *every.undecided) for team in teams}
        known = tuple(
            team_examined(team, team_events(connection, team, at - READ_WEEKS * WEEK, at), theirs, now)
            for team, theirs in fed.items()
        )
    says = doctor.database(database_name(database.url), filled.events, filled.newest, filled.bytes)
    first = Check(about="database", state="ok", says=says, do=None if filled.events else doctor.NOTHING_STORED)
    asked_of = checks(answers, stored, chain.from_iterable(fed.values()), teams, now)
    return (first, *asked_of, *undelivered, *in_slack), known


def promised(
    answers: Sequence[Asked], teams: Sequence[Team], now: datetime
) -> tuple[tuple[Check, ...], tuple[TeamExamined, ...]]:
    """The same where nothing is stored: by what the sources cover alone."""
    every = Feeds.of(feeds(answers, Stored()))
    fed = {team: (*every.naming(team, ()), *every.undecided) for team in teams}
    known = tuple(team_examined(team, TeamEvents(), theirs, now) for team, theirs in fed.items())
    return tuple(checks(answers, Stored(), chain.from_iterable(fed.values()), teams, now)), known


def reported(found: Iterable[Check], teams: Iterable[TeamExamined]) -> DoctorReport:
    """All of it; well where nothing has to be mended."""
    every = tuple(found)
    return DoctorReport(ok=all(check.state != "mend" for check in every), checks=every, teams=tuple(teams))


def team_examined(team: Team, events: TeamEvents, fed: Sequence[Feed], now: datetime) -> TeamExamined:
    """One team as of now; while history is loaded, of what every list has reached, as a report. Pure."""
    within = reach(fed, now.timestamp())
    facts = attribute(_loaded(events, within), team, now.timestamp())
    named = {
        fact.key: doctor_events.named(fact, team.zone)
        for fact in chain[DeploymentFact | ChangeFact | IncidentFact](facts.deployments, facts.changes, facts.incidents)
    }
    return TeamExamined(
        team=team.key,
        name=team.name,
        metrics=tuple(_metrics(team, events, facts, fed, within)),
        facts=tuple(
            DecisiveFact(
                fact=known.fact,
                known=known.known,
                of=known.of,
                says=doctor_facts.says(known),
                do=doctor_facts.do(known),
            )
            for known in decisive(facts)
        ),
        deployments=tuple(_deployment(team, fact, named) for fact in _newest(facts.deployments)),
        failures=tuple(
            _deployment(team, fact, named) for fact in _newest([each for each in facts.deployments if each.failure])
        ),
        incidents=tuple(_incident(team, fact, named) for fact in _newest(facts.incidents)),
    )


def _loaded(events: TeamEvents, within: Reach) -> TeamEvents:
    """What lies before is known of some lists alone: a change would be a later deployment's, for want of its own."""
    since = within.loaded_from
    if since is None:
        return events
    return TeamEvents.of(
        event
        for event in _every(events)
        if event.at.timestamp() >= since or (isinstance(event, Incident) and event.status == "open")
    )


def _metrics(
    team: Team, events: TeamEvents, facts: Facts, fed: Sequence[Feed], within: Reach
) -> Iterable[MetricSources]:
    stored = doctor_metrics.by_kind(
        ((event.kind, event.source) for event in _every(events)),
        ((kind, feed.event_source) for feed in fed for kind in feed.kinds),
    )
    by_signs = visibility(facts, within.seen_since).visible
    for metric in Metric:
        objective = team.availability_objective is not None
        origin = doctor_metrics.origin(metric, stored, team=team.key, objective=objective, by_signs=by_signs)
        yield MetricSources(
            metric=metric.value, name=metrics.name(metric), sources=origin.sources, says=origin.says, do=origin.do
        )


def _every(events: TeamEvents) -> Iterable[BaseEvent]:
    return chain.from_iterable(getattr(events, each.name) for each in fields(events))


def _newest(facts: Sequence[Each]) -> Sequence[Each]:
    return facts[: -_LAST - 1 : -1]


def _deployment(team: Team, fact: DeploymentFact, named: Mapping[str, str]) -> LastEvent:
    failure = fact.failure
    return LastEvent(
        event=fact.key,
        at=moment(fact.finished_at),
        when=figures.clock(fact.finished_at, team.zone),
        says=doctor_events.deployment(fact),
        why=None if failure is None else doctor_events.failure(failure, named),
        url=_url(fact.event),
    )


def _incident(team: Team, fact: IncidentFact, named: Mapping[str, str]) -> LastEvent:
    return LastEvent(
        event=fact.key,
        at=moment(fact.started_at),
        when=figures.clock(fact.started_at, team.zone),
        says=doctor_events.incident(fact),
        why=doctor_events.cause(fact, named),
        url=_url(fact.event),
    )


def _url(event: BaseEvent) -> str | None:
    return None if event.url is None else visible(event.url)
