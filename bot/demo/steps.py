"""Where the demo's clock can be moved: a week on, and through the regression that the sample organisation has ahead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.demo.organisation import BERLIN, REGRESSING
from bot.schedule import Slot
from bot.store.told import Told

# When the sample teams' digests are due.
DIGESTS = Slot(weekday=0, hour=9, zone=BERLIN)
# The clock stops so long after them.
_AFTER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Step:
    """On from Monday to Monday, until the pings that were told of the regressing team say that it is reached.

    Once there is a ping, the first `leap` weeks pass at once: each stop is as many digests as there are teams. A step
    that `repeats` is never behind.
    """

    key: str
    label: str
    reached: Callable[[Sequence[Told]], bool]
    leap: int = 1
    repeats: bool = False


STEPS = (
    Step("monday", "To next Monday", lambda _told: True, repeats=True),
    Step("regression", f"To the ping about {REGRESSING.name}", bool),
    Step("over", "To the end of that regression", lambda told: any(one.closed_at is not None for one in told), leap=14),
)


def ahead(told: Sequence[Told]) -> tuple[Step, ...]:
    """What is not behind yet, given the pings told so far."""
    return tuple(step for step in STEPS if step.repeats or not step.reached(told))


def stop_after(now: float, weeks: int) -> float:
    """A little after the digests of a later week are due: of the first or of a further one."""
    for _ in range(weeks):
        now = DIGESTS.following(now)
    return now + _AFTER_SECONDS
