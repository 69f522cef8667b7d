"""What people may type after /dora, and what it means."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.channels import Change, Reset
from bot.schedule import Kind
from bot.slack.commands import Ask, List, Say, parse
from bot.teams import Team

PAYMENTS = Team("team-payments", "Payments", ("pay-*",), aliases=("billing",), channel="#payments")
SEARCH = Team("team-search", "Search", ("search",), channel="C0SEARCH")
MOBILE = Team("mobile", "Mobile", ("app",), channel="#clients")
WEB = Team("web", "Web", ("site",), channel="#clients")
TV = Team("tv", "Big Screens", ("tv",))
TEAMS = (PAYMENTS, SEARCH, MOBILE, WEB, TV)


def said(text: str, *channel: str, teams: tuple[Team, ...] = TEAMS) -> str:
    request = parse(text, channel, teams)
    assert isinstance(request, Say)
    return request.message.text


def asked(text: str, *channel: str) -> Team:
    request = parse(text, channel, TEAMS)
    assert isinstance(request, Ask)
    return request.team


@pytest.mark.parametrize(
    ("text", "team"),
    [
        ("team-payments", PAYMENTS),
        ("  Team-PAYMENTS \t", PAYMENTS),
        ("\u00a0billing\u2003", PAYMENTS),
        ("WEB", WEB),
        ("payments", PAYMENTS),
        (" big   SCREENS ", TV),
    ],
)
def test_a_team_is_asked_for_by_its_key_an_earlier_one_or_its_name_in_any_case(text: str, team: Team) -> None:
    assert asked(text) is team


@pytest.mark.parametrize(("channel", "team"), [(("C1", "payments"), PAYMENTS), (("C0SEARCH", "find"), SEARCH)])
def test_bare_dora_in_a_team_s_channel_asks_for_that_team(channel: tuple[str, ...], team: Team) -> None:
    assert asked("", *channel) is team


@pytest.mark.parametrize("channel", [("C9", "general"), ("C2", "clients"), ("D1", "directmessage"), ()])
def test_bare_dora_elsewhere_and_where_two_teams_share_a_channel_lists_what_there_is(channel: tuple[str, ...]) -> None:
    assert said(" ", *channel) == said("help")


@pytest.mark.parametrize("text", ["help", "HELP", "help me"])
def test_help_names_every_team_and_explains_the_command(text: str) -> None:
    assert all(team.key in said(text) for team in TEAMS)
    assert "/dora team-x" in said(text)


@pytest.mark.parametrize("text", ["list", " LIST ", "list all"])
def test_list_asks_for_what_comes_to_the_channel(text: str) -> None:
    assert parse(text, (), TEAMS) == List()


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("subscribe billing", Change(PAYMENTS, frozenset(Kind), wanted=True)),
        ("Subscribe WEB Digest", Change(WEB, frozenset({Kind.DIGEST}), wanted=True)),
        ("unsubscribe web ping digest", Change(WEB, frozenset(Kind), wanted=False)),
        ("subscribe Big screens", Change(TV, frozenset(Kind), wanted=True)),
        ("unsubscribe big screens PING", Change(TV, frozenset({Kind.PING}), wanted=False)),
        ("unsubscribe mobile ping", Change(MOBILE, frozenset({Kind.PING}), wanted=False)),
    ],
)
def test_subscriptions_name_a_team_and_may_name_kinds_of_message(text: str, means: Change) -> None:
    assert parse(text, (), TEAMS) == means


@pytest.mark.parametrize(
    ("text", "team"),
    [("reset billing", PAYMENTS), ("Reset big screens", TV), ("reset all teams", None), ("reset ALL", None)],
)
def test_what_was_set_is_reset_for_a_team_or_for_all_of_them_together(text: str, team: Team | None) -> None:
    assert parse(text, (), TEAMS) == Reset(team)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("reset", "Name a team: /dora reset team-x."),
        ("reset wep", "Did you mean web?"),
        ("subscribe", "Name a team: /dora subscribe team-x."),
        ("unsubscribe", "Name a team: /dora unsubscribe team-x."),
        ("subscribe ping", "Name a team: /dora subscribe team-x."),
        ("unsubscribe digest PING", "Name a team: /dora unsubscribe team-x."),
        ("subscribe web daily", "two kinds of message, digest and ping: /dora subscribe web ping"),
        ("subscribe tem-payments", "Did you mean team-payments?"),
        ("subscribe all teams", "Only quintet.yaml says where the digest of all teams comes"),
        ("unsubscribe ALL digest", "Only quintet.yaml says where the digest of all teams comes"),
        ("subscribe big screen ping", 'No team "big screen". Did you mean tv?'),
    ],
)
def test_a_subscription_that_is_not_clear_is_told_what_to_type(text: str, says: str) -> None:
    assert says in said(text)


def test_the_longest_name_counts_where_one_begins_with_another() -> None:
    one, other = Team("a", "Checkout", ("a",)), Team("b", "Checkout API", ("b",))
    assert parse("subscribe Checkout API ping", (), (one, other)) == Change(other, frozenset({Kind.PING}), wanted=True)
    assert parse("subscribe checkout ping", (), (one, other)) == Change(one, frozenset({Kind.PING}), wanted=True)


def test_a_team_may_be_called_like_a_word_of_the_command() -> None:
    named = Team("subscribe", "Subscribe", ("a",))
    assert parse("subscribe", (), (named,)) == Ask(named)


def test_a_key_wins_over_the_name_of_another_and_a_name_that_two_teams_have_names_none() -> None:
    one, other = Team("shop", "Web", ("a",)), Team("store", "Web", ("b",))
    assert parse("web", (), (one, WEB)) == Ask(WEB)
    assert 'No team "web". Did you mean shop or store?' in said("web", teams=(one, other))


@pytest.mark.parametrize("text", ["team-payment", "team payments", "tem-payments"])
def test_an_unknown_team_gets_the_nearest_names(text: str) -> None:
    assert f'No team "{text}".' in said(text)
    assert "team-payments" in said(text)


def test_without_teams_it_says_where_to_name_one() -> None:
    assert "quintet.yaml" in said("team-x", teams=())
    assert "quintet.yaml" in said("", teams=())


@pytest.mark.parametrize(
    "text", ["rank", "Top", "compare team-payments web", "team-payments vs web", "best team", "leaderboard please"]
)
def test_a_ranking_is_refused_and_says_what_can_be_asked(text: str) -> None:
    assert said(text).startswith("I don't compare teams")
    named = [team.key for team in (PAYMENTS, WEB) if team.key in text]
    assert all(f"/dora {key} reads {key} against its own past." in said(text) for key in named)


@pytest.mark.parametrize("text", ["team-payments last month", "billing web"])
def test_a_team_with_other_words_is_told_what_to_type(text: str) -> None:
    assert said(text).endswith("Type /dora team-payments and nothing else.")


def test_a_team_may_be_called_like_a_ranking_word() -> None:
    top = Team("top", "Top", ("top",))
    assert parse("top", (), (top,)) == Ask(top)


@pytest.mark.parametrize("text", ["<!channel>", "<!here|x> <@U1>", "*bold* `code`", "https://example.com"])
def test_what_was_typed_is_repeated_harmlessly(text: str) -> None:
    repeated = said(text)
    assert "<!" not in repeated
    assert "<@" not in repeated


@pytest.mark.parametrize("text", ["x" * 10_000, "team-payment " * 800, "🚀" * 5_000, "\u202e" * 10_000], ids=len)
def test_ten_thousand_characters_get_a_short_answer_soon(text: str) -> None:
    many = tuple(Team(f"team-{n}", f"Team {n}", ("a",)) for n in range(1_000))
    began = time.monotonic()
    assert len(said(text, teams=many)) < 4_000
    assert time.monotonic() - began < 1


def test_a_thousand_teams_fit_into_one_message() -> None:
    many = tuple(Team(f"team-{n}", "Long name " * 400, ("a",)) for n in range(1_000))
    assert len(said("help", teams=many)) < 4_000


@given(st.text(), st.lists(st.text(max_size=20), max_size=2))
def test_whatever_is_typed_means_something(text: str, channel: list[str]) -> None:
    request = parse(text, channel, TEAMS)
    assert not isinstance(request, Say) or request.message.text
