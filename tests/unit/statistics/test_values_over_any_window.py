from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import WEEK, Window
from bot.metrics.attribution import attribute
from bot.metrics.facts import TeamEvents
from bot.metrics.measure import Metric
from bot.metrics.measures import measure_all
from bot.metrics.visibility import Visibility
from bot.regression.values import value
from tests.unit.metrics.any_history import HOURS, MONDAY, TEAM, at, histories

windows = st.tuples(st.integers(0, 60), st.integers(1, 40)).map(
    lambda span: Window(MONDAY.timestamp() + span[0] * WEEK, MONDAY.timestamp() + sum(span) * WEEK, 7.0 * span[1])
)
sights = st.builds(
    Visibility, visible=st.booleans(), since=st.none() | st.integers(0, HOURS).map(lambda hour: at(hour).timestamp())
)


@given(histories(), windows, sights, st.integers(1, 60))
@settings(max_examples=50, deadline=None)
def test_a_value_alone_is_the_one_that_a_whole_measure_shows(
    events: TeamEvents, window: Window, sight: Visibility, week: int
) -> None:
    facts = attribute(events, TEAM, at(168 * week).timestamp())
    whole = measure_all(facts, dict.fromkeys(Metric, window), TEAM, sight)
    for metric in Metric:
        assert value(metric, facts, window, TEAM, sight) == getattr(whole, metric.value).value


@given(histories(), windows)
@settings(max_examples=50, deadline=None)
def test_what_happened_in_a_window_is_what_lies_in_it_one_by_one(events: TeamEvents, window: Window) -> None:
    facts = attribute(events, TEAM, at(HOURS).timestamp())
    assert facts.released(window) == tuple(each for each in facts.team_deployments if each.finished_at in window)
    assert facts.delivered(window) == [
        each for each in facts.changes if each.delivered_at is not None and each.delivered_at in window
    ]
    assert facts.measured(window) == tuple(
        each for each in facts.slo_windows if window.start < each.window_end.timestamp() <= window.end
    )
