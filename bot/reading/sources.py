"""Where the facts come from, as far as it decides what can be asked for."""

from __future__ import annotations

from bot.metrics.facts import Facts

GIT = "git"


def git_alone(facts: Facts) -> bool:
    """Whether a git history is all there is: no pipeline, incident, objective or event of another source."""
    sources = {fact.event.source for fact in (*facts.deployments, *facts.changes)}
    other = facts.pipeline_runs or facts.slo_windows or facts.incidents
    return bool(sources) and not other and all(source.split(":")[0] == GIT for source in sources)
