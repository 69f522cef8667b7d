"""How a reading stands to those before it: against what was told a week ago, else against what was known then; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.digest_report import Changed, Course, DigestTold
from bot.reading.reading import Match
from bot.words.readings import title

# So many earlier weeks are read again at most, where nothing was told: what holds for longer is said to.
EARLIER_WEEKS = 12

UNREAD = frozenset({"failures_unknown", "too_few_deployments"})


@dataclass(frozen=True, slots=True)
class Named:
    """What tells one reading from another, and what people call it."""

    key: tuple[str | None, str]
    title: str

    def same_as(self, other: Named) -> bool:
        """Whatever an earlier version called it."""
        return self.key == other.key


def named(match: Match) -> Named:
    """A pattern by its name, whatever its diagnosis, unless its title tells that too."""
    return _named(match.pattern, match.diagnosis, match.investment, title(match))


def named_as_told(told: DigestTold) -> Named:
    """The reading of a digest that was posted."""
    return _named(told.pattern, told.diagnosis, told.investment, told.title)


def _named(pattern: str | None, diagnosis: str, investment: str, called: str) -> Named:
    if pattern is not None and pattern != "long_lead_time":
        return Named((pattern, ""), called)
    # Why failures can't be read makes no difference where no deployment is known.
    return Named((pattern, "" if investment == "deployment_data" and diagnosis in UNREAD else diagnosis), called)


def course_since(now: Named, told: DigestTold | None = None, between: Iterable[Named | None] = ()) -> Course:
    """Against what the channel was told last, through what was read since then: the newest first.

    Where nothing was told, or too long ago, `between` alone counts; None in it, where there was nothing to read yet.
    """
    streak = 1
    for before in between:
        if before is None:
            return Course(changed=_changed(streak, "first"), earlier=None, streak_weeks=streak, streak_whole=True)
        if not before.same_as(now):
            return _other_since(before, streak)
        streak += 1
    if told is None:
        return Course(changed=_changed(streak, "first"), earlier=None, streak_weeks=streak, streak_whole=False)
    before = named_as_told(told)
    if not before.same_as(now):
        return _other_since(before, streak)
    whole = told.streak_whole
    return Course(changed="still", earlier=before.title, streak_weeks=told.streak_weeks + streak, streak_whole=whole)


def _other_since(before: Named, streak: int) -> Course:
    return Course(changed=_changed(streak, "now"), earlier=before.title, streak_weeks=streak, streak_whole=True)


def _changed(streak: int, new: Changed) -> Changed:
    return new if streak == 1 else "still"
