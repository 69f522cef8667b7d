"""A few sentences a source, and one line a failure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.sync_report import LeftReport, SourceReport, StreamReport, SyncReport
from bot.words.sync import why_taken_back

REACHED = datetime(2024, 11, 27, tzinfo=UTC)


def stream(name: str = "acme/shop changes", **has: object) -> StreamReport:
    return StreamReport(**{"stream": name, "kinds": ("change",), "history_to": REACHED, **has})


def source(*streams: StreamReport, **has: object) -> SourceReport:
    return SourceReport(**{"source": "github", "streams": streams, "requests": 3, **has})


@pytest.mark.parametrize(
    ("report", "sentences"),
    [
        (
            source(stream(new=1_200, updated=4, unchanged=7), stream(new=1)),
            ("github: 1,201 new, 4 updated, 7 unchanged; 3 requests; history to 2024-11-27",),
        ),
        (source(stream(history_to=None)), ("github: 0 new, 0 updated, 0 unchanged; 3 requests",)),
        (source(), ("github: 0 new, 0 updated, 0 unchanged; 3 requests; it has nothing to read from",)),
        (
            source(stream(retracted=2, why_retracted="service changed"), requests=1),
            (
                "github: 0 new, 0 updated, 0 unchanged; 1 request; history to 2024-11-27",
                "github acme/shop changes: 2 changes taken back, because service changed",
            ),
        ),
        (
            source(stream(set_aside={"#1": "is odd"}, noted={"drafts": 2, "open": 1_000})),
            (
                "github: 0 new, 0 updated, 0 unchanged; 3 requests; history to 2024-11-27",
                "github: 1 item could not be read; `quintet sync --json` says which and why",
                "github: noted open (1,000), drafts (2)",
            ),
        ),
        (source(failure="github: set GITHUB_TOKEN."), ()),
    ],
)
def test_a_source_is_told_in_a_few_sentences(report: SourceReport, sentences: tuple[str, ...]) -> None:
    assert report.sentences == sentences


def test_streams_that_fail_in_one_way_share_a_line() -> None:
    away = "github: https://api.github.com can't be reached."
    failing = [stream(f"acme/{name} changes", failure=away) for name in "abcde"]
    gone = stream("acme/f changes", failure="github acme/f changes: it is gone.")
    assert source(*failing, stream(), gone).problems == (
        "github acme/a changes, acme/b changes, acme/c changes and 2 more: https://api.github.com can't be reached.",
        "github acme/f changes: it is gone.",
    )


def test_a_source_that_failed_as_a_whole_is_one_line() -> None:
    assert source(stream(failure="x"), failure="can't be opened.").problems == ("github: can't be opened.",)


def test_what_the_settings_name_no_longer_is_said_once_a_source() -> None:
    left = LeftReport(source="old", streams=("a", "b", "c", "d"), events=1)
    report = SyncReport(sources=(), left=(left,), is_stopped=True)
    assert report.sentences == (
        "old a, b, c and 1 more: no longer in the settings; 1 event stays. `quintet sync --rebuild` takes it back",
        "stopped; the next sync goes on from here",
    )


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        (None, "{}", "the server lists them no longer"),
        (
            '{"deployments": {"from": "deployments", "tags": []}, "bots": 1}',
            '{"deployments": {"from": "workflow", "tags": []}}',
            "bots and deployments.from changed",
        ),
        (
            '{"deployments": {"from": "deployments", "environments": ["live"]}}',
            '{"deployments": {"from": "workflow", "workflow": "deploy.yml"}}',
            "deployments.environments, deployments.from and deployments.workflow changed",
        ),
        ("plain text", "another text", "what the settings ask for changed"),
        ("{}", "{}", "what the settings ask for changed"),
    ],
)
def test_why_events_are_taken_back_is_said_by_the_key_that_changed(before: str | None, now: str, why: str) -> None:
    assert why_taken_back(2, before, now) == why
