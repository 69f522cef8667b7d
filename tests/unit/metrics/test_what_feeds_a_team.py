"""Which feeds speak of a team, and what they mean for a report."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar import DAY
from bot.metrics.feeds import Feed, Feeds, synced
from bot.metrics.reach import Reach, Silence, reach
from bot.source import Coverage
from bot.teams import Team

TEAM = Team(key="team-x", name="Team X", services=("checkout", "pay-*"), aliases=("team-old",))
AT = 1_000 * DAY
TARGET = AT - 728 * DAY


def feed(
    stream: str = "issues",
    *,
    source: str = "jira",
    incidents: bool = True,
    services: tuple[str, ...] = (),
    teams: tuple[str, ...] = (),
    covers_from: float | None = None,
    reached: float | None = TARGET,
    synced_at: float | None = AT,
    event_source: str = "jira:acme",
) -> Feed:
    return Feed(
        source=source,
        stream=stream,
        event_source=event_source,
        kinds=frozenset({"incident" if incidents else "deployment"}),
        covers=Coverage(services=services, teams=teams),
        to=TARGET,
        covers_from=covers_from,
        reached=reached,
        synced_at=synced_at,
    )


@pytest.mark.parametrize(
    ("covers", "named"),
    [
        ({"services": ("checkout",)}, True),
        ({"services": ("pay-api",)}, True),
        ({"services": ("pay-*",)}, True),
        ({"services": ("check*",)}, True),
        ({"services": ("*-api",)}, True),
        ({"services": ("*",)}, False),
        ({"services": ("basket", "search")}, False),
        ({"services": ("CHECKOUT",)}, False),
        ({"teams": ("Team-X",)}, True),
        ({"teams": ("team-old",)}, True),
        ({"teams": ("team-y",)}, False),
        ({}, False),
    ],
    ids=[
        "a service by name", "by the team's own glob", "glob and glob", "by the feed's glob",
        "by a service it is known to have",
        "everything is nobody", "other services", "services are spelled exactly", "a team's key in any case",
        "its earlier key", "another team", "nobody in particular",
    ],
)  # fmt: skip
def test_a_feed_names_a_team_by_its_keys_or_its_services(covers: dict[str, tuple[str, ...]], named: bool) -> None:
    feeds = Feeds.of([feed(**covers)])
    assert bool(feeds.naming(TEAM, ["pay-bank-api"])) is named


def test_who_owns_everything_is_named_by_what_covers_everything() -> None:
    everything = Team(key="all", name="All", services=("*",))
    assert len(Feeds.of([feed("a", services=("*",)), feed("b", services=("basket",))]).naming(everything, [])) == 2


def test_a_feed_that_names_a_team_in_several_ways_is_one_feed() -> None:
    feeds = Feeds.of([feed(services=("checkout", "pay-api", "pay-*"), teams=("team-x", "team-old"))])
    assert len(feeds.naming(TEAM, ["pay-api"])) == 1


@pytest.mark.parametrize(
    ("feeds", "since"),
    [
        ([], None),
        ([feed()], TARGET),
        ([feed(covers_from=AT - 50 * DAY)], AT - 50 * DAY),
        ([feed(covers_from=TARGET - DAY)], TARGET),
        ([feed(reached=AT - 28 * DAY)], AT - 28 * DAY),
        ([feed(reached=None)], None),
        ([feed(incidents=False)], None),
        ([feed(covers_from=AT + DAY)], None),
        ([feed("a", covers_from=AT - 50 * DAY), feed("b")], AT - 50 * DAY),
        ([feed("a", covers_from=AT + DAY), feed("b")], TARGET),
    ],
    ids=[
        "no feeds", "as far as it is loaded", "since it records", "recording began before what is loaded",
        "still loading", "never read", "no incidents come from it", "records from tomorrow on",
        "several: since all of them record", "one that begins later is not there yet",
    ],
)  # fmt: skip
def test_failures_are_seen_since_all_incident_feeds_record_and_are_loaded(
    feeds: list[Feed], since: float | None
) -> None:
    assert reach(feeds, AT).seen_since == since


@pytest.mark.parametrize(
    ("reached", "loaded_from"),
    [
        ([TARGET, TARGET], None),
        ([TARGET, AT - 28 * DAY], AT - 28 * DAY),
        ([AT - 56 * DAY, AT - 28 * DAY], AT - 28 * DAY),
        ([TARGET - DAY, None], None),
        ([], None),
    ],
    ids=["all is loaded", "one lags", "the one that lags most", "one was never read", "no feeds"],
)
def test_history_is_loaded_as_far_as_every_feed_has_reached(
    reached: list[float | None], loaded_from: float | None
) -> None:
    feeds = [feed(str(place), incidents=False, reached=at) for place, at in enumerate(reached)]
    assert reach(feeds, AT).loaded_from == loaded_from


@pytest.mark.parametrize(
    ("synced_at", "silent"),
    [
        ([AT - 2 * DAY, AT], ()),
        ([AT - 4 * DAY, AT], (Silence("jira", AT - 4 * DAY),)),
        ([AT - 4 * DAY, AT - 9 * DAY], (Silence("jira", AT - 9 * DAY),)),
        ([None, AT - 9 * DAY], (Silence("jira", None),)),
        ([AT + 9 * DAY], ()),
    ],
    ids=["fresh", "one list is stale", "the oldest speaks", "never read", "read after a report of the past"],
)
def test_a_source_that_was_not_read_for_three_days_is_silent(
    synced_at: list[float | None], silent: tuple[Silence, ...]
) -> None:
    feeds = [feed(str(place), synced_at=at) for place, at in enumerate(synced_at)]
    assert reach(feeds, AT).silent == silent


def test_without_feeds_nothing_is_limited() -> None:
    assert reach([], AT) == Reach()


def test_a_source_is_as_fresh_as_its_newest_list() -> None:
    feeds = [feed("a", synced_at=AT - DAY), feed("b", synced_at=None), feed("c", event_source="jira:b", synced_at=None)]
    assert synced(feeds) == {"jira:acme": AT - DAY, "jira:b": None}


times = st.floats(min_value=TARGET - 10 * DAY, max_value=AT + 10 * DAY)
some_feeds = st.lists(
    st.builds(
        feed,
        stream=st.text(max_size=3),
        incidents=st.booleans(),
        covers_from=st.none() | times,
        reached=st.none() | times,
        synced_at=st.none() | times,
    )
)


@given(some_feeds)
def test_a_report_never_looks_where_one_of_its_feeds_has_not_read(feeds: list[Feed]) -> None:
    found = reach(feeds, AT)
    for each in (each for each in feeds if each.reached is not None):
        assert each.reached is not None
        assert each.reached <= TARGET or (found.loaded_from or 0) >= each.reached
        begins = max(each.reached, each.covers_from or 0)
        if "incident" in each.kinds and begins < AT:
            assert (found.seen_since or 0) >= begins
    assert found.seen_since is None or found.seen_since < AT


@given(some_feeds, st.randoms())
def test_the_order_of_feeds_does_not_matter(feeds: list[Feed], random: Random) -> None:
    shuffled = random.sample(feeds, len(feeds))
    assert reach(shuffled, AT) == reach(feeds, AT)
