"""What people say of events counts at once, stands apart from the events, and can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.answers.looks import lookout, refresh_looks
from bot.answers.memory import remembering
from bot.answers.why import why
from bot.decisions.verdicts import judge, reconsider
from bot.errors import DecisionError
from bot.events import Deployment, Event, Incident
from bot.events.verdict import Verdict
from bot.ingest import ingest_events
from bot.metrics.reach import Reach
from bot.metrics.timeline import timeline
from bot.regression.looks import LOOKS, looks
from bot.store.database import Database
from bot.store.events import data_revision, stored_bodies, team_events
from bot.store.subjects import microseconds
from bot.store.touches import touched_since
from bot.store.verdict_tables import verdicts
from bot.store.verdicts import EventName, Given, in_force
from bot.teams import Team
from tests.integration import team_weeks

TEAM = Team("team-x", "Team X", ("checkout",))
OTHER = Team("team-y", "Team Y", ("search",))
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOON = datetime(2026, 10, 19, 12, tzinfo=UTC)
DEPLOYMENT = EventName("file", "deployment", "d-3")
INCIDENT = EventName("file", "incident", "i-1")


def deployment(number: int, **told: object) -> Deployment:
    at = NOON + timedelta(days=number % 14)
    return Deployment.model_validate(
        {
            "kind": "deployment",
            "id": f"d-{number}",
            "service": "checkout",
            "status": "success",
            "finished_at": at,
            **told,
        }
    )


def incident(**told: object) -> Incident:
    began = NOON + timedelta(days=5, hours=1)
    return Incident.model_validate(
        {
            "kind": "incident",
            "id": "i-1",
            "service": "checkout",
            "status": "resolved",
            "started_at": began,
            "resolved_at": began + timedelta(hours=2),
            **told,
        }
    )


EVENTS: tuple[Event, ...] = (*map(deployment, range(13)), incident())


@pytest.fixture
def filled(database: Database) -> Database:
    ingest_events(database, iter(EVENTS))
    return database


def given(event: EventName, verdict: Verdict, hours: float = 0.0) -> Given:
    return Given(event, verdict, TEAM.key, "U1", NOW.timestamp() + 3600 * hours)


def failed(database: Database) -> int:
    return remembering(database)(TEAM, NOW).metrics.change_failure_rate.failed


def revision(database: Database) -> int:
    with database.reading() as connection:
        return data_revision(connection)


@pytest.mark.parametrize(
    ("event", "verdict", "then"),
    [
        (DEPLOYMENT, Verdict.FAILED, 2),
        (EventName("file", "deployment", "d-5"), Verdict.NOT_FAILED, 0),
        (INCIDENT, Verdict.NOT_CAUSED, 0),
    ],
)
def test_a_verdict_counts_at_once_from_the_event_s_own_time_and_can_be_taken_back(
    filled: Database, event: EventName, verdict: Verdict, then: int
) -> None:
    answer = remembering(filled)  # as a bot that has answered already
    assert answer(TEAM, NOW).metrics.change_failure_rate.failed == 1
    assert judge(filled, TEAM, given(event, verdict))
    assert answer(TEAM, NOW).metrics.change_failure_rate.failed == then
    assert reconsider(filled, TEAM, event, "U2", NOW.timestamp() + 60)
    assert answer(TEAM, NOW).metrics.change_failure_rate.failed == 1
    assert not reconsider(filled, TEAM, event, "U2", NOW.timestamp() + 61)


def test_why_ends_with_what_people_said_so_that_an_old_event_can_be_given_back(filled: Database) -> None:
    """The oldest deployment is behind no claim, as it no longer failed, and not among the newest."""
    ingest_events(
        filled,
        iter(
            [
                deployment(14, failed=True),
                Deployment.model_validate(
                    {"kind": "deployment", "id": "s-1", "service": "search", "status": "success", "finished_at": NOON}
                ),
            ]
        ),
    )
    old, elsewhere = EventName("file", "deployment", "d-14"), EventName("file", "deployment", "s-1")
    assert old.id not in {each.id for claim in why(filled, TEAM, NOW).claims[-1:] for each in claim.events}
    judge(filled, TEAM, given(old, Verdict.NOT_FAILED))
    judge(filled, OTHER, given(elsewhere, Verdict.FAILED))
    judge(filled, TEAM, given(INCIDENT, Verdict.NOT_CAUSED, hours=1))
    last = why(filled, TEAM, NOW).claims[-1]
    assert [(each.id, each.verdict) for each in last.events] == [
        ("i-1", Verdict.NOT_CAUSED),
        ("d-14", Verdict.NOT_FAILED),
    ]
    reconsider(filled, TEAM, INCIDENT, "U2", NOW.timestamp() + 7200)
    reconsider(filled, TEAM, old, "U2", NOW.timestamp() + 7200)
    assert why(filled, TEAM, NOW).claims[-1].says != last.says


def test_a_verdict_leaves_what_stands_before_it_in_the_walk_where_it_was(filled: Database) -> None:
    """Whoever goes on after a press misses nothing."""
    before = [claim.events for claim in why(filled, TEAM, NOW).claims]
    judge(filled, TEAM, given(DEPLOYMENT, Verdict.FAILED))
    after = [[each.id for each in claim.events] for claim in why(filled, TEAM, NOW).claims]
    newest = [each.id for each in before[-1]]
    assert after[-2:] == [newest, [DEPLOYMENT.id]]


def test_a_verdict_survives_another_import_and_what_the_source_says_later(filled: Database) -> None:
    judge(filled, TEAM, given(DEPLOYMENT, Verdict.FAILED))
    ingest_events(filled, iter(EVENTS))
    ingest_events(filled, iter([deployment(3, version="2", failed=False)]))
    assert failed(filled) == 2
    ingest_events(filled, iter([deployment(3, retracted=True)]))
    assert failed(filled) == 1
    ingest_events(filled, iter([deployment(3)]))
    assert failed(filled) == 2


def test_events_are_exported_as_their_sources_said_them(filled: Database) -> None:
    with filled.reading() as connection:
        before = tuple(stored_bodies(connection, TEAM, None))
    judge(filled, TEAM, given(DEPLOYMENT, Verdict.FAILED))
    with filled.reading() as connection:
        assert tuple(stored_bodies(connection, TEAM, None)) == before


def test_the_same_verdict_again_changes_nothing_and_another_takes_its_place(filled: Database) -> None:
    assert judge(filled, TEAM, given(DEPLOYMENT, Verdict.FAILED))
    seen = revision(filled)
    assert not judge(filled, TEAM, given(DEPLOYMENT, Verdict.FAILED, hours=1))
    assert revision(filled) == seen
    assert judge(filled, TEAM, given(DEPLOYMENT, Verdict.NOT_FAILED))  # at the same instant
    with filled.reading() as connection:
        assert in_force(connection, [DEPLOYMENT, INCIDENT])[DEPLOYMENT].verdict is Verdict.NOT_FAILED
        rows = connection.execute(select(verdicts).order_by(verdicts.c.given_at)).all()
    assert [(row.verdict, row.by, row.taken_back_by) for row in rows] == [
        ("failed", "U1", "U1"),
        ("not_failed", "U1", None),
    ]


def test_what_is_kept_of_the_time_since_the_event_is_stale_and_no_more(filled: Database) -> None:
    seen = revision(filled)
    judge(filled, TEAM, given(DEPLOYMENT, Verdict.FAILED))
    with filled.reading() as connection:
        assert touched_since(connection, TEAM, seen) == microseconds(deployment(3).at)
        assert touched_since(connection, OTHER, seen) is None


@pytest.mark.parametrize(
    ("team", "event", "verdict"),
    [
        (OTHER, DEPLOYMENT, Verdict.FAILED),
        (TEAM, EventName("file", "deployment", "d-99"), Verdict.FAILED),
        (TEAM, INCIDENT, Verdict.FAILED),
        (TEAM, DEPLOYMENT, Verdict.NOT_CAUSED),
    ],
)
def test_nothing_can_be_said_of_what_is_not_the_team_s_or_of_another_kind(
    filled: Database, team: Team, event: EventName, verdict: Verdict
) -> None:
    seen = revision(filled)
    with pytest.raises(DecisionError):
        judge(filled, team, given(event, verdict))
    assert revision(filled) == seen


def test_a_verdict_replaces_the_source_s_own_and_when_that_was_given(filled: Database) -> None:
    ingest_events(filled, iter([deployment(3, failed=True, failed_at=NOW + timedelta(days=3))]))
    judge(filled, TEAM, given(DEPLOYMENT, Verdict.NOT_FAILED))
    with filled.reading() as connection:
        events = team_events(connection, TEAM)
    (judged,) = (event for event in events.deployments if event.id == "d-3")
    assert (judged.failed, judged.failed_at) == (False, None)


@pytest.mark.parametrize(
    ("event", "verdict"),
    [
        (EventName("delivery", "deployment", "d-9-1"), Verdict.FAILED),
        (EventName("delivery", "deployment", "d-10-2"), Verdict.NOT_FAILED),
        (EventName("desk", "incident", "i-10-2"), Verdict.NOT_CAUSED),
    ],
)
def test_looks_that_are_kept_are_those_that_would_be_found_now(
    sqlite: Database, event: EventName, verdict: Verdict
) -> None:
    team_weeks.fill(sqlite, team_weeks.steady())
    team, monday = team_weeks.TEAM, team_weeks.MONDAY
    assert refresh_looks(sqlite, team, monday)
    before = lookout(sqlite, team, monday.timestamp(), Reach())
    judge(sqlite, team, given(event, verdict))
    corrected = lookout(sqlite, team, monday.timestamp(), Reach())
    with sqlite.reading() as connection:
        events = team_events(connection, team)
    assert corrected.looks == looks(timeline(events, team), Reach(), monday.timestamp(), LOOKS)
    assert corrected != before
    assert refresh_looks(sqlite, team, monday)
    reconsider(sqlite, team, event, "U1", NOW.timestamp() + 60)
    assert lookout(sqlite, team, monday.timestamp(), Reach()) == before
