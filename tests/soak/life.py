"""The process of a soak: it lives through instants as they are told, with the bot's own jobs, until it is killed."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Any

from bot.clocks.worker import Worker
from bot.jobs.deliver import deliver
from bot.jobs.deps import Clock, Deps
from bot.jobs.job import Job
from bot.jobs.plan import COMPUTING, WAITING
from bot.jobs.run import Outcome
from bot.slack.poster import Poster
from bot.store.database import Database
from bot.store.ledger import settled
from bot.store.outbox_claims import again_at
from integrations.http import Patience
from tests.dying import ANSWERED, Death, Step, Steps
from tests.soak.hub import HubSource
from tests.soak.world import HUB, WORLDS

MINUTE = 60.0
MOST_MINUTES = 240


class WorldClock(Clock):
    """One time for all processes of a soak; it passes only where somebody waits."""

    def __init__(self, shared: Any) -> None:
        self._shared = shared

    def set(self, now: float) -> None:
        self._shared.value = now

    def __call__(self) -> float:
        return self._shared.value

    def wait(self, seconds: float) -> None:
        self._shared.value += max(seconds, 0.0)


@dataclass(frozen=True, slots=True)
class Birth:
    """What a process is given."""

    database: str
    world: str
    server: str
    token: str


@dataclass(frozen=True, slots=True)
class Errand:
    """Live through the present instant; end at a step, and have the nth answer of Slack take so many seconds."""

    death: Death | None = None
    slow: tuple[int, float] = (0, 0.0)
    delivers: bool = True


@dataclass(frozen=True, slots=True)
class Lived:
    """The instant is over: all that was due is done, and the outbox waits for nothing."""

    steps: dict[Step, int]
    failures: tuple[str, ...]


@dataclass(slots=True)
class _Futures:
    """What a worker has begun and not ended."""

    begun: list[Future[Any]] = field(default_factory=list[Future[Any]])

    def follow(self, threads: Executor) -> None:
        submit = threads.submit

        def followed(*given: Any, **more: Any) -> Future[Any]:
            self.begun.append(submit(*given, **more))
            return self.begun[-1]

        threads.submit = followed

    def wait(self) -> None:
        """Whatever is begun by another one, is begun before that ends."""
        while self.begun:
            self.begun.pop(0).result()


def live(errands: Connection, shared: Any, birth: Birth) -> None:
    """Errand by errand, until there are no more."""
    life = _Life(WorldClock(shared), birth)
    with suppress(EOFError):
        while True:
            errands.send(life.lived(errands.recv()))


class _Life:
    def __init__(self, clock: WorldClock, birth: Birth) -> None:
        self._clock, self._steps, self._slow = clock, Steps(), (0, 0.0)
        self._steps.watch(self._answered)
        self._database = Database(birth.database)
        world, patience = WORLDS[birth.world], Patience(now=clock, sleep=clock.wait, jitter=lambda least, _: least)
        self._deps = Deps(
            database=self._database,
            teams=lambda: world.teams,
            clock=clock,
            subscriptions=world.subscriptions,
            openers={HUB: lambda: HubSource(birth.server, patience)},
        )
        self._ended: list[Outcome] = []
        computing = [self._named(job) for job in COMPUTING]
        self._worker, self._futures = Worker(self._deps, WAITING, computing, self._ended.append), _Futures()
        self._futures.follow(self._worker._in_a_row)
        self._futures.follow(self._worker._side_by_side)
        self._slack = Poster(birth.token, f"{birth.server}/api/")

    def lived(self, errand: Errand) -> Lived:
        self._steps.begin(errand.death)
        self._slow = errand.slow
        self._ended.clear()
        for _ in range(MOST_MINUTES):
            self._worker.tick(self._clock())
            self._futures.wait()
            if errand.delivers:
                self._deliver()
            if self._is_done() and (not errand.delivers or self._is_delivered()):
                return Lived(dict(self._steps.counted), tuple(map(_said, filter(_failed, self._ended))))
            self._clock.wait(MINUTE)
        raise AssertionError("what is due does not come to an end")

    def _deliver(self) -> None:
        until = self._clock() + MINUTE
        while (again := self._round()) is not None and again <= until:
            self._clock.wait(again - self._clock())

    def _round(self) -> float | None:
        return deliver(self._database, self._slack, self._clock, pause=self._clock.wait).again_at

    def _is_done(self) -> bool:
        """What is done is read first: a twin may do meanwhile what makes further turns due."""
        jobs = (*WAITING, *COMPUTING)
        with self._database.reading() as connection:
            done = {job.name: settled(connection, job.name) for job in jobs}
        turns = [turn for job in jobs for turn in job.due(self._deps, self._clock())]
        return all(turn.slot in done[turn.job].get(turn.subject, ()) for turn in turns)

    def _is_delivered(self) -> bool:
        """Nothing is to be sent, nor to be looked up."""
        with self._database.reading() as connection:
            return again_at(connection) is None

    def _named(self, job: Job) -> Job:
        """The same; what its thread does from then on is its work."""

        def due(deps: Deps, now: float) -> Any:
            self._steps.of(job.name)
            return job.due(deps, now)

        return replace(job, due=due)

    def _answered(self, step: Step) -> None:
        nth, seconds = self._slow
        if step == Step("deliver", ANSWERED) and self._steps.counted[step] == nth:
            self._clock.wait(seconds)


def _failed(outcome: Outcome) -> bool:
    return outcome.how != "done"


def _said(outcome: Outcome) -> str:
    return f"{outcome.turn.job} {outcome.how}: {outcome.failure} {outcome.trace or ''}".rstrip()
