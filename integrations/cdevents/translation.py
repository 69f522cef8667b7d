"""CDEvents -> events. Each tells what it knows; what several tell of one change, run or incident is joined later."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json

from bot.events import Change, Deployment, Event, Incident, PipelineRun
from bot.events.event import MAX_TEXT
from bot.events.problems import Problem, problem_of_model
from bot.source import BodyError, Received
from integrations.cdevents.artifact import artifact
from integrations.cdevents.envelope import CloudEvent
from integrations.cdevents.vocabulary import CDEvent
from integrations.items import PassedOverError
from integrations.services import Services

_TYPE = re.compile(r"dev\.cdevents\.([a-z]+\.[a-z]+)(\.[0-9].*)?")  # the version stands at the end
_UNKNOWN_SERVICE = "unknown"  # stands in until a part names one
_OUTCOMES = {"success": "success", "failure": "failure", "error": "failure", "cancel": "cancelled"}


@dataclass(frozen=True, slots=True)
class Translation:
    """How one sender's CDEvents are read: whose events they become, of which services, what production is called."""

    source: str
    services: Services
    production: tuple[str, ...]
    team: str | None

    def received(self, envelopes: Iterable[CloudEvent]) -> Received:
        """All of them, or a BodyError that says which one is wrong."""
        events: list[tuple[int, Event]] = []
        noted: Counter[str] = Counter()
        for envelope in envelopes:
            try:
                events += ((envelope.line, event) for event in self._events(envelope))
            except PassedOverError as reason:
                noted[str(reason)] += 1
            except ValidationError as error:
                problem = problem_of_model(error)
                raise BodyError([replace(problem, line=envelope.line)]) from None
        return Received(events=tuple(events), in_parts=True, noted=noted)

    def _events(self, envelope: CloudEvent) -> Iterator[Event]:
        found = _TYPE.fullmatch(envelope.type)
        translate = _TRANSLATIONS.get(found[1]) if found else None
        if translate is None:
            raise PassedOverError("another type of event")
        yield from translate(self, _read(envelope))

    def of(self, name: str) -> tuple[str, ...]:
        """The services by a full id, of which the last part is the name: service/shop."""
        return self.services.of(name, {"id": name, "name": name.rstrip("/").rpartition("/")[2]})

    def each_of(self, name: str) -> Iterator[tuple[str, str]]:
        """The services, each with what keeps the ids of several apart."""
        services = self.of(name)
        if not services:
            raise PassedOverError("no service by the settings")
        for service in services:
            yield service, f" {service}" if len(services) > 1 else ""

    def environment(self, told: CDEvent) -> str | None:
        """`production`, by whatever name the sender knows it."""
        named = told.subject.content.environment
        if named is None:
            return None
        return "production" if any(fnmatchcase(named.id, glob) for glob in self.production) else named.id

    def identity(self, told: CDEvent, suffix: str = "") -> dict[str, str]:
        """Of what the event is about: the same in everything that is told of it."""
        where = told.subject.source or told.context.source
        return {"source": self.source, "id": f"{where}#{told.subject.id}{suffix}"}


def _read(envelope: CloudEvent) -> CDEvent:
    try:
        return CDEvent.model_validate_json(to_json(envelope.data))
    except ValidationError as error:
        problem = problem_of_model(error)
        field = f"data.{problem.field}" if problem.field else "data"
        raise BodyError([Problem(envelope.line, field, problem.message)]) from None


def _deployed(how: Translation, told: CDEvent, *, unplanned: bool | None = None) -> Iterator[Event]:
    """An event is about a service, so the deployment is known by the event's own id."""
    environment = how.environment(told)
    if environment is None:
        raise PassedOverError("a deployment that names no environment")
    went_out = artifact(told.subject.content.artifact)
    for service, suffix in how.each_of(told.subject.id):
        yield Deployment(
            kind="deployment",
            source=how.source,
            id=f"{told.context.source}#{told.context.id}{suffix}",
            service=service,
            environment=environment,
            status="success",
            finished_at=told.context.timestamp,
            sha=told.sha or went_out.sha,
            version=went_out.version,
            unplanned=unplanned,
        )


def _rolled_back(how: Translation, told: CDEvent) -> Iterator[Event]:
    """It names what runs now and not what it undid: the version that comes back tells that."""
    return _deployed(how, told, unplanned=True)


