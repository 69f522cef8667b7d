"""What is written down to be sent: once by its key and part, whatever is said again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.blocks.message import Message
from bot.store.database import Database
from bot.store.outbox import Outgoing, enqueue, stored
from bot.store.work_tables import outbox

NOW = 1_793_606_400.0
FIRST = Outgoing("ping:team-x:C1:2026-10-26", 0, "C1", "post", Message("first", words="All of it."))
NEWER = replace(FIRST, revision=2, message=Message("second"))


def said(database: Database, *outgoing: Outgoing, now: float = NOW) -> int:
    with database.writing() as connection:
        return enqueue(connection, outgoing, now)


def stand(database: Database, **values: Any) -> None:
    with database.writing() as connection:
        connection.execute(update(outbox).values(**values))


def row(database: Database) -> dict[str, Any]:
    with database.reading() as connection:
        return dict(connection.execute(select(outbox)).mappings().one())


def test_what_is_said_twice_is_written_once(database: Database) -> None:
    assert said(database, FIRST) == 1
    assert said(database, FIRST, now=NOW + 60) == 0
    assert (row(database)["state"], row(database)["due_at"]) == ("pending", stored(NOW))


def test_an_older_revision_changes_nothing(sqlite: Database) -> None:
    said(sqlite, NEWER)
    assert said(sqlite, FIRST) == 0
    assert "second" in row(sqlite)["body"]


def test_a_newer_revision_takes_the_place_of_what_was_not_sent(sqlite: Database) -> None:
    said(sqlite, FIRST)
    assert said(sqlite, NEWER) == 1
    assert (row(sqlite)["operation"], row(sqlite)["revision"]) == ("post", 2)
    assert "second" in row(sqlite)["body"]


def test_a_newer_revision_of_what_was_sent_is_an_edit(database: Database) -> None:
    said(database, FIRST)
    stand(database, state="sent", ts="1.1", due_at=None, revision_sent=1)
    said(database, NEWER)
    assert (row(database)["operation"], row(database)["state"]) == ("edit", "pending")


def test_an_edit_of_what_was_never_said_is_nothing(sqlite: Database) -> None:
    assert said(sqlite, replace(NEWER, operation="edit")) == 0


@pytest.mark.parametrize(("state", "becomes"), [("sending", "sending"), ("unknown", "unknown"), ("parked", "pending")])
def test_a_newer_revision_leaves_alone_what_nobody_can_tell_yet(sqlite: Database, state: str, becomes: str) -> None:
    said(sqlite, FIRST)
    stand(sqlite, state=state, due_at=None)
    said(sqlite, NEWER)
    assert (row(sqlite)["state"], row(sqlite)["revision"]) == (becomes, 2)


def test_the_end_of_what_was_never_seen_stays_where_it_is(sqlite: Database) -> None:
    said(sqlite, FIRST)
    stand(sqlite, state="parked", due_at=None)
    said(sqlite, replace(NEWER, operation="edit"))
    assert (row(sqlite)["state"], row(sqlite)["due_at"]) == ("parked", None)


def test_an_edit_that_was_refused_is_tried_again_as_it_is_now(sqlite: Database) -> None:
    said(sqlite, FIRST)
    stand(sqlite, state="parked", due_at=None, ts="1.1")
    said(sqlite, replace(NEWER, operation="edit"))
    assert (row(sqlite)["state"], row(sqlite)["operation"]) == ("pending", "edit")


def test_a_message_is_due_a_second_after_the_last_one_of_its_channel(database: Database) -> None:
    said(database, FIRST)
    stand(database, state="sent", ts="1.1", due_at=None, tried_at=stored(NOW))
    said(database, replace(FIRST, part=1, operation="reply", parent=0), now=NOW + 0.2)
    with database.reading() as connection:
        assert connection.execute(select(outbox.c.due_at).where(outbox.c.part == 1)).scalar_one() == stored(NOW + 1)


def test_what_is_said_goes_with_the_transaction_that_says_it(sqlite: Database) -> None:
    with pytest.raises(LookupError):
        say_and_fail(sqlite)
    assert said(sqlite, FIRST) == 1


def say_and_fail(database: Database) -> None:
    with database.writing() as connection:
        enqueue(connection, [FIRST], NOW)
        raise LookupError
