"""Why a value, a level or a trend is unknown, and what it needs: a sentence or two for every reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.calendar import HOUR
from bot.metrics.measure import Unknown
from bot.metrics.unknowns import Reason
from bot.words.figures import duration


@dataclass(frozen=True, slots=True)
class _Words:
    """`says` what is not known, with figures in braces; `needs` what would make it known."""

    says: str
    needs: str


_WORDS: Mapping[str, _Words] = {
    Reason.NO_DEPLOYMENTS: _Words("No deployment to production is known.", "Connect what deploys."),
    Reason.NO_CHANGES: _Words(
        "No change is known to have reached production in this time.",
        "Connect pull requests, and the commits of each deployment.",
    ),
    Reason.TOO_FEW: _Words("Not enough data: {have} {what}{within}, {need} needed.", "Only more of them can tell."),
    Reason.FAILURES_NOT_VISIBLE: _Words(
        "Too little here says which deployments failed: {signs} known ({need} needed).",
        "Connect incidents, or mark rollbacks and hotfixes.",
    ),
    Reason.NO_FAILURE_TIMES: _Words(
        "There were failures, and their times are missing.",
        "Record when each began and when service was back.",
    ),
    Reason.NO_INCIDENTS_KNOWN: _Words("No incident is known, and silence is not proof.", "Connect incidents."),
    Reason.INCIDENT_DURATION_UNKNOWN: _Words(
        "How long some incidents lasted is not known ({n} without an end).",
        "Record when service was back.",
    ),
    Reason.NO_OBJECTIVE: _Words(
        "There is no objective to judge it by.",
        "Connect service level objectives, or set the team's availability objective.",
    ),
    Reason.HISTORY_TOO_SHORT: _Words(
        "The history is too short: {weeks} earlier weeks to compare with, {need} needed.",
        "Import older events, or wait.",
    ),
    Reason.TOO_FEW_BEFORE: _Words(
        "Not enough data to compare with: {have} {what}{within} before, {need} needed.",
        "Import older events, or wait.",
    ),
    Reason.NONE_DEPLOYED: _Words(
        "There was no planned deployment in the last {days} days.", "It comes back with the next deployments."
    ),
    Reason.ALL_FROZEN: _Words("A freeze covers all of the last {days} days.", "It comes back after the freeze."),
    Reason.NO_LEAD_TIMES: _Words(
        "Changes were delivered ({changes}), and for none is it known how long it took.",
        "Record each change's first commit, and the commits of each deployment.",
    ),
    Reason.NOTHING_FAILED: _Words(
        "Nothing failed in {weeks} weeks, so there was nothing to recover from.", "Rehearse one rollback to prove it."
    ),
    Reason.NONE_RECOVERED: _Words(
        "No recovery ended in the last {days} days, and none is under way.", "It comes with the next recovery."
    ),
    Reason.MOSTLY_OPEN: _Words(
        "Most failures are still open ({open} open, {ended} over){at_least}.", "It is known once more of them are over."
    ),
    Reason.NOT_YET_RECORDED: _Words(
        "Failures are recorded only since later than this time.", "Import older incidents, or wait."
    ),
    Reason.NO_OBJECTIVE_DATA: _Words(
        "The objectives have no measured traffic in the last {days} days.",
        "Connect the measurements behind the objectives.",
    ),
    Reason.DATA_SILENT: _Words(
        "No event has come for {days} days; before, it was {usual} at most.",
        "Check what sends them; the watch goes on with the next event.",
    ),
}
# Too few of anything where no week is left to hold it.
_NO_WEEKS = _Words(
    "None of the last 13 weeks counts: a freeze, or a source that began later, takes them out.",
    "It comes back with the weeks that do.",
)
# What a figure reads as where the reason came without it.
_UNSTATED = {
    "have": "too few",
    "what": "events",
    "need": "more",
    "n": "some",
    "weeks": "few",
    "days": "few",
    "usual": "less",
    "changes": "some",
    "open": "some",
    "ended": "few",
}


def says(unknown: Unknown) -> str:
    """What is not known, in one sentence."""
    return _words(unknown).says.format_map(_figures(unknown))


def needs(unknown: Unknown) -> str:
    """What would make it known, in one sentence."""
    return _words(unknown).needs


def _words(unknown: Unknown) -> _Words:
    weeks_out = unknown.figures.get("weeks") == 0 or unknown.figures.get("what") == "weeks"
    return _NO_WEEKS if unknown.reason == Reason.TOO_FEW and weeks_out else _WORDS[unknown.reason]


def sentence(unknown: Unknown) -> str:
    """Both: what is not known, and what it needs."""
    return f"{says(unknown)} {needs(unknown)}"


def _figures(unknown: Unknown) -> dict[str, str]:
    given = {key: _plain(figure) for key, figure in unknown.figures.items()}
    within = f" in {given['weeks']} weeks" if "weeks" in given else ""
    words = {**_UNSTATED, **given, "within": within, "at_least": _at_least(unknown), "signs": _signs(unknown)}
    if words["have"] == "1":
        words["what"] = words["what"].removesuffix("s")
    return words


def _signs(unknown: Unknown) -> str:
    """What would show a failure, and how much of it there is."""
    n = round(float(unknown.figures.get("signs", 0)))
    if not n:
        return "no incident, rollback, revert or hotfix is"
    if n == 1:
        return "1 incident, rollback, revert or hotfix is"
    return f"{n:,} incidents, rollbacks, reverts or hotfixes are"


def _at_least(unknown: Unknown) -> str:
    hours = unknown.figures.get("at_least_hours")
    return f", so the median is {duration(float(hours) * HOUR)} or more" if hours is not None else ""


def _plain(figure: float | str) -> str:
    return figure if isinstance(figure, str) else f"{figure:,.0f}"
