"""What a credential is good for: whose it is, what it sees, and which permission it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.errors import SourceError
from bot.source import Probe
from integrations.github.graph import ask, ask_repository, inner
from integrations.github.repositories import Found
from integrations.github.runs import look_for_workflow
from integrations.github.settings import GitHubSettings
from integrations.github.site import GitHubSite
from integrations.github.workflow import plain_file
from integrations.http import RefusedError

_TRIED = 3  # repositories whose permissions are tried; they are nearly always the same for all
_REFUSED: Final = (403, 404)

_WHO = "query { viewer { login } rateLimit { limit remaining } }"
_MAY_READ = """
query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    pullRequests { totalCount }
    deployments { totalCount }
    issues { totalCount }
    releases { totalCount }
  }
}
"""
_PERMISSIONS = {
    "pullRequests": "Pull requests",
    "deployments": "Deployments",
    "issues": "Issues",
    "releases": "Contents",
}


def probed(site: GitHubSite, found: Found, settings: GitHubSettings) -> Probe:
    """A sentence of what works and what does not; what stops everything is a SourceError."""
    who = ask(site, _WHO).data
    sees = f"{len(found.names):,} {'repository' if len(found.names) == 1 else 'repositories'}"
    missing = tuple(_missing(site, found.names[:_TRIED], settings))
    reads = "is to read" if missing else "reads"
    says = [*missing, f"{site.credential} is {inner(who, 'viewer', 'login') or 'an app'} and {reads} {sees}"]
    if found.archived:
        says.append(f"{found.archived:,} archived left out")
    if limit := who.get("rateLimit"):
        says.append(f"{limit['remaining']:,} of {limit['limit']:,} points left this hour")
    return Probe("; ".join(says), tuple(found.names), is_complete=not missing)


def _missing(site: GitHubSite, names: Sequence[str], settings: GitHubSettings) -> Iterator[str]:
    for name in names:
        try:
            lacks = list(_lacking(site, name, settings))
        except SourceError as error:
            yield str(error).removeprefix(f"{site.name}: ").rstrip(".")
            continue
        if lacks:
            yield f"{site.credential} may not read {' and '.join(lacks)} of {name}: give it read access there"


def _lacking(site: GitHubSite, name: str, settings: GitHubSettings) -> Iterator[str]:
    reply = ask_repository(site, name, _MAY_READ)
    used = _used(settings)
    yield from (word for field, word in _PERMISSIONS.items() if field in used and reply.data.get(field) is None)
    if "runs" in used and not _may_read_runs(site, name):
        yield "Actions"
    elif (file := _workflow(settings)) is not None:
        look_for_workflow(site, name, file)


def _used(settings: GitHubSettings) -> set[str]:
    """What the settings make use of."""
    rollouts = settings.deployments
    by_origin = {"deployments": "deployments", "release": "releases", "workflow": "runs"}
    used = {"pullRequests"}
    if rollouts is not None:
        used.add(by_origin[rollouts.from_])
    if settings.incidents is not None:
        used.add("issues")
    if settings.pipelines.workflows:
        used.add("runs")
    return used


def _workflow(settings: GitHubSettings) -> str | None:
    """The file of the workflow that deploys, where it has to be there."""
    rollouts = settings.deployments
    return plain_file(rollouts.workflow) if rollouts is not None and rollouts.workflow else None


def _may_read_runs(site: GitHubSite, name: str) -> bool:
    try:
        site.get(f"repos/{name}/actions/runs", per_page=1)
    except RefusedError as refused:
        if refused.status in _REFUSED:
            return False
        raise
    return True
