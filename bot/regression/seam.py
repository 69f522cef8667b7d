"""Where a team's history may be cut, so that what is new can be looked at without reading all that ever was; pure.

Events act on each other by name at any distance, and by time at most so far as an attribution reaches. So weeks that
end well before anything new stay as they are, and those after them need only the events of a week or two more, as long
as no group of events that name each other lies across, or lay across until one of them was taken back. Whether one does
is known from the traces of the weeks as they were; where one may, the cut has to be made earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from bot.calendar import DAY, HOUR, WEEK, week_start
from bot.metrics.causes import CHANGE_CAUSED_REACH
from bot.metrics.rollouts import Rollouts
from bot.metrics.rows import IncidentRow
from bot.metrics.timeline import Timeline
from bot.regression.traces import Named, Names, Trace, among, groups, name_known, names
from bot.regression.weeks import Weeks
from bot.teams import Team

# How many weeks more each part of the cut takes at each try.
WIDER = (0, 2, 8)
# What is usually over between the merge of a change and the deployment that brings it; where it takes longer, the cut
# is only made wider.
_ROOM = 6 * DAY


@dataclass(frozen=True, slots=True)
class Seam:
    """A cut through a team's history, the earliest instant first; all but the last are Mondays."""

    kept: Weeks
    loaded_from: float
    """Events from here on are needed."""
    told_from: float
    """From here on they tell as much of each week as all that ever were."""
    kept_until: float
    """Weeks before it are as they were."""
    new_from: float
    """Of no event before it anything is new, nor gone."""

    @property
    def before(self) -> tuple[Trace, ...]:
        """Of the weeks of which nothing is loaded."""
        return tuple(trace for trace in self.kept.traces if trace.start < self.loaded_from)

    @property
    def settled(self) -> tuple[Trace, ...]:
        """Of the weeks of which nothing is new."""
        return tuple(trace for trace in self.kept.traces if trace.start < self.new_from)

    @property
    def unsettled(self) -> tuple[Trace, ...]:
        """Of the others, as they were."""
        return tuple(trace for trace in self.kept.traces if trace.start >= self.new_from)


def seams(kept: Weeks, since: float, team: Team) -> Iterator[Seam]:
    """The cuts to try, the latest first. Since an instant something may be new; kept are all weeks up to it."""
    earliest = min([since, *(trace.start for trace in kept.traces if trace.until >= since)])
    new_from, apart = week_start(earliest, team.zone), _reach(team) + _ROOM
    for weeks in WIDER:
        kept_until = week_start(new_from - apart - weeks * WEEK, team.zone)
        told_from = min([kept_until, *(trace.start for trace in kept.traces if trace.until >= kept_until)])
        loaded_from = week_start(told_from - apart - weeks * WEEK, team.zone)
        seam = Seam(kept, loaded_from, told_from, kept_until, new_from)
        if seam.before:
            yield seam


def holds(seam: Seam, loaded: Sequence[Named], timeline: Timeline) -> bool:
    """Whether nothing crosses it; `timeline` holds the rows of what was loaded."""
    before, reach = names(seam.before), _reach_of(timeline)
    together = groups([*loaded, *_gone(seam, loaded)], before)
    told = together.since(seam.told_from).first.min(initial=seam.told_from)
    exact_from = float(told) - reach  # from here on it has to be known what was planned, and what was a rollback
    exact, news = together.since(exact_from), together.since(seam.new_from)
    by_time = [service for service in timeline.services.values() if _brings_by_time(service, exact_from)]
    begun = [_begun_before(service, seam, exact_from, before) for service in by_time]
    return bool(
        exact_from >= seam.loaded_from
        and not exact.known.any()
        and (news.first >= seam.kept_until + reach).all()
        and not _first_listing(seam, timeline)
        # What only time says begins where a service last went out, which has to be known for sure.
        and all(service.commits_listed_from == inf for service in by_time)
        and all(at is not None and at <= exact.first.min(initial=inf) for at in begun)
    )


def _gone(seam: Seam, loaded: Iterable[Named]) -> Iterator[Named]:
    """Names that events had or named until now: what was taken back tied others together, and may have for long."""
    still = [name for event in loaded if event.at >= seam.new_from for name in event.names]
    until_now = names(seam.unsettled)
    gone = ~among(np.sort(np.array(still, dtype=np.uint32)), until_now)
    yield from (Named(seam.new_from, (name,)) for name in until_now[gone].tolist())


def _first_listing(seam: Seam, timeline: Timeline) -> bool:
    """Whether a service that went out before lists its commits since lately, or did until now.

    At the first listing all deliveries that only time told are told no longer, however old they are.
    """
    lately = {name for name, service in timeline.services.items() if seam.new_from <= service.commits_listed_from < inf}
    lately = lately.union(*(trace.listing for trace in seam.unsettled))
    lately = lately.difference(*(trace.listing for trace in seam.settled))
    return any(not lately.isdisjoint(trace.deployed) for trace in seam.settled)


def heed_listing(seam: Seam, timeline: Timeline) -> None:
    """A service that listed commits before what was loaded is known to list them."""
    listing = frozenset[str]().union(*(trace.listing for trace in seam.before))
    for service in listing & timeline.services.keys():
        timeline.services[service].commits_listed_from = -inf


def _brings_by_time(service: Rollouts, since: float) -> bool:
    """Whether it goes out since an instant, and did not list before what it brings."""
    return service.commits_listed_from >= since and bool(service.finishes) and service.finishes[-1] >= since


def _begun_before(service: Rollouts, seam: Seam, end: float, before: Names) -> float | None:
    """When the last deployment before an instant began that brought something, and so was no rollback.

    Whether it was one is known where nothing earlier has its names; None where it is not known.
    """
    for row in reversed(service.finished_within(seam.loaded_from, end)):
        if name_known(row.event, before) or row.begun_at < seam.loaded_from:
            return None
        if not row.rollback:
            return row.begun_at
    return None


def _reach(team: Team) -> float:
    """How far time alone ties most events to others, in seconds."""
    return max(DAY, team.attribution_hours * HOUR)


def _reach_of(timeline: Timeline) -> float:
    """The same, and further where an incident is known to come from a change, and not from which."""
    usual = _reach(timeline.team)
    return max(usual, CHANGE_CAUSED_REACH) if any(map(_reaches_far, timeline.incidents)) else usual


def _reaches_far(row: IncidentRow) -> bool:
    event = row.event
    return bool(event.change_caused) and event.deployment is None and event.cause_sha is None
