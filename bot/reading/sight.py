"""What was known of a team at an instant, ready to be looked at through windows that end there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf

import numpy as np

from bot.calendar import HOUR, Window, days_before, week_start, week_starts, window_before
from bot.metrics.facts import Facts
from bot.metrics.spans import history_start, seen
from bot.metrics.visibility import Visibility
from bot.regression.samples import Deployed, Durations, Floats, deployed, lead_times, open_recoveries, recoveries
from bot.teams import Team


@dataclass(frozen=True)
class Sight:
    """Facts of the last `days`, as arrays that are made when first asked for."""

    facts: Facts
    team: Team
    visibility: Visibility
    days: int

    @property
    def as_of(self) -> float:
        return self.facts.as_of

    @cached_property
    def _earliest(self) -> float:
        return days_before(self.as_of, self.days, self.team.zone)

    @cached_property
    def deployed(self) -> Deployed:
        return deployed(self.facts, self._earliest)

    @cached_property
    def lead_times(self) -> Durations:
        return lead_times(self.facts, self._earliest)

    @cached_property
    def recoveries(self) -> Durations:
        """Those that are over."""
        return recoveries(self.facts, self._earliest)

    @cached_property
    def still_open(self) -> Floats:
        """Seconds that open recoveries have lasted."""
        return open_recoveries(self.facts)

    @property
    def open_beyond_band(self) -> bool:
        """Whether one of them has lasted longer than a recovery should."""
        return bool((self.still_open > self.team.bands.recovery_hours * HOUR).any())

    @cached_property
    def week_edges(self) -> Floats:
        """The Mondays before `as_of`, oldest first, and an end beyond it."""
        starts = week_starts(self.as_of, ceil(self.days / 7) + 1, self.team.zone)
        return np.array([*starts, week_start(self.as_of, self.team.zone), inf])

    def window(self, days: int) -> Window:
        """The window of so many days that ends here."""
        return window_before(self.as_of, days, self.team.zone)

    def recorded(self, window: Window) -> Window | None:
        """The part of a window in which failures were recorded; None where they were not at all."""
        return seen(window, self.visibility, self.team.zone)

    @property
    def history_start(self) -> float | None:
        """The day on which the team first deployed; None where it never did."""
        return history_start(self.facts, self.team.zone)
