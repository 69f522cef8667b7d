"""Of how many events each decisive fact is known, and what mends it where it is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.calendar import DAY
from bot.events import Deployment, Incident
from bot.events.deployment import GateWait
from bot.metrics.decisive import CAUSED, CHANGES, DELIVERED, DEPLOYMENTS, ENDED, INCIDENTS, SEEN_AT_ALL, decisive
from bot.metrics.facts import ChangeFact, DeploymentFact, Facts, IncidentFact
from bot.words import doctor_facts
from tests.unit.answers.pictures import AS_OF, END, change, deployment, incident

EVERY = {*DEPLOYMENTS, *SEEN_AT_ALL, *CHANGES, *DELIVERED, *INCIDENTS, *ENDED, *CAUSED}


def rolled_out(**fields: Any) -> DeploymentFact:
    fact = deployment()
    return replace(fact, event=Deployment.model_validate({**fact.event.model_dump(), **fields}))


def suffered(number: int = 1, *, source: str = "file", ended: float | None = None, **fields: Any) -> IncidentFact:
    fact = incident(number, ended=ended)
    return replace(fact, event=Incident.model_validate({**fact.event.model_dump(), "source": source, **fields}))


def known(**facts: Any) -> dict[str, tuple[int, int]]:
    return {each.fact: (each.known, each.of) for each in decisive(Facts(END, **facts))}


def merged(*, source: str = "file", **fields: Any) -> ChangeFact:
    return change(source=source, **fields)


@pytest.mark.parametrize(
    ("fact", "facts", "counts"),
    [
        ("commits", {"deployments": (rolled_out(sha="a1"), rolled_out(commits=("a1",)), rolled_out())}, (2, 3)),
        ("rollout_start", {"deployments": (rolled_out(), replace(rolled_out(), started_at=END - DAY))}, (1, 2)),
        ("gate_waits", {"deployments": (rolled_out(gate_waits=(GateWait(name="g", started_at=AS_OF),)),)}, (1, 1)),
        ("rollbacks", {"deployments": (rolled_out(), replace(rolled_out(), planned=False))}, (1, 2)),
        ("first_commit", {"changes": (merged(first_commit_at=AS_OF), merged())}, (1, 2)),
        ("first_commit", {"changes": (merged(first_commit_at=AS_OF, first_commit_inferred=True),)}, (0, 1)),
        ("opened", {"changes": (merged(opened_at=AS_OF), merged())}, (1, 2)),
        ("first_review", {"changes": (merged(first_review_at=AS_OF), merged(reviews=0), merged(reviews=1))}, (2, 3)),
        ("incident_start", {"incidents": (suffered(), suffered(started_at=None, opened_at=AS_OF))}, (1, 2)),
        ("detection", {"incidents": (suffered(detected_at=AS_OF), suffered())}, (1, 2)),
        ("severity", {"incidents": (suffered(severity="sev2"), suffered())}, (1, 2)),
        ("resolution", {"incidents": (suffered(ended=END), suffered(), replace(suffered(), open=True))}, (1, 2)),
        ("cause", {"incidents": (suffered(), replace(suffered(), cause="d"), suffered(change_caused=False))}, (1, 2)),
        ("cause", {"incidents": (replace(suffered(), cause="d", cause_inferred=True),)}, (0, 1)),
    ],
)
def test_a_fact_is_counted_over_the_events_that_could_tell_it(
    fact: str, facts: dict[str, Any], counts: tuple[int, int]
) -> None:
    assert known(**facts)[fact] == counts


def test_what_was_delivered_by_time_alone_is_not_known() -> None:
    told = replace(merged(), delivered_at=END)
    assert known(changes=(told, replace(told, delivery_inferred=True), merged()))["delivery"] == (1, 2)


@pytest.mark.parametrize(
    "facts",
    [
        {"deployments": (replace(rolled_out(), successful=False),)},
        {"deployments": (replace(rolled_out(), finished_at=END - 200 * DAY),)},
        {"changes": (merged(automated=True),)},
        {"changes": (replace(merged(), merged_at=END - 200 * DAY),)},
        {"incidents": (incident(200), incident(1, stale=True))},
        {},
    ],
    ids=["did not reach users", "long ago", "by a bot", "merged long ago", "old and forgotten", "nothing"],
)
def test_nothing_is_said_of_what_no_event_could_tell(facts: dict[str, Any]) -> None:
    assert known(**facts) == {}


def test_a_missing_fact_says_its_counts_and_what_its_own_source_can_do() -> None:
    jira, pager = suffered(source="jira:acme", started_at=None, opened_at=AS_OF), suffered(source="pagerduty:acme")
    facts = {each.fact: each for each in decisive(Facts(END, incidents=(jira, jira, pager)))}
    assert doctor_facts.says(facts["incident_start"]) == "Start of the impact: known for 1 of 3 incidents."
    assert "fields: {started_at: customfield_" in (doctor_facts.do(facts["incident_start"]) or "")
    assert "fields: {severity: customfield_" in (doctor_facts.do(facts["severity"]) or "")


@pytest.mark.parametrize("fact", sorted(EVERY))
def test_every_fact_has_its_words(fact: str) -> None:
    """The habit is there for any source, also for one that is not known here."""
    words = doctor_facts._WORDS[fact]
    for sentence in (words.habit, *words.mends.values()):
        assert sentence.endswith(".")
        assert "!" not in sentence
    assert set(doctor_facts._WORDS) == EVERY


def test_what_is_known_of_all_needs_nothing() -> None:
    facts = decisive(Facts(END, deployments=(rolled_out(sha="a"), replace(rolled_out(sha="b"), planned=False))))
    assert {each.fact: doctor_facts.do(each) for each in facts if each.fact in {"commits", "rollbacks"}} == {
        "commits": None,
        "rollbacks": None,
    }
