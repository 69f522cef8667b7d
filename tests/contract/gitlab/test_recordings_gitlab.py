"""What real GitLab servers answered: every item becomes an event, or is counted with its reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.events import Change
from bot.source import Ask, Page, Span
from tests.contract.gitlab.gitlab_items import Item, merge_request, pipeline_detail
from tests.contract.gitlab.gitlab_server import GitLabServer
from tests.contract.gitlab.opened_gitlab import NOW, opened, stream
from tests.contract.gitlab.reading_gitlab import serving

Recorded = Callable[[str], dict[str, list[dict[str, Any]]]]
EVER = Span(datetime(2000, 1, 1, tzinfo=UTC), NOW)


def read(
    httpserver: HTTPServer, ending: str, lists: Mapping[str, list[Item]], parts: Mapping[str, object], **changes: Any
) -> Page:
    httpserver.clear()
    url = serving(httpserver, GitLabServer({"environments": [], **lists}, parts.get))
    return stream(opened(url, base=["*"], **changes), ending).fetch(Ask(span=EVER))


@pytest.mark.parametrize(
    ("stem", "name", "ending", "rollouts"),
    [
        ("deployments", "deployments", "deployments", {}),
        ("jobs", "jobs", "deployments", {"from": "job", "job": "*"}),
        ("pipelines", "pipelines", "runs", {}),
        ("pipeline_details", "pipelines", "runs", {}),
        ("merge_requests", "merge_requests", "changes", {}),
    ],
)
def test_each_recorded_item_is_an_event_or_counted(  # noqa: PLR0917  the columns of the table
    httpserver: HTTPServer, recorded: Recorded, stem: str, name: str, ending: str, rollouts: dict[str, str]
) -> None:
    """A pipeline whose own page was not recorded gets times from a stand-in."""
    items = recorded("gitlab")
    details: dict[str, object] = {}
    for each in (*items["pipelines"], *items["pipeline_details"]):
        pipeline = each["data"]
        whole = pipeline if "started_at" in pipeline or not pipeline["updated_at"] else pipeline_detail(pipeline)
        details[f"pipelines/{pipeline['id']}"] = whole
    told = Counter[str]()
    for each in items[stem]:
        page = read(httpserver, ending, {name: [each["data"]]}, details, deployments=rollouts)
        assert not page.set_aside, page.set_aside
        assert page.events or page.noted, f"{each['url']} left no trace"
        told.update([event.kind for event in page.events] or page.noted)
    print(f"\ngitlab {stem}:", dict(told))  # noqa: T201  to be read with -s


def test_each_recorded_commit_and_note_is_read_with_its_merge_request(
    httpserver: HTTPServer, recorded: Recorded
) -> None:
    """A merge request that was not recorded itself is stood in for."""
    items = recorded("gitlab")
    parts: defaultdict[str, list[Item]] = defaultdict(list)
    for part in ("commits", "notes"):
        for each in items[f"merge_request_{part}"]:
            parts[f"merge_requests/{each['parent']['Iid']}/{part}"].append(each["data"])
    for iid in {int(path.split("/")[1]) for path in parts}:
        request = merge_request(iid, datetime(2024, 1, 1, tzinfo=UTC))
        page = read(httpserver, "changes", {"merge_requests": [request]}, parts)
        assert not page.set_aside, page.set_aside
        (event,) = page.events
        assert isinstance(event, Change)
        commits = parts.get(f"merge_requests/{iid}/commits")
        assert (event.commits is None) == (commits is None)
        assert {commit["id"] for commit in commits or ()} <= set(event.commits or ())
        assert (event.first_commit_at is None) == (commits is None)
        told = parts.get(f"merge_requests/{iid}/notes")
        assert event.review_comments == (None if told is None else sum(not note["system"] for note in told))
