"""What people say of an event is in the next digest, as a correction of what was told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.answers.digest import digest, told_of
from bot.decisions.verdicts import judge
from bot.events.verdict import Verdict
from bot.schedule import Kind
from bot.store.database import Database
from bot.store.told import Told, tell
from bot.store.verdicts import EventName, Given
from tests.integration.team_weeks import MONDAY, TEAM, fill, steady

CHANNEL = "#shop"


@pytest.mark.parametrize(
    ("event", "verdict", "says"),
    [
        (EventName("delivery", "deployment", "d-3-1"), Verdict.FAILED, "1 of 6 deployments failed (told: 0 of 6)"),
        (EventName("delivery", "deployment", "d-4-2"), Verdict.NOT_FAILED, "0 of 6 deployments failed (told: 1 of 6)"),
        (EventName("desk", "incident", "i-4-2"), Verdict.NOT_CAUSED, "0 of 6 deployments failed (told: 1 of 6)"),
    ],
)
def test_the_next_digest_says_what_a_verdict_changed(
    sqlite: Database, event: EventName, verdict: Verdict, says: str
) -> None:
    fill(sqlite, steady(20))
    earlier: date = MONDAY.date() - timedelta(weeks=2)
    told = digest(sqlite, TEAM, MONDAY, earlier, channel=CHANNEL)
    with sqlite.writing() as connection:
        body = told_of(told).model_dump_json()
        tell(connection, Told(Kind.DIGEST, TEAM.key, CHANNEL, earlier, MONDAY.timestamp(), body))
    assert judge(sqlite, TEAM, Given(event, verdict, TEAM.key, "U1", MONDAY.timestamp()))
    made = digest(sqlite, TEAM, MONDAY, channel=CHANNEL)
    assert says in " ".join(made.corrections)
