"""The lists of one repository, each with the part of the settings that decides what it yields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TypeAlias

from bot.source import Ask, Coverage, Page, Stream
from integrations.github.changes import Changes
from integrations.github.deployments import Deployments
from integrations.github.graph import understood
from integrations.github.incidents import RECHECKED_AT_ONCE, Incidents
from integrations.github.pipelines import Pipelines
from integrations.github.releases import Releases
from integrations.github.repository import Repository
from integrations.github.settings import DeploymentsShape, GitHubSettings, IncidentsShape
from integrations.github.site import GitHubSite
from integrations.github.workflow import WorkflowRuns, plain_file
from integrations.globs import Globs
from integrations.labels import Owners
from integrations.settings import begun, services

_Rollouts: TypeAlias = Deployments | Releases | WorkflowRuns
_Listed: TypeAlias = Changes | Pipelines | Incidents | _Rollouts


def streams_of(site: GitHubSite, settings: GitHubSettings, name: str) -> Iterator[Stream]:
    """Changes always; the others as the settings ask for them."""
    repository = Repository(name, services(settings.service))
    yield _stream(
        "changes", "change", repository, _changes(site, settings, repository), _rule(settings, "base", "hotfix", "bots")
    )
    if settings.deployments is not None:
        rollouts = _rollouts(site, settings.deployments, repository)
        yield _stream("deployments", "deployment", repository, rollouts, _rule(settings, "deployments"))
    if settings.pipelines.workflows:
        rule = _rule(settings, "pipelines", "deployments")
        yield _stream("pipeline runs", "pipeline_run", repository, _pipelines(site, settings, repository), rule)
    if settings.incidents is not None:
        yield _incidents(site, settings, settings.incidents, repository)


def _stream(what: str, kind: str, repository: Repository, listed: _Listed, rule: str) -> Stream:
    return Stream(
        name=f"{repository.name} {what}",
        source=repository.source,
        kinds=(kind,),
        covers=Coverage(services=repository.all_services),
        rule=rule,
        fetch=partial(_fetched, listed),
        overlap=listed.overlap,
    )


def _fetched(listed: _Listed, ask: Ask) -> Page:
    with understood(listed.site):
        return listed.fetch(ask)


def _rechecked(incidents: Incidents, ids: Sequence[str], since: datetime) -> Page:
    with understood(incidents.site):
        return incidents.recheck(ids, since)


def _rule(settings: GitHubSettings, *parts: str) -> str:
    """All of the settings that decides what a list yields, the services among it."""
    decisive = settings.model_dump(
        mode="json", by_alias=True, include={"service", *parts}, exclude={"incidents": {"covers_from"}}
    )
    return json.dumps(decisive, sort_keys=True)


def _changes(site: GitHubSite, settings: GitHubSettings, repository: Repository) -> Changes:
    return Changes(
        site,
        repository,
        base=None if settings.base is None else Globs.of(settings.base),
        hotfix_labels=Globs.of(settings.hotfix.labels),
        hotfix_branches=Globs.of(settings.hotfix.branches),
        bots=Globs.of(settings.bots),
    )


def _rollouts(site: GitHubSite, settings: DeploymentsShape, repository: Repository) -> _Rollouts:
    if settings.from_ == "deployments":
        return Deployments(site, repository, Globs.of(settings.environments))
    if settings.from_ == "release":
        return Releases(site, repository, Globs.of([settings.tags]), settings.prereleases)
    workflow = settings.workflow or ""
    return WorkflowRuns(
        site,
        repository,
        file=plain_file(workflow),
        workflow=Globs.of([workflow]),
        job=None if settings.job is None else Globs.of([settings.job]),
        branches=Globs.of(settings.branches),
    )


def _pipelines(site: GitHubSite, settings: GitHubSettings, repository: Repository) -> Pipelines:
    rollouts = settings.deployments
    deploys = rollouts is not None and rollouts.from_ == "workflow" and rollouts.job is None
    return Pipelines(
        site,
        repository,
        workflows=Globs.of(settings.pipelines.workflows),
        rollouts=Globs.of([rollouts.workflow or ""] if rollouts is not None and deploys else []),
    )


def _incidents(site: GitHubSite, settings: GitHubSettings, shape: IncidentsShape, repository: Repository) -> Stream:
    owners = Owners.of(shape.service, shape.team)
    incidents = Incidents(
        site,
        repository,
        labels=tuple(shape.labels),
        severity=Globs.of(shape.severity),
        mitigated=Globs.of(shape.mitigated),
        owners=owners,
        bots=Globs.of(settings.bots),
    )
    return Stream(
        name=f"{repository.name} incidents",
        source=repository.source,
        kinds=("incident",),
        covers=owners.covered(repository.all_services),
        rule=_rule(settings, "incidents", "bots"),
        fetch=partial(_fetched, incidents),
        recheck=partial(_rechecked, incidents),
        rechecked_at_once=RECHECKED_AT_ONCE,
        overlap=incidents.overlap,
        covers_from=begun(shape.covers_from),
    )
