"""Items as GitHub answers them, ordinary ones; a test says only what is special about its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

Node = dict[str, Any]

AUTHOR = {"__typename": "User", "login": "ada"}
REVIEWER = {"__typename": "User", "login": "grace"}
BOT = {"__typename": "Bot", "login": "dependabot"}
HOUR = timedelta(hours=1)


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def sha(number: int) -> str:
    return f"{number:040x}"


def nodes(*found: object, total: int | None = None) -> Node:
    return {"totalCount": len(found) if total is None else total, "nodes": list(found)}


def commit(number: int, authored: datetime) -> Node:
    return {"commit": {"oid": sha(number), "authoredDate": iso(authored)}}


def review(at: datetime | None, state: str = "APPROVED", author: Node | None = REVIEWER, **more: object) -> Node:
    of_commit = {"oid": sha(more.pop("commit"))} if "commit" in more else None  # pyright: ignore[reportArgumentType]
    return {
        "state": state,
        "submittedAt": iso(at) if at else None,
        "author": author,
        "commit": of_commit,
        "comments": {"totalCount": more.get("comments", 0)},
    }


def pull(number: int, merged: datetime, **special: object) -> Node:
    return {
        "number": number,
        "url": f"https://github.com/acme/checkout/pull/{number}",
        "title": f"Charge a card once ({number})",
        "body": "",
        "baseRefName": "main",
        "headRefName": f"ada/charge-{number}",
        "createdAt": iso(merged - 20 * HOUR),
        "mergedAt": iso(merged),
        "updatedAt": iso(merged),
        "additions": 40,
        "deletions": 8,
        "changedFiles": 2,
        "author": AUTHOR,
        "mergeCommit": {"oid": sha(number)},
        "labels": nodes(),
        "commits": nodes(commit(10**9 + number, merged - 30 * HOUR)),
        "files": nodes({"path": "src/payments/card.py"}, {"path": "tests/test_card.py"}),
        "reviews": nodes(review(merged - 2 * HOUR, comments=1)),
        "closingIssuesReferences": nodes(),
        "timelineItems": nodes(),
        **special,
    }


def status(state: str, at: datetime, log: str | None = None) -> Node:
    return {"state": state, "createdAt": iso(at), "logUrl": log}


def deployment(number: int, at: datetime, *statuses: Node, **special: object) -> Node:
    given = statuses or (status("IN_PROGRESS", at), status("SUCCESS", at + timedelta(minutes=4)))
    return {
        "id": f"DE_{number}",
        "databaseId": number,
        "createdAt": iso(at),
        "updatedAt": iso(at),
        "state": "ACTIVE",
        "environment": "production",
        "originalEnvironment": "production",
        "commitOid": sha(number),
        "ref": {"name": "main", "prefix": "refs/heads/"},
        "latestStatus": {"state": given[-1]["state"]},
        "statuses": nodes(*reversed(given)),
        **special,
    }


def release(number: int, at: datetime, **special: object) -> Node:
    return {
        "id": f"RE_{number}",
        "databaseId": number,
        "url": f"https://github.com/acme/checkout/releases/tag/v1.{number}",
        "tagName": f"v1.{number}",
        "isDraft": False,
        "isPrerelease": False,
        "createdAt": iso(at),
        "publishedAt": iso(at),
        "updatedAt": iso(at),
        "tagCommit": {"oid": sha(number)},
        **special,
    }


def labelled(at: datetime, label: str) -> Node:
    return {"__typename": "LabeledEvent", "createdAt": iso(at), "label": {"name": label}}


def event(kind: str, at: datetime) -> Node:
    return {"__typename": kind, "createdAt": iso(at)}


def issue(number: int, at: datetime, **special: object) -> Node:
    return {
        "number": number,
        "url": f"https://github.com/acme/checkout/issues/{number}",
        "title": "Cards are charged twice",
        "createdAt": iso(at),
        "updatedAt": iso(at + 3 * HOUR),
        "closedAt": iso(at + 3 * HOUR),
        "state": "CLOSED",
        "stateReason": "COMPLETED",
        "repository": {"nameWithOwner": "acme/checkout"},
        "author": AUTHOR,
        "labels": nodes({"name": "incident"}),
        "timelineItems": nodes(),
        **special,
    }


def run(number: int, at: datetime, **special: object) -> Node:
    return {
        "id": number,
        "name": "CI",
        "head_branch": "main",
        "head_sha": sha(number),
        "path": ".github/workflows/ci.yml",
        "event": "push",
        "status": "completed",
        "conclusion": "success",
        "html_url": f"https://github.com/acme/checkout/actions/runs/{number}",
        "created_at": iso(at),
        "updated_at": iso(at + timedelta(minutes=9)),
        "run_attempt": 1,
        "run_started_at": iso(at),
        **special,
    }


def job(name: str, at: datetime, conclusion: str | None = "success", **special: object) -> Node:
    return {
        "id": 7,
        "name": name,
        "status": "completed",
        "conclusion": conclusion,
        "started_at": iso(at),
        "completed_at": iso(at + timedelta(minutes=3)),
        **special,
    }
