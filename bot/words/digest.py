"""The words of the weekly digest that stand in no report: its first line, its table, what was corrected since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.metrics.level import Trend
from bot.metrics.measure import Metric, Unknown
from bot.metrics.unknowns import Reason
from bot.words import figures, metrics, unknowns
from bot.words.letters import large

MOVED = "What moved it"
WATCH = "Keep an eye on"
MISSING = "Missing"
CORRECTED = "Corrections"
DETAILS = "details in the thread"
NO_TEAMS = "No team is set up yet."
ON_ITS_OWN = "Each team stands against its own past; the same figure means different things in different systems."
IN_DETAIL = "In detail: what speaks for this reading and against it, what not to do yet, and what each figure means."
SUSPENDED = "The watch for regressions tells nobody anything until every source is read again."
NORMAL = (
    "The regression that was told for the {week} is no longer new: failures or recovery have not come back to where "
    "they were before."
)
RELATIONSHIPS: Mapping[str, str] = {
    "frequency_without_testing": "Deployments rose, more of them fail, and tests did not rise with them.",
    "fewer_failures_by_shipping_less": (
        "Fewer deployments fail, but fewer are made or gates stop more of them: that says nothing about testing."
    ),
}
# A span in which there was nothing to measure; that is something else than not knowing.
NOTHING: Mapping[str, str] = {
    Reason.NONE_DEPLOYED: "no deployment",
    Reason.NO_CHANGES: "no change",
    Reason.NONE_RECOVERED: "no recovery",
    Reason.NOTHING_FAILED: "nothing failed",
    Reason.ALL_FROZEN: "a freeze",
}
# The data say so themselves, in the same words.
SAID_ANYWAY = frozenset({Reason.FAILURES_NOT_VISIBLE, Reason.NO_DEPLOYMENTS, Reason.HISTORY_TOO_SHORT})


def week_of(week: date) -> str:
    """A week by its Monday: week of 26 October."""
    return f"week of {day(week)}"


def day(at: date) -> str:
    return f"{at.day} {figures.MONTHS[at.month - 1]}"


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 11th, 23rd."""
    ending = "th" if n % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


def still(title: str, weeks: int, *, whole: bool) -> str:
    """The same reading as a week ago."""
    return f"still {title} ({f'{ordinal(weeks)} week' if whole else lasted(weeks, whole=False)})."


def turned(title: str, earlier: str) -> str:
    """Another reading than a week ago."""
    return f"now {title} (a week ago: {earlier})."


def quiet(title: str, weeks: int, *, whole: bool) -> str:
    """Nothing to act on."""
    return f"nothing changed that you need to act on. {title}, {lasted(weeks, whole=whole)}."


def lasted(weeks: int, *, whole: bool) -> str:
    return f"{figures.count(weeks, 'week')}{'' if whole else ' or longer'}"


def everyone(week: date, teams: int) -> str:
    """The first line of the organisation's digest."""
    known = figures.count(teams, "team")
    return f"{large(week_of(week))}: how the five metrics of {known} read together, by name."


def more_teams(n: int) -> str:
    """The first line of a reply that goes on."""
    return f"{figures.count(n, 'more team')}:"


def among(name: str, title: str, weeks: int, *, whole: bool, earlier: str | None) -> str:
    """One team's line: its reading, and how long it has held or what it was a week ago."""
    course = lasted(weeks, whole=whole) if earlier is None else f"new; a week ago: {earlier}"
    return f"{name}: {title} ({course})"


def heads(week: date) -> tuple[str, ...]:
    """The names of the table's columns."""
    return ("Metric", f"Week of {week.day} {figures.MONTHS[week.month - 1][:3]}", "4 weeks", "Trend", "Reads as")


def cell(metric: Metric, value: float | None, n: int, failed: int | None, why: str | None) -> str:
    """A value with the count behind it."""
    if value is None:
        return NOTHING.get(why or "", metrics.NOT_KNOWN)
    told = metrics.value(metric, value)
    if metric is Metric.RELIABILITY:
        return told
    return f"{told} ({n:,})" if failed is None else f"{told} ({failed:,} of {n:,})"


def trend(metric: Metric, way: Trend, before: float | None) -> str:
    """The trend, and the value that it starts from."""
    told = metrics.trend(metric, way)
    if way is Trend.UNKNOWN or before is None:
        return told
    return f"{told}; before {metrics.value(metric, before).removesuffix(' a week')}"


def over(reads_as: str, days: float, told: str) -> str:
    """A level that other weeks have settled than those beside it."""
    return f"{reads_as} over {metrics.window(days)}: {told}"


def more_missing(n: int, *, of: int) -> str:
    """Gaps that only the thread names, where `of` are named before."""
    return f"{n:,} more in the thread." if of else f"{figures.count(n, 'gap')} in the data, named in the thread."


def watch_waits(why: Unknown) -> str | None:
    """What the watch for regressions lacks, and when it will be there, where no other line says so."""
    if why.reason in SAID_ANYWAY:
        return None
    return f"The watch for regressions has to wait. {unknowns.says(why)}{_in_time(why)}"


def _in_time(why: Unknown) -> str:
    """When there will be enough of what there is too little of, at the pace that it comes."""
    if why.reason not in {Reason.TOO_FEW, Reason.TOO_FEW_BEFORE}:
        return ""
    weeks = why.figures.get("in_weeks")
    if weeks is None:
        return " At this pace there will not be enough."
    return f" At this pace that takes about {figures.count(round(float(weeks)), 'week')} more."


def corrected(week: date, changes: Sequence[tuple[str, str]]) -> str:
    """What is known by now of a week, and what was told of it."""
    told = ", ".join(f"{now} (told: {then})" for now, then in changes)
    return f"The week of {day(week)}: {told}."


def corrected_too(weeks: int) -> str:
    """Weeks beyond those that are named."""
    return f"{figures.count(weeks, 'more week')} changed."


def failures(failed: int | None, deployments: int) -> str:
    """How many deployments of a week failed."""
    if failed is None:
        return f"{figures.count(deployments, 'deployment')}, failures not known"
    return f"{failed:,} of {figures.count(deployments, 'deployment')} failed"


def failures_told(failed: int | None, deployments: int) -> str:
    """The same in short."""
    return f"{deployments:,}, failures not known" if failed is None else f"{failed:,} of {deployments:,}"


def would_read(week: date, title: str, told: str) -> str:
    """What a digest that was posted would say with what is known by now."""
    return f"For the week of {day(week)} the digest told {told}; with what is known now it would be {title}."
