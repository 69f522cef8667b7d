"""The sentences of other explanations: whether each holds, or that it can't be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.words.letters import small
from bot.words.template import Template

# Every explanation that can't be looked at begins with what can't be told, and ends with why.
CANT_BE_TOLD = " can't be told"

ALTERNATIVES: Mapping[str, Template] = {
    "recovery_unproven": Template(
        "Nothing failed in 26 weeks with deployments, so recovery is unproven",
        {"service": ": rehearse one rollback of {service}"},
    ),
    "recovery_stages_unknown": Template(
        "Where recovery time goes can't be told: {n:c|recovery|recoveries} with times in the last 13 weeks, {need} "
        "needed; so observability first is the default"
    ),
    "recovery_stages_alike": Template(
        "No part of the recovery takes clearly more than is typical ({n:c|recovery|recoveries}), so "
        "observability first is the default"
    ),
    "no_clear_driver": Template(
        "Neither the failure rate nor a part of recovery grew clearly against the baseline, "
        "so testing first is the default"
    ),
    "pace_flat": Template(
        "Deployments did not clearly rise ({now:number} a week, {before:number} before), so a faster pace alone does "
        "not explain it"
    ),
    "pace_rose": Template(
        "Deployments rose ({now:number} a week, {before:number} before), as a pace too fast would have it"
    ),
    "pace_unknown": Template("Whether the pace rose can't be told: too few weeks of deployments are known"),
    "tests_rose_instead": Template("Test evidence rose, which is not consistent with a lack of tests"),
    "reporting_likely": Template(
        "Incidents per failed deployment went from {before:number} to {now:number} ({tickets} for {failed:c|failure}), "
        "so a part of this may be wider reporting"
    ),
    "reporting_unlikely": Template(
        "Incidents per failed deployment did not clearly rise ({now:number} now, {tickets} for {failed:c|failure}; "
        "{before:number} before), so this is not just better reporting"
    ),
    "reporting_unknown": Template(
        "Whether incident reporting widened can't be told: too few incidents are linked to failed deployments"
    ),
    "rollbacks_flat": Template(
        "Rollbacks and reverts, which need no ticket, did not clearly rise: {part} beside {of:c|deployment}, "
        "{part_before} beside {of_before:c|deployment} before"
    ),
    "rollbacks_rose": Template(
        "Rollbacks and reverts, which need no ticket, are more frequent than before: {part} beside {of:c|deployment}, "
        "{part_before} beside {of_before:c|deployment} before"
    ),
    "rollbacks_unknown": Template("Whether rollbacks and reverts rose can't be told: too few are known"),
    "severity_likely": Template(
        "Incidents graded {severity} went from {before:%} to {now:%} of all ({n} now, {n_before} before), "
        "so the mix of severities changed"
    ),
    "severity_unlikely": Template(
        "The mix of severities did not clearly move: {severity} most, from {before:%} to {now:%} of all "
        "({n} now, {n_before} before)"
    ),
    "severity_unknown": Template("Whether the mix of severities changed can't be told: too few incidents carry one"),
    "definition_likely": Template("On {day:day} the measuring of {metrics} changed", {"what": " ({what})"}),
    "definition_unlikely": Template("No change of a definition or label is recorded in the last 13 weeks"),
    "size_likely": Template(
        "The median change went from {before:number} to {now:number} lines, at {rate_now:number} changes a week "
        "({rate_before:number} before), so the work itself changed"
    ),
    "size_unlikely": Template(
        "Change size did not clearly move: {now:number} lines at the median, {before:number} before, at "
        "{rate_now:number} changes a week ({rate_before:number} before)"
    ),
    "size_unknown": Template("Whether changes grew can't be told: too few carry their lines"),
    "mix_likely": Template(
        "With each service's earlier share of the deployments the failure rate would be {kept:%}, not {now:%} "
        "({before:%} before): the mix of {n} services moved, not the services ({deployments:c|deployment})"
    ),
    "mix_unlikely": Template(
        "The mix of {n} services explains no rise of the failure rate: at their earlier shares it would be {kept:%} "
        "({now:%} now, {before:%} before; {deployments:c|deployment})"
    ),
    "mix_unknown": Template(
        "Whether the mix of services moved the failure rate can't be told: it takes two services with five "
        "deployments each, now and before"
    ),
    "freeze_likely": Template("{n:c|freeze} fell into the last {of:c|week}"),
    "pause_likely": Template(
        "{weeks} of the last {of:c|week} saw under a third of the usual deployments, as in a holiday or a freeze"
    ),
    "pause_unlikely": Template(
        "No holiday or freeze shows: {weeks} of the last {of:c|week} saw under a third of the usual deployments"
    ),
    "pause_unknown": Template(
        "Whether a holiday or freeze shows can't be told: the usual week has {usual:number} deployments, {need} needed"
    ),
    "burst_likely": Template(
        "One bad week explains it: {part} of {of:c|failure} fell into the seven days from {day:day}"
    ),
    "burst_unlikely": Template(
        "It is not one bad week: at most {part} of {of:c|failure} fell into seven days, those from {day:day}"
    ),
    "burst_unknown": Template("Whether one bad week explains it can't be told: too few failures are known"),
    "service_likely": Template(
        "{service} explains it alone: without it, the rest of the {n} services is neither poor nor worse"
    ),
    "service_unlikely": Template("No single service explains it: {n:c|service} compared"),
    "service_unknown": Template("Whether one service explains it can't be told: it takes two with data, {n} known"),
    "service_nothing_poor": Template(
        "Nothing of failures, recovery and lead time is known to be poor or worse, so there is no single service to "
        "look for"
    ),
}


def untold(sentences: Iterable[str]) -> tuple[str, ...]:
    """One line for all that can't be told; a single one keeps its reason."""
    found = tuple(sentences)
    if len(found) < 2:
        return found
    *most, last = (_what(sentence) for sentence in found)
    return (f"Too little data to tell {', '.join(most)} or {last}.",)


def _what(sentence: str) -> str:
    return small(sentence.partition(CANT_BE_TOLD)[0])
