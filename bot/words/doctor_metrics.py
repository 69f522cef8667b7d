"""From which source a team gets each of its metrics, and what to connect for one that it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.metrics.measure import Metric
from bot.words.doctor_events import NAME
from bot.words.visible import cut, visible

MOST_NAMED = 4  # sources in one sentence

_NOUNS = {
    "deployment": "deployments",
    "change": "changes",
    "incident": "incidents",
    "slo": "objectives",
}
# What a metric rests on, all of it; where several stand together, the first that there is.
NEEDS: Mapping[Metric, tuple[tuple[str, ...], ...]] = {
    Metric.DEPLOYMENT_FREQUENCY: (("deployment",),),
    Metric.LEAD_TIME: (("change",), ("deployment",)),
    Metric.CHANGE_FAILURE_RATE: (("deployment",), ("incident",)),
    Metric.RECOVERY_TIME: (("incident",),),
    Metric.RELIABILITY: (("slo", "incident"),),
}
_CONNECT = {
    "deployment": "Under the source that rolls out: `deployments: {from: deployments}`; `quintet init` counts what "
    "each rule would find.",
    "change": 'Under the code host: `repositories: ["acme/*"]`, so that it covers the team\'s repositories.',
    "incident": "Under the source: `incidents: {jql: project = OPS AND issuetype = Incident, team: TEAM}` in Jira, "
    "`incidents: {labels: [incident], team: TEAM}` in GitHub.",
    "slo": "Add a source of `kind: prometheus` with a good and a total query for each service.",
}
_OBJECTIVE = "Under the team: `availability_objective: 0.999`; without it reliability has a value and no level."
_SIGNS = (
    "from deployments of {deployments}; which of them failed is seen by rollbacks, reverts and hotfixes alone, so "
    "confidence is low"
)

Stored = Mapping[str, Mapping[str, int]]
"""Events of the team by kind and source; 0 where a source covers the team and has told nothing yet."""


@dataclass(frozen=True, slots=True)
class Origin:
    """`sources` are empty where the team would not get the metric."""

    sources: tuple[str, ...]
    says: str
    do: str | None = None


def origin(metric: Metric, stored: Stored, *, team: str, objective: bool, by_signs: bool) -> Origin:
    """Where the metric comes from; `by_signs`: failures are seen without any incident source."""
    chosen = [next((kind for kind in kinds if stored.get(kind)), kinds[0]) for kinds in NEEDS[metric]]
    missing = [kind for kind in chosen if not stored.get(kind)]
    if metric is Metric.CHANGE_FAILURE_RATE and missing == ["incident"] and by_signs:
        says = _SIGNS.format(deployments=_listed(stored["deployment"]))
        return Origin(tuple(sorted(stored["deployment"])), says, _connect("incident", team))
    if missing:
        return Origin((), f"no source of {' and '.join(_NOUNS[kind] for kind in missing)}", _connect(missing[0], team))
    sources = tuple(sorted({source for kind in chosen for source in stored[kind]}))
    says = f"from {' and '.join(f'{_NOUNS[kind]} of {_listed(stored[kind])}' for kind in chosen)}"
    unjudged = metric is Metric.RELIABILITY and chosen == ["incident"] and not objective
    return Origin(sources, says, _OBJECTIVE if unjudged else None)


def _connect(kind: str, team: str) -> str:
    return _CONNECT[kind].replace("TEAM", visible(team))


def _listed(sources: Mapping[str, int]) -> str:
    known = sorted(sources.items(), key=lambda each: (-each[1], each[0]))
    told = [f"{cut(visible(source), NAME)} ({_stored(n)})" for source, n in known[:MOST_NAMED]]
    rest = len(known) - MOST_NAMED
    return ", ".join(told) + (f" and {rest:,} more" if rest > 0 else "")


def _stored(n: int) -> str:
    return f"{n:,} stored" if n else "none stored yet"


def by_kind(stored: Iterable[tuple[str, str]], covering: Iterable[tuple[str, str]]) -> Stored:
    """Counts of events by kind and source; `covering` are the pairs that a source promises."""
    counts: dict[str, dict[str, int]] = {}
    for kind, source in covering:
        counts.setdefault(kind, {}).setdefault(source, 0)
    for kind, source in stored:
        sources = counts.setdefault(kind, {})
        sources[source] = sources.get(source, 0) + 1
    return counts
