"""Doctor shows what was decided in Slack: it wins over the settings and the sources."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.answers.decided import decided
from bot.events.verdict import Verdict
from bot.schedule import Kind, Slot, Subscription
from bot.store.database import Database
from bot.store.subscriptions import keep_subscription
from bot.store.verdicts import EventName, Given, give, take_back

NOON = 1_793_620_800.0  # Mon 2 Nov 2026, 12:00


def shown(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        return {check.about: check.says for check in decided(connection, ())}


def test_nothing_decided_is_nothing_said(database: Database) -> None:
    assert shown(database) == {}


def test_channels_and_verdicts_are_named_the_newest_first_and_the_rest_is_counted(database: Database) -> None:
    slot = Slot(0, 9, ZoneInfo("Europe/Berlin"))
    with database.writing() as connection:
        for number, kinds in enumerate((frozenset(Kind), frozenset[Kind](), frozenset({Kind.PING}), frozenset(Kind))):
            keep_subscription(connection, Subscription("team-x", f"C{number}", slot, kinds), NOON)
        for number in range(5):
            name = EventName("ci", "deployment", f"d-{number}")
            give(connection, Given(name, Verdict.NOT_FAILED, "team-x", f"U{number}", NOON + 60 * number))
        take_back(connection, EventName("ci", "deployment", "d-4"), "U9", NOON + 600)
    said = shown(database)
    assert said["channels"] == (
        "4 channels set in Slack, which wins over the settings: C0: team-x: the digest on Mondays at 09:00 (Berlin) "
        "and a ping when speed is bought with stability; C1: nothing about team-x; C2: team-x: a ping when speed is "
        "bought with stability; and 1 more."
    )
    assert said["verdicts"].startswith(
        "4 events judged in Slack, which wins over the sources: deployment d-3 did not fail (user U3, "
        "Mon 2 Nov 2026, 12:03 UTC); "
    )
    assert said["verdicts"].endswith("; and 1 more.")
