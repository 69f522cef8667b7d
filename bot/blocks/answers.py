"""The small answers in Slack: short enough for text alone, bounded whatever they are given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.blocks import limits
from bot.blocks.message import Message
from bot.blocks.texts import mrkdwn
from bot.words import small_answers
from bot.words.visible import cut

# Of one team's name or key in a list.
NAME = 60


def help_text(teams: Sequence[tuple[str, str]]) -> Message:
    """What can be asked, and the teams there are, as (key, name)."""
    return _message([*small_answers.HELP, *_listed(teams)])


def team_list(teams: Sequence[tuple[str, str]]) -> Message:
    """The teams there are, as (key, name): as many as one message takes, and how many more."""
    return _message(_listed(teams))


def unknown_team(asked: str, teams: Sequence[tuple[str, str]]) -> Message:
    """No such team; the nearest of those that there are, as (key, name)."""
    known = [(cut(key, NAME), cut(name, NAME)) for key, name in teams]
    return _literal(small_answers.unknown_team(cut(asked, NAME), known))


def broken(what: str, reference: str) -> Message:
    """What went wrong, with the reference that the log has too."""
    return _literal(small_answers.broken(what, reference))


def sentence(said: str) -> Message:
    """One sentence, such as that of an error that explains itself."""
    return _literal(said)


def _listed(teams: Sequence[tuple[str, str]]) -> Iterable[str]:
    if not teams:
        return [small_answers.NOTHING_HERE]
    lines = [f"• {_name(key)}" + (f" ({_name(name)})" if name != key else "") for key, name in teams]
    return [f"Teams ({len(teams):,}):", *_fitting(lines)]


def _name(text: str) -> str:
    return mrkdwn(cut(text, NAME), 2 * NAME)


def _fitting(lines: Sequence[str]) -> list[str]:
    """As many lines as leave room for the help above them, and how many there are beyond."""
    room = limits.SECTION_TEXT - limits.FIRST_STEP
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return [*kept, f"and {len(lines) - len(kept):,} more; ask for any by its key."]
        kept.append(line)
    return kept


def _message(lines: Iterable[str]) -> Message:
    return Message("\n".join(lines))


def _literal(said: str) -> Message:
    return Message(mrkdwn(said, limits.SECTION_TEXT))
