from __future__ import annotations

import pytest

from bot.blocks import answers
from bot.blocks.message import Message
from bot.words import small_answers

KNOWN = [("team-x", "Team X"), ("payments", "Checkout and billing"), ("search", "search")]


def test_an_unknown_team_gets_the_nearest_names() -> None:
    assert small_answers.unknown_team("teamx", KNOWN) == (
        'No team "teamx". Did you mean team-x? /dora help shows all 3.'
    )
    assert small_answers.unknown_team("PAYMENT", KNOWN).startswith('No team "PAYMENT". Did you mean payments?')
    assert "Did you mean payments?" in small_answers.unknown_team("Checkout billing", KNOWN)


def test_several_near_names_are_all_offered() -> None:
    said = small_answers.unknown_team("team", [(key, key) for key in ("team-a", "team-b", "team-c")])
    assert all(key in said for key in ("team-a", "team-b", " or team-"))


@pytest.mark.parametrize("asked", ["zzzzzz", "nosuch"])
def test_a_name_like_none_gets_no_guess(asked: str) -> None:
    assert small_answers.unknown_team(asked, KNOWN) == f'No team "{asked}". /dora help shows all 3.'


def test_without_teams_it_says_where_to_name_one() -> None:
    assert "quintet.yaml" in small_answers.unknown_team("x", [])
    assert "quintet.yaml" in answers.team_list([]).text


def test_what_broke_is_one_sentence_with_a_reference() -> None:
    assert small_answers.broken("I couldn't read the database (it is locked by a backup)", "7f3a91") == (
        "I couldn't read the database (it is locked by a backup). Nothing is lost; try again in a minute. "
        "Reference 7f3a91."
    )


def test_help_lists_what_can_be_asked_and_the_teams() -> None:
    said = answers.help_text([("team-x", "Team X"), ("search", "search")]).text
    assert "/dora team-x" in said
    assert "Teams (2):\n• team-x (Team X)\n• search" in said


def test_a_list_of_1000_teams_fits_and_counts_the_rest() -> None:
    teams = [(f"team-{number:04}", f"The team that has the number {number}") for number in range(1_000)]
    for said in (answers.help_text(teams).text, answers.team_list(teams).text):
        assert len(said) <= 3_900
        shown = said.count("•")
        assert f"and {1_000 - shown:,} more" in said


@pytest.mark.parametrize("hostile", ["<!channel>", "*x*", "<@U1>", "@here", "`y`", "z" * 3_000, "&" * 3_000])
def test_what_somebody_typed_does_no_harm(hostile: str) -> None:
    said: list[Message] = [
        answers.unknown_team(hostile, [(hostile, hostile), *KNOWN]),
        answers.broken(hostile, "7f3a91"),
        answers.sentence(hostile),
        answers.help_text([(hostile, hostile)]),
        answers.team_list([(hostile, hostile)]),
    ]
    for message in said:
        assert message.blocks == ()
        assert 0 < len(message.text) <= 3_900
        assert "<" not in message.text
        assert "@here" not in message.text
        assert "*x*" not in message.text
        assert "`y`" not in message.text
