"""Which lists a team's report waits for: those that its sources still have, however long ago each was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest

from bot.metrics.reach import Silence, reach
from bot.source import Stream
from bot.store.database import Database
from bot.store.sight import Sight
from bot.teams import Team
from tests.integration.listed_source import (
    DAY,
    NOW,
    KilledError,
    ListedSource,
    ListedStream,
    deployments,
    synced,
    unreachable,
)

TEAM = Team("shop", "Shop", ("shop",))
LONG_AGO = NOW - 30 * DAY


class Mute(ListedSource):
    """It can't say which lists it has."""

    def streams(self) -> Sequence[Stream]:
        raise unreachable()


def source(*names: str, called: str = "shop", before: Callable[[int], object] = lambda _: None) -> ListedSource:
    lists = (
        ListedStream(name, deployments(2, before=LONG_AGO - 40 * DAY), event_source=f"test:{name}") for name in names
    )
    return ListedSource(*lists, name=called, before=before)


def known(database: Database) -> list[tuple[str, str]]:
    with database.reading() as connection:
        return [(feed.source, feed.stream) for feed in Sight().of(connection, TEAM)]


def silences(database: Database) -> tuple[Silence, ...]:
    with database.reading() as connection:
        return reach(Sight().of(connection, TEAM), NOW.timestamp()).silent


def dies_at(nth: int) -> Callable[[int], None]:
    def die(request: int) -> None:
        if request == nth:
            raise KilledError

    return die


SINCE_LONG_AGO = (Silence("shop", LONG_AGO.timestamp()),)


def test_until_the_last_of_several_lists_has_caught_up_the_source_is_silent(database: Database) -> None:
    synced(database, source("a", "b", "c"), at=LONG_AGO)
    assert silences(database) == SINCE_LONG_AGO
    for nth in (2, 2):  # each time one list further
        with suppress(KilledError):
            synced(database, source("a", "b", "c", before=dies_at(nth)))
        assert silences(database) == SINCE_LONG_AGO
    synced(database, source("a", "b", "c"))
    assert silences(database) == ()


def test_until_the_last_of_several_sources_has_caught_up_the_team_is_not_whole(database: Database) -> None:
    both = (source("a"), source("b", called="store"))
    synced(database, *both, at=LONG_AGO)
    synced(database, *both, only="store")
    assert silences(database) == SINCE_LONG_AGO
    synced(database, *both, only="shop")
    assert silences(database) == ()


def test_a_list_that_its_source_has_no_more_limits_nothing_and_counts_again_when_it_is_back(database: Database) -> None:
    synced(database, source("a", "b"), at=LONG_AGO)
    synced(database, source("b"))
    assert known(database) == [("shop", "b")]
    assert silences(database) == ()
    with suppress(KilledError):
        synced(database, source("a", "b", before=dies_at(1)))
    assert silences(database) == SINCE_LONG_AGO


def test_a_source_that_the_settings_name_no_more_limits_nothing_and_counts_when_it_is_named_again(
    database: Database,
) -> None:
    synced(database, source("a"), source("b", called="store"), at=LONG_AGO)
    synced(database, source("b", called="store"), only="store")
    assert known(database) == [("store", "b")]
    synced(database, Mute(name="shop"), source("b", called="store"), only="store")
    assert known(database) == [("shop", "a"), ("store", "b")]
    assert silences(database) == SINCE_LONG_AGO


@pytest.mark.parametrize("failing", [Mute(name="shop"), source("b", before=lambda _: _refuse())], ids=["mute", "away"])
def test_a_source_that_fails_is_silent_and_brings_no_list_back_that_it_left(
    database: Database, failing: ListedSource
) -> None:
    synced(database, source("a", "b"), at=LONG_AGO - 30 * DAY)
    synced(database, source("b"), at=LONG_AGO)
    assert synced(database, failing).problems
    assert known(database) == [("shop", "b")]
    assert silences(database) == SINCE_LONG_AGO
    synced(database, source("b"))
    assert silences(database) == ()


def test_a_source_that_is_renamed_goes_on(database: Database) -> None:
    synced(database, source("a"), at=LONG_AGO)
    with suppress(KilledError):
        synced(database, source("a", called="renamed", before=dies_at(1)))
    assert known(database) == [("renamed", "a")]
    assert silences(database) == (Silence("renamed", LONG_AGO.timestamp()),)


def _refuse() -> None:
    raise unreachable()
