"""Evidence about recovery and reliability."""

from __future__ import annotations

from bot.calendar import HOUR, Window
from bot.metrics.facts import Facts, IncidentFact
from bot.metrics.measure import Metric
from bot.reading.causes import cause_window
from bot.reading.claims import claim, newest
from bot.reading.driver import CLEAR, growths
from bot.reading.picture import Picture
from bot.reading.places import failed_in, recovery_place
from bot.reading.reading import Claim, Match
from bot.reading.weaker import TYPICAL, timed_recoveries
from bot.regression.eras import eras

RECOVERY, RELIABILITY = Metric.RECOVERY_TIME, Metric.RELIABILITY
MOSTLY = 0.5
LEAST_KNOWN = 3

# Rules that less failure time would speak against.
LOSSES = frozenset({"X1", "T1", "S5"})
# An objective of the settings has no name of its own.
OWN_OBJECTIVE = "Availability"


def recovery_time(_: Match, picture: Picture) -> Claim | None:
    """The median recovery, beside the band."""
    measure = picture.measures.recovery_time
    if measure.value is None:
        return None
    return claim(
        "recovery_time",
        metric=RECOVERY,
        value=measure.value,
        events=newest(measure.events),
        seconds=measure.value,
        n=measure.n,
        days=measure.window.days,
        band=picture.team.bands.recovery_hours * HOUR,
    )


def recovery_stages(_: Match, picture: Picture) -> Claim | None:
    """The stage that takes most beyond its typical share, where one stands out."""
    signs = picture.signs.weaker
    if signs.by_default or not signs.ratios:
        return None
    timed = timed_recoveries(picture.facts, cause_window(picture.facts, picture.team))
    stage = max(signs.ratios, key=signs.ratios.__getitem__)
    return claim(
        "recovery_stage",
        metric=RECOVERY,
        value=signs.shares[stage],
        events=(fact.key for fact in reversed(timed)),
        stage=stage,
        share=signs.shares[stage],
        typical=TYPICAL[stage],
        n=len(timed),
    )


def recovery_slowest(_: Match, picture: Picture) -> Claim | None:
    """The service on which recovery took longest in sum, where there are several."""
    timed = timed_recoveries(picture.facts, cause_window(picture.facts, picture.team))
    place = recovery_place(timed, TYPICAL)
    if place is None or len({fact.service for fact in timed}) == 1:
        return None
    return claim(
        "recovery_slowest",
        metric=RECOVERY,
        value=place.share,
        events=place.events,
        service=place.name,
        share=place.share,
        n=place.n,
        of=len(timed),
    )


def noticed_by_people(_: Match, picture: Picture) -> Claim | None:
    """Most incidents were first reported by people, not by an alert."""
    known = [fact for fact in _incidents(picture) if fact.event.detected_by is not None]
    people = [fact.key for fact in reversed(known) if fact.event.detected_by == "person"]
    if len(known) < LEAST_KNOWN or len(people) < MOSTLY * len(known):
        return None
    share = len(people) / len(known)
    return claim("noticed_by_people", metric=RECOVERY, value=share, events=people, part=len(people), of=len(known))


def reassigned(_: Match, picture: Picture) -> Claim | None:
    """Most incidents changed hands before they were mended."""
    known = [fact for fact in _incidents(picture) if fact.event.reassignments is not None]
    moved = [fact.key for fact in reversed(known) if fact.event.reassignments]
    if len(known) < LEAST_KNOWN or len(moved) < MOSTLY * len(known):
        return None
    return claim(
        "reassigned", metric=RECOVERY, value=len(moved) / len(known), events=moved, part=len(moved), of=len(known)
    )


def still_open(_: Match, picture: Picture) -> Claim | None:
    """Change-caused incidents that are open already longer than the band."""
    keys = picture.signs.open_beyond_band
    lasted = [fact.seconds for fact in picture.facts.recoveries if fact.key in keys and fact.seconds is not None]
    if not lasted:
        return None
    return claim("still_open", metric=RECOVERY, value=max(lasted), events=keys, n=len(keys), seconds=max(lasted))


