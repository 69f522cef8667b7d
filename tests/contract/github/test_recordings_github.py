"""What real servers answered is read whole: each item becomes an event, or is counted with a reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer

from bot.events import Change
from tests.contract.conftest import Recorded
from tests.contract.github.github_items import nodes, pull, run
from tests.contract.github.github_server import GitHubServer
from tests.contract.github.opened_github import Read, opened, read, the_stream

Item = dict[str, Any]

FIRST, LAST = datetime(2008, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
EVERYTHING = {"deployments": {"from": "workflow", "workflow": "*", "job": "*"}}


class AllIssues(GitHubServer):
    """Its list is not narrowed by labels, so that the reader has to tell issues from incidents."""

    def _has_one_of(self, labels: list[str], node: Item) -> bool:  # noqa: ARG002  the point of it
        return True


def account(person: Item | None) -> Item | None:
    return None if person is None else {"__typename": person["type"], "login": person["login"]}


def of_parent(items: list[Item]) -> dict[int, list[Item]]:
    found: defaultdict[int, list[Item]] = defaultdict(list)
    for item in items:
        found[item["parent"]["Number"]].append(item["data"])
    return found


def as_review(given: Item, comments: int) -> Item:
    return {
        "state": given["state"],
        "submittedAt": given.get("submitted_at"),
        "author": account(given["user"]),
        "commit": {"oid": given["commit_id"]} if given.get("commit_id") else None,
        "comments": {"totalCount": comments},
    }


def as_pull(given: Item, commits: list[Item], reviews: list[Item]) -> Item:
    """A pull request of REST in GraphQL's shape; what REST does not list stays null."""
    listed = [{"commit": {"oid": each["sha"], "authoredDate": each["commit"]["author"]["date"]}} for each in commits]
    return {
        "number": given["number"],
        "url": given["html_url"],
        "title": given["title"],
        "body": given.get("body"),
        "baseRefName": given["base"]["ref"],
        "headRefName": given["head"]["ref"],
        "createdAt": given["created_at"],
        "mergedAt": given["merged_at"],
        "updatedAt": given["updated_at"],
        "additions": given.get("additions"),
        "deletions": given.get("deletions"),
        "changedFiles": given.get("changed_files"),
        "author": account(given["user"]),
        "mergeCommit": {"oid": given["merge_commit_sha"]} if given["merge_commit_sha"] else None,
        "labels": nodes(*({"name": label["name"]} for label in given["labels"])),
        "commits": nodes(*listed),
        "files": None,
        "reviews": nodes(*reviews),
        "closingIssuesReferences": None,
        "timelineItems": nodes(),
    }


def as_issue(given: Item) -> Item:
    return {
        "number": given["number"],
        "url": given["html_url"],
        "title": given["title"],
        "createdAt": given["created_at"],
        "updatedAt": given["updated_at"],
        "closedAt": given["closed_at"],
        "state": given["state"].upper(),
        "stateReason": given["state_reason"].upper() if given.get("state_reason") else None,
        "repository": {"nameWithOwner": "acme/checkout"},
        "author": account(given["user"]),
        "labels": nodes(*({"name": label["name"]} for label in given["labels"])),
        "timelineItems": nodes(),
    }


def counted(what: str, found: Read, outcomes: Counter[str]) -> None:
    """One item was served: it has to be an event, or to have its reason."""
    for aside in found.set_aside:
        outcomes[f"set aside: {aside.reason}"] += 1
    if found.events:
        outcomes["an event"] += 1
    elif not found.set_aside:
        assert found.noted, f"an item of {what} vanished"
        outcomes.update(found.noted)


def report(what: str, items: int, outcomes: Counter[str]) -> None:
    print(f"\ngithub {what}: {items} items; " + "; ".join(f"{count} × {how}" for how, count in outcomes.most_common()))  # noqa: T201  asked for
    assert sum(outcomes.values()) == items


