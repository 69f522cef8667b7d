"""Whatever happened to a team, its digest and its ping can be made, and Slack takes them."""

from __future__ import annotations

import json
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answers.digest import WEEK, Before, digest_of, told_of
from bot.answers.past import Past
from bot.answers.ping import ping_of, since_of
from bot.answers.report import composed
from bot.blocks.digest import as_json, digest_messages
from bot.blocks.ping import closing_message, ping_message, reminder_messages
from bot.calendar import midnight
from bot.metrics.facts import TeamEvents
from bot.metrics.reach import Reach
from bot.metrics.timeline import timeline
from bot.reading.read import read
from bot.regression.lookout import Lookout
from bot.regression.looks import looks
from tests.unit.answers.slack_rules import check
from tests.unit.metrics.any_history import MONDAY, TEAM, histories

weeks = st.integers(1, 60).map(lambda number: MONDAY.date() + timedelta(weeks=number))
slow = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def past_of(events: TeamEvents, week: date) -> Past:
    rows = timeline(events, TEAM)
    seen = Lookout(looks(rows, Reach(), midnight(week + WEEK, TEAM.zone), 3))
    return Past(events, rows, (), {}, seen, MONDAY.timestamp())


@slow
@given(histories(), weeks)
def test_a_digest_can_be_made_and_held_against_the_one_before(events: TeamEvents, week: date) -> None:
    known = past_of(events, week)
    first = digest_of(known, Before(), week - WEEK, "#x", TEAM.zone)
    told = told_of(first)
    made = digest_of(known, Before(week - WEEK, told, week - WEEK), week, "#x", TEAM.zone)
    main, thread = digest_messages(made)
    for message in (main, *thread):
        check(message.blocks)
    json.dumps(as_json(made), allow_nan=False)
    same = made.report.reading.title == first.report.reading.title
    assert (made.course.changed == "still") is same
    assert made.course.streak_weeks == (first.course.streak_weeks + 1 if same else 1)


@slow
@given(histories(), weeks)
def test_what_was_told_of_the_same_data_is_not_corrected(events: TeamEvents, week: date) -> None:
    """Only weeks that were not over, or events that were not known, can change what was told."""
    known = past_of(events, week)
    first = digest_of(known, Before(), week, "#x", TEAM.zone)
    again = digest_of(known, Before(week, told_of(first)), week, "#x", TEAM.zone)
    assert again.corrections == ()


@slow
@given(histories(), weeks)
def test_a_ping_and_its_end_can_be_told(events: TeamEvents, week: date) -> None:
    known = past_of(events, week)
    picture = known.at(week + WEEK)
    ping = ping_of(picture, composed(picture, read(picture)), week, TEAM.zone)
    since = since_of(picture, week, week)
    for message in (ping_message(ping), closing_message(ping, since), *reminder_messages(ping, since)):
        check(message.blocks)
