"""The sentences of first steps: what to do, where, and the figure that says so."""

from __future__ import annotations

from collections.abc import Mapping

from bot.words.template import Template

RECOVERIES = "({n:c|recovery|recoveries}, 13 weeks)"

FIRST_STEPS: Mapping[str, Template] = {
    "move_check": Template(
        "Move what the gate {gate} checks into tests that run before the merge; "
        "it stopped {part} of {of:c|attempt} to deploy"
    ),
    "move_slow_check": Template(
        "Move what the gate {gate} checks into tests that run before the merge; "
        "its median stay lasted {seconds:time} ({n:c|stay}, 13 weeks)"
    ),
    "test_component": Template(
        "Cover {component} in {service} with regression tests; {part} of {of:c|failure} in {days:last} came through it",
        {"untested": ", and {untested} of the {known:c|change} behind them brought no test"},
    ),
    "test_service": Template(
        "Cover {service} with regression tests; {part} of {of:c|failure} in {days:last} came through it"
    ),
    "test_only_failure": Template(
        "Begin with regression tests on {service}; the only failure in {days:last} came through it"
    ),
    "test_busiest": Template(
        "Begin with regression tests on {service}, which has {part} of {of:c|deployment}; no failure points elsewhere"
    ),
    "test_anything": Template(
        "Begin with regression tests on what users need most; no deployment or failure is known that names a service"
    ),
    "observe_service": Template(
        f"Add an alert on what users feel in {{service}}; its median incident went unnoticed for {{seconds:time}} "
        f"{RECOVERIES}"
    ),
    "acknowledge_service": Template(
        f"Settle who answers an alert on {{service}}; its median incident waited {{seconds:time}} to be taken "
        f"{RECOVERIES}"
    ),
    "repair_service": Template(
        f"Write down how {{service}} is mended and rehearse it; its median repair took {{seconds:time}} {RECOVERIES}"
    ),
    "fix_deploy_service": Template(
        f"Give {{service}} a rollback in one step; its median fix took {{seconds:time}} to reach production "
        f"{RECOVERIES}"
    ),
    "recover_service": Template(
        f"Rehearse how {{service}} is mended; from the start of the repair its median recovery took {{seconds:time}} "
        f"{RECOVERIES}"
    ),
    "time_service": Template(
        "Begin with {service}, which had {part} of {of:c|recovery|recoveries}: record when each incident began, was "
        "noticed, taken and mended"
    ),
    "rehearse_rollback": Template(
        "Rehearse one rollback of {service}, which has {part} of {of:c|deployment}, and note how long each part takes"
    ),
    "rehearse_anywhere": Template("Rehearse one rollback, and note how long noticing, deciding and deploying take"),
    "review_service": Template(
        "Look at {stage:review} in {service}; its median change spent {seconds:time} between opening and merge "
        "({n:c|change}, 13 weeks)"
    ),
    "split_large_changes": Template(
        "Split large changes before they reach review; those of {lines:c|line} or more take {ratio:times} as long to "
        "review, {slow:time} against {usual:time} ({n:c|change}, 13 weeks)"
    ),
    "clarify_scope": Template(
        "Settle the scope in one issue before a change is opened; {part} of {of:c|change} had none, several, or over "
        "two rounds of review, and took {slow:time} to review, the others {usual:time}"
    ),
    "mend_flaky_tests": Template(
        "Mend the flaky tests of {pipeline}; on {part} of {of:c|commit} it failed and then passed"
    ),
    "review_anywhere": Template(
        "Record when changes are opened, first reviewed and approved, to see what reviews wait for"
    ),
    "speed_pipeline": Template(
        "Shorten {pipeline}; its median run takes {seconds:time} ({n:c|run}, 13 weeks)",
        {"share": ", and {share:%} of all pipeline time goes there"},
    ),
    "pipeline_service": Template(
        "Shorten the pipeline of {service}; its median change spent {seconds:time} in it ({n:c|change}, 13 weeks)"
    ),
    "pipeline_anywhere": Template("Connect the pipelines, to see which one takes longest"),
    "ease_gate": Template(
        "Let the gate {gate} decide by itself where it can; its median stay lasted {seconds:time} "
        "({n:c|stay}, 13 weeks)"
    ),
    "automate_release": Template(
        "Let {service} go out without a button; a person started {part} of its {of:c|deployment}"
    ),
    "release_sooner": Template(
        "Release {service} sooner after its pipeline; its median change waited {seconds:time} ({n:c|change}, 13 weeks)"
    ),
    "shorten_rollout": Template(
        "Shorten the rollout of {service}; the median one takes {seconds:time} ({n:c|change}, 13 weeks)"
    ),
    "release_waiting": Template("Release what waits in {service}: {n:c|merged change}, the oldest for {seconds:time}"),
    "release_service": Template(
        "Write down each step from merge to production of {service}, which is deployed most, and take the slowest out"
    ),
    "release_anywhere": Template("Write down each step from merge to production, and take the slowest out"),
    "start_smaller": Template(
        "Cut work on {service} into smaller changes; the median one takes {seconds:time} before it is opened "
        "({n:c|change}, 13 weeks)"
    ),
    "release_service_in_parts": Template(
        "Release {service} in smaller parts; {have:c|planned deployment} in 26 weeks can't tell a failure rate",
        {"batch": ", and the median one brings {batch:c|change}"},
    ),
    "release_in_parts": Template(
        "Release in smaller parts; {have:c|planned deployment} in 26 weeks can't tell a failure rate"
    ),
    "slice_work": Template(
        "Cut the next piece of work so that a part of it can go out within the week",
        {
            "backlog": "; on average {backlog:number} merged changes wait for release",
            "batch": ", and the median deployment brings {batch:number}",
        },
    ),
    "hold_frequency": Template("Leave the frequency as it is until failures and recovery are sound and known"),
    "record_failures_like_fixes": Template(
        "Record incidents with the service that they hit, or mark rollbacks and hotfixes; {n:c|change} "
        "since {since:day} marked as hotfix or revert would already count"
    ),
    "record_failures": Template(
        "Record every incident with the service that it hit, or mark rollbacks and hotfixes",
        {"n": "; {n:c|deployment} of the last 26 weeks could then be judged"},
    ),
    "record_failures_beside_git": Template(
        "Import incidents beside the git history, or say hotfix in the name or message of a release that mends one",
        {"n": "; {n:c|deployment} of the last 26 weeks could then be judged"},
    ),
    "record_incident_time": Template(
        "For each incident, record {which:moment}; {part} of {of:c|incident} carry no such time",
        {"service": ", most of them in {service}"},
    ),
    "link_incidents": Template("Name the deployment that an incident came from; {part} of {of:c|incident} name none"),
    "record_incidents": Template(
        "Open an incident for each failed deployment of {service}, with its start and its end; "
        "{n:c|failure} of the last 26 weeks can't be timed without"
    ),
    "record_incidents_from_now": Template(
        "Record five times for each incident: when it began, was noticed, acknowledged, mitigated and resolved"
    ),
    "record_boundary": Template(
        "Record when {which:boundary}; {part} of {of:c|change} carry no such time, most of them in {service}",
        {"share": ", and {share:%} of the lead time belongs to no known stage"},
    ),
    "connect_stages": Template(
        "Connect the repository and the pipelines, so that opening, reviews, approvals and runs are known"
    ),
    "connect_stages_beside_git": Template(
        "Import pull requests and pipeline runs beside the git history, which knows neither openings nor reviews"
    ),
    "set_availability": Template(
        "Set an availability objective for the team; in {days:last} the time without incidents was "
        "{availability:availability}"
    ),
    "set_objective": Template(
        "Set one objective for {service}, which is deployed most, and connect the measurements behind it"
    ),
    "set_objective_anywhere": Template(
        "Set one objective for the service that users need most, and connect the measurements behind it"
    ),
    "record_first_commits": Template(
        "Record when the first commit of a change was written; {part} of {of:c|delivered change} carry no such time"
    ),
    "connect_changes_of_service": Template(
        "Connect the repository of {service}; {part} of its {of:c|deployment} name no change"
    ),
    "connect_changes": Template("Connect the repositories, so that each deployment names the changes that it brings"),
    "check_deployments": Template(
        "Ask whether {service} still deploys or whether its records stopped; its last known deployment is of {day:day}",
        {"n": ", with {n:c|merge} since", "clone": "; a clone that was not fetched for long looks the same"},
    ),
    "connect_deployments_of_service": Template(
        "Connect the deployments of {service}; the records hold {n:c|merged change} and no deployment"
    ),
    "connect_deployments": Template(
        "Connect what deploys to production: one event for each rollout, with its service and the time it finished"
    ),
    "next_limit": Template(
        "Nothing needs an investment; the next limit would be {cause:cause}, {share:%} of the lead time"
    ),
    "keep_as_is": Template("Keep changes small and tests where they are; nothing in the figures asks for more"),
}
