"""Evidence about failures and about how changes were validated."""

from __future__ import annotations

from collections import defaultdict

from bot.calendar import WEEK, Window
from bot.metrics.facts import Facts
from bot.metrics.level import Trend
from bot.metrics.measure import Metric
from bot.reading.causes import cause_window
from bot.reading.cell import CFR
from bot.reading.claims import claim, newest
from bot.reading.picture import Picture
from bot.reading.places import failed_in, failure_place
from bot.reading.reading import Claim, Match
from bot.reading.steps_stability import failure_window
from bot.regression.eras import Eras, eras
from bot.regression.onset import Order, order
from bot.regression.shares import share
from bot.regression.slices import failure_share, ran, released
from bot.regression.validation import (
    BEYOND,
    CERTAIN,
    Compared,
    merged_by_people,
    reviews_compared,
    tests_compared,
    touches_tests,
    unreviewed,
)

MOSTLY = 0.5
LEAST_KNOWN = 3


def failure_rate(_: Match, picture: Picture) -> Claim | None:
    """The share of deployments that failed, beside the band."""
    measure = picture.measures.change_failure_rate
    if measure.value is None:
        return None
    return claim(
        "failure_rate",
        metric=CFR,
        value=measure.value,
        events=newest(measure.events),
        share=measure.value,
        part=measure.failed,
        of=measure.n,
        days=measure.window.days,
        band=picture.team.bands.change_failure_rate,
    )


def failures_concentrated(_: Match, picture: Picture) -> Claim | None:
    """The service, and the component, that most failures came through."""
    window = failure_window(picture)
    place = failure_place(picture.facts, window)
    if place is None or place.failures.of < LEAST_KNOWN or 2 * place.failures.part < place.failures.of:
        return None
    if place.component is None and len({fact.service for fact in picture.facts.deployments}) == 1:
        return None
    return claim(
        "failures_concentrated",
        metric=CFR,
        value=place.failures.value,
        events=place.events,
        service=place.service,
        part=place.failures.part,
        of=place.failures.of,
        days=window.days,
        component=place.component,
        through=place.through if place.component is not None else None,
    )


def failures_with_deployments(_: Match, picture: Picture) -> Claim | None:
    """Failures a week beside the failure rate: more deployments are more opportunities, whatever the rate."""
    spans = eras(picture.facts, picture.team, picture.trends, CFR)
    if spans.baseline is None:
        return None
    now, before = failed_in(picture.facts, spans.recent), failed_in(picture.facts, spans.baseline)
    rate_now, rate_before = (failure_share(picture.facts, era) for era in (spans.recent, spans.baseline))
    if not now or not rate_now.of or not rate_before.of:
        return None
    verdict = picture.trends.get(CFR)
    rose = verdict is not None and verdict.trend is Trend.WORSENING
    return claim(
        "failures_rose" if rose else "failures_in_proportion",
        metric=CFR,
        value=len(now) / spans.recent.weeks,
        events=(key for whole in reversed(now) for key in whole.keys),
        now=len(now) / spans.recent.weeks,
        before=len(before) / spans.baseline.weeks,
        rate_now=rate_now.value,
        rate_before=rate_before.value,
        part_now=rate_now.part,
        of_now=rate_now.of,
        part_before=rate_before.part,
        of_before=rate_before.of,
    )


def unreviewed_rose(_: Match, picture: Picture) -> Claim | None:
    """More changes are merged without a review than before."""
    spans = eras(picture.facts, picture.team, picture.trends)
    compared = reviews_compared(picture.facts, spans)
    if not compared.rose(CERTAIN):
        return None
    keys = [change.key for change in reversed(merged_by_people(picture.facts, spans.recent)) if unreviewed(change)]
    return _shares("unreviewed_rose", compared, keys)


