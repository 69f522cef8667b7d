"""Service level objectives over a window: how much of each error budget is left."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from math import inf

from bot.calendar import Window
from bot.events import SloWindow
from bot.metrics.measure import ObjectiveShare
from bot.metrics.rows import seconds

Timed = tuple[float, float, SloWindow]


def objectives(windows: Iterable[SloWindow], window: Window) -> list[ObjectiveShare]:
    """Every objective with traffic measured in windows that end inside, the one with least budget left first."""
    by_name: defaultdict[str, list[SloWindow]] = defaultdict(list)
    for each in windows:
        by_name[f"{each.service}/{each.name}"].append(each)
    shares = (_share(name, apart(each), window) for name, each in by_name.items())
    return sorted((share for share in shares if share is not None), key=lambda share: (share.budget_left, share.name))


def apart(windows: Iterable[SloWindow]) -> list[SloWindow]:
    """Windows that do not overlap: of those that do the shorter one, of equally long ones the newer."""
    chosen: list[Timed] = []
    for start, end, window in sorted((_timed(each) for each in windows), key=_preference):
        place = bisect_left(chosen, end, key=lambda timed: timed[0])  # those before it begin before its end
        if not place or chosen[place - 1][1] <= start:
            chosen.insert(place, (start, end, window))
    return [window for _, _, window in chosen]


def _share(name: str, windows: list[SloWindow], window: Window) -> ObjectiveShare | None:
    """Sums over the windows, judged by the newest one's objective."""
    total = sum(each.total for each in windows)
    if total <= 0:
        return None
    value = min(1.0, sum(each.good for each in windows) / total)
    objective = windows[-1].objective
    return ObjectiveShare(
        name=name,
        value=value,
        objective=objective,
        budget_left=1 - (1 - value) / (1 - objective),
        coverage=_coverage(windows, window),
        events=tuple(each.key for each in windows),
    )


def _coverage(windows: list[SloWindow], window: Window) -> float:
    spans = (_timed(each)[:2] for each in windows)
    covered = sum(end - max(start, window.start) for start, end in spans)
    return min(1.0, covered / (window.end - window.start))


def _preference(timed: Timed) -> tuple[float, float, float, str]:
    """Shorter, then later, then the one its source changed last."""
    start, end, window = timed
    updated = -inf if window.updated_at is None else seconds(window.updated_at)
    return (end - start, -end, -updated, window.key)


def _timed(window: SloWindow) -> Timed:
    return (seconds(window.window_start), seconds(window.window_end), window)
