"""Pipeline runs: the runs of Actions that are no rollout, each attempt on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.events import Event, PipelineRun
from bot.source import Ask, Page
from integrations.github.attempts import attempt_id, began_at, earlier_attempts, number_of
from integrations.github.repository import Repository
from integrations.github.runs import Run, list_runs, names_of, outcome, page_of
from integrations.github.site import GitHubSite
from integrations.globs import Globs
from integrations.items import PassedOverError, Reading
from integrations.services import id_of_part

_OVERLAP = timedelta(days=1)  # a run is listed by its creation; most re-runs come on the same day
_AT_A_GATE = "waiting"  # it may do so for weeks, and asking after it would read all of them again
_NO_CODE = frozenset({
    "discussion", "discussion_comment", "fork", "gollum", "issue_comment", "issues", "label", "milestone", "watch",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pipelines:
    """The pipeline runs of one repository; `rollouts` are the workflows that deploy."""

    site: GitHubSite
    repository: Repository
    workflows: Globs
    rollouts: Globs
    overlap: ClassVar[timedelta] = _OVERLAP

    def fetch(self, ask: Ask) -> Page:
        listed = list_runs(self.site, self.repository.name, None, ask)
        reading = Reading()
        still_open: list[datetime] = []
        reading.read(
            listed.runs, lambda run: f"run {run['id']}", lambda run: self._parse(run, reading, still_open), attempt_id
        )
        return page_of(listed, reading, still_open)

    def _parse(self, run: Run, reading: Reading, still_open: list[datetime]) -> Iterator[Event]:
        names = names_of(run)
        if self.rollouts.first(names):
            raise PassedOverError("a run of the workflow that deploys")
        if not self.workflows.first(names):
            raise PassedOverError("a run of a workflow that `pipelines.workflows` leaves out")
        if run["event"] in _NO_CODE:
            raise PassedOverError("a run that a conversation set off, not code")
        if str(run.get("status")).lower() == _AT_A_GATE:
            raise PassedOverError("a run that waits at a gate")
        if outcome(run) is None:
            still_open.append(datetime.fromisoformat(run["created_at"]))
            raise PassedOverError("a run that has not ended")
        yield from self._attempt(run, reading)
        for attempt in earlier_attempts(self.site, self.repository.name, run, reading):
            yield from self._attempt(attempt, reading)

    def _attempt(self, run: Run, reading: Reading) -> Iterator[Event]:
        status = outcome(run)
        if status is None:
            return
        finished_at = datetime.fromisoformat(run["updated_at"])
        services = self.repository.of_the_whole()
        for service in services:
            yield PipelineRun(
                kind="pipeline_run",
                source=self.repository.source,
                id=id_of_part(attempt_id(run), service, services),
                url=run.get("html_url"),
                updated_at=finished_at,
                service=service,
                pipeline=next(iter(names_of(run)), "unnamed"),
                sha=run["head_sha"],
                attempt=number_of(run),
                queued_at=datetime.fromisoformat(run["created_at"]) if number_of(run) == 1 else None,
                started_at=began_at(run, finished_at, reading),
                finished_at=finished_at,
                status=status,
            )
