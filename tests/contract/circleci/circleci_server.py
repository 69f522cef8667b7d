"""CircleCI as its API answers, with one project."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from werkzeug import Request, Response

Item = dict[str, Any]

TOKEN = "circle-token-example"
SLUG = "gh/acme/checkout"
HISTORY = timedelta(weeks=52)
QUIET = timedelta(hours=3)  # since when nothing has been built
_PAGE = 20

SETTINGS: Mapping[str, object] = {
    "kind": "circleci",
    "token": "env:CIRCLECI_TOKEN",
    "projects": [SLUG],
    "deployments": {"workflow": "deploy"},
}
ENVIRON: Mapping[str, str] = {"CIRCLECI_TOKEN": TOKEN}


class CircleCIServer:
    """Pipelines, the newest first, and what lies below each: workflows by pipeline, jobs by workflow."""

    def __init__(
        self,
        pipelines: Sequence[Item],
        workflows: Callable[[str], Sequence[Item] | None],
        jobs: Callable[[str], Sequence[Item] | None] = lambda _own: [],
    ) -> None:
        self.pipelines, self.workflows, self.jobs = pipelines, workflows, jobs

    def __call__(self, request: Request) -> Response:
        if request.headers.get("Circle-Token") != TOKEN:
            return answer({"message": "You must log in first."}, 401)
        path = request.path.removeprefix("/api/v2/").replace(SLUG, "SLUG")
        data = self._data(path, request)
        return answer({"message": "Not found."}, 404) if data is None else answer(data)

    def _data(self, path: str, request: Request) -> object:
        match path.split("/"):
            case ["me"]:
                found = {"id": "5c2e", "login": "quintet", "name": "Quintet"}
            case ["project", "SLUG"]:
                found = {"slug": SLUG, "name": "checkout", "organization_name": "acme"}
            case ["project", "SLUG", "pipeline"]:
                found = page(self.pipelines, request)
            case ["pipeline", own, "workflow"]:
                found = page(self.workflows(own), request)
            case ["workflow", own, "job"]:
                found = page(self.jobs(own), request)
            case ["insights", "SLUG", "workflows"]:
                found = page([{"id": name, "name": name} for name in ("build", "deploy")], request)
            case ["insights", "SLUG", "workflows", name]:
                found = page(self._statistics(name, request), request)
            case _:
                found = None
        return found

    def _statistics(self, name: str, request: Request) -> Sequence[Item]:
        start, end = (datetime.fromisoformat(request.args[f"{edge}-date"]) for edge in ("start", "end"))
        every = [each for pipeline in self.pipelines for each in self.workflows(pipeline["id"]) or ()]
        named = [each for each in every if each["name"] == name]
        kept = [each for each in named if start <= datetime.fromisoformat(each["created_at"]) < end]
        return [{"id": each["id"], "status": each["status"], "created_at": each["created_at"]} for each in kept]


def page(items: Sequence[Item] | None, request: Request) -> object:
    """The token stands for the last item, so a new one moves nothing."""
    if items is None:
        return None
    after = request.args.get("page-token")
    first = [item["id"] for item in items].index(after) + 1 if after else 0
    found = items[first : first + _PAGE]
    return {"items": found, "next_page_token": found[-1]["id"] if first + _PAGE < len(items) else None}


def answer(data: object, status: int = 200) -> Response:
    return Response(json.dumps(data), status, content_type="application/json")


def server(items: int, now: datetime) -> Callable[[Request], Response]:
    """As many pipelines, each of which builds; every fifth one deploys after an approval."""
    step = HISTORY / max(items, 1)
    begun = {number: now - QUIET - (items - number) * step for number in range(items, 0, -1)}

    def workflows(own: str) -> Sequence[Item] | None:
        number = int(own.removeprefix("p"))
        if number not in begun:
            return None
        built = workflow(f"build-{number}", "build", begun[number], pipeline_number=number)
        deployed = workflow(f"deploy-{number}", "deploy", begun[number], pipeline_number=number)
        return [built, deployed] if number % 5 == 0 else [built]

    def jobs(own: str) -> Sequence[Item]:
        return held_jobs(begun[int(own.split("-")[1])])

    return CircleCIServer([pipeline(number, at) for number, at in begun.items()], workflows, jobs)


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def pipeline(number: int, at: datetime, **more: Any) -> Item:
    no_errors: list[Item] = []
    return {
        "id": f"p{number}",
        "errors": no_errors,
        "project_slug": SLUG,
        "updated_at": stamp(at),
        "number": number,
        "state": "created",
        "created_at": stamp(at),
        "trigger": {"received_at": stamp(at), "type": "webhook", "actor": {"login": "ada"}},
        "vcs": {
            "revision": f"{number:040x}",
            "provider_name": "GitHub",
            "commit": {"subject": "Retry", "body": ""},
            "branch": "main",
        },
    } | more


def workflow(own: str, name: str, at: datetime, minutes: int = 12, **more: Any) -> Item:
    return {
        "pipeline_id": "p7",
        "id": own,
        "name": name,
        "project_slug": SLUG,
        "status": "success",
        "started_by": "1c762fc2-b0fb-4fe2-97d2-5e54ddd1eba7",
        "pipeline_number": 7,
        "created_at": stamp(at),
        "stopped_at": stamp(at + timedelta(minutes=minutes)),
    } | more


def job(own: str, start: datetime | None, minutes: int = 2, after: Sequence[str] = (), **more: Any) -> Item:
    """Its name is its id."""
    return {
        "dependencies": list(after),
        "job_number": 2,
        "id": own,
        "started_at": stamp(start) if start else None,
        "name": own,
        "project_slug": SLUG,
        "status": "success",
        "type": "build",
        "stopped_at": stamp(start + timedelta(minutes=minutes)) if start else None,
    } | more


def approval(after: Sequence[str] = ("test",), **more: Any) -> Item:
    """As CircleCI shows one: without times of its own."""
    kept = {"type": "approval", "approved_by": "1c762fc2-b0fb-4fe2-97d2-5e54ddd1eba7", "approval_request_id": "hold"}
    return job("hold", None, after=after) | kept | more


def held_jobs(at: datetime) -> list[Item]:
    """Two minutes of tests, five of waiting, two of rolling out."""
    return [job("test", at), approval(), job("deploy-eu", at + timedelta(minutes=7), after=["hold"])]
