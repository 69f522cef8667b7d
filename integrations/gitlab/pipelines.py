"""Pipelines: as pipeline runs, or as deployments where a whole pipeline deploys. The list does not tell their times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.events import Deployment, Event, PipelineRun
from bot.source import Ask, Page
from integrations.gitlab.environments import PRODUCTION
from integrations.gitlab.listing import by_update, changed_at, paged
from integrations.gitlab.project import Project, own_id, time_of
from integrations.gitlab.rollout import ENDED, SKIPPED, Course, ended, trigger
from integrations.globs import Globs
from integrations.http import RefusedError
from integrations.items import Item, PassedOverError, Reading
from integrations.services import id_of_part

_PAGE = 25  # each that has ended costs one more request
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Pipelines:
    """The pipelines of one project on some refs, without those on others."""

    project: Project
    refs: Globs
    without: Globs
    deploys: bool
    overlap: ClassVar[timedelta] = timedelta(minutes=10)  # a pipeline that ends, or is tried again, moves to the top

    def fetch(self, ask: Ask) -> Page:
        listed = by_update(self.project, "pipelines", ask, _PAGE)
        reading = Reading()
        event_id = _name if self.deploys else own_id
        return paged(listed, reading, _name, lambda item: self._parse(item, reading), event_id=event_id)

    def _parse(self, item: Item, reading: Reading) -> Iterator[Event]:
        if not self.refs.fit(item["ref"]):
            raise PassedOverError("on another branch than the settings name")
        if self.without.fit(item["ref"]):
            raise PassedOverError("counts as a deployment")
        _check_ended(item)
        detail = self._detail(item)
        _check_ended(detail)
        course = ended(detail["status"], detail["started_at"], detail["finished_at"], reading)
        yield from self._deployments(detail, course) if self.deploys else self._runs(detail, course, reading)

    def _detail(self, item: Item) -> Item:
        try:
            return self.project.get(f"pipelines/{item['id']}").data
        except RefusedError as refused:
            if refused.status == _NOT_FOUND:
                raise PassedOverError("deleted meanwhile") from None
            raise

    def _runs(self, detail: Item, course: Course, reading: Reading) -> Iterator[Event]:
        services = self.project.of_the_whole()
        queued_at = _queued_at(detail, course, reading)
        for service in services:
            yield PipelineRun(
                kind="pipeline_run",
                source=self.project.source,
                id=id_of_part(own_id(detail), service, services),
                url=detail.get("web_url"),
                updated_at=changed_at(detail),
                service=service,
                pipeline=detail.get("name") or detail.get("source") or "pipeline",
                sha=detail["sha"],
                queued_at=queued_at,
                started_at=course.started_at,
                finished_at=course.finished_at,
                status=course.status,
            )

    def _deployments(self, detail: Item, course: Course) -> Iterator[Event]:
        services = self.project.of_deployment(detail["ref"])
        for service in services:
            yield Deployment(
                kind="deployment",
                source=self.project.source,
                id=id_of_part(_name(detail), service, services),
                url=detail.get("web_url"),
                updated_at=changed_at(detail),
                service=service,
                environment=PRODUCTION,
                status=course.status,
                started_at=course.started_at,
                finished_at=course.finished_at,
                sha=detail["sha"],
                version=detail["ref"] if detail.get("tag") else None,
                trigger=trigger(detail),
            )


def _name(item: Item) -> str:
    return f"pipeline {item['id']}"


def _check_ended(item: Item) -> None:
    if item["status"] == SKIPPED:
        raise PassedOverError("skipped")
    if item["status"] == "manual":
        raise PassedOverError("waits for a manual job")
    if item["status"] not in ENDED:
        raise PassedOverError("has not ended")


def _queued_at(detail: Item, course: Course, reading: Reading) -> datetime | None:
    queued_at = time_of(detail.get("created_at"))
    if queued_at is not None and queued_at > (course.started_at or course.finished_at):
        reading.note("began before it was created; when it was created is left out")
        return None
    return queued_at
