"""Against a real Prometheus server: what its own arithmetic makes of counters that were scraped."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.events import SloWindow
from bot.jobs.sync import sync
from bot.source import Ask, Span
from bot.store.events import stored_bodies
from bot.store.schema import open_database
from tests.contract.prometheus.conftest import BAD_A_DAY, DAYS, FIRST, GOOD_A_DAY
from tests.contract.prometheus.opened_prometheus import fetched, objective, opened

GOOD = 'sum(increase(http_requests_total{job="checkout",code!~"5.."}[$window]))'
TOTAL = 'sum(increase(http_requests_total{job="checkout"}[$window]))'


@pytest.mark.prometheus
def test_daily_windows_hold_what_was_counted_before_data_began_there_are_none(prometheus_url: str) -> None:
    source = opened(prometheus_url, objectives=[objective(good=GOOD, total=TOTAL)])
    page = fetched(source, FIRST - timedelta(days=2), FIRST + timedelta(days=DAYS, seconds=1))
    windows = [event for event in page.events if isinstance(event, SloWindow)]
    # The first sample lies in the window that ends with it: there is nothing yet that could have increased.
    assert [window.window_end for window in windows] == [FIRST + timedelta(days=day + 1) for day in range(DAYS)]
    assert page.noted == {"windows for which total has no samples": 3}
    assert not page.set_aside
    for window in windows:
        assert window.total == pytest.approx(GOOD_A_DAY + BAD_A_DAY, rel=0.01)
        assert window.good / window.total == pytest.approx(0.999, abs=1e-4)


@pytest.mark.prometheus
def test_hourly_windows_add_up_to_the_day(prometheus_url: str) -> None:
    source = opened(prometheus_url, objectives=[objective(good=GOOD, total=TOTAL, window="1h")])
    page = fetched(source, FIRST + timedelta(days=1, seconds=1), FIRST + timedelta(days=2, seconds=1))
    windows = [event for event in page.events if isinstance(event, SloWindow)]
    assert len(windows) == 24
    assert sum(window.total for window in windows) == pytest.approx(GOOD_A_DAY + BAD_A_DAY, rel=0.01)
    assert source.requests == 2


@pytest.mark.prometheus
@pytest.mark.parametrize(
    ("good", "says"),
    [
        (
            "sum(increase(http_requests_total[$window])",
            r"the query good of checkout availability is refused \(400\): .*",
        ),
        ("increase(http_requests_total[$window])", r"the query good of checkout availability yields 4 series; wrap it"),
        ("http_requests_total[$window]", r"is refused \(400\): .*"),
    ],
    ids=["a bracket is missing", "no sum", "no function"],
)
def test_a_wrong_query_is_told_in_the_server_s_own_words(prometheus_url: str, good: str, says: str) -> None:
    source = opened(prometheus_url, objectives=[objective(good=good, total=TOTAL)])
    with pytest.raises(SourceError, match=says):
        fetched(source, FIRST, FIRST + timedelta(days=DAYS))


@pytest.mark.prometheus
def test_a_query_without_series_is_counted_and_one_without_failures_can_say_zero(prometheus_url: str) -> None:
    source = opened(
        prometheus_url,
        objectives=[
            objective(good="sum(nothing)", total="sum(nothing)"),
            objective(name="alive", good="sum(increase(nothing[$window])) or vector(0)", total=TOTAL),
        ],
    )
    nothing, alive = source.streams()
    span = Span(FIRST + timedelta(days=1), FIRST + timedelta(days=3))
    assert nothing.fetch(Ask(span=span)).noted == {"windows for which total has no samples": 2}
    assert [event.good for event in alive.fetch(Ask(span=span)).events if isinstance(event, SloWindow)] == [0, 0]


@pytest.mark.prometheus
def test_a_sync_stores_each_window_once_and_asks_at_most_twice_when_nothing_is_new(
    prometheus_url: str, tmp_path: Path, sqlite_template: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "quintet.db")
    source = opened(prometheus_url, objectives=[objective(good=GOOD, total=TOTAL)])
    asked: list[int] = []
    with closing(open_database(f"sqlite:///{tmp_path / 'quintet.db'}")) as database:
        for hours in (0.1, 0.3, 8, 9):
            now, before = FIRST + timedelta(days=DAYS, hours=hours), source.requests
            report = sync(
                database,
                {"slo": lambda: source},
                now=lambda at=now: at,
                since=FIRST - timedelta(60),
            )
            asked.append(source.requests - before)
            assert report.sources[0].failure is None
        with database.reading() as connection:
            assert len(list(stored_bodies(connection, None, None))) == DAYS
    assert asked[1:] == [2, 2, 0]


@pytest.mark.prometheus
def test_the_probe_lists_the_jobs_that_it_sees(prometheus_url: str) -> None:
    assert opened(prometheus_url).probe().visible == ("checkout",)
