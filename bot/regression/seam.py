"""Where a team's history may be cut, so that what is new can be looked at without reading all that ever was; pure.

Events act on each other by name at any distance, and by time at most so far as an attribution reaches. So weeks that
end well before anything new stay as they are, and those after them need only the events of a few weeks more, as long
as no name crosses these distances. Whether one does is known from the traces of the weeks that are not read again;
where one may, the cut has to be made earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from bot.calendar import DAY, HOUR, days_before, week_start
from bot.metrics.causes import CHANGE_CAUSED_REACH
from bot.metrics.rollouts import Rollouts
from bot.metrics.timeline import Timeline
from bot.regression.traces import Group, Names, Trace, names, names_of, shared
from bot.regression.weeks import Weeks
from bot.teams import Team

# How many weeks earlier the cut is made at the first try, and where a name crosses it.
EARLIER = (0, 8)


@dataclass(frozen=True, slots=True)
class Seam:
    """A cut through a team's history; its instants are Mondays, the earliest first."""

    kept: Weeks
    loaded_from: float
    """Events from here on are needed."""
    exact_from: float
    """From here on these alone tell what was planned, and what was a rollback."""
    told_from: float
    """From here on they tell as much of each week as all that ever were."""
    kept_until: float
    """Weeks before it are as they were."""
    new_from: float
    """The week of the first event of which anything may be new."""

    @property
    def before(self) -> tuple[Trace, ...]:
        """Of the weeks of which nothing is loaded."""
        return tuple(trace for trace in self.kept.traces if trace.start < self.loaded_from)


def seams(kept: Weeks, since: float, team: Team) -> Iterator[Seam]:
    """The cuts to try, the latest first. Since an instant something may be new; kept are all weeks up to it."""
    late = (trace.start for trace in kept.traces if trace.until >= since)
    new_from = week_start(min([since, *late]), team.zone)
    days = _reach(team) / DAY
    for weeks in EARLIER:
        kept_until = _earlier(new_from, 2 * days + 7 * weeks, team)
        late = (trace.start for trace in kept.traces if trace.until >= kept_until)
        told_from = min([kept_until, *late])
        exact_from = _earlier(told_from, days, team)
        seam = Seam(kept, _earlier(exact_from, days, team), exact_from, told_from, kept_until, new_from)
        if seam.before:
            yield seam


def holds(seam: Seam, read: Sequence[Trace], together: Iterable[Group], timeline: Timeline) -> bool:
    """Whether nothing crosses it. `read` and `together` tell of what was loaded, and `timeline` holds its rows."""
    before = names(seam.before)
    unmoved_until = seam.kept_until + _reach(timeline.team)
    return (
        not shared(before, names(trace for trace in read if trace.start >= seam.exact_from))
        and all(
            (group.last < seam.told_from or group.first >= seam.exact_from)
            and (group.last < seam.new_from or group.first >= unmoved_until)
            for group in together
        )
        and all(_told_by_time(seam, before, service) for service in timeline.services.values())
    )


def heed_listing(seam: Seam, timeline: Timeline) -> None:
    """A service that listed commits before what was loaded is known to list them."""
    listing = frozenset[str]().union(*(trace.listing for trace in seam.before))
    for service in listing & timeline.services.keys():
        timeline.services[service].commits_listed_from = -inf


def _told_by_time(seam: Seam, before: Names, service: Rollouts) -> bool:
    """Whether it is known what a service brings of which only time says so: what was merged since it last went out.

    A rollback brings nothing. Whether it is one is known where no earlier one brought the same.
    """
    if service.commits_listed_from < seam.exact_from or not _goes_out(service, seam.exact_from):
        return True
    if service.commits_listed_from < inf:
        return False  # what it begins to do now, it is taken to have done ever since
    lately = service.finished_within(seam.exact_from, seam.told_from)
    goes_on = any(not row.rollback and row.begun_at >= seam.exact_from for row in lately)
    return _known_before(seam, before, service) and (goes_on or not _goes_out(service, seam.told_from))


def _known_before(seam: Seam, before: Names, service: Rollouts) -> bool:
    for row in reversed(service.finished_within(seam.loaded_from, seam.exact_from)):
        if shared(before, names_of([row.event])):
            return False
        if not row.rollback and row.begun_at >= seam.loaded_from:
            return True
    return False


def _goes_out(service: Rollouts, since: float) -> bool:
    return bool(service.finishes) and service.finishes[-1] >= since


def _reach(team: Team) -> float:
    """How far time alone can tie one event to another, in seconds."""
    return max(CHANGE_CAUSED_REACH, team.attribution_hours * HOUR)


def _earlier(monday: float, days: float, team: Team) -> float:
    """The Monday at least so many days before another one."""
    whole = -int(-days // 7) * 7
    return days_before(monday, whole, team.zone)
