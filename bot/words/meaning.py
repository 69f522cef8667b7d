"""What a metric's value means given the other four. No value is read alone, and none is praised alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.calendar import WEEK
from bot.metrics.facts import ACTIVE_STAGES
from bot.metrics.level import Level, Trend
from bot.metrics.measure import Metric, StageShare, share_of
from bot.reading.cell import CFR, DF, LT, RECOVERY, REL
from bot.reading.picture import Picture
from bot.reading.reading import Reading
from bot.words import figures
from bot.words.phrases import CAUSES

G, P, U = Level.HEALTHY, Level.POOR, Level.UNKNOWN

# The waits for a review and at gates.
QUEUES = ("pickup", "gate")
MOSTLY_UNKNOWN = 0.5
# Keys of what the reading watches or sees where validation was left out.
DEBTS = {"review_skipped", "validation_debt", "check_debt"}

# What takes long where a capability is weak; `phrases` names the weakness itself.
LONG_IN: Mapping[str, str] = {
    "observability": "noticing that something is wrong",
    "incident_response": "responding and repairing",
    "deployment_architecture": "bringing the fix to production",
}

# By the levels of deployment frequency and change failure rate: the second decides what the first means.
_FREQUENCY: Mapping[tuple[Level, Level], str] = {
    (G, G): "Few deployments fail, so a frequent cadence says that barriers to shipping are removed.",
    (G, P): "Deployments are frequent and many fail: failures, not value, arrive often.",
    (G, U): "Whether this cadence delivers value or failures cannot be read until failures are known.",
    (P, G): "Few deployments fail and few are made: something other than failures holds them back.",
    (P, P): "Deployments are rare and many fail: more of them now would bring more failures.",
    (P, U): "Whether shipping more often would be safe cannot be read until failures are known.",
}
_LEAD: Mapping[tuple[Level, Level], str] = {
    (G, G): "Changes reach users soon, and few of them fail there.",
    (G, P): "Changes reach users soon, but many fail there, so part of this speed is not real.",
    (G, U): "Short by flow, or by checks left out: that cannot be read until failures are known.",
    (P, G): "Changes wait although few fail: the cause of the wait decides what to do.",
    (P, P): "Changes wait and still fail: the wait does not buy fewer failures.",
    (P, U): "Whether this wait holds back failures cannot be read until failures are known.",
}
_FAILURES: Mapping[tuple[Level, Level], str] = {
    (G, G): "Few changes fail, so the other four can be taken at their word.",
    (G, P): "Few changes fail, so slow delivery is not the price of quality by itself.",
    (G, U): "Few changes fail; how often they ship is not known.",
    (P, G): "This decides: at this rate, frequent deployments bring failures to users often.",
    (P, P): "This decides: even at a slow cadence many deployments fail, so testing comes before speed.",
    (P, U): "This decides: many deployments fail, whatever their number.",
}
_RECOVERY: Mapping[tuple[Level, Level], str] = {
    (G, G): "Failures are few, and service is back soon.",
    (G, P): "Service is back soon, which limits the harm; it does not make up for the number of failures.",
    (G, U): "Service is back soon after the failures that are known; how many there are is not known.",
    (P, G): "Failures are few, but users feel each one for long.",
    (P, P): "Failures are many, and users feel each one for long.",
    (P, U): "Users feel each known failure for long; how many there are is not known.",
}

HELD = "It read {level} when it was last sure; its value alone would not say so now, so it stays open what it means."


def says(metric: Metric, picture: Picture, reading: Reading) -> str:
    """What the metric's value means in this picture; the reading tells of validation debt."""
    level = picture.levels[metric].level
    if level is U:
        return _UNKNOWN[metric]
    if picture.levels[metric].held:
        return HELD.format(level=level.value)
    meant = _MEANINGS[metric](picture, level)
    return " ".join((*meant, *_debt(metric, reading), *_slipping(metric, picture)))


_UNKNOWN: Mapping[Metric, str] = {
    DF: "While it is not known, nothing says how often the other four are put to the test.",
    LT: "While it is not known, waits stay unseen.",
    CFR: "While it is not known, fast and fast at breaking things look alike: the speed numbers cannot be read.",
    RECOVERY: "While it is not known, nothing says what a failure costs users, and shipping more often is premature.",
    REL: "While it has no level, what users feel in sum is not judged.",
}


