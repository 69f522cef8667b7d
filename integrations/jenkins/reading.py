"""One job's builds -> deployments and pipeline runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Literal

from bot.events import Deployment, Event, GateWait, PipelineRun
from bot.source import Ask, Page
from integrations.http import Site
from integrations.items import Item, PassedOverError, Reading
from integrations.jenkins.build import Build, attempts
from integrations.jenkins.jobs import Job
from integrations.jenkins.listing import listed
from integrations.jenkins.settings import DeploymentsShape
from integrations.jenkins.stages import Stage, gate_waits, stages_of
from integrations.services import Services, id_of_part, some

_BUILDS_A_PAGE = 100
_RUNS_A_PAGE = 25  # where each costs further requests, so that what a stop loses stays small

Outcome = Literal["success", "failure", "cancelled", "running"]

# An unstable rollout reached the users, an unstable run has tests that failed.
_ROLLED_OUT: dict[str, Outcome] = {
    "SUCCESS": "success",
    "UNSTABLE": "success",
    "FAILURE": "failure",
    "ABORTED": "cancelled",
}
_RAN: dict[str, Literal["success", "failure", "cancelled"]] = {
    "SUCCESS": "success",
    "UNSTABLE": "failure",
    "FAILURE": "failure",
    "ABORTED": "cancelled",
}
_STAGE: dict[str | None, Outcome] = {
    "SUCCESS": "success",
    "UNSTABLE": "success",
    "FAILED": "failure",
    "ABORTED": "cancelled",
    "IN_PROGRESS": "running",
    "PAUSED_PENDING_INPUT": "running",
}


@dataclass(frozen=True, slots=True)
class Builds:
    """One job with what the settings say about it."""

    site: Site
    job: Job
    source: str
    services: Services
    repositories: tuple[str, ...]
    deployments: DeploymentsShape | None
    """What of its builds is a rollout; None: nothing."""
    runs: bool
    """Whether its builds are pipeline runs."""

    @property
    def kinds(self) -> tuple[str, ...]:
        return (*(("deployment",) if self.deployments else ()), *(("pipeline_run",) if self.runs else ()))

    @property
    def all_services(self) -> tuple[str, ...]:
        """Every service that its builds may speak of."""
        name, fields = self.job.project, self.job.fields
        run = self.services.of(name, fields) if self.runs else ()
        if self.deployments is None:
            return run
        if self.deployments.from_ == "jobs":
            return self.services.of_deployment(name, fields, name)
        each = (Services((rule,)).of(name, fields) for rule in self.services.rules)
        return tuple(dict.fromkeys(service for found in (run, *each) for service in found))

    @property
    def rule(self) -> str:
        """All that the settings say about what is yielded; another job's name among theirs changes nothing here."""
        return json.dumps(
            {
                "runs": self.runs,
                "deployments": self.deployments and self.deployments.model_dump(exclude={"jobs"}),
                "repositories": self.repositories,
                "services": [(rule.service, rule.match, rule.paths, rule.deployments) for rule in self.services.rules],
            },
            sort_keys=True,
        )

    def fetch(self, ask: Ask) -> Page:
        """One page of builds, newest first."""
        rules = self.deployments
        size = _RUNS_A_PAGE if self._reads_stages else _BUILDS_A_PAGE
        found = listed(self.site, self.job, ask, size, rules.parameter if rules else None)
        page = _PageOfBuilds(self, Reading(), attempts((*found.builds, *found.older), self._name, self.repositories))
        page.reading.read(found.builds, lambda item: f"{self.job.path} #{item['number']}", page.parsed)
        return replace(page.reading.page, token=found.token, done=found.done, open_since=page.open_since)

    @property
    def _name(self) -> str:
        return self.job.fields["job"]

    @property
    def _reads_stages(self) -> bool:
        return self.deployments is not None and (self.deployments.from_ == "stages" or self.gates)

    @property
    def gates(self) -> bool:
        """Only pipelines have input steps."""
        return self.deployments is not None and self.deployments.gates and self.job.is_pipeline


