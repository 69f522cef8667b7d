"""A GitHub of one repository: GraphQL and REST in its shapes, with its paging, filters, ETags and refusals."""

from __future__ import annotations

import base64
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha1
from typing import Any

from werkzeug import Request, Response

from tests.contract.github.github_items import deployment, issue, pull, run

Node = dict[str, Any]

TOKEN = "github_pat_s3cret"
REPOSITORY = "acme/checkout"
ENVIRON: Mapping[str, str] = {"GITHUB_TOKEN": TOKEN}
SETTINGS: Mapping[str, object] = {
    "kind": "github",
    "name": "acme-github",
    "token": "env:GITHUB_TOKEN",
    "repositories": [REPOSITORY],
    "deployments": {"from": "deployments"},
    "incidents": {"labels": ["incident"]},
}
_HISTORY = timedelta(weeks=104)


def server(items: int, now: datetime) -> Callable[[Request], Response]:
    """A repository with so many pull requests, deployments and runs, and a tenth as many incidents."""
    ages = [_HISTORY * (place + 0.5) / items for place in range(items)]
    moments = [(now - age).replace(microsecond=0) for age in ages]
    return GitHubServer(
        pulls=[pull(items - place, at) for place, at in enumerate(moments)],
        deployments=[deployment(items - place, at) for place, at in enumerate(moments)],
        runs=[run(items - place, at) for place, at in enumerate(moments)],
        issues=[issue(place + 1, at) for place, at in enumerate(moments[::10])],
    )


