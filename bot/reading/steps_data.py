"""First steps towards data that is missing: what to record or connect, and how much is there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from bot.calendar import window_before
from bot.events import Incident
from bot.metrics.facts import ChangeFact, IncidentFact
from bot.metrics.measure import Metric
from bot.reading.causes import HALF_YEAR_DAYS, cause_window, spent
from bot.reading.claims import claim, local_day, newest
from bot.reading.picture import Picture
from bot.reading.places import busiest_service, failed_in, most, rollout_place
from bot.reading.reading import Claim, Match
from bot.reading.sources import git_alone


def failure_records(_: Match, picture: Picture) -> Claim:
    """Which changes already look like fixes, and would count once failures are recorded."""
    window = window_before(picture.facts.as_of, HALF_YEAR_DAYS, picture.team.zone)
    fixes = [change for change in picture.facts.changes if change.merged_at in window and _looks_like_fix(change)]
    if git_alone(picture.facts):
        return claim("record_failures_beside_git", n=picture.signs.deployments_known or None)
    if not fixes:
        return claim("record_failures", n=picture.signs.deployments_known or None)
    since = local_day(fixes[0].merged_at, picture.team)
    return claim("record_failures_like_fixes", events=(fix.key for fix in reversed(fixes)), n=len(fixes), since=since)


def _looks_like_fix(change: ChangeFact) -> bool:
    return bool(change.event.hotfix) or change.event.reverts is not None


INCIDENT_TIMES: Mapping[str, Callable[[Incident], bool]] = {
    "start": lambda incident: incident.started_at is not None,
    "detection": lambda incident: incident.detected_at is not None,
    "acknowledgement": lambda incident: incident.acknowledged_at is not None,
    "end": lambda incident: incident.status == "open" or (incident.mitigated_at or incident.resolved_at) is not None,
}


def incident_timestamps(_: Match, picture: Picture) -> Claim:
    """The time that incidents lack most, and the service on which they lack it; without incidents, the failures."""
    window = window_before(picture.facts.as_of, HALF_YEAR_DAYS, picture.team.zone)
    incidents = [fact for fact in picture.facts.incidents if fact.started_at in window and not fact.stale]
    missing = {name: [fact for fact in incidents if not known(fact.event)] for name, known in INCIDENT_TIMES.items()}
    worst = max(missing, key=lambda name: (len(missing[name]), name == "end"))
    if missing[worst]:
        return _record_time(worst, missing[worst], len(incidents))
    unlinked = [fact for fact in incidents if fact.cause is None and fact.event.change_caused is not False]
    if unlinked:
        keys = (fact.key for fact in reversed(unlinked))
        return claim("link_incidents", events=keys, part=len(unlinked), of=len(incidents))
    failed = failed_in(picture.facts, window)
    if failed:
        services = Counter(part.service for whole in failed for part in whole.parts if part.failure is not None)
        service = most(services)
        keys = [key for whole in reversed(failed) for key in whole.keys]
        return claim("record_incidents", events=keys, n=len(failed), service=service)
    return claim("record_incidents_from_now")


def _record_time(name: str, lacking: list[IncidentFact], of: int) -> Claim:
    services = Counter(service for fact in lacking for service in fact.event.all_services)
    service = most(services) if services else None
    keys = (fact.key for fact in reversed(lacking))
    return claim("record_incident_time", events=keys, which=name, part=len(lacking), of=of, service=service)


BOUNDARIES: Mapping[str, Callable[[ChangeFact], bool]] = {
    "opened": lambda change: change.event.opened_at is not None,
    "reviewed": lambda change: change.event.first_review_at is not None or change.event.reviews == 0,
    "approved": lambda change: change.event.approved_at is not None or change.event.reviews == 0,
    "rollout": lambda change: change.delivered_by is None or change.delivered_by.started_at is not None,
}


def stages(_: Match, picture: Picture) -> Claim:
    """The moment that changes lack most, and the service whose changes lack it."""
    if git_alone(picture.facts):
        return claim("connect_stages_beside_git")
    known = spent(picture.facts, cause_window(picture.facts, picture.team))
    missing = {name: [each for each in known if not has(each.change)] for name, has in BOUNDARIES.items()}
    worst = max(missing, key=lambda name: len(missing[name]))
    lacking = missing[worst]
    if not lacking:
        return claim("connect_stages")
    services = Counter(each.service for each in lacking)
    service = most(services)
    return claim(
        "record_boundary",
        metric=Metric.LEAD_TIME,
        value=picture.signs.lead_unknown_share,
        events=(each.change.key for each in reversed(lacking)),
        which=worst,
        part=len(lacking),
        of=len(known),
        service=service,
        share=picture.signs.lead_unknown_share,
    )


def objectives(_: Match, picture: Picture) -> Claim:
    """An objective for what is measured already, else for the service that is deployed most."""
    reliability = picture.measures.reliability
    if reliability.basis == "incidents" and reliability.value is not None:
        return claim(
            "set_availability",
            metric=Metric.RELIABILITY,
            value=reliability.value,
            events=newest(reliability.events),
            availability=reliability.value,
            days=reliability.window.days,
        )
    busiest = busiest_service(picture.facts, cause_window(picture.facts, picture.team))
    return claim("set_objective_anywhere") if busiest is None else claim("set_objective", service=busiest[0])


def changes(_: Match, picture: Picture) -> Claim:
    """Changes for the deployments that name none, or the first commit of those that are known."""
    window = cause_window(picture.facts, picture.team)
    delivered = [change for change in picture.facts.delivered(window) if not change.event.automated]
    untimed = [change.key for change in delivered if change.event.first_commit_at is None]
    if untimed:
        return claim("record_first_commits", events=reversed(untimed), part=len(untimed), of=len(delivered))
    place = rollout_place(picture.facts, window, lambda fact: not fact.changes)
    if place is None:
        return claim("connect_changes")
    service, without = place
    return claim("connect_changes_of_service", service=service, part=without.part, of=without.of)


def deployments(_: Match, picture: Picture) -> Claim:
    """Whether deployments stopped or their feed did; what could be connected where none is known."""
    facts = picture.facts
    if facts.team_deployments:
        last = facts.team_deployments[-1]
        merged = [change.key for change in facts.changes if change.merged_at > last.finished_at]
        day = local_day(last.finished_at, picture.team)
        keys = (*last.keys, *reversed(merged))
        clone = "git" if git_alone(facts) else None
        service, n = last.parts[0].service, len(merged) or None
        return claim("check_deployments", events=keys, service=service, day=day, n=n, clone=clone)
    if facts.changes:
        services = Counter(service for change in facts.changes for service in change.event.all_services)
        service = most(services)
        keys = [change.key for change in reversed(facts.changes)]
        return claim("connect_deployments_of_service", events=keys, service=service, n=len(facts.changes))
    return claim("connect_deployments")


def keep(_: Match, picture: Picture) -> Claim:
    """What to rehearse while nothing fails, else the limit that would come next."""
    if picture.measures.recovery_time.untested:
        busiest = busiest_service(picture.facts, cause_window(picture.facts, picture.team))
        if busiest is not None:
            return claim("rehearse_rollback", service=busiest[0], part=busiest[1].part, of=busiest[1].of)
    causes = picture.signs.lead_causes
    if not causes or (picture.signs.lead_unknown_share or 0.0) >= causes[0].share:
        return claim("keep_as_is")
    changes_known = spent(picture.facts, cause_window(picture.facts, picture.team))
    keys = (each.change.key for each in reversed(changes_known))
    return claim(
        "next_limit",
        metric=Metric.LEAD_TIME,
        value=causes[0].share,
        events=keys,
        cause=causes[0].key,
        share=causes[0].share,
    )
