"""What people say of an event is in the next digest: which event it is, and what that changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.answers.digest import digest, told_of
from bot.blocks.digest import digest_messages
from bot.decisions.verdicts import judge, reconsider
from bot.digest_report import Digest
from bot.events.verdict import Verdict
from bot.schedule import Kind
from bot.store.database import Database
from bot.store.told import Told, tell
from bot.store.verdicts import EventName, Given, Held, give, held_since
from tests.integration.team_weeks import MONDAY, TEAM, fill, steady
from tests.unit.answers.slack_rules import strings

CHANNEL = "#shop"
EARLIER: date = MONDAY.date() - timedelta(weeks=2)
NOW = MONDAY.timestamp()
THEN = NOW - 7 * 86_400
FINE = EventName("delivery", "deployment", "d-3-1")  # none of them failed but those of the third day of even weeks
FAILED = EventName("delivery", "deployment", "d-4-2")
CAUSED = EventName("desk", "incident", "i-4-2")
NEW = EventName("delivery", "deployment", "d-1-1")  # of the week that is reported on


@pytest.fixture
def shop(sqlite: Database) -> Database:
    fill(sqlite, steady(20))
    return sqlite


def was_told(database: Database, at: float = THEN) -> None:
    """A week ago, of the week before."""
    body = told_of(digest(database, TEAM, MONDAY, EARLIER, channel=CHANNEL)).model_dump_json()
    with database.writing() as connection:
        tell(connection, Told(Kind.DIGEST, TEAM.key, CHANNEL, EARLIER, at, body))


def says(database: Database, event: EventName, verdict: Verdict, at: float = NOW - 60) -> None:
    assert judge(database, TEAM, Given(event, verdict, TEAM.key, "U0REINHARD", at))


def made(database: Database) -> Digest:
    return digest(database, TEAM, MONDAY, channel=CHANNEL)


@pytest.mark.parametrize(
    ("event", "verdict", "named", "counted"),
    [
        (FINE, Verdict.FAILED, "shop d-3-1: it failed.", "1 deployment failed"),
        (FAILED, Verdict.NOT_FAILED, "shop d-4-2: it did not fail.", "1 deployment did not fail"),
        (CAUSED, Verdict.NOT_CAUSED, "incident i-4-2: no change caused it.", "1 incident had no change as its cause"),
    ],
)
def test_the_next_digest_names_what_was_said_and_what_it_changed(
    shop: Database, event: EventName, verdict: Verdict, named: str, counted: str
) -> None:
    was_told(shop)
    says(shop, event, verdict)
    told = made(shop)
    assert [(each.says, each.event) for each in told.said] == [(named, event.key)]
    more = verdict is Verdict.FAILED
    now = "12% (3 of 24)" if more else "4.2% (1 of 24)"
    assert told.corrections[:2] == (
        f"Since the last digest people said that {counted}.",
        f"With that, the change failure rate of the last four weeks is {now}; without it, 8.3% (2 of 24).",
    )
    week = "1 of 6 deployments failed (told: 0 of 6)" if more else "0 of 6 deployments failed (told: 1 of 6)"
    assert week in told.corrections[-1]


def test_the_event_is_linked_in_the_message_and_nobody_is_named(shop: Database) -> None:
    was_told(shop)
    says(shop, FINE, Verdict.FAILED)
    main, thread = digest_messages(made(shop))
    everything = str([message.blocks for message in (main, *thread)])
    assert "https://delivery.example/d-3-1" in everything
    assert "REINHARD" not in everything
    assert "people said that 1 deployment failed" in "\n".join(strings(list(main.blocks)))


def test_what_is_said_of_the_week_reported_on_is_named_too(shop: Database) -> None:
    was_told(shop, at=THEN + 3 * 86_400)  # late, so that people had spoken of it before
    says(shop, NEW, Verdict.FAILED, at=THEN + 2 * 86_400)
    assert [each.says for each in made(shop).said] == ["shop d-1-1: it failed."]


@pytest.mark.parametrize(
    ("given_at", "taken_back_at", "named"),
    [
        (THEN - 60, NOW - 60, ["shop d-3-1: taken back, so what its source says counts again."]),
        (THEN - 60, THEN - 30, []),
        (NOW - 60, NOW - 30, []),
    ],
    ids=["told with it", "before it was told", "since then, so that nothing changed"],
)
def test_what_was_taken_back_is_named_where_the_channel_was_told_with_it(
    shop: Database, given_at: float, taken_back_at: float, named: list[str]
) -> None:
    says(shop, FINE, Verdict.FAILED, given_at)
    was_told(shop)
    assert reconsider(shop, TEAM, FINE, "U1", taken_back_at)
    told = made(shop)
    assert [each.says for each in told.said] == named
    assert ("took back what was said of 1 event" in " ".join(told.corrections)) is bool(named)


def test_what_was_told_with_it_is_not_named_again(shop: Database) -> None:
    says(shop, FINE, Verdict.FAILED, THEN - 60)
    was_told(shop)
    assert made(shop).said == ()
    assert made(shop).corrections == ()


def test_one_of_long_ago_changes_none_of_the_four_weeks(shop: Database) -> None:
    was_told(shop)
    says(shop, EventName("delivery", "deployment", "d-9-1"), Verdict.FAILED)
    assert made(shop).corrections[1] == "No figure of the last four weeks changes with that."


def test_what_is_said_of_another_team_s_event_is_none_of_this_one_s(shop: Database) -> None:
    was_told(shop)
    elsewhere = EventName("delivery", "deployment", "d-of-another-team")
    with shop.writing() as connection:
        give(connection, Given(elsewhere, Verdict.FAILED, "other", "U1", NOW - 60))
    assert made(shop).said == ()


def test_a_channel_s_first_digest_names_all_that_is_in_force_and_what_it_changes(shop: Database) -> None:
    says(shop, FINE, Verdict.FAILED, THEN - 60)
    says(shop, NEW, Verdict.FAILED)
    says(shop, FAILED, Verdict.NOT_FAILED, THEN - 60)
    assert reconsider(shop, TEAM, FAILED, "U1", NOW - 30)
    told = made(shop)
    assert [each.says for each in told.said] == ["shop d-3-1: it failed.", "shop d-1-1: it failed."]
    assert told.corrections == (
        "Until this first digest people said that 2 deployments failed.",
        "With that, the change failure rate of the last four weeks is 17% (4 of 24); without it, 8.3% (2 of 24).",
    )


def test_a_first_digest_of_which_nobody_said_anything_says_nothing_of_it(shop: Database) -> None:
    assert (made(shop).said, made(shop).corrections) == ((), ())


def test_what_was_in_force_and_until_when_can_be_read_back(database: Database) -> None:
    fill(database, steady(6))
    says(database, FINE, Verdict.FAILED, NOW)
    says(database, FINE, Verdict.NOT_FAILED, NOW + 10)
    says(database, FAILED, Verdict.NOT_FAILED, NOW - 100)
    with database.reading() as connection:
        found = held_since(connection, NOW + 5)
        assert found == {
            FINE: (Held(Verdict.FAILED, NOW, NOW + 10), Held(Verdict.NOT_FAILED, NOW + 10, None)),
        }
        assert set(held_since(connection, NOW - 200)) == {FINE, FAILED}
