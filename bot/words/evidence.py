"""The sentences of claims: evidence, other explanations, first steps, remarks; one table of templates for each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.reading.reading import Claim
from bot.words.alternatives import ALTERNATIVES
from bot.words.first_steps import FIRST_STEPS
from bot.words.remarks import REMARKS
from bot.words.template import Template

AGAINST_BASELINE = "(90% interval {low:number} to {high:number})"

EVIDENCE: Mapping[str, Template] = {
    "failure_rate": Template(
        "{share:%} of the deployments failed in {days:last} ({part} of {of}); healthy is at most {band:%}"
    ),
    "failures_concentrated": Template(
        "{part} of {of:c|failure} in {days:last} came through {service}",
        {"component": ", {through} of them through {component}"},
    ),
    "stability_with_speed": Template(
        "The team got faster since about {since:day} ({faster:%} likely), and failures or recovery times rose in step "
        "with it ({worse:%} likely)"
    ),
    "failures_rose": Template(
        "Failures a week went from {before:number} to {now:number}, and the share of deployments that fail from "
        "{rate_before:%} ({part_before} of {of_before}) to {rate_now:%} ({part_now} of {of_now})"
    ),
    "failures_in_proportion": Template(
        "Failures a week went from {before:number} to {now:number}; the share of deployments that fail is {rate_now:%} "
        "({part_now} of {of_now}), {rate_before:%} before ({part_before} of {of_before})"
    ),
    "unreviewed_rose": Template(
        "Merges without a review went from {before:%} ({part_before} of {of_before}) to {now:%} "
        "({part_now} of {of_now})"
    ),
    "tests_rose": Template(
        "Changes that touch a test went from {before:%} ({part_before} of {of_before}) to {now:%} "
        "({part_now} of {of_now})"
    ),
    "tests_not_up": Template(
        "Changes that touch a test did not clearly rise: {now:%} ({part_now} of {of_now}), "
        "{before:%} before ({part_before} of {of_before})"
    ),
    "failures_untested": Template("{part} of {of:c|change} in failed deployments came without a test"),
    "escape_rate": Template(
        "{failed:c|failure} reached production while checks caught {caught:c|problem} before: {share:%} got through"
    ),
    "tests_and_frequency": Template("{order:Order}"),
    "recovery_time": Template(
        "The median recovery took {seconds:time} in {days:last} ({n:c|recovery|recoveries}); "
        "healthy is at most {band:time}"
    ),
    "recovery_stage": Template(
        "{stage:Recovery} takes {share:%} of the recovery time, {typical:%} is typical "
        "({n:c|recovery|recoveries}, 13 weeks)"
    ),
    "recovery_slowest": Template(
        "{share:%} of the recovery time fell on {service} ({n} of {of:c|recovery|recoveries}, 13 weeks)"
    ),
    "noticed_by_people": Template("People reported {part} of {of:c|incident} before any alert did"),
    "reassigned": Template("{part} of {of:c|incident} changed hands before the end"),
    "still_open": Template("{n:c|incident} stayed open beyond the recovery band; the oldest has lasted {seconds:time}"),
    "budget_overspent": Template(
        "{name} was at {availability:availability} in {days:last}, below its objective of {objective:availability}: "
        "its error budget was spent {spent:number} times over"
    ),
    "budget_left": Template(
        "{name} was at {availability:availability} in {days:last} against {objective:availability}: "
        "{budget:%} of its error budget is left"
    ),
    "availability": Template(
        "The time without incidents was {availability:availability} in {days:last}",
        {"seconds": " ({seconds:time} with one)"},
    ),
    "driver": Template(f"{{driver:Driver}} grew most against the baseline: {{ratio:ratio}} {AGAINST_BASELINE}"),
    "external_incidents": Template(
        "{share:%} of the incident time has no deployment as its known origin ({part} of {of:c|incident})"
    ),
    "failure_hours": Template(
        "Change-caused failure time a week, an index, is {ratio:times} the baseline: {now:time}, {before:time} before"
    ),
    "failures_without_times": Template("How long recovery took is not known for {part} of {of:c|failure}"),
    "deployment_frequency": Template(
        "{n:c|planned deployment} in {days:last}: {rate:number} a week; healthy is at least {band:number} a week"
    ),
    "lead_time": Template(
        "The median change took {seconds:time} in {days:last} ({n:c|change}); healthy is at most {band:time}"
    ),
    "moved_deployment_frequency": Template(f"Deployments a week are {{ratio:times}} the baseline {AGAINST_BASELINE}"),
    "moved_lead_time": Template(f"Lead time is {{ratio:times}} the baseline {AGAINST_BASELINE}"),
    "moved_change_failure_rate": Template(f"The odds of a failure are {{ratio:times}} the baseline {AGAINST_BASELINE}"),
    "moved_recovery_time": Template(f"Recovery time is {{ratio:times}} the baseline {AGAINST_BASELINE}"),
    "moved_reliability": Template(
        f"What users lose a week, an index, is {{ratio:times}} the baseline {AGAINST_BASELINE}"
    ),
    "lead_time_cause": Template(
        "{cause:Cause} takes {share:%} of the lead time ({n:c|change}, 13 weeks)",
        {"second": ", {second:cause} {second_share:%}"},
    ),
    "lead_time_unplaced": Template("{share:%} of the lead time belongs to no known stage ({n:c|change}, 13 weeks)"),
    "flow_efficiency": Template(
        "Coding, review, pipeline and rollout take {share:%} of the lead time; the rest is waiting ({n:c|change})"
    ),
    "gate_waits": Template("The median stay at the gate {gate} lasted {seconds:time} ({n:c|stay}, 13 weeks)"),
    "gate_blocks": Template(
        "Gates stopped {part} of {of:c|attempt} to deploy, most at {gate}; {deployed} of {shas:c|stopped version} "
        "went out all the same"
    ),
    "large_changes": Template(
        "Reviews of changes with {lines:c|line} or more take {ratio:times} as long as those of the smaller half: "
        "{slow:time} against {usual:time} ({n:c|change}, 13 weeks)"
    ),
    "unclear_scope": Template(
        "{part} of {of:c|change} had no single issue or over two rounds of review, and took {slow:time} to review, "
        "the others {usual:time}"
    ),
    "flaky_tests": Template("{pipeline} failed and then passed on {part} of {of:c|commit}"),
    "backlog": Template(
        "On average {mean:number} merged changes waited for release in the last 13 weeks",
        {"n": "; now it is {n}"},
    ),
    "batch": Template("The median number of changes in a deployment is {n:number}"),
    "silence": Template(
        "The last deployment was {seconds:time} ago",
        {"longest": "; the longest gap in the half-year before it was {longest:time}"},
    ),
    "still_merging": Template("Work goes on: {n:c|merge} since the last deployment"),
    "signs_of_failure": Template(
        "The records hold {n:c|planned deployment} of the last 26 weeks and, of two years, "
        "{signs:c|incident, rollback, revert or hotfix|incidents, rollbacks, reverts and hotfixes} in all"
    ),
    "deployments_without_changes": Template("No change is known for {part} of {of:c|deployment}"),
}

SENTENCES: Mapping[str, Template] = MappingProxyType({**EVIDENCE, **ALTERNATIVES, **FIRST_STEPS, **REMARKS})


def sentence(claim: Claim) -> str:
    """The claim as a sentence; text from outside stands in it as it came."""
    return SENTENCES[claim.key].say(claim.figures)
