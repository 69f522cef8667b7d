from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.blocks.digest import as_json, digest_messages
from bot.blocks.message import Message, in_words
from bot.digest_report import Course, Digest, Precision
from bot.team_report import Mover, TeamReport
from tests.unit.answers.digest_examples import DIGESTS, STILL, WEEK, digest_of, figures, full, investing, quiet, unknown
from tests.unit.answers.report_examples import balanced, dramatic
from tests.unit.answers.report_strategy import reports, texts
from tests.unit.answers.slack_rules import check, strings

examples = pytest.mark.parametrize("example", DIGESTS.values(), ids=DIGESTS.keys())
MENTION = re.compile(r"<[!@#]|@(channel|here|everyone)")


def _read(message: Message) -> str:
    return "\n".join(strings(list(message.blocks)))


def _all(digest: Digest) -> tuple[Message, ...]:
    main, thread = digest_messages(digest)
    return (main, *thread)


@examples
def test_slack_takes_the_digest_and_its_thread(example: Callable[[], Digest]) -> None:
    for message in _all(example()):
        check(message.blocks)
        assert 0 < len(message.text) <= 1_200
        assert 0 < len(message.words) <= 4_000


courses = st.builds(
    Course,
    changed=st.sampled_from(("still", "now", "first")),
    earlier=st.none() | texts,
    streak_weeks=st.integers(1, 999),
    streak_whole=st.booleans(),
)
some = st.lists(texts, max_size=9).map(tuple)
movers = st.lists(st.builds(Mover, event=texts, says=texts, url=st.none() | texts), max_size=5).map(tuple)


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    report: TeamReport = draw(reports)
    return digest_of(
        report,
        course=draw(courses),
        figures=figures(report),
        movers=draw(movers),
        watch=draw(some),
        said=draw(movers),
        corrections=draw(some),
        precision=draw(st.none() | st.builds(Precision, told=st.integers(0, 10**9))),
        gaps=draw(some),
        quiet=draw(st.booleans()),
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(digests())
def test_slack_takes_any_digest_and_nobody_is_notified(digest: Digest) -> None:
    for message in _all(digest):
        check(message.blocks)
        json.dumps(message.blocks, allow_nan=False)
        everything = "\n".join((message.text, message.words, _read(message)))
        assert len(message.text) <= 1_200
        assert len(message.words) <= 4_000
        assert not MENTION.search(everything)
        assert "\x1b" not in everything


@pytest.mark.parametrize(
    ("course", "says"),
    [
        (STILL, "still Checklist-style regression (6th week)."),
        (
            STILL.model_copy(update={"streak_weeks": 13, "streak_whole": False}),
            "still Checklist-style regression (13 weeks or longer).",
        ),
        (
            Course(changed="now", earlier="Balanced", streak_weeks=1, streak_whole=True),
            "now Checklist-style regression (a week ago: Balanced).",
        ),
        (Course(changed="first", earlier=None, streak_weeks=1, streak_whole=True), "Checklist-style regression."),
    ],
    ids=["still", "still, at least", "changed", "first"],
)
def test_the_first_line_says_whether_the_pattern_changed(course: Course, says: str) -> None:
    main, _ = digest_messages(digest_of(dramatic(), course=course))
    first = main.blocks[0]["elements"][0]["elements"][0]
    assert first["text"] == f"team-x · week of 26 October: {says}"
    assert main.text.startswith(f"team-x · week of 26 October: {says} team-x has bought speed")


def test_a_quiet_week_is_one_line_and_the_rest_stands_in_its_thread() -> None:
    main, (body, details) = digest_messages(quiet())
    assert main.text == "team-x · week of 26 October: nothing changed that you need to act on. Balanced, 13 weeks."
    assert main.text == main.words
    assert _read(main) == f"{main.text} (details in the thread)"
    assert [block["type"] for block in body.blocks].count("table") == 1
    assert "Why this first" in _read(details)


def test_a_correction_is_told_also_in_a_quiet_week() -> None:
    corrected = "The week of 12 October: 4 of 12 deployments failed (told: 3 of 12 deployments failed)."
    main, _ = digest_messages(quiet().model_copy(update={"corrections": (corrected,)}))
    assert corrected in _read(main)
    assert corrected in main.text


def test_a_quiet_week_names_what_stays_open() -> None:
    main, _ = digest_messages(digest_of(investing(balanced(), "objectives"), quiet=True))
    assert main.text.endswith("Balanced, 6 weeks. Do next: set an objective for reliability.")


def test_the_digest_keeps_its_order() -> None:
    main, _ = digest_messages(full().model_copy(update={"corrections": ("The week of 12 October changed.",)}))
    read = _read(main)
    order = (
        "week of 26 October",
        "The week of 12 October changed",
        "has bought speed",
        "Invest next in",
        "First step",
        "Metric",
        "Did things improve overall",
        "Failure hours a week",
        "What moved it",
        "Keep an eye on",
        "Missing",
        "figures to Mon 2 Nov 2026, 00:00 Berlin",
    )
    places = [read.index(piece) for piece in order]
    assert places == sorted(places)


def test_the_table_has_the_week_four_weeks_and_the_trend() -> None:
    table = next(block for block in digest_messages(full())[0].blocks if block["type"] == "table")
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Metric", "Week of 26 Oct", "4 weeks", "Trend", "Reads as"],
        ["Deployment frequency", "12", "12.5 a week (50)", "↑ improving; before 7.1", "healthy"],
        ["Lead time", "26 h (35)", "26 h (140)", "↓ improving; before 1.9 days", "healthy"],
        [
            "Change failure rate",
            "32% (4 of 12)",
            "32% (16 of 50)",
            "↑ worsening; before 16%",
            "poor; 90% interval 22% to 43%",
        ],
        [
            "Time to recovery",
            "31 h (3)",
            "31 h (15)",
            "↑ worsening; before 18 h",
            "poor; 1 still open, the oldest for 2 days",
        ],
        ["Reliability (SLO)", "99.71%", "99.71%", "↓ worsening; before 99.93%", "poor; objective 99.9% missed"],
    ]


