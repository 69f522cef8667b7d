"""A channel that snoozed its digest hears nothing until that day, and then of the newest week alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.decisions.channels import Place
from bot.decisions.replies import Answered, answer
from bot.jobs.deps import Clock, Deps
from bot.jobs.digests import DIGEST
from bot.jobs.run import run_due
from bot.reply import Reply, Stance
from bot.schedule import Kind, Slot, Subscription
from bot.store.database import Database
from bot.store.replies import reply_to
from bot.store.told import told_of
from tests.integration.jobs_for_tests import deps_of
from tests.integration.team_weeks import BERLIN, MONDAY, TEAM, fill, steady

HERE = Subscription("shop", "#shop", Slot(0, 9, BERLIN), frozenset(Kind))
WEEK = MONDAY.date() - timedelta(weeks=1)


def told_weeks(deps: Deps, weeks: int) -> list[date]:
    """Which of the weeks that are over were told, Monday by Monday."""
    found: list[date] = []
    for number in range(weeks):
        deps.clock.set((MONDAY + timedelta(weeks=number, hours=9)).timestamp())
        assert all(outcome.how == "done" for outcome in run_due(DIGEST, deps))
        with deps.database.reading() as connection:
            found += [
                each.period for each in told_of(connection, Kind.DIGEST, ("shop",), WEEK + timedelta(weeks=number))
            ]
    return found


def test_until_a_day_no_digest_comes_and_none_is_made_up_for(database: Database) -> None:
    fill(database, steady(20))
    deps = replace(deps_of(database), clock=Clock(0.0), teams=lambda: (TEAM,), subscriptions=(HERE,))
    first = WEEK + timedelta(weeks=1)
    assert told_weeks(deps, 2) == [first]  # a channel that is new hears of the next week first
    place = Place("C1", frozenset({"shop"}))
    until = (MONDAY + timedelta(weeks=2, days=3)).timestamp()
    now = deps.clock()
    assert answer(database, Answered(Kind.DIGEST, TEAM, first, place), Reply(until=until), now)
    assert answer(database, Answered(Kind.DIGEST, TEAM, first, place), Reply(Stance.RIGHT), now)
    assert not answer(database, Answered(Kind.DIGEST, TEAM, first, place), Reply(Stance.RIGHT), now)
    with database.reading() as connection:
        assert reply_to(told_of(connection, Kind.DIGEST, ("shop",), first)[0]) == Reply(Stance.RIGHT, None, until)
    assert told_weeks(deps, 4) == [first, WEEK + timedelta(weeks=3)]
