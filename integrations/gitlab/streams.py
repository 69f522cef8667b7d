"""The lists of one project, each with the part of the settings that decides what it yields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeAlias

from bot.source import Coverage, Stream
from integrations.gitlab.api import Api
from integrations.gitlab.changes import Changes
from integrations.gitlab.deployments import Deployments
from integrations.gitlab.environments import Environments
from integrations.gitlab.incidents import RECHECKED_AT_ONCE, Incidents
from integrations.gitlab.jobs import Jobs
from integrations.gitlab.pipelines import Pipelines
from integrations.gitlab.project import Project
from integrations.gitlab.releases import Releases
from integrations.gitlab.settings import DeploymentsShape, GitLabSettings, IncidentsShape
from integrations.globs import Globs
from integrations.labels import Owners
from integrations.settings import begun, services

_Rollouts: TypeAlias = Deployments | Jobs | Pipelines | Releases


def streams_of(api: Api, settings: GitLabSettings, name: str) -> Iterator[Stream]:
    """Changes always; the others as the settings ask for them."""
    project = Project(name, services(settings.service), api)
    rule = _rule(settings, "base", "hotfix", "bots")
    yield _stream("changes", "change", project, _changes(settings, project), rule)
    if settings.deployments is not None:
        rollouts = _rollouts(settings.deployments, project)
        yield _stream("deployments", "deployment", project, rollouts, _rule(settings, "deployments"))
    if settings.pipelines.refs:
        rule = _rule(settings, "pipelines", "deployments")
        yield _stream("pipeline runs", "pipeline_run", project, _pipelines(settings, project), rule)
    if settings.incidents is not None:
        yield _incidents(settings, settings.incidents, project)


def _stream(what: str, kind: str, project: Project, listed: Changes | _Rollouts, rule: str) -> Stream:
    return Stream(
        name=f"{project.name} {what}",
        source=project.source,
        kinds=(kind,),
        covers=Coverage(services=project.all_services),
        rule=rule,
        fetch=listed.fetch,
        overlap=listed.overlap,
    )


def _rule(settings: GitLabSettings, *parts: str) -> str:
    """All of the settings that decides what a list yields, the services among it."""
    decisive = settings.model_dump(
        mode="json", by_alias=True, include={"service", *parts}, exclude={"incidents": {"covers_from"}}
    )
    return json.dumps(decisive, sort_keys=True)


def _changes(settings: GitLabSettings, project: Project) -> Changes:
    return Changes(
        project,
        base=None if settings.base is None else Globs.of(settings.base),
        hotfix_labels=Globs.of(settings.hotfix.labels),
        hotfix_branches=Globs.of(settings.hotfix.branches),
        bots=Globs.of(settings.bots),
    )


def _rollouts(shape: DeploymentsShape, project: Project) -> _Rollouts:
    branches = Globs.of(shape.branches or ["*"])
    if shape.from_ == "job":
        return Jobs(project, Globs.of([shape.job or ""]), branches)
    if shape.from_ == "pipeline":
        return Pipelines(project, refs=branches, without=Globs.of([]), deploys=True)
    if shape.from_ == "release":
        return Releases(project, Globs.of([shape.tags]))
    globs = None if shape.environments is None else Globs.of(shape.environments)
    return Deployments(project, Environments(project, tuple(shape.tiers), globs), shape.approvals)


def _pipelines(settings: GitLabSettings, project: Project) -> Pipelines:
    """Without those that count as deployments."""
    shape = settings.deployments
    deploying = shape.branches or [] if shape is not None and shape.from_ == "pipeline" else []
    return Pipelines(project, refs=Globs.of(settings.pipelines.refs), without=Globs.of(deploying), deploys=False)


def _incidents(settings: GitLabSettings, shape: IncidentsShape, project: Project) -> Stream:
    owners = Owners.of(shape.service, shape.team)
    incidents = Incidents(
        project,
        labels=tuple(shape.labels),
        severity=Globs.of(shape.severity),
        owners=owners,
    )
    return Stream(
        name=f"{project.name} incidents",
        source=project.source,
        kinds=("incident",),
        covers=owners.covered(project.all_services),
        rule=_rule(settings, "incidents"),
        fetch=incidents.fetch,
        recheck=incidents.recheck,
        rechecked_at_once=RECHECKED_AT_ONCE,
        overlap=incidents.overlap,
        covers_from=begun(shape.covers_from),
    )