def test_a_level_that_other_weeks_settled_shows_their_value() -> None:
    report = balanced()
    lead = report.metrics.lead_time
    longer = lead.model_copy(update={"window": lead.window.model_copy(update={"days": 91.0}), "value": 36_000.0})
    changed = report.model_copy(update={"metrics": report.metrics.model_copy(update={"lead_time": longer})})
    assert "healthy over 13 weeks: 10 h (60)" in _read(digest_messages(digest_of(changed))[0])


@pytest.mark.parametrize(
    ("why", "cell"),
    [("none_recovered", "no recovery"), ("none_deployed", "no deployment"), ("failures_not_visible", "not known")],
)
def test_nothing_to_measure_is_something_else_than_not_knowing(why: str, cell: str) -> None:
    digest = full()
    recovery = digest.figures["recovery_time"]
    none = recovery.model_copy(update={"week": recovery.week.model_copy(update={"value": None, "why": why})})
    made = digest.model_copy(update={"figures": {**digest.figures, "recovery_time": none}})
    table = next(block for block in digest_messages(made)[0].blocks if block["type"] == "table")
    assert table["rows"][4][1]["text"] == cell


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://github.example/d/1?a=b&c=d", True),
        ("http://jenkins.internal:8080/job/1", True),
        ("javascript:alert(1)", False),
        ("https://evil.example/|<!channel>", False),
        ("https://long.example/" + "x" * 3_000, False),
        (None, False),
    ],
)
def test_what_moved_it_is_linked_where_slack_can_open_it(url: str | None, linked: bool) -> None:
    mover = Mover(event="deployment:x:1", says="checkout d-1 failed.", url=url)
    main, _ = digest_messages(full().model_copy(update={"movers": (mover,)}))
    leaves = [leaf for leaf in _leaves(main.blocks) if leaf.get("text") == "checkout d-1 failed."]
    assert [leaf["type"] for leaf in leaves] == ["link" if linked else "text"]
    assert ("|open>" in main.words) is linked


