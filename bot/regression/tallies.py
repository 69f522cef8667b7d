"""What each complete week of a team comes to for the watch, as it was known at a look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bot.regression.log_hours import LogHours
from bot.regression.samples import Floats

# The columns of `figures`. Failures that something else than time names are explicit.
DEPLOYMENTS, FAILED, EXPLICIT = 0, 1, 2  # planned team deployments, and those of them that failed
LEAD, RECOVERY, EXPLICIT_RECOVERY = 3, 6, 9  # each three sums of log hours, by delivery and by the end of recovery
FIRST_OUT = 12  # when the first deployment reached production
HEARD_FIRST, HEARD_LAST, LONGEST_SILENCE = 13, 14, 15  # of what nobody pulls; silence in seconds, within the week
COLUMNS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Weeks, oldest first, as known at the end of the last one; instants are in order."""

    edges: Floats
    """The weeks' starts, and the end of the last one."""
    figures: Floats
    """A row a week; what there is not is NaN."""
    incidents: Floats
    """When incidents began, stale ones apart."""
    signs: Floats
    """When every other sign of a failure was known."""
    redefined: Floats
    """When a definition changed of what is watched."""

    def column(self, place: int) -> Floats:
        return self.figures[:, place]

    def log_hours(self, place: int) -> LogHours:
        """The three sums that begin at a column."""
        return LogHours(self.column(place), self.column(place + 1), self.column(place + 2))

    def following(self, earlier: Tallies) -> Tallies:
        """These weeks, after those of `earlier` that lie before them."""
        start = float(self.edges[0])
        kept = earlier.edges[:-1] < start
        return Tallies(
            np.concatenate([earlier.edges[:-1][kept], self.edges]),
            np.concatenate([earlier.figures[kept], self.figures]),
            np.concatenate([earlier.incidents[earlier.incidents < start], self.incidents]),
            np.concatenate([earlier.signs[earlier.signs < start], self.signs]),
            np.concatenate([earlier.redefined[earlier.redefined < start], self.redefined]),
        )

    def since(self, start: float) -> Tallies:
        """The weeks that begin at an instant or later."""
        week = int(np.searchsorted(self.edges[:-1], start))
        return Tallies(
            self.edges[week:],
            self.figures[week:],
            self.incidents[self.incidents >= start],
            self.signs[self.signs >= start],
            self.redefined[self.redefined >= start],
        )


def columns(parts: Iterable[Floats | LogHours]) -> Floats:
    """Figures out of their columns, in order."""
    flat = (each for part in parts for each in _flat(part))
    return np.stack(list(flat), axis=1)


def _flat(part: Floats | LogHours) -> tuple[Floats, ...]:
    return (part.n, part.total, part.squares) if isinstance(part, LogHours) else (part,)
