"""What each rule for "a deployment" would have counted: environments, workflows of the default branch, releases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.source import RuleFound, Span
from integrations.github.graph import Fields, ask_repository, inner
from integrations.github.runs import TIME, file_of
from integrations.github.site import GitHubSite
from integrations.http import RefusedError

_MOST_REPOSITORIES = 20
_MOST_PAGES = 5  # of 100 deployments each
_MOST_WORKFLOWS = 20
_LAST = 5

_QUERY = """
query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { name }
    deployments(first: 100, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes { createdAt environment originalEnvironment commitOid latestStatus { state } }
    }
    releases(first: 100, orderBy: {field: CREATED_AT, direction: DESC}) {
      nodes { tagName publishedAt isDraft isPrerelease tagCommit { oid } }
    }
  }
}
"""


def surveyed(site: GitHubSite, names: Sequence[str], span: Span) -> tuple[RuleFound, ...]:
    """For each repository, as far as there are not too many of them."""
    return tuple(rule for name in names[:_MOST_REPOSITORIES] for rule in _of(site, name, span))


def _of(site: GitHubSite, name: str, span: Span) -> Iterator[RuleFound]:
    first = ask_repository(site, name, _QUERY, after=None).data
    yield from _environments(name, _deployments(site, name, first, span))
    branch = inner(first, "defaultBranchRef", "name")
    if branch:
        yield from _workflows(site, name, branch, span)
    yield from _releases(name, inner(first, "releases", "nodes") or (), span)


def _deployments(site: GitHubSite, name: str, first: Fields, span: Span) -> Iterator[Fields]:
    connection = first["deployments"]
    for _ in range(_MOST_PAGES):
        if connection is None:
            return
        for node in connection["nodes"]:
            if _within(node["createdAt"], span):
                yield node
        reaches = connection["nodes"] and datetime.fromisoformat(connection["nodes"][-1]["createdAt"]) >= span.start
        if not reaches or not connection["pageInfo"]["hasNextPage"]:
            return
        after = connection["pageInfo"]["endCursor"]
        connection = ask_repository(site, name, _QUERY, after=after).data["deployments"]


def _environments(name: str, deployments: Iterator[Fields]) -> Iterator[RuleFound]:
    by_environment: defaultdict[str, list[Fields]] = defaultdict(list)
    for each in deployments:
        by_environment[each["originalEnvironment"] or each["environment"] or ""].append(each)
    named = {name: found for name, found in by_environment.items() if name}
    for environment, found in sorted(named.items(), key=lambda item: -len(item[1])):
        yield RuleFound(
            where=name,
            setting={"from": "deployments", "environments": [environment]},
            count=len(found),
            last=tuple(
                _line(each["createdAt"], each["commitOid"][:7], str(inner(each, "latestStatus", "state") or "").lower())
                for each in found[:_LAST]
            ),
        )


def _workflows(site: GitHubSite, name: str, branch: str, span: Span) -> Iterator[RuleFound]:
    try:
        workflows = site.get(f"repos/{name}/actions/workflows", per_page=_MOST_WORKFLOWS).data["workflows"]
    except RefusedError:  # without Actions, environments and releases can still be told
        return
    created = f"{span.start.strftime(TIME)}..{span.end.strftime(TIME)}"
    for workflow in workflows:
        path = f"repos/{name}/actions/workflows/{workflow['id']}/runs"
        found = site.get(path, branch=branch, status="completed", created=created, per_page=_LAST).data
        if found["total_count"]:
            yield RuleFound(
                where=name,
                setting={"from": "workflow", "workflow": file_of(workflow)},
                count=found["total_count"],
                last=tuple(
                    _line(run["created_at"], run["head_sha"][:7], workflow["name"], str(run.get("conclusion") or ""))
                    for run in found["workflow_runs"]
                ),
            )


def _releases(name: str, releases: Sequence[Fields], span: Span) -> Iterator[RuleFound]:
    found = [
        each
        for each in releases
        if not each["isDraft"]
        and not each["isPrerelease"]
        and each["publishedAt"]
        and _within(each["publishedAt"], span)
    ]
    if found:
        last = tuple(
            _line(each["publishedAt"], str(inner(each, "tagCommit", "oid") or "")[:7], each["tagName"])
            for each in found[:_LAST]
        )
        yield RuleFound(where=name, setting={"from": "release"}, count=len(found), last=last)


def _within(at: str, span: Span) -> bool:
    return span.start <= datetime.fromisoformat(at) < span.end


def _line(at: str, *words: str) -> str:
    """An instant and what it was, for people who have to say whether that is a deployment."""
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC  {'  '.join(word for word in words if word)}"
