"""The first line of an answer: what the five metrics say together, for each rule, with the figures that decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.metrics.measure import Metric
from bot.metrics.unknowns import Reason
from bot.reading.cell import CFR, DF, LT, RECOVERY, REL, SPEED, STABILITY
from bot.reading.patterns import FAST_AND_FAILING, RARE_AND_FAILING, SLOW_RECOVERY, SLOW_RELEASES
from bot.reading.reading import Match, Reading
from bot.reading.rules import BY_KEY
from bot.words.figures import count, duration, number
from bot.words.metrics import subject
from bot.words.phrases import (
    CAPABILITIES,
    FEWER,
    GAINS,
    LOSSES,
    SLOWER,
    Figures,
    amount,
    failed,
    figure,
    gate_stops,
    is_level,
    mostly,
    moved,
    ratios,
    reliability_falls,
    rest,
    since,
    traded,
    waiting,
)

# So few known deployments are no cadence to speak of.
FEW = 5


def says(reading: Reading, name: str) -> str:
    """So what? One sentence on the team, and what leaves it open, where something does."""
    figures = reading.says.figures
    return " ".join((SAYS[reading.headline.rule](name, reading.headline, figures), *_open(figures), *_close(reading)))


def _x1(name: str, _: Match, figures: Figures) -> str:
    gains = traded(figures, "improving", GAINS) or ratios(figures, SPEED)
    losses = traded(figures, "worsening", LOSSES) or ratios(figures, STABILITY)
    told = f": {gains}, while {losses}" if gains and losses else ""
    return f"{name} has bought speed with stability {since(figures)}{told}."


def _t1(name: str, match: Match, figures: Figures) -> str:
    if match.pattern == FAST_AND_FAILING:
        tail = (
            f"recovery is slow{amount(figures, RECOVERY)}: consistent with testing that has not kept up with the pace."
        )
        return f"{name} delivers fast and often, but {failed(figures)} and {tail}"
    if match.pattern == RARE_AND_FAILING:
        return (
            f"{name} deploys rarely{amount(figures, DF)}, and {failed(figures)}: consistent with testing as the "
            "bottleneck. Shipping more often first would bring more failures."
        )
    if is_level(figures, DF, "healthy"):
        tail = "consistent with speed that validation does not keep up with."
        return f"{name} ships often{amount(figures, DF)}, but {failed(figures)}: {tail}"
    return f"{name} can't rely on what it ships: {failed(figures)}, consistent with testing that lets too much through."


def _f0(name: str, _: Match, figures: Figures) -> str:
    silent, gap = figure(figures, "silent"), figure(figures, "longest_gap")
    since = "for weeks" if silent is None else f"for {duration(silent)}"
    before = "" if not gap else f", and its longest pause before was {duration(gap)}"
    return f"{name} has not deployed {since}{before}: either deployments have stopped, or their data has."


def _u1(name: str, match: Match, figures: Figures) -> str:
    known = int(figure(figures, "deployments_known") or 0)
    if not known:
        return f"{name}: no deployment of the last 26 weeks is known, so its delivery can't be read yet."
    if match.diagnosis == "too_few_deployments":
        made = count(known, "deployment")
        return f"{name} made {made} in 26 weeks: too few to say how many of them fail, or what its speed is worth."
    if known < FEW:
        made = count(known, "deployment")
        return f"{name} made {made} in 26 weeks, and {_untold(figures)} how often its deployments fail."
    if figures.get("failures_visible") is not None:
        return f"{name}: of too few deployments is it known whether they failed, so its speed can't be read yet."
    if is_level(figures, DF, "healthy"):
        return (
            f"{name} ships often{amount(figures, DF)}, and {_untold(figures)} which deployments failed: "
            "fast, or fast at breaking things? The speed can't be read without it."
        )
    return (
        f"{name} ships{amount(figures, DF)}, and {_untold(figures)} which deployments failed: "
        "its speed can't be read yet."
    )


def _untold(figures: Figures) -> str:
    """That failures can't be judged yet: no sign of one is known, or too few to take silence for success."""
    known = int(figure(figures, "failure_signs") or 0)
    if not known:
        return "nothing here says"
    return f"too little here says ({count(known, 'sign')} of failure in two years)"


def _m1(name: str, match: Match, figures: Figures) -> str:
    slow = f"time to recovery is long{amount(figures, RECOVERY)}"
    weak = CAPABILITIES[str(figures.get("capability"))]
    if match.pattern == SLOW_RECOVERY:
        return f"{name} delivers fast and few of its deployments fail, but {slow}: consistent with {weak}."
    return f"{name}: when a deployment fails, {slow}; this is consistent with {weak}."


def _s5(name: str, match: Match, figures: Figures) -> str:
    falls = reliability_falls(figures)
    if match.diagnosis == "reliability_low":
        return f"{name}: {falls} while delivery is slow as well, so too fast a pace does not explain it."
    if match.pattern is not None:
        return (
            f"{name}: none of the four delivery metrics is poor, yet {falls}: "
            "consistent with a pace that exceeds what the system absorbs."
        )
    return f"{name}: {falls}, consistent with changes that come faster than the system absorbs them."


def _t2(name: str, _: Match, figures: Figures) -> str:
    return (
        f"{name}: the change failure rate is still within its band, but rising{moved(figures, CFR)}: "
        "an early sign, consistent with testing that falls behind."
    )


