"""Any history of a team: what was deployed, changed, run, broken and measured, in any order and half told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.events import Change, Deployment, GateWait, Incident, PipelineRun, SloWindow
from bot.metrics.facts import TeamEvents
from bot.teams import Freeze, Team

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
HOURS = 60 * 168
TEAM = Team(
    "team-x", "Team X", ("checkout", "pay-*"), freezes=(Freeze(*(MONDAY.date() + timedelta(d) for d in (300, 309))),)
)
SERVICES = ("checkout", "pay-api")


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


hours = st.integers(0, HOURS - 200)
spans = st.integers(0, 100)
maybe = st.none() | spans
shas = st.none() | st.sampled_from("abcdefgh")
services = st.sampled_from(SERVICES)
flags = st.sampled_from((None, None, None, True, False))


def later(start: int, span: int | None) -> datetime | None:
    return None if span is None else at(start + span)


@st.composite
def deployments(draw: st.DrawFn, index: int, names: list[str]) -> Deployment:
    end = draw(hours)
    gates = [GateWait(name="approval", started_at=at(end - 30), ended_at=later(end - 30, draw(maybe)))] * draw(
        st.integers(0, 1)
    )
    return Deployment(
        kind="deployment",
        id=f"d{index}",
        source=draw(st.sampled_from(("file", "ci"))),
        service=draw(services),
        status=draw(st.sampled_from(("success", "success", "success", "failure"))),
        started_at=draw(st.sampled_from((None, at(end - 3)))),
        finished_at=at(end),
        sha=draw(shas),
        commits=draw(st.none() | st.lists(st.sampled_from("abcdefgh"), max_size=3).map(tuple)),
        gate_waits=tuple(gates),
        rollback_of=draw(st.sampled_from((None, None, None, *names))),
        fixes=draw(st.sampled_from((None, None, None, *names))),
        failed=draw(flags),
        failed_at=later(end, draw(maybe)),
        unplanned=draw(flags),
    )


@st.composite
def changes(draw: st.DrawFn, index: int, names: list[str]) -> Change:
    merged = draw(hours)
    return Change(
        kind="change",
        id=f"c{index}",
        services=tuple(draw(st.lists(services, min_size=1, max_size=2))),
        first_commit_at=at(merged - draw(spans)),
        opened_at=later(merged - 80, draw(maybe)),
        first_review_at=later(merged - 60, draw(maybe)),
        approved_at=later(merged - 40, draw(maybe)),
        merged_at=at(merged),
        merge_sha=draw(shas),
        hotfix=draw(flags),
        reverts=draw(st.sampled_from((None, None, "a", *(f"c{n}" for n in range(4))))),
        deployment=draw(st.sampled_from((None, None, *names))),
    )


@st.composite
def incidents(draw: st.DrawFn, index: int, names: list[str]) -> Incident:
    start = draw(hours)
    resolved = later(start, draw(maybe))
    return Incident(
        kind="incident",
        id=f"i{index}",
        service=draw(st.sampled_from((None, *SERVICES))),
        team="team-x",
        started_at=at(start),
        detected_at=later(start, draw(maybe)),
        acknowledged_at=later(start, draw(maybe)),
        resolved_at=resolved,
        status="open" if resolved is None and draw(st.booleans()) else "resolved",
        deployment=draw(st.sampled_from((None, None, *names))),
        cause_sha=draw(st.sampled_from((None, None, "a"))),
        change_caused=draw(flags),
    )


@st.composite
def runs(draw: st.DrawFn, index: int) -> PipelineRun:
    end = draw(hours)
    return PipelineRun(
        kind="pipeline_run",
        id=f"r{index}",
        service="checkout",
        pipeline="ci",
        sha=draw(st.sampled_from("abcdefgh")),
        started_at=at(end - 2),
        finished_at=at(end),
        status="success",
    )


@st.composite
def objectives(draw: st.DrawFn, index: int) -> SloWindow:
    start = draw(hours)
    return SloWindow(
        kind="slo",
        id=f"s{index}",
        service=draw(services),
        name="availability",
        window_start=at(start),
        window_end=at(start + draw(st.integers(1, 100))),
        good=float(draw(st.integers(0, 1_000))),
        total=1_000.0,
        objective=0.99,
    )


@st.composite
def histories(draw: st.DrawFn) -> TeamEvents:
    count = draw(st.integers(0, 12))
    names = [*(f"d{n}" for n in range(count)), "d0", "lost", "deployment:ci:d1"]
    return TeamEvents(
        tuple(draw(deployments(n, names)) for n in range(count)),
        tuple(draw(changes(n, names)) for n in range(draw(st.integers(0, 8)))),
        tuple(draw(runs(n)) for n in range(draw(st.integers(0, 3)))),
        tuple(draw(incidents(n, names)) for n in range(draw(st.integers(0, 6)))),
        tuple(draw(objectives(n)) for n in range(draw(st.integers(0, 3)))),
    )
