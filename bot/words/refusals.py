"""What /dora says instead of an answer: to a ranking, to more than a team's name, and when it is too busy."""

from __future__ import annotations

from collections.abc import Sequence

RANKING = "I don't compare teams: the same number means different things in different systems."
OWN_PAST = "/dora {team} reads {team} against its own past."
ONE_TEAM = "I answer for one team at a time, over the window that its figures need. Type /dora {team} and nothing else."
BUSY = "I am still answering many others. Ask again in a minute."
EXPLAINED = "{what} Reference {reference}."
BROKEN = "I couldn't make this answer: something is wrong on my side, not with your data."


def ranking(keys: Sequence[str]) -> str:
    """Why teams are not ranked, and what can be asked instead, for the teams that were named."""
    return " ".join([RANKING, *(OWN_PAST.format(team=key) for key in keys)])


def one_team(key: str) -> str:
    """What to type when a team's name came with other words."""
    return ONE_TEAM.format(team=key)


def explained(what: str, reference: str) -> str:
    """An error that says itself what to do, and the reference that the log has too."""
    return EXPLAINED.format(what=what, reference=reference)
