"""The words of a reading beside its first line: titles, how sure, what not to do yet, what would change our mind."""

from __future__ import annotations

from collections.abc import Mapping

from bot.metrics.measure import Metric
from bot.reading.cell import CFR, DF, LT, RECOVERY
from bot.reading.reading import Claim, Match, Reading
from bot.reading.rules import BY_KEY
from bot.words.figures import count, percent
from bot.words.metrics import subject
from bot.words.phrases import Figures, figure

TITLES: Mapping[str, str] = {
    "checklist_regression": "Checklist-style regression",
    "fast_delivery_poor_reliability": "Fast delivery, poor reliability",
    "rare_and_failing": "Rare deployments that often fail",
    "reliable_delivery_slow_recovery": "Reliable delivery, slow recovery",
    "high_quality_slow_releases": "High quality, slow releases",
    "pace_exceeds_absorption": "Pace exceeds what the system absorbs",
    "tolerance_for_failures": "Tolerance for failures",
    "stability_bought_with_speed": "Stability bought with speed",
    "long_lead_time": "Long lead time",
    "balanced": "Balanced",
    "testing_infrastructure": "Too many deployments fail",
    "deployments_stopped": "No deployments any more",
    "failures_unknown": "Failures not known",
    "too_few_deployments": "Too few deployments to read",
    "slow_recovery": "Slow recovery",
    "reliability_low": "Reliability too low",
    "validation_slipping": "Failures on the rise",
    "recovery_slipping": "Recovery getting slower",
    "lead_time_cause_unknown": "Long lead time, cause not known",
    "wait_may_hold_back_failures": "A wait that may hold back failures",
    "recovery_unknown": "Recovery not known",
    "unnecessary_friction": "Friction before production",
    "little_is_waiting": "Rare deployments, little waiting",
    "frequency_premature": "Too early for more deployments",
    "queue_growing": "A growing queue",
    "cadence_falling": "A falling cadence",
    "reliability_unknown": "Reliability not known",
    "lead_time_unknown": "Lead time not known",
    "frequency_unknown": "Deployment frequency not known",
}
# Where nothing is known to have been deployed, what failed is not the first question.
NO_DEPLOYMENTS = "Deployments not known"
STAGES: Mapping[str, str] = {
    "review": "review",
    "pipeline": "the pipeline",
    "gate": "gates and manual steps",
    "coding": "coding",
    "deploy": "the rollout",
}
NOT_YET: Mapping[str, tuple[str, str]] = {
    # key: what not to do, and why
    "push_frequency": (
        "Don't push deployment frequency further.",
        "It helps only once failures and recovery are healthy, known and holding.",
    ),
    "gates_rollback_caution": (
        "Don't count on tighter gates, faster rollback or caution.",
        "They don't lower the number of failures that reach production; testing does.",
    ),
    "skip_validation": (
        "Don't shorten the wait by leaving out reviews or tests.",
        "What validation no longer catches comes back as failures and as recovery time.",
    ),
    "slow_down": (
        "Don't slow deployments down as the first answer.",
        "What the system absorbs can grow: by testing, by seeing trouble sooner, by recovering faster.",
    ),
    "set_targets": (
        "Don't set a target on any one of the five figures.",
        "A target moves its own number, and pressure on the other four.",
    ),
}
MIND: Mapping[str, str] = {
    "X1": "Speed that stays while failures and recovery come back to where they were.",
    "T1": "Failures that testing could not have caught.",
    "F0": "A deployment that is missing in the data, or a freeze that is not in the settings.",
    "U1": "A few weeks in which failures are recorded.",
    "M1": "Recoveries whose stages show that the time goes elsewhere, or a few that were much quicker.",
    "S5": "Reliability lost mostly to trouble that no deployment caused.",
    "T2": "A rise of failures that comes from one service, one burst or a wider reporting of incidents.",
    "M2": "A few slow recoveries with a reason that will not come again.",
    "X3": "Failures that rose only where they are reported, with rollbacks as rare as before.",
    "X2": "Test evidence that rose before failures fell.",
    "L0": "The times of review, merge and pipeline for more of the changes.",
    "L1": "Known recovery times that are within their band.",
    "L2.review": "Changes that wait just as long where reviews come at once.",
    "L2.pipeline": "Changes that wait just as long where the pipeline is quick.",
    "L2.gate": "Gates that open as soon as somebody asks, or a wait that turns out to be elsewhere.",
    "L2.coding": "First commits that were made long before the work began in earnest.",
    "L2.deploy": "Changes that were ready for production later than their merge says.",
    "U2": "A few failures with the times at which they began and ended.",
    "F1": "Nothing finished that waits for release.",
    "F3": "Finished work that waits where it is not recorded.",
    "L3": "A growth of lead time that comes from a few large changes.",
    "F4": "Fewer changes to ship, or a holiday or freeze that is not in the settings.",
    "U3": "An objective, and a few weeks of data on it.",
    "U4": "Changes with the times at which they began.",
    "U5": "Deployments of the last weeks.",
    "OK": "One of the five getting worse over 13 weeks, or an objective that is missed.",
}
WHY_SURE: Mapping[str, str] = {
    "asks_for_data": "it asks for data rather than judges",
    "level_untested": "{metric} is untested",
    "level_borderline": "{metric} is borderline",
    "level_weak": "{metric} rests on few data",
    "level_likely": "{metric} is likely, not certain, to be on its side of the band",
    "trend_likely": "the trend of {metric} is likely, not certain",
    "watch_likely": "the trends alone do not show it",
    "failures_inferred": "{share} of the failures are linked by time alone",
    "failures_by_signs": "failures are seen only by rollbacks, reverts and hotfixes",
    "one_service_explains": "{service} alone explains the change",
    "one_burst_explains": "one burst of failures explains the change",
    "pace_did_not_grow": "deployments did not rise",
    "few_items": "little else speaks for it",
}


