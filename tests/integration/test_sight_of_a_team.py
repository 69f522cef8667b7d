"""What configured sources mean for a team's report: what they cover, how far they are read, how fresh they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.event import listen

from bot.answers.memory import remembering
from bot.answers.report import team_report
from bot.events import Change, Deployment, Event, Incident
from bot.ingest import ingest_events
from bot.page import page
from bot.store.database import Database
from bot.store.sight import Sight
from bot.store.subjects import microseconds
from bot.store.tables import events, stream_events, streams
from bot.team_report import TeamReport
from bot.teams import Team

NOW = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)  # a Monday
TEAM = Team(key="team-x", name="Team X", services=("checkout", "pay-*"))
TARGET = NOW - timedelta(weeks=104)
HUB, JIRA = "github:acme/checkout", "jira:acme.atlassian.net"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def deployment(days: float, service: str = "checkout", **fields: Any) -> Deployment:
    at = ago(days)
    return Deployment(
        kind="deployment",
        source=HUB,
        id=f"{service}-{days}",
        service=service,
        status="success",
        finished_at=at,
        **fields,
    )


def incident(days: float, *, hours: float | None = 1, **fields: Any) -> Incident:
    named = fields if {"service", "team"} & fields.keys() else {"service": "checkout", **fields}
    began = ago(days)
    return Incident(
        kind="incident",
        source=JIRA,
        id=f"i-{days}",
        started_at=began,
        resolved_at=None if hours is None else began + timedelta(hours=hours),
        status="open" if hours is None else "resolved",
        **named,
    )


def stream(
    database: Database,
    name: str,
    *,
    kind: str = "incident",
    source: str = "jira",
    event_source: str = JIRA,
    services: tuple[str, ...] = (),
    teams: tuple[str, ...] = (),
    **times: datetime | None,
) -> None:
    """A row as a sync leaves it; read to the present and loaded whole unless times say otherwise."""
    given: dict[str, datetime | None] = {"since": TARGET, "reached": TARGET, "synced_at": NOW, **times}
    row = {column: None if at is None else microseconds(at) for column, at in given.items()}
    covers = json.dumps({"services": services, "teams": teams})
    names = {"source": source, "stream": name, "event_source": event_source, "kinds": json.dumps([kind])}
    with database.writing() as connection:
        connection.execute(insert(streams).values({**names, **row, "covers": covers, "rule": "r", "pass": 1}))


def yielded(database: Database, name: str, *ids: str) -> None:
    with database.writing() as connection:
        for number in connection.execute(select(events.c.number).where(events.c.id.in_(ids))).scalars().all():
            row = {"source": "jira", "stream": name, "number": number, "pass": 1}
            connection.execute(insert(stream_events).values(row))


def feeds(database: Database, team: Team = TEAM) -> list[str]:
    with database.reading() as connection:
        return [feed.stream for feed in Sight().of(connection, team)]


def asked(database: Database, **options: Any) -> TeamReport:
    return team_report(database, TEAM, NOW, **options)


def history(*, failing: bool = False) -> list[Event]:
    """Two years of a deployment every other day; with an incident after each tenth where it is failing."""
    out: list[Event] = [deployment(days) for days in range(1, 720, 2)]
    return [*out, *(incident(days - 0.1) for days in range(1, 720, 20))] if failing else out


def said(report: TeamReport) -> str:
    return " ".join(f"{gap.missing} {gap.effect} {gap.fix}" for gap in report.data)


def test_only_feeds_that_name_the_team_or_spoke_of_it_are_its_own(database: Database) -> None:
    ingest_events(database, [deployment(3, "pay-api"), incident(2), incident(4, service="basket")])
    stream(database, "named", services=("pay-api",))
    stream(database, "spoke")
    stream(database, "spoke of others")
    stream(database, "of another system", event_source="jira:other")
    yielded(database, "spoke", "i-2")
    yielded(database, "spoke of others", "i-4")
    assert feeds(database) == ["named", "spoke"]


def test_without_streams_nothing_changes(database: Database) -> None:
    ingest_events(database, history())
    assert [part.last_synced for part in asked(database).sources] == [None]
    assert asked(database).metrics.change_failure_rate.value is None


@pytest.mark.parametrize(
    ("times", "visible"),
    [
        ({}, True),
        ({"covers_from": ago(60)}, True),
        ({"covers_from": NOW + timedelta(days=9)}, False),
        ({"reached": None, "synced_at": None}, False),
    ],
    ids=["whole", "since it records", "it will record later", "it was never read"],
)
def test_no_incident_is_no_failure_only_where_a_source_was_there_to_see_it(
    database: Database, times: dict[str, datetime | None], visible: bool
) -> None:
    ingest_events(database, history())
    stream(database, "incidents", services=("checkout",), **times)
    rate = asked(database).metrics.change_failure_rate
    assert (rate.value == 0) is visible
    assert (rate.why_unknown is None) is visible


def test_weeks_before_a_source_records_are_unknown_never_without_failures(database: Database) -> None:
    ingest_events(database, history())
    stream(database, "incidents", services=("checkout",), covers_from=ago(60))
    report = asked(database)
    failed = [week.failed for week in report.history]
    assert failed == [None] * 4 + [0] * 8
    assert report.metrics.change_failure_rate.trend == "unknown"
    assert report.metrics.deployment_frequency.trend == "flat"


def test_a_deployment_source_sees_no_failures(database: Database) -> None:
    ingest_events(database, history())
    stream(database, "deployments", kind="deployment", services=("checkout",))
    assert asked(database).metrics.change_failure_rate.value is None


def test_while_history_is_loaded_reports_use_what_every_stream_has_reached(database: Database) -> None:
    forgotten = incident(100, hours=None)
    ingest_events(database, [*history(failing=True), forgotten])
    stream(database, "incidents", services=("checkout",))
    stream(database, "deployments", kind="deployment", services=("checkout",), reached=ago(40))
    report = asked(database)
    assert "History loaded to 2026-08-26." in said(report)
    assert "Import older events" not in said(report)
    assert min(week.week for week in report.history) == "2026-08-31"
    assert {each.trend for each in (report.metrics.deployment_frequency, report.metrics.lead_time)} == {"unknown"}
    assert report.metrics.change_failure_rate.n <= 20
    assert report.metrics.reliability.incident_hours == pytest.approx(report.metrics.reliability.window.days * 24)


def test_a_loaded_history_is_told_of_no_more(database: Database) -> None:
    ingest_events(database, history())
    stream(database, "deployments", kind="deployment", services=("checkout",))
    assert "History loaded" not in said(asked(database))
    assert len(asked(database).history) == 12


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ({"synced_at": ago(9)}, "jira has not been read since 2026-09-26. What it holds beyond that is not counted."),
        ({"synced_at": None, "reached": None}, "jira has not been read yet."),
    ],
    ids=["it failed for long", "it never worked"],
)
def test_a_source_that_is_not_read_is_named(
    database: Database, times: dict[str, datetime | None], sentence: str
) -> None:
    ingest_events(database, history())
    stream(database, "incidents", services=("checkout",), **times)
    assert sentence in said(asked(database))


def test_a_report_of_the_past_misses_nothing_that_was_read_since(database: Database) -> None:
    ingest_events(database, history())
    stream(database, "incidents", services=("checkout",), synced_at=ago(9))
    assert "has not been read" not in said(asked(database, as_of=ago(20)))


def test_each_source_tells_when_it_was_last_read(database: Database) -> None:
    ingest_events(database, [deployment(2)])
    stream(
        database,
        "deployments",
        kind="deployment",
        source="hub",
        event_source=HUB,
        services=("checkout",),
        synced_at=ago(1),
    )
    stream(database, "runs", kind="pipeline_run", source="hub", event_source=HUB, services=("checkout",))
    stream(database, "incidents", services=("checkout",), synced_at=ago(2))
    report = asked(database)
    told = {part.source: (part.last_event, part.last_synced) for part in report.sources}
    assert told == {HUB: (ago(2), NOW), JIRA: (None, ago(2))}
    assert "sources read Sat 3 Oct 2026, 09:30 UTC" in page(report).footer, "the oldest reading speaks for all"


def moved(**times: datetime | None) -> Callable[[Database], None]:
    def move(database: Database) -> None:
        row = {column: None if at is None else microseconds(at) for column, at in times.items()}
        with database.writing() as connection:
            connection.execute(update(streams).values(row))

    return move


def gone(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(delete(streams))


@pytest.mark.parametrize(
    "change",
    [
        moved(synced_at=NOW + timedelta(hours=1)),
        moved(reached=ago(200)),
        moved(covers_from=ago(50)),
        moved(synced_at=ago(8)),
        gone,
    ],
    ids=["a sync that brought nothing", "more history", "records later", "it fell silent", "it is gone"],
)
def test_what_moves_in_a_stream_is_seen_at_once(database: Database, change: Callable[[Database], None]) -> None:
    ingest_events(database, history())
    stream(database, "incidents", services=("checkout",), reached=ago(100))
    answer = remembering(database)
    first = answer(TEAM, NOW)
    change(database)
    then = answer(TEAM, NOW)
    assert then != first
    assert then == asked(database)


def test_a_sync_that_brings_nothing_makes_no_report_anew(database: Database) -> None:
    ingest_events(database, history())
    stream(database, "incidents", services=("checkout",))
    answer = remembering(database)
    first = answer(TEAM, NOW)
    moved(synced_at=NOW + timedelta(hours=1))(database)
    then = answer(TEAM, NOW)
    assert then.metrics is first.metrics
    assert then.sources != first.sources


def test_a_ticket_that_names_only_a_team_counts_for_it(database: Database) -> None:
    """Its cause is looked for among all services of the team, under any of its names."""
    renamed = replace(TEAM, key="team-new", aliases=("team-x",))
    ingest_events(database, [*history(), *(incident(days - 0.1, team="Team-X") for days in (3, 13, 23))])
    stream(database, "incidents", teams=("team-x",))
    for team in (TEAM, renamed):
        report = team_report(database, team, NOW)
        assert report.metrics.change_failure_rate.failed == 3
        assert report.metrics.recovery_time.n == 3
        assert report.metrics.reliability.incident_hours == 3


def test_changes_before_what_is_loaded_are_left_out(database: Database) -> None:
    change = Change(kind="change", source=HUB, id="c", service="checkout", merged_at=ago(50), first_commit_at=ago(51))
    ingest_events(database, [change, deployment(49), deployment(3)])
    stream(database, "changes", kind="change", services=("checkout",), reached=ago(20))
    report = asked(database)
    assert report.metrics.lead_time.n == 0
    assert report.metrics.deployment_frequency.n == 1


def test_streams_that_did_not_move_are_not_read_again(database: Database) -> None:
    ingest_events(database, [deployment(2)])
    stream(database, "incidents", services=("checkout",))
    sight, executed = Sight(), list[str]()
    with database.reading() as connection:
        listen(connection, "before_cursor_execute", lambda *given: executed.append(given[2]))
        sight.of(connection, TEAM)
        first = [statement for statement in executed if "streams.covers" in statement]
        executed.clear()
        sight.of(connection, TEAM)
    assert first
    assert not any("streams.covers," in statement for statement in executed)
    assert len(executed) <= 5
