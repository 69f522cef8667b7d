"""A team's last deployments, failures and incidents, told so that somebody can say "that is not a deployment"."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.metrics.facts import ChangeFact, DeploymentFact, Failure, FailureReason, IncidentFact
from bot.words import figures
from bot.words.visible import cut, visible

NAME = 80  # characters of a name or title from outside
_SHA = 12  # characters that git makes do with
EVIDENCE = 2  # events named as the reason

_RULES = {
    FailureReason.VERDICT: "its source, or somebody in Slack, says that it failed",
    FailureReason.INCIDENT: "an incident came from it",
    FailureReason.ROLLBACK: "another deployment says that it rolls it back",
    FailureReason.FIX: "another deployment says that it mends it",
    FailureReason.REVERT: "a change that it brought was reverted within 14 days",
    FailureReason.REDEPLOYMENT: "an earlier version went out directly after it",
    FailureReason.UNPLANNED: "an unplanned deployment followed soon after",
}
# The kind of event that a rule rests on, where it is no deployment.
_OWN = {FailureReason.INCIDENT: "incident", FailureReason.REVERT: "change"}
# What an event of another kind has to do with it.
_BESIDE = {"incident": "{} came from it", "deployment": "remediation: {}", "change": "reverted by {}"}
_BY_TIME = ", placed by time alone"
_STATUS = {"failure": "the rollout failed before it reached users", "cancelled": "cancelled", "running": "running"}


def deployment(fact: DeploymentFact) -> str:
    """Its service, its name and commit, and what kind of deployment it counts as."""
    event = fact.event
    kind = ("planned" if fact.planned else "remediation") if fact.successful else _STATUS[event.status]
    sha = f" ({_name(event.sha[:_SHA])})" if event.sha else ""
    return f"{_name(event.service)} {_name(event.called)}{sha}, from {_name(event.source)}: {kind}"


def failure(failed: Failure, named: Mapping[str, str]) -> str:
    """The rule that made a deployment a failure, and the events that it rests on, as they are `named`."""
    inferred = _BY_TIME if failed.inferred else ""
    own = _OWN.get(failed.reason, "deployment")
    # Each key begins with its kind; what the rule rests on comes before the rest.
    keys = sorted(failed.evidence, key=lambda key: _kind(key) != own)[:EVIDENCE]
    called = ((_kind(key), named.get(key, _name(key))) for key in keys)
    evidence = "; ".join(name if kind == own else _BESIDE[kind].format(name) for kind, name in called)
    return f"{_RULES[failed.reason]}{inferred}{f' ({evidence})' if evidence else ''}"


def _kind(key: str) -> str:
    return key.partition(":")[0]


def named(fact: DeploymentFact | ChangeFact | IncidentFact, zone: ZoneInfo) -> str:
    """An event where another one speaks of it: as people find it again."""
    if isinstance(fact, DeploymentFact):
        return f"the deployment of {figures.clock(fact.finished_at, zone)}, {_name(fact.event.called)}"
    return f"{fact.event.kind} {_name(fact.event.called)}"


def incident(fact: IncidentFact) -> str:
    """Where it happened, what it is called, and whether it lasts."""
    event = fact.event
    where = ", ".join(event.all_services[:3]) or event.team or ""
    title = f" {_name(event.title)}" if event.title else ""
    course = "open" if fact.open else "ended" if fact.ended_at is not None else "ended, nobody knows when"
    return f"{_name(where)} {_name(event.id)}{title}, from {_name(event.source)}: {course}"


def cause(fact: IncidentFact, named: Mapping[str, str]) -> str:
    """Which deployment it counts for, as it is `named`."""
    if fact.cause is None:
        return "no deployment is known as its cause"
    return f"counts for {named.get(fact.cause, _name(fact.cause))}{_BY_TIME if fact.cause_inferred else ''}"


def _name(text: str) -> str:
    return cut(visible(text), NAME)
