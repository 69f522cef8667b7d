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
from integrations.gitlab.incidents import Incidents, ServiceLabel
from integrations.gitlab.jobs import Jobs
from integrations.gitlab.pipelines import Pipelines
from integrations.gitlab.project import Project
from integrations.gitlab.releases import Releases
from integrations.gitlab.settings import DeploymentsShape, GitLabSettings, IncidentsShape
from integrations.globs import Globs
from integrations.settings import services

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
    return json.dumps(settings.model_dump(mode="json", by_alias=True, include={"service", *parts}), sort_keys=True)


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
    incidents = Incidents(
        project,
        labels=tuple(shape.labels),
        severity=Globs.of(shape.severity),
        service=None if shape.service is None else ServiceLabel.of(shape.service),
        team=shape.team,
    )
    return Stream(
        name=f"{project.name} incidents",
        source=project.source,
        kinds=("incident",),
        covers=_covered(shape, project),
        rule=_rule(settings, "incidents"),
        fetch=incidents.fetch,
        recheck=incidents.recheck,
        overlap=incidents.overlap,
    )


def _covered(shape: IncidentsShape, project: Project) -> Coverage:
    """A label may name any service; a team stands in where none does."""
    named = ("*",) if shape.service is not None else ()
    own = project.all_services if shape.team is None else ()
    return Coverage(services=(*named, *own), teams=() if shape.team is None else (shape.team,))
