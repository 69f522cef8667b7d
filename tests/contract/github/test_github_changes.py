"""Merged pull requests become changes, with what their reviews, commits and files say."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.errors import SourceError
from tests.contract.github.github_items import AUTHOR, BOT, REVIEWER, commit, event, iso, nodes, pull, review, sha
from tests.contract.github.github_server import GitHubServer, said
from tests.contract.github.opened_github import DAY, HOUR, NOW, Read, history, opened, read, the_stream

MERGED = NOW - 2 * DAY


def changes(httpserver: HTTPServer, *pulls: dict[str, Any], **settings: Any) -> Read:
    return read(the_stream(opened(httpserver, GitHubServer(pulls=list(pulls)), **settings), "changes"))


def test_a_merged_pull_request_is_a_change_with_its_whole_course(httpserver: HTTPServer) -> None:
    change = changes(httpserver, pull(12, MERGED)).only
    assert (change.source, change.id, change.service, change.repository) == (
        "github:acme/checkout",
        "12",
        "checkout",
        "acme/checkout",
    )
    assert change.url == "https://github.com/acme/checkout/pull/12"
    assert (change.first_commit_at, change.opened_at, change.first_review_at, change.approved_at, change.merged_at) == (
        MERGED - 30 * HOUR,
        MERGED - 20 * HOUR,
        MERGED - 2 * HOUR,
        MERGED - 2 * HOUR,
        MERGED,
    )
    assert (change.merge_sha, change.commits) == (sha(12), (sha(10**9 + 12),))
    assert (change.additions, change.deletions, change.files, change.test_files) == (40, 8, 2, 1)
    assert (change.reviews, change.review_rounds, change.review_comments) == (1, 0, 1)
    assert change.components == ("src/payments", "tests")
    assert (change.hotfix, change.automated, change.reverts, change.issues) == (None, None, None, ())


OWN = review(MERGED - 9 * HOUR, "COMMENTED", AUTHOR)
LATE = review(MERGED + HOUR)
MACHINE = review(MERGED - 8 * HOUR, "COMMENTED", {"__typename": "Bot", "login": "copilot"})
ACCOUNT_OF_A_MACHINE = review(MERGED - 8 * HOUR, "COMMENTED", {"__typename": "User", "login": "acme-bot"})
NOT_SENT = review(None, "PENDING")
DELETED = review(MERGED - 3 * HOUR, "COMMENTED", None)
ASKED = review(MERGED - 6 * HOUR, "CHANGES_REQUESTED", commit=1)
ASKED_TOO = review(MERGED - 5 * HOUR, "CHANGES_REQUESTED", {"__typename": "User", "login": "joan"}, commit=1)
ASKED_AGAIN = review(MERGED - 4 * HOUR, "CHANGES_REQUESTED", commit=2)
APPROVED = review(MERGED - 1 * HOUR)
EARLY = review(MERGED - 7 * HOUR)


@pytest.mark.parametrize(
    ("author", "reviews", "first", "approved", "count", "rounds"),
    [
        (AUTHOR, [], None, None, 0, 0),
        (AUTHOR, [OWN, LATE, MACHINE, ACCOUNT_OF_A_MACHINE, NOT_SENT], None, None, 0, 0),
        (AUTHOR, [APPROVED, ASKED, OWN], 6, 1, 2, 1),
        (AUTHOR, [EARLY, ASKED, ASKED_TOO, ASKED_AGAIN, APPROVED], 7, 1, 5, 2),
        (AUTHOR, [EARLY, ASKED], 7, None, 2, 1),
        (AUTHOR, [EARLY, APPROVED], 7, 7, 2, 0),
        (AUTHOR, [DELETED], 3, None, 1, 0),
        (None, [APPROVED], 1, 1, 1, 0),
        (None, [], None, None, 0, 0),
        (None, [DELETED], None, None, None, None),
        (None, [DELETED, APPROVED], 1, 1, None, 0),
        (BOT, [APPROVED], 1, 1, 1, 0),
    ],
)
def test_only_what_others_said_before_the_merge_is_a_review(
    httpserver: HTTPServer, *, author: Any, reviews: list[Any], first: Any, approved: Any, count: Any, rounds: Any
) -> None:
    change = changes(httpserver, pull(12, MERGED, author=author, reviews=nodes(*reviews))).only
    assert change.first_review_at == (None if first is None else MERGED - first * HOUR)
    assert change.approved_at == (None if approved is None else MERGED - approved * HOUR)
    assert (change.reviews, change.review_rounds) == (count, rounds)


@pytest.mark.parametrize(
    ("special", "field", "value"),
    [
        ({"author": BOT}, "automated", True),
        ({"author": {"__typename": "User", "login": "renovate-acme"}}, "automated", True),
        ({"author": None}, "automated", None),
        ({"labels": nodes({"name": "HotFix"})}, "hotfix", True),
        ({"headRefName": "hotfix/card"}, "hotfix", True),
        ({"headRefName": "docs-for-hotfixes"}, "hotfix", None),
        ({"labels": None}, "hotfix", None),
        ({"mergeCommit": None}, "merge_sha", None),
        ({"title": 'Revert "Charge"', "body": "Reverts acme/checkout#7"}, "reverts", "change:github:acme/checkout:7"),
        ({"body": "Reverts acme/other#7\n"}, "reverts", "change:github:acme/other:7"),
        ({"body": "Reverts #7"}, "reverts", "change:github:acme/checkout:7"),
        ({"body": f"This reverts commit {sha(9)}."}, "reverts", sha(9)),
        ({"body": "It never Reverts #7 alone"}, "reverts", None),
        ({"body": None}, "reverts", None),
        ({"title": "修复重复扣款 OPS-12"}, "issues", ("OPS-12",)),
        ({"headRefName": "OPS-12-charge"}, "issues", ("OPS-12",)),
        ({"title": "Read UTF-8", "body": "As in CVE-2026-1 and SHOP-9 elsewhere"}, "issues", ()),
        ({"title": "OPS-12", "body": "Fixes OPS-12, part of SHOP-9"}, "issues", ("OPS-12", "SHOP-9")),
        ({"body": "Changes of others: fixes #3", "author": BOT}, "issues", ()),
        ({"body": "Incident: #3, refs acme/ops#4, see #5 and (#6)"}, "issues", ("acme/checkout#3", "acme/ops#4")),
        (
            {
                "body": "Fixes #3",
                "closingIssuesReferences": nodes({"number": 3, "repository": {"nameWithOwner": "acme/checkout"}}),
            },
            "issues",
            ("acme/checkout#3",),
        ),
        (
            {"closingIssuesReferences": nodes({"number": 3, "repository": {"nameWithOwner": "acme/ops"}})},
            "issues",
            ("acme/ops#3",),
        ),
        ({"closingIssuesReferences": None}, "issues", ()),
        ({"files": None}, "test_files", None),
        ({"files": None}, "components", None),
        ({"changedFiles": 300}, "test_files", None),
        ({"changedFiles": 300}, "files", 300),
        ({"files": nodes({"path": "README.md"}), "changedFiles": 1}, "components", None),
        ({"commits": nodes()}, "first_commit_at", None),
        ({"commits": nodes(commit(1, MERGED + DAY), commit(2, MERGED - DAY))}, "first_commit_at", MERGED - DAY),
        ({"createdAt": iso(MERGED + HOUR)}, "opened_at", None),
        ({"timelineItems": nodes(event("ReadyForReviewEvent", MERGED - 4 * HOUR))}, "opened_at", MERGED - 4 * HOUR),
        ({"timelineItems": nodes(event("ReadyForReviewEvent", MERGED - HOUR))}, "opened_at", MERGED - 20 * HOUR),
        ({"timelineItems": nodes({"__typename": "ConvertToDraftEvent"})}, "opened_at", MERGED - 20 * HOUR),
    ],
)
def test_what_is_special_about_a_pull_request_is_told(
    httpserver: HTTPServer, *, special: dict[str, Any], field: str, value: object
) -> None:
    assert getattr(changes(httpserver, pull(12, MERGED, **special)).only, field) == value


@pytest.mark.parametrize(
    ("special", "reason"),
    [
        ({"createdAt": iso(MERGED + HOUR)}, "merged before it was opened; when it was opened is left out"),
        ({"files": None}, "without files, which GitHub does not show"),
        ({"changedFiles": 300}, "with a part of its files only"),
        ({"commits": nodes(commit(1, MERGED), total=140)}, "with a part of its commits only"),
        ({"reviews": nodes(review(MERGED), total=140)}, "with a part of its reviews only"),
        ({"reviews": None}, "without reviews, which the credential may not read"),
    ],
)
def test_what_is_left_out_of_a_change_is_counted(
    httpserver: HTTPServer, *, special: dict[str, Any], reason: str
) -> None:
    found = changes(httpserver, pull(12, MERGED, **special))
    assert (len(found.events), found.noted) == (1, {reason: 1})


def test_reviews_that_may_not_be_read_stay_unknown(httpserver: HTTPServer) -> None:
    change = changes(httpserver, pull(12, MERGED, reviews=None)).only
    assert (change.reviews, change.review_rounds, change.review_comments, change.first_review_at) == (None,) * 4


@pytest.mark.parametrize(
    ("default", "base", "settings", "counts"),
    [
        ("main", "main", {}, True),
        ("main", "master", {}, True),
        ("main", "release/1", {}, False),
        ("develop", "main", {}, False),
        ("we[i]rd", "we[i]rd", {}, True),
        (None, "main", {}, False),
        ("main", "release/1", {"base": ["main", "release/*"]}, True),
    ],
)
def test_a_merge_into_another_branch_than_the_default_one_is_counted_and_passed_over(
    httpserver: HTTPServer, *, default: str | None, base: str, settings: dict[str, Any], counts: bool
) -> None:
    answers = GitHubServer(pulls=[pull(12, MERGED, baseRefName=base)], default_branch=default)
    found = read(the_stream(opened(httpserver, answers, **settings), "changes"))
    assert list(found.events) == (["12"] if counts else [])
    assert sum(found.noted.values()) == (0 if counts else 1)


MONOREPO = [
    {"service": "pay", "match": "acme/checkout", "paths": ["services/pay"]},
    {"service": "web", "match": "acme/checkout", "paths": ["services/web"]},
]


@pytest.mark.parametrize(
    ("paths", "service", "services"),
    [
        (["services/pay/api.py"], "pay", None),
        (["services/pay/api.py", "services/web/app.ts"], None, ("pay", "web")),
    ],
)
def test_paths_decide_the_services_of_a_monorepo(
    httpserver: HTTPServer, *, paths: list[str], service: str | None, services: Any
) -> None:
    files = nodes(*({"path": path} for path in paths))
    change = changes(httpserver, pull(12, MERGED, files=files), service=MONOREPO).only
    assert (change.service, change.services) == (service, services)


def test_a_change_that_belongs_to_no_service_is_counted(httpserver: HTTPServer) -> None:
    found = changes(httpserver, pull(12, MERGED), service=MONOREPO)
    assert found.noted == {"no rule of `service` names a service for it": 1}


def test_an_item_that_does_not_parse_is_set_aside_without_its_people_or_its_text(httpserver: HTTPServer) -> None:
    found = changes(httpserver, pull(12, MERGED, mergedAt="gone", body="ask @ada"), pull(13, MERGED))
    (aside,) = found.set_aside
    assert (list(found.events), aside.id) == (["13"], "#12")
    assert aside.reason == "has another shape than expected: Invalid isoformat string: 'gone'"
    assert "ada" not in aside.item.replace("ada/charge-12", "")
    assert "body" not in aside.item


def test_what_github_gives_with_an_error_is_set_aside_and_the_rest_is_read(httpserver: HTTPServer) -> None:
    path = ["repository", "pullRequests", "edges", 1, "node", "files"]
    answers = GitHubServer(pulls=[pull(number, MERGED) for number in (11, 12, 13)])
    answers.errors = [{"message": "timed out while reading files", "path": path}]
    found = read(the_stream(opened(httpserver, answers), "changes"))
    assert sorted(found.events) == ["11", "13"]
    assert [(aside.id, aside.reason) for aside in found.set_aside] == [
        ("#12", "GitHub could not give it whole: timed out while reading files")
    ]


def test_a_field_that_may_not_be_read_spoils_no_item(httpserver: HTTPServer) -> None:
    path = ["repository", "pullRequests", "edges", 0, "node", "closingIssuesReferences"]
    answers = GitHubServer(pulls=[pull(12, MERGED, closingIssuesReferences=None)])
    answers.errors = [{"type": "FORBIDDEN", "message": "Resource not accessible", "path": path}]
    found = read(the_stream(opened(httpserver, answers), "changes"))
    assert (list(found.events), found.set_aside) == (["12"], [])


def test_a_list_that_may_not_be_read_names_the_permission(httpserver: HTTPServer) -> None:
    answers = GitHubServer(forbidden=frozenset({"pullRequests"}))
    with pytest.raises(SourceError) as told:
        read(the_stream(opened(httpserver, answers), "changes"))
    assert str(told.value) == (
        "acme-github: env:GITHUB_TOKEN may not read pull requests of acme/checkout; give it read access to "
        "pull requests. GitHub says: Resource not accessible."
    )


TIMED_OUT = {"data": None, "errors": [{"message": "Something went wrong. This may be the result of a timeout."}]}
CUT_SHORT = {
    "data": {"repository": None},
    "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."}],
}


@pytest.mark.parametrize("refusal", [said(TIMED_OUT), said(CUT_SHORT), said({}, 502), said({}, 504)])
@pytest.mark.parametrize("answered", [5, 1])
def test_a_page_that_is_too_much_for_github_is_asked_for_in_smaller_ones(
    httpserver: HTTPServer, refusal: Response, answered: int
) -> None:
    server = GitHubServer(pulls=[pull(number, NOW - number * HOUR) for number in range(1, 9)])

    def answers(request: Request) -> Response:
        return refusal if request.get_json()["variables"]["first"] > answered else server(request)

    found = read(the_stream(opened(httpserver, answers), "changes"))
    assert sorted(map(int, found.events)) == list(range(1, 9))
    assert len(found.pages) == {5: 2, 1: 8}[answered]


def test_a_pull_request_that_is_too_much_by_itself_is_a_sentence(httpserver: HTTPServer) -> None:
    with pytest.raises(SourceError, match=r"cuts its answer short: Resource limits for this query exceeded\.$"):
        read(the_stream(opened(httpserver, lambda _request: said(CUT_SHORT)), "changes"))


def test_an_empty_repository_is_read_in_one_request(httpserver: HTTPServer) -> None:
    answers = GitHubServer(default_branch=None)
    assert read(the_stream(opened(httpserver, answers), "changes")).events == {}
    assert len(answers.asked) == 1


def test_the_history_of_a_repository_is_read_without_a_hole_and_hardly_a_page_twice(httpserver: HTTPServer) -> None:
    answers = GitHubServer(pulls=[pull(number, NOW - number * DAY / 2) for number in range(1, 301)])
    source = opened(httpserver, answers)
    found = history(the_stream(source, "changes"))
    assert sorted(map(int, found.events)) == list(range(1, 301))
    assert source.requests == len(found.pages) <= 300 / 25 + 26


def test_an_edit_between_two_requests_loses_nothing(httpserver: HTTPServer) -> None:
    """The edited one moves to the top of the list while the back-fill is further down."""
    answers = GitHubServer(pulls=[pull(number, NOW - number * HOUR) for number in range(1, 81)])
    stream = the_stream(opened(httpserver, answers), "changes")
    edited = iter(range(60, 66))

    def edit() -> None:
        if (number := next(edited, None)) is not None:
            answers.pulls[number - 1]["updatedAt"] = iso(NOW + HOUR)
            answers.sort()

    found = history(stream, weeks=4, between=edit)
    later = read(stream, start=NOW, end=NOW + 2 * HOUR)
    assert {*found.events, *later.events} == {str(number) for number in range(1, 81)}


def test_a_sync_of_a_repository_in_which_nothing_happened_is_one_request(httpserver: HTTPServer) -> None:
    answers = GitHubServer(pulls=[pull(number, NOW - number * DAY) for number in range(1, 60)])
    found = read(the_stream(opened(httpserver, answers), "changes"), start=NOW - HOUR)
    assert (found.events, len(answers.asked)) == ({}, 1)


def test_people_are_compared_and_never_kept(httpserver: HTTPServer) -> None:
    found = changes(httpserver, pull(12, MERGED))
    text = str(found.only.model_dump())
    assert AUTHOR["login"] not in text.replace("ada/charge", "")
    assert REVIEWER["login"] not in text
