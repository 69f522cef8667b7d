"""GitLab: merge requests become changes, with what their commits and notes tell."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.errors import SourceError
from bot.events import Change
from bot.source import Page
from tests.contract.gitlab.gitlab_items import (
    PROJECT,
    Item,
    commit,
    merge_request,
    merge_request_part,
    note,
    sha,
    stamp,
)
from tests.contract.gitlab.gitlab_server import GitLabServer, answer
from tests.contract.gitlab.opened_gitlab import fetched, opened, stream
from tests.contract.gitlab.reading_gitlab import AT, HOUR, asked, read, serving

REVERTED = f"change:gitlab:{PROJECT}:5"


def changes_of(httpserver: HTTPServer, request: Item, notes: list[Item], commits: list[Item], **more: Any) -> Page:
    parts = {f"merge_requests/{request['iid']}/notes": notes, f"merge_requests/{request['iid']}/commits": commits}
    return read(httpserver, "changes", request, parts=parts, **more)


def test_a_merge_request_is_a_change_with_its_commits_reviews_and_size(httpserver: HTTPServer) -> None:
    item = merge_request(7, AT, description="Closes #12 and OPS-9.", labels=["hotfix"])
    url = serving(
        httpserver,
        GitLabServer(
            {"merge_requests": [item]},
            lambda path: merge_request_part(item, path.rsplit("/", 1)[-1]),
            lambda _iid: {"diffStatsSummary": {"additions": 30, "deletions": 4, "fileCount": 2}},
        ),
    )
    (event,) = fetched(stream(opened(url), "changes")).events
    assert event == Change(
        kind="change",
        source=f"gitlab:{PROJECT}",
        id="7",
        url=f"https://gitlab.example.com/{PROJECT}/-/merge_requests/7",
        updated_at=AT,
        service="checkout",
        repository=PROJECT,
        first_commit_at=AT - 20 * HOUR,
        opened_at=AT - 9 * HOUR,
        first_review_at=AT - 3 * HOUR,
        approved_at=AT - HOUR,
        merged_at=AT,
        merge_sha=sha(7 + 10**6),
        commits=(sha(7), sha(7 + 10**7)),
        additions=30,
        deletions=4,
        files=2,
        reviews=1,
        review_comments=1,
        hotfix=True,
        issues=("OPS-7", f"{PROJECT}#12"),
    )
    below = f"/api/v4/projects/{PROJECT}"
    assert [path.removeprefix(below) for path in asked(httpserver)] == [
        "/merge_requests", "/api/graphql", "", "/merge_requests/7/notes", "/merge_requests/7/commits",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("notes", "first", "approved", "reviews"),
    [
        ([], None, None, 0),
        ([note(1, "ada", AT - 5 * HOUR)], None, None, 0),
        ([note(1, "project_44_bot_3f", AT - 5 * HOUR)], None, None, 0),
        ([note(1, "grace", AT + HOUR)], None, None, 0),
        ([note(1, "grace", AT - 5 * HOUR), note(2, "alan", AT - 4 * HOUR)], 5, None, 2),
        ([note(1, "grace", AT - 5 * HOUR, "changed the description", system=True)], None, None, 0),
        ([note(1, "grace", AT - 5 * HOUR, "approved this merge request", system=True)], 5, 5, 1),
        ([note(1, "grace", AT - 5 * HOUR, "approved this merge request", system=True),
          note(2, "grace", AT - 4 * HOUR, "unapproved this merge request", system=True),
          note(3, "grace", AT - 2 * HOUR, "approved this merge request", system=True)], 5, 2, 1),
    ],
)  # fmt: skip
def test_a_review_is_by_another_person_and_before_the_merge(
    httpserver: HTTPServer, notes: list[Item], first: int | None, approved: int | None, reviews: int
) -> None:
    (event,) = changes_of(httpserver, merge_request(7, AT), notes, []).events
    assert isinstance(event, Change)
    assert event.first_review_at == (None if first is None else AT - first * HOUR)
    assert event.approved_at == (None if approved is None else AT - approved * HOUR)
    assert event.reviews == reviews


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ({"merge_commit_sha": None, "squash_commit_sha": "5" * 40}, "merge_sha", "5" * 40),
        ({"merge_commit_sha": None, "squash_commit_sha": "5" * 40}, "commits", (sha(1), "5" * 40)),
        ({"merge_commit_sha": None}, "merge_sha", sha(7)),
        ({"title": 'Revert "Retry"', "description": "This reverts merge request !5"}, "reverts", REVERTED),
        ({"description": f"This reverts commit {'a' * 40}."}, "reverts", "a" * 40),
        ({"source_branch": "hotfix/pay"}, "hotfix", True),
        ({"author": {"id": 5, "username": "renovate-bot"}}, "automated", True),
        ({"created_at": stamp(AT + HOUR)}, "opened_at", None),
        ({"description": None}, "issues", ("OPS-7",)),
    ],
)  # fmt: skip
def test_what_a_merge_request_says_of_itself(
    httpserver: HTTPServer, more: dict[str, Any], field: str, value: object
) -> None:
    (event,) = changes_of(httpserver, merge_request(7, AT, **more), [], [commit(1, AT - 9 * HOUR)]).events
    assert getattr(event, field) == value


def test_the_first_of_more_commits_than_a_page_holds_is_marked_as_inferred(httpserver: HTTPServer) -> None:
    commits = [commit(number, AT - number * HOUR) for number in range(1, 130)]
    page = changes_of(httpserver, merge_request(7, AT), [], commits)
    (event,) = page.events
    assert isinstance(event, Change)
    assert (event.first_commit_at, event.first_commit_inferred) == (AT - 100 * HOUR, True)
    assert page.noted["with 100 of its commits only"] == 1


@pytest.mark.parametrize(
    ("default", "merged_into", "counts"),
    [("main", "master", True), ("master", "main", True), ("develop", "main", False), ("develop", "develop", True)],
)
def test_the_default_branch_counts_also_by_the_name_that_it_had(
    httpserver: HTTPServer, default: str, merged_into: str, *, counts: bool
) -> None:
    lists = {"merge_requests": [merge_request(7, AT, target_branch=merged_into)]}
    url = serving(httpserver, GitLabServer(lists, default_branch=default))
    assert bool(fetched(stream(opened(url), "changes")).events) == counts


def test_a_draft_was_opened_when_it_was_ready(httpserver: HTTPServer) -> None:
    ready = note(1, "ada", AT - 2 * HOUR, "marked this merge request as **ready**", system=True)
    (event,) = changes_of(httpserver, merge_request(7, AT), [ready], []).events
    assert isinstance(event, Change)
    assert event.opened_at == AT - 2 * HOUR


@pytest.mark.parametrize(
    ("more", "noted"),
    [
        ({"state": "closed", "merged_at": None}, "not merged"),
        ({"merged_at": None}, "merged, and GitLab does not say when"),
        ({"target_branch": "release"}, "merged into another branch than `base` names"),
    ],
)
def test_a_merge_request_that_is_no_change_is_counted(httpserver: HTTPServer, more: dict[str, Any], noted: str) -> None:
    page = read(httpserver, "changes", merge_request(7, AT, **more))
    assert not page.events
    assert page.noted == {noted: 1}


def test_what_the_server_no_longer_has_of_a_merge_request_stays_unknown(httpserver: HTTPServer) -> None:
    page = read(httpserver, "changes", merge_request(7, AT))
    (event,) = page.events
    assert isinstance(event, Change)
    assert (event.commits, event.reviews, event.first_review_at, event.additions) == (None, None, None, None)
    assert page.noted == {
        "without its size, which GraphQL does not tell": 1,
        "without its notes, which GitLab does not find": 1,
        "without its commits, which GitLab does not find": 1,
    }


RULES = [
    {"service": "payments", "paths": ["pay"], "deployments": "pay-*"},
    {"service": "basket", "paths": ["basket/**"]},
    {"service": "{project}"},
]


def test_paths_decide_the_service_of_a_change(httpserver: HTTPServer) -> None:
    size = {"diffStatsSummary": {"additions": 1, "deletions": 1, "fileCount": 2}, "diffStats": [
        {"path": "pay/api/card.py"}, {"path": "basket/tests/test_sum.py"}]}  # fmt: skip
    item = merge_request(7, AT)
    url = serving(
        httpserver,
        GitLabServer(
            {"merge_requests": [item]}, lambda path: merge_request_part(item, path.split("/")[-1]), lambda _: size
        ),
    )
    (event,) = fetched(stream(opened(url, service=RULES), "changes")).events
    assert isinstance(event, Change)
    assert event.services == ("payments", "basket")
    assert (event.test_files, event.components) == (1, ("basket/tests", "pay/api"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"data": {"project": None}}, ""),
        ({"errors": [{"message": "Timeout on MergeRequest.diffStats."}]}, ": Timeout on MergeRequest.diffStats"),
    ],
)
def test_sizes_that_can_not_be_read_stop_the_stream_because_nothing_asks_again(
    httpserver: HTTPServer, data: Item, why: str
) -> None:
    def answering(request: Request) -> Response:
        listing = GitLabServer({"merge_requests": [merge_request(7, AT)]})
        return answer(data) if request.path == "/api/graphql" else listing(request)

    with pytest.raises(SourceError) as error:
        fetched(stream(opened(serving(httpserver, answering)), "changes"))
    assert str(error.value) == f"gitlab: GraphQL does not tell the sizes of the merge requests of {PROJECT}{why}."
