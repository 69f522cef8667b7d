"""What somebody meant by the words after /dora; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.blocks import answers
from bot.blocks.message import Message
from bot.decisions.channels import Change, Reset
from bot.schedule import Kind
from bot.teams import Team, team_called
from bot.words import refusals
from bot.words import subscriptions as subscribing

_RANKING_WORDS = frozenset(
    {
        "rank",
        "ranking",
        "rankings",
        "compare",
        "comparison",
        "top",
        "bottom",
        "best",
        "worst",
        "leaderboard",
        "vs",
        "versus",
    }
)
# A sentence names no more teams than a reader takes in.
_MOST_NAMED = 3
_EVERYBODY = frozenset({"all", "all teams"})
# Words of a team's name.
_LONGEST_NAME = 12
# Whether a word asks for messages, or for none.
_WANTED = {"subscribe": True, "unsubscribe": False}
# Nothing that can be meant is longer; the rest is never looked at.
_LONGEST_COMMAND = 4_000


@dataclass(frozen=True, slots=True)
class Ask:
    """A team's report is wanted."""

    team: Team


@dataclass(frozen=True, slots=True)
class List:
    """What comes to the channel, and which teams there are."""


@dataclass(frozen=True, slots=True)
class Say:
    """The answer is known without any data."""

    message: Message


Request = Ask | List | Change | Reset | Say


def parse(text: str, channel: Collection[str], teams: Sequence[Team]) -> Request:
    """The meaning of the words typed in a channel, which goes by its name and its id."""
    words = text[:_LONGEST_COMMAND].split()
    if not words:
        return _bare(channel, teams)
    if len(words) == 1 and (team := _named(words[0], teams)):
        return Ask(team)
    match words[0].casefold():
        case "list":
            return List()
        case "subscribe" | "unsubscribe" as word:
            return _change(word, words[1:], teams)
        case "reset":
            return _reset(words[1:], teams)
        case _:
            return _asked(words, teams)


def _bare(channel: Collection[str], teams: Sequence[Team]) -> Request:
    here = [team for team in teams if team.channel and team.channel.removeprefix("#") in channel]
    return Ask(here[0]) if len(here) == 1 else Say(answers.help_text(listed(teams)))


def _change(word: str, words: Sequence[str], teams: Sequence[Team]) -> Change | Say:
    team, others = _first_named(words, teams)
    kinds = frozenset(map(str.casefold, others))
    if team is None:
        return Say(_about_no_team(word, " ".join(each for each in words if each.casefold() not in set(Kind)), teams))
    if not kinds <= set(Kind):
        return Say(answers.sentence(subscribing.KINDS.format(word=word, team=team.key)))
    return Change(team, frozenset(map(Kind, kinds)) or frozenset(Kind), _WANTED[word])


def _about_no_team(word: str, asked: str, teams: Sequence[Team]) -> Message:
    """The digest of all teams is no team's, so it can't be subscribed to."""
    if not asked:
        return answers.sentence(subscribing.NAME_A_TEAM.format(word=word))
    if asked.casefold() in _EVERYBODY:
        return answers.sentence(subscribing.EVERYBODY)
    return answers.unknown_team(asked, listed(teams))


def _reset(words: Sequence[str], teams: Sequence[Team]) -> Reset | Say:
    """Of a team, or of all teams together, as the list calls them."""
    if not words:
        return Say(answers.sentence(subscribing.NAME_A_TEAM.format(word="reset")))
    asked = " ".join(words)
    if team := team_called(asked, teams):
        return Reset(team)
    return Reset(None) if asked.casefold() in _EVERYBODY else Say(answers.unknown_team(asked, listed(teams)))


def _first_named(words: Sequence[str], teams: Sequence[Team]) -> tuple[Team | None, Sequence[str]]:
    """The team that the first words name, by its key or the longest name, and what follows them."""
    if words and (team := _named(words[0], teams)):
        return team, words[1:]
    for many in range(min(len(words), _LONGEST_NAME), 0, -1):
        if team := team_called(" ".join(words[:many]), teams):
            return team, words[many:]
    return None, ()


def _asked(words: Sequence[str], teams: Sequence[Team]) -> Ask | Say:
    """A team by its name, else what there is to say of other words."""
    if words[0].casefold() == "help":
        return Say(answers.help_text(listed(teams)))
    team = team_called(" ".join(words), teams)
    return Ask(team) if team else Say(_said(words, teams))


def _said(words: Sequence[str], teams: Sequence[Team]) -> Message:
    named = [team.key for team in teams if any(team.answers_to(word) for word in words)]
    if any(word.casefold() in _RANKING_WORDS for word in words):
        return answers.sentence(refusals.ranking(named[:_MOST_NAMED]))
    if team := _first_named(words, teams)[0]:
        return answers.sentence(refusals.one_team(team.key))
    return answers.unknown_team(" ".join(words), listed(teams))


def _named(word: str, teams: Sequence[Team]) -> Team | None:
    return next((team for team in teams if team.answers_to(word)), None)


def listed(teams: Sequence[Team]) -> list[tuple[str, str]]:
    return [(team.key, team.name) for team in teams]
