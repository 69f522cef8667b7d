"""First steps towards fewer failures and faster recovery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.calendar import Window, window_before
from bot.metrics.measure import Metric
from bot.reading.causes import HALF_YEAR_DAYS, cause_window
from bot.reading.claims import claim
from bot.reading.picture import Picture
from bot.reading.places import FailurePlace, busiest_service, failure_place, gate_place, most, recovery_place
from bot.reading.reading import Claim, Match
from bot.reading.weaker import timed_recoveries
from bot.regression.gates import gates

GATE_RULES = ("X2", "L2", "L3")  # whose testing replaces what a gate checks


def testing(match: Match, picture: Picture) -> Claim:
    """Tests where most failures came through; for a gate that blocks, the check that it makes."""
    step = _move_check(picture) if match.rule in GATE_RULES else None
    place = _failures(picture)
    if step is not None:
        return step
    if place is not None:
        return _test_place(place, picture)
    busiest = busiest_service(picture.facts, cause_window(picture.facts, picture.team))
    if busiest is None:
        return claim("test_anything")
    service, deployments = busiest
    return claim("test_busiest", service=service, part=deployments.part, of=deployments.of)


def _failures(picture: Picture) -> FailurePlace | None:
    return failure_place(picture.facts, failure_window(picture))


def failure_window(picture: Picture) -> Window:
    """The failure rate's own window, or the last 13 weeks where it holds no failure."""
    measure = picture.measures.change_failure_rate
    return measure.window if measure.failed else cause_window(picture.facts, picture.team)


def _test_place(place: FailurePlace, picture: Picture) -> Claim:
    days = failure_window(picture).days
    if place.failures.of == 1:
        figures = {"service": place.service, "days": days}
        return claim("test_only_failure", metric=Metric.CHANGE_FAILURE_RATE, value=1.0, events=place.events, **figures)
    if place.component is None:
        return claim(
            "test_service",
            metric=Metric.CHANGE_FAILURE_RATE,
            value=place.failures.value,
            events=place.events,
            service=place.service,
            part=place.failures.part,
            of=place.failures.of,
            days=days,
        )
    tested = place.untested.of > 0
    return claim(
        "test_component",
        metric=Metric.CHANGE_FAILURE_RATE,
        value=place.through / place.failures.of,
        events=place.events,
        service=place.service,
        component=place.component,
        part=place.through,
        of=place.failures.of,
        days=days,
        untested=place.untested.part if tested else None,
        known=place.untested.of if tested else None,
    )


def _move_check(picture: Picture) -> Claim | None:
    window = cause_window(picture.facts, picture.team)
    blocked = gates(picture.facts, window)
    if blocked.blocks:
        counts = Counter(block.gate for block in blocked.blocks)
        gate = most(counts)
        keys = [block.event for block in reversed(blocked.blocks) if block.gate == gate]
        return claim("move_check", events=keys, gate=gate, part=counts[gate], of=blocked.attempts)
    waits = gate_place(picture.facts, window)
    if waits is None:
        return None
    return claim("move_slow_check", events=waits.events, gate=waits.name, seconds=waits.median, n=waits.n)


def observability(_: Match, picture: Picture) -> Claim:
    """An alert where the most time passed before anyone noticed."""
    return _where("observe_service", ("detect",), picture)


def response(_: Match, picture: Picture) -> Claim:
    """The service that waited longest for someone, or for a repair."""
    ratios = picture.signs.weaker.ratios
    slow = max(("acknowledge", "repair"), key=lambda stage: ratios.get(stage, 0.0))
    return _where(f"{slow}_service", (slow,), picture)


def fix_deployment(_: Match, picture: Picture) -> Claim:
    """The service whose fixes took longest to reach production."""
    return _where("fix_deploy_service", ("fix_deploy",), picture)


def recovery(_: Match, picture: Picture) -> Claim:
    """The service that took longest to mend, from the start of the repair."""
    return _where("recover_service", ("repair", "fix_deploy"), picture)


def _where(key: str, stages: Sequence[str], picture: Picture) -> Claim:
    timed = timed_recoveries(picture.facts, cause_window(picture.facts, picture.team))
    place = recovery_place(timed, stages)
    if place is None:
        return _untimed(picture)
    return claim(
        key,
        metric=Metric.RECOVERY_TIME,
        value=place.median,
        events=place.events,
        service=place.name,
        seconds=place.median,
        n=place.n,
        share=place.share,
    )


def _untimed(picture: Picture) -> Claim:
    """Where no stage of a recovery is known: the service that failed most, else the busiest, else none."""
    window = window_before(picture.facts.as_of, HALF_YEAR_DAYS, picture.team.zone)
    recent = [
        fact for fact in picture.facts.recoveries if fact.service and (fact.open or (fact.ended_at or 0.0) in window)
    ]
    if recent:
        counts = Counter(fact.service for fact in recent)
        service = most(counts)
        keys = [fact.key for fact in reversed(recent) if fact.service == service]
        return claim("time_service", events=keys, service=service, part=counts[service], of=len(recent))
    busiest = busiest_service(picture.facts, window)
    if busiest is None:
        return claim("rehearse_anywhere")
    return claim("rehearse_rollback", service=busiest[0], part=busiest[1].part, of=busiest[1].of)
