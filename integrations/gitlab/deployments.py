"""Deployments as GitLab keeps them, each with the job that it ran in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.events import Deployment, Event, GateWait
from bot.source import Ask, Page
from integrations.gitlab.environments import PRODUCTION, Environments
from integrations.gitlab.listing import by_update, changed_at, paged
from integrations.gitlab.project import Project, own_id
from integrations.gitlab.rollout import ENDED, NOT_BEGUN, RUNNING, SKIPPED, Course, ended, trigger
from integrations.items import Item, PassedOverError, Reading
from integrations.services import id_of_part

_PAGE = 100
_GATE = "deployment approval"


@dataclass(frozen=True, slots=True)
class Deployments:
    """The deployments of one project; those whose environment is production by the settings are called so."""

    project: Project
    environments: Environments
    approvals: bool
    overlap: ClassVar[timedelta] = timedelta(minutes=10)  # whatever becomes of one moves it to the top

    def fetch(self, ask: Ask) -> Page:
        listed = by_update(self.project, "deployments", ask, _PAGE)
        reading = Reading()
        return paged(listed, reading, _name, lambda item: self._parse(item, reading), event_id=own_id)

    def _parse(self, item: Item, reading: Reading) -> Iterator[Event]:
        job: Item = item.get("deployable") or {}
        word = _word(item, job)
        course = _course(item, job, word, reading)
        environment = self.environments.called(item["environment"]["id"], item["environment"]["name"])
        services = self.project.of_deployment(item["environment"]["name"])
        waits = self._waits(item, word) if environment == PRODUCTION else ()
        if course is None and word == "blocked" and not waits:
            raise PassedOverError("waits for an approval")
        for service in services:
            yield Deployment(
                kind="deployment",
                source=self.project.source,
                id=id_of_part(own_id(item), service, services),
                url=job.get("web_url"),
                updated_at=changed_at(item),
                service=service,
                environment=environment,
                status="running" if course is None else course.status,
                started_at=_began(item, job) if course is None else course.started_at,
                finished_at=None if course is None else course.finished_at,
                sha=item.get("sha"),
                version=item.get("ref") if job.get("tag") else None,
                trigger=trigger(job.get("pipeline")),
                gate_waits=tuple(waits),
            )

    def _waits(self, item: Item, word: str) -> Sequence[GateWait]:
        """From its creation to the last word on it; the list may not carry the approvals, its own page does."""
        if not self.approvals:
            return ()
        detail = item if item.get("approvals") else self.project.get(f"deployments/{item['id']}").data
        given = [each for each in detail.get("approvals") or () if each.get("created_at")]
        created_at = datetime.fromisoformat(item["created_at"])
        if not given:
            return [GateWait(name=_GATE, started_at=created_at)] if word == "blocked" else ()
        last = max(given, key=lambda each: datetime.fromisoformat(each["created_at"]))
        ended_at = datetime.fromisoformat(last["created_at"])
        if word == "blocked" or ended_at < created_at:
            return [GateWait(name=_GATE, started_at=created_at)]
        outcome = "rejected" if last["status"] == "rejected" else "approved"
        return [GateWait(name=_GATE, started_at=created_at, ended_at=ended_at, outcome=outcome)]


def _name(item: Item) -> str:
    return f"deployment {item['id']} to {item['environment']['name']}"


def _word(item: Item, job: Item) -> str:
    """The deployment's own status, unless its job has gone further, or it is a word of another version."""
    word, said = item["status"], job.get("status") or ""
    if said == SKIPPED:
        return SKIPPED
    return said if word not in ENDED and word != "blocked" and said else word


def _course(item: Item, job: Item, word: str, reading: Reading) -> Course | None:
    """None while it runs."""
    if word == SKIPPED:
        raise PassedOverError("skipped, because an earlier job failed")
    if word in RUNNING or word == "blocked":
        return None
    if word in NOT_BEGUN:
        raise PassedOverError("has not begun")
    if word not in ENDED:
        raise PassedOverError(f"neither running nor ended: {word}")
    finished = job.get("finished_at")
    if finished is None:
        reading.note("no job says when it ended; its last change is taken")
    return ended(word, _started(item, job), finished or item.get("updated_at"), reading)


def _started(item: Item, job: Item) -> str | None:
    """A deployment without a job was told to GitLab from outside, and began when it was created."""
    return job.get("started_at") if job else item["created_at"]


def _began(item: Item, job: Item) -> datetime:
    return datetime.fromisoformat(job.get("started_at") or item["created_at"])
