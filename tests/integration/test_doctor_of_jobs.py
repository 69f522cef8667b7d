"""`quintet doctor` shows each job: its last run, how long it took, how it ended, and the next one."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.calendar import DAY
from bot.jobs.checks import failing, job_checks
from bot.schedule import Kind, Slot, Subscription
from bot.store.database import Database
from bot.store.ledger import Turn, claim, fail, finish
from bot.store.outbox import enqueue, stored
from bot.store.work_tables import outbox
from bot.teams import Team
from tests.integration.outbox_rounds import a_post, a_reply

NOON = 1_793_620_800.0  # Monday 2 November 2026
MONDAY_9 = Slot(0, 9, ZoneInfo("Europe/Berlin"))
TEAM = Subscription("team-x", "#team-x", MONDAY_9, frozenset(Kind))
NEXT_DIGEST = "next Mon 9 Nov 2026, 09:00 Berlin, team-x #team-x"
RUNS = "See that `quintet serve` runs: it starts the jobs."


def ran(database: Database, job: str, subject: str = "", *, at: float, ends: float, failure: str | None = None) -> None:
    with database.writing() as connection:
        held = claim(connection, Turn(job, subject, str(at)), at, 3600)
        assert held
        if failure is None:
            finish(connection, held, ends)
        else:
            fail(connection, held, failure, ends, 0.5)


def said(database: Database, *subscriptions: Subscription, now: float = NOON) -> list[tuple[str, str, str | None]]:
    with database.reading() as connection:
        found = job_checks(connection, ["github"], subscriptions, (), now)
    assert {check.about for check in found} == {"jobs"}
    return [(check.state, check.says, check.do) for check in found]


def test_before_the_first_run_there_is_one_thing_to_say(sqlite: Database) -> None:
    assert said(sqlite, TEAM) == [("note", "none has run yet", "`quintet serve` starts them.")]


def test_what_did_not_run_yet_is_said_with_its_next_run(sqlite: Database) -> None:
    ran(sqlite, "refresh", at=NOON - 100, ends=NOON - 100)
    assert said(sqlite, TEAM) == [
        ("note", "sync of github: has not run yet; next Mon 2 Nov 2026, 12:15 UTC", RUNS),
        ("ok", "refresh: done Mon 2 Nov 2026, 11:58 UTC, in less than a second; next Mon 2 Nov 2026, 12:15 UTC", None),
        ("note", "watch: has not run yet; next Mon 2 Nov 2026, 12:15 UTC", RUNS),
        ("note", "prepare: has not run yet; next Mon 2 Nov 2026, 12:15 UTC", RUNS),
        ("note", "prune: has not run yet; next Tue 3 Nov 2026, 00:00 UTC", RUNS),
        ("note", f"digest: has not run yet; {NEXT_DIGEST}", None),
    ]


def test_a_run_that_went_well(database: Database) -> None:
    ran(database, "sync", "github", at=NOON - 100, ends=NOON - 60)
    state, says, do = said(database)[0]
    assert says == "sync of github: done Mon 2 Nov 2026, 11:59 UTC, in 40 s; next Mon 2 Nov 2026, 12:15 UTC"
    assert (state, do) == ("ok", None)


def test_a_run_that_failed_has_to_be_mended(database: Database) -> None:
    ran(database, "digest", "team-x #team-x", at=NOON - 100, ends=NOON - 98, failure="The database is full.")
    ran(database, "digest", "team-y #team-y", at=NOON - 90, ends=NOON - 90)
    failed, well = said(database, TEAM)[5:]
    assert failed == (
        "mend",
        "digest of team-x #team-x: failed Mon 2 Nov 2026, 11:58 UTC, after 2 s: The database is full.",
        "It was tried once; the next attempt comes Mon 2 Nov 2026, 11:59 UTC.",
    )
    assert well[:2] == ("ok", f"digest: done Mon 2 Nov 2026, 11:58 UTC, in less than a second; {NEXT_DIGEST}")


def test_a_run_that_goes_on_and_one_that_was_broken_off(sqlite: Database) -> None:
    with sqlite.writing() as connection:
        claim(connection, Turn("refresh", "", "1"), NOON - 60, 3600)
        claim(connection, Turn("watch", "", "1"), NOON - 60, 30)
    _, refresh, watch, *_ = said(sqlite)
    assert refresh == ("ok", "refresh: runs since Mon 2 Nov 2026, 11:59 UTC", None)
    assert watch[:2] == (
        "note",
        "watch: begun Mon 2 Nov 2026, 11:59 UTC and not ended; next Mon 2 Nov 2026, 12:15 UTC",
    )


def test_jobs_that_nobody_starts_any_more(sqlite: Database) -> None:
    ran(sqlite, "sync", "github", at=NOON - DAY, ends=NOON - DAY)
    assert said(sqlite)[0] == ("mend", "sync of github: has not run since Sun 1 Nov 2026, 12:00 UTC", RUNS)


def test_where_nobody_gets_a_digest_it_says_so(sqlite: Database) -> None:
    ran(sqlite, "refresh", at=NOON - 100, ends=NOON - 100)
    assert said(sqlite)[-1] == (
        "note",
        "digest: nobody gets one",
        "Set a channel under teams[].channel, or subscribe one in Slack.",
    )


def test_teams_of_which_nobody_hears_are_named_and_those_that_were_switched_off_are_not(sqlite: Database) -> None:
    ran(sqlite, "refresh", at=NOON - 100, ends=NOON - 100)
    teams = [Team(key, key, ("checkout",)) for key in ("team-x", "ledger", "quiet")]
    off = replace(TEAM, team="quiet", kinds=frozenset())
    with sqlite.reading() as connection:
        told = [(check.says, check.do) for check in job_checks(connection, [], (TEAM, off), teams, NOON)]
    assert told[-1] == (
        "digest: nobody gets that of ledger",
        "Set teams[].channel or teams[].manager, or subscribe a channel in Slack.",
    )


def test_deliveries_are_told_by_the_last_message_and_by_those_that_wait(database: Database) -> None:
    ran(database, "refresh", at=NOON - 100, ends=NOON - 100)
    with database.writing() as connection:
        enqueue(connection, [a_post(), a_reply(1)], NOON)
    waits = "deliver: no message has gone out yet; 2 messages wait, next Mon 2 Nov 2026, 12:00 UTC"
    assert said(database, TEAM)[-1] == ("ok", waits, None)
    with database.writing() as connection:
        connection.execute(update(outbox).values(state="sent", due_at=None, sent_at=stored(NOON + 60)))
    assert said(database, TEAM)[-1][1] == "deliver: the last message went out Mon 2 Nov 2026, 12:01 UTC; none waits"


def test_those_that_fail_are_named_until_a_newer_run_goes_well(database: Database) -> None:
    ran(database, "sync", "github", at=NOON - 300, ends=NOON - 290, failure="It is down.")
    ran(database, "sync", "a-source-that-is-gone", at=NOON - 300, ends=NOON - 290, failure="It is down.")
    ran(database, "refresh", at=NOON - 300, ends=NOON - 290)
    assert named(database) == ("sync of github",)
    ran(database, "sync", "github", at=NOON, ends=NOON + 1)
    assert named(database) == ()


@pytest.mark.parametrize(("reason", "is_named"), [("token_revoked", True), ("ratelimited", False)])
def test_delivery_is_among_them_where_slack_takes_nothing_and_not_while_it_asks_for_a_pause(
    sqlite: Database, reason: str, is_named: bool
) -> None:
    with sqlite.writing() as connection:
        enqueue(connection, [a_post()], NOON)
        connection.execute(update(outbox).values(state="held", reason=reason))
    assert (named(sqlite) == ("deliver",)) is is_named


def named(database: Database) -> tuple[str, ...]:
    with database.reading() as connection:
        return failing(connection, ["github"])
