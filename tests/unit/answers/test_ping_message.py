from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.ping import ping_of, since_of
from bot.blocks.message import Message, in_words
from bot.blocks.ping import closing_message, ping_message, reminder_messages
from bot.metrics.level import Effect, Trend, TrendVerdict
from bot.metrics.measure import Metric
from bot.ping_report import Ping, Since
from bot.reading.picture import Picture
from bot.regression.aftermath import Ending, ending
from bot.regression.effects import effect
from bot.regression.lookout import Lookout
from bot.regression.looks import Finding, Look
from bot.regression.net import NetLine, NetVerdict
from bot.team_report import Mover
from tests.unit.answers.pictures import picture
from tests.unit.answers.report_examples import dramatic
from tests.unit.answers.report_strategy import texts
from tests.unit.answers.slack_rules import check, strings

WEEK = date(2026, 10, 26)
DF, LT, CFR, RECOVERY, _ = Metric
FOUND = Finding(score=0.97, worse=0.99, rise=0.9, faster=0.99, old=0.01, since=date(2026, 8, 31))
MOVED = {DF: (0.59, 7.1, 12.5), LT: (-0.51, 164_160.0, 93_600.0), CFR: (0.69, 0.16, 0.32), RECOVERY: (0.53, 6e4, 1.1e5)}


def moved(ratios: dict[Metric, float] | None = None) -> dict[Metric, TrendVerdict]:
    def trend(metric: Metric) -> TrendVerdict:
        if metric not in MOVED:
            return TrendVerdict(Trend.UNKNOWN)
        estimate, before, now = MOVED[metric]
        found = effect((ratios or {}).get(metric, estimate), 0.01)
        return TrendVerdict(Trend.FLAT, baseline_value=before, recent_value=now, effect=found)

    return {metric: trend(metric) for metric in Metric}


def seen(*, up: bool = True, ratios: dict[Metric, float] | None = None) -> Picture:
    score = 0.97 if up else 0.1
    looks = tuple(Look(WEEK, float(n), replace(FOUND, score=score)) for n in range(2))
    net = NetLine(
        ratio=6.1, interval=(3.2, 9.0), per_deployment_ratio=3.4, verdict=NetVerdict.WORSE, failure_hours_per_week=30.0
    )
    return replace(picture("GGPPP"), trends=moved(ratios), lookout=Lookout(looks), net=net)


def told(**changes: Any) -> Ping:
    report = dramatic()
    reading = report.reading.model_copy(update={"relationships": ("review_skipped", "genuine_improvement")})
    mover = Mover(event="deployment:x:1", says="checkout d-812 failed, 29 h to recover.", url="https://d.example/812")
    made = ping_of(
        seen(), report.model_copy(update={"reading": reading, "movers": (mover,) * 5}), WEEK, seen().team.zone
    )
    return made.model_copy(update=changes)


def _read(message: Message) -> str:
    return "\n".join(strings(list(message.blocks)))


def test_the_ping_says_since_when_by_how_much_what_it_looks_like_and_what_to_do() -> None:
    lines = _read(ping_message(told())).splitlines()
    assert lines[:4] == [
        "Team X: speed has been bought with stability since about 31 August.",
        (
            "Deployments a week × 1.8 (1.5 to 2.1) and lead time × 0.6 (0.51 to 0.71), while the odds of a failure "
            "× 2 (1.7 to 2.3) and recovery time × 1.7 (1.4 to 2)."
        ),
        "It looks like: shorter lead time from skipped review.",
        "Overall: the index of failure hours a week is 6.1 times what it was (3.2 to 9).",
    ]
    assert "First: \nCover checkout's src/payments; 9 of 16 failures came through it." in _read(ping_message(told()))
    assert lines.count("checkout d-812 failed, 29 h to recover.") == 3
    assert any(line.endswith("with 90% intervals · figures to Mon 2 Nov 2026, 00:00 Berlin") for line in lines)


@pytest.mark.parametrize(
    ("there", "linked"),
    [
        ([], ["a", "b", "c"]),
        (["e", "f"], ["e", "a", "b"]),
        (["b", "e"], ["b", "a", "c"]),
        (["d"], ["d", "a", "b"]),
    ],
    ids=["none there", "none of the longest is there", "one of the longest is there", "a later one is there"],
)
def test_a_linked_failure_came_through_the_place_where_to_begin(there: list[str], linked: list[str]) -> None:
    named = {name: Mover(event=f"deployment:x:{name}", says=f"shop {name} failed.", url=None) for name in "abcdef"}
    report = dramatic().model_copy(update={"movers": tuple(named[name] for name in "abcd")})
    made = ping_of(seen(), report, WEEK, seen().team.zone, [named[name] for name in there])
    assert made.movers == tuple(named[name] for name in linked)


def test_a_ping_can_be_answered_and_one_that_is_over_can_not() -> None:
    buttons = ping_message(told()).blocks[-1]["elements"]
    assert [each["text"]["text"] for each in buttons] == ["Why?", "We are on it", "We know", "Snooze", "Not useful"]
    ended = closing_message(told(), since_of(seen(up=False), WEEK, date(2026, 12, 7)))
    assert {block["type"] for block in ended.blocks} == {"rich_text", "context"}


