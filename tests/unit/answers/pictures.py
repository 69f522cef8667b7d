"""Pictures of a team: five letters of levels, the rest to choose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.calendar import DAY, Window
from bot.events import Change, Deployment, Incident
from bot.metrics.facts import ChangeFact, DeploymentFact, Facts, IncidentFact
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
    StageShare,
    Unknown,
)
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility
from bot.reading.picture import Picture
from bot.reading.signs import LeadCause, Signs, Weaker
from bot.regression.net import NetLine
from bot.teams import Team

AS_OF = datetime(2026, 11, 1, 23, tzinfo=UTC)
END = AS_OF.timestamp()
WINDOW = Window(END - 28 * DAY, END, 28)
LETTERS = {"G": Level.HEALTHY, "P": Level.POOR, "U": Level.UNKNOWN}
VALUES = {"G": (12.5, 93_600.0, 0.04, 3_600.0, 0.9996), "P": (0.5, 10 * DAY, 0.32, 111_600.0, 0.997)}
STAGES = {
    "review": StageShare(7_200.0, 0.5, 140),
    "pickup": StageShare(3_600.0, 0.3, 140),
    "gate": StageShare(9.0, 0.2, 9),
}


def picture(letters: str, trends: dict[Metric, Trend] | None = None, **changes: Any) -> Picture:
    given = dict(zip(Metric, letters, strict=True))
    whole = Picture(
        facts=Facts(END),
        team=Team("team-x", "Team X", ("checkout",), ZoneInfo("Europe/Berlin")),
        visibility=Visibility(visible=True),
        measures=_measures(letters),
        levels={metric: _level(letter) for metric, letter in given.items()},
        trends={metric: TrendVerdict((trends or {}).get(metric, Trend.FLAT)) for metric in Metric},
        net=NetLine(why_unknown=Unknown(Reason.NO_FAILURE_TIMES)),
        signs=Signs(
            deployments_known=50,
            lead_causes=(LeadCause("review", 60.0, 0.6), LeadCause("coding", 40.0, 0.4)),
            lead_unknown_share=0.0,
            weaker=Weaker("incident_response", by_default=False),
        ),
    )
    return replace(whole, **changes)


def _level(letter: str) -> LevelVerdict:
    why = Unknown(Reason.FAILURES_NOT_VISIBLE, {"signs": 0, "need": 3}) if letter == "U" else None
    return LevelVerdict(LETTERS[letter], WINDOW, certainty=None if why else 0.99, why_unknown=why)


def _measures(letters: str) -> Measures:
    frequency, lead, rate, recovery, reliability = (
        VALUES[letter][place] if letter in VALUES else None for place, letter in enumerate(letters)
    )
    return Measures(
        DeploymentFrequency(WINDOW, frequency, 50, 18),
        LeadTime(WINDOW, lead, 140, stages=STAGES),
        ChangeFailureRate(WINDOW, rate, 50, 16 if letters[2] == "P" else 2),
        RecoveryTime(WINDOW, recovery, 15),
        Reliability(
            WINDOW,
            reliability,
            4,
            basis="slo",
            objective=0.999,
            objective_name="checkout/availability",
            budget_left=0.4,
        ),
        ReworkRate(WINDOW, 0.18, 60),
    )


def deployment(number: int = 1, source: str = "file") -> DeploymentFact:
    finished = AS_OF - timedelta(days=number)
    event = Deployment(
        kind="deployment", source=source, id=f"d-{number}", service="checkout", status="success", finished_at=finished
    )
    return DeploymentFact(event, event.key, "checkout", None, finished.timestamp(), successful=True, planned=True)


def change(number: int = 1, source: str = "file", **fields: Any) -> ChangeFact:
    merged = AS_OF - timedelta(days=number)
    event = Change(kind="change", source=source, id=f"c-{number}", service="checkout", merged_at=merged, **fields)
    return ChangeFact(event, event.key, merged.timestamp())


def incident(number: int = 1, *, ended: float | None = None, stale: bool = False, **fields: Any) -> IncidentFact:
    at = AS_OF - timedelta(days=number)
    times = fields or {"started_at": at}
    event = Incident(kind="incident", id=f"i-{number}", service="checkout", status="resolved", **times)
    return IncidentFact(event, event.key, at.timestamp(), ended, open=False, stale=stale)
