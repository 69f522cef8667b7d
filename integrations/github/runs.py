"""Runs of Actions as GitHub lists them: by creation, the newest first, at most 1,000 of them to one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

from bot.errors import SourceError
from bot.source import Ask, Page
from integrations.github.site import GitHubSite
from integrations.http import RefusedError
from integrations.items import PassedOverError, Reading

PAGE = 100
TIME = "%Y-%m-%dT%H:%M:%SZ"
_SECOND = timedelta(seconds=1)  # the list's own precision

Outcome = Literal["success", "failure", "cancelled"]
Run = Mapping[str, Any]

_OUTCOMES: Mapping[str, Outcome] = {
    "success": "success",
    "failure": "failure",
    "timed_out": "failure",
    "startup_failure": "failure",
    "cancelled": "cancelled",
}
_NO_OUTCOME = {
    "skipped": "skipped",
    "neutral": "neutral: neither a success nor a failure",
    "stale": "given up by GitHub before it ended",
    "action_required": "waiting for leave to run",
}
_UNENDED = frozenset({"queued", "in_progress", "waiting", "requested", "pending"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of runs."""

    runs: Sequence[Run]
    token: str | None
    etag: str | None
    unchanged: bool = False


def list_runs(site: GitHubSite, repository: str, workflow: str | None, ask: Ask) -> Listed:
    """The next page of the runs that were created within a span, of one workflow by its file, or of all.

    Pages follow each other by time, not by number: a run that is deleted meanwhile hides no other one, and no list is
    read as far as GitHub's 1,000th run, where it would end.
    """
    until, number = _place(ask)
    path = _path(repository, workflow)
    created = f"{_first_day(ask.span.start).strftime(TIME)}..{until.strftime(TIME)}"
    try:
        answer = site.get(path, etag=ask.validator, created=created, per_page=PAGE, page=number)
    except RefusedError as refused:
        raise _explained(site, repository, workflow, refused) from None
    if answer.unchanged:
        return Listed((), None, ask.validator, unchanged=True)
    runs = answer.data["workflow_runs"]
    token = _following(until, number, runs)
    return Listed(runs, token, answer.etag if token is None and ask.token is None else None)


def look_for_workflow(site: GitHubSite, repository: str, workflow: str) -> None:
    """SourceError where it is not there, or may not be read."""
    try:
        site.get(_path(repository, workflow), per_page=1)
    except RefusedError as refused:
        raise _explained(site, repository, workflow, refused) from None


def page_of(listed: Listed, reading: Reading, still_open: Sequence[datetime]) -> Page:
    """What was read of a page; `still_open` are the creations of runs that have not ended."""
    return replace(
        reading.page,
        token=listed.token,
        done=listed.token is None,
        validator=listed.etag,
        unchanged=listed.unchanged,
        open_since=min(still_open, default=None),
    )


def outcome(run: Run) -> Outcome | None:
    """How a run or a job ended; None while it has not. Servers write it in either case, or leave the conclusion out.

    What neither succeeded nor failed nor was cancelled is passed over.
    """
    status, conclusion = (str(run.get(field) or "").lower() for field in ("status", "conclusion"))
    said = conclusion or status
    if said in _NO_OUTCOME:
        raise PassedOverError(_NO_OUTCOME[said])
    if status in _UNENDED:
        return None
    if said not in _OUTCOMES:
        raise ValueError(f"its conclusion is {said[:40]!r}, which is none that is known")
    return _OUTCOMES[said]


def file_of(run: Run) -> str:
    """The file of a run's workflow, such as ci.yml; empty where an old server names none."""
    return str(run.get("path") or "").split("@")[0].rsplit("/", 1)[-1]


def names_of(run: Run) -> tuple[str, ...]:
    """What a workflow can be called in the settings: its name, its file, or the path of it."""
    path = str(run.get("path") or "").split("@")[0]
    return tuple(name for name in (run.get("name"), file_of(run), path) if name)


def _path(repository: str, workflow: str | None) -> str:
    return f"repos/{repository}/actions/{f'workflows/{quote(workflow)}/' if workflow else ''}runs"


def _place(ask: Ask) -> tuple[datetime, int]:
    if ask.token is None:
        return ask.span.end, 1
    until, number = ask.token.split("/")
    return datetime.fromisoformat(until), int(number)


def _following(until: datetime, number: int, runs: Sequence[Run]) -> str | None:
    """Go on with the second of the last run; where one second fills a page, with the page after it."""
    if len(runs) < PAGE:
        return None
    last = datetime.fromisoformat(runs[-1]["created_at"])
    same_second = until - last < _SECOND
    return f"{until.isoformat()}/{number + 1}" if same_second else f"{last.isoformat()}/1"


def _first_day(start: datetime) -> datetime:
    """Asked from the start of a day on, the same list is the same answer all day long, and known to be so."""
    return start.replace(hour=0, minute=0, second=0, microsecond=0)


def _explained(site: GitHubSite, repository: str, workflow: str | None, refused: RefusedError) -> SourceError:
    if refused.status == 404 and workflow:
        return SourceError(
            f"{site.name}: {repository} has no workflow {workflow}, or {site.credential} may not read its Actions; "
            "if the file was renamed or deleted, change `deployments.workflow`."
        )
    if refused.status == 404:
        return SourceError(
            f"{site.name}: {repository} is not there, or {site.credential} may not read its Actions (404)."
        )
    if refused.status == 403:
        return SourceError(
            f"{site.name}: {site.credential} may not read the Actions of {repository} (403); "
            "give it read access to Actions."
        )
    return refused
