"""The attempts of a run: GitHub lists only the last one, and gives the earlier ones singly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from integrations.github.runs import Run
from integrations.github.site import GitHubSite
from integrations.http import RefusedError
from integrations.items import Reading

_MOST = 3  # earlier attempts that are asked for, a request each


def number_of(run: Run) -> int:
    return int(run.get("run_attempt") or 1)


def attempt_id(run: Run) -> str:
    """The run's id; a later attempt is an event of its own."""
    number = number_of(run)
    return f"{run['id']}-{number}" if number > 1 else str(run["id"])


def earlier_attempts(site: GitHubSite, repository: str, run: Run, reading: Reading) -> Iterator[Run]:
    """The attempts before the last one, the newest first: what failed before a success is what makes it a flake."""
    last = number_of(run)
    if last - 1 > _MOST:
        reading.note(f"with the last {_MOST} of its earlier attempts only")
    for number in range(last - 1, max(0, last - 1 - _MOST), -1):
        try:
            yield site.get(f"repos/{repository}/actions/runs/{run['id']}/attempts/{number}").data
        except RefusedError as refused:
            if refused.status != 404:
                raise
            reading.note("without an earlier attempt, which GitHub no longer has")
            return


def began_at(run: Run, finished_at: datetime | None, reading: Reading) -> datetime | None:
    """When an attempt began; old servers do not say, and a time after its end is no time."""
    told = run.get("run_started_at")
    if not told:
        return None
    at = datetime.fromisoformat(told)
    if finished_at is not None and at > finished_at:
        reading.note("ended before it began; when it began is left out")
        return None
    return at