def _change(how: Translation, told: CDEvent, **known: Any) -> Iterator[Event]:  # noqa: ANN401  a field's value
    """Before its merge is told, the time of what is told stands in for it."""
    repository = told.subject.content.repository
    if repository is None:
        raise PassedOverError("a change that names no repository")
    services = tuple(service for service, _ in how.each_of(repository.id))
    yield Change.model_validate(
        {
            "kind": "change",
            **how.identity(told),
            **_in_services(services),
            "repository": repository.id,
            "retracted": "merged_at" not in known,
            "merged_at": told.context.timestamp,
            **known,
        }
    )


def _opened(how: Translation, told: CDEvent) -> Iterator[Event]:
    return _change(how, told, opened_at=told.context.timestamp)


def _reviewed(how: Translation, told: CDEvent) -> Iterator[Event]:
    return _change(how, told, first_review_at=told.context.timestamp)


def _merged(how: Translation, told: CDEvent) -> Iterator[Event]:
    return _change(how, told, merged_at=told.context.timestamp, merge_sha=told.sha)


def _incident(how: Translation, told: CDEvent, **known: Any) -> Iterator[Event]:  # noqa: ANN401  a field's value
    """How one that is resolved began has to be told by another event; its end alone counts nowhere."""
    if how.environment(told) not in (None, "production"):
        raise PassedOverError("an incident outside production")
    named = told.subject.content.service
    services = how.of(named.id) if named else ()
    resolved = known["status"] == "resolved"
    if not (services or how.team or resolved):
        raise PassedOverError("an incident that names no service; set `team` to count it for one")
    yield Incident.model_validate(
        {
            "kind": "incident",
            **how.identity(told),
            **_in_services(services or ((_UNKNOWN_SERVICE,) if resolved else ())),
            "team": None if services or resolved else how.team,
            "opened_at": told.context.timestamp,
            "retracted": resolved,
            **known,
        }
    )


def _detected(how: Translation, told: CDEvent) -> Iterator[Event]:
    at = told.context.timestamp
    return _incident(how, told, status="open", detected_at=at, updated_at=at, title=_title(told))


def _reported(how: Translation, told: CDEvent) -> Iterator[Event]:
    """A ticket may be written when all is over, so it does not open the incident again."""
    return _incident(how, told, status="open", url=told.subject.content.uri, title=_title(told))


def _resolved(how: Translation, told: CDEvent) -> Iterator[Event]:
    at = told.context.timestamp
    return _incident(how, told, status="resolved", resolved_at=at, updated_at=at)


def _run(how: Translation, told: CDEvent, **known: Any) -> Iterator[Event]:  # noqa: ANN401  a field's value
    """Until it has finished, the time of what is told stands in for that, and a success for its outcome."""
    content = told.subject.content
    if told.sha is None:
        raise PassedOverError("a pipeline run that names no commit; add it to customData as sha")
    if content.pipeline is None:
        raise PassedOverError("a pipeline run that names no pipeline")
    for service, suffix in how.each_of(content.pipeline):
        yield PipelineRun.model_validate(
            {
                "kind": "pipeline_run",
                **how.identity(told, suffix),
                "service": service,
                "pipeline": content.pipeline,
                "sha": told.sha,
                "url": content.uri,
                "retracted": "status" not in known,
                "finished_at": told.context.timestamp,
                "status": "success",
                **known,
            }
        )


def _queued(how: Translation, told: CDEvent) -> Iterator[Event]:
    return _run(how, told, queued_at=told.context.timestamp)


def _started(how: Translation, told: CDEvent) -> Iterator[Event]:
    return _run(how, told, started_at=told.context.timestamp)


def _finished(how: Translation, told: CDEvent) -> Iterator[Event]:
    if told.subject.content.outcome is None:
        raise PassedOverError("a pipeline run that names no outcome")
    return _run(how, told, status=_OUTCOMES[told.subject.content.outcome])


def _title(told: CDEvent) -> str | None:
    return (told.subject.content.description or "")[:MAX_TEXT] or None


def _in_services(services: tuple[str, ...]) -> dict[str, Any]:
    return {"services": services} if len(services) > 1 else {"service": next(iter(services), None)}


_TRANSLATIONS: Mapping[str, Callable[[Translation, CDEvent], Iterator[Event]]] = {
    "service.deployed": _deployed,
    "service.upgraded": _deployed,
    "service.rolledback": _rolled_back,
    "change.created": _opened,
    "change.reviewed": _reviewed,
    "change.merged": _merged,
    "incident.detected": _detected,
    "incident.reported": _reported,
    "incident.resolved": _resolved,
    "pipelinerun.queued": _queued,
    "pipelinerun.started": _started,
    "pipelinerun.finished": _finished,
}