def _frequency(picture: Picture, level: Level) -> tuple[str, ...]:
    failures = picture.levels[CFR].level
    measure, rate = picture.measures.deployment_frequency, picture.measures.change_failure_rate
    counted = (_weekly_failures(rate.failed, rate.window.weeks),) if failures is P else ()
    premature = level is P and failures is G and picture.levels[RECOVERY].level is not G
    caution = ("Raising it waits until recovery is known and good.",) if premature else ()
    recent = _last_four_weeks(picture) if measure.window.days > 28 else ()
    return (_FREQUENCY[level, failures], *counted, *caution, *recent)


def _weekly_failures(failed: int, weeks: float) -> str:
    return f"That is {figures.number(failed / weeks)} failures a week ({failed:,} in {figures.number(weeks)} weeks)."


def _last_four_weeks(picture: Picture) -> tuple[str, ...]:
    start = picture.facts.as_of - 4 * WEEK
    recent = sum(1 for made in picture.facts.team_deployments if made.planned and made.finished_at >= start)
    return (f"The last 4 weeks had {figures.count(recent, 'deployment')}.",)


def _lead(picture: Picture, level: Level) -> tuple[str, ...]:
    stages = picture.measures.lead_time.stages
    return (_LEAD[level, picture.levels[CFR].level], *_flow(stages), *_largest_cause(picture, level))


def _flow(stages: Mapping[str, StageShare]) -> tuple[str, ...]:
    """Flow efficiency and queues, where the stages are known well enough to be added up."""
    if not stages or share_of(stages, ("unknown",)) > MOSTLY_UNKNOWN:
        return ("Its stages are mostly not known, so it cannot be split into work and waiting.",)
    active, queued = figures.percent(share_of(stages, ACTIVE_STAGES)), figures.percent(share_of(stages, QUEUES))
    return (f"{active} of it is active work; {queued} waits for a review or at a gate.",)


def _largest_cause(picture: Picture, level: Level) -> tuple[str, ...]:
    causes = picture.signs.lead_causes
    if level is not P or not causes:
        return ()
    return (f"The largest part is {CAUSES[causes[0].key]} ({figures.percent(causes[0].share)}).",)


def _failures(picture: Picture, level: Level) -> tuple[str, ...]:
    lever = "Testing moves it most; gates, rollback and caution don't lower it." if level is P else ""
    return tuple(filter(None, (_FAILURES[level, picture.levels[DF].level], lever)))


def _recovery(picture: Picture, level: Level) -> tuple[str, ...]:
    if picture.measures.recovery_time.untested:
        return ("Nothing failed in 26 weeks, so recovery is unproven.",)
    pointed = picture.signs.weaker
    where = f"Against a typical profile it is long in {LONG_IN[pointed.capability]}."
    return (
        _RECOVERY[level, picture.levels[CFR].level],
        *((where,) if level is P and not pointed.by_default else ()),
    )


def _reliability(picture: Picture, level: Level) -> tuple[str, ...]:
    others = [picture.levels[metric].level for metric in (DF, LT, CFR, RECOVERY)]
    failing = P in (picture.levels[CFR].level, picture.levels[RECOVERY].level)
    if level is P and P not in others:
        return ("No other metric is poor, yet users feel it: consistent with a pace beyond what is absorbed.",)
    if level is P:
        cause = "failures and how long they last" if failing else "every incident, from changes or not"
        return (f"Users feel the sum of {cause}.",)
    if failing:
        return (f"It still absorbs the failures{_budget(picture)}. It is the last of the five to move.",)
    return ("What users feel in sum is within what was promised.",)


def _budget(picture: Picture) -> str:
    left = picture.measures.reliability.budget_left
    return "" if left is None or left < 0 else f", with {figures.percent(left)} of the budget left"


_MEANINGS: Mapping[Metric, Callable[[Picture, Level], tuple[str, ...]]] = {
    DF: _frequency,
    LT: _lead,
    CFR: _failures,
    RECOVERY: _recovery,
    REL: _reliability,
}


def _debt(metric: Metric, reading: Reading) -> tuple[str, ...]:
    """Lead time that fell while review or checks were left out falls due in failures and recovery."""
    owed = metric is LT and DEBTS & {*reading.relationships, *(claim.key for claim in reading.watch)}
    return ("Part of it is owed: fewer changes were reviewed or checked, which is validation debt.",) if owed else ()


def _slipping(metric: Metric, picture: Picture) -> tuple[str, ...]:
    verdict = picture.trends[metric]
    slipping = picture.levels[metric].level is G and verdict.trend is Trend.WORSENING
    return ("It is getting worse, so this holds less than it did.",) if slipping else ()
