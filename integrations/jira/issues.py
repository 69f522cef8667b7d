"""An issue with its history -> an incident; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.events import Incident
from integrations.items import Item, PassedOverError
from integrations.jira.course import Course
from integrations.jira.fields import Fields
from integrations.jira.settings import IncidentsShape
from integrations.jira.statuses import Stage, Statuses, category_of
from integrations.jira.values import time, word
from integrations.services import Services
from integrations.settings import services

_ALWAYS = ("created", "priority", "project", "resolution", "resolutiondate", "status", "summary", "updated")


@dataclass(frozen=True, slots=True)
class IncidentRules:
    """The settings' part `incidents`, ready to be applied."""

    shape: IncidentsShape
    source: str
    web: str
    services: Services

    @classmethod
    def of(cls, shape: IncidentsShape, source: str, web: str) -> IncidentRules:
        return cls(shape, source, web, services(shape.services))

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields to ask for: nothing else of an issue is sent, and nobody's name."""
        own = filter(None, self.shape.fields.model_dump().values())
        return tuple(dict.fromkeys((*_ALWAYS, self.shape.service, *own)))

    def incident(
        self, issue: Item, histories: Sequence[Item], statuses: Statuses, note: Callable[[str], None]
    ) -> Incident:
        """`note` is told what is left out of it."""
        fields = Fields(self.shape, issue, note)
        named = self._services(fields)
        course = Course.of(histories, statuses)
        times = _Times.of(fields, course, _stage(fields, course, statuses))
        return Incident(
            kind="incident",
            source=self.source,
            id=issue["key"],
            url=f"{self.web}/browse/{issue['key']}",
            updated_at=time(fields.field("updated")),
            service=named[0] if len(named) == 1 else None,
            services=named if len(named) > 1 else None,
            team=None if named else self.shape.team,
            started_at=times.started,
            opened_at=times.opened,
            detected_at=times.detected,
            acknowledged_at=course.acknowledged_at,
            mitigated_at=times.mitigated,
            resolved_at=times.resolved,
            severity=fields.severity(),
            status=times.status,
            deployment=word(fields.custom("deployment")),
            cause_sha=word(fields.custom("cause_sha")),
            reassignments=course.reassignments,
            change_caused=fields.change_caused(),
            title=word(fields.field("summary")),
        )

    def _services(self, fields: Fields) -> tuple[str, ...]:
        values = fields.service_values
        named = (self.services.of(value, {"value": value, "project": fields.project}) for value in values)
        found = tuple(dict.fromkeys(service for each in named for service in each))
        if not found and self.shape.team is None:
            raise PassedOverError(
                f"names no service in {self.shape.service}; incidents.team would count those that name none for a team"
            )
        return found


@dataclass(frozen=True, slots=True)
class _Times:
    started: datetime | None
    opened: datetime
    detected: datetime | None
    mitigated: datetime | None
    resolved: datetime | None
    status: Literal["open", "resolved", "cancelled"]

    @classmethod
    def of(cls, fields: Fields, course: Course, stage: Stage) -> _Times:
        """What a field of the settings says comes before what the history says."""
        opened = time(fields.field("created"))
        started, detected = fields.time("started_at"), fields.time("detected_at")
        begin = started or min(filter(None, (opened, detected)))
        said = fields.time("resolved_at")
        mitigated = fields.time("mitigated_at") or (course.mitigated_at if stage != "open" else None)
        resolved = said or _resolved(fields, course, stage)
        return cls(
            started=started,
            opened=opened,
            detected=detected,
            mitigated=_after(begin, mitigated, "mitigated_at", fields),
            resolved=_after(begin, resolved, "resolved_at", fields),
            status=stage if stage == "cancelled" else "resolved" if stage == "resolved" or said else "open",
        )


def _stage(fields: Fields, course: Course, statuses: Statuses) -> Stage:
    """What the issue's status means now."""
    if fields.is_called_off:
        return "cancelled"
    status = fields.issue["fields"]["status"]
    has_resolution = bool(fields.field("resolution"))
    stage = statuses.stage(status["id"], status.get("name"), category_of(status), has_resolution=has_resolution)
    if stage == "closed":
        if course.resolved_at is not None:
            return "resolved"
        fields.note("done for Jira, and in no status of incidents.statuses.resolved: taken as open")
        return "open"
    return "open" if stage == "acknowledged" else stage


def _resolved(fields: Fields, course: Course, stage: Stage) -> datetime | None:
    """What is open again has none, whatever its history says."""
    if stage not in {"resolved", "cancelled"}:
        return None
    date = fields.field("resolutiondate")
    return course.resolved_at or (time(date) if date else None)


def _after(begin: datetime, end: datetime | None, name: str, fields: Fields) -> datetime | None:
    if end is not None and end < begin:
        fields.note(f"{name} is before it started: left out")
        return None
    return end