def test_without_a_known_mechanism_or_ratio_the_ping_says_what_holds() -> None:
    plain = ping_of(replace(seen(), net=picture("GGPPP").net), dramatic(), WEEK, seen().team.zone)
    read = _read(ping_message(plain))
    assert "It looks like" not in read
    assert "Overall: Can't be said" in read


@pytest.mark.parametrize(
    ("ratios", "ends"),
    [
        ({CFR: 0.0, RECOVERY: 0.0}, Ending.OVER),
        ({CFR: 0.09, RECOVERY: -0.5}, Ending.OVER),
        ({CFR: 0.2, RECOVERY: 0.0}, Ending.NORMAL),
        ({CFR: 0.0, RECOVERY: 0.2}, Ending.NORMAL),
    ],
)
def test_it_is_over_only_where_failures_and_recovery_are_back(ratios: dict[Metric, float], ends: Ending) -> None:
    assert ending(moved(ratios)) is ends


@pytest.mark.parametrize(("metric", "ends"), [(CFR, Ending.NORMAL), (RECOVERY, Ending.OVER)])
def test_what_is_not_known_is_not_over_but_too_few_recoveries_are_no_harm(metric: Metric, ends: Ending) -> None:
    trends = moved({CFR: 0.0, RECOVERY: 0.0})
    assert ending({**trends, metric: TrendVerdict(Trend.UNKNOWN)}) is ends


@pytest.mark.parametrize(
    ("ratios", "says"),
    [
        ({}, "That is the lasting kind of faster."),
        ({DF: 0.0, LT: 0.0}, "The speed has gone back too."),
        ({DF: 0.0}, "That is the lasting kind of faster."),
    ],
)
def test_over_says_whether_the_speed_has_stayed(ratios: dict[Metric, float], says: str) -> None:
    since = since_of(seen(up=False, ratios={CFR: 0.0, RECOVERY: 0.0, **ratios}), WEEK, date(2026, 12, 7))
    assert (since.state, since.on) == ("over", date(2026, 12, 14))
    assert since.says == (
        "Over since 14 December: failures are back at 32% (16% before), deployments are at 12.5 a week (7.1 before). "
        + says
    )


def test_what_is_not_over_is_this_team_s_normal() -> None:
    since = since_of(seen(up=False), WEEK, date(2026, 12, 7))
    assert since.state == "normal"
    assert since.says == (
        "No longer new on 14 December: it has become this team's normal. Against the time before: the odds of a "
        "failure × 2 (1.7 to 2.3) and recovery time × 1.7 (1.4 to 2). The weekly digest keeps naming it."
    )


def test_the_closing_edit_says_what_had_been_told() -> None:
    since = since_of(seen(up=False), WEEK, date(2026, 12, 7))
    message = closing_message(told(), since)
    assert _read(message).splitlines() == [
        since.says,
        "Told for the week of 26 October: Team X had bought speed with stability since about 31 August.",
        "the last 13 weeks against up to two years before, with 90% intervals",
    ]
    assert in_words(message).text == message.text == f"{since.says} {told().said}"


def test_what_is_over_closes_without_the_day_or_the_intervals_of_what_had_been_told() -> None:
    since = since_of(seen(up=False, ratios={CFR: 0.0, RECOVERY: 0.0}), WEEK, date(2026, 12, 7))
    assert _read(closing_message(told(), since)).splitlines()[-1] == (
        "the last 13 weeks against up to two years before"
    )


def test_a_reminder_stands_above_the_ping_and_in_its_thread() -> None:
    since = since_of(seen(), WEEK, date(2026, 12, 21))
    edited, reply = reminder_messages(told(), since)
    assert since.says.startswith("Still so on 28 December, 8 weeks after it was told. Deployments a week × 1.8")
    assert _read(edited).splitlines()[0] == _read(reply) == since.says
    assert _read(edited).endswith(_read(ping_message(told())))


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, min_size=4, max_size=4), st.lists(st.none() | texts, max_size=5))
def test_slack_takes_any_ping_and_nobody_is_notified(said: list[str], urls: list[str | None]) -> None:
    movers = tuple(Mover(event="deployment:x:1", says=said[0], url=url) for url in urls)
    ping = told(says=said[0], figures=tuple(said), first=said[1], not_yet=said[2], said=said[3], movers=movers)
    since = Since(on=WEEK, state="normal", says=said[0])
    for message in (ping_message(ping), closing_message(ping, since), *reminder_messages(ping, since)):
        check(message.blocks)
        assert len(message.text) <= 1_200
        assert len(message.words) <= 4_000
        assert not re.search(r"<[!@#]|@(channel|here|everyone)", message.text + message.words + _read(message))


def test_the_ping_of_a_picture_is_as_of_its_report() -> None:
    assert told().as_of == datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert (told().score, told().since) == (0.97, date(2026, 8, 31))
    assert isinstance(moved()[DF].effect, Effect)
