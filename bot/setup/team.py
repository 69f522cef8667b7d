"""The first team: what the flags say of it, and the answers to the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.settings.check import checked
from bot.settings.document import Document
from bot.settings.problems import InvalidSettingsError
from bot.setup.asker import Asker

# Each key of a first team, and the question for it with what is proposed.
_QUESTIONS: Mapping[str, tuple[str, str]] = {
    "key": ("The team, as people type it after /dora", "team-x"),
    "timezone": ("Its time zone, such as Europe/Berlin", "UTC"),
    "channel": ("Its Slack channel, such as #team-x; empty for none", ""),
}
_ALL_SERVICES = "*"


def team_asked(given: Mapping[str, str], services: Sequence[str], asker: Asker) -> dict[str, object]:
    """Asked until it is well, unless the flags name it. InvalidSettingsError where nobody can mend it."""
    while True:
        open_ = [] if "key" in given else [key for key in _QUESTIONS if key not in given]
        answers = {
            "timezone": _QUESTIONS["timezone"][1],
            **given,
            **{key: asker.text(*_QUESTIONS[key]) for key in open_},
        }
        team: dict[str, object] = {key: answers[key] for key in _QUESTIONS if answers.get(key)}
        team["services"] = list(services) or [_ALL_SERVICES]
        try:
            checked(Document("The team", {"teams": [team]}))
        except InvalidSettingsError as error:
            problems = [line.replace(", line 1: teams[0].", "'s ") for line in error.lines]
            if not asker.is_there:
                raise InvalidSettingsError(problems) from None
            for problem in problems:
                asker.warn(problem)
            given, services = {}, ()
        else:
            return team
