"""PagerDuty: what a real server answered becomes an event, or is counted with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pytest_httpserver import HTTPServer

from tests.contract.conftest import Recorded
from tests.contract.pagerduty.opened_pagerduty import pages, serving, the_stream
from tests.contract.pagerduty.pagerduty_server import at


def test_recorded_incidents_with_their_logs(recorded: Recorded, httpserver: HTTPServer) -> None:
    items: list[dict[str, Any]] = sorted((line["data"] for line in recorded("pagerduty")["incidents"]), key=at)
    logs = {item["id"]: item["log_entries"] for item in items}
    start, end = at(items[0]), at(items[-1]) + timedelta(seconds=1)
    stream = the_stream(serving(httpserver, items, logs))
    found = [page for first in spans(start, end) for page in pages(stream, first, first + timedelta(weeks=4))]
    events = sum(len(page.events) for page in found)
    noted = {reason: count for page in found for reason, count in page.noted.items()}
    print(f"pagerduty: {len(items)} items, {events} events, {noted}")  # noqa: T201  to be read with -s
    assert not any(page.set_aside for page in found)
    assert events + sum(noted.values()) >= len(items)


def spans(start: Any, end: Any) -> list[Any]:
    return [start + timedelta(weeks=weeks) for weeks in range(0, (end - start).days // 7 + 4, 4)]