def title(match: Match) -> str:
    """The name of the pattern, else of the diagnosis; a long lead time with the stage that holds most of it."""
    if match.rule == "U1" and match.investment == "deployment_data":
        return NO_DEPLOYMENTS
    words = TITLES[match.pattern or match.diagnosis]
    return f"{words}: {STAGES[match.diagnosis]}" if match.pattern == "long_lead_time" else words


def pattern(key: str) -> str:
    """The name of a pattern of levels."""
    return TITLES[key]


def confidence(reading: Reading) -> str:
    """How sure, with the counts that it rests on, and what keeps it from being surer."""
    counts = _counts(reading.headline, reading.says.figures)
    sure = f"{reading.confidence.value} ({counts})" if counts else reading.confidence.value
    why = list(dict.fromkeys(_limit(claim) for claim in reading.confidence_why))
    return f"{sure}, since {_list(why)}" if why else sure


def not_yet(key: str) -> tuple[str, str]:
    """What not to do yet, and why."""
    return NOT_YET[key]


def would_change_our_mind(claim: Claim) -> str:
    """The finding that would overturn the reading."""
    return MIND[claim.key]


def _limit(claim: Claim) -> str:
    share = claim.figures.get("share")
    return WHY_SURE[claim.key].format(
        metric=subject(claim.metric) if claim.metric else "",
        share=percent(float(share)) if share is not None else "",
        service=claim.figures.get("service", ""),
    )


def _counts(headline: Match, figures: Figures) -> str:
    """The counts behind the metrics that a rule looks at. Deployments are told once, with those that failed."""
    rule = BY_KEY[headline.rule]
    used = {*rule.levels, *(metric for group in rule.trends for metric in group)}
    judged = CFR in used and bool(figure(figures, "deployments"))
    told = [
        count(int(n), *nouns)
        for metric, (key, *nouns) in COUNTED
        if metric in used and not (metric is DF and judged) and (n := figure(figures, key))
    ]
    return ", ".join((*_failed(figures, judged=judged), *told))


def _failed(figures: Figures, *, judged: bool) -> tuple[str, ...]:
    n, of = figure(figures, "failed"), figure(figures, "deployments")
    return (f"{n or 0:,.0f} of {count(int(of), 'deployment')} failed",) if judged and of else ()


COUNTED: tuple[tuple[Metric, tuple[str, ...]], ...] = (
    (RECOVERY, ("recoveries", "recovery", "recoveries")),
    (LT, ("changes", "change")),
    (DF, ("releases", "deployment")),
)


def _list(parts: list[str]) -> str:
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else "".join(parts)