@dataclass(slots=True)
class _PageOfBuilds:
    builds: Builds
    reading: Reading
    attempts: dict[int, int]
    open_since: datetime | None = None

    def parsed(self, item: Item) -> Iterator[Event]:
        build = Build(item)
        if build.is_running:
            self.open_since = min(filter(None, (self.open_since, build.started_at)))
        if (rules := self.builds.deployments) is None:
            yield from self._runs(build)
        elif rules.from_ == "jobs":
            yield from self._whole(build, rules)
        else:
            yield from self._staged(build, rules)

    def _whole(self, build: Build, rules: DeploymentsShape) -> Iterator[Deployment]:
        """The build is the rollout."""
        _check_environment(build, rules)
        status: Outcome = "running" if build.is_running else _ROLLED_OUT[build.result]
        stages = self._stages(build) if self.builds.gates else ()
        yield from self._deployments(
            build,
            own_id=str(build.number),
            what=self.builds.job.project,
            status=status,
            started_at=build.started_at,
            finished_at=None if build.is_running else build.finished_at,
            gates=self._gates(build, stages),
        )

    def _staged(self, build: Build, rules: DeploymentsShape) -> Iterator[Event]:
        """Some of its stages are rollouts; what ran before them is the pipeline run."""
        stages = self._stages(build)
        rollouts = [stage for stage in stages if _is_rollout(stage, rules.stages)]
        gates = self._gates(build, stages)
        yield from self._noting(self._rollouts(build, rules, rollouts, gates))
        if self.builds.runs:
            ends = (*(stage.started_at for stage in rollouts), *(wait.started_at for wait in gates))
            yield from self._noting(self._runs(build, min(ends) if rollouts else None))

    def _rollouts(
        self, build: Build, rules: DeploymentsShape, stages: Sequence[Stage], gates: Sequence[GateWait]
    ) -> Iterator[Deployment]:
        if not stages:
            raise PassedOverError("a build that did not reach the stages that are the rollout")
        _check_environment(build, rules)
        for stage in stages:
            yield from self._deployments(
                build,
                own_id=f"{build.number}/{stage.id}",
                what=stage.name,
                status=_STAGE[stage.status],
                started_at=stage.started_at,
                finished_at=stage.finished_at,
                gates=[wait for wait in gates if stage.finished_at is None or wait.started_at < stage.finished_at],
            )

    def _noting(self, part: Iterator[Event]) -> Iterator[Event]:
        """One half of a build may be an event where the other is none."""
        try:
            yield from part
        except PassedOverError as reason:
            self.reading.note(str(reason))

    def _stages(self, build: Build) -> Sequence[Stage]:
        stages = stages_of(self.builds.site, f"{self.builds.job.address}/{build.number}")
        if stages is None:
            self.reading.note("a build whose stages Jenkins does not tell; that needs its plugin Pipeline: REST API")
        return stages or ()

    def _gates(self, build: Build, stages: Sequence[Stage]) -> Sequence[GateWait]:
        if not self.builds.gates:
            return ()
        return gate_waits(self.builds.site, f"{self.builds.job.address}/{build.number}", stages)

    def _deployments(
        self,
        build: Build,
        *,
        own_id: str,
        what: str,
        status: Outcome,
        started_at: datetime,
        finished_at: datetime | None,
        gates: Sequence[GateWait],
    ) -> Iterator[Deployment]:
        by_a_person = build.is_by_a_person
        if (sha := self._sha(build)) is None:
            self.reading.note(f"{build.why_no_commit}, taken as a deployment without one")
        services = some(self.builds.services.of_deployment(self.builds.job.project, self.builds.job.fields, what))
        for service in services:
            yield Deployment(
                kind="deployment",
                source=self.builds.source,
                id=id_of_part(own_id, service, services),
                service=service,
                url=build.url,
                status=status,
                started_at=started_at,
                finished_at=finished_at,
                sha=sha,
                trigger=None if by_a_person is None else "manual" if by_a_person else "automatic",
                gate_waits=tuple(gates),
            )

    def _runs(self, build: Build, ended_at: datetime | None = None) -> Iterator[PipelineRun]:
        """It passed where a rollout began after it."""
        if build.is_running and ended_at is None:
            raise PassedOverError("a build that is still running")
        status = "success" if ended_at else _RAN[build.result]
        if (sha := self._sha(build)) is None:
            raise PassedOverError(build.why_no_commit)
        services = some(self.builds.services.of(self.builds.job.project, self.builds.job.fields))
        for service in services:
            yield PipelineRun(
                kind="pipeline_run",
                source=self.builds.source,
                id=id_of_part(str(build.number), service, services),
                service=service,
                url=build.url,
                pipeline=self.builds.job.project,
                sha=sha,
                attempt=self.attempts.get(build.number, 1),
                queued_at=build.queued_at,
                started_at=build.started_at,
                finished_at=ended_at or build.finished_at,
                status=status,
                tests=build.tests,
            )

    def _sha(self, build: Build) -> str | None:
        return build.sha(self.builds.job.fields["job"], self.builds.repositories)


def _is_rollout(stage: Stage, globs: Sequence[str]) -> bool:
    """One that was not executed is none."""
    return stage.status in _STAGE and any(fnmatchcase(stage.name, glob) for glob in globs)


def _check_environment(build: Build, rules: DeploymentsShape) -> None:
    if rules.parameter is None:
        return
    value = build.parameter(rules.parameter)
    if value is None:
        raise PassedOverError(f"a build without the parameter {rules.parameter}")
    if not any(fnmatchcase(value.lower(), glob.lower()) for glob in rules.environments):
        raise PassedOverError("a build for another environment")