def reliability(_: Match, picture: Picture) -> Claim | None:
    """The tightest objective and what is left of its budget; without one, the time without incidents."""
    measure = picture.measures.reliability
    if measure.value is None:
        return None
    figures = {"availability": measure.value, "days": measure.window.days}
    keys = newest(measure.events)
    if measure.budget_left is None or measure.objective is None:
        seconds = None if measure.incident_hours is None else measure.incident_hours * HOUR
        return claim("availability", metric=RELIABILITY, value=measure.value, events=keys, seconds=seconds, **figures)
    return claim(
        "budget_overspent" if measure.budget_left < 0 else "budget_left",
        metric=RELIABILITY,
        value=measure.value,
        events=keys,
        name=measure.objective_name or OWN_OBJECTIVE,
        objective=measure.objective,
        budget=max(0.0, measure.budget_left),
        spent=1.0 - measure.budget_left,
        **figures,
    )


def driver(_: Match, picture: Picture) -> Claim | None:
    """The largest clear growth behind a reliability problem."""
    spans = eras(picture.facts, picture.team, picture.trends, RECOVERY)
    growth = growths(picture.facts, picture.trends, spans).get(picture.signs.reliability_driver)
    if growth is None or growth.p_up < CLEAR:
        return None
    return claim(
        "driver",
        value=growth.ratio,
        driver=picture.signs.reliability_driver,
        ratio=growth.ratio,
        low=growth.interval[0],
        high=growth.interval[1],
    )


def external_incidents(_: Match, picture: Picture) -> Claim | None:
    """The share of incident time that no change of the team caused."""
    window = picture.measures.reliability.window
    spans = [(fact, _hours(fact, picture.facts, window)) for fact in picture.facts.incidents if not fact.stale]
    total = sum(hours for _, hours in spans)
    external = [(fact, hours) for fact, hours in spans if fact.cause is None and hours > 0]
    if total <= 0 or not external:
        return None
    hours = sum(hours for _, hours in external)
    keys = (fact.key for fact, _ in reversed(external))
    return claim(
        "external_incidents",
        metric=RELIABILITY,
        value=hours / total,
        events=keys,
        share=hours / total,
        part=len(external),
        of=sum(hours > 0 for _, hours in spans),
    )


def _hours(fact: IncidentFact, facts: Facts, window: Window) -> float:
    end = facts.as_of if fact.open else fact.ended_at
    return 0.0 if end is None else max(0.0, min(end, window.end) - max(fact.started_at, window.start)) / HOUR


def failure_hours(match: Match, picture: Picture) -> Claim | None:
    """The index of change-caused failure hours a week, now and before; for a loss of stability only if it grew."""
    net = picture.net
    if match.rule in LOSSES and net.ratio is not None and net.ratio <= 1:
        return None
    if net.failure_hours_per_week is None or net.previous is None or net.ratio is None:
        return None
    failed = () if net.window is None else failed_in(picture.facts, net.window)
    return claim(
        "failure_hours",
        value=net.ratio,
        events=(key for whole in reversed(failed) for key in whole.keys),
        now=net.failure_hours_per_week * HOUR,
        before=net.previous * HOUR,
        ratio=net.ratio,
    )


def failures_without_times(_: Match, picture: Picture) -> Claim | None:
    """Failures whose recovery has no times."""
    unknown = [fact.key for fact in reversed(picture.facts.recoveries) if fact.seconds is None]
    if not unknown:
        return None
    of = len(picture.facts.recoveries)
    return claim(
        "failures_without_times", metric=RECOVERY, value=len(unknown) / of, events=unknown, part=len(unknown), of=of
    )


def _incidents(picture: Picture) -> list[IncidentFact]:
    window = cause_window(picture.facts, picture.team)
    return [fact for fact in picture.facts.incidents if fact.started_at in window and not fact.stale]
