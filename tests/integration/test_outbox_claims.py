"""Whose turn it is: the longest due, one a channel, and nobody else's until the lease ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from bot.slack.posting import payload
from bot.store.database import Database
from bot.store.outbox import Outgoing, enqueue
from bot.store.outbox_claims import Claim, Place, again_at, claim_due, claim_expired
from bot.store.outbox_endings import held, in_doubt, parked, put_off, sent, unknown
from tests.integration.outbox_rounds import NOW, a_post, a_reply

LEASE = 45.0
PLACE = Place("C0000000001", "1793606400.000001")


def said(database: Database, *outgoing: Outgoing, now: float = NOW) -> None:
    with database.writing() as connection:
        enqueue(connection, outgoing, now)


def claimed(database: Database, now: float = NOW) -> Claim | None:
    with database.writing() as connection:
        return claim_due(connection, now, now + LEASE)


def all_claimed(database: Database, now: float = NOW) -> list[tuple[str, int]]:
    """The keys' teams and the parts, until nothing more is to be had."""
    found = []
    while claim := claimed(database, now):
        found.append((claim.channel, claim.part))
    return found


def test_the_longest_due_comes_first(database: Database) -> None:
    for second, number in enumerate((3, 1, 2)):
        said(database, a_post(number), now=NOW + second)
    assert all_claimed(database, NOW + 60) == [("#team-3", 0), ("#team-1", 0), ("#team-2", 0)]


def test_a_channel_has_one_sender_at_a_time(sqlite: Database) -> None:
    said(sqlite, a_post(1), a_post(1, key="ping"), a_post(2))
    assert all_claimed(sqlite) == [("#team-1", 0), ("#team-2", 0)]


def test_a_reply_waits_for_its_parent_and_for_the_parts_before_it(database: Database) -> None:
    said(database, a_reply(1), a_reply(2))
    assert all_claimed(database) == []
    said(database, a_post())
    parent = claimed(database)
    assert parent
    with database.writing() as connection:
        sent(connection, parent, PLACE, 1, NOW)
    first = claimed(database, NOW + 1)
    assert first
    assert (first.part, first.thread) == (1, PLACE)
    with database.writing() as connection:
        parked(connection, first, "msg_too_long")
    second = claimed(database, NOW + 2)
    assert second
    assert second.part == 2


def test_nothing_goes_out_while_something_is_held(database: Database) -> None:
    said(database, a_post(1), a_post(2))
    claim = claimed(database)
    assert claim
    with database.writing() as connection:
        held(connection, claim, NOW + 30, "ratelimited")
        assert again_at(connection) == NOW + 30
    assert all_claimed(database, NOW + 29.9) == []
    assert all_claimed(database, NOW + 30) == [("#team-2", 0), ("#team-1", 0)]


def test_a_claim_is_nobody_else_s_until_its_lease_ends(database: Database) -> None:
    said(database, a_post())
    claim = claimed(database)
    with database.writing() as connection:
        assert again_at(connection) == NOW + LEASE
        assert claim_expired(connection, NOW + LEASE - 1, NOW + 2 * LEASE) is None
        again = claim_expired(connection, NOW + LEASE, NOW + 2 * LEASE)
    assert claim
    assert again
    assert payload(again) == payload(claim)
    assert (claim.attempt, again.attempt) == (1, 2)


@pytest.mark.parametrize(
    "end",
    [
        lambda connection, claim: put_off(connection, claim, NOW),
        lambda connection, claim: parked(connection, claim, "is_archived"),
        lambda connection, claim: unknown(connection, claim, "missing_scope"),
        lambda connection, claim: held(connection, claim, NOW, "ratelimited"),
        lambda connection, claim: in_doubt(connection, claim, "timeout", NOW),
    ],
    ids=["put off", "parked", "unknown", "held", "in doubt"],
)
def test_an_ending_counts_only_for_whoever_holds_the_claim(
    sqlite: Database, end: Callable[[Connection, Claim], None]
) -> None:
    said(sqlite, a_post())
    first = claimed(sqlite)
    assert first
    with sqlite.writing() as connection:
        second = claim_expired(connection, NOW + LEASE, NOW + 2 * LEASE)
        end(connection, first)
        assert again_at(connection) == NOW + 2 * LEASE
    assert second


def test_that_it_was_posted_counts_whoever_says_so(sqlite: Database) -> None:
    said(sqlite, a_post())
    first = claimed(sqlite)
    assert first
    with sqlite.writing() as connection:
        claim_expired(connection, NOW + LEASE, NOW + 2 * LEASE)
        sent(connection, first, PLACE, 1, NOW + LEASE)
        assert again_at(connection) is None
