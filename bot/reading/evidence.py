"""What speaks for a rule: for each, the claims that belong to it, the most telling first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.reading.about_failures import (
    escape_rate,
    failure_rate,
    failures_concentrated,
    failures_untested,
    failures_with_deployments,
    tests_and_frequency,
    tests_moved,
    unreviewed_rose,
)
from bot.reading.about_flow import (
    backlog,
    batch,
    deployment_frequency,
    deployments_without_changes,
    flow_efficiency,
    gate_blocks,
    gate_waits,
    lead_time,
    lead_time_cause,
    signs_of_failure,
    silence,
    slow_reviews,
    still_merging,
)
from bot.reading.about_recovery import (
    driver,
    external_incidents,
    failure_hours,
    failures_without_times,
    noticed_by_people,
    reassigned,
    recovery_slowest,
    recovery_stages,
    recovery_time,
    reliability,
    still_open,
)
from bot.reading.about_trends import (
    failure_rate_moved,
    frequency_moved,
    lead_time_moved,
    recovery_moved,
    reliability_moved,
    stability_with_speed,
)
from bot.reading.picture import Picture
from bot.reading.reading import Claim, Match

Builder = Callable[[Match, Picture], Claim | None]

MOST = 6  # claims that a reader takes in

_FAILING = (
    failures_with_deployments,
    failures_concentrated,
    failures_untested,
    unreviewed_rose,
    tests_moved,
    tests_and_frequency,
    escape_rate,
)
_RECOVERING = (still_open, recovery_stages, recovery_slowest, noticed_by_people, reassigned)
_WAITING = (lead_time_cause, slow_reviews, gate_waits, gate_blocks, flow_efficiency, backlog)
_VALUES = (deployment_frequency, lead_time, failure_rate, recovery_time, reliability)

BUILDERS: Mapping[str, tuple[Builder, ...]] = {
    "X1": (
        stability_with_speed,
        failures_with_deployments,
        recovery_moved,
        *_FAILING[1:5],
        frequency_moved,
        lead_time_moved,
        failure_hours,
    ),
    "T1": (failure_rate, *_FAILING, reliability, failure_hours),
    "F0": (silence, still_merging, backlog),
    "U1": (signs_of_failure, lead_time_cause, deployment_frequency, lead_time),
    "M1": (recovery_time, *_RECOVERING, recovery_moved, reliability),
    "S5": (reliability, reliability_moved, driver, external_incidents, failure_hours, *_VALUES[:4]),
    "T2": (failure_rate_moved, *_FAILING, failure_rate),
    "M2": (recovery_moved, *_RECOVERING, recovery_time),
    "X3": (recovery_moved, failure_rate_moved, failures_concentrated, failures_untested, failure_hours),
    "X2": (failure_rate_moved, recovery_moved, frequency_moved, lead_time_moved, gate_blocks, gate_waits, tests_moved),
    "L0": (lead_time, lead_time_cause, lead_time_moved),
    "L1": (lead_time, lead_time_cause, gate_waits, failures_without_times),
    "L2": (lead_time, *_WAITING, lead_time_moved),
    "U2": (failures_without_times, recovery_stages, failure_rate, reliability),
    "F1": (backlog, batch, deployment_frequency, gate_waits, lead_time_cause, gate_blocks, failure_rate),
    "F3": (backlog, batch, deployment_frequency, failure_rate),
    "L3": (lead_time_moved, *_WAITING, lead_time),
    "F4": (frequency_moved, backlog, batch, gate_waits, gate_blocks, deployment_frequency),
    "F2": (deployment_frequency, failure_rate, recovery_time),
    "U3": (deployment_frequency, lead_time, failure_rate, recovery_time, external_incidents),
    "U4": (deployments_without_changes, deployment_frequency, failure_rate, recovery_time),
    "U5": (lead_time, failure_rate, recovery_time, still_merging),
    "OK": (*_VALUES, failures_with_deployments),
}


def evidence(match: Match, picture: Picture) -> tuple[Claim, ...]:
    """The first six claims that the data allow."""
    found = (build(match, picture) for build in BUILDERS[match.rule])
    return tuple(claim for claim in found if claim is not None)[:MOST]
