"""What an event said at an instant: a field timed at or after it is null. `updated_at` is the source's own note."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from bot.calendar import moment
from bot.events import BaseEvent, Change, Deployment, GateWait, Incident, PipelineRun
from bot.metrics.rows import ChangeRow, DeploymentRow, IncidentRow, RunRow

Told = TypeVar("Told", bound=BaseEvent)

# The times that may be missing.
DEPLOYMENT_TIMES = ("started_at", "failed_at")
CHANGE_TIMES = ("first_commit_at", "opened_at", "first_review_at", "approved_at")
INCIDENT_TIMES = ("started_at", "opened_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at")
RUN_TIMES = ("queued_at", "started_at")


def known(at: float | None, as_of: float) -> float | None:
    """A time, if it had come by an instant."""
    return at if at is not None and at < as_of else None


def deployment_at(row: DeploymentRow, as_of: float) -> Deployment:
    """A verdict that was not given yet is none; a gate at which it had not arrived is none either."""
    if row.latest < as_of and (row.event.failed is None or row.judged_at < as_of):
        return row.event
    at = moment(as_of)
    waits = tuple(_wait_at(wait, at) for wait in row.event.gate_waits if wait.started_at < at)
    update = {**_late(row.event, DEPLOYMENT_TIMES, at), "gate_waits": waits, "failed": row.verdict(as_of)}
    return row.event.model_copy(update=update)


def change_at(row: ChangeRow, as_of: float) -> Change:
    return row.event if row.latest < as_of else _without_late(row.event, CHANGE_TIMES, as_of)


def run_at(row: RunRow, as_of: float) -> PipelineRun:
    return row.event if row.latest < as_of else _without_late(row.event, RUN_TIMES, as_of)


def incident_at(row: IncidentRow, as_of: float) -> Incident:
    """One whose end lies at or after the instant is open then."""
    if row.latest < as_of:
        return row.event
    update: dict[str, object] = dict(_late(row.event, INCIDENT_TIMES, moment(as_of)))
    still_to_end = {"mitigated_at", "resolved_at"} & update.keys()
    ended = any(end is not None and end < as_of for end in (row.mitigated_at, row.resolved_at))
    if still_to_end and not ended:
        update["status"] = "open"
    return row.event.model_copy(update=update)


def _wait_at(wait: GateWait, at: datetime) -> GateWait:
    if wait.ended_at is None or wait.ended_at < at:
        return wait
    return wait.model_copy(update={"ended_at": None, "outcome": None})


def _without_late(event: Told, names: tuple[str, ...], as_of: float) -> Told:
    return event.model_copy(update=_late(event, names, moment(as_of)))


def _late(event: BaseEvent, names: tuple[str, ...], at: datetime) -> dict[str, None]:
    """The fields of these that are timed at or after an instant, as an update that empties them."""
    return {name: None for name in names if (told := getattr(event, name)) is not None and told >= at}