def _leaves(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(leaf for inner in value.values() for leaf in _leaves(inner))]
    return [leaf for inner in value for leaf in _leaves(inner)] if isinstance(value, list | tuple) else []


def test_at_most_three_events_and_three_lines_to_watch() -> None:
    many = tuple(Mover(event=f"deployment:x:{n}", says=f"Event {n}.", url=None) for n in range(5))
    main, (details,) = digest_messages(digest_of(dramatic(), movers=many, watch=tuple(f"Line {n}." for n in range(5))))
    read = _read(main)
    assert ["Event 2." in read, "Event 3." in read] == [True, False]
    assert ["Line 2." in read, "Line 3." in read, "Line 3." in _read(details)] == [True, False, True]


def test_the_most_damaging_gap_is_named_and_the_others_are_counted() -> None:
    main, (details,) = digest_messages(digest_of(dramatic(), gaps=("One is missing.", "Two is.", "Three is.")))
    assert "One is missing." in _read(main)
    assert "2 more in the thread." in _read(main)
    assert ["One is missing." in _read(details), "Two is." in _read(details)] == [False, True]


def test_where_the_next_step_asks_for_data_the_gaps_are_left_to_the_thread() -> None:
    main, (details,) = digest_messages(unknown())
    assert "1 gap in the data, named in the thread." in _read(main)
    assert "carry no start time" in _read(details)


def test_a_gap_does_not_repeat_what_a_row_says() -> None:
    report = balanced()
    lead = report.metrics.lead_time.model_copy(update={"why_unknown": "No change is known. Connect pull requests."})
    changed = report.model_copy(update={"metrics": report.metrics.model_copy(update={"lead_time": lead})})
    gap = "No change is known. Where time goes is not known. Connect pull requests."
    read = _read(digest_messages(digest_of(changed, gaps=(gap,)))[0])
    assert read.count("onnect pull requests") == 1
    assert "Where time goes is not known." in read


@examples
def test_refused_blocks_are_told_as_words(example: Callable[[], Digest]) -> None:
    digest = example()
    main, thread = digest_messages(digest)
    told = in_words(main).text + "".join(in_words(reply).text for reply in thread)
    assert in_words(main).blocks == ()
    assert digest.report.net.says in told
    for name in ("Deployment frequency", "Lead time", "Change failure rate", "Time to recovery", "Reliability"):
        assert f"\n{name}" in told


@pytest.mark.parametrize(("zone", "at"), [("America/New_York", "Sun 1 Nov 2026, 18:00 New York"), ("UTC", "23:00 UTC")])
def test_times_are_those_of_the_channel_s_clocks(zone: str, at: str) -> None:
    assert at in _read(digest_messages(digest_of(dramatic(), zone=zone))[0])


@examples
def test_nothing_is_told_by_an_emoji_or_shouted(example: Callable[[], Digest]) -> None:
    for message in _all(example()):
        assert not re.search(r":[a-z_]+:|!", _read(message).replace("<!", ""))


def test_json_is_what_would_be_posted() -> None:
    digest = full()
    main, thread = digest_messages(digest)
    told = as_json(digest)
    assert list(told) == ["team", "channel", "week", "streak_weeks", "text", "blocks", "thread", "report"]
    assert (told["text"], told["blocks"]) == (main.text, list(main.blocks))
    assert told["thread"] == [{"text": each.text, "blocks": list(each.blocks)} for each in thread]
    assert (told["week"], told["streak_weeks"]) == (WEEK.isoformat(), 6)
    assert json.loads(json.dumps(told))["report"]["reading"]["rule"] == digest.report.reading.rule
