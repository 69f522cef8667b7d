"""The rules that hold after the headline: what comes then, one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.calendar import DAY
from bot.reading.cell import CFR, DF, LT, RECOVERY, REL
from bot.reading.patterns import RARE_AND_FAILING
from bot.reading.reading import Match
from bot.words.figures import count
from bot.words.letters import large
from bot.words.phrases import (
    CAPABILITIES,
    FEWER,
    SLOWER,
    Figures,
    amount,
    failed,
    figure,
    gate_stops,
    is_level,
    mostly,
    moved,
    reliability_falls,
    traded,
)


def says(match: Match, figures: Figures) -> str:
    """A later rule in one sentence, with the figures of the reading's first line."""
    return THEN[match.rule](match, figures)


def _t1(match: Match, figures: Figures) -> str:
    if match.pattern == RARE_AND_FAILING or is_level(figures, DF, "poor"):
        return f"Deployments are rare and {failed(figures)}: testing comes before frequency."
    return f"The change failure rate is poor: {failed(figures)}, so testing comes first."


def _f0(_: Match, figures: Figures) -> str:
    return f"There has been no deployment {silence(figures)}: either deployments have stopped, or their data has."


def silence(figures: Figures) -> str:
    days = round((figure(figures, "silent") or 0) / DAY)
    return f"for {count(days, 'day')}" if days else "for weeks"


def _u1(match: Match, figures: Figures) -> str:
    if match.diagnosis == "too_few_deployments":
        known = int(figure(figures, "deployments_known") or 0)
        return f"With {count(known, 'deployment')} in 26 weeks, a share of failures would say nothing."
    return "It is not known which deployments failed, so the speed can't be read yet."


def _m1(_: Match, figures: Figures) -> str:
    weak = CAPABILITIES[str(figures.get("capability"))]
    return f"Recovery is slow as well{amount(figures, RECOVERY)}, consistent with {weak}."


def _s5(_: Match, figures: Figures) -> str:
    return f"{large(reliability_falls(figures))}."


def _t2(_: Match, figures: Figures) -> str:
    return f"The change failure rate is within its band, but rising{moved(figures, CFR)}."


def _m2(_: Match, figures: Figures) -> str:
    return f"Recovery is within its band, but takes longer than it did{moved(figures, RECOVERY)}."


def _x3(_: Match, figures: Figures) -> str:
    return f"Recovery is quicker{moved(figures, RECOVERY)} while failures rise: it does not replace prevention."


def _x2(_: Match, figures: Figures) -> str:
    better = large(traded(figures, "improving", FEWER))
    return f"{better}, while {traded(figures, 'worsening', SLOWER)}: consistent with gates or caution."


def _l0(_: Match, figures: Figures) -> str:
    return f"Lead time is long{amount(figures, LT)}, and most of it is in no known stage."


def _l1(_: Match, figures: Figures) -> str:
    return (
        f"Lead time is long{amount(figures, LT)}; {mostly(figures)}. "
        "That wait may be holding back failures, so it stays until stability is sound and known."
    )


def _l2(_: Match, figures: Figures) -> str:
    return f"Lead time is long{amount(figures, LT)}; {mostly(figures)}{gate_stops(figures)}."


def _u2(_: Match, __: Figures) -> str:
    return "How long recovery takes is not known."


def _f1(_: Match, figures: Figures) -> str:
    return f"Deployments are rare{amount(figures, DF)} though sound, consistent with friction on the way to production."


def _f3(_: Match, figures: Figures) -> str:
    return f"Deployments are rare{amount(figures, DF)}, and little is waiting to go out."


def _f2(_: Match, figures: Figures) -> str:
    return (
        f"Deployments are rare{amount(figures, DF)}; shipping more often would be premature until failures and "
        "recovery are sound and known."
    )


def _l3(_: Match, figures: Figures) -> str:
    return f"Lead time is within its band, but growing{moved(figures, LT)}."


def _f4(_: Match, figures: Figures) -> str:
    return f"Deployments come often enough, but less often than they did{moved(figures, DF)}."


def _u3(_: Match, figures: Figures) -> str:
    known = figure(figures, REL.value) is not None
    return (
        f"Reliability{amount(figures, REL)} has no objective to be judged by." if known else "Reliability is not known."
    )


def _u4(_: Match, __: Figures) -> str:
    return "How long a change takes to reach production is not known."


def _u5(_: Match, __: Figures) -> str:
    return "How often it ships is not known."


THEN: Mapping[str, Callable[[Match, Figures], str]] = {
    "T1": _t1,
    "F0": _f0,
    "U1": _u1,
    "M1": _m1,
    "S5": _s5,
    "T2": _t2,
    "M2": _m2,
    "X3": _x3,
    "X2": _x2,
    "L0": _l0,
    "L1": _l1,
    "L2": _l2,
    "U2": _u2,
    "F1": _f1,
    "F3": _f3,
    "F2": _f2,
    "L3": _l3,
    "F4": _f4,
    "U3": _u3,
    "U4": _u4,
    "U5": _u5,
}
