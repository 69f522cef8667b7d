"""Who is told what, and when, by what stands in quintet.yaml."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.schedule import ORGANISATION, Kind, Slot, Subscription
from bot.settings.settings import Settings, settings_of

BERLIN, UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
DIGEST, BOTH = frozenset({Kind.DIGEST}), frozenset(Kind)


def read(text: str) -> Settings:
    return settings_of(text, Path("quintet.yaml"), {})


@pytest.mark.parametrize(
    ("case", "says", "told"),
    [
        ("a channel gets both kinds", "channel: '#x'", ("#x", 0, 9, BERLIN, BOTH)),
        ("or only some", "channel: '#x', messages: [digest]", ("#x", 0, 9, BERLIN, DIGEST)),
        ("or none", "channel: '#x', messages: []", ("#x", 0, 9, BERLIN, frozenset())),
        ("at its own hour", "channel: '#x', digest: {day: friday, hour: 16}", ("#x", 4, 16, BERLIN, BOTH)),
        ("in a zone of its own", "channel: '#x', digest: {timezone: UTC}", ("#x", 0, 9, UTC, BOTH)),
        ("without a channel the manager", "manager: U0123", ("U0123", 0, 9, BERLIN, DIGEST)),
        ("only if digests come at all", "manager: U0123, messages: [ping]", ("U0123", 0, 9, BERLIN, frozenset())),
        ("a channel goes before a manager", "channel: '#x', manager: U0123", ("#x", 0, 9, BERLIN, BOTH)),
    ],
)
def test_a_team_s_subscription(case: str, says: str, told: tuple[str, int, int, ZoneInfo, frozenset[Kind]]) -> None:
    settings = read(f"teams: [{{key: team-x, services: [checkout], timezone: Europe/Berlin, {says}}}]")
    channel, weekday, hour, zone, kinds = told
    assert settings.subscriptions == (Subscription("team-x", channel, Slot(weekday, hour, zone), kinds),), case


def test_a_team_without_a_channel_and_a_manager_tells_nobody() -> None:
    assert read("teams: [{key: team-x, services: [checkout]}]").subscriptions == ()


def test_all_teams_may_have_a_digest_of_their_own() -> None:
    settings = read("organisation_digest: {channel: '#all', day: tuesday, hour: 7, timezone: Europe/Berlin}")
    assert settings.subscriptions == (Subscription(ORGANISATION, "#all", Slot(1, 7, BERLIN), DIGEST),)


def test_what_becomes_of_a_post_of_unknown_outcome_is_handed_on() -> None:
    assert read("").unknown_posts == "park"
    assert read("delivery: {unknown: repost}").unknown_posts == "repost"
