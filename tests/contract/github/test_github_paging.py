"""However items lie in time, reading them slice by slice and page by page loses none and ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from bot.cursor import Cursor
from bot.source import Ask, Page
from integrations.github.listing import newest_first
from integrations.github.runs import PAGE, list_runs
from integrations.github.site import GitHubSite
from integrations.http import Answer
from tests.contract.github.github_items import iso
from tests.contract.github.github_server import Newest
from tests.contract.github.opened_github import NOW

WEEKS = 12
SINCE = NOW - timedelta(weeks=WEEKS)
HOURS = st.integers(min_value=0, max_value=WEEKS * 7 * 24 - 1)


def all_read(fetch: Any) -> list[Page]:
    pages, cursor = [], Cursor()
    while (going_on := cursor.begun(NOW, SINCE, timedelta(hours=1))) is not None:
        pages.append(fetch(going_on.ask))
        cursor = going_on.after(pages[-1])
    return pages


@given(st.lists(HOURS, max_size=60), st.integers(min_value=1, max_value=7))
def test_a_list_by_cursors_is_read_whole(hours: list[int], size: int) -> None:
    nodes = [
        {"number": number, "updatedAt": iso(NOW - timedelta(hours=ago, seconds=1))}
        for number, ago in enumerate(hours, 1)
    ]
    listed, read = Newest(nodes, "updatedAt"), []

    def fetch(ask: Ask) -> Page:
        cut = newest_first(ask, listed.connection(size, ask.token), (), "updatedAt")
        read.extend(item["number"] for item in cut.items)
        return Page(token=cut.token, done=cut.done)

    pages = all_read(fetch)
    assert sorted(read) == list(range(1, len(hours) + 1))
    assert len(pages) <= len(hours) / size + WEEKS / 4


class Runs:
    """GitHub's list of runs: between two dates, both included, the newest first, and never beyond the 1,000th."""

    def __init__(self, created: list[str]) -> None:
        self.runs = [{"id": number, "created_at": at} for number, at in enumerate(sorted(created, reverse=True))]

    def get(self, _path: str, *, etag: str | None, **asked: Any) -> Answer:
        assert etag is None
        start, end = asked["created"].split("..")
        within = [run for run in self.runs if start <= run["created_at"] <= end]
        first = (asked["page"] - 1) * PAGE
        headers: Mapping[str, str] = {"ETag": "x"}
        return Answer({"workflow_runs": within[first : min(first + PAGE, 1000)]}, headers)


@given(st.lists(st.tuples(HOURS, st.integers(min_value=1, max_value=130)), max_size=6))
def test_a_list_by_dates_is_read_whole_even_where_many_runs_share_a_second(groups: list[tuple[int, int]]) -> None:
    created = [iso(NOW - timedelta(hours=ago, seconds=1)) for ago, count in groups for _ in range(count)]
    site, read = cast("GitHubSite", SimpleNamespace(get=Runs(created).get)), set()

    def fetch(ask: Ask) -> Page:
        listed = list_runs(site, "acme/checkout", None, ask)
        read.update(run["id"] for run in listed.runs)
        return Page(token=listed.token, done=listed.token is None)

    all_read(fetch)
    assert read == set(range(len(created)))
