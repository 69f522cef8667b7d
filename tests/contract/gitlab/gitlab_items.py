"""Items as GitLab's API shows them, with the times that tests need."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

Item = dict[str, Any]

PROJECT = "acme/platform/checkout"


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def person(name: str) -> Item:
    return {"id": sum(map(ord, name)), "username": name, "name": name.title(), "state": "active"}


def environment(number: int, name: str, tier: str | None = None) -> Item:
    return {"id": number, "name": name, "slug": name, "tier": tier, "state": "available"}


def sha(number: int) -> str:
    return f"{number:040x}"


def job(number: int, at: datetime, **more: Any) -> Item:
    return {
        "id": number,
        "status": "success",
        "stage": "deploy",
        "name": "deploy",
        "ref": "main",
        "tag": False,
        "created_at": stamp(at - timedelta(minutes=9)),
        "started_at": stamp(at - timedelta(minutes=5)),
        "finished_at": stamp(at),
        "queued_duration": 2.5,
        "user": person("ada"),
        "commit": {"id": sha(number), "authored_date": stamp(at - timedelta(hours=2)), "author_name": "Ada"},
        "pipeline": {"id": number, "sha": sha(number), "ref": "main", "status": "success", "source": "push"},
        "web_url": f"https://gitlab.example.com/{PROJECT}/-/jobs/{number}",
    } | more


def deployment(number: int, at: datetime, **more: Any) -> Item:
    return {
        "id": number,
        "iid": number,
        "ref": "main",
        "sha": sha(number),
        "created_at": stamp(at - timedelta(minutes=9)),
        "updated_at": stamp(at),
        "user": person("ada"),
        "environment": {"id": 1, "name": "production-eu", "slug": "production-eu", "external_url": None},
        "deployable": job(number, at),
        "status": "success",
    } | more


def pipeline(number: int, at: datetime, **more: Any) -> Item:
    return {
        "id": number,
        "iid": number,
        "project_id": 44,
        "sha": sha(number),
        "ref": "main",
        "status": "failed" if number % 5 == 0 else "success",
        "source": "push",
        "created_at": stamp(at - timedelta(minutes=20)),
        "updated_at": stamp(at),
        "web_url": f"https://gitlab.example.com/{PROJECT}/-/pipelines/{number}",
    } | more


def pipeline_detail(listed: Item, **more: Any) -> Item:
    at = datetime.fromisoformat(listed["updated_at"])
    return {
        **listed,
        "tag": False,
        "user": person("ada"),
        "started_at": stamp(at - timedelta(minutes=19)),
        "finished_at": stamp(at),
        "committed_at": None,
        "duration": 1_140,
        "queued_duration": 60,
        "coverage": None,
        "name": None,
    } | more


def merge_request(number: int, at: datetime, **more: Any) -> Item:
    no_labels: list[str] = []
    return {
        "id": 1_000 + number,
        "iid": number,
        "project_id": 44,
        "title": f"Retry the payment {number}",
        "description": "",
        "state": "merged",
        "created_at": stamp(at - timedelta(hours=9)),
        "updated_at": stamp(at),
        "merged_at": stamp(at),
        "merge_user": person("grace"),
        "target_branch": "main",
        "source_branch": f"OPS-{number}-retry",
        "author": person("ada"),
        "labels": no_labels,
        "draft": False,
        "sha": sha(number),
        "merge_commit_sha": sha(number + 10**6),
        "squash_commit_sha": None,
        "web_url": f"https://gitlab.example.com/{PROJECT}/-/merge_requests/{number}",
    } | more


def merge_request_part(request: Item, part: str) -> object:
    at = datetime.fromisoformat(request["merged_at"])
    if part == "commits":
        return [
            commit(request["iid"], at - timedelta(hours=10)),
            commit(request["iid"] + 10**7, at - timedelta(hours=20)),
        ]
    if part == "notes":
        approval = "approved this merge request"
        return [
            note(1, "grace", at - timedelta(hours=3)),
            note(2, "grace", at - timedelta(hours=1), approval, system=True),
        ]
    return None


def commit(number: int, at: datetime, **more: Any) -> Item:
    return {
        "id": sha(number),
        "short_id": sha(number)[:8],
        "title": "Retry",
        "author_name": "Ada",
        "author_email": "ada@example.com",
        "authored_date": stamp(at),
        "committed_date": stamp(at + timedelta(hours=1)),
    } | more


def note(number: int, author: str, at: datetime, body: str = "Why twice?", *, system: bool = False) -> Item:
    return {
        "id": number,
        "type": None,
        "body": body,
        "author": person(author),
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "system": system,
        "noteable_type": "MergeRequest",
    }


def incident(number: int, at: datetime, **more: Any) -> Item:
    return {
        "id": 500 + number,
        "iid": number,
        "title": "Payments fail",
        "state": "closed",
        "created_at": stamp(at - timedelta(hours=3)),
        "updated_at": stamp(at),
        "closed_at": stamp(at),
        "labels": ["severity::2", "service::payments"],
        "author": person("ada"),
        "assignees": [person("grace")],
        "issue_type": "incident",
        "severity": "UNKNOWN",
        "web_url": f"https://gitlab.example.com/{PROJECT}/-/issues/incident/{number}",
        "_links": {"self": "https://gitlab.example.com/api/v4/projects/44/issues/1", "closed_as_duplicate_of": None},
    } | more
