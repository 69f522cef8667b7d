"""The jobs of a run, where only one of them is the rollout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from integrations.github.attempts import number_of
from integrations.github.rollout import Rollout, Status
from integrations.github.runs import Run, outcome
from integrations.github.site import GitHubSite
from integrations.globs import Globs
from integrations.items import PassedOverError

_PAGE = 100  # jobs; a workflow that deploys has fewer


def rolled(site: GitHubSite, repository: str, run: Run, job: Globs) -> Rollout:
    """One request: the jobs of an attempt whose names fit."""
    path = f"repos/{repository}/actions/runs/{run['id']}/attempts/{number_of(run)}/jobs"
    jobs = site.get(path, per_page=_PAGE).data["jobs"]
    return together([each for each in jobs if job.fit(each["name"])])


def together(jobs: Sequence[Run]) -> Rollout:
    """All of them have to succeed; those that were skipped say nothing."""
    ran = [each for each in jobs if str(each.get("conclusion") or "").lower() != "skipped"]
    if not ran:
        raise PassedOverError("a run in which the job that deploys did not run")
    said = [outcome(each) for each in ran]
    if None in said:
        raise PassedOverError("a run whose job that deploys has not ended")
    status: Status = "failure" if "failure" in said else "cancelled" if "cancelled" in said else "success"
    started = [datetime.fromisoformat(each["started_at"]) for each in ran if each["started_at"]]
    finished_at = max(datetime.fromisoformat(each["completed_at"]) for each in ran)
    return Rollout(status, min((at for at in started if at <= finished_at), default=None), finished_at)