def test_each_recorded_pull_request_is_a_change_or_counted(httpserver: HTTPServer, recorded: Recorded) -> None:
    files = recorded("github")
    commits, reviews = of_parent(files["pull_request_commits"]), of_parent(files["pull_request_reviews"])
    comments = Counter(
        each["data"].get("pull_request_review_id") for each in files.get("pull_request_review_comments", [])
    )
    outcomes: Counter[str] = Counter()
    for item in files["pull_requests"]:
        given = item["data"]
        said = [as_review(each, comments[each["id"]]) for each in reviews[given["number"]]]
        answers = GitHubServer(
            pulls=[as_pull(given, commits[given["number"]], said)], default_branch=given["base"]["ref"]
        )
        found = read(the_stream(opened(httpserver, answers), "changes"), FIRST, LAST)
        httpserver.clear()
        counted("pull_requests", found, outcomes)
        if found.events:
            change = found.only
            assert set(change.commits) == {each["sha"] for each in commits[given["number"]]}
            people = {each["author"]["login"] for each in said if each["author"]} | {(given["user"] or {}).get("login")}
            assert not people & set(change.model_dump_json().split('"'))
    report("pull_requests", len(files["pull_requests"]), outcomes)


def test_recorded_commits_and_reviews_count_in_their_pull_request(httpserver: HTTPServer, recorded: Recorded) -> None:
    """Where the pull request itself is not recorded, another one stands in for it."""
    files = recorded("github")
    commits, reviews = of_parent(files["pull_request_commits"]), of_parent(files["pull_request_reviews"])
    merged = datetime(2030, 1, 1, tzinfo=UTC)
    read_commits = read_reviews = 0
    for number in {*commits, *reviews}:
        stand_in = pull(number, merged, author=None) | {
            "commits": nodes(
                *(
                    {"commit": {"oid": each["sha"], "authoredDate": each["commit"]["author"]["date"]}}
                    for each in commits[number]
                )
            ),
            "reviews": nodes(*(as_review(each, 0) for each in reviews[number])),
        }
        source = opened(httpserver, GitHubServer(pulls=[stand_in]))
        change = read(the_stream(source, "changes"), FIRST, LAST).only
        httpserver.clear()
        assert isinstance(change, Change)
        read_commits += len(change.commits or ())
        read_reviews += change.reviews or 0
    print(f"\ngithub commits: {read_commits} in changes; reviews by others than a deleted account: {read_reviews}")  # noqa: T201  asked for
    assert read_commits == len(files["pull_request_commits"])


def test_each_recorded_run_is_a_pipeline_run_or_counted(httpserver: HTTPServer, recorded: Recorded) -> None:
    runs = recorded("github")["runs"]
    outcomes: Counter[str] = Counter()
    for item in runs:
        source = opened(httpserver, GitHubServer(runs=[item["data"]]))
        found = read(the_stream(source, "pipeline runs"), FIRST, LAST)
        httpserver.clear()
        counted("runs", found, outcomes)
    report("runs", len(runs), outcomes)


def test_each_recorded_job_decides_a_rollout_or_is_counted(httpserver: HTTPServer, recorded: Recorded) -> None:
    """Each in a run of its own, as if it were the job that deploys."""
    jobs = recorded("github")["jobs"]
    outcomes: Counter[str] = Counter()
    for item in jobs:
        given = item["data"]
        of_run = run(given["run_id"], LAST - timedelta(days=400), head_sha=given["head_sha"])
        answers = GitHubServer(runs=[of_run], jobs={(given["run_id"], 1): [given]})
        found = read(the_stream(opened(httpserver, answers, **EVERYTHING), "deployments"), FIRST, LAST)
        httpserver.clear()
        counted("jobs", found, outcomes)
    report("jobs", len(jobs), outcomes)


def test_each_recorded_issue_is_an_incident_or_counted(httpserver: HTTPServer, recorded: Recorded) -> None:
    """Whatever its label: here each label makes an incident; pull requests are no issues to GraphQL."""
    issues = recorded("github")["issues"]
    labels = sorted({label["name"] for item in issues for label in item["data"]["labels"]}) or ["incident"]
    outcomes: Counter[str] = Counter()
    for item in issues:
        if item["data"].get("pull_request"):
            outcomes["a pull request"] += 1
            continue
        source = opened(httpserver, AllIssues(issues=[as_issue(item["data"])]), incidents={"labels": labels})
        counted("issues", read(the_stream(source, "incidents"), FIRST, LAST), outcomes)
        httpserver.clear()
    report("issues", len(issues), outcomes)
