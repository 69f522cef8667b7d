"""Whose an incident is: labels may name its services, and a team stands in where none does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from bot.source import Coverage
from integrations.settings import Text


def _one_star(glob: str) -> str:
    if glob.count("*") != 1:
        raise ValueError("needs one * that stands for the name, as in service/*.")
    return glob


LabelGlob = Annotated[Text, AfterValidator(_one_star)]
"""A label that names a service: what stands in place of its one star."""


@dataclass(frozen=True, slots=True)
class Owners:
    """What the settings say of it; the list's own services where they say nothing, or no label fits."""

    label: re.Pattern[str] | None
    team: str | None

    @classmethod
    def of(cls, label: str | None, team: str | None) -> Owners:
        before, after = map(re.escape, label.split("*")) if label else ("", "")
        return cls(re.compile(f"{before}(.+){after}", re.IGNORECASE) if label else None, team)

    def owning(self, labels: Iterable[str], own: Callable[[], tuple[str, ...]]) -> tuple[tuple[str, ...], str | None]:
        """The services, or a team in place of them."""
        found = (self.label.fullmatch(each) for each in labels) if self.label else ()
        named = tuple(dict.fromkeys(label[1].strip() for label in found if label))
        if named or self.team is None:
            return named or own(), None
        return (), self.team

    def covered(self, own: tuple[str, ...]) -> Coverage:
        """A label may name any service."""
        named = ("*",) if self.label else ()
        return Coverage(services=named + own) if self.team is None else Coverage(services=named, teams=(self.team,))
