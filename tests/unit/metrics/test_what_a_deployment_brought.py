from __future__ import annotations

from typing import Any

import pytest

# (sentence, history, who delivered c1, whether only time says so)
DELIVERIES = [
    (
        "a change that names its deployment is delivered by it, whatever shas say",
        ["change c1 at 1 merge_sha=a deployment=d2", "deployment d1 at 2 sha=a", "deployment d2 at 3 sha=b"],
        "d2",
        False,
    ),
    (
        "a deployment of its merge delivers it",
        ["change c1 at 1 merge_sha=a", "deployment d1 at 2 sha=x", "deployment d2 at 3 sha=a commits=a"],
        "d2",
        False,
    ),
    (
        "a list of commits that holds its merge delivers it",
        ["change c1 at 1 merge_sha=a", "deployment d1 at 2 sha=x commits=x,a"],
        "d1",
        False,
    ),
    (
        "a list that holds any commit of it delivers it",
        ["change c1 at 1 merge_sha=a commits=k,l", "deployment d1 at 2 sha=x commits=l"],
        "d1",
        False,
    ),
    (
        "the earliest of several deployments of a sha delivers it",
        ["change c1 at 1 merge_sha=a", "deployment d2 at 9 sha=a", "deployment d1 at 2 sha=a"],
        "d1",
        False,
    ),
    (
        "where no commits are listed, the first rollout that began after the merge delivers it, by inference",
        ["change c1 at 1", "deployment d1 at 2 begun=0.5", "deployment d2 at 3 begun=1", "deployment d3 at 4 begun=3"],
        "d2",
        True,
    ),
    (
        "without a start of the rollout its finish decides",
        ["change c1 at 1", "deployment d0 at 0.5", "deployment d1 at 1"],
        "d1",
        True,
    ),
    (
        "a rollback delivers nothing by time",
        ["change c1 at 5", "deployment d0 at 0 sha=a", "deployment d1 at 6 rollback_of=d0", "deployment d2 at 7"],
        "d2",
        True,
    ),
    (
        "a version that came back delivers nothing by time",
        [
            "deployment a at 0 sha=a",
            "deployment b at 1 sha=b",
            "change c1 at 5",
            "deployment a2 at 6 sha=a",
            "deployment c at 7 sha=c",
        ],
        "c",
        True,
    ),
    (
        "a failed rollout delivers nothing",
        ["change c1 at 1 merge_sha=a", "deployment d1 at 2 sha=a status=failure", "deployment d2 at 3 sha=a"],
        "d2",
        False,
    ),
    (
        "another environment delivers nothing",
        ["change c1 at 1 merge_sha=a", "deployment d1 at 2 sha=a environment=staging"],
        None,
        False,
    ),
    (
        "a service that lists commits is never inferred by time",
        ["change c1 at 1 merge_sha=a", "deployment d1 at 2 sha=x commits=x"],
        None,
        False,
    ),
    (
        "one list of commits, even a later one, is enough for that",
        ["change c1 at 1 merge_sha=a", "deployment d1 at 2", "deployment d2 at 3 commits=z"],
        None,
        False,
    ),
    (
        "a change that names a deployment nobody knows waits; it is never inferred by time",
        ["change c1 at 1 deployment=lost", "deployment d1 at 2"],
        None,
        False,
    ),
    (
        "a sha delivers only to the change's own services",
        ["change c1 at 1 merge_sha=a", "deployment d1 at 2 service=pay-api sha=a commits=a"],
        None,
        False,
    ),
    (
        "another service's deployment is never inferred",
        ["change c1 at 1", "deployment d1 at 2 service=pay-api"],
        None,
        False,
    ),
    (
        "a change of several services is delivered by the first of them",
        [
            "change c1 at 1 services=checkout,pay-api merge_sha=a",
            "deployment d2 at 4 sha=a",
            "deployment d1 at 3 service=pay-api sha=a",
        ],
        "d1",
        False,
    ),
    (
        "a full reference is resolved like a bare one",
        ["change c1 at 1 deployment=deployment:ci:d1", "deployment d1 at 3 source=ci"],
        "d1",
        False,
    ),
    (
        "a bare reference looks in its own source first",
        ["change c1 at 1 deployment=d1", "deployment d1 at 3 source=ci", "deployment d1 at 5"],
        "d1 (file)",
        False,
    ),
    (
        "a bare reference that several deployments of the service match is kept aside",
        ["change c1 at 1 deployment=d1", "deployment d1 at 3 source=ci", "deployment d1 at 5 source=cd"],
        None,
        False,
    ),
]


@pytest.mark.parametrize(
    ("lines", "by", "inferred"), [row[1:] for row in DELIVERIES], ids=[row[0] for row in DELIVERIES]
)
def test_what_delivers_a_change(*, known: Any, lines: Any, by: Any, inferred: Any) -> None:
    (change,) = known(*lines).changes
    delivered = change.delivered_by
    if by is None:
        assert delivered is None
        assert change.delivered_at is None
    elif by.endswith("(file)"):
        assert delivered.key == "deployment:file:d1"
    else:
        assert delivered.id == by
    assert change.delivery_inferred is inferred


def test_the_references_that_could_not_be_resolved_are_named(known: Any) -> None:
    facts = known(
        "change c1 at 1 deployment=d1",
        "change c2 at 1 deployment=lost",
        "deployment d1 at 3 source=ci",
        "deployment d1 at 5 source=cd",
    )
    assert facts.ambiguous == ("change:file:c1",)
    assert facts.unresolved == ("change:file:c2",)


def test_a_running_deployment_that_a_change_names_is_no_lost_reference(known: Any) -> None:
    facts = known("change c1 at 1 deployment=d1", "deployment d1 status=running begun=2")
    assert facts.unresolved == ()
    assert facts.changes[0].delivered_by is None
    assert facts.deployments == ()


