from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.message import Message
from bot.blocks.organisation import TEAMS_A_MESSAGE, organisation_messages
from bot.digest_report import Course, OrganisationDigest, TeamLine
from tests.unit.answers.report_strategy import texts
from tests.unit.answers.slack_rules import check, strings

WEEK = date(2026, 10, 26)
STILL = Course(changed="still", earlier=None, streak_weeks=6, streak_whole=True)


def line(name: str, title: str = "Balanced", course: Course = STILL) -> TeamLine:
    return TeamLine(team=name, name=name, title=title, course=course)


def messages(*teams: TeamLine) -> tuple[Message, ...]:
    everyone = OrganisationDigest(channel="#delivery", week=WEEK, teams=teams, precision=None)
    main, thread = organisation_messages(everyone)
    return (main, *thread)


def _read(message: Message) -> list[str]:
    return list(strings(list(message.blocks)))


@pytest.mark.parametrize(
    ("course", "says"),
    [
        (STILL, "Shop: Balanced (6 weeks)"),
        (STILL.model_copy(update={"streak_whole": False}), "Shop: Balanced (6 weeks or longer)"),
        (
            Course(changed="now", earlier="Slow recovery", streak_weeks=1, streak_whole=True),
            "Shop: Balanced (new; a week ago: Slow recovery)",
        ),
        # What came before a streak of some weeks is no news.
        (STILL.model_copy(update={"earlier": "Slow recovery"}), "Shop: Balanced (6 weeks)"),
    ],
)
def test_a_team_is_one_line(course: Course, says: str) -> None:
    (main,) = messages(line("Shop", course=course))
    assert _read(main) == [
        "Week of 26 October: how the five metrics of 1 team read together, by name. ",
        says,
        "Each team stands against its own past; the same figure means different things in different systems.",
    ]


def test_what_does_not_fit_follows_in_the_thread_in_the_same_order() -> None:
    names = [f"team-{n:04}" for n in range(2 * TEAMS_A_MESSAGE + 1)]
    main, *thread = messages(*map(line, names))
    shown = [text.partition(":")[0] for each in (main, *thread) for text in _read(each) if text.startswith("team-")]
    assert shown == names
    assert [len(each.blocks) for each in thread] == [1, 1]
    assert _read(thread[1])[0] == "1 more team: "


def test_an_organisation_without_teams_says_so() -> None:
    (main,) = messages()
    assert "No team is set up yet." in _read(main)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.builds(line, texts.map(lambda text: text[:80]), texts.map(lambda text: text[:80])), max_size=90))
def test_slack_takes_any_organisation(teams: list[TeamLine]) -> None:
    for message in messages(*teams):
        check(message.blocks)
        assert len(message.text) <= 4_000
