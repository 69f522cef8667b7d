"""A team's weeks as they are kept between two looks: what each came to, and whom its events name."""

from __future__ import annotations

from dataclasses import dataclass

from bot.regression.tallies import Tallies
from bot.regression.traces import Trace


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """In a row, oldest first; `tallies` as known at the end of the last one."""

    tallies: Tallies
    traces: tuple[Trace, ...]

    @property
    def known_at(self) -> float:
        return float(self.tallies.edges[-1])

    def following(self, earlier: Weeks) -> Weeks:
        """These weeks, after those of `earlier` that lie before them."""
        start = float(self.tallies.edges[0])
        kept = tuple(trace for trace in earlier.traces if trace.start < start)
        return Weeks(self.tallies.following(earlier.tallies), (*kept, *self.traces))

    def since(self, start: float) -> Weeks:
        """Those that begin at an instant or later."""
        return Weeks(self.tallies.since(start), tuple(trace for trace in self.traces if trace.start >= start))
