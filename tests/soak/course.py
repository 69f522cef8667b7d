"""A soak from its first instant to its last, and what stands in the database and in Slack then."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.demo.slack_standin.record import Record
from bot.demo.slack_standin.script import Script
from tests.dying import Step, processes
from tests.soak.fate import Counted, Fate, Trouble
from tests.soak.hub import Hub
from tests.soak.life import Birth, Errand, Lived, WorldClock, live
from tests.soak.world import CHANNELS, World

READING = ("commands", "chat:write", "channels:history", "channels:read")
BLIND = ("commands", "chat:write")
_BETWEEN_LIVES_SECONDS = 10.0


@dataclass(slots=True)
class Ran:
    """How it went: the steps of each instant's last life, who was killed, and what went wrong without being killed."""

    steps: list[Counted] = field(default_factory=list[Counted])
    kills: Counter[Step] = field(default_factory=Counter[Step])
    failures: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Stage:
    """A Slack and a source on one server, and the time that all go by."""

    standing: SlackStandIn
    hub: Hub
    shared: Any

    @property
    def clock(self) -> WorldClock:
        return WorldClock(self.shared)

    def run(self, world: World, database: str, fate: Fate) -> Ran:
        """From the first start, on an empty database."""
        self._reset(world, reads_history=fate.reads_history)
        ran, lives = (
            Ran(),
            _Lives(Birth(database, world.name, self.standing.url, self.standing.workspace.bot_token), self),
        )
        with lives.ending():
            for at, trouble in zip(world.instants, fate.troubles, strict=True):
                self.clock.set(max(self.clock(), at.timestamp()))
                self.hub.now(world.teams, at)
                self._befall(trouble)
                lives.through(trouble, ran)
        return ran

    def _reset(self, world: World, *, reads_history: bool) -> None:
        state = self.standing.state
        state.workspace = replace(self.standing.workspace, scopes=READING if reads_history else BLIND)
        state.record, state.script = Record(self.clock), Script()
        self.hub.troubles = 0
        self.clock.set(world.instants[0].timestamp())

    def _befall(self, trouble: Trouble) -> None:
        self.standing.script.then(*trouble.posts)
        self.standing.script.reads.extend(trouble.reads)
        self.hub.troubles = trouble.down


@contextmanager
def stage() -> Iterator[Stage]:
    shared, hub = processes.RawValue("d", 0.0), Hub()
    standing = SlackStandIn(Workspace.with_channels(CHANNELS), clock=WorldClock(shared))
    standing.serve_also(hub.routes())
    with standing:
        yield Stage(standing, hub, shared)


class _Life:
    """A process, as its parent has it."""

    def __init__(self, birth: Birth, shared: Any) -> None:
        self._errands, theirs = processes.Pipe()
        self._process = processes.Process(target=live, args=(theirs, shared, birth))
        self._process.start()
        theirs.close()

    def send(self, errand: Errand) -> None:
        self._errands.send(errand)

    def lived(self) -> Lived | None:
        """None where it was killed."""
        try:
            return self._errands.recv()
        except EOFError:
            self._process.join()
        assert self._process.exitcode == -signal.SIGKILL, "a process ended by itself; its own words are above"
        self._errands.close()
        return None

    def end(self) -> None:
        self._errands.close()
        self._process.join()


class _Lives:
    """One process after the other, and at times a twin beside it."""

    def __init__(self, birth: Birth, stage: Stage) -> None:
        self._birth, self._stage = birth, stage
        self._one: _Life | None = None
        self._twin: _Life | None = None

    @contextmanager
    def ending(self) -> Iterator[None]:
        try:
            yield
        finally:
            for life in filter(None, (self._one, self._twin)):
                with suppress(OSError):
                    life.end()

    def through(self, trouble: Trouble, ran: Ran) -> None:
        """Until the instant is lived to its end."""
        if trouble.twin:
            self._twin = self._twin or self._born()
            self._twin.send(Errand(delivers=False))
        for death in (*trouble.deaths, None):
            lived = self._live(Errand(death, trouble.slow))
            if lived is None and death is not None:
                ran.kills[death.step] += 1
                self._stage.clock.wait(_BETWEEN_LIVES_SECONDS)
            elif lived is not None:
                ran.failures.extend(lived.failures)
                last = lived.steps
        ran.steps.append(last)
        if trouble.twin and self._twin and (lived := self._twin.lived()):
            ran.failures.extend(lived.failures)

    def _live(self, errand: Errand) -> Lived | None:
        self._one = self._one or self._born()
        self._one.send(errand)
        lived = self._one.lived()
        if lived is None:
            self._one = None
        return lived

    def _born(self) -> _Life:
        return _Life(self._birth, self._stage.shared)
