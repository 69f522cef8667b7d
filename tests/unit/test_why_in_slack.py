"""The walk from a pattern to events fits into Slack's messages, whatever the events are called."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.answers.why import MOST_UNJUDGED, claimed
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


def test_a_claim_stands_once_on_a_page_and_goes_on_only_where_it_has_to() -> None:
    events = tuple(behind(f"d-{number}", f"{number}.") for number in range(20))
    why = walk(Claimed(says="Short", events=events[:4]), Claimed(says="Long", events=events, more=31))
    heads: list[list[str]] = []
    said: list[str] = []
    for page in range(2):
        blocks = why_message(why, page, BERLIN).blocks
        heads.append([_bold(block) for block in blocks[1:] if block["type"] == "rich_text"])
        said += [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert heads == [["Short", "Long"], ["Long (continued)"]]
    assert len(said) == 24
    assert "And 31 more." in str(why_message(why, 1, BERLIN).blocks)
    assert "And 31 more." not in str(why_message(why, 0, BERLIN).blocks)
    assert "And 31 more." in in_words(why_message(why, 1, BERLIN)).text


def _bold(block: dict[str, Any]) -> str:
    return block["elements"][0]["elements"][0]["text"]


def test_of_events_that_nobody_can_judge_the_first_stand_for_all() -> None:
    changes = [Behind(source="x", kind="change", id=str(number), says=f"{number}.", url=None) for number in range(40)]
    judged = changes[39].model_copy(update={"verdict": Verdict.NOT_CAUSED})
    made = claimed("A claim", [behind("d-1", "A deployment."), *changes[:39], judged])
    assert [each.id for each in made.events] == ["d-1", *map(str, range(MOST_UNJUDGED)), "39"]
    assert made.more == 39 - MOST_UNJUDGED


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
