"""Whether the work changed, rather than the system: its size, and its mix over services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

from bot.calendar import Window
from bot.reading.cell import CFR
from bot.reading.claims import checked, claim, unclear
from bot.reading.concentration import Sample, samples
from bot.reading.picture import Picture
from bot.reading.places import failed_in
from bot.reading.reading import Alternative
from bot.reading.upstream import lines
from bot.regression.eras import eras
from bot.regression.validation import LEAST_BEFORE, LEAST_RECENT, merged_by_people

CHANGED = 1.25  # of the median size, or its inverse
MOVED = 1.10
Z95 = 1.96
LEAST_OF_SERVICE = 5  # deployments of a service on either side before its own rate says something


def size(picture: Picture) -> Alternative:
    """The median number of lines of a change, and how many changes a week."""
    spans = eras(picture.facts, picture.team, picture.trends)
    now, before = (merged_by_people(picture.facts, era) for era in (spans.recent, spans.baseline))
    sizes, earlier = ([count for change in side if (count := lines(change)) is not None] for side in (now, before))
    if len(sizes) < LEAST_RECENT or len(earlier) < LEAST_BEFORE or not median(earlier) or spans.baseline is None:
        return unclear(claim("size_unknown"))
    ratio = median(sizes) / median(earlier)
    holds = not 1 / CHANGED <= ratio <= CHANGED and _surely_differ(sizes, earlier)
    return checked(
        claim(
            "size_likely" if holds else "size_unlikely",
            value=ratio,
            events=(change.key for change in reversed(now)),
            now=median(sizes),
            before=median(earlier),
            rate_now=len(now) / spans.recent.weeks,
            rate_before=len(before) / spans.baseline.weeks,
        ),
        holds=holds,
    )


def _surely_differ(sizes: Sequence[int], earlier: Sequence[int]) -> bool:
    """Whether the mean logs of two samples lie further apart than chance brings them one time in twenty."""
    now, before = (np.log1p(side) for side in (sizes, earlier))
    error = np.sqrt(now.var(ddof=1) / now.size + before.var(ddof=1) / before.size)
    return bool(abs(now.mean() - before.mean()) > Z95 * error)


def mix(picture: Picture) -> Alternative:
    """The failure rate as it would be, had each service kept its share of the deployments."""
    spans = eras(picture.facts, picture.team, picture.trends, CFR)
    if spans.baseline is None or not picture.visibility.visible:
        return unclear(claim("mix_unknown", metric=CFR))
    found = samples(CFR, picture.facts)
    now, before = _by_service(found, spans.recent), _by_service(found, spans.baseline)
    both = now.keys() & before.keys()
    shared = {service for service in both if min(len(now[service]), len(before[service])) >= LEAST_OF_SERVICE}
    if len(shared) < 2:
        return unclear(claim("mix_unknown", metric=CFR))
    rate, earlier = _rate(now, now, shared), _rate(before, before, shared)
    kept = _rate(now, before, shared)
    holds = rate > MOVED * earlier and kept <= MOVED * earlier
    key = "mix_likely" if holds else "mix_unlikely"
    deployments = sum(len(now[service]) for service in shared)
    figures = {"now": rate, "before": earlier, "kept": kept}
    keys = (name for whole in reversed(failed_in(picture.facts, spans.recent)) for name in whole.keys)
    stated = claim(key, metric=CFR, value=kept, events=keys, n=len(shared), deployments=deployments, **figures)
    return checked(stated, holds=holds)


def _by_service(found: Sequence[Sample], era: Window) -> Mapping[str, list[float]]:
    values: defaultdict[str, list[float]] = defaultdict(list)
    for sample in found:
        if sample.at in era:
            values[sample.service].append(sample.value)
    return values


def _rate(rates: Mapping[str, list[float]], weights: Mapping[str, list[float]], services: set[str]) -> float:
    """Each service's failure rate, weighted with its share of some deployments."""
    total = sum(len(weights[service]) for service in services)
    return sum(sum(rates[service]) / len(rates[service]) * len(weights[service]) for service in services) / total