@dataclass
class Newest:
    """A list that is sorted by a time, the newest first; its cursors stand for a time and an id."""

    nodes: list[Node]
    by: str
    keys: list[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.nodes = sorted(self.nodes, key=self._key, reverse=True)
        self.keys = [self._key(node) for node in reversed(self.nodes)]

    def connection(self, first: int, after: str | None, *, plain: bool = False) -> Node:
        start = 0 if after is None else len(self.keys) - bisect_left(self.keys, _key_of(after))
        some = self.nodes[start : start + first]
        edges = [{"cursor": _cursor(self._key(node)), "node": node} for node in some]
        more = start + first < len(self.nodes)
        last = edges[-1]["cursor"] if edges else None
        return {
            "pageInfo": {"hasNextPage": more, "endCursor": last},
            **({"nodes": some} if plain else {"edges": edges}),
        }

    def _key(self, node: Node) -> tuple[str, str]:
        return str(node[self.by]), f"{node.get('number') or node.get('databaseId') or node['id']:>20}"


def _cursor(key: tuple[str, str]) -> str:
    return base64.b64encode(json.dumps(key).encode()).decode()


def _key_of(cursor: str) -> tuple[str, str]:
    at, own = json.loads(base64.b64decode(cursor))
    return at, own


@dataclass
class GitHubServer:
    """Its lists may be changed between two requests; `errors` are GraphQL's, beside the data."""

    pulls: list[Node] = field(default_factory=list)
    deployments: list[Node] = field(default_factory=list)
    releases: list[Node] = field(default_factory=list)
    issues: list[Node] = field(default_factory=list)
    runs: list[Node] = field(default_factory=list)
    attempts: dict[tuple[int, int], Node] = field(default_factory=dict)
    jobs: dict[tuple[int, int], list[Node]] = field(default_factory=dict)
    workflows: list[Node] = field(default_factory=list)
    owned: list[Node] = field(default_factory=list)
    default_branch: str | None = "main"
    forbidden: frozenset[str] = frozenset()
    errors: list[Node] = field(default_factory=list)
    token: str = TOKEN
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sort()

    def sort(self) -> None:
        """Take the lists as they are now."""
        self._pulls = Newest(self.pulls, "updatedAt")
        self._deployments = Newest(self.deployments, "createdAt")
        self._releases = Newest(self.releases, "createdAt")
        self._runs = sorted(self.runs, key=lambda each: (each["created_at"], each["id"]), reverse=True)
        self._created = [each["created_at"] for each in reversed(self._runs)]

    def __call__(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.full_path.rstrip('?')}")
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return said({"message": "Bad credentials"}, 401)
        if request.method == "POST" and request.path.endswith("/graphql"):
            return self._graph(request.get_json())
        path = request.path.removeprefix("/api/v3")
        prefix = f"/repos/{REPOSITORY}/actions/"
        if not path.startswith(prefix):
            return said({"message": "Not Found"}, 404)
        if "actions" in self.forbidden:
            return said({"message": "Resource not accessible by personal access token"}, 403)
        return self._actions(request, path.removeprefix(prefix))

    def _graph(self, body: Node) -> Response:
        query, asked = body["query"], body["variables"]
        if "repositoryOwner" in query:
            return said({"data": {"repositoryOwner": self._owner(asked)}})
        if "viewer" in query:
            return said({"data": {"viewer": {"login": "acme-bot"}, "rateLimit": {"limit": 5000, "remaining": 4990}}})
        if f"{asked['owner']}/{asked['name']}" != REPOSITORY:
            missing = {"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve to a Repository."}
            return said({"data": {"repository": None}, "errors": [missing]})
        branch = {"name": self.default_branch} if self.default_branch else None
        always = {"url": f"https://github.com/{REPOSITORY}", "defaultBranchRef": branch}
        found: Node = {name: value for name, value in always.items() if f"    {name}" in query}
        errors = [*self.errors]
        for name, answer in self._fields(query, asked).items():
            if name in self.forbidden:
                errors.append({"type": "FORBIDDEN", "path": ["repository", name], "message": "Resource not accessible"})
            elif answer is None:
                errors.append({"type": "NOT_FOUND", "path": ["repository", name], "message": "Could not resolve."})
            found[name] = None if name in self.forbidden else answer
        return said({"data": {"repository": found}, **({"errors": errors} if errors else {})})

    def _fields(self, query: str, asked: Node) -> Node:
        first, after = asked.get("first") or 100, asked.get("after")
        if singly := re.findall(r"i(\d+): issue\(", query):
            by_number = {node["number"]: node for node in self.issues}
            return {f"i{number}": by_number.get(int(number)) for number in singly}
        if commits := re.findall(r'(c\d+): object\(oid: "(\w+)"', query):
            return {name: {"deployments": {"nodes": self._of_sha(sha)}} for name, sha in commits}
        if "pullRequests { totalCount }" in query:
            return {name: {"totalCount": 1} for name in ("pullRequests", "deployments", "issues", "releases")}
        if "latestStatus" in query:
            return {
                "deployments": self._deployments.connection(100, after, plain=True),
                "releases": self._releases.connection(100, None, plain=True),
            }
        found: Node = {}
        if "pullRequests(" in query:
            found["pullRequests"] = self._pulls.connection(first, after)
        if "deployments(" in query:
            found["deployments"] = self._deployments.connection(first, after)
        if "releases(" in query:
            found["releases"] = self._releases.connection(first, after)
        if "issues(" in query:
            labelled = [node for node in self.issues if self._has_one_of(asked["labels"], node)]
            found["issues"] = Newest(labelled, "updatedAt").connection(first, after)
        return found

    def _has_one_of(self, labels: list[str], node: Node) -> bool:
        return any(each["name"] in labels for each in node["labels"]["nodes"])

    def _of_sha(self, sha: str) -> list[Node]:
        return [node for node in self.deployments if node["commitOid"] == sha][:20]

    def _owner(self, asked: Node) -> Node | None:
        if not self.owned or asked["login"] != REPOSITORY.split("/", maxsplit=1)[0]:
            return None
        start = int(asked["after"] or 0)
        info = {"hasNextPage": start + 100 < len(self.owned), "endCursor": str(start + 100)}
        return {"repositories": {"pageInfo": info, "nodes": self.owned[start : start + 100]}}

    def _actions(self, request: Request, path: str) -> Response:
        if path == "runs":
            return self._listed(request, None)
        if path == "workflows":
            return said({"total_count": len(self.workflows), "workflows": self.workflows})
        if of_workflow := re.fullmatch(r"workflows/([^/]+)/runs", path):
            return self._listed(request, of_workflow[1])
        if jobs := re.fullmatch(r"runs/(\d+)/attempts/(\d+)/jobs", path):
            found = self.jobs.get((int(jobs[1]), int(jobs[2])), [])
            return said({"total_count": len(found), "jobs": found})
        attempt = re.fullmatch(r"runs/(\d+)/attempts/(\d+)", path)
        one = self.attempts.get((int(attempt[1]), int(attempt[2]))) if attempt else None
        return said({"message": "Not Found"}, 404) if one is None else said(one)

    def _listed(self, request: Request, workflow: str | None) -> Response:
        start, end = request.args.get("created", "0..9").split("..")
        first, last = bisect_left(self._created, start), bisect_right(self._created, end)
        size = len(self._runs)
        within = self._runs[size - last : size - first]
        if workflow is not None:
            known = {str(each["id"]): each["path"] for each in self.workflows}
            file = known.get(workflow, f".github/workflows/{workflow}")
            within = [each for each in within if each["path"] == file]
            if not within and file not in {each["path"] for each in (*self.runs, *self.workflows)}:
                return said({"message": "Not Found"}, 404)
        if "branch" in request.args:
            within = [each for each in within if each["head_branch"] == request.args["branch"]]
        if "status" in request.args:  # either of the two, as GitHub has it
            within = [each for each in within if request.args["status"] in (each["status"], each["conclusion"])]
        per_page, page = int(request.args.get("per_page", 30)), int(request.args.get("page", 1))
        some = within[(page - 1) * per_page : page * per_page][: max(0, 1000 - (page - 1) * per_page)]
        body = json.dumps({"total_count": len(within), "workflow_runs": some})
        etag = f'W/"{sha1(body.encode(), usedforsecurity=False).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(body, content_type="application/json", headers={"ETag": etag})


def said(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json", headers=headers)
