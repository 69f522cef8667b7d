"""The walk from a pattern to events fits into Slack's messages, whatever the events are called."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.buttons import About, act_of, answer_actions
from bot.blocks.message import in_words
from bot.blocks.why import why_message
from bot.demo.slack_standin.verdict import verdict
from bot.events.verdict import Verdict
from bot.why_report import Behind, Claimed, Why

BERLIN = ZoneInfo("Europe/Berlin")
AS_OF = datetime(2026, 11, 2, tzinfo=UTC)


def behind(name: str, says: str, url: str | None = "https://ci.example/1") -> Behind:
    return Behind(source=name, kind="deployment", id=name, says=says, url=url, may=Verdict.FAILED)


def walk(*claims: Claimed, says: str = "It reads so.") -> Why:
    return Why(team="team-x", as_of=AS_OF, title="Balanced", says=says, claims=claims)


@pytest.mark.parametrize("name", ["d-1", "x" * 300, "\u0001" * 300, '"' * 300, "🚀" * 300, "<!channel>&" * 27])
def test_every_page_is_one_that_slack_takes_and_names_each_event_once(name: str) -> None:
    events = tuple(behind(name, f"{number}. {name * 12}", f"https://ci.example/{number}") for number in range(20))
    why = walk(*(Claimed(says=name * 14, events=events) for _ in range(7)), says=name * 14)
    linked: list[str] = []
    page = 0
    while True:
        message = why_message(why, page, BERLIN, "Kept.")
        assert verdict(message.text, list(message.blocks)).error is None
        assert verdict(in_words(message).text, None).error is None
        linked += [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
        turns = [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]
        further = [each for each in turns if each["text"]["text"] == "Further"]
        if not further:
            break
        about = About.of(further[0]["value"])
        assert about is not None
        assert about.page == page + 1
        page = about.page
    assert len(linked) == 7 * 20


def test_a_page_that_is_gone_is_the_last_one_and_a_walk_without_claims_is_a_page() -> None:
    one = walk(Claimed(says="One claim", events=()))
    assert why_message(one, 9, BERLIN) == why_message(one, 0, BERLIN)
    assert "no single event" in str(why_message(one, 0, BERLIN).blocks)
    assert verdict("x", list(why_message(walk(), 0, BERLIN).blocks)).error is None


@pytest.mark.parametrize("value", [None, 7, "", "[]", "null", "{}", '{"team": 7}', '{"team": "x", "as_of": "soon"}'])
def test_a_value_of_another_shape_is_none(value: object) -> None:
    assert About.of(value) is None


def test_a_team_whose_key_no_button_can_carry_has_answers_without_buttons() -> None:
    assert answer_actions("x" * 5_000, AS_OF) == ()


@pytest.mark.parametrize("name", [None, "", "quintet_", "quintet_unknown", "other", 3])
def test_a_button_of_another_name_does_nothing(name: object) -> None:
    assert act_of(name) is None
