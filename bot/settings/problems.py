"""What is wrong with the settings, a sentence a problem."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from bot.errors import SettingsError
from bot.words.visible import visible

LONGEST_SHOWN = 60


class InvalidSettingsError(SettingsError):
    """Several problems of the settings, told together."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)

    @property
    def lines(self) -> Sequence[str]:
        return self.problems


def shown(text: str) -> str:
    """Text from a file as a sentence may carry it: on one line, and not too long."""
    plain = visible(text)
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}…"


def nearest(word: str, known: Collection[str]) -> str:
    """Which of the known words was probably meant, or all that there are where none is near."""
    close = difflib.get_close_matches(word[:LONGEST_SHOWN], known, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"known here are {', '.join(sorted(known))}."
