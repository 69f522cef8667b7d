"""A person learns of every message that did not reach Slack as it should, and what mends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from bot.answers.delivery import troubles
from bot.doctor_report import Check
from bot.jobs.remedies import REMEDIES
from bot.store.database import Database
from bot.store.outbox import enqueue, stored
from bot.store.work_tables import outbox
from bot.words import delivery
from tests.integration.outbox_rounds import NOW, a_post, a_reply

DAY = 86_400.0
UNREAD = "the channel's history could not be read"


def told(database: Database, now: float = NOW) -> Iterator[Check]:
    with database.reading() as connection:
        yield from troubles(connection, now)


def stands(database: Database, numbers: range = range(1, 2), **values: Any) -> None:
    with database.writing() as connection:
        enqueue(connection, [a_post(number) for number in numbers], NOW)
        connection.execute(update(outbox).values(**values))


def test_nothing_is_said_where_all_is_well(sqlite: Database) -> None:
    stands(sqlite, state="pending")
    assert list(told(sqlite)) == []


@pytest.mark.parametrize(
    ("values", "state", "says"),
    [
        (
            {"state": "parked", "reason": "not_in_channel"},
            "mend",
            "1 message to #team-1 waits: the bot is not in the channel (not_in_channel)",
        ),
        (
            {"state": "parked", "reason": "is_archived", "due_at": None},
            "note",
            "1 message to #team-1 was not posted: the channel is archived (is_archived)",
        ),
        (
            {"state": "parked", "reason": "made_up_today", "due_at": None},
            "note",
            "1 message to #team-1 was not posted: Slack says made_up_today",
        ),
        (
            {"state": "held", "reason": "token_revoked"},
            "mend",
            "no message goes out for now: the bot's token was revoked (token_revoked)",
        ),
        (
            {"state": "held", "reason": "ratelimited"},
            "note",
            "no message goes out for now: Slack asks for a pause (ratelimited)",
        ),
        (
            {"state": "unknown", "reason": "missing_scope", "due_at": None},
            "note",
            f"nobody can tell whether 1 message to #team-1 was posted; {UNREAD} (missing_scope)",
        ),
        (
            {"state": "sent", "reason": "invalid_blocks", "due_at": None},
            "note",
            "1 message to #team-1 came as text: Slack refused its blocks (invalid_blocks)",
        ),
        (
            {"due_at": stored(NOW - 700)},
            "mend",
            "1 message to #team-1 waits since Mon 2 Nov 2026, 08:00 UTC",
        ),
    ],
    ids=["parked", "given up", "another reason", "held", "held by Slack", "unknown", "simplified", "overdue"],
)
def test_what_became_of_a_message_is_said_with_its_reason(
    sqlite: Database, values: dict[str, Any], state: str, says: str
) -> None:
    stands(sqlite, **values)
    (check,) = told(sqlite)
    assert (check.state, check.says) == (state, says)
    assert check.do


def test_one_reason_is_said_once_for_all_its_channels(database: Database) -> None:
    stands(database, range(1, 8), state="parked", reason="not_in_channel")
    (check,) = told(database)
    assert check.says.startswith("7 messages to #team-1, #team-2, #team-3, #team-4, #team-5 and 2 more wait: ")


def test_what_waits_for_something_else_is_not_said_twice(database: Database) -> None:
    with database.writing() as connection:
        enqueue(connection, [a_post(), a_reply(1), a_post(2)], NOW - DAY)
        held = {"state": "held", "reason": "unreachable"}
        connection.execute(update(outbox).where(outbox.c.channel == "#team-2").values(held))
    assert [check.says for check in told(database)] == [
        "no message goes out for now: Slack can't be reached (unreachable)"
    ]


def test_what_is_long_gone_is_not_said_any_more(sqlite: Database) -> None:
    stands(sqlite, state="unknown", reason="missing_scope", due_at=None)
    assert list(told(sqlite, NOW + 29 * DAY)) == []


@pytest.mark.parametrize("reason", [*REMEDIES, "ratelimited", "unreachable", "too_late"])
def test_every_reason_that_is_acted_upon_has_its_words(reason: str) -> None:
    assert delivery.known(reason)
