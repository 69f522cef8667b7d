"""A report of simulated weeks says what the watch says, and asks for what moved more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.answers.picture import NO_LOOKS, picture
from bot.answers.report import report
from bot.events import BaseEvent, Incident
from bot.metrics.facts import TeamEvents
from bot.metrics.reach import Reach
from bot.metrics.timeline import timeline
from bot.reading.read import read
from bot.regression.lookout import Lookout
from bot.regression.looks import looks
from tests.unit.statistics.test_looks import TEAM, at, history


def looked(events: list[BaseEvent], week: int) -> Lookout:
    return Lookout(looks(timeline(TeamEvents.of(events), TEAM), Reach(), at(week).timestamp(), 30))


def test_a_report_is_x1_exactly_while_the_watch_is_up_or_the_trends_show_it() -> None:
    events = history()
    for week in (56, 66, 70, 80):
        lookout = looked(events, week)
        rows = timeline(TeamEvents.of(events), TEAM)
        plain, seen = (report(rows, at(week).timestamp(), seen=each) for each in (NO_LOOKS, lookout))
        assert (seen.reading.rule == "X1") is (lookout.up or plain.reading.rule == "X1"), week
        assert ("since about" in seen.reading.says) is lookout.up
    assert lookout.up


@pytest.mark.parametrize(
    ("failures", "hours", "asks"),
    [
        pytest.param(3.0, 1 / 1.75, "testing_infrastructure", id="failures rose"),
        pytest.param(1.0, 6.0, "observability", id="recovery takes longer"),
    ],
)
def test_it_asks_for_what_moved_more(failures: float, hours: float, asks: str) -> None:
    events = [longer(event, hours) for event in history(failures=failures)]
    up = looked(history(), 80)
    known = picture(TeamEvents.of(events), TEAM, at(80).timestamp(), lookout=up)
    assert known.signs.failures_lead is (asks == "testing_infrastructure")
    reading = read(known)
    assert (reading.headline.rule, reading.investment.key) == ("X1", asks)


def longer(event: BaseEvent, times: float) -> BaseEvent:
    """Incidents of the last weeks last so many times as long."""
    if not isinstance(event, Incident) or event.resolved_at is None or event.at < at(64):
        return event
    lasted = event.resolved_at - event.at
    return event.model_copy(update={"resolved_at": event.at + timedelta(seconds=lasted.total_seconds() * times)})
