from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("incident i at 11 resolved=12 service=checkout", True),
        ("incident i at 11 resolved=12 service=pay-api", True),  # a pattern
        ("incident i at 11 resolved=12 service=search", False),
        ("incident i at 11 resolved=12 services=search,pay-api", True),
        ("incident i at 11 resolved=12 team=team-x", True),
        ("incident i at 11 resolved=12 team=Team-Old", True),  # an earlier key, in any case
        ("incident i at 11 resolved=12 team=other", False),
        ("incident i at 11 resolved=12 team=other service=checkout", True),
    ],
)
def test_an_incident_is_the_team_s_by_service_or_by_name(known: Any, line: Any, counts: Any) -> None:
    assert len(known(line).incidents) == counts


def test_events_of_other_services_count_nowhere(known: Any) -> None:
    facts = known(
        "deployment d at 10 service=search sha=a",
        "change c at 9 service=search merge_sha=a",
        "run r at 9 service=search sha=a",
        "slo s at 10 for=1 service=search good=1 total=1 objective=0.9",
        "definition x at 10 service=search metrics=reliability",
        "definition y at 10 metrics=reliability",
    )
    assert facts.deployments == facts.changes == facts.pipeline_runs == facts.slo_windows == ()
    assert [each.id for each in facts.definitions] == ["y"]


def test_an_incident_of_the_team_alone_is_mended_by_any_of_its_services(known: Any) -> None:
    facts = known(
        "deployment d at 10 service=pay-api",
        "incident i at 11 resolved=13 team=team-x",
        "deployment r at 12 service=pay-api rollback_of=d",
    )
    (incident,) = facts.incidents
    assert (incident.cause, incident.cause_inferred) == ("deployment:file:d", False)
    assert incident.remediation == "deployment:file:r"
