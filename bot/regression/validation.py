"""How changes were validated before they went out: tests touched, reviews, continuous integration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf
from statistics import median

from bot.calendar import Window
from bot.events import PipelineRun
from bot.metrics.facts import ChangeFact, Facts
from bot.regression.eras import Eras
from bot.regression.shares import Share, rise_probability, share
from bot.regression.slices import merged, ran

CERTAIN = 0.95
DEBT_CERTAIN = 0.99  # a watch line about reviews has to be surer than a trend
DEBT_POINTS = 0.05
BEYOND = 1.10  # a change counts when it exceeds a tenth
LEAST_RECENT, LEAST_BEFORE = 10, 20  # changes with the answer known
MAINLY = 0.5  # of the fall of lead time


@dataclass(frozen=True, slots=True)
class Compared:
    """A share of changes in the recent weeks and in the baseline."""

    recent: Share
    before: Share

    @property
    def known(self) -> bool:
        """Whether both sides hold enough changes to compare."""
        return self.recent.of >= LEAST_RECENT and self.before.of >= LEAST_BEFORE

    def rose(self, certain: float, *, points: float = 0.0, factor: float = 1.0) -> bool:
        """Whether the share rose beyond a bar, as surely as asked; False where it is not known."""
        return self.known and rise_probability(self.recent, self.before, points=points, factor=factor) >= certain


def merged_by_people(facts: Facts, window: Window | None) -> list[ChangeFact]:
    """The changes merged in a window, those by bots apart."""
    return [change for change in merged(facts, window) if not change.event.automated]


def touches_tests(change: ChangeFact) -> bool | None:
    """Whether it brought or changed a test; None where its files were not read."""
    return None if change.event.test_files is None else change.event.test_files > 0


def unreviewed(change: ChangeFact) -> bool | None:
    """Whether it was merged without a review; None where nothing says so."""
    event = change.event
    if event.reviews is not None:
        return event.reviews == 0
    return False if event.first_review_at is not None or event.approved_at is not None else None


def tests_compared(facts: Facts, spans: Eras) -> Compared:
    """Share of changes that touch tests."""
    return Compared(
        *(share(map(touches_tests, merged_by_people(facts, era))) for era in (spans.recent, spans.baseline))
    )


def reviews_compared(facts: Facts, spans: Eras) -> Compared:
    """Share of changes merged without a review."""
    return Compared(*(share(map(unreviewed, merged_by_people(facts, era))) for era in (spans.recent, spans.baseline)))


def checks_compared(facts: Facts, spans: Eras) -> Compared:
    """Share of changes that no run of continuous integration saw; unknown for services without runs in that era."""
    return Compared(_unchecked(facts, spans.recent), _unchecked(facts, spans.baseline))


def _unchecked(facts: Facts, era: Window | None) -> Share:
    if era is None:
        return Share()
    runs = ran(facts, Window(-inf, era.end, inf))  # an early run may have checked what is merged late
    seen = {run.sha for run in runs}
    covered = {run.service for run in ran(facts, era)}
    return share(_skipped(change, seen, covered) for change in merged_by_people(facts, era))


def _skipped(change: ChangeFact, seen: set[str], covered: set[str]) -> bool | None:
    event = change.event
    if not covered.intersection(event.all_services) or (event.merge_sha is None and not event.commits):
        return None
    return not seen.intersection((event.merge_sha, *(event.commits or ())))


def evidence_of_tests(facts: Facts, spans: Eras) -> str:
    """`up`, `not_up` or `unknown`: changes that touch tests, and tests in a run of continuous integration."""
    touched, run = tests_compared(facts, spans), _tests_a_run(facts, spans)
    if touched.rose(CERTAIN, factor=BEYOND) or (run is not None and run > BEYOND):
        return "up"
    return "not_up" if touched.known or run is not None else "unknown"


def _tests_a_run(facts: Facts, spans: Eras) -> float | None:
    recent, before = (_tests(ran(facts, era)) for era in (spans.recent, spans.baseline))
    if len(recent) < LEAST_RECENT or len(before) < LEAST_BEFORE or not median(before):
        return None
    return median(recent) / median(before)


def _tests(runs: Iterable[PipelineRun]) -> list[int]:
    return [run.tests for run in runs if run.tests is not None and run.status == "success"]


def review_debt(facts: Facts, spans: Eras) -> bool:
    """Lead time fell mainly between opening and merge while more changes are merged without a review."""
    debt = reviews_compared(facts, spans).rose(DEBT_CERTAIN, points=DEBT_POINTS)
    return debt and fell_in_review(facts, spans)


def fell_in_review(facts: Facts, spans: Eras) -> bool:
    """Whether most of the fall of the median lead time is a fall of the time from opening to merge.

    An unreviewed change has no review stage, so the span around it is compared.
    """
    recent, before = (_lead_and_review(facts, era) for era in (spans.recent, spans.baseline))
    if recent is None or before is None:
        return False
    lead, review = before["lead"] - recent["lead"], before["review"] - recent["review"]
    return lead > 0 and review > MAINLY * lead


def _lead_and_review(facts: Facts, era: Window | None) -> Mapping[str, float] | None:
    spans = [
        (change.lead_time, change.merged_at - change.event.opened_at.timestamp())
        for change in (facts.delivered(era) if era is not None else ())
        if change.lead_time is not None and change.event.opened_at is not None
    ]
    if len(spans) < LEAST_RECENT:
        return None
    return {"lead": median(lead for lead, _ in spans), "review": median(span for _, span in spans)}
