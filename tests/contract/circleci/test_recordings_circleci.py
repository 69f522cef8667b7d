"""What a real CircleCI answered: every item becomes an event, or is counted with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from pytest_httpserver import HTTPServer

from bot.source import Ask, Page, Span
from tests.contract.circleci.circleci_server import CircleCIServer, Item, pipeline, workflow
from tests.contract.circleci.opened_circleci import NOW, opened, serving, the_stream

Recorded = Callable[[str], dict[str, list[dict[str, Any]]]]
AT = datetime(2023, 3, 25, tzinfo=UTC)
EVER = Span(datetime(2000, 1, 1, tzinfo=UTC), NOW)


def read(
    httpserver: HTTPServer, of: Item, workflows: Sequence[Item], jobs: Sequence[Item] = (), **changes: Any
) -> Page:
    httpserver.clear()
    answering = CircleCIServer([of], lambda _: workflows, lambda _: jobs)
    page = the_stream(opened(serving(httpserver, answering), **changes)).fetch(Ask(span=EVER))
    assert not page.set_aside, page.set_aside
    assert page.events or page.noted, f"{of} left no trace"
    return page


def told(pages: Sequence[Page]) -> Counter[str]:
    found = Counter[str]()
    for page in pages:
        found.update([event.kind for event in page.events] or page.noted)
    return found


def test_each_recorded_pipeline_workflow_and_job_is_an_event_or_counted(
    httpserver: HTTPServer, recorded: Recorded
) -> None:
    """What lies above or below an item, and was not recorded, is stood in for."""
    items = {stem: [each["data"] for each in found] for stem, found in recorded("circleci").items()}
    build = workflow("stand-in", "build", AT)
    pages = {
        "pipelines": [read(httpserver, each, [build]) for each in items["pipelines"]],
        "workflows": [read(httpserver, pipeline(7, AT), [each], deployments=None) for each in items["workflows"]],
        "jobs": [
            read(httpserver, pipeline(7, AT), [build], [each], deployments={"workflow": "*", "job": each["name"]})
            for each in items["jobs"]
        ],
    }
    for stem, found in pages.items():
        assert len(found) == len(items[stem])
        print(f"\ncircleci {stem}:", dict(told(found)))  # noqa: T201  to be read with -s
