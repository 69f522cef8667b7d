"""Globs of the settings over branches, environments, jobs and labels, in any case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate


@dataclass(frozen=True, slots=True)
class Globs:
    """Several globs as one question."""

    pattern: re.Pattern[str]

    @classmethod
    def of(cls, globs: Iterable[str]) -> Globs:
        """No globs at all fit nothing."""
        return cls(re.compile("|".join(map(translate, globs)) or "(?!)", re.IGNORECASE))

    def fit(self, name: str) -> bool:
        return self.pattern.match(name) is not None

    def first(self, names: Iterable[str]) -> str | None:
        """The first name that fits, as it is written."""
        return next((name for name in names if self.fit(name)), None)
