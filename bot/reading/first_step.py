"""The first step of an investment: it names the place that holds most of the evidence, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.reading.picture import Picture
from bot.reading.reading import Claim, Match
from bot.reading.steps_data import (
    changes,
    deployments,
    failure_records,
    incident_timestamps,
    keep,
    objectives,
    stages,
)
from bot.reading.steps_flow import (
    batch_size,
    change_size,
    deployment_process,
    hold,
    pipeline_speed,
    review_workflow,
)
from bot.reading.steps_stability import fix_deployment, observability, recovery, response, testing

STEPS: Mapping[str, Callable[[Match, Picture], Claim]] = {
    "testing_infrastructure": testing,
    "observability": observability,
    "incident_response": response,
    "deployment_architecture": fix_deployment,
    "recovery_process": recovery,
    "review_workflow": review_workflow,
    "pipeline_speed": pipeline_speed,
    "deployment_process": deployment_process,
    "change_size": change_size,
    "batch_size": batch_size,
    "hold": hold,
    "failure_records": failure_records,
    "incident_timestamps": incident_timestamps,
    "stage_data": stages,
    "objectives": objectives,
    "change_data": changes,
    "deployment_data": deployments,
    "keep": keep,
}


def first_step(match: Match, picture: Picture) -> Claim:
    """The step for a match's investment."""
    return STEPS[match.investment](match, picture)
