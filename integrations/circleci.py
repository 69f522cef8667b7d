"""CircleCI: workflows as pipeline runs or as deployments, approval jobs as gate waits. This is the whole source."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field

from bot.errors import SourceError
from bot.events import Deployment, Event, GateWait, PipelineRun
from bot.source import Ask, Coverage, Page, Probe, RuleFound, Span, Stream
from integrations import settings as given
from integrations.http import RefusedError, Site
from integrations.items import Item, PassedOverError, Reading
from integrations.services import Services, id_of_part, some

_CLOUD = "https://circleci.com"
_END = "end"  # the token of a list that is read to its end
_OVERLAP = timedelta(hours=2)  # a workflow that is run again stays with its old pipeline, which the list does not move
_LONGEST_RUN = timedelta(days=1)  # what builds for longer is not asked after any more
_LONGEST_HOLD = timedelta(days=14)  # nor is a deployment that waits for longer: many holds are never decided
_PRIVATE = frozenset({"approved_by", "canceled_by", "errored_by", "started_by"})

_Ended = Literal["success", "failure", "cancelled"]
_Course = tuple[_Ended | Literal["running"], datetime | None, datetime | None]
_OPEN = frozenset({"running", "failing", "on_hold"})
_ENDED: Mapping[str, _Ended] = {  # from good to bad
    "success": "success", "canceled": "cancelled", "error": "failure", "infrastructure_fail": "failure",
    "timedout": "failure", "terminated-unknown": "failure", "failed": "failure",
}  # fmt: skip
_OUTCOMES: Mapping[str, Literal["approved", "rejected"]] = {"success": "approved", "canceled": "rejected"}
_AUTOMATIC = frozenset({"webhook", "schedule", "scheduled_pipeline"})


def _slug(text: str) -> str:
    if len([part for part in text.split("/") if part.strip()]) != 3 or set("*?[") & set(text):
        raise ValueError("must be a slug as CircleCI's project settings show it, such as gh/acme/checkout.")
    return text


ProjectSlug = Annotated[str, AfterValidator(_slug)]


class DeploymentsShape(given.Shape):
    """What counts as a deployment."""

    workflow: given.Text = Field(description="a glob over the workflow that deploys")
    job: given.Text | None = Field(default=None, description="a glob over its jobs that deploy; all unless given")
    branches: list[given.Text] = Field(default=["*"], min_length=1, description="globs over branches and tags")


class PipelinesShape(given.Shape):
    """Which workflows are continuous integration."""

    workflows: list[given.Text] = Field(default=["*"], description="globs over workflows; none: no pipeline runs")


class CircleCISettings(given.SourceShape):
    """CircleCI, or a CircleCI server of one's own."""

    kind: Literal["circleci"]
    url: given.Address = Field(default=_CLOUD, description="where CircleCI is, without /api/v2")
    token: given.Secret = Field(description="a personal API token")
    projects: list[ProjectSlug] = Field(min_length=1, description="the projects by their slugs, gh/acme/checkout")
    service: Annotated[given.ServiceMapping, given.mapping_of(["project", "organization"])] = Field(
        default="{project}", description="the service of a project, or rules with match and deployments"
    )
    deployments: DeploymentsShape | None = Field(default=None, description="what counts as one; nothing unless given")
    pipelines: PipelinesShape = Field(default=PipelinesShape(), description="which workflows are runs; all by default")

    def opened(self, opening: given.Opening) -> CircleCI:
        token, name = opening.secret(self.token), self.name or self.kind
        headers, patience = {"Circle-Token": token}, opening.patience
        site = Site(name, self.url, credential=self.token, secrets=[token], headers=headers, patience=patience)
        return CircleCI(name, site, self)


