"""What the watch has come to after a row of looks: whether it is up, since when, and what the newest look found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.metrics.unknowns import Reason
from bot.regression.looks import Finding, Look
from bot.regression.watch import State, Watch, over
from bot.regression.watch_score import ENDED


def settled(newest: Look) -> bool:
    """Whether it is calm, so that no earlier look adds anything to what a reading takes of the watch."""
    return newest.score is not None and newest.score < ENDED


@dataclass(frozen=True)
class Lookout:
    """Looks in a row, oldest first; before the first one the watch is armed."""

    looks: tuple[Look, ...] = ()

    @cached_property
    def watches(self) -> tuple[Watch, ...]:
        """The watch after each look."""
        return over(look.score for look in self.looks)

    @property
    def watch(self) -> Watch:
        return self.watches[-1] if self.watches else Watch()

    @property
    def up(self) -> bool:
        """The reading says the same as long as this holds."""
        return self.watch.up

    @property
    def newest(self) -> Look | None:
        return self.looks[-1] if self.looks else None

    def state(self, *, unread: bool = False) -> State:
        """`unread`: a source that is asked was not read lately, so that nothing may be said of the present."""
        newest = self.newest
        if self.up:
            return State.PINGING
        if unread or (newest is not None and newest.why is not None and newest.why.reason == Reason.DATA_SILENT):
            return State.SUSPENDED
        return State.NOT_ENOUGH_DATA if newest is None or newest.found is None else self.watch.state

    @property
    def found(self) -> Finding | None:
        """By the newest look that has a score."""
        return next((look.found for look in reversed(self.looks) if look.found is not None), None)

    @property
    def told(self) -> Look | None:
        """The look of the ping that is not armed again."""
        if self.watch.armed:
            return None
        return next(look for look, watch in zip(self.looks[::-1], self.watches[::-1], strict=True) if watch.pings)

    @property
    def worth_an_eye(self) -> bool:
        """Nothing to tell yet, and at the newest look likely enough to be named."""
        return self.state() is State.WATCHING
