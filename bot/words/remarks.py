"""The sentences of watch lines, of notes on what figures may hide, and of the events that moved them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.words.template import Template

INTERVAL = "(90% interval {low:number} to {high:number})"

REMARKS: Mapping[str, Template] = {
    "regression_likely": Template(
        "Since about {since:day} failures or recovery times seem to rise in step with the speed: {score:%} likely"
    ),
    "validation_debt": Template(
        "Lead time is falling mostly in review, and unreviewed merges rose from {before:%} "
        "({part_before} of {of_before}) to {now:%} ({part} of {of}). {moved:failures}"
    ),
    "check_debt": Template(
        "Lead time is falling while merges that no pipeline checked rose from {before:%} "
        "({part_before} of {of_before}) to {now:%} ({part} of {of}). {moved:failures}"
    ),
    "failures_rise": Template(
        f"The odds of a failure are {{ratio:times}} the baseline {INTERVAL}, without a gain in speed"
    ),
    "failure_time_rises": Template(
        f"Failure time per deployment is {{ratio:times}} the baseline {INTERVAL}, without a gain in speed"
    ),
    "bare_deployments": Template(
        "{part} of {of:c|deployment} in the last 13 weeks brought no known change, so deployments may say less than "
        "their number"
    ),
    "split_deployments": Template(
        "{part} of {of:c|deployment} in the last 13 weeks came within ten minutes of one of the same service, so the "
        "frequency may say less than its number"
    ),
    "incidents_closed_at_once": Template(
        "{part} of {of:c|incident} ended within two minutes of the start, so recovery may look shorter than users felt"
    ),
    "hotfix_labels_vanished": Template(
        "No change of the last 13 weeks is marked as a hotfix, where the baseline would give about {expected}, while "
        "{n:c|revert} went in: the failure rate may be read too low"
    ),
    "failed": Template("{service} {id} failed", {"seconds": ", {seconds:time} to recover"}),
    "failed_open": Template("{service} {id} failed and is not mended yet, after {seconds:time}"),
    "rolled_back": Template("{service} {id} was a rollback"),
    "waited_pickup": Template("{service} {id} waited {seconds:time} for a first review"),
    "waited_review": Template("{service} {id} was in review for {seconds:time}"),
    "waited_merge_wait": Template("{service} {id} waited {seconds:time} from approval to merge"),
    "waited_pipeline": Template("{service} {id} spent {seconds:time} in the pipeline"),
    "waited_release_wait": Template("{service} {id} waited {seconds:time} for release"),
    "waited_gate": Template("{service} {id} stood {seconds:time} at a gate"),
}
