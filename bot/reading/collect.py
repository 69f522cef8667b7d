"""Everything that the rules ask of the facts beyond levels and trends, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from bot.calendar import DAY, HOUR, Window, window_before
from bot.metrics.facts import Facts
from bot.metrics.level import LevelVerdict, TrendVerdict
from bot.metrics.measure import ChangeFailureRate, Metric
from bot.metrics.spans import frozen_days
from bot.metrics.visibility import Visibility
from bot.reading.backlog import changes_per_deployment, waiting_backlog
from bot.reading.causes import HALF_YEAR_DAYS, cause_window, lead_causes, spent
from bot.reading.concentration import burst, concern, one_service
from bot.reading.driver import reliability_driver
from bot.reading.signs import Signs
from bot.reading.weaker import weaker
from bot.regression.eras import eras
from bot.regression.gates import gates
from bot.regression.slices import released
from bot.regression.validation import evidence_of_tests
from bot.teams import Team


def collect(  # noqa: PLR0917  each is a value of its own, in the order in which it is computed
    facts: Facts,
    team: Team,
    failures: ChangeFailureRate,
    levels: Mapping[Metric, LevelVerdict],
    trends: Mapping[Metric, TrendVerdict],
    visibility: Visibility,
    *,
    watch_up: bool = False,
) -> Signs:
    """The signs of one team at `facts.as_of`; `failures` are measured over the window that its level asks for."""
    window = cause_window(facts, team)
    causes, unknown = lead_causes(spent(facts, window))
    blocked = gates(facts, window)
    about = concern(facts, team, levels, trends)
    since, gap = _silence(facts, team)
    return Signs(
        deployments_known=_known_deployments(facts, team),
        days_since_deployment=since,
        frozen_days_since=0.0 if since is None else _frozen_days(facts, team, since),
        longest_gap_days=gap,
        lead_causes=causes,
        lead_unknown_share=unknown,
        gate_attempts=blocked.attempts,
        gate_blocked=len(blocked.blocks),
        gate_blocked_shas=blocked.shas,
        gate_blocked_then_deployed=blocked.deployed,
        waiting_backlog=waiting_backlog(facts, window),
        changes_per_deployment=changes_per_deployment(facts, window),
        weaker=weaker(facts, window),
        reliability_driver=reliability_driver(facts, trends, eras(facts, team, trends, Metric.RECOVERY_TIME)),
        failures_visible=visibility.visible,
        inferred_share=failures.inferred_share,
        one_service=one_service(about),
        one_burst=(worst := burst(facts, about, failures.window)) is not None and worst.explains,
        test_evidence=evidence_of_tests(facts, eras(facts, team, trends)),
        open_beyond_band=_open_beyond_band(facts, team),
        watch_up=watch_up,
        failures_lead=_p_up(Metric.CHANGE_FAILURE_RATE, trends) >= _p_up(Metric.RECOVERY_TIME, trends),
    )


def _p_up(metric: Metric, trends: Mapping[Metric, TrendVerdict]) -> float:
    """How surely it rose beyond a tenth; of what can't be compared nothing is sure."""
    effect = trends[metric].effect
    return 0.0 if effect is None else effect.p_up


def _open_beyond_band(facts: Facts, team: Team) -> tuple[str, ...]:
    band = team.bands.recovery_hours * HOUR
    return tuple(fact.key for fact in facts.recoveries if fact.open and (fact.seconds or 0.0) > band)


def _known_deployments(facts: Facts, team: Team) -> int:
    window = window_before(facts.as_of, HALF_YEAR_DAYS, team.zone)
    return len(released(facts, window))


def _frozen_days(facts: Facts, team: Team, days: float) -> float:
    return frozen_days(team, Window(facts.as_of - days * DAY, facts.as_of, days))


def _silence(facts: Facts, team: Team) -> tuple[float | None, float | None]:
    """Days since the last deployment, and the longest gap in the 26 weeks before it."""
    times = [fact.finished_at for fact in facts.team_deployments]
    if not times:
        return None, None
    last = times[-1]
    window = window_before(last, HALF_YEAR_DAYS, team.zone)
    recent = [at for at in times if at >= window.start]
    gap = max((after - before for before, after in pairwise(recent)), default=None)
    return (facts.as_of - last) / DAY, None if gap is None else gap / DAY
