"""What people said of events since the last digest, or before the first, and what it changed; no names of people."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.events import Event, Incident
from bot.events.verdict import Verdict
from bot.metrics.measure import Metric
from bot.words import digest, figures, metrics
from bot.words.visible import cut, visible

SAID = "What people said of events"
UNMOVED = "No figure of the last four weeks changes with that."
_NAME = 80
_EVENTS: Mapping[Verdict | None, str] = {
    Verdict.FAILED: "it failed",
    Verdict.NOT_FAILED: "it did not fail",
    Verdict.NOT_CAUSED: "no change caused it",
    None: "taken back, so what its source says counts again",
}
_COUNTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.FAILED: ("deployment", "failed"),
    Verdict.NOT_FAILED: ("deployment", "did not fail"),
    Verdict.NOT_CAUSED: ("incident", "had no change as its cause"),
}

Figure = tuple[float | None, int, int | None, str | None]
"""A metric's value, the count behind it, how many of them failed, and why there is no value."""


def event(of: Event, verdict: Verdict | None) -> str:
    """One event, and what is said of it now."""
    where = "incident" if isinstance(of, Incident) else cut(visible(of.all_services[0]), _NAME)
    return f"{where} {cut(visible(of.called), _NAME)}: {_EVENTS[verdict]}."


def counted(said: Collection[Verdict | None], *, first: bool) -> str:
    """How many of each, and how many were taken back; `first` where no digest was told before."""
    claims = [
        f"that {figures.count(number, noun)} {what}"
        for verdict, (noun, what) in _COUNTS.items()
        if (number := sum(each is verdict for each in said))
    ]
    taken = sum(each is None for each in said)
    told = [f"said {' and '.join(claims)}"] if claims else []
    back = [f"took back what was said of {figures.count(taken, 'event')}"] if taken else []
    begin = "Until this first digest" if first else "Since the last digest"
    return f"{begin} people {' and '.join((*told, *back))}."


def moved(metric: Metric, now: Figure, before: Figure) -> str:
    """A figure of four weeks with what was said, and without it."""
    with_it, without = (digest.cell(metric, *figure) for figure in (now, before))
    return f"With that, the {metrics.subject(metric)} of the last four weeks is {with_it}; without it, {without}."