def tests_moved(_: Match, picture: Picture) -> Claim | None:
    """Whether more changes touch tests than before."""
    spans = eras(picture.facts, picture.team, picture.trends)
    compared = tests_compared(picture.facts, spans)
    if not compared.known:
        return None
    changes = reversed(merged_by_people(picture.facts, spans.recent))
    if compared.rose(CERTAIN, factor=BEYOND):
        return _shares("tests_rose", compared, [change.key for change in changes if touches_tests(change)])
    if picture.signs.test_evidence == "up":  # by the tests that runs count
        return None
    return _shares("tests_not_up", compared, [change.key for change in changes if touches_tests(change) is False])


def _shares(key: str, compared: Compared, events: list[str]) -> Claim:
    return claim(
        key,
        metric=CFR,
        value=compared.recent.value,
        events=events,
        now=compared.recent.value,
        before=compared.before.value,
        part_now=compared.recent.part,
        of_now=compared.recent.of,
        part_before=compared.before.part,
        of_before=compared.before.of,
    )


def failures_untested(_: Match, picture: Picture) -> Claim | None:
    """Most changes that failed deployments brought came without a test."""
    wanted = {
        key
        for whole in failed_in(picture.facts, failure_window(picture))
        for part in whole.parts
        for key in part.changes
    }
    brought = [change for change in picture.facts.changes if change.key in wanted]
    touched = share(map(touches_tests, brought))
    untested = touched.of - touched.part
    if touched.of < LEAST_KNOWN or untested < MOSTLY * touched.of:
        return None
    keys = [change.key for change in reversed(brought) if touches_tests(change) is False]
    return claim(
        "failures_untested", metric=CFR, value=untested / touched.of, events=keys, part=untested, of=touched.of
    )


def escape_rate(_: Match, picture: Picture) -> Claim | None:
    """Failures that reached production, of these and what continuous integration caught before."""
    window = cause_window(picture.facts, picture.team)
    caught = _caught(picture.facts, window)
    failed = failed_in(picture.facts, window)
    if not caught or not failed:
        return None
    return claim(
        "escape_rate",
        metric=CFR,
        value=len(failed) / (len(failed) + caught),
        events=(key for whole in reversed(failed) for key in whole.keys),
        share=len(failed) / (len(failed) + caught),
        failed=len(failed),
        caught=caught,
    )


def _caught(facts: Facts, window: Window) -> int:
    """Commits on which a run failed and none of the same pipeline succeeded: not a flake, a problem found."""
    outcomes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for run in ran(facts, window):
        outcomes[run.pipeline, run.sha].add(run.status)
    return len({sha for (_, sha), seen in outcomes.items() if "failure" in seen and "success" not in seen})


def tests_and_frequency(_: Match, picture: Picture) -> Claim | None:
    """Where both rose: whether tests rose before or after the deployments did."""
    frequency = picture.trends.get(Metric.DEPLOYMENT_FREQUENCY)
    if picture.signs.test_evidence != "up" or frequency is None or frequency.trend is not Trend.IMPROVING:
        return None
    spans = eras(picture.facts, picture.team, picture.trends)
    return claim("tests_and_frequency", order=_order(picture.facts, spans).value)


def _order(facts: Facts, spans: Eras) -> Order:
    if spans.baseline is None:
        return Order.NOT_ENOUGH_DATA
    start, end = spans.baseline.start, spans.recent.end
    count = round((end - start) / WEEK)
    tests, deployed = [[0, 0] for _ in range(count)], [[0, 1] for _ in range(count)]
    for change in merged_by_people(facts, Window(start, end, count * 7)):
        touched = touches_tests(change)
        if touched is not None:
            row = tests[min(count - 1, int((change.merged_at - start) / (end - start) * count))]
            row[0] += touched
            row[1] += 1
    for fact in released(facts, Window(start, end, count * 7)):
        deployed[min(count - 1, int((fact.finished_at - start) / (end - start) * count))][0] += 1
    return order([(row[0], row[1]) for row in tests], [(row[0], row[1]) for row in deployed])
