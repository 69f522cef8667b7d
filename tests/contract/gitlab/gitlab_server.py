"""A GitLab server as its API answers, with one project."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import quote, unquote, urlencode

from werkzeug import Request, Response

from tests.contract.gitlab.gitlab_items import (
    PROJECT,
    Item,
    deployment,
    environment,
    incident,
    merge_request,
    merge_request_part,
    pipeline,
    pipeline_detail,
)

TOKEN = "glpat-example"
HISTORY = timedelta(weeks=52)
QUIET = timedelta(hours=1)  # since when nothing has changed

SETTINGS: Mapping[str, object] = {
    "kind": "gitlab",
    "token": "env:GITLAB_TOKEN",
    "projects": [PROJECT],
    "deployments": {"from": "deployments"},
    "incidents": {},
}
ENVIRON: Mapping[str, str] = {"GITLAB_TOKEN": TOKEN}


class GitLabServer:
    """`lists` by their last part; `parts` are answers by their path below the project; `sizes` by number."""

    def __init__(
        self,
        lists: Mapping[str, Sequence[Item]],
        parts: Callable[[str], object] = lambda _path: None,
        sizes: Callable[[int], Item | None] = lambda _iid: None,
        *,
        project: str = PROJECT,
        default_branch: str = "main",
    ) -> None:
        self.lists = {name: Listing(items) for name, items in lists.items()}
        self.parts, self.sizes = parts, sizes
        self.project, self.default_branch = project, default_branch

    def __call__(self, request: Request) -> Response:
        if request.headers.get("PRIVATE-TOKEN") != TOKEN:
            return answer({"message": "401 Unauthorized"}, 401)
        if request.path == "/api/graphql":
            return self._graphql(request)
        path = unquote(request.path.removeprefix("/api/v4/"))
        if path == "user":
            return answer({"id": 7, "username": "quintet", "name": "Quintet", "bot": True})
        below = path.removeprefix(f"projects/{self.project}")
        if below == path:
            return answer({"message": "404 Project Not Found"}, 404)
        return self._below(below.removeprefix("/"), request)

    def _below(self, path: str, request: Request) -> Response:
        if path == "":
            return answer({"id": 44, "path_with_namespace": self.project, "default_branch": self.default_branch})
        if path in self.lists:
            return self.lists[path].page(request)
        found = self.parts(path)
        if found is None:
            return answer({"message": "404 Not Found"}, 404)
        return Listing(cast("list[Item]", found)).page(request) if isinstance(found, list) else answer(found)

    def _graphql(self, request: Request) -> Response:
        iids = request.get_json()["variables"]["iids"]
        found = [{"iid": iid, **size} for iid in iids if (size := self.sizes(int(iid))) is not None]
        return answer({"data": {"project": {"mergeRequests": {"nodes": found}}}})


class Listing:
    """One list. Filters by the last change include both of their ends."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = sorted(items, key=changed, reverse=True)
        self.as_created = list(items)
        self.times = [-changed(item) for item in self.items]

    def page(self, request: Request) -> Response:
        found = self._found(request)
        size, number = int(request.args.get("per_page", 20)), int(request.args.get("page", 1))
        first = (number - 1) * size
        headers = {"X-Page": str(number), "X-Per-Page": str(size)}
        if first + size < len(found):
            query = {name: request.args[name] for name in request.args} | {"page": number + 1}
            # Its own idea of its address, as behind a proxy.
            headers["Link"] = f'<https://gitlab.internal{quote(request.path)}?{urlencode(query)}>; rel="next"'
        return answer(found[first : first + size], headers=headers)

    def _found(self, request: Request) -> Sequence[Item]:
        asked = request.args
        if "iids[]" in asked:
            return [item for item in self.items if str(item["iid"]) in asked.getlist("iids[]")]
        found: Sequence[Item] = self.as_created
        if "updated_after" in asked or asked.get("order_by") == "updated_at":
            assert asked["order_by"] == "updated_at", "the filter asks for the order"
            assert asked["sort"] == "desc"
            after, before = (datetime.fromisoformat(asked[f"updated_{end}"]).timestamp() for end in ("after", "before"))
            found = self.items[bisect_left(self.times, -before) : bisect_right(self.times, -after)]
        if wanted := asked.get("scope[]"):
            found = [item for item in found if item["status"] == wanted]
        if (status := asked.get("status")) is not None:
            found = [item for item in found if item["status"] == status]
        return found


def changed(item: Item) -> float:
    return datetime.fromisoformat(
        item.get("updated_at") or item.get("created_at") or "1970-01-01T00:00:00Z"
    ).timestamp()


def answer(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(data), status, content_type="application/json", headers=dict(headers or {}))


def server(items: int, now: datetime) -> Callable[[Request], Response]:
    """As many deployments, merge requests and pipelines, and a tenth as many incidents; the newest comes first."""
    step = HISTORY / max(items, 1)

    def at(number: int) -> datetime:
        return now - QUIET - (items - number) * step

    numbers = range(items, 0, -1)
    merged = {number: merge_request(number, at(number)) for number in numbers}
    pipelines = {str(number): pipeline(number, at(number)) for number in numbers}

    def parts(path: str) -> object:
        kind, number, *part = path.split("/")
        if kind == "pipelines" and not part:
            return pipeline_detail(pipelines[number]) if number in pipelines else None
        return merge_request_part(merged[int(number)], part[0]) if kind == "merge_requests" and part else None

    return GitLabServer(
        {
            "deployments": [deployment(number, at(number)) for number in numbers],
            "merge_requests": list(merged.values()),
            "pipelines": list(pipelines.values()),
            "issues": [incident(number, at(number * 10)) for number in range(items // 10, 0, -1)],
            "jobs": [],
            "releases": [],
            "environments": [environment(1, "production-eu", "production"), environment(2, "review", "development")],
        },
        parts,
        lambda iid: {"diffStatsSummary": {"additions": iid, "deletions": 1, "fileCount": 2}},
    )
