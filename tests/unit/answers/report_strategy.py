"""Any report at all: hostile text everywhere, every value known or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.team_report import (
    Against,
    AllIncidents,
    Baseline,
    ChangeFailureRatePart,
    DeploymentFrequencyPart,
    Evidence,
    LeadTimePart,
    Metrics,
    MissingData,
    NearestPart,
    Net,
    NextInvestment,
    NotYet,
    ReadingPart,
    RecoveryTimePart,
    ReliabilityPart,
    ReworkRatePart,
    SourcePart,
    Span,
    Stage,
    TeamReport,
    Then,
    WeekPart,
)
from bot.words.investments import TITLES as INVESTMENTS

HOSTILE = (
    "<!channel>",
    "<!here|here>",
    "<@U012345>",
    "<https://evil.example|click>",
    "@everyone",
    "*bold* _it_ ~no~ `code`",
    "[red]rich[/red]",
    "\x1b[31mred\x1b[0m",
    "a\u202eb\x00c",
    "&lt;&amp;",
    "x" * 3_000,
    "word " * 900,
    "&<>" * 1_000,
)
texts = st.sampled_from(HOSTILE) | st.text(max_size=60)
METRICS = ("deployment_frequency", "lead_time", "change_failure_rate", "recovery_time", "reliability")
shares = st.none() | st.floats(0, 1)
amounts = st.none() | st.floats(0, 1e9)
counts = st.integers(0, 10**6)
AS_OF = datetime(2026, 11, 1, 23, tzinfo=UTC)
WINDOWS = [Span(start=AS_OF - timedelta(days=days), end=AS_OF, days=days) for days in (10, 28, 91, 182)]


def _common(values: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "value": values,
        "unit": st.just("seconds"),
        "window": st.sampled_from(WINDOWS),
        "n": counts,
        "level": st.sampled_from(("healthy", "poor", "unknown")),
        "borderline": st.booleans(),
        "trend": st.sampled_from(("improving", "flat", "worsening", "unknown")),
        "previous": values,
        "baseline": st.none() | st.builds(Baseline, value=values, window=st.sampled_from(WINDOWS)),
        "says": texts,
        "why_unknown": st.none() | texts,
        "trend_why_unknown": st.none() | texts,
        "events": st.just(()),
    }


def _tuples(model: type[Any], most: int = 8, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.builds(model, **fields), max_size=most).map(tuple)


stages = st.dictionaries(
    st.sampled_from(("coding", "review", "gate", "unknown", "detect")),
    st.builds(Stage, median=amounts, share=shares, n=counts),
)
metric_parts = st.builds(
    Metrics,
    deployment_frequency=st.builds(DeploymentFrequencyPart, **_common(amounts), active_days=counts),
    lead_time=st.builds(
        LeadTimePart,
        **_common(amounts),
        median=amounts,
        mean=amounts,
        p85=amounts,
        p90=amounts,
        stages=stages,
        automated=counts,
    ),
    change_failure_rate=st.builds(
        ChangeFailureRatePart,
        **_common(shares),
        failed=counts,
        interval=st.none() | st.tuples(st.floats(0, 1), st.floats(0, 1)),
        inferred_share=shares,
    ),
    recovery_time=st.builds(
        RecoveryTimePart,
        **_common(amounts),
        median=amounts,
        mean=amounts,
        open=counts,
        oldest_open=amounts,
        untested=st.booleans(),
        all_incidents=st.builds(AllIncidents, median=amounts, n=counts),
        stages=stages,
    ),
    reliability=st.builds(
        ReliabilityPart,
        **_common(shares),
        basis=st.sampled_from((None, "slo", "incidents")),
        objective=shares,
        objective_name=st.none() | texts,
        budget_left=st.none() | st.floats(-5, 1),
        incident_hours=amounts,
    ),
    rework_rate=st.builds(
        ReworkRatePart,
        value=shares,
        unit=st.just("ratio"),
        n=counts,
        window=st.sampled_from(WINDOWS),
        previous=shares,
        why_unknown=st.none() | texts,
    ),
)
nets = st.builds(
    Net,
    window=st.none(),
    baseline=st.none(),
    failure_hours_per_week=amounts,
    previous=amounts,
    ratio=amounts,
    interval=st.none(),
    per_deployment_ratio=amounts,
    per_deployment_interval=st.none(),
    verdict=st.none(),
    why_unknown=st.none(),
    factors=st.none(),
    says=texts,
)
readings = st.builds(
    ReadingPart,
    rule=st.just("T1"),
    pattern=st.none(),
    diagnosis=st.just("testing_infrastructure"),
    title=texts,
    level_pattern=st.sampled_from((None, "balanced", "rare_and_failing")),
    confidence=st.just("low"),
    confidence_says=texts,
    says=texts,
    nearest=st.none()
    | st.builds(
        NearestPart,
        pattern=st.just("balanced"),
        title=texts,
        differs_in=st.lists(st.sampled_from(METRICS), max_size=5, unique=True).map(tuple),
    ),
    then=_tuples(Then, rule=texts, pattern=st.none(), diagnosis=texts, next_investment=texts, says=texts),
    relationships=st.just(()),
    evidence=_tuples(Evidence, 12, claim=texts, metric=st.none(), value=st.none(), events=st.just(())),
    against=_tuples(Against, 12, claim=texts, checked=st.booleans(), supports=st.none() | st.booleans()),
    next_investment=st.builds(
        NextInvestment, key=st.sampled_from(sorted(INVESTMENTS)), title=texts, why=texts, first_step=texts
    ),
    not_yet=_tuples(NotYet, what=texts, why=texts),
    would_change_our_mind=texts,
)
weeks = st.builds(
    WeekPart,
    week=st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat),
    deployments=counts,
    failed=st.none() | counts,
    lead_time=amounts,
    recovery_time=amounts,
    failure_hours=amounts,
)
reports = st.builds(
    TeamReport,
    team=texts,
    name=texts,
    timezone=st.sampled_from(("UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires")),
    as_of=st.just(AS_OF),
    metrics=metric_parts,
    net=nets,
    reading=readings,
    history=st.lists(weeks, max_size=30).map(tuple),
    watch=st.lists(texts, max_size=4).map(tuple),
    movers=st.just(()),
    sources=_tuples(SourcePart, source=texts, last_event=st.none() | st.just(AS_OF), last_synced=st.none()),
    data=_tuples(MissingData, 14, missing=texts, effect=texts, fix=texts),
    notes=st.lists(texts, max_size=4).map(tuple),
)
