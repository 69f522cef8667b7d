"""Sentences as data: a template names its figures and says how each is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.words.figures import MONTHS, availability, count, duration, number, percent, ratio, times
from bot.words.letters import large

Value = float | int | str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence without its full stop. A clause is said where its figure is known, in the order of the clauses.

    A figure is told as `{name:how}`, see HOW; `{name:c|noun|plural}` is a count with its noun; `{name:kind}` is one of
    PHRASES, with a large first letter where the kind has one. `{name}` alone is text as it came, or a whole number.
    """

    main: str
    clauses: Mapping[str, str] = field(default_factory=dict[str, str])

    def say(self, figures: Mapping[str, Value]) -> str:
        """The sentence, with its full stop."""
        told = {name: Told(value) for name, value in figures.items()}
        known = [clause for name, clause in self.clauses.items() if figures.get(name) is not None]
        return "".join(part.format_map(told) for part in (self.main, *known)) + "."


def last(days: float) -> str:
    """A window as people say it: the last 4 weeks, the last 20 days."""
    weeks, rest = divmod(round(days), 7)
    if (weeks, rest) == (1, 0):
        return "the last week"
    return f"the last {count(round(days), 'day')}" if rest or not weeks else f"the last {count(weeks, 'week')}"


def calendar_day(iso: str) -> str:
    """A calendar day: 31 August."""
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]}"


HOW: Mapping[str, Callable[[float], str]] = {
    "%": percent,
    "availability": availability,
    "time": duration,
    "number": number,
    "ratio": ratio,
    "times": times,
    "last": last,
}

PHRASES: Mapping[str, Mapping[str, str]] = {
    "cause": {
        "review": "the wait between opening and merge",
        "pipeline": "the pipeline",
        "gate": "the wait at gates and manual steps",
        "coding": "coding before a change is opened",
        "deploy": "the way from the pipeline to production",
    },
    "review": {
        "pickup": "the wait for a first review",
        "review": "the time from first review to approval",
        "merge_wait": "the wait from approval to merge",
    },
    "recovery": {
        "detect": "noticing",
        "acknowledge": "the wait for someone to take it",
        "repair": "the repair",
        "fix_deploy": "deploying the fix",
    },
    "driver": {
        "testing": "the odds of a failure",
        "observability": "the time to notice",
        "recovery": "the time to mend",
    },
    "moment": {
        "start": "when users began to be affected",
        "detection": "when it was noticed",
        "acknowledgement": "when someone took it",
        "end": "when it was mitigated or resolved",
    },
    "boundary": {
        "opened": "a change is opened",
        "reviewed": "a change is first reviewed",
        "approved": "a change is approved",
        "rollout": "a rollout starts",
    },
    "order": {
        "before": "Tests rose before deployments did",
        "same": "Tests and deployments rose in the same week",
        "after": "Deployments rose before tests did",
        "not_enough_data": "Tests and deployments both rose; which came first can't be told from so few weeks",
    },
    "failures": {
        "no": "Failures have not moved yet",
        "yes": "Failures rise too",
        "unknown": "Whether failures moved is not known",
    },
}


@dataclass(frozen=True, slots=True)
class Told:
    """One figure that knows how it can be told."""

    value: Value

    def __format__(self, how: str) -> str:
        kind, *nouns = how.split("|")
        if isinstance(self.value, str):
            return self._text(kind, self.value)
        if self.value is None:
            raise TypeError("a figure that is not known has no words; give it a clause")
        if kind in {"", "c"}:
            return count(round(self.value), *nouns) if nouns else f"{round(self.value):,}"
        return HOW[kind](float(self.value))

    def _text(self, kind: str, text: str) -> str:
        if kind == "day":
            return calendar_day(text)
        if not kind:
            return text
        phrase = PHRASES[kind.lower()][text]
        return large(phrase) if kind[0].isupper() else phrase