# (sentence, history, whether "d" is planned)
REMEDIATIONS = [
    ("a deployment is planned unless something says otherwise", ["deployment d at 5"], True),
    ("a rollback is remediation", ["deployment b at 1", "deployment d at 5 rollback_of=b"], False),
    ("a rollback of something unknown is remediation", ["deployment d at 5 rollback_of=lost"], False),
    ("a fix is remediation", ["deployment b at 1", "deployment d at 5 fixes=b"], False),
    ("an unplanned one is remediation", ["deployment d at 5 unplanned=true"], False),
    (
        "one that brought only reverts and hotfixes is remediation",
        [
            "change c at 1 merge_sha=c",
            "change r at 2 merge_sha=r reverts=c",
            "change h at 2 merge_sha=h hotfix=true",
            "deployment b at 1.5 sha=c",
            "deployment d at 5 sha=r commits=r,h",
        ],
        False,
    ),
    (
        "one that brought anything else too is planned",
        ["change f at 1 merge_sha=f", "change h at 2 merge_sha=h hotfix=true", "deployment d at 5 sha=h commits=h,f"],
        True,
    ),
    (
        "one that brings back an earlier sha is remediation",
        ["deployment a at 1 sha=a", "deployment b at 2 sha=b", "deployment d at 5 sha=a"],
        False,
    ),
    (
        "back to back the same sha is a repeat",
        ["deployment a at 1 sha=a", "deployment d at 5 sha=a"],
        True,
    ),
    (
        "a repeat of a rollback brings no more than it",
        ["deployment a at 1 sha=a", "deployment b at 2 sha=b", "deployment r at 3 sha=a", "deployment d at 4 sha=a"],
        False,
    ),
    (
        "a repeat of an earlier version that was planned so is planned",
        [
            "deployment a at 1 sha=a",
            "deployment b at 2 sha=b",
            "deployment r at 3 sha=a unplanned=false",
            "deployment d at 4 sha=a",
        ],
        True,
    ),
    (
        "versions are compared where shas are missing",
        ["deployment a at 1 version=1", "deployment b at 2 version=2", "deployment d at 5 version=1"],
        False,
    ),
    (
        "versions are not compared where both have a sha",
        ["deployment a at 1 version=1 sha=a", "deployment b at 2 sha=b", "deployment d at 5 version=1 sha=c"],
        True,
    ),
    (
        "another service's earlier sha says nothing",
        ["deployment a at 1 sha=a service=pay-api", "deployment b at 2 sha=b", "deployment d at 5 sha=a"],
        True,
    ),
    (
        "unplanned: false beats an earlier version",
        ["deployment a at 1 sha=a", "deployment b at 2 sha=b", "deployment d at 5 sha=a unplanned=false"],
        True,
    ),
    (
        "unplanned: false beats hotfixes",
        ["change h at 2 merge_sha=h hotfix=true", "deployment d at 5 sha=h unplanned=false"],
        True,
    ),
    (
        "unplanned: false does not beat a reference",
        ["deployment b at 1", "deployment d at 5 fixes=b unplanned=false"],
        False,
    ),
]


@pytest.mark.parametrize(("lines", "planned"), [row[1:] for row in REMEDIATIONS], ids=[row[0] for row in REMEDIATIONS])
def test_planned_or_remediation(*, known: Any, lines: Any, planned: Any) -> None:
    facts = known(*lines)
    (deployment,) = [each for each in facts.deployments if each.event.id == "d"]
    assert deployment.planned is planned


# (sentence, history, how many team deployments)
RELEASES = [
    (
        "one sha to two services within ten minutes is one release",
        ["deployment d1 at 1 sha=a", "deployment d2 at 1.1 sha=a service=pay-api"],
        1,
    ),
    (
        "ten minutes are counted from the first part",
        [
            "deployment d1 at 1 sha=a",
            "deployment d2 at 1.1 sha=a service=pay-api",
            "deployment d3 at 1.2 sha=a service=pay-web",
        ],
        2,
    ),
    ("one sha to one service twice is two", ["deployment d1 at 1 sha=a", "deployment d2 at 1.1 sha=a"], 2),
    ("without a sha each is its own", ["deployment d1 at 1", "deployment d2 at 1.1 service=pay-api"], 2),
    ("different shas are apart", ["deployment d1 at 1 sha=a", "deployment d2 at 1.1 sha=b service=pay-api"], 2),
    (
        "planned and remediation are apart",
        ["deployment d1 at 1 sha=a", "deployment d2 at 1.1 sha=a service=pay-api unplanned=true"],
        2,
    ),
    (
        "a failed rollout is no part",
        ["deployment d1 at 1 sha=a", "deployment d2 at 1.1 sha=a service=pay-api status=failure"],
        1,
    ),
]


@pytest.mark.parametrize(("lines", "count"), [row[1:] for row in RELEASES], ids=[row[0] for row in RELEASES])
def test_team_deployments(*, known: Any, lines: Any, count: Any) -> None:
    assert len(known(*lines).team_deployments) == count


def test_a_release_failed_if_any_part_did(known: Any) -> None:
    facts = known("deployment d1 at 1 sha=a", "deployment d2 at 1.1 sha=a service=pay-api failed=true")
    (release,) = facts.team_deployments
    assert release.failed
    assert release.finished_at == facts.deployments[0].finished_at


def test_until_a_service_first_lists_commits_delivery_is_inferred_by_time(known: Any) -> None:
    lines = ["change c at 1", "deployment d at 2", "deployment e at 3 commits=z"]
    (before,), (after,) = known(*lines, hours=3).changes, known(*lines, hours=4).changes
    assert before.delivery_inferred
    assert after.delivered_by is None