@dataclass(frozen=True, slots=True)
class CircleCI:
    """One CircleCI, as one credential sees it; each project is one stream, because all comes from one list."""

    name: str
    site: Site
    settings: CircleCISettings

    @property
    def requests(self) -> int:
        return self.site.requests

    def streams(self) -> Sequence[Stream]:
        services, names = given.services(self.settings.service), ("organization", "project")
        fields = {slug: dict(zip(names, slug.split("/")[1:], strict=True)) for slug in self.settings.projects}
        return [Project(self.site, slug, self.settings, services, fields[slug]).stream() for slug in fields]

    def probe(self) -> Probe:
        who = _asked(self.site, "me", "login")["login"]
        slugs = tuple(_asked(self.site, f"project/{slug}", "slug", slug)["slug"] for slug in self.settings.projects)
        return Probe(f"{self.site.credential} is {who} and reads {', '.join(slugs)}", slugs)

    def survey(self, span: Span) -> Sequence[RuleFound]:
        return tuple(rule for slug in self.settings.projects for rule in _surveyed(self.site, slug, span))


@dataclass(frozen=True, slots=True)
class Project:
    """One project, known by its slug."""

    site: Site
    slug: str
    settings: CircleCISettings
    services: Services
    fields: Mapping[str, str]

    def stream(self) -> Stream:
        kinds = {"deployment": self.settings.deployments, "pipeline_run": self.settings.pipelines.workflows}
        decisive = self.settings.model_dump(mode="json", include={"service", "deployments", "pipelines"})
        return Stream(
            name=f"{self.slug} workflows", source=f"circleci:{self.slug}", fetch=self.fetch, overlap=_OVERLAP,
            kinds=tuple(kind for kind, wanted in kinds.items() if wanted), rule=json.dumps(decisive, sort_keys=True),
            covers=Coverage(services=self.services.every(self.slug, self.fields)),
        )  # fmt: skip

    def fetch(self, ask: Ask) -> Page:
        """A page of pipelines, newest first. What lies outside the span costs no more; the next one reads it."""
        if ask.token == _END:
            return Page(token=_END)
        items, token = _listed(self.site, f"project/{self.slug}/pipeline", self.slug, **{"page-token": ask.token})
        start, end = (at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") for at in (ask.span.start, ask.span.end))
        inside = [item for item in items if start <= str(item.get("created_at") or start) < end]
        reading, still_open = Reading(), list[datetime]()
        parse = partial(self._read, reading, still_open, ask.span.end)
        reading.read(inside, "pipeline {number}".format_map, parse)
        reaches_older = any(str(item.get("created_at") or start) < start for item in items)
        return replace(
            reading.page, token=ask.token if reaches_older else token or _END, done=reaches_older or token is None,
            open_since=min(still_open, default=None),
        )  # fmt: skip

    def _read(self, reading: Reading, still_open: list[datetime], until: datetime, item: Item) -> Sequence[Event]:
        """A pipeline is no event itself; its workflows are. One of which only some jobs deploy is a run as well."""
        if item["state"] == "errored":
            raise PassedOverError("did not run, because its configuration has errors")
        runs = list(_runs(item, _whole(self.site, f"pipeline/{item['id']}/workflow")))
        if not runs:
            raise PassedOverError("a pipeline without workflows")
        created_at = datetime.fromisoformat(item["created_at"])
        shape, name = self.settings.deployments, "workflow {name} {id}".format_map
        for run in runs:
            on_branch = shape and any(map(partial(fnmatchcase, run["branch"]), shape.branches))
            deploys = shape and on_branch and fnmatchcase(run["name"], shape.workflow)
            if run["status"] in _OPEN and created_at > until - (_LONGEST_HOLD if deploys else _LONGEST_RUN):
                still_open.append(created_at)
            if shape and deploys:
                reading.read([run], name, partial(self._deployments, reading, shape.job))
            if not deploys or (shape and shape.job and self.settings.pipelines.workflows):
                reading.read([run], name, partial(self._pipeline_runs, reading))
        return ()

    def _pipeline_runs(self, reading: Reading, run: Item) -> Iterator[Event]:
        if not any(map(partial(fnmatchcase, run["name"]), self.settings.pipelines.workflows)):
            raise PassedOverError("another workflow than the settings name")
        if run["sha"] is None:
            raise PassedOverError("without a commit")
        status, began_at, ended_at = _ended(run, run["created_at"], reading)
        for common in self._each(run, self.services.of(self.slug, self.fields)):
            yield PipelineRun(
                kind="pipeline_run", **common, pipeline=run["name"], sha=run["sha"], attempt=run["attempt"],
                started_at=began_at, finished_at=ended_at, status=status,
            )  # fmt: skip

    def _deployments(self, reading: Reading, glob: str | None, run: Item) -> Iterator[Event]:
        jobs = _whole(self.site, f"workflow/{run['id']}/job")
        chosen = [job for job in jobs if glob and fnmatchcase(job["name"], glob) and job["type"] != "approval"]
        parts = chosen if glob else [{**run, "started_at": run["created_at"]}]
        status, began_at, ended_at = _course(run, parts, reading)
        waits = tuple(_waits(run, jobs, reading))
        for common in self._each(run, self.services.of_deployment(self.slug, self.fields, run["name"])):
            yield Deployment(
                kind="deployment", **common, status=status, started_at=began_at, finished_at=ended_at, sha=run["sha"],
                gate_waits=waits, trigger="manual" if waits else "automatic" if run["is_automatic"] else None,
            )  # fmt: skip

    def _each(self, run: Item, brought: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        """What is the same in any kind of event, for each service."""
        place = f"{self.slug}/{run['pipeline_number']}/workflows/{run['id']}"
        url = f"https://app.circleci.com/pipelines/{place}" if self.site.url == _CLOUD else None
        for service in some(brought):
            own_id = id_of_part(run["id"], service, brought)
            yield {"source": f"circleci:{self.slug}", "id": own_id, "service": service, "url": url}


def _runs(pipeline: Item, workflows: Sequence[Item]) -> Iterator[Item]:
    """Workflows with what their pipeline says; one of the same name is the same one, run again."""
    vcs: Item = pipeline.get("vcs") or {}
    parameters: Item = pipeline.get("trigger_parameters") or {}
    git: Item = parameters.get("git") or {}  # of a GitHub App
    sha = vcs.get("revision") or git.get("checkout_sha")
    branch = vcs.get("branch") or git.get("branch") or vcs.get("tag") or git.get("tag") or ""
    known = {"sha": sha, "branch": branch, "is_automatic": pipeline["trigger"]["type"] in _AUTOMATIC}
    attempts = Counter[str]()
    for item in sorted(workflows, key=lambda item: item["created_at"] or ""):
        attempts[item["name"]] += 1
        yield {**item, **known, "attempt": attempts[item["name"]]}


def _course(run: Item, parts: Sequence[Item], reading: Reading) -> _Course:
    """From the first start of the parts that deploy to their last end, and as the worst of them."""
    is_open = run["status"] in _OPEN
    begun = [part for part in parts if part.get("started_at")]
    if not begun:
        raise PassedOverError("no job that deploys has begun" if is_open else "no job that deploys ran")
    began = min((part["started_at"] for part in begun), key=datetime.fromisoformat)
    if is_open and any(part["status"] not in _ENDED for part in parts):
        return "running", datetime.fromisoformat(began), None
    worst = max((part["status"] for part in begun if part["status"] in _ENDED), key=list(_ENDED).index, default="")
    stops = [part["stopped_at"] for part in begun if part.get("stopped_at")]
    last = max(stops, key=datetime.fromisoformat, default=None)
    return _ended({"status": worst, "stopped_at": last}, began, reading)


def _ended(item: Item, began: str, reading: Reading) -> tuple[_Ended, datetime | None, datetime]:
    if item["status"] not in _ENDED:
        raise PassedOverError("has not ended" if item["status"] in _OPEN else "did not run")
    if not item.get("stopped_at"):
        raise PassedOverError("ended, and CircleCI does not say when")
    began_at, ended_at = datetime.fromisoformat(began), datetime.fromisoformat(item["stopped_at"])
    if began_at > ended_at:
        reading.note("ended before it began; when it began is left out")
    return _ENDED[item["status"]], (began_at if began_at <= ended_at else None), ended_at


def _waits(run: Item, jobs: Sequence[Item], reading: Reading) -> Iterator[GateWait]:
    """An approval waits from the end of the jobs before it to the start of those after it, or to the workflow's end."""
    stops = {job["id"]: job.get("stopped_at") for job in jobs}
    for job in (job for job in jobs if job["type"] == "approval"):
        before = [at for own in job["dependencies"] if (at := stops.get(own))]
        after = [each["started_at"] for each in jobs if job["id"] in each["dependencies"] and each.get("started_at")]
        last = run.get("stopped_at") if job["status"] == "canceled" else None
        began = job.get("started_at") or max(before, key=datetime.fromisoformat, default=run["created_at"])
        end = job.get("stopped_at") or min(after, key=datetime.fromisoformat, default=last)
        began_at, ended_at = datetime.fromisoformat(began), datetime.fromisoformat(end) if end else None
        if job["status"] == "on_hold":
            yield GateWait(name=job["name"], started_at=began_at)
        elif (outcome := _OUTCOMES.get(job["status"])) and ended_at and ended_at >= began_at:
            yield GateWait(name=job["name"], started_at=began_at, ended_at=ended_at, outcome=outcome)
        elif outcome:
            reading.note("without an approval, because CircleCI does not say when it was given")


def _surveyed(site: Site, slug: str, span: Span) -> Iterator[RuleFound]:
    """By CircleCI's own statistics of the default branch, which may be a day late, for a request a workflow."""
    window = {"start-date": span.start.isoformat(), "end-date": span.end.isoformat()}
    for workflow in _listed(site, f"insights/{slug}/workflows", slug)[0][:10]:
        name = str(workflow["name"])
        found, _ = _listed(site, f"insights/{slug}/workflows/{quote(name, safe='')}", slug, **window)
        runs = [datetime.fromisoformat(run["created_at"]) for run in found if run.get("status") == "success"]
        if runs:
            last = tuple(f"{at:%Y-%m-%d %H:%M} UTC  {name}" for at in runs[:5])
            yield RuleFound(where=slug, setting={"workflow": name}, count=len(runs), last=last)


def _whole(site: Site, path: str, token: str | None = None) -> Sequence[Item]:
    """A list that nearly always has one page."""
    found, following = _listed(site, path, **{"page-token": token})
    return [*found, *(_whole(site, path, following) if following else ())]


def _listed(site: Site, path: str, slug: str | None = None, **params: str | None) -> tuple[Sequence[Item], str | None]:
    """A page of a list, and the token of the next one; without the ids of people, which nothing needs."""
    answer = _asked(site, path, "items", slug, **params)
    items = [{name: value for name, value in item.items() if name not in _PRIVATE} for item in answer["items"]]
    return items, answer.get("next_page_token")


def _asked(site: Site, path: str, key: str, slug: str | None = None, **params: str | None) -> Item:
    """An answer that holds the key. With the slug, a project that is gone is said to be, by its name."""
    try:
        data: Any = site.get(f"api/v2/{path}", **params).data
    except RefusedError as refused:
        if refused.status != 404 or slug is None:
            raise
        lost = f"the project {slug} is not there, or {site.credential} may not see it (404); correct `projects`."
        raise SourceError(f"{site.name}: {lost}") from None
    if not isinstance(data, dict) or data.get(key) is None:  # pyright: ignore[reportUnknownMemberType]  JSON
        raise SourceError(f"{site.name}: {site.url} answers, but not as CircleCI does; is the url right?")
    return data  # pyright: ignore[reportUnknownVariableType]  JSON
