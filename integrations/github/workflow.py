"""Runs of a workflow as deployments: of the whole workflow, or of the job in it that deploys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.events import Deployment, Event, GateWait
from bot.source import Ask, Page
from integrations.github.attempts import attempt_id, began_at, earlier_attempts
from integrations.github.gates import waits_by_run
from integrations.github.jobs import rolled
from integrations.github.repository import Repository
from integrations.github.rollout import Rollout
from integrations.github.runs import Run, file_of, list_runs, names_of, outcome, page_of
from integrations.github.site import GitHubSite
from integrations.globs import Globs
from integrations.items import PassedOverError, Reading
from integrations.services import id_of_part

_OVERLAP = timedelta(days=7)  # rolling back by running an old rollout again is a habit of many
_OVERLAP_WITH_JOBS = timedelta(days=1)  # each run that is listed again is a further request for its jobs
_FOR_A_PULL_REQUEST = frozenset({"pull_request", "pull_request_target"})
_BY_HAND = "workflow_dispatch"

Waits = Mapping[int, tuple[GateWait, ...]]


def plain_file(workflow: str) -> str | None:
    """A workflow's file, where it is named without a glob: then GitHub can list its runs alone."""
    plain = workflow.lower().endswith((".yml", ".yaml")) and not set("*?[/") & set(workflow)
    return workflow if plain else None


@dataclass(frozen=True, slots=True)
class WorkflowRuns:
    """The rollouts of one repository by the workflow that deploys it."""

    site: GitHubSite
    repository: Repository
    file: str | None
    workflow: Globs
    job: Globs | None
    branches: Globs

    @property
    def overlap(self) -> timedelta:
        return _OVERLAP if self.job is None else _OVERLAP_WITH_JOBS

    def fetch(self, ask: Ask) -> Page:
        """A page of runs, and one question about the gates at which they stood."""
        listed = list_runs(self.site, self.repository.name, self.file, ask)
        reading = Reading()
        shas = [str(run.get("head_sha")) for run in listed.runs if self._left_out(run) is None]
        waits = waits_by_run(self.site, self.repository.name, shas, reading)
        still_open: list[datetime] = []
        reading.read(
            listed.runs,
            lambda run: f"run {run['id']}",
            lambda run: self._parse(run, waits, reading, still_open),
            _own_id,
        )
        return page_of(listed, reading, still_open)

    def _left_out(self, run: Run) -> str | None:
        if not self.workflow.first(names_of(run)):
            return "a run of another workflow than `deployments.workflow` names"
        if run.get("event") in _FOR_A_PULL_REQUEST:
            return "a run for a pull request"
        if not self.branches.fit(run.get("head_branch") or ""):
            return "a run on a branch that `deployments.branches` leaves out"
        return None

    def _parse(self, run: Run, waits: Waits, reading: Reading, still_open: list[datetime]) -> Iterator[Event]:
        if (reason := self._left_out(run)) is not None:
            raise PassedOverError(reason)
        if outcome(run) is None:
            still_open.append(datetime.fromisoformat(run["created_at"]))
            yield from self._running(run, waits, reading)
            return
        yield from self._ended(run, waits, reading)
        for attempt in earlier_attempts(self.site, self.repository.name, run, reading):
            yield from self._ended(attempt, waits, reading)

    def _running(self, run: Run, waits: Waits, reading: Reading) -> Iterator[Event]:
        if self.job is not None:
            raise PassedOverError("a run that has not ended")
        started_at = began_at(run, None, reading) or datetime.fromisoformat(run["created_at"])
        yield from self._deployments(run, waits, Rollout("running", started_at, None))

    def _ended(self, run: Run, waits: Waits, reading: Reading) -> Iterator[Event]:
        went = self._whole(run, reading) if self.job is None else rolled(self.site, self.repository.name, run, self.job)
        yield from self._deployments(run, waits, went)

    def _whole(self, run: Run, reading: Reading) -> Rollout:
        status = outcome(run)
        if status is None:
            raise PassedOverError("an earlier attempt that has not ended")
        finished_at = datetime.fromisoformat(run["updated_at"])
        return Rollout(status, began_at(run, finished_at, reading), finished_at)

    def _deployments(self, run: Run, waits: Waits, went: Rollout) -> Iterator[Event]:
        services = self.repository.of_deployment(file_of(run))
        for service in services:
            yield Deployment(
                kind="deployment",
                source=self.repository.source,
                id=id_of_part(_own_id(run), service, services),
                url=run.get("html_url"),
                updated_at=datetime.fromisoformat(run["updated_at"]),
                service=service,
                sha=run["head_sha"],
                trigger="manual" if run["event"] == _BY_HAND else "automatic",
                gate_waits=_of_this_attempt(waits.get(run["id"], ()), run),
                status=went.status,
                started_at=went.started_at,
                finished_at=went.finished_at,
            )


def _own_id(run: Run) -> str:
    """Not to be taken for a deployment of the same number, which a server of one's own may have."""
    return f"run {attempt_id(run)}"


def _of_this_attempt(waits: tuple[GateWait, ...], run: Run) -> tuple[GateWait, ...]:
    """An attempt's own waits begin with it, and not after its last change."""
    begun = datetime.fromisoformat(run.get("run_started_at") or run["created_at"])
    changed = datetime.fromisoformat(run["updated_at"])
    return tuple(wait for wait in waits if begun <= wait.started_at <= changed)
