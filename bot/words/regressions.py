"""The words of the watch: what it sees of a team, which relationship that looks like, and why it says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.calendar import local_date
from bot.metrics.measure import Unknown
from bot.metrics.reach import Silence
from bot.metrics.unknowns import Reason
from bot.regression.lookout import Lookout
from bot.regression.looks import Finding
from bot.regression.watch import State
from bot.regression.watch_score import FASTER, OLD, PING
from bot.teams import Team
from bot.words import unknowns
from bot.words.figures import count, number, percent, ratio
from bot.words.template import calendar_day
from bot.words.visible import cut, visible

STATES: Mapping[State, str] = {
    State.PINGING: "speed has been bought with stability",
    State.RE_ARMING: "past its ping, and calmer since",
    State.WATCHING: "worth an eye",
    State.QUIET: "quiet",
    State.NOT_ENOUGH_DATA: "not enough data",
    State.SUSPENDED: "suspended: the data is silent",
}
RELATIONSHIPS: Mapping[str, str] = {
    "frequency_without_testing": "more deployments and more failures, without more testing",
    "review_skipped": "shorter lead time from skipped review",
    "tolerance_for_failures": "quicker recovery and more failures: tolerance for them",
    "fewer_failures_by_shipping_less": "fewer failures because less is shipped, or more is stopped",
    "genuine_improvement": "a genuine improvement: faster, and as sound as before",
    "recovery_supports_reliability": "quicker recovery that supports reliability",
}
NO_TEAMS = "No team is known yet: describe them in quintet.yaml, or import events with --teams FILE."
_NAME = 80  # of a source, within a sentence

Moved = tuple[float, tuple[float, float]]  # a ratio and its 90% interval


def why_silent(seen: Lookout, unread: Sequence[Silence], team: Team) -> str | None:
    """Why there is no ping at the newest look; None where there is one. The first reason of several."""
    newest = seen.newest
    if unread:
        return _unread(unread[0], team)
    if newest is None or seen.watch.pings:
        return None
    if newest.why is not None:
        return unknowns.says(newest.why)
    if seen.told is not None:
        return _told(seen, calendar_day(seen.told.week.isoformat()))
    return None if newest.found is None else _not_sure(newest.found)


def _unread(silence: Silence, team: Team) -> str:
    source = cut(visible(silence.source), _NAME)
    if silence.since is None:
        return f"{source} has not been read yet; nothing is posted until it is."
    day = calendar_day(local_date(silence.since, team.zone).isoformat())
    return f"{source} has not been read since {day}; nothing is posted until it is."


def _told(seen: Lookout, day: str) -> str:
    if seen.up:
        return f"Its ping was due after the week of {day}: one for a regression, and silence while it lasts."
    return (
        f"Its ping was due after the week of {day}, and it is calmer since; the watch is armed again after eight weeks "
        "and two calm looks in a row."
    )


def _not_sure(found: Finding) -> str:
    """Which of the conditions of a ping does not hold, in the order in which they are asked."""
    if found.faster < FASTER:
        return f"No speed-up: it is {percent(found.faster)} likely that the team got faster, {percent(FASTER)} needed."
    if found.old > OLD:
        return "The speed-up is no news: it likely began over half a year ago."
    if found.worse < PING:
        return f"Stability is not surely worse: {percent(found.worse)} likely, {percent(PING)} needed."
    return f"The rise is too small to interrupt anybody: failures about {ratio(2**found.rise)} at the full speed."


def needs(why: Unknown | None) -> str | None:
    """What is missing for a look, and in about how many weeks it will be there at the present pace."""
    if why is None:
        return None
    have, need = (why.figures.get(name) for name in ("have", "need"))
    if why.reason not in {Reason.TOO_FEW, Reason.TOO_FEW_BEFORE} or isinstance(have, str) or isinstance(need, str):
        return unknowns.needs(why)
    missing = count(round((need or 0) - (have or 0)), f"more {str(why.figures['what']).removesuffix('s')}")
    where = " before the last 13 weeks" if why.reason == Reason.TOO_FEW_BEFORE else ""
    wait = why.figures.get("in_weeks")
    if wait is None or isinstance(wait, str):
        return f"{missing}{where}; at the present pace there will not be enough."
    return f"{missing}{where}; all that is needed is there in about {count(round(wait), 'week')} at the present pace."


def faster(probability: float | None, frequency: Moved | None, lead: Moved | None) -> str:
    """How likely the team got faster, and how its pace compares with the baseline where it can be compared."""
    return _side("Faster", probability, {"deployments a week": frequency, "lead time": lead})


def less_stable(probability: float | None, failing: Moved | None, recovering: Moved | None) -> str:
    """How likely stability got worse in step with it, and how failures and recovery compare with the baseline."""
    return _side(
        "Less stable in step with that", probability, {"the odds of a failure": failing, "recovery time": recovering}
    )


def _side(what: str, probability: float | None, moved: Mapping[str, Moved | None]) -> str:
    told = [
        f"{name} {ratio(each[0])} ({number(each[1][0])} to {number(each[1][1])})"
        for name, each in moved.items()
        if each is not None
    ]
    likely = "not known" if probability is None else f"{percent(probability)} likely"
    return f"{what}: {'; '.join((likely, *told))}."


def headline(state: str, score: float | None, since: str | None) -> str:
    """The state in words, since when, and the score behind it."""
    began = "" if since is None else f", since about {calendar_day(since)}"
    scored = "" if score is None else f" (score {percent(score)}; {percent(PING)} pings)"
    return f"{STATES[State(state)]}{began}{scored}"


def pings(weeks: Sequence[str], looks: int) -> str:
    """When it would have pinged."""
    if not weeks:
        return f"It would not have pinged at any of {count(looks, 'look')}."
    days = " and ".join(map(calendar_day, weeks))
    return (
        f"It would have pinged after the {'week' if len(weeks) == 1 else 'weeks'} of {days} ({count(looks, 'look')})."
    )
