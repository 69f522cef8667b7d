"""Pictures in short hand: five letters of levels and five of trends, in the order in which people read the metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

import pytest

from bot.calendar import DAY, Window
from bot.metrics.facts import Facts
from bot.metrics.level import Level, LevelVerdict, Trend, TrendVerdict
from bot.metrics.measure import (
    ChangeFailureRate,
    DeploymentFrequency,
    LeadTime,
    Measures,
    Metric,
    RecoveryTime,
    Reliability,
    ReworkRate,
    Unknown,
)
from bot.metrics.visibility import Visibility
from bot.reading.picture import Picture
from bot.reading.reading import Match
from bot.reading.rules import decide
from bot.reading.signs import LeadCause, Signs, Weaker
from bot.regression.net import NetLine
from bot.teams import Team

AS_OF = 1_790_000_000.0
WINDOW = Window(AS_OF - 28 * DAY, AS_OF, 28)
LEVELS = {"G": Level.HEALTHY, "P": Level.POOR, "U": Level.UNKNOWN}
TRENDS = {"i": Trend.IMPROVING, "f": Trend.FLAT, "w": Trend.WORSENING, "u": Trend.UNKNOWN}
# metric: a healthy value, a poor one, and the trend's two values where it worsens
VALUES = {
    Metric.DEPLOYMENT_FREQUENCY: (5.2, 0.4, (7.1, 3.2)),
    Metric.LEAD_TIME: (1.1 * DAY, 9.2 * DAY, (1.1 * DAY, 1.9 * DAY)),
    Metric.CHANGE_FAILURE_RATE: (0.04, 0.32, (0.16, 0.32)),
    Metric.RECOVERY_TIME: (3_600.0, 31 * 3_600.0, (18 * 3_600.0, 31 * 3_600.0)),
    Metric.RELIABILITY: (0.9993, 0.9971, (0.9993, 0.9971)),
}
RATIOS = {"detect": 0.5, "repair": 1.5, "fix_deploy": 1.6}
SHARES = {"detect": 0.15, "repair": 0.6, "fix_deploy": 0.25}
PLAIN = Signs(deployments_known=50)


def levels(letters: str) -> dict[Metric, LevelVerdict]:
    return {
        metric: LevelVerdict(
            LEVELS[letter],
            WINDOW,
            certainty=None if letter == "U" else 0.99,
            why_unknown=Unknown("too_few") if letter == "U" else None,
        )
        for metric, letter in zip(Metric, letters, strict=True)
    }


def trends(letters: str) -> dict[Metric, TrendVerdict]:
    return {metric: _trend(metric, letter) for metric, letter in zip(Metric, letters, strict=True)}


def _trend(metric: Metric, letter: str) -> TrendVerdict:
    before, now = VALUES[metric][2] if letter == "w" else reversed(VALUES[metric][2])
    if letter not in "iw":
        return TrendVerdict(TRENDS[letter])
    return TrendVerdict(TRENDS[letter], baseline_value=before, recent_value=now, posterior=0.99)


def measures(letters: str) -> Measures:
    known = {
        metric: None if letter == "U" else VALUES[metric][letter == "P"]
        for metric, letter in zip(Metric, letters, strict=True)
    }
    frequency, lead, rate, recovery, reliability = (known[metric] for metric in Metric)
    return Measures(
        DeploymentFrequency(WINDOW, frequency, 50, 18),
        LeadTime(WINDOW, lead, 140),
        ChangeFailureRate(WINDOW, rate, 50, 2 if rate == VALUES[Metric.CHANGE_FAILURE_RATE][0] else 16),
        RecoveryTime(WINDOW, recovery, 15, open=2, oldest_open=3.2 * DAY),
        Reliability(WINDOW, reliability, 4, objective=0.999),
        ReworkRate(WINDOW, 0.18, 60),
    )


def picture(level_letters: str, trend_letters: str = "fffff", signs: Signs = PLAIN) -> Picture:
    return Picture(
        Facts(AS_OF),
        Team("team-x", "Team X", ("checkout",)),
        Visibility(visible=True),
        measures(level_letters),
        levels(level_letters),
        trends(trend_letters),
        NetLine(),
        signs,
    )


CAUSES = ("review", "pipeline", "gate", "coding", "deploy")


def waiting(cause: str, **more: Any) -> Signs:
    """Signs of a lead time that passes mostly in one group of stages."""
    others = [LeadCause(key, 10.0, 0.1) for key in CAUSES if key != cause]
    return replace(PLAIN, lead_causes=(LeadCause(cause, 60.0, 0.6), *others), lead_unknown_share=0.0, **more)


def variants() -> dict[str, Signs]:
    """Every sign that changes an answer, one or two at a time."""
    blocks = {"gate_attempts": 50, "gate_blocked": 12}
    capabilities = ("incident_response", "deployment_architecture")
    return {
        "plain": PLAIN,
        **{cause: waiting(cause) for cause in CAUSES},
        "gate blocks": waiting("gate", **blocks),
        "two causes": replace(
            PLAIN,
            lead_causes=(LeadCause("review", 50.0, 0.5), LeadCause("pipeline", 48.0, 0.48)),
            lead_unknown_share=0.02,
        ),
        "mostly unplaced": replace(waiting("review"), lead_unknown_share=0.51),
        **{
            capability: replace(
                PLAIN,
                weaker=Weaker(
                    capability,
                    by_default=False,
                    ratios=RATIOS,
                    shares=SHARES,
                ),
            )
            for capability in capabilities
        },
        **{driver: replace(PLAIN, reliability_driver=driver) for driver in ("observability", "recovery")},
        "gate, no deployments": waiting("gate", deployments_known=0, failures_visible=False),
        "gate, few deployments": waiting("gate", deployments_known=3),
        **{f"gate, {capability}": waiting("gate", weaker=Weaker(capability)) for capability in capabilities},
        "nothing waits": replace(PLAIN, waiting_backlog=0.3, changes_per_deployment=1.0),
        "work waits": replace(PLAIN, waiting_backlog=12.4, changes_per_deployment=8.0),
        "not visible": replace(PLAIN, failures_visible=False),
        "few deployments": replace(PLAIN, deployments_known=3),
        "no deployments": replace(PLAIN, deployments_known=0, failures_visible=False),
        "stopped": replace(PLAIN, days_since_deployment=41.0, longest_gap_days=6.0),
        "watch up": replace(PLAIN, watch_up=True),
        "watch up, recovery leads": replace(PLAIN, watch_up=True, failures_lead=False),
        "watch up, work waits": replace(PLAIN, watch_up=True, waiting_backlog=12.4, changes_per_deployment=8.0),
        "long open": replace(PLAIN, open_beyond_band=("incident:jira:OPS-1", "incident:jira:OPS-2")),
    }


@dataclass(slots=True)
class Outcome:
    """What the table says of one cell."""

    levels: str
    trends: str
    matches: tuple[Match, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(match.rule for match in self.matches)


def walk(sign: str, trend_letters: str) -> Iterator[Outcome]:
    signs = variants()[sign]
    settled = {"".join(letters): levels("".join(letters)) for letters in product("GPU", repeat=5)}
    moved = {"".join(letters): trends("".join(letters)) for letters in product(trend_letters, repeat=5)}
    for level, trend in product(settled, moved):
        yield Outcome(level, trend, decide(settled[level], moved[trend], signs))


@cache
def every_cell(sign: str, trend_letters: str) -> tuple[Outcome, ...]:
    return tuple(walk(sign, trend_letters))


@pytest.fixture
def sketch() -> Callable[..., Picture]:
    return picture


@pytest.fixture
def signs_of() -> dict[str, Signs]:
    return variants()


@pytest.fixture
def cells() -> Callable[[str, str], tuple[Outcome, ...]]:
    """Every cell of the table under the signs of that name, over the trends of those letters."""
    return every_cell


@pytest.fixture
def walked() -> Callable[[str, str], Iterator[Outcome]]:
    """The same, one after the other and not kept: for the whole table."""
    return walk
