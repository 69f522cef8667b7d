"""Where lead time goes, by the remedy that it asks for: stages of each change, summed into groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.calendar import HOUR, Window, window_before
from bot.events import PipelineRun
from bot.metrics.facts import ChangeFact, Facts
from bot.reading.signs import LeadCause
from bot.teams import Team

CAUSE_DAYS = 91  # causes are judged over the last 13 weeks
HALF_YEAR_DAYS = 182  # records, silence and what is rare are judged over the last 26
UNKNOWN = "unknown"
REVIEW_STAGES = ("pickup", "review", "merge_wait")
GROUPS = {
    "coding": "coding",
    "pickup": "review",
    "review": "review",
    "merge_wait": "review",
    "pipeline": "pipeline",
    "gate": "gate",
    "deploy": "deploy",
    UNKNOWN: UNKNOWN,
}
RUNS_COVER = 0.5  # of the time from opening to merge: then the wait is for continuous integration


@dataclass(frozen=True, slots=True)
class Spent:
    """One delivered change and the seconds it spent in each group."""

    change: ChangeFact
    seconds: Mapping[str, float]

    @property
    def service(self) -> str:
        """The service whose deployment delivered it."""
        delivered = self.change.delivered_by
        return delivered.service if delivered is not None else self.change.event.all_services[0]


def cause_window(facts: Facts, team: Team) -> Window:
    """The days over which causes are judged."""
    return window_before(facts.as_of, CAUSE_DAYS, team.zone)


def spent(facts: Facts, window: Window) -> tuple[Spent, ...]:
    """The changes with a lead time that were delivered in a window."""
    delivered = [change for change in facts.delivered(window) if change.lead_time is not None]
    runs = _runs_by_sha(facts.pipeline_runs, delivered)
    return tuple(Spent(change, _groups(change, runs)) for change in delivered)


def lead_causes(changes: Iterable[Spent]) -> tuple[tuple[LeadCause, ...], float | None]:
    """The groups by their hours, largest first, and the share of hours that no stage explains."""
    hours: defaultdict[str, float] = defaultdict(float)
    for change in changes:
        for group, seconds in change.seconds.items():
            hours[group] += seconds / HOUR
    total = sum(hours.values())
    if total <= 0:
        return (), None
    causes = [
        LeadCause(group, spent_hours, spent_hours / total)
        for group, spent_hours in hours.items()
        if group != UNKNOWN and spent_hours > 0
    ]
    return tuple(sorted(causes, key=lambda cause: (-cause.hours, cause.key))), hours[UNKNOWN] / total


def group_of(stage: str, change: ChangeFact) -> str:
    """The remedy that a stage belongs to; a wait for release is a gate where a person pressed the button."""
    if stage == "release_wait":
        delivered = change.delivered_by
        return "gate" if delivered is not None and delivered.trigger == "manual" else "deploy"
    return GROUPS[stage]


def _groups(change: ChangeFact, runs: Mapping[str, list[PipelineRun]]) -> Mapping[str, float]:
    seconds: defaultdict[str, float] = defaultdict(float)
    stages = change.stages
    for stage, spent_seconds in stages.items():
        seconds[group_of(stage, change)] += spent_seconds
    review = sum([stages.get(stage, 0.0) for stage in REVIEW_STAGES])
    if review > 0 and _covered(change, runs) >= RUNS_COVER * review:
        seconds["pipeline"] += seconds.pop("review")
    return seconds


def _runs_by_sha(runs: Iterable[PipelineRun], changes: Iterable[ChangeFact]) -> Mapping[str, list[PipelineRun]]:
    wanted = {sha for change in changes for sha in shas(change)}
    found: defaultdict[str, list[PipelineRun]] = defaultdict(list)
    for run in runs:
        if run.sha in wanted:
            found[run.sha].append(run)
    return found


def shas(change: ChangeFact) -> Iterator[str]:
    """The commits of a change, its merge commit included."""
    if change.event.merge_sha is not None:
        yield change.event.merge_sha
    yield from change.event.commits or ()


def _covered(change: ChangeFact, runs: Mapping[str, list[PipelineRun]]) -> float:
    """Seconds between opening and merge in which continuous integration queued or ran for the change."""
    opened = change.event.opened_at
    found = {run.key: run for sha in shas(change) for run in runs.get(sha, ())}
    if opened is None or not found:
        return 0.0
    spans = sorted(
        (max(begun.timestamp(), opened.timestamp()), min(run.finished_at.timestamp(), change.merged_at))
        for run in found.values()
        if (begun := run.queued_at or run.started_at) is not None
    )
    covered, until = 0.0, opened.timestamp()
    for start, end in spans:
        covered += max(0.0, end - max(start, until))
        until = max(until, end)
    return covered
