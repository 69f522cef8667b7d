"""Parts of sentences about a reading, each of which reads well also where a figure is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.metrics.measure import Metric
from bot.reading.cell import CFR, DF, LT, RECOVERY, REL
from bot.words.figures import count, move, number, percent, times
from bot.words.metrics import subject, value
from bot.words.template import PHRASES, calendar_day

Figures = Mapping[str, float | int | str | None]
CLOSE = 0.05  # shares within five points of each other are told together

CAUSES = PHRASES["cause"]
CAPABILITIES: Mapping[str, str] = {
    "observability": "trouble that is noticed late",
    "incident_response": "a slow response once trouble is noticed",
    "deployment_architecture": "fixes that are slow to reach production",
}
GAINS: Mapping[Metric, str] = {DF: "it ships more often", LT: "changes arrive sooner"}
LOSSES: Mapping[Metric, str] = {CFR: "more deployments fail", RECOVERY: "recovery takes longer"}
MOVES: Mapping[Metric, str] = {
    DF: "deployments a week",
    LT: "lead time",
    CFR: "the odds of a failure",
    RECOVERY: "recovery time",
}
TIMES: Mapping[Metric, str] = {
    DF: "are {times} what they were",
    LT: "is {times} what it was",
    CFR: "are {times} what they were",
    RECOVERY: "is {times} what it was",
}
FEWER: Mapping[Metric, str] = {CFR: "fewer deployments fail", RECOVERY: "recovery is quicker"}
SLOWER: Mapping[Metric, str] = {DF: "it ships less often", LT: "changes take longer"}


def figure(figures: Figures, key: str) -> float | None:
    found = figures.get(key)
    return None if found is None or isinstance(found, str) else float(found)


def amount(figures: Figures, metric: Metric) -> str:
    """A metric's value, in brackets where it is known: the sentence stands without it."""
    known = figure(figures, metric.value)
    return "" if known is None else f" ({value(metric, known)})"


def moved(figures: Figures, metric: Metric) -> str:
    """From what to what a trend went, in one unit and in brackets, where both are known."""
    before, now = figure(figures, f"{metric}_before"), figure(figures, f"{metric}_now")
    if before is None or now is None or value(metric, before) == value(metric, now):
        return ""
    if metric in {LT, RECOVERY}:
        return f" ({move(before, now)})"
    return f" (from {value(metric, before).removesuffix(' a week')} to {value(metric, now)})"


def is_level(figures: Figures, metric: Metric, level: str) -> bool:
    return figures.get(f"{metric}_level") == level


def goes(figures: Figures, metric: Metric, trend: str) -> bool:
    return figures.get(f"{metric}_trend") == trend


def failed(figures: Figures) -> str:
    """How many deployments failed: 16 of its 50 deployments failed."""
    n, of = figure(figures, "failed"), figure(figures, "deployments")
    return (
        "too many of its deployments fail" if not n or not of else f"{n:,.0f} of {count(int(of), 'deployment')} failed"
    )


def mostly(figures: Figures) -> str:
    """Where most of the lead time goes, with a second group that is as large."""
    cause, share = figures.get("first_cause"), figure(figures, "first_share")
    if not isinstance(cause, str) or share is None:
        return "where the time goes is not known"
    second, next_share = figures.get("second_cause"), figure(figures, "second_share")
    lead = f"{percent(share)} of that time is {CAUSES[cause]}"
    if isinstance(second, str) and next_share is not None and share - next_share <= CLOSE:
        return f"{lead}, and {percent(next_share)} {CAUSES[second]}"
    return lead


def traded(figures: Figures, trend: str, words: Mapping[Metric, str]) -> str:
    """What a trade moved on one side, each with its figures."""
    return " and ".join(words[metric] + moved(figures, metric) for metric in words if goes(figures, metric, trend))


def ratios(figures: Figures, metrics: Iterable[Metric]) -> str:
    """By how much metrics moved, each with its 90% interval, where that is known."""
    return " and ".join(told for metric in metrics if (told := _times(figures, metric)))


def _times(figures: Figures, metric: Metric) -> str:
    moved_by, low, high = (figure(figures, f"{metric}_{part}") for part in ("ratio", "low", "high"))
    if moved_by is None or low is None or high is None:
        return ""
    return f"{MOVES[metric]} {TIMES[metric].format(times=times(moved_by))} ({number(low)} to {number(high)})"


def since(figures: Figures) -> str:
    """Since when a regression lasts: the watch tells a day, the trends only look at 13 weeks."""
    day = figures.get("watch_since")
    return f"since about {calendar_day(day)}" if isinstance(day, str) else "over the last 13 weeks"


def reliability_falls(figures: Figures) -> str:
    """Poor or slipping reliability in words."""
    if is_level(figures, REL, "poor"):
        objective = figure(figures, "objective")
        target = "its objective" if objective is None else f"its objective of {value(REL, objective)}"
        return f"reliability{amount(figures, REL)} misses {target}"
    return f"reliability is getting worse{moved(figures, REL)}"


def gate_stops(figures: Figures) -> str:
    """How much a gate stops, where that is what makes changes wait."""
    stopped, attempts = figure(figures, "gate_blocked"), figure(figures, "gate_attempts")
    if figures.get("first_cause") != "gate" or stopped is None or attempts is None:
        return ""
    return f", which stopped {stopped:,.0f} of {count(int(attempts), 'attempt')}: validation comes late"


def rest(figures: Figures, but: Metric) -> str:
    """What holds without a metric that is not known."""
    others = [metric for metric in Metric if metric is not but]
    poor = [subject(metric) for metric in others if is_level(figures, metric, "poor")]
    if poor:
        return f"without it, {' and '.join(poor)} {'reads' if len(poor) == 1 else 'read'} poor"
    healthy = [metric for metric in others if is_level(figures, metric, "healthy")]
    return "the other four read healthy" if len(healthy) == len(others) else "what else is known reads healthy"


def waiting(figures: Figures) -> str:
    """How many finished changes wait for release at a time, where on average at least one does."""
    backlog = figure(figures, "backlog") or 0
    if backlog < 1:
        return ""
    return f", and about {count(round(backlog), 'finished change waits', 'finished changes wait')} at any time"
