"""Which capability a rule asks for: never a number to raise, always a part of the system to change."""

from __future__ import annotations

from collections.abc import Mapping

from bot.reading.cell import (
    CFR,
    POOR,
    RECOVERY,
    UNKNOWN,
    WORSENING,
    Cell,
    lead_cause,
    safe,
    sound,
    too_few_deployments,
)

TESTING = "testing_infrastructure"
OBSERVABILITY = "observability"
RESPONSE = "incident_response"
DEPLOYMENT = "deployment_process"
FAILURE_RECORDS = "failure_records"
INCIDENT_TIMESTAMPS = "incident_timestamps"
DEPLOYMENT_DATA = "deployment_data"
CHANGE_SIZE = "change_size"
STAGE_DATA = "stage_data"
HOLD = "hold"

BY_STAGE: Mapping[str, str] = {
    "review": "review_workflow",
    "pipeline": "pipeline_speed",
    "gate": DEPLOYMENT,
    "coding": CHANGE_SIZE,
    "deploy": DEPLOYMENT,
}
BY_DRIVER: Mapping[str, str] = {
    "testing": TESTING,
    "observability": OBSERVABILITY,
    "recovery": "recovery_process",
}
CLEARLY = 1.1  # two parts of recovery within a tenth of each other can't be told apart


def weaker(cell: Cell) -> str:
    """What recovery time points at: observability, incident response or deployment architecture."""
    return cell.signs.weaker.capability


def testing_or_weaker(cell: Cell) -> str:
    """Testing where failures rose, are many or, while neither trend shows it, rose at least as surely as recovery."""
    if cell.trend[CFR] is WORSENING or cell.level[CFR] is POOR:
        return TESTING
    if cell.trend[RECOVERY] is not WORSENING and cell.signs.failures_lead:
        return TESTING
    return _observability_or_response(cell)


def by_driver(cell: Cell) -> str:
    return BY_DRIVER[cell.signs.reliability_driver]


def failure_source(cell: Cell) -> str:
    """What is missing to know failures: deployments, more of them, or the records of what failed."""
    if cell.signs.deployments_known == 0:
        return DEPLOYMENT_DATA
    return CHANGE_SIZE if too_few_deployments(cell) else FAILURE_RECORDS


def stability_first(cell: Cell) -> str:
    """What has to be sound, or known, before a wait that may protect is taken away."""
    if cell.level[CFR] is UNKNOWN:
        return failure_source(cell)
    if not sound(cell, CFR):
        return TESTING
    return INCIDENT_TIMESTAMPS if cell.level[RECOVERY] is UNKNOWN else weaker(cell)


def by_stage(cell: Cell) -> str:
    """The remedy of the stage with the most hours; a gate that stops failures asks for testing, not for its end."""
    cause = lead_cause(cell)
    if cause is None:
        return STAGE_DATA
    if cause != "gate":
        return BY_STAGE[cause]
    if cell.signs.gate_blocks:
        return TESTING
    return BY_STAGE[cause] if safe(cell) else stability_first(cell)


def release_or_hold(cell: Cell) -> str:
    return DEPLOYMENT if safe(cell) else HOLD


def _observability_or_response(cell: Cell) -> str:
    ratios = cell.signs.weaker.ratios
    respond = max(ratios.get("acknowledge", 0.0), ratios.get("repair", 0.0))
    return RESPONSE if respond > CLEARLY * ratios.get("detect", 0.0) else OBSERVABILITY
