"""The sample organisation goes on after its start: what is known grows, and one team has a regression ahead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.answers.picture import picture_at
from bot.demo.organisation import REGRESSING, TEAMS, Organisation
from bot.events import BaseEvent, Incident
from bot.metrics.facts import TeamEvents
from bot.metrics.measure import Metric
from bot.metrics.reach import Reach
from bot.metrics.timeline import Timeline, timeline
from bot.reading.read import read
from bot.regression.lookout import Lookout
from bot.regression.looks import LOOKS, Look, looks
from bot.regression.telling import to_tell
from bot.regression.watch import over
from bot.regression.watch_score import ENDED
from bot.teams import Team

WEEK = timedelta(weeks=1)
AHEAD = 26  # weeks
WEDNESDAY = datetime(2026, 11, 25, 3, tzinfo=UTC)
MOVED = {"team-x", "stream", "fraud", "orders"}
# A Sunday night and a Monday morning, before and after the clocks change, across the year's end.
STARTS = [
    WEDNESDAY,
    datetime(2026, 12, 27, 22, 59, tzinfo=UTC),
    datetime(2027, 3, 22, 0, 1, tzinfo=UTC),
    datetime(2027, 10, 8, 17, tzinfo=UTC),
]


def known(team: Team, start: datetime) -> Timeline:
    """All of a team's events up to the end of the time ahead."""
    return timeline(TeamEvents.of(Organisation(start, teams=[team]).news(start + AHEAD * WEEK)), team)


def seen(rows: Timeline, start: datetime) -> Sequence[Look]:
    """The weekly looks of a year before the start and of the time ahead."""
    return looks(rows, Reach(), (start + AHEAD * WEEK).timestamp(), LOOKS + AHEAD)


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.strftime("%A %d %B"))
def test_the_team_with_the_regression_gets_one_ping_and_one_end(start: datetime) -> None:
    found = seen(known(REGRESSING, start), start)
    today = sum(look.at <= start.timestamp() for look in found)
    first = found[today - 1].week
    pings = [number for number, watch in enumerate(over(look.score for look in found)) if watch.pings]
    assert pings == [today + 3]
    ping, told = None, list[int]()
    for number in range(today, len(found)):
        if to_tell(found[: number + 1], ping, first).ping:
            ping = found[number].week
            told.append(number)
    assert told == pings
    ends = [to_tell(found[: number + 1], ping, first).ended for number in range(today + 4, len(found))]
    assert [end is None for end in ends].index(False) == 13
    assert max(look.score or 0.0 for look in found[today + 17 :]) < ENDED


def test_the_ping_is_about_a_team_that_was_well_and_names_how_it_got_worse() -> None:
    rows = known(REGRESSING, WEDNESDAY)
    found = seen(rows, WEDNESDAY)
    ping = next(number for number, watch in enumerate(over(look.score for look in found)) if watch.pings)
    pictures = [picture_at(rows, found[at].at, lookout=Lookout(tuple(found[: at + 1]))) for at in (ping - 1, ping)]
    before, then = map(read, pictures)
    assert (before.headline.pattern, before.relationships) == ("balanced", ("genuine_improvement",))
    assert (then.headline.pattern, then.relationships) == ("checklist_regression", ("frequency_without_testing",))
    assert then.investment.key == "testing_infrastructure"
    shipped = pictures[1].trends[Metric.DEPLOYMENT_FREQUENCY].effect
    assert shipped
    assert shipped.ratio > 1.8


@pytest.mark.parametrize("team", [team for team in TEAMS if team.key in MOVED], ids=lambda team: team.key)
def test_a_team_that_moved_before_the_start_does_not_ping_after_it(team: Team) -> None:
    assert not any(
        watch.pings for watch in over(look.score for look in seen(known(team, WEDNESDAY), WEDNESDAY))[LOOKS:]
    )


def test_what_became_known_bit_by_bit_is_what_is_known_in_the_end() -> None:
    bit_by_bit = Organisation(WEDNESDAY, teams=TEAMS[:1])
    moments = [WEDNESDAY, WEDNESDAY + timedelta(minutes=1), WEDNESDAY + timedelta(hours=30), WEDNESDAY + 3 * WEEK]
    known = {event.key: event for moment in moments for event in bit_by_bit.news(moment)}
    at_once = {event.key: event for event in Organisation(WEDNESDAY, teams=TEAMS[:1]).news(moments[-1])}
    assert known == at_once
    assert list(bit_by_bit.news(moments[-1])) == []


def test_an_incident_is_open_until_it_is_resolved() -> None:
    resolved = next(each for each in Organisation(WEDNESDAY, teams=TEAMS[:1]).news(WEDNESDAY) if has_ended(each))
    assert isinstance(resolved, Incident)
    assert resolved.detected_at
    organisation = Organisation(WEDNESDAY, teams=TEAMS[:1])
    known = {event.key: event for event in organisation.news(resolved.detected_at + timedelta(seconds=1))}
    assert known[resolved.key] == resolved.model_copy(
        update={"status": "open", "acknowledged_at": None, "resolved_at": None}
    )
    assert resolved in set(organisation.news(WEDNESDAY))


def has_ended(event: BaseEvent) -> bool:
    return isinstance(event, Incident) and event.resolved_at is not None