def _m2(name: str, _: Match, figures: Figures) -> str:
    return (
        f"{name}: recovery is still within its band, but takes longer than it did{moved(figures, RECOVERY)}: "
        f"an early sign, consistent with {CAPABILITIES[str(figures.get('capability'))]}."
    )


def _x3(name: str, _: Match, figures: Figures) -> str:
    return (
        f"{name} recovers faster than it did{moved(figures, RECOVERY)}, while more of its deployments fail"
        f"{moved(figures, CFR)}: quick recovery does not replace prevention."
    )


def _x2(name: str, _: Match, figures: Figures) -> str:
    better = traded(figures, "improving", FEWER)
    slower = traded(figures, "worsening", SLOWER)
    return (
        f"{name} has bought stability with speed: {better}, while {slower}; "
        "consistent with gates or caution, not better testing."
    )


def _l0(name: str, _: Match, figures: Figures) -> str:
    return (
        f"{name}: changes take long to reach production{amount(figures, LT)}, and most of that time is in no known "
        "stage, so its cause can't be named yet."
    )


def _l1(name: str, _: Match, figures: Figures) -> str:
    return (
        f"{name}: changes take long to reach production{amount(figures, LT)}, {mostly(figures)}, and recovery "
        "is not known: the wait may be holding back failures."
    )


def _l2(name: str, _: Match, figures: Figures) -> str:
    return (
        f"{name}: changes take long to reach production{amount(figures, LT)}; {mostly(figures)}{gate_stops(figures)}."
    )


def _u2(name: str, _: Match, figures: Figures) -> str:
    if figures.get(f"{RECOVERY}_why") == Reason.TOO_FEW:
        missing = "too few failures were recovered from to say how long recovery takes"
    else:
        missing = "how long recovery takes is not known, so nothing says yet what a failure costs"
    return f"{name}: {missing}; {rest(figures, RECOVERY)}."


def _f1(name: str, match: Match, figures: Figures) -> str:
    sound = "few deployments fail"
    if match.pattern == SLOW_RELEASES and figures.get(f"{LT}_borderline") is None:
        sound = "few deployments fail and changes are quick to go out once a release comes"
    return (
        f"{name}: {sound}, but releases are rare{amount(figures, DF)}{waiting(figures)}: "
        "consistent with friction on the way to production."
    )


def _f3(name: str, _: Match, figures: Figures) -> str:
    return (
        f"{name} deploys rarely{amount(figures, DF)} and soundly, and little is waiting to go out: "
        "few changes arrive, rather than many getting stuck."
    )


def _l3(name: str, _: Match, figures: Figures) -> str:
    return f"{name}: lead time is still within its band, but growing{moved(figures, LT)}; {mostly(figures)}."


def _f4(name: str, _: Match, figures: Figures) -> str:
    return (
        f"{name} still ships often enough, but less than it did{moved(figures, DF)}: its cadence is falling, "
        "while failures and recovery hold."
    )


def _unknown(metric: Metric, because: str) -> Callable[[str, Match, Figures], str]:
    def sentence(name: str, _: Match, figures: Figures) -> str:
        return f"{name}: {because}; {rest(figures, metric)}."

    return sentence


def _u3(name: str, _: Match, figures: Figures) -> str:
    known = figure(figures, REL.value)
    because = (
        "nothing says yet how reliable its services are, or have to be"
        if known is None
        else f"no objective says yet whether its reliability{amount(figures, REL)} is enough"
    )
    return f"{name}: {because}; {rest(figures, REL)}."


def _ok(name: str, _: Match, figures: Figures) -> str:
    n, of = figure(figures, "failed"), figure(figures, "deployments")
    some = "few of them fail" if n is None or not of else f"{f'{n:,.0f}' if n else 'none'} of the last {of:,.0f} failed"
    cadence = (
        "deployments come often"
        if (rate := figure(figures, DF.value)) is None
        else f"{number(rate)} deployments a week"
    )
    back = figure(figures, RECOVERY.value)
    if figures.get("untested") is not None or back is None:
        return (
            f"{name} is balanced: {cadence}, and nothing failed in 26 weeks; so recovery is unproven rather than quick."
        )
    return f"{name} is balanced: {cadence}, {some}, and the median recovery took {duration(back)}."


SAYS: Mapping[str, Callable[[str, Match, Figures], str]] = {
    "X1": _x1,
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
    "L3": _l3,
    "F4": _f4,
    "U3": _u3,
    "U4": _unknown(LT, "how long a change takes to reach production is not known"),
    "U5": _unknown(DF, "how often it ships is not known"),
    "OK": _ok,
}


def _open(figures: Figures) -> tuple[str, ...]:
    """Incidents that have been open for longer than recovery may take: the first line names them."""
    n, oldest, band = (figure(figures, key) for key in ("open", "oldest_open", "recovery_band"))
    if not n:
        return ()
    after = oldest if n == 1 else band
    lasted = "" if after is None else f" after {duration(after)}"
    longest = "" if n == 1 or oldest is None else f", the oldest for {duration(oldest)}"
    return (f"Still open{lasted}: {count(int(n), 'incident')}{longest}.",)


def _close(reading: Reading) -> tuple[str, ...]:
    """Levels that the headline rests on and that could still fall on the other side of their band."""
    named = BY_KEY[reading.headline.rule].levels
    close = [subject(metric) for metric in named if reading.says.figures.get(f"{metric}_borderline") is not None]
    return (
        (f"This may still turn: {' and '.join(close)} {'is' if len(close) == 1 else 'are'} borderline.",)
        if close
        else ()
    )
