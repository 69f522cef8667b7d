"""Each source is asked every quarter of an hour, by itself, and what goes wrong is told."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import SourceError
from bot.jobs.pulls import DEADLINE_SECONDS, EVERY_SECONDS, SYNC
from bot.jobs.run import Outcome, run_due
from bot.store.database import Database
from tests.integration.jobs_for_tests import deps_of
from tests.integration.listed_source import NOW, ListedSource, ListedStream, counting, deployments, unreachable

NOON = NOW.timestamp()


def shop(name: str = "shop", stream: str = "deployments") -> ListedSource:
    return ListedSource(ListedStream(stream, deployments(3), event_source=f"test:{name}"), name=name)


def pulled(database: Database, *sources: ListedSource, now: float = NOON) -> dict[str, Outcome]:
    openers = {source.name: lambda source=source: source for source in sources}
    return {each.turn.subject: each for each in run_due(SYNC, replace(deps_of(database, now=now), openers=openers))}


def refuse(_request: int) -> None:
    raise unreachable()


def test_a_source_is_asked_once_a_quarter_of_an_hour(sqlite: Database) -> None:
    source = shop()
    assert pulled(sqlite, source)["shop"].how == "done"
    assert len(counting(sqlite)) == 3
    assert pulled(sqlite, source, now=NOON + EVERY_SECONDS - 60) == {}
    assert list(pulled(sqlite, source, now=NOON + EVERY_SECONDS)) == ["shop"]


def test_a_source_that_fails_keeps_no_other_back_and_is_tried_again(sqlite: Database) -> None:
    away, there = shop(), shop("store", "rollouts")
    away._before = refuse
    outcomes = pulled(sqlite, away, there)
    assert [outcomes[name].how for name in ("shop", "store")] == ["failed", "done"]
    assert outcomes["shop"].failure == f"shop deployments: {str(unreachable()).removeprefix('shop: ')}"
    away._before = lambda _: None
    assert [each.how for each in pulled(sqlite, away, there, now=NOON + 80).values()] == ["done"]


def test_a_credential_that_is_missing_is_told_as_any_failure_is(sqlite: Database) -> None:
    def opener() -> ListedSource:
        raise SourceError("shop: the environment variable TOKEN is not set; it holds the credential.")

    (outcome,) = run_due(SYNC, replace(deps_of(sqlite, now=NOON), openers={"shop": opener}))
    assert outcome.failure == "shop: the environment variable TOKEN is not set; it holds the credential."


def test_a_source_that_is_slow_goes_on_in_its_next_turn(sqlite: Database) -> None:
    source = shop()
    deps = replace(deps_of(sqlite, now=NOON), openers={"shop": lambda: source})
    source._before = lambda request: deps.clock.set(NOON + request * 0.7 * DEADLINE_SECONDS)
    source.lists[0].page_size = 1
    (outcome,) = run_due(SYNC, deps)
    assert outcome.how == "done"
    assert 0 < len(counting(sqlite)) < 3
    source._before = lambda _: None
    pulled(sqlite, source, now=NOON + 2 * EVERY_SECONDS)
    assert len(counting(sqlite)) == 3


def test_a_source_that_is_stopped_goes_on_with_the_next_start(sqlite: Database) -> None:
    source, requests = shop(), list[int]()
    source._before = requests.append
    source.lists[0].page_size = 1
    deps = replace(deps_of(sqlite, now=NOON), openers={"shop": lambda: source}, stopped=lambda: len(requests) > 1)
    (outcome,) = run_due(SYNC, deps)
    assert outcome.how == "stopped"
    assert [each.how for each in pulled(sqlite, source).values()] == ["done"]
    assert len(counting(sqlite)) == 3
