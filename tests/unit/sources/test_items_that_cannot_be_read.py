"""One bad item never stops the rest: it is kept with its reason, and without the people it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.events import Event, Incident
from integrations.items import Item, PassedOverError, Reading

GOOD = {"key": "OPS-1", "at": "2026-10-05T14:26:00Z", "end": "2026-10-05T15:00:00Z"}


def parse(item: Item) -> Iterator[Event]:
    if item.get("type") == "task":
        raise PassedOverError("no incident")
    if item.get("early"):
        datetime.fromisoformat("0001-01-01T00:00:00+01:00").astimezone(UTC)
    yield Incident(
        kind="incident",
        id=item["key"],
        title=item.get("title"),
        service="checkout",
        started_at=datetime.fromisoformat(item["at"]),
        resolved_at=datetime.fromisoformat(item["end"]["at"] if isinstance(item["end"], dict) else item["end"]),
        status="resolved",
    )


def read(*items: dict[str, Any]) -> Reading:
    reading = Reading()
    reading.read(items, lambda item: item["key"], parse)
    return reading


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({**GOOD, "end": "2026-10-05T14:00:00Z"}, "resolved_at is before started_at"),
        ({**GOOD, "at": "2026-10-05T14:26:00"}, "started_at: a time needs an offset, like 2026-10-05T14:26:00Z"),
        ({"key": "OPS-1", "end": GOOD["end"]}, "the field at is not where it was"),
        ({**GOOD, "end": None}, "has another shape than expected: fromisoformat: argument must be str"),
        ({**GOOD, "at": "yesterday"}, "has another shape than expected: Invalid isoformat string: 'yesterday'"),
        ({**GOOD, "at": "ada@acme.example"}, "has another shape than expected: Invalid isoformat string: …"),
        ({**GOOD, "at": "0001-01-01T00:00:00+01:00"}, "started_at: expected a time from 1970 to 9999"),
        ({**GOOD, "early": True}, "has another shape than expected: date value out of range"),
        ({**GOOD, "title": "half a \ud800"}, "title: holds half of a character, which can't be stored"),
    ],
)
def test_a_bad_item_is_set_aside_and_the_good_one_is_read(item: dict[str, Any], reason: str) -> None:
    reading = read(item, GOOD)
    assert [event.id for event in reading.events] == ["OPS-1"]
    assert [(aside.id, aside.reason) for aside in reading.set_aside] == [("OPS-1", reason)]


def test_an_item_that_is_no_event_is_counted_by_its_reason() -> None:
    reading = read({"key": "OPS-2", "type": "task"}, {"key": "OPS-3", "type": "task"})
    assert (reading.events, reading.set_aside, reading.noted) == ([], [], {"no incident": 2})


def test_an_item_without_its_name_is_kept_all_the_same() -> None:
    assert read({"at": "never"}).set_aside[0].id == '{"at": "never"}'


def test_what_is_kept_names_no_person_at_any_depth() -> None:
    item = {"key": "OPS-1", "reporter": {"displayName": "Ada"}, "log": [{"author": "Ada", "at": "10:00"}]}
    kept = read(item).set_aside[0].item
    assert json.loads(kept) == {"key": "OPS-1", "log": [{"at": "10:00"}]}


ADA = {"id": 7, "login": "ada", "html_url": "https://github.com/ada", "avatar_url": "https://x/ada.png", "type": "User"}
OF_SOURCES = {
    "an issue of Jira": {
        "key": "OPS-1",
        "self": "https://acme.atlassian.net/rest/api/3/issue/1",
        "fields": {
            "summary": "Ada broke it",
            "status": {"id": "3", "name": "Done"},
            "customfield_10010": {"accountId": "5b1", "displayName": "Ada", "emailAddress": "ada@acme.example"},
            "customfield_10011": [{"accountId": "5b1", "displayName": "Ada"}],
            "customfield_10012": {"name": "ada", "key": "ada", "displayName": "Ada", "active": True},
            "customfield_10013": "ask ada@acme.example first",
            "comment": {"comments": [{"body": "Ada says"}]},
        },
        "changelog": {"histories": [{"items": [{"field": "assignee", "from": "5b1", "toString": "Ada"}]}]},
    },
    "a change of Jira": {"id": "1", "items": [{"field": "owner", "fromString": "Ada", "to": "ada", "toString": "Ada"}]},
    "a run of GitHub": {
        "id": 1,
        "actor": ADA,
        "triggering_actor": ADA,
        "approved_by_somebody": ADA,
        "display_title": "Ada's fix",
        "head_commit": {"id": "ab12", "message": "Signed-off-by: Ada", "author": {"name": "Ada"}},
        "head_repository": {"full_name": "ada/shop", "owner": ADA},
        "head_branch": "ada/charge-once",
        "pull_requests": [{"number": 5, "head": {"ref": "ada/charge-once", "sha": "ab12"}}],
        "html_url": "https://github.com/acme/shop/actions/runs/1",
    },
    "a pull request of GitHub": {
        "number": 1,
        "title": "Thanks to @ada",
        "body": "Ada asked for it",
        "bodyText": "Ada asked for it",
        "mergedBy": {"__typename": "User", "name": "Ada"},
        "authorAssociation": "ada",
        "headRefName": "ada/charge-once",
        "nodes": [{"__typename": "User", "name": "Ada"}],
    },
    "a merge request of GitLab": {
        "iid": 1,
        "description": "for Ada",
        "closed_by": {"id": 1, "name": "Ada", "username": "ada"},
        "source_branch": "ada/charge-once",
        "merge_user": {"name": "Ada"},
        "head_pipeline": {"id": 5, "user": {"name": "Ada"}},
        "web_url": "https://gitlab.com/acme/shop/-/merge_requests/1",
    },
    "a deployment of GitLab": {
        "iid": 1,
        "ref": "ada/charge-once",
        "deployable": {
            "commit": {"author_email": "ada@acme.example", "committer_name": "Ada", "trailers": {"Reviewed-by": "Ada"}},
            "user": {"username": "ada", "display_name": "Ada"},
        },
    },
    "a build of Jenkins": {
        "number": 1,
        "description": "Ada's",
        "culprits": [{"fullName": "Ada"}],
        "actions": [
            {"causes": [{"shortDescription": "Started by user Ada", "userId": "ada", "userName": "Ada"}]},
            {"parameters": [{"name": "TOKEN", "value": "ada-s3cret"}]},
            {"remoteUrls": ["https://ada:ada-s3cret@git.acme.example/shop.git"]},
        ],
        "changeSet": {"items": [{"author": {"fullName": "Ada"}, "msg": "Ada's", "comment": "Ada's"}]},
    },
    "a pipeline of CircleCI": {
        "number": 1,
        "trigger": {"actor": {"login": "ada"}},
        "trigger_parameters": {"git": {"author_login": "ada", "commit_title": "Ada's", "branch": "main"}},
        "vcs": {"revision": "ab12", "branch": "ada/charge-once", "commit": {"subject": "Ada's", "body": "Ada's"}},
        "canceled_by": "ada",
        "errored_by": "ada",
    },
    "an incident of PagerDuty": {
        "incident_number": 1,
        "title": "Ada is paged",
        "summary": "[#1] Ada is paged",
        "assignments": [{"assignee": {"summary": "Ada"}}],
        "acknowledgements": [{"acknowledger": {"summary": "Ada"}}],
        "last_status_change_by": {"type": "user_reference", "summary": "Ada"},
        "somebody": {"type": "user_reference", "name": "Ada"},
        "channel": {"type": "email", "to": "ada@acme.example", "from": "ada"},
    },
}


@pytest.mark.parametrize("item", OF_SOURCES.values(), ids=OF_SOURCES.keys())
def test_what_is_kept_of_any_source_names_no_person(item: dict[str, Any]) -> None:
    aside = read(item).set_aside[0]
    assert "ada" not in f"{aside.id} {aside.reason} {aside.item}".lower()
    kept = json.loads(aside.item)
    assert {name: kept[name] for name in kept if name in {"number", "iid", "id", "key", "incident_number"}}


def test_what_helps_to_find_out_is_kept() -> None:
    item = {
        "number": 12, "html_url": "https://github.com/acme/shop/actions/runs/1", "authoredDate": "2026-10-05T14:26:00Z",
        "committed_date": "2026-10-05", "status": {"name": "Done"}, "baseRefName": "main", "labels": ["incident"],
        "user_status": None,
    }  # fmt: skip
    assert json.loads(read(item).set_aside[0].item) == {name: item[name] for name in item if name != "user_status"}


def test_what_no_database_takes_is_not_kept() -> None:
    aside = read({"key": "OPS\0-1\ud800\n\x1b[31m", "odd": "\ud800 \0 \x9b", "at": "\0"}).set_aside[0]
    assert (aside.id, aside.item) == (
        "OPS-1 [31m",
        r'{"key": "OPS\u0000-1\n\u001b[31m", "odd": " \u0000 ", "at": "\u0000"}',
    )
    assert all(text.isprintable() for text in (aside.id, aside.reason, aside.item))


def test_an_item_that_is_nested_too_deeply_is_set_aside() -> None:
    item: dict[str, Any] = {"key": "OPS-1"}
    for _ in range(5_000):
        item = {"key": "OPS-1", "within": item}
    (aside,) = read(item).set_aside
    assert (aside.id, aside.item) == ("OPS-1", "")


@pytest.mark.parametrize("item", [None, 5, "text", [1], {}])
def test_an_item_that_is_none_is_set_aside(item: Any) -> None:
    (aside,) = read(item).set_aside
    assert aside.id == aside.item == json.dumps(item)


def test_what_is_kept_of_a_huge_item_is_bounded() -> None:
    aside = read({"key": "x" * 1_000, "log": "y" * 1_000_000}).set_aside[0]
    assert (len(aside.id), len(aside.item)) == (200, 65_536)
